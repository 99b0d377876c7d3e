//! Rust values as Python values and back: [`IntoValue`], [`FromValue`] and, for the arguments of calls, [`IntoArgs`]
//! and [`FromArgs`].
//!
//! | Rust | Python, going in | Python, coming out |
//! |---|---|---|
//! | `()` | `None` | `None` |
//! | `bool` | `bool` | `bool` |
//! | `i8` to `i128`, `u8` to `u128`, `isize`, `usize` | `int` | `int` that fits, `bool` too |
//! | [`Int`] | `int` | `int` of any size |
//! | `f64` | `float` | `float`; `int`, if it does not overflow |
//! | `char`, `&str`, `String` | `str` | `str` without lone surrogates |
//! | [`StrBuf`] | `str` | any `str` |
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
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use dashu_int::IBig;

use crate::args::Args;
use crate::error::{Fault, PyResult, Raise};
use crate::num::int::{Int, IntRef};
use crate::object::{PyByteArray, PyBytes, PyDict, PyInt, PyList, PySet, PyStr, PyTuple};
use crate::text::StrBuf;
use crate::value::Value;
use crate::vm::Vm;

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

impl IntoValue for Value {
    fn into_value(self, vm: &Vm) -> PyResult {
        vm.own(&self)?;
        Ok(self)
    }
}

impl IntoValue for &Value {
    fn into_value(self, vm: &Vm) -> PyResult {
        vm.own(self).cloned()
    }
}

impl FromValue for Value {
    fn expected() -> Cow<'static, str> {
        "object".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        Ok(value.clone())
    }
}

impl IntoValue for () {
    fn into_value(self, _: &Vm) -> PyResult {
        Ok(Value::NONE)
    }
}

impl FromValue for () {
    fn expected() -> Cow<'static, str> {
        "None".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        match value.is_none() {
            true => Ok(()),
            false => Err(ConversionError::wrong_type("None", value)),
        }
    }
}

impl IntoValue for bool {
    fn into_value(self, _: &Vm) -> PyResult {
        Ok(Value::bool(self))
    }
}

impl FromValue for bool {
    fn expected() -> Cow<'static, str> {
        "bool".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        value
            .as_bool()
            .ok_or_else(|| ConversionError::wrong_type("bool", value))
    }
}

impl IntoValue for Int {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_integer(self))
    }
}

impl FromValue for Int {
    fn expected() -> Cow<'static, str> {
        "int".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        if let Some(i) = value.as_int().or(value.as_bool().map(i64::from)) {
            return Ok(Int::Small(i));
        }
        match value.downcast::<PyInt>() {
            Some(i) => Ok(IntRef::Big(&i.value).to_int()),
            None => Err(ConversionError::wrong_type("int", value)),
        }
    }
}

macro_rules! ints {
    ($($int:ident)*) => { $(
        impl IntoValue for $int {
            fn into_value(self, vm: &Vm) -> PyResult {
                Ok(vm.new_integer(Int::from(IBig::from(self))))
            }
        }

        impl FromValue for $int {
            fn expected() -> Cow<'static, str> {
                "int".into()
            }

            fn from_value(value: &Value) -> Result<Self, ConversionError> {
                let int = Int::from_value(value)?;
                let fits = match &int {
                    Int::Small(i) => $int::try_from(*i).ok(),
                    Int::Big(i) => $int::try_from(i).ok(),
                };
                fits.ok_or_else(|| ConversionError::Range {
                    value: short(&int),
                    target: stringify!($int),
                })
            }
        }
    )* };
}
ints! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// The int for a message.
fn short(int: &Int) -> String {
    let bits = crate::num::int_bits::bit_length(int.view());
    match bits {
        0..=256 => int.to_string(),
        _ => format!("an int of {bits} bits"),
    }
}

impl IntoValue for f64 {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_float(self))
    }
}

