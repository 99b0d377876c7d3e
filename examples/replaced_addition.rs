//! What an opcode costs that comes from another crate: additions replaced by a row of one's own on the value rung.
//!
//!     cargo build --release --example replaced_addition
//!     replaced_addition standard PROGRAM.pyc [ARGS]     with the standard `BINARY_ADD`
//!     replaced_addition replaced PROGRAM.pyc [ARGS]     with the one below
//!
//! `benches/count.py --against` counts the machine instructions of both; they should be the same but for a few.

use std::process::ExitCode;

use opyc::core::error::PyResult;
use opyc::core::interp::BinaryOperator;
use opyc::core::opcode;
use opyc::core::registry::OpcodeDef;
use opyc::core::vm::BinOp;
use opyc::{Code, Machine, Value, Vm};

// As the command has it.
#[global_allocator]
static ALLOCATOR: opyc::core::ThreadCache = opyc::core::ThreadCache;

static ADD: OpcodeDef = opcode! {
    /// Implements `a + b`.
    BINARY_ADD (a b -- result) overriding in .., binary Add;
};

static ADD_IN_PLACE: OpcodeDef = opcode! {
    /// Implements `a += b`.
    INPLACE_ADD (a b -- result) overriding in ..=3.10, binary Add;
};

struct Add;

impl BinaryOperator for Add {
    fn ints(a: &Value, b: &Value) -> Option<Value> {
        Value::add_ints(a, b)
    }
    fn floats(a: f64, b: f64) -> Option<f64> {
        Some(a + b)
    }
    fn slow(vm: &Vm, a: &Value, b: &Value, in_place: bool) -> PyResult {
        if in_place {
            vm.inplace_op(BinOp::Add, a, b)
        } else {
            vm.binary_op(BinOp::Add, a, b)
        }
    }
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(mode), Some(file)) = (args.first(), args.get(1)) else {
        return Err("which additions, `standard` or `replaced`, and which program?".into());
    };
    let code = Code::from_pyc(&std::fs::read(file)?, file)?;
    let mut builder = Machine::for_code(&code).argv(&args[1..]);
    match mode.as_str() {
        "standard" => {}
        "replaced" => builder = builder.opcode(&ADD).opcode(&ADD_IN_PLACE),
        other => return Err(format!("{other:?} is neither `standard` nor `replaced`").into()),
    }
    let machine = builder.build()?;
    let end = machine.run_code(code);
    print!("{}", machine.output());
    end?;
    Ok(ExitCode::SUCCESS)
}
