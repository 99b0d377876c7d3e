//! `_abc`: what `abc.ABCMeta` is made of from 3.7 on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, NativeType, PyTuple, PyType, PyWeakRef, TypeFlags};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};
use rustc_hash::FxHashMap;

use crate::util::{data, module, no_init, spec};

/// Classes held weakly, found by their address; an entry counts only while its reference leads to that class.
#[derive(Default)]
struct WeakClasses(RefCell<FxHashMap<u64, Value>>);

impl WeakClasses {
    fn contains(&self, class: &Value) -> bool {
        self.0
            .borrow()
            .get(&class.bits())
            .and_then(|w| w.downcast::<PyWeakRef>().and_then(PyWeakRef::get))
            .is_some_and(|c| c.is(class))
    }

    fn add(&self, vm: &Vm, class: &Value) -> PyResult<()> {
        let w = vm.new_weakref(&vm.types.weakref, class, Value::NULL)?;
        let old = self.0.borrow_mut().insert(class.bits(), w);
        drop(old);
        Ok(())
    }

    fn classes(&self) -> Vec<Value> {
        self.0
            .borrow()
            .values()
            .filter_map(|w| w.downcast::<PyWeakRef>().and_then(PyWeakRef::get))
            .collect()
    }

    fn references(&self, vm: &Vm) -> PyResult {
        let set = vm.new_set();
        let refs: Vec<Value> = self.0.borrow().values().cloned().collect();
        for w in refs {
            if w.downcast::<PyWeakRef>().is_some_and(|w| w.get().is_some()) {
                set.add(vm, &w)?;
            }
        }
        Ok(set.into_value())
    }

    fn clear(&self) {
        let old = self.0.take();
        drop(old);
    }
}

/// `_abc_impl` of an abstract class.
#[derive(Default)]
struct Data {
    registry: WeakClasses,
    cache: WeakClasses,
    negative: WeakClasses,
    negative_version: Cell<u64>,
    /// The machine's.
    registrations: Rc<Counter>,
}

impl NativeType for Data {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for classes in [&self.registry, &self.cache, &self.negative] {
            let all: Vec<Value> = classes.0.borrow().values().cloned().collect();
            all.iter().for_each(&mut *visit);
        }
    }
}

static DATA: NativeTypeSpec = spec("_abc._abc_data", TypeFlags::NO_NEW, None);

/// Counts registrations of one machine: what a negative cache knows is true until the next.
#[derive(Default)]
struct Counter(Cell<u64>);

fn is_abstract(vm: &Vm, v: &Value) -> PyResult<bool> {
    match vm.get_attr_opt(v, &vm.names.isabstractmethod)? {
        Some(flag) => vm.truth(&flag),
        None => Ok(false),
    }
}

fn abc_init(vm: &Vm, args: &[Value]) -> PyResult {
    let class = &args[0];
    let Some(ty) = class.downcast::<PyType>() else {
        return Err(vm.type_error("_abc_init() argument must be a type"));
    };
    let names = vm.new_set_of(&vm.types.frozenset);
    for (k, v) in ty.dict.items() {
        if is_abstract(vm, &v)? {
            names.add(vm, &k)?;
        }
    }
    let bases = ty.bases.get();
    for base in bases
        .downcast::<PyTuple>()
        .map(PyTuple::items)
        .unwrap_or_default()
    {
        let Some(inherited) = vm.get_attr_opt(base, &vm.names.abstractmethods)? else {
            continue;
        };
        for name in vm.collect(&inherited)? {
            if let Some(v) = vm.get_attr_opt(class, &vm.interned_name(&name))?
                && is_abstract(vm, &v)?
            {
                names.add(vm, &name)?;
            }
        }
    }
    vm.set_attr(class, &vm.names.abstractmethods, names.into_value())?;
    let native = vm.native_type::<Data>(&DATA);
    let d = Data {
        registrations: vm.extension(),
        ..Data::default()
    };
    d.negative_version.set(d.registrations.0.get());
    vm.set_attr(class, &vm.names.abc_impl, vm.new_native(&native, &DATA, d))?;
    if vm.version() >= Version::V3_10 {
        let name = vm.intern("__abc_tpflags__");
        if let Some(bits) = ty.dict.get_name(&name) {
            let bits = vm.int_arg(&bits)?;
            if bits & COLLECTION == COLLECTION {
                return Err(vm.type_error(
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
                ));
            }
            ty.add_flags(pattern_flags(bits));
            vm.del_attr(class, &name)?;
        }
    }
    Ok(Value::NONE)
}

/// CPython's flags for classes that sequence and mapping patterns match.
const SEQUENCE: i64 = 1 << 5;
const MAPPING: i64 = 1 << 6;
const COLLECTION: i64 = SEQUENCE | MAPPING;

fn pattern_flags(bits: i64) -> u32 {
    (if bits & SEQUENCE != 0 {
        TypeFlags::SEQUENCE
    } else {
        0
    }) | (if bits & MAPPING != 0 {
        TypeFlags::MAPPING
    } else {
        0
    })
}

fn impl_of(vm: &Vm, class: &Value) -> PyResult {
    vm.get_attr(class, &vm.names.abc_impl)
}

