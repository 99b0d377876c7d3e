//! The arguments of calls, both ways. Tuples of Rust are arguments as well as values.

use std::borrow::Cow;

use super::values::{sequence, values};
use super::{ConversionError, FromValue, IntoValue};
use crate::args::Args;
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

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
