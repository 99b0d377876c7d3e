//! Unpacking of sequences into variables.

use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch, Fusion, Target};
use opyc_core::object::{PyDict, PyList, PyTuple, TypeFlags};

use crate::calls_ex::is_iterable;
use crate::rows::prelude::*;

opcodes! {
    /// Replaces an iterable by its `arg` items, the first on top.
    UNPACK_SEQUENCE ["iterable -- items…", |i| (1, i.arg)] in 6..=6, fused (link_plain, fuse_unpack_sequence);
    /// As before; a value that cannot be unpacked is said to be just that.
    UNPACK_SEQUENCE ["iterable -- items…", |i| (1, i.arg)] in 7..=13, fused (link_named, fuse_unpack_sequence);
    /// As before; too many values are counted.
    UNPACK_SEQUENCE ["iterable -- items…", |i| (1, i.arg)] in 14..=14, fused (link_counted, fuse_unpack_sequence);
    /// Replaces an iterable by items before the star, a list, and items after it, the first on top.
    UNPACK_EX ["iterable -- items… list items…", |i| (1, (i.arg & 0xff).saturating_add(i.arg >> 8).saturating_add(1))] in 6..=6, control byte_unpack_ex_plain;
    /// As before; a value that cannot be unpacked is said to be just that.
    UNPACK_EX ["iterable -- items… list items…", |i| (1, (i.arg & 0xff).saturating_add(i.arg >> 8).saturating_add(1))] in 7..=14, control byte_unpack_ex;
}

/// How errors are worded, which the rows of the versions say; `UNPACK_SEQUENCE` keeps it in its field `n`. 3.6: what
/// any iteration says.
const PLAIN: u16 = 0;
/// "cannot unpack non-iterable".
const NAMED: u16 = 1;
/// And "too many values to unpack (expected 1, got 2)", where counting is cheap.
const COUNTED: u16 = 2;

fn link_plain(l: &mut LinkCx<'_>) {
    set_fields!(l; n = PLAIN);
    l.raw::<UnpackSequence>();
}

fn link_named(l: &mut LinkCx<'_>) {
    set_fields!(l; n = NAMED);
    l.raw::<UnpackSequence>();
}

fn link_counted(l: &mut LinkCx<'_>) {
    set_fields!(l; n = COUNTED);
    l.raw::<UnpackSequence>();
}

/// Folds the stores of the items in.
fn fuse_unpack_sequence(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let stores = usize::from(f.length) - 1;
    // A few values may be given up at once.
    if f.to != Target::Slots || f.before != 0 || l.fields().arg as usize >= raw::MANY {
        return false;
    }
    if l.fields().arg as usize == stores {
        l.raw::<UnpackInto<false>>();
    } else {
        l.raw::<UnpackInto<true>>();
    }
    true
}

/// Whether a handler is `UNPACK_SEQUENCE`, with stores folded in or not. The stores behind it are still there.
#[inline(always)]
pub(crate) fn is_unpack_sequence(h: usize) -> bool {
    h == raw::handler::<UnpackInto<false>>()
        || h == raw::handler::<UnpackSequence>()
        || h == raw::handler::<UnpackInto<true>>()
}

/// The items of what can be unpacked without a call.
#[inline(always)]
fn quick_items(v: &Value) -> Option<&[Value]> {
    if let Some(t) = v.downcast_exact::<PyTuple>() {
        return Some(t.items());
    }
    if let Some(l) = v.downcast_exact::<PyList>() {
        // SAFETY: nothing changes the list while its items are copied.
        return Some(unsafe { raw::list_items(l) });
    }
    // A named tuple, or another subclass whose `__iter__` is that of tuples.
    let t = v.downcast::<PyTuple>()?;
    let iterates = v.header()?.ty().flags().any(TypeFlags::BUILTIN_ITER);
    iterates.then(|| t.items())
}

/// `slots[…] = sp[-1]`: the instructions behind this one say which slots, one each or in `PAIRS`.
struct UnpackInto<const PAIRS: bool>;

