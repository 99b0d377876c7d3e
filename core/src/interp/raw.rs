//! The raw rung: what hand-written handlers build on. See [`Op`] for the contract.

pub use super::attr_hooks::{Hook, Reading, attr_reading, enter_setattr};
pub use super::cache::{
    AttrCache, StoreCache, SuperCache, attr_cache, call_native_getter, class_attr_version,
    class_store_cache, detached_function, dict_version, is_inert, set_shape, shape_version,
    still_plain, store_cache, super_cache,
};
pub use super::cache_tables::{READ, SharedAttr, SharedKind, WRITE, share_attr, shared_attr};
pub use super::call::{call_at, call_getter, finish_native, return_from};
pub use super::dispatch::{Flow, Op, Step, poll, poll_cold, slice_end, throw};
use super::dispatch::{count, counted};
use super::frame::kind;
pub use super::gen_fast::{resume_fast, return_fast, yield_fast};
pub use super::gen_leave::{exhausted, yield_value};
pub use super::generator::return_generator;
pub use super::native_call::{KnownNative, NativeCall, call_known, known_native};
pub use super::quick::{
    dict_int_slot, dict_slot, dict_str_slot, header_of, is_exact_dict, list_items, list_slot,
    push_within_room, quick_add, quick_contains, quick_truth,
};
pub use super::shortcuts::{
    CallSite, call_append, call_isinstance, call_len, call_type_of, is_type_itself,
};
pub use super::special::{enter_getitem, enter_setitem};
pub use super::unwind_again as rethrow;
pub use super::{Frame, Instr, Linked};
use crate::error::PyResult;
use crate::object::{
    Kind, PyBoundMethod, PyCell, PyDict, PyFunction, PyGenerator, PyTuple, ValueCell,
};
use crate::value::Value;
pub use crate::value::clone_to;
use crate::vm::Vm;

/// Address of the handler `H`, for [`set_handler`].
pub fn handler<H: Op>() -> usize {
    super::dispatch::address::<H>()
}

/// Whether an operand is taken from the stack: a parameter of handlers that the linker can fold a load into.
pub const STACK: u8 = 0;
/// Whether an operand is borrowed from a slot.
pub const SLOT: u8 = 1;
/// Gives the running instruction another handler: how handlers specialise and give that up. A handler does so before
/// it runs any Python code, and reads what it needs of its instruction before that too: Python code may attach
/// instruments, or detach them, which rewrites instructions.
///
/// # Safety
/// `pc` is an instruction of the running frame, and the handler at `h` is content with its fields.
pub unsafe fn set_handler(vm: &Vm, pc: *mut Instr, h: usize) {
    // SAFETY: as the caller says.
    unsafe { super::instrumented::keep(vm, pc, h) };
}

/// Sets a slot; returns the address of the old value's object if that was its last reference, else 0.
///
/// # Safety
/// Slot `i` is one of the running frame's.
#[inline(always)]
pub unsafe fn put_slot(fp: *mut Value, i: usize, v: Value) -> usize {
    // SAFETY: the slot is initialised and belongs to the running frame; the new value is in it before the old one is
    // given up.
    unsafe {
        let p = fp.add(i);
        let old = std::ptr::read(p);
        p.write(v);
        old.release()
    }
}

/// Sets a slot and drops the old value.
///
/// # Safety
/// Slot `i` is one of the running frame's.
#[inline(always)]
pub unsafe fn set_slot(fp: *mut Value, i: usize, v: Value) {
    // SAFETY: as in `put_slot`.
    unsafe { drop(std::mem::replace(&mut *fp.add(i), v)) };
}

/// The running frame's code.
#[inline(always)]
pub fn code(vm: &Vm) -> &Linked {
    // SAFETY: a frame runs, and its function keeps its code.
    unsafe { &*(*vm.cx.frame.get()).code }
}

/// The running frame's function.
#[inline(always)]
pub fn function(vm: &Vm) -> &PyFunction {
    // SAFETY: a frame runs, and the stack keeps its function.
    unsafe { &*(*vm.cx.frame.get()).func }
}

/// The running frame's globals.
#[inline(always)]
pub fn globals(vm: &Vm) -> &PyDict {
    &function(vm).globals
}

/// The namespace of the running module or class body; NULL in a function.
#[inline(always)]
pub fn locals(vm: &Vm) -> Value {
    // SAFETY: a frame runs.
    unsafe { (*vm.cx.frame.get()).locals.get() }
}

