//! What one more machine takes in a process that has run others: not much.

use std::sync::{Arc, Mutex};

use opyc::core::object::{NativeType, PyList, PyModule, PyType};
use opyc::core::vm::NativeTypeSpec;
use opyc::{Code, Machine, Value, Vm};

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "the rest is for tests/programs.rs")]
mod cases;
#[path = "support/counting.rs"]
mod counting;

use cases::{all_cases, is_wanted};
use counting::{BLOCKS, BYTES};

/// The tests look at the memory of the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Native code and deep recursion in debug builds need room.
const STACK: usize = 256 << 20;
/// Machines in a row.
const MANY: usize = 50;

fn hello() -> Arc<Code> {
    let bytes = include_bytes!("../examples/hello.pyc");
    Code::from_pyc(bytes, "hello").expect("the example is sound")
}

fn ran(code: &Arc<Code>) -> Machine {
    let machine = Machine::for_code(code).build().expect("a machine");
    machine.run_code(code.clone()).expect("hello runs");
    machine
}

/// Kilobytes of memory that the process has; `None` where the system does not say.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn one_more_machine_takes_little() {
    let _alone = ALONE.lock();
    let code = hello();
    let _first = ran(&code);
    let before = (resident(), BLOCKS.get());
    let machines: Vec<_> = (0..MANY).map(|_| ran(&code)).collect();
    let blocks = (BLOCKS.get() - before.1) / MANY;
    assert!(blocks <= 400, "{blocks} blocks of memory for each machine");
    if let (Some(before), Some(now)) = (before.0, resident()) {
        let each = now.saturating_sub(before) / MANY;
        assert!(each <= 220, "{each} KiB for each machine");
    }
    drop(machines);
}

#[test]
fn a_machine_that_goes_leaves_nothing() {
    let _alone = ALONE.lock();
    let code = hello();
    drop(ran(&code));
    let before = BYTES.get();
    for _ in 0..MANY {
        drop(ran(&code));
    }
    let left = (BYTES.get() - before) / MANY as i64;
    assert!(left <= 64, "each machine leaves {left} bytes");
}

/// Holds a value and shows it to nobody.
struct Silent {
    _value: Value,
}

impl NativeType for Silent {}

static SILENT: NativeTypeSpec = NativeTypeSpec {
    name: "tests.silent",
    flags: 0,
    has_dict: false,
    next: None,
};

#[test]
fn a_struct_that_hides_a_value_leaves_nothing() {
    let _alone = ALONE.lock();
    let code = hello();
    let cycle = || {
        let machine = ran(&code);
        machine.enter(|vm| {
            let silent = Silent {
                _value: vm.new_str("hidden"),
            };
            let silent = vm.new_native(&vm.native_type::<Silent>(&SILENT), &SILENT, silent);
            let list = vm.new_list(vec![silent]);
            let items = list.to_ref::<PyList>().expect("a list");
            items.items.push(list);
        });
    };
    cycle();
    let before = BYTES.get();
    cycle();
    let left = BYTES.get() - before;
    assert!(left <= 64, "the machine leaves {left} bytes");
}

/// Bytes that are left of a program's machine, which need not run to the end of it.
fn left_by(case: &cases::Case) -> i64 {
    let before = BYTES.get();
    {
        let bytes = std::fs::read(&case.pyc).expect("a fixture is there");
        let code = Code::from_pyc(&bytes, &case.name).expect("a fixture is sound");
        let machine = Machine::for_code(&code).argv(["program"]).build();
        let machine = machine.expect("a machine");
        machine.set_rust_stack(STACK / 2);
        machine.set_fuel(Some(5000));
        // How it ends does not matter.
        let _ = machine.run_code(code);
    }
    BYTES.get() - before
}

#[test]
fn whatever_a_machine_has_run_it_leaves_nothing() {
    let _alone = ALONE.lock();
    let work = || {
        let versions = [8, 14];
        let cases = all_cases().into_iter().filter(is_wanted);
        for case in cases.filter(|c| versions.contains(&c.minor)) {
            // What the process keeps for all machines, the first one makes.
            if left_by(&case) > 64 {
                let left = left_by(&case);
                assert!(
                    left <= 64,
                    "3.{}: {} leaves {left} bytes",
                    case.minor,
                    case.name
                );
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    thread
        .expect("a thread starts")
        .join()
        .expect("nothing is left");
}

/// Whether a machine of which nobody has asked for `sys` yet has all of it after `ask`, which finds something of it.
fn is_whole(ask: impl Fn(&Vm) -> bool) -> bool {
    let machine = ran(&hello());
    let has = |name: &str| {
        let sys = machine.modules.get_name(&machine.intern("sys"));
        let sys = sys.and_then(|m| m.to_ref::<PyModule>());
        sys.is_some_and(|m| m.dict.get_name(&machine.intern(name)).is_some())
    };
    assert!(has("stdout") && !has("hexversion"));
    machine.enter(ask) && has("hexversion")
}

#[test]
fn sys_is_whole_for_whoever_asks() {
    let _alone = ALONE.lock();
    let named = |classes: Vec<Value>| {
        let mut types = classes.iter().filter_map(Value::to_ref::<PyType>);
        types.any(|t| t.name() == "float_info")
    };
    assert!(is_whole(|vm| vm.sys_attr("float_info").is_some()));
    assert!(is_whole(|vm| vm.import_module("sys").is_ok()));
    assert!(is_whole(|vm| named(vm.subclasses_of(&vm.types.tuple))));
    assert!(is_whole(|vm| named(vm.gc_objects())));
    let attribute = |vm: &Vm| {
        let sys = vm.sys_module()?;
        vm.get_attr_str(sys.as_value(), "argv").ok()
    };
    assert!(is_whole(|vm| attribute(vm).is_some()));
}
