//! `dict`. Views and iterators are in `dict_views`.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{
    Access, DictCursor, DictView, MethodDef, PyDict, PyList, PyTuple, PyType, Ref,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::support::*;

type_def!(
    DICT,
    "dict",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::absent("__hash__"),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__len__", "", len),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__reversed__", "", reversed).since(Version::V3_8),
        MethodDef::method("__contains__", "key, /", contains),
        MethodDef::method("__getitem__", "key, /", get_item),
        MethodDef::method("__setitem__", "key, value, /", set_item),
        MethodDef::method("__delitem__", "key, /", del_item),
        MethodDef::method("__or__", "value, /", or).since(Version::V3_9),
        MethodDef::method("__ror__", "value, /", reflected_or).since(Version::V3_9),
        MethodDef::method("__ior__", "value, /", in_place_or).since(Version::V3_9),
        MethodDef::method("__sizeof__", "", sizeof),
        MethodDef::method("clear", "", clear),
        MethodDef::method("copy", "", copy),
        MethodDef::class_method("fromkeys", "iterable, value=, /", from_keys),
        MethodDef::method("get", "key, default=, /", get),
        MethodDef::method("items", "", items),
        MethodDef::method("keys", "", keys),
        MethodDef::method("pop", "key, default=, /", pop),
        MethodDef::method("popitem", "", pop_item),
        MethodDef::method("setdefault", "key, default=, /", set_default),
        MethodDef::raw("update", Access::Method, update),
        MethodDef::method("values", "", values),
    ]
);

comparisons!(DICT_COMPARE, "dict", compare);

fn owned(vm: &Vm, v: &Value) -> PyResult<Ref<PyDict>> {
    v.to_ref()
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    match args.pos().first().and_then(Value::downcast) {
        Some(class) => Ok(vm.new_dict_of(class).into_value()),
        None => Err(vm.type_error("dict.__new__(): not enough arguments")),
    }
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    update_with(vm, "dict", args)
}

fn update(vm: &Vm, args: &Args<'_>) -> PyResult {
    update_with(vm, "update", args)
}

fn update_with(vm: &Vm, name: &str, args: &Args<'_>) -> PyResult {
    let [me, rest @ ..] = args.pos() else {
        return Err(vm.type_error(&format!("{name}() needs an argument")));
    };
    let d = this::<PyDict>(vm, me)?;
    check_count(vm, name, rest.len(), 0, 1)?;
    if let [source] = rest {
        update_from(vm, d, source)?;
    }
    for (k, v) in args.keywords() {
        if !vm.is_str(k) {
            let what = if vm.version() < Version::V3_7 {
                "keyword arguments"
            } else {
                "keywords"
            };
            return Err(vm.type_error(&format!("{what} must be strings")));
        }
        d.set(vm, k, v.clone())?;
    }
    Ok(Value::NONE)
}

/// Sets the entries of a mapping or of an iterable of pairs.
fn update_from(vm: &Vm, d: &PyDict, source: &Value) -> PyResult<()> {
    if source.downcast_exact::<PyDict>().is_some() {
        return merge(vm, d, source);
    }
    match vm.get_attr_opt(source, &vm.names.keys)? {
        Some(_) => merge(vm, d, source),
        None => merge_pairs(vm, d, source),
    }
}

/// Sets the entries of a mapping: directly those of a dict that iterates as dicts do.
fn merge(vm: &Vm, d: &PyDict, source: &Value) -> PyResult<()> {
    if let Some(other) = vm.plain_dict(source) {
        if std::ptr::eq(d, other) {
            return Ok(());
        }
        let n = other.len();
        d.update_from(vm, other)?;
        if other.len() != n {
            return Err(vm.runtime_error("dict mutated during update"));
        }
        return Ok(());
    }
    let keys = vm.call_method(source, &vm.names.keys, &[])?;
    vm.for_each(&keys, |k| d.set(vm, &k, vm.get_item(source, &k)?))
}

fn merge_pairs(vm: &Vm, d: &PyDict, source: &Value) -> PyResult<()> {
    let mut at = 0usize;
    vm.for_each(source, |pair| {
        let parts = collect_pair(vm, &pair, at)?;
        let [k, v] = parts.as_slice() else {
            return Err(vm.value_error(&format!(
                "dictionary update sequence element #{at} has length {}; 2 is required",
                parts.len()
            )));
        };
        at += 1;
        d.set(vm, k, v.clone())
    })
}

/// The parts of an element of the sequence that a dict is updated from.
fn collect_pair(vm: &Vm, pair: &Value, at: usize) -> PyResult<Vec<Value>> {
    if pair.downcast_exact::<PyTuple>().is_some() || pair.downcast_exact::<PyList>().is_some() {
        return vm.collect(pair);
    }
    vm.collect(pair).map_err(|r| not_a_pair(vm, r, at))
}

fn not_a_pair(vm: &Vm, r: Raise, at: usize) -> Raise {
    if !vm.is_exception(&r, &vm.exc_types.TypeError) {
        return r;
    }
    if vm.version() < Version::V3_14 {
        return vm.type_error(&format!(
            "cannot convert dictionary update sequence element #{at} to a sequence"
        ));
    }
    let r = vm.type_error("object is not iterable");
    let note = vm.new_str(&format!(
        "Cannot convert dictionary update sequence element #{at} to a sequence"
    ));
    match vm.call_method_str(r.value(), "add_note", &[note]) {
        Ok(_) => r,
        Err(other) => other,
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let d = this::<PyDict>(vm, &args[0])?;
    repr_guarded(vm, &args[0], "{...}", |out| {
        out.push_utf8("{");
        let mut cursor = DictCursor::default();
        let mut first = true;
        while let Some((k, v)) = d.next(&mut cursor) {
            if !std::mem::take(&mut first) {
                out.push_utf8(", ");
            }
            push_repr(vm, out, &k)?;
            out.push_utf8(": ");
            push_repr(vm, out, &v)?;
        }
        out.push_utf8("}");
        Ok(())
    })
}

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(this::<PyDict>(vm, &args[0])?.len() as i64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_iter(owned(vm, &args[0])?, DictView::Keys, false))
}

fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_iter(owned(vm, &args[0])?, DictView::Keys, true))
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(
        this::<PyDict>(vm, &args[0])?.get(vm, &args[1])?.is_some(),
    ))
}

/// Whether two dicts have the same entries.
pub fn equal(vm: &Vm, a: &PyDict, b: &PyDict) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut cursor = DictCursor::default();
    while let Some((k, v)) = a.next(&mut cursor) {
        match b.get(vm, &k)? {
            Some(w) if vm.same_or_equal(&v, &w)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    match (a.downcast::<PyDict>(), b.downcast::<PyDict>()) {
        (Some(x), Some(y)) if matches!(op, CmpOp::Eq | CmpOp::Ne) => {
            Ok(Value::bool(equal(vm, x, y)? == (op == CmpOp::Eq)))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn get_item(vm: &Vm, args: &[Value]) -> PyResult {
    if let Some(v) = this::<PyDict>(vm, &args[0])?.get(vm, &args[1])? {
        return Ok(v);
    }
    match args[0].downcast_exact::<PyDict>() {
        Some(_) => Err(vm.key_error(&args[1])),
        None => vm.missing_item(&args[0], &args[1]),
    }
}

fn set_item(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PyDict>(vm, &args[0])?.set(vm, &args[1], args[2].clone())?;
    Ok(Value::NONE)
}

fn del_item(vm: &Vm, args: &[Value]) -> PyResult {
    match this::<PyDict>(vm, &args[0])?.remove(vm, &args[1])? {
        Some(_) => Ok(Value::NONE),
        None => Err(vm.key_error(&args[1])),
    }
}

fn copy_of(vm: &Vm, v: &Value) -> PyResult<Ref<PyDict>> {
    let d = vm.new_dict();
    merge(vm, &d, v)?;
    Ok(d)
}

fn merged(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if a.downcast::<PyDict>().is_none() || b.downcast::<PyDict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    // A subclass with a copy of its own type is not asked: CPython copies the entries.
    let d = copy_of(vm, a)?;
    update_from(vm, &d, b)?;
    Ok(d.into_value())
}

fn or(vm: &Vm, args: &[Value]) -> PyResult {
    merged(vm, &args[0], &args[1])
}

fn reflected_or(vm: &Vm, args: &[Value]) -> PyResult {
    merged(vm, &args[1], &args[0])
}

fn in_place_or(vm: &Vm, args: &[Value]) -> PyResult {
    update_from(vm, this(vm, &args[0])?, &args[1])?;
    Ok(args[0].clone())
}

fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(48 + this::<PyDict>(vm, &args[0])?.table_bytes() as i64))
}

fn clear(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PyDict>(vm, &args[0])?.clear_all();
    Ok(Value::NONE)
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(copy_of(vm, &args[0])?.into_value())
}

fn from_keys(vm: &Vm, args: &[Value]) -> PyResult {
    let class = this::<PyType>(vm, &args[0])?;
    let value = args[2].opt().cloned().unwrap_or(Value::NONE);
    let exact = std::ptr::eq(class, &*vm.types.dict);
    let made = if exact {
        vm.new_dict().into_value()
    } else {
        vm.call(&args[0], &[])?
    };
    match made.downcast_exact::<PyDict>() {
        Some(d) => vm.for_each(&args[1], |k| d.set(vm, &k, value.clone()))?,
        None => vm.for_each(&args[1], |k| vm.set_item(&made, &k, value.clone()))?,
    }
    Ok(made)
}

fn get(vm: &Vm, args: &[Value]) -> PyResult {
    let found = this::<PyDict>(vm, &args[0])?.get(vm, &args[1])?;
    Ok(found
        .or_else(|| args[2].opt().cloned())
        .unwrap_or(Value::NONE))
}

fn items(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(owned(vm, &args[0])?, DictView::Items))
}

fn keys(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(owned(vm, &args[0])?, DictView::Keys))
}

fn values(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_view(owned(vm, &args[0])?, DictView::Values))
}

fn pop(vm: &Vm, args: &[Value]) -> PyResult {
    let d = this::<PyDict>(vm, &args[0])?;
    // An empty dict does not ask for the hash.
    let found = if d.is_empty() {
        None
    } else {
        d.remove(vm, &args[1])?
    };
    found
        .or_else(|| args[2].opt().cloned())
        .ok_or_else(|| vm.key_error(&args[1]))
}

fn pop_item(vm: &Vm, args: &[Value]) -> PyResult {
    match this::<PyDict>(vm, &args[0])?.pop_last() {
        Some((k, v)) => Ok(vm.new_pair(k, v)),
        None => Err(vm.key_error(&vm.new_str("popitem(): dictionary is empty"))),
    }
}

fn set_default(vm: &Vm, args: &[Value]) -> PyResult {
    let default = args[2].opt().cloned().unwrap_or(Value::NONE);
    this::<PyDict>(vm, &args[0])?.set_default(vm, &args[1], default)
}
