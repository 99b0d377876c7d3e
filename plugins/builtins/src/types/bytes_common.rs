//! What `bytes` and `bytearray` have in common: operators, subscripts, and the receiver in either form.

use std::borrow::Cow;

use opyc_core::error::PyResult;
use opyc_core::object::{Kind, MethodDef, PyByteArray, PyBytes, PySlice};
use opyc_core::text::{Str, StrBuf, is_there_room, search};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::bytes_new::byte;
use super::percent;
use super::support::is_index;
use super::text_support::{MAX_BYTES, place, repetitions};

/// The operators of both types.
pub const OPERATORS: &[MethodDef] = &[
    MethodDef::method("__add__", "value, /", add),
    MethodDef::method("__mul__", "value, /", repeat),
    MethodDef::method("__rmul__", "value, /", repeat),
    MethodDef::method("__mod__", "value, /", |vm, a| {
        Ok(make(
            vm,
            &a[0],
            percent::bytes_percent(vm, &data(vm, &a[0])?, &a[1])?,
        ))
    }),
    MethodDef::method("__rmod__", "value, /", remainder_of),
    MethodDef::method("__contains__", "key, /", contains),
    MethodDef::method("__getitem__", "key, /", get_item),
    MethodDef::method("__len__", "", |vm, a| Ok(size(vm, data(vm, &a[0])?.len()))),
    MethodDef::method("__buffer__", "flags, /", buffer).since(Version::V3_12),
];

