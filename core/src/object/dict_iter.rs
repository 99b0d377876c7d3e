//! Views of dicts, and iterators over them.

use std::cell::Cell;

use super::{DictCursor, DictView, Header, Kind, Object, PyDict, Ref, ValueCell};
use crate::value::Value;

/// A view of a dict: `dict.keys()`, `.values()` or `.items()`.
#[repr(C)]
pub struct PyDictView {
    pub(crate) header: Header,
    /// The dict.
    pub dict: Ref<PyDict>,
    /// Which view.
    pub view: DictView,
}

// SAFETY: only dict views have `Kind::DictView`.
unsafe impl Object for PyDictView {
    const KIND: Kind = Kind::DictView;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.dict.as_value());
    }
}

/// An iterator over a dict.
#[repr(C)]
pub struct PyDictIter {
    pub(crate) header: Header,
    /// The dict; NULL at the end.
    pub dict: ValueCell,
    /// What it yields.
    pub view: DictView,
    /// Where it is.
    pub cursor: Cell<DictCursor>,
    /// Number of entries at the start: a change is an error.
    pub len: Cell<usize>,
    /// Entries still to come, for `__length_hint__`.
    pub left: Cell<usize>,
    /// Backwards (`reversed`).
    pub reverse: bool,
}

// SAFETY: only dict iterators have `Kind::DictIter`.
unsafe impl Object for PyDictIter {
    const KIND: Kind = Kind::DictIter;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.dict.visit(visit);
    }

    fn clear(&self) {
        self.dict.set(Value::NULL);
    }
}
