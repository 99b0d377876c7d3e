//! `getattr` and its like, namespaces, and questions on objects.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, Shortcut};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ATTRIBUTES: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::function("getattr", "object, name, default=, /", getattr),
        MethodDef::function("setattr", "obj, name, value, /", setattr),
        MethodDef::function("delattr", "obj, name, /", delattr),
        MethodDef::function("hasattr", "obj, name, /", hasattr),
        MethodDef::function("isinstance", "obj, class_or_tuple, /", isinstance)
            .shortcut(Shortcut::IsInstance),
        MethodDef::function("issubclass", "cls, class_or_tuple, /", issubclass),
        MethodDef::function("callable", "obj, /", callable),
        MethodDef::function("id", "obj, /", id),
        MethodDef::function("hash", "obj, /", hash),
        MethodDef::function("dir", "object=, /", dir),
        MethodDef::function("vars", "object=, /", vars),
        MethodDef::function("globals", "", globals),
        MethodDef::function("locals", "", locals),
    ],
    init: super::nothing,
};

/// TypeError unless the attribute's name is a str.
fn check_name(vm: &Vm, function: &str, name: &Value) -> PyResult<()> {
    if vm.is_str(name) {
        return Ok(());
    }
    Err(bad_name(vm, function, name))
}

fn bad_name(vm: &Vm, function: &str, name: &Value) -> Raise {
    let t = vm.type_name(name);
    let text = match function {
        "getattr" | "hasattr" if vm.version() < Version::V3_11 => {
            format!("{function}(): attribute name must be string")
        }
        _ => format!("attribute name must be string, not '{t}'"),
    };
    vm.type_error(&text)
}

fn getattr(vm: &Vm, args: &[Value]) -> PyResult {
    check_name(vm, "getattr", &args[1])?;
    match args[2].opt() {
        None => vm.get_attr(&args[0], &args[1]),
        Some(default) => Ok(vm
            .get_attr_opt(&args[0], &args[1])?
            .unwrap_or_else(|| default.clone())),
    }
}

fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
    check_name(vm, "setattr", &args[1])?;
    vm.set_attr(&args[0], &args[1], args[2].clone())?;
    Ok(Value::NONE)
}

fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
    check_name(vm, "delattr", &args[1])?;
    vm.del_attr(&args[0], &args[1])?;
    Ok(Value::NONE)
}

fn hasattr(vm: &Vm, args: &[Value]) -> PyResult {
    check_name(vm, "hasattr", &args[1])?;
    Ok(Value::bool(vm.get_attr_opt(&args[0], &args[1])?.is_some()))
}

fn isinstance(vm: &Vm, args: &[Value]) -> PyResult {
    vm.isinstance(&args[0], &args[1]).map(Value::bool)
}

fn issubclass(vm: &Vm, args: &[Value]) -> PyResult {
    vm.issubclass(&args[0], &args[1]).map(Value::bool)
}

fn callable(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(vm.is_callable(&args[0])))
}

fn id(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_uint(args[0].bits()))
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    vm.hash(&args[0]).map(|h| vm.new_int(h))
}

fn dir(vm: &Vm, args: &[Value]) -> PyResult {
    let names = match args[0].opt() {
        None => {
            let locals = vm.current_locals()?;
            let keys = vm.call_method(&locals, &vm.names.keys, &[])?;
            vm.collect(&keys)?
        }
        Some(o) => match vm.call_special(o, &vm.names.dir, &[])? {
            Some(names) => vm.collect(&names)?,
            None => return Err(vm.type_error("object does not provide __dir__")),
        },
    };
    let list = vm.new_list(names);
    vm.call_method_str(&list, "sort", &[])?;
    Ok(list)
}

fn vars(vm: &Vm, args: &[Value]) -> PyResult {
    match args[0].opt() {
        None => vm.current_locals(),
        Some(o) => match vm.get_attr_opt(o, &vm.names.dict)? {
            Some(d) => Ok(d),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        },
    }
}

fn globals(vm: &Vm, _: &[Value]) -> PyResult {
    match vm.current_globals() {
        Some(g) => Ok(g.into_value()),
        None => Ok(Value::NONE),
    }
}

fn locals(vm: &Vm, _: &[Value]) -> PyResult {
    vm.current_locals()
}
