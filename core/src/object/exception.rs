//! [`PyException`]: instances of `BaseException` and its subclasses.

use std::cell::Cell;

use super::{Header, Kind, Object, ValueCell};
use crate::value::Value;

/// Number of attributes that a builtin exception class may have of its own (`OSError` has the most).
pub const EXTRA: usize = 6;

/// An exception.
#[repr(C)]
pub struct PyException {
    pub(crate) header: Header,
    /// `args`, a tuple.
    pub args: ValueCell,
    /// `__cause__`: an exception or None.
    pub cause: ValueCell,
    /// `__context__`: an exception or None.
    pub context: ValueCell,
    /// `__traceback__`: a traceback or None.
    pub traceback: ValueCell,
    /// `__suppress_context__`.
    pub suppress_context: Cell<bool>,
    /// Attributes of builtin subclasses, by the order that each class gives; NULL where unset.
    pub extra: [ValueCell; EXTRA],
}

// SAFETY: only exceptions have `Kind::Exception`.
unsafe impl Object for PyException {
    const KIND: Kind = Kind::Exception;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for c in [&self.args, &self.cause, &self.context, &self.traceback] {
            c.visit(visit);
        }
        self.extra.iter().for_each(|c| c.visit(visit));
    }

    fn clear(&self) {
        for c in [&self.cause, &self.context, &self.traceback] {
            c.set(Value::NONE);
        }
        self.extra.iter().for_each(|c| c.set(Value::NULL));
    }
}

impl PyException {
    /// An exception without cause, context or traceback.
    pub(crate) fn from_parts(header: Header, args: Value) -> PyException {
        PyException {
            header,
            args: ValueCell::new(args),
            cause: ValueCell::new(Value::NONE),
            context: ValueCell::new(Value::NONE),
            traceback: ValueCell::new(Value::NONE),
            suppress_context: Cell::new(false),
            extra: [const { ValueCell::new(Value::NULL) }; EXTRA],
        }
    }
}
