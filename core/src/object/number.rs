//! [`PyInt`], [`PyFloat`] and [`PyComplex`]: numbers that are not immediates.

use dashu_int::IBig;

use super::{Header, Kind, Object};

/// An int that does not fit the 63 bits of an immediate, or an instance of a subclass of `int`.
#[repr(C)]
pub struct PyInt {
    pub(crate) header: Header,
    /// The number.
    pub value: IBig,
}

// SAFETY: only ints have `Kind::Int`.
unsafe impl Object for PyInt {
    const KIND: Kind = Kind::Int;
    const CONTAINER: bool = false;
}

/// A float that is not self-tagged, or an instance of a subclass of `float`.
#[repr(C)]
pub struct PyFloat {
    pub(crate) header: Header,
    /// The number.
    pub value: f64,
}

// SAFETY: only floats have `Kind::Float`.
unsafe impl Object for PyFloat {
    const KIND: Kind = Kind::Float;
    const CONTAINER: bool = false;
}

/// A complex number.
#[repr(C)]
pub struct PyComplex {
    pub(crate) header: Header,
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

// SAFETY: only complex numbers have `Kind::Complex`.
unsafe impl Object for PyComplex {
    const KIND: Kind = Kind::Complex;
    const CONTAINER: bool = false;
}