/// A name of the running code; NULL if the index is out of range.
#[inline(always)]
pub fn name(vm: &Vm, i: usize) -> &Value {
    const NULL: &Value = &Value::NULL;
    code(vm).names.get(i).unwrap_or(NULL)
}

/// Name of a slot of the running code.
pub fn slot_name(vm: &Vm, i: usize) -> &Value {
    const NULL: &Value = &Value::NULL;
    code(vm).slot_names.get(i).unwrap_or(NULL)
}

/// Whether a slot of the running code is a free variable.
pub fn slot_is_free(vm: &Vm, i: usize) -> bool {
    code(vm)
        .code
        .localsplus
        .get(i)
        .is_some_and(|(_, k)| k.has(crate::code::SlotKind::FREE))
}

/// The cell in a slot; SystemError if there is none.
///
/// # Safety
/// Slot `i` is one of the running frame's.
#[inline(always)]
pub unsafe fn cell<'a>(vm: &Vm, fp: *mut Value, i: usize) -> PyResult<&'a PyCell> {
    // SAFETY: the slot is initialised. A reference into it is used before anything writes to the slot.
    unsafe {
        match (*fp.add(i)).downcast::<PyCell>() {
            Some(c) => Ok(c),
            None => Err(vm.system_error("a slot does not hold a cell")),
        }
    }
}

/// Copies the cells of the running function's closure to the last slots.
///
/// # Safety
/// `fp` is the running frame's first slot.
pub unsafe fn copy_free_vars(vm: &Vm, fp: *mut Value) {
    // SAFETY: the running frame's slots are those of its function's code.
    unsafe { super::call::copy_free_vars(function(vm), code(vm), fp) }
}

/// Whether the running frame may be left without ceremony with this result: a call by Python or native code, an
/// operator's that has a result, or one that wants none and gets None; and nobody looks at its frame.
#[inline(always)]
pub fn plain_frame(vm: &Vm, result: &Value) -> bool {
    // SAFETY: a frame runs.
    unsafe {
        let fr = vm.cx.frame.get();
        let k = (*fr).kind;
        let fits = k == kind::CALL
            || k == kind::ENTRY
            || k == kind::OPERATOR && !result.is_not_implemented()
            || (k == kind::INIT || k == kind::DISCARD) && result.is_none();
        fits && (*fr).object.is_null() && (*fr).locals.is_null()
    }
}

/// Leaves an ordinary frame ([`plain_frame`]) whose values have been dropped; `result` goes to the caller.
///
/// # Safety
/// Nothing above the frame's `ret_sp` is owned any more, and no blocks are left.
#[inline(always)]
pub unsafe fn leave_plain(vm: &Vm, result: Value) -> Flow {
    // SAFETY: a frame runs, so there is a record below it, which has saved its place; there is room where nothing is
    // owned any more.
    unsafe {
        let fr = vm.cx.frame.get();
        let ret_sp = (*fr).ret_sp;
        let caller = fr.sub(1);
        vm.cx.frame.set(caller);
        vm.cx.fp.set((*caller).fp);
        let k = (*fr).kind;
        if k == kind::ENTRY {
            // The one before has been taken, or is nothing to be dropped.
            std::mem::forget(vm.result.replace(result));
            return Flow::to(vm.halt.get(), ret_sp);
        }
        // Below the result of `__init__` lies the instance, which is the result of the call.
        let pushed = (k <= kind::PUSHES) as usize;
        ret_sp.write(result);
        count(vm);
        Flow::to((*caller).pc.add(1), ret_sp.add(pushed))
    }
}

/// Whether an object is of just this type.
#[inline(always)]
pub fn is_of_type(h: &crate::object::Header, ty: &crate::object::PyType) -> bool {
    std::ptr::eq(h.ty(), ty)
}

/// A new reference to an object's type.
#[inline(always)]
pub fn class_of(h: &crate::object::Header) -> Value {
    crate::object::value_of(h.ty())
}

/// Says which instruction of a folded group runs: what tracebacks show.
#[inline(always)]
pub fn set_position(vm: &Vm, pc: *mut Instr) {
    // SAFETY: a frame runs.
    unsafe { (*vm.cx.frame.get()).pc = pc }
}

/// Where the values of the running frame, callable included, begin.
#[inline(always)]
pub fn frame_bottom(vm: &Vm) -> *mut Value {
    // SAFETY: a frame runs.
    unsafe { (*vm.cx.frame.get()).ret_sp }
}

