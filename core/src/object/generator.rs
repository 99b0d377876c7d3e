//! [`PyGenerator`]: generators, coroutines and asynchronous generators, with their slots inline behind the struct.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

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

impl GenKind {
    /// What messages call one of the kind.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            GenKind::Generator => "generator",
            GenKind::Coroutine => "coroutine",
            GenKind::AsyncGenerator => "async generator",
        }
    }
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
    /// Number of values behind the struct: locals and stack while suspended, none while running.
    pub(crate) len: Cell<u32>,
    /// How many there is room for.
    pub(crate) room: u32,
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
    // SAFETY: called with generators only.
    const VAR_SIZE: Option<unsafe fn(NonNull<Header>) -> usize> = Some(|p| unsafe {
        PyGenerator::bytes_for((*(p.as_ptr() as *const PyGenerator)).room as usize)
    });

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
        // SAFETY: the collector's visitor runs no Python code; while the generator runs, there are none.
        unsafe { self.slots() }.iter().for_each(visit);
    }

    fn clear(&self) {
        self.state.set(GenState::Finished);
        self.drop_slots();
        self.let_frame_go();
        self.exc.value.set(Value::NONE);
    }
}

impl PyGenerator {
    /// Bytes of a generator with room for so many slots.
    pub(crate) fn bytes_for(room: usize) -> usize {
        size_of::<PyGenerator>() + room * size_of::<Value>()
    }

    /// Where the slots are.
    #[inline(always)]
    pub(crate) fn slots_at(&self) -> *mut Value {
        (self as *const PyGenerator).wrapping_add(1) as *mut Value
    }

    /// The slots; none while it runs.
    ///
    /// # Safety
    /// The generator must not be resumed while they are used.
    #[inline(always)]
    pub(crate) unsafe fn slots(&self) -> &[Value] {
        // SAFETY: `len` values lie behind the struct.
        unsafe { std::slice::from_raw_parts(self.slots_at(), self.len.get() as usize) }
    }

    /// Takes the value on top of the stack; None if there is none.
    pub(crate) fn pop_slot(&self) -> Option<Value> {
        let n = self.len.get().checked_sub(1)?;
        self.len.set(n);
        // SAFETY: the last of the values, which are one fewer now.
        Some(unsafe { std::ptr::read(self.slots_at().add(n as usize)) })
    }

    fn drop_slots(&self) {
        let n = self.len.replace(0) as usize;
        for i in 0..n {
            // SAFETY: these were the values; nobody sees them any more.
            unsafe { std::ptr::drop_in_place(self.slots_at().add(i)) };
        }
    }

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
        self.drop_slots();
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
