//! `partial` and, from 3.14, `Placeholder`.

use std::cell::RefCell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, DictCursor, GetSet, MethodDef, Native, NativeType, PyDict, PyTuple, TypeFlags,
    ValueCell, value_of,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::util::{class_arg, class_getitem, data, itself, spec, type_def};

/// A function with first arguments.
pub(super) struct Partial {
    func: ValueCell,
    /// A tuple.
    args: ValueCell,
    /// A dict.
    keywords: ValueCell,
}

impl NativeType for Partial {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for c in [&self.func, &self.args, &self.keywords] {
            c.visit(visit);
        }
    }
    fn clear(&self) {
        for c in [&self.func, &self.args, &self.keywords] {
            c.set(Value::NONE);
        }
    }
}

pub(super) static PARTIAL: NativeTypeSpec = NativeTypeSpec {
    name: "functools.partial",
    flags: TypeFlags::BASETYPE | TypeFlags::WEAKREF,
    has_dict: true,
    next: None,
};

struct Placeholder;

impl NativeType for Placeholder {}

static PLACEHOLDER: NativeTypeSpec = spec("functools._PlaceholderType", 0, None);

#[derive(Default)]
struct TheOne(RefCell<Option<Value>>);

/// The one instance of `_PlaceholderType`.
pub(super) fn placeholder(vm: &Vm) -> Value {
    let one = vm.extension::<TheOne>();
    let mut one = one.0.borrow_mut();
    one.get_or_insert_with(|| {
        let ty = vm.native_type::<Placeholder>(&PLACEHOLDER);
        vm.new_native(&ty, &PLACEHOLDER, Placeholder)
    })
    .clone()
}

type_def!(
    PLACEHOLDER_DEF,
    "functools._PlaceholderType",
    [
        MethodDef::new_method("", |vm, _| Ok(placeholder(vm))),
        MethodDef::method("__repr__", "", |vm, _| Ok(vm.new_str("Placeholder"))),
        MethodDef::method("__reduce__", "", |vm, _| Ok(vm.new_str("Placeholder"))),
    ],
    []
);

fn is_placeholder(v: &Value) -> bool {
    v.downcast::<Native<Placeholder>>().is_some()
}

