//! Imports.

use opyc_core::error::PyResult;
use opyc_core::interp::{StackCx, raw};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use crate::names::namespace;

opcodes! {
    /// Imports a module, of a package `level` levels up if that is not 0; `fromlist` has the names that will be taken.
    IMPORT_NAME (level fromlist -- module) in 6..=14, stack byte_import_name;
    /// Pushes an attribute or submodule of the module on top.
    IMPORT_FROM (module -- module value) in 6..=14, stack byte_import_from;
    /// Copies the public names of a module to the namespace.
    IMPORT_STAR (module --) in 6..=11, stack byte_import_star;
}

fn byte_import_name(cx: &StackCx<'_>, [level, fromlist]: [Value; 2]) -> PyResult<[Value; 1]> {
    let vm = cx.vm;
    let name = cx.name();
    let function = raw::function(vm);
    let globals = function.globals.value();
    let Some(import) = function.builtins.get_name(&vm.names.import) else {
        return Err(vm.new_error(&vm.exc_types.ImportError, "__import__ not found"));
    };
    // The builtin function needs no call; `__import__` that a program has replaced is called as CPython does.
    if vm
        .builtins
        .get_name(&vm.names.import)
        .is_some_and(|f| f.is(&import))
        && is_native(&import)
    {
        let level = vm.index_clamped(&level)?;
        return Ok([vm.import_name(&name, &globals, &fromlist, level)?]);
    }
    let locals = raw::locals(vm);
    let locals = if locals.is_null() {
        Value::NONE
    } else {
        locals
    };
    Ok([vm.call(&import, &[name, globals, locals, fromlist, level])?])
}

fn is_native(f: &Value) -> bool {
    f.downcast::<opyc_core::object::PyBuiltin>().is_some()
}

fn byte_import_from(cx: &StackCx<'_>, [module]: [Value; 1]) -> PyResult<[Value; 2]> {
    let v = cx.vm.import_from(&module, &cx.name())?;
    Ok([module, v])
}

/// Copies the public names of a module to the namespace.
pub(crate) fn import_star(vm: &Vm, module: &Value) -> PyResult<()> {
    vm.import_star(module, &namespace(vm, || "found during 'import *'".into())?)
}

fn byte_import_star(cx: &StackCx<'_>, [module]: [Value; 1]) -> PyResult<[Value; 0]> {
    import_star(cx.vm, &module)?;
    Ok([])
}
