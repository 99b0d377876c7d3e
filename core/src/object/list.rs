//! [`PyList`]: `list`.

use super::{Header, Kind, ListCell, Object};
use crate::value::Value;

/// A list.
#[repr(C)]
pub struct PyList {
    pub(crate) header: Header,
    /// The items.
    pub items: ListCell,
}

// SAFETY: only lists have `Kind::List`.
unsafe impl Object for PyList {
    const KIND: Kind = Kind::List;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.visit(visit);
    }

    fn clear(&self) {
        self.items.clear();
    }
}

impl Drop for PyList {
    fn drop(&mut self) {
        self.items.clear();
    }
}
