//! `_weakref`. The types themselves are builtin.

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyDict, PyWeakRef};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::util::{module, put, some};

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(vm, m, "ref", vm.types.weakref.value());
    put(vm, m, "ReferenceType", vm.types.weakref.value());
    put(vm, m, "ProxyType", vm.types.weakproxy.value());
    put(
        vm,
        m,
        "CallableProxyType",
        vm.types.weakcallableproxy.value(),
    );
    Ok(())
}

fn proxy(vm: &Vm, args: &[Value]) -> PyResult {
    let ty = if vm.is_callable(&args[0]) {
        &vm.types.weakcallableproxy
    } else {
        &vm.types.weakproxy
    };
    vm.new_weakref(ty, &args[0], some(args, 1).cloned().unwrap_or(Value::NULL))
}

fn get_weakrefs(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_list(vm.weakrefs_of(&args[0])))
}

/// Removes a key whose weak value is dead; another thread of control may have set a new one meanwhile.
fn remove_dead(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(d) = args[0].downcast::<PyDict>() else {
        let text = format!(
            "_remove_dead_weakref() argument 1 must be dict, not {}",
            vm.type_name(&args[0])
        );
        return Err(vm.type_error(&text));
    };
    let Some(v) = d.get(vm, &args[1])? else {
        return Ok(Value::NONE);
    };
    match v.downcast::<PyWeakRef>() {
        Some(w) if w.get().is_none() => d.remove(vm, &args[1]).map(|_| Value::NONE),
        Some(_) => Ok(Value::NONE),
        None => Err(vm.type_error("not a weakref")),
    }
}

module!(
    WEAKREF,
    "_weakref",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("getweakrefcount", "object, /", |vm, a| Ok(
            vm.new_int(vm.weakrefs_of(&a[0]).len() as i64)
        )),
        MethodDef::function("getweakrefs", "object, /", get_weakrefs),
        MethodDef::function("proxy", "object, callback=, /", proxy),
        MethodDef::function("_remove_dead_weakref", "dct, key, /", remove_dead),
    ]
);
