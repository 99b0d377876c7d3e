//! Constants and local variables onto the stack.

use crate::rows::prelude::*;

opcodes! {
    /// Pushes a local variable.
    LOAD_FAST (-- value) in 6..=14, raw LoadFast;
    /// Pushes a local variable that may be unbound.
    LOAD_FAST_CHECK (-- value) in 12..=14, raw LoadFast;
    /// Pushes a local variable (CPython borrows the reference).
    LOAD_FAST_BORROW (-- value) in 14..=14, raw LoadFast;
    /// Pushes two local variables.
    LOAD_FAST_LOAD_FAST (-- first second) in 13..=14, raw LoadFastLoadFast;
    /// Pushes two local variables (CPython borrows the references).
    LOAD_FAST_BORROW_LOAD_FAST_BORROW (-- first second) in 14..=14, raw LoadFastLoadFast;
    /// Moves a local variable, or NULL if it is unbound, to the stack and leaves it unbound.
    LOAD_FAST_AND_CLEAR (-- value) in 12..=14, raw LoadFastAndClear;
    /// Pushes the cell of a variable that an inner function shares.
    LOAD_CLOSURE (-- cell) in 6..=12, raw LoadFast;
    /// Pushes a constant.
    LOAD_CONST (-- value) in 6..=14, raw LoadConst;
    /// Pushes the argument as an int.
    LOAD_SMALL_INT (-- int) in 14..=14, raw LoadSmallInt;
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
