//! Rust types as Python types.

use std::borrow::Cow;
use std::cell::{Ref as Shared, RefCell, RefMut};
use std::collections::{BTreeMap, HashSet};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use opyc_core::args::Args;
use opyc_core::convert::{ConversionError, FromArgs, FromValue, IntoValue};
use opyc_core::error::PyResult;
use opyc_core::object::{Native, NativeType, PyType, Ref, TypeFlags, value_of};
use opyc_core::registry::native_table;
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::function::{new_function, new_raw};

/// A Rust type that Python code can use.
///
/// Python sees a class with the methods and attributes that [`define`](HostClass::define) adds. An object owns one
/// Rust value; it is dropped when the last reference to the object goes.
///
/// ```
/// use opyc::{ClassBuilder, HostClass, Machine, PyResult, Version};
///
/// struct Counter {
///     count: i64,
/// }
///
/// impl HostClass for Counter {
///     const NAME: &'static str = "host.Counter";
///
///     fn define(class: &mut ClassBuilder<'_, Self>) -> PyResult<()> {
///         class.constructor(|_vm, (start,): (Option<i64>,)| {
///             Ok(Counter { count: start.unwrap_or(0) })
///         });
///         class.method_mut("add", |_vm, this, (n,): (i64,)| {
///             this.count += n;
///             Ok(this.count)
///         });
///         class.getter("count", |_vm, this| Ok(this.count));
///         Ok(())
///     }
/// }
///
/// let machine = Machine::builder(Version::V3_12).build()?;
/// machine.add_module("host", |m| m.class::<Counter>())?;
/// let class = machine.attr(&machine.import("host")?, "Counter")?;
/// let counter = machine.call(&class, (40,))?;
/// machine.call_method(&counter, "add", (2,))?;
/// assert_eq!(machine.attr(&counter, "count")?.extract::<i64>()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait HostClass: Sized + 'static {
    /// Module and name: `host.Counter`.
    const NAME: &'static str;

    /// Adds methods and attributes. Called once in each machine, when the class is first used there.
    ///
    /// # Errors
    /// Whatever it raises; the class then is not added.
    fn define(class: &mut ClassBuilder<'_, Self>) -> PyResult<()>;

    /// Shows the collector every [`Value`] that this Rust value holds, each once, so that it can free reference
    /// cycles. What is not shown stays as long as the machine, if it is part of a cycle.
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}

    /// Drops the values that `traverse` shows: the collector breaks a cycle. The value must stay usable.
    fn clear(&mut self) {}
}

/// A Python object around a Rust value.
pub struct Instance<T: HostClass> {
    value: Value,
    of: PhantomData<T>,
}

/// The payload. It is there until the object is dropped.
struct Payload<T: HostClass>(RefCell<Option<T>>);

impl<T: HostClass> NativeType for Payload<T> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        // While a method changes the value it is in use anyway. A panic must not unwind through the collector.
        if let Ok(value) = self.0.try_borrow()
            && let Some(value) = &*value
        {
            let _ = catch_unwind(AssertUnwindSafe(|| value.traverse(visit)));
        }
    }

    fn clear(&self) {
        if let Ok(mut value) = self.0.try_borrow_mut()
            && let Some(value) = &mut *value
        {
            let _ = catch_unwind(AssertUnwindSafe(|| value.clear()));
        }
    }
}

impl<T: HostClass> Drop for Payload<T> {
    fn drop(&mut self) {
        let value = self.0.get_mut().take();
        // An object may be freed anywhere in the machine, which a panic must not unwind through.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
    }
}

/// Which classes a machine has defined. Their types are found by the Rust type.
#[derive(Default)]
struct Defined(RefCell<HashSet<std::any::TypeId>>);

fn spec<T: HostClass>(flags: u32) -> NativeTypeSpec {
    NativeTypeSpec {
        name: T::NAME,
        flags,
        has_dict: false,
        next: None,
    }
}

/// The part of the name behind the module.
pub(super) fn short_name<T: HostClass>() -> &'static str {
    T::NAME.rsplit_once('.').map_or(T::NAME, |(_, name)| name)
}

/// The Python class, defined now if this is its first use in the machine.
pub(super) fn type_of<T: HostClass>(vm: &Vm) -> PyResult<Ref<PyType>> {
    let defined = vm.extension::<Defined>();
    let id = std::any::TypeId::of::<T>();
    if defined.0.borrow().contains(&id) {
        return Ok(vm.native_type::<Payload<T>>(&spec::<T>(0)));
    }
    if native_table(T::NAME).is_some() {
        return Err(vm.type_error(&format!(
            "the name {} belongs to a type of opyc; give the class a module of its own",
            T::NAME
        )));
    }
    let mut class = ClassBuilder::<T> {
        vm,
        attributes: BTreeMap::new(),
        properties: BTreeMap::new(),
        has_constructor: false,
        of: PhantomData,
    };
    T::define(&mut class)?;
    let flags = match class.has_constructor {
        true => TypeFlags::BASETYPE | TypeFlags::WEAKREF,
        false => TypeFlags::NO_NEW | TypeFlags::WEAKREF,
    };
    let ty = vm.native_type::<Payload<T>>(&spec::<T>(flags));
    class.finish(&ty);
    defined.0.borrow_mut().insert(id);
    Ok(ty)
}

