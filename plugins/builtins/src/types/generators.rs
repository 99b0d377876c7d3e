//! `generator` and `coroutine`; asynchronous generators are in `async_generators`.

use opyc_core::error::PyResult;
use opyc_core::interp::Outcome;
use opyc_core::object::{
    GenKind, GenState, GetSet, MethodDef, Native, NativeType, PyException, PyFunction, PyGenerator,
    PyTraceback, PyTuple, PyType, TypeFlags,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::support::*;

type_def!(
    GENERATOR,
    "generator",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("send", "value, /", send),
        MethodDef::method("throw", "typ, val=, tb=, /", throw),
        MethodDef::method("close", "", close),
    ],
    [
        GetSet::get_set("__name__", name, set_name),
        GetSet::get_set("__qualname__", qualname, set_qualname),
        GetSet::get("gi_frame", frame),
        GetSet::get("gi_running", running),
        GetSet::get("gi_code", code),
        GetSet::get("gi_yieldfrom", delegate),
        GetSet::get("gi_suspended", suspended).since(Version::V3_11),
    ]
);

type_def!(
    COROUTINE,
    "coroutine",
    [
        MethodDef::method("__await__", "", wrapper),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("send", "value, /", send),
        MethodDef::method("throw", "typ, val=, tb=, /", throw),
        MethodDef::method("close", "", close),
    ],
    [
        GetSet::get_set("__name__", name, set_name),
        GetSet::get_set("__qualname__", qualname, set_qualname),
        GetSet::get("cr_frame", frame),
        GetSet::get("cr_running", running),
        GetSet::get("cr_code", code),
        GetSet::get("cr_await", delegate),
        GetSet::get("cr_origin", |vm, v| Ok(this::<PyGenerator>(vm, v)?
            .origin
            .get()))
        .member()
        .since(Version::V3_7),
        GetSet::get("cr_suspended", suspended).since(Version::V3_11),
    ]
);

/// What a resumed generator gives to whoever called it: the value that it yields, or StopIteration.
pub fn outcome(vm: &Vm, r: Outcome) -> PyResult {
    match r {
        Outcome::Yield(v) => Ok(v),
        Outcome::Return(v) => Err(vm.stop_iteration(v)),
    }
}

pub fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let g = this::<PyGenerator>(vm, &args[0])?;
    let name = vm.str_lossy(&g.qualname.get());
    Ok(vm.new_str(&format!(
        "<{} object {name} at {:#x}>",
        vm.type_name(&args[0]),
        args[0].bits()
    )))
}

fn send(vm: &Vm, args: &[Value]) -> PyResult {
    outcome(vm, vm.gen_send(this(vm, &args[0])?, args[1].clone())?)
}

fn throw(vm: &Vm, args: &[Value]) -> PyResult {
    warn_of_three(vm, &args[1..]);
    let exc = thrown(vm, &args[1..])?;
    outcome(vm, vm.gen_throw(this(vm, &args[0])?, exc)?)
}

/// From 3.12 on the form with two and three arguments is deprecated.
pub fn warn_of_three(vm: &Vm, args: &[Value]) {
    if vm.version() >= Version::V3_12 && args.get(1).is_some_and(|v| !v.is_null()) {
        let text = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        vm.warn(&vm.exc_types.DeprecationWarning, text);
    }
}

/// The exception that the arguments of `throw` mean: an instance, or a class with a value, and perhaps a traceback.
pub fn thrown(vm: &Vm, args: &[Value]) -> PyResult {
    let part = |i: usize| args.get(i).and_then(Value::opt).filter(|v| !v.is_none());
    let (Some(ty), value, tb) = (args.first(), part(1), part(2)) else {
        return Err(vm.type_error("throw expected at least 1 argument, got 0"));
    };
    if tb.is_some_and(|t| t.downcast::<PyTraceback>().is_none()) {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let exc = if ty
        .downcast::<PyType>()
        .is_some_and(|t| t.is_subtype(&vm.exc_types.BaseException))
    {
        match value {
            Some(v) if vm.is_instance(v, this(vm, ty)?) => v.clone(),
            Some(v) => match v.downcast::<PyTuple>() {
                Some(t) => vm.call(ty, t.items())?,
                None => vm.call(ty, std::slice::from_ref(v))?,
            },
            None => vm.call(ty, &[])?,
        }
    } else if ty.downcast::<PyException>().is_some() {
        if value.is_some() {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        ty.clone()
    } else {
        return Err(vm.type_error(&format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            vm.type_name(ty)
        )));
    };
    let Some(e) = exc.downcast::<PyException>() else {
        return Err(vm.type_error(&format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr_text(ty)?,
            vm.type_name(&exc)
        )));
    };
    if let Some(tb) = tb {
        e.traceback.set(tb.clone());
    }
    Ok(exc)
}

