//! `bool`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::num::int_bits;
use opyc_core::object::MethodDef;
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, Vm};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BOOL: TypeDef = TypeDef {
    name: "bool",
    methods: &[
        MethodDef::new_method("x=", new).until(Version::V3_6),
        MethodDef::new_method("x=, /", new).since(Version::V3_7),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr).until(Version::V3_7),
        MethodDef::method("__and__", "value, /", |vm, a| logic(vm, BinOp::And, a)),
        MethodDef::method("__rand__", "value, /", |vm, a| logic(vm, BinOp::And, a)),
        MethodDef::method("__or__", "value, /", |vm, a| logic(vm, BinOp::Or, a)),
        MethodDef::method("__ror__", "value, /", |vm, a| logic(vm, BinOp::Or, a)),
        MethodDef::method("__xor__", "value, /", |vm, a| logic(vm, BinOp::Xor, a)),
        MethodDef::method("__rxor__", "value, /", |vm, a| logic(vm, BinOp::Xor, a)),
        MethodDef::method("__invert__", "", invert).since(Version::V3_12),
    ],
    getsets: &[],
};

fn new(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(a[1].opt().map_or(Ok(false), |x| vm.truth(x))?))
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.intern(if a[0].as_bool() == Some(true) {
        "True"
    } else {
        "False"
    }))
}

/// An operator of bits: a bool of two bools, else an int. All three commute.
fn logic(vm: &Vm, op: BinOp, a: &[Value]) -> PyResult {
    if let (Some(x), Some(y)) = (a[0].as_bool(), a[1].as_bool()) {
        return Ok(Value::bool(match op {
            BinOp::And => x & y,
            BinOp::Or => x | y,
            _ => x ^ y,
        }));
    }
    match (vm.int_value(&a[0]), vm.int_value(&a[1])) {
        (Some(x), Some(y)) => vm.int_op(op, x, y).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn invert(vm: &Vm, a: &[Value]) -> PyResult {
    let end = if vm.version() >= Version::V3_13 {
        " and will be removed in Python 3.16"
    } else {
        ""
    };
    vm.warn(
        &vm.exc_types.DeprecationWarning,
        &format!(
            "Bitwise inversion '~' on bool is deprecated{end}. This returns the bitwise inversion of the underlying \
             int object and is usually not what you expect from negating a bool. Use the 'not' operator for boolean \
             negation or ~int(x) if you really want the bitwise inversion of the underlying int."
        ),
    );
    let i = vm.int_value(&a[0]).map(int_bits::invert);
    Ok(i.map_or(Value::NOT_IMPLEMENTED, |i| vm.new_integer(i)))
}
