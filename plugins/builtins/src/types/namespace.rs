//! `types.SimpleNamespace`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyDict, PyNamespace, PyStr, value_of};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use crate::util::{check_count, class_arg, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NAMESPACE: TypeDef = TypeDef {
    name: "SimpleNamespace",
    methods: &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let (class, _) = split_first(vm, args)?;
            Ok(vm.new_namespace_of(&*class_arg(vm, class)?).into_value())
        }),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__repr__", "", repr),
        MethodDef::absent("__hash__"),
        MethodDef::method("__eq__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Eq)
        }),
        MethodDef::method("__ne__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Ne)
        }),
        MethodDef::method("__lt__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Lt)
        }),
        MethodDef::method("__le__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Le)
        }),
        MethodDef::method("__gt__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Gt)
        }),
        MethodDef::method("__ge__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Ge)
        }),
        MethodDef::method("__reduce__", "", |vm, args| {
            let dict = payload::<PyNamespace>(vm, &args[0])?.dict.value();
            let class = value_of(vm.type_of(&args[0]));
            Ok(vm.new_tuple(vec![class, vm.new_tuple(Vec::new()), dict]))
        }),
        MethodDef::raw("__replace__", Access::Method, replace).since(Version::V3_13),
    ],
    getsets: &[GetSet::get("__dict__", |vm, n| {
        Ok(payload::<PyNamespace>(vm, n)?.dict.value())
    })
    .member()],
};

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    let dict = &payload::<PyNamespace>(vm, this)?.dict;
    if vm.version() >= Version::V3_13 {
        let class = vm.type_name(this);
        check_count(vm, &class, rest.pos().len(), 0, 1)?;
        if let Some(given) = rest.pos().first() {
            let plain = vm.call(vm.types.dict.as_value(), std::slice::from_ref(given))?;
            for (k, v) in plain
                .downcast::<PyDict>()
                .map(PyDict::items)
                .unwrap_or_default()
            {
                if !vm.is_str(&k) {
                    return Err(vm.type_error("keywords must be strings"));
                }
                dict.set(vm, &k, v)?;
            }
        }
    } else if !rest.pos().is_empty() {
        return Err(vm.type_error("no positional arguments expected"));
    }
    for (k, v) in rest.keywords() {
        dict.set(vm, k, v.clone())?;
    }
    Ok(Value::NONE)
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let this = &args[0];
    let ty = vm.type_of(this);
    let exact = std::ptr::eq(ty, &*vm.types.namespace);
    let name = if exact {
        "namespace".to_string()
    } else {
        ty.name()
    };
    if !vm.enter_repr(this)? {
        return Ok(vm.new_str(&format!("{name}(...)")));
    }
    let r = repr_items(vm, this);
    vm.leave_repr(this);
    Ok(vm.new_str(&format!("{name}({})", r?.join(", "))))
}

/// `name=value` for each attribute: sorted by name before 3.9, in order of insertion since.
fn repr_items(vm: &Vm, this: &Value) -> PyResult<Vec<String>> {
    let dict = payload::<PyNamespace>(vm, this)?.dict.clone();
    let mut items = dict.items();
    if vm.version() < Version::V3_9 {
        items.sort_by_key(|(k, _)| vm.str_lossy(k));
    }
    let mut out = Vec::with_capacity(items.len());
    for (k, v) in items {
        if k.downcast::<PyStr>().is_some_and(|s| !s.is_empty()) {
            out.push(format!("{}={}", vm.str_lossy(&k), vm.repr_text(&v)?));
        }
    }
    Ok(out)
}

fn compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    let a = payload::<PyNamespace>(vm, &args[0])?;
    match args[1].downcast::<PyNamespace>() {
        Some(b) => vm.compare(op, a.dict.as_value(), b.dict.as_value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn replace(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    check_count(vm, "__replace__", rest.pos().len(), 0, 0)?;
    let new = vm.call(&value_of(vm.type_of(this)), &[])?;
    if let Some(n) = new.downcast::<PyNamespace>() {
        n.dict
            .update_from(vm, &payload::<PyNamespace>(vm, this)?.dict)?;
        for (k, v) in rest.keywords() {
            n.dict.set(vm, k, v.clone())?;
        }
    }
    Ok(new)
}
