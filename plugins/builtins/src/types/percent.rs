//! The `%` operator of `str`, `bytes` and `bytearray`.

use std::ops::Range;

use opyc_core::error::{PyResult, Raise};
use opyc_core::num::int_text::WordDigits;
use opyc_core::num::percent::{Conversion, PercentArguments, PercentError, PercentReader, Piece};
use opyc_core::object::{Kind, PyByteArray, PyBytes, PyStr, PyTuple};
use opyc_core::text::{Str, StrBuf, StrBuilder};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::int_new;
use super::str::text;
use super::text_support::new_buf;

/// `format % values` of a str.
pub fn str_percent(vm: &Vm, format: &Value, values: &Value) -> PyResult {
    let format = text(vm, format)?;
    Ok(new_buf(vm, Percent::new(vm, format, values, false).run()?))
}

/// `format % values` of bytes.
pub fn bytes_percent(vm: &Vm, format: &[u8], values: &Value) -> PyResult<Vec<u8>> {
    match Percent::new(vm, Str::Latin1(format), values, true).run()? {
        StrBuf::Ascii(b) | StrBuf::Latin1(b) => Ok(b),
        _ => Err(vm.system_error("bytes formatting gave text")),
    }
}

/// Why formatting stopped.
enum Stop {
    Raise(Raise),
    Percent(PercentError),
}

impl From<PercentError> for Stop {
    fn from(e: PercentError) -> Stop {
        Stop::Percent(e)
    }
}

impl From<Raise> for Stop {
    fn from(r: Raise) -> Stop {
        Stop::Raise(r)
    }
}

/// The arguments still to be converted.
enum Source {
    Tuple {
        values: Value,
        next: usize,
    },
    /// One value that is no tuple, or what a mapping key gave; NULL once it is used.
    Single(Value),
}

struct Percent<'a> {
    vm: &'a Vm,
    format: Str<'a>,
    source: Source,
    /// The right operand, if mapping keys may be looked up in it.
    mapping: Option<Value>,
    /// Whether the format is bytes.
    bytes: bool,
    out: StrBuilder,
}

impl PercentArguments for Percent<'_> {
    type Error = Stop;

    fn mapping_key(&mut self, key: Range<usize>) -> Result<(), Stop> {
        let Some(mapping) = &self.mapping else {
            return Err(PercentError::RequiresMapping.into());
        };
        let mut text = StrBuilder::new();
        text.push_str(self.format.slice(key.start, key.end));
        let key = match text.finish() {
            StrBuf::Ascii(b) | StrBuf::Latin1(b) if self.bytes => self.vm.new_bytes(&b),
            text => new_buf(self.vm, text),
        };
        self.source = Source::Single(self.vm.get_item(mapping, &key)?);
        Ok(())
    }

    fn star(&mut self) -> Result<i64, Stop> {
        let v = self.next()?;
        match self.vm.int_value(&v) {
            Some(_) => Ok(self.vm.index_i64(&v)?),
            None => Err(PercentError::StarWantsInt.into()),
        }
    }
}

