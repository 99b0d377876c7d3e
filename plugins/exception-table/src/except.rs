//! `except`, raising again, and what `async for` and `yield from` do with exceptions.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow as Flow, Dispatch, StackCx};
use opyc_core::object::PyException;
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

opcodes! {
    /// Begins a handler: the exception is being handled, and the one before is kept below it.
    PUSH_EXC_INFO (exception -- before exception) in 11..=14, control byte_push_exc_info;

    /// Ends a handler: the exception handled before is the one that is handled again.
    POP_EXCEPT (before -- ) in 11..=14, control byte_pop_except;

    /// Whether the exception is one that an `except` names.
    CHECK_EXC_MATCH (exception wanted -- exception matches) in 11..=14, stack byte_check_exc_match;

    /// Raises the exception on top again, without a new entry in its traceback.
    RERAISE (exception -- ) ends in 11..=14, control byte_reraise;

    /// Ends an `async for` on StopAsyncIteration; any other exception is raised again.
    END_ASYNC_FOR (iterator exception -- ) in 11..=14, control byte_end_async_for;

    /// Ends a `yield from` on StopIteration, whose value is its result; any other exception is raised again.
    CLEANUP_THROW (iterator last exception -- none value) in 12..=14, control byte_cleanup_throw;
}

/// The value as an exception to raise again.
pub(crate) fn to_raise(vm: &Vm, exception: Value) -> PyResult<Raise> {
    if exception.downcast::<PyException>().is_none() {
        return Err(vm.system_error("a handler was left something else than an exception"));
    }
    Ok(Raise::from_exception(exception))
}

fn byte_push_exc_info(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exception = to_raise(d.vm(), d.peek(1)?)?.into_value();
    let before = d.set_handled(exception.clone());
    drop(d.replace(1, before)?);
    d.push(exception)?;
    Ok(Flow::Next)
}

fn byte_pop_except(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let before = d.pop()?;
    let before = if before.is_none() {
        before
    } else {
        to_raise(d.vm(), before)?.into_value()
    };
    drop(d.set_handled(before));
    Ok(Flow::Next)
}

fn byte_check_exc_match(cx: &StackCx<'_>, [exception, wanted]: [Value; 2]) -> PyResult<[Value; 2]> {
    let matches = cx.vm.exception_matches(&exception, &wanted)?;
    Ok([exception, Value::bool(matches)])
}

fn byte_reraise(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exception = d.pop()?;
    Ok(Flow::Reraise(to_raise(d.vm(), exception)?))
}

fn byte_end_async_for(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exception = d.pop()?;
    let raise = to_raise(d.vm(), exception)?;
    if !d.vm().is_stop_async_iteration(&raise) {
        return Ok(Flow::Reraise(raise));
    }
    drop(d.pop()?);
    Ok(Flow::Next)
}

fn byte_cleanup_throw(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let exception = d.pop()?;
    let raise = to_raise(d.vm(), exception)?;
    if !d.vm().is_stop_iteration(&raise) {
        return Ok(Flow::Reraise(raise));
    }
    drop(d.replace(2, Value::NONE)?);
    drop(d.replace(1, d.vm().stop_value(&raise))?);
    Ok(Flow::Next)
}
