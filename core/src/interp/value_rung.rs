//! The value rung: an opcode as a function of values.
//!
//! The author writes what the operator does; this file makes the rest: operands from the stack, from a slot or from
//! the constants; the result to the stack, to a slot or into a jump; specialisation for ints and floats with
//! respecialisation after a miss.
//!
//! States of an instruction: `QUICK` (not yet run: the first run chooses), `INT`, `FLO`, `STR` (of comparisons), `GEN`
//! (everything). A miss in one of the others goes to `GEN`; after `RETRY` runs of the slow path in `GEN` the instruction
//! becomes `QUICK` again.

use std::marker::PhantomData;
use std::ptr::{read, replace};

use super::Instr;
use super::dispatch::{Flow, Op, Step, address, throw};
use super::link::LinkCx;
use super::raw::{put_slot, set_handler, set_slot};
use super::special::{enter_operator, may_have_methods};
use crate::error::{PyResult, Raise};
use crate::value::Value;
use crate::vm::{BinOp, Vm};

/// An operator of two values; also a container and an index, such as a subscript.
///
/// ```
/// use opyc_core::{error::PyResult, interp::BinaryOperator, opcodes, value::Value, vm::Vm};
///
/// opcodes! {
///     /// The greater of two values, `max(a, b)`.
///     BINARY_MAX (a b -- result) in .., binary Max;
/// }
///
/// struct Max;
///
/// impl BinaryOperator for Max {
///     fn ints(a: &Value, b: &Value) -> Option<Value> {
///         let (x, y) = Value::ints(a, b)?;
///         Some(if y > x { b.clone() } else { a.clone() })
///     }
///     fn slow(vm: &Vm, a: &Value, b: &Value, _: bool) -> PyResult {
///         let greater = vm.compare(opyc_core::vm::CmpOp::Gt, b, a)?;
///         Ok(if vm.truth(&greater)? { b.clone() } else { a.clone() })
///     }
/// }
/// ```
pub trait BinaryOperator: 'static {
    /// The result for two immediate ints, if it is quick to compute and immediate.
    fn ints(_a: &Value, _b: &Value) -> Option<Value> {
        None
    }
    /// The result for two floats, if the operator takes floats and cannot fail on these.
    fn floats(_a: f64, _b: f64) -> Option<f64> {
        None
    }
    /// The result for anything else that needs no Python code and cannot fail.
    fn fast(_a: &Value, _b: &Value) -> Option<Value> {
        None
    }
    /// Whether [`BinaryOperator::append`] is worth a try.
    const APPENDS: bool = false;
    /// The result where the first operand, to which nothing else refers, can become it; else the operand again.
    fn append(_vm: &Vm, a: Value, _b: &Value) -> Result<Value, Value> {
        Err(a)
    }
    /// The operator of Python that this is, all of it: of classes made by Python code, the machine itself enters the
    /// methods.
    const OPERATOR: Option<BinOp> = None;
    /// Everything: may run Python code and raise. `in_place` for the augmented assignment.
    fn slow(vm: &Vm, a: &Value, b: &Value, in_place: bool) -> PyResult;
}

/// Where an operand comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The stack.
    Stack,
    /// A slot.
    Slot(u16),
    /// A constant, by address.
    Const(u64),
    /// What `super()` without arguments gives.
    Super,
    /// The stack, where the value stays: for both operands, the two on top; for one, the top.
    Kept,
    /// The stack, in the order in which an augmented assignment leaves them: the new value on top.
    Swapped,
}

/// Where a result goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// The stack.
    Stack,
    /// A slot.
    Slot(u16),
    /// As many slots as there are results, by the instructions behind the operator: the group covers them.
    Slots,
    /// A jump over so many instructions if false, else behind the fused group.
    JumpIfFalse(i32),
    /// A jump over so many instructions if true, else behind the fused group.
    JumpIfTrue(i32),
}

/// Operands and result of an operator that the linker folds into it. The group begins at the linker's instruction.
///
/// Only the linker makes one, for the instruction that it is at.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fusion {
    /// First operand.
    pub a: Source,
    /// Second operand.
    pub b: Source,
    /// Result.
    pub to: Target,
    /// Instructions before the operator's own.
    pub before: u16,
    /// Instructions of the whole group.
    pub length: u16,
    /// Whether the operator is an augmented assignment.
    pub in_place: bool,
}