impl FromValue for f64 {
    fn expected() -> Cow<'static, str> {
        "float".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        if let Some(x) = value.as_float() {
            return Ok(x);
        }
        let int =
            Int::from_value(value).map_err(|_| ConversionError::wrong_type("float", value))?;
        crate::num::int::to_f64(int.view()).map_err(|_| ConversionError::Range {
            value: short(&int),
            target: "f64",
        })
    }
}

impl IntoValue for &str {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_str(self))
    }
}

impl IntoValue for String {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_str(&self))
    }
}

impl FromValue for String {
    fn expected() -> Cow<'static, str> {
        "str".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        let text = str_of(value)?.view().to_str_lossless();
        text.map(Cow::into_owned).ok_or_else(|| {
            ConversionError::Other(
                "a str with lone surrogates is no Rust string; extract a StrBuf".into(),
            )
        })
    }
}

impl IntoValue for char {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_char(self.into()))
    }
}

impl FromValue for char {
    fn expected() -> Cow<'static, str> {
        "str of one character".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        let text = String::from_value(value)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(ConversionError::Other(format!(
                "expected a str of one character, found one of {}",
                text.chars().count()
            ))),
        }
    }
}

impl IntoValue for StrBuf {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_text(self.view()))
    }
}

impl FromValue for StrBuf {
    fn expected() -> Cow<'static, str> {
        "str".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        Ok(str_of(value)?.view().to_buf())
    }
}

fn str_of(value: &Value) -> Result<&PyStr, ConversionError> {
    value
        .downcast()
        .ok_or_else(|| ConversionError::wrong_type("str", value))
}

/// A Python `bytes`. A `Vec<u8>` is a list of ints.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Bytes(pub Vec<u8>);

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        Bytes(bytes.to_vec())
    }
}

impl IntoValue for Bytes {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_bytes(&self.0))
    }
}

impl FromValue for Bytes {
    fn expected() -> Cow<'static, str> {
        "bytes".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        if let Some(b) = value.downcast::<PyBytes>() {
            return Ok(Bytes(b.data.to_vec()));
        }
        match value.downcast::<PyByteArray>() {
            Some(b) => Ok(Bytes(b.data.borrow().clone())),
            None => Err(ConversionError::wrong_type("bytes", value)),
        }
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self, vm: &Vm) -> PyResult {
        match self {
            Some(value) => value.into_value(vm),
            None => Ok(Value::NONE),
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn expected() -> Cow<'static, str> {
        format!("{} or None", T::expected()).into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        if value.is_none() {
            return Ok(None);
        }
        match T::from_value(value) {
            Ok(some) => Ok(Some(some)),
            Err(ConversionError::Type { expected, found }) if expected == T::expected() => {
                Err(ConversionError::Type {
                    expected: Self::expected().into_owned(),
                    found,
                })
            }
            Err(e) => Err(e),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self, vm: &Vm) -> PyResult {
        Ok(vm.new_list(values(vm, self)?))
    }
}

fn values<T: IntoValue>(vm: &Vm, items: impl IntoIterator<Item = T>) -> PyResult<Vec<Value>> {
    items.into_iter().map(|item| item.into_value(vm)).collect()
}

impl<T: FromValue> FromValue for Vec<T> {
    fn expected() -> Cow<'static, str> {
        "list".into()
    }

    fn from_value(value: &Value) -> Result<Self, ConversionError> {
        let items = sequence(value).ok_or_else(|| ConversionError::wrong_type("list", value))?;
        collect(&items)
    }
}

/// The items of a list or tuple.
fn sequence(value: &Value) -> Option<Vec<Value>> {
    if let Some(list) = value.downcast::<PyList>() {
        return Some(
            (0..list.items.len())
                .map_while(|i| list.items.get(i))
                .collect(),
        );
    }
    value.downcast::<PyTuple>().map(|t| t.items().to_vec())
}

