//! The `%` operator of strings: reading the format, and converting numbers.

use std::ops::Range;

use super::float_text::{FloatOptions, FloatStyle, format_float as float_digits};
use super::format_num::MAX_TEXT;
use super::int::IntRef;
use super::int_text::{DigitLimit, Digits, Radix};
use crate::text::Str;
use crate::version::Version;

/// What is wrong with a format, apart from its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    /// It ends within a conversion.
    Incomplete,
    /// It ends within a mapping key.
    IncompleteKey,
    /// A width out of all range.
    WidthTooBig,
    /// A precision out of all range.
    PrecisionTooBig,
    /// Not a conversion: the code point and its index.
    Unsupported(u32, usize),
    /// Too few arguments: a `TypeError`.
    NotEnoughArguments,
    /// Too many arguments: a `TypeError`.
    NotAllConverted,
    /// A width or precision that is no int: a `TypeError`.
    StarWantsInt,
    /// A mapping key, but no mapping: a `TypeError`.
    RequiresMapping,
    /// The text would be longer than the budget: a `MemoryError`.
    Memory,
    /// An int with more decimal digits than the limit.
    Digits(DigitLimit),
}

impl PercentError {
    /// Whether the exception is a `TypeError`; a `ValueError` or, for [`PercentError::Memory`], a `MemoryError` otherwise.
    pub fn is_type_error(self) -> bool {
        matches!(
            self,
            PercentError::NotEnoughArguments
                | PercentError::NotAllConverted
                | PercentError::StarWantsInt
                | PercentError::RequiresMapping
        )
    }

    /// The message of the exception.
    pub fn message(self, version: Version) -> String {
        let fixed = match self {
            PercentError::Incomplete => "incomplete format",
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig => "precision too big",
            PercentError::Unsupported(code, index) => {
                let visible = char::from_u32(code).filter(|shown| (' '..='~').contains(shown));
                let shown = visible.unwrap_or('?');
                return format!(
                    "unsupported format character '{shown}' (0x{code:x}) at index {index}"
                );
            }
            PercentError::NotEnoughArguments => "not enough arguments for format string",
            PercentError::NotAllConverted => "not all arguments converted during string formatting",
            PercentError::StarWantsInt => "* wants int",
            PercentError::RequiresMapping => "format requires a mapping",
            PercentError::Memory => "",
            PercentError::Digits(error) => return error.message(version),
        };
        fixed.to_owned()
    }
}

/// What a format takes from its arguments while it is read, in CPython's order.
pub trait PercentArguments {
    /// An error of the caller: a Python exception.
    type Error: From<PercentError>;

    /// Looks up a mapping key, at this place of the format; the next conversion is of its value.
    fn mapping_key(&mut self, key: Range<usize>) -> Result<(), Self::Error>;

    /// The next argument as a width or precision (`*`).
    fn star(&mut self) -> Result<i64, Self::Error>;
}

/// A conversion: what stands between `%` and the letter, and the letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The least width.
    pub width: usize,
    /// What follows the point.
    pub precision: Option<usize>,
    /// The letter: any code point, so that the argument is fetched before [`Conversion::unsupported`] is raised.
    pub code: u32,
    /// Where the letter stands in the format.
    pub index: usize,
}

impl Conversion {
    /// Whether there is neither flag nor width nor precision.
    pub fn is_plain(&self) -> bool {
        let flags = self.left || self.plus || self.space || self.alternate || self.zero;
        !flags && self.width == 0 && self.precision.is_none()
    }
}

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This range of the format, as it is.
    Literal(Range<usize>),
    /// A percent sign.
    Percent,
    /// A conversion of the next argument.
    Conversion(Conversion),
}

/// Reads a format piece by piece, so that arguments are fetched and errors raised in CPython's order.
pub struct PercentReader<'a> {
    format: Str<'a>,
    position: usize,
    version: Version,
}