impl<'a> Percent<'a> {
    fn new(vm: &'a Vm, format: Str<'a>, values: &Value, bytes: bool) -> Percent<'a> {
        let source = match values.downcast::<PyTuple>() {
            Some(_) => Source::Tuple {
                values: values.clone(),
                next: 0,
            },
            None => Source::Single(values.clone()),
        };
        let text = match values.kind() {
            Some(Kind::Tuple | Kind::Str) => true,
            Some(Kind::Bytes | Kind::ByteArray) => bytes,
            _ => false,
        };
        let mapping = !text
            && values.header().is_some()
            && vm
                .lookup_type(vm.type_of(values), &vm.names.getitem)
                .is_some();
        Percent {
            vm,
            format,
            source,
            mapping: mapping.then(|| values.clone()),
            bytes,
            out: StrBuilder::with_capacity(format.len().saturating_mul(2)),
        }
    }

    /// The next argument.
    fn next(&mut self) -> Result<Value, Stop> {
        let v = match &mut self.source {
            Source::Single(v) => std::mem::replace(v, Value::NULL),
            Source::Tuple { values, next } => {
                let v = values
                    .downcast::<PyTuple>()
                    .and_then(|t| t.get(*next).cloned());
                *next += 1;
                v.unwrap_or(Value::NULL)
            }
        };
        if v.is_null() {
            Err(PercentError::NotEnoughArguments.into())
        } else {
            Ok(v)
        }
    }

    fn all_used(&self) -> bool {
        match &self.source {
            Source::Single(v) => v.is_null(),
            Source::Tuple { values, next } => values
                .downcast::<PyTuple>()
                .is_none_or(|t| *next >= t.len()),
        }
    }

    fn run(mut self) -> PyResult<StrBuf> {
        let vm = self.vm;
        match self.pieces() {
            Ok(()) => Ok(self.out.finish()),
            Err(Stop::Raise(r)) => Err(r),
            Err(Stop::Percent(PercentError::Memory)) => Err(vm.memory_error()),
            Err(Stop::Percent(e)) if e.is_type_error() => {
                let text = e.message(vm.version());
                let text = match e {
                    PercentError::NotAllConverted if self.bytes => {
                        "not all arguments converted during bytes formatting".to_owned()
                    }
                    _ => text,
                };
                Err(vm.type_error(&text))
            }
            Err(Stop::Percent(e)) => Err(vm.value_error(&e.message(vm.version()))),
        }
    }

    fn pieces(&mut self) -> Result<(), Stop> {
        let mut reader = PercentReader::new(self.format, self.vm.version());
        while let Some(piece) = reader.next_piece(self)? {
            match piece {
                Piece::Literal(at) => self.out.push_str(self.format.slice(at.start, at.end)),
                Piece::Percent => self.out.push(u32::from('%')),
                Piece::Conversion(c) => self.convert(&c)?,
            }
        }
        if self.mapping.is_none() && !self.all_used() {
            return Err(PercentError::NotAllConverted.into());
        }
        Ok(())
    }

    fn convert(&mut self, c: &Conversion) -> Result<(), Stop> {
        let v = self.next()?;
        let vm = self.vm;
        if c.is_plain() && self.plain(c, &v) {
            return Ok(());
        }
        match char::from_u32(c.code) {
            Some('d' | 'i' | 'u' | 'o' | 'x' | 'X') => self.int(c, &v),
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                let f = match vm.float_arg(&v) {
                    Err(r) if self.bytes && vm.is_exception(&r, &vm.exc_types.TypeError) => {
                        let text = format!("float argument required, not {}", vm.type_name(&v));
                        return Err(vm.type_error(&text).into());
                    }
                    f => f?,
                };
                self.out.push_utf8(&c.format_float(f)?);
                Ok(())
            }
            Some('c') => {
                let made = if self.bytes {
                    byte(vm, &v)?
                } else {
                    character(vm, &v)?
                };
                self.padded(c, StrBuf::from_code_point(made).view())
            }
            Some('s' | 'b') if self.bytes => {
                let b = bytes_of(vm, &v)?;
                self.padded_cut(c, Str::Latin1(&b))
            }
            Some('a' | 'r') if self.bytes => self.padded_str(c, vm.ascii_of(&v)?),
            Some('s') => self.padded_str(c, vm.str_of(&v)?),
            Some('r') => self.padded_str(c, vm.repr_of(&v)?),
            Some('a') => self.padded_str(c, vm.ascii_of(&v)?),
            _ => Err(c.unsupported().into()),
        }
    }

    /// `%s` of a str and `%d` of a small int; false, with nothing done, for anything else.
    fn plain(&mut self, c: &Conversion, v: &Value) -> bool {
        match char::from_u32(c.code) {
            Some('s') if !self.bytes => match v.downcast_exact::<PyStr>() {
                Some(s) => self.out.push_str(s.view()),
                None => return false,
            },
            Some('d' | 'i' | 'u') => match v.as_int() {
                Some(i) => {
                    let digits = WordDigits::signed(i);
                    self.out.push_str(Str::Ascii(digits.as_bytes()));
                }
                None => return false,
            },
            _ => return false,
        }
        true
    }

    fn padded_str(&mut self, c: &Conversion, v: Value) -> Result<(), Stop> {
        match v.downcast::<PyStr>() {
            Some(s) => self.padded_cut(c, s.view()),
            None => Ok(()),
        }
    }

    /// Text cut to the precision, in its field.
    fn padded_cut(&mut self, c: &Conversion, text: Str<'_>) -> Result<(), Stop> {
        self.padded(c, text.slice(0, c.precision.unwrap_or(usize::MAX)))
    }

    fn padded(&mut self, c: &Conversion, text: Str<'_>) -> Result<(), Stop> {
        let (before, after) = c.text_padding(text.len())?;
        self.out.push_many(u32::from(' '), before);
        self.out.push_str(text);
        self.out.push_many(u32::from(' '), after);
        Ok(())
    }

    fn int(&mut self, c: &Conversion, v: &Value) -> Result<(), Stop> {
        let vm = self.vm;
        let limit = || vm.max_str_digits();
        if let Some(i) = vm.int_value(v) {
            self.out.push_utf8(&c.format_int(i, limit)?);
            return Ok(());
        }
        let radix = matches!(char::from_u32(c.code), Some('o' | 'x' | 'X'));
        let made = if !is_number(vm, v) {
            None
        } else {
            match if radix {
                vm.index(v)
            } else {
                int_new::number(vm, v)
            } {
                Ok(i) => Some(i),
                Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => None,
                Err(r) => return Err(r.into()),
            }
        };
        let Some(i) = made else {
            let wanted = match vm.version() {
                _ if radix => "an integer",
                v if v >= Version::V3_10 => "a real number",
                _ => "a number",
            };
            let code = char::from_u32(c.code).unwrap_or('?');
            let text = format!(
                "%{code} format: {wanted} is required, not {}",
                vm.type_name(v)
            );
            return Err(vm.type_error(&text).into());
        };
        self.out.push_utf8(&c.format_int(i.view(), limit)?);
        Ok(())
    }
}

