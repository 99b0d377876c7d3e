//! The end of `except`, and raising again.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow as Flow, Dispatch};
use opyc_core::object::PyException;
use opyc_core::opcodes;
use opyc_core::registry::BlockEffect;

use crate::slots;
use crate::strategy::restore;

opcodes! {
    /// Ends a handler: the exception handled before is the one that is handled again.
    POP_EXCEPT (old_traceback old_value old_type -- ) block (BlockEffect::PopHandler) in 6..=10,
        control byte_pop_except;

    /// Raises the exception on top again, without a new entry in its traceback.
    RERAISE (traceback value class -- ) ends in 9..=10, control byte_reraise;

    /// Jumps if an exception class is not one that an `except` names.
    JUMP_IF_NOT_EXC_MATCH (class wanted -- ) jump (class wanted -- ) in 9..=10, control byte_jump_if_not_exc_match;

    /// Ends an `async for` on StopAsyncIteration; any other exception is raised again.
    END_ASYNC_FOR (iterator old_traceback old_value old_type traceback value class -- )
        block (BlockEffect::PopHandler) in 8..=10, control byte_end_async_for;
}

fn byte_pop_except(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    slots::pop_handler(d)?;
    drop(d.pop()?);
    let saved = d.pop()?;
    drop(d.pop()?);
    restore(d, saved);
    Ok(Flow::Next)
}

fn byte_reraise(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    slots::raise_again(d)
}

fn byte_jump_if_not_exc_match(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let wanted = d.pop()?;
    let class = d.pop()?;
    if d.vm().exception_matches(&class, &wanted)? {
        Ok(Flow::Next)
    } else {
        Ok(Flow::Jump(d.target()?))
    }
}

fn byte_end_async_for(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let stop = &d.vm().exc_types.StopAsyncIteration;
    let value = d.peek(2)?;
    if value.downcast::<PyException>().is_none() || !d.vm().is_instance(&value, stop) {
        return slots::raise_again(d);
    }
    slots::pop_handler(d)?;
    let saved = d.peek(5)?;
    restore(d, saved);
    d.truncate(d.depth().saturating_sub(7))?;
    Ok(Flow::Next)
}
