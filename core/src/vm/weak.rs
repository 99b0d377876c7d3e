//! Weak references and finalizers.

use std::cell::Cell;
use std::ptr::NonNull;

use super::{Pending, Unraisable, Vm};
use crate::error::{PyResult, Raise};
use crate::interp::Input;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

impl Vm {
    /// A weak reference (or proxy) to an object; `ty` is its type, `callback` may be NULL.
    ///
    /// # Errors
    /// TypeError if the object's type does not take weak references.
    pub fn new_weakref(&self, ty: &PyType, target: &Value, callback: Value) -> PyResult {
        let weak = match target.header() {
            Some(h) => h.ty().flags().any(TypeFlags::WEAKREF),
            None => false,
        };
        let Some(p) = target.ptr().filter(|_| weak) else {
            return Err(self.type_error(&format!(
                "cannot create weak reference to '{}' object",
                self.type_name(target)
            )));
        };
        let ty = if ty.kind() == Kind::WeakRef {
            ty
        } else {
            &self.types.weakref
        };
        if callback.is_null()
            && !ty.is_heap()
            && let Some(old) = self.find_weakref(target, ty)
        {
            return Ok(old);
        }
        let w = self.alloc(ty, |header| PyWeakRef {
            header,
            target: Cell::new(Some(p)),
            callback: ValueCell::new(callback),
            hash: Cell::new(-1),
        });
        // SAFETY: the target is live.
        unsafe { p.as_ref() }.set_flag(hflags::WEAKREFED);
        self.weak
            .borrow_mut()
            .entry(p.as_ptr() as usize)
            .or_default()
            .push(NonNull::from(&*w));
        Ok(w.into_value())
    }

    fn find_weakref(&self, target: &Value, ty: &PyType) -> Option<Value> {
        let p = target.ptr()?;
        self.weak
            .borrow()
            .get(&(p.as_ptr() as usize))?
            .iter()
            .find_map(|w| {
                // SAFETY: weak references leave the table when they are freed.
                let w = unsafe { w.as_ref() };
                let same = std::ptr::eq(w.header.ty(), ty)
                    && w.callback.is_null()
                    && w.header.refcount() > 0;
                same.then(|| value_of(w))
            })
    }

    /// The weak references to an object.
    pub fn weakrefs_of(&self, target: &Value) -> Vec<Value> {
        let Some(p) = target.ptr() else {
            return Vec::new();
        };
        let table = self.weak.borrow();
        let Some(list) = table.get(&(p.as_ptr() as usize)) else {
            return Vec::new();
        };
        // SAFETY: as in `find_weakref`.
        list.iter()
            .map(|w| value_of(unsafe { w.as_ref() }))
            .collect()
    }

    pub(crate) fn first_weakref(&self, target: &Value) -> Value {
        self.weakrefs_of(target)
            .into_iter()
            .next()
            .unwrap_or(Value::NONE)
    }

    /// A weak reference is being freed: it leaves the table.
    pub(crate) fn drop_weakref(&self, w: &PyWeakRef) {
        if let Some(p) = w.target.take() {
            let key = p.as_ptr() as usize;
            let mut table = self.weak.borrow_mut();
            if let Some(list) = table.get_mut(&key) {
                list.retain(|q| !std::ptr::eq(q.as_ptr(), w));
                if list.is_empty() {
                    table.remove(&key);
                }
            }
        }
    }

    /// An object dies: its weak references know it, and their callbacks are queued.
    pub(crate) fn clear_weakrefs(&self, p: NonNull<Header>) {
        let Some(list) = self.weak.borrow_mut().remove(&(p.as_ptr() as usize)) else {
            return;
        };
        for w in list.iter().rev() {
            // SAFETY: as in `find_weakref`.
            let w = unsafe { w.as_ref() };
            w.target.set(None);
            let callback = w.callback.take();
            if !callback.is_null() && w.header.refcount() > 0 {
                self.finalizers
                    .borrow_mut()
                    .push_back(Pending::Callback(callback, value_of(w)));
                self.pending.set(true);
            }
        }
    }

