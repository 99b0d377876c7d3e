//! `itemgetter`, `attrgetter`, `methodcaller`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, CallFn, MethodDef, NativeType, PyStr, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::util::{class_arg, data, put, spec, type_def};

pub(super) fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "itemgetter",
        vm.native_type::<ItemGetter>(&ITEM).into_value(),
    );
    put(
        vm,
        m,
        "attrgetter",
        vm.native_type::<AttrGetter>(&ATTR).into_value(),
    );
    put(
        vm,
        m,
        "methodcaller",
        vm.native_type::<MethodCaller>(&METHOD).into_value(),
    );
    Ok(())
}

/// The arguments of a constructor behind the class: at least one, no keywords.
fn some_positional<'a>(vm: &Vm, args: &Args<'a>, name: &str) -> PyResult<(&'a Value, &'a [Value])> {
    if args.has_keywords() {
        return Err(vm.type_error(&format!("{name}() takes no keyword arguments")));
    }
    match args.pos().split_first() {
        Some((class, rest)) if !rest.is_empty() => Ok((class, rest)),
        _ => Err(vm.type_error(&format!("{name} expected {}, got 0", at_least(vm)))),
    }
}

fn at_least(vm: &Vm) -> &'static str {
    if vm.version().minor() <= 7 {
        "1 arguments"
    } else {
        "1 argument"
    }
}

/// The only argument of a getter's call.
#[inline]
fn only<'a>(vm: &Vm, args: &Args<'a>, name: &str) -> PyResult<&'a Value> {
    if args.has_keywords() {
        return Err(vm.type_error(&match vm.version() < Version::V3_7 {
            true => format!("{name} does not take keyword arguments"),
            false => format!("{name}() takes no keyword arguments"),
        }));
    }
    match args.pos() {
        [v] => Ok(v),
        other => Err(vm.type_error(&format!(
            "{name} expected {}, got {}",
            at_least(vm),
            other.len()
        ))),
    }
}

/// `__call__`: calls the first argument with the others.
fn call_first(vm: &Vm, args: &Args<'_>, call: CallFn) -> PyResult {
    match args.pos() {
        [this, ..] => call(
            vm,
            this,
            &Args::with_names(&args.values()[1..], args.names()),
        ),
        [] => Err(vm.type_error("descriptor '__call__' needs an argument")),
    }
}

fn joined(vm: &Vm, this: &Value, items: &[Value]) -> PyResult<String> {
    let mut parts = Vec::new();
    for v in items {
        parts.push(vm.repr_text(v)?);
    }
    Ok(format!(
        "{}({})",
        vm.full_type_name(vm.type_of(this)),
        parts.join(", ")
    ))
}

struct ItemGetter(Vec<Value>);

impl NativeType for ItemGetter {
    const CALL: Option<CallFn> = Some(item_call);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.iter().for_each(visit);
    }
}

static ITEM: NativeTypeSpec = spec("operator.itemgetter", 0, None);

fn item_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (class, items) = some_positional(vm, args, "itemgetter")?;
    Ok(vm.new_native(class_arg(vm, class)?, &ITEM, ItemGetter(items.to_vec())))
}

fn item_call(vm: &Vm, this: &Value, args: &Args<'_>) -> PyResult {
    let v = only(vm, args, "itemgetter")?;
    let items = &data::<ItemGetter>(vm, this)?.0;
    if let [i] = &items[..] {
        return vm.get_item(v, i);
    }
    let all = items
        .iter()
        .map(|i| vm.get_item(v, i))
        .collect::<PyResult<_>>()?;
    Ok(vm.new_tuple(all))
}

type_def!(
    ITEM_DEF,
    "operator.itemgetter",
    [
        MethodDef::raw("__new__", Access::New, item_new),
        MethodDef::raw("__call__", Access::Method, |vm, a| call_first(
            vm, a, item_call
        )),
        MethodDef::method("__repr__", "", |vm, a| Ok(vm.new_str(&joined(
            vm,
            &a[0],
            &data::<ItemGetter>(vm, &a[0])?.0
        )?))),
        MethodDef::method("__reduce__", "", |vm, a| {
            let items = vm.new_tuple(data::<ItemGetter>(vm, &a[0])?.0.clone());
            Ok(vm.new_pair(value_of(vm.type_of(&a[0])), items))
        }),
    ],
    []
);

/// Names as given, and each as its parts between dots.
struct AttrGetter(Vec<Value>, Vec<Vec<Value>>);

impl NativeType for AttrGetter {
    const CALL: Option<CallFn> = Some(attr_call);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.iter().chain(self.1.iter().flatten()).for_each(visit);
    }
}

