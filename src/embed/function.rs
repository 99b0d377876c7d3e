//! Rust closures as Python functions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use opyc_core::args::Args;
use opyc_core::convert::{FromArgs, IntoValue};
use opyc_core::error::{Fault, PyResult};
use opyc_core::object::{Access, GetSet, MethodDef, Native, NativeType, TypeFlags};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

/// What runs when the function is called: arguments as the caller gave them.
type Body = dyn Fn(&Vm, &Args<'_>) -> PyResult;

/// A Rust function with a name.
struct HostFunction {
    name: String,
    body: Rc<Body>,
}

// What the closure has captured is its own secret, so there is nothing to show to the collector.
impl NativeType for HostFunction {}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "opyc.host_function",
    flags: TypeFlags::NO_NEW | TypeFlags::WEAKREF,
    has_dict: false,
    next: None,
};

#[opyc_core::linkme::distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static DEF: TypeDef = TypeDef {
    name: "opyc.host_function",
    methods: &[
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__get__", "instance, owner=, /", get),
        MethodDef::method("__repr__", "", |vm, args| {
            let f = function(vm, args)?;
            Ok(vm.new_str(&format!("<host function {}>", f.name)))
        }),
    ],
    getsets: &[
        GetSet::get("__name__", name),
        GetSet::get("__qualname__", name),
    ],
};

/// A Rust closure as a Python function. Arguments are converted by [`FromArgs`], the result by [`IntoValue`].
pub fn new_function<A: FromArgs, R: IntoValue>(
    vm: &Vm,
    name: &str,
    function: impl Fn(&Vm, A) -> PyResult<R> + 'static,
) -> Value {
    let shown = name.to_owned();
    new_raw(vm, name, move |vm, args| {
        let args = A::from_args(vm, &shown, args)?;
        function(vm, args)?.into_value(vm)
    })
}

/// The same, with the arguments as the caller gave them.
pub(super) fn new_raw(
    vm: &Vm,
    name: &str,
    body: impl Fn(&Vm, &Args<'_>) -> PyResult + 'static,
) -> Value {
    let function = HostFunction {
        name: name.to_owned(),
        body: Rc::new(body),
    };
    let ty = vm.native_type::<HostFunction>(&SPEC);
    vm.new_native(&ty, &SPEC, function)
}

fn function<'a>(vm: &Vm, args: &'a [Value]) -> PyResult<&'a HostFunction> {
    match args
        .first()
        .and_then(Value::downcast::<Native<HostFunction>>)
    {
        Some(f) => Ok(&f.data),
        None => Err(vm.type_error("a host function is needed")),
    }
}

fn name(vm: &Vm, this: &Value) -> PyResult {
    let f = function(vm, std::slice::from_ref(this))?;
    Ok(vm.new_str(&f.name))
}

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let f = function(vm, args.pos())?;
    // The closure may drop the function that it is part of.
    let body = f.body.clone();
    let rest = args.values().get(1..).unwrap_or_default();
    let rest = Args::with_names(rest, args.names());
    match catch_unwind(AssertUnwindSafe(|| body(vm, &rest))) {
        Ok(result) => result,
        Err(panic) => Err(vm.fault(Fault::Panicked {
            function: function(vm, args.pos())?.name.clone(),
            message: panic_text(&*panic),
        })),
    }
}

/// As Python functions do: read from an instance it is a method.
fn get(vm: &Vm, args: &[Value]) -> PyResult {
    match args {
        [this, instance, ..] if !instance.is_none() && !instance.is_null() => {
            Ok(vm.new_method(this.clone(), instance.clone()))
        }
        [this, ..] => Ok(this.clone()),
        [] => Ok(Value::NONE),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "a panic without a text".to_owned(),
    }
}
