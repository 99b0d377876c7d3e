//! Reader of the `marshal` format, in which code objects and their constants are stored.
//!
//! An object is a byte that says its type, then its contents; numbers are little endian. If the type byte has bit
//! 0x80 set, the object gets the next number in a list of references, *before* those of the objects inside it, and
//! may be referred to by that number (type `r`) once it is complete.
//!
//! | type | object | contents |
//! |---|---|---|
//! | `0` | none: ends a dict | |
//! | `N` `T` `F` `.` `S` | `None` `True` `False` `...` `StopIteration` | |
//! | `i` | int | i32 |
//! | `I` | int | i64 (no longer written) |
//! | `l` | int | i32 number of digits, its sign that of the int; then digits of 15 bits as u16, least first |
//! | `g` `y` | float, complex | one or two f64 |
//! | `f` `x` | float, complex | the same as text, each with a u8 length (no longer written) |
//! | `s` | bytes | i32 length |
//! | `u` `t` | str, the latter interned | i32 length, UTF-8 that may hold surrogates |
//! | `a` `A` | ASCII str, the latter interned | i32 length |
//! | `z` `Z` | the same, short | u8 length |
//! | `(` `)` | tuple | i32 or u8 number of items |
//! | `[` `<` `>` | list, set, frozenset | i32 number of items |
//! | `{` | dict | keys and values in turn, then `0` |
//! | `:` | slice (3.14) | start, stop, step |
//! | `c` | code | see `code.rs` |
//! | `r` | an earlier object | u32 number |
//!
//! Nothing in the input is trusted: nesting is limited as in CPython, memory is taken only for what is there, and a
//! list that contains itself, which CPython can read, is refused. Objects may be shared, so that a few hundred bytes
//! can describe a tuple whose `repr` would fill the memory: whoever walks a [`Const`] takes care of that.

mod code;
mod cursor;
mod reader;

use crate::code::Const;
use crate::version::{Version, info};

/// How deep objects may be nested (CPython's limit). It also bounds the recursion of whoever walks a [`Const`].
pub const MAX_DEPTH: usize = 2000;

/// Malformed `marshal` data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{problem} at byte {offset}")]
pub struct MarshalError {
    /// Where the reader stood.
    pub offset: usize,
    /// What is wrong.
    pub problem: MarshalProblem,
}

/// What is wrong with `marshal` data, in CPython's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MarshalProblem {
    /// The data ends where an object should start: `EOFError`.
    #[error("EOF read where object expected")]
    NoObject,
    /// The data ends inside an object: `EOFError`.
    #[error("marshal data too short")]
    TooShort,
    /// A type, length, reference or content that cannot be: `ValueError`.
    #[error("bad marshal data ({0})")]
    Bad(&'static str),
    /// The end of a dict where an object should be: `TypeError`.
    #[error("NULL object in marshal data for {0}")]
    Null(&'static str),
    /// Nested more than [`MAX_DEPTH`] deep: `ValueError`.
    #[error("recursion limit exceeded")]
    TooDeep,
    /// The parts of a code object do not fit together: `ValueError`.
    #[error("code: {0}")]
    Code(&'static str),
}

/// Reads the object at the start of `bytes`, as `version` writes it. What follows it is ignored, as CPython does.
pub fn read(bytes: &[u8], version: Version) -> Result<Const, MarshalError> {
    Ok(read_prefix(bytes, version)?.0)
}

/// As [`read`], and how many bytes the object takes.
pub fn read_prefix(bytes: &[u8], version: Version) -> Result<(Const, usize), MarshalError> {
    reader::Reader::new(bytes, info(version)).read()
}

/// The name of the type of a constant in Python.
pub fn type_name(value: &Const) -> &'static str {
    match value {
        Const::None => "NoneType",
        Const::Bool(_) => "bool",
        Const::Ellipsis => "ellipsis",
        Const::StopIteration => "type",
        Const::Int(_) | Const::BigInt(_) => "int",
        Const::Float(_) => "float",
        Const::Complex(..) => "complex",
        Const::Bytes(_) => "bytes",
        Const::Str(..) => "str",
        Const::Tuple(_) => "tuple",
        Const::List(_) => "list",
        Const::Set(_) => "set",
        Const::FrozenSet(_) => "frozenset",
        Const::Dict(_) => "dict",
        Const::Slice(_) => "slice",
        Const::Code(_) => "code",
    }
}

#[cfg(test)]
mod tests;