static ATTR: NativeTypeSpec = spec("operator.attrgetter", 0, None);

fn attr_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (class, names) = some_positional(vm, args, "attrgetter")?;
    let mut paths = Vec::new();
    for n in names {
        let Some(s) = n.downcast::<PyStr>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        paths.push(s.to_string().split('.').map(|p| vm.intern(p)).collect());
    }
    Ok(vm.new_native(
        class_arg(vm, class)?,
        &ATTR,
        AttrGetter(names.to_vec(), paths),
    ))
}

fn attr_call(vm: &Vm, this: &Value, args: &Args<'_>) -> PyResult {
    let v = only(vm, args, "attrgetter")?;
    let walk = |path: &Vec<Value>| {
        path.iter()
            .try_fold(v.clone(), |v, name| vm.get_attr(&v, name))
    };
    let paths = &data::<AttrGetter>(vm, this)?.1;
    if let [path] = &paths[..] {
        return walk(path);
    }
    Ok(vm.new_tuple(paths.iter().map(walk).collect::<PyResult<_>>()?))
}

type_def!(
    ATTR_DEF,
    "operator.attrgetter",
    [
        MethodDef::raw("__new__", Access::New, attr_new),
        MethodDef::raw("__call__", Access::Method, |vm, a| call_first(
            vm, a, attr_call
        )),
        MethodDef::method("__repr__", "", |vm, a| Ok(vm.new_str(&joined(
            vm,
            &a[0],
            &data::<AttrGetter>(vm, &a[0])?.0
        )?))),
        MethodDef::method("__reduce__", "", |vm, a| {
            let names = vm.new_tuple(data::<AttrGetter>(vm, &a[0])?.0.clone());
            Ok(vm.new_pair(value_of(vm.type_of(&a[0])), names))
        }),
    ],
    []
);

struct MethodCaller {
    name: Value,
    args: Vec<Value>,
    keywords: Vec<(Value, Value)>,
}

impl NativeType for MethodCaller {
    const CALL: Option<CallFn> = Some(method_call);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.name);
        self.args.iter().for_each(&mut *visit);
        for (k, v) in &self.keywords {
            visit(k);
            visit(v);
        }
    }
}

static METHOD: NativeTypeSpec = spec("operator.methodcaller", 0, None);

fn method_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [class, name, rest @ ..] = args.pos() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    if !vm.is_str(name) {
        return Err(vm.type_error("method name must be a string"));
    }
    let m = MethodCaller {
        name: vm.interned_name(name),
        args: rest.to_vec(),
        keywords: args
            .keywords()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    };
    Ok(vm.new_native(class_arg(vm, class)?, &METHOD, m))
}

fn method_call(vm: &Vm, this: &Value, args: &Args<'_>) -> PyResult {
    let v = only(vm, args, "methodcaller")?;
    let m = data::<MethodCaller>(vm, this)?;
    if m.keywords.is_empty() {
        return vm.call_method(v, &m.name, &m.args);
    }
    let f = vm.get_attr(v, &m.name)?;
    vm.call_kw(&f, &m.args, &m.keywords)
}

fn method_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let m = data::<MethodCaller>(vm, &args[0])?;
    let mut items = vec![m.name.clone()];
    items.extend(m.args.iter().cloned());
    let mut text = joined(vm, &args[0], &items)?;
    text.pop();
    for (k, v) in &m.keywords {
        text.push_str(&format!(", {}={}", vm.str_lossy(k), vm.repr_text(v)?));
    }
    text.push(')');
    Ok(vm.new_str(&text))
}

fn method_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let m = data::<MethodCaller>(vm, &args[0])?;
    let class = value_of(vm.type_of(&args[0]));
    let mut items = vec![m.name.clone()];
    if m.keywords.is_empty() {
        items.extend(m.args.iter().cloned());
        return Ok(vm.new_pair(class, vm.new_tuple(items)));
    }
    let functools = vm.import_module("functools")?;
    let partial = vm.get_attr_str(&functools, "partial")?;
    let made = vm.call_kw(&partial, &[class, m.name.clone()], &m.keywords)?;
    Ok(vm.new_pair(made, vm.new_tuple(m.args.clone())))
}

type_def!(
    METHOD_DEF,
    "operator.methodcaller",
    [
        MethodDef::raw("__new__", Access::New, method_new),
        MethodDef::raw("__call__", Access::Method, |vm, a| call_first(
            vm,
            a,
            method_call
        )),
        MethodDef::method("__repr__", "", method_repr),
        MethodDef::method("__reduce__", "", method_reduce),
    ],
    []
);
