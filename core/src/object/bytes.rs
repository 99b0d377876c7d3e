//! [`PyBytes`] and [`PyByteArray`].

use std::cell::{Cell, RefCell};

use super::{Header, Kind, Object};

/// A `bytes` object.
#[repr(C)]
pub struct PyBytes {
    pub(crate) header: Header,
    pub(crate) hash: Cell<i64>,
    /// The bytes.
    pub data: Box<[u8]>,
}

// SAFETY: only bytes have `Kind::Bytes`.
unsafe impl Object for PyBytes {
    const KIND: Kind = Kind::Bytes;
    const CONTAINER: bool = false;
}

/// A `bytearray` object.
#[repr(C)]
pub struct PyByteArray {
    pub(crate) header: Header,
    /// The bytes. Borrow it only while no Python code can run.
    pub data: RefCell<Vec<u8>>,
    /// Number of `memoryview`s and the like that look at the bytes: resizing is refused while it is not 0.
    pub exports: Cell<usize>,
}

// SAFETY: only bytearrays have `Kind::ByteArray`.
unsafe impl Object for PyByteArray {
    const KIND: Kind = Kind::ByteArray;
    const CONTAINER: bool = false;
}