/// The bytes of the receiver. Those of a `bytearray` are copied: they may change while Python code runs.
pub fn data<'a>(vm: &Vm, v: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    if let Some(b) = v.downcast::<PyBytes>() {
        return Ok(Cow::Borrowed(&b.data));
    }
    match v.downcast::<PyByteArray>() {
        Some(b) => Ok(Cow::Owned(b.data.borrow().clone())),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// Whether the receiver is a `bytearray`.
pub fn is_array(v: &Value) -> bool {
    v.kind() == Some(Kind::ByteArray)
}

/// Bytes as a result of a method: of the receiver's type, but never a subclass.
pub fn make(vm: &Vm, this: &Value, data: Vec<u8>) -> Value {
    if is_array(this) {
        vm.new_bytearray_of(&vm.types.bytearray, data)
    } else {
        vm.new_bytes(&data)
    }
}

/// The receiver as a result: itself if it is an exact `bytes`, else a copy.
pub fn same(vm: &Vm, this: &Value) -> PyResult {
    if this.downcast_exact::<PyBytes>().is_some() {
        return Ok(this.clone());
    }
    Ok(make(vm, this, data(vm, this)?.into_owned()))
}

/// The bytes of a text of characters below 256.
pub fn raw(vm: &Vm, text: StrBuf) -> PyResult<Vec<u8>> {
    match text {
        StrBuf::Ascii(b) | StrBuf::Latin1(b) => Ok(b),
        _ => Err(vm.system_error("bytes became text")),
    }
}

/// A length or a place as an int.
pub fn size(vm: &Vm, n: usize) -> Value {
    vm.new_int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A `memoryview` of the receiver.
fn buffer(vm: &Vm, a: &[Value]) -> PyResult {
    vm.index_i64(&a[1])?;
    match vm.builtins.get_name(&vm.intern("memoryview")) {
        Some(view) => vm.call(&view, &a[..1]),
        None => Err(vm.system_error("no memoryview")),
    }
}

fn add(vm: &Vm, a: &[Value]) -> PyResult {
    let left = data(vm, &a[0])?;
    let Some(right) = vm.buffer(&a[1])? else {
        let text = format!(
            "can't concat {} to {}",
            vm.type_name(&a[1]),
            vm.type_name(&a[0])
        );
        return Err(vm.type_error(&text));
    };
    if right.is_empty() && a[0].downcast_exact::<PyBytes>().is_some() {
        return Ok(a[0].clone());
    }
    if left.is_empty() && !is_array(&a[0]) && a[1].downcast_exact::<PyBytes>().is_some() {
        return Ok(a[1].clone());
    }
    if !is_there_room(left.len().saturating_add(right.len())) {
        return Err(vm.memory_error());
    }
    Ok(make(vm, &a[0], [&*left, &*right].concat()))
}

/// The bytes so many times, for `*` and `*=`.
pub fn repeated(vm: &Vm, bytes: &[u8], count: usize, array: bool) -> PyResult<Vec<u8>> {
    match bytes
        .len()
        .checked_mul(count)
        .filter(|n| i64::try_from(*n).is_ok())
    {
        Some(n) if n <= MAX_BYTES => Ok(bytes.repeat(count)),
        None if !array => Err(vm.overflow_error("repeated bytes are too long")),
        _ => Err(vm.memory_error()),
    }
}

fn repeat(vm: &Vm, a: &[Value]) -> PyResult {
    let count = repetitions(vm, &a[1])?;
    if count == 1 {
        return same(vm, &a[0]);
    }
    Ok(make(
        vm,
        &a[0],
        repeated(vm, &data(vm, &a[0])?, count, is_array(&a[0]))?,
    ))
}

/// `value % self`, where the left operand's type left it to us.
fn remainder_of(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].kind() != a[0].kind() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(make(
        vm,
        &a[1],
        percent::bytes_percent(vm, &data(vm, &a[1])?, &a[0])?,
    ))
}

fn contains(vm: &Vm, a: &[Value]) -> PyResult {
    let found = if is_index(vm, &a[1]) {
        let b = byte(vm, &a[1], "byte must be in range(0, 256)")?;
        data(vm, &a[0])?.contains(&b)
    } else {
        let part = vm.bytes_like(&a[1])?;
        search::contains(Str::Latin1(&data(vm, &a[0])?), Str::Latin1(&part))
    };
    Ok(Value::bool(found))
}

fn get_item(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(slice) = a[1].downcast::<PySlice>() {
        let bounds = vm.slice_bounds(slice)?;
        let bytes = data(vm, &a[0])?;
        let (start, _, step, count) = bounds.adjust(bytes.len());
        if step == 1 && count == bytes.len() {
            return same(vm, &a[0]);
        }
        return Ok(make(vm, &a[0], stepped(&bytes, start, step, count)));
    }
    let array = is_array(&a[0]);
    if !is_index(vm, &a[1]) {
        let name = if array { "bytearray" } else { "byte" };
        let text = format!(
            "{name} indices must be integers or slices, not {}",
            vm.type_name(&a[1])
        );
        return Err(vm.type_error(&text));
    }
    let found = match (a[0].downcast::<PyBytes>(), a[0].downcast::<PyByteArray>()) {
        (Some(b), _) => place(vm, &a[1], b.data.len())?.and_then(|i| b.data.get(i).copied()),
        (None, Some(b)) => {
            // `__index__` may change the array: its length counts afterwards.
            let key = vm.index_value(&a[1])?;
            let len = b.data.borrow().len();
            let i = place(vm, &key, len)?;
            i.and_then(|i| b.data.borrow().get(i).copied())
        }
        (None, None) => None,
    };
    match found {
        Some(b) => Ok(Value::i32(b.into())),
        None => Err(vm.index_error(if array {
            "bytearray index out of range"
        } else {
            "index out of range"
        })),
    }
}

/// The bytes of a slice.
fn stepped(bytes: &[u8], start: i64, step: i64, count: usize) -> Vec<u8> {
    let start = usize::try_from(start).unwrap_or(0);
    if step == 1 {
        return bytes.iter().skip(start).take(count).copied().collect();
    }
    let step = isize::try_from(step).unwrap_or(isize::MAX);
    let places = std::iter::successors(Some(start), |i| i.checked_add_signed(step));
    places
        .take(count)
        .filter_map(|i| bytes.get(i).copied())
        .collect()
}
