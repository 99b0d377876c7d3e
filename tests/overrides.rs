//! A standard opcode that is replaced for one machine: its replacement sees every execution, in every version, whatever
//! the standard set folds or specialises, and no other machine notices.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use opyc::core::code::Const;
use opyc::core::decode::{Operand, decode};
use opyc::core::error::PyResult;
use opyc::core::interp::{ControlFlow as Flow, Dispatch};
use opyc::core::lines::line_of;
use opyc::core::opcode;
use opyc::core::registry::OpcodeDef;
use opyc::core::vm::{BinOp, CmpOp};
use opyc::{Code, Machine, Value, Version};

/// Rows that replace standard opcodes on the control rung.
macro_rules! counted {
    ($($name:ident $eff:tt $(jump $jeff:tt)? $(ends $($ends:lifetime)?)? in $versions:expr, $body:expr;)*) => {
        [$({
            static DEF: OpcodeDef = opcode! {
                /// As the standard one, and counts.
                $name $eff $(jump $jeff)? $(ends $($ends)?)? overriding in $versions, control (|d| {
                    count(d, stringify!($name));
                    let body: fn(&mut Dispatch<'_>) -> PyResult<Flow> = $body;
                    body(d)
                });
            };
            &DEF
        }),*]
    };
}

static OVERRIDES: [&OpcodeDef; 24] = counted! {
    LOAD_FAST (-- value) in .., load_fast;
    LOAD_FAST_BORROW (-- value) in 3.14, load_fast;
    LOAD_FAST_LOAD_FAST (-- a b) in 3.13.., load_two;
    LOAD_FAST_BORROW_LOAD_FAST_BORROW (-- a b) in 3.14, load_two;
    STORE_FAST (value --) in .., |d| {
        let (Operand::Local(i), value) = (d.operand(), d.pop()?) else { return no_operand(d) };
        d.set_local(i, value).map(|_| Flow::Next)
    };
    LOAD_CONST (-- value) in .., |d| {
        d.push(d.constant()?)?;
        Ok(Flow::Next)
    };
    LOAD_SMALL_INT (-- value) in 3.14, |d| {
        d.push(Value::i32(d.arg() as i32))?;
        Ok(Flow::Next)
    };
    COMPARE_OP (a b -- result) in .., |d| {
        let (b, a) = (d.pop()?, d.pop()?);
        // The program has `<` and, up to 3.8, matches of exceptions.
        let r = match d.operand() {
            Operand::Compare(10, _) => Value::bool(d.vm().exception_matches(&a, &b)?),
            _ => d.vm().compare(CmpOp::Lt, &a, &b)?,
        };
        d.push(r)?;
        Ok(Flow::Next)
    };
    BINARY_ADD (a b -- result) in ..=3.10, add;
    BINARY_OP (a b -- result) in 3.11.., add;
    FOR_ITER (iter -- iter item) jump (iter --) in ..=3.11, |d| match step(d)? {
        Some(item) => d.push(item).map(|()| Flow::Next),
        None => {
            d.pop()?;
            Ok(Flow::Jump(d.target()?))
        }
    };
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 3.12.., |d| match step(d)? {
        Some(item) => d.push(item).map(|()| Flow::Next),
        None => {
            d.push(Value::NONE)?;
            Ok(Flow::Jump(d.target()?))
        }
    };
    POP_JUMP_IF_FALSE (value --) jump (value --) in .., |d| jump_if(d, false);
    POP_JUMP_IF_TRUE (value --) jump (value --) in .., |d| jump_if(d, true);
    POP_JUMP_FORWARD_IF_FALSE (value --) jump (value --) in 3.11, |d| jump_if(d, false);
    POP_JUMP_FORWARD_IF_TRUE (value --) jump (value --) in 3.11, |d| jump_if(d, true);
    POP_JUMP_BACKWARD_IF_FALSE (value --) jump (value --) in 3.11, |d| jump_if(d, false);
    POP_JUMP_BACKWARD_IF_TRUE (value --) jump (value --) in 3.11, |d| jump_if(d, true);
    CALL_FUNCTION ["function args… -- result", |i| (i.arg + 1, 1)] in ..=3.10, |d| Ok(Flow::Call(d.arg()));
    CALL ["method self args… | null callable args… -- result", |i| (i.arg + 2, 1)] in 3.11..=3.12, |d| {
        let args = d.pop_many(d.arg())?;
        let (second, first) = (d.pop()?, d.pop()?);
        call(d, [first, second], args)
    };
    CALL ["method self args… | callable null args… -- result", |i| (i.arg + 2, 1)] in 3.13.., |d| {
        let args = d.pop_many(d.arg())?;
        let (second, first) = (d.pop()?, d.pop()?);
        call(d, [first, second], args)
    };
    GET_ITER (object -- iter) in .., |d| {
        let object = d.pop()?;
        let iter = d.vm().get_iter(&object)?;
        d.push(iter)?;
        Ok(Flow::Next)
    };
    RETURN_VALUE (value --) ends in .., |d| Ok(Flow::Return(d.pop()?));
    POP_TOP (value --) in .., |d| d.pop().map(|_| Flow::Next);
};

fn no_operand(d: &Dispatch<'_>) -> PyResult<Flow> {
    Err(d.vm().system_error("another operand was expected"))
}

fn load_fast(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let Operand::Local(i) = d.operand() else {
        return no_operand(d);
    };
    d.push(d.local(i)?)?;
    Ok(Flow::Next)
}

fn load_two(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let Operand::Locals(a, b) = d.operand() else {
        return no_operand(d);
    };
    d.push(d.local(a.into())?)?;
    d.push(d.local(b.into())?)?;
    Ok(Flow::Next)
}

fn add(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let (b, a) = (d.pop()?, d.pop()?);
    // The program has `+` and, from 3.14 on as an operator, `[]`.
    let r = match d.arg() {
        26 => d.vm().get_item(&a, &b)?,
        _ => d.vm().binary_op(BinOp::Add, &a, &b)?,
    };
    d.push(r)?;
    Ok(Flow::Next)
}

fn step(d: &mut Dispatch<'_>) -> PyResult<Option<Value>> {
    let iter = d.peek(1)?;
    d.vm().iter_step(&iter)
}

fn jump_if(d: &mut Dispatch<'_>, sense: bool) -> PyResult<Flow> {
    let value = d.pop()?;
    if d.vm().truth(&value)? == sense {
        Ok(Flow::Jump(d.target()?))
    } else {
        Ok(Flow::Next)
    }
}

/// Calls a method with its instance, or the one of the two that is not NULL.
fn call(d: &mut Dispatch<'_>, below: [Value; 2], args: Vec<Value>) -> PyResult<Flow> {
    let mut values: Vec<_> = below.into_iter().filter(|v| !v.is_null()).collect();
    values.extend(args);
    let count = values.len() as u32 - 1;
    for value in values {
        d.push(value)?;
    }
    Ok(Flow::Call(count))
}

/// How often each replaced opcode ran in `below_five`.
#[derive(Default)]
struct Counts(RefCell<BTreeMap<&'static str, u32>>);

fn count(d: &Dispatch<'_>, name: &'static str) {
    // The module's own code runs once: only the function is counted.
    if d.code().name.view().to_string_lossy() == "below_five" {
        *d.vm()
            .extension::<Counts>()
            .0
            .borrow_mut()
            .entry(name)
            .or_default() += 1;
    }
}

fn fixture(version: Version) -> Arc<Code> {
    let file = format!(
        "{}/tests/fixtures/{version}/opcodes/loop.pyc",
        env!("CARGO_MANIFEST_DIR")
    );
    let bytes = std::fs::read(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
    Code::from_pyc(&bytes, &file).unwrap_or_else(|e| panic!("{e}"))
}

/// How often each opcode runs in `below_five(10)`, from the lines that its instructions belong to.
fn expected(version: Version) -> BTreeMap<&'static str, u32> {
    let module = fixture(version);
    let function = module.consts.iter().find_map(|c| match c {
        Const::Code(code) if code.name.view().to_string_lossy() == "below_five" => {
            Some(code.clone())
        }
        _ => None,
    });
    let function = function.expect("the program has the function");
    let info = opyc::core::version::info(version);
    let decoded = decode(&function, info).unwrap();
    let mut counts = BTreeMap::new();
    for i in &decoded.instructions {
        let name = info.op(i.op).unwrap().name;
        let line = line_of(&function, i.offset).unwrap_or_default() as i32 - function.firstlineno;
        *counts.entry(name).or_default() += match (line, name) {
            // `for i in range(n)`: ten items and an end.
            (2, "FOR_ITER") => 11,
            (2, "STORE_FAST") => 10,
            // `if i < 5`
            (3, _) => 10,
            // `total = total + i`
            (4, _) => 5,
            _ => 1,
        };
    }
    counts
}

fn run(version: Version, overrides: &[&'static OpcodeDef]) -> Machine {
    let code = fixture(version);
    let mut builder = Machine::for_code(&code);
    for def in overrides {
        builder = builder.opcode(def);
    }
    let machine = builder.build().unwrap_or_else(|e| panic!("{version}: {e}"));
    machine.run_code(code).unwrap_or_else(|e| {
        panic!(
            "{version} {:?}: {e}",
            overrides.iter().map(|d| d.name).collect::<Vec<_>>()
        )
    });
    assert!(
        machine.output().starts_with("10\n[-2, 1, "),
        "{version}: {}",
        machine.output()
    );
    machine
}

#[test]
fn an_override_sees_every_execution() {
    for version in Version::ALL {
        let expected = expected(version);
        let mut seen = Vec::new();
        for def in OVERRIDES.iter().filter(|d| d.versions.contains(version)) {
            let Some(times) = expected.get(def.name) else {
                continue;
            };
            let machine = run(version, &[def]);
            let counts = machine.extension::<Counts>();
            assert_eq!(
                counts.0.borrow().get(def.name),
                Some(times),
                "{version} {}",
                def.name
            );
            seen.push(def.name);
        }
        // What a loop with a comparison and a sum is made of has been replaced, one by one.
        for needed in [
            &[
                "LOAD_FAST",
                "LOAD_FAST_LOAD_FAST",
                "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
            ][..],
            &["LOAD_CONST", "LOAD_SMALL_INT"],
            &["STORE_FAST"],
            &[
                "POP_JUMP_IF_FALSE",
                "POP_JUMP_IF_TRUE",
                "POP_JUMP_FORWARD_IF_FALSE",
                "POP_JUMP_FORWARD_IF_TRUE",
                "POP_JUMP_BACKWARD_IF_TRUE",
            ],
            &["COMPARE_OP"],
            &["BINARY_ADD", "BINARY_OP"],
            &["FOR_ITER"],
            &["CALL_FUNCTION", "CALL"],
        ] {
            assert!(
                needed.iter().any(|n| seen.contains(n)),
                "{version}: {needed:?} of {seen:?}"
            );
        }
    }
}

#[test]
fn all_overrides_at_once_and_none_for_the_machine_beside() {
    for version in Version::ALL {
        let expected = expected(version);
        let machine = run(version, &OVERRIDES);
        for (name, times) in machine.extension::<Counts>().0.borrow().iter() {
            assert_eq!(expected.get(name), Some(times), "{version} {name}");
        }
        assert!(
            run(version, &[])
                .extension::<Counts>()
                .0
                .borrow()
                .is_empty(),
            "{version}"
        );
    }
}