impl<'a> PercentReader<'a> {
    /// Starts to read a format.
    pub fn new(format: Str<'a>, version: Version) -> PercentReader<'a> {
        PercentReader {
            format,
            position: 0,
            version,
        }
    }

    #[inline]
    fn peek(&self) -> Option<char> {
        if let Str::Ascii(format) = self.format {
            return format.get(self.position).map(|&c| char::from(c));
        }
        // A surrogate is no flag, digit or letter; whoever needs its value reads the code point.
        self.format
            .get(self.position)
            .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.position += usize::from(found);
        found
    }

    /// The next piece; none at the end.
    pub fn next_piece<A: PercentArguments>(
        &mut self,
        arguments: &mut A,
    ) -> Result<Option<Piece>, A::Error> {
        let start = self.position;
        self.position = self.format.find_from(self.position, u32::from('%'));
        if self.position > start {
            return Ok(Some(Piece::Literal(start..self.position)));
        }
        if !self.accept('%') {
            return Ok(None);
        }
        if self.accept('%') {
            return Ok(Some(Piece::Percent));
        }
        let conversion = self.conversion(arguments)?;
        // 3.6 takes `%5%` for a percent sign, later versions for an unknown conversion.
        if conversion.code == u32::from('%') && self.version < Version::V3_7 {
            return Ok(Some(Piece::Percent));
        }
        Ok(Some(Piece::Conversion(conversion)))
    }

    fn conversion<A: PercentArguments>(
        &mut self,
        arguments: &mut A,
    ) -> Result<Conversion, A::Error> {
        let mut result = Conversion::default();
        // Most conversions are a letter and nothing else.
        if let Some(letter @ ('c'..='g' | 'i' | 'o' | 'r' | 's' | 'u' | 'x')) = self.peek() {
            result.index = self.position;
            result.code = u32::from(letter);
            self.position += 1;
            return Ok(result);
        }
        if self.accept('(') {
            let key = self.key()?;
            arguments.mapping_key(key)?;
        }
        loop {
            match self.peek() {
                Some('-') => result.left = true,
                Some('+') => result.plus = true,
                Some(' ') => result.space = true,
                Some('#') => result.alternate = true,
                Some('0') => result.zero = true,
                _ => break,
            }
            self.position += 1;
        }
        if self.accept('*') {
            let width = arguments.star()?;
            result.left |= width < 0;
            result.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
        } else {
            let largest = isize::MAX.unsigned_abs();
            result.width = self.number(largest, PercentError::WidthTooBig)?;
        }
        if self.accept('.') {
            result.precision = Some(if self.accept('*') {
                usize::try_from(arguments.star()?).unwrap_or(0)
            } else {
                self.number(
                    i32::MAX.unsigned_abs() as usize,
                    PercentError::PrecisionTooBig,
                )?
            });
        }
        // C's length modifiers mean nothing here.
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.position += 1;
        }
        result.index = self.position;
        result.code = self
            .format
            .get(self.position)
            .ok_or(PercentError::Incomplete)?;
        self.position += 1;
        Ok(result)
    }

    /// The range of a mapping key, after its opening parenthesis: parentheses nest.
    fn key(&mut self) -> Result<Range<usize>, PercentError> {
        let start = self.position;
        let mut depth: usize = 1;
        while let Some(char) = self.peek() {
            match char {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                return Ok(start..self.position - 1);
            }
        }
        Err(PercentError::IncompleteKey)
    }

    fn number(&mut self, largest: usize, too_big: PercentError) -> Result<usize, PercentError> {
        let mut value: usize = 0;
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(digit as usize))
                .filter(|&value| value <= largest)
                .ok_or(too_big)?;
            self.position += 1;
        }
        Ok(value)
    }
}

impl Conversion {
    /// The error for a letter that is no conversion.
    pub fn unsupported(&self) -> PercentError {
        PercentError::Unsupported(self.code, self.index)
    }

    /// `%d %i %u %x %X %o` of an int; `limit`, which is asked for only where it matters, bounds its decimal digits.
    pub fn format_int(
        &self,
        value: IntRef<'_>,
        limit: impl FnOnce() -> usize,
    ) -> Result<String, PercentError> {
        let (radix, upper) = match char::from_u32(self.code) {
            Some('x') => (Some(Radix::Hex), false),
            Some('X') => (Some(Radix::Hex), true),
            Some('o') => (Some(Radix::Octal), false),
            Some('d' | 'i' | 'u') => (None, false),
            _ => return Err(self.unsupported()),
        };
        if self.width.max(self.precision.unwrap_or(0)) > MAX_TEXT {
            return Err(PercentError::Memory);
        }
        let digits = Digits::of(value, radix, upper, limit).map_err(PercentError::Digits)?;
        let zeros = self
            .precision
            .unwrap_or(0)
            .saturating_sub(digits.as_str().len());
        let prefix = match radix {
            Some(Radix::Hex) if self.alternate && upper => "0X",
            Some(radix) if self.alternate => radix.prefix(),
            _ => "",
        };
        Ok(self.field(value.is_negative(), prefix, zeros, digits.as_str()))
    }

