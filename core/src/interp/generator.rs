//! Generators and their like: made from a frame, resumed on the stack of whoever resumes them.

use super::call::{drop_range, has_room, push_frame};
use super::dispatch::{Step, drive, poll_cold, throw};
use super::frame::kind;
use super::gen_leave::deliver_return;
use super::unwind::throw_at;
use super::{Instr, Linked, stepping};
use crate::code::flags;
use crate::error::{PyResult, Raise};
use crate::object::{GenKind, GenState, PyBuiltin, PyFunction, PyGenerator};
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// What a generator did when it was resumed.
#[derive(Debug)]
pub enum Outcome {
    /// Yielded.
    Yield(Value),
    /// Returned.
    Return(Value),
}

/// What a generator is resumed with.
pub enum Input {
    /// A value (`send`, `next`).
    Send(Value),
    /// An exception (`throw`, `close`).
    Throw(Raise),
}

/// Makes a generator from slots and stack at `fp..sp`, which are moved into it.
///
/// # Safety
/// All of `fp..sp` is initialised and belongs to the caller.
pub(crate) unsafe fn make(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    fp: *mut Value,
    sp: *mut Value,
    pc: *mut Instr,
) -> Value {
    // SAFETY: the values from `fp` to `sp` are given up to the generator.
    unsafe {
        let n = sp.offset_from(fp) as usize;
        let f = code.code.flags;
        let kind = if f & flags::COROUTINE != 0 {
            GenKind::Coroutine
        } else if f & flags::ASYNC_GENERATOR != 0 {
            GenKind::AsyncGenerator
        } else {
            GenKind::Generator
        };
        vm.new_generator(
            kind,
            func,
            code,
            pc,
            (fp, n),
            pc != code.entry.get() || code.pushes_first(),
        )
    }
}

/// `RETURN_GENERATOR`: makes a generator from the running frame and returns it.
///
/// # Safety
/// `pc` and `sp` belong to the running frame.
pub unsafe fn return_generator(vm: &Vm, pc: *mut Instr, sp: *mut Value) -> Step {
    // SAFETY: a frame runs, and its slots and stack are moved into the generator. Nothing is left above `fp`; what
    // lies below, down to `ret_sp`, goes with the frame.
    unsafe {
        let fr = vm.cx.frame.get();
        let code = &*(*fr).code;
        let fp = (*fr).fp;
        let g = make(vm, &*(*fr).func, code, fp, sp, pc.add(1));
        let pushes = (*fr).kind <= kind::PUSHES;
        if pushes && super::raw::plain_frame(vm, &g) && super::raw::no_blocks(vm) {
            let ret_sp = (*fr).ret_sp;
            let caller = fr.sub(1);
            vm.cx.frame.set(caller);
            vm.cx.fp.set((*caller).fp);
            drop_range(ret_sp, fp);
            ret_sp.write(g);
            return poll_cold(vm, (*caller).pc.add(1), ret_sp.add(1));
        }
        // The slots have moved; the frame leaves without them.
        super::call::return_from(vm, fp, g)
    }
}

fn already(vm: &Vm, g: &PyGenerator) -> Raise {
    vm.value_error(&format!("{} already executing", g.kind.noun()))
}

/// Puts the generator's frame on the stack at `fp`. Returns the top of its stack.
unsafe fn push(
    vm: &Vm,
    g: &PyGenerator,
    fp: *mut Value,
    ret_sp: *mut Value,
    kind: u32,
) -> *mut Value {
    // SAFETY: the caller has looked that the frame has room and the generator is not running: its values are in it,
    // and are moved to `fp` once. It keeps function and code.
    unsafe {
        let func = g.func.get();
        let func = func.bits() as *const PyFunction;
        let n = g.len.replace(0) as usize;
        std::ptr::copy_nonoverlapping(g.slots_at(), fp, n);
        let fr = push_frame(vm, g.linked, func, fp, ret_sp, kind, Value::NULL, g);
        let frame_object = g.frame.take();
        if !frame_object.is_null() {
            vm.attach_frame_object(&frame_object, fr);
            (*fr).object.set(frame_object);
        }
        if !g.blocks.borrow().is_empty() {
            let mut all = vm.cx.blocks.borrow_mut();
            all.append(&mut g.blocks.borrow_mut());
            vm.cx.count_blocks(all.len());
        }
        vm.push_exc_item(&g.exc);
        g.state.set(GenState::Running);
        fp.add(n)
    }
}

