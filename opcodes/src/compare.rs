//! Comparisons and containment.

use std::cmp::Ordering;

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::{CompareOperator, StackCx};
use opyc_core::object::PyStr;
use opyc_core::vm::CmpOp;

use crate::rows::prelude::*;

opcodes! {
    /// Implements the comparison that the argument names: `<` and its like, `in`, `is`, or a match of exceptions.
    COMPARE_OP (a b -- result) in 6..=14, operator compare_op;
    /// Implements `a < b`.
    COMPARE_LT (a b -- result) in 6..=14, compare Less;
    /// Implements `a <= b`.
    COMPARE_LE (a b -- result) in 6..=14, compare LessOrEqual;
    /// Implements `a == b`.
    COMPARE_EQ (a b -- result) in 6..=14, compare Equal;
    /// Implements `a != b`.
    COMPARE_NE (a b -- result) in 6..=14, compare NotEqual;
    /// Implements `a > b`.
    COMPARE_GT (a b -- result) in 6..=14, compare Greater;
    /// Implements `a >= b`.
    COMPARE_GE (a b -- result) in 6..=14, compare GreaterOrEqual;
    /// Implements `item in container`.
    COMPARE_IN (item container -- bool) in 6..=8, stack byte_compare_in;
    /// Implements `item not in container`.
    COMPARE_NOT_IN (item container -- bool) in 6..=8, stack byte_compare_not_in;
    /// Says whether an `except` clause for `wanted` takes the exception.
    COMPARE_EXC_MATCH (exc wanted -- bool) in 6..=8, stack byte_compare_exc_match;
    /// Implements `item in container`; with argument 1 `not in`.
    CONTAINS_OP (item container -- bool) in 9..=14, raw ContainsOp;
}

/// The operators of `COMPARE_OP` by argument.
const OPERATORS: [&str; 11] = [
    "COMPARE_LT",
    "COMPARE_LE",
    "COMPARE_EQ",
    "COMPARE_NE",
    "COMPARE_GT",
    "COMPARE_GE",
    "COMPARE_IN",
    "COMPARE_NOT_IN",
    "COMPARE_IS",
    "COMPARE_IS_NOT",
    "COMPARE_EXC_MATCH",
];

fn compare_op(i: &Instruction) -> Option<&'static str> {
    match i.operand {
        Operand::Compare(n, _) => OPERATORS.get(usize::from(n)).copied(),
        _ => None,
    }
}

macro_rules! comparisons {
    ($( $(#[doc = $doc:literal])* $name:ident = $op:ident, $sign:tt, strs |$a:ident, $b:ident| $strs:expr; )*) => {
        $(
            $(#[doc = $doc])*
            pub struct $name;

            impl CompareOperator for $name {
                #[inline(always)]
                fn ints(a: i64, b: i64) -> bool {
                    a $sign b
                }
                #[inline(always)]
                fn floats(a: f64, b: f64) -> bool {
                    a $sign b
                }
                #[inline(always)]
                fn strs($a: &PyStr, $b: &PyStr) -> Option<bool> {
                    $strs
                }
                const OPERATOR: Option<CmpOp> = Some(CmpOp::$op);
                fn slow(vm: &Vm, a: &Value, b: &Value) -> PyResult {
                    vm.compare(CmpOp::$op, a, b)
                }
            }
        )*
    };
}

comparisons! {
    /// `<`
    Less = Lt, <, strs |a, b| a.quick_cmp(b).map(Ordering::is_lt);
    /// `<=`
    LessOrEqual = Le, <=, strs |a, b| a.quick_cmp(b).map(Ordering::is_le);
    /// `==`
    Equal = Eq, ==, strs |a, b| a.quick_same(b);
    /// `!=`
    NotEqual = Ne, !=, strs |a, b| a.quick_same(b).map(|same| !same);
    /// `>`
    Greater = Gt, >, strs |a, b| a.quick_cmp(b).map(Ordering::is_gt);
    /// `>=`
    GreaterOrEqual = Ge, >=, strs |a, b| a.quick_cmp(b).map(Ordering::is_ge);
}

fn byte_compare_in(cx: &StackCx<'_>, [item, container]: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([Value::bool(cx.vm.contains(&container, &item)?)])
}

fn byte_compare_not_in(cx: &StackCx<'_>, [item, container]: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([Value::bool(!cx.vm.contains(&container, &item)?)])
}

fn byte_compare_exc_match(cx: &StackCx<'_>, [exc, wanted]: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([Value::bool(cx.vm.exception_matches(&exc, &wanted)?)])
}

raw_op! {
    /// `sp[-2] = sp[-2] in sp[-1]`
    ContainsOp;
    fast(_vm, pc, sp, _fp) {
        let (item, container) = (&*sp.sub(2), &*sp.sub(1));
        // At most one object can be freed without a call.
        if raw::is_last(item) {
            return Flow::COLD;
        }
        let Some(found) = raw::quick_contains(container, item) else { return Flow::COLD };
        let garbage = read(sp.sub(1)).release();
        read(sp.sub(2)).release();
        let negated = (*pc).arg == 1;
        sp.sub(2).write(Value::bool(found != negated));
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        let (item, container) = (read(sp.sub(2)), read(sp.sub(1)));
        let negated = (*pc).arg == 1;
        let r = vm.contains(&container, &item);
        drop((item, container));
        match r {
            Ok(found) => {
                sp.sub(2).write(Value::bool(found != negated));
                Step { pc: pc.add(1), sp: sp.sub(1) }
            }
            Err(r) => throw(vm, pc, sp.sub(2), r),
        }
    }
}
