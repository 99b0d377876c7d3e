//! The int type: small or big, compared, hashed, and converted from and to floats.

use std::borrow::Cow;
use std::cmp::Ordering;

use dashu_int::{IBig, Sign, UBig};

use super::NumError;

/// The modulus of Python's numeric hashes, a Mersenne prime.
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;
/// The number of bits of [`HASH_MODULUS`].
pub const HASH_BITS: u32 = 61;

/// An int of any size. Normalised: `Small` whenever the value fits 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// Fits an `i64`.
    Small(i64),
    /// Does not.
    Big(IBig),
}

/// A borrowed int. `Big` may hold any value, small ones too: results are the same, only slower.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// A value that fits an `i64`.
    Small(i64),
    /// A value of any size.
    Big(&'a IBig),
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Int {
        match i64::try_from(&value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(value),
        }
    }
}

impl From<UBig> for Int {
    fn from(value: UBig) -> Int {
        Int::from(IBig::from(value))
    }
}

impl From<i64> for Int {
    fn from(value: i64) -> Int {
        Int::Small(value)
    }
}

impl From<u64> for Int {
    fn from(value: u64) -> Int {
        match i64::try_from(value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(IBig::from(value)),
        }
    }
}

impl From<i128> for Int {
    fn from(value: i128) -> Int {
        match i64::try_from(value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(IBig::from(value)),
        }
    }
}

impl Int {
    /// The value as a reference to operate on.
    pub fn view(&self) -> IntRef<'_> {
        match self {
            Int::Small(value) => IntRef::Small(*value),
            Int::Big(value) => IntRef::Big(value),
        }
    }

    /// The value as a big int.
    pub fn into_big(self) -> IBig {
        match self {
            Int::Small(value) => IBig::from(value),
            Int::Big(value) => value,
        }
    }
}

impl<'a> IntRef<'a> {
    /// The value as a big int, borrowed where it already is one.
    pub fn to_big(self) -> Cow<'a, IBig> {
        match self {
            IntRef::Small(value) => Cow::Owned(IBig::from(value)),
            IntRef::Big(value) => Cow::Borrowed(value),
        }
    }

    /// The absolute value as an unsigned big int.
    pub fn magnitude(self) -> UBig {
        match self {
            IntRef::Small(value) => UBig::from(value.unsigned_abs()),
            IntRef::Big(value) => value.clone().into_parts().1,
        }
    }

    /// An owned, normalised copy.
    pub fn to_int(self) -> Int {
        match self {
            IntRef::Small(value) => Int::Small(value),
            IntRef::Big(value) => match i64::try_from(value) {
                Ok(small) => Int::Small(small),
                Err(_) => Int::Big(value.clone()),
            },
        }
    }

    /// The value, if it fits an `i64`.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(value) => Some(value),
            IntRef::Big(value) => i64::try_from(value).ok(),
        }
    }

    /// The value, if it fits a `u64`.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            IntRef::Small(value) => u64::try_from(value).ok(),
            IntRef::Big(value) => u64::try_from(value).ok(),
        }
    }

    /// The value clamped to the range of `i64`, as slices do with their bounds.
    pub fn clamp_i64(self) -> i64 {
        match self.as_i64() {
            Some(value) => value,
            None if self.is_negative() => i64::MIN,
            None => i64::MAX,
        }
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(value) => value < 0,
            IntRef::Big(value) => value.sign() == Sign::Negative,
        }
    }

    /// Whether the value is zero.
    pub fn is_zero(self) -> bool {
        match self {
            IntRef::Small(value) => value == 0,
            IntRef::Big(value) => value.is_zero(),
        }
    }

    /// Whether the value is odd.
    pub fn is_odd(self) -> bool {
        match self {
            IntRef::Small(value) => value & 1 == 1,
            IntRef::Big(value) => {
                let (_, words) = value.as_sign_words();
                words.first().is_some_and(|word| word & 1 == 1)
            }
        }
    }
}

/// Compares two ints.
pub fn cmp(a: IntRef<'_>, b: IntRef<'_>) -> Ordering {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
        (IntRef::Big(a), IntRef::Big(b)) => a.cmp(b),
        _ => a.to_big().as_ref().cmp(b.to_big().as_ref()),
    }
}

