//! `range`, over ints of any size, and `longrange_iterator` for those beyond 63 bits.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::num::int::{Int, IntRef};
use opyc_core::num::int_arith::{add, floordiv, modulo, mul, neg, sub};
use opyc_core::num::{DEFAULT_BIT_BUDGET, int};
use opyc_core::object::{
    Access, GetSet, MethodDef, Native, NativeType, PyRange, PySlice, TypeFlags,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, NativeTypeSpec, Vm};

use super::slice::long_indices;
use super::support::*;

type_def!(
    RANGE,
    "range",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__len__", "", len),
        MethodDef::method("__bool__", "", truth),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__reversed__", "", reversed),
        MethodDef::method("__contains__", "key, /", contains),
        MethodDef::method("__getitem__", "key, /", get_item),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("count", "value, /", count),
        MethodDef::method("index", "value, /", index),
    ],
    [
        GetSet::get("start", |vm, v| Ok(this::<PyRange>(vm, v)?.start.clone())).member(),
        GetSet::get("stop", |vm, v| Ok(this::<PyRange>(vm, v)?.stop.clone())).member(),
        GetSet::get("step", |vm, v| Ok(this::<PyRange>(vm, v)?.step.clone())).member(),
    ]
);

comparisons!(RANGE_COMPARE, "range", compare);

const ONE: IntRef<'static> = IntRef::Small(1);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let given = args.pos().get(1..).unwrap_or_default();
    if args.has_keywords() {
        return Err(no_keywords(vm, "range"));
    }
    if given.is_empty() && vm.version() < Version::V3_9 {
        return Err(vm.type_error(if vm.version() >= Version::V3_8 {
            "range expected 1 argument, got 0"
        } else {
            "range expected 1 arguments, got 0"
        }));
    }
    check_count(vm, "range", given.len(), 1, 3)?;
    if let [stop] = given
        && stop.as_int().is_some()
    {
        return make(vm, Value::i32(0), stop.clone(), Value::i32(1));
    }
    let (start, stop, step) = match given {
        [stop] => (Value::i32(0), part(vm, stop)?, Value::i32(1)),
        [start, stop, rest @ ..] => {
            let (start, stop) = (part(vm, start)?, part(vm, stop)?);
            let step = rest.first().map_or(Ok(Value::i32(1)), |s| part(vm, s))?;
            (start, stop, step)
        }
        [] => return Err(vm.system_error("bad argument to internal function")),
    };
    if number(vm, &step)?.is_zero() {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    make(vm, start, stop, step)
}

/// An argument as an int. Before 3.10 bools and the like stayed what they were.
fn part(vm: &Vm, v: &Value) -> PyResult {
    if vm.version() < Version::V3_10 && vm.is_int(v) {
        Ok(v.clone())
    } else {
        vm.index_value(v)
    }
}

/// A range of ints.
fn make(vm: &Vm, start: Value, stop: Value, step: Value) -> PyResult {
    // Immediate ints have 63 bits: their difference fits an i64.
    if let (Some(a), Some(b), Some(s)) = (start.as_int(), stop.as_int(), step.as_int()) {
        let (span, step_size) = if s > 0 {
            (b - a, s.unsigned_abs())
        } else {
            (a - b, s.unsigned_abs())
        };
        let len = if span > 0 {
            (span as u64 - 1) / step_size + 1
        } else {
            0
        };
        return Ok(vm.new_range(start, stop, step, vm.new_uint(len)));
    }
    let len = length(
        vm,
        number(vm, &start)?,
        number(vm, &stop)?,
        number(vm, &step)?,
    )?;
    let len = vm.new_integer(len);
    Ok(vm.new_range(start, stop, step, len))
}

fn number<'a>(vm: &Vm, v: &'a Value) -> PyResult<IntRef<'a>> {
    vm.int_value(v)
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

fn length(vm: &Vm, start: IntRef<'_>, stop: IntRef<'_>, step: IntRef<'_>) -> PyResult<Int> {
    let (low, high, step) = if step.is_negative() {
        (stop, start, neg(step))
    } else {
        (start, stop, step.to_int())
    };
    if int::cmp(low, high).is_ge() {
        return Ok(Int::Small(0));
    }
    let span = sub(sub(high, low).view(), ONE);
    let steps = floordiv(span.view(), step.view()).map_err(|e| vm.num_error(&e))?;
    Ok(add(steps.view(), ONE))
}