    /// ReferenceError of a proxy whose object is gone.
    pub(crate) fn dead_proxy(&self) -> Raise {
        self.reference_error("weakly-referenced object no longer exists")
    }

    /// Notes when an object with `__del__` was made.
    #[cold]
    #[inline(never)]
    pub(crate) fn number_finalizer(&self, v: &Value) {
        let mut made = self.made.borrow_mut();
        let n = self.finalizers_made.get();
        self.finalizers_made.set(n + 1);
        made.insert(v.bits() as usize, n);
    }

    /// Sorts objects by when they were made, as far as that is known.
    pub(crate) fn sort_by_age(&self, objects: &mut [Value]) {
        let made = self.made.borrow();
        objects.sort_by_key(|v| made.get(&(v.bits() as usize)).copied().unwrap_or(u64::MAX));
    }

    /// An object with a finalizer has lost its last reference; the queue owns it now.
    pub(crate) fn queue_finalizer(&self, v: Value) {
        self.finalizers
            .borrow_mut()
            .push_back(Pending::Finalizer(v));
        self.pending.set(true);
    }

    /// Runs what is queued. Exceptions are reported, not raised.
    pub fn run_finalizers(&self) {
        self.pending.set(false);
        loop {
            let next = self.finalizers.borrow_mut().pop_front();
            let Some(p) = next else { break };
            // Finalizers run with no exception in flight of their own; what is handled outside stays.
            let raised = self.raised.take();
            match p {
                Pending::Finalizer(v) => self.finalize(&v),
                Pending::Callback(f, w) => {
                    if let Err(r) = self.call(&f, &[w]) {
                        self.unraisable_in(r, &f, Unraisable::WeakrefCallback);
                    }
                }
            }
            self.raised.set(raised);
        }
        self.pending.set(false);
    }

    /// Runs `__del__` or closes a generator, once.
    pub(crate) fn finalize(&self, v: &Value) {
        let Some(h) = v.header() else { return };
        if h.has_flag(hflags::FINALIZED) {
            return;
        }
        h.set_flag(hflags::FINALIZED);
        self.made.borrow_mut().remove(&(v.bits() as usize));
        if let Some(g) = v.downcast::<PyGenerator>() {
            self.finalize_generator(g);
            return;
        }
        let ty = h.ty();
        if let Some(del) = self.lookup_type(ty, &self.names.del)
            && let Err(r) = self.call_unbound(&del, v, ty, &[])
        {
            // 3.6 names the bound method.
            let from = if self.version >= Version::V3_7 {
                Ok(del)
            } else {
                self.descr_get(&del, Some(v), ty)
            };
            let from = from.unwrap_or(Value::NONE);
            self.unraisable_in(r, &from, Unraisable::Deallocator);
        }
    }

    fn finalize_generator(&self, g: &PyGenerator) {
        let hook = g.finalizer.get();
        if !hook.is_null() && g.state.get() != GenState::Finished && !g.closed.get() {
            if let Err(r) = self.call(&hook, &[value_of(g)]) {
                self.unraisable(r, &hook);
            }
            return;
        }
        if g.state.get() == GenState::Created {
            if g.kind == GenKind::Coroutine {
                self.warn_never_awaited(g);
            }
            g.state.set(GenState::Finished);
            return;
        }
        let exit = self.new_raise(&self.exc_types.GeneratorExit, Vec::new());
        match self.gen_close_with(g, Input::Throw(exit)) {
            Ok(_) => {}
            Err(r) => self.unraisable_in(r, &value_of(g), Unraisable::Generator),
        }
    }
}

impl Drop for PyWeakRef {
    fn drop(&mut self) {
        if self.target.get().is_none() {
            return;
        }
        let p = NonNull::from(&self.header);
        // SAFETY: the weak reference is whole until its memory is given back.
        if let Some(vm) = unsafe { crate::heap::heap_of(p) }.vm() {
            vm.drop_weakref(self);
        }
    }
}
