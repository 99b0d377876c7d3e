//! `async_generator`, and the awaitables of its methods.
//!
//! What the generator yields comes wrapped (see `Vm::async_gen_wrap`) and is the result of the awaitable; what comes
//! plain was yielded by something that the generator awaits, and goes on to the event loop.

use std::cell::Cell;

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::Outcome;
use opyc_core::object::{
    GenState, GetSet, MethodDef, Native, NativeType, PyGenerator, TypeFlags, ValueCell,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{AsyncGenHooks, NativeTypeSpec, Vm};

use super::generators::{
    code, delegate, frame, name, qualname, repr, set_name, set_qualname, suspended, thrown,
    warn_of_three,
};
use super::support::*;

type_def!(
    ASYNC_GENERATOR,
    "async_generator",
    [
        MethodDef::method("__aiter__", "", identity),
        MethodDef::method("__anext__", "", anext),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("asend", "value, /", asend),
        MethodDef::method("athrow", "typ, val=, tb=, /", athrow),
        MethodDef::method("aclose", "", aclose),
    ],
    [
        GetSet::get_set("__name__", name, set_name),
        GetSet::get_set("__qualname__", qualname, set_qualname),
        GetSet::get("ag_frame", frame),
        GetSet::get("ag_running", running),
        GetSet::get("ag_code", code),
        GetSet::get("ag_await", delegate),
        GetSet::get("ag_suspended", suspended).since(Version::V3_12),
    ]
);

/// Where an awaitable is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Awaited,
    Closed,
}

/// What an awaitable does with the generator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Send,
    Throw,
    Close,
}

/// `async_generator_asend` (`__anext__` and `asend`).
struct Send {
    generator: Value,
    value: ValueCell,
    state: Cell<State>,
}

impl NativeType for Send {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.generator);
        self.value.visit(visit);
    }
}

/// `async_generator_athrow` (`athrow` and `aclose`).
struct Throw {
    generator: Value,
    /// The arguments of `athrow`; none for `aclose`.
    args: Vec<Value>,
    state: Cell<State>,
}

impl NativeType for Throw {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.generator);
        self.args.iter().for_each(visit);
    }
}

static SEND: NativeTypeSpec = NativeTypeSpec {
    name: "async_generator_asend",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: Some(send_next),
};

static THROW: NativeTypeSpec = NativeTypeSpec {
    name: "async_generator_athrow",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: Some(throw_next),
};

type_def!(
    SEND_METHODS,
    "async_generator_asend",
    [
        MethodDef::method("__await__", "", identity),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("send", "value, /", |vm, a| send_send(
            vm,
            &a[0],
            a[1].clone()
        )),
        MethodDef::method("throw", "typ, val=, tb=, /", |vm, a| {
            warn_of_three(vm, &a[1..]);
            send_throw(vm, &a[0], thrown(vm, &a[1..])?)
        }),
        MethodDef::method("close", "", |vm, a| close(
            vm,
            &a[0],
            &this::<Native<Send>>(vm, &a[0])?.data.state,
            send_throw
        )),
    ]
);

type_def!(
    THROW_METHODS,
    "async_generator_athrow",
    [
        MethodDef::method("__await__", "", identity),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("send", "value, /", |vm, a| throw_send(vm, &a[0], &a[1])),
        MethodDef::method("throw", "typ, val=, tb=, /", |vm, a| {
            warn_of_three(vm, &a[1..]);
            throw_throw(vm, &a[0], thrown(vm, &a[1..])?)
        }),
        MethodDef::method("close", "", |vm, a| close(
            vm,
            &a[0],
            &this::<Native<Throw>>(vm, &a[0])?.data.state,
            throw_throw
        )),
    ]
);

fn running(vm: &Vm, v: &Value) -> PyResult {
    let g = this::<PyGenerator>(vm, v)?;
    Ok(Value::bool(match vm.version() >= Version::V3_8 {
        true => g.running_async.get(),
        false => g.state.get() == GenState::Running,
    }))
}

/// Tells the hooks of `sys.set_asyncgen_hooks` of a generator that is iterated for the first time.
fn call_hooks(vm: &Vm, v: &Value) -> PyResult<()> {
    let g = this::<PyGenerator>(vm, v)?;
    if g.hooks_done.replace(true) {
        return Ok(());
    }
    let hooks = vm.extension::<AsyncGenHooks>();
    let (first, finalizer) = (hooks.first_iter.get(), hooks.finalizer.get());
    if !finalizer.is_none() {
        g.finalizer.set(finalizer);
    }
    if !first.is_none() {
        vm.call(&first, std::slice::from_ref(v))?;
    }
    Ok(())
}

