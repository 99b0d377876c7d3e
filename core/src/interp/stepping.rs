//! What the common handler of instrumented code does: it tells the instruments.
//!
//! It calls them and then goes to the kept handler. That is all as long as nobody wants more than `before`. Else *every*
//! instruction is instrumented and runs as a **step**: the kept handler runs, and comes back here when the next
//! instruction is about to be dispatched. From what a step did to the stack of frames we know what to tell, whatever way
//! a handler has of pushing and popping frames; handlers know nothing of instruments. Only unwinding, which is never in
//! a hurry, asks whether somebody watches, since it may end several frames at once.
//!
//! `seen` is the frame that the instruments know to be running. Frames above it when an instruction is dispatched have
//! been entered; if it is above the running frame when a step ends, frames have been left. A frame that Rust has pushed
//! in the middle of a step (a finalizer's, at the end of a call) may lie where one has been that the step has left.

use std::ptr::null_mut;
use std::rc::Rc;

use smallvec::SmallVec;

use super::dispatch::{Step, one_step};
use super::frame::kind;
use super::instrumented::{Watched, own_handler};
use super::{Frame, Instr};
use crate::error::Raise;
use crate::instrument::{DispatchView, Events, Exit, Instrument, Shown, Site};
use crate::value::Value;
use crate::vm::Vm;

/// The running frame, and those below it that would yield together with it (`YIELD_FROM` before 3.11).
pub(super) type Leaving = SmallVec<[Left; 1]>;

/// A frame that may be gone when we tell of it.
pub(super) struct Left {
    watched: Rc<Watched>,
    index: usize,
    frame: *mut Frame,
    kind: u32,
    /// The instruction of the frame below that called or resumed it. When a poll comes between, the frame below does
    /// not remember it.
    caller: *mut Instr,
}

