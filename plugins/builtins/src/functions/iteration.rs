//! `iter`, `next`, `len`, `any`, `all`, and the asynchronous pair.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, Shortcut};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ITERATION: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::function("len", "obj, /", len).shortcut(Shortcut::Len),
        MethodDef::function("iter", "object, sentinel=, /", iter),
        MethodDef::function("next", "iterator, default=, /", next),
        MethodDef::function("any", "iterable, /", any),
        MethodDef::function("all", "iterable, /", all),
    ],
    init: super::nothing,
};

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_uint(vm.len(&args[0])? as u64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(sentinel) = args[1].opt() else {
        return vm.get_iter(&args[0]);
    };
    if !vm.is_callable(&args[0]) {
        let text = if vm.version() == Version::V3_12 {
            "iter(object, sentinel): object must be callable"
        } else {
            "iter(v, w): v must be callable"
        };
        return Err(vm.type_error(text));
    }
    Ok(vm.new_call_iter(args[0].clone(), sentinel.clone()))
}

fn next(vm: &Vm, args: &[Value]) -> PyResult {
    let it = &args[0];
    if !vm.is_iterator(it) {
        return Err(vm.type_error(&format!("'{}' object is not an iterator", vm.type_name(it))));
    }
    if let Some(default) = args[1].opt() {
        return Ok(vm.iter_next(it)?.unwrap_or_else(|| default.clone()));
    }
    // Not by `iter_next`: the StopIteration of a generator or of a `__next__` in Python has a value.
    match vm.call_special(it, &vm.names.next, &[])? {
        Some(v) => Ok(v),
        None => vm.next_or_stop(it),
    }
}

fn any(vm: &Vm, args: &[Value]) -> PyResult {
    let it = vm.get_iter(&args[0])?;
    while let Some(v) = vm.iter_next(&it)? {
        if vm.truth(&v)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn all(vm: &Vm, args: &[Value]) -> PyResult {
    let it = vm.get_iter(&args[0])?;
    while let Some(v) = vm.iter_next(&it)? {
        if !vm.truth(&v)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ASYNC_ITERATION: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::since(Version::V3_10),
    functions: &[MethodDef::function("aiter", "async_iterable, /", aiter)],
    init: super::nothing,
};

fn aiter(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(it) = vm.call_special(&args[0], &vm.names.aiter, &[])? else {
        return Err(vm.type_error(&format!(
            "'{}' object is not an async iterable",
            vm.type_name(&args[0])
        )));
    };
    if vm.lookup_type(vm.type_of(&it), &vm.names.anext).is_none() {
        let text = format!(
            "aiter() returned not an async iterator of type '{}'",
            vm.type_name(&it)
        );
        return Err(vm.type_error(&text));
    }
    Ok(it)
}
