//! The mini-language of `format()` (PEP 3101): what the text between the colon and the brace says.

use crate::text::Str;
use crate::text::chars::decimal_value;
use crate::version::Version;

/// Which kind of object is formatted; the defaults and some messages depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `str`
    Str,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `complex`
    Complex,
}

/// Where the text goes in a wider field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: the padding stands between the sign and the digits.
    AfterSign,
}

/// What shows the sign of a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignStyle {
    /// `-`, the default: nothing.
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// What stands between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Grouping {
    /// The character.
    pub fn char(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed format specifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The code point that fills the field.
    pub fill: u32,
    /// Where the text stands in the field.
    pub align: Align,
    /// The sign asked for, if any.
    pub sign: Option<SignStyle>,
    /// `z`: no negative zero.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least width of the field.
    pub width: Option<usize>,
    /// Groups of the digits before the point.
    pub grouping: Option<Grouping>,
    /// What follows the point.
    pub precision: Option<usize>,
    /// Groups of the digits after the point (3.14).
    pub fraction_grouping: Option<Grouping>,
    /// The last character, the default if missing: `s`, `d`, or 0 for floats and complex numbers.
    pub code: u32,
}

/// Why a value cannot be formatted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// Not a specifier.
    Invalid,
    /// A width or precision out of all range.
    TooManyDigits,
    /// A point without digits.
    MissingPrecision,
    /// `,` and `_`.
    BothGroupings,
    /// A grouping that the type does not have.
    GroupingWith(Grouping, u32),
    /// A type that the object does not have.
    UnknownCode(u32),
    /// A sign for a string.
    SignWithStr,
    /// A space as the sign of a string.
    SpaceWithStr,
    /// `z` for a string.
    NegativeZeroWithStr,
    /// `#` for a string.
    AlternateWithStr,
    /// `=` for a string.
    AlignWithStr,
    /// A precision for an int.
    PrecisionWithInt,
    /// `z` for an int.
    NegativeZeroWithInt,
    /// A sign for a character.
    SignWithChar,
    /// `#` for a character.
    AlternateWithChar,
    /// An int that is no code point.
    CharRange,
    /// An int that is no C long.
    CharTooLarge,
    /// Zero padding for a complex number.
    ZeroPaddingWithComplex,
    /// `=` for a complex number.
    AlignWithComplex,
    /// A precision that no C int holds.
    PrecisionTooBig,
    /// An error of the conversion of the number.
    Num(super::NumError),
    /// More decimal digits than the limit.
    Digits(super::int_text::DigitLimit),
    /// The text would be longer than the budget: a `MemoryError`.
    Memory,
}

impl FormatError {
    /// The Python exception to raise.
    pub fn kind(self) -> super::NumErrorKind {
        match self {
            FormatError::CharRange | FormatError::CharTooLarge => super::NumErrorKind::Overflow,
            FormatError::Num(error) => error.kind(),
            FormatError::Memory => super::NumErrorKind::Memory,
            _ => super::NumErrorKind::Value,
        }
    }

