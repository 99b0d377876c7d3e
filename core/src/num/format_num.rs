//! `format()` of each type, given a parsed specifier.

use std::borrow::Cow;

use super::complex::Complex;
use super::float_text::{FloatOptions, FloatStyle, format_float as float_digits};
use super::format_spec::{Align, FormatError, FormatSpec, Grouping, SignStyle};
use super::int::{self, IntRef};
use super::int_text::{Digits, Radix};
use crate::text::{Str, StrBuf};

/// The longest text made here, in characters. Callers with less memory look at `width` and `precision` first.
pub const MAX_TEXT: usize = 1 << 30;

/// The parts of a number as text, all ASCII.
struct Parts<'a> {
    /// `"-"`, `"+"`, `" "` or nothing.
    sign: &'a str,
    /// `"0x"` or nothing.
    prefix: &'a str,
    /// The digits before the point.
    whole: &'a str,
    /// Point, fraction, exponent, percent sign; or `inf`.
    rest: &'a str,
}

/// `format(text, spec)` of a string.
pub fn format_str(text: Str<'_>, spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    if spec.code != u32::from('s') {
        return Err(FormatError::UnknownCode(spec.code));
    }
    match spec.sign {
        Some(SignStyle::Space) => return Err(FormatError::SpaceWithStr),
        Some(_) => return Err(FormatError::SignWithStr),
        None => {}
    }
    if spec.no_negative_zero {
        return Err(FormatError::NegativeZeroWithStr);
    }
    if spec.alternate {
        return Err(FormatError::AlternateWithStr);
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::AlignWithStr);
    }
    let shown = spec.precision.unwrap_or(usize::MAX);
    if let Str::Ascii(body) = text.slice(0, shown)
        && let Ok(body) = std::str::from_utf8(body)
    {
        return pad_ascii(["", ""], [body, ""], spec);
    }
    let body: Vec<u32> = text.iter().take(shown).collect();
    pad(&[], &body, spec)
}

/// `format(value, spec)` of an int; `limit`, which is asked for only where it matters, bounds its decimal digits.
pub fn format_int(
    value: IntRef<'_>,
    spec: &FormatSpec,
    limit: impl FnOnce() -> usize,
) -> Result<StrBuf, FormatError> {
    let code = char::from_u32(spec.code).unwrap_or(char::REPLACEMENT_CHARACTER);
    match code {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let value = int::to_f64(value).map_err(FormatError::Num)?;
            return format_float(value, spec);
        }
        _ => return Err(FormatError::UnknownCode(spec.code)),
    }
    if spec.precision.is_some() {
        return Err(FormatError::PrecisionWithInt);
    }
    if spec.no_negative_zero {
        return Err(FormatError::NegativeZeroWithInt);
    }
    if code == 'c' {
        return format_char(value, spec);
    }
    let radix = match code {
        'b' => Some(Radix::Binary),
        'o' => Some(Radix::Octal),
        'x' | 'X' => Some(Radix::Hex),
        _ => None,
    };
    let digits = Digits::of(value, radix, code == 'X', limit).map_err(FormatError::Digits)?;
    let prefix = match radix {
        Some(Radix::Hex) if spec.alternate && code == 'X' => "0X",
        Some(radix) if spec.alternate => radix.prefix(),
        _ => "",
    };
    let sign = sign_of(value.is_negative(), spec.sign);
    assemble(
        &Parts {
            sign,
            prefix,
            whole: digits.as_str(),
            rest: "",
        },
        spec,
    )
}

fn format_char(value: IntRef<'_>, spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::SignWithChar);
    }
    if spec.alternate {
        return Err(FormatError::AlternateWithChar);
    }
    let value = value.as_i64().ok_or(FormatError::CharTooLarge)?;
    match u32::try_from(value) {
        Ok(code) if code <= 0x10_ffff => pad(&[], &[code], spec),
        _ => Err(FormatError::CharRange),
    }
}

