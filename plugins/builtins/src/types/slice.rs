//! `slice`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::num::int::{self, Int, IntRef};
use opyc_core::num::int_arith;
use opyc_core::object::{Access, GetSet, MethodDef, PySlice};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::support::*;
use super::tuple::compare_tuples;

type_def!(
    SLICE,
    "slice",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::method("__repr__", "", repr),
        MethodDef::absent("__hash__").until(Version::V3_11),
        MethodDef::method("__hash__", "", hash).since(Version::V3_12),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("indices", "length, /", indices),
    ],
    [
        GetSet::get("start", |vm, v| Ok(this::<PySlice>(vm, v)?.start.clone())).member(),
        GetSet::get("stop", |vm, v| Ok(this::<PySlice>(vm, v)?.stop.clone())).member(),
        GetSet::get("step", |vm, v| Ok(this::<PySlice>(vm, v)?.step.clone())).member(),
    ]
);

comparisons!(SLICE_COMPARE, "slice", compare);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    Ok(match positional(vm, "slice", args, 1, 3, || true)? {
        [stop] => vm.new_slice(Value::NONE, stop.clone(), Value::NONE),
        [start, stop, rest @ ..] => {
            let step = rest.first().cloned().unwrap_or(Value::NONE);
            vm.new_slice(start.clone(), stop.clone(), step)
        }
        [] => vm.new_slice(Value::NONE, Value::NONE, Value::NONE),
    })
}

fn parts(vm: &Vm, v: &Value) -> PyResult<[Value; 3]> {
    let s = this::<PySlice>(vm, v)?;
    Ok([s.start.clone(), s.stop.clone(), s.step.clone()])
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let parts = parts(vm, &args[0])?;
    repr_guarded(vm, &args[0], "slice(...)", |out| {
        out.push_utf8("slice(");
        push_reprs(vm, out, |i| parts.get(i).cloned())?;
        out.push_utf8(")");
        Ok(())
    })
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let mut hashes = [0; 3];
    for (h, v) in hashes.iter_mut().zip(&parts(vm, &args[0])?) {
        *h = vm.hash(v)?;
    }
    // As a tuple's, but the length does not count.
    let n = hashes.len() as u64;
    const P5: u64 = 2_870_177_450_012_600_261;
    let h = (vm.hash_of_hashes(&hashes) as u64).wrapping_sub(n ^ (P5 ^ 3_527_539)) as i64;
    Ok(vm.new_int(if h == -1 { 1_546_275_796 } else { h }))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let parts = vm.new_tuple(parts(vm, &args[0])?.to_vec());
    Ok(vm.new_pair(vm.types.slice.value(), parts))
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    if b.downcast::<PySlice>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if a.is(b) {
        return Ok(Value::bool(matches!(op, CmpOp::Eq | CmpOp::Le | CmpOp::Ge)));
    }
    compare_tuples(vm, op, &parts(vm, a)?, &parts(vm, b)?)
}

fn indices(vm: &Vm, args: &[Value]) -> PyResult {
    let slice = this::<PySlice>(vm, &args[0])?;
    let len = vm.index(&args[1])?;
    if len.view().is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let (start, stop, step) = long_indices(vm, slice, len.view())?;
    Ok(vm.new_tuple(vec![
        vm.new_integer(start),
        vm.new_integer(stop),
        vm.new_integer(step),
    ]))
}

/// Start, stop and step of a slice of a sequence whose length may be any int.
pub fn long_indices(vm: &Vm, slice: &PySlice, len: IntRef<'_>) -> PyResult<(Int, Int, Int)> {
    const ZERO: IntRef<'static> = IntRef::Small(0);
    let number = |v: &Value| -> PyResult<Option<Int>> {
        if v.is_none() {
            return Ok(None);
        }
        if !is_index(vm, v) {
            return Err(
                vm.type_error("slice indices must be integers or None or have an __index__ method")
            );
        }
        vm.index(v).map(Some)
    };
    let step = number(&slice.step)?.unwrap_or(Int::Small(1));
    if step.view().is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let backward = step.view().is_negative();
    let (low, high) = if backward {
        (Int::Small(-1), int_arith::sub(len, IntRef::Small(1)))
    } else {
        (Int::Small(0), len.to_int())
    };
    let cut = |i: Int| -> Int {
        if i.view().is_negative() {
            let i = int_arith::add(i.view(), len);
            if int::cmp(i.view(), low.view()).is_lt() {
                low.clone()
            } else {
                i
            }
        } else if int::cmp(i.view(), high.view()).is_gt() {
            high.clone()
        } else {
            i
        }
    };
    let start = match number(&slice.start)? {
        Some(i) => cut(i),
        None if backward => high.clone(),
        None => ZERO.to_int(),
    };
    let stop = match number(&slice.stop)? {
        Some(i) => cut(i),
        None if backward => low.clone(),
        None => high.clone(),
    };
    Ok((start, stop, step))
}
