//! `async for`. What `await` does to its operand is in [`super::awaitable`].

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch, StackCx};
use opyc_core::object::{Native, NativeType, PyException};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

opcodes! {
    /// Replaces an object by an awaitable of its asynchronous iterator.
    GET_AITER (object -- awaitable) in 6..=6, stack byte_get_aiter_awaitable;
    /// Replaces an object by its asynchronous iterator.
    GET_AITER (object -- aiter) in 7..=14, stack byte_get_aiter;
    /// Pushes an awaitable of the next item of an asynchronous iterator.
    GET_ANEXT (aiter -- aiter awaitable) in 6..=14, control byte_get_anext;
}

/// Calls `__aiter__`.
fn aiter(vm: &Vm, object: &Value) -> PyResult {
    match vm.call_special(object, &vm.names.aiter, &[])? {
        Some(it) => Ok(it),
        None => {
            let ty = vm.type_name(object);
            Err(vm.type_error(&format!(
                "'async for' requires an object with __aiter__ method, got {ty}"
            )))
        }
    }
}

fn has_anext(vm: &Vm, it: &Value) -> bool {
    vm.lookup_type(vm.type_of(it), &vm.names.anext).is_some()
}

fn byte_get_aiter(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    let it = aiter(cx.vm, &object)?;
    if !has_anext(cx.vm, &it) {
        let ty = cx.vm.type_name(&it);
        const TEXT: &str =
            "'async for' received an object from __aiter__ that does not implement __anext__";
        return Err(cx.vm.type_error(&format!("{TEXT}: {ty}")));
    }
    Ok([it])
}

/// An awaitable that has its result already (3.6, where `__aiter__` itself could be awaited).
struct Ready(Value);

impl NativeType for Ready {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

static READY: NativeTypeSpec = NativeTypeSpec {
    name: "aiter_wrapper",
    flags: 0,
    has_dict: false,
    next: Some(ready_next),
};

fn ready_next(vm: &Vm, v: &Value) -> PyResult<Option<Value>> {
    match v.downcast::<Native<Ready>>() {
        Some(r) => Err(vm.stop_iteration(r.data.0.clone())),
        None => Ok(None),
    }
}

fn byte_get_aiter_awaitable(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    let vm = cx.vm;
    let it = aiter(vm, &object)?;
    if has_anext(vm, &it) {
        let ty = vm.native_type::<Ready>(&READY);
        return Ok([vm.new_native(&ty, &READY, Ready(it))]);
    }
    match vm.get_awaitable(&it, 0) {
        Ok(a) => Ok([a]),
        Err(r) if r.is_fault() => Err(r),
        Err(r) => {
            let text = format!(
                "'async for' received an invalid object from __aiter__: {}",
                vm.type_name(&it)
            );
            Err(caused(vm, &text, r))
        }
    }
}

/// A TypeError with the cause that led to it.
fn caused(vm: &Vm, text: &str, cause: opyc_core::error::Raise) -> opyc_core::error::Raise {
    let r = vm.type_error(text);
    if let Some(e) = r.value().downcast::<PyException>() {
        e.cause.set(cause.value().clone());
        e.context.set(cause.into_value());
        e.suppress_context.set(true);
    }
    r
}

/// The iterator stays on the stack even if this fails: the handler of the loop finds it there.
fn byte_get_anext(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let vm = d.vm();
    let aiter = d.peek(1)?;
    let Some(next) = vm.call_special(&aiter, &vm.names.anext, &[])? else {
        let ty = vm.type_name(&aiter);
        return Err(vm.type_error(&format!(
            "'async for' requires an iterator with __anext__ method, got {ty}"
        )));
    };
    match vm.get_awaitable(&next, 0) {
        Ok(a) => {
            d.push(a)?;
            Ok(ControlFlow::Next)
        }
        Err(r) if r.is_fault() => Err(r),
        Err(r) => {
            let text = format!(
                "'async for' received an invalid object from __anext__: {}",
                vm.type_name(&next)
            );
            Err(caused(vm, &text, r))
        }
    }
}
