//! Calls: entering Python functions in place, binding arguments, and returning.

use super::bind::bind;
use super::call_class::{call_type, return_from_new};
use super::dispatch::{Step, poll_cold, throw};
use super::frame::{Frame, kind};
use super::native_call::call_native_at;
use super::{Instr, Linked};
use super::{gen_leave, generator, special};
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::{Kind, PyBoundMethod, PyBuiltin, PyFunction, PyGenerator, PyTuple, ValueCell};
use crate::value::Value;
use crate::vm::{Vm, native_call};

/// Drops the values from `from` up to `to`.
#[inline(always)]
pub(crate) unsafe fn drop_range(from: *mut Value, to: *mut Value) {
    // SAFETY: the caller gives up `from..to`, all of which is initialised.
    unsafe {
        let mut p = to;
        while p > from {
            p = p.sub(1);
            std::ptr::drop_in_place(p);
        }
    }
}

/// Pushes a frame record. The slots are in place at `fp`.
///
/// # Safety
/// `fp` points to `code.nslots` initialised values with room for the frame; a frame record is free.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "the fields of a frame")]
pub(crate) unsafe fn push_frame(
    vm: &Vm,
    code: *const Linked,
    func: *const PyFunction,
    fp: *mut Value,
    ret_sp: *mut Value,
    kind: u32,
    locals: Value,
    generator: *const PyGenerator,
) -> *mut Frame {
    // SAFETY: the record above the running one is free and inside the array, as `has_room` has looked; code lives as
    // long as its function.
    unsafe {
        let fr = vm.cx.frame.get().add(1);
        fr.write(Frame {
            pc: (*code).entry.get(),
            fp,
            ret_sp,
            code,
            func,
            kind,
            blocks: vm.cx.block_count.get(),
            locals: ValueCell::new(locals),
            object: ValueCell::new(Value::NULL),
            generator,
        });
        vm.cx.frame.set(fr);
        vm.cx.fp.set(fp);
        fr
    }
}

/// Whether there is room for one more frame of `size` values at `fp`.
#[inline(always)]
pub(crate) fn has_room(vm: &Vm, fp: *mut Value, size: usize) -> bool {
    // SAFETY: the limit is never less than two records above the first.
    vm.cx.frame.get() < unsafe { vm.cx.frame_limit.get().sub(1) }
        && fp.wrapping_add(size) <= vm.cx.stack_end
}

/// Enters a Python function whose arguments lie at `args..sp`. On return the result goes to `ret_sp`.
///
/// # Safety
/// The values from `ret_sp` to `sp` belong to the call, and one of them (or the caller) keeps the function alive.
#[allow(clippy::too_many_arguments, reason = "the parts of a call")]
pub(crate) unsafe fn enter_function(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    func: *const PyFunction,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
    kind: u32,
) -> Step {
    // SAFETY: the function is alive, and so is its code. Slots and stack of the frame fit behind the arguments; on
    // every way to `push_frame` all slots are written, and on every other one what lies from `ret_sp` up is dropped
    // once.
    unsafe {
        let linked = match vm.linked(&*func) {
            Ok(l) => l,
            Err(r) => return fail(vm, pc, ret_sp, sp, r),
        };
        let code = &*linked;
        let nargs = sp.offset_from(args) as usize;
        if !has_room(vm, args, code.frame_size + nargs) {
            let r = vm.recursion_error("maximum recursion depth exceeded");
            return fail(vm, pc, ret_sp, sp, r);
        }
        if code.plain && nargs == code.argcount && names.is_empty() {
            let mut i = nargs;
            while i < code.nslots {
                args.add(i).write(Value::NULL);
                i += 1;
            }
        } else if let Err(r) = bind(vm, &*func, code, args, nargs, names) {
            drop_range(ret_sp, args);
            return throw(vm, pc, ret_sp, r);
        }
        if code.prologue() {
            make_cells(vm, &*func, code, args);
            if code.makes_generator() {
                let top = args.add(code.nslots);
                let g = generator::make(vm, &*func, code, args, top, code.entry.get());
                drop_range(ret_sp, args);
                ret_sp.write(g);
                return Step {
                    pc: pc.add(1),
                    sp: ret_sp.add(1),
                };
            }
        }
        push_frame(
            vm,
            code,
            func,
            args,
            ret_sp,
            kind,
            Value::NULL,
            std::ptr::null(),
        );
        poll_cold(vm, code.entry.get(), args.add(code.nslots))
    }
}

