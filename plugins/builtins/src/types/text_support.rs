//! What the methods of numbers, text and bytes share: arguments, formatting, bounds.

use opyc_core::error::{PyResult, Raise};
use opyc_core::num::NumErrorKind;
use opyc_core::num::format_spec::{FormatError, FormatSpec, Target};
use opyc_core::object::{PyStr, PyType};
use opyc_core::text::{Str, StrBuf, TooBig};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::support::{is_index, this};

/// The largest text or bytes that a method makes, in bytes; beyond is MemoryError.
pub const MAX_BYTES: usize = 1 << 32;

/// The class that a class method or `__new__` got.
pub fn class<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a PyType> {
    this::<PyType>(vm, v)
}

/// A str as the result of a method.
pub fn new_buf(vm: &Vm, text: StrBuf) -> Value {
    vm.new_text(text.view())
}

/// A result that would be larger than [`MAX_BYTES`].
pub fn too_big(vm: &Vm) -> impl Fn(TooBig) -> Raise + '_ {
    |_| vm.memory_error()
}

/// The specifier that `__format__` got.
pub fn spec_arg<'a>(vm: &Vm, v: &'a Value) -> PyResult<Str<'a>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.view()),
        None => {
            let place = if vm.version() < Version::V3_7 {
                " 1"
            } else {
                ""
            };
            Err(vm.type_error(&format!(
                "__format__() argument{place} must be str, not {}",
                vm.type_name(v)
            )))
        }
    }
}

/// `__format__` of a value with a specifier that is not empty.
pub fn format_with(
    vm: &Vm,
    v: &Value,
    spec: Str<'_>,
    target: Target,
    format: impl FnOnce(&FormatSpec) -> Result<StrBuf, FormatError>,
) -> PyResult {
    match FormatSpec::parse(spec, target, vm.version()).and_then(|spec| format(&spec)) {
        Ok(text) => Ok(new_buf(vm, text)),
        Err(e) => {
            let text = e.message(vm.version(), &spec.to_string_lossy(), &vm.type_name(v));
            Err(match e.kind() {
                NumErrorKind::ZeroDivision => vm.zero_division(&text),
                NumErrorKind::Overflow => vm.overflow_error(&text),
                NumErrorKind::Value => vm.value_error(&text),
                NumErrorKind::Memory => vm.memory_error(),
            })
        }
    }
}

/// Start and end of a search, as `find` and its like take them: both optional, None like missing.
pub fn bounds(vm: &Vm, start: &Value, end: &Value) -> PyResult<(i64, i64)> {
    let one = |v: &Value| match v.opt() {
        None => Ok(None),
        Some(v) => vm.slice_index(v),
    };
    Ok((one(start)?.unwrap_or(0), one(end)?.unwrap_or(i64::MAX)))
}

/// An optional count such as that of `split` and `replace`; -1 if missing.
pub fn count_arg(vm: &Vm, v: &Value) -> PyResult<i64> {
    v.opt().map_or(Ok(-1), |v| vm.index_i64(v))
}

/// The text of a value for a message, cut as `%.200R` does it.
pub fn short_repr(vm: &Vm, v: &Value) -> PyResult<String> {
    Ok(vm.repr_text(v)?.chars().take(200).collect())
}

/// What a builtin iterator pickles to: `(iter, (seq,), index)`.
pub fn reduce_iterator(vm: &Vm, seq: Value, index: Option<usize>) -> PyResult {
    let iter = vm
        .builtins
        .get_name(&vm.intern("iter"))
        .unwrap_or(Value::NONE);
    let mut parts = vec![iter, vm.new_tuple(vec![seq])];
    parts.extend(index.map(|i| vm.new_int(i64::try_from(i).unwrap_or(i64::MAX))));
    Ok(vm.new_tuple(parts))
}

/// A str argument that is given by position or by name.
pub fn named_str<'a>(
    vm: &Vm,
    v: &'a Value,
    function: &str,
    place: usize,
    name: &str,
) -> PyResult<Option<&'a PyStr>> {
    let Some(v) = v.opt() else { return Ok(None) };
    if let Some(s) = v.downcast::<PyStr>() {
        return Ok(Some(s));
    }
    // Constructors named their arguments later.
    let constructor = matches!(function, "str" | "bytes" | "bytearray");
    let since = if constructor {
        Version::V3_10
    } else {
        Version::V3_8
    };
    let which = if vm.version() >= since {
        format!("'{name}'")
    } else {
        place.to_string()
    };
    Err(vm.type_error(&format!(
        "{function}() argument {which} must be str, not {}",
        vm.type_name(v)
    )))
}

/// A subscript that is no slice: its place in a sequence of so many items, or `None` beyond them.
///
/// # Errors
/// IndexError for an int beyond 64 bits, and what `__index__` raises.
pub fn place(vm: &Vm, key: &Value, len: usize) -> PyResult<Option<usize>> {
    let i = match key.as_int() {
        Some(i) => Some(i),
        None => vm.index(key)?.view().as_i64(),
    };
    let Some(i) = i else {
        let text = format!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(key)
        );
        return Err(vm.index_error(&text));
    };
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let i = if i < 0 { i.saturating_add(len) } else { i };
    Ok(usize::try_from(i).ok().filter(|_| i < len))
}

/// How often a sequence is repeated: not less than 0.
///
/// # Errors
/// TypeError for what is no int, OverflowError for one beyond 64 bits.
pub fn repetitions(vm: &Vm, v: &Value) -> PyResult<usize> {
    if !is_index(vm, v) {
        return Err(vm.type_error(&format!(
            "can't multiply sequence by non-int of type '{}'",
            vm.type_name(v)
        )));
    }
    match vm.index(v)?.view().as_i64() {
        Some(n) => Ok(usize::try_from(n).unwrap_or(0)),
        None => Err(vm.overflow_error(&format!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(v)
        ))),
    }
}

/// The character that fills a field (`center` and its like), a space if missing.
pub fn fill_char(vm: &Vm, v: &Value) -> PyResult<u32> {
    let Some(v) = v.opt() else {
        return Ok(u32::from(' '));
    };
    let Some(s) = v.downcast::<PyStr>() else {
        let text = format!(
            "The fill character must be a unicode character, not {}",
            vm.type_name(v)
        );
        return Err(vm.type_error(&text));
    };
    match s.view().get(0) {
        Some(c) if s.len() == 1 => Ok(c),
        _ => Err(vm.type_error("The fill character must be exactly one character long")),
    }
}
