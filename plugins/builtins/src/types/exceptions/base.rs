//! `BaseException`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PyDict, PyException, PyList, PyTuple, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};
use super::{class, class_of_self, exception, no_keywords, rest};

type_def!(
    BASE_EXCEPTION,
    "BaseException",
    [
        NEW,
        INIT,
        MethodDef::method("__str__", "", str),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("__setstate__", "state, /", set_state),
        MethodDef::method("with_traceback", "tb, /", with_traceback),
        MethodDef::method("add_note", "note, /", add_note).since(Version::V3_11),
    ]
);

/// `__new__` of the class and of most others.
pub(super) const NEW: MethodDef = MethodDef::raw("__new__", Access::New, new);
/// `__init__` of the class and of most others.
pub(super) const INIT: MethodDef = MethodDef::raw("__init__", Access::Method, init);

/// `BaseException.__new__`: the arguments are kept in `args`.
fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    Ok(vm
        .alloc_exception(class(vm, args)?, rest(args).to_vec())
        .into_value())
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    init_args(vm, args)?;
    Ok(Value::NONE)
}

/// `BaseException.__init__`: takes no keywords, sets `args`.
pub(super) fn init_args<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<&'a PyException> {
    if args.has_keywords() {
        no_keywords(vm, args, &class_of_self(vm, args))?;
    }
    set_args(vm, args)
}

/// Sets `args` to the positional arguments.
pub(super) fn set_args<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<&'a PyException> {
    let (e, given) = (exception(vm, args)?, rest(args));
    let same =
        e.args.get().downcast::<PyTuple>().is_some_and(|old| {
            old.len() == given.len() && old.iter().zip(given).all(|(a, b)| a.is(b))
        });
    if !same {
        e.args.set(vm.new_tuple(given.to_vec()));
    }
    Ok(e)
}

/// `args` as Rust sees them.
pub(super) fn args_of(e: &PyException) -> Vec<Value> {
    e.args
        .get()
        .downcast::<PyTuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

pub(super) fn str(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let args = e.args.get();
    match args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
        [] => Ok(vm.new_str("")),
        [only] => vm.str_of(only),
        _ => vm.str_of(&args),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let name = vm.new_str(&vm.type_name(&args[0]));
    match args_of(e).as_slice() {
        [only] if vm.version() >= Version::V3_7 => {
            let shown = vm.repr_of(only)?;
            vm.concat_strings(&[name, vm.new_str("("), shown, vm.new_str(")")])
        }
        _ => {
            let shown = vm.repr_of(&e.args.get())?;
            vm.concat_strings(&[name, shown])
        }
    }
}

/// The instance's dict, if it has one by now; `None` if it has no attributes.
pub(super) fn own_state(vm: &Vm, v: &Value) -> PyResult<Option<Value>> {
    let has_dict = v.header().is_some_and(|h| h.shape().is_dict());
    if has_dict || !vm.own_instance_attrs(v).is_empty() {
        vm.instance_dict(v).map(Some)
    } else {
        Ok(None)
    }
}

/// What `__reduce__` gives: class, arguments, and state if there is any.
pub(super) fn reduced(vm: &Vm, v: &Value, args: Value, state: Option<Value>) -> Value {
    let mut parts = vec![value_of(vm.type_of(v)), args];
    parts.extend(state);
    vm.new_tuple(parts)
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    Ok(reduced(
        vm,
        &args[0],
        e.args.get(),
        own_state(vm, &args[0])?,
    ))
}

fn set_state(vm: &Vm, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return Ok(Value::NONE);
    }
    let Some(state) = args[1].downcast::<PyDict>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    for (name, value) in state.items() {
        if !vm.is_str(&name) {
            return Err(vm.type_error(&format!(
                "attribute name must be string, not '{}'",
                vm.type_name(&name)
            )));
        }
        vm.set_attr(&args[0], &name, value)?;
    }
    Ok(Value::NONE)
}

fn with_traceback(vm: &Vm, args: &[Value]) -> PyResult {
    super::attributes::set_traceback(vm, &args[0], args[1].clone())?;
    Ok(args[0].clone())
}

fn add_note(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_str(&args[1]) {
        let given = vm.type_name(&args[1]);
        return Err(vm.type_error(&if vm.version() >= Version::V3_14 {
            format!("add_note() argument must be str, not {given}")
        } else {
            format!("note must be a str, not '{given}'")
        }));
    }
    let name = vm.intern("__notes__");
    let notes = match vm.get_attr_opt(&args[0], &name)? {
        Some(notes) => notes,
        None => {
            let notes = vm.new_list(Vec::new());
            vm.set_attr(&args[0], &name, notes.clone())?;
            notes
        }
    };
    match notes.downcast::<PyList>() {
        Some(notes) => notes.items.push(args[1].clone()),
        None => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
    }
    Ok(Value::NONE)
}
