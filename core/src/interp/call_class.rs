//! Calls of classes: instances of most are made in place, and their `__new__` and `__init__` run without nesting.

use super::Instr;
use super::call::{args_of, drop_range, enter_function, fail, finish_native, pop_frame};
use super::dispatch::{Step, poll_cold};
use super::frame::kind;
use super::native_call::call_native_at;
use crate::args::Args;
use crate::object::{PyDescr, PyFunction, PyStaticMethod, PyType};
use crate::value::Value;
use crate::vm::Vm;

/// Calls a class. An instance of an ordinary class whose `__init__` is a Python function is made here, so that
/// `__init__` runs without nesting.
pub(super) unsafe fn call_type(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
) -> Step {
    // SAFETY: the callable is a class and alive: only when there is nothing more to ask of it do the places below the
    // arguments give up what they hold. The arguments move up, where there is room, to end just above instance and
    // function.
    unsafe {
        let ty = &*((*callable).bits() as *const PyType);
        let Some(init) = vm.simple_init(ty) else {
            return call_otherwise(vm, pc, sp, callable, args, ret_sp, names);
        };
        if init.is_none() {
            // `object`'s own, which takes no arguments here.
            if args != sp {
                let r = vm.call_type(ty, args_of(args, sp, names));
                return finish_native(vm, pc, sp, ret_sp, r);
            }
            return finish_native(vm, pc, sp, ret_sp, Ok(vm.alloc_instance(ty)));
        }
        // [instance][function][self, args…]: the function stays alive while it runs, whatever becomes of the class.
        if sp.add(LEAD) >= vm.cx.stack_end {
            drop(init);
            let r = vm.recursion_error("maximum recursion depth exceeded");
            return fail(vm, pc, ret_sp, sp, r);
        }
        let func = init.bits() as *const PyFunction;
        let instance = vm.alloc_instance(ty);
        let (first, sp) = make_room(args, ret_sp, sp);
        first.sub(1).write(instance.clone());
        first.sub(2).write(init);
        ret_sp.write(instance);
        vm.cx.sp.set(sp);
        enter_init(vm, pc, sp, func, first.sub(1), ret_sp, names)
    }
}

/// Calls a class that does more than run `__init__`: natively, or by its `__new__`.
#[inline(never)]
unsafe fn call_otherwise(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
) -> Step {
    // SAFETY: as for `call_type`.
    unsafe {
        let ty = &*((*callable).bits() as *const PyType);
        if !names.is_empty() {
            let r = vm.call_type(ty, args_of(args, sp, names));
            return finish_native(vm, pc, sp, ret_sp, r);
        }
        if let Some(new) = vm.simple_new(ty)
            && let Some(new) = new.downcast::<PyStaticMethod>()
            && let Some(step) = enter_new(vm, pc, sp, callable, args, ret_sp, new.func.get())
        {
            return step;
        }
        let made = match args > ret_sp {
            true => call_native_at(vm, callable, args, sp),
            false => None,
        };
        let r = made.unwrap_or_else(|| vm.call_type(ty, args_of(args, sp, names)));
        finish_native(vm, pc, sp, ret_sp, r)
    }
}

/// Places that the call of a class has below its arguments while `__new__` or `__init__` runs.
const LEAD: usize = 3;

/// Moves the arguments up to lie [`LEAD`] places above `ret_sp`, and gives up what lay below them: the class, perhaps
/// with NULL. Where they lie and end now; the places below them hold nothing that needs a drop.
#[inline(always)]
unsafe fn make_room(
    args: *mut Value,
    ret_sp: *mut Value,
    sp: *mut Value,
) -> (*mut Value, *mut Value) {
    // SAFETY: the caller has looked that there is room. The arguments are moved, and what they have left is
    // overwritten without a drop or is among the places below, of which the old ones are dropped first.
    unsafe {
        let shift = LEAD - args.offset_from(ret_sp).min(LEAD as isize) as usize;
        let mut p = sp;
        while shift > 0 && p > args {
            p = p.sub(1);
            p.add(shift).write(std::ptr::read(p));
        }
        let mut old = ret_sp;
        while old < args {
            drop(std::mem::replace(&mut *old, Value::NULL));
            old = old.add(1);
        }
        (args.add(shift), sp.add(shift))
    }
}