/// Adds methods and attributes to a Python class; see [`HostClass`].
pub struct ClassBuilder<'vm, T: HostClass> {
    vm: &'vm Vm,
    attributes: BTreeMap<String, Value>,
    /// Getter and setter.
    properties: BTreeMap<String, [Value; 2]>,
    has_constructor: bool,
    of: PhantomData<T>,
}

impl<T: HostClass> ClassBuilder<'_, T> {
    /// The machine.
    pub fn vm(&self) -> &Vm {
        self.vm
    }

    /// Makes the class callable. Without it only Rust code makes objects, with
    /// [`Machine::instance`](crate::Machine::instance). With it, Python classes can be derived from the class.
    pub fn constructor<A: FromArgs>(&mut self, make: impl Fn(&Vm, A) -> PyResult<T> + 'static) {
        let new = new_raw(self.vm, short_name::<T>(), move |vm, args| {
            let Some((class, rest)) = args.values().split_first() else {
                return Err(vm.type_error("__new__() needs a class"));
            };
            let own = type_of::<T>(vm)?;
            let class = class.downcast::<PyType>().filter(|c| c.is_subtype(&own));
            let Some(class) = class else {
                return Err(vm.type_error(&format!(
                    "{}.__new__() needs a class derived from it",
                    short_name::<T>()
                )));
            };
            let rest = Args::with_names(rest, args.names());
            let value = make(vm, A::from_args(vm, short_name::<T>(), &rest)?)?;
            Ok(object(vm, class, value))
        });
        let new = self
            .vm
            .new_staticmethod_of(&self.vm.types.staticmethod, new);
        self.has_constructor = true;
        self.attributes.insert("__new__".into(), new.into_value());
    }

    /// Adds a method that looks at the value. Special methods too: `__len__`, `__repr__`, `__add__`.
    pub fn method<A: FromArgs, R: IntoValue>(
        &mut self,
        name: &str,
        method: impl Fn(&Vm, &T, A) -> PyResult<R> + 'static,
    ) {
        self.add(name, move |vm, this, args| {
            method(vm, &*borrow::<T>(vm, this)?, args)?.into_value(vm)
        });
    }

    /// Adds a method that changes the value. While it runs, no other method of the same object can: one that Python
    /// code calls meanwhile raises RuntimeError.
    pub fn method_mut<A: FromArgs, R: IntoValue>(
        &mut self,
        name: &str,
        method: impl Fn(&Vm, &mut T, A) -> PyResult<R> + 'static,
    ) {
        self.add(name, move |vm, this, args| {
            method(vm, &mut *borrow_mut::<T>(vm, this)?, args)?.into_value(vm)
        });
    }

    /// Adds a function that gets no object: a static method.
    pub fn function<A: FromArgs, R: IntoValue>(
        &mut self,
        name: &str,
        function: impl Fn(&Vm, A) -> PyResult<R> + 'static,
    ) {
        let function = new_function(self.vm, name, function);
        let function = self
            .vm
            .new_staticmethod_of(&self.vm.types.staticmethod, function);
        self.attributes.insert(name.into(), function.into_value());
    }

    /// Adds an attribute that is read by a Rust function. Without a [`setter`](ClassBuilder::setter) it is read-only.
    pub fn getter<R: IntoValue>(
        &mut self,
        name: &str,
        get: impl Fn(&Vm, &T) -> PyResult<R> + 'static,
    ) {
        let get = self.accessor(name, move |vm, this, (): ()| {
            get(vm, &*borrow::<T>(vm, this)?)?.into_value(vm)
        });
        self.property(name)[0] = get;
    }

    /// Lets an attribute be set.
    pub fn setter<V: FromValue>(
        &mut self,
        name: &str,
        set: impl Fn(&Vm, &mut T, V) -> PyResult<()> + 'static,
    ) {
        let set = self.accessor(name, move |vm, this, (value,): (V,)| {
            set(vm, &mut *borrow_mut::<T>(vm, this)?, value)?;
            Ok(Value::NONE)
        });
        self.property(name)[1] = set;
    }

    /// Adds a value that the class has: a constant, or the docstring as `__doc__`.
    ///
    /// # Errors
    /// As [`IntoValue::into_value`].
    pub fn set(&mut self, name: &str, value: impl IntoValue) -> PyResult<()> {
        let value = value.into_value(self.vm)?;
        self.attributes.insert(name.into(), value);
        Ok(())
    }

    fn add<A: FromArgs>(
        &mut self,
        name: &str,
        body: impl Fn(&Vm, &Value, A) -> PyResult + 'static,
    ) {
        let function = self.accessor(name, body);
        self.attributes.insert(name.into(), function);
    }

    /// A function whose first argument is the object.
    fn accessor<A: FromArgs>(
        &self,
        name: &str,
        body: impl Fn(&Vm, &Value, A) -> PyResult + 'static,
    ) -> Value {
        let shown = format!("{}.{name}", short_name::<T>());
        new_raw(self.vm, name, move |vm, args| {
            let Some((this, rest)) = args.values().split_first() else {
                return Err(vm.type_error(&format!("{shown}() needs an object")));
            };
            let rest = Args::with_names(rest, args.names());
            body(vm, this, A::from_args(vm, &shown, &rest)?)
        })
    }

    fn property(&mut self, name: &str) -> &mut [Value; 2] {
        self.properties
            .entry(name.into())
            .or_insert([Value::NONE, Value::NONE])
    }

    /// Puts everything into the class.
    fn finish(mut self, ty: &Ref<PyType>) {
        for (name, [get, set]) in self.properties {
            let parts = [get, set, Value::NONE, Value::NONE];
            let property = self.vm.new_property_of(&self.vm.types.property, parts);
            property.name.set(self.vm.intern(&name));
            self.attributes.insert(name, property.into_value());
        }
        // As in a class statement: objects that can be equal are not hashable unless it says how.
        if self.attributes.contains_key("__eq__") {
            let hash = self.attributes.entry("__hash__".into());
            hash.or_insert(Value::NONE);
        }
        for (name, value) in self.attributes {
            ty.dict.set_name(&self.vm.intern(&name), value);
        }
    }
}

