//! `types.UnionType` (3.10 and later): `int | str`.

use opyc_core::error::PyResult;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

pub(super) fn or(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}
pub(super) fn ror(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}