fn sign_of(negative: bool, style: Option<SignStyle>) -> &'static str {
    match style {
        _ if negative => "-",
        Some(SignStyle::Plus) => "+",
        Some(SignStyle::Space) => " ",
        _ => "",
    }
}

/// `format(value, spec)` of a float.
pub fn format_float(value: f64, spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    let style = FloatCode::of(spec, FormatError::UnknownCode(spec.code))?;
    let percent = spec.code == u32::from('%');
    let scaled = if percent { value * 100.0 } else { value };
    let mut text = style.digits(scaled, spec, spec.code == 0);
    if percent {
        text.push('%');
    }
    let text = group_fraction(text, spec.fraction_grouping);
    assemble(&split_number(&text, spec.sign), spec)
}

/// `format(value, spec)` of a complex number.
pub fn format_complex(value: Complex, spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    if spec.code == u32::from('%') {
        return Err(FormatError::UnknownCode(spec.code));
    }
    let style = FloatCode::of(spec, FormatError::UnknownCode(spec.code))?;
    if spec.fill == u32::from('0') {
        return Err(FormatError::ZeroPaddingWithComplex);
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::AlignWithComplex);
    }
    // Without a type it looks like `repr`: in parentheses, or the imaginary part alone.
    let bare = spec.code == 0;
    let only_imaginary = bare && value.re == 0.0 && value.re.is_sign_positive();
    let field = FormatSpec {
        width: None,
        fill: u32::from(' '),
        ..*spec
    };
    let part = |x: f64, sign: Option<SignStyle>| {
        let text = group_fraction(style.digits(x, spec, false), spec.fraction_grouping);
        number_text(&split_number(&text, sign), &field)
    };
    let mut body = String::new();
    if bare && !only_imaginary {
        body.push('(');
    }
    if only_imaginary {
        body.push_str(&part(value.im, spec.sign));
    } else {
        body.push_str(&part(value.re, spec.sign));
        body.push_str(&part(value.im, Some(SignStyle::Plus)));
    }
    body.push('j');
    if bare && !only_imaginary {
        body.push(')');
    }
    pad_ascii(["", ""], [&body, ""], spec)
}

/// The conversion that a float type asks for.
struct FloatCode {
    style: FloatStyle,
    precision: usize,
    upper: bool,
}

impl FloatCode {
    fn of(spec: &FormatSpec, unknown: FormatError) -> Result<FloatCode, FormatError> {
        let code = char::from_u32(spec.code).unwrap_or(char::REPLACEMENT_CHARACTER);
        let style = match code.to_ascii_lowercase() {
            'e' => FloatStyle::Exponent,
            'f' | '%' => FloatStyle::Fixed,
            'g' => FloatStyle::General,
            'n' if code == 'n' => FloatStyle::General,
            '\0' if spec.precision.is_some() => FloatStyle::General,
            '\0' => FloatStyle::Repr,
            _ => return Err(unknown),
        };
        let precision = spec.precision.unwrap_or(6);
        if i32::try_from(precision).is_err() {
            return Err(FormatError::PrecisionTooBig);
        }
        // `g` shows no more digits than there are, unless asked to keep zeros.
        let all_shown = style != FloatStyle::General || spec.alternate;
        if precision > MAX_TEXT && all_shown {
            return Err(FormatError::Memory);
        }
        Ok(FloatCode {
            style,
            precision,
            upper: code.is_ascii_uppercase(),
        })
    }

    fn digits(&self, value: f64, spec: &FormatSpec, add_dot_zero: bool) -> String {
        let options = FloatOptions {
            alternate: spec.alternate,
            add_dot_zero,
            no_negative_zero: spec.no_negative_zero,
        };
        let mut text = float_digits(value, self.style, self.precision, options);
        if self.upper {
            text.make_ascii_uppercase();
        }
        text
    }
}

