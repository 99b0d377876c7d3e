//! Folding of operands into operators: `LOAD_FAST; LOAD_FAST; BINARY_ADD; STORE_FAST` becomes one instruction.
//!
//! The folded instruction stands in place of the first load; the others stay behind it, for jumps into the middle.
//! Only standard definitions are folded, so whoever overrides one sees it run.

use opyc_core::decode::Operand;
use opyc_core::interp::{Fusion, LinkCx, Source, Target};

/// The name of the standard opcode at an index; "" if its definition is overridden or it stands for something else.
fn name(l: &LinkCx<'_>, index: usize) -> &'static str {
    match l.def_at(index) {
        Some(d) if !d.overriding && d.name == l.standard(index) => d.name,
        _ => "",
    }
}

/// The operand that an instruction loads, if it can be folded.
fn source(l: &LinkCx<'_>, index: usize) -> Option<Source> {
    match (name(l, index), l.operand(index)) {
        ("LOAD_FAST" | "LOAD_FAST_BORROW", Operand::Local(slot)) => {
            u16::try_from(slot).ok().map(Source::Slot)
        }
        ("LOAD_CONST", Operand::Const(i)) => Some(Source::Const(l.const_address(i))),
        _ => None,
    }
}

/// Folds the load at the linker's instruction, and a second one behind it, into the operator that follows.
/// False: there is none.
pub(crate) fn fuse_load(l: &mut LinkCx<'_>) -> bool {
    let index = l.index();
    let Some(first) = source(l, index) else {
        return false;
    };
    match source(l, index + 1) {
        Some(second) => fuse(l, first, second, 2),
        None => fuse(l, Source::Stack, first, 1),
    }
}

/// Folds the two loads of the linker's instruction into the operator that follows.
pub(crate) fn fuse_load_pair(l: &mut LinkCx<'_>) -> bool {
    match l.operand(l.index()) {
        Operand::Locals(a, b) => fuse(l, Source::Slot(a.into()), Source::Slot(b.into()), 1),
        _ => false,
    }
}

/// Folds operands that `before` instructions load into the operator behind them, with what becomes of its result.
fn fuse(l: &mut LinkCx<'_>, a: Source, b: Source, before: u16) -> bool {
    let operator = l.index() + usize::from(before);
    let Some(def) = l.def_at(operator).filter(|d| !d.overriding) else {
        return false;
    };
    let Some(fold) = def.fuse else { return false };
    let next = operator + 1;
    let to = match (name(l, next), l.operand(next)) {
        ("STORE_FAST", Operand::Local(slot)) => u16::try_from(slot).ok().map(Target::Slot),
        (
            "POP_JUMP_IF_FALSE" | "POP_JUMP_FORWARD_IF_FALSE" | "POP_JUMP_BACKWARD_IF_FALSE",
            Operand::Label(to),
        ) => Some(Target::JumpIfFalse(l.distance(to))),
        (
            "POP_JUMP_IF_TRUE" | "POP_JUMP_FORWARD_IF_TRUE" | "POP_JUMP_BACKWARD_IF_TRUE",
            Operand::Label(to),
        ) => Some(Target::JumpIfTrue(l.distance(to))),
        _ => None,
    };
    let in_place = l.in_place(operator);
    let mut fold_to = |to, length| {
        fold(
            l,
            &Fusion {
                a,
                b,
                to,
                before,
                length,
                in_place,
            },
        )
    };
    to.is_some_and(|to| fold_to(to, before + 2)) || fold_to(Target::Stack, before + 1)
}