/// Enters a class's `__new__`, a Python function, with copies of the arguments, since `__init__` may want them too.
/// Kept below them are the class, the function, a place for the instance, the arguments, and how many they are. `None`,
/// with nothing done, if the function cannot be entered: it makes a generator, or instruments want to see what it
/// returns.
unsafe fn enter_new(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    args: *mut Value,
    ret_sp: *mut Value,
    new: Value,
) -> Option<Step> {
    // SAFETY: function and class are kept below the arguments. All that is written lies above what the call owns, and
    // below the end of the stack.
    unsafe {
        let func = new.downcast::<PyFunction>()? as *const PyFunction;
        let linked = (*func).linked.get();
        if linked.is_null() || (*linked).is_generator() || vm.instruments.stepping() {
            return None;
        }
        let given = sp.offset_from(args) as usize;
        if sp.add(LEAD + 2 + given) >= vm.cx.stack_end {
            return None;
        }
        let count = Value::small_int(given as i64)?;
        let class = (*callable).clone();
        let (args, sp) = make_room(args, ret_sp, sp);
        ret_sp.write(class.clone());
        ret_sp.add(1).write(new);
        ret_sp.add(2).write(Value::NULL);
        sp.write(count);
        let first = sp.add(1);
        first.write(class);
        for i in 0..given {
            first.add(1 + i).write((*args.add(i)).clone());
        }
        let sp = first.add(1 + given);
        vm.cx.sp.set(sp);
        Some(enter_function(
            vm,
            pc,
            sp,
            func,
            first,
            first,
            &[],
            kind::NEW,
        ))
    }
}

/// Leaves the frame of `__new__`, and enters `__init__` if the result is an instance of the class.
///
/// # Safety
/// `sp` is the top of the running frame's stack, whose kind is `NEW`.
pub(super) unsafe fn return_from_new(vm: &Vm, sp: *mut Value, result: Value) -> Step {
    // SAFETY: below the frame lies what `enter_new` has put there, which belongs to the call.
    unsafe {
        let end = (*vm.cx.frame.get()).ret_sp.sub(1);
        pop_frame(vm, sp);
        let pc = (*vm.cx.frame.get()).pc;
        let given = (*end).as_int().unwrap_or(0) as usize;
        let args = end.sub(given);
        let ret_sp = args.sub(LEAD);
        vm.cx.sp.set(end);
        let ty = &*((*ret_sp).bits() as *const PyType);
        let same = result.header().is_some_and(|h| std::ptr::eq(h.ty(), ty));
        // With instruments under way, native code calls it, so that they see what it returns.
        let init = match same && !vm.instruments.stepping() {
            true => vm.lookup_type(ty, &vm.names.init),
            false => None,
        };
        if let Some(init) = init {
            let of_object = |d: &PyDescr| std::ptr::eq(&*d.owner, &*vm.types.object);
            if init.downcast::<PyDescr>().is_some_and(of_object) && !vm.is_object_new(ty) {
                // It takes what the class's own `__new__` has taken, if that is still there.
                drop_range(ret_sp, end);
                ret_sp.write(result);
                return poll_cold(vm, pc.add(1), ret_sp.add(1));
            }
            if let Some(func) = init.downcast::<PyFunction>() {
                let func = func as *const PyFunction;
                args.sub(1).write(result.clone());
                drop(std::mem::replace(&mut *args.sub(2), init));
                drop(std::mem::replace(&mut *ret_sp, result));
                return enter_init(vm, pc, end, func, args.sub(1), ret_sp, &[]);
            }
        }
        let values = std::slice::from_raw_parts(args, given);
        let r = vm.init_made(ty, result, Args::positional(values));
        finish_native(vm, pc, end, ret_sp, r)
    }
}

/// Enters `__init__`: the instance at `ret_sp` stays, the result replaces what is above it.
unsafe fn enter_init(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    func: *const PyFunction,
    args: *mut Value,
    ret_sp: *mut Value,
    names: &[Value],
) -> Step {
    // SAFETY: function and arguments lie on the stack, which keeps them; below them, at `ret_sp`, lies the instance.
    unsafe {
        let code = match vm.linked(&*func) {
            Ok(l) => &*l,
            Err(r) => return fail(vm, pc, ret_sp, sp, r),
        };
        if code.is_generator() {
            let r = vm
                .call_function(&*func, args_of(args, sp, names))
                .and_then(|v| vm.check_init_result(&v));
            let instance = (*ret_sp).clone();
            return finish_native(vm, pc, sp, ret_sp, r.map(|_| instance));
        }
        enter_function(vm, pc, sp, func, args, ret_sp.add(1), names, kind::INIT)
    }
}
