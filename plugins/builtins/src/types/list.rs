//! `list`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyList};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static LIST: TypeDef =
    TypeDef { name: "list", methods: &[MethodDef::method("append", "object, /", append)], getsets: &[] };

fn append(_: &Vm, args: &[Value]) -> PyResult {
    if let Some(l) = args[0].downcast::<PyList>() {
        l.items.push(args[1].clone());
    }
    Ok(Value::NONE)
}
