//! `_bisect`.

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyList};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{CmpOp, Vm};

use crate::util::{module, no_init, some};

/// Where `x` belongs in `a`: behind its equals, or before them.
fn search(vm: &Vm, args: &[Value], x: &Value, right: bool) -> PyResult<i64> {
    let mut lo = args[2].opt().map_or(Ok(0), |v| vm.index_i64(v))?;
    if lo < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut hi = match some(args, 3) {
        Some(v) => vm.index_i64(v)?,
        None => -1,
    };
    if hi == -1 {
        hi = vm.len(&args[0])? as i64;
    }
    let key = some(args, 4);
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let mut item = vm.get_item(&args[0], &vm.new_int(middle))?;
        if let Some(f) = key {
            item = vm.call(f, &[item])?;
        }
        let left_half = if right {
            vm.compare_bool(CmpOp::Lt, x, &item)?
        } else {
            !vm.compare_bool(CmpOp::Lt, &item, x)?
        };
        if left_half {
            hi = middle
        } else {
            lo = middle + 1
        }
    }
    Ok(lo)
}

fn bisect(vm: &Vm, args: &[Value], right: bool) -> PyResult {
    Ok(vm.new_int(search(vm, args, &args[1], right)?))
}

fn insort(vm: &Vm, args: &[Value], right: bool) -> PyResult {
    let x = match some(args, 4) {
        Some(f) => vm.call(f, &args[1..2])?,
        None => args[1].clone(),
    };
    let at = search(vm, args, &x, right)?;
    match args[0].downcast_exact::<PyList>() {
        Some(l) => l
            .items
            .insert(usize::try_from(at).unwrap_or(0), args[1].clone()),
        None => drop(vm.call_method_str(&args[0], "insert", &[vm.new_int(at), args[1].clone()])?),
    }
    Ok(Value::NONE)
}

macro_rules! both {
    ($name:literal, $f:ident, $right:literal) => {
        MethodDef::function($name, "a, x, lo=, hi=", |vm, a| $f(vm, a, $right)).until(Version::V3_9)
    };
    ($name:literal, $f:ident, $right:literal, key) => {
        MethodDef::function($name, "a, x, lo=, hi=, *, key=", |vm, a| $f(vm, a, $right))
    };
}

module!(
    BISECT,
    "_bisect",
    VersionRange::minors(6, 9),
    no_init,
    [
        both!("bisect", bisect, true),
        both!("bisect_right", bisect, true),
        both!("bisect_left", bisect, false),
        both!("insort", insort, true),
        both!("insort_right", insort, true),
        both!("insort_left", insort, false),
    ]
);
module!(
    BISECT_10,
    "_bisect",
    VersionRange::minors(10, 14),
    no_init,
    [
        both!("bisect", bisect, true, key),
        both!("bisect_right", bisect, true, key),
        both!("bisect_left", bisect, false, key),
        both!("insort", insort, true, key),
        both!("insort_right", insort, true, key),
        both!("insort_left", insort, false, key),
    ]
);