    /// The message of the exception; `spec` is the whole specifier, `type_name` that of the object.
    pub fn message(self, version: Version, spec: &str, type_name: &str) -> String {
        use FormatError::*;
        let fixed = match self {
            Invalid if version < Version::V3_11 => "Invalid format specifier",
            Invalid => {
                return format!(
                    "Invalid format specifier '{spec}' for object of type '{type_name}'"
                );
            }
            TooManyDigits => "Too many decimal digits in format string",
            MissingPrecision => "Format specifier missing precision",
            BothGroupings => "Cannot specify both ',' and '_'.",
            GroupingWith(grouping, code) => {
                return format!(
                    "Cannot specify '{}' with '{}'.",
                    grouping.char(),
                    show_code(code)
                );
            }
            UnknownCode(code) => {
                let code = show_code(code);
                return format!("Unknown format code '{code}' for object of type '{type_name}'");
            }
            SpaceWithStr if version >= Version::V3_9 => {
                "Space not allowed in string format specifier"
            }
            SignWithStr | SpaceWithStr => "Sign not allowed in string format specifier",
            NegativeZeroWithStr => {
                "Negative zero coercion (z) not allowed in string format specifier"
            }
            AlternateWithStr => "Alternate form (#) not allowed in string format specifier",
            AlignWithStr => "'=' alignment not allowed in string format specifier",
            PrecisionWithInt => "Precision not allowed in integer format specifier",
            NegativeZeroWithInt => {
                "Negative zero coercion (z) not allowed in integer format specifier"
            }
            SignWithChar => "Sign not allowed with integer format specifier 'c'",
            AlternateWithChar => "Alternate form (#) not allowed with integer format specifier 'c'",
            CharRange => "%c arg not in range(0x110000)",
            CharTooLarge => "Python int too large to convert to C long",
            ZeroPaddingWithComplex => "Zero padding is not allowed in complex format specifier",
            AlignWithComplex => "'=' alignment flag is not allowed in complex format specifier",
            PrecisionTooBig => "precision too big",
            Num(error) => return error.message(version).into_owned(),
            Digits(error) => return error.message(version),
            Memory => "",
        };
        fixed.to_owned()
    }
}

/// A type code in a message: itself if it can be seen.
fn show_code(code: u32) -> String {
    match char::from_u32(code) {
        Some(code @ '!'..='\x7f') => code.to_string(),
        _ => format!("\\x{code:x}"),
    }
}

/// Reads code points of a text one after the other.
struct Reader<'a> {
    text: Str<'a>,
    position: usize,
}

impl Reader<'_> {
    #[inline]
    fn peek(&self, ahead: usize) -> Option<u32> {
        if let Str::Ascii(text) = self.text {
            return text
                .get(self.position.checked_add(ahead)?)
                .map(|&c| c.into());
        }
        self.text.get(self.position.checked_add(ahead)?)
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek(0) == Some(u32::from(wanted));
        self.position += usize::from(found);
        found
    }

    /// A decimal number; none if there is no digit.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value = None;
        while let Some(digit) = self.peek(0).and_then(decimal_value) {
            value = Some(
                value
                    .unwrap_or(0_usize)
                    .checked_mul(10)
                    .and_then(|value| value.checked_add(usize::from(digit)))
                    .filter(|&value| isize::try_from(value).is_ok())
                    .ok_or(FormatError::TooManyDigits)?,
            );
            self.position += 1;
        }
        Ok(value)
    }
}