    /// `%e %f %g` and their upper case of a float.
    pub fn format_float(&self, value: f64) -> Result<String, PercentError> {
        let code = char::from_u32(self.code).unwrap_or(char::REPLACEMENT_CHARACTER);
        let style = match code.to_ascii_lowercase() {
            'e' => FloatStyle::Exponent,
            'f' => FloatStyle::Fixed,
            'g' => FloatStyle::General,
            _ => return Err(self.unsupported()),
        };
        let precision = self.precision.unwrap_or(6);
        if self.width.max(precision) > MAX_TEXT {
            return Err(PercentError::Memory);
        }
        let options = FloatOptions {
            alternate: self.alternate,
            ..FloatOptions::default()
        };
        let mut text = float_digits(value, style, precision, options);
        if code.is_ascii_uppercase() {
            text.make_ascii_uppercase();
        }
        match text.strip_prefix('-') {
            Some(digits) => Ok(self.field(true, "", 0, digits)),
            None => Ok(self.field(false, "", 0, &text)),
        }
    }

    /// How much padding text of this length gets, left and right: `%s`, `%r`, `%a`, `%c`, which ignore `0`.
    pub fn text_padding(&self, length: usize) -> Result<(usize, usize), PercentError> {
        if self.width > MAX_TEXT {
            return Err(PercentError::Memory);
        }
        let padding = self.width.saturating_sub(length);
        Ok(if self.left {
            (0, padding)
        } else {
            (padding, 0)
        })
    }

    /// The number, with zeros before its digits, in its field; the width is within the budget.
    fn field(&self, negative: bool, prefix: &str, zeros: usize, digits: &str) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let length = sign.len() + prefix.len() + zeros + digits.len();
        let padding = self.width.saturating_sub(length);
        let (before, inside, after) = match (self.left, self.zero) {
            (true, _) => (0, 0, padding),
            (_, true) => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        let mut field = String::with_capacity(length + padding);
        let many = |c, n| std::iter::repeat_n(c, n);
        field.extend(many(' ', before));
        field.push_str(sign);
        field.push_str(prefix);
        field.extend(many('0', inside + zeros));
        field.push_str(digits);
        field.extend(many(' ', after));
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoArguments;

    impl PercentArguments for NoArguments {
        type Error = PercentError;

        fn mapping_key(&mut self, _: Range<usize>) -> Result<(), PercentError> {
            Err(PercentError::RequiresMapping)
        }

        fn star(&mut self) -> Result<i64, PercentError> {
            Err(PercentError::NotEnoughArguments)
        }
    }

    fn next(format: &str, minor: u8) -> Result<Option<Piece>, PercentError> {
        PercentReader::new(
            Str::Ascii(format.as_bytes()),
            Version::new(minor).unwrap_or(Version::LAST),
        )
        .next_piece(&mut NoArguments)
    }

    fn int(format: &str, value: i64) -> Result<String, PercentError> {
        match next(format, 12)? {
            Some(Piece::Conversion(conversion)) => {
                conversion.format_int(IntRef::Small(value), || 4300)
            }
            _ => Err(PercentError::Incomplete),
        }
    }

    #[test]
    fn formats_ints() {
        assert_eq!(int("%#08x", -255).as_deref(), Ok("-0x000ff"));
        assert_eq!(int("%012.5d", -5).as_deref(), Ok("-00000000005"));
        assert_eq!(int("%-05ld", 5).as_deref(), Ok("5    "));
        assert_eq!(int("%99999999999999d", 5), Err(PercentError::Memory));
    }

    #[test]
    fn raises_in_order() {
        assert_eq!(next("%", 12), Err(PercentError::Incomplete));
        assert_eq!(next("%*", 12), Err(PercentError::NotEnoughArguments));
        assert_eq!(next("%(a", 12), Err(PercentError::IncompleteKey));
        assert_eq!(next("%5%", 6), Ok(Some(Piece::Percent)));
        let unknown = int("%y", 1).map_err(|error| error.message(Version::V3_12));
        assert_eq!(
            unknown,
            Err("unsupported format character 'y' (0x79) at index 1".to_owned())
        );
    }
}
