//! Iterators over sequences, ranges and callables; and the type `reversed`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, MethodDef, PyCallIter, PyDict, PyList, PyRangeIter, PySeqIter, PyType,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::support::*;

macro_rules! sequence_iterators {
    ($($static:ident = $name:literal),* $(,)?) => {
        $(type_def!($static, $name, [
            MethodDef::method("__iter__", "", identity),
            MethodDef::method("__next__", "", next),
            MethodDef::method("__length_hint__", "", length_hint),
            MethodDef::method("__reduce__", "", reduce),
            MethodDef::method("__setstate__", "state, /", set_state),
        ]);)*
    };
}

sequence_iterators! {
    LIST_ITERATOR = "list_iterator",
    LIST_REVERSE_ITERATOR = "list_reverseiterator",
    TUPLE_ITERATOR = "tuple_iterator",
    STR_ITERATOR = "str_iterator",
    STR_ASCII_ITERATOR = "str_ascii_iterator",
    BYTES_ITERATOR = "bytes_iterator",
    BYTEARRAY_ITERATOR = "bytearray_iterator",
    ITERATOR = "iterator",
    REVERSED = "reversed",
}

type_def!(
    REVERSED_NEW,
    "reversed",
    [MethodDef::raw("__new__", Access::New, new_reversed)]
);

type_def!(
    RANGE_ITERATOR,
    "range_iterator",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__length_hint__", "", range_length_hint),
        MethodDef::method("__reduce__", "", range_reduce),
        MethodDef::method("__setstate__", "state, /", range_set_state),
    ]
);

type_def!(
    CALLABLE_ITERATOR,
    "callable_iterator",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__reduce__", "", call_reduce),
    ]
);

fn new_reversed(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error("reversed.__new__(): not enough arguments"));
    };
    let class = this::<PyType>(vm, class)?;
    let [seq] = positional(vm, "reversed", args, 1, 1, || {
        is_plain(vm, class, &vm.types.reversed)
    })?
    else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    let ty = vm.type_of(seq);
    match vm.lookup_type(ty, &vm.names.reversed) {
        Some(f) if !f.is_none() => return vm.call_unbound(&f, seq, ty, &[]),
        None if vm.lookup_type(ty, &vm.names.getitem).is_some()
            && seq.downcast::<PyDict>().is_none() => {}
        _ => return Err(vm.type_error(&format!("'{}' object is not reversible", ty.name()))),
    }
    let n = vm.len(seq)?;
    Ok(vm.new_seq_iter(class, seq.clone(), n, true))
}

fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &args[0])?;
    let seq = it.seq.get();
    if seq.is_null() {
        return Ok(Value::i32(0));
    }
    if vm.lookup_type(vm.type_of(&seq), &vm.names.len).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (n, at) = (vm.len(&seq)?, it.index.get());
    let left = match it.reverse {
        false => n.saturating_sub(at),
        true if at > n => 0,
        true => at,
    };
    Ok(vm.new_int(left as i64))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &args[0])?;
    let ty = vm.type_of(&args[0]);
    // The function is looked up first: that may run Python code that moves the iterator on.
    let iter = builtin(vm, "iter")?;
    let seq = it.seq.get();
    let is = |t: &PyType| std::ptr::eq(ty, t);
    if seq.is_null() {
        let empty = if is(&vm.types.list_iterator) || is(&vm.types.list_reverseiterator) {
            vm.new_list(Vec::new())
        } else if is(&vm.types.str_iterator) {
            vm.new_str("")
        } else {
            vm.new_tuple(Vec::new())
        };
        let f = if ty.is_subtype(&vm.types.reversed) {
            opyc_core::object::value_of(ty)
        } else {
            iter
        };
        return Ok(vm.new_pair(f, vm.new_tuple(vec![empty])));
    }
    let at = it.index.get() as i64;
    let (f, at) = if ty.is_subtype(&vm.types.reversed) {
        (opyc_core::object::value_of(ty), at - 1)
    } else if is(&vm.types.list_reverseiterator) {
        (builtin(vm, "reversed")?, at - 1)
    } else {
        (iter, at)
    };
    Ok(vm.new_tuple(vec![f, vm.new_tuple(vec![seq]), vm.new_int(at)]))
}

fn set_state(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &args[0])?;
    let i = vm.index_i64(&args[1])?;
    let seq = it.seq.get();
    if seq.is_null() {
        return Ok(Value::NONE);
    }
    // Only lists can be longer later, but no iterator may begin behind its end.
    let n = if seq.downcast::<PyList>().is_some()
        || !std::ptr::eq(vm.type_of(&args[0]), &*vm.types.iterator)
    {
        vm.len(&seq)? as i64
    } else {
        i64::MAX
    };
    let i = if it.reverse {
        i.clamp(-1, n.saturating_sub(1)).saturating_add(1)
    } else {
        i.clamp(0, n)
    };
    it.index.set(usize::try_from(i).unwrap_or(0));
    Ok(Value::NONE)
}

fn range_length_hint(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_uint(this::<PyRangeIter>(vm, &args[0])?.left.get()))
}

fn range_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PyRangeIter>(vm, &args[0])?;
    let (start, left) = (it.next.get(), it.left.get() as i64);
    let stop = start.saturating_add(it.step.saturating_mul(left));
    let parts = [vm.new_int(start), vm.new_int(stop), vm.new_int(it.step)];
    let range = vm.call(vm.types.range.as_value(), &parts)?;
    let state = if vm.version() >= Version::V3_12 {
        Value::NONE
    } else {
        Value::i32(0)
    };
    Ok(vm.new_tuple(vec![builtin(vm, "iter")?, vm.new_tuple(vec![range]), state]))
}

fn range_set_state(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PyRangeIter>(vm, &args[0])?;
    let skip = vm.index_i64(&args[1])?.clamp(0, it.left.get() as i64);
    it.next
        .set(it.next.get().wrapping_add(it.step.wrapping_mul(skip)));
    it.left.set(it.left.get() - skip as u64);
    Ok(Value::NONE)
}

fn call_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PyCallIter>(vm, &args[0])?;
    let iter = builtin(vm, "iter")?;
    let f = it.func.get();
    if f.is_null() {
        return Ok(vm.new_pair(iter, vm.new_tuple(vec![vm.new_tuple(Vec::new())])));
    }
    Ok(vm.new_pair(iter, vm.new_pair(f, it.sentinel.clone())))
}
