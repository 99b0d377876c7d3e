//! Operators and methods of floats.

use dashu_int::UBig;

use super::NumError;
use super::complex::{self, Complex, Rules};
use super::int::{self, HASH_BITS, HASH_MODULUS, Int, decompose};

/// `a / b`
pub fn div(a: f64, b: f64) -> Result<f64, NumError> {
    if b == 0.0 {
        Err(NumError::FloatDivisionByZero)
    } else {
        Ok(a / b)
    }
}

/// The quotient rounded down and the remainder with the divisor's sign; the divisor is not zero.
fn divmod_nonzero(a: f64, b: f64) -> (f64, f64) {
    let remainder = a % b;
    // Nearly a whole number; rounded to one below.
    let quotient = (a - remainder) / b;
    let (quotient, remainder) = if remainder == 0.0 {
        (quotient, 0.0_f64.copysign(b))
    } else if (b < 0.0) != (remainder < 0.0) {
        (quotient - 1.0, remainder + b)
    } else {
        (quotient, remainder)
    };
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), remainder);
    }
    let floor = quotient.floor();
    (
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        },
        remainder,
    )
}

/// `divmod(a, b)`
pub fn divmod(a: f64, b: f64) -> Result<(f64, f64), NumError> {
    if b == 0.0 {
        Err(NumError::FloatDivmodByZero)
    } else {
        Ok(divmod_nonzero(a, b))
    }
}

/// `a // b`
pub fn floordiv(a: f64, b: f64) -> Result<f64, NumError> {
    if b == 0.0 {
        Err(NumError::FloatFloorDivisionByZero)
    } else {
        Ok(divmod_nonzero(a, b).0)
    }
}

/// `a % b`
pub fn modulo(a: f64, b: f64) -> Result<f64, NumError> {
    if b == 0.0 {
        Err(NumError::FloatModuloByZero)
    } else {
        Ok(divmod_nonzero(a, b).1)
    }
}

/// What `a ** b` of two floats gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    /// A float.
    Real(f64),
    /// A complex number: a negative base with a fractional exponent.
    Complex(Complex),
}

/// `a ** b`
pub fn pow(a: f64, b: f64) -> Result<Power, NumError> {
    let odd = (b % 2.0).abs() == 1.0;
    if b == 0.0 || a == 1.0 {
        return Ok(Power::Real(1.0));
    }
    if a.is_nan() || b.is_nan() {
        return Ok(Power::Real(if a.is_nan() { a } else { b }));
    }
    if b.is_infinite() {
        let size = a.abs();
        return Ok(Power::Real(if size == 1.0 {
            1.0
        } else if (b > 0.0) == (size > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }));
    }
    if a.is_infinite() {
        let size = if b > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(Power::Real(if odd { size.copysign(a) } else { size }));
    }
    if a == 0.0 {
        if b < 0.0 {
            return Err(NumError::ZeroToNegativePower);
        }
        return Ok(Power::Real(if odd { a } else { 0.0 }));
    }
    if a < 0.0 && b != b.floor() {
        // Finite numbers with a fractional exponent: all rules agree.
        let power = complex::pow(
            Complex { re: a, im: 0.0 },
            Complex { re: b, im: 0.0 },
            Rules::Plain,
        )?;
        return Ok(Power::Complex(power));
    }
    let size = a.abs().powf(b);
    if size.is_infinite() {
        return Err(NumError::Range);
    }
    Ok(Power::Real(if a < 0.0 && odd { -size } else { size }))
}

/// `round(x, ndigits)`: the exact decimal value rounded, ties to even.
pub fn round_to_ndigits(x: f64, ndigits: i64) -> Result<f64, NumError> {
    // A float has no digit past the 323rd place, and none before the 308th.
    if !x.is_finite() || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0 * x);
    }
    let text = match usize::try_from(ndigits) {
        Ok(places) => format!("{x:.places$}"),
        Err(_) => round_digits(x, usize::try_from(-ndigits).unwrap_or(0)),
    };
    match text.parse::<f64>() {
        Ok(rounded) if rounded.is_finite() => Ok(rounded),
        _ => Err(NumError::RoundedTooLarge),
    }
}

