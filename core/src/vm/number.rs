//! Numbers: values as ints and floats.

use std::cell::Cell;

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::num::error::{NumError, NumErrorKind};
use crate::num::int::{Int, IntRef};
use crate::num::int_text::{self, DEFAULT_MAX_STR_DIGITS, WordDigits};
use crate::object::{Kind, PyInt};
use crate::text::Str;
use crate::value::Value;
use crate::version::Version;

/// What may stand where an int is wanted.
pub type IntLike<'a> = IntRef<'a>;

/// `sys.set_int_max_str_digits`, once it was called.
#[derive(Default)]
struct MaxStrDigits(Cell<Option<usize>>);

impl Vm {
    /// How many decimal digits conversions between int and str may have; 0 is no limit.
    pub fn max_str_digits(&self) -> usize {
        let default = if self.version >= Version::V3_7 {
            DEFAULT_MAX_STR_DIGITS
        } else {
            0
        };
        self.extension::<MaxStrDigits>().0.get().unwrap_or(default)
    }

    /// Sets what [`Vm::max_str_digits`] gives.
    pub fn set_max_str_digits(&self, limit: usize) {
        self.extension::<MaxStrDigits>().0.set(Some(limit));
    }

    /// `str(i)` of an int that is an immediate.
    #[inline]
    pub(crate) fn small_int_text(&self, i: i64) -> Value {
        self.new_text(Str::Ascii(WordDigits::signed(i).as_bytes()))
    }

    /// `str(i)` of an int.
    ///
    /// # Errors
    /// ValueError for more digits than [`Vm::max_str_digits`].
    pub fn int_text(&self, i: IntRef<'_>) -> PyResult<String> {
        if let IntRef::Small(i) = i {
            return Ok(i.to_string());
        }
        int_text::to_decimal(i, self.max_str_digits())
            .map_err(|e| self.value_error(&e.message(self.version)))
    }

    /// The int behind an exact `int` or `bool`.
    #[inline]
    pub fn exact_int<'a>(&self, v: &'a Value) -> Option<IntRef<'a>> {
        if let Some(i) = v.as_int() {
            return Some(IntRef::Small(i));
        }
        if let Some(b) = v.as_bool() {
            return Some(IntRef::Small(b as i64));
        }
        v.downcast_exact::<PyInt>().map(|i| view(&i.value))
    }

    /// The int behind an `int`, a `bool` or an instance of a subclass.
    #[inline]
    pub fn int_value<'a>(&self, v: &'a Value) -> Option<IntRef<'a>> {
        if let Some(i) = v.as_int() {
            return Some(IntRef::Small(i));
        }
        if let Some(b) = v.as_bool() {
            return Some(IntRef::Small(b as i64));
        }
        v.downcast::<PyInt>().map(|i| view(&i.value))
    }

    /// Whether a value is an `int`, subclasses included.
    pub fn is_int(&self, v: &Value) -> bool {
        v.as_int().is_some() || v.as_bool().is_some() || v.kind() == Some(Kind::Int)
    }

    /// `operator.index(v)`.
    pub fn index(&self, v: &Value) -> PyResult<Int> {
        if let Some(i) = self.int_value(v) {
            return Ok(i.to_int());
        }
        let Some(r) = self.call_special(v, &self.names.index, &[])? else {
            return Err(self.type_error(&format!(
                "'{}' object cannot be interpreted as an integer",
                self.type_name(v)
            )));
        };
        match self.int_value(&r) {
            Some(i) => Ok(i.to_int()),
            None => Err(self.type_error(&format!(
                "__index__ returned non-int (type {})",
                self.type_name(&r)
            ))),
        }
    }

    /// `operator.index(v)` as a value: an exact int.
    pub fn index_value(&self, v: &Value) -> PyResult {
        if v.as_int().is_some() {
            return Ok(v.clone());
        }
        Ok(self.new_integer(self.index(v)?))
    }

    /// An index-sized int; OverflowError beyond 64 bits.
    pub fn index_i64(&self, v: &Value) -> PyResult<i64> {
        if let Some(i) = v.as_int() {
            return Ok(i);
        }
        let i = self.index(v)?;
        i.view()
            .as_i64()
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C ssize_t"))
    }

    /// An index-sized int; what does not fit becomes the nearest that does (slices).
    pub fn index_clamped(&self, v: &Value) -> PyResult<i64> {
        if let Some(i) = v.as_int() {
            return Ok(i);
        }
        Ok(self.index(v)?.view().clamp_i64())
    }

    /// An int argument of 64 bits (`int`, or by `__index__`).
    pub fn int_arg(&self, v: &Value) -> PyResult<i64> {
        if let Some(i) = v.as_int() {
            return Ok(i);
        }
        let i = self.index(v)?;
        i.view()
            .as_i64()
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C long"))
    }

    /// A float argument: a float, or by `__float__` or `__index__`.
    pub fn float_arg(&self, v: &Value) -> PyResult<f64> {
        if let Some(f) = v.as_float() {
            return Ok(f);
        }
        if let Some(i) = self.int_value(v) {
            return crate::num::int::to_f64(i).map_err(|e| self.num_error(&e));
        }
        if let Some(r) = self.call_special(v, &self.names.float, &[])? {
            return r.as_float().ok_or_else(|| {
                self.type_error(&format!(
                    "{}.__float__ returned non-float (type {})",
                    self.type_name(v),
                    self.type_name(&r)
                ))
            });
        }
        if self.version >= crate::version::Version::V3_8
            && self
                .lookup_type(self.type_of(v), &self.names.index)
                .is_some()
        {
            let i = self.index(v)?;
            return crate::num::int::to_f64(i.view()).map_err(|e| self.num_error(&e));
        }
        Err(self.type_error(&format!("must be real number, not {}", self.type_name(v))))
    }

    /// The Python exception for an error of the number functions.
    pub fn num_error(&self, e: &NumError) -> Raise {
        let text = e.message(self.version);
        if *e == NumError::Range {
            let text = self.new_str(&text);
            return self.new_raise(&self.exc_types.OverflowError, vec![Value::i32(34), text]);
        }
        match e.kind() {
            NumErrorKind::ZeroDivision => self.zero_division(&text),
            NumErrorKind::Overflow => self.overflow_error(&text),
            NumErrorKind::Value => self.value_error(&text),
            NumErrorKind::Memory => self.memory_error(),
        }
    }
}

/// A view of a big int, small where it fits.
pub(crate) fn view(i: &dashu_int::IBig) -> IntRef<'_> {
    match i64::try_from(i) {
        Ok(s) => IntRef::Small(s),
        Err(_) => IntRef::Big(i),
    }
}
