//! Dispatch: how one handler goes on to the next.
//!
//! A handler is written once, as an [`Op`], and compiled to the calling convention of the build: **tail dispatch**
//! (each handler jumps to the next) in optimised builds of targets where sibling calls are reliable, a **call loop**
//! elsewhere. This file is the only one that knows which.
//!
//! Sibling calls are an optimisation, not a promise, on stable Rust. So the driver notes its stack pointer, and the
//! poll (on backward jumps, calls, returns and yields) compares: grown by more than `BOUNCE`, the poll returns to the
//! driver, which enters again.

use super::{Instr, stepping};
use crate::error::{PyResult, Raise};
use crate::object::{Header, dealloc};
use crate::value::Value;
use crate::vm::Vm;
use std::ptr::{NonNull, null_mut};

/// Growth of the Rust stack at which the poll returns to the driver.
const BOUNCE: usize = 64 * 1024;

/// Where to go on.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Step {
    /// Next instruction.
    pub pc: *mut Instr,
    /// Top of the stack.
    pub sp: *mut Value,
}

/// What a fast path says. It is inlined into the handler and never materialised.
#[derive(Clone, Copy)]
pub struct Flow {
    /// Next instruction.
    pub pc: *mut Instr,
    /// Top of the stack.
    pub sp: *mut Value,
    /// 0: go on. 1: the fast path does not apply and has consumed nothing; run the cold path.
    /// Else the address of an object whose last reference was just given up.
    pub garbage: usize,
}

impl Flow {
    /// The fast path does not apply.
    pub const COLD: Flow = Flow {
        pc: null_mut(),
        sp: null_mut(),
        garbage: 1,
    };

    /// Goes on at `pc`.
    #[inline(always)]
    pub fn to(pc: *mut Instr, sp: *mut Value) -> Flow {
        Flow { pc, sp, garbage: 0 }
    }

    /// Whether the fast path does not apply.
    #[inline(always)]
    pub fn is_cold(self) -> bool {
        self.garbage == 1
    }

    /// The same, freeing an object first.
    #[inline(always)]
    pub fn free(self, garbage: usize) -> Flow {
        Flow { garbage, ..self }
    }
}

/// A handler on the raw rung: a fast path without any call inside, and a cold path.
///
/// ```
/// use opyc_core::interp::raw::{Flow, Instr, Op, Step};
/// use opyc_core::{opcodes, value::Value, vm::Vm};
///
/// opcodes! {
///     /// Copies the value on top.
///     DUPLICATE (a -- a a) in .., raw Duplicate;
/// }
///
/// struct Duplicate;
///
/// // SAFETY: one value was on top, a new reference to it is pushed; the verifier has seen to the room.
/// unsafe impl Op for Duplicate {
///     #[inline(always)]
///     unsafe fn exec(_: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Flow {
///         // SAFETY: as for the implementation.
///         unsafe {
///             sp.write((*sp.sub(1)).clone());
///             Flow::to(pc.add(1), sp.add(1))
///         }
///     }
///
///     unsafe fn cold(_: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Step {
///         // The fast path always applies.
///         Step { pc, sp }
///     }
/// }
/// ```
///
/// # Safety
/// The implementation keeps the stack as the opcode's declared effect says, takes values from slots and stack only
/// by moving or copying them as their ownership allows, and does not keep `fp` across a change of frames
/// unless `FP` is set.
pub unsafe trait Op: 'static {
    /// Whether the fast path may switch frames: the slots are then looked up again.
    const FP: bool = false;

    /// The fast path.
    ///
    /// # Safety
    /// `pc` is an instruction of the running frame, linked to this handler; `sp` is the top of its stack and `fp` its
    /// first slot.
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow;

    /// The cold path: everything else, errors included. May run Python code; the shim has saved `pc` and `sp`.
    ///
    /// # Safety
    /// As [`Op::exec`].
    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step;
}

#[cfg(opyc_tail)]
type Handler = unsafe extern "C" fn(&Vm, *mut Instr, *mut Value, *mut Value);
#[cfg(not(opyc_tail))]
type Handler = unsafe extern "C" fn(&Vm, *mut Instr, *mut Value, *mut Value) -> Step;

/// Whether this build uses tail dispatch.
pub(crate) const TAIL: bool = cfg!(opyc_tail);

/// Address of a handler's shim.
pub(crate) fn address<H: Op>() -> usize {
    let f: Handler = shim::<H>;
    f as usize
}

#[cfg(opyc_tail)]
#[inline(always)]
unsafe fn go(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) {
    // SAFETY: all instructions have the address of a handler in `h`; `pc`, `sp` and `fp` belong to the running frame.
    unsafe {
        let h: Handler = std::mem::transmute((*pc).h);
        h(vm, pc, sp, fp)
    }
}