/// What a frame entered by [`resume`] was resumed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    /// `FOR_ITER`: bit 0 of `n` says whether the end pops the iterator, `arg` where it jumps.
    ForIter,
    /// `SEND`: bit 0 of `n` says whether the end pops the receiver, `arg` where it jumps.
    Send,
    /// `YIELD_FROM`.
    YieldFrom,
}

/// Resumes a generator from the running instruction without nesting; its frame begins at `sp`, what it yields is
/// pushed there.
///
/// # Safety
/// A value below `sp` keeps the generator alive; `pc` and `sp` belong to the running frame.
#[inline(always)]
pub unsafe fn resume(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    g: &PyGenerator,
    sent: Value,
    why: Resume,
) -> Step {
    // SAFETY: as the caller says.
    unsafe { super::generator::resume(vm, pc, sp, g, sent, sp, why.frame_kind()) }
}

/// Suspends the running generator with a value; it runs this instruction again when it goes on.
///
/// # Safety
/// `pc` and `sp` belong to the running frame.
pub unsafe fn yield_here(vm: &Vm, pc: *mut Instr, sp: *mut Value, v: Value) -> Step {
    // SAFETY: as the caller says; the instruction is run again.
    unsafe { super::gen_leave::yield_at(vm, pc, pc, sp, v) }
}

/// `co_flags` of the running code.
#[inline(always)]
pub fn code_flags(vm: &Vm) -> u32 {
    code(vm).code.flags
}

/// Whether the running frame has no block of the block stack left.
#[inline(always)]
pub fn no_blocks(vm: &Vm) -> bool {
    // SAFETY: a frame runs.
    unsafe { vm.cx.block_count.get() == (*vm.cx.frame.get()).blocks }
}

/// Whether `n` more values, and a few that a call pushes, can be written at `sp`.
pub fn has_room(vm: &Vm, sp: *mut Value, n: usize) -> bool {
    super::call::has_room(vm, sp, n.saturating_add(8))
}

/// The str of one character, if there is one already.
#[inline(always)]
pub fn shared_char(vm: &Vm, c: u32) -> Option<Value> {
    vm.shared_char(c)
}

/// Whether this is the last reference of an object.
#[inline(always)]
pub fn is_last(v: &Value) -> bool {
    v.header().is_some_and(|h| h.refcount() == 1)
}

/// Says how far the stack reaches while native code runs, after a handler has taken values off.
#[inline(always)]
pub fn set_stack_top(vm: &Vm, sp: *mut Value) {
    vm.cx.sp.set(sp);
}

/// Values that a fast path may give up at once; see [`free_later`].
pub const MANY: usize = crate::vm::SPARE_GARBAGE;

/// Keeps an object whose last reference was just given up until the fast path ends with [`Flow::free`] of another, and
/// those given before it are freed.
/// A fast path may do so fewer than [`MANY`] times.
///
/// # Safety
/// `garbage` comes from [`Value::release`] and is not 0.
#[inline(always)]
pub unsafe fn free_later(vm: &Vm, garbage: usize) {
    let n = vm.spare_count.get();
    if let Some(slot) = vm.spare_garbage.get(n) {
        slot.set(garbage);
        vm.spare_count.set(n + 1);
    }
}

/// Adds an object to those that a fast path gives up: `first` is the one that it will end with, or 0. They are freed in
/// the order in which they are given.
///
/// # Safety
/// As [`free_later`]; `garbage` may be 0, which is none.
#[inline(always)]
pub unsafe fn give_up(vm: &Vm, first: usize, garbage: usize) -> usize {
    // Most values are referred to elsewhere.
    if garbage == 0 {
        return first;
    }
    if first == 0 {
        return garbage;
    }
    // SAFETY: as the caller says.
    unsafe { free_later(vm, garbage) };
    first
}

/// Gives up the values from `bottom` up to `sp`; returns the address of the first one that is to be freed, or 0, and
/// keeps others for later.
///
/// # Safety
/// As [`free_later`]; the values are initialised and fewer than [`MANY`].
#[inline(always)]
pub unsafe fn release_all(vm: &Vm, bottom: *mut Value, sp: *mut Value) -> usize {
    // SAFETY: the values are initialised and given up, each released once.
    unsafe {
        let mut garbage = 0;
        let mut p = bottom;
        while p < sp {
            garbage = give_up(vm, garbage, std::ptr::read(p).release());
            p = p.add(1);
        }
        garbage
    }
}

