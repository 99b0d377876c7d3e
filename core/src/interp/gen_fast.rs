//! Resuming and suspending generators without a call inside: the fast paths of `FOR_ITER`, `SEND` and `YIELD_VALUE`,
//! and of native functions that iterate over a generator.
//! Whatever is out of the ordinary (frame objects, blocks, limits) goes to [`super::generator`].

use std::mem::MaybeUninit;
use std::ptr::copy_nonoverlapping;

use super::Instr;
use super::call::has_room;
use super::dispatch::{Flow, count, counted, drive};
use super::frame::{Frame, kind};
use super::generator::{Input, Outcome, run};
use super::raw::{self, Resume};
use crate::error::PyResult;
use crate::object::{GenKind, GenState, PyGenerator, ValueCell, value_of};
use crate::value::Value;
use crate::vm::Vm;

/// Values that are moved without a call at most; a generator's slots have room for as many.
pub(crate) const MOVED: usize = 16;

/// Moves `n` values, and up to the next of a few sizes whatever lies behind them, so that no loop is needed.
///
/// # Safety
/// `n` is at most [`MOVED`]. There are `n` values at `from`, which are given up; both places have room for [`MOVED`], and
/// do not overlap.
#[inline(always)]
unsafe fn move_values(from: *const Value, to: *mut Value, n: usize) {
    // SAFETY: both places have room for `MOVED` values and do not overlap. What is copied are bytes rather than
    // values: beyond `n` they may be nothing.
    unsafe {
        let (from, to) = (from as *const MaybeUninit<u64>, to as *mut MaybeUninit<u64>);
        if n <= 4 {
            copy_nonoverlapping(from, to, 4);
        } else if n <= 8 {
            copy_nonoverlapping(from, to, 8);
        } else {
            copy_nonoverlapping(from, to, MOVED);
        }
    }
}

impl Resume {
    #[inline(always)]
    pub(super) fn frame_kind(self) -> u32 {
        match self {
            Resume::ForIter => kind::GEN_FOR,
            Resume::Send => kind::GEN_SEND,
            Resume::YieldFrom => kind::GEN_YIELD_FROM,
        }
    }
}

/// Resumes a generator or coroutine from the running instruction; its frame begins at `fp`, what it yields is pushed
/// there. `sent` is called only if that goes without ceremony.
///
/// # Safety
/// A value below `fp` keeps the generator alive; `pc` belongs to the running frame, whose stack ends at `fp` once
/// `sent` has been called.
#[inline(always)]
pub unsafe fn resume_fast(
    vm: &Vm,
    pc: *mut Instr,
    fp: *mut Value,
    g: &PyGenerator,
    sent_is_none: bool,
    sent: impl FnOnce() -> Value,
    why: Resume,
) -> Flow {
    // SAFETY: as the caller says; `ready` has looked that the generator is not running and that its frame fits at
    // `fp`.
    unsafe {
        if !ready(vm, fp, g, sent_is_none) {
            return Flow::COLD;
        }
        let sent = sent();
        (*vm.cx.frame.get()).pc = pc;
        enter(vm, fp, g, sent, why.frame_kind())
    }
}

/// Whether a generator or coroutine can be resumed without ceremony, its frame beginning at `fp`. To resume is not
/// polled: the yield before and after is.
#[inline(always)]
pub(super) fn ready(vm: &Vm, fp: *mut Value, g: &PyGenerator, sent_is_none: bool) -> bool {
    let state = g.state.get();
    // SAFETY: the blocks are only looked at; the function keeps its linked code.
    unsafe {
        g.kind != GenKind::AsyncGenerator
            && (state == GenState::Suspended || state == GenState::Created && sent_is_none)
            && g.len.get() as usize <= MOVED
            && g.frame.is_null()
            && (*g.blocks.as_ptr()).is_empty()
            && has_room(vm, fp, (*g.linked).frame_size + MOVED)
    }
}