/// Resumes a generator from an instruction of the running frame. The generator's frame begins at `sp`; what it gives
/// goes to `ret_sp`.
///
/// # Safety
/// A value below `sp` keeps the generator alive; `pc` and `sp` belong to the running frame.
pub(crate) unsafe fn resume(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    g: &PyGenerator,
    sent: Value,
    ret_sp: *mut Value,
    kind: u32,
) -> Step {
    // SAFETY: a value below `sp` keeps the generator; what lies from `ret_sp` to `sp` belongs to the call, and is
    // dropped here or with the generator's frame.
    unsafe {
        let state = g.state.get();
        match state {
            GenState::Running => {
                drop(sent);
                drop_range(ret_sp, sp);
                throw(vm, pc, ret_sp, already(vm, g))
            }
            GenState::Finished => {
                drop(sent);
                drop_range(ret_sp, sp);
                if g.kind == GenKind::Coroutine && kind != kind::GEN_FOR {
                    return throw(
                        vm,
                        pc,
                        ret_sp,
                        vm.runtime_error("cannot reuse already awaited coroutine"),
                    );
                }
                deliver_return(vm, pc, ret_sp, Value::NONE, kind)
            }
            GenState::Created if !sent.is_none() => {
                drop(sent);
                drop_range(ret_sp, sp);
                throw(vm, pc, ret_sp, vm.type_error(&just_started(g)))
            }
            GenState::Created | GenState::Suspended => {
                if !has_room(vm, sp, (*g.linked).frame_size + 8) {
                    drop(sent);
                    drop_range(ret_sp, sp);
                    return throw(
                        vm,
                        pc,
                        ret_sp,
                        vm.recursion_error("maximum recursion depth exceeded"),
                    );
                }
                let mut top = push(vm, g, sp, ret_sp, kind);
                if state == GenState::Suspended || g.push_first {
                    top.write(sent);
                    top = top.add(1);
                }
                Step {
                    pc: g.pc.get(),
                    sp: top,
                }
            }
        }
    }
}

fn just_started(g: &PyGenerator) -> String {
    format!(
        "can't send non-None value to a just-started {}",
        g.kind.noun()
    )
}

