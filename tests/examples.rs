//! The examples print what they promise.

use std::process::Command;

fn example(name: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let run = Command::new(cargo)
        .args(["run", "--quiet", "--offline", "--example", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name}: {text}");
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
fn hello() {
    assert_eq!(example("hello"), "Hello, world!\n");
}

#[test]
fn custom_opcode() {
    let expected = "42\n2361183241434822606848\n3.0\nabab\n[1, 1]\n";
    assert_eq!(example("custom_opcode"), expected);
}

#[test]
fn overriding_opcodes() {
    let expected =
        "counting: 99.0 0.5\n          100 additions\nexact:    99 0.5\nplain:    99.0 0.5\n";
    assert_eq!(example("override"), expected);
}

#[test]
fn logging_blocks() {
    let printed = example("logging_blocks");
    let log: Vec<_> = printed
        .lines()
        .filter(|l| l.starts_with("TypeError at "))
        .collect();
    // Each of three exceptions leaves one function and is handled in the other.
    let ends = |line: &&str| {
        line.ends_with(" of twice leaves") || line.contains(" of <module> goes on at instruction ")
    };
    assert!(log.len() == 6 && log.iter().all(ends), "{printed}");
}
