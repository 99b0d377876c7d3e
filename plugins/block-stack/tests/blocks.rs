//! Runs hand-assembled code through blocks. The few other opcodes that it needs are defined here: `LOAD_CONST` loads the
//! index of its constant, `RAISE_VARARGS` raises a ValueError.

use std::sync::Arc;

use opyc_block_stack as _;
use opyc_core::code::{Code, Const};
use opyc_core::error::PyResult;
use opyc_core::host::Captured;
use opyc_core::interp::{ControlFlow as Flow, Dispatch, StackCx};
use opyc_core::opcodes;
use opyc_core::text::StrBuf;
use opyc_core::value::Value;
use opyc_core::version::{Version, info};
use opyc_core::vm::{Config, VirtualMachine};

opcodes! {
    /// Does nothing.
    NOP ( -- ) in 6..=10, stack nop;
    /// Loads the index of the constant.
    LOAD_CONST ( -- value) in 6..=10, stack load_const;
    /// Drops the value on top.
    POP_TOP (value -- ) in 6..=10, stack pop_top;
    /// Moves the value on top three places down.
    ROT_FOUR (a b c d -- d a b c) in 8..=10, stack rot_four;
    /// Returns the value on top.
    RETURN_VALUE (value -- ) ends in 8..=10, control return_value;
    /// Raises.
    RAISE_VARARGS ( -- ) ends in 6..=10, control raise_varargs;
    /// Jumps.
    JUMP_ABSOLUTE ( -- ) jump ( -- ) ends in 6..=10, control jump_absolute;
    /// Jumps if the value on top is 0.
    POP_JUMP_IF_FALSE (value -- ) jump (value -- ) in 6..=10, control pop_jump_if_false;
}

fn nop(_: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 0]> {
    Ok([])
}

fn load_const(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    Ok([Value::i32(cx.arg() as i32)])
}

fn pop_top(_: &StackCx<'_>, [_]: [Value; 1]) -> PyResult<[Value; 0]> {
    Ok([])
}

fn rot_four(_: &StackCx<'_>, [a, b, c, d]: [Value; 4]) -> PyResult<[Value; 4]> {
    Ok([d, a, b, c])
}

fn return_value(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    Ok(Flow::Return(d.pop()?))
}

fn raise_varargs(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    Err(d.vm().value_error("raised"))
}

fn jump_absolute(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    Ok(Flow::Jump(d.target()?))
}

fn pop_jump_if_false(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let value = d.pop()?;
    if d.vm().truth(&value)? {
        Ok(Flow::Next)
    } else {
        Ok(Flow::Jump(d.target()?))
    }
}

/// Runs lines `NAME argument`; the result is an int, or the text of the exception. No exception may be left as handled.
fn run(version: Version, text: &str) -> Result<i64, String> {
    let mut bytes = Vec::new();
    for line in text.lines().map(str::trim) {
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        bytes.extend([
            info(version).number(name).unwrap(),
            arg.trim().parse::<u8>().unwrap(),
        ]);
    }
    let name = Arc::new(StrBuf::from("f"));
    let code = Code {
        version,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: bytes.into(),
        consts: [Const::None, Const::Int(1), Const::Int(2), Const::Int(3)].into(),
        names: [].into(),
        localsplus: [].into(),
        nlocals: 0,
        filename: name.clone(),
        name: name.clone(),
        qualname: name,
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: [].into(),
    };
    let config = Config {
        version,
        host: Box::new(Captured::default()),
        hash_seed: 0,
    };
    let machine = VirtualMachine::new(config).unwrap();
    machine.enter(|vm| {
        let function = vm.new_py_function(vm.new_code(Arc::new(code)), vm.new_dict(), None);
        let result = vm.call(function.as_value(), &[]);
        assert!(vm.handled_exception().is_none());
        match result {
            Ok(value) => Ok(value.as_int().unwrap()),
            Err(raise) if raise.is_fault() => panic!("{:?}", vm.take_fault()),
            Err(raise) => Err(vm.describe_exception(raise.value())),
        }
    })
}

const RAISED: &str = "ValueError: raised";

#[test]
fn except_3_6() {
    let text = "SETUP_EXCEPT 2
        RAISE_VARARGS
        POP_TOP
        POP_TOP
        POP_TOP
        POP_EXCEPT
        LOAD_CONST 2
        RETURN_VALUE";
    assert_eq!(run(Version::V3_6, text), Ok(2));
}

