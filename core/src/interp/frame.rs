//! Frames and the execution context that they live in.
//!
//! A context has one contiguous value stack, which never moves, and an array of frame records. A frame's part of the
//! stack is its slots (`localsplus`) followed by its evaluation stack. A caller pushes a callable and arguments; the
//! arguments become the callee's first slots in place.
//!
//! Invariants: everything between the bottom of the stack and the top of the running frame is an initialised value;
//! the callable of a running frame stays alive because the stack (or its generator) holds it.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::ptr::{NonNull, null_mut};

use super::cache_tables::Caches;
use super::{Instr, Linked};
use crate::object::{PyFunction, PyGenerator, ValueCell};
use crate::value::Value;

/// Values that the stack has room for.
const STACK_VALUES: usize = 4 << 20;
/// Frames that a context has room for: the greatest recursion limit.
pub(crate) const MAX_FRAMES: usize = 1 << 17;
/// Values above the top that are always there, so that a handler can push a few without looking.
pub(crate) const STACK_SPARE: usize = 64;

/// What happens when a frame returns; 0 is a plain call from Python code.
pub(crate) mod kind {
    /// The result goes to the caller's stack.
    pub const CALL: u32 = 0;
    /// The first method of an operator: `NotImplemented` asks another one, anything else is the result.
    pub const OPERATOR: u32 = 1;
    /// Last of the kinds whose result, as it is, goes to the caller's stack.
    pub const PUSHES: u32 = OPERATOR;
    /// `__init__`: the result must be None; the instance, already on the caller's stack, is the result.
    pub const INIT: u32 = 2;
    /// A method whose result nobody wants.
    pub const DISCARD: u32 = 3;
    /// An operator's first method of whose result the truth, or its opposite, is the operator's.
    pub const TRUTH: u32 = 4;
    /// Entered from Rust: the driver returns.
    pub const ENTRY: u32 = 5;
    /// `__new__` of a class that is called: `__init__` comes next.
    pub const NEW: u32 = 6;
    /// A generator resumed by `FOR_ITER`.
    pub const GEN_FOR: u32 = 7;
    /// A generator resumed by `SEND`.
    pub const GEN_SEND: u32 = 8;
    /// A generator resumed by `YIELD_FROM`: what it yields, its caller yields.
    pub const GEN_YIELD_FROM: u32 = 9;
    /// A generator resumed by a call of `next()` or `send()` from Python code.
    pub const GEN_CALL: u32 = 10;
    /// A generator resumed from Rust.
    pub const GEN_ENTRY: u32 = 11;
    /// The same, for a native function that takes items in batches: see `super::super::gen_fast::Batch`.
    pub const GEN_BATCH: u32 = 12;
    /// First of the kinds that are generators.
    pub const GEN: u32 = GEN_FOR;
}

/// The record of a running or calling function.
#[repr(C)]
pub struct Frame {
    /// The instruction that runs or calls.
    pub(crate) pc: *mut Instr,
    /// First slot.
    pub(crate) fp: *mut Value,
    /// Where the result goes; everything from here up is dropped on return.
    pub(crate) ret_sp: *mut Value,
    pub(crate) code: *const Linked,
    pub(crate) func: *const PyFunction,
    pub(crate) kind: u32,
    /// Number of blocks of the frames below.
    pub(crate) blocks: u32,
    /// The namespace of a module or class body; NULL for a function.
    pub(crate) locals: ValueCell,
    /// The frame object, or NULL.
    pub(crate) object: ValueCell,
    /// The generator that runs, or null.
    pub(crate) generator: *const PyGenerator,
}

/// A block of the block stack (3.6 to 3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What kind of block, as the strategy numbers them.
    pub kind: u8,
    /// Instruction index of the handler.
    pub handler: u32,
    /// Depth of the evaluation stack when the block was set up.
    pub level: u32,
}

/// A context's memory: one block of zeros, so large that every allocator asks the system for it, which gives what is
/// touched, page by page. Most of it never is.
#[repr(C)]
struct Memory {
    stack: [MaybeUninit<Value>; STACK_VALUES],
    caches: Caches,
    frames: [MaybeUninit<Frame>; MAX_FRAMES],
}

