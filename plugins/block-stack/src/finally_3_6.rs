//! The end of `finally` bodies in 3.6 and 3.7.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow as Flow, Dispatch};
use opyc_core::opcodes;
use opyc_core::registry::BlockEffect;
use opyc_core::value::Value;

use crate::leave_3_6::{Why, leave};
use crate::slots::{self, End};

opcodes! {
    /// Enters the `finally` body that follows. The compiler writes `LOAD_CONST None`; the verifier tells which.
    BEGIN_FINALLY ( -- old1 old2 old3 new1 new2 new3) block (BlockEffect::BeginFinally) in 6..=7,
        control byte_begin_finally;

    /// Ends a `finally` body: goes on, or goes on to return, break or continue, or raises again.
    END_FINALLY (old1 old2 old3 new1 new2 new3 -- ) block (BlockEffect::EndFinally) in 6..=7,
        control byte_end_finally;
}

fn byte_begin_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let body = d.index().saturating_add(1);
    slots::enter(d, body, Value::NULL, Value::NULL)?;
    Ok(Flow::Next)
}

fn byte_end_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    match slots::end(d)? {
        End::Raise(raise) => Ok(Flow::Reraise(raise)),
        End::Normal { marker, payload } => match marker.as_int() {
            None => Ok(Flow::Next),
            Some(code) => match Why::from_slots(code, payload) {
                Some(why) => leave(d, why),
                None => Err(d
                    .vm()
                    .system_error("a finally body ends for no known reason")),
            },
        },
    }
}
