//! `function` and `method`.

use std::sync::Arc;

use opyc_core::args::Args;
use opyc_core::code::flags;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, PyBoundMethod, PyCell, PyCode, PyDict, PyFunction, PyTuple,
    ValueCell,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::annotations;
use crate::util::{address, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static FUNCTION: TypeDef = TypeDef {
    name: "function",
    methods: &[
        MethodDef::new_method("code, globals, name=, argdefs=, closure=, kwdefaults=", new),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__get__", "instance, owner=, /", bind),
        MethodDef::method("__repr__", "", repr),
    ],
    getsets: &[
        GetSet::get_set("__code__", code, set_code),
        GetSet::get_set(
            "__defaults__",
            |vm, f| optional(&func(vm, f)?.defaults),
            set_defaults,
        ),
        GetSet::get_set(
            "__kwdefaults__",
            |vm, f| optional(&func(vm, f)?.kwdefaults),
            set_kwdefaults,
        ),
        member("__closure__", |vm, f| optional(&func(vm, f)?.closure)),
        member("__globals__", |vm, f| Ok(func(vm, f)?.globals.value())),
        member("__builtins__", |vm, f| Ok(func(vm, f)?.builtins.value())).since(Version::V3_10),
        GetSet::get_set("__name__", |vm, f| Ok(func(vm, f)?.name.get()), set_name),
        GetSet::get_set(
            "__qualname__",
            |vm, f| Ok(func(vm, f)?.qualname.get()),
            set_qualname,
        ),
        GetSet::get_set(
            "__module__",
            |vm, f| optional(&func(vm, f)?.module),
            set_module,
        )
        .member(),
        GetSet::get_set("__doc__", |vm, f| optional(&func(vm, f)?.doc), set_doc).member(),
        GetSet::get_set(
            "__annotations__",
            annotations::function_annotations,
            annotations::set_function_annotations,
        ),
        GetSet::get_set(
            "__annotate__",
            annotations::function_annotate,
            annotations::set_function_annotate,
        )
        .since(Version::V3_14),
        GetSet::get_set("__type_params__", type_params, set_type_params).since(Version::V3_12),
        GetSet::get_set("__dict__", |vm, f| vm.instance_dict(f), set_dict),
    ],
};

const fn member(name: &'static str, get: fn(&Vm, &Value) -> PyResult) -> GetSet {
    GetSet::get(name, get).member()
}

fn func<'a>(vm: &Vm, f: &'a Value) -> PyResult<&'a PyFunction> {
    payload(vm, f)
}

/// The value of a cell; None for NULL.
fn optional(c: &ValueCell) -> PyResult {
    Ok(c.get().opt().cloned().unwrap_or(Value::NONE))
}

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let bad = |i: usize, name: &str, want: &str| {
        let got = vm.type_name(&args[i]);
        let text = if vm.version() >= Version::V3_8 {
            format!("function() argument '{name}' must be {want}, not {got}")
        } else {
            format!("function() argument {i} must be {want}, not {got}")
        };
        vm.type_error(&text)
    };
    let Some(code) = args[1].to_ref::<PyCode>() else {
        return Err(bad(1, "code", "code"));
    };
    let Some(globals) = args[2].to_ref::<PyDict>() else {
        return Err(bad(2, "globals", "dict"));
    };
    let given = |i: usize| args[i].opt().filter(|v| !v.is_none()).cloned();
    let name = given(3);
    if let Some(n) = &name
        && !vm.is_str(n)
    {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    let defaults = given(4);
    if defaults
        .as_ref()
        .is_some_and(|d| d.downcast::<PyTuple>().is_none())
    {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let nfree = code.code.nfree();
    let closure = given(5);
    check_closure(vm, &code, nfree, closure.as_ref())?;
    let kwdefaults = given(6);
    if kwdefaults
        .as_ref()
        .is_some_and(|d| d.downcast::<PyDict>().is_none())
    {
        return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let f = vm.new_py_function(code, globals, None);
    if let Some(n) = name {
        f.name.set(n);
    }
    f.defaults.set(defaults.unwrap_or(Value::NULL));
    f.closure
        .set(closure.filter(|_| nfree > 0).unwrap_or(Value::NULL));
    f.kwdefaults.set(kwdefaults.unwrap_or(Value::NULL));
    f.touch();
    Ok(f.into_value())
}

/// The closure of a new function must have a cell for each free variable.
fn check_closure(vm: &Vm, code: &PyCode, nfree: usize, closure: Option<&Value>) -> PyResult<()> {
    let items = match closure {
        None if nfree > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => return Ok(()),
        Some(c) => match c.downcast::<PyTuple>() {
            Some(t) => t.items(),
            None => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
        },
    };
    if items.len() != nfree {
        let name = code.code.name.view().to_string_lossy().into_owned();
        return Err(vm.value_error(&format!(
            "{name} requires closure of length {nfree}, not {}",
            items.len()
        )));
    }
    for c in items {
        if c.downcast::<PyCell>().is_none() {
            let t = vm.type_name(c);
            return Err(vm.type_error(&format!("arg 5 (closure) expected cell, found {t}")));
        }
    }
    Ok(())
}

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (f, rest) = split_first(vm, args)?;
    vm.call_args(f, rest)
}

fn bind(vm: &Vm, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        if args[2].opt().is_none_or(Value::is_none) {
            return Err(vm.type_error("__get__(None, None) is invalid"));
        }
        return Ok(args[0].clone());
    }
    Ok(vm.new_method(args[0].clone(), args[1].clone()))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.str_lossy(&func(vm, &args[0])?.qualname.get());
    Ok(vm.new_str(&format!("<function {name} at {}>", address(&args[0]))))
}

fn code(vm: &Vm, f: &Value) -> PyResult {
    Ok(func(vm, f)?.code().into_value())
}

