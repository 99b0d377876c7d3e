//! Truth and identity: the tests of conditions. A jump on the result is folded in, and so are loads.

use opyc_core::interp::raw::{SLOT, STACK};
use opyc_core::interp::{Fusion, Source, Target};

use crate::jumps::{IsJump, TruthJump, conditional};
use crate::operand::CONSTANT;
use crate::rows::prelude::*;

opcodes! {
    /// Implements `not a`.
    UNARY_NOT (a -- bool) in 6..=14, fused (link_not, fuse_not);
    /// Converts a value to its truth.
    TO_BOOL (a -- bool) in 13..=14, fused (link_to_bool, fuse_to_bool);
    /// Implements `a is b`; with argument 1 `is not`.
    IS_OP (a b -- bool) in 9..=14, fused (link_is_op, fuse_is_op);
    /// Implements `a is b`.
    COMPARE_IS (a b -- bool) in 6..=8, fused (link_is, fuse_is);
    /// Implements `a is not b`.
    COMPARE_IS_NOT (a b -- bool) in 6..=8, fused (link_is_not, fuse_is_not);
}

fn link_not(l: &mut LinkCx<'_>) {
    l.raw::<Truth<true>>();
}

fn link_to_bool(l: &mut LinkCx<'_>) {
    l.raw::<Truth<false>>();
}

fn fuse_not(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    fuse_truth(l, f, true)
}

fn fuse_to_bool(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    fuse_truth(l, f, false)
}

/// Folds the jump on a truth in, and the load of the value.
fn fuse_truth(l: &mut LinkCx<'_>, f: &Fusion, not: bool) -> bool {
    let (distance, sense) = match f.to {
        Target::JumpIfFalse(d) => (d, not),
        Target::JumpIfTrue(d) => (d, !not),
        _ => return false,
    };
    if f.a != Source::Stack || !matches!(f.b, Source::Stack | Source::Slot(_)) {
        return false;
    }
    fill(l, f, distance);
    match (f.b, sense) {
        (Source::Stack, true) => conditional!(l, TruthJump[STACK, true]),
        (Source::Stack, false) => conditional!(l, TruthJump[STACK, false]),
        (_, true) => conditional!(l, TruthJump[SLOT, true]),
        (_, false) => conditional!(l, TruthJump[SLOT, false]),
    }
    true
}

/// Writes what a folded test needs: `a` and `b` slots, `c` a constant, `arg` the jump, `n` the length of the group and
/// above it the place of the test.
fn fill(l: &mut LinkCx<'_>, f: &Fusion, distance: i32) {
    // SAFETY: the tests of `jumps` are written for these fields.
    let i = unsafe { l.instr() };
    match f.a {
        Source::Slot(s) => i.a = s,
        Source::Const(c) => i.c = c,
        Source::Stack | Source::Super | Source::Kept | Source::Swapped => {}
    }
    match f.b {
        // Of one operand, `b` of the group is the only one.
        Source::Slot(s) if f.a == Source::Stack => i.a = s,
        Source::Slot(s) => i.b = s,
        Source::Const(c) => i.c = c,
        Source::Stack | Source::Super | Source::Kept | Source::Swapped => {}
    }
    i.arg = distance;
    i.n = f.length | f.before << 8;
}

fn link_is_op(l: &mut LinkCx<'_>) {
    let negated = l.arg(l.index()) == 1;
    link_identity(l, negated);
}

fn link_is(l: &mut LinkCx<'_>) {
    link_identity(l, false);
}

fn link_is_not(l: &mut LinkCx<'_>) {
    link_identity(l, true);
}

fn link_identity(l: &mut LinkCx<'_>, negated: bool) {
    set_fields!(l; arg = i32::from(negated));
    l.raw::<IsOp>();
}

fn fuse_is_op(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let negated = l.arg(l.index() + f.before as usize) == 1;
    fuse_identity(l, f, negated)
}

fn fuse_is(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    fuse_identity(l, f, false)
}

fn fuse_is_not(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    fuse_identity(l, f, true)
}

/// Folds the jump on an identity in, and the loads of the values.
fn fuse_identity(l: &mut LinkCx<'_>, f: &Fusion, negated: bool) -> bool {
    let (distance, sense) = match f.to {
        Target::JumpIfFalse(d) => (d, negated),
        Target::JumpIfTrue(d) => (d, !negated),
        _ => return false,
    };
    macro_rules! handler {
        ($a:expr, $b:expr) => {{
            fill(l, f, distance);
            if sense {
                conditional!(l, IsJump[$a, $b, true])
            } else {
                conditional!(l, IsJump[$a, $b, false])
            }
        }};
    }
    match (f.a, f.b) {
        (Source::Stack, Source::Stack) => handler!(STACK, STACK),
        (Source::Stack, Source::Const(_)) => handler!(STACK, CONSTANT),
        (Source::Slot(_), Source::Const(_)) => handler!(SLOT, CONSTANT),
        (Source::Slot(_), Source::Slot(_)) => handler!(SLOT, SLOT),
        _ => return false,
    }
    true
}

/// `sp[-1] = bool(sp[-1]) != NOT`
struct Truth<const NOT: bool>;

// SAFETY: replaces one value by one.
unsafe impl<const NOT: bool> Op for Truth<NOT> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: the old value is given up once.
        unsafe {
            let Some(truth) = raw::quick_truth(&*sp.sub(1)) else {
                return Flow::COLD;
            };
            let garbage = read(sp.sub(1)).release();
            sp.sub(1).write(Value::bool(truth != NOT));
            Flow::to(pc.add(1), sp).free(garbage)
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
