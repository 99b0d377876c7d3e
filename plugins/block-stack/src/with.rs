//! The end of `with`.

use opyc_core::error::PyResult;
use opyc_core::interp::{Block, ControlFlow as Flow, Dispatch};
use opyc_core::object::PyType;
use opyc_core::opcodes;
use opyc_core::registry::BlockEffect;
use opyc_core::value::Value;

use crate::slots;
use crate::strategy::restore;

opcodes! {
    /// Calls the exit function below the slots with the exception, or with three times None.
    WITH_CLEANUP_START (exit old1 old2 old3 new1 new2 new3 -- old1 old2 old3 new1 new2 new3 exception result)
        block (BlockEffect::LowerHandler) in 6..=8, control byte_with_cleanup_start;

    /// Drops the exception if the exit function's result is true.
    WITH_CLEANUP_FINISH (exception result -- ) block (BlockEffect::Silence) in 6..=8, control byte_with_cleanup_finish;

    /// Calls the exit function below the slots with the exception.
    WITH_EXCEPT_START (exit old1 old2 old3 new1 new2 new3 -- exit old1 old2 old3 new1 new2 new3 result) in 9..=10,
        control byte_with_except_start;
}

/// Type, value and traceback on top of the stack, if they are an exception; else three times None.
fn exc_info(d: &Dispatch<'_>) -> PyResult<[Value; 3]> {
    let class = d.peek(1)?;
    if class.downcast::<PyType>().is_none() {
        return Ok([Value::NONE; 3]);
    }
    Ok([class, d.peek(2)?, d.peek(3)?])
}

fn call_exit(d: &mut Dispatch<'_>, exit: Value, exc_info: [Value; 3]) -> PyResult<Flow> {
    d.push(exit)?;
    for value in exc_info {
        d.push(value)?;
    }
    Ok(Flow::Call(3))
}

fn byte_with_cleanup_start(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exc_info = exc_info(d)?;
    // The exit function comes out from below the six slots, and the block's level sinks with it.
    let block = slots::pop_handler(d)?;
    d.push_block(Block {
        level: block.level.saturating_sub(1),
        ..block
    })?;
    let mut moved = d.pop()?;
    for place in 1..=5 {
        moved = d.replace(place, moved)?;
    }
    let exit = d.replace(6, moved)?;
    d.push(exc_info[0].clone())?;
    call_exit(d, exit, exc_info)
}

fn byte_with_cleanup_finish(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let result = d.pop()?;
    let exception = d.pop()?;
    if !exception.is_none() && d.vm().truth(&result)? {
        let saved = d.peek(5)?;
        restore(d, saved);
        slots::clear(d)?;
    }
    Ok(Flow::Next)
}

fn byte_with_except_start(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exc_info = exc_info(d)?;
    let exit = d.peek(7)?;
    call_exit(d, exit, exc_info)
}
