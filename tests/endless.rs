//! Loops that no compiler makes: a jump to its own operands, an exception handler that covers itself. The host can
//! interrupt each of them.

#[path = "support/assemble.rs"]
mod assemble;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use assemble::{assemble, call};
use opyc::Machine;
use opyc::core::code::Code;
use opyc::core::version::{Version, info};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A loop that nothing stops would hang the tests.
fn stop_after(limit: Duration) {
    std::thread::spawn(move || {
        std::thread::sleep(limit);
        eprintln!("a loop was not interrupted");
        std::process::abort();
    });
}

#[test]
fn a_jump_to_its_own_operands_is_interrupted() -> Outcome {
    stop_after(Duration::from_secs(60));
    let compare = |op: &str, jump: &str| format!("LOAD_FAST 0\nLOAD_FAST 1\n{op}\n{jump}");
    let test = |jump: &str| format!("LOAD_FAST 0\n{jump}");
    for version in [Version::V3_6, Version::V3_8, Version::V3_10] {
        let (on, off) = ("POP_JUMP_IF_TRUE 0", "POP_JUMP_IF_FALSE 0");
        let bodies = [
            compare("COMPARE_OP 0", on),
            compare("COMPARE_OP 4", off),
            compare("COMPARE_OP 9", on),
            compare("COMPARE_OP 8", off),
            test(on),
            test(&format!("UNARY_NOT\n{off}")),
        ];
        // 3.9 gave `is` an opcode of its own.
        let bodies = bodies
            .into_iter()
            .filter(|b| version != Version::V3_10 || !(b.contains("OP 8") || b.contains("OP 9")));
        for body in bodies {
            interrupted(version, &body)?;
        }
    }
    // Here the argument is the distance back from the end of the jump.
    let back = |jump: &str, units: usize| format!("{jump} {units}");
    for body in [
        compare("COMPARE_OP 0", &back("POP_JUMP_BACKWARD_IF_TRUE", 6)),
        compare("COMPARE_OP 4", &back("POP_JUMP_BACKWARD_IF_FALSE", 6)),
        compare("IS_OP 1", &back("POP_JUMP_BACKWARD_IF_TRUE", 4)),
        compare("IS_OP 0", &back("POP_JUMP_BACKWARD_IF_FALSE", 4)),
        test(&back("POP_JUMP_BACKWARD_IF_TRUE", 2)),
        test(&back("POP_JUMP_BACKWARD_IF_NOT_NONE", 2)),
    ] {
        interrupted(Version::V3_11, &body)?;
    }
    Ok(())
}

fn interrupted(version: Version, body: &str) -> Outcome {
    let lines = format!("{body}\nLOAD_FAST 2\nRETURN_VALUE");
    let code = assemble(info(version), &lines, &[], 0);
    let machine = Machine::builder(version).build()?;
    machine.interrupt_flag().store(true, Ordering::Relaxed);
    let args = [1, 2, 3].map(|i| machine.enter(|vm| vm.new_int(i)));
    assert_eq!(
        call(&machine, &code, args),
        "KeyboardInterrupt",
        "{version}: {body}"
    );
    Ok(())
}

#[test]
fn a_handler_that_covers_itself_is_interrupted() -> Outcome {
    let version = Version::V3_11;
    // Raises one item after another of the iterator `a`, none of which is an exception: the TypeError goes to the line
    // marked `>`, wherever it was raised. The loop jumps nowhere and ends with the iterator.
    let lines = "
        RAISE_VARARGS 0
        POP_TOP
        LOAD_FAST 0
        FOR_ITER >
        RAISE_VARARGS 1
        > LOAD_FAST 1
        RETURN_VALUE";
    let code = assemble(info(version), lines, &[], 0);
    // From instruction 0, five of them, to instruction 1, with the stack empty.
    let code = Arc::new(Code {
        exceptiontable: [0x80, 5, 1, 0].into(),
        ..(*code).clone()
    });
    let machine = Machine::builder(version).build()?;
    let flag = machine.interrupt_flag();
    flag.store(true, Ordering::Relaxed);
    let args = machine.enter(|vm| {
        let items = vm.new_list((0..5000).map(|i| vm.new_int(i)).collect());
        Ok::<_, opyc::core::error::Raise>([vm.get_iter(&items)?, vm.new_int(7), vm.new_int(8)])
    });
    let args = args.map_err(|r| machine.error(r))?;
    // KeyboardInterrupt is caught by the handler like the others.
    assert_eq!(call(&machine, &code, args), "7");
    assert!(!flag.load(Ordering::Relaxed), "nobody looked at the flag");
    Ok(())
}
