//! `return`, `break` and `continue` in 3.6 and 3.7: one opcode leaves all blocks on its way, and runs the `finally`
//! bodies among them.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow as Flow, Dispatch};
use opyc_core::opcodes;
use opyc_core::registry::BlockEffect;
use opyc_core::value::Value;

use crate::slots;
use crate::strategy::{kind, leave_handler};

opcodes! {
    /// Returns the value on top, after the `finally` bodies around it have run.
    RETURN_VALUE (value -- ) ends in 6..=7, control byte_return_value;

    /// Leaves the innermost loop.
    BREAK_LOOP ( -- ) ends block (BlockEffect::Break) in 6..=7, control byte_break_loop;

    /// Goes on with the innermost loop from inside a `try`.
    CONTINUE_LOOP ( -- ) ends block (BlockEffect::Continue) in 6..=7, control byte_continue_loop;
}

/// Why blocks are left. While a `finally` body runs, this is in its slots, under CPython's numbers.
pub(crate) enum Why {
    Return(Value),
    Break,
    Continue(u32),
}

const RETURN: i32 = 8;
const BREAK: i32 = 16;
const CONTINUE: i32 = 32;

impl Why {
    /// Marker and payload for the slots.
    fn into_slots(self) -> (Value, Value) {
        match self {
            Why::Return(value) => (Value::i32(RETURN), value),
            Why::Break => (Value::i32(BREAK), Value::NULL),
            Why::Continue(target) => (
                Value::i32(CONTINUE),
                i32::try_from(target).map_or(Value::NULL, Value::i32),
            ),
        }
    }

    /// From marker and payload.
    pub(crate) fn from_slots(marker: i64, payload: Value) -> Option<Why> {
        match i32::try_from(marker).ok()? {
            RETURN => Some(Why::Return(payload)),
            BREAK => Some(Why::Break),
            CONTINUE => Some(Why::Continue(u32::try_from(payload.as_int()?).ok()?)),
            _ => None,
        }
    }
}

fn byte_return_value(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let value = d.pop()?;
    leave(d, Why::Return(value))
}

fn byte_break_loop(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    leave(d, Why::Break)
}

fn byte_continue_loop(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let target = d.target()?;
    leave(d, Why::Continue(target))
}

/// Leaves blocks, the innermost first, as far as `why` says or to the first `finally` body.
pub(crate) fn leave(d: &mut Dispatch<'_>, why: Why) -> PyResult<Flow> {
    while let Some(block) = d.top_block() {
        match (&why, block.kind) {
            // The loop goes on, and with it its block.
            (Why::Continue(target), kind::LOOP) => return Ok(Flow::Jump(*target)),
            _ => drop(d.pop_block()),
        }
        match block.kind {
            kind::HANDLER => leave_handler(d, &block)?,
            _ => d.truncate(block.level)?,
        }
        match (&why, block.kind) {
            (Why::Break, kind::LOOP) => return Ok(Flow::Jump(block.handler)),
            (_, kind::FINALLY | kind::WITH) => {
                let (marker, payload) = why.into_slots();
                slots::push(
                    d,
                    block.handler,
                    [Value::NULL, Value::FALSE, payload, marker],
                )?;
                return Ok(Flow::Jump(block.handler));
            }
            _ => {}
        }
    }
    match why {
        Why::Return(value) => Ok(Flow::Return(value)),
        Why::Break | Why::Continue(_) => Err(lost(d)),
    }
}

fn lost(d: &Dispatch<'_>) -> Raise {
    d.vm().system_error("blocks are left to nowhere")
}
