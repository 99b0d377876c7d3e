//! Runs a program with an opcode that CPython lacks: `cargo run --example custom_opcode`.
//!
//! DOUBLE is provided by `plugins/double`. No compiler makes it, so the opcode map gives it the number that `~` has in
//! the file: `double.pyc` was made from `double.py` by CPython 3.12, as any other.

use opyc::core::version::VersionInfo;
use opyc::{Code, Machine};
// A crate that nothing mentions is not linked.
use opyc_double as _;

const OPCODES: &str = "
    base = 3.12
    UNARY_INVERT -      # the files that we run do without it
    DOUBLE 15 none      # its number, and that it takes no argument
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let opcodes = VersionInfo::from_opcode_map(OPCODES)?;
    let code = Code::from_pyc(include_bytes!("double.pyc"), "examples/double.pyc")?;
    let machine = Machine::for_code(&code).opcode_map(opcodes).build()?;
    machine.run_code(code)?;
    print!("{}", machine.output());
    Ok(())
}
