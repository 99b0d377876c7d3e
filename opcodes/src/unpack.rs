//! Unpacking of sequences into variables.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch};
use opyc_core::object::{PyDict, PyList, PyTuple};
use opyc_core::version::Version;

use crate::calls_ex::is_iterable;
use crate::rows::prelude::*;

opcodes! {
    /// Replaces an iterable by its `arg` items, the first on top.
    UNPACK_SEQUENCE ["iterable -- items…", |i| (1, i.arg)] in 6..=14, raw UnpackSequence;
    /// Replaces an iterable by items before the star, a list, and items after it, the first on top.
    UNPACK_EX ["iterable -- items… list items…", |i| (1, (i.arg & 0xff).saturating_add(i.arg >> 8).saturating_add(1))] in 6..=14, control byte_unpack_ex;
}

raw_op! {
    /// `sp[-1..] = reversed(sp[-1])`
    pub(crate) UnpackSequence;
    fast(_vm, pc, sp, _fp) {
        let bottom = sp.sub(1);
        let items = if let Some(t) = (*bottom).downcast_exact::<PyTuple>() {
            t.items()
        } else {
            let Some(l) = (*bottom).downcast_exact::<PyList>() else { return Flow::COLD };
            raw::list_items(l)
        };
        let n = (*pc).arg as usize;
        if items.len() != n || n == 0 {
            return Flow::COLD;
        }
        let sequence = read(bottom);
        for (i, v) in items.iter().rev().enumerate() {
            bottom.add(i).write(v.clone());
        }
        Flow::to(pc.add(1), bottom.add(n)).free(sequence.release())
    }
    cold(vm, pc, sp, _fp) {
        let (v, sp) = (read(sp.sub(1)), sp.sub(1));
        let n = (*pc).arg as usize;
        match items(vm, &v, n) {
            Ok(items) => {
                for (i, v) in items.into_iter().rev().enumerate() {
                    sp.add(i).write(v);
                }
                Step { pc: pc.add(1), sp: sp.add(n) }
            }
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

/// The iterator over what is unpacked.
fn iterator(vm: &Vm, v: &Value) -> PyResult {
    vm.get_iter(v).map_err(|r| {
        if r.is_fault() || vm.version() < Version::V3_7 || is_iterable(vm, v) {
            return r;
        }
        vm.type_error(&format!(
            "cannot unpack non-iterable {} object",
            vm.type_name(v)
        ))
    })
}

/// Exactly `n` items.
fn items(vm: &Vm, v: &Value, n: usize) -> PyResult<Vec<Value>> {
    let list = v.downcast_exact::<PyList>().map(|l| l.items.to_vec());
    if let Some(items) = list.or_else(|| v.downcast_exact::<PyTuple>().map(|t| t.items().to_vec()))
    {
        return match items.len() {
            len if len == n => Ok(items),
            len if len < n => Err(too_few(vm, n, len)),
            len => Err(too_many(vm, n, Some(len))),
        };
    }
    let it = iterator(vm, v)?;
    let mut items = Vec::new();
    while items.len() < n {
        match vm.iter_next(&it)? {
            Some(v) => items.push(v),
            None => return Err(too_few(vm, n, items.len())),
        }
    }
    match vm.iter_next(&it)? {
        None => Ok(items),
        Some(_) => Err(too_many(
            vm,
            n,
            v.downcast_exact::<PyDict>().map(PyDict::len),
        )),
    }
}

fn too_few(vm: &Vm, expected: usize, got: usize) -> opyc_core::error::Raise {
    vm.value_error(&format!(
        "not enough values to unpack (expected {expected}, got {got})"
    ))
}

/// From 3.14 on the message counts the values where that is cheap.
fn too_many(vm: &Vm, expected: usize, got: Option<usize>) -> opyc_core::error::Raise {
    match got {
        Some(got) if vm.version() >= Version::V3_14 => vm.value_error(&format!(
            "too many values to unpack (expected {expected}, got {got})"
        )),
        _ => vm.value_error(&format!("too many values to unpack (expected {expected})")),
    }
}

fn byte_unpack_ex(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let vm = d.vm();
    let (before, after) = ((d.arg() & 0xff) as usize, (d.arg() >> 8) as usize);
    let v = d.pop()?;
    let it = iterator(vm, &v)?;
    let few = |got: usize| {
        let expected = before + after;
        vm.value_error(&format!(
            "not enough values to unpack (expected at least {expected}, got {got})"
        ))
    };
    let mut first = Vec::new();
    while first.len() < before {
        match vm.iter_next(&it)? {
            Some(v) => first.push(v),
            None => return Err(few(first.len())),
        }
    }
    let mut middle = vm.collect(&it)?;
    if middle.len() < after {
        return Err(few(before + middle.len()));
    }
    let last = middle.split_off(middle.len() - after);
    for v in last.into_iter().rev() {
        d.push(v)?;
    }
    d.push(vm.new_list(middle))?;
    for v in first.into_iter().rev() {
        d.push(v)?;
    }
    Ok(ControlFlow::Next)
}