fn object<T: HostClass>(vm: &Vm, class: &PyType, value: T) -> Value {
    vm.new_native(class, &spec::<T>(0), Payload(RefCell::new(Some(value))))
}

/// The payload of an object, which may be of any type.
fn payload<T: HostClass>(value: &Value) -> Result<&Payload<T>, ConversionError> {
    match value.downcast::<Native<Payload<T>>>() {
        Some(native) => Ok(&native.data),
        None => Err(ConversionError::wrong_type(short_name::<T>(), value)),
    }
}

const IN_USE: &str = "the object is in use: one of its methods is running and changes it";

fn borrow<'a, T: HostClass>(vm: &Vm, value: &'a Value) -> PyResult<Shared<'a, T>> {
    let payload = payload::<T>(value).map_err(|e| vm.conversion_error(&e))?;
    match payload.0.try_borrow() {
        Ok(cell) => Shared::filter_map(cell, Option::as_ref)
            .map_err(|_| vm.runtime_error("the object is being freed")),
        Err(_) => Err(vm.runtime_error(IN_USE)),
    }
}

fn borrow_mut<'a, T: HostClass>(vm: &Vm, value: &'a Value) -> PyResult<RefMut<'a, T>> {
    let payload = payload::<T>(value).map_err(|e| vm.conversion_error(&e))?;
    match payload.0.try_borrow_mut() {
        Ok(cell) => RefMut::filter_map(cell, Option::as_mut)
            .map_err(|_| vm.runtime_error("the object is being freed")),
        Err(_) => Err(vm.runtime_error(
            "the object is in use: one of its methods is running, or Rust code looks at it",
        )),
    }
}

impl<T: HostClass> Instance<T> {
    /// A new object around a value.
    ///
    /// # Errors
    /// What [`HostClass::define`] fails with, at its first use in the machine.
    pub fn new(vm: &Vm, value: T) -> PyResult<Instance<T>> {
        let ty = type_of::<T>(vm)?;
        Ok(Instance {
            value: object(vm, &ty, value),
            of: PhantomData,
        })
    }

    /// Looks at the Rust value.
    ///
    /// # Errors
    /// RuntimeError: a method that changes it is running.
    pub fn borrow(&self, vm: &Vm) -> PyResult<Shared<'_, T>> {
        borrow(vm, &self.value)
    }

    /// Changes the Rust value. Do not run Python code meanwhile that may use the object.
    ///
    /// # Errors
    /// RuntimeError: something else uses it.
    pub fn borrow_mut(&self, vm: &Vm) -> PyResult<RefMut<'_, T>> {
        borrow_mut(vm, &self.value)
    }

    /// The object as a value.
    pub fn as_value(&self) -> &Value {
        &self.value
    }

    /// The class.
    pub fn class(&self) -> Option<Value> {
        self.value.header().map(|h| value_of(h.ty()))
    }
}

impl<T: HostClass> Clone for Instance<T> {
    fn clone(&self) -> Self {
        Instance {
            value: self.value.clone(),
            of: PhantomData,
        }
    }
}

impl<T: HostClass> FromValue for Instance<T> {
    fn expected() -> Cow<'static, str> {
        short_name::<T>().into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        payload::<T>(value)?;
        Ok(Instance {
            value: value.clone(),
            of: PhantomData,
        })
    }
}

impl<T: HostClass> IntoValue for Instance<T> {
    fn into_value(self, vm: &Vm) -> PyResult {
        self.value.into_value(vm)
    }
}
