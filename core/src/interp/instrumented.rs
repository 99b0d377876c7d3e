//! Instrumented code: how [`Instrument`]s see what runs.
//!
//! Attaching an instrument rewrites linked code in place, since frames hold addresses of instructions. Instructions of
//! interest get one common handler, and their own is kept in a table beside the code ([`Watched`]), where specialising
//! handlers find it ([`keep`]). A group of folded instructions ([`super::fuse`]) with one of interest among them is
//! unfolded, so that each is dispatched by itself, and folded again when the instruments are gone.
//!
//! What the common handler does is in [`super::stepping`].

use std::cell::{Cell, RefCell};
use std::ptr::null_mut;
use std::rc::Rc;

use smallvec::SmallVec;

use super::dispatch::instrumented_address;
use super::link::unfolded;
use super::stepping::Leaving;
use super::{Frame, Instr, Linked};
use crate::instrument::{CodeInfo, Events, Instrument, InstrumentId, Site};
use crate::object::{Kind, PyCode};
use crate::vm::Vm;

/// An instrument of a machine.
pub(super) struct Attached {
    id: InstrumentId,
    pub(super) instrument: Rc<dyn Instrument>,
    pub(super) events: Events,
    /// False as soon as it is detached, even in the middle of an event.
    pub(super) on: Cell<bool>,
}

/// The instruments of a machine.
pub(crate) struct Instruments {
    all: RefCell<Rc<[Rc<Attached>]>>,
    last_id: Cell<u64>,
    /// Whether instructions run as steps.
    stepping: Cell<bool>,
    /// Changes when `stepping` does: a step that finds another value at its end is none any more.
    pub(super) epoch: Cell<u64>,
    /// The frame that the instruments know to be running.
    pub(super) seen: Cell<*mut Frame>,
    /// The frame in which the step under way has found a handler for an exception.
    pub(super) caught: Cell<*mut Frame>,
    /// The frames that the step under way may leave.
    pub(super) leaving: RefCell<Leaving>,
    /// The driver whose step is under way, by its stack pointer, or 0.
    #[cfg(opyc_tail)]
    pub(super) driver: Cell<usize>,
    /// Where the step has ended.
    #[cfg(opyc_tail)]
    pub(super) landed: Cell<(*mut Instr, *mut crate::value::Value)>,
    /// Code is being rewritten; and whether the list has changed meanwhile.
    rewriting: Cell<bool>,
    again: Cell<bool>,
}

/// The instrumented form of a code object, beside its instructions.
pub(crate) struct Watched {
    pub(super) info: CodeInfo,
    /// Handlers of instrumented instructions; 0 for the others.
    kept: Box<[Cell<usize>]>,
    /// The instruments that take an interest in an instruction.
    pub(super) wanted: Box<[SmallVec<[Rc<Attached>; 1]>]>,
    /// First instructions of groups that have been unfolded, as they were.
    folded: Vec<(usize, Instr)>,
    /// Where calls begin, else: they may skip the first instruction.
    entry: *mut Instr,
}

impl Default for Instruments {
    fn default() -> Instruments {
        Instruments {
            all: RefCell::new(Rc::new([])),
            last_id: Cell::new(0),
            stepping: Cell::new(false),
            epoch: Cell::new(0),
            seen: Cell::new(null_mut()),
            caught: Cell::new(null_mut()),
            leaving: RefCell::default(),
            #[cfg(opyc_tail)]
            driver: Cell::new(0),
            #[cfg(opyc_tail)]
            landed: Cell::new((null_mut(), null_mut())),
            rewriting: Cell::new(false),
            again: Cell::new(false),
        }
    }
}

impl Instruments {
    /// Whether instructions run as steps: then unwinding tells of exceptions and of the frames that they leave.
    pub(crate) fn stepping(&self) -> bool {
        self.stepping.get()
    }

    pub(super) fn snapshot(&self) -> Rc<[Rc<Attached>]> {
        self.all.borrow().clone()
    }
}

impl Vm {
    /// Attaches an instrument, behind those that are attached already. What runs now is seen from the next
    /// instruction on.
    pub fn attach(&self, instrument: Rc<dyn Instrument>) -> InstrumentId {
        let ins = &self.instruments;
        let id = InstrumentId(ins.last_id.get() + 1);
        ins.last_id.set(id.0);
        let events = instrument.events();
        let new = Attached {
            id,
            instrument,
            events,
            on: Cell::new(true),
        };
        let all = ins.snapshot();
        let more = all.iter().cloned().chain([Rc::new(new)]).collect();
        self.set_instruments(more);
        id
    }

    /// Detaches an instrument. False if it is not attached (any more).
    pub fn detach(&self, id: InstrumentId) -> bool {
        let all = self.instruments.snapshot();
        let Some(gone) = all.iter().find(|a| a.id == id) else {
            return false;
        };
        gone.on.set(false);
        self.set_instruments(all.iter().filter(|a| a.id != id).cloned().collect());
        true
    }

