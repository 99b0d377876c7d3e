//! An opcode that CPython does not have. `plugins/README.md` tells how to write and use one like it.

#![forbid(unsafe_code)]

use opyc_core::vm::{BinOp, Vm};
use opyc_core::{error::PyResult, interp::UnaryOperator, opcodes, value::Value};

opcodes! {
    /// Replaces a value by its double, `a + a`.
    DOUBLE (a -- result) in .., unary Double;
}

struct Double;

impl UnaryOperator for Double {
    fn ints(a: &Value) -> Option<Value> {
        Value::add_ints(a, a)
    }
    fn floats(a: f64) -> Option<f64> {
        Some(a + a)
    }
    fn slow(vm: &Vm, a: &Value) -> PyResult {
        vm.binary_op(BinOp::Add, a, a)
    }
}