/// Sets a slot to a copy of an item; the old value is kept until all slots are set. Takes and returns the object to be
/// freed first, as [`raw::give_up`] does.
///
/// # Safety
/// `fp` is the first slot of the running frame, which has that many, and `item` a value.
#[inline(always)]
unsafe fn put(vm: &Vm, first: usize, fp: *mut Value, slot: usize, item: *const Value) -> usize {
    // SAFETY: as the caller says.
    unsafe { raw::give_up(vm, first, put_slot(fp, slot, (*item).clone())) }
}

// SAFETY: takes one value off the stack and sets slots of the frame.
unsafe impl<const PAIRS: bool> Op for UnpackInto<PAIRS> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation; the sequence is alive until its items are copied.
        unsafe {
            let n = (*pc).arg as usize;
            let Some(items) = quick_items(&*sp.sub(1)) else {
                return Flow::COLD;
            };
            if items.len() != n {
                return Flow::COLD;
            }
            let (mut item, end) = (items.as_ptr(), items.as_ptr().add(n));
            let mut garbage = 0;
            let mut store = pc.add(1);
            if PAIRS {
                let pairs_end = items.as_ptr().add(n & !1);
                while item < pairs_end {
                    garbage = put(vm, garbage, fp, (*store).a as usize, item);
                    garbage = put(vm, garbage, fp, (*store).b as usize, item.add(1));
                    (item, store) = (item.add(2), store.add(1));
                }
            }
            // One each, or the last one of an odd number.
            while item < end {
                garbage = put(vm, garbage, fp, (*store).arg as usize, item);
                (item, store) = (item.add(1), store.add(1));
            }
            garbage = raw::give_up(vm, garbage, read(sp.sub(1)).release());
            Flow::to(store, sp.sub(1)).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: the items go to the stack, and the stores run by themselves.
        unsafe { UnpackSequence::cold(vm, pc, sp, fp) }
    }
}

raw_op! {
    /// `sp[-1..] = reversed(sp[-1])`
    UnpackSequence;
    fast(_vm, pc, sp, _fp) {
        let bottom = sp.sub(1);
        let Some(items) = quick_items(&*bottom) else { return Flow::COLD };
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
        match items(vm, (*pc).n, &v, n) {
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
fn iterator(vm: &Vm, words: u16, v: &Value) -> PyResult {
    vm.get_iter(v).map_err(|r| {
        if r.is_fault() || words < NAMED || is_iterable(vm, v) {
            return r;
        }
        vm.type_error(&format!(
            "cannot unpack non-iterable {} object",
            vm.type_name(v)
        ))
    })
}

/// Exactly `n` items.
fn items(vm: &Vm, words: u16, v: &Value, n: usize) -> PyResult<Vec<Value>> {
    let list = v.downcast_exact::<PyList>().map(|l| l.items.to_vec());
    if let Some(items) = list.or_else(|| v.downcast_exact::<PyTuple>().map(|t| t.items().to_vec()))
    {
        return match items.len() {
            len if len == n => Ok(items),
            len if len < n => Err(too_few(vm, n, len)),
            len => Err(too_many(vm, words, n, Some(len))),
        };
    }
    let it = iterator(vm, words, v)?;
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
            words,
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

/// `got` is known where counting is cheap.
fn too_many(vm: &Vm, words: u16, expected: usize, got: Option<usize>) -> opyc_core::error::Raise {
    match got {
        Some(got) if words >= COUNTED => vm.value_error(&format!(
            "too many values to unpack (expected {expected}, got {got})"
        )),
        _ => vm.value_error(&format!("too many values to unpack (expected {expected})")),
    }
}

fn byte_unpack_ex_plain(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    unpack_ex(d, PLAIN)
}

fn byte_unpack_ex(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    unpack_ex(d, NAMED)
}

fn unpack_ex(d: &mut Dispatch<'_>, words: u16) -> PyResult<ControlFlow> {
    let vm = d.vm();
    let (before, after) = ((d.arg() & 0xff) as usize, (d.arg() >> 8) as usize);
    let v = d.pop()?;
    let it = iterator(vm, words, &v)?;
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
