//! Python and Rust together: calling Python from Rust, and giving Rust functions, values and types to Python.
//!
//! [`Machine`] has what a host does from outside: [`Machine::set_global`], [`Machine::add_module`],
//! [`Machine::call`]. Inside a Rust function that Python calls, the [`Vm`] that it is given has the operations on
//! values, and errors are raised as `Err(vm.value_error("…"))`.
//!
//! ```
//! use opyc::{Machine, Version};
//!
//! let machine = Machine::builder(Version::V3_12).build()?;
//! machine.add_module("host", |m| {
//!     m.function("area", |_vm, (width, height): (f64, f64)| Ok(width * height))?;
//!     m.set("VERSION", "1.0")
//! })?;
//! let host = machine.import("host")?;
//! assert_eq!(machine.call_method(&host, "area", (2, 1.5))?.extract::<f64>()?, 3.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/embed.rs` is a whole program.
//!
//! # Panics
//!
//! A Rust function that panics does not unwind through the machine: the program ends with
//! [`Fault::Panicked`](crate::Fault::Panicked), which Python code cannot catch, and the machine can be used on.
//!
//! # Reference cycles
//!
//! A Rust value that holds [`Value`]s can be part of a reference cycle: an object with a callback that refers to the
//! object. The collector finds such cycles if [`HostClass::traverse`] shows it the values. What a closure has captured
//! it cannot see: a function that captures a value which leads back to the function is never freed. Keep such values in
//! a [`HostClass`], or have the function look them up when it is called.

mod class;
mod function;
mod module;

use opyc_core::convert::{IntoArgs, IntoValue};
use opyc_core::error::PyResult;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

pub use class::{ClassBuilder, HostClass, Instance};
pub use function::new_function;
pub use module::ModuleBuilder;

use crate::{Error, Machine};

impl Machine {
    /// Does several things inside the machine, with the operations of [`Vm`].
    ///
    /// ```
    /// # use opyc::{Machine, Version};
    /// let machine = Machine::builder(Version::V3_12).build()?;
    /// let joined: String = machine.scope(|vm| {
    ///     let comma = vm.new_str(", ");
    ///     let parts = vm.new_list(vec![vm.new_str("a"), vm.new_str("b")]);
    ///     vm.extract(&vm.call_method_str(&comma, "join", &[parts])?)
    /// })?;
    /// assert_eq!(joined, "a, b");
    /// # Ok::<(), opyc::Error>(())
    /// ```
    ///
    /// # Errors
    /// What `work` fails with, see [`Machine::error`].
    pub fn scope<R>(&self, work: impl FnOnce(&Vm) -> PyResult<R>) -> Result<R, Error> {
        self.enter(work).map_err(|raise| self.error(raise))
    }

    /// A Rust value as a Python value.
    ///
    /// # Errors
    /// As [`IntoValue::into_value`].
    pub fn value(&self, value: impl IntoValue) -> Result<Value, Error> {
        self.scope(|vm| value.into_value(vm))
    }

    /// A Rust function as a Python value; see [`ModuleBuilder::function`] for what it may take and give.
    ///
    /// # Errors
    /// [`Error::Raised`] with MemoryError and its like.
    pub fn function<A, R>(
        &self,
        name: &str,
        function: impl Fn(&Vm, A) -> PyResult<R> + 'static,
    ) -> Result<Value, Error>
    where
        A: crate::FromArgs,
        R: IntoValue,
    {
        self.scope(|vm| Ok(new_function(vm, name, function)))
    }

    /// A global variable of the main program.
    ///
    /// # Errors
    /// [`Error::Raised`] with AttributeError: there is none of this name.
    pub fn global(&self, name: &str) -> Result<Value, Error> {
        self.scope(|vm| vm.get_attr_str(&vm.main_module().value(), name))
    }

    /// Sets a global variable of the main program, before it runs or afterwards.
    ///
    /// # Errors
    /// As [`IntoValue::into_value`].
    pub fn set_global(&self, name: &str, value: impl IntoValue) -> Result<(), Error> {
        self.scope(|vm| {
            let value = value.into_value(vm)?;
            vm.main_module().dict.set_name(&vm.intern(name), value);
            Ok(())
        })
    }

