//! `OrderedDict`. Every dict here keeps its order, so that little is left to do.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, DictCursor, DictView, MethodDef, PyDict, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, Vm};

use super::{dict_method, dict_of};
use crate::util::{ClassSpec, flag};

pub(super) static ORDERED_DICT: ClassSpec = ClassSpec {
    name: "OrderedDict",
    module: "collections",
    slots: &["__dict__", "__weakref__"],
    methods: &[
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("move_to_end", "key, last=", move_to_end),
        MethodDef::method("popitem", "last=", popitem),
        MethodDef::method("copy", "", copy),
        MethodDef::method("__reversed__", "", reversed),
        MethodDef::method("__eq__", "value, /", eq),
        MethodDef::method("__ne__", "value, /", ne),
        MethodDef::absent("__hash__"),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("__or__", "value, /", |vm, a| merge(vm, &a[0], &a[0], &a[1]))
            .since(Version::V3_9),
        MethodDef::method("__ror__", "value, /", |vm, a| {
            merge(vm, &a[0], &a[1], &a[0])
        })
        .since(Version::V3_9),
    ],
    getsets: &[],
    flags: 0,
};

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let given = args.pos().len().saturating_sub(1);
    if given > 1 {
        let noun = if vm.version() <= Version::V3_7 {
            "arguments"
        } else {
            "argument"
        };
        return Err(vm.type_error(&format!("expected at most 1 {noun}, got {given}")));
    }
    // Items go through `update`, and so through a subclass's `__setitem__`.
    let Some(this) = args.pos().first() else {
        return Err(vm.type_error("descriptor '__init__' needs an argument"));
    };
    if vm
        .lookup_type(vm.type_of(this), &vm.names.setitem)
        .is_some_and(|s| {
            vm.lookup_type(&vm.types.dict, &vm.names.setitem)
                .is_some_and(|d| d.is(&s))
        })
    {
        return vm.call_args(&dict_method(vm, "__init__")?, *args);
    }
    if let [_, source] = args.pos() {
        match vm.get_attr_opt(source, &vm.names.keys)? {
            Some(keys) => {
                let keys = vm.call(&keys, &[])?;
                vm.for_each(&keys, |k| vm.set_item(this, &k, vm.get_item(source, &k)?))?;
            }
            None => vm.for_each(source, |pair| {
                let pair = vm.collect(&pair)?;
                let [k, v] = pair.as_slice() else {
                    return Err(vm.value_error("need pairs of key and value"));
                };
                vm.set_item(this, k, v.clone())
            })?,
        }
    }
    for (k, v) in args.keywords() {
        vm.set_item(this, k, v.clone())?;
    }
    Ok(Value::NONE)
}

fn move_to_end(vm: &Vm, args: &[Value]) -> PyResult {
    let last = flag(vm, args, 2, true)?;
    if dict_of(vm, &args[0])?.move_to_end(vm, &args[1], last)? {
        Ok(Value::NONE)
    } else {
        Err(vm.key_error(&args[1]))
    }
}

fn popitem(vm: &Vm, args: &[Value]) -> PyResult {
    let d = dict_of(vm, &args[0])?;
    let item = if flag(vm, args, 1, true)? {
        d.pop_last()
    } else {
        match d.next(&mut DictCursor::default()) {
            Some((k, v)) => d.remove(vm, &k)?.map(|_| (k, v)),
            None => None,
        }
    };
    match item {
        Some((k, v)) => Ok(vm.new_pair(k, v)),
        None => Err(vm.key_error(&vm.new_str("dictionary is empty"))),
    }
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    let class = value_of(vm.type_of(&args[0]));
    let new = vm.call(&class, &[])?;
    for (k, v) in dict_of(vm, &args[0])?.items() {
        vm.set_item(&new, &k, v)?;
    }
    for (k, v) in vm.own_instance_attrs(&args[0]) {
        vm.set_attr(&new, &k, v)?;
    }
    Ok(new)
}

fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_dict_iter(dict_of(vm, &args[0])?, DictView::Keys, true))
}

/// Whether two ordered dicts have equal keys in the same order.
fn same_order(vm: &Vm, a: &PyDict, b: &PyDict) -> PyResult<bool> {
    for (x, y) in a.keys().iter().zip(&b.keys()) {
        if !vm.same_or_equal(x, y)? {
            return Ok(false);
        }
    }
    Ok(a.len() == b.len())
}

fn eq(vm: &Vm, args: &[Value]) -> PyResult {
    let r = vm.call(&dict_method(vm, "__eq__")?, &args[..2])?;
    if r.as_bool() != Some(true) {
        return Ok(r);
    }
    let class = crate::util::class(vm, &ORDERED_DICT, &vm.types.dict)?;
    if !vm.is_instance(&args[1], &class) {
        return Ok(r);
    }
    let (a, b) = (dict_of(vm, &args[0])?, dict_of(vm, &args[1])?);
    same_order(vm, &a, &b).map(Value::bool)
}

fn ne(vm: &Vm, args: &[Value]) -> PyResult {
    let r = eq(vm, args)?;
    Ok(r.as_bool().map_or(r, |b| Value::bool(!b)))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let this = &args[0];
    let name = vm.type_of(this).name();
    if dict_of(vm, this)?.is_empty() {
        return Ok(vm.new_str(&format!("{name}()")));
    }
    if !vm.enter_repr(this)? {
        return Ok(vm.new_str("..."));
    }
    let text = (|| {
        let plain = vm.new_dict();
        let items = vm.call_method_str(this, "items", &[])?;
        if vm.version() >= Version::V3_12 {
            plain.update_from(vm, &*dict_of(vm, this)?)?;
            return vm.repr_text(plain.as_value());
        }
        vm.repr_text(&vm.new_list(vm.collect(&items)?))
    })();
    vm.leave_repr(this);
    Ok(vm.new_str(&format!("{name}({})", text?)))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let state = if vm.own_instance_attrs(&args[0]).is_empty() {
        Value::NONE
    } else {
        vm.instance_dict(&args[0])?
    };
    let items = vm.call_method_str(&args[0], "items", &[])?;
    let class = value_of(vm.type_of(&args[0]));
    Ok(vm.new_tuple(vec![
        class,
        vm.new_tuple(Vec::new()),
        state,
        Value::NONE,
        vm.get_iter(&items)?,
    ]))
}

fn merge(vm: &Vm, this: &Value, a: &Value, b: &Value) -> PyResult {
    if dict_of(vm, a).is_err() || dict_of(vm, b).is_err() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let new = vm.call(&value_of(vm.type_of(this)), std::slice::from_ref(a))?;
    vm.inplace_op(BinOp::Or, &new, b)
}
