//! The value rung for comparisons. See [`super::value_rung`] for what is made of them.

use std::marker::PhantomData;
use std::ptr::read;

use super::Instr;
use super::dispatch::{Flow, Op, Step, address, counted, poll_cold, throw};
use super::link::LinkCx;
use super::raw::{release_all, set_handler};
use super::special::{compare_identities, enter_operator, may_have_methods};
use super::value_rung::{
    FLO, Fusion, GEN, INT, JF, JT, K, L, PUSH, QUICK, S, Source, Target, check_bound, fill, floats,
    length, operand, own,
};
use crate::error::PyResult;
use crate::object::PyStr;
use crate::value::Value;
use crate::vm::{CmpOp, Vm};

/// A comparison.
pub trait CompareOperator: 'static {
    /// For ints.
    fn ints(a: i64, b: i64) -> bool;
    /// For floats.
    fn floats(a: f64, b: f64) -> bool;
    /// For strs, where a few characters tell and nothing is called.
    fn strs(_a: &PyStr, _b: &PyStr) -> Option<bool> {
        None
    }
    /// The comparison of Python that this is, all of it: of classes made by Python code, the machine itself enters the
    /// methods.
    const OPERATOR: Option<CmpOp> = None;
    /// Everything.
    fn slow(vm: &Vm, a: &Value, b: &Value) -> PyResult;
}

/// As `JT` and `JF`, but back: only these poll, and which one it is the linker sees.
const JTB: u8 = 3;
const JFB: u8 = 4;
/// The state of an instruction that compares strs.
const STR: u8 = 4;

/// Both operands, if both are exact strs.
#[inline(always)]
fn strs<'a>(a: &'a Value, b: &'a Value) -> Option<(&'a PyStr, &'a PyStr)> {
    Some((a.downcast_exact()?, b.downcast_exact()?))
}

/// A comparison with its operand modes; `J` says what becomes of the result.
struct Compare<F, const T: u8, const A: u8, const B: u8, const J: u8>(PhantomData<F>);

impl<F: CompareOperator, const T: u8, const A: u8, const B: u8, const J: u8>
    Compare<F, T, A, B, J>
{
    #[inline(always)]
    unsafe fn test(a: *const Value, b: *const Value) -> Option<bool> {
        // SAFETY: both operands are initialised values.
        unsafe {
            if (T == INT || T == GEN)
                && let Some((x, y)) = Value::ints(&*a, &*b)
            {
                return Some(F::ints(x, y));
            }
            if (T == FLO || T == GEN)
                && let Some((x, y)) = floats::<T>(&*a, &*b)
            {
                return Some(F::floats(x, y));
            }
            if (T == STR || T == GEN)
                && let Some((x, y)) = strs(&*a, &*b)
            {
                return F::strs(x, y);
            }
            None
        }
    }

    #[inline(always)]
    fn jumps(r: bool) -> bool {
        if J == JF || J == JFB { !r } else { r }
    }

    /// Whether the jump is a loop's, which polls.
    const GOES_BACK: bool = J == JTB || J == JFB;
}

