//! What the compiler does by rare helper functions.

use opyc_core::code::flags;
use opyc_core::decode::Instruction;
use opyc_core::error::PyResult;
use opyc_core::interp::{StackCx, raw};
use opyc_core::object::{PyException, PyFunction, PyTuple};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use crate::build::byte_list_to_tuple;
use crate::generators::byte_async_gen_wrap;
use crate::imports::import_star;
use crate::operators::byte_unary_positive;

opcodes! {
    /// Calls the helper of one value that the argument names.
    CALL_INTRINSIC_1 (value -- result) in 12..=14, operator intrinsic_1;
    /// Calls the helper of two values that the argument names.
    CALL_INTRINSIC_2 (a b -- result) in 12..=14, operator intrinsic_2;
    /// Shows the value of an expression statement, as the prompt does.
    PRINT_EXPR (value --) in 6..=11, stack byte_print_expr;
    /// Shows the value of an expression statement, as the prompt does; gives None.
    INTRINSIC_PRINT (value -- none) in 12..=14, stack byte_intrinsic_print;
    /// Copies the public names of a module to the namespace; gives None.
    INTRINSIC_IMPORT_STAR (module -- none) in 12..=14, stack byte_intrinsic_import_star;
    /// Makes StopIteration that leaves a generator a RuntimeError (PEP 479).
    INTRINSIC_STOPITERATION_ERROR (exc -- exc) in 12..=14, stack byte_intrinsic_stopiteration_error;
    /// Wraps a value that an asynchronous generator yields, to tell it from what its awaits yield.
    INTRINSIC_ASYNC_GEN_WRAP (value -- wrapped) in 12..=14, stack byte_async_gen_wrap;
    /// Implements `+a`.
    INTRINSIC_UNARY_POSITIVE (a -- result) in 12..=14, stack byte_unary_positive;
    /// Converts a list to a tuple.
    INTRINSIC_LIST_TO_TUPLE (list -- tuple) in 12..=14, stack byte_list_to_tuple;
    /// Makes the type variable of a name.
    INTRINSIC_TYPEVAR (name -- variable) in 12..=14, stack byte_intrinsic_typevar;
    /// Makes the parameter specification of a name.
    INTRINSIC_PARAMSPEC (name -- variable) in 12..=14, stack byte_intrinsic_paramspec;
    /// Makes the type variable tuple of a name.
    INTRINSIC_TYPEVARTUPLE (name -- variable) in 12..=14, stack byte_intrinsic_typevartuple;
    /// Makes `Generic[parameters]`.
    INTRINSIC_SUBSCRIPT_GENERIC (parameters -- base) in 12..=14, stack byte_intrinsic_subscript_generic;
    /// Makes a type alias of name, type parameters and the function that evaluates it.
    INTRINSIC_TYPEALIAS (parts -- alias) in 12..=14, stack byte_intrinsic_typealias;
    /// Makes a type variable of a name and the function that evaluates its bound.
    INTRINSIC_TYPEVAR_WITH_BOUND (name evaluator -- variable) in 12..=14, stack byte_intrinsic_typevar_with_bound;
    /// Makes a type variable of a name and the function that evaluates its constraints.
    INTRINSIC_TYPEVAR_WITH_CONSTRAINTS (name evaluator -- variable) in 12..=14, stack byte_intrinsic_typevar_with_constraints;
    /// Sets `__type_params__` of a function.
    INTRINSIC_SET_FUNCTION_TYPE_PARAMS (function parameters -- function) in 12..=14, stack byte_intrinsic_set_function_type_params;
    /// Gives a type variable the function that evaluates its default.
    INTRINSIC_SET_TYPEPARAM_DEFAULT (variable evaluator -- variable) in 13..=14, stack byte_intrinsic_set_typeparam_default;
}

/// The helpers of one value, by argument.
fn intrinsic_1(i: &Instruction) -> Option<&'static str> {
    Some(match i.arg {
        1 => "INTRINSIC_PRINT",
        2 => "INTRINSIC_IMPORT_STAR",
        3 => "INTRINSIC_STOPITERATION_ERROR",
        4 => "INTRINSIC_ASYNC_GEN_WRAP",
        5 => "INTRINSIC_UNARY_POSITIVE",
        6 => "INTRINSIC_LIST_TO_TUPLE",
        7 => "INTRINSIC_TYPEVAR",
        8 => "INTRINSIC_PARAMSPEC",
        9 => "INTRINSIC_TYPEVARTUPLE",
        10 => "INTRINSIC_SUBSCRIPT_GENERIC",
        11 => "INTRINSIC_TYPEALIAS",
        _ => return None,
    })
}

/// The helpers of two values, by argument. The first belongs to the block strategy.
fn intrinsic_2(i: &Instruction) -> Option<&'static str> {
    Some(match i.arg {
        1 => "INTRINSIC_PREP_RERAISE_STAR",
        2 => "INTRINSIC_TYPEVAR_WITH_BOUND",
        3 => "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
        4 => "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
        5 => "INTRINSIC_SET_TYPEPARAM_DEFAULT",
        _ => return None,
    })
}

