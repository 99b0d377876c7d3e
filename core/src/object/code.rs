//! [`PyCode`]: a code object as Python sees it, and its linked form.

use std::cell::OnceCell;
use std::sync::Arc;

use super::{Header, Kind, Object};
use crate::code::Code;
use crate::interp::Linked;
use crate::value::Value;

/// A code object.
#[repr(C)]
pub struct PyCode {
    pub(crate) header: Header,
    /// The code, shared with other machines.
    pub code: Arc<Code>,
    pub(crate) linked: OnceCell<Box<Linked>>,
    /// Constants as values, one for each of `code.consts`.
    pub(crate) consts: OnceCell<Box<[Value]>>,
    /// Name and qualified name, interned, from the first function that is made of the code.
    pub(crate) names: OnceCell<(Value, Value)>,
}

// SAFETY: only code objects have `Kind::Code`.
unsafe impl Object for PyCode {
    const KIND: Kind = Kind::Code;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(c) = self.consts.get() {
            c.iter().for_each(&mut *visit);
        }
        if let Some((name, qualname)) = self.names.get() {
            visit(name);
            visit(qualname);
        }
        if let Some(l) = self.linked.get() {
            l.names.iter().chain(&l.slot_names).for_each(visit);
        }
    }
}

impl PyCode {
    pub(crate) fn from_parts(header: Header, code: Arc<Code>) -> PyCode {
        PyCode {
            header,
            code,
            linked: OnceCell::new(),
            consts: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    /// The linked form, or null before the first call.
    pub(crate) fn linked_ptr(&self) -> *const Linked {
        self.linked.get().map_or(std::ptr::null(), |b| &**b)
    }
}
