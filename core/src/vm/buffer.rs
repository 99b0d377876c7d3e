//! Objects that give their bytes: `bytes`, `bytearray`, and what plug-ins register with [`BUFFER_DEFS`].

use std::borrow::Cow;

use super::Vm;
use crate::error::PyResult;
use crate::object::{PyByteArray, PyBytes};
use crate::registry::BUFFER_DEFS;
use crate::value::Value;
use crate::version::Version;

/// `PyBUF_FULL_RO`, what a program's `__buffer__` is asked for.
const FULL_RO: i32 = 0x11C;

impl Vm {
    /// The bytes of an object that has them (the buffer protocol); `None` for any other. A `bytearray` is copied.
    ///
    /// # Errors
    /// What the object raises, a released `memoryview` for example.
    pub fn buffer<'a>(&self, v: &'a Value) -> PyResult<Option<Cow<'a, [u8]>>> {
        if let Some(b) = v.downcast::<PyBytes>() {
            return Ok(Some(Cow::Borrowed(&b.data)));
        }
        if let Some(b) = v.downcast::<PyByteArray>() {
            return Ok(Some(Cow::Owned(b.data.borrow().clone())));
        }
        if let Some(b) = self.registered_buffer(v)? {
            return Ok(Some(Cow::Owned(b)));
        }
        if self.version >= Version::V3_12
            && self.type_of(v).is_heap()
            && let Some(view) =
                self.call_special(v, &self.intern("__buffer__"), &[Value::i32(FULL_RO)])?
        {
            return Ok(self.registered_buffer(&view)?.map(Cow::Owned));
        }
        Ok(None)
    }

    fn registered_buffer(&self, v: &Value) -> PyResult<Option<Vec<u8>>> {
        for bytes in BUFFER_DEFS {
            if let Some(b) = bytes(self, v)? {
                return Ok(Some(b));
            }
        }
        Ok(None)
    }

    /// The bytes of a bytes-like object.
    ///
    /// # Errors
    /// TypeError for any other.
    pub fn bytes_like<'a>(&self, v: &'a Value) -> PyResult<Cow<'a, [u8]>> {
        match self.buffer(v)? {
            Some(b) => Ok(b),
            None => Err(self.type_error(&format!(
                "a bytes-like object is required, not '{}'",
                self.type_name(v)
            ))),
        }
    }
}
