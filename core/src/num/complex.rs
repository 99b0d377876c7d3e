//! Complex numbers, with CPython's choices where C99 has others.

use super::NumError;
use super::float;
use super::float_text::{FloatOptions, FloatStyle, format_float, scan, without_underscores};
use super::int_text::trim;
use crate::version::Version;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// `a + b`
pub fn add(a: Complex, b: Complex) -> Complex {
    Complex {
        re: a.re + b.re,
        im: a.im + b.im,
    }
}

/// `a - b`
pub fn sub(a: Complex, b: Complex) -> Complex {
    Complex {
        re: a.re - b.re,
        im: a.im - b.im,
    }
}

/// How infinities multiply and divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Until 3.13: as the parts come out, often NaNs.
    Plain,
    /// From 3.14 on: as C99's annex G says, a result all NaN becomes an infinity or a zero where one is right.
    AnnexG,
}

impl Rules {
    /// The rules of a version.
    pub fn of(version: Version) -> Rules {
        if version >= Version::V3_14 {
            Rules::AnnexG
        } else {
            Rules::Plain
        }
    }
}

impl Complex {
    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// Both parts through a function.
    fn map(self, function: impl Fn(f64) -> f64) -> Complex {
        Complex {
            re: function(self.re),
            im: function(self.im),
        }
    }
}

/// An infinity becomes a one, anything else a zero, with the same sign.
fn unit(x: f64) -> f64 {
    (if x.is_infinite() { 1.0_f64 } else { 0.0 }).copysign(x)
}

/// A NaN becomes a zero with the same sign.
fn number(x: f64) -> f64 {
    if x.is_nan() { 0.0_f64.copysign(x) } else { x }
}

/// `a * b`
pub fn mul(a: Complex, b: Complex, rules: Rules) -> Complex {
    let plain = product(a, b);
    if rules == Rules::Plain || !(plain.re.is_nan() && plain.im.is_nan()) {
        return plain;
    }
    let (mut x, mut y) = (a, b);
    if x.is_infinite() {
        (x, y) = (x.map(unit), y.map(number));
    }
    if y.is_infinite() {
        (x, y) = (x.map(number), y.map(unit));
    }
    if !a.is_infinite() && !b.is_infinite() {
        let products = [a.re * b.re, a.im * b.im, a.re * b.im, a.im * b.re];
        if !products.iter().any(|product| product.is_infinite()) {
            return plain;
        }
        (x, y) = (x.map(number), y.map(number));
    }
    product(x, y).map(|part| f64::INFINITY * part)
}

fn product(a: Complex, b: Complex) -> Complex {
    Complex {
        re: a.re * b.re - a.im * b.im,
        im: a.re * b.im + a.im * b.re,
    }
}

/// `a / b`, scaled by the larger part of the divisor so that nothing overflows on the way.
pub fn div(a: Complex, b: Complex, rules: Rules) -> Result<Complex, NumError> {
    let plain = quotient(a, b)?;
    if rules == Rules::Plain || !(plain.re.is_nan() && plain.im.is_nan()) {
        return Ok(plain);
    }
    let (x, y, scale) = if a.is_infinite() && b.is_finite() {
        (a.map(unit), b, f64::INFINITY)
    } else if b.is_infinite() && a.is_finite() {
        (a, b.map(unit), 0.0)
    } else {
        return Ok(plain);
    };
    Ok(Complex {
        re: scale * (x.re * y.re + x.im * y.im),
        im: scale * (x.im * y.re - x.re * y.im),
    })
}

fn quotient(a: Complex, b: Complex) -> Result<Complex, NumError> {
    let (re, im) = (b.re.abs(), b.im.abs());
    if re >= im {
        if re == 0.0 {
            return Err(NumError::ComplexDivisionByZero);
        }
        let ratio = b.im / b.re;
        let scale = b.re + b.im * ratio;
        return Ok(Complex {
            re: (a.re + a.im * ratio) / scale,
            im: (a.im - a.re * ratio) / scale,
        });
    }
    if im >= re {
        let ratio = b.re / b.im;
        let scale = b.re * ratio + b.im;
        return Ok(Complex {
            re: (a.re * ratio + a.im) / scale,
            im: (a.im * ratio - a.re) / scale,
        });
    }
    // Some part of the divisor is a NaN.
    Ok(Complex {
        re: f64::NAN,
        im: f64::NAN,
    })
}

/// `a + b` of 3.14, which leaves the imaginary part alone.
pub fn add_real(a: Complex, b: f64) -> Complex {
    Complex {
        re: a.re + b,
        im: a.im,
    }
}

