//! The builtin function `anext`.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{GenKind, MethodDef, Native, NativeType, PyGenerator, TypeFlags};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::support::*;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::since(Version::V3_10),
    functions: &[MethodDef::function(
        "anext",
        "async_iterator, default=, /",
        anext,
    )],
    init: |_, _| Ok(()),
};

fn anext(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(awaitable) = vm.call_special(&args[0], &vm.names.anext, &[])? else {
        return Err(vm.type_error(&format!(
            "'{}' object is not an async iterator",
            vm.type_name(&args[0])
        )));
    };
    match args[1].opt() {
        None => Ok(awaitable),
        Some(default) => {
            let data = WithDefault {
                awaitable,
                default: default.clone(),
            };
            Ok(vm.new_native(&vm.native_type::<WithDefault>(&SPEC), &SPEC, data))
        }
    }
}

/// `anext_awaitable`: gives a default where the iterator ends.
struct WithDefault {
    awaitable: Value,
    default: Value,
}

impl NativeType for WithDefault {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.awaitable);
        visit(&self.default);
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "anext_awaitable",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: Some(next_item),
};

type_def!(
    METHODS,
    "anext_awaitable",
    [
        MethodDef::method("__await__", "", identity),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("send", "value, /", |vm, a| forward(
            vm,
            &a[0],
            "send",
            &a[1..]
        )),
        MethodDef::method("throw", "typ, val=, tb=, /", |vm, a| forward(
            vm,
            &a[0],
            "throw",
            &a[1..]
        )),
        MethodDef::method("close", "", |vm, a| forward(vm, &a[0], "close", &[])),
    ]
);

/// The iterator of what is awaited.
fn iterator(vm: &Vm, me: &WithDefault) -> PyResult {
    let it = vm.get_awaitable(&me.awaitable, 0)?;
    // A coroutine iterates through its wrapper.
    match it.downcast::<PyGenerator>() {
        Some(g) if g.kind == GenKind::Coroutine => vm.call_method_str(&it, "__await__", &[]),
        _ => Ok(it),
    }
}

/// The end of the iteration is the default.
fn or_default(vm: &Vm, me: &WithDefault, r: Raise) -> Raise {
    if vm.is_stop_async_iteration(&r) {
        vm.stop_iteration(me.default.clone())
    } else {
        r
    }
}

fn next_item(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let me = &this::<Native<WithDefault>>(vm, it)?.data;
    let it = iterator(vm, me)?;
    match vm.iter_step(&it) {
        Ok(Some(v)) => Ok(Some(v)),
        Ok(None) => Err(vm.stop_iteration(Value::NONE)),
        Err(r) => Err(or_default(vm, me, r)),
    }
}

fn forward(vm: &Vm, it: &Value, method: &str, args: &[Value]) -> PyResult {
    let me = &this::<Native<WithDefault>>(vm, it)?.data;
    let it = iterator(vm, me)?;
    let args: Vec<Value> = args.iter().filter_map(Value::opt).cloned().collect();
    vm.call_method_str(&it, method, &args)
        .map_err(|r| or_default(vm, me, r))
}
