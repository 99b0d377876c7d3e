//! `FOR_ITER`, specialised by what it iterates over; a store behind it is folded in.

use opyc_core::interp::raw::{SLOT, STACK};
use opyc_core::interp::{Fusion, Source, Target};
use opyc_core::object::{
    DictView, GenKind, Kind, NextItem, PyDict, PyDictIter, PyGenerator, PyList, PyRangeIter,
    PySeqIter, PySet, PySetIter, PyStr, PyTuple,
};

use crate::rows::prelude::*;
use crate::unpack::is_unpack_sequence;

opcodes! {
    /// Pushes the next item, or at the end drops the iterator and jumps.
    FOR_ITER (iter -- iter item) jump (iter --) in 6..=11, fused (link_for_iter, fuse_for_iter);
    /// Pushes the next item, or at the end drops the iterator and jumps behind the END_FOR.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 12..=12, fused (link_for_iter_end_for, fuse_for_iter);
    /// Pushes the next item, or at the end drops the iterator and jumps behind END_FOR and POP_TOP.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 13..=13, fused (link_for_iter_end_for_pop_top, fuse_for_iter);
    /// Pushes the next item, or at the end jumps behind the END_FOR.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 14..=14, fused (link_for_iter_keep, fuse_for_iter);
}

/// `n` of FOR_ITER: the end pops the iterator.
const POPS: u16 = 1;
/// `n` of FOR_ITER: the end pushes a placeholder for the item.
const PLACEHOLDER: u16 = 2;

// What it has iterated over so far.
const ANYTHING: u8 = 0;
const RANGE: u8 = 1;
const LIST: u8 = 2;
const TUPLE: u8 = 3;
const DICT: u8 = 4;
const GENERATOR: u8 = 5;
const SET: u8 = 7;
const ITEMS: u8 = 6;
const STR: u8 = 8;
/// Iterators such as `enumerate`, which make pairs.
const PAIRS: u8 = 9;

fn link_for_iter(l: &mut LinkCx<'_>) {
    set_fields!(l; n = POPS);
    l.raw::<ForIter<ANYTHING, STACK>>();
}

/// Links a loop whose end skips the instructions `skipped`, and `end` says the rest. Code in which they do not follow
/// the jump goes to the target itself, with the stack that the verifier has seen.
fn link_skipping(l: &mut LinkCx<'_>, skipped: &[&str], end: u16) {
    let target = l.index() as i64 + i64::from(l.fields().arg);
    let fits = |(i, name): (usize, &&str)| {
        usize::try_from(target).is_ok_and(|t| l.standard(t + i) == *name)
    };
    if skipped.iter().enumerate().all(fits) {
        set_fields!(l; arg = l.fields().arg + skipped.len() as i32, n = end);
    } else {
        set_fields!(l; n = PLACEHOLDER);
    }
    l.raw::<ForIter<ANYTHING, STACK>>();
}

fn link_for_iter_end_for(l: &mut LinkCx<'_>) {
    link_skipping(l, &["END_FOR"], POPS);
}

fn link_for_iter_end_for_pop_top(l: &mut LinkCx<'_>) {
    link_skipping(l, &["END_FOR", "POP_TOP"], POPS);
}

fn link_for_iter_keep(l: &mut LinkCx<'_>) {
    link_skipping(l, &["END_FOR"], 0);
}

/// Folds the store of the item in. The instruction is linked already.
fn fuse_for_iter(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let (Source::Stack, Source::Stack, Target::Slot(slot), 0) = (f.a, f.b, f.to, f.before) else {
        return false;
    };
    set_fields!(l; d = slot);
    l.raw::<ForIter<ANYTHING, SLOT>>();
    true
}

/// The next item of a range.
#[inline(always)]
fn next_of_range(it: &Value) -> Option<Value> {
    let r = it.downcast::<PyRangeIter>()?;
    let left = r.left.get().checked_sub(1)?;
    let i = r.next.get();
    let v = Value::small_int(i)?;
    r.left.set(left);
    r.next.set(i.wrapping_add(r.step));
    Some(v)
}

/// The next item of a list or tuple, forward.
#[inline(always)]
fn next_of_sequence<const OVER: u8>(vm: &Vm, it: &Value) -> Option<Value> {
    let s = it.downcast_exact::<PySeqIter>()?;
    if s.reverse {
        return None;
    }
    // SAFETY: nothing sets the sequence meanwhile.
    let seq = unsafe { s.seq.peek() };
    let i = s.index.get();
    if !reads_directly(vm, it, seq) {
        return None;
    }
    let v = if OVER == LIST {
        seq.downcast::<PyList>()?.items.get(i)?
    } else {
        seq.downcast::<PyTuple>()?.get(i)?.clone()
    };
    s.index.set(i + 1);
    Some(v)
}