/// Makes a generator that is [`ready`] the running frame.
///
/// # Safety
/// Somebody keeps the generator alive; the caller's position is saved, and its stack ends at `fp`.
#[inline(always)]
pub(super) unsafe fn enter(
    vm: &Vm,
    fp: *mut Value,
    g: &PyGenerator,
    sent: Value,
    kind: u32,
) -> Flow {
    // SAFETY: the generator is `ready`: its `len` values are moved to `fp`, where there is room for `MOVED` and for
    // its frame, and a record is free. It keeps function and code; nothing sets `func` while the pointer is taken.
    unsafe {
        let n = g.len.get() as usize;
        move_values(g.slots_at(), fp, n);
        g.len.set(0);
        let fr = vm.cx.frame.get().add(1);
        let func = g.func.peek().bits() as *const crate::object::PyFunction;
        fr.write(Frame {
            pc: g.pc.get(),
            fp,
            ret_sp: fp,
            code: g.linked,
            func,
            kind,
            blocks: vm.cx.block_count.get(),
            locals: ValueCell::new(Value::NULL),
            object: ValueCell::new(Value::NULL),
            generator: g,
        });
        vm.cx.frame.set(fr);
        vm.cx.fp.set(fp);
        vm.push_exc_item(&g.exc);
        let begun = g.state.replace(GenState::Running) == GenState::Suspended;
        let mut top = fp.add(n);
        // A generator that has not begun takes None, which needs no dropping.
        top.write(sent);
        top = top.add((begun || g.push_first) as usize);
        Flow::to(g.pc.get(), top)
    }
}

/// Whether a frame is that of a generator that can be suspended without ceremony, its stack ending at `top`; `blocks` is
/// the number of blocks at that moment.
#[inline(always)]
unsafe fn can_suspend(fr: *const Frame, top: *mut Value, blocks: u32) -> bool {
    // SAFETY: a running frame; its stack begins at `fp`.
    unsafe {
        (*fr).kind >= kind::GEN
            && (*fr).kind != kind::GEN_CALL
            && !(*fr).generator.is_null()
            && (*fr).object.is_null()
            && (*fr).blocks == blocks
            && (*fr).ret_sp == (*fr).fp
            && top.offset_from((*fr).fp) as usize <= MOVED
    }
}

/// Moves the running frame, which [`can_suspend`], into its generator, which goes on at `next`.
#[inline(always)]
unsafe fn suspend(vm: &Vm, fr: *mut Frame, next: *mut Instr, top: *mut Value) {
    // SAFETY: whoever has resumed the generator keeps it alive. Its room is for as many values as `can_suspend`
    // allows; they are moved there, and below a generator there is always another record.
    unsafe {
        let (g, fp) = (&*(*fr).generator, (*fr).fp);
        let n = top.offset_from(fp) as usize;
        move_values(fp, g.slots_at(), n);
        g.len.set(n as u32);
        g.pc.set(next);
        g.state.set(GenState::Suspended);
        vm.pop_exc_item(&g.exc);
        let caller = fr.sub(1);
        vm.cx.frame.set(caller);
        vm.cx.fp.set((*caller).fp);
    }
}