fn byte_print_expr(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 0]> {
    display(cx.vm, &value)?;
    Ok([])
}

/// `sys.displayhook(value)`.
fn display(vm: &Vm, value: &Value) -> PyResult<()> {
    let sys = vm.import_module("sys")?;
    match vm.get_attr_opt(&sys, &vm.names.displayhook)? {
        Some(hook) => vm.call(&hook, std::slice::from_ref(value)).map(drop),
        None => Err(vm.runtime_error("lost sys.displayhook")),
    }
}

/// A class or helper of the native module `_typing`. Beside CPython's classes it has helpers for what is evaluated
/// lazily: `_lazy_bound`, `_lazy_constraints`, `_set_lazy_default` and `_lazy_type_alias`.
fn typing(vm: &Vm, name: &str, args: &[Value]) -> PyResult {
    let f = vm.get_attr_str(&vm.import_module("_typing")?, name)?;
    vm.call(&f, args)
}

/// PEP 695 lets the variance of its type variables be inferred.
fn typing_inferred(vm: &Vm, name: &str, args: &[Value]) -> PyResult {
    let f = vm.get_attr_str(&vm.import_module("_typing")?, name)?;
    vm.call_kw(&f, args, &[(vm.intern("infer_variance"), Value::TRUE)])
}

fn byte_intrinsic_print(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 1]> {
    display(cx.vm, &value)?;
    Ok([Value::NONE])
}

fn byte_intrinsic_import_star(cx: &StackCx<'_>, [module]: [Value; 1]) -> PyResult<[Value; 1]> {
    import_star(cx.vm, &module)?;
    Ok([Value::NONE])
}

fn byte_intrinsic_stopiteration_error(cx: &StackCx<'_>, [exc]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([stop_iteration_error(cx.vm, exc)])
}

/// StopIteration that leaves a generator becomes RuntimeError (PEP 479).
fn stop_iteration_error(vm: &Vm, exc: Value) -> Value {
    let code = raw::code_flags(vm);
    let what = if code & flags::ASYNC_GENERATOR != 0 {
        "async generator"
    } else if code & flags::COROUTINE != 0 {
        "coroutine"
    } else {
        "generator"
    };
    let name = if vm.is_instance(&exc, &vm.exc_types.StopIteration) {
        "StopIteration"
    } else if code & flags::ASYNC_GENERATOR != 0
        && vm.is_instance(&exc, &vm.exc_types.StopAsyncIteration)
    {
        "StopAsyncIteration"
    } else {
        return exc;
    };
    let error = vm
        .runtime_error(&format!("{what} raised {name}"))
        .into_value();
    if let Some(e) = error.downcast::<PyException>() {
        e.cause.set(exc.clone());
        e.context.set(exc);
        e.suppress_context.set(true);
    }
    error
}

fn byte_intrinsic_typevar(cx: &StackCx<'_>, [name]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([typing_inferred(cx.vm, "TypeVar", &[name])?])
}

fn byte_intrinsic_paramspec(cx: &StackCx<'_>, [name]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([typing_inferred(cx.vm, "ParamSpec", &[name])?])
}

fn byte_intrinsic_typevartuple(cx: &StackCx<'_>, [name]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([typing(cx.vm, "TypeVarTuple", &[name])?])
}

fn byte_intrinsic_subscript_generic(
    cx: &StackCx<'_>,
    [parameters]: [Value; 1],
) -> PyResult<[Value; 1]> {
    let generic = cx
        .vm
        .get_attr_str(&cx.vm.import_module("_typing")?, "Generic")?;
    Ok([cx.vm.get_item(&generic, &parameters)?])
}

fn byte_intrinsic_typealias(cx: &StackCx<'_>, [parts]: [Value; 1]) -> PyResult<[Value; 1]> {
    match parts.downcast::<PyTuple>().map(PyTuple::items) {
        Some(parts @ [_, _, _]) => Ok([typing(cx.vm, "_lazy_type_alias", parts)?]),
        _ => Err(cx.vm.system_error("a type alias has three parts")),
    }
}

fn byte_intrinsic_typevar_with_bound(cx: &StackCx<'_>, parts: [Value; 2]) -> PyResult<[Value; 1]> {
    Ok([typing(cx.vm, "_lazy_bound", &parts)?])
}

fn byte_intrinsic_typevar_with_constraints(
    cx: &StackCx<'_>,
    parts: [Value; 2],
) -> PyResult<[Value; 1]> {
    Ok([typing(cx.vm, "_lazy_constraints", &parts)?])
}

fn byte_intrinsic_set_function_type_params(
    cx: &StackCx<'_>,
    [function, parameters]: [Value; 2],
) -> PyResult<[Value; 1]> {
    match function.downcast::<PyFunction>() {
        Some(f) => f.type_params.set(parameters),
        None => {
            return Err(cx
                .vm
                .system_error("type parameters of something else than a function"));
        }
    }
    Ok([function])
}

fn byte_intrinsic_set_typeparam_default(
    cx: &StackCx<'_>,
    parts: [Value; 2],
) -> PyResult<[Value; 1]> {
    Ok([typing(cx.vm, "_set_lazy_default", &parts)?])
}