fn register(vm: &Vm, args: &[Value]) -> PyResult {
    let (class, sub) = (&args[0], &args[1]);
    let Some(sub_type) = sub.downcast::<PyType>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.issubclass(sub, class)? {
        return Ok(sub.clone());
    }
    if vm.issubclass(class, sub)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let own = impl_of(vm, class)?;
    data::<Data>(vm, &own)?.registry.add(vm, sub)?;
    let counter = vm.extension::<Counter>();
    counter.0.set(counter.0.get() + 1);
    if let Some(ty) = class.downcast::<PyType>()
        && vm.version() >= Version::V3_10
    {
        let mut flags = 0;
        for bit in [TypeFlags::SEQUENCE, TypeFlags::MAPPING] {
            if ty.flags().any(bit) {
                flags |= bit;
            }
        }
        if flags != 0 {
            mark(vm, sub_type, sub, flags)?;
        }
    }
    Ok(sub.clone())
}

/// Gives a class and its subclasses the flags.
fn mark(vm: &Vm, ty: &PyType, class: &Value, flags: u32) -> PyResult<()> {
    if ty.flags().any(flags) {
        return Ok(());
    }
    vm.check_rust_stack()?;
    ty.add_flags(flags);
    for s in subclasses(vm, class)? {
        if let Some(t) = s.downcast::<PyType>() {
            mark(vm, t, &s, flags)?;
        }
    }
    Ok(())
}

fn subclasses(vm: &Vm, class: &Value) -> PyResult<Vec<Value>> {
    let list = vm.call_method_str(class, "__subclasses__", &[])?;
    vm.collect(&list)
}

fn instance_check(vm: &Vm, args: &[Value]) -> PyResult {
    let (class, instance) = (&args[0], &args[1]);
    let own = impl_of(vm, class)?;
    let d = data::<Data>(vm, &own)?;
    let sub = vm.class_attribute(instance)?;
    if d.cache.contains(&sub) {
        return Ok(Value::TRUE);
    }
    let ty = opyc_core::object::value_of(vm.type_of(instance));
    let check = |c: &Value| vm.call_method(class, &vm.names.subclasscheck, std::slice::from_ref(c));
    if ty.is(&sub) {
        if d.negative_version.get() == d.registrations.0.get() && d.negative.contains(&sub) {
            return Ok(Value::FALSE);
        }
        return check(&sub);
    }
    let r = check(&sub)?;
    if vm.truth(&r)? { Ok(r) } else { check(&ty) }
}

fn subclass_check(vm: &Vm, args: &[Value]) -> PyResult {
    let (class, sub) = (&args[0], &args[1]);
    let Some(sub_type) = sub.downcast::<PyType>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let own = impl_of(vm, class)?;
    let d = data::<Data>(vm, &own)?;
    if d.cache.contains(sub) {
        return Ok(Value::TRUE);
    }
    let version = d.registrations.0.get();
    if d.negative_version.get() < version {
        d.negative.clear();
        d.negative_version.set(version);
    } else if d.negative.contains(sub) {
        return Ok(Value::FALSE);
    }
    let hook = vm.call_method(class, &vm.names.subclasshook, std::slice::from_ref(sub))?;
    match hook.as_bool() {
        Some(true) => {
            d.cache.add(vm, sub)?;
            return Ok(Value::TRUE);
        }
        Some(false) => {
            d.negative.add(vm, sub)?;
            return Ok(Value::FALSE);
        }
        None if hook.is_not_implemented() => {}
        None => {
            return Err(vm.assertion_error(
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    }
    let mro = sub_type.mro.get();
    let direct = mro
        .downcast::<PyTuple>()
        .is_some_and(|m| m.iter().any(|t| t.is(class)));
    let mut found = direct;
    if !found {
        for other in d
            .registry
            .classes()
            .into_iter()
            .chain(subclasses(vm, class)?)
        {
            if vm.issubclass(sub, &other)? {
                found = true;
                break;
            }
        }
    }
    if found {
        d.cache.add(vm, sub)?;
    } else {
        d.negative.add(vm, sub)?;
    }
    Ok(Value::bool(found))
}

fn get_dump(vm: &Vm, args: &[Value]) -> PyResult {
    let own = impl_of(vm, &args[0])?;
    let d = data::<Data>(vm, &own)?;
    Ok(vm.new_tuple(vec![
        d.registry.references(vm)?,
        d.cache.references(vm)?,
        d.negative.references(vm)?,
        vm.new_uint(d.negative_version.get()),
    ]))
}

fn reset_registry(vm: &Vm, args: &[Value]) -> PyResult {
    let own = impl_of(vm, &args[0])?;
    data::<Data>(vm, &own)?.registry.clear();
    Ok(Value::NONE)
}

fn reset_caches(vm: &Vm, args: &[Value]) -> PyResult {
    let own = impl_of(vm, &args[0])?;
    let d = data::<Data>(vm, &own)?;
    d.cache.clear();
    d.negative.clear();
    Ok(Value::NONE)
}

module!(
    ABC,
    "_abc",
    VersionRange::minors(7, 14),
    no_init,
    [
        MethodDef::function("_abc_init", "self, /", abc_init),
        MethodDef::function("_abc_register", "self, subclass, /", register),
        MethodDef::function("_abc_instancecheck", "self, instance, /", instance_check),
        MethodDef::function("_abc_subclasscheck", "self, subclass, /", subclass_check),
        MethodDef::function("get_cache_token", "", |vm, _| Ok(
            vm.new_uint(vm.extension::<Counter>().0.get())
        )),
        MethodDef::function("_get_dump", "self, /", get_dump),
        MethodDef::function("_reset_registry", "self, /", reset_registry),
        MethodDef::function("_reset_caches", "self, /", reset_caches),
    ]
);
