//! Special methods that are Python functions, entered in place like the functions of calls: what they call in turn needs
//! no nested loop, and they count as frames like others.
//!
//! The values of such a call lie where the operands were:
//!
//! | kind of the frame | from `ret_sp` up |
//! |---|---|
//! | `CALL` | the method, its arguments |
//! | `DISCARD` | the same |
//! | `OPERATOR`, `TRUTH` | the operation, its operands once more, the method, its arguments |
//!
//! An operator keeps its operands for another method, if the first one says `NotImplemented`.

use super::Instr;
use super::call::{drop_range, enter_function, pop_frame};
use super::dispatch::{Step, poll_cold, throw};
use super::frame::kind;
use crate::object::{Kind, PyFunction, TypeFlags};
use crate::value::Value;
use crate::vm::{CmpOp, Operation, Vm};

/// Places of an operation and its operands, below the method.
const KEPT: usize = 3;

/// Whether a value's class may have been made by Python code, and may so have an operator's method to be entered.
#[inline(always)]
pub(super) fn may_have_methods(v: &Value) -> bool {
    v.kind() == Some(Kind::Object)
}

/// `==` and `!=` of two instances whose classes are known to leave it at whether they are the same.
#[inline(always)]
pub(super) fn compare_identities(op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
    let by_identity = |v: &Value| {
        v.header()
            .is_some_and(|h| h.kind() == Kind::Object && h.ty().flags().any(TypeFlags::IDENTITY_EQ))
    };
    let asks = matches!(op, CmpOp::Eq | CmpOp::Ne) && by_identity(a) && by_identity(b);
    asks.then(|| a.is(b) == (op == CmpOp::Eq))
}

/// Whether a method can be entered in place: it has run before, and does not make a generator. With instruments under
/// way it is called by native code, so that they see what it returns.
#[inline]
pub(super) fn enters(vm: &Vm, method: &Value) -> Option<*const PyFunction> {
    let func = method.downcast::<PyFunction>()?;
    let linked = func.linked.get();
    // SAFETY: a function that has been linked keeps its code.
    let fits = !linked.is_null() && unsafe { !(*linked).is_generator() };
    (fits && !vm.instruments.stepping()).then_some(func)
}

/// Writes a method and its arguments from `at` up, and enters it.
///
/// # Safety
/// As [`enter_function`]; nothing is owned from `at` up, and there is always room for a few values.
#[allow(clippy::too_many_arguments, reason = "the parts of a call")]
pub(super) unsafe fn enter<const N: usize>(
    vm: &Vm,
    own: *mut Instr,
    at: *mut Value,
    func: *const PyFunction,
    method: Value,
    args: [Value; N],
    ret_sp: *mut Value,
    kind: u32,
) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        at.write(method);
        let first = at.add(1);
        for (i, v) in args.into_iter().enumerate() {
            first.add(i).write(v);
        }
        let sp = first.add(N);
        vm.cx.sp.set(sp);
        (*vm.cx.frame.get()).pc = own;
        enter_function(vm, own, sp, func, first, ret_sp, &[], kind)
    }
}

/// Enters the method that an operator begins with. Its operands, of which those on the stack are given up, were taken
/// from `below..sp`; the result goes to `below`, and on behind the instruction `own`.
///
/// # Safety
/// `own` and `sp` belong to the running frame; `a` and `b` point to initialised values.
#[inline(never)]
pub(super) unsafe fn enter_operator(
    vm: &Vm,
    own: *mut Instr,
    sp: *mut Value,
    below: *mut Value,
    a: *const Value,
    b: *const Value,
    (operation, method): (Operation, Value),
) -> Option<Step> {
    // SAFETY: what is on the stack is dropped once its values have been copied; then nothing is owned from `below` up.
    unsafe {
        let func = enters(vm, &method)?;
        let (a, b) = ((*a).clone(), (*b).clone());
        drop_range(below, sp);
        below.write(operation.to_value());
        below.add(1).write(a.clone());
        below.add(2).write(b.clone());
        let kind = match operation.takes_any() {
            true => kind::OPERATOR,
            false => kind::TRUTH,
        };
        let at = below.add(KEPT);
        let args = if operation.is_reflected() {
            [b, a]
        } else {
            [a, b]
        };
        Some(enter(vm, own, at, func, method, args, below, kind))
    }
}

/// Leaves the frame of an operator's first method, whose result may not be the last word.
///
/// # Safety
/// `sp` is the top of the running frame's stack, whose kind is `OPERATOR` or `TRUTH`.
pub(super) unsafe fn return_to_operator(vm: &Vm, sp: *mut Value, result: Value) -> Step {
    // SAFETY: the operation and its operands lie where `enter_operator` has put them. They are taken off before the
    // frame goes; NULL in their places needs no drop.
    unsafe {
        let ret_sp = (*vm.cx.frame.get()).ret_sp;
        let take = |i: usize| std::mem::replace(&mut *ret_sp.add(i), Value::NULL);
        let (operation, a, b) = (take(0), take(1), take(2));
        pop_frame(vm, sp);
        vm.cx.sp.set(ret_sp);
        let pc = (*vm.cx.frame.get()).pc;
        let r = match Operation::of_value(&operation) {
            Some(operation) => vm.end_operation(operation, &a, &b, result),
            None => Err(vm.system_error("an operator's frame was left without its operation")),
        };
        drop((a, b));
        match r {
            Ok(v) => {
                ret_sp.write(v);
                poll_cold(vm, pc.add(1), ret_sp.add(1))
            }
            Err(r) => throw(vm, pc, ret_sp, r),
        }
    }
}

/// Enters `object.__getitem__(key)`, if it is a Python function; the item goes to `at`, and on behind `own`.
///
/// # Safety
/// `own` belongs to the running frame, of whose stack nothing is owned from `at` up.
pub unsafe fn enter_getitem(
    vm: &Vm,
    own: *mut Instr,
    at: *mut Value,
    object: &Value,
    key: &Value,
) -> Option<Step> {
    // SAFETY: as the caller says.
    unsafe {
        let (func, method) = method_of_class(vm, object, &vm.names.getitem)?;
        let args = [object.clone(), key.clone()];
        Some(enter(vm, own, at, func, method, args, at, kind::CALL))
    }
}

/// Enters `object.__setitem__(key, value)`, if it is a Python function; nothing goes to `at`, and on behind `own`.
///
/// # Safety
/// As [`enter_getitem`].
pub unsafe fn enter_setitem(
    vm: &Vm,
    own: *mut Instr,
    at: *mut Value,
    object: &Value,
    key: &Value,
    value: &Value,
) -> Option<Step> {
    // SAFETY: as the caller says.
    unsafe {
        let (func, method) = method_of_class(vm, object, &vm.names.setitem)?;
        let args = [object.clone(), key.clone(), value.clone()];
        Some(enter(vm, own, at, func, method, args, at, kind::DISCARD))
    }
}

/// A special method of a class made by Python code, if it is a function that can be entered.
fn method_of_class(vm: &Vm, object: &Value, name: &Value) -> Option<(*const PyFunction, Value)> {
    let h = object.header()?;
    if h.kind() != Kind::Object && !h.is_subclass() {
        return None;
    }
    let method = vm.lookup_type(h.ty(), name)?;
    Some((enters(vm, &method)?, method))
}
