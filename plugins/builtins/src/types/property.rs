//! `property`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyProperty, value_of};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{call_as, class_arg, payload, split_first};

const GETTER: usize = 0;
const SETTER: usize = 1;
const DELETER: usize = 2;
const DOC: usize = 3;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static PROPERTY: TypeDef = TypeDef {
    name: "property",
    methods: &[
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, |vm, args| {
            call_as(vm, &INIT, args)
        }),
        MethodDef::method("getter", "object, /", |vm, args| changed(vm, args, GETTER)),
        MethodDef::method("setter", "object, /", |vm, args| changed(vm, args, SETTER)),
        MethodDef::method("deleter", "object, /", |vm, args| {
            changed(vm, args, DELETER)
        }),
        MethodDef::method("__get__", "instance, owner=, /", get),
        MethodDef::method("__set__", "instance, value, /", set),
        MethodDef::method("__delete__", "instance, /", delete),
        MethodDef::method("__set_name__", "owner, name, /", set_name).since(Version::V3_10),
    ],
    getsets: &[
        member("fget", |vm, p| part(vm, p, GETTER)),
        member("fset", |vm, p| part(vm, p, SETTER)),
        member("fdel", |vm, p| part(vm, p, DELETER)),
        GetSet::get_set("__doc__", |vm, p| part(vm, p, DOC), set_doc).member(),
        GetSet::get("__isabstractmethod__", is_abstract),
        GetSet::get_set("__name__", name, set_own_name).since(Version::V3_13),
    ],
};

const fn member(name: &'static str, get: fn(&Vm, &Value) -> PyResult) -> GetSet {
    GetSet::get(name, get).member()
}

fn part(vm: &Vm, p: &Value, i: usize) -> PyResult {
    Ok(payload::<PyProperty>(vm, p)?.parts[i].get())
}

static INIT: MethodDef = MethodDef::method("property", "fget=, fset=, fdel=, doc=", init);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (class, _) = split_first(vm, args)?;
    let ty = class_arg(vm, class)?;
    Ok(vm
        .new_property_of(&ty, [Value::NONE, Value::NONE, Value::NONE, Value::NONE])
        .into_value())
}

fn init(vm: &Vm, args: &[Value]) -> PyResult {
    let p = payload::<PyProperty>(vm, &args[0])?;
    for (i, cell) in p.parts.iter().enumerate() {
        cell.set(args[i + 1].opt().cloned().unwrap_or(Value::NONE));
    }
    p.name.set(Value::NULL);
    let getter = p.parts[GETTER].get();
    let mut doc = p.parts[DOC].get();
    p.getter_doc.set(doc.is_none() && !getter.is_none());
    if p.getter_doc.get() {
        doc = vm
            .get_attr_opt(&getter, &vm.names.doc)?
            .unwrap_or(Value::NONE);
        p.parts[DOC].set(doc.clone());
    }
    let subclass = !std::ptr::eq(vm.type_of(&args[0]), &*vm.types.property);
    if subclass && (p.getter_doc.get() && !doc.is_none() || vm.version() >= Version::V3_12) {
        // A subclass may have a `__doc__` of its own that hides the slot: an instance attribute shows it.
        if let Err(r) = vm.set_attr(&args[0], &vm.names.doc, doc)
            && !vm.is_exception(&r, &vm.exc_types.AttributeError)
        {
            return Err(r);
        }
    }
    Ok(Value::NONE)
}

/// A copy with one part replaced.
fn changed(vm: &Vm, args: &[Value], which: usize) -> PyResult {
    let p = payload::<PyProperty>(vm, &args[0])?;
    let mut parts: Vec<Value> = p.parts.iter().map(|c| c.get()).collect();
    if !args[1].is_none() {
        parts[which] = args[1].clone();
    }
    if p.getter_doc.get() && !parts[GETTER].is_none() {
        // The new one takes it from its getter again.
        parts[DOC] = Value::NONE;
    }
    let class = value_of(vm.type_of(&args[0]));
    let new = vm.call(&class, &parts)?;
    if let Some(n) = new.downcast::<PyProperty>() {
        n.name.set(p.name.get());
    }
    Ok(new)
}

fn get(vm: &Vm, args: &[Value]) -> PyResult {
    let p = payload::<PyProperty>(vm, &args[0])?;
    let o = &args[1];
    if o.is_none() {
        return Ok(args[0].clone());
    }
    let f = p.parts[GETTER].get();
    if f.is_none() {
        return Err(vm.property_error(p, o, "getter", "unreadable attribute"));
    }
    vm.call(&f, std::slice::from_ref(o))
}

fn set(vm: &Vm, args: &[Value]) -> PyResult {
    let p = payload::<PyProperty>(vm, &args[0])?;
    let f = p.parts[SETTER].get();
    if f.is_none() {
        return Err(vm.property_error(p, &args[1], "setter", "can't set attribute"));
    }
    vm.call(&f, &args[1..3])?;
    Ok(Value::NONE)
}

fn delete(vm: &Vm, args: &[Value]) -> PyResult {
    let p = payload::<PyProperty>(vm, &args[0])?;
    let f = p.parts[DELETER].get();
    if f.is_none() {
        return Err(vm.property_error(p, &args[1], "deleter", "can't delete attribute"));
    }
    vm.call(&f, &args[1..2])?;
    Ok(Value::NONE)
}

fn set_name(vm: &Vm, args: &[Value]) -> PyResult {
    payload::<PyProperty>(vm, &args[0])?
        .name
        .set(args[2].clone());
    Ok(Value::NONE)
}

fn set_doc(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    payload::<PyProperty>(vm, this)?.parts[DOC].set(value.opt().cloned().unwrap_or(Value::NONE));
    Ok(())
}

/// Whether any of the functions is abstract.
fn is_abstract(vm: &Vm, this: &Value) -> PyResult {
    let p = payload::<PyProperty>(vm, this)?;
    for c in &p.parts[..DOC] {
        let f = c.get();
        if !f.is_none()
            && let Some(a) = vm.get_attr_opt(&f, &vm.names.isabstractmethod)?
            && vm.truth(&a)?
        {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

/// The name that it was assigned to, else its getter's.
fn name(vm: &Vm, this: &Value) -> PyResult {
    let p = payload::<PyProperty>(vm, this)?;
    if let Some(n) = p.name.get().opt() {
        return Ok(n.clone());
    }
    let getter = p.parts[GETTER].get();
    if !getter.is_none()
        && let Some(n) = vm.get_attr_opt(&getter, &vm.names.name)?
    {
        return Ok(n);
    }
    Err(vm.no_attribute(this, &vm.names.name))
}

fn set_own_name(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    payload::<PyProperty>(vm, this)?.name.set(value);
    Ok(())
}
