//! The six slots of a handler.
//!
//! An exception handler finds the traceback, value and type of the exception handled before on the stack, and above
//! them those of the new one. CPython enters a `finally` body with fewer values when nothing was raised; here
//! it always has six, so that the depth of the stack is known, and a handler block. A normal entry leaves
//! those that an exception uses to restore the one before empty, and uses others to say how to go on:
//!
//! ```text
//! exception  old traceback | old value | old type | traceback | value   | type
//! normal     value aside   | NULL      | NULL     | short     | payload | marker
//! ```

use opyc_core::effect::HANDLER_VALUES;
use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{Block, ControlFlow, Dispatch};
use opyc_core::object::{PyException, PyTraceback, PyType};
use opyc_core::value::Value;

use crate::strategy::kind;

/// Values that a handler's own block keeps for the exception before.
const SAVED_VALUES: u32 = HANDLER_VALUES / 2;

/// How a `finally` body goes on at its end.
pub(crate) enum End {
    /// Raises again.
    Raise(Raise),
    /// As it was entered: marker and payload. The slots and the handler block are gone.
    Normal {
        /// NULL, or an int that the version gives a meaning.
        marker: Value,
        /// What belongs to the marker.
        payload: Value,
    },
}

fn corrupt(d: &Dispatch<'_>) -> Raise {
    d.vm().system_error("'finally' pops bad exception")
}

/// Enters a body: pushes the slots and the handler block.
///
/// A `return` may have left its value on top of the stack (3.8): it is put aside. The body of a clean-up after
/// `except` may be entered when the `except` has been left already: it finds a stand-in for its block and values.
pub(crate) fn enter(
    d: &mut Dispatch<'_>,
    body: u32,
    marker: Value,
    payload: Value,
) -> PyResult<()> {
    let inside = d
        .expected_depth(body)
        .and_then(|depth| depth.checked_sub(HANDLER_VALUES));
    let level = inside.ok_or_else(|| corrupt(d))?;
    let depth = d.depth();
    let left = depth < level;
    let base = if left {
        level.saturating_sub(SAVED_VALUES)
    } else {
        level
    };
    let aside = if depth > base { d.pop()? } else { Value::NULL };
    if left {
        d.push_block(Block {
            kind: kind::HANDLER,
            handler: body,
            level: d.depth(),
        })?;
        while d.depth() < level {
            d.push(Value::NULL)?;
        }
    }
    push(d, body, [aside, Value::bool(left), payload, marker])
}

/// Pushes the slots and a handler block at the depth that the stack has.
pub(crate) fn push(
    d: &mut Dispatch<'_>,
    body: u32,
    [aside, left, payload, marker]: [Value; 4],
) -> PyResult<()> {
    d.push_block(Block {
        kind: kind::HANDLER,
        handler: body,
        level: d.depth(),
    })?;
    for value in [aside, Value::NULL, Value::NULL, left, payload, marker] {
        d.push(value)?;
    }
    Ok(())
}

/// Ends a body.
pub(crate) fn end(d: &mut Dispatch<'_>) -> PyResult<End> {
    let marker = d.peek(1)?;
    if marker.downcast::<PyType>().is_some() {
        return Ok(End::Raise(pop_exception(d)?));
    }
    if !marker.is_null() && marker.as_int().is_none() {
        return Err(corrupt(d));
    }
    let (payload, left, aside) = (d.peek(2)?, d.peek(3)?, d.peek(HANDLER_VALUES)?);
    leave(d)?;
    if left.as_bool() == Some(true) {
        leave_stand_in(d)?;
    }
    if !aside.is_null() {
        d.push(aside)?;
    }
    Ok(End::Normal { marker, payload })
}

/// Drops the slots and the handler block.
fn leave(d: &mut Dispatch<'_>) -> PyResult<()> {
    let depth = d
        .depth()
        .checked_sub(HANDLER_VALUES)
        .ok_or_else(|| corrupt(d))?;
    d.truncate(depth)?;
    pop_handler(d).map(drop)
}

/// Drops the stand-in for the block and values of an `except` that was left.
fn leave_stand_in(d: &mut Dispatch<'_>) -> PyResult<()> {
    let stand_in = pop_handler(d)?;
    d.truncate(stand_in.level)
}

/// Pops the innermost block, which must be a handler block.
pub(crate) fn pop_handler(d: &mut Dispatch<'_>) -> PyResult<Block> {
    d.pop_block()
        .filter(|block| block.kind == kind::HANDLER)
        .ok_or_else(|| corrupt(d))
}

/// Makes the slots those of a normal entry: the exception is dealt with.
pub(crate) fn clear(d: &mut Dispatch<'_>) -> PyResult<()> {
    for slot in 1..=HANDLER_VALUES {
        drop(d.replace(slot, Value::NULL)?);
    }
    Ok(())
}

/// Pops type, value and traceback, to raise them again.
pub(crate) fn pop_exception(d: &mut Dispatch<'_>) -> PyResult<Raise> {
    let class = d.pop()?;
    let value = d.pop()?;
    let traceback = d.pop()?;
    drop(class);
    let exception = value.downcast::<PyException>().ok_or_else(|| corrupt(d))?;
    // The handler may have set `__traceback__`; what is raised again goes on from where it was.
    if traceback.is_none() || traceback.downcast::<PyTraceback>().is_some() {
        exception.traceback.set(traceback);
    }
    Ok(Raise::from_exception(value.clone()))
}

/// Raises what [`pop_exception`] gave, without a new entry in the traceback.
pub(crate) fn raise_again(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    Ok(ControlFlow::Reraise(pop_exception(d)?))
}
