//! Quick looks into dicts, lists and other objects, for the fast paths of raw handlers. They run no Python code.

use crate::num::int::{self, IntRef};
use crate::object::{Kind, PyDict, PyList, PySet, PyStr, PyTuple, TypeFlags};
use crate::value::Value;
use crate::vm::Vm;

/// Whether a dict is no instance of a subclass: looking names up in it runs no Python code.
pub fn is_exact_dict(d: &PyDict) -> bool {
    !d.header.is_subclass()
}

/// Address of the value of an interned name; valid while the dict keeps its version.
pub fn dict_slot(d: &PyDict, name: &Value) -> Option<*mut Value> {
    d.name_slot(name)
}

/// Address of the value of a str key whose hash is known already; valid until the dict changes.
#[inline(always)]
pub fn dict_str_slot(d: &PyDict, key: &Value) -> Option<*mut Value> {
    let s = key.downcast_exact::<PyStr>()?;
    let hash = s.hash.get();
    if hash == -1 {
        None
    } else {
        d.str_slot(key, s, hash)
    }
}

/// Address of the value of a small int as key; valid until the dict changes.
#[inline(always)]
pub fn dict_int_slot(d: &PyDict, key: &Value) -> Option<*mut Value> {
    d.int_slot(key, key.as_int()?)
}

/// The hash of a small int, or of a str that has kept it.
#[inline(always)]
fn quick_hash(key: &Value) -> Option<i64> {
    if let Some(i) = key.as_int() {
        return Some(int::hash(IntRef::Small(i)));
    }
    let hash = key.downcast_exact::<PyStr>()?.hash.get();
    (hash != -1).then_some(hash)
}

/// Whether an int or str is in a set or a dict, no subclasses, where one look tells.
#[inline(always)]
pub fn quick_contains(container: &Value, key: &Value) -> Option<bool> {
    if let Some(s) = container.downcast_exact::<PySet>() {
        return s.quick_contains(key, quick_hash(key)?);
    }
    let d = container.downcast_exact::<PyDict>()?;
    let slot = match key.as_int() {
        Some(_) => dict_int_slot(d, key),
        None => dict_str_slot(d, key),
    };
    slot.map(|_| true)
}

/// Adds a small int to a set where that takes one look; false, with nothing done, if not.
#[inline(always)]
pub fn quick_add(vm: &Vm, s: &PySet, key: &Value) -> bool {
    key.as_int()
        .is_some_and(|i| s.quick_add(vm, key, int::hash(IntRef::Small(i))))
}

/// Address of item `i` of a list; valid until the list changes.
#[inline(always)]
pub fn list_slot(l: &PyList, i: i64) -> Option<*mut Value> {
    // A negative index becomes a huge one.
    l.items.inner().get_mut(i as usize).map(|p| p as *mut Value)
}

/// The items of a list.
///
/// # Safety
/// The list must not change while they are used.
#[inline(always)]
pub unsafe fn list_items(l: &PyList) -> &[Value] {
    l.items.inner()
}

/// Moves a value to the end of a list if that has room for it; else nothing is done. The value is then the list's.
///
/// # Safety
/// If the answer is yes, the caller gives `v` up without dropping it.
#[inline(always)]
pub unsafe fn push_within_room(l: &PyList, v: &Value) -> bool {
    let items = l.items.inner();
    let n = items.len();
    if n == items.capacity() {
        return false;
    }
    // SAFETY: there is room; the value is moved, as the caller says.
    unsafe {
        items.as_mut_ptr().add(n).write(std::ptr::read(v));
        items.set_len(n + 1);
    }
    true
}

/// The address of an object's header.
#[inline(always)]
pub fn header_of(v: &Value) -> *mut u8 {
    v.bits() as *mut u8
}

/// The truth of a value where that takes no Python code: builtin singletons, numbers and containers, and instances of
/// classes that are known to say nothing about it.
#[inline(always)]
pub fn quick_truth(v: &Value) -> Option<bool> {
    if let Some(b) = v.as_bool() {
        return Some(b);
    }
    let Some(h) = v.header() else {
        return match v.as_int() {
            Some(i) => Some(i != 0),
            None if v.is_none() => Some(false),
            None => None,
        };
    };
    match h.kind() {
        Kind::Object if h.ty().flags().any(TypeFlags::ALWAYS_TRUE) => Some(true),
        Kind::List if !h.is_subclass() => v.downcast::<PyList>().map(|l| !l.items.is_empty()),
        Kind::Tuple if !h.is_subclass() => v.downcast::<PyTuple>().map(|t| !t.is_empty()),
        Kind::Dict if !h.is_subclass() => v.downcast::<PyDict>().map(|d| !d.is_empty()),
        Kind::Str if !h.is_subclass() => v.downcast::<PyStr>().map(|s| !s.is_empty()),
        _ => None,
    }
}
