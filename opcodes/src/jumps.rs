//! Jumps. The ones that may go backward poll, so that every loop can be stopped.

use opyc_core::decode::Operand;
use opyc_core::interp::raw::{SLOT, STACK};
use opyc_core::interp::{Fusion, Source, Target};

use crate::operand::operand;
use crate::rows::prelude::*;

opcodes! {
    /// Jumps forward, counted from the next instruction.
    JUMP_FORWARD (--) jump (--) ends in 6..=14, link link_jump;
    /// Jumps to a place counted from the start of the code.
    JUMP_ABSOLUTE (--) jump (--) ends in 6..=10, link link_jump;
    /// Jumps backward, counted from the next instruction.
    JUMP_BACKWARD (--) jump (--) ends in 11..=14, link link_jump;
    /// Jumps backward, in a loop that yields (CPython does not look for signals there).
    JUMP_BACKWARD_NO_INTERRUPT (--) jump (--) ends in 11..=14, link link_jump;
    /// Pops a value and jumps if it is false.
    POP_JUMP_IF_FALSE (value --) jump (value --) in 6..=14, fused (link_pop_jump_if_false, fuse_pop_jump_if_false);
    /// Pops a value and jumps if it is true.
    POP_JUMP_IF_TRUE (value --) jump (value --) in 6..=14, fused (link_pop_jump_if_true, fuse_pop_jump_if_true);
    /// Pops a value and jumps forward if it is false.
    POP_JUMP_FORWARD_IF_FALSE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_false, fuse_pop_jump_if_false);
    /// Pops a value and jumps forward if it is true.
    POP_JUMP_FORWARD_IF_TRUE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_true, fuse_pop_jump_if_true);
    /// Pops a value and jumps backward if it is false.
    POP_JUMP_BACKWARD_IF_FALSE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_false, fuse_pop_jump_if_false);
    /// Pops a value and jumps backward if it is true.
    POP_JUMP_BACKWARD_IF_TRUE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_true, fuse_pop_jump_if_true);
    /// Pops a value and jumps if it is None.
    POP_JUMP_IF_NONE (value --) jump (value --) in 12..=14, fused (link_pop_jump_if_none, fuse_pop_jump_if_none);
    /// Pops a value and jumps if it is not None.
    POP_JUMP_IF_NOT_NONE (value --) jump (value --) in 12..=14, fused (link_pop_jump_if_not_none, fuse_pop_jump_if_not_none);
    /// Pops a value and jumps forward if it is None.
    POP_JUMP_FORWARD_IF_NONE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_none, fuse_pop_jump_if_none);
    /// Pops a value and jumps forward if it is not None.
    POP_JUMP_FORWARD_IF_NOT_NONE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_not_none, fuse_pop_jump_if_not_none);
    /// Pops a value and jumps backward if it is None.
    POP_JUMP_BACKWARD_IF_NONE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_none, fuse_pop_jump_if_none);
    /// Pops a value and jumps backward if it is not None.
    POP_JUMP_BACKWARD_IF_NOT_NONE (value --) jump (value --) in 11..=11, fused (link_pop_jump_if_not_none, fuse_pop_jump_if_not_none);
    /// Jumps and keeps the value if it is false, else pops it.
    JUMP_IF_FALSE_OR_POP (value --) jump (value -- value) in 6..=11, raw JumpIfFalseOrPop;
    /// Jumps and keeps the value if it is true, else pops it.
    JUMP_IF_TRUE_OR_POP (value --) jump (value -- value) in 6..=11, raw JumpIfTrueOrPop;
}

fn link_jump(l: &mut LinkCx<'_>) {
    if l.fields().arg <= 0 {
        l.raw::<JumpBackward>()
    } else {
        l.raw::<JumpForward>()
    }
}

/// Takes a conditional jump's handler for the way it goes: only one that goes back polls, and has to be told from the
/// others before it runs. `arg` is set.
macro_rules! conditional {
    ($l:expr, $op:ident[$($mode:expr),+]) => {
        if $l.fields().arg <= 0 {
            $l.raw::<$op<$({ $mode }),+, true>>()
        } else {
            $l.raw::<$op<$({ $mode }),+, false>>()
        }
    };
}
pub(crate) use conditional;

/// Links a conditional jump, alone and with the load of what it tests.
macro_rules! conditional_jump {
    ($($link:ident, $fuse:ident: $op:ident, $sense:literal;)+) => {$(
        fn $link(l: &mut LinkCx<'_>) {
            set_fields!(l; n = 1);
            conditional!(l, $op[STACK, $sense]);
        }

        fn $fuse(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
            let folded = fold(l, f);
            if folded {
                conditional!(l, $op[SLOT, $sense]);
            }
            folded
        }
    )+};
}

