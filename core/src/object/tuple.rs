//! [`PyTuple`]: `tuple`, with its items inline behind the struct.

use std::ptr::NonNull;

use super::{Header, Kind, Object};
use crate::value::{Value, repeat_all};

/// A tuple.
#[repr(C)]
pub struct PyTuple {
    pub(crate) header: Header,
    len: usize,
}

// SAFETY: only tuples have `Kind::Tuple`.
unsafe impl Object for PyTuple {
    const KIND: Kind = Kind::Tuple;
    const VAR_SIZE: Option<unsafe fn(NonNull<Header>) -> usize> =
        // SAFETY: called with live objects of this kind only.
        Some(|p| unsafe { PyTuple::bytes_for((*(p.as_ptr() as *const PyTuple)).len) });

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iter().for_each(visit);
    }
    // A tuple's items never change, so a cycle through it is broken elsewhere.
}

impl PyTuple {
    pub(crate) fn bytes_for(len: usize) -> usize {
        size_of::<PyTuple>() + len * size_of::<Value>()
    }

    /// Writes the struct; the caller then writes `len` items at the address that is returned.
    ///
    /// # Safety
    /// `p` is fresh memory of `bytes_for(len) + extra` bytes.
    #[inline(always)]
    pub(crate) unsafe fn write(
        p: NonNull<u8>,
        header: Header,
        len: usize,
        extra: usize,
    ) -> *mut Value {
        // SAFETY: fresh memory of the size that `bytes_for` gives, as the caller says.
        unsafe {
            (p.as_ptr() as *mut PyTuple).write(PyTuple { header, len });
            p.as_ptr().add(size_of::<PyTuple>() + extra) as *mut Value
        }
    }

    /// The items `times` times one after another; `None` if there is no memory for them.
    pub fn repeat(&self, times: usize) -> Option<Vec<Value>> {
        repeat_all(self.items(), times)
    }

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        let extra = if self.header.is_subclass() {
            self.header.shape().layout.extra()
        } else {
            0
        };
        // SAFETY: items lie behind the struct and the attributes, and never change.
        unsafe {
            let p = (self as *const PyTuple as *const u8).add(size_of::<PyTuple>() + extra);
            std::slice::from_raw_parts(p as *const Value, self.len)
        }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Item `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<&Value> {
        self.items().get(i)
    }

    /// The least or greatest item, if all are small ints; `None` also for an empty tuple.
    pub fn extreme_int(&self, greatest: bool) -> Option<Value> {
        super::extreme_int(self.iter(), greatest)
    }

    /// The items in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.items().iter()
    }
}

impl Drop for PyTuple {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the items are dropped once, with the tuple; last first, as CPython does.
        unsafe {
            let first = self.items().as_ptr() as *mut Value;
            for i in (0..self.len).rev() {
                std::ptr::drop_in_place(first.add(i));
            }
        }
    }
}
