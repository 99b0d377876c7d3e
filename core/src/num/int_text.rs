//! Ints as text, and back.

use dashu_int::UBig;

use super::int::{Int, IntRef};
use super::int_bits::bit_length;
use crate::version::Version;

/// The limit on decimal digits unless `sys.set_int_max_str_digits` changes it; 0 is no limit.
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// Numbers of so many digits or fewer are never refused.
pub const STR_DIGITS_THRESHOLD: usize = 640;

/// Why text is no int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// Not an int in that base: the caller adds the base and the repr of the text.
    Invalid,
    /// The base is neither 0 nor 2 to 36.
    Base,
    /// More decimal digits than the limit.
    Digits {
        /// How many there are.
        digits: usize,
        /// How many may be.
        limit: usize,
    },
}

impl ParseIntError {
    /// The message of the `ValueError`; `repr` is the repr of the text and `base` what the caller asked for.
    pub fn message(self, version: Version, base: u32, repr: &str) -> String {
        match self {
            ParseIntError::Invalid => {
                format!("invalid literal for int() with base {base}: {repr}")
            }
            ParseIntError::Base => "int() base must be >= 2 and <= 36, or 0".to_owned(),
            ParseIntError::Digits { digits, limit } => {
                digit_limit_message(version, limit, Some(digits))
            }
        }
    }
}

/// More decimal digits than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitLimit {
    /// How many digits may be.
    pub limit: usize,
}

impl DigitLimit {
    /// The message of the `ValueError`.
    pub fn message(self, version: Version) -> String {
        digit_limit_message(version, self.limit, None)
    }
}

fn digit_limit_message(version: Version, limit: usize, digits: Option<usize>) -> String {
    let unit = if version >= Version::V3_11 {
        " digits"
    } else {
        ""
    };
    let found = digits.map_or(String::new(), |digits| {
        format!(": value has {digits} digits")
    });
    format!(
        "Exceeds the limit ({limit}{unit}) for integer string conversion{found}; \
         use sys.set_int_max_str_digits() to increase the limit"
    )
}

/// `int(text, base)`, of text in which the caller has made all digits and spaces ASCII.
///
/// `limit` bounds the digits where the base is not a power of two; 0 is no limit.
pub fn parse(text: &[u8], base: u32, limit: usize) -> Result<Int, ParseIntError> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(ParseIntError::Base);
    }
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let prefix_base = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let (radix, digits) = match (base, prefix_base) {
        (_, 1..) if base == 0 || base == prefix_base => {
            let rest = text.get(2..).unwrap_or_default();
            (prefix_base, rest.strip_prefix(b"_").unwrap_or(rest))
        }
        (0, _) => (10, text),
        _ => (base, text),
    };
    let value = parse_digits(digits, radix, limit)?;
    // Without a base, 010 is no number, as it would be octal in other languages.
    if base == 0 && radix == 10 && text.first() == Some(&b'0') && !value.view().is_zero() {
        return Err(ParseIntError::Invalid);
    }
    Ok(if negative {
        super::int_arith::neg(value.view())
    } else {
        value
    })
}

/// The digits of an int without its sign.
pub enum Digits {
    /// Of one that fits a machine word.
    Word(WordDigits),
    /// Of a larger one.
    Text(String),
}

impl Digits {
    /// In a radix, or decimal; `limit` bounds decimal digits.
    pub fn of(
        value: IntRef<'_>,
        radix: Option<Radix>,
        upper: bool,
        limit: impl FnOnce() -> usize,
    ) -> Result<Digits, DigitLimit> {
        let digits = match (value, radix) {
            (IntRef::Small(i), None) => Digits::Word(WordDigits::decimal(i.unsigned_abs())),
            (IntRef::Small(i), Some(r)) => Digits::Word(WordDigits::radix(i.unsigned_abs(), r)),
            (_, Some(r)) => Digits::Text(to_radix(value, r)),
            (_, None) => {
                let text = to_decimal(value, limit())?;
                Digits::Text(text.strip_prefix('-').map(str::to_owned).unwrap_or(text))
            }
        };
        Ok(match digits {
            Digits::Word(mut w) if upper => {
                w.bytes.make_ascii_uppercase();
                Digits::Word(w)
            }
            Digits::Text(mut t) if upper => {
                t.make_ascii_uppercase();
                Digits::Text(t)
            }
            digits => digits,
        })
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        match self {
            Digits::Word(w) => std::str::from_utf8(w.as_bytes()).unwrap_or_default(),
            Digits::Text(t) => t,
        }
    }
}

/// The digits of a machine word, made without allocating.
pub struct WordDigits {
    bytes: [u8; 64],
    start: usize,
}

impl WordDigits {
    /// The decimal digits of an int, after a minus sign if it is negative.
    #[inline]
    pub fn signed(value: i64) -> WordDigits {
        let mut digits = WordDigits::decimal(value.unsigned_abs());
        if value < 0 {
            digits.push(b'-');
        }
        digits
    }

    /// Decimal digits.
    #[inline]
    pub fn decimal(mut value: u64) -> WordDigits {
        let mut digits = WordDigits::EMPTY;
        loop {
            digits.push(b'0' + (value % 10) as u8);
            value /= 10;
            if value == 0 {
                return digits;
            }
        }
    }

    /// Digits in a radix that is a power of two, small letters.
    pub fn radix(mut value: u64, radix: Radix) -> WordDigits {
        let bits = match radix {
            Radix::Binary => 1,
            Radix::Octal => 3,
            Radix::Hex => 4,
        };
        let mut digits = WordDigits::EMPTY;
        loop {
            let digit = (value & ((1 << bits) - 1)) as u8;
            digits.push(if digit < 10 {
                b'0' + digit
            } else {
                b'a' + digit - 10
            });
            value >>= bits;
            if value == 0 {
                return digits;
            }
        }
    }