/// Suspends the running generator with the value on top, if a `for` loop, `SEND`, `YIELD_FROM` or a native function has
/// resumed it. What a generator yields to `YIELD_FROM`, the one that runs that yields in turn.
///
/// # Safety
/// `pc` and `sp` belong to the running frame.
#[inline(always)]
pub unsafe fn yield_fast(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Flow {
    // SAFETY: the frame runs, and one value at least is on its stack. Only records of generators are left, each of
    // which has one below it that has saved its place; what takes an item in a batch has said where.
    unsafe {
        let top = sp.sub(1);
        let (mut fr, mut at) = (vm.cx.frame.get(), top);
        if (*fr).kind == kind::GEN_BATCH && (*vm.batch.get()).takes(vm, &*top) {
            // The item is taken and the generator goes on: it is neither suspended nor resumed.
            top.write(Value::NONE);
            return Flow::to(pc.add(1), sp);
        }
        // First the whole chain is looked at, because nothing may have changed where the fast path ends.
        loop {
            if !can_suspend(fr, at, vm.cx.block_count.get()) {
                return Flow::COLD;
            }
            if (*fr).kind != kind::GEN_YIELD_FROM {
                break;
            }
            at = (*fr).fp;
            fr = fr.sub(1);
        }
        let value = std::ptr::read(top);
        let (mut fr, mut at, mut next) = (vm.cx.frame.get(), top, pc.add(1));
        let k = loop {
            suspend(vm, fr, next, at);
            if (*fr).kind != kind::GEN_YIELD_FROM {
                break (*fr).kind;
            }
            at = (*fr).fp;
            fr = fr.sub(1);
            next = (*fr).pc;
        };
        let (fp, caller) = ((*fr).fp, fr.sub(1));
        count(vm);
        if k == kind::GEN_ENTRY || k == kind::GEN_BATCH {
            // What was there the driver has taken.
            std::mem::forget(vm.result.replace(value));
            vm.yielded.set(true);
            return Flow::to(vm.halt.get(), fp);
        }
        fp.write(value);
        Flow::to((*caller).pc.add(1), fp.add(1))
    }
}

/// Items that a running generator leaves for a native function without being suspended in between. That is only right
/// where the function does nothing with an item that anybody could notice before the next one.
pub(crate) struct Batch {
    items: *mut Value,
    len: usize,
    room: usize,
    taken: Taken,
}

/// Which items of a generator a native function takes in advance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All: the function does not look at them before the end.
    All,
    /// Immediates, which hash and compare without Python code.
    Immediates,
    /// Immediate ints and floats, and bools, which can be added up and compared with each other.
    Numbers,
}

impl Taken {
    #[inline(always)]
    fn takes(self, v: &Value) -> bool {
        match self {
            Taken::All => true,
            Taken::Immediates => v.header().is_none(),
            Taken::Numbers => {
                v.as_int().is_some() || v.is_immediate_float() || v.as_bool().is_some()
            }
        }
    }
}

impl Batch {
    /// Takes a value, which the caller then gives up; false, with nothing done, if the generator must be suspended.
    ///
    /// # Safety
    /// The memory has room for `room` values.
    #[inline(always)]
    unsafe fn takes(&mut self, vm: &Vm, v: &Value) -> bool {
        // SAFETY: the memory has room for `room` values, of which `len` are taken; the caller gives up its own.
        unsafe {
            if self.len >= self.room || !self.taken.takes(v) || !counted(vm) {
                return false;
            }
            self.items.add(self.len).write(std::ptr::read(v));
            self.len += 1;
            true
        }
    }
}

/// Adds the next items of a generator to `out`, one at least unless it has ended; the result says whether there may be
/// more. All but the last are such as `taken` says. What was got before an exception is in `out` too.
pub(crate) fn next_items(
    vm: &Vm,
    g: &PyGenerator,
    out: &mut Vec<Value>,
    taken: Taken,
) -> PyResult<bool> {
    const LEAST: usize = 64;
    let fp = vm.cx.sp.get();
    if g.kind != GenKind::Generator || !ready(vm, fp, g, true) {
        return Ok(match run(vm, g, Input::Send(Value::NONE))? {
            Outcome::Yield(v) => {
                out.push(v);
                true
            }
            Outcome::Return(_) => false,
        });
    }
    vm.check_rust_stack()?;
    out.reserve(match taken {
        Taken::All => LEAST.max(out.len()),
        _ => LEAST,
    });
    let kept = value_of(g);
    // SAFETY: as in `next_item`; the batch has the memory behind the items, but for one that is pushed at the end.
    let r = unsafe {
        let mut batch = Batch {
            items: out.as_mut_ptr().add(out.len()),
            len: 0,
            room: out.capacity() - out.len() - 1,
            taken,
        };
        let outer = vm.batch.replace(&mut batch);
        let f = enter(vm, fp, g, Value::NONE, kind::GEN_BATCH);
        vm.yielded.set(false);
        let r = drive(vm, f.pc, f.sp);
        vm.batch.set(outer);
        out.set_len(out.len() + batch.len);
        r
    };
    drop(kept);
    vm.cx.sp.set(fp);
    let yielded = vm.yielded.replace(false);
    let v = r?;
    if yielded {
        out.push(v);
    }
    Ok(yielded)
}

