//! Python functions that native code runs, in a loop of their own: sort keys, special methods that builtin functions ask
//! for, functions that are given to `map`.

use super::bind::bind;
use super::call::{drop_range, has_room, make_cells, push_frame};
use super::dispatch::drive;
use super::frame::kind;
use super::generator;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{PyFunction, value_of};
use crate::value::Value;
use crate::vm::Vm;

/// Runs a Python function from Rust.
pub(crate) fn run_function(vm: &Vm, func: &PyFunction, args: Args<'_>) -> PyResult {
    if args.names().is_empty()
        && let Some(r) = run_fitting(vm, func, &[], args.values())
    {
        return r;
    }
    run_with(vm, func, &[], args, Value::NULL)
}

/// Runs the code of a function without parameters in a namespace.
pub(crate) fn run_in_namespace(vm: &Vm, func: &PyFunction, locals: Value) -> PyResult {
    run_with(vm, func, &[], Args::positional(&[]), locals)
}

/// Runs a Python function from Rust as a method of an instance.
pub(crate) fn run_method(vm: &Vm, func: &PyFunction, this: &Value, args: &[Value]) -> PyResult {
    let this = std::slice::from_ref(this);
    if let Some(r) = run_fitting(vm, func, this, args) {
        return r;
    }
    run_with(vm, func, this, Args::positional(args), Value::NULL)
}

/// Runs a Python function that has run before, and whose parameters are just `lead` and `args`; `None`, with nothing
/// done, if that is not all there is to it.
#[inline(always)]
fn run_fitting(vm: &Vm, func: &PyFunction, lead: &[Value], args: &[Value]) -> Option<PyResult> {
    let linked = func.linked.get();
    if linked.is_null() {
        return None;
    }
    // SAFETY: a function that has been linked keeps its code. The values are pushed at the top of the stack, where
    // there is room for them and the frame; all slots are written.
    unsafe {
        let code = &*linked;
        let base = vm.cx.sp.get();
        let first = base.add(1);
        if lead.len() + args.len() != code.fast_args
            || code.prologue.free
            || !has_room(vm, first, code.frame_size + 8)
            || vm.check_rust_stack().is_err()
        {
            return None;
        }
        base.write(value_of(func));
        let (mut p, top) = (first, first.add(code.nslots));
        for v in lead {
            p.write(v.clone());
            p = p.add(1);
        }
        for v in args {
            p.write(v.clone());
            p = p.add(1);
        }
        while p < top {
            p.write(Value::NULL);
            p = p.add(1);
        }
        let none = std::ptr::null();
        push_frame(
            vm,
            linked,
            func,
            first,
            base,
            kind::ENTRY,
            Value::NULL,
            none,
        );
        let r = drive(vm, code.entry.get(), top);
        vm.cx.sp.set(base);
        Some(r)
    }
}

/// The same for any function, arguments and namespace.
#[inline(never)]
fn run_with(vm: &Vm, func: &PyFunction, lead: &[Value], args: Args<'_>, locals: Value) -> PyResult {
    // SAFETY: the values are pushed at the top of the stack, below the new frame.
    unsafe {
        let linked = vm.linked(func)?;
        let code = &*linked;
        vm.check_rust_stack()?;
        let base = vm.cx.sp.get();
        let values = args.values();
        let nargs = lead.len() + values.len();
        let first = base.add(1);
        if !has_room(vm, first, code.frame_size + nargs + 8) {
            return Err(vm.recursion_error("maximum recursion depth exceeded"));
        }
        base.write(value_of(func));
        let mut top = first;
        for v in lead.iter().chain(values) {
            top.write(v.clone());
            top = top.add(1);
        }
        if code.plain && nargs == code.argcount && args.names().is_empty() {
            for i in nargs..code.nslots {
                first.add(i).write(Value::NULL);
            }
        } else {
            vm.cx.sp.set(top);
            if let Err(r) = bind(vm, func, code, first, nargs, args.names()) {
                drop_range(base, first);
                vm.cx.sp.set(base);
                return Err(r);
            }
        }
        if code.prologue() {
            make_cells(vm, func, code, first);
            if code.makes_generator() {
                let end = first.add(code.nslots);
                let g = generator::make(vm, func, code, first, end, code.entry.get());
                drop_range(base, first);
                vm.cx.sp.set(base);
                return Ok(g);
            }
        }
        let fp = vm.cx.fp.get();
        push_frame(
            vm,
            code,
            func,
            first,
            base,
            kind::ENTRY,
            locals,
            std::ptr::null(),
        );
        let r = drive(vm, code.entry.get(), first.add(code.nslots));
        vm.cx.sp.set(base);
        debug_assert_eq!(vm.cx.fp.get(), fp);
        r
    }
}
