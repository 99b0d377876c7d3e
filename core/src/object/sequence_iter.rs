//! Iterators over sequences, ranges and callables.

use std::cell::Cell;

use super::{Header, Kind, Object, ValueCell};
use crate::value::Value;

/// Iterates over a list, tuple, str, bytes or bytearray, or over any object with `__getitem__`.
#[repr(C)]
pub struct PySeqIter {
    pub(crate) header: Header,
    /// The sequence; NULL at the end.
    pub seq: ValueCell,
    /// Next index.
    pub index: Cell<usize>,
    /// Backwards (`reversed`): `index` is one more than the next index.
    pub reverse: bool,
}

// SAFETY: only these have `Kind::SeqIter`.
unsafe impl Object for PySeqIter {
    const KIND: Kind = Kind::SeqIter;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.seq.visit(visit);
    }

    fn clear(&self) {
        self.seq.set(Value::NULL);
    }
}

/// Iterates over a range whose bounds fit 63 bits.
#[repr(C)]
pub struct PyRangeIter {
    pub(crate) header: Header,
    /// Next item.
    pub next: Cell<i64>,
    /// Difference between items.
    pub step: i64,
    /// Items to come.
    pub left: Cell<u64>,
}

// SAFETY: only these have `Kind::RangeIter`.
unsafe impl Object for PyRangeIter {
    const KIND: Kind = Kind::RangeIter;
    const CONTAINER: bool = false;
}

/// `iter(callable, sentinel)`.
#[repr(C)]
pub struct PyCallIter {
    pub(crate) header: Header,
    /// The callable; NULL at the end.
    pub func: ValueCell,
    /// The value that ends the iteration.
    pub sentinel: Value,
}

// SAFETY: only these have `Kind::CallIter`.
unsafe impl Object for PyCallIter {
    const KIND: Kind = Kind::CallIter;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.func.visit(visit);
        visit(&self.sentinel);
    }

    fn clear(&self) {
        self.func.set(Value::NULL);
    }
}
