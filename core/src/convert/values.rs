//! The conversions themselves: of numbers, text, bytes, options and containers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use dashu_int::IBig;

use super::{ConversionError, FromValue, IntoValue};
use crate::error::PyResult;
use crate::num::int::{Int, IntRef};
use crate::object::{PyByteArray, PyBytes, PyDict, PyInt, PyList, PySet, PyStr, PyTuple};
use crate::text::StrBuf;
use crate::value::Value;
use crate::vm::Vm;

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

/// Values as items of a list, or as arguments.
pub(super) fn values<T: IntoValue>(
    vm: &Vm,
    items: impl IntoIterator<Item = T>,
) -> PyResult<Vec<Value>> {
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
pub(super) fn sequence(value: &Value) -> Option<Vec<Value>> {
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
