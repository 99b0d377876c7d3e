//! `mappingproxy`: a read-only view of a mapping.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyList, PyMappingProxy, PyTuple};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, CmpOp, Vm};

use super::generic_alias::class_getitem;
use crate::util::payload;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MAPPINGPROXY: TypeDef = TypeDef {
    name: "mappingproxy",
    methods: &[
        MethodDef::new_method("mapping", new),
        MethodDef::method("__getitem__", "key, /", |vm, args| {
            vm.get_item(&mapping(vm, &args[0])?, &args[1])
        }),
        MethodDef::method("__contains__", "key, /", |vm, args| {
            vm.contains(&mapping(vm, &args[0])?, &args[1])
                .map(Value::bool)
        }),
        MethodDef::method("__len__", "", |vm, args| {
            Ok(vm.new_uint(vm.len(&mapping(vm, &args[0])?)? as u64))
        }),
        MethodDef::method("__iter__", "", |vm, args| {
            vm.get_iter(&mapping(vm, &args[0])?)
        }),
        MethodDef::method("__reversed__", "", |vm, args| {
            forward(vm, args, "__reversed__")
        })
        .since(Version::V3_9),
        MethodDef::method("keys", "", |vm, args| forward(vm, args, "keys")),
        MethodDef::method("values", "", |vm, args| forward(vm, args, "values")),
        MethodDef::method("items", "", |vm, args| forward(vm, args, "items")),
        MethodDef::method("copy", "", |vm, args| forward(vm, args, "copy")),
        MethodDef::method("get", "key, default=None, /", get),
        MethodDef::method("__repr__", "", |vm, args| {
            let inner = vm.repr_text(&mapping(vm, &args[0])?)?;
            Ok(vm.new_str(&format!("mappingproxy({inner})")))
        }),
        MethodDef::method("__str__", "", |vm, args| vm.str_of(&mapping(vm, &args[0])?)),
        MethodDef::absent("__hash__").until(Version::V3_11),
        MethodDef::method("__hash__", "", |vm, args| {
            Ok(vm.new_int(vm.hash(&mapping(vm, &args[0])?)?))
        })
        .since(Version::V3_12),
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
        MethodDef::method("__or__", "value, /", |vm, args| or(vm, &args[0], &args[1]))
            .since(Version::V3_9),
        MethodDef::method("__ror__", "value, /", |vm, args| or(vm, &args[1], &args[0]))
            .since(Version::V3_9),
        MethodDef::method("__ior__", "value, /", |vm, args| {
            let name = vm.type_name(&args[0]);
            Err(vm.type_error(&format!("'|=' is not supported by {name}; use '|' instead")))
        })
        .since(Version::V3_9),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem)
            .since(Version::V3_9),
    ],
    getsets: &[],
};

fn mapping(vm: &Vm, v: &Value) -> PyResult {
    Ok(payload::<PyMappingProxy>(vm, v)?.mapping.clone())
}

/// The mapping behind a proxy; anything else as it is.
fn unwrap(v: &Value) -> Value {
    v.downcast::<PyMappingProxy>()
        .map_or_else(|| v.clone(), |p| p.mapping.clone())
}

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let m = &args[1];
    let sequence = m.downcast::<PyList>().is_some() || m.downcast::<PyTuple>().is_some();
    if sequence || vm.lookup_type(vm.type_of(m), &vm.names.getitem).is_none() {
        let t = vm.type_name(m);
        return Err(vm.type_error(&format!(
            "mappingproxy() argument must be a mapping, not {t}"
        )));
    }
    Ok(vm.new_mappingproxy(m.clone()))
}

fn forward(vm: &Vm, args: &[Value], name: &str) -> PyResult {
    vm.call_method_str(&mapping(vm, &args[0])?, name, &[])
}

fn get(vm: &Vm, args: &[Value]) -> PyResult {
    let default = args[2].opt().cloned().unwrap_or(Value::NONE);
    vm.call_method_str(&mapping(vm, &args[0])?, "get", &[args[1].clone(), default])
}

fn compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    // The other operand may be of a class that keeps what it is compared with.
    let shown = vm.dict_to_show(&mapping(vm, &args[0])?);
    vm.compare(op, &shown, &vm.dict_to_show(&unwrap(&args[1])))
}

fn or(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let (a, b) = (vm.dict_to_show(&unwrap(a)), vm.dict_to_show(&unwrap(b)));
    vm.binary_op(BinOp::Or, &a, &b)
}
