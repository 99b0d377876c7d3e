//! [`PyGenerator`]: generators, coroutines and asynchronous generators.

use std::cell::{Cell, RefCell, UnsafeCell};

use super::{Header, Kind, Object, PyFrame, ValueCell};
use crate::interp::{Block, Instr, Linked};
use crate::value::Value;
use crate::vm::ExcItem;

/// Which of the three suspendable kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenKind {
    /// `generator`.
    Generator,
    /// `coroutine`.
    Coroutine,
    /// `async_generator`.
    AsyncGenerator,
}

/// Where a generator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenState {
    /// Not started.
    Created,
    /// At a `yield`.
    Suspended,
    /// Running now.
    Running,
    /// Returned or raised.
    Finished,
}

/// A generator, coroutine or asynchronous generator, with its frame while it does not run.
#[repr(C)]
pub struct PyGenerator {
    pub(crate) header: Header,
    /// Which kind.
    pub kind: GenKind,
    /// Where it is.
    pub state: Cell<GenState>,
    /// `cr_running` and the like of asynchronous generators: inside `asend`, `athrow` or `aclose`.
    pub running_async: Cell<bool>,
    /// Whether `aclose` has been called (asynchronous generators).
    pub closed: Cell<bool>,
    /// Whether the hooks of `sys.set_asyncgen_hooks` have been called.
    pub hooks_done: Cell<bool>,
    /// Finalizer of `sys.set_asyncgen_hooks`, or NULL.
    pub finalizer: ValueCell,
    /// The function.
    pub func: ValueCell,
    /// `__name__`.
    pub name: ValueCell,
    /// `__qualname__`.
    pub qualname: ValueCell,
    /// `cr_origin` or None.
    pub origin: ValueCell,
    pub(crate) pc: Cell<*mut Instr>,
    /// The code that runs; the function keeps it alive even if its `__code__` is replaced.
    pub(crate) linked: *const Linked,
    /// Whether the first `send(None)` puts its None on the stack.
    pub(crate) push_first: bool,
    /// Locals and stack while suspended.
    pub(crate) slots: UnsafeCell<Vec<Value>>,
    /// Blocks while suspended, levels relative to the frame.
    pub(crate) blocks: RefCell<Vec<Block>>,
    /// The exception that it was handling when it was suspended.
    pub(crate) exc: ExcItem,
    /// The frame object, or NULL.
    pub(crate) frame: ValueCell,
}

// SAFETY: only generators have `Kind::Generator`.
unsafe impl Object for PyGenerator {
    const KIND: Kind = Kind::Generator;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for c in [
            &self.func,
            &self.name,
            &self.qualname,
            &self.finalizer,
            &self.origin,
            &self.frame,
        ] {
            c.visit(visit);
        }
        self.exc.value.visit(visit);
        // SAFETY: the collector's visitor runs no Python code; while the generator runs, the slots are empty.
        unsafe { (*self.slots.get()).iter().for_each(visit) };
    }

    fn clear(&self) {
        self.state.set(GenState::Finished);
        // SAFETY: as above; dropped after it is out.
        let slots = unsafe { std::mem::take(&mut *self.slots.get()) };
        drop(slots);
        self.let_frame_go();
        self.exc.value.set(Value::NONE);
    }
}

impl PyGenerator {
    /// The frame object, which may live on, looks into the generator no more.
    fn let_frame_go(&self) {
        let frame = self.frame.take();
        if let Some(f) = frame.downcast::<PyFrame>() {
            f.generator.set(std::ptr::null());
        }
    }
}

impl Drop for PyGenerator {
    fn drop(&mut self) {
        self.let_frame_go();
    }
}

/// Whether a generator that loses its last reference must be closed first: it is suspended.
pub(crate) fn needs_close(h: &Header) -> bool {
    // SAFETY: the kind was checked by the caller.
    let g = unsafe { &*(h as *const Header as *const PyGenerator) };
    match g.state.get() {
        GenState::Suspended => true,
        // A coroutine that was never awaited warns; an asynchronous generator may have a hook.
        GenState::Created => g.kind == GenKind::Coroutine || !g.finalizer.is_null(),
        _ => false,
    }
}
