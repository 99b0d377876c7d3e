//! `defaultdict`: a dict whose missing values are made by a function.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PyType, Ref, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, Vm};

use super::{dict_method, dict_of};
use crate::util::{ClassSpec, class, class_getitem};

static DEFAULT_DICT: ClassSpec = ClassSpec {
    name: "defaultdict",
    module: "collections",
    slots: &["default_factory"],
    methods: &[
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__missing__", "key, /", missing),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("copy", "", copy),
        MethodDef::method("__copy__", "", copy),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("__or__", "value, /", |vm, a| merge(vm, &a[0], &a[0], &a[1]))
            .since(Version::V3_9),
        MethodDef::method("__ror__", "value, /", |vm, a| {
            merge(vm, &a[0], &a[1], &a[0])
        })
        .since(Version::V3_9),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem)
            .since(Version::V3_9),
    ],
    getsets: &[],
    flags: 0,
};

/// The class.
pub(super) fn class_of(vm: &Vm) -> PyResult<Ref<PyType>> {
    class(vm, &DEFAULT_DICT, &vm.types.dict)
}

fn factory(vm: &Vm, this: &Value) -> PyResult {
    let v = vm.get_attr_opt(this, &vm.names.default_factory)?;
    Ok(v.unwrap_or(Value::NONE))
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [this, rest @ ..] = args.pos() else {
        return Err(vm.type_error("descriptor '__init__' needs an argument"));
    };
    let made_by = rest.first().cloned().unwrap_or(Value::NONE);
    if !made_by.is_none() && !vm.is_callable(&made_by) {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    vm.set_attr(this, &vm.names.default_factory, made_by)?;
    let mut values = vec![this.clone()];
    values.extend(args.values().iter().skip(2.min(args.pos().len())).cloned());
    vm.call_args(
        &dict_method(vm, "__init__")?,
        Args::with_names(&values, args.names()),
    )
}

fn missing(vm: &Vm, args: &[Value]) -> PyResult {
    let made_by = factory(vm, &args[0])?;
    if made_by.is_none() {
        return Err(vm.key_error(&args[1]));
    }
    let v = vm.call(&made_by, &[])?;
    vm.set_item(&args[0], &args[1], v.clone())?;
    Ok(v)
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let base = vm.call(&dict_method(vm, "__repr__")?, &args[..1])?;
    let made_by = factory(vm, &args[0])?;
    let shown = if !vm.enter_repr(&made_by)? {
        "...".to_string()
    } else {
        let text = vm.repr_text(&made_by);
        vm.leave_repr(&made_by);
        text?
    };
    let name = vm.type_of(&args[0]).name();
    Ok(vm.new_str(&format!("{name}({shown}, {})", vm.str_lossy(&base))))
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    vm.call(
        &value_of(vm.type_of(&args[0])),
        &[factory(vm, &args[0])?, args[0].clone()],
    )
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let made_by = factory(vm, &args[0])?;
    let first = if made_by.is_none() {
        Vec::new()
    } else {
        vec![made_by]
    };
    let items = vm.call_method_str(&args[0], "items", &[])?;
    let class = value_of(vm.type_of(&args[0]));
    Ok(vm.new_tuple(vec![
        class,
        vm.new_tuple(first),
        Value::NONE,
        Value::NONE,
        vm.get_iter(&items)?,
    ]))
}

/// `a | b`, as a new defaultdict like `this`.
fn merge(vm: &Vm, this: &Value, a: &Value, b: &Value) -> PyResult {
    if dict_of(vm, a).is_err() || dict_of(vm, b).is_err() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let new = vm.call(
        &value_of(vm.type_of(this)),
        &[factory(vm, this)?, a.clone()],
    )?;
    vm.inplace_op(BinOp::Or, &new, b)
}