fn new_send(vm: &Vm, generator: &Value, value: Value) -> PyResult {
    call_hooks(vm, generator)?;
    let data = Send {
        generator: generator.clone(),
        value: ValueCell::new(value),
        state: Cell::new(State::Fresh),
    };
    Ok(vm.new_native(&vm.native_type::<Send>(&SEND), &SEND, data))
}

fn new_throw(vm: &Vm, generator: &Value, args: Vec<Value>) -> PyResult {
    call_hooks(vm, generator)?;
    let data = Throw {
        generator: generator.clone(),
        args,
        state: Cell::new(State::Fresh),
    };
    Ok(vm.new_native(&vm.native_type::<Throw>(&THROW), &THROW, data))
}

fn anext(vm: &Vm, args: &[Value]) -> PyResult {
    new_send(vm, &args[0], Value::NONE)
}

fn asend(vm: &Vm, args: &[Value]) -> PyResult {
    new_send(vm, &args[0], args[1].clone())
}

fn athrow(vm: &Vm, args: &[Value]) -> PyResult {
    warn_of_three(vm, &args[1..]);
    new_throw(vm, &args[0], args[1..].to_vec())
}

fn aclose(vm: &Vm, args: &[Value]) -> PyResult {
    new_throw(vm, &args[0], Vec::new())
}

/// What a resumed generator gives to whoever awaits: a plain value, or StopIteration with the value that it yielded.
fn unwrap(vm: &Vm, g: &PyGenerator, r: PyResult<Outcome>) -> PyResult {
    let raise = match r {
        Ok(Outcome::Yield(v)) => match vm.async_gen_unwrap(&v) {
            Some(v) => vm.stop_iteration(v),
            None => return Ok(v),
        },
        Ok(Outcome::Return(_)) => {
            g.closed.set(true);
            ended(vm)
        }
        Err(r) => {
            if is_end(vm, &r) {
                g.closed.set(true);
            }
            r
        }
    };
    g.running_async.set(false);
    Err(raise)
}

fn ended(vm: &Vm) -> Raise {
    vm.new_raise(&vm.exc_types.StopAsyncIteration, Vec::new())
}

fn is_end(vm: &Vm, r: &Raise) -> bool {
    vm.is_stop_async_iteration(r) || vm.is_generator_exit(r)
}

/// An awaitable that has its result already.
fn reused(vm: &Vm, what: &str) -> Raise {
    if vm.version() < Version::V3_7 {
        return vm.stop_iteration(Value::NONE);
    }
    vm.runtime_error(&format!("cannot reuse already awaited {what}"))
}

const SEND_NAMES: &str = "__anext__()/asend()";
const THROW_NAMES: &str = "aclose()/athrow()";

/// Begins to await: only one awaitable of a generator may run at a time.
fn begin(vm: &Vm, g: &PyGenerator, state: &Cell<State>, mode: Mode) -> PyResult<()> {
    if g.running_async.get() && vm.version() >= Version::V3_8 {
        if mode != Mode::Send || vm.version() >= Version::V3_13 {
            state.set(State::Closed);
        }
        let name = match mode {
            Mode::Send => "anext",
            Mode::Throw => "athrow",
            Mode::Close => "aclose",
        };
        return Err(vm.runtime_error(&format!(
            "{name}(): asynchronous generator is already running"
        )));
    }
    Ok(())
}

fn start(g: &PyGenerator, state: &Cell<State>) {
    state.set(State::Awaited);
    g.running_async.set(true);
}

// asend

fn send_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    send_send(vm, it, Value::NONE).map(Some)
}

fn send_send(vm: &Vm, it: &Value, value: Value) -> PyResult {
    let s = &this::<Native<Send>>(vm, it)?.data;
    let g = this::<PyGenerator>(vm, &s.generator)?;
    let mut value = value;
    match s.state.get() {
        State::Closed => return Err(reused(vm, SEND_NAMES)),
        State::Fresh => {
            begin(vm, g, &s.state, Mode::Send)?;
            if value.is_none() {
                value = s.value.get();
            }
            start(g, &s.state);
        }
        State::Awaited => {}
    }
    let r = unwrap(vm, g, vm.gen_send(g, value));
    if r.is_err() {
        s.state.set(State::Closed);
    }
    r
}

