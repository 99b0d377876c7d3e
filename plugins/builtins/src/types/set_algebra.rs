//! What sets and other iterables give together: unions, intersections, differences.

use opyc_core::error::PyResult;
use opyc_core::object::{PyDict, PySet, PyType, Ref};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::support::this;

/// Adds every item of an iterable.
pub(super) fn update(vm: &Vm, s: &PySet, source: &Value) -> PyResult<()> {
    if let Some(other) = source.downcast::<PySet>() {
        return s.copy_from(vm, other);
    }
    if let Some(d) = source.downcast_exact::<PyDict>() {
        s.make_room(vm, d.len());
    }
    vm.for_each(source, |v| s.add(vm, &v).map(drop))
}

/// Removes every item of an iterable.
pub(super) fn remove_all(vm: &Vm, s: &PySet, source: &Value) -> PyResult<()> {
    if let Some(other) = source.downcast::<PySet>() {
        if std::ptr::eq(s, other) {
            s.clear_all();
            return Ok(());
        }
        let mut at = 0;
        while let Some((hash, v)) = other.next_hashed(&mut at) {
            s.remove_hashed(vm, &v, hash)?;
        }
        return Ok(());
    }
    vm.for_each(source, |v| s.remove(vm, &v).map(drop))
}

/// Removes every item of an iterable that is there, and adds every other one.
pub(super) fn toggle_all(vm: &Vm, s: &PySet, source: &Value) -> PyResult<()> {
    let set;
    let other = match source.downcast::<PySet>() {
        Some(other) if std::ptr::eq(s, other) => {
            s.clear_all();
            return Ok(());
        }
        Some(other) => other,
        None => {
            set = vm.new_set();
            update(vm, &set, source)?;
            &*set
        }
    };
    let mut at = 0;
    while let Some((hash, v)) = other.next_hashed(&mut at) {
        if !s.remove_hashed(vm, &v, hash)? {
            s.add_hashed(vm, &v, hash)?;
        }
    }
    Ok(())
}

/// `set` or `frozenset`, whichever a set is: what operators make also of subclasses.
fn base_type<'a>(vm: &'a Vm, v: &Value) -> &'a PyType {
    if vm.is_instance(v, &vm.types.frozenset) {
        &vm.types.frozenset
    } else {
        &vm.types.set
    }
}

pub(super) fn copy_of(vm: &Vm, v: &Value) -> PyResult<Ref<PySet>> {
    let s = vm.new_set_of(base_type(vm, v));
    update(vm, &s, v)?;
    Ok(s)
}

/// Which of two sets is walked through, and which one is asked: the second one is walked if none is smaller.
pub(super) fn smaller_first<'a>(a: &'a PySet, b: &'a PySet) -> (&'a PySet, &'a PySet) {
    if b.len() > a.len() { (a, b) } else { (b, a) }
}

pub(super) fn intersect(vm: &Vm, a: &Value, b: &Value) -> PyResult<Ref<PySet>> {
    let out = vm.new_set_of(base_type(vm, a));
    let s = this::<PySet>(vm, a)?;
    if a.is(b) {
        update(vm, &out, a)?;
        return Ok(out);
    }
    if let Some(other) = b.downcast::<PySet>() {
        let (walked, asked) = smaller_first(s, other);
        let mut at = 0;
        while let Some((hash, v)) = walked.next_hashed(&mut at) {
            if asked.contains_hashed(vm, &v, hash)? {
                out.add_hashed(vm, &v, hash)?;
            }
        }
        return Ok(out);
    }
    vm.for_each(b, |v| {
        if s.contains(vm, &v)? {
            out.add(vm, &v)?;
        }
        Ok(())
    })?;
    Ok(out)
}

pub(super) fn intersect_all(vm: &Vm, me: &Value, rest: &[Value]) -> PyResult {
    let mut out = match rest.first() {
        Some(v) => intersect(vm, me, v)?.into_value(),
        None => copy_of(vm, me)?.into_value(),
    };
    for v in rest.iter().skip(1) {
        out = intersect(vm, &out, v)?.into_value();
    }
    Ok(out)
}

pub(super) fn subtract(vm: &Vm, a: &Value, b: &Value) -> PyResult<Ref<PySet>> {
    let s = this::<PySet>(vm, a)?;
    let Some(other) = b.downcast::<PySet>() else {
        let out = copy_of(vm, a)?;
        remove_all(vm, &out, b)?;
        return Ok(out);
    };
    // A much smaller set is taken away from a copy, as in CPython.
    if s.len() >> 2 > other.len() {
        let out = copy_of(vm, a)?;
        remove_all(vm, &out, b)?;
        return Ok(out);
    }
    let out = vm.new_set_of(base_type(vm, a));
    let mut at = 0;
    while let Some((hash, v)) = s.next_hashed(&mut at) {
        if !other.contains_hashed(vm, &v, hash)? {
            out.add_hashed(vm, &v, hash)?;
        }
    }
    Ok(out)
}

/// The copy is made of the second operand, and the first one's items are toggled in it, as in CPython.
pub(super) fn symmetric(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let out = vm.new_set_of(base_type(vm, a));
    update(vm, &out, b)?;
    toggle_all(vm, &out, a)?;
    Ok(out.into_value())
}