/// The next character of a string, if there is a str of it already.
#[inline(always)]
fn next_of_str(vm: &Vm, it: &Value) -> Option<Value> {
    let s = it.downcast_exact::<PySeqIter>()?;
    // SAFETY: nothing sets the sequence meanwhile.
    let text = unsafe { s.seq.peek() }.downcast_exact::<PyStr>()?;
    if s.reverse {
        return None;
    }
    let i = s.index.get();
    let c = raw::shared_char(vm, text.view().get(i)?)?;
    s.index.set(i + 1);
    Some(c)
}

/// Whether an iterator reads a list or tuple as it is: the one that the builtin `__iter__` gives does, whatever a
/// subclass overrides.
#[inline(always)]
fn reads_directly(vm: &Vm, it: &Value, sequence: &Value) -> bool {
    let t = &vm.types;
    sequence.header().is_some_and(|h| !h.is_subclass())
        || it.header().is_some_and(|h| {
            raw::is_of_type(h, &t.list_iterator) || raw::is_of_type(h, &t.tuple_iterator)
        })
}

/// The next entry of a dict, forward.
#[inline(always)]
fn next_entry(d: &PyDictIter) -> Option<(Value, Value)> {
    if d.reverse {
        return None;
    }
    // SAFETY: nothing sets the dict meanwhile.
    let dict = unsafe { d.dict.peek() }.downcast::<PyDict>()?;
    if dict.len() != d.len.get() || d.left.get() == 0 {
        return None;
    }
    let mut cursor = d.cursor.get();
    let entry = dict.next(&mut cursor)?;
    d.cursor.set(cursor);
    d.left.set(d.left.get() - 1);
    Some(entry)
}

/// The next key or value of a dict.
#[inline(always)]
fn next_of_dict(it: &Value) -> Option<Value> {
    let d = it.downcast::<PyDictIter>()?;
    if d.view == DictView::Items {
        return None;
    }
    let (k, v) = next_entry(d)?;
    // Key and value live in the dict: dropping the other one frees nothing.
    let (item, other) = if d.view == DictView::Keys {
        (k, v)
    } else {
        (v, k)
    };
    // SAFETY: as just said.
    unsafe { other.release() };
    Some(item)
}

/// Whether the instruction behind `pc` takes a pair apart at once: then no tuple need be made. Its handler says so, so
/// that one by a plug-in or an instrument is never passed over.
///
/// # Safety
/// `pc` is a `FOR_ITER`, which is never the last instruction.
#[inline(always)]
unsafe fn unpacks_pair(pc: *mut Instr) -> bool {
    // SAFETY: as the caller says.
    let next = unsafe { &*pc.add(1) };
    is_unpack_sequence(next.h) && next.arg == 2
}

/// The next key and value of `dict.items()`, if the next instruction takes them apart.
///
/// # Safety
/// As [`unpacks_pair`].
#[inline(always)]
unsafe fn next_pair(it: &Value, pc: *mut Instr) -> Option<(Value, Value)> {
    let d = it.downcast::<PyDictIter>()?;
    // SAFETY: as the caller says.
    if d.view != DictView::Items || !unsafe { unpacks_pair(pc) } {
        return None;
    }
    next_entry(d)
}

/// The next element of a set.
#[inline(always)]
fn next_of_set(it: &Value) -> Option<Value> {
    let s = it.downcast::<PySetIter>()?;
    // SAFETY: nothing sets the set meanwhile.
    let set = unsafe { s.set.peek() }.downcast::<PySet>()?;
    if set.len() != s.len {
        return None;
    }
    let mut at = s.at.get();
    let v = set.next(&mut at)?;
    s.at.set(at);
    s.given.set(s.given.get() + 1);
    Some(v)
}

/// What a loop over an iterator, no native one, should be specialised for.
fn over(vm: &Vm, it: &Value) -> u8 {
    match it.kind() {
        Some(Kind::RangeIter) => RANGE,
        Some(Kind::SeqIter) => over_sequence(vm, it).unwrap_or(ANYTHING),
        Some(Kind::DictIter) => match it.downcast::<PyDictIter>() {
            Some(d) if d.view == DictView::Items => ITEMS,
            _ => DICT,
        },
        Some(Kind::SetIter) => SET,
        Some(Kind::Generator) => match it.downcast_exact::<PyGenerator>() {
            Some(g) if g.kind == GenKind::Generator => GENERATOR,
            _ => ANYTHING,
        },
        _ => ANYTHING,
    }
}

