//! Returning, yielding and delegating.

use opyc_core::code::flags;
use opyc_core::error::PyResult;
use opyc_core::interp::raw::{Resume, SLOT, STACK};
use opyc_core::interp::{Fusion, Outcome, Source, Target};
use opyc_core::object::{GenKind, PyGenerator};

use crate::operand::CONSTANT;
use crate::rows::prelude::*;

opcodes! {
    /// Leaves the function with the value on top.
    RETURN_VALUE (value --) ends in 8..=14, fused (link_return_value, fuse_return_value);
    /// Leaves the function with a constant.
    RETURN_CONST (--) ends in 12..=13, link link_return_const;
    /// Makes a generator of the running frame and returns it; what is first sent to it is pushed.
    RETURN_GENERATOR (-- sent) in 11..=14, raw ReturnGenerator;
    /// Suspends the generator with a value; pushes what is sent to it.
    YIELD_VALUE (value -- sent) in 6..=10, link link_yield_value;
    /// Suspends the generator with a value; pushes what is sent to it.
    YIELD_VALUE (value -- sent) in 11..=14, raw YieldValue;
    /// Sends values to the receiver and yields what it yields, until it has a result.
    YIELD_FROM (receiver value -- result) in 6..=10, raw YieldFrom;
    /// Sends a value to the receiver and pushes what it yields; drops it and jumps with its result at the end.
    SEND (receiver value -- receiver yielded) jump (receiver value -- result) in 11..=11, link link_send_and_pop;
    /// Sends a value to the receiver and pushes what it yields; jumps with its result at the end.
    SEND (receiver value -- receiver yielded) jump (receiver value -- receiver result) in 12..=14, raw Send;
    /// Wraps a value that an asynchronous generator yields, to tell it from what its awaits yield.
    ASYNC_GEN_WRAP (value -- wrapped) in 11..=11, stack byte_async_gen_wrap;
}

/// `SEND` of 3.11 drops the receiver at its end.
fn link_send_and_pop(l: &mut LinkCx<'_>) {
    set_fields!(l; n = 1);
    l.raw::<Send>();
}

/// Before 3.11 asynchronous generators wrap what they yield here.
fn link_yield_value(l: &mut LinkCx<'_>) {
    if l.code().flags & flags::ASYNC_GENERATOR != 0 {
        l.raw::<YieldWrapped>()
    } else {
        l.raw::<YieldValue>()
    }
}

/// Drops the values of a plain frame, or of a generator's, and leaves it.
///
/// # Safety
/// `sp` is the top of the running frame's stack, without the result.
#[inline(always)]
unsafe fn leave<const GENERATOR: bool>(
    vm: &Vm,
    sp: *mut Value,
    result: *const Value,
    take: impl FnOnce() -> Value,
) -> Flow {
    // SAFETY: every value from the bottom to the top is given up once.
    unsafe {
        if GENERATOR {
            return raw::return_fast(vm, sp, take);
        }
        if !raw::plain_frame(vm, &*result) || !raw::no_blocks(vm) {
            return Flow::COLD;
        }
        let bottom = raw::frame_bottom(vm);
        if sp.offset_from(bottom) as usize >= raw::MANY {
            return Flow::COLD;
        }
        let result = take();
        let garbage = raw::release_all(vm, bottom, sp);
        raw::leave_plain(vm, result).free(garbage)
    }
}

fn link_return_const(l: &mut LinkCx<'_>) {
    link::<CONSTANT>(l);
}

fn link_return_value(l: &mut LinkCx<'_>) {
    link::<STACK>(l);
}

/// Whether the code is a generator's tells which frames it runs in.
fn link<const FROM: u8>(l: &mut LinkCx<'_>) {
    if l.code().flags & flags::ANY_GENERATOR != 0 {
        l.raw::<ReturnValue<FROM, true>>();
    } else {
        l.raw::<ReturnValue<FROM, false>>();
    }
}

/// Folds the load of the result in.
fn fuse_return_value(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    match (f.a, f.b, f.to) {
        (Source::Stack, Source::Slot(slot), Target::Stack) => {
            set_fields!(l; a = slot);
            link::<SLOT>(l);
        }
        (Source::Stack, Source::Const(address), Target::Stack) => {
            set_fields!(l; c = address);
            link::<CONSTANT>(l);
        }
        _ => return false,
    }
    true
}

/// `return` of the value on top, in slot `a`, or of the constant at `c`.
struct ReturnValue<const FROM: u8, const GENERATOR: bool>;

