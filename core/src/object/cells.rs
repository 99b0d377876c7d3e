//! Interior mutability for object fields: values and lists of values behind shared references.
//!
//! Invariant: no method runs foreign code while it holds a reference to the inside, and what is dropped is
//! dropped after the inside is consistent again. (Dropping a value never runs Python code; see [`super`].)

use std::cell::UnsafeCell;

use crate::value::{Value, clone_all, clone_to, repeat_all};

/// One mutable value.
pub struct ValueCell(UnsafeCell<Value>);

impl ValueCell {
    /// A cell with a first value.
    pub const fn new(v: Value) -> ValueCell {
        ValueCell(UnsafeCell::new(v))
    }

    /// A copy of the value.
    #[inline(always)]
    pub fn get(&self) -> Value {
        // SAFETY: no reference into the cell outlives a method.
        unsafe { (*self.0.get()).clone() }
    }

    /// The value, borrowed.
    ///
    /// # Safety
    /// The cell must not be set while the reference is used.
    #[inline(always)]
    pub unsafe fn peek(&self) -> &Value {
        // SAFETY: nobody sets the cell while the reference is used, as the caller says.
        unsafe { &*self.0.get() }
    }

    /// Sets the value and gives back the old one.
    #[inline(always)]
    pub fn replace(&self, v: Value) -> Value {
        // SAFETY: as in `get`.
        unsafe { std::mem::replace(&mut *self.0.get(), v) }
    }

    /// Sets the value; the old one is dropped afterwards.
    #[inline(always)]
    pub fn set(&self, v: Value) {
        drop(self.replace(v));
    }

    /// Takes the value out and leaves NULL.
    #[inline(always)]
    pub fn take(&self) -> Value {
        self.replace(Value::NULL)
    }

    /// Whether the cell holds NULL.
    #[inline(always)]
    pub fn is_null(&self) -> bool {
        // SAFETY: the reference does not outlive the test.
        unsafe { (*self.0.get()).is_null() }
    }

    /// Shows the value to a visitor.
    pub fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.get());
    }
}

/// A mutable vector of values.
pub struct ListCell(UnsafeCell<Vec<Value>>);

impl ListCell {
    /// A vector with first items.
    pub const fn new(v: Vec<Value>) -> ListCell {
        ListCell(UnsafeCell::new(v))
    }

    #[inline(always)]
    #[allow(
        clippy::mut_from_ref,
        reason = "the module's invariant: never across foreign code"
    )]
    pub(crate) fn inner(&self) -> &mut Vec<Value> {
        // SAFETY: no reference into the cell outlives a method; see the module's invariant.
        unsafe { &mut *self.0.get() }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.inner().len()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of item `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        self.inner().get(i).cloned()
    }

    /// Replaces item `i`; false if there is none.
    #[inline(always)]
    pub fn set(&self, i: usize, v: Value) -> bool {
        let old = match self.inner().get_mut(i) {
            Some(p) => std::mem::replace(p, v),
            None => return false,
        };
        drop(old);
        true
    }

    /// Exchanges two items; false if there are none.
    #[inline(always)]
    pub fn swap(&self, i: usize, j: usize) -> bool {
        let items = self.inner();
        let there = i < items.len() && j < items.len();
        if there {
            items.swap(i, j);
        }
        there
    }

    /// Appends an item.
    #[inline(always)]
    pub fn push(&self, v: Value) {
        self.inner().push(v);
    }

    /// Removes and returns the last item.
    #[inline(always)]
    pub fn pop(&self) -> Option<Value> {
        self.inner().pop()
    }

    /// Inserts an item before `i` (at the end if `i` is beyond it).
    pub fn insert(&self, i: usize, v: Value) {
        let inner = self.inner();
        let i = i.min(inner.len());
        inner.insert(i, v);
    }

    /// Removes and returns item `i`.
    pub fn remove(&self, i: usize) -> Option<Value> {
        let inner = self.inner();
        if i < inner.len() {
            Some(inner.remove(i))
        } else {
            None
        }
    }

    /// A copy of all items.
    pub fn to_vec(&self) -> Vec<Value> {
        clone_all(self.inner())
    }

    /// The least or greatest item, if all are small ints; `None` also for an empty list.
    pub fn extreme_int(&self, greatest: bool) -> Option<Value> {
        super::extreme_int(self.inner().iter(), greatest)
    }

    /// The items `times` times one after another; `None` if there is no memory for them.
    pub fn repeat(&self, times: usize) -> Option<Vec<Value>> {
        repeat_all(self.inner(), times)
    }

    /// Appends copies of all items to a vector.
    pub fn copy_to(&self, out: &mut Vec<Value>) {
        let items = self.inner();
        out.reserve(items.len());
        // SAFETY: there is room for as many, behind what the vector has.
        unsafe {
            clone_to(items, out.as_mut_ptr().add(out.len()));
            out.set_len(out.len() + items.len());
        }
    }

    /// A copy of the items `start..end`, cut to what is there.
    pub fn range(&self, start: usize, end: usize) -> Vec<Value> {
        let inner = self.inner();
        let end = end.min(inner.len());
        inner.get(start.min(end)..end).map_or(Vec::new(), clone_all)
    }

    /// Appends many items.
    pub fn extend(&self, items: Vec<Value>) {
        self.inner().extend(items);
    }

    /// Replaces the items `start..end` (cut to what is there); returns the old ones.
    pub fn splice(&self, start: usize, end: usize, items: Vec<Value>) -> Vec<Value> {
        let inner = self.inner();
        let start = start.min(inner.len());
        let end = end.clamp(start, inner.len());
        inner.splice(start..end, items).collect()
    }

    /// Replaces the items `start..end`, which are there, by copies of others.
    pub(crate) fn replace_range(&self, start: usize, end: usize, items: &[Value]) {
        let inner = self.inner();
        let Some(old) = inner.get_mut(start..end) else {
            return;
        };
        // Dropping a value runs no Python code, so nobody sees the list meanwhile.
        if old.len() == items.len() {
            old.clone_from_slice(items);
        } else {
            drop(inner.splice(start..end, items.iter().cloned()));
        }
    }

    /// Takes all items out.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(self.inner())
    }

    /// Puts a vector in; returns the old one.
    pub fn replace(&self, items: Vec<Value>) -> Vec<Value> {
        std::mem::replace(self.inner(), items)
    }

    /// Reverses the items in place.
    pub fn reverse(&self) {
        self.inner().reverse();
    }

    /// Number of items for which there is memory.
    pub fn capacity(&self) -> usize {
        self.inner().capacity()
    }

    /// Shows every item to a visitor.
    pub fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        // By copies, so that a visitor may do what it likes.
        let mut i = 0;
        while let Some(v) = self.get(i) {
            visit(&v);
            i += 1;
        }
    }

    /// Drops all items, last first, as CPython's lists do.
    pub fn clear(&self) {
        let mut items = self.take();
        while let Some(v) = items.pop() {
            drop(v);
        }
    }
}
