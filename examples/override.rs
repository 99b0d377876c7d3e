//! Replaces standard opcodes: `cargo run --example override`.
//!
//! One machine counts its additions, another divides exactly; a third, beside them, does what CPython does. To replace
//! an opcode for all machines, write the row with `opcodes!` in place of `opcode!`, in a crate that is linked.

use std::cell::Cell;

use opyc::core::error::PyResult;
use opyc::core::interp::StackCx;
use opyc::core::opcode;
use opyc::core::registry::OpcodeDef;
use opyc::core::vm::BinOp;
use opyc::{Code, Machine, Value};

static COUNTED: OpcodeDef = opcode! {
    /// Implements `a + b`, and counts.
    BINARY_ADD (a b -- result) overriding in .., stack byte_counted_add;
};

static EXACT: OpcodeDef = opcode! {
    /// Implements `a / b`: an int where the result is one.
    BINARY_TRUE_DIVIDE (a b -- result) overriding in .., stack byte_exact_divide;
};

/// What belongs to one machine is kept in it.
#[derive(Default)]
struct Additions(Cell<u64>);

fn byte_counted_add(cx: &StackCx<'_>, [a, b]: [Value; 2]) -> PyResult<[Value; 1]> {
    let count = cx.vm.extension::<Additions>();
    count.0.set(count.0.get() + 1);
    Ok([cx.vm.binary_op(BinOp::Add, &a, &b)?])
}

fn byte_exact_divide(cx: &StackCx<'_>, [a, b]: [Value; 2]) -> PyResult<[Value; 1]> {
    let exact = match Value::ints(&a, &b) {
        Some((x, y)) if y != 0 && x % y == 0 => BinOp::FloorDiv,
        _ => BinOp::TrueDiv,
    };
    Ok([cx.vm.binary_op(exact, &a, &b)?])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = Code::from_pyc(include_bytes!("override.pyc"), "examples/override.pyc")?;

    let counting = Machine::for_code(&code).opcode(&COUNTED).build()?;
    counting.run_code(code.clone())?;
    print!("counting: {}", counting.output());
    println!(
        "          {} additions",
        counting.extension::<Additions>().0.get()
    );

    let exact = Machine::for_code(&code).opcode(&EXACT).build()?;
    exact.run_code(code.clone())?;
    print!("exact:    {}", exact.output());

    let plain = Machine::for_code(&code).build()?;
    plain.run_code(code)?;
    print!("plain:    {}", plain.output());
    Ok(())
}
