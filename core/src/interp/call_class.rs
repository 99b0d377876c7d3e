//! Calls of classes: instances of most are made in place, and their `__init__` runs without nesting.

use super::Instr;
use super::call::{args_of, enter_function, fail, finish_native};
use super::dispatch::Step;
use super::frame::kind;
use super::native_call::call_native_at;
use crate::object::{PyFunction, PyTuple, PyType};
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
    names: Option<&PyTuple>,
) -> Step {
    // SAFETY: the callable is a class and alive: only when there is nothing more to ask of it do the places below the
    // arguments give up what they hold. The arguments move up, where there is room, to end just above instance and
    // function.
    unsafe {
        let ty = &*((*callable).bits() as *const PyType);
        let Some(init) = vm.simple_init(ty) else {
            let r = if names.is_none()
                && args > ret_sp
                && let Some(r) = call_native_at(vm, callable, args, sp)
            {
                r
            } else {
                vm.call_type(ty, args_of(args, sp, names))
            };
            return finish_native(vm, pc, sp, ret_sp, r);
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
        let shift = 3 - args.offset_from(ret_sp).min(3) as usize;
        if sp.add(shift) >= vm.cx.stack_end {
            drop(init);
            let r = vm.recursion_error("maximum recursion depth exceeded");
            return fail(vm, pc, ret_sp, sp, r);
        }
        let func = init.bits() as *const PyFunction;
        let instance = vm.alloc_instance(ty);
        let first = args.add(shift);
        let mut p = sp;
        while shift > 0 && p > args {
            p = p.sub(1);
            p.add(shift).write(std::ptr::read(p));
        }
        let sp = sp.add(shift);
        // What lay below the arguments: the class, perhaps with NULL. The call has its own reference to neither.
        let mut old = ret_sp;
        while old < args {
            drop(std::mem::replace(&mut *old, Value::NULL));
            old = old.add(1);
        }
        // SAFETY of the writes: these places hold NULL now, or what was moved away.
        first.sub(1).write(instance.clone());
        first.sub(2).write(init);
        ret_sp.write(instance);
        vm.cx.sp.set(sp);
        enter_init(vm, pc, sp, func, first.sub(1), ret_sp, names)
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
    names: Option<&PyTuple>,
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
