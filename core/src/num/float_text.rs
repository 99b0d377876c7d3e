//! Floats as text, and back.

use super::NumError;
use super::int::{decompose, scale_round};
use super::int_text::{WordDigits, trim};

/// No float has more decimal places, so that digits past these are zeros.
const MAX_PLACES: usize = 1074;

/// How digits are laid out: the conversions of C's `printf`, and `repr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatStyle {
    /// `e`: always an exponent.
    Exponent,
    /// `f`: never an exponent.
    Fixed,
    /// `g`: an exponent where it is shorter; `precision` counts significant digits.
    General,
    /// The shortest text that reads back as the same float; `precision` plays no part.
    Repr,
}

/// Options of [`format_float`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloatOptions {
    /// `#`: keep the point, and the zeros of `g`.
    pub alternate: bool,
    /// Give whole numbers a `.0`.
    pub add_dot_zero: bool,
    /// `z`: no sign if all digits shown are zeros.
    pub no_negative_zero: bool,
}

/// `repr(x)`
pub fn repr(x: f64) -> String {
    // Between these numbers both write out all digits, with a point.
    if x == 0.0 || (1e-4..1e16).contains(&x.abs()) {
        return ryu::Buffer::new().format_finite(x).to_owned();
    }
    let options = FloatOptions {
        add_dot_zero: true,
        ..FloatOptions::default()
    };
    format_float(x, FloatStyle::Repr, 0, options)
}

/// The float in a given style, with a sign if negative, correctly rounded whatever the precision.
///
/// The text may be as long as `precision`: the caller bounds it.
pub fn format_float(x: f64, style: FloatStyle, precision: usize, options: FloatOptions) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let body = match style {
        FloatStyle::Fixed => fixed(x.abs(), precision, options.alternate),
        FloatStyle::Exponent => exponent(x.abs(), precision, options.alternate),
        FloatStyle::General | FloatStyle::Repr => general(x.abs(), style, precision, options),
    };
    if !x.is_sign_negative() {
        return body;
    }
    let mantissa = body.split('e').next().unwrap_or("");
    let zero = mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if options.no_negative_zero && zero {
        body
    } else {
        format!("-{body}")
    }
}

fn fixed(x: f64, precision: usize, alternate: bool) -> String {
    if let Some(whole) = scaled(x, precision) {
        return with_point(whole, precision, alternate);
    }
    let places = precision.min(MAX_PLACES);
    let mut text = format!("{x:.places$}");
    text.extend(std::iter::repeat_n('0', precision - places));
    if alternate && precision == 0 {
        text.push('.');
    }
    text
}

/// `x * 10**places` as the nearest int, the even one of two; `None` where that takes more than a machine's numbers.
fn scaled(x: f64, places: usize) -> Option<u64> {
    let (mantissa, exponent) = decompose(x);
    let power = 10_u128.checked_pow(u32::try_from(places).ok()?)?;
    let product = u128::from(mantissa).checked_mul(power)?;
    if exponent >= 0 {
        let shift = u32::try_from(exponent).ok()?;
        return (shift < product.leading_zeros())
            .then(|| u64::try_from(product << shift).ok())
            .flatten();
    }
    let shift = exponent.unsigned_abs();
    if shift > 126 {
        // Less than half, whatever the digits, if there is room for one more bit.
        return (product < 1 << 125).then_some(0);
    }
    let (whole, rest, half) = (
        product >> shift,
        product & ((1 << shift) - 1),
        1 << (shift - 1),
    );
    let up = rest > half || rest == half && whole & 1 == 1;
    u64::try_from(whole + u128::from(up)).ok()
}