#[cfg(opyc_tail)]
unsafe extern "C" fn shim<H: Op>(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) {
    // SAFETY: `pc` is linked to this handler and belongs to the running frame, with `sp` and `fp`; so does what the
    // handler returns, with the slots that `vm.cx.fp` has if it may have switched frames.
    unsafe {
        let s = H::exec(vm, pc, sp, fp);
        if s.garbage == 1 {
            return cold_shim::<H>(vm, pc, sp, fp);
        }
        let fp = if H::FP { vm.cx.fp.get() } else { fp };
        if s.garbage != 0 {
            return drop_shim(vm, s.pc, s.sp, fp, s.garbage);
        }
        go(vm, s.pc, s.sp, fp)
    }
}

#[cfg(opyc_tail)]
#[cold]
#[inline(never)]
unsafe extern "C" fn cold_shim<H: Op>(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) {
    // SAFETY: as in `shim`.
    unsafe {
        let s = cold::<H>(vm, pc, sp, fp);
        go(vm, s.pc, s.sp, vm.cx.fp.get())
    }
}

#[cfg(opyc_tail)]
#[inline(never)]
unsafe extern "C" fn drop_shim(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    fp: *mut Value,
    garbage: usize,
) {
    // SAFETY: as in `free` and `go`.
    unsafe {
        free(vm, garbage);
        if vm.pending.get() {
            return pending_shim(vm, pc, sp, fp);
        }
        go(vm, pc, sp, fp)
    }
}

#[cfg(opyc_tail)]
#[cold]
#[inline(never)]
unsafe extern "C" fn pending_shim(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) {
    // SAFETY: as in `go`; finalizers leave the frame that runs as it was.
    unsafe {
        let s = run_pending(vm, Step { pc, sp });
        go(vm, s.pc, s.sp, vm.cx.fp.get())
    }
}

#[cfg(not(opyc_tail))]
unsafe extern "C" fn shim<H: Op>(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
    // SAFETY: `pc` is linked to this handler and belongs to the running frame, with `sp` and `fp`; so does what the
    // handler returns, and `vm.cx.fp` is the slots of the frame that runs then.
    unsafe {
        let s = H::exec(vm, pc, sp, fp);
        if s.garbage == 1 {
            return cold::<H>(vm, pc, sp, fp);
        }
        let step = Step { pc: s.pc, sp: s.sp };
        if s.garbage != 0 {
            free(vm, s.garbage);
            if vm.pending.get() {
                return run_pending(vm, step);
            }
        }
        step
    }
}

/// Frees the object that a fast path has given up, and then, in order, those it has kept for later.
#[inline(always)]
unsafe fn free(vm: &Vm, garbage: usize) {
    // SAFETY: the object has no reference left and nobody else frees it; as little have those that `free_later` was
    // given.
    unsafe {
        dealloc(NonNull::new_unchecked(garbage as *mut Header));
        let n = vm.spare_count.get();
        if n == 0 {
            return;
        }
        // No Python code runs meanwhile that could keep more.
        for g in vm.spare_garbage.iter().take(n) {
            if let Some(p) = NonNull::new(g.get() as *mut Header) {
                dealloc(p);
            }
        }
        vm.spare_count.set(0);
    }
}

/// Runs the cold path with the frame's position saved, then what was queued meanwhile. Never inlined: a cold path has
/// variables whose addresses are given away, and with one of those the shim could not end in a jump.
#[inline(never)]
unsafe fn cold<H: Op>(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
    // SAFETY: as in `shim`; the running frame has a record.
    unsafe {
        vm.cx.sp.set(sp);
        (*vm.cx.frame.get()).pc = pc;
        let s = H::cold(vm, pc, sp, fp);
        if vm.pending.get() {
            run_pending(vm, s)
        } else {
            s
        }
    }
}

/// Runs queued finalizers and callbacks between two instructions.
#[cold]
#[inline(never)]
unsafe fn run_pending(vm: &Vm, s: Step) -> Step {
    if s.pc == vm.halt.get() {
        // The driver's caller is next; it runs them.
        return s;
    }
    vm.cx.sp.set(s.sp);
    vm.run_finalizers();
    s
}

