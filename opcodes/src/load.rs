//! Constants and local variables onto the stack.

use opyc_core::decode::Operand;
use opyc_core::interp::raw::SLOT;
use opyc_core::interp::{Fusion, Source, Target};

use crate::operand::{CONSTANT, operand};
use crate::rows::prelude::*;

opcodes! {
    /// Pushes a local variable.
    LOAD_FAST (-- value) in 6..=14, fused (link_load_fast, fuse_load_fast);
    /// Pushes a local variable that may be unbound.
    LOAD_FAST_CHECK (-- value) in 12..=14, raw LoadFast;
    /// Pushes a local variable (CPython borrows the reference).
    LOAD_FAST_BORROW (-- value) in 14..=14, fused (link_load_fast, fuse_load_fast);
    /// Pushes two local variables.
    LOAD_FAST_LOAD_FAST (-- first second) in 13..=14, raw LoadFastLoadFast;
    /// Pushes two local variables (CPython borrows the references).
    LOAD_FAST_BORROW_LOAD_FAST_BORROW (-- first second) in 14..=14, raw LoadFastLoadFast;
    /// Moves a local variable, or NULL if it is unbound, to the stack and leaves it unbound.
    LOAD_FAST_AND_CLEAR (-- value) in 12..=14, raw LoadFastAndClear;
    /// Pushes the cell of a variable that an inner function shares.
    LOAD_CLOSURE (-- cell) in 6..=12, raw LoadFast;
    /// Pushes a constant.
    LOAD_CONST (-- value) in 6..=14, fused (link_load_const, fuse_load_const);
    /// Pushes the argument as an int.
    LOAD_SMALL_INT (-- int) in 14..=14, raw LoadSmallInt;
}

fn link_load_fast(l: &mut LinkCx<'_>) {
    l.raw::<LoadFast>();
}

fn link_load_const(l: &mut LinkCx<'_>) {
    l.raw::<LoadConst>();
}

/// Folds a load before this one in, or a store behind it.
fn fuse_load_fast(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let own = l.index() + f.before as usize;
    let Operand::Local(slot) = l.operand(own) else {
        return false;
    };
    let Ok(slot) = u16::try_from(slot) else {
        return false;
    };
    match (f.a, f.b, f.to) {
        (Source::Stack, Source::Stack, Target::Slot(to)) => {
            set_fields!(l; a = slot, d = to);
            l.raw::<Move<SLOT>>();
        }
        (Source::Stack, Source::Slot(first), Target::Stack) if l.is_linked_as::<LoadFast>(own) => {
            set_fields!(l; a = first, b = slot);
            l.raw::<LoadTwo<SLOT, SLOT>>();
        }
        (Source::Stack, Source::Const(first), Target::Stack) if l.is_linked_as::<LoadFast>(own) => {
            set_fields!(l; c = first, b = slot);
            l.raw::<LoadTwo<CONSTANT, SLOT>>();
        }
        _ => return false,
    }
    true
}

/// The same for a constant.
fn fuse_load_const(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let own = l.index() + f.before as usize;
    let Operand::Const(constant) = l.operand(own) else {
        return false;
    };
    let address = l.const_address(constant);
    match (f.a, f.b, f.to) {
        (Source::Stack, Source::Stack, Target::Slot(to)) => {
            set_fields!(l; c = address, d = to);
            l.raw::<Move<CONSTANT>>();
        }
        (Source::Stack, Source::Slot(first), Target::Stack) if l.is_linked_as::<LoadConst>(own) => {
            set_fields!(l; a = first, c = address);
            l.raw::<LoadTwo<SLOT, CONSTANT>>();
        }
        _ => return false,
    }
    true
}

/// Pushes two values at once: from slots `a` and `b`, or one of them the constant at `c`.
struct LoadTwo<const A: u8, const B: u8>;

// SAFETY: pushes two values; the linker sets modes and fields together.
unsafe impl<const A: u8, const B: u8> Op for LoadTwo<A, B> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let a = operand::<A>(pc, sp, fp, (*pc).a);
            let b = operand::<B>(pc, sp, fp, (*pc).b);
            if A == SLOT && a.is_null() || B == SLOT && b.is_null() {
                return Flow::COLD;
            }
            sp.write(a.clone());
            sp.add(1).write(b.clone());
            Flow::to(pc.add(2), sp.add(2))
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe {
            if A == SLOT && operand::<A>(pc, sp, fp, (*pc).a).is_null() {
                return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
            }
            throw(vm, pc.add(1), sp, vm.unbound_local((*pc).b as usize))
        }
    }
}

/// Sets slot `d` to the value of slot `a`, or to the constant at `c`.
struct Move<const FROM: u8>;

// SAFETY: the linker sets modes and fields together.
unsafe impl<const FROM: u8> Op for Move<FROM> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let v = operand::<FROM>(pc, sp, fp, (*pc).a);
            if FROM == SLOT && v.is_null() {
                return Flow::COLD;
            }
            let garbage = put_slot(fp, (*pc).d as usize, v.clone());
            Flow::to(pc.add(2), sp).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe { throw(vm, pc, sp, vm.unbound_local((*pc).a as usize)) }
    }
}

raw_op! {
    /// `sp[0] = slots[arg]`.
    LoadFast;
    fast(_vm, pc, sp, fp) {
        let v = &*fp.add((*pc).arg as usize);
        if v.is_null() {
            return Flow::COLD;
        }
        sp.write(v.clone());
        Flow::to(pc.add(1), sp.add(1))
    }
    cold(vm, pc, sp, _fp) {
        throw(vm, pc, sp, vm.unbound_local((*pc).arg as usize))
    }
}

raw_op! {
    /// Two at once; the slots are below 16.
    LoadFastLoadFast;
    fast(_vm, pc, sp, fp) {
        let (a, b) = (&*fp.add((*pc).a as usize), &*fp.add((*pc).b as usize));
        if a.is_null() || b.is_null() {
            return Flow::COLD;
        }
        sp.write(a.clone());
        sp.add(1).write(b.clone());
        Flow::to(pc.add(1), sp.add(2))
    }
    cold(vm, pc, sp, fp) {
        let unbound = if (*fp.add((*pc).a as usize)).is_null() { (*pc).a } else { (*pc).b };
        throw(vm, pc, sp, vm.unbound_local(unbound as usize))
    }
}

raw_op! {
    /// `sp[0] = take(slots[arg])`.
    LoadFastAndClear;
    fast(_vm, pc, sp, fp) {
        sp.write(std::mem::replace(&mut *fp.add((*pc).arg as usize), Value::NULL));
        Flow::to(pc.add(1), sp.add(1))
    }
}

raw_op! {
    /// The linker has put the constant's address into `c`.
    LoadConst;
    fast(_vm, pc, sp, _fp) {
        sp.write((*((*pc).c as *const Value)).clone());
        Flow::to(pc.add(1), sp.add(1))
    }
}

raw_op! {
    /// `sp[0] = arg`.
    LoadSmallInt;
    fast(_vm, pc, sp, _fp) {
        sp.write(Value::i32((*pc).arg));
        Flow::to(pc.add(1), sp.add(1))
    }
}
