//! Calls. A call leaves its result where callable and arguments began; [`raw::call_at`] enters Python functions in
//! place.

use opyc_core::object::PyTuple;

use crate::rows::prelude::*;

opcodes! {
    /// Calls a function with `arg` positional arguments.
    CALL_FUNCTION ["function args… -- result", |i| (i.arg.saturating_add(1), 1)] in 6..=10, raw CallFunction;
    /// Calls a function; the tuple on top names the last arguments.
    CALL_FUNCTION_KW ["function args… names -- result", |i| (i.arg.saturating_add(2), 1)] in 6..=10, raw CallFunctionKw;
    /// Calls what LOAD_METHOD has pushed: a method with its instance, or NULL and a callable.
    CALL_METHOD ["method self args… | null callable args… -- result", |i| (i.arg.saturating_add(2), 1)] in 7..=10, raw CallMethod;
    /// Calls a method with its instance, or a callable above NULL. KW_NAMES before it names the last arguments.
    CALL ["method self args… | null callable args… -- result", |i| (i.arg.saturating_add(2), 1)] in 11..=12, link link_call;
    /// Calls a method with its instance, or a callable below NULL.
    CALL ["method self args… | callable null args… -- result", |i| (i.arg.saturating_add(2), 1)] in 13..=14, raw Call;
    /// As CALL; the tuple on top names the last arguments.
    CALL_KW ["method self args… names | callable null args… names -- result", |i| (i.arg.saturating_add(3), 1)] in 13..=14, raw CallKw;
}

/// Finds the keyword names that a KW_NAMES just before the CALL (and its PRECALL) gives.
fn link_call(l: &mut LinkCx<'_>) {
    let mut before = l.index();
    if before > 0 && l.standard(before - 1) == "PRECALL" {
        before -= 1;
    }
    if before > 0
        && l.standard(before - 1) == "KW_NAMES"
        && let opyc_core::decode::Operand::Const(names) = l.operand(before - 1)
    {
        let address = l.const_address(names);
        l.instr().c = address;
        l.raw::<CallNamed>();
    } else {
        l.raw::<CallMethod>();
    }
}

/// The names of keyword arguments: a tuple, not longer than the arguments.
fn keyword_names<'a>(
    vm: &Vm,
    names: &'a Value,
    count: usize,
) -> Result<&'a PyTuple, opyc_core::error::Raise> {
    match names.downcast::<PyTuple>() {
        Some(names) if names.len() <= count => Ok(names),
        _ => Err(vm.system_error("keyword names do not fit the arguments")),
    }
}

/// Calls a method with its instance, or the callable above NULL.
///
/// # Safety
/// As [`raw::call_at`]; below `count` arguments lie two values.
unsafe fn call_above_null(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    count: usize,
    names: Option<&PyTuple>,
) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        let bottom = sp.sub(count + 2);
        if (*bottom).is_null() {
            raw::call_at(vm, pc, sp, bottom.add(1), bottom.add(2), bottom, names)
        } else {
            raw::call_at(vm, pc, sp, bottom, bottom.add(1), bottom, names)
        }
    }
}

/// Calls a method with its instance, or the callable below NULL.
///
/// # Safety
/// As [`raw::call_at`]; below `count` arguments lie two values.
unsafe fn call_below_null(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    count: usize,
    names: Option<&PyTuple>,
) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        let bottom = sp.sub(count + 2);
        let args = if (*bottom.add(1)).is_null() {
            bottom.add(2)
        } else {
            bottom.add(1)
        };
        raw::call_at(vm, pc, sp, bottom, args, bottom, names)
    }
}

/// Calls whatever lies below the arguments; a Python function that they just fit is entered at once.
macro_rules! call_op {
    ($(#[doc = $doc:literal])* $name:ident; $sp:ident, $count:ident => $callable:expr, $args:expr, $bottom:expr) => {
        $(#[doc = $doc])*
        struct $name;

        // SAFETY: callable and arguments lie on the stack as the opcode's effect says.
        unsafe impl Op for $name {
            const FP: bool = true;

            #[inline(always)]
            unsafe fn exec(vm: &Vm, pc: *mut Instr, $sp: *mut Value, _fp: *mut Value) -> Flow {
                // SAFETY: as for the implementation.
                unsafe {
                    let $count = (*pc).arg as usize;
                    raw::enter_fast(vm, pc, $sp, $callable, $args, $bottom)
                }
            }

            unsafe fn cold(vm: &Vm, pc: *mut Instr, $sp: *mut Value, _fp: *mut Value) -> Step {
                // SAFETY: as for the implementation.
                unsafe {
                    let $count = (*pc).arg as usize;
                    raw::call_at(vm, pc, $sp, $callable, $args, $bottom, None)
                }
            }
        }
    };
}

call_op! {
    /// `[f, args…]`
    CallFunction; sp, n => sp.sub(n + 1), sp.sub(n), sp.sub(n + 1)
}

call_op! {
    /// `[method, self, args…]` or `[NULL, f, args…]`
    CallMethod; sp, n =>
        if (*sp.sub(n + 2)).is_null() { sp.sub(n + 1) } else { sp.sub(n + 2) },
        if (*sp.sub(n + 2)).is_null() { sp.sub(n) } else { sp.sub(n + 1) },
        sp.sub(n + 2)
}

call_op! {
    /// `[method, self, args…]` or `[f, NULL, args…]`
    Call; sp, n =>
        sp.sub(n + 2),
        if (*sp.sub(n + 1)).is_null() { sp.sub(n) } else { sp.sub(n + 1) },
        sp.sub(n + 2)
}

raw_op! {
    /// `[f, args…, names]`
    CallFunctionKw;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg as usize;
        let names = read(sp.sub(1));
        let sp = sp.sub(1);
        raw::set_stack_top(vm, sp);
        let callable = sp.sub(count + 1);
        match keyword_names(vm, &names, count) {
            Ok(names) => raw::call_at(vm, pc, sp, callable, callable.add(1), callable, Some(names)),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

raw_op! {
    /// The same with keyword names, whose address is in `c`.
    CallNamed;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg as usize;
        match keyword_names(vm, &*((*pc).c as *const Value), count) {
            Ok(names) => call_above_null(vm, pc, sp, count, Some(names)),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

raw_op! {
    /// `[method, self, args…, names]` or `[f, NULL, args…, names]`
    CallKw;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg as usize;
        let names = read(sp.sub(1));
        let sp = sp.sub(1);
        raw::set_stack_top(vm, sp);
        match keyword_names(vm, &names, count) {
            Ok(names) => call_below_null(vm, pc, sp, count, Some(names)),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}