/// The digits of an int with a point before the last `places` of them.
fn with_point(whole: u64, places: usize, alternate: bool) -> String {
    let digits = WordDigits::decimal(whole);
    let digits = std::str::from_utf8(digits.as_bytes()).unwrap_or_default();
    let mut text = String::with_capacity(digits.len().max(places) + 2);
    let (before, after) = match digits.len().checked_sub(places) {
        None | Some(0) => ("0", digits),
        Some(n) => digits.split_at(n),
    };
    text.push_str(before);
    if places > 0 || alternate {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', places - after.len()));
    text.push_str(after);
    text
}

fn exponent(x: f64, precision: usize, alternate: bool) -> String {
    let places = precision.min(MAX_PLACES);
    let text = format!("{x:.places$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut result = mantissa.to_owned();
    result.extend(std::iter::repeat_n('0', precision - places));
    if alternate && precision == 0 {
        result.push('.');
    }
    push_exponent(&mut result, exponent.parse().unwrap_or(0));
    result
}

/// Python shows the sign and two digits at least.
fn push_exponent(text: &mut String, exponent: i64) {
    let sign = if exponent < 0 { '-' } else { '+' };
    text.push_str(&format!("e{sign}{:02}", exponent.unsigned_abs()));
}

fn general(x: f64, style: FloatStyle, precision: usize, options: FloatOptions) -> String {
    let significant = precision.max(1);
    let text = if style == FloatStyle::Repr {
        shortest(x)
    } else {
        let places = (significant - 1).min(MAX_PLACES);
        format!("{x:.places$e}")
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    // The point stands before digit number `point`.
    let mut point = exponent.parse::<i64>().unwrap_or(0) + 1;
    let largest = if style == FloatStyle::Repr {
        16
    } else {
        significant as i64 - i64::from(options.add_dot_zero)
    };
    let scientific = point <= -4 || point > largest;
    let shown = point - 1;
    if scientific {
        point = 1;
    }
    let mut end = digits.len() as i64;
    if options.alternate && style == FloatStyle::General {
        end = significant as i64;
    }
    end = end.max(point + i64::from(options.add_dot_zero && !scientific));
    let start = if point <= 0 { point - 1 } else { 0 };
    let mut result = String::with_capacity((end - start) as usize + 6);
    for index in start..end {
        if index == point {
            result.push('.');
        }
        let digit = usize::try_from(index)
            .ok()
            .and_then(|index| digits.get(index));
        result.push(char::from(digit.copied().unwrap_or(b'0')));
    }
    if options.alternate && end == point {
        result.push('.');
    }
    if scientific {
        push_exponent(&mut result, shown);
    }
    result
}

/// The shortest digits that read back as the same float, in scientific notation.
///
/// Where two texts of that length are equally near, Python takes the even one, Rust the larger.
fn shortest(x: f64) -> String {
    let text = format!("{x:e}");
    let length = text.bytes().take_while(|&byte| byte != b'e').count();
    // Fewer than 16 digits and a point: other texts as short are farther away than the next float.
    if length < 17 {
        return text;
    }
    let places = length - 2;
    let nearest = format!("{x:.places$e}");
    if nearest.parse() == Ok(x) {
        nearest
    } else {
        text
    }
}

/// `float(text)`, of text in which the caller has made all digits and spaces ASCII. `None` if it is no float.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    let plain;
    let text = if text.contains(&b'_') {
        plain = without_underscores(text)?;
        &*plain
    } else {
        text
    };
    let (value, rest) = scan(text)?;
    rest.is_empty().then_some(value)
}

/// Drops underscores, which may only stand between two digits.
pub(super) fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(text.len());
    let mut previous = 0;
    for &byte in text {
        let after_bad = previous == b'_' && !byte.is_ascii_digit();
        let bad = byte == b'_' && !u8::is_ascii_digit(&previous);
        if after_bad || bad {
            return None;
        }
        if byte != b'_' {
            result.push(byte);
        }
        previous = byte;
    }
    (previous != b'_').then_some(result)
}

/// What floats are besides numbers.
const WORDS: [(&str, f64); 3] = [
    ("infinity", f64::INFINITY),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
];

/// Reads a float from the start of the text: sign, then digits, `inf`, `infinity` or `nan`. Gives the rest too.
pub(super) fn scan(text: &[u8]) -> Option<(f64, &[u8])> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    // Letters come before no number.
    let words: &[_] = match body.first() {
        Some(c) if c.is_ascii_alphabetic() => &WORDS,
        _ => &[],
    };
    for &(word, value) in words {
        if let Some((head, rest)) = body.split_at_checked(word.len())
            && head.eq_ignore_ascii_case(word.as_bytes())
        {
            return Some((if negative { -value } else { value }, rest));
        }
    }
    let whole = digits(body);
    let mut end = whole;
    let mut count = whole;
    if body.get(end) == Some(&b'.') {
        let places = digits(body.get(end + 1..)?);
        count += places;
        end += 1 + places;
    }
    if count == 0 {
        return None;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        let length = digits(body.get(end + 1 + signed..).unwrap_or_default());
        if length > 0 {
            end += 1 + signed + length;
        }
    }
    let (number, rest) = body.split_at_checked(end)?;
    let value: f64 = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((if negative { -value } else { value }, rest))
}