/// The same for an iterator over a sequence, forward, which may be specialised for what it reads.
fn over_sequence(vm: &Vm, it: &Value) -> Option<u8> {
    let s = it.downcast_exact::<PySeqIter>().filter(|s| !s.reverse)?;
    let seq = s.seq.get();
    match seq.kind()? {
        Kind::List if reads_directly(vm, it, &seq) => Some(LIST),
        Kind::Tuple if reads_directly(vm, it, &seq) => Some(TUPLE),
        Kind::Str if seq.downcast_exact::<PyStr>().is_some() => Some(STR),
        _ => None,
    }
}

/// The handler for what is iterated over.
fn handler<const TO: u8>(over: u8) -> usize {
    match over {
        RANGE => raw::handler::<ForIter<RANGE, TO>>(),
        LIST => raw::handler::<ForIter<LIST, TO>>(),
        TUPLE => raw::handler::<ForIter<TUPLE, TO>>(),
        DICT => raw::handler::<ForIter<DICT, TO>>(),
        GENERATOR => raw::handler::<ForIter<GENERATOR, TO>>(),
        ITEMS => raw::handler::<ForIter<ITEMS, TO>>(),
        SET => raw::handler::<ForIter<SET, TO>>(),
        STR => raw::handler::<ForIter<STR, TO>>(),
        PAIRS => raw::handler::<ForIter<PAIRS, TO>>(),
        _ => raw::handler::<ForIter<ANYTHING, TO>>(),
    }
}

/// Pushes the item; the next instruction takes it.
///
/// # Safety
/// `sp` is the top of the running frame's stack, with room for a value, and `pc` not its last instruction.
unsafe fn push(pc: *mut Instr, sp: *mut Value, item: Value) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        sp.write(item);
        Step {
            pc: pc.add(1),
            sp: sp.add(1),
        }
    }
}

/// `next(sp[-1])` to the stack, or to slot `d`; or the end. What a generator yields always goes to the stack: the store
/// then runs by itself.
struct ForIter<const OVER: u8, const TO: u8>;

// SAFETY: keeps the iterator and pushes an item or sets a slot, as the linker has set `TO` and the fields.
unsafe impl<const OVER: u8, const TO: u8> Op for ForIter<OVER, TO> {
    const FP: bool = OVER == GENERATOR;

    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let it = &*sp.sub(1);
            let item = match OVER {
                RANGE => next_of_range(it),
                LIST | TUPLE => next_of_sequence::<OVER>(vm, it),
                DICT => next_of_dict(it),
                SET => next_of_set(it),
                STR => next_of_str(vm, it),
                ITEMS => {
                    return match next_pair(it, pc) {
                        Some((key, value)) => {
                            sp.write(value);
                            sp.add(1).write(key);
                            Flow::to(pc.add(2), sp.add(2))
                        }
                        None => Flow::COLD,
                    };
                }
                GENERATOR => {
                    return match it.downcast_exact::<PyGenerator>() {
                        Some(g) if g.kind == GenKind::Generator => {
                            let none = || Value::NONE;
                            raw::resume_fast(vm, pc, sp, g, true, none, raw::Resume::ForIter)
                        }
                        _ => Flow::COLD,
                    };
                }
                _ => None,
            };
            let Some(item) = item else {
                return Flow::COLD;
            };
            if TO == SLOT {
                let garbage = put_slot(fp, (*pc).d as usize, item);
                return Flow::to(pc.add(2), sp).free(garbage);
            }
            sp.write(item);
            Flow::to(pc.add(1), sp.add(1))
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: as for the implementation. The item goes to the stack: the next instruction stores it.
        unsafe {
            let it = &*sp.sub(1);
            let now = match it.kind() {
                Some(Kind::Native) if vm.has_parts(it) => PAIRS,
                Some(Kind::Native) => ANYTHING,
                _ => over(vm, it),
            };
            if now != OVER {
                raw::set_handler(vm, pc, handler::<TO>(now));
            }
            if now == GENERATOR
                && let Some(g) = it.downcast_exact::<PyGenerator>()
            {
                return raw::resume(vm, pc, sp, g, Value::NONE, raw::Resume::ForIter);
            }
            if now == PAIRS && unpacks_pair(pc) {
                match vm.iter_next_parts(it) {
                    Ok(NextItem::Parts(a, b)) => {
                        sp.write(b);
                        sp.add(1).write(a);
                        return Step {
                            pc: pc.add(2),
                            sp: sp.add(2),
                        };
                    }
                    Ok(NextItem::Whole(v)) => return push(pc, sp, v),
                    Ok(NextItem::End) => return raw::exhausted(vm, pc, sp),
                    Err(r) => return throw(vm, pc, sp, r),
                }
            }
            match vm.iter_next(it) {
                Ok(Some(v)) => push(pc, sp, v),
                Ok(None) => raw::exhausted(vm, pc, sp),
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}
