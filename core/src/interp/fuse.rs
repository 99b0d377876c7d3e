//! Folding: operands that are loaded just before an operator, and a store or jump just behind it, become part of the
//! operator. The folded instructions stay where they are, so a jump may still land on them.
//!
//! Nothing is folded that a plug-in overrides. The operator itself may be anybody's: see [`super::value_rung`].

use super::link::LinkCx;
use super::value_rung::{Fusion, Source, Target};
use crate::decode::Operand;
use crate::registry::OpcodeDef;
use crate::version::roles::Role;

/// What an operator takes and whence, and where it stands.
struct Group {
    a: Source,
    b: Source,
    operator: usize,
}

/// Folds what can be folded into a group that begins at the linker's instruction, which is linked already. Returns the
/// number of instructions of the group; instruments unfold it with that.
pub(super) fn fuse(l: &mut LinkCx<'_>, def: &'static OpcodeDef) -> Option<u16> {
    let at = l.index();
    if l.role(at) == Role::Unpack {
        let group = Group {
            a: Source::Stack,
            b: Source::Stack,
            operator: at,
        };
        let behind = stores(l, at)?;
        return try_group(l, &group, (Target::Slots, behind));
    }
    if def.fuse.is_some()
        && let Some(to) = target(l, at + 1).filter(|(to, _)| *to != Target::Stack)
    {
        let group = Group {
            a: Source::Stack,
            b: Source::Stack,
            operator: at,
        };
        let length = try_group(l, &group, to);
        if length.is_some() {
            return length;
        }
    }
    groups(l, at).into_iter().flatten().find_map(|group| {
        let behind = target(l, group.operator + 1);
        behind
            .and_then(|to| try_group(l, &group, to))
            .or_else(|| try_group(l, &group, (Target::Stack, 0)))
    })
}

fn try_group(l: &mut LinkCx<'_>, g: &Group, (to, behind): (Target, u16)) -> Option<u16> {
    let at = l.index();
    let before = g.operator - at;
    let fuse = l.def_at(g.operator).and_then(|d| d.fuse)?;
    let fusion = Fusion {
        a: g.a,
        b: g.b,
        to,
        before: before as u16,
        length: before as u16 + 1 + behind,
        in_place: l.in_place(g.operator),
    };
    fuse(l, &fusion).then_some(fusion.length)
}

/// The groups that may begin at an instruction, best first.
fn groups(l: &LinkCx<'_>, at: usize) -> [Option<Group>; 2] {
    let operator = |i: usize| l.def_at(i).is_some_and(|d| d.fuse.is_some());
    if l.role(at) == Role::LoadSlots {
        if let Operand::Locals(a, b) = l.operand(at)
            && operator(at + 1)
        {
            let (a, b) = (Source::Slot(a.into()), Source::Slot(b.into()));
            return [
                Some(Group {
                    a,
                    b,
                    operator: at + 1,
                }),
                None,
            ];
        }
        return [None, None];
    }
    if l.role(at) == Role::Announcement && operator(at + 1) {
        let (a, b) = (Source::Stack, Source::Stack);
        let operator = at + 1;
        return [Some(Group { a, b, operator }), None];
    }
    if let Some((source, operator)) = arranged(l, at).filter(|(_, i)| operator(*i)) {
        // Of one operand, `b` is the only one; the operator knows.
        let (a, b) = (source, source);
        return [Some(Group { a, b, operator }), None];
    }
    if let Some(operator) = behind_super(l, at).filter(|i| operator(*i)) {
        let (a, b) = (Source::Stack, Source::Super);
        return [Some(Group { a, b, operator }), None];
    }
    let Some(first) = source(l, at) else {
        return [None, None];
    };
    let two = source(l, at + 1)
        .filter(|_| operator(at + 2))
        .map(|b| Group {
            a: first,
            b,
            operator: at + 2,
        });
    let one = operator(at + 1).then_some(Group {
        a: Source::Stack,
        b: first,
        operator: at + 1,
    });
    [two, one]
}

