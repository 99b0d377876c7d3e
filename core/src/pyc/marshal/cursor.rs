//! A place in the bytes, and the plain values that can be read there.

use super::{MarshalError, MarshalProblem};

pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, offset: 0 }
    }

    pub(super) fn error(&self, problem: MarshalProblem) -> MarshalError {
        MarshalError {
            offset: self.offset,
            problem,
        }
    }

    pub(super) fn bad(&self, what: &'static str) -> MarshalError {
        self.error(MarshalProblem::Bad(what))
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MarshalError> {
        match self.rest().first_chunk() {
            Some(chunk) => {
                self.offset += N;
                Ok(*chunk)
            }
            None => Err(self.error(MarshalProblem::TooShort)),
        }
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], MarshalError> {
        match self.rest().get(..len) {
            Some(taken) => {
                self.offset += len;
                Ok(taken)
            }
            None => Err(self.error(MarshalProblem::TooShort)),
        }
    }

    /// The byte that starts an object.
    pub(super) fn type_byte(&mut self) -> Result<u8, MarshalError> {
        self.u8().map_err(|_| self.error(MarshalProblem::NoObject))
    }

    pub(super) fn u8(&mut self) -> Result<u8, MarshalError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn i32(&mut self) -> Result<i32, MarshalError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, MarshalError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, MarshalError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A length of four bytes; `what` is the complaint about a negative one.
    pub(super) fn len(&mut self, what: &'static str) -> Result<usize, MarshalError> {
        let len = self.i32()?;
        usize::try_from(len).map_err(|_| self.bad(what))
    }

    /// A float as text, as marshal versions 0 and 1 wrote it.
    pub(super) fn text_float(&mut self) -> Result<f64, MarshalError> {
        let len = usize::from(self.u8()?);
        let text = str::from_utf8(self.take(len)?).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or_else(|| self.bad("could not convert string to float"))
    }
}