fn collect<T: FromValue, C: FromIterator<T>>(items: &[Value]) -> Result<C, ConversionError> {
    let item = |(i, v)| T::from_value(v).map_err(|e| e.part(format!("item {i}")));
    items.iter().enumerate().map(item).collect()
}

macro_rules! sets {
    ($($set:ident<T $(, $hasher:ident)?> where $($bound:path),*;)*) => { $(
        impl<T: IntoValue $(, $hasher)?> IntoValue for $set<T $(, $hasher)?> {
            fn into_value(self, vm: &Vm) -> PyResult {
                let set = vm.new_set();
                for item in self {
                    set.add(vm, &item.into_value(vm)?)?;
                }
                Ok(set.into_value())
            }
        }

        impl<T: FromValue $(+ $bound)* $(, $hasher: BuildHasher + Default)?> FromValue for $set<T $(, $hasher)?> {
            fn expected() -> Cow<'static, str> {
                "set".into()
            }

            fn from_value(value: &Value) -> Result<Self, ConversionError> {
                match value.downcast::<PySet>() {
                    Some(set) => collect(&set.items()),
                    None => Err(ConversionError::wrong_type("set", value)),
                }
            }
        }
    )* };
}
sets! {
    HashSet<T, S> where Eq, Hash;
    BTreeSet<T> where Ord;
}

macro_rules! maps {
    ($($map:ident<K, V $(, $hasher:ident)?> where $($bound:path),*;)*) => { $(
        impl<K: IntoValue, V: IntoValue $(, $hasher)?> IntoValue for $map<K, V $(, $hasher)?> {
            fn into_value(self, vm: &Vm) -> PyResult {
                let dict = vm.new_dict();
                for (key, value) in self {
                    dict.set(vm, &key.into_value(vm)?, value.into_value(vm)?)?;
                }
                Ok(dict.into_value())
            }
        }

        impl<K: FromValue $(+ $bound)*, V: FromValue $(, $hasher: BuildHasher + Default)?> FromValue
            for $map<K, V $(, $hasher)?>
        {
            fn expected() -> Cow<'static, str> {
                "dict".into()
            }

            fn from_value(value: &Value) -> Result<Self, ConversionError> {
                let Some(dict) = value.downcast::<PyDict>() else {
                    return Err(ConversionError::wrong_type("dict", value));
                };
                let pair = |(i, (k, v)): (usize, (Value, Value))| {
                    let key = K::from_value(&k).map_err(|e| e.part(format!("key {i}")))?;
                    let value = V::from_value(&v).map_err(|e| e.part(format!("value {i}")))?;
                    Ok((key, value))
                };
                dict.items().into_iter().enumerate().map(pair).collect()
            }
        }
    )* };
}
maps! {
    HashMap<K, V, S> where Eq, Hash;
    BTreeMap<K, V> where Ord;
}

/// The positional arguments of a call: a tuple of up to eight [`IntoValue`]s, or a `Vec` of them.
pub trait IntoArgs {
    /// The values, as values of this machine.
    ///
    /// # Errors
    /// As [`IntoValue::into_value`].
    fn into_args(self, vm: &Vm) -> PyResult<Vec<Value>>;
}

impl<T: IntoValue> IntoArgs for Vec<T> {
    fn into_args(self, vm: &Vm) -> PyResult<Vec<Value>> {
        values(vm, self)
    }
}

/// The parameters of a Rust function that Python calls: a tuple of up to eight [`FromValue`]s, of which the last ones
/// may be `Option`s and left out by the caller, or [`Arguments`] for any number of them and keywords.
pub trait FromArgs: Sized {
    /// The arguments of a call of `function`.
    ///
    /// # Errors
    /// TypeError for a wrong number of arguments and for wrong types, OverflowError for ints out of range.
    fn from_args(vm: &Vm, function: &str, args: &Args<'_>) -> PyResult<Self>;
}

/// All arguments of a call.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Those without a name.
    pub positional: Vec<Value>,
    /// Names and values of the others.
    pub keywords: Vec<(String, Value)>,
}

