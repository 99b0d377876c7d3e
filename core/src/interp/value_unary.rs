//! The value rung for opcodes of one value: operators and tests. See [`super::value_rung`] for what is made of them.

use std::marker::PhantomData;
use std::ptr::read;

use super::Instr;
use super::dispatch::{Flow, Op, Step, address, counted, poll_cold, throw};
use super::link::LinkCx;
use super::raw::{put_slot, set_handler, set_slot};
use super::value_rung::{
    FLO, Fusion, GEN, INT, JF, JT, K, L, PUSH, QUICK, RETRY, S, SLOT, Source, Target, fill, length,
    operand, own,
};
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// An operator of one value.
///
/// ```
/// use opyc_core::{error::PyResult, interp::UnaryOperator, opcodes, value::Value, vm::Vm};
///
/// opcodes! {
///     /// Replaces a number by its successor.
///     INCREMENT (a -- result) in .., unary Increment;
/// }
///
/// struct Increment;
///
/// impl UnaryOperator for Increment {
///     fn ints(a: &Value) -> Option<Value> {
///         Value::add_ints(a, &Value::i32(1))
///     }
///     fn slow(vm: &Vm, a: &Value) -> PyResult {
///         vm.binary_op(opyc_core::vm::BinOp::Add, a, &Value::i32(1))
///     }
/// }
/// ```
pub trait UnaryOperator: 'static {
    /// The result for an immediate int, if it is quick to compute and immediate.
    fn ints(_a: &Value) -> Option<Value> {
        None
    }
    /// The result for a float, if the operator takes floats and cannot fail on this one.
    fn floats(_a: f64) -> Option<f64> {
        None
    }
    /// The result for anything else that needs no Python code and cannot fail.
    fn fast(_a: &Value) -> Option<Value> {
        None
    }
    /// Everything: may run Python code and raise.
    fn slow(vm: &Vm, a: &Value) -> PyResult;
}

/// A test of one value: its result is a bool, and a conditional jump behind it becomes part of it.
///
/// ```
/// use opyc_core::{error::PyResult, interp::TruthOperator, opcodes, value::Value, vm::Vm};
///
/// opcodes! {
///     /// Says whether a value is None.
///     IS_NONE (a -- bool) in .., truth IsNone;
/// }
///
/// struct IsNone;
///
/// impl TruthOperator for IsNone {
///     fn fast(a: &Value) -> Option<bool> {
///         Some(a.is_none())
///     }
///     fn slow(_: &Vm, a: &Value) -> PyResult<bool> {
///         Ok(a.is_none())
///     }
/// }
/// ```
pub trait TruthOperator: 'static {
    /// The result where it needs no Python code and cannot fail.
    fn fast(_a: &Value) -> Option<bool> {
        None
    }
    /// Everything: may run Python code and raise.
    fn slow(vm: &Vm, a: &Value) -> PyResult<bool>;
}

/// The operand: a NULL is an unbound local, and raises at the instruction that would have loaded it.
unsafe fn bound<const A: u8>(vm: &Vm, pc: *mut Instr, a: *const Value) -> PyResult<()> {
    // SAFETY: the operand is an initialised value, NULL perhaps.
    unsafe {
        if A == L && (*a).is_null() {
            return Err(vm.unbound_local((*pc).b as usize));
        }
    }
    Ok(())
}

/// A unary operator in state `T`, with its operand's mode and what becomes of the result.
struct Unary<F, const T: u8, const A: u8, const D: u8>(PhantomData<F>);

impl<F: UnaryOperator, const T: u8, const A: u8, const D: u8> Unary<F, T, A, D> {
    #[inline(always)]
    unsafe fn place(
        pc: *mut Instr,
        sp: *mut Value,
        fp: *mut Value,
    ) -> (*const Value, *mut Value, *mut Instr) {
        // SAFETY: as in `operand`; a value is on the stack if the operand comes from there.
        unsafe {
            (
                operand::<A>(sp.wrapping_sub(1), (*pc).b, pc, fp),
                sp.sub((A == S) as usize),
                pc.add(length(pc, A == S && D == PUSH)),
            )
        }
    }
}