/// Separates sign, digits before the point, and the rest.
fn split_number(text: &str, style: Option<SignStyle>) -> Parts<'_> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let end = body.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = body.split_at(end);
    Parts {
        sign: sign_of(negative, style),
        prefix: "",
        whole,
        rest,
    }
}

/// Puts separators between groups of three digits after the point.
fn group_fraction(text: String, grouping: Option<Grouping>) -> String {
    let (Some(grouping), Some((whole, fraction))) = (grouping, text.split_once('.')) else {
        return text;
    };
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let mut result = format!("{whole}.");
    for (index, char) in fraction.chars().enumerate() {
        if index > 0 && index < length && index % 3 == 0 {
            result.push(grouping.char());
        }
        result.push(char);
    }
    result
}

/// The digits in groups, led by zeros until they take `least` characters.
///
/// A separator never comes first, so that the result may be longer by one.
fn group_digits(digits: &str, grouping: Option<Grouping>, length: usize, least: usize) -> String {
    let Some(grouping) = grouping else {
        return format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
    };
    let mut reversed = String::with_capacity(least.max(digits.len()) + digits.len() / length + 1);
    let mut source = digits.chars().rev();
    let mut left = digits.len();
    let mut in_group = 0;
    while left > 0 || reversed.len() < least {
        if in_group == length {
            reversed.push(grouping.char());
            in_group = 0;
        }
        reversed.push(source.next().unwrap_or('0'));
        left = left.saturating_sub(1);
        in_group += 1;
    }
    reversed.chars().rev().collect()
}

/// The number without padding, but with the zeros that padding with `0` puts before its digits.
fn grouped_whole<'a>(parts: &Parts<'a>, spec: &FormatSpec) -> Cow<'a, str> {
    if parts.whole.is_empty() {
        return Cow::Borrowed("");
    }
    let zeros = spec.fill == u32::from('0') && spec.align == Align::AfterSign;
    let others = parts.sign.len() + parts.prefix.len() + parts.rest.len();
    let least = if zeros {
        spec.width.unwrap_or(0).saturating_sub(others)
    } else {
        0
    };
    if spec.grouping.is_none() && least <= parts.whole.len() {
        return Cow::Borrowed(parts.whole);
    }
    Cow::Owned(group_digits(
        parts.whole,
        spec.grouping,
        spec.group_length(),
        least,
    ))
}

fn number_text(parts: &Parts<'_>, spec: &FormatSpec) -> String {
    let whole = grouped_whole(parts, spec);
    format!("{}{}{whole}{}", parts.sign, parts.prefix, parts.rest)
}

fn assemble(parts: &Parts<'_>, spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    if spec.width.is_some_and(|width| width > MAX_TEXT) {
        return Err(FormatError::Memory);
    }
    let whole = grouped_whole(parts, spec);
    pad_ascii([parts.sign, parts.prefix], [&whole, parts.rest], spec)
}

/// How much padding goes left, between `head` and body, and right.
fn padding(length: usize, spec: &FormatSpec) -> Result<(usize, usize, usize), FormatError> {
    let width = spec.width.unwrap_or(0);
    if width > MAX_TEXT {
        return Err(FormatError::Memory);
    }
    let total = width.saturating_sub(length);
    Ok(match spec.align {
        Align::Left => (0, 0, total),
        Align::Right => (total, 0, 0),
        Align::Center => (total / 2, 0, total - total / 2),
        Align::AfterSign => (0, total, 0),
    })
}

/// [`pad`] for the usual case, in which all is ASCII.
fn pad_ascii(head: [&str; 2], body: [&str; 2], spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    let Some(fill) = u8::try_from(spec.fill).ok().filter(u8::is_ascii) else {
        let wide = |text: [&str; 2]| text.concat().chars().map(u32::from).collect::<Vec<u32>>();
        return pad(&wide(head), &wide(body), spec);
    };
    let length = |text: [&str; 2]| text[0].len() + text[1].len();
    let length = length(head) + length(body);
    let (left, inner, right) = padding(length, spec)?;
    let mut text = Vec::with_capacity(left + inner + length + right);
    text.resize(left, fill);
    head.iter()
        .for_each(|s| text.extend_from_slice(s.as_bytes()));
    text.resize(text.len() + inner, fill);
    body.iter()
        .for_each(|s| text.extend_from_slice(s.as_bytes()));
    text.resize(text.len() + right, fill);
    Ok(StrBuf::Ascii(text))
}

