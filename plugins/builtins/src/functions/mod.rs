//! The functions and constants of the `builtins` module, a file for each topic.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{PyModule, PyType};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::payload;
pub use open::os_error;

mod attributes;
mod build_class;
mod import;
mod iteration;
mod namedtuple;
mod numbers;
mod open;
mod ordering;
mod output;
mod run;
mod text;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[],
    init,
};

/// `init` of a part of the module that has functions only.
fn nothing(_: &Vm, _: &Value) -> PyResult<()> {
    Ok(())
}

/// Puts the constants, the builtin types and the exception classes into the module.
fn init(vm: &Vm, module: &Value) -> PyResult<()> {
    let dict = &payload::<PyModule>(vm, module)?.dict;
    let set = |name: &str, v: Value| dict.set_name(&vm.intern(name), v);
    set("None", Value::NONE);
    set("True", Value::bool(true));
    set("False", Value::bool(false));
    set("Ellipsis", Value::ELLIPSIS);
    set("NotImplemented", Value::NOT_IMPLEMENTED);
    set("__debug__", Value::bool(true));
    let t = &vm.types;
    for ty in [
        &t.object,
        &t.type_,
        &t.int,
        &t.bool,
        &t.float,
        &t.complex,
        &t.str,
        &t.bytes,
        &t.bytearray,
        &t.tuple,
        &t.list,
        &t.dict,
        &t.set,
        &t.frozenset,
        &t.slice,
        &t.range,
        &t.property,
        &t.staticmethod,
        &t.classmethod,
        &t.super_,
        &t.reversed,
    ] {
        dict.set_name(&ty.name.get(), ty.value());
    }
    name_types(vm);
    let minor = vm.version().minor();
    for (since, ty) in vm.exc_types.since() {
        if since <= minor {
            dict.set_name(&ty.name.get(), ty.value());
        }
    }
    for alias in ["EnvironmentError", "IOError"] {
        set(alias, vm.exc_types.OSError.value());
    }
    Ok(())
}

/// Modules and names of builtin types that are not what the machine calls them.
fn name_types(vm: &Vm) {
    let t = &vm.types;
    let module = |ty: &PyType, name: &str| ty.dict.set_name(&vm.names.module, vm.intern(name));
    module(&t.namespace, "types");
    let weak = [
        (&t.weakref, "weakref", "ReferenceType"),
        (&t.weakproxy, "weakproxy", "ProxyType"),
        (
            &t.weakcallableproxy,
            "weakcallableproxy",
            "CallableProxyType",
        ),
    ];
    for (ty, old, new) in weak {
        let renamed = vm.version() >= Version::V3_10;
        let name = vm.intern(if renamed { new } else { old });
        ty.name.set(name.clone());
        ty.qualname.set(name);
        if renamed {
            module(ty, "weakref");
        }
    }
}