pub(super) unsafe fn fail(
    vm: &Vm,
    pc: *mut Instr,
    ret_sp: *mut Value,
    sp: *mut Value,
    r: Raise,
) -> Step {
    // SAFETY: what lies from `ret_sp` up belongs to the call that has failed.
    unsafe { drop_range(ret_sp, sp) };
    throw(vm, pc, ret_sp, r)
}

/// Calls whatever `callable` points to, with the arguments at `args..sp`, the last ones named by `names`.
/// The result replaces everything from `ret_sp` up.
///
/// # Safety
/// `callable` lies at or above `ret_sp` and below `args`, or is kept alive otherwise; all of `ret_sp..sp` belongs to
/// the call.
pub unsafe fn call_at(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
) -> Step {
    // SAFETY: the callable is alive, and its kind says its layout. Each way passes the call's values on to just one
    // callee, which drops them.
    unsafe {
        match (*callable).kind() {
            Some(Kind::Function) => {
                let func = (*callable).bits() as *const PyFunction;
                enter_function(vm, pc, sp, func, args, ret_sp, names, kind::CALL)
            }
            Some(Kind::BoundMethod) => {
                let m = &*((*callable).bits() as *const PyBoundMethod);
                let (func, this) = (m.func.clone(), m.this.clone());
                call_with_self(vm, pc, sp, callable, args, ret_sp, names, func, this)
            }
            Some(Kind::Builtin) => {
                let b = &*((*callable).bits() as *const PyBuiltin);
                if let Some(step) =
                    generator::resume_from_builtin(vm, pc, sp, b, args, ret_sp, names)
                {
                    return step;
                }
                if names.is_empty()
                    && args > ret_sp
                    && let Some(r) = call_native_at(vm, callable, args, sp)
                {
                    return finish_native(vm, pc, sp, ret_sp, r);
                }
                finish_native(
                    vm,
                    pc,
                    sp,
                    ret_sp,
                    vm.call_builtin(b, args_of(args, sp, names)),
                )
            }
            Some(Kind::Type) => call_type(vm, pc, sp, callable, args, ret_sp, names),
            Some(Kind::Descr) => {
                let r = if names.is_empty()
                    && args > ret_sp
                    && let Some(r) = call_native_at(vm, callable, args, sp)
                {
                    r
                } else {
                    vm.call_descr(&*callable, args_of(args, sp, names))
                };
                finish_native(vm, pc, sp, ret_sp, r)
            }
            _ => {
                if let Some(call) = native_call(&*callable) {
                    let r = call(vm, &*callable, &args_of(args, sp, names));
                    return finish_native(vm, pc, sp, ret_sp, r);
                }
                if let Some(func) = (*callable)
                    .header()
                    .and_then(|h| vm.lookup_type(h.ty(), &vm.names.call))
                    && func.kind() == Some(Kind::Function)
                {
                    let this = (*callable).clone();
                    return call_with_self(vm, pc, sp, callable, args, ret_sp, names, func, this);
                }
                finish_native(
                    vm,
                    pc,
                    sp,
                    ret_sp,
                    vm.call_args(&*callable, args_of(args, sp, names)),
                )
            }
        }
    }
}

