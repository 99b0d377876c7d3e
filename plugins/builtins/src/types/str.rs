//! `str`: construction, operators, subscripts, iteration. Its other methods are in `str_methods`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::num::format_num::format_str;
use opyc_core::num::format_spec::Target;
use opyc_core::object::{MethodDef, PySeqIter, PySlice, PyStr};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::{Str, Width, is_there_room, repr, search};
use opyc_core::value::Value;
use opyc_core::vm::{CmpOp, Vm};

use super::percent;
use super::support::{is_index, this};
use super::text_support::{
    MAX_BYTES, class, format_with, named_str, new_buf, place, reduce_iterator, repetitions,
    spec_arg, too_big,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static STR: TypeDef = TypeDef {
    name: "str",
    methods: &[
        MethodDef::new_method("object=, encoding=, errors=", new),
        MethodDef::method("__add__", "value, /", add),
        MethodDef::method("__mul__", "value, /", repeat),
        MethodDef::method("__rmul__", "value, /", repeat),
        MethodDef::method("__mod__", "value, /", |vm, a| {
            percent::str_percent(vm, &a[0], &a[1])
        }),
        MethodDef::method("__rmod__", "value, /", remainder_of),
        MethodDef::method("__contains__", "key, /", contains),
        MethodDef::method("__getitem__", "key, /", get_item),
        MethodDef::method("__len__", "", len),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__eq__", "value, /", |vm, a| compare(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| compare(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |vm, a| compare(vm, CmpOp::Lt, a)),
        MethodDef::method("__le__", "value, /", |vm, a| compare(vm, CmpOp::Le, a)),
        MethodDef::method("__gt__", "value, /", |vm, a| compare(vm, CmpOp::Gt, a)),
        MethodDef::method("__ge__", "value, /", |vm, a| compare(vm, CmpOp::Ge, a)),
        MethodDef::method("__hash__", "", |vm, a| {
            Ok(vm.new_int(vm.hash_str(this::<PyStr>(vm, &a[0])?)))
        }),
        MethodDef::method("__repr__", "", |vm, a| {
            Ok(new_buf(vm, repr::repr(text(vm, &a[0])?)))
        }),
        MethodDef::method("__str__", "", |vm, a| same(vm, &a[0])),
        MethodDef::method("__format__", "format_spec, /", format),
        MethodDef::method("__getnewargs__", "", |vm, a| {
            Ok(vm.new_tuple(vec![same(vm, &a[0])?]))
        }),
        MethodDef::method("__sizeof__", "", size_of),
    ],
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static STR_ITERATOR: TypeDef = TypeDef {
    name: "str_iterator",
    methods: &[
        MethodDef::method("__iter__", "", |_, a| Ok(a[0].clone())),
        MethodDef::method("__next__", "", |vm, a| vm.builtin_next(&a[0])),
        MethodDef::method("__length_hint__", "", iter_length),
        MethodDef::method("__reduce__", "", iter_reduce),
        MethodDef::method("__setstate__", "object, /", iter_set_state),
    ],
    getsets: &[],
};

/// The characters of the receiver.
pub fn text<'a>(vm: &Vm, v: &'a Value) -> PyResult<Str<'a>> {
    this::<PyStr>(vm, v).map(PyStr::view)
}

/// The same text as an exact `str`: the object itself if it is one.
pub fn same(vm: &Vm, v: &Value) -> PyResult {
    if v.downcast_exact::<PyStr>().is_some() {
        return Ok(v.clone());
    }
    Ok(vm.new_text(text(vm, v)?))
}

fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    let encoding = named_str(vm, &a[2], "str", 2, "encoding")?;
    let errors = named_str(vm, &a[3], "str", 3, "errors")?;
    let made = match a[1].opt() {
        None => vm.new_text(Str::EMPTY),
        Some(v) if encoding.is_none() && errors.is_none() => vm.str_of(v)?,
        Some(v) => {
            let lossy =
                |s: Option<&PyStr>, default: &str| s.map_or(default.to_owned(), |s| s.to_string());
            decode_object(vm, v, &lossy(encoding, "utf-8"), &lossy(errors, "strict"))?
        }
    };
    match made.downcast::<PyStr>() {
        Some(s) if ty.is_heap() => Ok(vm.new_str_of(ty, s.view())),
        _ => Ok(made),
    }
}

fn decode_object(vm: &Vm, v: &Value, encoding: &str, errors: &str) -> PyResult {
    if vm.is_str(v) {
        return Err(vm.type_error("decoding str is not supported"));
    }
    match vm.buffer(v)? {
        Some(bytes) => vm.decode(&bytes, encoding, errors),
        None => Err(vm.type_error(&format!(
            "decoding to str: need a bytes-like object, {} found",
            vm.type_name(v)
        ))),
    }
}

fn add(vm: &Vm, a: &[Value]) -> PyResult {
    let left = text(vm, &a[0])?;
    let Some(right) = a[1].downcast::<PyStr>() else {
        let name = vm.type_name(&a[1]);
        return Err(
            vm.type_error(&if vm.version() >= opyc_core::version::Version::V3_7 {
                format!("can only concatenate str (not \"{name}\") to str")
            } else {
                format!("must be str, not {name}")
            }),
        );
    };
    if right.is_empty() && a[0].downcast_exact::<PyStr>().is_some() {
        return Ok(a[0].clone());
    }
    if left.is_empty() && a[1].downcast_exact::<PyStr>().is_some() {
        return Ok(a[1].clone());
    }
    if !is_there_room(
        left.len()
            .saturating_add(right.view().len())
            .saturating_mul(4),
    ) {
        return Err(vm.memory_error());
    }
    Ok(new_buf(vm, left.concat(right.view())))
}

