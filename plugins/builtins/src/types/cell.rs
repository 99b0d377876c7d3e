//! `cell`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{GetSet, MethodDef, PyCell};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use crate::util::{address, payload};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static CELL: TypeDef = TypeDef {
    name: "cell",
    methods: &[
        MethodDef::new_method("contents=, /", new),
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
    ],
    getsets: &[GetSet::get_set("cell_contents", contents, |vm, c, v| {
        payload::<PyCell>(vm, c)?.value.set(v);
        Ok(())
    })],
};

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    if vm.version() < Version::V3_8 {
        return Err(vm.type_error("cannot create 'cell' instances"));
    }
    Ok(vm.new_cell(args[1].clone()))
}

fn contents(vm: &Vm, c: &Value) -> PyResult {
    match payload::<PyCell>(vm, c)?.value.get().opt() {
        Some(v) => Ok(v.clone()),
        None => {
            let text = if vm.version() >= Version::V3_10 {
                "cell is empty"
            } else {
                "Cell is empty"
            };
            Err(vm.value_error(text))
        }
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let v = payload::<PyCell>(vm, &args[0])?.value.get();
    let at = address(&args[0]);
    let text = match v.opt() {
        Some(v) => format!(
            "<cell at {at}: {} object at {}>",
            vm.type_name(v),
            address(v)
        ),
        None => format!("<cell at {at}: empty>"),
    };
    Ok(vm.new_str(&text))
}

/// By contents; an empty cell is less than any other.
fn compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    let a = payload::<PyCell>(vm, &args[0])?.value.get();
    let Some(b) = args[1].downcast::<PyCell>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let b = b.value.get();
    match (a.opt(), b.opt()) {
        (Some(a), Some(b)) => vm.compare(op, a, b),
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}