fn set_code(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let f = func(vm, this)?;
    let Some(code) = value.to_ref::<PyCode>() else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let closure = f.closure.get();
    let have = closure.downcast::<PyTuple>().map_or(0, PyTuple::len);
    let want = code.code.nfree();
    if have != want {
        let name = vm.str_lossy(&f.name.get());
        return Err(vm.value_error(&format!(
            "{name}() requires a code object with {have} free vars, not {want}"
        )));
    }
    let kind = |c: &PyCode| c.code.flags & flags::ANY_GENERATOR;
    if vm.version() >= Version::V3_13 && kind(&f.code()) != kind(&code) {
        vm.warn(
            &vm.exc_types.DeprecationWarning,
            "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)",
        );
    }
    if !Arc::ptr_eq(&f.code().code, &code.code) {
        f.set_code(code);
    }
    Ok(())
}

fn set_defaults(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let f = func(vm, this)?;
    let value = if value.is_none() { Value::NULL } else { value };
    if value
        .opt()
        .is_some_and(|v| v.downcast::<PyTuple>().is_none())
    {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    f.defaults.set(value);
    f.touch();
    Ok(())
}

fn set_kwdefaults(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let f = func(vm, this)?;
    let value = if value.is_none() { Value::NULL } else { value };
    if value
        .opt()
        .is_some_and(|v| v.downcast::<PyDict>().is_none())
    {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    f.kwdefaults.set(value);
    f.touch();
    Ok(())
}

fn set_name(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    if !vm.is_str(&value) {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    func(vm, this)?.name.set(value);
    Ok(())
}

fn set_qualname(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    if !vm.is_str(&value) {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    func(vm, this)?.qualname.set(value);
    Ok(())
}

fn set_module(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    func(vm, this)?.module.set(value);
    Ok(())
}

fn set_doc(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    func(vm, this)?.doc.set(value);
    Ok(())
}

fn set_dict(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    if value.is_null() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    vm.set_instance_dict(this, &value)
}

fn type_params(vm: &Vm, this: &Value) -> PyResult {
    Ok(func(vm, this)?
        .type_params
        .get()
        .opt()
        .cloned()
        .unwrap_or_else(|| vm.new_tuple(Vec::new())))
}

fn set_type_params(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    if value.downcast::<PyTuple>().is_none() {
        return Err(vm.type_error("__type_params__ must be set to a tuple"));
    }
    func(vm, this)?.type_params.set(value);
    Ok(())
}

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static METHOD: TypeDef = TypeDef {
    name: "method",
    methods: &[
        MethodDef::new_method("function, instance, /", method_new),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__get__", "instance, owner=, /", |_, args| {
            Ok(args[0].clone())
        }),
        MethodDef::method("__repr__", "", method_repr),
        MethodDef::method("__eq__", "value, /", |vm, args| method_eq(vm, args, true)),
        MethodDef::method("__ne__", "value, /", |vm, args| method_eq(vm, args, false)),
        MethodDef::method("__hash__", "", method_hash),
        MethodDef::method("__reduce__", "", method_reduce),
    ],
    getsets: &[
        member("__func__", |vm, m| {
            Ok(payload::<PyBoundMethod>(vm, m)?.func.clone())
        }),
        member("__self__", |vm, m| {
            Ok(payload::<PyBoundMethod>(vm, m)?.this.clone())
        }),
        GetSet::get("__doc__", |vm, m| {
            let f = payload::<PyBoundMethod>(vm, m)?.func.clone();
            Ok(vm.get_attr_opt(&f, &vm.names.doc)?.unwrap_or(Value::NONE))
        }),
    ],
};

fn method_new(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if args[2].is_none() {
        let text = if vm.version() >= Version::V3_12 {
            "instance must not be None"
        } else {
            "self must not be None"
        };
        return Err(vm.type_error(text));
    }
    Ok(vm.new_method(args[1].clone(), args[2].clone()))
}

fn method_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let m = payload::<PyBoundMethod>(vm, &args[0])?;
    let mut name = None;
    for attr in [&vm.names.qualname, &vm.names.name] {
        if let Some(n) = vm.get_attr_opt(&m.func, attr)? {
            name = Some(n).filter(|n| vm.is_str(n));
            break;
        }
    }
    let name = name.map_or_else(|| "?".to_string(), |n| vm.str_lossy(&n));
    let this = vm.repr_text(&m.this)?;
    Ok(vm.new_str(&format!("<bound method {name} of {this}>")))
}

fn method_eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let m = payload::<PyBoundMethod>(vm, &args[0])?;
    let Some(o) = args[1].downcast::<PyBoundMethod>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same_self = if vm.version() >= Version::V3_8 {
        m.this.is(&o.this)
    } else {
        vm.same_or_equal(&m.this, &o.this)?
    };
    let same = same_self && vm.same_or_equal(&m.func, &o.func)?;
    Ok(Value::bool(same == equal))
}

fn method_hash(vm: &Vm, args: &[Value]) -> PyResult {
    let m = payload::<PyBoundMethod>(vm, &args[0])?;
    let this = if vm.version() >= Version::V3_8 {
        vm.identity_hash(&m.this)
    } else {
        vm.hash(&m.this)?
    };
    let h = this ^ vm.hash(&m.func)?;
    Ok(vm.new_int(if h == -1 { -2 } else { h }))
}

fn method_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let m = payload::<PyBoundMethod>(vm, &args[0])?;
    let name = vm.get_attr(&m.func, &vm.names.name)?;
    let getattr = vm
        .builtins
        .get_name(&vm.intern("getattr"))
        .unwrap_or(Value::NONE);
    Ok(vm.new_pair(getattr, vm.new_pair(m.this.clone(), name)))
}
