//! `int(…)`: from text, and by `__int__`, `__index__` and `__trunc__`.

use opyc_core::error::PyResult;
use opyc_core::num::int_text::{self, ParseIntError};
use opyc_core::num::{Int, int};
use opyc_core::object::{Kind, PyStr};
use opyc_core::text::Str;
use opyc_core::text::chars::to_ascii_number;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::text_support::{class, short_repr};

/// `int.__new__`.
pub fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    if a[0].is(vm.types.bool.as_value()) {
        return Err(vm.type_error("int.__new__(bool) is not safe, use bool.__new__()"));
    }
    let made = match (a[1].opt(), a[2].opt()) {
        (None, None) => Int::Small(0),
        (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
        (Some(x), None) => {
            if !ty.is_heap() && x.as_int().is_some() {
                return Ok(x.clone());
            }
            number(vm, x)?
        }
        (Some(x), Some(base)) => with_base(vm, x, base)?,
    };
    Ok(vm.new_int_of(ty, made))
}

fn with_base(vm: &Vm, x: &Value, base: &Value) -> PyResult<Int> {
    let base = u32::try_from(vm.index_clamped(base)?).unwrap_or(u32::MAX);
    if base != 0 && !(2..=36).contains(&base) {
        return Err(vm.value_error(&ParseIntError::Base.message(vm.version(), base, "")));
    }
    if let Some(s) = x.downcast::<PyStr>() {
        return parse(vm, to_ascii_number(s.view()).as_bytes(), base, x);
    }
    match x.kind() {
        Some(Kind::Bytes | Kind::ByteArray) => parse_bytes(vm, x, base),
        _ => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

fn parse_bytes(vm: &Vm, x: &Value, base: u32) -> PyResult<Int> {
    let bytes = vm.bytes_like(x)?;
    parse(vm, &bytes, base, &vm.new_bytes(&bytes))
}

fn parse(vm: &Vm, text: &[u8], base: u32, shown: &Value) -> PyResult<Int> {
    match int_text::parse(text, base, vm.max_str_digits()) {
        Ok(i) => Ok(i),
        Err(e) => {
            let repr = short_repr(vm, shown)?;
            Err(vm.value_error(&e.message(vm.version(), base, &repr)))
        }
    }
}

/// `int(x)`: `PyNumber_Long`.
pub fn number(vm: &Vm, x: &Value) -> PyResult<Int> {
    if let Some(i) = vm.exact_int(x) {
        return Ok(i.to_int());
    }
    if x.is_immediate_float()
        && let Some(i) = x.as_float().and_then(|f| int::from_f64(f).ok())
    {
        return Ok(i);
    }
    if let Some(s) = x.downcast_exact::<PyStr>() {
        return match s.view() {
            Str::Ascii(text) => parse(vm, text, 10, x),
            text => parse(vm, to_ascii_number(text).as_bytes(), 10, x),
        };
    }
    if let Some(r) = vm.call_special(x, &vm.names.int, &[])? {
        return int_result(vm, &r);
    }
    if vm.version() >= Version::V3_8 && vm.lookup_type(vm.type_of(x), &vm.names.index).is_some() {
        return vm.index(x);
    }
    if vm.version() < Version::V3_14
        && let Some(r) = vm.call_special(x, &vm.names.trunc, &[])?
    {
        return truncated(vm, &r);
    }
    if let Some(s) = x.downcast::<PyStr>() {
        return parse(vm, to_ascii_number(s.view()).as_bytes(), 10, x);
    }
    if vm.buffer(x)?.is_some() {
        return parse_bytes(vm, x, 10);
    }
    let kind = if vm.version() >= Version::V3_10 {
        "real number"
    } else {
        "number"
    };
    Err(vm.type_error(&format!(
        "int() argument must be a string, a bytes-like object or a {kind}, not '{}'",
        vm.type_name(x)
    )))
}

fn int_result(vm: &Vm, r: &Value) -> PyResult<Int> {
    let Some(i) = vm.int_value(r) else {
        return Err(vm.type_error(&format!(
            "__int__ returned non-int (type {})",
            vm.type_name(r)
        )));
    };
    if vm.exact_int(r).is_none() || r.as_bool().is_some() {
        vm.warn(
            &vm.exc_types.DeprecationWarning,
            &format!(
                "__int__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int \
                 is deprecated, and may not be supported in a future version of Python.",
                vm.type_name(r)
            ),
        );
    }
    Ok(i.to_int())
}

/// What `__trunc__` gave, as an int.
fn truncated(vm: &Vm, r: &Value) -> PyResult<Int> {
    if vm.version() >= Version::V3_11 {
        vm.warn(
            &vm.exc_types.DeprecationWarning,
            "The delegation of int() to __trunc__ is deprecated.",
        );
    }
    if let Some(i) = vm.int_value(r) {
        return Ok(i.to_int());
    }
    if vm.version() >= Version::V3_8 && vm.lookup_type(vm.type_of(r), &vm.names.index).is_some() {
        return vm.index(r);
    }
    match vm.call_special(r, &vm.names.int, &[])? {
        Some(i) if vm.version() < Version::V3_8 => int_result(vm, &i),
        _ => Err(vm.type_error(&format!(
            "__trunc__ returned non-Integral (type {})",
            vm.type_name(r)
        ))),
    }
}