/// Whether a value's type has number slots at all (`PyNumber_Check`): text has none, though `int()` takes it.
fn is_number(vm: &Vm, v: &Value) -> bool {
    let ty = vm.type_of(v);
    let n = &vm.names;
    [&n.index, &n.int, &n.float]
        .iter()
        .any(|name| vm.lookup_type(ty, name).is_some())
}

/// `%c` of a str.
fn character(vm: &Vm, v: &Value) -> PyResult<u32> {
    let new = vm.version() >= Version::V3_14;
    if let Some(s) = v.downcast::<PyStr>() {
        return match s.view().get(0) {
            Some(c) if s.len() == 1 => Ok(c),
            _ if new => Err(vm.type_error(&format!(
                "%c requires an int or a unicode character, not a string of length {}",
                s.len()
            ))),
            _ => Err(vm.type_error("%c requires int or char")),
        };
    }
    let i = match vm.index(v) {
        Ok(i) => i,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => {
            return Err(vm.type_error(&if new {
                format!(
                    "%c requires an int or a unicode character, not {}",
                    vm.type_name(v)
                )
            } else {
                "%c requires int or char".to_owned()
            }));
        }
        Err(r) => return Err(r),
    };
    match i.view().as_i64() {
        Some(c @ 0..=0x10_FFFF) => Ok(c as u32),
        None if vm.version() < Version::V3_10 => Err(vm.type_error("%c requires int or char")),
        _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
    }
}

/// `%c` of bytes.
fn byte(vm: &Vm, v: &Value) -> PyResult<u32> {
    let only = v.downcast::<PyBytes>().and_then(|b| match *b.data {
        [c] => Some(c),
        _ => None,
    });
    let only = only.or_else(|| {
        v.downcast::<PyByteArray>()
            .and_then(|b| match b.data.borrow().as_slice() {
                [c] => Some(*c),
                _ => None,
            })
    });
    if let Some(c) = only {
        return Ok(c.into());
    }
    if vm.lookup_type(vm.type_of(v), &vm.names.index).is_none() {
        let text = match (vm.version() >= Version::V3_14, v.kind()) {
            (false, _) => "%c requires an integer in range(256) or a single byte".to_owned(),
            (true, Some(Kind::Bytes | Kind::ByteArray)) => {
                let name = if v.kind() == Some(Kind::Bytes) {
                    "bytes"
                } else {
                    "bytearray"
                };
                let len = vm.bytes_like(v)?.len();
                format!(
                    "%c requires an integer in range(256) or a single byte, not a {name} object of length {len}"
                )
            }
            (true, _) => format!(
                "%c requires an integer in range(256) or a single byte, not {}",
                vm.type_name(v)
            ),
        };
        return Err(vm.type_error(&text));
    }
    match vm.index(v)?.view().as_u64() {
        Some(c) if c < 256 => Ok(c as u32),
        _ => Err(vm.overflow_error("%c arg not in range(256)")),
    }
}

/// `%b` of bytes.
fn bytes_of(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.downcast_exact::<PyBytes>() {
        return Ok(b.data.to_vec());
    }
    if let Some(b) = super::bytes_new::by_dunder(vm, v)? {
        return Ok(vm.bytes_like(&b)?.into_owned());
    }
    match vm.buffer(v)? {
        Some(b) => Ok(b.into_owned()),
        None => Err(vm.type_error(&format!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            vm.type_name(v)
        ))),
    }
}