    const EMPTY: WordDigits = WordDigits {
        bytes: [0; 64],
        start: 64,
    };

    /// Puts a digit before the others; there is room for those of any word.
    #[inline(always)]
    fn push(&mut self, digit: u8) {
        self.start = self.start.saturating_sub(1);
        self.bytes[self.start & 63] = digit;
    }

    /// The digits.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

/// Drops the spaces of C's `isspace` from both ends.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text
        .iter()
        .position(|byte| !space(byte))
        .unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|byte| !space(byte))
        .map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

/// Digits with single underscores between them.
fn parse_digits(text: &[u8], radix: u32, limit: usize) -> Result<Int, ParseIntError> {
    let mut digits = String::with_capacity(text.len());
    let mut after_digit = false;
    let mut small: Option<i64> = Some(0);
    for &byte in text {
        if byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = char::from(byte)
            .to_digit(radix)
            .ok_or(ParseIntError::Invalid)?;
        small = small
            .and_then(|value| value.checked_mul(i64::from(radix)))
            .and_then(|value| value.checked_add(i64::from(digit)));
        digits.push(char::from(byte));
        after_digit = true;
    }
    if !after_digit {
        return Err(ParseIntError::Invalid);
    }
    let count = digits.len();
    if limit != 0 && count > limit && count > STR_DIGITS_THRESHOLD && !radix.is_power_of_two() {
        return Err(ParseIntError::Digits {
            digits: count,
            limit,
        });
    }
    if let Some(value) = small {
        return Ok(Int::Small(value));
    }
    UBig::from_str_radix(&digits, radix)
        .map(Int::from)
        .map_err(|_| ParseIntError::Invalid)
}

/// `str(a)`, if it has no more than `limit` digits; 0 is no limit.
pub fn to_decimal(a: IntRef<'_>, limit: usize) -> Result<String, DigitLimit> {
    let value = match a {
        IntRef::Small(value) => return Ok(value.to_string()),
        IntRef::Big(value) => value,
    };
    let too_many =
        |digits: u64| limit != 0 && digits > limit as u64 && digits > STR_DIGITS_THRESHOLD as u64;
    // A lower bound first: the point of the limit is not to do the work. log10(2) > 3010/10000.
    let at_least = u128::from(bit_length(a).saturating_sub(1)) * 3010 / 10_000;
    if too_many(u64::try_from(at_least).unwrap_or(u64::MAX)) {
        return Err(DigitLimit { limit });
    }
    let text = value.to_string();
    if too_many((text.len() - usize::from(text.starts_with('-'))) as u64) {
        return Err(DigitLimit { limit });
    }
    Ok(text)
}

impl std::fmt::Display for Int {
    /// All decimal digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Int::Small(i) => i.fmt(f),
            Int::Big(i) => i.fmt(f),
        }
    }
}

impl std::str::FromStr for Int {
    type Err = ParseIntError;

    /// Reads decimal digits as `int(text)` does, of any number.
    fn from_str(text: &str) -> Result<Int, ParseIntError> {
        parse(text.as_bytes(), 10, 0)
    }
}

/// The bases of `bin`, `oct` and `hex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `0b`
    Binary,
    /// `0o`
    Octal,
    /// `0x`
    Hex,
}

impl Radix {
    /// `"0b"`, `"0o"` or `"0x"`.
    pub fn prefix(self) -> &'static str {
        match self {
            Radix::Binary => "0b",
            Radix::Octal => "0o",
            Radix::Hex => "0x",
        }
    }
}

/// The digits of `abs(a)` in lower case, without prefix.
pub fn to_radix(a: IntRef<'_>, radix: Radix) -> String {
    if let IntRef::Small(value) = a {
        let value = value.unsigned_abs();
        return match radix {
            Radix::Binary => format!("{value:b}"),
            Radix::Octal => format!("{value:o}"),
            Radix::Hex => format!("{value:x}"),
        };
    }
    let value = a.magnitude();
    match radix {
        Radix::Binary => format!("{value:b}"),
        Radix::Octal => format!("{value:o}"),
        Radix::Hex => format!("{value:x}"),
    }
}

/// `bin(a)`, `oct(a)` or `hex(a)`.
pub fn to_prefixed(a: IntRef<'_>, radix: Radix) -> String {
    let sign = if a.is_negative() { "-" } else { "" };
    format!("{sign}{}{}", radix.prefix(), to_radix(a, radix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_as_int_does() {
        assert_eq!(parse(b" -0x_1F\n", 0, 0), Ok(Int::Small(-31)));
        assert_eq!(parse(b"0b1", 16, 0), Ok(Int::Small(177)));
        assert_eq!(parse(b"010", 0, 0), Err(ParseIntError::Invalid));
        assert_eq!(parse(b"00", 0, 0), Ok(Int::Small(0)));
        assert_eq!(parse(b"1__0", 10, 0), Err(ParseIntError::Invalid));
        assert_eq!(parse(b"1", 37, 0), Err(ParseIntError::Base));
    }

    #[test]
    fn limits_decimal_digits_only() {
        let digits = [b'7'; 5000];
        let refused = ParseIntError::Digits {
            digits: 5000,
            limit: 4300,
        };
        assert_eq!(parse(&digits, 10, 4300), Err(refused));
        let value = parse(&digits, 8, 4300).unwrap_or(Int::Small(0));
        assert_eq!(
            to_decimal(value.view(), 4300),
            Err(DigitLimit { limit: 4300 })
        );
        assert_eq!(to_radix(value.view(), Radix::Octal).len(), 5000);
    }
}