    fn set_instruments(&self, all: Rc<[Rc<Attached>]>) {
        let ins = &self.instruments;
        let old = ins.all.replace(all.clone());
        let more_than_before = |a: &Rc<Attached>| a.events != Events::BEFORE;
        let stepping = all.iter().any(more_than_before);
        if ins.stepping.replace(stepping) != stepping {
            ins.epoch.set(ins.epoch.get() + 1);
            #[cfg(opyc_tail)]
            ins.driver.set(0);
            ins.leaving.take();
            ins.caught.set(null_mut());
            ins.seen.set(self.cx.frame.get());
        }
        // An instrument may attach another one when it is asked for its interest: then all begins anew.
        ins.again.set(true);
        if !ins.rewriting.replace(true) {
            while ins.again.replace(false) {
                self.rewrite_code();
            }
            ins.rewriting.set(false);
        }
        drop(old);
    }

    /// Rewrites all linked code of the machine for the instruments that are attached now.
    fn rewrite_code(&self) {
        let mut linked: Vec<*const Linked> = Vec::new();
        self.heap.each_live(|p| {
            // SAFETY: the object is live.
            let h = unsafe { p.as_ref() };
            if h.kind() == Kind::Code {
                // SAFETY: only code objects have this kind.
                let code = unsafe { &*(p.as_ptr() as *const PyCode) };
                linked.extend(code.linked.get().map(|l| &**l as *const Linked));
            }
        });
        for l in linked {
            // SAFETY: no code object is freed meanwhile: nothing is dropped but what instruments have.
            let l = unsafe { &*l };
            restore(l);
            instrument(self, l);
        }
    }
}

/// Rewrites code for the instruments that are attached; it has just been linked or restored.
pub(super) fn instrument(vm: &Vm, linked: &Linked) {
    let ins = &vm.instruments;
    let all = ins.snapshot();
    if all.is_empty() {
        return;
    }
    let info = CodeInfo::new(linked);
    let interest = |index: usize| {
        let site = Site { info: &info, index };
        let interested = |a: &&Rc<Attached>| {
            let sees = a.events.contains(Events::BEFORE) || a.events.contains(Events::AFTER);
            a.on.get() && sees && a.instrument.interest(&site)
        };
        all.iter().filter(interested).cloned().collect()
    };
    let n = linked.instrs.len();
    let wanted: Box<[SmallVec<[Rc<Attached>; 1]>]> = (0..n).map(interest).collect();
    let stepping = ins.stepping.get();
    let seen = |i: usize| stepping || !wanted[i].is_empty();
    if !(0..n).any(seen) || linked.watched.borrow().is_some() {
        // The second: an instrument has attached another one just now, which has seen to this code.
        return;
    }
    let groups = linked.groups.get().map_or(&[][..], |g| g);
    let unfold = groups
        .iter()
        .filter(|(first, length)| (*first..*first + *length as usize).any(|i| i < n && seen(i)));
    // SAFETY: handlers read what they need of their instruction before any Python code runs, and so before an
    // instrument can be attached. An instruction is a plain record.
    let folded = unfold
        .map(|(first, _)| unsafe {
            let p = linked.at(*first);
            let old = *p;
            *p = unfolded(vm, linked, *first);
            (*first, old)
        })
        .collect();
    let keep = |i: usize| {
        if !seen(i) {
            return Cell::new(0);
        }
        // SAFETY: as above.
        Cell::new(unsafe { std::mem::replace(&mut (*linked.at(i)).h, instrumented_address()) })
    };
    let kept = (0..n).map(keep).collect();
    let entry = linked.entry.get();
    if seen(0) {
        linked.entry.set(linked.at(0));
    }
    *linked.watched.borrow_mut() = Some(Rc::new(Watched {
        info,
        kept,
        wanted,
        folded,
        entry,
    }));
}

/// Writes back what was there before instruments came.
fn restore(linked: &Linked) {
    let Some(w) = linked.watched.take() else {
        return;
    };
    linked.entry.set(w.entry);
    // SAFETY: as in `instrument`.
    unsafe {
        for (i, kept) in w.kept.iter().enumerate() {
            if kept.get() != 0 {
                (*linked.at(i)).h = kept.get();
            }
        }
        for (i, old) in &w.folded {
            *linked.at(*i) = *old;
        }
    }
}

/// Gives an instruction of the running frame another handler: the kept one, if it is instrumented.
///
/// # Safety
/// As [`super::raw::set_handler`].
pub(super) unsafe fn keep(vm: &Vm, pc: *mut Instr, h: usize) {
    // SAFETY: `pc` is an instruction of the running frame's code.
    unsafe {
        let code = &*(*vm.cx.frame.get()).code;
        if let Some(w) = &*code.watched.borrow()
            && let Some(kept) = w.kept.get(code.index_of(pc))
            && kept.get() != 0
        {
            kept.set(h);
            return;
        }
        (*pc).h = h;
    }
}

/// The handler that an instruction runs by, whether it is instrumented or not.
pub(super) unsafe fn own_handler(code: &Linked, pc: *mut Instr) -> usize {
    let watched = code.watched.borrow();
    let kept = watched
        .as_ref()
        .and_then(|w| w.kept.get(code.index_of(pc)))
        .map_or(0, Cell::get);
    // SAFETY: `pc` is an instruction of the code.
    if kept != 0 { kept } else { unsafe { (*pc).h } }
}
