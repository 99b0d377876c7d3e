//! Names of module and class bodies: looked up in the namespace first, then in globals and builtins.

use opyc_core::error::PyResult;
use opyc_core::interp::{StackCx, raw};
use opyc_core::object::PyDict;
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

opcodes! {
    /// Pushes the value of a name: from the namespace, the globals or the builtins.
    LOAD_NAME (-- value) in 6..=14, stack byte_load_name;
    /// Sets a name of the namespace.
    STORE_NAME (value --) in 6..=14, stack byte_store_name;
    /// Deletes a name of the namespace.
    DELETE_NAME (--) in 6..=14, stack byte_delete_name;
    /// Pushes the namespace.
    LOAD_LOCALS (-- namespace) in 12..=14, stack byte_load_locals;
    /// Pushes the value of a name: from the mapping on top, the globals or the builtins.
    LOAD_FROM_DICT_OR_GLOBALS (mapping -- value) in 12..=14, stack byte_load_from_dict_or_globals;
}

/// The value of a name in a mapping; `None` if it lacks the name.
pub(crate) fn lookup(vm: &Vm, mapping: &Value, name: &Value) -> PyResult<Option<Value>> {
    if let Some(d) = mapping.downcast_exact::<PyDict>() {
        return Ok(d.get_name(name));
    }
    match vm.get_item(mapping, name) {
        Ok(v) => Ok(Some(v)),
        Err(r) if vm.is_exception(&r, &vm.exc_types.KeyError) => Ok(None),
        Err(r) => Err(r),
    }
}

/// The value of a global or builtin.
fn global(vm: &Vm, name: &Value) -> PyResult {
    let function = raw::function(vm);
    let found = function
        .globals
        .get_name(name)
        .or_else(|| function.builtins.get_name(name));
    found.ok_or_else(|| vm.name_error(name))
}

/// The value of a global or builtin where one of the two dicts is of a subclass, which may have its own ideas.
pub(crate) fn global_by_item(vm: &Vm, name: &Value) -> PyResult {
    let function = raw::function(vm);
    for dict in [&function.globals, &function.builtins] {
        if let Some(v) = lookup(vm, dict.as_value(), name)? {
            return Ok(v);
        }
    }
    Err(vm.name_error(name))
}

/// The namespace of the running module or class body.
pub(crate) fn namespace(vm: &Vm, what: impl FnOnce() -> String) -> PyResult {
    let locals = raw::locals(vm);
    if locals.is_null() {
        Err(vm.system_error(&format!("no locals {}", what())))
    } else {
        Ok(locals)
    }
}

fn byte_load_name(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    let name = cx.name();
    let locals = namespace(cx.vm, || {
        format!("when loading '{}'", cx.vm.str_lossy(&name))
    })?;
    match lookup(cx.vm, &locals, &name)? {
        Some(v) => Ok([v]),
        None => Ok([global(cx.vm, &name)?]),
    }
}

fn byte_store_name(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 0]> {
    let name = cx.name();
    let locals = namespace(cx.vm, || {
        format!("found when storing '{}'", cx.vm.str_lossy(&name))
    })?;
    match locals.downcast_exact::<PyDict>() {
        Some(d) => d.set_name(&name, value),
        None => cx.vm.set_item(&locals, &name, value)?,
    }
    Ok([])
}

fn byte_delete_name(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 0]> {
    let name = cx.name();
    let locals = namespace(cx.vm, || {
        format!("when deleting '{}'", cx.vm.str_lossy(&name))
    })?;
    if let Some(d) = locals.downcast_exact::<PyDict>() {
        return if d.remove_name(&name).is_some() {
            Ok([])
        } else {
            Err(cx.vm.name_error(&name))
        };
    }
    match cx.vm.del_item(&locals, &name) {
        Ok(()) => Ok([]),
        Err(r) if r.is_fault() => Err(r),
        Err(_) => Err(cx.vm.name_error(&name)),
    }
}

fn byte_load_locals(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    Ok([namespace(cx.vm, || "when loading them".into())?])
}

fn byte_load_from_dict_or_globals(cx: &StackCx<'_>, [mapping]: [Value; 1]) -> PyResult<[Value; 1]> {
    let name = cx.name();
    match lookup(cx.vm, &mapping, &name)? {
        Some(v) => Ok([v]),
        None => Ok([global(cx.vm, &name)?]),
    }
}
