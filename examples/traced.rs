//! Shows what a program does, instruction by instruction: `cargo run --example traced [FILE.pyc]`.

use opyc::{Code, Machine};
use tracing::Level;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1);
    let file = file.as_deref().unwrap_or("examples/hello.pyc");
    // Whoever wants the events says so first, as in any program that uses `tracing`.
    tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .without_time()
        .with_ansi(false)
        .init();

    let code = Code::from_pyc(&std::fs::read(file)?, file)?;
    let machine = Machine::for_code(&code).build()?;
    opyc::trace::attach(&machine);
    machine.run_code(code)?;
    print!("{}", machine.output());
    Ok(())
}