// SAFETY: stack and slots are read and written as the modes say; the linker sets modes and fields together.
unsafe impl<F: UnaryOperator, const T: u8, const A: u8, const D: u8> Op for Unary<F, T, A, D> {
    #[inline(always)]
    unsafe fn exec(_: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation; the operand is an immediate where there is a result, and consumed by
        // leaving it behind.
        unsafe {
            let (a, below, next) = Self::place(pc, sp, fp);
            let ints = || F::ints(&*a).filter(|_| (*a).as_int().is_some());
            let floats = || Value::small_float(F::floats((*a).as_tagged_float()?)?);
            let r = match T {
                INT => ints(),
                FLO => floats(),
                GEN => ints().or_else(floats),
                _ => None,
            };
            // An immediate was on the stack, if anything: there is nothing to release.
            match r {
                Some(r) if D == SLOT => {
                    let garbage = put_slot(fp, (*pc).d as usize, r);
                    Flow::to(next, below).free(garbage)
                }
                Some(r) => {
                    below.write(r);
                    Flow::to(next, below.add(1))
                }
                None => Flow::COLD,
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation; a value from the stack is moved out, one from a slot cloned before
        // Python code can set the slot.
        unsafe {
            let (a, below, next) = Self::place(pc, sp, fp);
            if let Err(r) = bound::<A>(vm, pc, a) {
                return throw(vm, pc, sp, r);
            }
            let int = (*a).as_int().is_some() && (*a).header().is_none();
            let float = (*a).is_immediate_float();
            match T {
                QUICK => {
                    let h = if int {
                        address::<Unary<F, INT, A, D>>()
                    } else if float {
                        address::<Unary<F, FLO, A, D>>()
                    } else {
                        address::<Unary<F, GEN, A, D>>()
                    };
                    set_handler(vm, pc, h);
                }
                INT if !int => set_handler(vm, pc, address::<Unary<F, GEN, A, D>>()),
                FLO if !float => set_handler(vm, pc, address::<Unary<F, GEN, A, D>>()),
                GEN if int || float => {
                    (*pc).ver += 1;
                    if (*pc).ver >= RETRY {
                        (*pc).ver = 0;
                        set_handler(vm, pc, address::<Unary<F, QUICK, A, D>>());
                    }
                }
                _ => {}
            }
            let own = own(pc);
            (*vm.cx.frame.get()).pc = own;
            // Read before Python code runs, which may set the operand's slot, or instrument this code, which unfolds
            // the group.
            let slot = (*pc).d as usize;
            let value = if A == S {
                read(sp.sub(1))
            } else {
                (*a).clone()
            };
            let r = F::fast(&value).map_or_else(|| F::slow(vm, &value), Ok);
            drop(value);
            match r {
                Ok(r) if D == SLOT => {
                    set_slot(fp, slot, r);
                    Step {
                        pc: next,
                        sp: below,
                    }
                }
                Ok(r) => {
                    below.write(r);
                    Step {
                        pc: next,
                        sp: below.add(1),
                    }
                }
                Err(r) => throw(vm, own, below, r),
            }
        }
    }
}

/// Links an operator of one value that is on the stack.
pub fn link_unary<F: UnaryOperator>(l: &mut LinkCx<'_>) {
    if !l.keeps_effect(0, 1, 1) {
        return;
    }
    let i = l.instr_mut();
    i.n = 1;
    i.h = address::<Unary<F, QUICK, S, PUSH>>();
}

/// Links an operator with its operand or a store folded in; false if there is no such combination.
///
/// What is loaded just before the operator is a fusion's second operand; a first one belongs to somebody else.
pub fn fuse_unary<F: UnaryOperator>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let h = match (f.a, f.b, f.to) {
        (Source::Stack, Source::Stack, Target::Slot(_)) => address::<Unary<F, QUICK, S, SLOT>>(),
        (Source::Stack, Source::Slot(_), Target::Stack) => address::<Unary<F, QUICK, L, PUSH>>(),
        (Source::Stack, Source::Slot(_), Target::Slot(_)) => address::<Unary<F, QUICK, L, SLOT>>(),
        (Source::Stack, Source::Const(_), Target::Stack) => address::<Unary<F, QUICK, K, PUSH>>(),
        (Source::Stack, Source::Const(_), Target::Slot(_)) => address::<Unary<F, QUICK, K, SLOT>>(),
        _ => return false,
    };
    fill(l, f, 1, h)
}

/// A test with its operand's mode; `J` says what becomes of the result.
struct Truth<F, const A: u8, const J: u8>(PhantomData<F>);

impl<F: TruthOperator, const A: u8, const J: u8> Truth<F, A, J> {
    #[inline(always)]
    unsafe fn next(pc: *mut Instr) -> *mut Instr {
        // SAFETY: the group lies inside the code, and a jump or another instruction follows.
        unsafe { pc.add(length(pc, A == S && J == PUSH)) }
    }
}

// SAFETY: as for `Unary`.
unsafe impl<F: TruthOperator, const A: u8, const J: u8> Op for Truth<F, A, J> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation; the operand is consumed when the result is known and no poll is due.
        unsafe {
            let a = operand::<A>(sp.wrapping_sub(1), (*pc).b, pc, fp);
            if A == L && (*a).is_null() {
                return Flow::COLD;
            }
            let Some(r) = F::fast(&*a) else {
                return Flow::COLD;
            };
            let jumps = J != PUSH && r == (J == JT);
            // A loop: the poll. Nothing has been consumed yet.
            if jumps && (*pc).arg <= 0 && !counted(vm) {
                return Flow::COLD;
            }
            let below = sp.sub((A == S) as usize);
            let garbage = if A == S { read(below).release() } else { 0 };
            if J == PUSH {
                below.write(Value::bool(r));
                return Flow::to(Self::next(pc), below.add(1)).free(garbage);
            }
            let to = if jumps {
                pc.offset((*pc).arg as isize)
            } else {
                Self::next(pc)
            };
            Flow::to(to, below).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as in `Unary::cold`.
        unsafe {
            let a = operand::<A>(sp.wrapping_sub(1), (*pc).b, pc, fp);
            if let Err(r) = bound::<A>(vm, pc, a) {
                return throw(vm, pc, sp, r);
            }
            let own = own(pc);
            (*vm.cx.frame.get()).pc = own;
            let below = sp.sub((A == S) as usize);
            let (next, distance) = (Self::next(pc), (*pc).arg as isize);
            let value = if A == S { read(below) } else { (*a).clone() };
            let r = F::fast(&value).map_or_else(|| F::slow(vm, &value), Ok);
            drop(value);
            let r = match r {
                Ok(r) => r,
                Err(r) => return throw(vm, own, below, r),
            };
            if J == PUSH {
                below.write(Value::bool(r));
                return Step {
                    pc: next,
                    sp: below.add(1),
                };
            }
            if r != (J == JT) {
                return Step {
                    pc: next,
                    sp: below,
                };
            }
            let to = pc.offset(distance);
            if distance <= 0 {
                poll_cold(vm, to, below)
            } else {
                Step { pc: to, sp: below }
            }
        }
    }
}

/// Links a test of the value on the stack.
pub fn link_truth<F: TruthOperator>(l: &mut LinkCx<'_>) {
    if !l.keeps_effect(0, 1, 1) {
        return;
    }
    let i = l.instr_mut();
    i.n = 1;
    i.h = address::<Truth<F, S, PUSH>>();
}

/// Links a test with its operand or a jump folded in; false if there is no such combination.
pub fn fuse_truth<F: TruthOperator>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.a != Source::Stack {
        return false;
    }
    let h = match (f.b, f.to) {
        (Source::Slot(_), Target::Stack) => address::<Truth<F, L, PUSH>>(),
        (Source::Stack, Target::JumpIfFalse(_)) => address::<Truth<F, S, JF>>(),
        (Source::Stack, Target::JumpIfTrue(_)) => address::<Truth<F, S, JT>>(),
        (Source::Slot(_), Target::JumpIfFalse(_)) => address::<Truth<F, L, JF>>(),
        (Source::Slot(_), Target::JumpIfTrue(_)) => address::<Truth<F, L, JT>>(),
        _ => return false,
    };
    fill(l, f, 1, h)
}