/// The number rounded to a multiple of `10^zeros`, as text for `f64::from_str`.
fn round_digits(x: f64, zeros: usize) -> String {
    // Exact: a fraction has at most 1074 places.
    let exact = format!("{:.1074}", x.abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let padded = format!("{whole:0>width$}", width = zeros + 1);
    let (kept, dropped) = padded.split_at(padded.len() - zeros);
    let rest = dropped
        .get(1..)
        .unwrap_or("")
        .bytes()
        .chain(fraction.bytes());
    let first = dropped.bytes().next().unwrap_or(b'0');
    let more = rest.into_iter().any(|digit| digit != b'0');
    let odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
    let up = first > b'5' || (first == b'5' && (more || odd));
    // At most 309 digits.
    let kept = kept.parse::<UBig>().unwrap_or_default() + UBig::from(u8::from(up));
    format!("{sign}{kept}e{zeros}")
}

/// `x.as_integer_ratio()`
pub fn as_integer_ratio(x: f64) -> Result<(Int, Int), NumError> {
    if x.is_nan() {
        return Err(NumError::NanToRatio);
    }
    if x.is_infinite() {
        return Err(NumError::InfinityToRatio);
    }
    if x == x.trunc() {
        return Ok((int::from_f64(x)?, Int::Small(1)));
    }
    let (mantissa, exponent) = decompose(x);
    // Not whole, so some bit of the mantissa is below the point.
    let common = mantissa.trailing_zeros().min(exponent.unsigned_abs());
    let numerator = (mantissa >> common) as i64;
    let places = (exponent.unsigned_abs() - common) as usize;
    let denominator = Int::from(UBig::ONE << places);
    Ok((
        Int::Small(if x < 0.0 { -numerator } else { numerator }),
        denominator,
    ))
}

/// `x.is_integer()`
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.floor()
}

/// `hash(x)`, equal to that of an equal int. NaN gives 0; from 3.10 on it hashes by identity: the caller's part.
pub fn hash(x: f64) -> i64 {
    const INFINITY: i64 = 314_159;
    if x.is_nan() {
        return 0;
    }
    if x.is_infinite() {
        return if x > 0.0 { INFINITY } else { -INFINITY };
    }
    let (mantissa, exponent) = decompose(x);
    // Powers of two are rotations modulo 2^61 - 1.
    let turn = exponent.rem_euclid(HASH_BITS as i32) as u32;
    let residue = mantissa % HASH_MODULUS;
    let rotated = ((residue << turn) & HASH_MODULUS) | (residue >> (HASH_BITS - turn));
    let hash = rotated as i64;
    int::finish_hash(if x < 0.0 { -hash } else { hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_with_the_divisors_sign() {
        assert_eq!(divmod(-7.0, 2.0), Ok((-4.0, 1.0)));
        assert_eq!(modulo(-1e-20, 3.0), Ok(3.0));
        assert_eq!(floordiv(1.0, 0.0), Err(NumError::FloatFloorDivisionByZero));
    }

    #[test]
    fn powers_have_special_cases() {
        assert_eq!(pow(-1.0, f64::NEG_INFINITY), Ok(Power::Real(1.0)));
        assert_eq!(pow(f64::NAN, 0.0), Ok(Power::Real(1.0)));
        assert_eq!(pow(2.0, 5000.0), Err(NumError::Range));
        assert_eq!(pow(-0.0, -1.0), Err(NumError::ZeroToNegativePower));
        assert!(matches!(pow(-8.0, 0.5), Ok(Power::Complex(_))));
    }

    #[test]
    fn rounds_the_exact_value() {
        assert_eq!(round_to_ndigits(2.675, 2), Ok(2.67));
        assert_eq!(round_to_ndigits(0.125, 2), Ok(0.12));
        assert_eq!(round_to_ndigits(25.0, -1), Ok(20.0));
        assert_eq!(round_to_ndigits(25.5, -1), Ok(30.0));
        assert_eq!(
            round_to_ndigits(1.7e308, -308),
            Err(NumError::RoundedTooLarge)
        );
    }

    #[test]
    fn hashes_as_equal_ints() {
        assert_eq!(hash(-1.0), -2);
        assert_eq!(hash(1.5), 1_152_921_504_606_846_977);
        assert_eq!(hash(5e-324), 16_777_216);
    }
}
