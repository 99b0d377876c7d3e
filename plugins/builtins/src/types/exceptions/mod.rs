//! The builtin exception classes: `BaseException`, and what some of its subclasses add to it.

mod attributes;
mod base;
mod group;
mod os_error;
mod simple;
mod syntax_error;
mod unicode_error;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{PyException, PyType};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::support::this;

/// A member that keeps its value in [`PyException::extra`]: None where unset.
macro_rules! member {
    ($name:literal, $index:expr) => {
        opyc_core::object::GetSet::get_set(
            $name,
            |vm, v| $crate::types::exceptions::extra_value(vm, v, $index),
            |vm, v, new| $crate::types::exceptions::set_extra(vm, v, $index, new),
        )
        .member()
    };
}

use member;

/// The exception that a method was called with.
fn exception<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<&'a PyException> {
    match args.pos().first() {
        Some(v) => this(vm, v),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// The positional arguments behind the instance or class.
fn rest<'a>(args: &Args<'a>) -> &'a [Value] {
    args.pos().get(1..).unwrap_or(&[])
}

/// The class that `__new__` was given.
fn class<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<&'a PyType> {
    match args.pos().first().and_then(|c| c.downcast::<PyType>()) {
        Some(c) => Ok(c),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// What a method of an exception class is called with is such an exception, so its type has a name.
fn class_of_self(vm: &Vm, args: &Args<'_>) -> String {
    args.pos()
        .first()
        .map(|v| vm.type_name(v))
        .unwrap_or_default()
}

/// TypeError if there are keywords.
fn no_keywords(vm: &Vm, args: &Args<'_>, class: &str) -> PyResult<()> {
    if !args.has_keywords() {
        return Ok(());
    }
    Err(vm.type_error(&if vm.version() >= Version::V3_7 {
        format!("{class}() takes no keyword arguments")
    } else {
        format!("{class} does not take keyword arguments")
    }))
}

/// The values of keywords that a class knows, NULL where not given; TypeError for others.
fn keywords<const N: usize>(
    vm: &Vm,
    args: &Args<'_>,
    class: &str,
    names: [&str; N],
) -> PyResult<[Value; N]> {
    let mut values = [const { Value::NULL }; N];
    for (name, value) in args.keywords() {
        let name = vm.str_lossy(name);
        match names.iter().position(|n| **n == name) {
            Some(i) => values[i] = value.clone(),
            None => {
                let version = vm.version();
                return Err(vm.type_error(&if version >= Version::V3_13 {
                    format!("{class}() got an unexpected keyword argument '{name}'")
                } else if version >= Version::V3_7 {
                    format!("'{name}' is an invalid keyword argument for {class}()")
                } else {
                    format!("'{name}' is an invalid keyword argument for this function")
                }));
            }
        }
    }
    Ok(values)
}

fn extra_value(vm: &Vm, v: &Value, i: usize) -> PyResult {
    let value = this::<PyException>(vm, v)?.extra[i].get();
    Ok(if value.is_null() { Value::NONE } else { value })
}

fn set_extra(vm: &Vm, v: &Value, i: usize, new: Value) -> PyResult<()> {
    this::<PyException>(vm, v)?.extra[i].set(new);
    Ok(())
}

/// A value that is set: neither NULL nor None.
fn is_set(v: &Value) -> bool {
    !v.is_null() && !v.is_none()
}