/// Number of instructions that store what the one at `at` unpacks, if they follow it: one each, or in pairs with perhaps
/// one more.
fn stores(l: &LinkCx<'_>, at: usize) -> Option<u16> {
    let Operand::Count(count) = l.operand(at) else {
        return None;
    };
    let (mut left, mut next) = (count, at + 1);
    while left > 0 {
        let (done, instructions) = (count - left, (next - at - 1) as u32);
        left = match l.role(next) {
            Role::StoreSlot if done == instructions => left - 1,
            Role::StoreSlot if done == 2 * instructions && left == 1 => 0,
            Role::StoreSlots if done == 2 * instructions => left.checked_sub(2)?,
            _ => return None,
        };
        next += 1;
    }
    u16::try_from(next - at - 1)
        .ok()
        .filter(|n| *n > 0 && *n < 200)
}

/// What the instructions from here on arrange on the stack for an augmented assignment to an attribute or item, and the
/// instruction behind them.
fn arranged(l: &LinkCx<'_>, at: usize) -> Option<(Source, usize)> {
    let is = |i: usize, what: Role, arg: u32| l.role(i) == what && l.arg(i) == arg;
    Some(match l.role(at) {
        Role::Dup | Role::DupTwo => (Source::Kept, at + 1),
        Role::Copy if l.arg(at) == 1 => (Source::Kept, at + 1),
        Role::Copy if l.arg(at) == 2 && is(at + 1, Role::Copy, 2) => (Source::Kept, at + 2),
        Role::SwapTwo | Role::RotThree => (Source::Swapped, at + 1),
        Role::Swap if l.arg(at) == 2 => (Source::Swapped, at + 1),
        Role::Swap if l.arg(at) == 3 && is(at + 1, Role::Swap, 2) => (Source::Swapped, at + 2),
        _ => return None,
    })
}

/// The instruction behind `super()` or `super(name, local)`, if that begins here.
fn behind_super(l: &LinkCx<'_>, at: usize) -> Option<usize> {
    let Operand::Name(name, _) = l.operand(at) else {
        return None;
    };
    let is_super = l.role(at) == Role::LoadGlobal
        && l.code().names.get(name as usize)?.view().as_ascii_str() == Some("super");
    let named = l.role(at + 1) == Role::LoadGlobal && l.role(at + 2) == Role::LoadSlot;
    let arguments = if named { 2 } else { 0 };
    let mut call = at + 1 + arguments;
    if l.role(call) == Role::Announcement {
        call += 1;
    }
    let calls = l.role(call) == Role::Call && l.operand(call) == Operand::Count(arguments as u32);
    (is_super && calls).then_some(call + 1)
}

/// What an instruction loads.
fn source(l: &LinkCx<'_>, at: usize) -> Option<Source> {
    match (l.role(at), l.operand(at)) {
        (Role::LoadSlot, Operand::Local(i)) => u16::try_from(i).ok().map(Source::Slot),
        (Role::LoadConst, Operand::Const(i)) => Some(Source::Const(l.const_address(i))),
        (Role::LoadSmallInt, Operand::Count(i)) => l.small_int_address(i).map(Source::Const),
        _ => None,
    }
}

/// Where the result goes if the instruction at `at` is folded in, and how many instructions that takes.
fn target(l: &LinkCx<'_>, at: usize) -> Option<(Target, u16)> {
    let distance = || match l.operand(at) {
        Operand::Label(t) => Some(l.distance(t)),
        _ => None,
    };
    // A branch marker behind the jump belongs to it.
    let length = if l.role(at + 1) == Role::Nop { 2 } else { 1 };
    match l.role(at) {
        Role::StoreSlot => match l.operand(at) {
            Operand::Local(i) => Some((Target::Slot(u16::try_from(i).ok()?), 1)),
            _ => None,
        },
        Role::JumpIfFalse => Some((Target::JumpIfFalse(distance()?), length)),
        Role::JumpIfTrue => Some((Target::JumpIfTrue(distance()?), length)),
        _ => None,
    }
}
