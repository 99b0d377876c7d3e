//! Reads and verifies `.pyc` files without running them: `cargo run --release --example check FILE...`
//!
//! Prints a line for each file that is refused, then how much was read; exit code 1 if any was refused.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use opyc::Code;
use opyc::core::code::Const;
use opyc::core::decode::decode;
use opyc::core::registry::Table;
use opyc::core::verify::verify;

/// Verifies a code object and those inside it; the number of them.
fn check(code: &Arc<Code>, table: &Table) -> Result<usize, String> {
    let decoded = decode(code, &table.info).map_err(|e| format!("in {}: {e}", code.qualname))?;
    verify(code, &decoded, |op| table.effect(op), &table.info).map_err(|e| e.to_string())?;
    let mut n = 1;
    for c in &code.consts {
        if let Const::Code(inner) = c {
            n += check(inner, table)?;
        }
    }
    Ok(n)
}

fn main() -> ExitCode {
    let start = Instant::now();
    let (mut files, mut codes, mut bytes, mut refused) = (0, 0, 0, 0);
    for file in std::env::args().skip(1) {
        let result = std::fs::read(&file)
            .map_err(|e| e.to_string())
            .and_then(|data| {
                bytes += data.len();
                let code = Code::from_pyc(&data, &file).map_err(|e| e.to_string())?;
                let table = Table::shared(code.version).map_err(|e| e.to_string())?;
                check(&code, &table)
            });
        files += 1;
        match result {
            Ok(n) => codes += n,
            Err(e) => {
                refused += 1;
                println!("{file}: {e}");
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{files} files, {codes} code objects, {bytes} bytes in {seconds:.3} s; {refused} refused"
    );
    if refused > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
