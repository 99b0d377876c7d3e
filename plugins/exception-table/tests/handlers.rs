//! Runs hand-assembled code with exception tables. The few other opcodes that it needs are defined here: `LOAD_CONST`
//! loads the index of its constant, `RAISE_VARARGS` raises a ValueError, `RETURN_VALUE` returns.

use std::sync::Arc;

use opyc_core::code::{Code, Const};
use opyc_core::error::PyResult;
use opyc_core::host::Captured;
use opyc_core::interp::{ControlFlow as Flow, Dispatch, StackCx};
use opyc_core::opcodes;
use opyc_core::text::StrBuf;
use opyc_core::value::Value;
use opyc_core::version::{Version, info};
use opyc_core::vm::{Config, VirtualMachine};
use opyc_exception_table as _;

opcodes! {
    /// Loads the index of the constant.
    LOAD_CONST ( -- value) in 11..=14, stack load_const;
    /// Drops the value on top.
    POP_TOP (value -- ) in 11..=14, stack pop_top;
    /// Returns the value on top.
    RETURN_VALUE (value -- ) ends in 11..=14, control return_value;
    /// Raises.
    RAISE_VARARGS ( -- ) ends in 11..=14, control raise_varargs;
}

fn load_const(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    Ok([Value::i32(cx.arg() as i32)])
}

fn pop_top(_: &StackCx<'_>, [_]: [Value; 1]) -> PyResult<[Value; 0]> {
    Ok([])
}

fn return_value(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    Ok(Flow::Return(d.pop()?))
}

fn raise_varargs(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    Err(d.vm().value_error("raised"))
}

/// Runs lines `NAME argument`; the result is an int, or the text of the exception.
fn run(version: Version, text: &str, table: &[u8]) -> Result<i64, String> {
    let mut bytes = Vec::new();
    for line in text.lines().map(str::trim) {
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        let number = info(version).number(name).unwrap();
        bytes.extend([number, arg.parse::<u8>().unwrap()]);
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
        consts: [Const::None, Const::Int(1), Const::Int(2)].into(),
        names: [].into(),
        localsplus: [].into(),
        nlocals: 0,
        filename: name.clone(),
        name: name.clone(),
        qualname: name,
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: table.into(),
    };
    let config = Config {
        version,
        host: Box::new(Captured::default()),
        hash_seed: 0,
    };
    let machine = VirtualMachine::new(config).unwrap();
    machine.enter(|vm| {
        let function = vm.new_py_function(vm.new_code(Arc::new(code)), vm.new_dict(), None);
        match vm.call(function.as_value(), &[]) {
            Ok(value) => {
                assert!(vm.handled_exception().is_none());
                Ok(value.as_int().unwrap())
            }
            Err(raise) if raise.is_fault() => panic!("{:?}", vm.take_fault()),
            Err(raise) => Err(vm.describe_exception(raise.value())),
        }
    })
}

/// `start, length, target, depth << 1 | lasti` of an entry.
fn entry(start: u8, length: u8, target: u8, depth: u8) -> [u8; 4] {
    [0x80 | start, length, target, depth]
}

#[test]
fn a_handler_takes_an_exception() {
    let text = "RAISE_VARARGS
        PUSH_EXC_INFO
        POP_TOP
        POP_EXCEPT
        LOAD_CONST 2
        RETURN_VALUE";
    for version in [
        Version::V3_11,
        Version::V3_12,
        Version::V3_13,
        Version::V3_14,
    ] {
        assert_eq!(run(version, text, &entry(0, 1, 1, 0)), Ok(2));
    }
}

#[test]
fn a_handler_raises_again() {
    let text = "LOAD_CONST 1
        RAISE_VARARGS
        RERAISE 1";
    let raised = Err("ValueError: raised".to_owned());
    assert_eq!(
        run(Version::V3_12, text, &entry(1, 1, 2, 1 << 1 | 1)),
        raised
    );
}

#[test]
fn what_is_no_context_manager() {
    let enter = "LOAD_CONST 1\n BEFORE_WITH\n RETURN_VALUE";
    let text = "TypeError: 'int' object does not support the context manager protocol";
    assert_eq!(run(Version::V3_12, enter, b""), Err(text.to_owned()));
    let load = "LOAD_CONST 1\n LOAD_SPECIAL 1\n RETURN_VALUE";
    let text = format!("{text} (missed __exit__ method)");
    assert_eq!(run(Version::V3_14, load, b""), Err(text));
}

#[test]
fn what_is_no_exception_is_not_raised() {
    let text = "SystemError: a handler was left something else than an exception";
    let raise = |line| run(Version::V3_13, line, b"");
    assert_eq!(raise("LOAD_CONST 1\n RERAISE 0"), Err(text.to_owned()));
    assert_eq!(
        raise("LOAD_CONST 1\n PUSH_EXC_INFO\n RETURN_VALUE"),
        Err(text.to_owned())
    );
}
