//! What instruments cost when they are gone: nothing. Needs valgrind; says so if it is not there.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "the rest is for tests/programs.rs")]
mod cases;

use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;

use opyc::core::args::Args;
use opyc::core::error::PyResult;
use opyc::core::instrument::{DispatchView, Events, Instrument};
use opyc::core::object::{Access, MethodDef};
use opyc::{Code, Machine, Value, Vm};

/// Says to the process that is counted whether to attach an instrument.
const MODE: &str = "OPYC_TEST_COUNTED";
/// And under which version.
const VERSION: &str = "OPYC_TEST_COUNTED_VERSION";

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Counts all events.
#[derive(Default)]
struct Count(Cell<u64>);

impl Instrument for Count {
    fn events(&self) -> Events {
        Events::ALL
    }
    fn before(&self, _: &DispatchView<'_>) {
        self.0.set(self.0.get() + 1);
    }
    fn after(&self, _: &DispatchView<'_>) {
        self.0.set(self.0.get() + 1);
    }
}

/// What callgrind counts.
#[inline(never)]
fn counted_by_callgrind(vm: &Vm, function: &Value, argument: &Value) -> PyResult {
    vm.call(function, std::slice::from_ref(argument))
}

/// A `map` whose first call of the function warms up, whose second is watched, and whose last is counted.
fn counting_map(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [function, items] = args.values() else {
        return Err(vm.type_error("a function and a list, please"));
    };
    let mut results = Vec::new();
    for (i, item) in vm.collect(items)?.into_iter().enumerate() {
        let attached = (i == 1 && std::env::var(MODE).as_deref() == Ok("watched")).then(|| {
            let count = Rc::new(Count::default());
            (vm.attach(count.clone()), count)
        });
        let result = match i {
            3 => counted_by_callgrind(vm, function, &item)?,
            _ => vm.call(function, &[item])?,
        };
        if let Some((id, count)) = attached {
            vm.detach(id);
            CALLS.set(count.0.get() as u32);
        }
        results.push(result);
    }
    Ok(vm.new_list(results))
}

static MAP: MethodDef = MethodDef::raw("map", Access::Function, counting_map);

#[test]
#[ignore = "run by the other test, under valgrind"]
fn counted() {
    let version = std::env::var(VERSION).unwrap_or("3.12".into());
    let path = cases::tests_dir().join(format!("fixtures/{version}/instruments/hot.pyc"));
    let bytes = std::fs::read(path).expect("a fixture");
    let code = Code::from_pyc(&bytes, "hot").expect("a fixture is sound");
    let machine = Machine::for_code(&code).build().expect("a machine");
    machine.enter(|vm| {
        let map = vm.new_function(&MAP, vm.intern("builtins"));
        vm.builtins.set_name(&vm.intern("map"), map);
    });
    machine.run_code(code).expect("it runs");
    let watched = std::env::var(MODE).as_deref() == Ok("watched");
    assert_eq!(CALLS.get() > 10_000, watched, "{}", CALLS.get());
}

/// Machine instructions of the last call, under callgrind.
fn count(version: &str, mode: &str) -> u64 {
    let me = std::env::current_exe().expect("a test knows its own file");
    let out = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("callgrind.{version}.{mode}"));
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg("--toggle-collect=*counted_by_callgrind*")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(me)
        .args(["counted", "--exact", "--ignored", "--test-threads=1"])
        .env(MODE, mode)
        .env(VERSION, version)
        .output()
        .expect("valgrind was there a moment ago");
    let text = String::from_utf8_lossy(&done.stderr);
    let counted = text.lines().find_map(|l| l.split_once("Collected :"));
    let counted = counted.and_then(|(_, n)| n.trim().parse().ok());
    assert!(done.status.success(), "{text}");
    counted.unwrap_or_else(|| panic!("callgrind says no count: {text}"))
}

#[test]
fn a_machine_that_was_watched_runs_like_one_that_never_was() {
    let there = Command::new("valgrind").arg("--version").output();
    if !there.is_ok_and(|v| v.status.success()) {
        println!("skipped: no valgrind here");
        return;
    }
    for version in ["3.8", "3.12"] {
        let (never, watched) = (count(version, "never"), count(version, "watched"));
        assert!(
            never > 100_000,
            "{never} instructions are too few to say anything"
        );
        // A poll more or less may fall into the counted call. A single instruction that stayed instrumented or unfolded
        // would cost ten times as much.
        let close = never.abs_diff(watched) * 1000 < never;
        assert!(close, "{version}: {never} never watched, {watched} after");
        println!("{version}: {never} machine instructions never watched, {watched} after");
    }
}
