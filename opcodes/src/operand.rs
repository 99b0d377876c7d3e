//! Operands of handlers that loads have been folded into.

use opyc_core::interp::raw::SLOT;

use crate::rows::prelude::*;

/// An operand that is a constant, whose address is in `c`. See [`raw::STACK`] and [`SLOT`] for others.
pub(crate) const CONSTANT: u8 = 2;

/// The operand: borrowed from a slot or from the constant at `c`, else on the stack at `at`.
///
/// # Safety
/// The linker sets modes and fields together.
#[inline(always)]
pub(crate) unsafe fn operand<'a, const FROM: u8>(
    pc: *mut Instr,
    at: *mut Value,
    fp: *mut Value,
    slot: u16,
) -> &'a Value {
    // SAFETY: as the caller says.
    unsafe {
        match FROM {
            SLOT => &*fp.add(slot as usize),
            CONSTANT => &*((*pc).c as *const Value),
            _ => &*at,
        }
    }
}
