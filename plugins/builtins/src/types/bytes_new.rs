//! `bytes(…)` and `bytearray(…)`: from sizes, text, buffers and iterables.

use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{PyBytes, PyList, PyStr, PyTuple};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::support::is_index;
use super::text_support::{MAX_BYTES, class, named_str};

/// A byte: an int (or by `__index__`) from 0 to 255; `range` is the message of the ValueError for others.
pub fn byte(vm: &Vm, v: &Value, range: &str) -> PyResult<u8> {
    if let Some(i) = v.as_int() {
        return u8::try_from(i).map_err(|_| vm.value_error(range));
    }
    let i = vm.index(v)?;
    i.view()
        .as_i64()
        .and_then(|i| u8::try_from(i).ok())
        .ok_or_else(|| vm.value_error(range))
}

/// The bytes of an iterable of ints, after the buffer protocol was tried.
pub fn bytes_of_iterable(vm: &Vm, v: &Value, range: &str) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    // Lists and tuples are read in place: `__index__` may change a list on the way.
    if let Some(t) = v.downcast::<PyTuple>() {
        for item in t.iter() {
            out.push(byte(vm, item, range)?);
        }
        return Ok(out);
    }
    if let Some(l) = v.downcast_exact::<PyList>() {
        let mut i = 0;
        while let Some(item) = l.items.get(i) {
            out.push(byte(vm, &item, range)?);
            i += 1;
        }
        return Ok(out);
    }
    vm.for_each(v, |item| {
        out.push(byte(vm, &item, range)?);
        Ok(())
    })?;
    Ok(out)
}

/// `bytes(v)` of an object that is neither text nor a size, as `PyObject_Bytes` does it.
pub fn bytes_of_object(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.downcast_exact::<PyBytes>() {
        return Ok(b.data.to_vec());
    }
    if let Some(b) = by_dunder(vm, v)? {
        return match b.downcast::<PyBytes>() {
            Some(b) => Ok(b.data.to_vec()),
            None => Err(vm.system_error("bad argument to internal function")),
        };
    }
    bytes_of(vm, v)
}

/// `v.__bytes__()`, if it has that: bytes.
pub fn by_dunder(vm: &Vm, v: &Value) -> PyResult<Option<Value>> {
    let Some(b) = vm.call_special(v, &vm.names.bytes, &[])? else {
        return Ok(None);
    };
    if b.downcast::<PyBytes>().is_none() {
        return Err(vm.type_error(&format!(
            "__bytes__ returned non-bytes (type {})",
            vm.type_name(&b)
        )));
    }
    Ok(Some(b))
}

/// The bytes of a buffer or an iterable, as `PyBytes_FromObject` does it.
pub fn bytes_of(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    const RANGE: &str = "bytes must be in range(0, 256)";
    if let Some(b) = vm.buffer(v)? {
        return Ok(b.into_owned());
    }
    if !vm.is_str(v) {
        let ty = vm.type_of(v);
        let iterable = v.downcast::<PyList>().is_some()
            || v.downcast::<PyTuple>().is_some()
            || vm
                .lookup_type(ty, &vm.names.iter)
                .is_some_and(|f| !f.is_none())
            || vm.lookup_type(ty, &vm.names.getitem).is_some();
        if iterable {
            return bytes_of_iterable(vm, v, RANGE);
        }
    }
    Err(cannot_convert(vm, v, "bytes"))
}

/// The TypeError for a value that is not a source of bytes.
pub fn cannot_convert(vm: &Vm, v: &Value, to: &str) -> Raise {
    vm.type_error(&format!(
        "cannot convert '{}' object to {to}",
        vm.type_name(v)
    ))
}

/// What the arguments of a constructor say before any object is asked.
pub enum Source {
    /// Nothing was given.
    Nothing,
    /// Text, encoded.
    Encoded(Vec<u8>),
    /// So many zeros.
    Zeros(usize),
    /// Something else: an object to ask.
    Other,
}

/// `source`, `encoding` and `errors` of a constructor; `function` is its name.
///
/// An object with `__bytes__` comes before a size for `bytes`, so `index` says whether sizes are looked for.
pub fn source(vm: &Vm, a: &[Value], function: &str, index: bool) -> PyResult<Source> {
    let encoding = named_str(vm, &a[1], function, 2, "encoding")?;
    let errors = named_str(vm, &a[2], function, 3, "errors")?;
    let text = a[0].downcast::<PyStr>();
    match (encoding, errors, text) {
        (Some(encoding), _, Some(_)) => {
            let errors = errors.map_or("strict".to_owned(), |e| e.to_string());
            let made = vm.encode(&a[0], &encoding.to_string(), &errors)?;
            return Ok(Source::Encoded(vm.bytes_like(&made)?.into_owned()));
        }
        (Some(_), ..) | (_, Some(_), _) if text.is_none() && vm.version() < Version::V3_8 => {
            return Err(vm.type_error(match (&a[0], function) {
                (v, _) if v.is_null() => "encoding or errors without sequence argument",
                (_, "bytearray") => "encoding or errors without a string argument",
                _ if encoding.is_some() => "encoding without a string argument",
                _ => "errors without a string argument",
            }));
        }
        (Some(_), _, None) => return Err(vm.type_error("encoding without a string argument")),
        (None, Some(_), None) => return Err(vm.type_error("errors without a string argument")),
        (None, _, Some(_)) => return Err(vm.type_error("string argument without an encoding")),
        (None, None, None) => {}
    }
    let Some(v) = a[0].opt() else {
        return Ok(Source::Nothing);
    };
    if !index || !is_index(vm, v) {
        return Ok(Source::Other);
    }
    let size = match vm.index(v) {
        Ok(i) => i.view().as_i64(),
        // CPython takes it for a sequence then.
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => return Ok(Source::Other),
        Err(r) => return Err(r),
    };
    match size {
        None => Err(vm.overflow_error(&format!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(v)
        ))),
        Some(n) => match usize::try_from(n) {
            Err(_) => Err(vm.value_error("negative count")),
            Ok(n) if n > MAX_BYTES => Err(vm.memory_error()),
            Ok(n) => Ok(Source::Zeros(n)),
        },
    }
}

/// `bytes.__new__`.
pub fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    let given = &a[1..];
    let plain = given[0]
        .opt()
        .filter(|v| !vm.is_str(v) && given[1].is_null() && given[2].is_null());
    if let Some(v) = plain {
        if !ty.is_heap() && v.downcast_exact::<PyBytes>().is_some() {
            return Ok(v.clone());
        }
        if let Some(made) = by_dunder(vm, v)? {
            return match made.downcast::<PyBytes>() {
                Some(b) if ty.is_heap() => Ok(vm.new_bytes_of(ty, &b.data)),
                _ => Ok(made),
            };
        }
    }
    let data = match source(vm, given, "bytes", true)? {
        Source::Nothing => Vec::new(),
        Source::Encoded(data) => data,
        Source::Zeros(n) => vec![0; n],
        Source::Other => bytes_of(vm, &given[0])?,
    };
    Ok(vm.new_bytes_of(ty, &data))
}