conditional_jump! {
    link_pop_jump_if_false, fuse_pop_jump_if_false: TruthJump, false;
    link_pop_jump_if_true, fuse_pop_jump_if_true: TruthJump, true;
    link_pop_jump_if_none, fuse_pop_jump_if_none: NoneJump, true;
    link_pop_jump_if_not_none, fuse_pop_jump_if_not_none: NoneJump, false;
}

/// Folds the load of what a jump tests in: the jump then stands in its place.
fn fold(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let (Source::Stack, Source::Slot(slot), Target::Stack) = (f.a, f.b, f.to) else {
        return false;
    };
    let Operand::Label(target) = l.operand(l.index() + 1) else {
        return false;
    };
    let distance = l.distance(target);
    set_fields!(l; a = slot, arg = distance, n = 2 | 1 << 8);
    true
}

/// Where the jump goes.
///
/// # Safety
/// `pc` is a jump: its argument is the distance to an instruction of the same code.
#[inline(always)]
unsafe fn target(pc: *mut Instr) -> *mut Instr {
    // SAFETY: as the caller says.
    unsafe { pc.offset((*pc).arg as isize) }
}

/// Goes on at the target, with a poll if that lies behind.
///
/// # Safety
/// As [`target`]; `sp` is what the jump leaves.
unsafe fn take(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        if (*pc).arg <= 0 {
            poll_cold(vm, target(pc), sp)
        } else {
            Step { pc: target(pc), sp }
        }
    }
}

raw_op! {
    /// `pc += arg`.
    JumpForward;
    fast(_vm, pc, sp, _fp) { Flow::to(target(pc), sp) }
}

raw_op! {
    /// `pc += arg`, counted.
    JumpBackward;
    fast(vm, pc, sp, _fp) { poll(vm, target(pc), sp) }
    cold(vm, pc, sp, _fp) { slice_end(vm, target(pc), sp) }
}

/// Goes on behind a test: jumps if `taken`, with a poll if that goes `BACK`; else behind the group, whose length is in
/// the low byte of `n`.
///
/// # Safety
/// As [`target`]. On [`Flow::COLD`] nothing may have been consumed.
#[inline(always)]
unsafe fn branch<const BACK: bool>(vm: &Vm, pc: *mut Instr, sp: *mut Value, taken: bool) -> Flow {
    // SAFETY: as the caller says.
    unsafe {
        if !taken {
            return Flow::to(pc.add((*pc).n as usize & 0xff), sp);
        }
        if BACK {
            return poll(vm, target(pc), sp);
        }
        Flow::to(target(pc), sp)
    }
}

/// The same for cold paths, where the poll does what is due.
unsafe fn branch_cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, taken: bool) -> Step {
    // SAFETY: as for `branch`.
    unsafe {
        if taken {
            take(vm, pc, sp)
        } else {
            Step {
                pc: pc.add((*pc).n as usize & 0xff),
                sp,
            }
        }
    }
}

/// The instruction of a group that does the test.
unsafe fn own(pc: *mut Instr) -> *mut Instr {
    // SAFETY: `n` is set by the linker.
    unsafe { pc.add((*pc).n as usize >> 8) }
}

/// Jumps, `BACK` or forward, if the truth of a value is `SENSE`. The value is popped, or borrowed from slot `a`.
pub(crate) struct TruthJump<const FROM: u8, const SENSE: bool, const BACK: bool>;

// SAFETY: pops one value if `FROM` is the stack; `arg` is the distance of the jump.
unsafe impl<const FROM: u8, const SENSE: bool, const BACK: bool> Op
    for TruthJump<FROM, SENSE, BACK>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let v = operand::<FROM>(pc, sp.wrapping_sub(1), fp, (*pc).a);
            let Some(truth) = raw::quick_truth(v) else {
                return Flow::COLD;
            };
            if FROM != STACK {
                return branch::<BACK>(vm, pc, sp, truth == SENSE);
            }
            let flow = branch::<BACK>(vm, pc, sp.sub(1), truth == SENSE);
            if flow.is_cold() {
                return flow;
            }
            flow.free(read(sp.sub(1)).release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: the value is moved off the stack, or copied, before anything else happens to it.
        unsafe {
            let (v, sp) = if FROM == STACK {
                (read(sp.sub(1)), sp.sub(1))
            } else {
                (operand::<FROM>(pc, sp, fp, (*pc).a).clone(), sp)
            };
            if v.is_null() && FROM == SLOT {
                return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
            }
            let own = own(pc);
            raw::set_position(vm, own);
            // Python code may rewrite the instruction: see `raw::set_handler`.
            let (next, to) = (pc.add((*pc).n as usize & 0xff), target(pc));
            match vm.truth(&v) {
                Ok(truth) if truth != SENSE => Step { pc: next, sp },
                Ok(_) if to <= pc => poll_cold(vm, to, sp),
                Ok(_) => Step { pc: to, sp },
                Err(r) => throw(vm, own, sp, r),
            }
        }
    }
}

