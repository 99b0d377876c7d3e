//! Plug-ins can be left out: the facade compiles without any of them. What code is told that needs one is tested in
//! `opcodes/tests/refusals.rs`, where no other plug-in is linked.

use std::process::Command;

#[test]
fn the_facade_compiles_without_each_plugin() {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let all = [
        "opcodes",
        "block-stack",
        "exception-table",
        "builtins",
        "stdlib",
    ];
    let without = |left_out: &str| {
        all.iter()
            .filter(|f| **f != left_out)
            .copied()
            .collect::<Vec<_>>()
            .join(",")
    };
    let mut sets: Vec<String> = all.iter().map(|f| without(f)).collect();
    sets.push(String::new());
    for features in sets {
        let check = Command::new(&cargo)
            .args([
                "check",
                "--quiet",
                "--offline",
                "--lib",
                "--bins",
                "--no-default-features",
                "--features",
                &features,
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        let text = String::from_utf8_lossy(&check.stderr);
        assert!(
            check.status.success() && text.is_empty(),
            "with {features:?}: {text}"
        );
    }
}