#[test]
fn finally_3_6() {
    let text = |body| {
        format!(
            "SETUP_FINALLY 6
            {body}
            POP_BLOCK
            LOAD_CONST 0
            LOAD_CONST 1
            POP_TOP
            END_FINALLY
            LOAD_CONST 3
            RETURN_VALUE"
        )
    };
    assert_eq!(run(Version::V3_6, &text("NOP")), Ok(3));
    assert_eq!(
        run(Version::V3_7, &text("RAISE_VARARGS")),
        Err(RAISED.into())
    );
}

#[test]
fn return_through_finally_3_6() {
    let text = "SETUP_FINALLY 4
        LOAD_CONST 2
        RETURN_VALUE
        LOAD_CONST 1
        POP_TOP
        END_FINALLY
        LOAD_CONST 3
        RETURN_VALUE";
    assert_eq!(run(Version::V3_6, text), Ok(2));
    let overruled = text.replace("POP_TOP", "RETURN_VALUE");
    assert_eq!(run(Version::V3_7, &overruled), Ok(1));
}

#[test]
fn break_and_continue_through_finally_3_6() {
    let text = |leave| {
        format!(
            "SETUP_LOOP 22
            LOAD_CONST 0
            POP_JUMP_IF_FALSE 8
            JUMP_ABSOLUTE 18
            SETUP_FINALLY 2
            {leave}
            LOAD_CONST 1
            POP_TOP
            END_FINALLY
            POP_BLOCK
            LOAD_CONST 2
            RETURN_VALUE
            LOAD_CONST 3
            RETURN_VALUE"
        )
    };
    assert_eq!(run(Version::V3_6, &text("BREAK_LOOP")), Ok(3));
    // The loop goes on with its block in place, which is popped then.
    assert_eq!(run(Version::V3_7, &text("CONTINUE_LOOP 18")), Ok(2));
}

/// Of 3.6: `try: raise` `except E as e: pass`, which leaves the handler before it enters the clean-up.
#[test]
fn clean_up_after_except_3_6() {
    let text = |body| {
        format!(
            "SETUP_EXCEPT 2
            RAISE_VARARGS
            POP_TOP
            POP_TOP
            POP_TOP
            SETUP_FINALLY 8
            {body}
            POP_BLOCK
            POP_EXCEPT
            LOAD_CONST 0
            END_FINALLY
            LOAD_CONST 3
            RETURN_VALUE"
        )
    };
    assert_eq!(run(Version::V3_6, &text("NOP")), Ok(3));
    assert_eq!(
        run(Version::V3_6, &text("RAISE_VARARGS")),
        Err(RAISED.into())
    );
}

#[test]
fn return_through_finally_3_8() {
    let text = "SETUP_FINALLY 8
        LOAD_CONST 2
        POP_BLOCK
        CALL_FINALLY 2
        RETURN_VALUE
        LOAD_CONST 1
        POP_TOP
        END_FINALLY
        LOAD_CONST 3
        RETURN_VALUE";
    assert_eq!(run(Version::V3_8, text), Ok(2));
}

#[test]
fn return_from_except_as_3_8() {
    let text = |leave| {
        format!(
            "SETUP_FINALLY 2
            RAISE_VARARGS
            POP_TOP
            POP_TOP
            POP_TOP
            SETUP_FINALLY 12
            LOAD_CONST 2
            {leave}
            POP_BLOCK
            POP_EXCEPT
            CALL_FINALLY 2
            RETURN_VALUE
            LOAD_CONST 1
            POP_TOP
            END_FINALLY
            POP_EXCEPT
            LOAD_CONST 3
            RETURN_VALUE"
        )
    };
    assert_eq!(run(Version::V3_8, &text("ROT_FOUR")), Ok(2));
    let raises = text("RAISE_VARARGS");
    assert_eq!(run(Version::V3_8, &raises), Err(RAISED.into()));
}

#[test]
fn raising_again_3_10() {
    let text = "SETUP_FINALLY 1
        RAISE_VARARGS
        SETUP_FINALLY 2
        POP_BLOCK
        RERAISE
        RERAISE";
    assert_eq!(run(Version::V3_10, text), Err(RAISED.into()));
}
