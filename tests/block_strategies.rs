//! A third block strategy replaces the standard ones, for one machine.

#[path = "../examples/logging_blocks.rs"]
#[allow(dead_code, reason = "its main is for the example")]
mod logging_blocks;

use logging_blocks::{LOGGING, Log};
use opyc::{Code, Machine, Version};

#[test]
fn unwinding_is_logged_and_goes_on_as_before() {
    for version in Version::ALL {
        let file = format!(
            "{}/tests/fixtures/{version}/opcodes/loop.pyc",
            env!("CARGO_MANIFEST_DIR")
        );
        let bytes = std::fs::read(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
        let code = Code::from_pyc(&bytes, &file).unwrap_or_else(|e| panic!("{e}"));
        let run = |builder: opyc::MachineBuilder| {
            let machine = builder.build().unwrap_or_else(|e| panic!("{version}: {e}"));
            let done = machine.run_code(code.clone());
            done.unwrap_or_else(|e| panic!("{version}: {e}"));
            let log = machine.extension::<Log>().0.take();
            (machine.output(), log)
        };
        let (plain, nothing) = run(Machine::for_code(&code));
        let (logged, log) = run(Machine::for_code(&code).strategy(&LOGGING));
        assert_eq!(logged, plain, "{version}");
        assert_eq!(nothing, Vec::<String>::new(), "{version}");
        // `~"text"` and `~1.5`.
        assert_eq!(log.len(), 2, "{version}: {log:?}");
        for line in log {
            assert!(
                line.starts_with("TypeError at instruction ")
                    && line.contains(" of inverted goes on at instruction "),
                "{version}: {line}"
            );
        }
    }
}
