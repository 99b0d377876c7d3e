//! Attributes of instances whose access runs a Python function: `__getattribute__`, `__getattr__`, `__setattr__`,
//! `__get__` and `__set__` of descriptors, and setters of properties. The instruction leaves the rest to the function,
//! so that it can be entered in place.

use super::Instr;
use super::dispatch::Step;
use super::frame::kind;
use super::special::{enter, enters};
use crate::error::PyResult;
use crate::object::{Kind, PyProperty, PyType, TypeFlags, value_of};
use crate::value::Value;
use crate::vm::Vm;

/// What reading an attribute comes to.
pub enum Reading {
    /// It has been found.
    Found(Value),
    /// A Python function says what it is.
    Hook(Hook),
}

/// A Python function that can be entered, and its arguments.
pub struct Hook {
    method: Value,
    args: Hooked,
}

enum Hooked {
    Two([Value; 2]),
    Three([Value; 3]),
}

impl Hook {
    fn new(vm: &Vm, method: Value, args: Hooked) -> Option<Hook> {
        enters(vm, &method)?;
        Some(Hook { method, args })
    }

    /// Enters the function; its result goes to `at`, and on behind `own`.
    ///
    /// # Safety
    /// `own` belongs to the running frame, of whose stack nothing is owned from `at` up.
    pub unsafe fn enter(self, vm: &Vm, own: *mut Instr, at: *mut Value) -> Step {
        // SAFETY: as the caller says.
        unsafe { self.enter_as(vm, own, at, kind::CALL) }
    }

    unsafe fn enter_as(self, vm: &Vm, own: *mut Instr, at: *mut Value, kind: u32) -> Step {
        // SAFETY: as the caller says; only functions become hooks.
        unsafe {
            let func = self.method.bits() as *const _;
            match self.args {
                Hooked::Two(args) => enter(vm, own, at, func, self.method, args, at, kind),
                Hooked::Three(args) => enter(vm, own, at, func, self.method, args, at, kind),
            }
        }
    }
}

/// The class of an instance that has nothing of a builtin class about it but `object`'s.
#[inline(always)]
fn class_of(v: &Value) -> Option<&PyType> {
    let h = v.header()?;
    (h.kind() == Kind::Object && h.ty().is_heap()).then(|| h.ty())
}

/// How `object.name` is read if a Python function may have a say in it; `None`, with nothing done, if not, or if the
/// function cannot be entered.
///
/// # Errors
/// What reading raises where `__getattr__` does not catch it.
pub fn attr_reading(vm: &Vm, object: &Value, name: &Value) -> PyResult<Option<Reading>> {
    let Some(ty) = class_of(object) else {
        return Ok(None);
    };
    let flags = vm.flags_of(ty);
    let (whole, missing) = (TypeFlags::HAS_GETATTRIBUTE, TypeFlags::HAS_GETATTR);
    if !flags.any(whole | missing) {
        return Ok(descriptor_reading(vm, object, ty, name).map(Reading::Hook));
    }
    // With both, an error of the first is caught.
    let hook = match flags.any(whole) {
        true if flags.any(missing) => return Ok(None),
        true => &vm.names.getattribute,
        false => &vm.names.getattr,
    };
    let Some(method) = vm.lookup_type(ty, hook) else {
        return Ok(None);
    };
    let args = Hooked::Two([object.clone(), name.clone()]);
    let Some(hook) = Hook::new(vm, method, args) else {
        return Ok(None);
    };
    if flags.any(missing) {
        match vm.plain_get_attr(object, name) {
            Ok(Some(v)) => return Ok(Some(Reading::Found(v))),
            Err(r) if !vm.is_exception(&r, &vm.exc_types.AttributeError) => return Err(r),
            _ => {}
        }
    }
    Ok(Some(Reading::Hook(hook)))
}

/// `__get__` of a descriptor whose class was made by Python code.
fn descriptor_reading(vm: &Vm, object: &Value, ty: &PyType, name: &Value) -> Option<Hook> {
    let descr = vm.lookup_type(ty, name)?;
    let get = vm.lookup_type(class_of(&descr)?, &vm.names.get)?;
    if !vm.is_data_descriptor(&descr) && vm.own_instance_attr(object, name).is_some() {
        return None;
    }
    let args = Hooked::Three([descr, object.clone(), value_of(ty)]);
    Hook::new(vm, get, args)
}

/// Enters the Python function that sets `object.name`, if there is one; nothing goes to `at`, and on behind `own`.
///
/// # Safety
/// `own` belongs to the running frame, of whose stack nothing is owned from `at` up.
pub unsafe fn enter_setattr(
    vm: &Vm,
    own: *mut Instr,
    at: *mut Value,
    object: &Value,
    name: &Value,
    value: &Value,
) -> Option<Step> {
    let ty = class_of(object)?;
    let hook = if vm.flags_of(ty).any(TypeFlags::HAS_SETATTR) {
        let method = vm.lookup_type(ty, &vm.names.setattr)?;
        let args = Hooked::Three([object.clone(), name.clone(), value.clone()]);
        Hook::new(vm, method, args)?
    } else {
        let descr = vm.lookup_type(ty, name)?;
        if let Some(p) = descr.downcast_exact::<PyProperty>() {
            let args = Hooked::Two([object.clone(), value.clone()]);
            Hook::new(vm, p.parts[1].get(), args)?
        } else {
            let set = vm.lookup_type(class_of(&descr)?, &vm.names.set)?;
            let args = Hooked::Three([descr, object.clone(), value.clone()]);
            Hook::new(vm, set, args)?
        }
    };
    // SAFETY: as the caller says.
    Some(unsafe { hook.enter_as(vm, own, at, kind::DISCARD) })
}