/// The arguments on the stack, as a native function sees them. They stay where they are during the call.
#[inline(always)]
pub(super) unsafe fn args_of<'a>(args: *mut Value, sp: *mut Value, names: &'a [Value]) -> Args<'a> {
    // SAFETY: the arguments are initialised, and nobody writes there before the call is over: native code that runs
    // Python does so above them.
    unsafe {
        Args::with_names(
            std::slice::from_raw_parts(args, sp.offset_from(args) as usize),
            names,
        )
    }
}

/// Puts the result of a native call in place of callable and arguments.
///
/// # Safety
/// All of `ret_sp..sp` belongs to the call.
#[inline(always)]
pub unsafe fn finish_native(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    ret_sp: *mut Value,
    result: PyResult,
) -> Step {
    // SAFETY: callable and arguments belong to the call, which is over; the result takes the first place that has
    // become free.
    unsafe {
        drop_range(ret_sp, sp);
        match result {
            Ok(v) => {
                ret_sp.write(v);
                Step {
                    pc: pc.add(1),
                    sp: ret_sp.add(1),
                }
            }
            Err(r) => throw(vm, pc, ret_sp, r),
        }
    }
}

/// Calls the getter of a property, a Python function, with the instance; the result goes to `ret_sp`.
///
/// # Safety
/// `property` is an exact `property` object; `ret_sp..sp` holds the instance, or nothing, and belongs to the call.
pub unsafe fn call_getter(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    property: u64,
    instance: Value,
    ret_sp: *mut Value,
) -> Option<Step> {
    // SAFETY: the address is that of a property, as the caller says. The getter lies below its argument, so that it
    // stays while it runs; two values have always room.
    unsafe {
        let property = &*(property as *const crate::object::PyProperty);
        let getter = property.parts[0].get();
        let func = getter.downcast::<PyFunction>()? as *const PyFunction;
        drop_range(ret_sp, sp);
        ret_sp.write(getter);
        ret_sp.add(1).write(instance);
        let sp = ret_sp.add(2);
        vm.cx.sp.set(sp);
        Some(enter_function(
            vm,
            pc,
            sp,
            func,
            ret_sp.add(1),
            ret_sp,
            &[],
            kind::CALL,
        ))
    }
}

/// Calls `func` with `this` before the other arguments; `func` takes the callable's place to be kept alive.
#[allow(clippy::too_many_arguments, reason = "the parts of a call")]
unsafe fn call_with_self(
    vm: &Vm,
    pc: *mut Instr,
    mut sp: *mut Value,
    callable: *mut Value,
    mut args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
    func: Value,
    this: Value,
) -> Step {
    // SAFETY: below the arguments there are two places, whose old values are read out once, or one, and then the
    // arguments move up by one, for which there is room. The callable is dropped last, when `func` has its place.
    unsafe {
        if args.offset_from(ret_sp) >= 2 {
            // Two places below the arguments: function and instance.
            let old = (std::ptr::read(ret_sp), std::ptr::read(args.sub(1)));
            ret_sp.write(func);
            args.sub(1).write(this);
            args = args.sub(1);
            drop(old);
        } else {
            if sp >= vm.cx.stack_end {
                drop((func, this));
                return fail(
                    vm,
                    pc,
                    ret_sp,
                    sp,
                    vm.recursion_error("maximum recursion depth exceeded"),
                );
            }
            std::ptr::copy(args, args.add(1), sp.offset_from(args) as usize);
            args.write(this);
            sp = sp.add(1);
            drop(std::mem::replace(&mut *callable, func));
        }
        vm.cx.sp.set(sp);
        call_at(vm, pc, sp, ret_sp, args, ret_sp, names)
    }
}