fn pad(head: &[u32], body: &[u32], spec: &FormatSpec) -> Result<StrBuf, FormatError> {
    let (left, inner, right) = padding(head.len() + body.len(), spec)?;
    let mut text = Vec::with_capacity(left + head.len() + inner + body.len() + right);
    text.extend(std::iter::repeat_n(spec.fill, left));
    text.extend_from_slice(head);
    text.extend(std::iter::repeat_n(spec.fill, inner));
    text.extend_from_slice(body);
    text.extend(std::iter::repeat_n(spec.fill, right));
    Ok(StrBuf::from_u32s(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::format_spec::Target;
    use crate::version::Version;

    fn spec(text: &str, target: Target, minor: u8) -> Result<FormatSpec, FormatError> {
        FormatSpec::parse(
            Str::Ascii(text.as_bytes()),
            target,
            Version::new(minor).unwrap_or(Version::LAST),
        )
    }

    fn shown(result: Result<StrBuf, FormatError>) -> String {
        match result {
            Ok(StrBuf::Ascii(text)) => String::from_utf8_lossy(&text).into_owned(),
            other => format!("{other:?}"),
        }
    }

    fn int(value: i64, text: &str) -> String {
        let spec = spec(text, Target::Int, 12);
        shown(spec.and_then(|spec| format_int(IntRef::Small(value), &spec, || 4300)))
    }

    fn float(value: f64, text: &str, minor: u8) -> String {
        shown(spec(text, Target::Float, minor).and_then(|spec| format_float(value, &spec)))
    }

    #[test]
    fn formats_ints() {
        assert_eq!(int(1234, "08,"), "0,001,234");
        assert_eq!(int(255, "#010_x"), "0x000_00ff");
        assert_eq!(int(-5, "*=+6"), "-****5");
        assert_eq!(int(5, "%"), "500.000000%");
        assert_eq!(int(5, ".3d"), "Err(PrecisionWithInt)");
        assert_eq!(int(5, "99999999999999999"), "Err(Memory)");
    }

    #[test]
    fn formats_floats() {
        assert_eq!(float(1234.5, "_.3f", 12), "1_234.500");
        assert_eq!(float(-0.001, "z.1f", 12), "0.0");
        assert_eq!(float(f64::NEG_INFINITY, "010F", 12), "-000000INF");
        assert_eq!(float(12345.0, ".5", 12), "1.2345e+04");
        assert_eq!(
            float(123_456.123_456_789, ",.9,f", 14),
            "123,456.123,456,789"
        );
    }

    #[test]
    fn formats_complex_numbers() {
        let complex = |text| {
            let value = Complex { re: 1.0, im: -2.5 };
            shown(spec(text, Target::Complex, 12).and_then(|spec| format_complex(value, &spec)))
        };
        assert_eq!(complex("+"), "(+1-2.5j)");
        assert_eq!(complex(">12.1f"), "    1.0-2.5j");
        assert_eq!(complex("05"), "Err(ZeroPaddingWithComplex)");
    }

    #[test]
    fn formats_strings_by_version() {
        let string = |text, minor| {
            let spec = spec(text, Target::Str, minor);
            shown(spec.and_then(|spec| format_str(Str::Ascii(b"abc"), &spec)))
        };
        assert_eq!(string("*^7.2", 12), "**ab***");
        assert_eq!(string("05", 10), "abc00");
        assert_eq!(string("05", 9), "Err(AlignWithStr)");
    }
}
