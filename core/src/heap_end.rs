//! The end of a heap: what a machine leaves behind.
//!
//! When a machine goes, its builtin types are left: each holds its MRO, which holds the type, and no type can go before
//! the others, since objects do not hold builtin types. So all of them go at once, if nobody outside holds any object.

use std::ptr::NonNull;

use crate::heap::Heap;
use crate::object::{Header, Kind, PyRange, PyType, drop_attributes, traverse_object};
use crate::value::Value;

/// More references than any object has: with as many more, none is freed on the way.
const HELD: u32 = 1 << 30;

impl Heap {
    /// Whether there are references to the objects, all that live in the heap, from outside of them.
    fn is_held(&self, all: &[NonNull<Header>]) -> bool {
        self.begin_scratch();
        for p in all {
            let mut count = |v: &Value| {
                if let Some(w) = v.ptr().and_then(|q| self.scratch(q)) {
                    w.set(w.get().saturating_add(1));
                }
            };
            // SAFETY: live; the visitor only looks.
            unsafe {
                traverse_object(*p, &mut count);
                // The collector, which `gc.get_referents` shows, does not ask for names, nor for a range's ints.
                match p.as_ref().kind() {
                    Kind::Type => (*(p.as_ptr() as *const PyType)).visit_names(&mut count),
                    Kind::Range => {
                        let r = &*(p.as_ptr() as *const PyRange);
                        [&r.start, &r.stop, &r.step, &r.len]
                            .into_iter()
                            .for_each(count);
                    }
                    _ => {}
                }
            }
        }
        let held = all.iter().any(|p| {
            // SAFETY: live.
            let rc = unsafe { p.as_ref() }.refcount();
            self.scratch(*p).is_none_or(|w| w.get() != rc)
        });
        self.end_scratch();
        held
    }

    /// Ends all objects, if nobody outside of the heap holds one. The machine is gone, so no Python code can run.
    pub(crate) fn end_objects(&self) {
        let mut all = Vec::new();
        self.each_live(|p| all.push(p));
        if self.is_held(&all) {
            return;
        }
        // SAFETY: the objects are live and only hold each other. With the references added here none is freed by a drop,
        // so that headers and shapes can be read until the last type is dropped; what is dropped is not used again: the
        // payloads' own `Drop` looks at nothing behind references but headers and plain cells. Types go last, for shapes
        // and vtables are found through them, and only after all have left each other's lists.
        unsafe {
            for p in &all {
                let rc = &p.as_ref().rc;
                rc.set(rc.get().saturating_add(HELD));
            }
            let is_type = |p: &NonNull<Header>| p.as_ref().kind() == Kind::Type;
            let (types, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_type);
            for t in &types {
                (*(t.as_ptr() as *const PyType)).leave();
            }
            let ends: Vec<_> = others
                .iter()
                .chain(&types)
                .map(|p| (p.as_ref().ty().vtable.drop, *p))
                .collect();
            for (_, p) in &ends {
                if p.as_ref().shape().layout.has_attributes() {
                    drop_attributes(*p);
                }
            }
            for (drop_payload, p) in &ends {
                drop_payload(*p);
            }
        }
        self.forget_objects();
    }
}