/// Copies the cells of a function's closure to its last slots, which hold NULL, before 3.11 had an opcode for it. False,
/// with nothing done, if they do not fit behind the arguments.
///
/// # Safety
/// There are `nslots` slots at `slots`, of which the first `nargs` are arguments.
#[inline(always)]
unsafe fn share_cells(func: &PyFunction, slots: *mut Value, nargs: usize, nslots: usize) -> bool {
    // SAFETY: the slots behind the arguments hold NULL, which needs no drop, and the cells fit there. Nothing sets
    // the closure meanwhile.
    unsafe {
        let Some(cells) = func.closure.peek().downcast::<PyTuple>() else {
            return false;
        };
        let cells = cells.items();
        let Some(first) = nslots.checked_sub(cells.len()).filter(|i| *i >= nargs) else {
            return false;
        };
        let mut i = 0;
        while i < cells.len() {
            slots.add(first + i).write((*cells.as_ptr().add(i)).clone());
            i += 1;
        }
        true
    }
}

/// Enters a Python function whose parameters just fit the `nargs` values below `sp`; anything else goes to the cold
/// path. For handlers with [`Op::FP`].
///
/// # Safety
/// As [`call_at`].
#[inline(always)]
pub unsafe fn enter_fast(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *const Value,
    nargs: usize,
    ret_sp: *mut Value,
) -> Flow {
    // SAFETY: a function that has been linked keeps its code. Before anything is written it is clear that slots and
    // stack fit at `args` and that a record is free; the slots behind the arguments get NULL, which needs no drop.
    unsafe {
        let Some(func) = (*callable).downcast::<PyFunction>() else {
            return Flow::COLD;
        };
        let linked = func.linked.get();
        if linked.is_null() {
            return Flow::COLD;
        }
        let code = &*linked;
        let args = sp.sub(nargs);
        let caller = vm.cx.frame.get();
        let fr = caller.add(1);
        // `frame_size` counts the slots, so the arguments too.
        if nargs != code.fast_args
            || fr >= vm.cx.frame_limit.get()
            || args.wrapping_add(code.frame_size) > vm.cx.stack_end
            || !counted(vm)
        {
            return Flow::COLD;
        }
        let (entry, top) = (code.entry.get(), args.add(code.nslots));
        let mut p = sp;
        while p < top {
            // Volatile, so that the compiler leaves it the small loop that it is.
            (p as *mut u64).write_volatile(Value::NULL.bits());
            p = p.add(1);
        }
        if code.prologue.free && !share_cells(func, args, nargs, code.nslots) {
            vm.fuel.give_back();
            return Flow::COLD;
        }
        (*caller).pc = pc;
        fr.write(Frame {
            pc: entry,
            fp: args,
            ret_sp,
            code: linked,
            func,
            kind: kind::CALL,
            blocks: vm.cx.block_count.get(),
            locals: ValueCell::new(Value::NULL),
            object: ValueCell::new(Value::NULL),
            generator: std::ptr::null(),
        });
        vm.cx.frame.set(fr);
        vm.cx.fp.set(args);
        Flow::to(entry, top)
    }
}

/// Whether a value is a bound method of a Python function.
#[inline(always)]
pub fn is_bound_function(v: &Value) -> bool {
    // SAFETY: nothing sets the function meanwhile.
    v.downcast::<PyBoundMethod>()
        .is_some_and(|m| m.func.kind() == Some(Kind::Function))
}

/// Enters the function of a bound method as [`enter_fast`] does, with the instance before the `nargs` arguments.
///
/// # Safety
/// As [`enter_fast`]; of the two values below the arguments, one is the callable and the other NULL.
#[inline(always)]
pub unsafe fn enter_bound(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    nargs: usize,
    ret_sp: *mut Value,
) -> Flow {
    // SAFETY: two places lie below the arguments, for function and instance; the method is given up once its function
    // has been entered, and put back if not.
    unsafe {
        let Some(m) = (*callable).downcast::<PyBoundMethod>() else {
            return Flow::COLD;
        };
        if sp.sub(nargs) != ret_sp.add(2) {
            return Flow::COLD;
        }
        let bound = std::ptr::read(callable);
        ret_sp.write(m.func.clone());
        ret_sp.add(1).write(m.this.clone());
        let flow = enter_fast(vm, pc, sp, ret_sp, nargs + 1, ret_sp);
        if flow.is_cold() {
            // As it was. Neither of the two was its last reference.
            std::ptr::read(ret_sp).release();
            std::ptr::read(ret_sp.add(1)).release();
            ret_sp.write(Value::NULL);
            ret_sp.add(1).write(Value::NULL);
            callable.write(bound);
            return flow;
        }
        flow.free(bound.release())
    }
}
