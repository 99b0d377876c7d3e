//! `atexit`.

use std::cell::RefCell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::util::{module, no_init};

/// A function with its arguments.
struct Callback {
    func: Value,
    args: Vec<Value>,
    keywords: Vec<(Value, Value)>,
}

#[derive(Default)]
struct Callbacks(RefCell<Vec<Callback>>);

fn register(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [func, rest @ ..] = args.pos() else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !vm.is_callable(func) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let keywords = args
        .keywords()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let callback = Callback {
        func: func.clone(),
        args: rest.to_vec(),
        keywords,
    };
    vm.extension::<Callbacks>().0.borrow_mut().push(callback);
    Ok(func.clone())
}

fn run(vm: &Vm, _: &[Value]) -> PyResult {
    let callbacks = vm.extension::<Callbacks>();
    loop {
        // A function may register others.
        let last = callbacks.0.borrow_mut().pop();
        let Some(c) = last else {
            return Ok(Value::NONE);
        };
        if let Err(r) = vm.call_kw(&c.func, &c.args, &c.keywords) {
            vm.unraisable(r, &c.func);
        }
    }
}

fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
    let callbacks = vm.extension::<Callbacks>();
    let mut i = 0;
    loop {
        let func = callbacks.0.borrow().get(i).map(|c| c.func.clone());
        let Some(func) = func else {
            return Ok(Value::NONE);
        };
        if vm.same_or_equal(&func, &args[0])? && i < callbacks.0.borrow().len() {
            let old = callbacks.0.borrow_mut().remove(i);
            drop(old);
        } else {
            i += 1;
        }
    }
}

fn clear(vm: &Vm, _: &[Value]) -> PyResult {
    let old = vm.extension::<Callbacks>().0.take();
    drop(old);
    Ok(Value::NONE)
}

module!(
    ATEXIT,
    "atexit",
    VersionRange::ALL,
    no_init,
    [
        MethodDef::raw("register", Access::Function, register),
        MethodDef::function("unregister", "func, /", unregister),
        MethodDef::function("_run_exitfuncs", "", run),
        MethodDef::function("_clear", "", clear),
        MethodDef::function("_ncallbacks", "", |vm, _| Ok(
            vm.new_int(vm.extension::<Callbacks>().0.borrow().len() as i64)
        )),
    ]
);
