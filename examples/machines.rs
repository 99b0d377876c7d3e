//! Many machines in one process, what one takes and how long: `cargo run --release --example machines [COUNT]`
//!
//! The code is read once and shared; each machine runs it. First all stay alive, then each goes before the next comes.

use std::time::Instant;

use opyc::{Code, Machine};

/// Kilobytes of memory that the process has now; 0 where the system does not say.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = match std::env::args().nth(1) {
        Some(n) => n.parse()?,
        None => 1000,
    };
    let code = Code::from_pyc(include_bytes!("hello.pyc"), "examples/hello.pyc")?;
    let mut machines = Vec::with_capacity(count);
    let mut times = Vec::with_capacity(count);
    let mut memory = Vec::with_capacity(count);
    for _ in 0..count {
        let before = resident();
        let start = Instant::now();
        let machine = Machine::for_code(&code).build()?;
        machine.run_code(code.clone())?;
        times.push(start.elapsed());
        memory.push(resident().saturating_sub(before));
        machines.push(machine);
    }
    assert!(machines.iter().all(|m| m.output() == "Hello, world!\n"));
    if let (Some((first, later)), Some((taken, more))) =
        (times.split_first_mut(), memory.split_first())
    {
        println!("the first machine: {first:?}, {taken} KiB");
        later.sort_unstable();
        if let Some(median) = later.get(later.len() / 2) {
            let (n, kib) = (later.len(), more.iter().sum::<usize>());
            println!("each of {n} more: {median:?} (median), {} KiB", kib / n);
        }
    }
    drop(machines);
    let start = Instant::now();
    for _ in 0..count {
        Machine::for_code(&code).build()?.run_code(code.clone())?;
    }
    let each = start.elapsed() / u32::try_from(count.max(1))?;
    println!("one after the other: {each:?} each, its end included");
    Ok(())
}
