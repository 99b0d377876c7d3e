//! Modules that the host provides.

use opyc_core::convert::{FromArgs, IntoValue};
use opyc_core::error::PyResult;
use opyc_core::object::{PyModule, Ref};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::class::{self, HostClass};
use super::function::new_function;

/// Fills a module; see [`Machine::add_module`](crate::Machine::add_module).
pub struct ModuleBuilder<'vm> {
    vm: &'vm Vm,
    name: &'vm str,
    module: Ref<PyModule>,
}

pub(super) fn add(
    vm: &Vm,
    name: &str,
    fill: impl FnOnce(&ModuleBuilder<'_>) -> PyResult<()>,
) -> PyResult<()> {
    let builder = ModuleBuilder {
        vm,
        name,
        module: vm.new_module(name),
    };
    fill(&builder)?;
    vm.modules
        .set_name(&vm.intern(name), builder.module.value());
    // `import a.b` gives `a`, which is to have `b` then.
    if let Some((parent, child)) = name.rsplit_once('.')
        && let Some(parent) = vm.modules.get_name(&vm.intern(parent))
    {
        vm.set_attr(&parent, &vm.intern(child), builder.module.value())?;
    }
    Ok(())
}

impl ModuleBuilder<'_> {
    /// The machine.
    pub fn vm(&self) -> &Vm {
        self.vm
    }

    /// Adds a value.
    ///
    /// # Errors
    /// As [`IntoValue::into_value`].
    pub fn set(&self, name: &str, value: impl IntoValue) -> PyResult<()> {
        let value = value.into_value(self.vm)?;
        self.module.dict.set_name(&self.vm.intern(name), value);
        Ok(())
    }

    /// Adds a function: a closure that gets the machine and its arguments as a tuple of
    /// [`FromValue`](crate::FromValue)s, the last of which may be `Option`s that callers leave out.
    ///
    /// ```
    /// # use opyc::{Machine, Version};
    /// # let machine = Machine::builder(Version::V3_12).build()?;
    /// machine.add_module("host", |m| {
    ///     m.function("divide", |vm, (a, b): (i64, i64)| match a.checked_div(b) {
    ///         Some(quotient) => Ok(quotient),
    ///         None => Err(vm.zero_division("division by zero")),
    ///     })?;
    ///     m.function("greet", |_vm, (name, greeting): (String, Option<String>)| {
    ///         Ok(format!("{} {name}", greeting.as_deref().unwrap_or("hello")))
    ///     })
    /// })?;
    /// let greet = machine.attr(&machine.import("host")?, "greet")?;
    /// assert_eq!(machine.call(&greet, ("Ada",))?.extract::<String>()?, "hello Ada");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// None so far; a `Result`, so that it may end the closure of `add_module`.
    pub fn function<A: FromArgs, R: IntoValue>(
        &self,
        name: &str,
        function: impl Fn(&Vm, A) -> PyResult<R> + 'static,
    ) -> PyResult<()> {
        let function = new_function(self.vm, name, function);
        self.set(name, function)
    }

    /// Adds a Rust type under its own name.
    ///
    /// # Errors
    /// What [`HostClass::define`] fails with.
    pub fn class<T: HostClass>(&self) -> PyResult<()> {
        let ty: Value = class::type_of::<T>(self.vm)?.value();
        self.set(class::short_name::<T>(), ty)
    }

    /// The module's name.
    pub fn name(&self) -> &str {
        self.name
    }
}
