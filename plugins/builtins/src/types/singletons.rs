//! The types of `None`, `...` and `NotImplemented`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::MethodDef;
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NONE: TypeDef = TypeDef {
    name: "NoneType",
    methods: &[
        MethodDef::new_method("", |_, _| Ok(Value::NONE)),
        MethodDef::method("__repr__", "", |vm, _| Ok(vm.new_str("None"))),
        MethodDef::method("__bool__", "", |_, _| Ok(Value::bool(false))),
        MethodDef::method("__hash__", "", |vm, args| {
            // A fixed number from 3.12 on, an address before.
            let fixed = vm.version() >= Version::V3_12;
            Ok(vm.new_int(if fixed {
                0xFCA8_6420
            } else {
                vm.identity_hash(&args[0])
            }))
        }),
    ],
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ELLIPSIS: TypeDef = TypeDef {
    name: "ellipsis",
    methods: &[
        MethodDef::new_method("", |_, _| Ok(Value::ELLIPSIS)),
        MethodDef::method("__repr__", "", |vm, _| Ok(vm.new_str("Ellipsis"))),
        MethodDef::method("__reduce__", "", |vm, _| Ok(vm.new_str("Ellipsis"))),
    ],
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NOT_IMPLEMENTED: TypeDef = TypeDef {
    name: "NotImplementedType",
    methods: &[
        MethodDef::new_method("", |_, _| Ok(Value::NOT_IMPLEMENTED)),
        MethodDef::method("__repr__", "", |vm, _| Ok(vm.new_str("NotImplemented"))),
        MethodDef::method("__reduce__", "", |vm, _| Ok(vm.new_str("NotImplemented"))),
        MethodDef::method("__bool__", "", not_implemented_bool),
    ],
    getsets: &[],
};

/// Deprecated from 3.9 on, an error from 3.14 on.
fn not_implemented_bool(vm: &Vm, _: &[Value]) -> PyResult {
    if vm.version() >= Version::V3_14 {
        return Err(vm.type_error("NotImplemented should not be used in a boolean context"));
    }
    if vm.version() >= Version::V3_9 {
        vm.warn(
            &vm.exc_types.DeprecationWarning,
            "NotImplemented should not be used in a boolean context",
        );
    }
    Ok(Value::bool(true))
}
