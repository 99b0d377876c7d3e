//! `finally` bodies in 3.8, which are called where a `return`, `break` or `continue` passes through.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow as Flow, Dispatch};
use opyc_core::opcodes;
use opyc_core::registry::BlockEffect;
use opyc_core::value::Value;

use crate::slots::{self, End};
use crate::strategy::restore;

opcodes! {
    /// Enters the `finally` body that follows.
    BEGIN_FINALLY ( -- old1 old2 old3 new1 new2 new3) block (BlockEffect::BeginFinally) in 8..=8,
        control byte_begin_finally;

    /// Calls a `finally` body.
    CALL_FINALLY ( -- ) block (BlockEffect::CallFinally) in 8..=8, control byte_call_finally;

    /// Ends a `finally` body: goes on, or back to where it was called, or raises again.
    END_FINALLY (old1 old2 old3 new1 new2 new3 -- ) block (BlockEffect::EndFinally) in 8..=8,
        control byte_end_finally;

    /// Leaves a `finally` body by another way than its end; if the argument is 1, the value on top stays.
    POP_FINALLY ["slots… value? -- value?", |i| (6 + (i.arg & 1), i.arg & 1)] block (BlockEffect::PopHandler) in 8..=8,
        control byte_pop_finally;
}

fn byte_begin_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let body = d.index().saturating_add(1);
    slots::enter(d, body, Value::NULL, Value::NULL)?;
    Ok(Flow::Next)
}

fn byte_call_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let body = d.target()?;
    let back = i32::try_from(d.index().saturating_add(1)).map_or(Value::NULL, Value::i32);
    slots::enter(d, body, back, Value::NULL)?;
    Ok(Flow::Jump(body))
}

fn byte_end_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    match slots::end(d)? {
        End::Raise(raise) => Ok(Flow::Reraise(raise)),
        End::Normal { marker, .. } => match marker.as_int() {
            None => Ok(Flow::Next),
            Some(back) => match u32::try_from(back) {
                Ok(back) => Ok(Flow::Jump(back)),
                Err(_) => Err(d.vm().system_error("a finally body returns to nowhere")),
            },
        },
    }
}

fn byte_pop_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let kept = if d.arg() & 1 == 1 {
        Some(d.pop()?)
    } else {
        None
    };
    slots::pop_handler(d)?;
    let saved = d.peek(5)?;
    restore(d, saved);
    d.truncate(d.depth().saturating_sub(6))?;
    if let Some(value) = kept {
        d.push(value)?;
    }
    Ok(Flow::Next)
}
