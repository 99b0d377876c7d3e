//! How generators and their like give control back: by a yield, a return or an exception. What they give goes to
//! whoever has resumed them.

use super::call::{drop_range, pop_frame};
use super::dispatch::{Step, count, poll_cold, throw};
use super::frame::kind;
use super::{Instr, Linked};
use crate::error::Raise;
use crate::object::{GenKind, GenState, PyException, PyGenerator};
use crate::value::Value;
use crate::vm::Vm;

/// Takes the frame off the stack and back into the generator, or drops it if the generator is finished.
unsafe fn pop(vm: &Vm, g: &PyGenerator, sp: *mut Value, next: GenState) {
    // SAFETY: the running frame is that of the generator, which whoever has resumed it keeps until the last drop
    // here. A frame never holds more than the generator has room for: slots and the depth that the verifier has
    // proven.
    unsafe {
        let fr = vm.cx.frame.get();
        vm.pop_exc_item(&g.exc);
        if next == GenState::Suspended {
            let fp = (*fr).fp;
            // The verifier's depth is the most that a frame holds, so that there is room.
            let n = sp.offset_from(fp) as usize;
            debug_assert!(n <= g.room as usize);
            std::ptr::copy_nonoverlapping(fp, g.slots_at(), n);
            g.len.set(n as u32);
            let blocks = (*fr).blocks;
            if vm.cx.block_count.get() > blocks {
                g.blocks
                    .borrow_mut()
                    .extend(vm.cx.blocks.borrow_mut().drain(blocks as usize..));
                vm.cx.block_count.set(blocks);
            }
            g.state.set(next);
            let object = (*fr).object.take();
            if !object.is_null() {
                vm.suspend_frame_object(&object, g);
                g.frame.set(object);
            }
            let (ret_sp, caller) = ((*fr).ret_sp, fr.sub(1));
            vm.cx.frame.set(caller);
            vm.cx.fp.set((*caller).fp);
            drop_range(ret_sp, fp);
        } else {
            g.state.set(next);
            drop(g.exc.value.replace(Value::NONE));
            pop_frame(vm, sp);
        }
    }
}

/// Suspends the running generator with a value; it goes on behind `pc`.
///
/// # Safety
/// `pc` and `sp` belong to the running frame.
pub unsafe fn yield_value(vm: &Vm, pc: *mut Instr, sp: *mut Value, value: Value) -> Step {
    // SAFETY: as the caller says. The next instruction is one of the same code, since the verifier lets none end with
    // a yield.
    unsafe { yield_at(vm, pc, pc.wrapping_add(1), sp, value) }
}

/// Suspends the running generator with a value; it goes on at `next`.
///
/// # Safety
/// As [`yield_value`].
pub(crate) unsafe fn yield_at(
    vm: &Vm,
    mut pc: *mut Instr,
    mut next: *mut Instr,
    mut sp: *mut Value,
    value: Value,
) -> Step {
    // SAFETY: a frame runs. If it is a generator's, whoever has resumed it keeps the generator, and the record below
    // has saved its place; the value goes where the frame's stack began.
    unsafe {
        // A chain of `yield from` yields level by level.
        loop {
            let fr = vm.cx.frame.get();
            let Some(g) = (*fr).generator.as_ref() else {
                drop(value);
                return throw(vm, pc, sp, vm.system_error("yield outside of a generator"));
            };
            (*fr).pc = pc;
            g.pc.set(next);
            let (k, ret_sp) = ((*fr).kind, (*fr).ret_sp);
            // Keeps the generator alive until its value is delivered.
            pop(vm, g, sp, GenState::Suspended);
            let caller = (*vm.cx.frame.get()).pc;
            match k {
                kind::GEN_YIELD_FROM => {
                    (pc, next, sp) = (caller, caller, ret_sp);
                }
                kind::GEN_ENTRY | kind::GEN_BATCH => {
                    count(vm);
                    vm.result.set(value);
                    vm.yielded.set(true);
                    vm.cx.sp.set(ret_sp);
                    return Step {
                        pc: vm.halt.get(),
                        sp: ret_sp,
                    };
                }
                _ => {
                    ret_sp.write(value);
                    return poll_cold(vm, caller.add(1), ret_sp.add(1));
                }
            }
        }
    }
}

/// A generator's frame returns.
///
/// # Safety
/// `sp` is the top of the running frame's stack.
pub(crate) unsafe fn return_from(vm: &Vm, sp: *mut Value, result: Value) -> Step {
    // SAFETY: as in `yield_at`. The generator is not looked at after `pop`, which may drop its last reference.
    unsafe {
        let fr = vm.cx.frame.get();
        let (k, ret_sp) = ((*fr).kind, (*fr).ret_sp);
        let Some(g) = (*fr).generator.as_ref() else {
            return throw(
                vm,
                (*fr).pc,
                sp,
                vm.system_error("generator frame without generator"),
            );
        };
        // The frame's values go, and with `GEN_CALL` the reference to the generator too.
        pop(vm, g, sp, GenState::Finished);
        let pc = (*vm.cx.frame.get()).pc;
        deliver_return(vm, pc, ret_sp, result, k)
    }
}

