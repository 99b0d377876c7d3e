//! Unwinding: an exception goes from frame to frame until a handler takes it.

use super::call::pop_frame;
use super::control::{Dispatch, Unwound};
use super::dispatch::{Step, poll_cold};
use super::frame::kind;
use super::{Instr, gen_leave, stepping};
use crate::error::Raise;
use crate::value::Value;
use crate::vm::Vm;

/// Raises at an instruction of the running frame.
pub(crate) fn throw_at(vm: &Vm, pc: *mut Instr, sp: *mut Value, raise: Raise) -> Step {
    unwind(vm, pc, sp, raise, true)
}

/// Raises again: the running frame gets no new entry in the traceback.
pub fn rethrow_at(vm: &Vm, pc: *mut Instr, sp: *mut Value, raise: Raise) -> Step {
    unwind(vm, pc, sp, raise, false)
}

fn unwind(
    vm: &Vm,
    mut pc: *mut Instr,
    mut sp: *mut Value,
    mut raise: Raise,
    mut traceback: bool,
) -> Step {
    // SAFETY: `pc` and `sp` belong to the running frame, here and after each frame that is left.
    unsafe {
        loop {
            let fr = vm.cx.frame.get();
            (*fr).pc = pc;
            vm.cx.sp.set(sp);
            let code = &*(*fr).code;
            let watched = vm.instruments.stepping();
            if watched {
                stepping::raised(vm, pc, sp, &raise);
            }
            if !raise.is_fault() {
                if traceback {
                    vm.add_traceback(&raise, fr, code.index_of(pc));
                }
                traceback = true;
                if let Some(strategy) = code.strategy {
                    let mut d = Dispatch::new(vm, pc, sp);
                    let r = strategy.unwind(&mut d, &raise);
                    sp = d.sp();
                    match r {
                        Ok(Unwound::Handler(i)) if d.can_jump(i) => {
                            if watched {
                                stepping::caught(vm);
                            }
                            let handler = code.at(i as usize);
                            // A handler that covers itself, which no compiler writes, is a loop.
                            if handler <= pc {
                                return poll_cold(vm, handler, sp);
                            }
                            return Step { pc: handler, sp };
                        }
                        Ok(Unwound::Handler(_)) => {
                            raise = vm.system_error(
                                "the block strategy left a stack that does not fit the handler",
                            );
                        }
                        Ok(Unwound::Leave) => {}
                        Err(r) => raise = r,
                    }
                    vm.cx.sp.set(sp);
                }
            }
            if watched {
                stepping::unwound(vm, pc, sp, &raise);
            }
            let k = (*fr).kind;
            if k >= kind::GEN {
                match gen_leave::raise_from(vm, sp, raise) {
                    Ok(step) => return step,
                    Err(up) => (pc, sp, raise) = up,
                }
                continue;
            }
            let ret_sp = (*fr).ret_sp;
            pop_frame(vm, sp);
            sp = ret_sp;
            if k == kind::ENTRY {
                vm.cx.sp.set(ret_sp);
                vm.raised.set(Some(raise));
                return Step {
                    pc: vm.halt.get(),
                    sp,
                };
            }
            pc = (*vm.cx.frame.get()).pc;
        }
    }
}
