//! Small helpers that many files here share.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{MethodDef, Object, PyType, Ref};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

/// The payload of a value whose type was checked by the caller; SystemError if it is another one after all.
pub fn payload<'a, T: Object>(vm: &Vm, v: &'a Value) -> PyResult<&'a T> {
    v.downcast::<T>()
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

/// A type argument whose kind was checked by the caller.
pub fn class_arg(vm: &Vm, v: &Value) -> PyResult<Ref<PyType>> {
    v.to_ref::<PyType>()
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

/// The first argument (`self` or the class) and the rest.
pub fn split_first<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<(&'a Value, Args<'a>)> {
    match args.values().split_first() {
        Some((first, rest)) if !args.pos().is_empty() => {
            Ok((first, Args::with_names(rest, args.names())))
        }
        _ => Err(vm.type_error("unbound method needs an argument")),
    }
}

/// TypeError unless there are between `min` and `max` positional arguments; `max` is inclusive.
pub fn check_count(vm: &Vm, name: &str, given: usize, min: usize, max: usize) -> PyResult<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let (how, n) = if min == max {
        ("", max)
    } else if given < min {
        ("at least ", min)
    } else {
        ("at most ", max)
    };
    let s = if n == 1 && vm.version() >= Version::V3_8 {
        ""
    } else {
        "s"
    };
    Err(vm.type_error(&format!(
        "{name} expected {how}{n} argument{s}, got {given}"
    )))
}

/// Calls a definition as if it were the method of `args`' first value: for `__init__`, of which messages name the type.
pub fn call_as(vm: &Vm, def: &'static MethodDef, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    let f = vm.new_builtin_method(def, Value::NULL, this.clone());
    vm.call_args(&f, rest)
}

/// TypeError for a keyword that a function does not know.
pub fn unknown_keyword(vm: &Vm, name: &str, keyword: &Value) -> Raise {
    let k = vm.str_lossy(keyword);
    vm.type_error(&if vm.version() >= Version::V3_13 {
        format!("{name}() got an unexpected keyword argument '{k}'")
    } else if vm.version() >= Version::V3_7 {
        format!("'{k}' is an invalid keyword argument for {name}()")
    } else {
        format!("'{k}' is an invalid keyword argument for this function")
    })
}

/// `<kind at 0x…>`: the address as CPython prints it.
pub fn address(v: &Value) -> String {
    format!("{:#x}", v.bits())
}
