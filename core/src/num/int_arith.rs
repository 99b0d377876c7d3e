//! Arithmetic of ints.

use std::cmp::Ordering;

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, Sign, UBig};

use super::NumError;
use super::int::{Int, IntRef, cmp, scale_round};
use super::int_bits::bit_length;

/// `a + b`
pub fn add(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_add(b) {
            Some(sum) => Int::Small(sum),
            None => Int::from(i128::from(a) + i128::from(b)),
        };
    }
    Int::from(a.to_big().as_ref() + b.to_big().as_ref())
}

/// `a - b`
pub fn sub(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return match a.checked_sub(b) {
            Some(difference) => Int::Small(difference),
            None => Int::from(i128::from(a) - i128::from(b)),
        };
    }
    Int::from(a.to_big().as_ref() - b.to_big().as_ref())
}

/// `a * b`, within `budget` bits.
pub fn mul(a: IntRef<'_>, b: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        return Ok(match a.checked_mul(b) {
            Some(product) => Int::Small(product),
            None => Int::from(i128::from(a) * i128::from(b)),
        });
    }
    if bit_length(a).saturating_add(bit_length(b)) > budget.saturating_add(1) {
        return Err(NumError::Memory);
    }
    Ok(Int::from(a.to_big().as_ref() * b.to_big().as_ref()))
}

/// `-a`
pub fn neg(a: IntRef<'_>) -> Int {
    match a {
        IntRef::Small(value) => match value.checked_neg() {
            Some(value) => Int::Small(value),
            None => Int::from(-i128::from(value)),
        },
        IntRef::Big(value) => Int::from(-value),
    }
}

/// `abs(a)`
pub fn abs(a: IntRef<'_>) -> Int {
    if a.is_negative() { neg(a) } else { a.to_int() }
}

/// Floor division and its remainder, which has the sign of the divisor. The divisor is not zero.
fn divmod_nonzero(a: IntRef<'_>, b: IntRef<'_>) -> (Int, Int) {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        // Only i64::MIN / -1 overflows.
        if let (Some(quotient), Some(remainder)) = (a.checked_div(b), a.checked_rem(b)) {
            return if remainder != 0 && (remainder < 0) != (b < 0) {
                (Int::Small(quotient - 1), Int::Small(remainder + b))
            } else {
                (Int::Small(quotient), Int::Small(remainder))
            };
        }
    }
    let (dividend, divisor) = (a.to_big(), b.to_big());
    let (mut quotient, mut remainder) = dividend.as_ref().div_rem(divisor.as_ref());
    if !remainder.is_zero() && remainder.sign() != divisor.sign() {
        quotient -= IBig::ONE;
        remainder += divisor.as_ref();
    }
    (Int::from(quotient), Int::from(remainder))
}

/// `divmod(a, b)`
pub fn divmod(a: IntRef<'_>, b: IntRef<'_>) -> Result<(Int, Int), NumError> {
    if b.is_zero() {
        return Err(NumError::IntDivisionByZero);
    }
    Ok(divmod_nonzero(a, b))
}