/// The next item of a generator for a native function that iterates over it: what [`run`] does for `None`, with less
/// ceremony.
pub(crate) fn next_item(vm: &Vm, g: &PyGenerator) -> PyResult<Option<Value>> {
    let fp = vm.cx.sp.get();
    if g.kind != GenKind::Generator || !ready(vm, fp, g, true) {
        return match run(vm, g, Input::Send(Value::NONE))? {
            Outcome::Yield(v) => Ok(Some(v)),
            Outcome::Return(_) => Ok(None),
        };
    }
    vm.check_rust_stack()?;
    let kept = value_of(g);
    // SAFETY: the generator is kept, and the caller's position was saved when it called native code.
    let r = unsafe {
        let f = enter(vm, fp, g, Value::NONE, kind::GEN_ENTRY);
        vm.yielded.set(false);
        drive(vm, f.pc, f.sp)
    };
    drop(kept);
    vm.cx.sp.set(fp);
    let yielded = vm.yielded.replace(false);
    r.map(|v| yielded.then_some(v))
}

/// Ends the running generator with a result, if a `for` loop, `SEND` or `YIELD_FROM` has resumed it. `take` is called,
/// and gives up what lies from `sp` up, only if that goes without ceremony.
///
/// # Safety
/// `sp` is the top of the running frame's stack, without the result.
#[inline(always)]
pub unsafe fn return_fast(vm: &Vm, sp: *mut Value, take: impl FnOnce() -> Value) -> Flow {
    // SAFETY: a generator runs, so the record below it has saved its place, at a `FOR_ITER`, `SEND` or `YIELD_FROM`,
    // whose fields say where it goes on. What lies from `fp` to `sp` is released once, fewer than `MANY` values;
    // below `fp` lies the receiver, and it keeps the generator until it is released itself.
    unsafe {
        let fr = vm.cx.frame.get();
        let k = (*fr).kind;
        let g = (*fr).generator;
        let fp = (*fr).fp;
        if !(k == kind::GEN_FOR || k == kind::GEN_SEND || k == kind::GEN_YIELD_FROM)
            || g.is_null()
            || !(*fr).object.is_null()
            || vm.cx.block_count.get() != (*fr).blocks
            || (*fr).ret_sp != fp
            || !(*g).exc.value.peek().is_none()
            || sp.offset_from(fp) as usize >= raw::MANY - 1
        {
            return Flow::COLD;
        }
        let g = &*g;
        let result = take();
        let mut garbage = raw::release_all(vm, fp, sp);
        g.state.set(GenState::Finished);
        vm.pop_exc_item(&g.exc);
        let caller = fr.sub(1);
        vm.cx.frame.set(caller);
        vm.cx.fp.set((*caller).fp);
        count(vm);
        let pc = (*caller).pc;
        let mut to = fp;
        if k == kind::GEN_YIELD_FROM {
            // The result takes the place of the receiver.
            let last = std::ptr::replace(to.sub(1), result).release();
            garbage = raw::give_up(vm, garbage, last);
            return Flow::to(pc.add(1), to).free(garbage);
        }
        if (*pc).n & 1 != 0 {
            to = to.sub(1);
            garbage = raw::give_up(vm, garbage, std::ptr::read(to).release());
        }
        if k == kind::GEN_SEND {
            to.write(result);
            to = to.add(1);
        } else {
            // The result of a generator in a `for` loop is lost.
            garbage = raw::give_up(vm, garbage, result.release());
            if (*pc).n & 2 != 0 {
                to.write(Value::NULL);
                to = to.add(1);
            }
        }
        Flow::to(pc.offset((*pc).arg as isize), to).free(garbage)
    }
}