/// Jumps if it is `SENSE` that a value is None. The value is popped, or borrowed from slot `a`.
struct NoneJump<const FROM: u8, const SENSE: bool, const BACK: bool>;

// SAFETY: as for `TruthJump`.
unsafe impl<const FROM: u8, const SENSE: bool, const BACK: bool> Op
    for NoneJump<FROM, SENSE, BACK>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let v = operand::<FROM>(pc, sp.wrapping_sub(1), fp, (*pc).a);
            if FROM != STACK {
                if v.is_null() {
                    return Flow::COLD;
                }
                return branch::<BACK>(vm, pc, sp, v.is_none() == SENSE);
            }
            let flow = branch::<BACK>(vm, pc, sp.sub(1), v.is_none() == SENSE);
            if flow.is_cold() {
                return flow;
            }
            flow.free(read(sp.sub(1)).release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: a value on the stack is moved off it.
        unsafe {
            let (is_none, sp) = if FROM == STACK {
                (read(sp.sub(1)).is_none(), sp.sub(1))
            } else {
                let v = operand::<FROM>(pc, sp, fp, (*pc).a);
                if v.is_null() {
                    return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
                }
                (v.is_none(), sp)
            };
            branch_cold(vm, pc, sp, is_none == SENSE)
        }
    }
}

/// Jumps if it is `SENSE` that two values are the same object. Values come from the stack, slots or constants.
pub(crate) struct IsJump<const A: u8, const B: u8, const SENSE: bool, const BACK: bool>;

impl<const A: u8, const B: u8, const SENSE: bool, const BACK: bool> IsJump<A, B, SENSE, BACK> {
    const POPS: usize = (A == STACK) as usize + (B == STACK) as usize;

    #[inline(always)]
    unsafe fn operands<'a>(
        pc: *mut Instr,
        sp: *mut Value,
        fp: *mut Value,
    ) -> (&'a Value, &'a Value) {
        // SAFETY: the linker sets modes and fields together.
        unsafe {
            (
                operand::<A>(pc, sp.wrapping_sub(Self::POPS), fp, (*pc).a),
                operand::<B>(pc, sp.wrapping_sub(1), fp, (*pc).b),
            )
        }
    }
}

// SAFETY: pops what comes from the stack; `arg` is the distance of the jump.
unsafe impl<const A: u8, const B: u8, const SENSE: bool, const BACK: bool> Op
    for IsJump<A, B, SENSE, BACK>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let (a, b) = Self::operands(pc, sp, fp);
            if A == SLOT && a.is_null() || B == SLOT && b.is_null() {
                return Flow::COLD;
            }
            // At most one object can be freed without a call.
            if Self::POPS == 2 && raw::is_last(b) {
                return Flow::COLD;
            }
            let below = sp.sub(Self::POPS);
            let flow = branch::<BACK>(vm, pc, below, a.is(b) == SENSE);
            if Self::POPS == 0 || flow.is_cold() {
                return flow;
            }
            if Self::POPS == 2 {
                read(sp.sub(1)).release();
            }
            flow.free(read(below).release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: values on the stack are dropped once.
        unsafe {
            let (a, b) = Self::operands(pc, sp, fp);
            if A == SLOT && a.is_null() {
                return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
            }
            if B == SLOT && b.is_null() {
                let at = own(pc).sub(1);
                return throw(vm, at, sp, vm.unbound_local((*pc).b as usize));
            }
            let taken = a.is(b) == SENSE;
            for i in 1..=Self::POPS {
                drop(read(sp.sub(i)));
            }
            branch_cold(vm, pc, sp.sub(Self::POPS), taken)
        }
    }
}

/// Jumps with the value if its truth is `SENSE`, else pops it.
struct JumpOrPop<const SENSE: bool>;

type JumpIfFalseOrPop = JumpOrPop<false>;
type JumpIfTrueOrPop = JumpOrPop<true>;

// SAFETY: keeps or pops one value; `arg` is the distance of the jump.
unsafe impl<const SENSE: bool> Op for JumpOrPop<SENSE> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: a bool is an immediate: nothing to release.
        unsafe {
            match (*sp.sub(1)).as_bool() {
                Some(truth) if truth != SENSE => Flow::to(pc.add(1), sp.sub(1)),
                Some(_) if (*pc).arg > 0 => Flow::to(target(pc), sp),
                _ => Flow::COLD,
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: Python code that runs for the truth leaves the stack below `sp` alone.
        unsafe {
            let v = (*sp.sub(1)).clone();
            match vm.truth(&v) {
                Ok(truth) if truth == SENSE => take(vm, pc, sp),
                Ok(_) => {
                    drop(read(sp.sub(1)));
                    Step {
                        pc: pc.add(1),
                        sp: sp.sub(1),
                    }
                }
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}
