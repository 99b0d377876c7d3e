//! `super`.

use opyc_core::args::Args;
use opyc_core::code::SlotKind;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, PyCell, PySuper, PyTuple, PyType, Ref, value_of,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{call_as, class_arg, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static SUPER: TypeDef = TypeDef {
    name: "super",
    methods: &[
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, |vm, args| {
            call_as(vm, &INIT, args)
        }),
        MethodDef::method("__get__", "instance, owner=, /", get),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__getattribute__", "name, /", getattribute),
    ],
    getsets: &[
        GetSet::get("__thisclass__", |vm, s| {
            Ok(or_none(payload::<PySuper>(vm, s)?.class.get()))
        })
        .member(),
        GetSet::get("__self__", |vm, s| {
            Ok(or_none(payload::<PySuper>(vm, s)?.object.get()))
        })
        .member(),
        GetSet::get("__self_class__", |vm, s| {
            Ok(or_none(payload::<PySuper>(vm, s)?.object_type.get()))
        })
        .member(),
    ],
};

static INIT: MethodDef = MethodDef::method("super", "type=, object=, /", init);

fn or_none(v: Value) -> Value {
    if v.is_null() { Value::NONE } else { v }
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (class, _) = split_first(vm, args)?;
    let ty = class_arg(vm, class)?;
    Ok(vm
        .new_super_of(&ty, Value::NULL, Value::NULL, Value::NULL)
        .into_value())
}

fn init(vm: &Vm, args: &[Value]) -> PyResult {
    let s = payload::<PySuper>(vm, &args[0])?;
    let (class, object) = match args[1].opt() {
        Some(c) => (c.clone(), args[2].opt().cloned()),
        None => {
            let (class, this) = from_frame(vm)?;
            (class, Some(this))
        }
    };
    let Some(class) = class.to_ref::<PyType>() else {
        let t = vm.type_name(&class);
        let article = if vm.version() >= Version::V3_11 {
            "a "
        } else {
            ""
        };
        return Err(vm.type_error(&format!(
            "super() argument 1 must be {article}type, not {t}"
        )));
    };
    let object = object.filter(|o| !o.is_none());
    let object_type = match &object {
        Some(o) => check(vm, &class, o)?,
        None => Value::NULL,
    };
    s.class.set(class.into_value());
    s.object.set(object.unwrap_or(Value::NULL));
    s.object_type.set(object_type);
    Ok(Value::NONE)
}

/// `super()` without arguments: the class from the cell `__class__`, the instance from the first argument.
fn from_frame(vm: &Vm) -> PyResult<(Value, Value)> {
    let fail = |text: &str| -> Raise { vm.runtime_error(text) };
    let Some(f) = vm.current_function() else {
        return Err(fail("super(): no current frame"));
    };
    let code = f.code();
    let code = &code.code;
    if code.argcount == 0 {
        return Err(fail("super(): no arguments"));
    }
    let mut first = vm.current_slot(0);
    if first.is_null() {
        // Up to 3.10 an argument that an inner function uses has moved to a cell in a slot of its own.
        let name = code.localsplus.first().map(|(n, _)| n);
        let cell = code
            .localsplus
            .iter()
            .position(|(n, k)| k.has(SlotKind::CELL) && Some(n) == name);
        first = cell.map_or(Value::NULL, |i| vm.current_slot(i));
    }
    let shared = first.downcast::<PyCell>().map(|c| c.value.get());
    let first_is_cell = code.localsplus.first().is_some_and(|(n, _)| {
        code.localsplus
            .iter()
            .any(|(m, k)| m == n && k.has(SlotKind::CELL))
    });
    if let Some(content) = shared.filter(|_| first_is_cell) {
        first = content;
    }
    if first.is_null() {
        return Err(fail("super(): arg[0] deleted"));
    }
    let free = code
        .localsplus
        .iter()
        .filter(|(_, k)| k.has(SlotKind::FREE));
    let index = free
        .enumerate()
        .find(|(_, (n, _))| n.view().as_ascii_str() == Some("__class__"))
        .map(|(i, _)| i);
    let closure = f.closure.get();
    let cell = index.and_then(|i| {
        closure
            .downcast::<PyTuple>()
            .and_then(|c| c.get(i))
            .cloned()
    });
    let Some(cell) = cell else {
        return Err(fail("super(): __class__ cell not found"));
    };
    let Some(cell) = cell.downcast::<PyCell>() else {
        return Err(fail("super(): bad __class__ cell"));
    };
    let class = cell.value.get();
    if class.is_null() {
        return Err(fail("super(): empty __class__ cell"));
    }
    if class.downcast::<PyType>().is_none() {
        let t = vm.type_name(&class);
        return Err(fail(&format!("super(): __class__ is not a type ({t})")));
    }
    Ok((class, first))
}

/// The type in whose MRO the search runs: the object itself if it is a subclass, else its type or `__class__`.
fn check(vm: &Vm, class: &Ref<PyType>, object: &Value) -> PyResult {
    if let Some(t) = object.downcast::<PyType>()
        && t.is_subtype(class)
    {
        return Ok(object.clone());
    }
    let ty = vm.type_of(object);
    if ty.is_subtype(class) {
        return Ok(value_of(ty));
    }
    if let Some(c) = vm.get_attr_opt(object, &vm.names.class)?
        && c.downcast::<PyType>().is_some_and(|c| c.is_subtype(class))
    {
        return Ok(c);
    }
    if vm.version() >= Version::V3_13 {
        let who = match object.downcast::<PyType>() {
            Some(t) => format!("type {}", t.name()),
            None => format!("instance of {}", ty.name()),
        };
        return Err(vm.type_error(&format!(
            "super(type, obj): obj ({who}) is not an instance or subtype of type ({}).",
            class.name()
        )));
    }
    Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"))
}

/// An unbound `super` in a class binds itself to the instance.
fn get(vm: &Vm, args: &[Value]) -> PyResult {
    let s = payload::<PySuper>(vm, &args[0])?;
    let o = &args[1];
    if o.is_none() || !s.object.is_null() {
        return Ok(args[0].clone());
    }
    let Some(class) = s.this_class() else {
        return Ok(args[0].clone());
    };
    let ty = vm.type_of(&args[0]);
    if !std::ptr::eq(ty, &*vm.types.super_) {
        return vm.call(&value_of(ty), &[class.into_value(), o.clone()]);
    }
    let object_type = check(vm, &class, o)?;
    Ok(vm
        .new_super_of(&vm.types.super_, class.into_value(), o.clone(), object_type)
        .into_value())
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let s = payload::<PySuper>(vm, &args[0])?;
    let class = s
        .this_class()
        .map_or_else(|| "NULL".to_string(), |c| c.name());
    let text = match s.object_type.get().downcast::<PyType>() {
        Some(t) => format!("<super: <class '{class}'>, <{} object>>", t.name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(vm.new_str(&text))
}

fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.interned_name(&args[1]);
    match vm.generic_get_attr(&args[0], &name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}
