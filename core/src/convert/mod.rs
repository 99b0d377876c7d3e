//! Rust values as Python values and back: [`IntoValue`], [`FromValue`] and, for the arguments of calls, [`IntoArgs`]
//! and [`FromArgs`].
//!
//! | Rust | Python, going in | Python, coming out |
//! |---|---|---|
//! | `()` | `None` | `None` |
//! | `bool` | `bool` | `bool` |
//! | `i8` to `i128`, `u8` to `u128`, `isize`, `usize` | `int` | `int` that fits, `bool` too |
//! | [`Int`](crate::num::int::Int) | `int` | `int` of any size |
//! | `f64` | `float` | `float`; `int`, if it does not overflow |
//! | `char`, `&str`, `String` | `str` | `str` without lone surrogates |
//! | [`StrBuf`](crate::text::StrBuf) | `str` | any `str` |
//! | [`Bytes`] | `bytes` | `bytes`, `bytearray` |
//! | `Option<T>` | `None` or `T` | `None` or `T` |
//! | `Vec<T>` | `list` | `list`, `tuple` |
//! | tuples of up to eight | `tuple` | `tuple`, `list` of that length |
//! | `HashMap`, `BTreeMap` | `dict` | `dict` |
//! | `HashSet`, `BTreeSet` | `set` | `set`, `frozenset` |
//! | [`Value`] | itself | itself |
//!
//! Coming out never runs Python code, so that it needs no machine: no `__int__` or `__iter__` is asked. A `HashMap`
//! goes in with the order that it happens to have; a `BTreeMap` in order of its keys.

use std::borrow::Cow;

use crate::error::{Fault, PyResult, Raise};
use crate::value::Value;
use crate::vm::Vm;

mod arguments;
mod values;

pub use arguments::{Arguments, FromArgs, IntoArgs};
pub use values::Bytes;

/// A Rust value that can become a Python value.
pub trait IntoValue {
    /// The value, as one of this machine.
    ///
    /// # Errors
    /// MemoryError and its like; TypeError for a key that is not hashable; [`Fault::Foreign`] for a [`Value`] of
    /// another machine.
    fn into_value(self, vm: &Vm) -> PyResult;
}

/// A Rust value that a Python value can become.
pub trait FromValue: Sized {
    /// What the Python type is called in errors.
    fn expected() -> Cow<'static, str>;

    /// The Rust value.
    ///
    /// # Errors
    /// The value has another type, or does not fit.
    fn from_value(value: &Value) -> Result<Self, ConversionError>;

    /// What stands for an argument that is not given; `None` if it must be given.
    fn absent() -> Option<Self> {
        None
    }
}

/// Why a Python value did not become a Rust value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// It has another type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// Name of the Python type that was asked for.
        expected: String,
        /// Name of the value's type.
        found: String,
    },
    /// The int is out of the range of the Rust type.
    #[error("{value} does not fit {target}")]
    Range {
        /// The int, or how large it is if its text is long.
        value: String,
        /// The Rust type.
        target: &'static str,
    },
    /// The value is right in type, but not in another way.
    #[error("{0}")]
    Other(String),
    /// A part of the value failed.
    #[error("{place}: {problem}")]
    Part {
        /// Which part, such as `item 2`.
        place: String,
        /// What is wrong with it.
        problem: Box<ConversionError>,
    },
}

impl ConversionError {
    /// A value of another type than `expected`.
    pub fn wrong_type(expected: impl Into<String>, found: &Value) -> ConversionError {
        ConversionError::Type {
            expected: expected.into(),
            found: type_name(found),
        }
    }

    /// The same, of a part of a value.
    pub fn part(self, place: impl Into<String>) -> ConversionError {
        ConversionError::Part {
            place: place.into(),
            problem: Box::new(self),
        }
    }

    /// Whether the type was right, and the int out of range.
    fn is_range(&self) -> bool {
        match self {
            ConversionError::Range { .. } => true,
            ConversionError::Part { problem, .. } => problem.is_range(),
            _ => false,
        }
    }
}

/// `type(value).__name__`
fn type_name(value: &Value) -> String {
    let immediate = match value {
        _ if value.is_null() => "nothing",
        _ if value.is_none() => "None",
        _ if value.is_ellipsis() => "ellipsis",
        _ if value.is_not_implemented() => "NotImplementedType",
        _ if value.as_bool().is_some() => "bool",
        _ if value.as_int().is_some() => "int",
        _ if value.is_immediate_float() => "float",
        _ => "",
    };
    match value.header() {
        Some(h) => h.ty().name(),
        None => immediate.to_owned(),
    }
}

impl Value {
    /// The Rust value that this is: `value.extract::<i64>()`.
    ///
    /// # Errors
    /// The value has another type, or does not fit.
    pub fn extract<T: FromValue>(&self) -> Result<T, ConversionError> {
        T::from_value(self)
    }
}

impl Vm {
    /// As [`Value::extract`], for native functions: what is wrong is raised as TypeError, or as OverflowError for an
    /// int out of range.
    pub fn extract<T: FromValue>(&self, value: &Value) -> PyResult<T> {
        T::from_value(value).map_err(|e| self.conversion_error(&e))
    }

    /// The exception for a failed conversion: TypeError, or OverflowError for an int out of range.
    pub fn conversion_error(&self, e: &ConversionError) -> Raise {
        match e.is_range() {
            true => self.overflow_error(&e.to_string()),
            false => self.type_error(&e.to_string()),
        }
    }

    /// Whether a value may be used with this machine: it has been made by it, or belongs to none (`None`, small ints).
    pub fn owns(&self, value: &Value) -> bool {
        value.ptr().is_none_or(|p| self.heap.owns(p))
    }

    /// The value, if it may be used with this machine.
    ///
    /// # Errors
    /// [`Fault::Foreign`].
    pub fn own<'a>(&self, value: &'a Value) -> PyResult<&'a Value> {
        match self.owns(value) && !value.is_null() {
            true => Ok(value),
            false => Err(self.fault(Fault::Foreign)),
        }
    }
}