/// Gives a finished generator's result to whoever resumed it.
pub(super) unsafe fn deliver_return(
    vm: &Vm,
    pc: *mut Instr,
    ret_sp: *mut Value,
    result: Value,
    k: u32,
) -> Step {
    // SAFETY: `pc` is the instruction that has resumed the generator, whose fields say where it goes on, and nothing
    // above `ret_sp` is left; below it lies the receiver.
    unsafe {
        match k {
            kind::GEN_FOR => exhausted(vm, pc, ret_sp),
            kind::GEN_SEND => {
                let mut to = ret_sp;
                if (*pc).n & 1 != 0 {
                    to = to.sub(1);
                    std::ptr::drop_in_place(to);
                }
                to.write(result);
                poll_cold(vm, pc.offset((*pc).arg as isize), to.add(1))
            }
            kind::GEN_YIELD_FROM => {
                drop(std::mem::replace(&mut *ret_sp.sub(1), result));
                poll_cold(vm, pc.add(1), ret_sp)
            }
            kind::GEN_ENTRY | kind::GEN_BATCH => {
                vm.result.set(result);
                vm.yielded.set(false);
                vm.cx.sp.set(ret_sp);
                Step {
                    pc: vm.halt.get(),
                    sp: ret_sp,
                }
            }
            _ => throw(vm, pc, ret_sp, vm.stop_iteration(result)),
        }
    }
}

/// `FOR_ITER` at the end of its iterator: bit 0 of `n` says whether it pops it, bit 1 whether it pushes a placeholder
/// for the item; then the jump.
///
/// # Safety
/// `pc` is a `FOR_ITER` of the running frame, `sp` points behind the iterator.
pub unsafe fn exhausted(vm: &Vm, pc: *mut Instr, mut sp: *mut Value) -> Step {
    // SAFETY: the fields are those that the linker gives a `FOR_ITER`: bit 0 only where the iterator is below `sp`.
    // The verifier has proven the jump and the room for the placeholder.
    unsafe {
        if (*pc).n & 1 != 0 {
            sp = sp.sub(1);
            std::ptr::drop_in_place(sp);
        }
        if (*pc).n & 2 != 0 {
            sp.write(Value::NULL);
            sp = sp.add(1);
        }
        poll_cold(vm, pc.offset((*pc).arg as isize), sp)
    }
}

/// An exception leaves a generator's frame. `Err`: it goes on in the caller, whose position is returned.
///
/// # Safety
/// `sp` is the top of the running frame's stack.
pub(crate) unsafe fn raise_from(
    vm: &Vm,
    sp: *mut Value,
    raise: Raise,
) -> Result<Step, (*mut Instr, *mut Value, Raise)> {
    // SAFETY: as in `return_from`.
    unsafe {
        let fr = vm.cx.frame.get();
        let (k, ret_sp, code) = ((*fr).kind, (*fr).ret_sp, (*fr).code);
        let Some(g) = (*fr).generator.as_ref() else {
            vm.raised.set(Some(raise));
            return Ok(Step {
                pc: vm.halt.get(),
                sp,
            });
        };
        let raise = convert_stop(vm, g, &*code, raise);
        pop(vm, g, sp, GenState::Finished);
        let pc = (*vm.cx.frame.get()).pc;
        match k {
            kind::GEN_ENTRY | kind::GEN_BATCH => {
                vm.raised.set(Some(raise));
                vm.cx.sp.set(ret_sp);
                Ok(Step {
                    pc: vm.halt.get(),
                    sp: ret_sp,
                })
            }
            kind::GEN_FOR | kind::GEN_SEND | kind::GEN_YIELD_FROM
                if vm.is_stop_iteration(&raise) =>
            {
                let v = vm.stop_value(&raise);
                Ok(deliver_return(vm, pc, ret_sp, v, k))
            }
            _ => Err((pc, ret_sp, raise)),
        }
    }
}

/// PEP 479: StopIteration that leaves a generator becomes RuntimeError.
fn convert_stop(vm: &Vm, g: &PyGenerator, code: &Linked, raise: Raise) -> Raise {
    if !code.converts_stop() {
        return raise;
    }
    let name = if vm.is_stop_iteration(&raise) {
        "StopIteration"
    } else if g.kind == GenKind::AsyncGenerator && vm.is_stop_async_iteration(&raise) {
        "StopAsyncIteration"
    } else {
        return raise;
    };
    let r = vm.runtime_error(&format!("{} raised {name}", g.kind.noun()));
    if let Some(e) = r.value().downcast::<PyException>() {
        e.cause.set(raise.value().clone());
        e.context.set(raise.value().clone());
        e.suppress_context.set(true);
    }
    r
}
