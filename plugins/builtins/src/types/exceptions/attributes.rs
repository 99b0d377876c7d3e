//! The attributes of `BaseException` that Python code may set, within limits.

use opyc_core::error::PyResult;
use opyc_core::object::{GetSet, PyException, PyTraceback};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};

type_def!(
    BASE_EXCEPTION,
    "BaseException",
    [],
    [
        GetSet::get_set("__dict__", |vm, v| vm.instance_dict(v), set_dict),
        GetSet::get_set(
            "args",
            |vm, v| Ok(this::<PyException>(vm, v)?.args.get()),
            set_args
        ),
        GetSet::get_set(
            "__traceback__",
            |vm, v| Ok(this::<PyException>(vm, v)?.traceback.get()),
            set_traceback
        ),
        GetSet::get_set(
            "__context__",
            |vm, v| Ok(this::<PyException>(vm, v)?.context.get()),
            set_context
        ),
        GetSet::get_set(
            "__cause__",
            |vm, v| Ok(this::<PyException>(vm, v)?.cause.get()),
            set_cause
        ),
        GetSet::get_set(
            "__suppress_context__",
            |vm, v| Ok(Value::bool(
                this::<PyException>(vm, v)?.suppress_context.get()
            )),
            set_suppress_context
        )
        .member(),
    ]
);

fn set_dict(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    vm.set_instance_dict(v, &new)
}

fn set_args(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let items = vm.collect(&new)?;
    this::<PyException>(vm, v)?.args.set(vm.new_tuple(items));
    Ok(())
}

pub(super) fn set_traceback(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    }
    if !new.is_none() && new.downcast::<PyTraceback>().is_none() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    this::<PyException>(vm, v)?.traceback.set(new);
    Ok(())
}

/// Checks what `__cause__` or `__context__` shall be.
fn check_link(vm: &Vm, new: &Value, name: &str, what: &str) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error(&format!("{name} may not be deleted")));
    }
    if !new.is_none() && new.downcast::<PyException>().is_none() {
        return Err(vm.type_error(&format!(
            "exception {what} must be None or derive from BaseException"
        )));
    }
    Ok(())
}

fn set_context(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    check_link(vm, &new, "__context__", "context")?;
    this::<PyException>(vm, v)?.context.set(new);
    Ok(())
}

fn set_cause(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    check_link(vm, &new, "__cause__", "cause")?;
    let e = this::<PyException>(vm, v)?;
    e.cause.set(new);
    e.suppress_context.set(true);
    Ok(())
}

fn set_suppress_context(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    let Some(b) = new.as_bool() else {
        return Err(vm.type_error("attribute value type must be bool"));
    };
    this::<PyException>(vm, v)?.suppress_context.set(b);
    Ok(())
}
