//! The cycle collector.
//!
//! As CPython's: an object is garbage if all references to it come from other garbage. References from containers
//! are subtracted from the counts; what is left above zero is reachable from outside, and all that it reaches is too.
//! The rest is finalised (once), looked at again in case a finalizer brought something back, and cleared.
//!
//! There is one generation: a collection is due when the number of objects has doubled since the last,
//! so that the time spent is linear in the objects made.

use std::cell::Cell;
use std::ptr::NonNull;

use super::Vm;
use crate::object::{
    Header, Kind, PyDict, PyModule, PyWeakRef, clear_object, hflags, traverse_object,
};
use crate::value::Value;

/// Objects made before the first collection is due.
const FIRST: i64 = 50_000;
/// Objects that may stay for as long as the host holds a value of a machine that is gone.
const FEW: usize = 4_000;

/// Settings and counts of the collector.
pub(crate) struct GcState {
    enabled: Cell<bool>,
    running: Cell<bool>,
    due_at: Cell<i64>,
    collections: Cell<u64>,
}

impl Default for GcState {
    fn default() -> Self {
        GcState {
            enabled: Cell::new(true),
            running: Cell::new(false),
            due_at: Cell::new(FIRST),
            collections: Cell::new(0),
        }
    }
}

impl Vm {
    /// Whether a collection is due.
    pub(crate) fn collection_due(&self) -> bool {
        self.gc.enabled.get()
            && !self.gc.running.get()
            && self.heap.young.get() > self.gc.due_at.get()
    }

    pub(crate) fn collect_if_due(&self) {
        if self.collection_due() {
            self.collect_garbage();
        }
    }

    /// `gc.enable` and `gc.disable`.
    pub fn set_gc_enabled(&self, on: bool) {
        self.gc.enabled.set(on);
    }

    /// `gc.isenabled`.
    pub fn gc_enabled(&self) -> bool {
        self.gc.enabled.get()
    }

    /// Number of collections so far.
    pub fn gc_collections(&self) -> u64 {
        self.gc.collections.get()
    }

    /// Objects made since the last collection, minus those freed.
    pub fn gc_young(&self) -> i64 {
        self.heap.young.get()
    }

    /// All live container objects.
    pub fn gc_objects(&self) -> Vec<Value> {
        self.sys_module();
        let mut found = Vec::new();
        self.heap.each_live(|p| {
            // SAFETY: the walk gives live objects.
            let h = unsafe { p.as_ref() };
            if h.ty().vtable.container && !h.has_flag(hflags::CLASS_DICT) {
                found.push(p);
            }
        });
        // SAFETY: nothing was freed since.
        found
            .into_iter()
            .map(|p| unsafe { Value::from_header(p.as_ref()) })
            .collect()
    }

    /// The objects that an object refers to; in place of a class's own dict, a copy.
    pub fn gc_referents(&self, v: &Value) -> Vec<Value> {
        let mut out = Vec::new();
        if let Some(p) = v.ptr() {
            // SAFETY: `v` keeps the object.
            unsafe { traverse_object(p, &mut |x| out.push(x.clone())) };
        }
        out.retain(|x| x.header().is_some());
        for x in &mut out {
            *x = self.dict_to_show(x);
        }
        out
    }

    /// A dict that Python code may have in place of `v`: a copy if `v` is the dict of a class, else `v` itself.
    pub fn dict_to_show(&self, v: &Value) -> Value {
        match v.downcast::<PyDict>() {
            Some(d) if d.is_of_class() => {
                let copy = self.new_dict();
                copy.copy_entries(d);
                copy.into_value()
            }
            _ => v.clone(),
        }
    }

    /// Finds and frees unreachable cycles. Returns the number of unreachable objects.
    pub fn collect_garbage(&self) -> usize {
        if self.gc.running.replace(true) {
            return 0;
        }
        self.run_finalizers();
        let mut garbage = self.find_garbage();
        self.sort_by_age(&mut garbage);
        let n = garbage.len();
        if n > 0 {
            for v in &garbage {
                let needs = v.header().is_some_and(|h| h.ty().needs_finalizer(h));
                if needs {
                    self.finalize(v);
                }
            }
            // What a finalizer made reachable again stays.
            let still = self.still_garbage(&garbage);
            // Nobody waits for a weak reference that dies too, and its callback may be half gone: it is not called.
            for (v, dead) in garbage.iter().zip(&still) {
                if *dead && let Some(w) = v.downcast::<PyWeakRef>() {
                    w.callback.set(Value::NULL);
                }
            }
            for (v, dead) in garbage.iter().zip(&still) {
                if *dead && let Some(p) = v.ptr() {
                    // SAFETY: live, held by `garbage`.
                    let h = unsafe { p.as_ref() };
                    if h.has_flag(crate::object::hflags::WEAKREFED) {
                        self.clear_weakrefs(p);
                    }
                }
            }
            for (v, dead) in garbage.iter().zip(&still) {
                if *dead && let Some(p) = v.ptr() {
                    // SAFETY: as above.
                    unsafe { clear_object(p) };
                }
            }
        }
        drop(garbage);
        self.gc.collections.set(self.gc.collections.get() + 1);
        self.heap.young.set(0);
        self.gc.due_at.set((self.heap.live() as i64).max(FIRST));
        self.gc.running.set(false);
        self.run_finalizers();
        n
    }