/// `a - b` of 3.14 with a real `b`.
pub fn sub_real(a: Complex, b: f64) -> Complex {
    Complex {
        re: a.re - b,
        im: a.im,
    }
}

/// `a - b` of 3.14 with a real `a`.
pub fn real_sub(a: f64, b: Complex) -> Complex {
    Complex {
        re: a - b.re,
        im: -b.im,
    }
}

/// `a * b` of 3.14 with a real `b`.
pub fn mul_real(a: Complex, b: f64) -> Complex {
    a.map(|part| part * b)
}

/// `a / b` of 3.14 with a real `b`.
pub fn div_real(a: Complex, b: f64) -> Result<Complex, NumError> {
    if b == 0.0 {
        return Err(NumError::ComplexDivisionByZero);
    }
    Ok(a.map(|part| part / b))
}

/// `a / b` of 3.14 with a real `a`.
pub fn real_div(a: f64, b: Complex) -> Result<Complex, NumError> {
    let (re, im) = (b.re.abs(), b.im.abs());
    let result = if re >= im {
        if re == 0.0 {
            return Err(NumError::ComplexDivisionByZero);
        }
        let ratio = b.im / b.re;
        let scale = b.re + b.im * ratio;
        Complex {
            re: a / scale,
            im: (-a * ratio) / scale,
        }
    } else if im >= re {
        let ratio = b.re / b.im;
        let scale = b.re * ratio + b.im;
        Complex {
            re: (a * ratio) / scale,
            im: -a / scale,
        }
    } else {
        Complex {
            re: f64::NAN,
            im: f64::NAN,
        }
    };
    if result.re.is_nan() && result.im.is_nan() && a.is_finite() && b.is_infinite() {
        let direction = b.map(unit);
        return Ok(Complex {
            re: 0.0 * (a * direction.re),
            im: 0.0 * (-a * direction.im),
        });
    }
    Ok(result)
}

/// `-a`
pub fn neg(a: Complex) -> Complex {
    Complex {
        re: -a.re,
        im: -a.im,
    }
}

/// `abs(a)`
pub fn abs(a: Complex) -> Result<f64, NumError> {
    if a.re.is_infinite() || a.im.is_infinite() {
        return Ok(f64::INFINITY);
    }
    let size = a.re.hypot(a.im);
    if size.is_infinite() {
        Err(NumError::ComplexAbsolute)
    } else {
        Ok(size)
    }
}

/// `a ** b`
pub fn pow(a: Complex, b: Complex, rules: Rules) -> Result<Complex, NumError> {
    /// Whole exponents up to here are done by multiplication.
    const SMALL: f64 = 100.0;
    let small = b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= SMALL;
    let power = if small {
        pow_whole(a, b.re as i32, rules)?
    } else {
        pow_polar(a, b)?
    };
    if power.re.is_infinite() || power.im.is_infinite() {
        return Err(NumError::ComplexExponentiation);
    }
    Ok(power)
}

fn pow_whole(a: Complex, exponent: i32, rules: Rules) -> Result<Complex, NumError> {
    const ONE: Complex = Complex { re: 1.0, im: 0.0 };
    let mut left = exponent.unsigned_abs();
    let mut square = a;
    let mut power = ONE;
    while left > 0 {
        if left & 1 == 1 {
            power = mul(power, square, rules);
        }
        square = mul(square, square, rules);
        left >>= 1;
    }
    if exponent > 0 {
        return Ok(power);
    }
    div(ONE, power, rules).map_err(|_| NumError::ComplexZeroToPower)
}

fn pow_polar(a: Complex, b: Complex) -> Result<Complex, NumError> {
    if b.re == 0.0 && b.im == 0.0 {
        return Ok(Complex { re: 1.0, im: 0.0 });
    }
    if a.re == 0.0 && a.im == 0.0 {
        if b.im != 0.0 || b.re < 0.0 {
            return Err(NumError::ComplexZeroToPower);
        }
        return Ok(Complex { re: 0.0, im: 0.0 });
    }
    let size = a.re.hypot(a.im);
    let angle = a.im.atan2(a.re);
    let mut length = size.powf(b.re);
    let mut phase = angle * b.re;
    if b.im != 0.0 {
        length /= (angle * b.im).exp();
        phase += b.im * size.ln();
    }
    // The cosine of an infinity is a domain error, which CPython words like this.
    if phase.is_infinite() {
        return Err(NumError::ComplexZeroToPower);
    }
    Ok(Complex {
        re: length * phase.cos(),
        im: length * phase.sin(),
    })
}

