//! Runs a compiled Python program: `cargo run --example hello`.
//!
//! `hello.pyc` was made from `hello.py` by CPython 3.12: `python3.12 -m py_compile examples/hello.py`.

use opyc::{Code, Machine};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = Code::from_pyc(include_bytes!("hello.pyc"), "examples/hello.pyc")?;
    let machine = Machine::for_code(&code).build()?;
    machine.run_code(code)?;
    print!("{}", machine.output());
    Ok(())
}