impl FromArgs for Arguments {
    fn from_args(vm: &Vm, _: &str, args: &Args<'_>) -> PyResult<Self> {
        let keyword = |(name, value): (&Value, &Value)| (vm.str_lossy(name), value.clone());
        Ok(Arguments {
            positional: args.pos().to_vec(),
            keywords: args.keywords().map(keyword).collect(),
        })
    }
}

/// The arguments given, if there are neither too few nor too many of them, nor keywords.
fn positional<'a>(
    vm: &Vm,
    function: &str,
    args: &Args<'a>,
    required: usize,
    most: usize,
) -> PyResult<&'a [Value]> {
    if args.has_keywords() {
        return Err(vm.type_error(&format!("{function}() takes no keyword arguments")));
    }
    let given = args.pos();
    if (required..=most).contains(&given.len()) {
        return Ok(given);
    }
    let takes = match (required, most) {
        (0, 0) => "no arguments".to_owned(),
        (1, 1) => "exactly one argument".to_owned(),
        (a, b) if a == b => format!("exactly {a} arguments"),
        (a, b) => format!("from {a} to {b} arguments"),
    };
    Err(vm.type_error(&format!(
        "{function}() takes {takes} ({} given)",
        given.len()
    )))
}

fn argument<T: FromValue>(vm: &Vm, function: &str, given: &[Value], i: usize) -> PyResult<T> {
    let result = match given.get(i) {
        Some(value) => T::from_value(value),
        None => T::absent().ok_or_else(|| ConversionError::Other("is missing".into())),
    };
    result.map_err(|e| vm.conversion_error(&e.part(format!("{function}() argument {}", i + 1))))
}

impl FromArgs for () {
    fn from_args(vm: &Vm, function: &str, args: &Args<'_>) -> PyResult<Self> {
        positional(vm, function, args, 0, 0).map(|_| ())
    }
}

impl IntoArgs for () {
    fn into_args(self, _: &Vm) -> PyResult<Vec<Value>> {
        Ok(Vec::new())
    }
}

macro_rules! tuples {
    ($($count:literal: $($t:ident $i:tt),*;)*) => { $(
        impl<$($t: IntoValue),*> IntoValue for ($($t,)*) {
            fn into_value(self, vm: &Vm) -> PyResult {
                Ok(vm.new_tuple(self.into_args(vm)?))
            }
        }

        impl<$($t: IntoValue),*> IntoArgs for ($($t,)*) {
            fn into_args(self, vm: &Vm) -> PyResult<Vec<Value>> {
                Ok(vec![$(self.$i.into_value(vm)?),*])
            }
        }

        impl<$($t: FromValue),*> FromValue for ($($t,)*) {
            fn expected() -> Cow<'static, str> {
                concat!("tuple of ", $count).into()
            }

            fn from_value(value: &Value) -> Result<Self, ConversionError> {
                let items = sequence(value).ok_or_else(|| ConversionError::wrong_type("tuple", value))?;
                if items.len() != $count {
                    return Err(ConversionError::Other(format!(
                        "expected a tuple of {}, found one of {}", $count, items.len()
                    )));
                }
                Ok(($($t::from_value(&items[$i]).map_err(|e| e.part(concat!("item ", $i)))?,)*))
            }
        }

        impl<$($t: FromValue),*> FromArgs for ($($t,)*) {
            fn from_args(vm: &Vm, function: &str, args: &Args<'_>) -> PyResult<Self> {
                // Only the last ones may be left out.
                let optional = [$($t::absent().is_some()),*];
                let required = optional.iter().rposition(|o| !o).map_or(0, |last| last + 1);
                let given = positional(vm, function, args, required, $count)?;
                Ok(($(argument::<$t>(vm, function, given, $i)?,)*))
            }
        }
    )* };
}
tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
