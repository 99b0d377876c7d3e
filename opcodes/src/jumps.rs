//! Jumps. The ones that may go backward poll, so that every loop can be stopped.

use crate::rows::prelude::*;

opcodes! {
    /// Jumps forward.
    JUMP_FORWARD (--) jump (--) ends in 6..=14, link link_jump;
    /// Jumps anywhere.
    JUMP_ABSOLUTE (--) jump (--) ends in 6..=10, link link_jump;
    /// Jumps backward.
    JUMP_BACKWARD (--) jump (--) ends in 11..=14, link link_jump;
    /// Jumps backward, in a loop that yields (CPython does not look for signals there).
    JUMP_BACKWARD_NO_INTERRUPT (--) jump (--) ends in 11..=14, link link_jump;
    /// Pops a value and jumps if it is false.
    POP_JUMP_IF_FALSE (value --) jump (value --) in 6..=14, link link_pop_jump_if_false;
    /// Pops a value and jumps if it is true.
    POP_JUMP_IF_TRUE (value --) jump (value --) in 6..=14, link link_pop_jump_if_true;
    /// Pops a value and jumps forward if it is false.
    POP_JUMP_FORWARD_IF_FALSE (value --) jump (value --) in 11..=11, link link_pop_jump_if_false;
    /// Pops a value and jumps forward if it is true.
    POP_JUMP_FORWARD_IF_TRUE (value --) jump (value --) in 11..=11, link link_pop_jump_if_true;
    /// Pops a value and jumps backward if it is false.
    POP_JUMP_BACKWARD_IF_FALSE (value --) jump (value --) in 11..=11, link link_pop_jump_if_false;
    /// Pops a value and jumps backward if it is true.
    POP_JUMP_BACKWARD_IF_TRUE (value --) jump (value --) in 11..=11, link link_pop_jump_if_true;
    /// Pops a value and jumps if it is None.
    POP_JUMP_IF_NONE (value --) jump (value --) in 12..=14, raw PopJumpIfNone;
    /// Pops a value and jumps if it is not None.
    POP_JUMP_IF_NOT_NONE (value --) jump (value --) in 12..=14, raw PopJumpIfNotNone;
    /// Pops a value and jumps forward if it is None.
    POP_JUMP_FORWARD_IF_NONE (value --) jump (value --) in 11..=11, raw PopJumpIfNone;
    /// Pops a value and jumps forward if it is not None.
    POP_JUMP_FORWARD_IF_NOT_NONE (value --) jump (value --) in 11..=11, raw PopJumpIfNotNone;
    /// Pops a value and jumps backward if it is None.
    POP_JUMP_BACKWARD_IF_NONE (value --) jump (value --) in 11..=11, raw PopJumpIfNone;
    /// Pops a value and jumps backward if it is not None.
    POP_JUMP_BACKWARD_IF_NOT_NONE (value --) jump (value --) in 11..=11, raw PopJumpIfNotNone;
    /// Jumps and keeps the value if it is false, else pops it.
    JUMP_IF_FALSE_OR_POP (value --) jump (value -- value) in 6..=11, raw JumpIfFalseOrPop;
    /// Jumps and keeps the value if it is true, else pops it.
    JUMP_IF_TRUE_OR_POP (value --) jump (value -- value) in 6..=11, raw JumpIfTrueOrPop;
}

fn link_jump(l: &mut LinkCx<'_>) {
    if l.instr().arg <= 0 {
        l.raw::<JumpBackward>()
    } else {
        l.raw::<JumpForward>()
    }
}

fn link_pop_jump_if_false(l: &mut LinkCx<'_>) {
    if l.instr().arg <= 0 {
        l.raw::<PopJump<false, true>>()
    } else {
        l.raw::<PopJump<false, false>>()
    }
}

fn link_pop_jump_if_true(l: &mut LinkCx<'_>) {
    if l.instr().arg <= 0 {
        l.raw::<PopJump<true, true>>()
    } else {
        l.raw::<PopJump<true, false>>()
    }
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

/// Pops a value and jumps if its truth is `SENSE`; `BACK` says that the jump goes backward.
struct PopJump<const SENSE: bool, const BACK: bool>;

// SAFETY: pops one value; `arg` is the distance of the jump.
unsafe impl<const SENSE: bool, const BACK: bool> Op for PopJump<SENSE, BACK> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: a bool is an immediate: nothing to release.
        unsafe {
            let Some(truth) = (*sp.sub(1)).as_bool() else {
                return Flow::COLD;
            };
            if truth != SENSE {
                return Flow::to(pc.add(1), sp.sub(1));
            }
            if BACK {
                poll(vm, target(pc), sp.sub(1))
            } else {
                Flow::to(target(pc), sp.sub(1))
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: the value is moved off the stack before anything else happens to it.
        unsafe {
            let v = read(sp.sub(1));
            let sp = sp.sub(1);
            match vm.truth(&v) {
                Ok(truth) if truth == SENSE => take(vm, pc, sp),
                Ok(_) => Step { pc: pc.add(1), sp },
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}

raw_op! {
    /// Jumps if `sp[-1] is None`.
    PopJumpIfNone;
    fast(_vm, pc, sp, _fp) {
        if (*pc).arg <= 0 {
            return Flow::COLD;
        }
        if (*sp.sub(1)).is_none() {
            return Flow::to(target(pc), sp.sub(1));
        }
        let garbage = read(sp.sub(1)).release();
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        let v = read(sp.sub(1));
        if v.is_none() { take(vm, pc, sp.sub(1)) } else { Step { pc: pc.add(1), sp: sp.sub(1) } }
    }
}

raw_op! {
    /// Jumps if `sp[-1] is not None`.
    PopJumpIfNotNone;
    fast(_vm, pc, sp, _fp) {
        if (*pc).arg <= 0 {
            return Flow::COLD;
        }
        if (*sp.sub(1)).is_none() {
            return Flow::to(pc.add(1), sp.sub(1));
        }
        let garbage = read(sp.sub(1)).release();
        Flow::to(target(pc), sp.sub(1)).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        let v = read(sp.sub(1));
        if v.is_none() { Step { pc: pc.add(1), sp: sp.sub(1) } } else { take(vm, pc, sp.sub(1)) }
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
