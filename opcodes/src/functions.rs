//! Making functions.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::object::{PyCode, PyFunction, Ref};

use crate::rows::prelude::*;

opcodes! {
    /// Makes a function of code and qualified name, and of what the bits of the argument say lies below.
    MAKE_FUNCTION ["defaults? kwdefaults? annotations? closure? code qualname -- function", |i| (2 + parts(i.arg), 1)] in 6..=10, raw MakeNamedFunction;
    /// Makes a function of code, and of what the bits of the argument say lies below.
    MAKE_FUNCTION ["defaults? kwdefaults? annotations? closure? code -- function", |i| (1 + parts(i.arg), 1)] in 11..=12, raw MakeFunction;
    /// Makes a function of code.
    MAKE_FUNCTION (code -- function) in 13..=14, stack byte_make_bare_function;
    /// Sets the part of a function that the argument names.
    SET_FUNCTION_ATTRIBUTE (value function -- function) in 13..=14, stack byte_set_function_attribute;
}

// Bits of the argument.
const DEFAULTS: u32 = 1;
const KWDEFAULTS: u32 = 2;
const ANNOTATIONS: u32 = 4;
const CLOSURE: u32 = 8;
const ANNOTATE: u32 = 16;

fn parts(arg: u32) -> u32 {
    (arg & 15).count_ones()
}

/// A function of code, with the globals of the running one.
fn make(vm: &Vm, code: &Value, qualname: Option<Value>) -> PyResult<Ref<PyFunction>> {
    match code.to_ref::<PyCode>() {
        Some(code) => Ok(vm.new_py_function(code, raw::function(vm).globals.clone(), qualname)),
        None => Err(vm.system_error("MAKE_FUNCTION without code")),
    }
}

/// Makes a function of code, and of the parts below `sp` that the argument names, and pushes it.
///
/// # Safety
/// `pc` and `sp` belong to the running frame, on whose stack the parts are.
unsafe fn make_with_parts(
    vm: &Vm,
    pc: *mut Instr,
    mut sp: *mut Value,
    code: &Value,
    qualname: Option<Value>,
) -> Step {
    let f = match make(vm, code, qualname) {
        Ok(f) => f,
        Err(r) => return throw(vm, pc, sp, r),
    };
    // SAFETY: as the caller says.
    unsafe {
        let arg = (*pc).arg as u32;
        for (bit, part) in [
            (CLOSURE, &f.closure),
            (ANNOTATIONS, &f.annotations),
            (KWDEFAULTS, &f.kwdefaults),
            (DEFAULTS, &f.defaults),
        ] {
            if arg & bit != 0 {
                sp = sp.sub(1);
                part.set(read(sp));
            }
        }
        sp.write(f.into_value());
        Step {
            pc: pc.add(1),
            sp: sp.add(1),
        }
    }
}

raw_op! {
    /// `[parts…, code, qualname]`
    MakeNamedFunction;
    cold(vm, pc, sp, _fp) {
        let (code, qualname) = (read(sp.sub(2)), read(sp.sub(1)));
        make_with_parts(vm, pc, sp.sub(2), &code, Some(qualname))
    }
}

raw_op! {
    /// `[parts…, code]`
    MakeFunction;
    cold(vm, pc, sp, _fp) {
        let code = read(sp.sub(1));
        make_with_parts(vm, pc, sp.sub(1), &code, None)
    }
}

fn byte_make_bare_function(cx: &StackCx<'_>, [code]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([make(cx.vm, &code, None)?.into_value()])
}

fn byte_set_function_attribute(
    cx: &StackCx<'_>,
    [value, function]: [Value; 2],
) -> PyResult<[Value; 1]> {
    let Some(f) = function.downcast::<PyFunction>() else {
        return Err(cx
            .vm
            .system_error("SET_FUNCTION_ATTRIBUTE of something else"));
    };
    let part = match cx.arg() {
        DEFAULTS => &f.defaults,
        KWDEFAULTS => &f.kwdefaults,
        ANNOTATIONS => &f.annotations,
        CLOSURE => &f.closure,
        ANNOTATE => &f.annotate,
        n => return Err(cx.vm.system_error(&format!("functions have no part {n}"))),
    };
    part.set(value);
    f.touch();
    Ok([function])
}