/// Item `i`, without a look at the length.
fn item(vm: &Vm, r: &PyRange, i: IntRef<'_>) -> PyResult {
    let way = mul(number(vm, &r.step)?, i, DEFAULT_BIT_BUDGET).map_err(|e| vm.num_error(&e))?;
    Ok(vm.new_integer(add(number(vm, &r.start)?, way.view())))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    let mut text = format!(
        "range({}, {}",
        vm.repr_text(&r.start)?,
        vm.repr_text(&r.stop)?
    );
    if r.step.as_int() != Some(1) {
        text += &format!(", {}", vm.repr_text(&r.step)?);
    }
    Ok(vm.new_str(&(text + ")")))
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    let none = vm.hash(&Value::NONE)?;
    let (start, step) = match r.len.as_int() {
        Some(0) => (none, none),
        Some(1) => (vm.hash(&r.start)?, none),
        _ => (vm.hash(&r.start)?, vm.hash(&r.step)?),
    };
    Ok(vm.new_int(vm.hash_of_hashes(&[vm.hash(&r.len)?, start, step])))
}

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    match number(vm, &r.len)?.as_i64() {
        Some(_) => Ok(r.len.clone()),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn truth(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(
        this::<PyRange>(vm, &args[0])?.len.as_int() != Some(0),
    ))
}

/// Whether a range has an int, and at which position.
fn find(vm: &Vm, r: &PyRange, v: IntRef<'_>) -> PyResult<Option<Int>> {
    let (start, stop, step) = (
        number(vm, &r.start)?,
        number(vm, &r.stop)?,
        number(vm, &r.step)?,
    );
    let inside = if step.is_negative() {
        int::cmp(v, stop).is_gt() && int::cmp(v, start).is_le()
    } else {
        int::cmp(v, start).is_ge() && int::cmp(v, stop).is_lt()
    };
    if !inside {
        return Ok(None);
    }
    let way = sub(v, start);
    if !modulo(way.view(), step)
        .map_err(|e| vm.num_error(&e))?
        .view()
        .is_zero()
    {
        return Ok(None);
    }
    floordiv(way.view(), step)
        .map(Some)
        .map_err(|e| vm.num_error(&e))
}

/// The positions of items equal to something that is no int: by looking at all.
fn search(vm: &Vm, me: &Value, v: &Value, all: bool) -> PyResult<(i64, Option<i64>)> {
    let it = vm.get_iter(me)?;
    let (mut n, mut i, mut first) = (0, 0i64, None);
    while let Some(x) = vm.iter_next(&it)? {
        if vm.same_or_equal(&x, v)? {
            n += 1;
            first = first.or(Some(i));
            if !all {
                break;
            }
        }
        i = i.saturating_add(1);
    }
    Ok((n, first))
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    match vm.exact_int(&args[1]) {
        Some(v) => Ok(Value::bool(find(vm, r, v)?.is_some())),
        None => Ok(Value::bool(search(vm, &args[0], &args[1], false)?.0 > 0)),
    }
}

fn count(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    match vm.exact_int(&args[1]) {
        Some(v) => Ok(Value::i32(find(vm, r, v)?.is_some().into())),
        None => Ok(vm.new_int(search(vm, &args[0], &args[1], true)?.0)),
    }
}

fn index(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    let Some(v) = vm.exact_int(&args[1]) else {
        return match search(vm, &args[0], &args[1], false)?.1 {
            Some(i) => Ok(vm.new_int(i)),
            None => Err(vm.value_error("sequence.index(x): x not in sequence")),
        };
    };
    match find(vm, r, v)? {
        Some(i) => Ok(vm.new_integer(i)),
        None if vm.version() >= Version::V3_14 => {
            Err(vm.value_error("range.index(x): x not in range"))
        }
        None => Err(vm.value_error(&format!("{} is not in range", vm.repr_text(&args[1])?))),
    }
}

fn get_item(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    if let Some(s) = args[1].downcast::<PySlice>() {
        let (start, stop, step) = long_indices(vm, s, number(vm, &r.len)?)?;
        let times = |i: &Int| {
            mul(number(vm, &r.step)?, i.view(), DEFAULT_BIT_BUDGET).map_err(|e| vm.num_error(&e))
        };
        let base = number(vm, &r.start)?;
        let start = vm.new_integer(add(base, times(&start)?.view()));
        let stop = vm.new_integer(add(base, times(&stop)?.view()));
        let step = vm.new_integer(times(&step)?);
        return make(vm, start, stop, step);
    }
    if !is_index(vm, &args[1]) {
        return Err(vm.type_error(&format!(
            "range indices must be integers or slices, not {}",
            vm.type_name(&args[1])
        )));
    }
    let n = number(vm, &r.len)?;
    let mut i = vm.index(&args[1])?;
    if i.view().is_negative() {
        i = add(i.view(), n);
    }
    if i.view().is_negative() || int::cmp(i.view(), n).is_ge() {
        return Err(vm.index_error("range object index out of range"));
    }
    item(vm, r, i.view())
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<PyRange>(), b.downcast::<PyRange>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = |a: &Value, b: &Value| -> PyResult<bool> {
        Ok(int::cmp(number(vm, a)?, number(vm, b)?).is_eq())
    };
    let equal = same(&x.len, &y.len)?
        && (x.len.as_int() == Some(0)
            || same(&x.start, &y.start)? && (x.len.as_int() == Some(1) || same(&x.step, &y.step)?));
    Ok(Value::bool(equal == (op == CmpOp::Eq)))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    let parts = vm.new_tuple(vec![r.start.clone(), r.stop.clone(), r.step.clone()]);
    Ok(vm.new_pair(vm.types.range.value(), parts))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    iterator(vm, &r.start, &r.step, &r.len)
}

fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
    let r = this::<PyRange>(vm, &args[0])?;
    if let (Some(start), Some(step), Some(n)) = (r.start.as_int(), r.step.as_int(), r.len.as_int())
        && let Some(last) = step.checked_mul(n - 1).and_then(|w| w.checked_add(start))
        && let Some(it) = quick_iterator(vm, last, -step, n)
    {
        return Ok(it);
    }
    let last = item(vm, r, sub(number(vm, &r.len)?, ONE).view())?;
    let step = vm.new_integer(neg(number(vm, &r.step)?));
    iterator(vm, &last, &step, &r.len)
}

/// An iterator over `len` ints, if machine ints hold all of them and what comes after the last.
fn quick_iterator(vm: &Vm, start: i64, step: i64, len: i64) -> Option<Value> {
    len.checked_mul(step)?.checked_add(start)?;
    Some(vm.new_range_iter(start, step, u64::try_from(len).ok()?))
}

/// An iterator over `len` ints; by machine ints where all of them fit.
fn iterator(vm: &Vm, start: &Value, step: &Value, len: &Value) -> PyResult {
    let quick = |start: &Value, step: &Value| {
        quick_iterator(vm, start.as_int()?, step.as_int()?, len.as_int()?)
    };
    if let Some(it) = quick(start, step) {
        return Ok(it);
    }
    let exact = |v: &Value| number(vm, v).map(|i| vm.new_integer(i.to_int()));
    let (start, step) = (&exact(start)?, &exact(step)?);
    if let Some(it) = quick(start, step) {
        return Ok(it);
    }
    let data = LongRange {
        start: start.clone(),
        step: step.clone(),
        len: len.clone(),
        index: opyc_core::object::ValueCell::new(Value::i32(0)),
        done: Cell::new(false),
    };
    Ok(vm.new_native(&vm.native_type::<LongRange>(&LONG_RANGE), &LONG_RANGE, data))
}

/// `longrange_iterator`.
struct LongRange {
    start: Value,
    step: Value,
    len: Value,
    index: opyc_core::object::ValueCell,
    done: Cell<bool>,
}

// Ints only: no cycles.
impl NativeType for LongRange {}

static LONG_RANGE: NativeTypeSpec = NativeTypeSpec {
    name: "longrange_iterator",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: Some(long_next),
};

type_def!(
    LONG_RANGE_METHODS,
    "longrange_iterator",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__length_hint__", "", long_hint),
        MethodDef::method("__reduce__", "", long_reduce),
        MethodDef::method("__setstate__", "state, /", long_set_state),
    ]
);

fn long_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let it = &this::<Native<LongRange>>(vm, it)?.data;
    let index = it.index.get();
    let i = number(vm, &index)?;
    if it.done.get() || int::cmp(i, number(vm, &it.len)?).is_ge() {
        it.done.set(true);
        return Ok(None);
    }
    it.index.set(vm.new_integer(add(i, ONE)));
    let way = mul(number(vm, &it.step)?, i, DEFAULT_BIT_BUDGET).map_err(|e| vm.num_error(&e))?;
    Ok(Some(
        vm.new_integer(add(number(vm, &it.start)?, way.view())),
    ))
}

fn long_hint(vm: &Vm, args: &[Value]) -> PyResult {
    let it = &this::<Native<LongRange>>(vm, &args[0])?.data;
    Ok(vm.new_integer(sub(number(vm, &it.len)?, number(vm, &it.index.get())?)))
}

fn long_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = &this::<Native<LongRange>>(vm, &args[0])?.data;
    let way = mul(
        number(vm, &it.step)?,
        number(vm, &it.len)?,
        DEFAULT_BIT_BUDGET,
    )
    .map_err(|e| vm.num_error(&e))?;
    let stop = vm.new_integer(add(number(vm, &it.start)?, way.view()));
    let range = make(vm, it.start.clone(), stop, it.step.clone())?;
    Ok(vm.new_tuple(vec![
        builtin(vm, "iter")?,
        vm.new_tuple(vec![range]),
        it.index.get(),
    ]))
}

fn long_set_state(vm: &Vm, args: &[Value]) -> PyResult {
    let it = &this::<Native<LongRange>>(vm, &args[0])?.data;
    let Some(i) = vm.int_value(&args[1]) else {
        return Err(vm.type_error(&format!(
            "state must be an int, not {}",
            vm.type_name(&args[1])
        )));
    };
    let n = number(vm, &it.len)?;
    let i = if i.is_negative() {
        Int::Small(0)
    } else if int::cmp(i, n).is_gt() {
        n.to_int()
    } else {
        i.to_int()
    };
    it.index.set(vm.new_integer(i));
    Ok(Value::NONE)
}
