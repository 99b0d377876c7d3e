//! `bytearray`: what `bytes` has not, above all changing in place.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyByteArray, PySlice};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::repr::bytes_repr;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, SliceBounds, Vm};

use super::bytes::ITERATOR;
use super::bytes_common::{OPERATORS, repeated, size};
use super::bytes_methods::METHODS;
use super::bytes_new::{Source, byte, bytes_of_iterable, cannot_convert, source};
use super::str_methods::can_iterate;
use super::support::{is_index, this};
use super::text_support::{MAX_BYTES, class, place, repetitions};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static SHARED_OPERATORS: TypeDef = TypeDef {
    name: "bytearray",
    methods: OPERATORS,
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static SHARED_METHODS: TypeDef = TypeDef {
    name: "bytearray",
    methods: METHODS,
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ITERATORS: TypeDef = TypeDef {
    name: "bytearray_iterator",
    methods: ITERATOR,
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BYTEARRAY: TypeDef = TypeDef {
    name: "bytearray",
    methods: &[
        MethodDef::raw(
            "__new__",
            opyc_core::object::Access::New,
            |vm, args| match args.pos().first() {
                Some(ty) => Ok(vm.new_bytearray_of(class(vm, ty)?, Vec::new())),
                None => Err(vm.type_error("bytearray.__new__(): not enough arguments")),
            },
        ),
        MethodDef::method("__init__", "source=, encoding=, errors=", init),
        MethodDef::absent("__hash__"),
        MethodDef::method("__eq__", "value, /", |vm, a| compare(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| compare(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |vm, a| compare(vm, CmpOp::Lt, a)),
        MethodDef::method("__le__", "value, /", |vm, a| compare(vm, CmpOp::Le, a)),
        MethodDef::method("__gt__", "value, /", |vm, a| compare(vm, CmpOp::Gt, a)),
        MethodDef::method("__ge__", "value, /", |vm, a| compare(vm, CmpOp::Ge, a)),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr),
        MethodDef::method("__iter__", "", |vm, a| {
            Ok(vm.new_seq_iter(&vm.types.bytearray_iterator, a[0].clone(), 0, false))
        }),
        MethodDef::method("__setitem__", "key, value, /", |vm, a| {
            set_item(vm, a, Some(&a[2]))
        }),
        MethodDef::method("__delitem__", "key, /", |vm, a| set_item(vm, a, None)),
        MethodDef::method("__iadd__", "value, /", inplace_add),
        MethodDef::method("__imul__", "value, /", inplace_repeat),
        MethodDef::method("__alloc__", "", |vm, a| {
            Ok(size(vm, allocated(array(vm, a)?)))
        }),
        MethodDef::method("__sizeof__", "", |vm, a| {
            Ok(size(vm, allocated(array(vm, a)?).saturating_add(56)))
        }),
        MethodDef::method("__reduce__", "", |vm, a| reduce(vm, &a[0], 2)),
        MethodDef::method("__reduce_ex__", "proto=, /", |vm, a| {
            let proto = a[1].opt().map_or(Ok(0), |p| vm.int_arg(p))?;
            reduce(vm, &a[0], proto)
        }),
        MethodDef::method("append", "item, /", append),
        MethodDef::method("extend", "iterable_of_ints, /", extend),
        MethodDef::method("insert", "index, item, /", insert),
        MethodDef::method("pop", "index=, /", pop),
        MethodDef::method("remove", "value, /", remove),
        MethodDef::method("reverse", "", |vm, a| {
            array(vm, a)?.data.borrow_mut().reverse();
            Ok(Value::NONE)
        }),
        MethodDef::method("clear", "", |vm, a| {
            resizable(vm, array(vm, a)?)?.data.borrow_mut().clear();
            Ok(Value::NONE)
        }),
        MethodDef::method("copy", "", |vm, a| {
            Ok(exact(vm, array(vm, a)?.data.borrow().clone()))
        }),
        MethodDef::method("resize", "size, /", resize).since(Version::V3_14),
    ],
    getsets: &[],
};

const RANGE: &str = "byte must be in range(0, 256)";

fn array<'a>(vm: &Vm, a: &'a [Value]) -> PyResult<&'a PyByteArray> {
    match a.first() {
        Some(v) => this::<PyByteArray>(vm, v),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn exact(vm: &Vm, data: Vec<u8>) -> Value {
    vm.new_bytearray_of(&vm.types.bytearray, data)
}

/// The array, if nothing looks at its bytes.
fn resizable<'a>(vm: &Vm, b: &'a PyByteArray) -> PyResult<&'a PyByteArray> {
    if b.exports.get() > 0 {
        return Err(in_use(vm));
    }
    Ok(b)
}

fn in_use(vm: &Vm) -> Raise {
    vm.buffer_error("Existing exports of data: object cannot be re-sized")
}

/// Bytes that CPython would have allocated: one for a terminator.
fn allocated(b: &PyByteArray) -> usize {
    match b.data.borrow().len() {
        0 => 0,
        n => n.saturating_add(1),
    }
}

fn init(vm: &Vm, a: &[Value]) -> PyResult {
    let b = array(vm, a)?;
    if !b.data.borrow().is_empty() {
        resizable(vm, b)?.data.borrow_mut().clear();
    }
    let data = match source(vm, &a[1..], "bytearray", true)? {
        Source::Nothing => return Ok(Value::NONE),
        Source::Encoded(data) => data,
        Source::Zeros(n) => vec![0; n],
        Source::Other => bytes_from(vm, &a[1])?,
    };
    resizable(vm, b)?.data.replace(data);
    Ok(Value::NONE)
}

/// The bytes of a buffer or an iterable of ints.
fn bytes_from(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    if let Some(b) = vm.buffer(v)? {
        return Ok(b.into_owned());
    }
    if !can_iterate(vm, v) {
        return Err(if vm.version() >= Version::V3_8 {
            cannot_convert(vm, v, "bytearray")
        } else {
            vm.type_error(&format!("'{}' object is not iterable", vm.type_name(v)))
        });
    }
    bytes_of_iterable(vm, v, RANGE)
}

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    let Some(other) = vm.buffer(&a[1])? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let order = array(vm, a)?.data.borrow().as_slice().cmp(&other);
    Ok(Value::bool(op.holds(order)))
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    let mut shown = bytes_repr(&array(vm, a)?.data.borrow());
    // Unlike `bytes`, single quotes are escaped between double ones too.
    if let Some(inner) = shown.strip_prefix("b\"").and_then(|s| s.strip_suffix('"')) {
        shown = format!("b\"{}\"", inner.replace('\'', "\\'"));
    }
    let name = if vm.version() >= Version::V3_7 {
        vm.type_name(&a[0])
    } else {
        "bytearray".to_owned()
    };
    Ok(vm.new_str(&format!("{name}({shown})")))
}

fn append(vm: &Vm, a: &[Value]) -> PyResult {
    let item = byte(vm, &a[1], RANGE)?;
    resizable(vm, array(vm, a)?)?.data.borrow_mut().push(item);
    Ok(Value::NONE)
}

fn extend(vm: &Vm, a: &[Value]) -> PyResult {
    let b = array(vm, a)?;
    let more = if let Some(more) = vm.buffer(&a[1])? {
        more.into_owned()
    } else if can_iterate(vm, &a[1]) {
        items(vm, &a[1])?
    } else {
        return Err(vm.type_error(&if vm.version() >= Version::V3_8 {
            format!("can't extend bytearray with {}", vm.type_name(&a[1]))
        } else {
            format!("'{}' object is not iterable", vm.type_name(&a[1]))
        }));
    };
    if !more.is_empty() {
        grow(vm, b, more.len())?;
        b.data.borrow_mut().extend(more);
    }
    Ok(Value::NONE)
}

/// The ints of an iterable, for `extend`.
fn items(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    let it = vm.get_iter(v)?;
    while let Some(item) = vm.iter_next(&it)? {
        if !is_index(vm, &item) && vm.version() >= Version::V3_13 && vm.is_str(v) {
            let text = format!("expected iterable of integers; got: '{}'", vm.type_name(v));
            return Err(vm.type_error(&text));
        }
        out.push(byte(vm, &item, RANGE)?);
    }
    Ok(out)
}

/// Checks that the array may grow by so many bytes.
fn grow(vm: &Vm, b: &PyByteArray, more: usize) -> PyResult<()> {
    let len = resizable(vm, b)?.data.borrow().len();
    if len.saturating_add(more) > MAX_BYTES {
        Err(vm.memory_error())
    } else {
        Ok(())
    }
}

fn insert(vm: &Vm, a: &[Value]) -> PyResult {
    let at = vm.index_i64(&a[1])?;
    let item = byte(vm, &a[2], RANGE)?;
    let mut data = resizable(vm, array(vm, a)?)?.data.borrow_mut();
    let len = i64::try_from(data.len()).unwrap_or(i64::MAX);
    let at = if at < 0 {
        at.saturating_add(len).max(0)
    } else {
        at.min(len)
    };
    data.insert(usize::try_from(at).unwrap_or(0), item);
    Ok(Value::NONE)
}

fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let at = a[1].opt().map_or(Ok(-1), |v| vm.index_i64(v))?;
    let b = array(vm, a)?;
    let len = b.data.borrow().len();
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let n = i64::try_from(len).unwrap_or(i64::MAX);
    let at = if at < 0 { at.saturating_add(n) } else { at };
    match usize::try_from(at) {
        Ok(at) if at < len => Ok(Value::i32(
            resizable(vm, b)?.data.borrow_mut().remove(at).into(),
        )),
        _ => Err(vm.index_error("pop index out of range")),
    }
}

fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let value = byte(vm, &a[1], RANGE)?;
    let b = array(vm, a)?;
    let found = b.data.borrow().iter().position(|&x| x == value);
    match found {
        Some(at) => {
            resizable(vm, b)?.data.borrow_mut().remove(at);
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("value not found in bytearray")),
    }
}

fn resize(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.index_i64(&a[1])?;
    let b = array(vm, a)?;
    let Ok(n) = usize::try_from(n) else {
        return Err(vm.value_error(&format!("Can only resize to positive sizes, got {n}")));
    };
    if n > MAX_BYTES {
        return Err(vm.memory_error());
    }
    resizable(vm, b)?.data.borrow_mut().resize(n, 0);
    Ok(Value::NONE)
}

fn inplace_add(vm: &Vm, a: &[Value]) -> PyResult {
    let b = array(vm, a)?;
    let Some(more) = vm.buffer(&a[1])? else {
        let text = format!(
            "can't concat {} to {}",
            vm.type_name(&a[1]),
            vm.type_name(&a[0])
        );
        return Err(vm.type_error(&text));
    };
    if !more.is_empty() {
        if a[1].is(&a[0]) {
            // The right operand's bytes are in use.
            return Err(in_use(vm));
        }
        grow(vm, b, more.len())?;
        b.data.borrow_mut().extend_from_slice(&more);
    }
    Ok(a[0].clone())
}

