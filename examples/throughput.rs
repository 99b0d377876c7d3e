//! How fast files are read, verified and linked: `cargo run --release --example throughput FOLDER|FILE.pyc...`
//!
//! The files are loaded first, and each step is timed for all of them; linking includes verifying, as in a program. All
//! must be of one version of CPython.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opyc::core::code::Const;
use opyc::core::interp::link;
use opyc::{Code, Machine};

/// The `.pyc` files among `paths` and in folders there.
fn files(paths: Vec<PathBuf>) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = paths;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if path.extension().is_some_and(|e| e == "pyc") {
            found.push(path);
        }
    }
    Ok(found)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = files(std::env::args_os().skip(1).map(PathBuf::from).collect())?;
    let mut loaded = Vec::new();
    for file in &files {
        loaded.push((file.to_string_lossy(), std::fs::read(file)?));
    }
    let bytes: usize = loaded.iter().map(|(_, b)| b.len()).sum();

    let start = Instant::now();
    let mut modules = Vec::new();
    for (name, bytes) in &loaded {
        modules.push(Code::from_pyc(bytes, name)?);
    }
    let reading = start.elapsed();

    let Some(first) = modules.first() else {
        return Err("give a folder with .pyc files".into());
    };
    let machine = Machine::for_code(first).build()?;
    let start = Instant::now();
    let mut count = 0;
    let mut waiting: Vec<Arc<Code>> = modules;
    while let Some(code) = waiting.pop() {
        let object = machine.new_code(code.clone());
        if link(&machine, &object).is_err() {
            let fault = machine.take_fault().map(|f| f.to_string());
            return Err(fault.unwrap_or_default().into());
        }
        count += 1;
        waiting.extend(code.consts.iter().filter_map(|c| match c {
            Const::Code(inner) => Some(inner.clone()),
            _ => None,
        }));
    }
    let linking = start.elapsed();

    let speed = |t: Duration| bytes as f64 / 1e6 / t.as_secs_f64();
    println!("{} files, {count} code objects, {bytes} bytes", files.len());
    println!("read:            {:6.1} MB/s", speed(reading));
    println!("verify and link: {:6.1} MB/s", speed(linking));
    println!("together:        {:6.1} MB/s", speed(reading + linking));
    Ok(())
}