/// `hash(a)`, of parts none of which is a NaN.
pub fn hash(a: Complex) -> i64 {
    combine_hashes(float::hash(a.re), float::hash(a.im))
}

/// `hash(a)` from the hashes of its parts, for callers that hash a NaN in their own way.
pub fn combine_hashes(re: i64, im: i64) -> i64 {
    const IMAGINARY: i64 = 1_000_003;
    super::int::finish_hash(re.wrapping_add(im.wrapping_mul(IMAGINARY)))
}

/// `repr(a)`
pub fn repr(a: Complex) -> String {
    let part = |x: f64| format_float(x, FloatStyle::Repr, 0, FloatOptions::default());
    let im = part(a.im);
    // A zero of either sign says something: (-0+1j) keeps it.
    if a.re == 0.0 && a.re.is_sign_positive() {
        return format!("{im}j");
    }
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{im}j)", part(a.re))
}

/// Why text is no complex number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseComplexError {
    /// `complex() arg is a malformed string`
    Malformed,
    /// An underscore not between two digits: `could not convert string to complex: ` and the repr of the text.
    Underscores,
}

/// `complex(text)`, of text in which the caller has made all digits and spaces ASCII.
pub fn parse(text: &[u8]) -> Result<Complex, ParseComplexError> {
    let text = without_underscores(trim(text)).ok_or(ParseComplexError::Underscores)?;
    parse_clean(&text).ok_or(ParseComplexError::Malformed)
}

fn parse_clean(text: &[u8]) -> Option<Complex> {
    let inner = match text {
        [b'(', inner @ .., b')'] => trim(inner),
        whole => whole,
    };
    let (first, rest) = scan_term(inner)?;
    if let [b'j' | b'J'] = rest {
        return Some(Complex {
            re: 0.0,
            im: first.value(),
        });
    }
    // A bare sign is a number only before a `j`.
    let Term::Number(re) = first else { return None };
    match rest {
        [] => Some(Complex { re, im: 0.0 }),
        [b'+' | b'-', ..] => match scan_term(rest)? {
            (im, [b'j' | b'J']) => Some(Complex { re, im: im.value() }),
            _ => None,
        },
        _ => None,
    }
}

/// A part of a complex number as written.
enum Term {
    Number(f64),
    /// Only a sign, or nothing: `j`, `-j`.
    Unit(f64),
}

impl Term {
    fn value(&self) -> f64 {
        match *self {
            Term::Number(value) | Term::Unit(value) => value,
        }
    }
}

fn scan_term(text: &[u8]) -> Option<(Term, &[u8])> {
    if let Some((value, rest)) = scan(text) {
        return Some((Term::Number(value), rest));
    }
    match text {
        [b'-', rest @ ..] => Some((Term::Unit(-1.0), rest)),
        [b'+', rest @ ..] => Some((Term::Unit(1.0), rest)),
        [b'j' | b'J'] => Some((Term::Unit(1.0), text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complex(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    #[test]
    fn shows_signs_of_zeros() {
        assert_eq!(repr(complex(0.0, -0.0)), "-0j");
        assert_eq!(repr(complex(-0.0, 1.0)), "(-0+1j)");
        assert_eq!(repr(complex(1.0, f64::NAN)), "(1+nanj)");
    }

    #[test]
    fn parses_as_complex_does() {
        assert_eq!(parse(b" ( 1-j ) "), Ok(complex(1.0, -1.0)));
        assert_eq!(parse(b"1_0j"), Ok(complex(0.0, 10.0)));
        assert_eq!(parse(b"1_j"), Err(ParseComplexError::Underscores));
        for wrong in ["", "()", "1 + 2j", "1+", "+", "1jj", "1+2"] {
            assert_eq!(
                parse(wrong.as_bytes()),
                Err(ParseComplexError::Malformed),
                "{wrong}"
            );
        }
    }

    #[test]
    fn infinities_follow_the_rules() {
        let (a, b) = (complex(f64::INFINITY, f64::NAN), complex(2.0, 3.0));
        assert!(mul(a, b, Rules::Plain).re.is_nan());
        assert_eq!(
            mul(a, b, Rules::AnnexG),
            complex(f64::INFINITY, f64::INFINITY)
        );
        assert_eq!(
            div(b, complex(0.0, 0.0), Rules::Plain),
            Err(NumError::ComplexDivisionByZero)
        );
    }

    #[test]
    fn hashes_both_parts() {
        assert_eq!(hash(complex(1.0, 2.0)), 2_000_007);
        assert_eq!(hash(complex(-1.0, 0.0)), -2);
    }
}
