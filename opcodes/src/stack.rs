//! Moving values on the stack, and opcodes that do nothing.

use crate::rows::prelude::*;

opcodes! {
    /// Does nothing.
    NOP (--) in 6..=14, raw Nop;
    /// Marks where a function starts or goes on; does nothing.
    RESUME (--) in 11..=14, raw Nop;
    /// Announces a CALL; does nothing.
    PRECALL (--) in 11..=11, raw Nop;
    /// Names the keywords of the next CALL, which looks here when it is linked; does nothing itself.
    KW_NAMES (--) in 11..=12, raw Nop;
    /// Marks that a branch was not taken; does nothing.
    NOT_TAKEN (--) in 14..=14, raw Nop;
    /// Drops the None with which a generator is started.
    GEN_START (none --) in 10..=10, raw PopTop;
    /// Drops the value on top.
    POP_TOP (value --) in 6..=14, raw PopTop;
    /// Drops the iterator of a finished loop.
    POP_ITER (iter --) in 14..=14, raw PopTop;
    /// Drops iterator and item at the end of a loop. FOR_ITER goes on behind it.
    END_FOR (iter item --) in 12..=12, raw PopTwo;
    /// Drops the item at the end of a loop. FOR_ITER goes on behind it.
    END_FOR (item --) in 13..=14, raw PopTop;
    /// Drops the receiver of a finished SEND, below the result.
    END_SEND (receiver value -- value) in 12..=14, raw PopSecond;
    /// Pushes NULL, the marker of the call protocol.
    PUSH_NULL (-- null) in 11..=14, raw PushNull;
    /// Pushes a copy of the value `arg` places from the top.
    COPY ["values… -- values… copy", copied] in 11..=14, raw Copy;
    /// Exchanges the top with the value `arg` places from the top.
    SWAP ["a values… b -- b values… a", permuted] in 11..=14, raw Swap;
    /// Pushes the top once more.
    DUP_TOP (a -- a a) in 6..=10, link link_dup_top;
    /// Pushes the two values on top once more.
    DUP_TOP_TWO (a b -- a b a b) in 6..=10, raw DupTopTwo;
    /// Exchanges the two values on top.
    ROT_TWO (a b -- b a) in 6..=10, link link_rot_two;
    /// Moves the top two places down.
    ROT_THREE (a b c -- c a b) in 6..=10, link link_rot_three;
    /// Moves the top three places down.
    ROT_FOUR (a b c d -- d a b c) in 8..=10, link link_rot_four;
    /// Moves the top to the place `arg` from the top.
    ROT_N ["values… top -- top values…", permuted] in 10..=10, raw Rotate;
}

fn copied(i: &Instruction) -> (u32, u32) {
    (i.arg.max(1), i.arg.max(1).saturating_add(1))
}

fn permuted(i: &Instruction) -> (u32, u32) {
    (i.arg.max(1), i.arg.max(1))
}

fn link_dup_top(l: &mut LinkCx<'_>) {
    set_fields!(l; arg = 1);
    l.raw::<Copy>();
}

fn link_rot_two(l: &mut LinkCx<'_>) {
    set_fields!(l; arg = 2);
    l.raw::<Swap>();
}

fn link_rot_three(l: &mut LinkCx<'_>) {
    set_fields!(l; arg = 3);
    l.raw::<Rotate>();
}

fn link_rot_four(l: &mut LinkCx<'_>) {
    set_fields!(l; arg = 4);
    l.raw::<Rotate>();
}

raw_op! {
    /// Nothing.
    Nop;
    fast(_vm, pc, sp, _fp) { Flow::to(pc.add(1), sp) }
}

raw_op! {
    /// `drop(sp[-1])`.
    PopTop;
    fast(_vm, pc, sp, _fp) {
        let garbage = read(sp.sub(1)).release();
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
}

raw_op! {
    /// `drop(sp[-1]); drop(sp[-2])`.
    PopTwo;
    cold(_vm, pc, sp, _fp) {
        drop(read(sp.sub(1)));
        drop(read(sp.sub(2)));
        Step { pc: pc.add(1), sp: sp.sub(2) }
    }
}

raw_op! {
    /// `sp[-2] = sp[-1]`.
    PopSecond;
    fast(_vm, pc, sp, _fp) {
        let garbage = read(sp.sub(2)).release();
        sp.sub(2).write(read(sp.sub(1)));
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
}

raw_op! {
    /// `sp[0] = NULL`.
    PushNull;
    fast(_vm, pc, sp, _fp) {
        sp.write(Value::NULL);
        Flow::to(pc.add(1), sp.add(1))
    }
}

raw_op! {
    /// `sp[0] = sp[-arg]`.
    Copy;
    fast(_vm, pc, sp, _fp) {
        sp.write((*sp.sub(((*pc).arg as usize).max(1))).clone());
        Flow::to(pc.add(1), sp.add(1))
    }
}

raw_op! {
    /// `swap(sp[-1], sp[-arg])`.
    Swap;
    fast(_vm, pc, sp, _fp) {
        std::ptr::swap(sp.sub(1), sp.sub(((*pc).arg as usize).max(1)));
        Flow::to(pc.add(1), sp)
    }
}

raw_op! {
    /// `sp[0], sp[1] = sp[-2], sp[-1]`.
    DupTopTwo;
    fast(_vm, pc, sp, _fp) {
        sp.write((*sp.sub(2)).clone());
        sp.add(1).write((*sp.sub(1)).clone());
        Flow::to(pc.add(1), sp.add(2))
    }
}

raw_op! {
    /// Rotates the `arg` values on top by one.
    Rotate;
    fast(_vm, pc, sp, _fp) {
        let n = ((*pc).arg as usize).max(1);
        let top = read(sp.sub(1));
        std::ptr::copy(sp.sub(n), sp.sub(n - 1), n - 1);
        sp.sub(n).write(top);
        Flow::to(pc.add(1), sp)
    }
}