    /// The unreachable containers, each held by a reference.
    fn find_garbage(&self) -> Vec<Value> {
        let mut all: Vec<NonNull<Header>> = Vec::new();
        self.heap.each_live(|p| {
            // SAFETY: the walk gives live objects.
            if unsafe { p.as_ref() }.ty().vtable.container {
                all.push(p);
            }
        });
        // SAFETY: live, as the walk has just said.
        let unreachable = unsafe { self.unreachable(&all, 0) };
        let dead = all.iter().zip(unreachable).filter(|(_, dead)| *dead);
        // SAFETY: nothing was freed since the walk.
        dead.map(|(p, _)| unsafe { Value::from_header(p.as_ref()) })
            .collect()
    }

    /// Which of the objects (each held once by `garbage`) are still not reachable from outside.
    fn still_garbage(&self, garbage: &[Value]) -> Vec<bool> {
        let all: Vec<_> = garbage.iter().filter_map(Value::ptr).collect();
        // SAFETY: live, since `garbage` holds them.
        unsafe { self.unreachable(&all, 1) }
    }

    /// Which of the objects cannot be reached from outside of them, where `ours` references to each do not count.
    ///
    /// # Safety
    /// The objects are live.
    unsafe fn unreachable(&self, all: &[NonNull<Header>], ours: u32) -> Vec<bool> {
        const REACHED: u32 = u32::MAX;
        let heap = &self.heap;
        heap.begin_scratch();
        // The scratch word: references from outside plus 1; 0 for objects that do not take part.
        for p in all {
            // SAFETY: live, as the caller says.
            let rc = unsafe { p.as_ref() }.refcount();
            if let Some(w) = heap.scratch(*p) {
                w.set(rc.saturating_sub(ours).saturating_add(1));
            }
        }
        for p in all {
            // SAFETY: live; the visitor only looks.
            unsafe {
                traverse_object(*p, &mut |v| {
                    if let Some(w) = v.ptr().and_then(|q| heap.scratch(q))
                        && w.get() > 1
                    {
                        w.set(w.get() - 1);
                    }
                });
            }
        }
        let mut work: Vec<NonNull<Header>> = Vec::new();
        for p in all {
            if let Some(w) = heap.scratch(*p)
                && w.get() > 1
                && w.get() != REACHED
            {
                w.set(REACHED);
                work.push(*p);
            }
            while let Some(q) = work.pop() {
                // SAFETY: live; the visitor only looks.
                unsafe {
                    traverse_object(q, &mut |v| {
                        if let Some(r) = v.ptr()
                            && let Some(w) = heap.scratch(r)
                            && w.get() != 0
                            && w.get() != REACHED
                        {
                            w.set(REACHED);
                            work.push(r);
                        }
                    });
                }
            }
        }
        let dead = |p: &NonNull<Header>| heap.scratch(*p).is_some_and(|w| w.get() == 1);
        let out = all.iter().map(dead).collect();
        heap.end_scratch();
        out
    }

    /// Whether the program can tell when some object dies: by a finalizer or a weak reference.
    fn some_end_is_watched(&self) -> bool {
        self.some_object(Self::end_is_watched)
    }

    fn end_is_watched(h: &Header) -> bool {
        h.has_flag(hflags::WEAKREFED) || h.ty().needs_finalizer(h)
    }

    fn some_object(&self, is: impl Fn(&Header) -> bool) -> bool {
        let mut found = false;
        // SAFETY: the walk gives live objects.
        self.heap.each_live(|p| found |= is(unsafe { p.as_ref() }));
        found
    }

    /// The end of a program: its modules die, and what dies with them is finalised. `sys` and `builtins`, which
    /// finalizers need, stay.
    pub(super) fn end_modules(&self) {
        self.set_gc_enabled(false);
        let watched = self.some_end_is_watched();
        // The program's own module dies as any other garbage, so that its finalizers still see its names.
        if let Some(main) = self.modules.remove_name(&self.names.main) {
            let weak = self.new_weakref(&self.types.weakref, &main, Value::NULL);
            drop(main);
            self.run_finalizers();
            if watched {
                self.collect_garbage();
                self.run_finalizers();
            }
            let main = weak
                .ok()
                .and_then(|w| w.downcast::<PyWeakRef>().and_then(PyWeakRef::get));
            if let Some(m) = main.as_ref().and_then(Value::downcast::<PyModule>) {
                m.dict.clear_all();
            }
        }
        // Then the others, the last import first.
        for (name, v) in self.modules.items().into_iter().rev() {
            if matches!(self.str_lossy(&name).as_str(), "sys" | "builtins") {
                continue;
            }
            self.modules.remove_name(&name);
            if let Some(m) = v.downcast::<PyModule>() {
                m.dict.clear_all();
            }
            self.run_finalizers();
        }
    }

    /// The machine goes: modules are emptied, cycles freed.
    pub(super) fn tear_down(&self) {
        self.end_modules();
        self.end_sys();
        for v in self.modules.values() {
            if let Some(m) = v.downcast::<PyModule>() {
                m.dict.clear_all();
            }
        }
        self.modules.clear_all();
        self.run_finalizers();
        self.extensions.borrow_mut().clear();
        // Otherwise cycles end with the heap. That waits for values that the host still holds, so they shall be few; and
        // a plug-in's struct may hold values that it does not show, which would look like the host's.
        if self.heap.live() > FEW
            || self.some_object(|h| Self::end_is_watched(h) || h.kind() == Kind::Native)
        {
            self.collect_garbage();
            self.run_finalizers();
        }
    }
}