fn close(vm: &Vm, args: &[Value]) -> PyResult {
    vm.gen_close(this(vm, &args[0])?)
}

// Attributes that all three kinds have.

pub fn name(vm: &Vm, v: &Value) -> PyResult {
    Ok(this::<PyGenerator>(vm, v)?.name.get())
}

pub fn set_name(vm: &Vm, v: &Value, to: Value) -> PyResult<()> {
    if !vm.is_str(&to) {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    this::<PyGenerator>(vm, v)?.name.set(to);
    Ok(())
}

pub fn qualname(vm: &Vm, v: &Value) -> PyResult {
    Ok(this::<PyGenerator>(vm, v)?.qualname.get())
}

pub fn set_qualname(vm: &Vm, v: &Value, to: Value) -> PyResult<()> {
    if !vm.is_str(&to) {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    this::<PyGenerator>(vm, v)?.qualname.set(to);
    Ok(())
}

pub fn frame(vm: &Vm, v: &Value) -> PyResult {
    Ok(vm.generator_frame(this(vm, v)?))
}

pub fn running(vm: &Vm, v: &Value) -> PyResult {
    Ok(Value::bool(
        this::<PyGenerator>(vm, v)?.state.get() == GenState::Running,
    ))
}

pub fn suspended(vm: &Vm, v: &Value) -> PyResult {
    Ok(Value::bool(
        this::<PyGenerator>(vm, v)?.state.get() == GenState::Suspended,
    ))
}

pub fn code(vm: &Vm, v: &Value) -> PyResult {
    let f = this::<PyGenerator>(vm, v)?.func.get();
    Ok(f.downcast::<PyFunction>()
        .map_or(Value::NONE, |f| f.code().into_value()))
}

pub fn delegate(vm: &Vm, v: &Value) -> PyResult {
    Ok(vm.gen_delegate(this(vm, v)?).unwrap_or(Value::NONE))
}

// What `await` iterates over.

/// `coroutine_wrapper`.
struct Wrapper(Value);

impl NativeType for Wrapper {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

static WRAPPER: NativeTypeSpec = NativeTypeSpec {
    name: "coroutine_wrapper",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: Some(wrapper_next),
};

type_def!(
    WRAPPER_METHODS,
    "coroutine_wrapper",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("send", "value, /", |vm, a| {
            let coroutine = wrapped(vm, &a[0])?;
            outcome(vm, vm.gen_send(this(vm, &coroutine)?, a[1].clone())?)
        }),
        MethodDef::method("throw", "typ, val=, tb=, /", |vm, a| {
            let coroutine = wrapped(vm, &a[0])?;
            warn_of_three(vm, &a[1..]);
            outcome(
                vm,
                vm.gen_throw(this(vm, &coroutine)?, thrown(vm, &a[1..])?)?,
            )
        }),
        MethodDef::method("close", "", |vm, a| vm
            .gen_close(this(vm, &wrapped(vm, &a[0])?)?)),
    ]
);

fn wrapper(vm: &Vm, args: &[Value]) -> PyResult {
    let ty = vm.native_type::<Wrapper>(&WRAPPER);
    Ok(vm.new_native(&ty, &WRAPPER, Wrapper(args[0].clone())))
}

fn wrapped(vm: &Vm, v: &Value) -> PyResult {
    Ok(this::<Native<Wrapper>>(vm, v)?.data.0.clone())
}

fn wrapper_next(vm: &Vm, v: &Value) -> PyResult<Option<Value>> {
    let coroutine = wrapped(vm, v)?;
    let g = this::<PyGenerator>(vm, &coroutine)?;
    debug_assert!(g.kind == GenKind::Coroutine);
    match vm.gen_send(g, Value::NONE)? {
        Outcome::Yield(v) => Ok(Some(v)),
        Outcome::Return(v) => Err(vm.stop_iteration(v)),
    }
}