/// How many digits the text starts with.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// `x.hex()`
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return format_float(x, FloatStyle::Repr, 0, FloatOptions::default());
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = decompose(x);
    let lead = mantissa >> 52;
    let fraction = mantissa & ((1 << 52) - 1);
    format!("{sign}0x{lead}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)`
pub fn from_hex(text: &[u8]) -> Result<f64, NumError> {
    let text = trim(text);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = match body {
        [b'i' | b'I' | b'n' | b'N', ..] => match scan(body) {
            Some((value, [])) => value,
            _ => return Err(NumError::InvalidHexFloat),
        },
        _ => hex_magnitude(body)?,
    };
    Ok(if negative { -value } else { value })
}

/// Hexadecimal digits with an optional `0x`, point and binary exponent.
fn hex_magnitude(body: &[u8]) -> Result<f64, NumError> {
    let body = match body {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => body,
    };
    let mut mantissa: u64 = 0;
    let mut sticky = false;
    let mut exponent: i64 = 0;
    let mut point = false;
    let mut any = false;
    let mut rest = body;
    while let [byte, tail @ ..] = rest {
        if *byte == b'.' && !point {
            point = true;
        } else if let Some(digit) = char::from(*byte).to_digit(16) {
            any = true;
            if mantissa >> 60 == 0 {
                mantissa = (mantissa << 4) | u64::from(digit);
                exponent -= if point { 4 } else { 0 };
            } else {
                sticky |= digit != 0;
                exponent += if point { 0 } else { 4 };
            }
        } else {
            break;
        }
        rest = tail;
    }
    if !any {
        return Err(NumError::InvalidHexFloat);
    }
    if let [b'p' | b'P', tail @ ..] = rest {
        let (power, after) = binary_exponent(tail)?;
        exponent = exponent.saturating_add(power);
        rest = after;
    }
    let value = scale_round(mantissa, sticky, exponent);
    // Out of range is noticed before whatever follows the number.
    if value.is_infinite() {
        return Err(NumError::HexFloatTooLarge);
    }
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(NumError::InvalidHexFloat)
    }
}

/// A decimal exponent, and what follows it; beyond all reason it saturates.
fn binary_exponent(text: &[u8]) -> Result<(i64, &[u8]), NumError> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (number, rest) = body.split_at_checked(digits(body)).unwrap_or_default();
    if number.is_empty() {
        return Err(NumError::InvalidHexFloat);
    }
    let size = number.iter().fold(0_i64, |size, byte| {
        size.saturating_mul(10)
            .saturating_add(i64::from(byte - b'0'))
            .min(1 << 60)
    });
    Ok((if negative { -size } else { size }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_shortest_digits() {
        let shown = [1e16, 1e15, 1e-5, 1e-4, 5e-324, -0.0, f64::NAN].map(repr);
        assert_eq!(
            shown,
            [
                "1e+16",
                "1000000000000000.0",
                "1e-05",
                "0.0001",
                "5e-324",
                "-0.0",
                "nan"
            ]
        );
        // Halfway between two texts of 16 digits.
        assert_eq!(repr(3_535_680_113_997_501.0 / 4.0), "883920028499375.2");
    }

    #[test]
    fn machine_numbers_round_like_any() {
        let mut seed = 1_u64;
        for _ in 0..5_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Of all sizes, and halves, on which rounding turns.
            let any = f64::from_bits(seed >> 1);
            let near = (seed >> 40) as f64 / 8.0;
            let tiny = (seed >> 50) as f64 / 1024.0 / 1024.0;
            let full = (seed >> 11) as f64 / (1_u64 << (seed >> 58)) as f64;
            for x in [any, near, tiny, full, near * 1e-3, 0.0, 5e-324] {
                if !x.is_finite() {
                    continue;
                }
                let places = (seed >> 33) as usize % 25;
                assert_eq!(fixed(x, places, false), format!("{x:.places$}"), "{x:e}");
                let options = FloatOptions {
                    add_dot_zero: true,
                    ..FloatOptions::default()
                };
                let long = format_float(x, FloatStyle::Repr, 0, options);
                assert_eq!(repr(x), long, "{x:e}");
            }
        }
    }

    #[test]
    fn keeps_any_precision() {
        let options = FloatOptions::default();
        let text = format_float(0.1, FloatStyle::Fixed, 100_000, options);
        assert_eq!(text.len(), 100_002);
        assert!(text.starts_with("0.1000000000000000055511151231257827021181583404541015625000"));
        assert_eq!(format_float(0.5, FloatStyle::Fixed, 0, options), "0");
        assert_eq!(format_float(1e6, FloatStyle::General, 6, options), "1e+06");
    }

    #[test]
    fn parses_as_float_does() {
        assert_eq!(parse(b" 1_0.e-1 "), Some(1.0));
        assert_eq!(parse(b"-InFiNiTy"), Some(f64::NEG_INFINITY));
        for wrong in ["", ".", "1_", "1._5", "1e", "0x1", "1 2", "++1"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn reads_and_writes_hexadecimal() {
        assert_eq!(hex(1.5), "0x1.8000000000000p+0");
        assert_eq!(
            from_hex(b"0x1.fffffffffffff8p1022"),
            Ok(8.98846567431158e307)
        );
        assert_eq!(
            from_hex(b"0x1.fffffffffffff8p1023"),
            Err(NumError::HexFloatTooLarge)
        );
        assert_eq!(from_hex(b"0x0p99999999999999999999"), Ok(0.0));
        assert_eq!(from_hex(b"0x"), Err(NumError::InvalidHexFloat));
    }
}