// Operand modes and results as const parameters.
pub(super) const S: u8 = 0;
pub(super) const L: u8 = 1;
pub(super) const K: u8 = 2;
pub(super) const PUSH: u8 = 0;
pub(super) const SLOT: u8 = 1;
pub(super) const JF: u8 = 1;
pub(super) const JT: u8 = 2;
// States.
pub(super) const GEN: u8 = 0;
pub(super) const INT: u8 = 1;
pub(super) const FLO: u8 = 2;
pub(super) const QUICK: u8 = 3;

/// Slow runs in the general state after which specialisation is tried again.
pub(super) const RETRY: u32 = 64;

// Fields of a fused instruction: `a`, `b` operand slots, `d` result slot, `n` length of the group in the low byte,
// position of the operator above, bit 15 in place; `arg` jump distance, `c` constant, `ver` counter.
const IN_PLACE: u16 = 0x8000;

#[inline(always)]
pub(super) unsafe fn operand<const M: u8>(
    stack: *mut Value,
    slot: u16,
    pc: *mut Instr,
    fp: *mut Value,
) -> *const Value {
    // SAFETY: mode and fields are set together: the place on the stack, the slot, or the address of a constant that
    // the code keeps.
    unsafe {
        match M {
            S => stack,
            L => fp.add(slot as usize),
            _ => (*pc).c as *const Value,
        }
    }
}

/// Both operands as floats, if both are immediate; in the general state one of them may be an int that a float holds
/// exactly.
#[inline(always)]
pub(super) fn floats<const T: u8>(a: &Value, b: &Value) -> Option<(f64, f64)> {
    if T == FLO {
        return Some((a.as_immediate_float()?, b.as_immediate_float()?));
    }
    const EXACT: i64 = 1 << 53;
    let real = |v: &Value| match v.as_int() {
        Some(i) if (-EXACT..=EXACT).contains(&i) => Some(i as f64),
        Some(_) => None,
        None => v.as_immediate_float(),
    };
    if a.as_int().is_some() && b.as_int().is_some() {
        return None;
    }
    Some((real(a)?, real(b)?))
}

#[inline(always)]
pub(super) unsafe fn length(pc: *mut Instr, plain: bool) -> usize {
    // Folded groups carry their length; an operator by itself is known to be one instruction.
    if plain {
        1
    } else {
        // SAFETY: a folded instruction has its length in `n`.
        unsafe { (*pc).n as usize & 0xff }
    }
}

/// The instruction of the group that raises: the operator's own.
pub(super) unsafe fn own(pc: *mut Instr) -> *mut Instr {
    // SAFETY: the operator is one of the group that begins at `pc`.
    unsafe { pc.add(((*pc).n as usize >> 8) & 0x7f) }
}

/// Refuses an operand that is NULL, an unbound local, with the instruction that would have loaded it.
pub(super) unsafe fn check_bound<const A: u8, const B: u8>(
    vm: &Vm,
    pc: *mut Instr,
    a: *const Value,
    b: *const Value,
) -> Result<(), (*mut Instr, Raise)> {
    // SAFETY: both operands are initialised values, NULL perhaps; the loads are instructions of the group.
    unsafe {
        if A == L && (*a).is_null() {
            return Err((pc, vm.unbound_local((*pc).a as usize)));
        }
        if B == L && (*b).is_null() {
            let at = pc.add((A != S) as usize);
            return Err((at, vm.unbound_local((*pc).b as usize)));
        }
    }
    Ok(())
}

/// A binary operator with its operand modes.
struct Binary<F, const T: u8, const A: u8, const B: u8, const D: u8>(PhantomData<F>);

impl<F: BinaryOperator, const T: u8, const A: u8, const B: u8, const D: u8> Binary<F, T, A, B, D> {
    #[inline(always)]
    unsafe fn operands(
        pc: *mut Instr,
        sp: *mut Value,
        fp: *mut Value,
    ) -> (*const Value, *const Value, *mut Value) {
        // SAFETY: as in `operand`; as many values are on the stack as operands come from there.
        unsafe {
            let below = sp.sub((A == S) as usize + (B == S) as usize);
            (
                operand::<A>(below, (*pc).a, pc, fp),
                operand::<B>(sp.wrapping_sub(1), (*pc).b, pc, fp),
                below,
            )
        }
    }

