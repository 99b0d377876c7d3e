//! Without the crates of the block strategies: code that needs one is refused before it runs, with the crate's name.

use opyc_core::code::Code;
use opyc_core::host::Captured;
use opyc_core::version::Version;
use opyc_core::vm::{Config, VirtualMachine};
// Nothing else is linked.
use opyc_opcodes as _;

/// What is said about the program `tests/programs/opcodes/loop.py`, whose function `inverted` handles exceptions.
fn refusal(version: Version) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let file = format!("{root}/tests/fixtures/{version}/opcodes/loop.pyc");
    let bytes = std::fs::read(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
    let code = Code::from_pyc(&bytes, &file).unwrap_or_else(|e| panic!("{e}"));
    let config = Config {
        version,
        host: Box::new(Captured::default()),
        hash_seed: 0,
    };
    let machine = VirtualMachine::new(config).unwrap_or_else(|e| panic!("{version}: {e}"));
    match machine.run_code(code) {
        Ok(()) => "none".into(),
        Err(raise) if raise.is_fault() => machine
            .take_fault()
            .map_or("lost".into(), |f| f.to_string()),
        Err(raise) => machine.enter(|vm| vm.describe_exception(raise.value())),
    }
}

#[test]
fn the_crate_that_is_lacking_is_named() {
    for version in Version::ALL {
        let text = refusal(version);
        let (function, provider) = match version.minor() {
            // `RETURN_VALUE` leaves blocks there.
            6 | 7 => ("<module>", "block-stack"),
            8..=10 => ("inverted", "block-stack"),
            _ => ("inverted", "exception-table"),
        };
        let start = format!("opcodes/loop.py: in {function}: ");
        let end =
            format!("; link crate opyc-{provider}, which does (the feature `{provider}` of opyc)");
        assert!(
            text.starts_with(&start) && text.ends_with(&end),
            "{version}: {text}"
        );
    }
}
