//! Truth and identity: the tests of conditions.

use crate::rows::prelude::*;

opcodes! {
    /// Implements `not a`.
    UNARY_NOT (a -- bool) in 6..=14, raw UnaryNot;
    /// Converts a value to its truth.
    TO_BOOL (a -- bool) in 13..=14, raw ToBool;
    /// Implements `a is b`; with argument 1 `is not`.
    IS_OP (a b -- bool) in 9..=14, raw IsOp;
}

type UnaryNot = Truth<true>;
type ToBool = Truth<false>;

/// `sp[-1] = bool(sp[-1]) != NOT`
struct Truth<const NOT: bool>;

// SAFETY: replaces one value by one.
unsafe impl<const NOT: bool> Op for Truth<NOT> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: what is overwritten is an immediate: nothing to release.
        unsafe {
            let v = &*sp.sub(1);
            let truth = match (v.as_bool(), v.as_int()) {
                (Some(b), _) => b,
                (_, Some(i)) => i != 0,
                _ if v.is_none() => false,
                _ => return Flow::COLD,
            };
            sp.sub(1).write(Value::bool(truth != NOT));
            Flow::to(pc.add(1), sp)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: the value is moved off the stack before anything else happens to it.
        unsafe {
            let v = read(sp.sub(1));
            match vm.truth(&v) {
                Ok(truth) => {
                    sp.sub(1).write(Value::bool(truth != NOT));
                    Step { pc: pc.add(1), sp }
                }
                Err(r) => throw(vm, pc, sp.sub(1), r),
            }
        }
    }
}

raw_op! {
    /// `sp[-2] = sp[-2] is sp[-1]`. At most one object can be freed without a call.
    IsOp;
    fast(_vm, pc, sp, _fp) {
        let (a, b) = (sp.sub(2), sp.sub(1));
        if raw::is_last(&*b) {
            return Flow::COLD;
        }
        let result = (*a).is(&*b) != ((*pc).arg == 1);
        read(b).release();
        let garbage = read(a).release();
        a.write(Value::bool(result));
        Flow::to(pc.add(1), b).free(garbage)
    }
    cold(_vm, pc, sp, _fp) {
        let (a, b) = (read(sp.sub(2)), read(sp.sub(1)));
        sp.sub(2).write(Value::bool(a.is(&b) != ((*pc).arg == 1)));
        Step { pc: pc.add(1), sp: sp.sub(1) }
    }
}