    /// For `a = a + b`: gives the first operand away if only the stack and the slot that gets the result hold it.
    /// What the operator makes of it goes to the slot; false if nothing has changed.
    #[inline(always)]
    unsafe fn append(
        vm: &Vm,
        pc: *mut Instr,
        a: *mut Value,
        b: *const Value,
        fp: *mut Value,
    ) -> bool {
        // SAFETY: the slot and both operands are initialised, and the count says that nothing else refers to the
        // object. While the operator has it, slot and stack hold NULL, which needs no drop.
        unsafe {
            let slot = fp.add((*pc).d as usize);
            let held = if A == S { 2 } else { 1 };
            let Some(h) = (*slot).header() else {
                return false;
            };
            if !(*slot).is(&*a) || (*slot).is(&*b) || h.refcount() != held {
                return false;
            }
            if A == S {
                drop(std::mem::replace(&mut *a, Value::NULL));
            }
            match F::append(vm, replace(slot, Value::NULL), &*b) {
                Ok(v) => {
                    slot.write(v);
                    true
                }
                Err(v) => {
                    if A == S {
                        a.write(v.clone());
                    }
                    slot.write(v);
                    false
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn finish(r: Value, below: *mut Value, pc: *mut Instr, fp: *mut Value) -> Flow {
        // SAFETY: the operands have been consumed, or are immediates; the place of the first, or the one above `sp`,
        // is free. `d` is a slot where the result goes to one.
        unsafe {
            let n = length(pc, A == S && B == S && D == PUSH);
            if D == SLOT {
                let garbage = put_slot(fp, (*pc).d as usize, r);
                Flow::to(pc.add(n), below).free(garbage)
            } else {
                below.write(r);
                Flow::to(pc.add(n), below.add(1))
            }
        }
    }
}

// SAFETY: stack and slots are read and written as the modes say; the linker sets modes and fields together.
unsafe impl<F: BinaryOperator, const T: u8, const A: u8, const B: u8, const D: u8> Op
    for Binary<F, T, A, B, D>
{
    #[inline(always)]
    unsafe fn exec(_: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation. Immediates are consumed by leaving them behind.
        unsafe {
            let (a, b, below) = Self::operands(pc, sp, fp);
            if (T == INT || T == GEN)
                && let Some(r) = F::ints(&*a, &*b)
            {
                return Self::finish(r, below, pc, fp);
            }
            if (T == FLO || T == GEN)
                && let Some((x, y)) = floats::<T>(&*a, &*b)
                && let Some(r) = F::floats(x, y)
                && let Some(r) = Value::small_float(r)
            {
                return Self::finish(r, below, pc, fp);
            }
            Flow::COLD
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation. What is on the stack is dropped once, by the operator or here; operands
        // in slots are cloned before Python code can set the slot.
        unsafe {
            let (a, b, below) = Self::operands(pc, sp, fp);
            if let Err((at, r)) = check_bound::<A, B>(vm, pc, a, b) {
                return throw(vm, at, sp, r);
            }
            let ints = Value::ints(&*a, &*b).is_some();
            let floats = (*a).is_immediate_float() && (*b).is_immediate_float();
            match T {
                QUICK => {
                    let h = if ints {
                        address::<Binary<F, INT, A, B, D>>()
                    } else if floats {
                        address::<Binary<F, FLO, A, B, D>>()
                    } else {
                        address::<Binary<F, GEN, A, B, D>>()
                    };
                    set_handler(vm, pc, h);
                }
                INT if !ints => set_handler(vm, pc, address::<Binary<F, GEN, A, B, D>>()),
                FLO if !floats => set_handler(vm, pc, address::<Binary<F, GEN, A, B, D>>()),
                GEN if ints || floats => {
                    (*pc).ver += 1;
                    if (*pc).ver >= RETRY {
                        (*pc).ver = 0;
                        set_handler(vm, pc, address::<Binary<F, QUICK, A, B, D>>());
                    }
                }
                _ => {}
            }
            let own = own(pc);
            (*vm.cx.frame.get()).pc = own;
            // Python code may instrument this code or cease to, which unfolds the group or folds it again.
            let (n, slot) = (length(pc, A == S && B == S && D == PUSH), (*pc).d as usize);
            if F::APPENDS && D == SLOT && A != K && Self::append(vm, pc, a.cast_mut(), b, fp) {
                // The place of a first operand from the stack is NULL now.
                if B == S {
                    drop(read(sp.sub(1)));
                }
                return Step {
                    pc: pc.add(n),
                    sp: below,
                };
            }
            let in_place = (*pc).n & IN_PLACE != 0;
            if let Some(op) = F::OPERATOR
                && (may_have_methods(&*a) || may_have_methods(&*b))
                && let Some(first) = vm.begin_binary(op, in_place, &*a, &*b)
                && let Some(step) = enter_operator(vm, own, sp, below, a, b, first)
            {
                return step;
            }
            let r = match F::fast(&*a, &*b) {
                Some(r) => Ok(r),
                None => {
                    // Operands in slots are borrowed: Python code may set the slot meanwhile.
                    let (x, y) = ((*a).clone(), (*b).clone());
                    F::slow(vm, &x, &y, in_place)
                }
            };
            if A == S {
                drop(read(below));
            }
            if B == S {
                drop(read(sp.sub(1)));
            }
            let r = match r {
                Ok(r) => r,
                Err(r) => return throw(vm, own, below, r),
            };
            if D == SLOT {
                set_slot(fp, slot, r);
                Step {
                    pc: pc.add(n),
                    sp: below,
                }
            } else {
                below.write(r);
                Step {
                    pc: pc.add(n),
                    sp: below.add(1),
                }
            }
        }
    }
}

/// Links an operator with both operands on the stack.
pub fn link_binary<F: BinaryOperator>(l: &mut LinkCx<'_>) {
    if !l.keeps_effect(0, 2, 1) {
        return;
    }
    let in_place = l.in_place(l.index());
    let i = l.instr_mut();
    i.n = 1 | if in_place { IN_PLACE } else { 0 };
    i.h = address::<Binary<F, QUICK, S, S, PUSH>>();
}

/// Links an operator with folded operands; false if there is no such combination.
pub fn fuse_binary<F: BinaryOperator>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    use Source::{Const, Slot, Stack};
    let h = match (f.a, f.b, f.to) {
        (Stack, Stack, Target::Slot(_)) => address::<Binary<F, QUICK, S, S, SLOT>>(),
        (Stack, Slot(_), Target::Stack) => address::<Binary<F, QUICK, S, L, PUSH>>(),
        (Stack, Slot(_), Target::Slot(_)) => address::<Binary<F, QUICK, S, L, SLOT>>(),
        (Stack, Const(_), Target::Stack) => address::<Binary<F, QUICK, S, K, PUSH>>(),
        (Stack, Const(_), Target::Slot(_)) => address::<Binary<F, QUICK, S, K, SLOT>>(),
        (Slot(_), Slot(_), Target::Stack) => address::<Binary<F, QUICK, L, L, PUSH>>(),
        (Slot(_), Slot(_), Target::Slot(_)) => address::<Binary<F, QUICK, L, L, SLOT>>(),
        (Slot(_), Const(_), Target::Stack) => address::<Binary<F, QUICK, L, K, PUSH>>(),
        (Slot(_), Const(_), Target::Slot(_)) => address::<Binary<F, QUICK, L, K, SLOT>>(),
        (Const(_), Slot(_), Target::Stack) => address::<Binary<F, QUICK, K, L, PUSH>>(),
        (Const(_), Slot(_), Target::Slot(_)) => address::<Binary<F, QUICK, K, L, SLOT>>(),
        _ => return false,
    };
    fill(l, f, 2, h)
}

/// Fills a fused instruction; false if the operator does not keep the effect that was proven.
pub(super) fn fill(l: &mut LinkCx<'_>, f: &Fusion, operands: u32, h: usize) -> bool {
    if !l.keeps_effect(f.before as usize, operands, 1) {
        return false;
    }
    let i = l.instr_mut();
    for (source, is_a) in [(f.a, true), (f.b, false)] {
        match source {
            Source::Slot(s) if is_a => i.a = s,
            Source::Slot(s) => i.b = s,
            Source::Const(c) => i.c = c,
            Source::Stack | Source::Super | Source::Kept | Source::Swapped => {}
        }
    }
    match f.to {
        Target::Slot(s) => i.d = s,
        Target::JumpIfFalse(d) | Target::JumpIfTrue(d) => i.arg = d,
        Target::Stack | Target::Slots => {}
    }
    i.n = (f.length & 0xff) | (f.before << 8) | if f.in_place { IN_PLACE } else { 0 };
    i.ver = 0;
    i.h = h;
    true
}
