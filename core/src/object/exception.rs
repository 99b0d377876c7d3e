//! [`PyException`]: instances of `BaseException` and its subclasses.

use std::cell::Cell;

use super::{Header, Kind, Object, ValueCell};
use crate::value::Value;

/// Number of attributes that a builtin exception class may have of its own (`SyntaxError` has the most).
pub const EXTRA: usize = 9;

/// Where in [`PyException::extra`] the builtin classes keep their own attributes, by class and attribute.
#[allow(
    missing_docs,
    reason = "the names are those of classes and attributes in Python"
)]
pub mod extra {
    pub const STOP_ITERATION_VALUE: usize = 0;
    pub const SYSTEM_EXIT_CODE: usize = 0;
    pub const ATTRIBUTE_ERROR_NAME: usize = 0;
    pub const ATTRIBUTE_ERROR_OBJ: usize = 1;
    pub const NAME_ERROR_NAME: usize = 0;
    pub const IMPORT_ERROR_MSG: usize = 0;
    pub const IMPORT_ERROR_NAME: usize = 1;
    pub const IMPORT_ERROR_PATH: usize = 2;
    pub const IMPORT_ERROR_NAME_FROM: usize = 3;
    pub const OS_ERROR_ERRNO: usize = 0;
    pub const OS_ERROR_STRERROR: usize = 1;
    pub const OS_ERROR_FILENAME: usize = 2;
    pub const OS_ERROR_FILENAME2: usize = 3;
    pub const OS_ERROR_CHARACTERS_WRITTEN: usize = 4;
    pub const UNICODE_ERROR_ENCODING: usize = 0;
    pub const UNICODE_ERROR_OBJECT: usize = 1;
    pub const UNICODE_ERROR_START: usize = 2;
    pub const UNICODE_ERROR_END: usize = 3;
    pub const UNICODE_ERROR_REASON: usize = 4;
    pub const GROUP_MESSAGE: usize = 0;
    pub const GROUP_EXCEPTIONS: usize = 1;
    pub const SYNTAX_ERROR_MSG: usize = 0;
    pub const SYNTAX_ERROR_FILENAME: usize = 1;
    pub const SYNTAX_ERROR_LINENO: usize = 2;
    pub const SYNTAX_ERROR_OFFSET: usize = 3;
    pub const SYNTAX_ERROR_TEXT: usize = 4;
    pub const SYNTAX_ERROR_PRINT_FILE_AND_LINE: usize = 5;
    pub const SYNTAX_ERROR_END_LINENO: usize = 6;
    pub const SYNTAX_ERROR_END_OFFSET: usize = 7;
    pub const SYNTAX_ERROR_METADATA: usize = 8;
}

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
