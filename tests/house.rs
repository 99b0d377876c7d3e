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

/// A package of the workspace, with those that it depends on, as `cargo metadata` says.
struct Package {
    name: String,
    dependencies: Vec<String>,
}

/// The text behind `"key":` in a part of JSON that has no nested objects before it.
fn strings<'a>(json: &'a str, key: &str) -> impl Iterator<Item = &'a str> {
    let key = format!("\"{key}\":\"");
    let mut rest = json;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once(&key)?;
        let (text, behind) = behind.split_once('"')?;
        rest = behind;
        Some(text)
    })
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let output = std::process::Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let json = String::from_utf8(output.stdout).expect("UTF-8");
    // Every package is an object whose dependencies come before its targets.
    let packages = json.split("{\"name\":\"").skip(1);
    let mut found: Vec<Package> = Vec::new();
    for part in packages {
        let name = part.split('"').next().unwrap_or_default().to_owned();
        if part.contains("\"dependencies\":[") {
            found.push(Package {
                name,
                dependencies: Vec::new(),
            });
        } else if let Some(package) = found.last_mut()
            && strings(part, "req").next().is_some()
            && !part.contains("\"kind\":\"dev\"")
        {
            package.dependencies.push(name);
        }
    }
    found
}

#[test]
fn plugins_import_the_core_and_nobody_else() {
    let packages = packages();
    let names: Vec<_> = packages.iter().map(|p| p.name.as_str()).collect();
    assert!(
        names.len() >= 8 && names.contains(&"opyc-double"),
        "{names:?}"
    );
    for package in &packages {
        let own: Vec<_> = package
            .dependencies
            .iter()
            .filter(|d| names.contains(&d.as_str()))
            .collect();
        match package.name.as_str() {
            "opyc-core" => assert!(own.is_empty(), "the core imports {own:?}"),
            // The facade imports all standard plug-ins; the model of a third party's is for its examples only.
            "opyc" => assert_eq!(own.len(), names.len() - 2, "{own:?}"),
            plugin => assert_eq!(own, ["opyc-core"], "{plugin}"),
        }
    }
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found = Vec::new();
    for path in entries.filter_map(|e| e.ok()).map(|e| e.path()) {
        if path.is_dir() {
            found.append(&mut sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// What differs between versions is another row with another range: no opcode may ask which version runs.
#[test]
fn no_opcode_asks_which_version_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = ["opcodes", "plugins/block-stack", "plugins/exception-table"];
    let files: Vec<_> = crates
        .iter()
        .flat_map(|c| sources(&root.join(c).join("src")))
        .filter(|f| !f.ends_with("tests.rs"))
        .collect();
    assert!(files.len() > 30, "{files:?}");
    let mut asking = Vec::new();
    for file in files {
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if [
                "Version::V3_",
                "version()",
                ".minor()",
                "info.version",
                "code.version",
            ]
            .iter()
            .any(|ask| code.contains(ask))
            {
                asking.push(format!("{}:{}: {}", file.display(), n + 1, line.trim()));
            }
        }
    }
    assert!(asking.is_empty(), "{asking:#?}");
}

#[test]
fn messages_name_the_crate_that_provides_an_opcode() {
    use opyc::core::version::providers;
    for version in Version::ALL {
        let table = Table::shared(version).unwrap_or_else(|e| panic!("{version}: {e}"));
        assert!(
            table.is_complete(),
            "{version}: {:?}",
            table.missing().collect::<Vec<_>>()
        );
        for def in table.definitions() {
            if def.provider.starts_with("opyc-") && def.name != "DOUBLE" {
                assert_eq!(
                    providers::opcode(def.name, version),
                    Some(def.provider),
                    "{version} {}",
                    def.name
                );
            }
        }
        let strategy = table.strategy().map(|s| s.provider);
        assert_eq!(strategy, Some(providers::strategy(version)), "{version}");
    }
}

#[test]
fn the_model_crate_is_short() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/double/src/lib.rs");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let code = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with("//"))
        .count();
    assert!(code <= 25, "{code} lines of code");
}

#[test]
fn crates_that_promise_no_unsafe_code_say_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = [
        "plugins/block-stack",
        "plugins/exception-table",
        "plugins/builtins",
        "plugins/stdlib",
        "plugins/double",
        "plugins/trace",
        "plugins/profile",
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