// SAFETY: the frame's values are dropped, the result goes to the caller.
unsafe impl<const FROM: u8, const GENERATOR: bool> Op for ReturnValue<FROM, GENERATOR> {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation. A result in a slot is moved out of it: the frame goes.
        unsafe {
            match FROM {
                STACK => leave::<GENERATOR>(vm, sp.sub(1), sp.sub(1), || read(sp.sub(1))),
                SLOT => {
                    let slot = fp.add((*pc).a as usize);
                    if (*slot).is_null() {
                        return Flow::COLD;
                    }
                    leave::<GENERATOR>(vm, sp, slot, || std::mem::replace(&mut *slot, Value::NULL))
                }
                _ => {
                    let constant = (*pc).c as *const Value;
                    leave::<GENERATOR>(vm, sp, constant, || (*constant).clone())
                }
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe {
            if FROM == STACK {
                return raw::return_from(vm, sp.sub(1), read(sp.sub(1)));
            }
            let v = if FROM == SLOT {
                (*fp.add((*pc).a as usize)).clone()
            } else {
                (*((*pc).c as *const Value)).clone()
            };
            if v.is_null() {
                return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
            }
            raw::set_position(vm, pc.add(1));
            raw::return_from(vm, sp, v)
        }
    }
}

raw_op! {
    /// The frame moves into a generator.
    ReturnGenerator;
    cold(vm, pc, sp, _fp) { raw::return_generator(vm, pc, sp) }
}

/// `sp[-1] = yield sp[-1]`
struct YieldValue;

// SAFETY: the value goes to whoever resumed the generator; what that sends takes its place.
unsafe impl Op for YieldValue {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe { raw::yield_fast(vm, pc, sp) }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe { raw::yield_value(vm, pc, sp.sub(1), read(sp.sub(1))) }
    }
}

raw_op! {
    /// The same in an asynchronous generator.
    YieldWrapped;
    cold(vm, pc, sp, _fp) {
        let v = vm.async_gen_wrap(read(sp.sub(1)));
        raw::yield_value(vm, pc, sp.sub(1), v)
    }
}

/// A generator or coroutine that can be resumed in place.
fn resumable(receiver: &Value) -> Option<&PyGenerator> {
    receiver
        .downcast_exact::<PyGenerator>()
        .filter(|g| g.kind != GenKind::AsyncGenerator)
}

/// Sends a value to any other receiver.
fn send(vm: &Vm, receiver: &Value, v: Value) -> PyResult<Outcome> {
    let native = v.is_none() && !vm.type_of(receiver).is_heap();
    let yielded = if native {
        match vm.iter_step(receiver) {
            Ok(None) => return Ok(Outcome::Return(Value::NONE)),
            Ok(Some(v)) => Ok(v),
            Err(r) => Err(r),
        }
    } else if v.is_none() {
        match vm.call_special(receiver, &vm.names.next, &[]) {
            Ok(Some(v)) => Ok(v),
            Ok(None) => {
                return Err(vm.type_error(&format!(
                    "'{}' object is not an iterator",
                    vm.type_name(receiver)
                )));
            }
            Err(r) => Err(r),
        }
    } else {
        vm.call_method(receiver, &vm.names.send, &[v])
    };
    match yielded {
        Ok(v) => Ok(Outcome::Yield(v)),
        Err(r) if vm.is_stop_iteration(&r) => Ok(Outcome::Return(vm.stop_value(&r))),
        Err(r) => Err(r),
    }
}

/// `sp[-1] = sp[-2].send(sp[-1])`. With `YIELDS` the generator yields what the receiver yields, and runs the instruction
/// again; the result takes the receiver's place. Else that is pushed, and the end jumps; it takes the receiver's place
/// if bit 0 of `n` says so.
struct Delegate<const YIELDS: bool>;

type YieldFrom = Delegate<true>;
type Send = Delegate<false>;

impl<const YIELDS: bool> Delegate<YIELDS> {
    const WHY: Resume = if YIELDS {
        Resume::YieldFrom
    } else {
        Resume::Send
    };
}

// SAFETY: keeps the stack as its rows say.
unsafe impl<const YIELDS: bool> Op for Delegate<YIELDS> {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: the receiver lies below the value.
        unsafe {
            let value = sp.sub(1);
            match (*sp.sub(2)).downcast_exact::<PyGenerator>() {
                Some(g) => {
                    let is_none = (*value).is_none();
                    raw::resume_fast(vm, pc, value, g, is_none, || read(value), Self::WHY)
                }
                None => Flow::COLD,
            }
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: the value is moved off the stack before anything else happens to it.
        unsafe {
            let (v, sp) = (read(sp.sub(1)), sp.sub(1));
            let receiver = &*sp.sub(1);
            if let Some(g) = resumable(receiver) {
                return raw::resume(vm, pc, sp, g, v, Self::WHY);
            }
            raw::set_stack_top(vm, sp);
            match send(vm, receiver, v) {
                Ok(Outcome::Yield(v)) if YIELDS => raw::yield_here(vm, pc, sp, v),
                Ok(Outcome::Yield(v)) => {
                    sp.write(v);
                    Step {
                        pc: pc.add(1),
                        sp: sp.add(1),
                    }
                }
                Ok(Outcome::Return(v)) if YIELDS => {
                    drop(std::mem::replace(&mut *sp.sub(1), v));
                    Step { pc: pc.add(1), sp }
                }
                Ok(Outcome::Return(v)) => {
                    let to = pc.offset((*pc).arg as isize);
                    if (*pc).n & 1 != 0 {
                        drop(std::mem::replace(&mut *sp.sub(1), v));
                        return poll_cold(vm, to, sp);
                    }
                    sp.write(v);
                    poll_cold(vm, to, sp.add(1))
                }
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}

pub(crate) fn byte_async_gen_wrap(
    cx: &opyc_core::interp::StackCx<'_>,
    [value]: [Value; 1],
) -> PyResult<[Value; 1]> {
    Ok([cx.vm.async_gen_wrap(value)])
}