/// Compares an int with a float exactly, without rounding the int. `None` if the float is a NaN.
pub fn cmp_f64(a: IntRef<'_>, b: f64) -> Option<Ordering> {
    /// 2^63: the first float above all `i64`.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if let Some(small) = a.as_i64() {
        if b >= LIMIT {
            return Some(Ordering::Less);
        }
        if b < -LIMIT {
            return Some(Ordering::Greater);
        }
        // In this range the cast drops the fraction and nothing else.
        return Some(
            small
                .cmp(&(b as i64))
                .then_with(|| 0.0_f64.partial_cmp(&b.fract()).unwrap_or(Ordering::Equal)),
        );
    }
    let sign = if a.is_negative() {
        Ordering::Less
    } else {
        Ordering::Greater
    };
    if (-LIMIT..LIMIT).contains(&b) {
        return Some(sign);
    }
    match from_f64(b) {
        Ok(b) => Some(cmp(a, b.view())),
        Err(_) if b > 0.0 => Some(Ordering::Less),
        Err(_) => Some(Ordering::Greater),
    }
}

/// The hash of an int of 64 bits.
#[inline(always)]
pub fn hash_small(i: i64) -> i64 {
    const MODULUS: i64 = HASH_MODULUS as i64;
    finish_hash(if -MODULUS < i && i < MODULUS {
        i
    } else {
        i % MODULUS
    })
}

/// `hash(a)`.
pub fn hash(a: IntRef<'_>) -> i64 {
    let (negative, residue) = match a {
        IntRef::Small(value) => return hash_small(value),
        IntRef::Big(value) => {
            let (sign, words) = value.as_sign_words();
            let residue = words.iter().rev().fold(0_u64, |residue, &word| {
                let wide = (u128::from(residue) << dashu_int::Word::BITS) | u128::from(word);
                (wide % u128::from(HASH_MODULUS)) as u64
            });
            (sign == Sign::Negative, residue)
        }
    };
    // Below 2^61, so both casts keep the value.
    finish_hash(if negative {
        -(residue as i64)
    } else {
        residue as i64
    })
}

/// -1 is no hash: C functions return it to report an error.
#[inline(always)]
pub(super) fn finish_hash(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `float(a)`: the nearest float, ties to even.
pub fn to_f64(a: IntRef<'_>) -> Result<f64, NumError> {
    match a {
        IntRef::Small(value) => Ok(value as f64),
        IntRef::Big(value) => {
            let (sign, words) = value.as_sign_words();
            let (top, shift, sticky) = top_bits(words);
            let magnitude = scale_round(top, sticky, shift);
            if magnitude.is_infinite() {
                return Err(NumError::IntTooLargeForFloat);
            }
            Ok(if sign == Sign::Negative {
                -magnitude
            } else {
                magnitude
            })
        }
    }
}

/// The 64 most significant bits, how far they are from the least one, and whether any lower bit is set.
fn top_bits(words: &[dashu_int::Word]) -> (u64, i64, bool) {
    let word_bits = u64::from(dashu_int::Word::BITS);
    let mut top: u128 = 0;
    let mut taken: usize = 0;
    // Enough words for 64 bits below the leading one.
    for &word in words.iter().rev() {
        if top >> 64 != 0 || top.leading_zeros() < dashu_int::Word::BITS {
            break;
        }
        top = (top << word_bits) | u128::from(word);
        taken += 1;
    }
    let rest = words.len().saturating_sub(taken);
    let mut sticky = words.iter().take(rest).any(|&word| word != 0);
    let mut shift = (rest as u64).saturating_mul(word_bits) as i64;
    let excess = (128 - top.leading_zeros()).saturating_sub(64);
    sticky |= top & ((1_u128 << excess) - 1) != 0;
    shift = shift.saturating_add(i64::from(excess));
    ((top >> excess) as u64, shift, sticky)
}

/// `(mantissa + ε) * 2^exponent` as the nearest float, ties to even; ε > 0 below one unit if `sticky`.
///
/// Exact only if `mantissa` has its 55 bits or more whenever `sticky` is set. Too large gives infinity.
pub(super) fn scale_round(mantissa: u64, sticky: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let length = i64::from(64 - mantissa.leading_zeros());
    // The exponent of the float's last bit: 53 bits, fewer for subnormal floats.
    let last = exponent.saturating_add(length - 53).max(-1074);
    let drop = last.saturating_sub(exponent);
    let mut kept = if drop <= 0 {
        // At most 53 bits result, since `last` leaves room for them.
        mantissa << (-drop).min(63)
    } else if drop >= 65 {
        0
    } else {
        let wide = u128::from(mantissa);
        let half = 1_u128 << (drop - 1);
        let tail = wide & ((half << 1) - 1);
        let kept = (wide >> drop) as u64;
        let up = tail > half || (tail == half && (sticky || kept & 1 == 1));
        kept + u64::from(up)
    };
    let mut last = last;
    if kept == 1 << 53 {
        kept = 1 << 52;
        last = last.saturating_add(1);
    }
    if last > 971 {
        return f64::INFINITY;
    }
    if kept < 1 << 52 {
        return f64::from_bits(kept);
    }
    let biased = (last + 1075) as u64;
    f64::from_bits((biased << 52) | (kept & ((1 << 52) - 1)))
}

/// A finite float as `mantissa * 2^exponent`, without its sign.
pub(super) fn decompose(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = ((bits >> 52) & 0x7ff) as i32;
    if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), biased - 1075)
    }
}