// SAFETY: as for `Binary`.
unsafe impl<F: CompareOperator, const T: u8, const A: u8, const B: u8, const J: u8> Op
    for Compare<F, T, A, B, J>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation. Immediates are consumed by leaving them behind, strs by releasing them.
        unsafe {
            let below = sp.sub((A == S) as usize + (B == S) as usize);
            let a = operand::<A>(below, (*pc).a, pc, fp);
            let b = operand::<B>(sp.wrapping_sub(1), (*pc).b, pc, fp);
            let Some(r) = Self::test(a, b) else {
                return Flow::COLD;
            };
            let mut distance = length(pc, A == S && B == S && J == PUSH) as isize;
            if J != PUSH && Self::jumps(r) {
                distance = (*pc).arg as isize;
                // The poll. Nothing has been consumed yet.
                if Self::GOES_BACK && !counted(vm) {
                    return Flow::COLD;
                }
            }
            // Numbers are immediates and need not be released.
            let garbage = match T {
                STR | GEN => release_all(vm, below, sp),
                _ => 0,
            };
            let next = pc.offset(distance);
            if J == PUSH {
                below.write(Value::bool(r));
                return Flow::to(next, below.add(1)).free(garbage);
            }
            Flow::to(next, below).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as in `Binary::cold`.
        unsafe {
            let below = sp.sub((A == S) as usize + (B == S) as usize);
            let a = operand::<A>(below, (*pc).a, pc, fp);
            let b = operand::<B>(sp.wrapping_sub(1), (*pc).b, pc, fp);
            if let Err((at, r)) = check_bound::<A, B>(vm, pc, a, b) {
                return throw(vm, at, sp, r);
            }
            let ints = Value::ints(&*a, &*b).is_some();
            let floats = (*a).is_immediate_float() && (*b).is_immediate_float();
            match T {
                QUICK => {
                    let h = if ints {
                        address::<Compare<F, INT, A, B, J>>()
                    } else if floats {
                        address::<Compare<F, FLO, A, B, J>>()
                    } else if strs(&*a, &*b).is_some() {
                        address::<Compare<F, STR, A, B, J>>()
                    } else {
                        address::<Compare<F, GEN, A, B, J>>()
                    };
                    set_handler(vm, pc, h);
                }
                INT if !ints => set_handler(vm, pc, address::<Compare<F, GEN, A, B, J>>()),
                FLO if !floats => set_handler(vm, pc, address::<Compare<F, GEN, A, B, J>>()),
                STR if strs(&*a, &*b).is_none() => {
                    set_handler(vm, pc, address::<Compare<F, GEN, A, B, J>>());
                }
                _ => {}
            }
            let own = own(pc);
            (*vm.cx.frame.get()).pc = own;
            // As in `Binary`: read before Python code runs.
            let n = length(pc, A == S && B == S && J == PUSH);
            let (to_bool, distance) = ((*pc).d != 0, (*pc).arg as isize);
            let same = F::OPERATOR.and_then(|op| compare_identities(op, &*a, &*b));
            if let Some(op) = F::OPERATOR
                && same.is_none()
                && may_have_methods(&*a)
                && let Some(first) = vm.begin_compare(op, J == PUSH && to_bool, &*a, &*b)
                && let Some(step) = enter_operator(vm, own, sp, below, a, b, first)
            {
                return step;
            }
            let quick = Compare::<F, GEN, A, B, J>::test(a, b);
            let r = match quick.or(same) {
                Some(r) => Ok(Value::bool(r)),
                None => {
                    let (x, y) = ((*a).clone(), (*b).clone());
                    F::slow(vm, &x, &y)
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
            if J == PUSH {
                let r = if to_bool {
                    match vm.truth(&r) {
                        Ok(t) => Value::bool(t),
                        Err(e) => return throw(vm, own, below, e),
                    }
                } else {
                    r
                };
                below.write(r);
                return Step {
                    pc: pc.add(n),
                    sp: below.add(1),
                };
            }
            let t = match vm.truth(&r) {
                Ok(t) => t,
                Err(e) => return throw(vm, own, below, e),
            };
            drop(r);
            if !Self::jumps(t) {
                return Step {
                    pc: pc.add(n),
                    sp: below,
                };
            }
            let to = pc.offset(distance);
            if Self::GOES_BACK {
                poll_cold(vm, to, below)
            } else {
                Step { pc: to, sp: below }
            }
        }
    }
}

/// Links a comparison with both operands on the stack. `d` of the instruction says whether the result becomes a bool.
pub fn link_compare<F: CompareOperator>(l: &mut LinkCx<'_>) {
    if !l.keeps_effect(0, 2, 1) {
        return;
    }
    let to_bool = l.instr_mut().n;
    let i = l.instr_mut();
    i.d = to_bool;
    i.n = 1;
    i.h = address::<Compare<F, QUICK, S, S, PUSH>>();
}

/// Links a comparison with folded operands or jump; false if there is no such combination.
pub fn fuse_compare<F: CompareOperator>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    use Source::{Const, Slot, Stack};
    let jump = match f.to {
        Target::JumpIfFalse(d) if d <= 0 => JFB,
        Target::JumpIfFalse(_) => JF,
        Target::JumpIfTrue(d) if d <= 0 => JTB,
        Target::JumpIfTrue(_) => JT,
        _ => return false,
    };
    macro_rules! modes {
        ($a:expr, $b:expr) => {
            match jump {
                JF => address::<Compare<F, QUICK, $a, $b, JF>>(),
                JFB => address::<Compare<F, QUICK, $a, $b, JFB>>(),
                JTB => address::<Compare<F, QUICK, $a, $b, JTB>>(),
                _ => address::<Compare<F, QUICK, $a, $b, JT>>(),
            }
        };
    }
    let h = match (f.a, f.b) {
        (Stack, Stack) => modes!(S, S),
        (Stack, Slot(_)) => modes!(S, L),
        (Stack, Const(_)) => modes!(S, K),
        (Slot(_), Slot(_)) => modes!(L, L),
        (Slot(_), Const(_)) => modes!(L, K),
        _ => return false,
    };
    fill(l, f, 2, h)
}