fn send_throw(vm: &Vm, it: &Value, exc: Value) -> PyResult {
    let s = &this::<Native<Send>>(vm, it)?.data;
    let g = this::<PyGenerator>(vm, &s.generator)?;
    match s.state.get() {
        State::Closed => return Err(reused(vm, SEND_NAMES)),
        State::Fresh if vm.version() >= Version::V3_13 => {
            begin(vm, g, &s.state, Mode::Send)?;
            start(g, &s.state);
        }
        _ => {}
    }
    let r = unwrap(vm, g, vm.gen_throw(g, exc));
    if r.is_err() {
        s.state.set(State::Closed);
    }
    r
}

// athrow and aclose

fn throw_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    throw_send(vm, it, &Value::NONE).map(Some)
}

fn mode_of(t: &Throw) -> Mode {
    if t.args.is_empty() {
        Mode::Close
    } else {
        Mode::Throw
    }
}

fn throw_send(vm: &Vm, it: &Value, value: &Value) -> PyResult {
    let t = &this::<Native<Throw>>(vm, it)?.data;
    let g = this::<PyGenerator>(vm, &t.generator)?;
    if t.state.get() == State::Closed {
        return Err(reused(vm, THROW_NAMES));
    }
    if g.state.get() == GenState::Finished {
        t.state.set(State::Closed);
        return Err(vm.stop_iteration(Value::NONE));
    }
    if t.state.get() == State::Awaited {
        return finish(vm, g, t, vm.gen_send(g, value.clone()));
    }
    begin(vm, g, &t.state, mode_of(t))?;
    if g.closed.get() && vm.version() >= Version::V3_8 {
        t.state.set(State::Closed);
        return Err(ended(vm));
    }
    if !value.is_none() {
        return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    start(g, &t.state);
    let exc = match mode_of(t) {
        Mode::Close => {
            g.closed.set(true);
            vm.new_exception(&vm.exc_types.GeneratorExit, Vec::new())
                .into_value()
        }
        _ => match thrown(vm, &t.args) {
            Ok(exc) => exc,
            Err(r) => return finish(vm, g, t, Err(r)),
        },
    };
    finish(vm, g, t, vm.gen_throw(g, exc))
}

/// The result of `athrow` and `aclose` from what the generator did.
fn finish(vm: &Vm, g: &PyGenerator, t: &Throw, r: PyResult<Outcome>) -> PyResult {
    if mode_of(t) == Mode::Throw {
        let r = unwrap(vm, g, r);
        if r.is_err() {
            t.state.set(State::Closed);
        }
        return r;
    }
    let raise = match r {
        Ok(Outcome::Yield(v)) if vm.async_gen_unwrap(&v).is_none() => return Ok(v),
        Ok(Outcome::Yield(_)) => vm.runtime_error("async generator ignored GeneratorExit"),
        Ok(Outcome::Return(_)) => vm.stop_iteration(Value::NONE),
        // Closing is done; whoever awaits it gets None.
        Err(r) if is_end(vm, &r) => vm.stop_iteration(Value::NONE),
        Err(r) => r,
    };
    g.running_async.set(false);
    t.state.set(State::Closed);
    Err(raise)
}

fn throw_throw(vm: &Vm, it: &Value, exc: Value) -> PyResult {
    let t = &this::<Native<Throw>>(vm, it)?.data;
    let g = this::<PyGenerator>(vm, &t.generator)?;
    match t.state.get() {
        State::Closed => return Err(reused(vm, THROW_NAMES)),
        State::Fresh if vm.version() >= Version::V3_13 => {
            begin(vm, g, &t.state, mode_of(t))?;
            start(g, &t.state);
        }
        _ => {}
    }
    finish(vm, g, t, vm.gen_throw(g, exc))
}

/// `close()` of an awaitable. From 3.13 on it closes what it awaits.
fn close(
    vm: &Vm,
    it: &Value,
    state: &Cell<State>,
    throw: fn(&Vm, &Value, Value) -> PyResult,
) -> PyResult {
    if vm.version() < Version::V3_13 {
        state.set(State::Closed);
        return Ok(Value::NONE);
    }
    if state.get() == State::Closed {
        return Ok(Value::NONE);
    }
    let exit = vm
        .new_exception(&vm.exc_types.GeneratorExit, Vec::new())
        .into_value();
    match throw(vm, it, exit) {
        Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Err(r) if is_end(vm, &r) || vm.is_stop_iteration(&r) => Ok(Value::NONE),
        Err(r) => Err(r),
    }
}