/// The handler that ends a run.
#[cfg(opyc_tail)]
unsafe extern "C" fn halt(_: &Vm, _: *mut Instr, _: *mut Value, _: *mut Value) {}
#[cfg(not(opyc_tail))]
unsafe extern "C" fn halt(_: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Step {
    Step { pc, sp }
}

pub(crate) fn halt_address() -> usize {
    let f: Handler = halt;
    f as usize
}

/// The handler that instruments put in place of instructions' own: see [`super::stepping`].
#[cfg(opyc_tail)]
unsafe extern "C" fn instrumented(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) {
    // SAFETY: as in `go`: the instruments look, and run the instruction by its own handler.
    unsafe {
        if stepping::lands(vm, pc, sp) {
            return;
        }
        let h = stepping::announce(vm, pc, sp);
        if h != 0 {
            let h: Handler = std::mem::transmute(h);
            return h(vm, pc, sp, fp);
        }
        let s = stepping::step(vm, pc, sp, fp);
        go(vm, s.pc, s.sp, vm.cx.fp.get())
    }
}
#[cfg(not(opyc_tail))]
unsafe extern "C" fn instrumented(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
    // SAFETY: as in `shim`: the instruments look, and run the instruction by its own handler.
    unsafe {
        match stepping::announce(vm, pc, sp) {
            0 => stepping::step(vm, pc, sp, fp),
            h => one_step(vm, h, pc, sp, fp),
        }
    }
}

pub(super) fn instrumented_address() -> usize {
    let f: Handler = instrumented;
    f as usize
}

/// Runs a handler, and comes back when the next instruction is about to be dispatched, or when the run of the driver
/// has ended. With tail dispatch the next instruction must be instrumented for that; if it is not any more, as much
/// runs as it takes.
///
/// # Safety
/// As a call of the handler; `h` is a handler's address.
#[inline(never)]
pub(super) unsafe fn one_step(
    vm: &Vm,
    h: usize,
    pc: *mut Instr,
    sp: *mut Value,
    fp: *mut Value,
) -> Step {
    // SAFETY: `h` is the address of a handler, which is called as the caller says.
    unsafe {
        let h: Handler = std::mem::transmute(h);
        #[cfg(opyc_tail)]
        let end = Step {
            pc: vm.halt.get(),
            sp,
        };
        #[cfg(opyc_tail)]
        return stepping::step_with(vm, || h(vm, pc, sp, fp)).unwrap_or(end);
        #[cfg(not(opyc_tail))]
        h(vm, pc, sp, fp)
    }
}

/// The current stack pointer, nearly.
#[inline(always)]
pub(crate) fn rust_stack_pointer() -> usize {
    let here = 0u8;
    std::hint::black_box(&raw const here) as usize
}

/// Runs from `pc` until the entry frame that the caller has pushed is left.
///
/// # Safety
/// The running frame is the entry frame, and `pc` and `sp` belong to it.
pub(crate) unsafe fn drive(vm: &Vm, mut pc: *mut Instr, mut sp: *mut Value) -> PyResult {
    let halt = vm.halt.get();
    let outer = vm.driver_sp.replace(rust_stack_pointer());
    loop {
        // SAFETY: all instructions have the address of a handler in `h`, and `pc` and `sp` belong to the running
        // frame, also those that a handler or the bounce returns.
        unsafe {
            let h: Handler = std::mem::transmute((*pc).h);
            #[cfg(opyc_tail)]
            {
                h(vm, pc, sp, vm.cx.fp.get());
                let (p, s) = vm.bounce.replace((null_mut(), null_mut()));
                if p.is_null() {
                    break;
                }
                (pc, sp) = (p, s);
            }
            #[cfg(not(opyc_tail))]
            {
                let s = h(vm, pc, sp, vm.cx.fp.get());
                (pc, sp) = (s.pc, s.sp);
                if pc == halt {
                    break;
                }
            }
        }
    }
    let _ = halt;
    vm.driver_sp.set(outer);
    match vm.raised.take() {
        Some(r) => Err(r),
        None => Ok(vm.result.take()),
    }
}

/// Counts a backward jump or call; the fast variant goes to the cold path when the slice is used up.
#[inline(always)]
pub fn poll(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Flow {
    let f = vm.fuel.get() - 1;
    vm.fuel.set(f);
    if f < 0 { Flow::COLD } else { Flow::to(pc, sp) }
}

/// The same in the middle of a fast path. False, with nothing counted, when the slice is used up: the cold path is next.
#[inline(always)]
pub(super) fn counted(vm: &Vm) -> bool {
    // One instruction that subtracts in memory, and a jump.
    let f = vm.fuel.get() - 1;
    vm.fuel.set(f);
    if f < 0 {
        vm.fuel.give_back();
    }
    f >= 0
}

/// Counts a return or yield, which needs no look at what is left: without a jump or call, nothing goes on for ever.
#[inline(always)]
pub(super) fn count(vm: &Vm) {
    vm.fuel.set(vm.fuel.get() - 1);
}

/// The same for cold paths: does at once what is due.
#[inline(always)]
pub fn poll_cold(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Step {
    let f = vm.fuel.get() - 1;
    vm.fuel.set(f);
    if f < 0 {
        slice_end(vm, pc, sp)
    } else {
        Step { pc, sp }
    }
}

/// The end of a slice: budgets, interrupts, the collector, and the bounce. `pc` and `sp` belong to the running frame
/// and say where it goes on.
#[cold]
#[inline(never)]
pub fn slice_end(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Step {
    vm.cx.sp.set(sp);
    // SAFETY: a frame is running.
    unsafe { (*vm.cx.frame.get()).pc = pc };
    if let Err(r) = vm.slice_end() {
        return super::unwind::throw_at(vm, pc, sp, r);
    }
    if TAIL && vm.driver_sp.get().wrapping_sub(rust_stack_pointer()) > BOUNCE {
        vm.bounce.set((pc, sp));
        return Step {
            pc: vm.halt.get(),
            sp,
        };
    }
    Step { pc, sp }
}

/// Raises at an instruction: the way out of every cold path that fails.
#[inline(never)]
pub fn throw(vm: &Vm, pc: *mut Instr, sp: *mut Value, raise: Raise) -> Step {
    super::unwind::throw_at(vm, pc, sp, raise)
}