/// `int(x)`: the fraction dropped.
pub fn from_f64(x: f64) -> Result<Int, NumError> {
    if x.is_nan() {
        return Err(NumError::NanToInt);
    }
    if x.is_infinite() {
        return Err(NumError::InfinityToInt);
    }
    if x.abs() < 9e18 {
        return Ok(Int::Small(x as i64));
    }
    let (mantissa, exponent) = decompose(x);
    let magnitude = IBig::from(mantissa) << exponent.max(0) as usize;
    Ok(Int::from(if x < 0.0 { -magnitude } else { magnitude }))
}

/// `math.floor(x)`.
pub fn floor_f64(x: f64) -> Result<Int, NumError> {
    from_f64(x.floor())
}

/// `math.ceil(x)`.
pub fn ceil_f64(x: f64) -> Result<Int, NumError> {
    from_f64(x.ceil())
}

/// `round(x)`: ties to even.
pub fn round_f64(x: f64) -> Result<Int, NumError> {
    from_f64(x.round_ties_even())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> Int {
        Int::from(text.parse::<IBig>().unwrap_or_default())
    }

    #[test]
    fn normalises() {
        assert_eq!(Int::from(IBig::from(i64::MIN)), Int::Small(i64::MIN));
        assert!(matches!(Int::from(1_u64 << 63), Int::Big(_)));
    }

    #[test]
    fn hashes_as_cpython() {
        assert_eq!(hash(IntRef::Small(-1)), -2);
        assert_eq!(hash(big("2305843009213693951").view()), 0);
        assert_eq!(
            hash(big("340282366920938463463374607431768211456").view()),
            64
        );
    }

    #[test]
    fn compares_exactly_with_floats() {
        let above = IntRef::Small((1 << 53) + 1);
        assert_eq!(
            cmp_f64(above, (1_u64 << 53) as f64),
            Some(Ordering::Greater)
        );
        assert_eq!(cmp_f64(IntRef::Small(-1), -1.5), Some(Ordering::Greater));
        assert_eq!(cmp_f64(IntRef::Small(0), f64::NAN), None);
        assert_eq!(
            cmp_f64(big("99999999999999999999").view(), f64::INFINITY),
            Some(Ordering::Less)
        );
    }

    #[test]
    fn rounds_ties_to_even() {
        let tie = Int::from((1_i128 << 64) + (1 << 11));
        assert_eq!(to_f64(tie.view()), Ok(18_446_744_073_709_551_616.0));
        let huge = Int::from(IBig::ONE << 1024_usize);
        assert_eq!(to_f64(huge.view()), Err(NumError::IntTooLargeForFloat));
        assert_eq!(round_f64(2.5), Ok(Int::Small(2)));
    }

    #[test]
    fn scales_down_to_subnormals() {
        assert_eq!(scale_round(1, false, -1074), 5e-324);
        assert_eq!(scale_round(1, false, -1075), 0.0);
        assert_eq!(scale_round(3, false, -1075), 1e-323);
    }
}