/// Resumes a generator from Rust and runs it until it yields, returns or raises.
pub(crate) fn run(vm: &Vm, g: &PyGenerator, input: Input) -> PyResult<Outcome> {
    // SAFETY: the generator is kept alive by a value at the bottom of its part of the stack.
    unsafe {
        let state = g.state.get();
        match (state, &input) {
            (GenState::Running, _) => return Err(already(vm, g)),
            (GenState::Finished, Input::Send(_)) => {
                if g.kind == GenKind::Coroutine {
                    return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
                }
                return Ok(Outcome::Return(Value::NONE));
            }
            (GenState::Created, Input::Send(v)) if !v.is_none() => {
                return Err(vm.type_error(&just_started(g)));
            }
            _ => {}
        }
        vm.check_rust_stack()?;
        let base = vm.cx.sp.get();
        if !has_room(vm, base, (*g.linked).frame_size + 8) {
            return Err(vm.recursion_error("maximum recursion depth exceeded"));
        }
        if let (GenState::Finished, Input::Throw(_)) = (state, &input) {
            let Input::Throw(r) = input else {
                return Ok(Outcome::Return(Value::NONE));
            };
            if g.kind == GenKind::Coroutine && !vm.is_generator_exit(&r) {
                return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
            }
            return Err(r);
        }
        base.write(crate::object::value_of(g));
        let fp = base.add(1);
        let mut top = push(vm, g, fp, base, kind::GEN_ENTRY);
        vm.cx.sp.set(top);
        vm.yielded.set(false);
        let thrown_at_start = state == GenState::Created && matches!(input, Input::Throw(_));
        let r = match input {
            Input::Send(v) => {
                if state == GenState::Suspended || g.push_first {
                    top.write(v);
                    top = top.add(1);
                }
                drive(vm, g.pc.get(), top)
            }
            Input::Throw(r) => {
                // From 3.9 on what the generator is handling becomes the context.
                let r = if vm.version() >= Version::V3_9 && !r.is_fault() {
                    vm.raise(r.into_value())
                } else {
                    r
                };
                if vm.instruments.stepping() {
                    stepping::replaced(vm);
                }
                let pc = g.pc.get();
                let at = if state == GenState::Suspended && !(*g.linked).resumes_in_place(pc) {
                    pc.sub(1)
                } else {
                    pc
                };
                let s = throw_at(vm, at, top, r);
                if s.pc == vm.halt.get() {
                    match vm.raised.take() {
                        Some(r) => Err(r),
                        None => Ok(vm.result.take()),
                    }
                } else {
                    drive(vm, s.pc, s.sp)
                }
            }
        };
        vm.cx.sp.set(base);
        if let Err(raise) = &r
            && thrown_at_start
        {
            vm.move_to_first_line(raise);
        }
        let yielded = vm.yielded.replace(false);
        r.map(|v| {
            if yielded {
                Outcome::Yield(v)
            } else {
                Outcome::Return(v)
            }
        })
    }
}

/// The iterator that a suspended generator delegates to (`yield from`, `await`), if it does.
pub(crate) fn delegate(g: &PyGenerator) -> Option<Value> {
    if g.state.get() != GenState::Suspended {
        return None;
    }
    // SAFETY: suspended, so `pc` is an instruction of its code and the slots are in the generator.
    unsafe {
        if (*g.linked).delegates_at(g.pc.get()) {
            g.slots().last().cloned()
        } else {
            None
        }
    }
}

/// The sub-iterator is done with a result: the generator goes on behind its `yield from` (versions before 3.12,
/// where the generator object forwards `throw` and `close`).
pub(crate) fn end_delegation(g: &PyGenerator) {
    // SAFETY: as in `delegate`.
    unsafe {
        let code = &*g.linked;
        g.pc.set(code.behind_delegation(g.pc.get()));
        drop(g.pop_slot());
    }
}

/// A call of a generator's `__next__` or `send` from Python code: resumed without nesting.
///
/// # Safety
/// As [`super::call::call_at`].
pub(crate) unsafe fn resume_from_builtin(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    b: &PyBuiltin,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
) -> Option<Step> {
    // SAFETY: callable and arguments are alive. What resumes the generator keeps it on the stack, as an argument or
    // by the bound method, until its frame is left; nothing sets `this` meanwhile.
    unsafe {
        let nargs = sp.offset_from(args) as usize;
        if !names.is_empty() || nargs > 1 {
            return None;
        }
        let this = b.this.peek();
        let receiver = if this.is_null() && nargs == 1 {
            &*args
        } else {
            this
        };
        receiver.downcast_exact::<PyGenerator>()?;
        let this = this.clone();
        let (g, sent) = match (b.def.name, nargs) {
            // `next(g)`: the argument keeps the generator alive.
            ("next", 1) => ((*args).clone(), Value::NONE),
            ("__next__", 0) => (this, Value::NONE),
            ("send", 1) => (this, (*args).clone()),
            _ => return None,
        };
        let g = g.downcast_exact::<PyGenerator>()?;
        let ok = match b.def.name {
            "next" => g.kind == GenKind::Generator && vm.is_builtin_next(b),
            "__next__" => g.kind == GenKind::Generator,
            _ => g.kind != GenKind::AsyncGenerator,
        };
        if !ok {
            return None;
        }
        Some(resume(vm, pc, sp, g, sent, ret_sp, kind::GEN_CALL))
    }
}
