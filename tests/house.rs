//! The shape of the house: every opcode has a handler, and crates import only whom they may.

use std::path::Path;

use opyc::Version;
use opyc::core::registry::Table;

#[test]
fn every_opcode_of_every_version_has_a_handler() {
    let mut missing = Vec::new();
    for version in Version::ALL {
        let table = Table::shared(version).unwrap_or_else(|e| panic!("{version}: {e}"));
        for (number, op) in table.info.ops.iter().enumerate() {
            if let Some(op) = op
                && !matches!(op.name, "EXTENDED_ARG" | "CACHE")
                && table.op(number as u8).is_none()
            {
                missing.push(format!("{version} {}", op.name));
            }
        }
    }
    assert!(missing.is_empty(), "no handler for {missing:?}");
}

#[test]
fn code_with_try_blocks_has_a_strategy_in_every_version() {
    for version in Version::ALL {
        let table = Table::shared(version).unwrap_or_else(|e| panic!("{version}: {e}"));
        assert!(table.strategy().is_some(), "{version}");
    }
}

/// Packages of this workspace that a manifest's `[dependencies]` name.
fn dependencies(manifest: &Path) -> Vec<String> {
    let text =
        std::fs::read_to_string(manifest).unwrap_or_else(|e| panic!("{}: {e}", manifest.display()));
    let after = text.split("\n[dependencies]").nth(1).unwrap_or_default();
    let section = after.split("\n[").next().unwrap_or_default();
    let names = section
        .lines()
        .filter_map(|l| l.split(['.', ' ', '=']).next());
    names
        .filter(|n| n.starts_with("opyc-"))
        .map(str::to_string)
        .collect()
}

#[test]
fn plugins_import_the_core_and_nobody_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(
        dependencies(&root.join("core/Cargo.toml")),
        Vec::<String>::new(),
        "the core imports nobody"
    );
    let mut plugins = vec![root.join("opcodes")];
    let folder = std::fs::read_dir(root.join("plugins")).expect("plugins/ is there");
    plugins.extend(
        folder
            .filter_map(|e| e.ok())
            .map(|e| e.path())
            .filter(|p| p.join("Cargo.toml").is_file()),
    );
    assert!(plugins.len() >= 5, "{plugins:?}");
    for p in plugins {
        assert_eq!(
            dependencies(&p.join("Cargo.toml")),
            ["opyc-core"],
            "{}",
            p.display()
        );
    }
}

#[test]
fn crates_that_promise_no_unsafe_code_say_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = [
        "plugins/block-stack",
        "plugins/exception-table",
        "plugins/builtins",
        "plugins/stdlib",
        ".",
    ];
    for c in crates {
        let lib = root.join(c).join("src/lib.rs");
        let text =
            std::fs::read_to_string(&lib).unwrap_or_else(|e| panic!("{}: {e}", lib.display()));
        assert!(
            text.contains("#![forbid(unsafe_code)]"),
            "{}",
            lib.display()
        );
    }
}