fn inplace_repeat(vm: &Vm, a: &[Value]) -> PyResult {
    let count = repetitions(vm, &a[1])?;
    let b = resizable(vm, array(vm, a)?)?;
    let made = repeated(vm, &b.data.borrow(), count, true)?;
    b.data.replace(made);
    Ok(a[0].clone())
}

fn set_item(vm: &Vm, a: &[Value], value: Option<&Value>) -> PyResult {
    let b = array(vm, a)?;
    if let Some(slice) = a[1].downcast::<PySlice>() {
        let bounds = vm.slice_bounds(slice)?;
        let data = value.map(|v| assigned(vm, v)).transpose()?;
        set_slice(vm, b, bounds, data)?;
        return Ok(Value::NONE);
    }
    if !is_index(vm, &a[1]) {
        let text = format!(
            "bytearray indices must be integers or slices, not {}",
            vm.type_name(&a[1])
        );
        return Err(vm.type_error(&text));
    }
    let key = vm.index_value(&a[1])?;
    let value = value.map(|v| byte(vm, v, RANGE)).transpose()?;
    let len = b.data.borrow().len();
    let Some(at) = place(vm, &key, len)? else {
        return Err(vm.index_error("bytearray index out of range"));
    };
    match value {
        Some(value) => {
            if let Some(slot) = b.data.borrow_mut().get_mut(at) {
                *slot = value;
            }
        }
        None => drop(resizable(vm, b)?.data.borrow_mut().remove(at)),
    }
    Ok(Value::NONE)
}