/// `a // b`
pub fn floordiv(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int, NumError> {
    divmod(a, b).map(|(quotient, _)| quotient)
}

/// `a % b`
pub fn modulo(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int, NumError> {
    if b.is_zero() {
        return Err(NumError::IntModuloByZero);
    }
    Ok(divmod_nonzero(a, b).1)
}

/// `a / b`: the float nearest to the exact quotient.
pub fn true_div(a: IntRef<'_>, b: IntRef<'_>) -> Result<f64, NumError> {
    /// All ints up to here are floats, so that one division rounds once.
    const EXACT: u64 = 1 << 53;
    if b.is_zero() {
        return Err(NumError::TrueDivisionByZero);
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(a as f64 / b as f64);
    }
    let negative = a.is_negative() != b.is_negative();
    let magnitude = quotient_f64(a.magnitude(), b.magnitude())?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// The quotient of two magnitudes, the divisor not zero: enough bits by integer division, then one rounding.
fn quotient_f64(a: UBig, b: UBig) -> Result<f64, NumError> {
    if a.is_zero() {
        return Ok(0.0);
    }
    let difference = a.bit_len() as i64 - b.bit_len() as i64;
    if difference > 1024 {
        return Err(NumError::DivisionResultTooLarge);
    }
    if difference < -1080 {
        return Ok(0.0);
    }
    // The quotient gets 55 or 56 bits.
    let shift = difference - 55;
    let (a, b) = if shift < 0 {
        (a << shift.unsigned_abs() as usize, b)
    } else {
        (a, b << shift as usize)
    };
    let (quotient, remainder) = a.div_rem(b);
    let quotient = u64::try_from(quotient).unwrap_or(u64::MAX);
    let result = scale_round(quotient, !remainder.is_zero(), shift);
    if result.is_infinite() {
        Err(NumError::DivisionResultTooLarge)
    } else {
        Ok(result)
    }
}

/// `a ** exponent` for an exponent of zero or more, within `budget` bits.
///
/// A negative exponent gives a float: the caller converts both operands and uses [`super::float::pow`].
pub fn pow(a: IntRef<'_>, exponent: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    match a.as_i64() {
        _ if exponent.is_zero() => return Ok(Int::Small(1)),
        Some(value @ (0 | 1)) => return Ok(Int::Small(value)),
        Some(-1) => return Ok(Int::Small(if exponent.is_odd() { -1 } else { 1 })),
        _ => {}
    }
    let count = exponent.as_u64().ok_or(NumError::Memory)?;
    if let (IntRef::Small(base), Ok(count)) = (a, u32::try_from(count))
        && let Some(power) = base.checked_pow(count)
    {
        return Ok(Int::Small(power));
    }
    // A lower bound of the result's size: enough to refuse what cannot fit.
    if (bit_length(a) - 1).saturating_mul(count) > budget {
        return Err(NumError::Memory);
    }
    let count = usize::try_from(count).map_err(|_| NumError::Memory)?;
    Ok(Int::from(a.to_big().pow(count)))
}

/// The number that times `base` is 1 modulo `modulus`, by Euclid's algorithm; `base` is below `modulus`.
fn inverse(base: IBig, modulus: &IBig) -> Option<IBig> {
    let (mut high, mut low) = (modulus.clone(), base);
    let (mut of_high, mut of_low) = (IBig::ZERO, IBig::ONE);
    while !low.is_zero() {
        let (quotient, rest) = high.div_rem(&low);
        high = std::mem::replace(&mut low, rest);
        let next = of_high - quotient * &of_low;
        of_high = std::mem::replace(&mut of_low, next);
    }
    if of_high.sign() == Sign::Negative {
        of_high += modulus;
    }
    high.is_one().then_some(of_high)
}

/// Square and multiply in machine words; `base` is below `modulus`.
fn pow_mod_word(base: u64, exponent: &UBig, modulus: u64) -> u64 {
    // Both factors are below 2^64, and a remainder fits again.
    let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    (0..exponent.bit_len())
        .rev()
        .fold(1 % modulus, |power, bit| {
            let square = times(power, power);
            if exponent.bit(bit) {
                times(square, base)
            } else {
                square
            }
        })
}

/// `pow(a, exponent, modulus)`; a negative exponent inverts, as from 3.8 on.
pub fn pow_mod(a: IntRef<'_>, exponent: IntRef<'_>, modulus: IntRef<'_>) -> Result<Int, NumError> {
    if modulus.is_zero() {
        return Err(NumError::ZeroModulus);
    }
    let magnitude = modulus.magnitude();
    if magnitude.is_one() {
        return Ok(Int::Small(0));
    }
    let modulus_big = IBig::from(magnitude.clone());
    let mut base = a.to_big().as_ref() % &modulus_big;
    if base.sign() == Sign::Negative {
        base += &modulus_big;
    }
    if exponent.is_negative() {
        base = inverse(base, &modulus_big).ok_or(NumError::NotInvertible)?;
    }
    let exponent = exponent.magnitude();
    let result = match (u64::try_from(&base), u64::try_from(&magnitude)) {
        (Ok(base), Ok(modulus)) => Int::from(pow_mod_word(base, &exponent, modulus)),
        _ => {
            let ring = ConstDivisor::new(magnitude);
            Int::from(ring.reduce(base).pow(&exponent).residue())
        }
    };
    // The result has the sign of the modulus, as with `%`.
    if modulus.is_negative() && !result.view().is_zero() {
        return Ok(add(result.view(), modulus));
    }
    Ok(result)
}

/// `round(a, ndigits)`: ties to even; only a negative `ndigits` changes anything.
pub fn round_to_ndigits(a: IntRef<'_>, ndigits: IntRef<'_>) -> Int {
    if !ndigits.is_negative() {
        return a.to_int();
    }
    // 10^n > 2|a| gives 0; a decimal digit has more than three bits.
    let zeros = ndigits.clamp_i64().unsigned_abs();
    if zeros > bit_length(a) / 3 + 1 {
        return Int::Small(0);
    }
    let unit = Int::from(UBig::from(10_u8).pow(usize::try_from(zeros).unwrap_or(usize::MAX)));
    let (quotient, remainder) = divmod_nonzero(a, unit.view());
    let twice = add(remainder.view(), remainder.view());
    let down = sub(a, remainder.view());
    match cmp(twice.view(), unit.view()) {
        Ordering::Greater => add(down.view(), unit.view()),
        Ordering::Equal if quotient.view().is_odd() => add(down.view(), unit.view()),
        _ => down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(value: i64) -> IntRef<'static> {
        IntRef::Small(value)
    }

    #[test]
    fn divides_towards_minus_infinity() {
        assert_eq!(
            divmod(small(-7), small(2)),
            Ok((Int::Small(-4), Int::Small(1)))
        );
        assert_eq!(
            divmod(small(7), small(-2)),
            Ok((Int::Small(-4), Int::Small(-1)))
        );
        assert_eq!(
            floordiv(small(i64::MIN), small(-1)),
            Ok(Int::from(1_u64 << 63))
        );
        assert_eq!(modulo(small(1), small(0)), Err(NumError::IntModuloByZero));
    }

    #[test]
    fn refuses_absurd_powers_at_once() {
        assert_eq!(
            pow(small(3), small(i64::MAX), 1 << 33),
            Err(NumError::Memory)
        );
        assert_eq!(pow(small(-1), small(i64::MAX), 1 << 33), Ok(Int::Small(-1)));
    }

    #[test]
    fn raises_modulo() {
        assert_eq!(pow_mod(small(2), small(3), small(-5)), Ok(Int::Small(-2)));
        assert_eq!(pow_mod(small(2), small(-3), small(5)), Ok(Int::Small(2)));
        assert_eq!(
            pow_mod(small(2), small(-1), small(4)),
            Err(NumError::NotInvertible)
        );
        // A base of two words and a modulus with its highest bit set.
        let base = Int::from(1_i128 << 100);
        let modulus = Int::from(1_u64 << 63);
        assert_eq!(
            pow_mod(base.view(), small(1), modulus.view()),
            Ok(Int::Small(0))
        );
    }

    #[test]
    fn divides_to_the_nearest_float() {
        assert_eq!(
            true_div(small(i64::MAX), small(3)),
            Ok(3_074_457_345_618_258_432.0)
        );
        assert_eq!(
            true_div(small(0), small(-5)).map(f64::to_bits),
            Ok((-0.0_f64).to_bits())
        );
    }

    #[test]
    fn rounds_to_tens() {
        let round = |value, digits| round_to_ndigits(small(value), small(digits));
        assert_eq!(round(15, -1), Int::Small(20));
        assert_eq!(round(25, -1), Int::Small(20));
        assert_eq!(round(-15, -1), Int::Small(-20));
        assert_eq!(round(5, i64::MIN), Int::Small(0));
    }
}
