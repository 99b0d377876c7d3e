//! `with` and `async with`.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow as Flow, Dispatch, StackCx};
use opyc_core::object::{PyException, PyFunction, value_of};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

opcodes! {
    /// Calls `__enter__` of a context manager; the bound `__exit__` stays below the result.
    BEFORE_WITH (manager -- exit result) in 11..=13, control byte_before_with;

    /// Calls `__aenter__` of an asynchronous context manager; the bound `__aexit__` stays below the result.
    BEFORE_ASYNC_WITH (manager -- exit awaitable) in 11..=13, control byte_before_async_with;

    /// Looks up a method of the context manager protocol on the type. The second value is the object, to be
    /// given to the method as its first argument, or NULL if the method is bound.
    LOAD_SPECIAL (manager -- method object) in 14..=14, stack byte_load_special;

    /// Calls the exit function with the exception on top.
    WITH_EXCEPT_START (exit lasti before exception -- exit lasti before exception result) in 11..=13,
        control byte_with_except_start;

    /// Calls the exit function with the exception on top, and before it with its object, unless that is NULL.
    WITH_EXCEPT_START (exit object lasti before exception -- exit object lasti before exception result) in 14..=14,
        control byte_with_except_start_3_14;
}

/// A protocol of two methods, and how messages call it.
struct Protocol {
    name: &'static str,
    statement: &'static str,
    exit: &'static str,
}

const PLAIN: Protocol = Protocol {
    name: "context manager protocol",
    statement: "with",
    exit: "__exit__",
};
const ASYNC: Protocol = Protocol {
    name: "asynchronous context manager protocol",
    statement: "async with",
    exit: "__aexit__",
};

fn byte_before_with(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let names = &d.vm().names;
    before_with(d, &names.enter, &names.exit, &PLAIN)
}

fn byte_before_async_with(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let names = &d.vm().names;
    before_with(d, &names.aenter, &names.aexit, &ASYNC)
}

fn before_with(
    d: &mut Dispatch<'_>,
    enter: &Value,
    exit: &Value,
    protocol: &Protocol,
) -> PyResult<Flow> {
    let vm = d.vm();
    let manager = d.pop()?;
    let unsupported = |missed: String| {
        let (class, name) = (vm.type_name(&manager), protocol.name);
        vm.type_error(&format!(
            "'{class}' object does not support the {name}{missed}"
        ))
    };
    let enter = vm
        .lookup_special(&manager, enter)?
        .ok_or_else(|| unsupported(String::new()))?;
    let missed = || unsupported(format!(" (missed {} method)", protocol.exit));
    let exit = vm.lookup_special(&manager, exit)?.ok_or_else(missed)?;
    d.push(exit)?;
    d.push(enter)?;
    Ok(Flow::Call(0))
}

fn byte_load_special(cx: &StackCx<'_>, [manager]: [Value; 1]) -> PyResult<[Value; 2]> {
    let (vm, names) = (cx.vm, &cx.vm.names);
    let (name, protocol, other) = match cx.arg() {
        0 => (&names.enter, &PLAIN, &ASYNC),
        1 => (&names.exit, &PLAIN, &ASYNC),
        2 => (&names.aenter, &ASYNC, &PLAIN),
        3 => (&names.aexit, &ASYNC, &PLAIN),
        _ => return Err(vm.system_error("LOAD_SPECIAL of an unknown method")),
    };
    // A plain function needs no bound method.
    if let Some(function) = vm.lookup_type(vm.type_of(&manager), name)
        && function.downcast_exact::<PyFunction>().is_some()
    {
        return Ok([function, manager]);
    }
    match vm.lookup_special(&manager, name)? {
        Some(method) => Ok([method, Value::NULL]),
        None => Err(no_method(vm, &manager, name, protocol, other)),
    }
}

/// TypeError for a method that the object lacks, with a hint if it has those of the other protocol.
fn no_method(
    vm: &Vm,
    manager: &Value,
    name: &Value,
    protocol: &Protocol,
    other: &Protocol,
) -> Raise {
    let class = match full_name(vm, manager) {
        Ok(class) => class,
        Err(raise) => return raise,
    };
    let mut text = format!(
        "'{class}' object does not support the {} (missed {} method)",
        protocol.name,
        vm.str_lossy(name),
    );
    let names = &vm.names;
    let methods = if other.statement == PLAIN.statement {
        [&names.enter, &names.exit]
    } else {
        [&names.aenter, &names.aexit]
    };
    let class = vm.type_of(manager);
    if methods
        .iter()
        .all(|name| vm.lookup_type(class, name).is_some())
    {
        text += &format!(
            " but it supports the {}. Did you mean to use '{}'?",
            other.name, other.statement
        );
    }
    vm.type_error(&text)
}

/// Module and qualified name of a value's type; without module for builtins and `__main__`.
fn full_name(vm: &Vm, value: &Value) -> PyResult<String> {
    let class = vm.type_of(value);
    let module = vm.get_attr_opt(&value_of(class), &vm.names.module)?;
    let module = module.map(|module| vm.str_lossy(&module));
    let name = vm.str_lossy(&class.qualname.get());
    Ok(match module.as_deref() {
        None | Some("builtins" | "__main__") => name,
        Some(module) => format!("{module}.{name}"),
    })
}

/// Pushes type, value and traceback of an exception: the arguments of an exit function.
fn push_exc_info(d: &mut Dispatch<'_>, exception: Value) -> PyResult<()> {
    let traceback = exception
        .downcast::<PyException>()
        .map(|e| e.traceback.get());
    d.push(value_of(d.vm().type_of(&exception)))?;
    d.push(exception)?;
    d.push(traceback.unwrap_or(Value::NONE))
}

fn byte_with_except_start(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let (exception, exit) = (d.peek(1)?, d.peek(4)?);
    d.push(exit)?;
    push_exc_info(d, exception)?;
    Ok(Flow::Call(3))
}

fn byte_with_except_start_3_14(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let (exception, object, exit) = (d.peek(1)?, d.peek(4)?, d.peek(5)?);
    d.push(exit)?;
    let bound = object.is_null();
    if !bound {
        d.push(object)?;
    }
    push_exc_info(d, exception)?;
    Ok(Flow::Call(if bound { 3 } else { 4 }))
}
