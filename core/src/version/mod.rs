//! What differs from one CPython version to the next, as data.

/// A minor version of CPython 3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version(
    /// The minor version: 6 for 3.6.
    pub u8,
);