/// Leaves the running frame with a result: the slow way, for every kind of frame.
///
/// # Safety
/// `sp` is the top of the running frame's stack.
pub unsafe fn return_from(vm: &Vm, sp: *mut Value, result: Value) -> Step {
    // SAFETY: a frame runs, and the one below it has saved its place. `pop_frame` leaves nothing from `ret_sp` up;
    // below it `INIT` has its instance.
    unsafe {
        let fr = vm.cx.frame.get();
        let k = (*fr).kind;
        if k >= kind::GEN {
            return gen_leave::return_from(vm, sp, result);
        }
        if k == kind::TRUTH || k == kind::OPERATOR && result.is_not_implemented() {
            return special::return_to_operator(vm, sp, result);
        }
        if k == kind::NEW {
            return return_from_new(vm, sp, result);
        }
        let ret_sp = (*fr).ret_sp;
        pop_frame(vm, sp);
        match k {
            kind::ENTRY => {
                vm.result.set(result);
                vm.cx.sp.set(ret_sp);
                Step {
                    pc: vm.halt.get(),
                    sp: ret_sp,
                }
            }
            kind::INIT => {
                let pc = (*vm.cx.frame.get()).pc;
                match vm.check_init_result(&result) {
                    Ok(_) => poll_cold(vm, pc.add(1), ret_sp),
                    Err(r) => {
                        let instance = ret_sp.sub(1);
                        drop_range(instance, ret_sp);
                        throw(vm, pc, instance, r)
                    }
                }
            }
            kind::DISCARD => {
                drop(result);
                poll_cold(vm, (*vm.cx.frame.get()).pc.add(1), ret_sp)
            }
            _ => {
                let pc = (*vm.cx.frame.get()).pc;
                ret_sp.write(result);
                poll_cold(vm, pc.add(1), ret_sp.add(1))
            }
        }
    }
}

/// Drops the running frame with everything on its stack, and makes its caller the running one.
///
/// # Safety
/// `sp` is the top of the running frame's stack.
pub(crate) unsafe fn pop_frame(vm: &Vm, sp: *mut Value) {
    // SAFETY: a frame runs, so there is a record below it. Everything from its `ret_sp` to `sp` is initialised and
    // given up with it.
    unsafe {
        let fr = vm.cx.frame.get();
        if !(*fr).object.is_null() {
            vm.detach_frame_object(fr, sp);
        }
        let blocks = (*fr).blocks;
        if vm.cx.block_count.get() > blocks {
            vm.cx.blocks.borrow_mut().truncate(blocks as usize);
            vm.cx.block_count.set(blocks);
        }
        let caller = fr.sub(1);
        let (ret_sp, locals) = ((*fr).ret_sp, (*fr).locals.take());
        // The caller runs again before anything is dropped: a drop may look at the frames.
        vm.cx.frame.set(caller);
        vm.cx.fp.set((*caller).fp);
        drop_range(ret_sp, sp);
        drop(locals);
    }
}

/// Creates cells and copies those of the closure, where the code has no opcodes for it (3.6 to 3.10).
pub(super) unsafe fn make_cells(vm: &Vm, func: &PyFunction, code: &Linked, fp: *mut Value) {
    // SAFETY: the linker takes the slots of cells and their arguments from the code's slots, which lie at `fp`.
    unsafe {
        for (slot, arg) in code.entry_cells() {
            let v = match arg {
                Some(a) => std::mem::replace(&mut *fp.add(*a as usize), Value::NULL),
                None => Value::NULL,
            };
            drop(std::mem::replace(
                &mut *fp.add(*slot as usize),
                vm.new_cell(v),
            ));
        }
        if code.prologue.free {
            copy_free_vars(func, code, fp);
        }
    }
}

/// Copies the cells of the closure to the last slots.
pub(crate) unsafe fn copy_free_vars(func: &PyFunction, code: &Linked, fp: *mut Value) {
    let closure = func.closure.get();
    let Some(cells) = closure.downcast::<PyTuple>() else {
        return;
    };
    let n = cells.len().min(code.nslots);
    let first = code.nslots - n;
    for (i, c) in cells.iter().enumerate().take(n) {
        // SAFETY: inside the slots.
        drop(unsafe { std::mem::replace(&mut *fp.add(first + i), c.clone()) });
    }
}