/// Whether `pc` is where the step under way ends (tail dispatch): the common handler then returns.
#[cfg(opyc_tail)]
pub(super) fn lands(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> bool {
    let ins = &vm.instruments;
    let driver = ins.driver.get();
    if driver == 0 || driver != vm.driver_sp.get() {
        return false;
    }
    ins.driver.set(0);
    ins.landed.set((pc, sp));
    true
}

/// Runs a handler until the next instruction is about to be dispatched (tail dispatch). `run` calls it.
///
/// Without any instrumented instruction ahead, because the instruments are gone meanwhile, that is when the driver is
/// to be returned to.
#[cfg(opyc_tail)]
pub(super) fn step_with(vm: &Vm, run: impl FnOnce()) -> Option<Step> {
    let ins = &vm.instruments;
    let epoch = ins.epoch.get();
    // A nested driver has another stack pointer: the step of the outer one does not end in there.
    let outer = ins.driver.replace(vm.driver_sp.get());
    run();
    ins.driver
        .set(if ins.epoch.get() == epoch { outer } else { 0 });
    let (pc, sp) = ins.landed.replace((null_mut(), null_mut()));
    (!pc.is_null()).then_some(Step { pc, sp })
}

/// Calls `before` of those who want it, where nobody wants more. Returns the handler to go on with; 0 if the
/// instruction must run as a step.
///
/// # Safety
/// `pc` is the instrumented instruction that is dispatched, `sp` the top of the running frame's stack.
#[inline(never)]
pub(super) unsafe fn announce(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> usize {
    if vm.instruments.stepping() {
        return 0;
    }
    // SAFETY: as the caller says.
    unsafe {
        let fr = vm.cx.frame.get();
        let code = &*(*fr).code;
        let watched = code.watched.borrow().clone();
        if let Some(w) = watched {
            tell(vm, &w, code.index_of(pc), fr, sp, Events::BEFORE);
        }
        own_handler(code, pc)
    }
}

/// Calls `before` or `after` of those who want it for an instruction of a frame.
unsafe fn tell(vm: &Vm, w: &Watched, index: usize, fr: *mut Frame, sp: *mut Value, what: Events) {
    let Some(wanted) = w.wanted.get(index).filter(|w| !w.is_empty()) else {
        return;
    };
    let info = &w.info;
    // SAFETY: as the caller says.
    let view = unsafe { DispatchView::new(vm, Site { info, index }, fr, sp) };
    for a in wanted {
        if a.on.get() && a.events.contains(what) {
            match what {
                Events::BEFORE => a.instrument.before(&view),
                _ => a.instrument.after(&view),
            }
        }
    }
}

/// Calls those who watch frames.
fn each(vm: &Vm, mut f: impl FnMut(&dyn Instrument)) {
    for a in vm.instruments.snapshot().iter() {
        if a.on.get() && a.events.contains(Events::FRAMES) {
            f(&*a.instrument);
        }
    }
}

/// Runs an instruction as a step, and tells what it did.
///
/// # Safety
/// As [`announce`]; `fp` is the running frame's first slot.
#[inline(never)]
pub(super) unsafe fn step(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
    let ins = &vm.instruments;
    // SAFETY: as the caller says. The frame and its code stay while the instruction has not run.
    unsafe {
        let fr = vm.cx.frame.get();
        let code = &*(*fr).code;
        let index = code.index_of(pc);
        replaced(vm);
        entered(vm, fr, pc, sp);
        let watched = code.watched.borrow().clone();
        let Some(w) = watched else {
            return one_step(vm, own_handler(code, pc), pc, sp, fp);
        };
        tell(vm, &w, index, fr, sp, Events::BEFORE);
        let epoch = ins.epoch.get();
        let outer_caught = ins.caught.replace(null_mut());
        let outer_leaving = ins.leaving.replace(leaving(fr, &w, index));
        let next = one_step(vm, own_handler(code, pc), pc, sp, fp);
        let leaving = ins.leaving.replace(outer_leaving);
        let caught = ins.caught.replace(outer_caught);
        if ins.epoch.get() != epoch {
            return next;
        }
        // The poll may have ended the run of the driver, which goes on from where `bounce` says.
        let at = match vm.bounce.get() {
            (p, s) if next.pc == vm.halt.get() && !p.is_null() => Step { pc: p, sp: s },
            _ => next,
        };
        let now = vm.cx.frame.get();
        if ins.seen.get() > now {
            left(vm, &leaving, now, Some(at));
        }
        if at.pc != vm.halt.get() && caught != now {
            if now == fr {
                tell(vm, &w, index, now, at.sp, Events::AFTER);
            } else if now < fr {
                // The call, or whatever else resumed the frame that has gone, is completed.
                let caller = &*(*now).code;
                let above = leaving.iter().find(|l| l.frame == now.add(1));
                let pc = above.map_or((*now).pc, |l| l.caller);
                let watched = caller.watched.borrow().clone();
                if let Some(w) = watched {
                    tell(vm, &w, caller.index_of(pc), now, at.sp, Events::AFTER);
                }
            }
        }
        next
    }
}

/// The frames that may be left when an instruction of a frame runs.
unsafe fn leaving(mut frame: *mut Frame, w: &Rc<Watched>, index: usize) -> Leaving {
    let mut all = Leaving::new();
    let mut at = Some((w.clone(), index));
    // SAFETY: a frame that was resumed by another one is above it.
    unsafe {
        while let Some((watched, index)) = at {
            let kind = (*frame).kind;
            all.push(Left {
                watched,
                index,
                frame,
                kind,
                caller: (*frame.sub(1)).pc,
            });
            if kind != kind::GEN_YIELD_FROM {
                break;
            }
            frame = frame.sub(1);
            let code = &*(*frame).code;
            let watched = code.watched.borrow().clone();
            at = watched.map(|w| (w, code.index_of((*frame).pc)));
        }
    }
    all
}

/// If Rust has pushed the running frame, or one below it, where the step under way has left one: tells of that first.
///
/// # Safety
/// A frame is running that the step under way, if there is one, has not left.
pub(super) unsafe fn replaced(vm: &Vm) {
    let fr = vm.cx.frame.get();
    let leaving = &vm.instruments.leaving;
    let first = leaving.borrow().first().map(|l| l.frame);
    if first.is_some_and(|first| first >= fr) {
        let leaving = leaving.take();
        // SAFETY: there is always a frame below.
        unsafe { left(vm, &leaving, fr.sub(1), None) };
    }
}

/// Tells of frames that have been entered since the last event: up to `fr`, the running one.
unsafe fn entered(vm: &Vm, fr: *mut Frame, pc: *mut Instr, sp: *mut Value) {
    let seen = &vm.instruments.seen;
    // SAFETY: frames up to the running one exist; below it each has saved its place.
    unsafe {
        while seen.get() < fr {
            let f = seen.get().add(1);
            let (pc, sp) = if f == fr {
                (pc, sp)
            } else {
                ((*f).pc, (*f.add(1)).ret_sp)
            };
            seen.set(f);
            let code = &*(*f).code;
            let watched = code.watched.borrow().clone();
            if let Some(w) = watched {
                let site = Site {
                    info: &w.info,
                    index: code.index_of(pc),
                };
                let view = DispatchView::new(vm, site, f, sp);
                each(vm, |i| i.enter(&view));
            }
        }
    }
    seen.set(fr);
}

/// Tells of frames that have returned or yielded in this step, down to `now`, the one below them. `at` is where it goes
/// on; `None` if something else comes first: an exception, or a finalizer.
unsafe fn left(vm: &Vm, leaving: &Leaving, now: *mut Frame, at: Option<Step>) {
    vm.instruments.seen.set(now);
    let gone = leaving.iter().take_while(|l| l.frame > now);
    let Some(last) = gone.clone().last() else {
        return;
    };
    let several = gone.clone().count() > 1;
    const NONE: &Value = &Value::NONE;
    // SAFETY: a result that has been delivered lies on top of the stack of who gets it, or in `vm.result` until the
    // driver's caller takes it.
    let delivered = at.map(|at| unsafe {
        match last.kind {
            kind::ENTRY | kind::GEN_ENTRY => vm.result.peek(),
            kind::INIT | kind::DISCARD => NONE,
            _ => &*at.sp.sub(1),
        }
    });
    for l in gone {
        let site = Site {
            info: &l.watched.info,
            index: l.index,
        };
        let yields = match (l.kind, at) {
            (kind::GEN_ENTRY, Some(_)) => vm.yielded.get(),
            // At its end `next()` raises.
            (kind::GEN_CALL, Some(_)) => true,
            // SAFETY: the frame that is running now has saved its place. A value goes to the next instruction, an end
            // jumps.
            (kind::GEN_FOR | kind::GEN_SEND, Some(at)) => unsafe { at.pc == (*now).pc.add(1) },
            (kind::GEN_YIELD_FROM, _) => several,
            (kind::GEN.., None) => !site.ends(),
            _ => false,
        } || several;
        let view = DispatchView::gone(vm, site, vm.cx.depth_of(l.frame) - 1);
        if yields {
            each(vm, |i| i.yields(&view, delivered.map(Shown::value)));
        } else {
            // What an operator makes of a result is not the result.
            let known = !matches!(
                l.kind,
                kind::GEN_FOR | kind::DISCARD | kind::OPERATOR | kind::TRUTH
            );
            let value = delivered.filter(|_| known);
            let exit = Exit::Return(value.map(Shown::value));
            each(vm, |i| i.leave(&view, &exit));
        }
    }
}

/// An exception or fault is raised in the running frame, or has come to it from a frame above.
///
/// # Safety
/// `pc` and `sp` belong to the running frame.
#[cold]
#[inline(never)]
pub(super) unsafe fn raised(vm: &Vm, pc: *mut Instr, sp: *mut Value, raise: &Raise) {
    let ins = &vm.instruments;
    let fr = vm.cx.frame.get();
    // SAFETY: as the caller says.
    unsafe {
        if ins.seen.get() > fr {
            // The frame above has returned, and that its result was of no use is what raises.
            let leaving = ins.leaving.take();
            left(vm, &leaving, fr, None);
        }
        entered(vm, fr, pc, sp);
        if !raise.is_fault() {
            at_running(vm, fr, pc, sp, |i, view| {
                i.raise(view, Shown::value(raise.value()))
            });
        }
    }
}

/// An exception or fault is about to leave the running frame.
///
/// # Safety
/// As [`raised`].
#[cold]
#[inline(never)]
pub(super) unsafe fn unwound(vm: &Vm, pc: *mut Instr, sp: *mut Value, raise: &Raise) {
    let fr = vm.cx.frame.get();
    let exit = match raise.is_fault() {
        true => Exit::Fault,
        false => Exit::Raise(Shown::value(raise.value())),
    };
    // SAFETY: as the caller says.
    unsafe { at_running(vm, fr, pc, sp, |i, view| i.leave(view, &exit)) };
    vm.instruments.seen.set(fr.wrapping_sub(1));
    // Told: a finalizer that runs before the step is over may get this frame's record.
    vm.instruments
        .leaving
        .borrow_mut()
        .retain(|l| l.frame != fr);
}

/// The running frame handles the exception that the step has raised.
pub(super) fn caught(vm: &Vm) {
    vm.instruments.caught.set(vm.cx.frame.get());
}

unsafe fn at_running(
    vm: &Vm,
    fr: *mut Frame,
    pc: *mut Instr,
    sp: *mut Value,
    f: impl Fn(&dyn Instrument, &DispatchView<'_>),
) {
    // SAFETY: `pc` and `sp` belong to `fr`, the running frame.
    unsafe {
        let code = &*(*fr).code;
        let watched = code.watched.borrow().clone();
        if let Some(w) = watched {
            let site = Site {
                info: &w.info,
                index: code.index_of(pc),
            };
            let view = DispatchView::new(vm, site, fr, sp);
            each(vm, |i| f(i, &view));
        }
    }
}