/// An execution context: value stack, frame records, blocks, and the exceptions being handled.
pub struct Context {
    pub(crate) stack: *mut Value,
    pub(crate) stack_end: *mut Value,
    pub(crate) frames: *mut Frame,
    caches: *mut Caches,
    /// The cells of `caches` that hold a name.
    named: RefCell<Vec<NonNull<Cell<Option<Value>>>>>,
    /// The running frame; the one before the first when nothing runs.
    pub(crate) frame: Cell<*mut Frame>,
    /// Frames at or beyond this raise RecursionError.
    pub(crate) frame_limit: Cell<*mut Frame>,
    /// Slots of the running frame.
    pub(crate) fp: Cell<*mut Value>,
    /// Top of the stack while native code runs.
    pub(crate) sp: Cell<*mut Value>,
    pub(crate) blocks: RefCell<Vec<Block>>,
    /// Length of `blocks`, for who only compares it; see [`Context::count_blocks`].
    pub(crate) block_count: Cell<u32>,
}

impl Context {
    pub(crate) fn new(recursion_limit: usize) -> Context {
        let layout = Layout::new::<Memory>();
        // SAFETY: the layout is not empty, and what becomes a reference is only `Caches`, which may be zeros.
        unsafe {
            let memory = alloc_zeroed(layout) as *mut Memory;
            if memory.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            let stack = (&raw mut (*memory).stack) as *mut Value;
            let frames = (&raw mut (*memory).frames) as *mut Frame;
            let cx = Context {
                stack,
                stack_end: stack.add(STACK_VALUES - STACK_SPARE),
                frames,
                caches: &raw mut (*memory).caches,
                named: RefCell::default(),
                frame: Cell::new(frames),
                frame_limit: Cell::new(frames),
                fp: Cell::new(stack),
                sp: Cell::new(stack),
                blocks: RefCell::default(),
                block_count: Cell::new(0),
            };
            // A record below all others, so that "the caller's frame" always exists.
            frames.write(Frame {
                pc: null_mut(),
                fp: stack,
                ret_sp: stack,
                code: std::ptr::null(),
                func: std::ptr::null(),
                kind: kind::ENTRY,
                blocks: 0,
                locals: ValueCell::new(Value::NULL),
                object: ValueCell::new(Value::NULL),
                generator: std::ptr::null(),
            });
            cx.set_recursion_limit(recursion_limit);
            cx
        }
    }

    /// The tables of what the machine has found out about attributes.
    #[inline(always)]
    pub(crate) fn caches(&self) -> &Caches {
        // SAFETY: lives as long as the context.
        unsafe { &*self.caches }
    }

    /// Keeps a name in a cell of the caches, from which it is dropped with the context.
    pub(crate) fn keep_name(&self, cell: &Cell<Option<Value>>, name: &Value) {
        if cell.replace(Some(name.clone())).is_none() {
            self.named.borrow_mut().push(NonNull::from(cell));
        }
    }

    /// Sets the number of nested frames at which RecursionError is raised.
    pub(crate) fn set_recursion_limit(&self, n: usize) {
        // SAFETY: inside the array.
        self.frame_limit
            .set(unsafe { self.frames.add(n.clamp(1, MAX_FRAMES - 2) + 1) });
    }

    /// Notes that blocks have come or gone.
    #[inline]
    pub(crate) fn count_blocks(&self, n: usize) {
        self.block_count.set(n as u32);
    }

    /// Number of frames that are running or calling.
    pub(crate) fn depth(&self) -> usize {
        self.depth_of(self.frame.get())
    }

    /// Number of frames up to one, itself counted.
    pub(crate) fn depth_of(&self, frame: *const Frame) -> usize {
        (frame as usize - self.frames as usize) / size_of::<Frame>()
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: allocated in `new`, the stack in front; no frame runs, so nothing on the stack is owned, and the caches
        // own nothing but names. Not all of them are dropped, which would touch memory that nobody has touched.
        unsafe {
            for cell in self.named.take() {
                drop(cell.as_ref().take());
            }
            dealloc(self.stack as *mut u8, Layout::new::<Memory>());
        }
    }
}
