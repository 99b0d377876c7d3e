//! Calls of a few native functions that call instructions carry out themselves, without a call in Rust, for values of
//! builtin types. Whatever runs Python code, raises or frees more than one object is left to the function.

use super::Instr;
use super::dispatch::Flow;
use super::quick::push_within_room;
use super::raw::is_last;
use crate::object::{
    DescrAccess, Kind, MethodDef, PyBuiltin, PyDescr, PyDict, PyList, PySet, PyStr, PyTuple,
    PyType, TypeFlags,
};
use crate::value::Value;
use crate::vm::Vm;

/// Where the values of a call lie, and where it goes on.
#[derive(Clone, Copy)]
pub struct CallSite {
    /// What is called.
    pub callable: *mut Value,
    /// The first argument.
    pub args: *mut Value,
    /// Where the result goes: the callable, or NULL below it.
    pub bottom: *mut Value,
    /// Address of the definition that was called here before.
    pub def: u64,
    /// The next instruction.
    pub next: *mut Instr,
}

impl CallSite {
    /// Whether the remembered function is called, and is not freed by that.
    #[inline(always)]
    unsafe fn is_function(&self) -> bool {
        // SAFETY: as the caller says.
        unsafe {
            let b = (*self.callable).downcast::<PyBuiltin>();
            b.is_some_and(|b| {
                b.def as *const MethodDef as u64 == self.def
                    && b.this.is_null()
                    && !is_last(&*self.callable)
            })
        }
    }

    /// Puts the result in place of callable and arguments, of which `garbage` is to be freed.
    #[inline(always)]
    unsafe fn done(&self, result: Value, garbage: usize) -> Flow {
        // SAFETY: the arguments have been given up; the callable is not the last reference, NULL is nothing.
        unsafe {
            std::ptr::read(self.callable).release();
            self.bottom.write(result);
            Flow::to(self.next, self.bottom.add(1)).free(garbage)
        }
    }
}

/// The length of a value of a builtin type.
#[inline(always)]
fn quick_len(v: &Value) -> Option<usize> {
    let h = v.header()?;
    if h.is_subclass() {
        return None;
    }
    match h.kind() {
        Kind::List => v.downcast::<PyList>().map(|l| l.items.len()),
        Kind::Tuple => v.downcast::<PyTuple>().map(PyTuple::len),
        Kind::Str => v.downcast::<PyStr>().map(PyStr::len),
        Kind::Dict => v.downcast::<PyDict>().map(PyDict::len),
        Kind::Set => v.downcast::<PySet>().map(PySet::len),
        _ => None,
    }
}

/// `len(x)`.
///
/// # Safety
/// The values of `site` lie on the stack; there is one argument.
#[inline(always)]
pub unsafe fn call_len(site: CallSite) -> Flow {
    // SAFETY: as the caller says.
    unsafe {
        if !site.is_function() {
            return Flow::COLD;
        }
        let Some(n) = quick_len(&*site.args) else {
            return Flow::COLD;
        };
        let Some(n) = i64::try_from(n).ok().and_then(Value::small_int) else {
            return Flow::COLD;
        };
        let garbage = std::ptr::read(site.args).release();
        site.done(n, garbage)
    }
}

/// `isinstance(x, C)` where the class of `x` decides.
///
/// # Safety
/// The values of `site` lie on the stack; there are two arguments.
#[inline(always)]
pub unsafe fn call_isinstance(vm: &Vm, site: CallSite) -> Flow {
    // SAFETY: as the caller says.
    unsafe {
        if !site.is_function() {
            return Flow::COLD;
        }
        let (v, class) = (&*site.args, &*site.args.add(1));
        // Giving up both could free the function.
        if v.is(&*site.callable) {
            return Flow::COLD;
        }
        let ty: &PyType = match v.header() {
            Some(h) => h.ty(),
            None if v.as_int().is_some() => &vm.types.int,
            None if v.is_immediate_float() => &vm.types.float,
            None => return Flow::COLD,
        };
        let mut answer = true;
        if ty as *const PyType as u64 != class.bits() {
            // A class whose metaclass is `type` asks nobody.
            let plain = class
                .header()
                .is_some_and(|h| h.kind() == Kind::Type && std::ptr::eq(h.ty(), &*vm.types.type_));
            let Some(mro) = ty.mro.peek().downcast::<PyTuple>().filter(|_| plain) else {
                return Flow::COLD;
            };
            answer = mro.items().iter().any(|t| t.bits() == class.bits());
            if !answer && !ty.flags().any(TypeFlags::OWN_CLASS) {
                return Flow::COLD;
            }
        }
        if is_last(class) {
            return Flow::COLD;
        }
        std::ptr::read(class).release();
        let garbage = std::ptr::read(site.args).release();
        site.done(Value::bool(answer), garbage)
    }
}

/// `type(x)`.
///
/// # Safety
/// The values of `site` lie on the stack; there is one argument.
#[inline(always)]
pub unsafe fn call_type_of(vm: &Vm, site: CallSite) -> Flow {
    // SAFETY: as the caller says. `type` is one of the machine's own classes, and never freed.
    unsafe {
        if !is_type_itself(vm, &*site.callable) {
            return Flow::COLD;
        }
        let class = crate::object::value_of(vm.type_of(&*site.args));
        let garbage = std::ptr::read(site.args).release();
        site.done(class, garbage)
    }
}

/// Whether a value is the class `type`.
#[inline(always)]
pub fn is_type_itself(vm: &Vm, v: &Value) -> bool {
    v.bits() == vm.types.type_.as_value().bits()
}

/// `list.append(x)` where the list has room.
///
/// # Safety
/// The values of `site` lie on the stack; there are two arguments, the list first, and the callable lies at the bottom.
#[inline(always)]
pub unsafe fn call_append(site: CallSite) -> Flow {
    // SAFETY: as the caller says.
    unsafe {
        let d = (*site.callable).downcast::<PyDescr>();
        let same = d.is_some_and(
            |d| matches!(d.access, DescrAccess::Method(m) if m as *const MethodDef as u64 == site.def),
        );
        let Some(list) = (*site.args).downcast::<PyList>() else {
            return Flow::COLD;
        };
        if !same || is_last(&*site.callable) || !push_within_room(list, &*site.args.add(1)) {
            return Flow::COLD;
        }
        let garbage = std::ptr::read(site.args).release();
        site.done(Value::NONE, garbage)
    }
}
