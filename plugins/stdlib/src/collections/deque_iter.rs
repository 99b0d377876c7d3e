//! The iterators of `deque`, forwards and backwards.

use std::cell::Cell;

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, NativeType, ValueCell, value_of};
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::deque::{deque, is_deque};
use crate::util::{data, itself, next, spec, type_def};

/// An iterator over a deque, backwards or not.
pub(super) struct Iter<const BACK: bool> {
    deque: ValueCell,
    at: Cell<usize>,
    stamp: u64,
    left: Cell<usize>,
}

impl<const BACK: bool> NativeType for Iter<BACK> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.deque.visit(visit);
    }
}

pub(super) static FORWARD: NativeTypeSpec =
    spec("_collections._deque_iterator", 0, Some(iter_next::<false>));
pub(super) static BACKWARD: NativeTypeSpec = spec(
    "_collections._deque_reverse_iterator",
    0,
    Some(iter_next::<true>),
);

/// A new iterator over a deque.
pub(super) fn new_iter<const BACK: bool>(
    vm: &Vm,
    v: &Value,
    spec: &'static NativeTypeSpec,
) -> PyResult {
    let d = deque(vm, v)?;
    let iter = Iter::<BACK> {
        deque: ValueCell::new(v.clone()),
        at: Cell::new(0),
        stamp: d.stamp.get(),
        left: Cell::new(d.len()),
    };
    let ty = vm.native_type::<Iter<BACK>>(spec);
    Ok(vm.new_native(&ty, spec, iter))
}

fn iter_next<const BACK: bool>(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let i = data::<Iter<BACK>>(vm, it)?;
    let v = i.deque.get();
    let d = deque(vm, &v)?;
    if i.stamp != d.stamp.get() {
        i.left.set(0);
        return Err(vm.runtime_error("deque mutated during iteration"));
    }
    if i.left.get() == 0 {
        return Ok(None);
    }
    let at = i.at.get();
    let item = if BACK {
        d.len().checked_sub(at + 1).and_then(|n| d.get(n))
    } else {
        d.get(at)
    };
    i.at.set(at + 1);
    i.left.set(i.left.get() - 1);
    Ok(item)
}

fn iter_new<const BACK: bool>(vm: &Vm, args: &[Value], spec: &'static NativeTypeSpec) -> PyResult {
    if !is_deque(&args[1]) {
        return Err(vm.type_error(&format!(
            "argument 1 must be collections.deque, not {}",
            vm.type_name(&args[1])
        )));
    }
    let it = new_iter::<BACK>(vm, &args[1], spec)?;
    let skip = args[2].opt().map_or(Ok(0), |v| vm.index_i64(v))?;
    for _ in 0..skip {
        if iter_next::<BACK>(vm, &it)?.is_none() {
            break;
        }
    }
    Ok(it)
}

macro_rules! iter_def {
    ($ident:ident, $name:literal, $back:literal, $spec:ident) => {
        type_def!(
            $ident,
            $name,
            [
                MethodDef::new_method("deque, index=, /", |vm, a| iter_new::<$back>(vm, a, &$spec)),
                MethodDef::method("__iter__", "", itself),
                MethodDef::method("__next__", "", next),
                MethodDef::method("__length_hint__", "", |vm, a| {
                    Ok(vm.new_int(data::<Iter<$back>>(vm, &a[0])?.left.get() as i64))
                }),
                MethodDef::method("__reduce__", "", |vm, a| {
                    let i = data::<Iter<$back>>(vm, &a[0])?;
                    let state = vm.new_pair(i.deque.get(), vm.new_int(i.at.get() as i64));
                    Ok(vm.new_pair(value_of(vm.type_of(&a[0])), state))
                }),
            ],
            []
        );
    };
}

iter_def!(FORWARD_DEF, "_collections._deque_iterator", false, FORWARD);
iter_def!(
    BACKWARD_DEF,
    "_collections._deque_reverse_iterator",
    true,
    BACKWARD
);
