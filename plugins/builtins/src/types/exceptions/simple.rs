//! Classes that add an attribute or two: `StopIteration`, `SystemExit`, `KeyError`, `ImportError`, `AttributeError`
//! and `NameError`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PyException, PyStr, extra};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};
use super::{base, keywords, member, rest};

/// Classes that add nothing; each has its own `__new__` and `__init__` nevertheless.
macro_rules! plain {
    ($($static:ident $name:literal,)*) => {
        $(type_def!($static, $name, [base::NEW, base::INIT]);)*
    };
}

plain! {
    KEYBOARD_INTERRUPT "KeyboardInterrupt",
    GENERATOR_EXIT "GeneratorExit",
    EXCEPTION "Exception",
    STOP_ASYNC_ITERATION "StopAsyncIteration",
    ARITHMETIC_ERROR "ArithmeticError",
    FLOATING_POINT_ERROR "FloatingPointError",
    OVERFLOW_ERROR "OverflowError",
    ZERO_DIVISION_ERROR "ZeroDivisionError",
    ASSERTION_ERROR "AssertionError",
    BUFFER_ERROR "BufferError",
    EOF_ERROR "EOFError",
    LOOKUP_ERROR "LookupError",
    INDEX_ERROR "IndexError",
    MEMORY_ERROR "MemoryError",
    REFERENCE_ERROR "ReferenceError",
    RUNTIME_ERROR "RuntimeError",
    NOT_IMPLEMENTED_ERROR "NotImplementedError",
    RECURSION_ERROR "RecursionError",
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError",
    SYSTEM_ERROR "SystemError",
    TYPE_ERROR "TypeError",
    VALUE_ERROR "ValueError",
    UNICODE_ERROR "UnicodeError",
    WARNING "Warning",
    BYTES_WARNING "BytesWarning",
    DEPRECATION_WARNING "DeprecationWarning",
    ENCODING_WARNING "EncodingWarning",
    FUTURE_WARNING "FutureWarning",
    IMPORT_WARNING "ImportWarning",
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning",
    RESOURCE_WARNING "ResourceWarning",
    RUNTIME_WARNING "RuntimeWarning",
    SYNTAX_WARNING "SyntaxWarning",
    UNICODE_WARNING "UnicodeWarning",
    USER_WARNING "UserWarning",
}

type_def!(
    STOP_ITERATION,
    "StopIteration",
    [MethodDef::raw(
        "__init__",
        Access::Method,
        stop_iteration_init
    )],
    [member!("value", extra::STOP_ITERATION_VALUE)]
);

fn stop_iteration_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    e.extra[extra::STOP_ITERATION_VALUE].set(rest(args).first().cloned().unwrap_or(Value::NONE));
    Ok(Value::NONE)
}

type_def!(
    SYSTEM_EXIT,
    "SystemExit",
    [MethodDef::raw("__init__", Access::Method, system_exit_init)],
    [member!("code", extra::SYSTEM_EXIT_CODE)]
);

fn system_exit_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    match rest(args) {
        [] => {}
        [code] => e.extra[extra::SYSTEM_EXIT_CODE].set(code.clone()),
        _ => e.extra[extra::SYSTEM_EXIT_CODE].set(e.args.get()),
    }
    Ok(Value::NONE)
}

type_def!(
    KEY_ERROR,
    "KeyError",
    [base::INIT, MethodDef::method("__str__", "", key_error_str)]
);

/// A key alone is shown by its repr, so that an empty one is seen.
fn key_error_str(vm: &Vm, args: &[Value]) -> PyResult {
    match base::args_of(this(vm, &args[0])?).as_slice() {
        [key] => vm.repr_of(key),
        _ => base::str(vm, args),
    }
}

type_def!(
    IMPORT_ERROR,
    "ImportError",
    [
        MethodDef::raw("__init__", Access::Method, import_error_init),
        MethodDef::method("__str__", "", import_error_str),
        MethodDef::method("__reduce__", "", import_error_reduce),
    ],
    [
        member!("msg", extra::IMPORT_ERROR_MSG),
        member!("name", extra::IMPORT_ERROR_NAME),
        member!("path", extra::IMPORT_ERROR_PATH),
        member!("name_from", extra::IMPORT_ERROR_NAME_FROM).since(Version::V3_12),
    ]
);