fn repeat(vm: &Vm, a: &[Value]) -> PyResult {
    let count = repetitions(vm, &a[1])?;
    let s = text(vm, &a[0])?;
    if count == 1 {
        return same(vm, &a[0]);
    }
    if s.len()
        .checked_mul(count)
        .is_none_or(|n| i64::try_from(n).is_err())
    {
        return Err(vm.overflow_error("repeated string is too long"));
    }
    Ok(new_buf(
        vm,
        s.repeat(count, MAX_BYTES).map_err(too_big(vm))?,
    ))
}

/// `value % self`, where the left operand's type left it to us.
fn remainder_of(vm: &Vm, a: &[Value]) -> PyResult {
    if vm.is_str(&a[1]) {
        percent::str_percent(vm, &a[1], &a[0])
    } else {
        Ok(Value::NOT_IMPLEMENTED)
    }
}

fn contains(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(part) = a[1].downcast::<PyStr>() else {
        return Err(vm.type_error(&format!(
            "'in <string>' requires string as left operand, not {}",
            vm.type_name(&a[1])
        )));
    };
    Ok(Value::bool(search::contains(text(vm, &a[0])?, part.view())))
}

fn get_item(vm: &Vm, a: &[Value]) -> PyResult {
    let s = text(vm, &a[0])?;
    if let Some(slice) = a[1].downcast::<PySlice>() {
        let (start, _, step, count) = vm.slice_indices(slice, s.len())?;
        if step == 1 && count == s.len() {
            return same(vm, &a[0]);
        }
        if count == 0 {
            return Ok(vm.new_text(Str::EMPTY));
        }
        let (start, step) = (
            usize::try_from(start).unwrap_or(0),
            isize::try_from(step).unwrap_or(1),
        );
        // A slice of wide text may be narrow: it is stored as narrow as it can be.
        return Ok(match s {
            Str::Ascii(_) if step == 1 => vm.new_text(s.slice(start, start.saturating_add(count))),
            _ if step == 1 => {
                let mut b = opyc_core::text::StrBuilder::new();
                b.push_str(s.slice(start, start.saturating_add(count)));
                new_buf(vm, b.finish())
            }
            _ => new_buf(vm, s.slice_step(start, step, count)),
        });
    }
    if !is_index(vm, &a[1]) {
        let text = if vm.version() >= opyc_core::version::Version::V3_11 {
            format!(
                "string indices must be integers, not '{}'",
                vm.type_name(&a[1])
            )
        } else {
            "string indices must be integers".to_owned()
        };
        return Err(vm.type_error(&text));
    }
    match place(vm, &a[1], s.len())?.and_then(|i| s.get(i)) {
        Some(c) => Ok(vm.new_char(c)),
        None => Err(vm.index_error("string index out of range")),
    }
}

fn len(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(i64::try_from(text(vm, &a[0])?.len()).unwrap_or(i64::MAX)))
}

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    let x = this::<PyStr>(vm, &a[0])?;
    let Some(y) = a[1].downcast::<PyStr>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match op {
        CmpOp::Eq => x.same_text(y),
        CmpOp::Ne => !x.same_text(y),
        _ => op.holds(x.view().cmp(&y.view())),
    }))
}

fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let spec = spec_arg(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str_of(&a[0]);
    }
    let s = text(vm, &a[0])?;
    format_with(vm, &a[0], spec, Target::Str, |spec| format_str(s, spec))
}

/// What CPython would need: a header, the characters and a terminator.
fn size_of(vm: &Vm, a: &[Value]) -> PyResult {
    let s = text(vm, &a[0])?;
    let subclass = a[0].downcast_exact::<PyStr>().is_none();
    let header = match s.width() {
        _ if subclass => 80,
        Width::Ascii => 48,
        _ => 72,
    };
    // 3.12 dropped a pointer and a length.
    let dropped = match s.width() {
        _ if vm.version() < opyc_core::version::Version::V3_12 => 0,
        Width::Ascii if !subclass => 8,
        _ => 16,
    };
    let unit = s.width().bytes();
    let size = (s.len() + 1)
        .saturating_mul(unit)
        .saturating_add(header - dropped);
    Ok(vm.new_int(i64::try_from(size).unwrap_or(i64::MAX)))
}

fn iter(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_seq_iter(&vm.types.str_iterator, same(vm, &a[0])?, 0, false))
}

fn iter_length(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    let len = it.seq.get().downcast::<PyStr>().map_or(0, PyStr::len);
    Ok(vm.new_int(i64::try_from(len.saturating_sub(it.index.get())).unwrap_or(i64::MAX)))
}

fn iter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    match it.seq.get() {
        seq if seq.is_null() => reduce_iterator(vm, vm.new_text(Str::EMPTY), None),
        seq => reduce_iterator(vm, seq, Some(it.index.get())),
    }
}

fn iter_set_state(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    let i = usize::try_from(vm.index_i64(&a[1])?).unwrap_or(0);
    if let Some(s) = it.seq.get().downcast::<PyStr>() {
        it.index.set(i.min(s.len()));
    }
    Ok(Value::NONE)
}