/// What is assigned to a slice, as bytes.
fn assigned(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.downcast::<PyByteArray>() {
        return Ok(b.data.borrow().clone());
    }
    if vm.is_int(v) || vm.is_str(v) {
        return Err(
            vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
        );
    }
    bytes_from(vm, v)
}

fn set_slice(vm: &Vm, b: &PyByteArray, bounds: SliceBounds, data: Option<Vec<u8>>) -> PyResult<()> {
    let len = b.data.borrow().len();
    let (start, stop, step, count) = bounds.adjust(len);
    let at = |i: i64| usize::try_from(i).unwrap_or(0);
    if step == 1 {
        let (start, stop) = (at(start), at(stop.max(start)));
        let data = data.unwrap_or_default();
        if data.len() != stop - start {
            grow(vm, b, data.len())?;
        }
        b.data.borrow_mut().splice(start..stop, data);
        return Ok(());
    }
    let places = (0..count).map(|i| at(start.saturating_add(step.saturating_mul(i as i64))));
    match data {
        None if count == 0 => Ok(()),
        None => {
            resizable(vm, b)?;
            let gone: std::collections::HashSet<usize> = places.collect();
            let mut i = 0;
            b.data.borrow_mut().retain(|_| {
                i += 1;
                !gone.contains(&(i - 1))
            });
            Ok(())
        }
        Some(data) if data.is_empty() && count > 0 && step != 1 => {
            // CPython takes an empty value for a deletion.
            set_slice(vm, b, bounds, None)
        }
        Some(data) if data.len() != count => Err(wrong_size(vm, data.len(), count)),
        Some(data) => {
            let mut bytes = b.data.borrow_mut();
            for (at, value) in places.zip(data) {
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = value;
                }
            }
            Ok(())
        }
    }
}

fn wrong_size(vm: &Vm, given: usize, wanted: usize) -> Raise {
    vm.value_error(&format!(
        "attempt to assign bytes of size {given} to extended slice of size {wanted}"
    ))
}

fn reduce(vm: &Vm, v: &Value, proto: i64) -> PyResult {
    let b = this::<PyByteArray>(vm, v)?;
    // From 3.11 on, an empty dict is no state.
    let state = vm
        .instance_dict_opt(v)
        .filter(|d| vm.version() < Version::V3_11 || !d.is_empty());
    let state = state.map_or(Value::NONE, |d| d.into_value());
    let data = b.data.borrow().clone();
    let args = if data.is_empty() && proto < 3 {
        Vec::new()
    } else if proto < 3 {
        let text = opyc_core::text::StrBuf::from_latin1(data);
        vec![vm.new_text(text.view()), vm.new_str("latin-1")]
    } else if data.is_empty() {
        Vec::new()
    } else {
        vec![vm.new_bytes(&data)]
    };
    let ty = opyc_core::object::value_of(vm.type_of(v));
    Ok(vm.new_tuple(vec![ty, vm.new_tuple(args), state]))
}