    /// Adds a module that programs can import, or replaces one. `name` may have dots if the modules before them are
    /// there.
    ///
    /// # Errors
    /// What `fill` fails with.
    pub fn add_module(
        &self,
        name: &str,
        fill: impl FnOnce(&ModuleBuilder<'_>) -> PyResult<()>,
    ) -> Result<(), Error> {
        self.scope(|vm| module::add(vm, name, fill))
    }

    /// Imports a module: `machine.import("math")`.
    ///
    /// # Errors
    /// [`Error::Raised`] with ImportError, or with what the module raises.
    pub fn import(&self, name: &str) -> Result<Value, Error> {
        self.scope(|vm| vm.import_module(name))
    }

    /// Calls a Python function, or anything else that can be called.
    ///
    /// ```
    /// # use opyc::{Machine, Version};
    /// let machine = Machine::builder(Version::V3_12).build()?;
    /// let gcd = machine.attr(&machine.import("math")?, "gcd")?;
    /// assert_eq!(machine.call(&gcd, (12, 18))?.extract::<i64>()?, 6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Raised`] with what the function raises, [`Error::Exit`] if it ends the program, [`Error::Fault`] for
    /// the machine's own failures, such as [`Fault::Foreign`](crate::Fault::Foreign) for values of another machine.
    pub fn call(&self, function: &Value, args: impl IntoArgs) -> Result<Value, Error> {
        self.scope(|vm| {
            vm.own(function)?;
            vm.call(function, &args.into_args(vm)?)
        })
    }

    /// Calls with keyword arguments too: `machine.call_kw(&f, (1,), vec![("key", "value")])`.
    ///
    /// # Errors
    /// As [`Machine::call`].
    pub fn call_kw<V: IntoValue>(
        &self,
        function: &Value,
        args: impl IntoArgs,
        keywords: Vec<(&str, V)>,
    ) -> Result<Value, Error> {
        self.scope(|vm| {
            vm.own(function)?;
            let args = args.into_args(vm)?;
            let keyword = |(name, value): (&str, V)| Ok((vm.intern(name), value.into_value(vm)?));
            let keywords: Vec<_> = keywords.into_iter().map(keyword).collect::<PyResult<_>>()?;
            vm.call_kw(function, &args, &keywords)
        })
    }

    /// Calls a method of an object.
    ///
    /// # Errors
    /// As [`Machine::call`].
    pub fn call_method(
        &self,
        object: &Value,
        name: &str,
        args: impl IntoArgs,
    ) -> Result<Value, Error> {
        self.scope(|vm| {
            vm.own(object)?;
            vm.call_method_str(object, name, &args.into_args(vm)?)
        })
    }

    /// An attribute of an object.
    ///
    /// # Errors
    /// [`Error::Raised`] with AttributeError, or with what a property raises.
    pub fn attr(&self, object: &Value, name: &str) -> Result<Value, Error> {
        self.scope(|vm| vm.get_attr_str(vm.own(object)?, name))
    }

    /// Sets an attribute of an object.
    ///
    /// # Errors
    /// [`Error::Raised`] with AttributeError or TypeError, or with what a property raises.
    pub fn set_attr(&self, object: &Value, name: &str, value: impl IntoValue) -> Result<(), Error> {
        self.scope(|vm| {
            vm.own(object)?;
            let value = value.into_value(vm)?;
            vm.set_attr(object, &vm.intern(name), value)
        })
    }

    /// `repr(value)`.
    ///
    /// # Errors
    /// [`Error::Raised`] with what `__repr__` raises.
    pub fn repr(&self, value: &Value) -> Result<String, Error> {
        self.scope(|vm| vm.repr_text(vm.own(value)?))
    }

    /// A new Python object around a value of a Rust type.
    ///
    /// # Errors
    /// What [`HostClass::define`] fails with, at its first use in the machine.
    pub fn instance<T: HostClass>(&self, value: T) -> Result<Instance<T>, Error> {
        self.scope(|vm| Instance::new(vm, value))
    }
}
