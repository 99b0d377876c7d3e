//! Values as constants of code objects, for `code.replace`.

use std::sync::Arc;

use opyc_core::code::Const;
use opyc_core::error::PyResult;
use opyc_core::object::{PyBytes, PyCode, PyComplex, PySet, PyStr, PyTuple};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// The constant for a value; ValueError for what no compiled file can hold.
pub(super) fn constant(vm: &Vm, v: &Value) -> PyResult<Const> {
    vm.check_rust_stack()?;
    let all = |items: &[Value]| -> PyResult<Arc<[Const]>> {
        Ok(items
            .iter()
            .map(|i| constant(vm, i))
            .collect::<PyResult<Vec<_>>>()?
            .into())
    };
    if v.is_none() {
        Ok(Const::None)
    } else if let Some(b) = v.as_bool() {
        Ok(Const::Bool(b))
    } else if v.is_ellipsis() {
        Ok(Const::Ellipsis)
    } else if let Some(i) = vm.exact_int(v) {
        Ok(match i.as_i64() {
            Some(i) => Const::Int(i),
            None => Const::BigInt(Arc::new(i.to_int().into_big())),
        })
    } else if let Some(f) = v.as_float() {
        Ok(Const::Float(f))
    } else if let Some(c) = v.downcast_exact::<PyComplex>() {
        Ok(Const::Complex(c.re, c.im))
    } else if let Some(s) = v.downcast_exact::<PyStr>() {
        Ok(Const::Str(Arc::new(s.view().to_buf()), s.is_interned()))
    } else if let Some(b) = v.downcast_exact::<PyBytes>() {
        Ok(Const::Bytes(b.data.to_vec().into()))
    } else if let Some(t) = v.downcast_exact::<PyTuple>() {
        Ok(Const::Tuple(all(t.items())?))
    } else if let Some(s) = v.downcast_exact::<PySet>() {
        Ok(Const::FrozenSet(all(&s.items())?))
    } else if let Some(c) = v.downcast::<PyCode>() {
        Ok(Const::Code(c.code.clone()))
    } else {
        Err(vm.value_error(&format!(
            "code: a '{}' object cannot be a constant",
            vm.type_name(v)
        )))
    }
}
