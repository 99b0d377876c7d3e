//! Iterators and the `for` loop.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::object::{
    DictView, GenKind, PyDict, PyDictIter, PyGenerator, PyList, PyRangeIter, PySeqIter, PyTuple,
};

use crate::rows::prelude::*;

opcodes! {
    /// Replaces an object by an iterator over it.
    GET_ITER (object -- iter) in 6..=14, stack byte_get_iter;
    /// Replaces an object by an iterator over it; a generator, or where allowed a coroutine, stays.
    GET_YIELD_FROM_ITER (object -- iter) in 6..=14, stack byte_get_yield_from_iter;
    /// Pushes the next item, or at the end drops the iterator and jumps.
    FOR_ITER (iter -- iter item) jump (iter --) in 6..=11, link link_for_iter;
    /// Pushes the next item, or at the end drops the iterator and jumps behind the END_FOR.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 12..=12, link link_for_iter_end_for;
    /// Pushes the next item, or at the end drops the iterator and jumps behind END_FOR and POP_TOP.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 13..=13, link link_for_iter_end_for_pop_top;
    /// Pushes the next item, or at the end jumps behind the END_FOR.
    FOR_ITER (iter -- iter item) jump (iter -- iter item) in 14..=14, link link_for_iter_keep;
}

/// `n` of FOR_ITER: the end pops the iterator.
const POPS: u16 = 1;
/// `n` of FOR_ITER: the end pushes a placeholder for the item.
const PLACEHOLDER: u16 = 2;

fn link_for_iter(l: &mut LinkCx<'_>) {
    l.instr().n = POPS;
    l.raw::<ForIter>();
}

/// Links a loop whose end skips the instructions `skipped`, and `n` says the rest. Code in which they do not follow
/// the jump goes to the target itself, with the stack that the verifier has seen.
fn link_skipping(l: &mut LinkCx<'_>, skipped: &[&str], n: u16) {
    let target = l.index() as i64 + i64::from(l.instr().arg);
    let fits = |(i, name): (usize, &&str)| {
        usize::try_from(target).is_ok_and(|t| l.standard(t + i) == *name)
    };
    if skipped.iter().enumerate().all(fits) {
        let i = l.instr();
        i.arg += skipped.len() as i32;
        i.n = n;
    } else {
        l.instr().n = PLACEHOLDER;
    }
    l.raw::<ForIter>();
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

fn byte_get_iter(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.get_iter(&object)?])
}

fn byte_get_yield_from_iter(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 1]> {
    use opyc_core::code::flags;
    match object.downcast::<PyGenerator>().map(|g| g.kind) {
        Some(GenKind::Generator) => Ok([object]),
        Some(GenKind::Coroutine) => {
            if raw::code_flags(cx.vm) & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                const TEXT: &str =
                    "cannot 'yield from' a coroutine object in a non-coroutine generator";
                return Err(cx.vm.type_error(TEXT));
            }
            Ok([object])
        }
        _ => Ok([cx.vm.get_iter(&object)?]),
    }
}

/// The next item of a builtin iterator, where neither Python code nor a new object is involved.
#[inline(always)]
fn quick_next(it: &Value) -> Option<Value> {
    if let Some(r) = it.downcast::<PyRangeIter>() {
        let left = r.left.get().checked_sub(1)?;
        let i = r.next.get();
        let v = Value::small_int(i)?;
        r.left.set(left);
        r.next.set(i.wrapping_add(r.step));
        return Some(v);
    }
    if let Some(s) = it.downcast_exact::<PySeqIter>() {
        if s.reverse {
            return None;
        }
        // SAFETY: nothing sets the sequence meanwhile.
        let seq = unsafe { s.seq.peek() };
        let i = s.index.get();
        let v = if let Some(l) = seq.downcast_exact::<PyList>() {
            l.items.get(i)
        } else {
            seq.downcast_exact::<PyTuple>()?.get(i).cloned()
        };
        if v.is_some() {
            s.index.set(i + 1);
        }
        return v;
    }
    let d = it.downcast::<PyDictIter>()?;
    if d.reverse || d.view == DictView::Items {
        return None;
    }
    // SAFETY: nothing sets the dict meanwhile.
    let dict = unsafe { d.dict.peek() }.downcast::<PyDict>()?;
    if dict.len() != d.len.get() || d.left.get() == 0 {
        return None;
    }
    let mut cursor = d.cursor.get();
    let (k, v) = dict.next(&mut cursor)?;
    // Key and value live in the dict: dropping the other one frees nothing.
    let (item, other) = if d.view == DictView::Keys {
        (k, v)
    } else {
        (v, k)
    };
    // SAFETY: as just said.
    unsafe { other.release() };
    d.cursor.set(cursor);
    d.left.set(d.left.get() - 1);
    Some(item)
}

raw_op! {
    /// `sp[0] = next(sp[-1])`, or the end.
    ForIter;
    fast(_vm, pc, sp, _fp) {
        match quick_next(&*sp.sub(1)) {
            Some(v) => {
                sp.write(v);
                Flow::to(pc.add(1), sp.add(1))
            }
            None => Flow::COLD,
        }
    }
    cold(vm, pc, sp, _fp) {
        let it = &*sp.sub(1);
        if let Some(g) = it.downcast_exact::<PyGenerator>()
            && g.kind == GenKind::Generator
        {
            raw::set_handler(vm, pc, raw::handler::<ForIterGenerator>());
            return raw::resume(vm, pc, sp, g, Value::NONE, raw::Resume::ForIter);
        }
        match vm.iter_next(it) {
            Ok(Some(v)) => {
                sp.write(v);
                Step { pc: pc.add(1), sp: sp.add(1) }
            }
            Ok(None) => raw::exhausted(vm, pc, sp),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

/// `FOR_ITER` over a generator: resumed in place.
struct ForIterGenerator;

// SAFETY: what the generator yields is pushed above it.
unsafe impl Op for ForIterGenerator {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            match (*sp.sub(1)).downcast_exact::<PyGenerator>() {
                Some(g) if g.kind == GenKind::Generator => {
                    raw::resume_fast(vm, pc, sp, g, true, || Value::NONE, raw::Resume::ForIter)
                }
                _ => Flow::COLD,
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe {
            if (*sp.sub(1)).downcast_exact::<PyGenerator>().is_none() {
                raw::set_handler(vm, pc, raw::handler::<ForIter>());
            }
            ForIter::cold(vm, pc, sp, fp)
        }
    }
}