fn import_error_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::set_args(vm, args)?;
    let known = if vm.version() >= Version::V3_12 {
        "name_from"
    } else {
        "path"
    };
    let [name, path, name_from] = keywords(vm, args, "ImportError", ["name", "path", known])?;
    e.extra[extra::IMPORT_ERROR_NAME].set(name);
    e.extra[extra::IMPORT_ERROR_PATH].set(path);
    e.extra[extra::IMPORT_ERROR_NAME_FROM].set(name_from);
    let msg = match rest(args) {
        [only] => only.clone(),
        _ => Value::NULL,
    };
    e.extra[extra::IMPORT_ERROR_MSG].set(msg);
    Ok(Value::NONE)
}

fn import_error_str(vm: &Vm, args: &[Value]) -> PyResult {
    let msg = this::<PyException>(vm, &args[0])?.extra[extra::IMPORT_ERROR_MSG].get();
    match msg.downcast_exact::<PyStr>() {
        Some(_) => Ok(msg),
        None => base::str(vm, args),
    }
}

/// The instance's own attributes and some of the class's, as a dict; `None` if there are none.
fn state_with(vm: &Vm, v: &Value, members: &[(&str, Value)]) -> PyResult<Option<Value>> {
    let own = base::own_state(vm, v)?;
    let members: Vec<_> = members
        .iter()
        .filter(|(_, value)| !value.is_null())
        .collect();
    if members.is_empty() {
        return Ok(own);
    }
    let state = vm.new_dict();
    for (name, value) in own
        .iter()
        .filter_map(|d| d.downcast::<opyc_core::object::PyDict>())
        .flat_map(|d| d.items())
    {
        state.set_name(&name, value);
    }
    for (name, value) in members {
        state.set_name(&vm.intern(name), value.clone());
    }
    Ok(Some(state.into_value()))
}

fn import_error_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let members = [
        ("name", e.extra[extra::IMPORT_ERROR_NAME].get()),
        ("path", e.extra[extra::IMPORT_ERROR_PATH].get()),
        ("name_from", e.extra[extra::IMPORT_ERROR_NAME_FROM].get()),
    ];
    Ok(base::reduced(
        vm,
        &args[0],
        e.args.get(),
        state_with(vm, &args[0], &members)?,
    ))
}

type_def!(
    ATTRIBUTE_ERROR,
    "AttributeError",
    [
        base::NEW.until(Version::V3_9),
        base::INIT.until(Version::V3_9),
        MethodDef::raw("__init__", Access::Method, attribute_error_init).since(Version::V3_10),
        MethodDef::method("__str__", "", base::str).since(Version::V3_10),
        MethodDef::method("__getstate__", "", attribute_error_getstate).since(Version::V3_12),
        MethodDef::method("__reduce__", "", attribute_error_reduce).since(Version::V3_12),
    ],
    [
        member!("name", extra::ATTRIBUTE_ERROR_NAME).since(Version::V3_10),
        member!("obj", extra::ATTRIBUTE_ERROR_OBJ).since(Version::V3_10),
    ]
);

fn attribute_error_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::set_args(vm, args)?;
    let [name, obj] = keywords(vm, args, "AttributeError", ["name", "obj"])?;
    e.extra[extra::ATTRIBUTE_ERROR_NAME].set(name);
    e.extra[extra::ATTRIBUTE_ERROR_OBJ].set(obj);
    Ok(Value::NONE)
}

/// `obj` is left out: it may be anything, and hard to find again.
fn attribute_error_getstate(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let members = [
        ("name", e.extra[extra::ATTRIBUTE_ERROR_NAME].get()),
        ("args", e.args.get()),
    ];
    Ok(state_with(vm, &args[0], &members)?.unwrap_or(Value::NONE))
}

fn attribute_error_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let state = attribute_error_getstate(vm, args)?;
    Ok(base::reduced(
        vm,
        &args[0],
        this::<PyException>(vm, &args[0])?.args.get(),
        Some(state),
    ))
}

type_def!(
    NAME_ERROR,
    "NameError",
    [
        base::NEW.until(Version::V3_9),
        base::INIT.until(Version::V3_9),
        MethodDef::raw("__init__", Access::Method, name_error_init).since(Version::V3_10),
        MethodDef::method("__str__", "", base::str).since(Version::V3_10)
    ],
    [member!("name", extra::NAME_ERROR_NAME).since(Version::V3_10)]
);

fn name_error_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::set_args(vm, args)?;
    let [name] = keywords(vm, args, "NameError", ["name"])?;
    e.extra[extra::NAME_ERROR_NAME].set(name);
    Ok(Value::NONE)
}
