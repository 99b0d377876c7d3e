//! Helpers for the raw rung that several families share.

/// Implements [`opyc_core::interp::raw::Op`] for a unit struct.
///
/// `fast` is the path without calls; it may return `Flow::COLD` as long as it has consumed nothing. `cold` is what
/// then runs; an opcode that is never cold leaves it out, one that is always cold leaves `fast` out.
macro_rules! raw_op {
    ($(#[doc = $doc:literal])* $vis:vis $name:ident; fast($vm:ident, $pc:ident, $sp:ident, $fp:ident) $fast:block) => {
        raw_op! {
            $(#[doc = $doc])* $vis $name;
            fast($vm, $pc, $sp, $fp) $fast
            cold(vm, pc, sp, _fp) { throw(vm, pc, sp, vm.system_error("an opcode without a slow path took it")) }
        }
    };
    ($(#[doc = $doc:literal])* $vis:vis $name:ident; cold($vm:ident, $pc:ident, $sp:ident, $fp:ident) $cold:block) => {
        raw_op! {
            $(#[doc = $doc])* $vis $name;
            fast(_vm, _pc, _sp, _fp) { Flow::COLD }
            cold($vm, $pc, $sp, $fp) $cold
        }
    };
    (
        $(#[doc = $doc:literal])* $vis:vis $name:ident;
        fast($vm:ident, $pc:ident, $sp:ident, $fp:ident) $fast:block
        cold($cvm:ident, $cpc:ident, $csp:ident, $cfp:ident) $cold:block
    ) => {
        $(#[doc = $doc])*
        $vis struct $name;

        // SAFETY: keeps the stack as the effect in its row says; see `Op` for what the arguments are.
        unsafe impl Op for $name {
            #[inline(always)]
            #[allow(unused_unsafe, reason = "some bodies need none")]
            unsafe fn exec($vm: &Vm, $pc: *mut Instr, $sp: *mut Value, $fp: *mut Value) -> Flow {
                // SAFETY: as for the implementation.
                unsafe { $fast }
            }

            #[allow(unused_unsafe, reason = "some bodies need none")]
            unsafe fn cold($cvm: &Vm, $cpc: *mut Instr, $csp: *mut Value, $cfp: *mut Value) -> Step {
                // SAFETY: as for the implementation.
                unsafe { $cold }
            }
        }
    };
}
pub(crate) use raw_op;

/// Sets fields of the instruction that is being linked, for the handler that the same function links.
macro_rules! set_fields {
    ($l:expr; $($field:ident = $value:expr),+) => {{
        $( let $field = $value; )+
        // SAFETY: the function that sets the fields also links the handler that is written for them.
        let i = unsafe { $l.instr() };
        $( i.$field = $field; )+
    }};
}
pub(crate) use set_fields;

/// What every file on the raw rung uses.
pub(crate) mod prelude {
    pub(crate) use std::ptr::read;

    pub(crate) use opyc_core::decode::Instruction;
    pub(crate) use opyc_core::interp::LinkCx;
    pub(crate) use opyc_core::interp::raw::{
        self, Flow, Instr, Op, Step, poll, poll_cold, put_slot, set_slot, slice_end, throw,
    };
    pub(crate) use opyc_core::opcodes;
    pub(crate) use opyc_core::value::Value;
    pub(crate) use opyc_core::vm::Vm;

    pub(crate) use super::{raw_op, set_fields};
}