/// The items of a tuple in a cell.
fn items(v: &ValueCell) -> Vec<Value> {
    v.get()
        .downcast::<PyTuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

fn pairs(v: &ValueCell) -> Vec<(Value, Value)> {
    v.get()
        .downcast::<PyDict>()
        .map(PyDict::items)
        .unwrap_or_default()
}

/// Puts arguments in the places that are held open; the rest comes behind. `known` is a tuple.
fn fill(vm: &Vm, known: &ValueCell, given: &[Value], all: bool) -> PyResult<Vec<Value>> {
    let known = known.get();
    let known = known.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    let holes = known.iter().filter(|v| is_placeholder(v)).count();
    if holes == 0 {
        let mut out = Vec::with_capacity(known.len() + given.len());
        out.extend_from_slice(known);
        out.extend_from_slice(given);
        return Ok(out);
    }
    if all && given.len() < holes {
        return Err(vm.type_error(&format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            given.len()
        )));
    }
    let mut given = given.iter();
    let mut out = Vec::with_capacity(known.len() + given.len());
    for v in known {
        let instead = if is_placeholder(v) {
            given.next()
        } else {
            None
        };
        out.push(instead.unwrap_or(v).clone());
    }
    out.extend(given.cloned());
    Ok(out)
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [class, func, rest @ ..] = args.pos() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(func) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    if rest.last().is_some_and(is_placeholder) {
        return Err(vm.type_error("trailing Placeholders are not allowed"));
    }
    let class = class_arg(vm, class)?;
    let keywords = vm.new_dict();
    let mut known = rest.to_vec();
    let mut func = func.clone();
    // A partial of a partial is one partial, unless attributes were set on the inner one.
    let inner = func
        .downcast::<Native<Partial>>()
        .filter(|_| vm.own_instance_attrs(&func).is_empty());
    if let Some(p) = inner {
        for (k, v) in pairs(&p.data.keywords) {
            keywords.set(vm, &k, v)?;
        }
        known = fill(vm, &p.data.args, rest, false)?;
        let deeper = p.data.func.get();
        func = deeper;
    }
    for (k, v) in args.keywords() {
        if is_placeholder(v) {
            return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        keywords.set(vm, k, v.clone())?;
    }
    let p = Partial {
        func: ValueCell::new(func),
        args: ValueCell::new(vm.new_tuple(known)),
        keywords: ValueCell::new(keywords.into_value()),
    };
    Ok(vm.new_native(class, &PARTIAL, p))
}

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [this, given @ ..] = args.pos() else {
        return Err(vm.type_error("descriptor '__call__' needs an argument"));
    };
    let p = data::<Partial>(vm, this)?;
    let func = p.func.get();
    let mut all = fill(vm, &p.args, given, true)?;
    let known = p.keywords.get();
    let known = known.downcast::<PyDict>().filter(|d| !d.is_empty());
    let Some(known) = known else {
        all.extend(args.keywords().map(|(_, v)| v.clone()));
        return vm.call_args(&func, Args::with_names(&all, args.names()));
    };
    // Those given now come in the places of those they replace.
    let (mut names, first) = (Vec::with_capacity(known.len()), all.len());
    let mut cursor = DictCursor::default();
    while let Some((k, v)) = known.next(&mut cursor) {
        names.push(k);
        all.push(v);
    }
    for (k, v) in args.keywords() {
        match names.iter().position(|old| vm.same_str(old, k)) {
            Some(i) => all[first + i] = v.clone(),
            None => {
                names.push(k.clone());
                all.push(v.clone());
            }
        }
    }
    vm.call_args(&func, Args::with_names(&all, &names))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let p = data::<Partial>(vm, &args[0])?;
    let ty = vm.type_of(&args[0]);
    let name = if vm.version().minor() < 13 && ty.is_heap() {
        ty.name()
    } else {
        vm.full_type_name(ty)
    };
    if !vm.enter_repr(&args[0])? {
        return Ok(vm.new_str("..."));
    }
    let text = (|| {
        let mut text = format!("{name}({}", vm.repr_text(&p.func.get())?);
        for v in items(&p.args) {
            text.push_str(", ");
            text.push_str(&vm.repr_text(&v)?);
        }
        for (k, v) in pairs(&p.keywords) {
            text.push_str(&format!(", {}={}", vm.str_lossy(&k), vm.repr_text(&v)?));
        }
        text.push(')');
        Ok(text)
    })();
    vm.leave_repr(&args[0]);
    text.map(|t: String| vm.new_str(&t))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let p = data::<Partial>(vm, &args[0])?;
    let class = value_of(vm.type_of(&args[0]));
    let func = p.func.get();
    let dict = if vm.own_instance_attrs(&args[0]).is_empty() {
        Value::NONE
    } else {
        vm.instance_dict(&args[0])?
    };
    let state = vm.new_tuple(vec![func.clone(), p.args.get(), p.keywords.get(), dict]);
    Ok(vm.new_tuple(vec![class, vm.new_tuple(vec![func]), state]))
}

fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
    let p = data::<Partial>(vm, &args[0])?;
    let invalid = || vm.type_error("invalid partial state");
    let Some([func, known, keywords, dict]) = args[1].downcast::<PyTuple>().map(PyTuple::items)
    else {
        return Err(invalid());
    };
    let keywords_ok = keywords.is_none() || keywords.downcast::<PyDict>().is_some();
    if !vm.is_callable(func) || known.downcast::<PyTuple>().is_none() || !keywords_ok {
        return Err(invalid());
    }
    let fresh = vm.new_dict();
    if let Some(d) = keywords.downcast::<PyDict>() {
        fresh.update_from(vm, d)?;
    }
    p.func.set(func.clone());
    p.args.set(
        vm.new_tuple(
            known
                .downcast::<PyTuple>()
                .map(|t| t.items().to_vec())
                .unwrap_or_default(),
        ),
    );
    p.keywords.set(fresh.into_value());
    if !dict.is_none() {
        vm.set_instance_dict(&args[0], dict)?;
    }
    Ok(Value::NONE)
}

/// From 3.14 a partial in a class is a method.
fn get(vm: &Vm, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return itself(vm, args);
    }
    Ok(vm.new_method(args[0].clone(), args[1].clone()))
}

macro_rules! member {
    ($name:literal, $field:ident) => {
        GetSet::get($name, |vm, v| Ok(data::<Partial>(vm, v)?.$field.get())).member()
    };
}

type_def!(
    PARTIAL_DEF,
    "functools.partial",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("__setstate__", "state, /", setstate),
        MethodDef::method("__get__", "instance, owner=, /", get).since(Version::V3_14),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem)
            .since(Version::V3_9),
    ],
    [
        member!("func", func),
        member!("args", args),
        member!("keywords", keywords)
    ]
);