fn align_of(code: Option<u32>) -> Option<Align> {
    match code.and_then(char::from_u32)? {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

fn accept_grouping(
    reader: &mut Reader<'_>,
    version: Version,
) -> Result<Option<Grouping>, FormatError> {
    let mut grouping = reader.accept(',').then_some(Grouping::Comma);
    if reader.accept('_') {
        if grouping.is_some() {
            return Err(FormatError::BothGroupings);
        }
        grouping = Some(Grouping::Underscore);
    }
    // Until 3.8 a second comma is taken for a second grouping; later, for the type.
    let clash = grouping == Some(Grouping::Underscore) || version < Version::V3_9;
    if clash && reader.peek(0) == Some(u32::from(',')) {
        return Err(FormatError::BothGroupings);
    }
    Ok(grouping)
}

impl FormatSpec {
    /// Parses a specifier for a kind of object.
    pub fn parse(
        text: Str<'_>,
        target: Target,
        version: Version,
    ) -> Result<FormatSpec, FormatError> {
        let mut reader = Reader { text, position: 0 };
        let (align, code) = match target {
            Target::Str => (Align::Left, u32::from('s')),
            Target::Int => (Align::Right, u32::from('d')),
            Target::Float | Target::Complex => (Align::Right, 0),
        };
        let mut spec = FormatSpec {
            fill: u32::from(' '),
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            code,
        };
        let mut filled = false;
        let mut aligned = true;
        if let (Some(fill), Some(align)) = (reader.peek(0), align_of(reader.peek(1))) {
            (spec.fill, spec.align) = (fill, align);
            filled = true;
            reader.position = 2;
        } else if let Some(align) = align_of(reader.peek(0)) {
            spec.align = align;
            reader.position = 1;
        } else {
            aligned = false;
        }
        for (char, style) in [
            ('+', SignStyle::Plus),
            ('-', SignStyle::Minus),
            (' ', SignStyle::Space),
        ] {
            if spec.sign.is_none() && reader.accept(char) {
                spec.sign = Some(style);
            }
        }
        spec.no_negative_zero = version >= Version::V3_11 && reader.accept('z');
        spec.alternate = reader.accept('#');
        if !filled && reader.accept('0') {
            spec.fill = u32::from('0');
            // From 3.10 on a zero before the width pads strings on the right.
            if !aligned && (version < Version::V3_10 || target != Target::Str) {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = reader.number()?;
        spec.grouping = accept_grouping(&mut reader, version)?;
        if reader.accept('.') {
            spec.precision = reader.number()?;
            if version >= Version::V3_14 {
                spec.fraction_grouping = accept_fraction_grouping(&mut reader)?;
            }
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err(FormatError::MissingPrecision);
            }
        }
        if let Some(code) = reader.peek(0) {
            if reader.peek(1).is_some() {
                return Err(FormatError::Invalid);
            }
            spec.code = code;
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> Result<(), FormatError> {
        let decimal = matches!(
            char::from_u32(self.code),
            Some('d' | 'e' | 'f' | 'g' | 'E' | 'F' | 'G' | '%' | '\0')
        );
        let binary = matches!(char::from_u32(self.code), Some('b' | 'o' | 'x' | 'X'));
        match self.grouping {
            Some(grouping) if !(decimal || (binary && grouping == Grouping::Underscore)) => {
                return Err(FormatError::GroupingWith(grouping, self.code));
            }
            _ => {}
        }
        match self.fraction_grouping {
            Some(grouping) if self.code == u32::from('n') => {
                Err(FormatError::GroupingWith(grouping, self.code))
            }
            _ => Ok(()),
        }
    }

    /// How many digits a group has: four in other bases than ten.
    pub(super) fn group_length(&self) -> usize {
        if matches!(char::from_u32(self.code), Some('b' | 'o' | 'x' | 'X')) {
            4
        } else {
            3
        }
    }
}

/// After the point a repeated separator is no clash, but the start of something else.
fn accept_fraction_grouping(reader: &mut Reader<'_>) -> Result<Option<Grouping>, FormatError> {
    let (grouping, other) = if reader.accept(',') {
        (Grouping::Comma, '_')
    } else if reader.accept('_') {
        (Grouping::Underscore, ',')
    } else {
        return Ok(None);
    };
    if reader.accept(other) {
        Err(FormatError::BothGroupings)
    } else {
        Ok(Some(grouping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, minor: u8) -> String {
        let version = Version::new(minor).unwrap_or(Version::LAST);
        match FormatSpec::parse(Str::Ascii(text.as_bytes()), Target::Int, version) {
            Ok(spec) => format!("{spec:?}"),
            Err(error) => error.message(version, text, "int"),
        }
    }

    #[test]
    fn messages_differ_by_version() {
        assert_eq!(error("5dd", 10), "Invalid format specifier");
        assert_eq!(
            error("5dd", 11),
            "Invalid format specifier '5dd' for object of type 'int'"
        );
        assert_eq!(error(",,", 8), "Cannot specify both ',' and '_'.");
        assert_eq!(error(",,", 9), "Cannot specify ',' with ','.");
        assert_eq!(error(".,,f", 13), "Format specifier missing precision");
        assert_eq!(
            error("99999999999999999999", 12),
            "Too many decimal digits in format string"
        );
    }
}
