//! Ints as two's complement numbers of endless width, and as bytes.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::NumError;
use super::int::{Int, IntRef};

/// `a.bit_length()`
pub fn bit_length(a: IntRef<'_>) -> u64 {
    match a {
        IntRef::Small(value) => u64::from(64 - value.unsigned_abs().leading_zeros()),
        IntRef::Big(value) => {
            // Of the magnitude: dashu's own length of a negative number is another.
            let (_, words) = value.as_sign_words();
            let top = words
                .last()
                .map_or(0, |word| dashu_int::Word::BITS - word.leading_zeros());
            let rest = words.len().saturating_sub(1) as u64;
            rest.saturating_mul(u64::from(dashu_int::Word::BITS))
                .saturating_add(u64::from(top))
        }
    }
}

/// `a.bit_count()`: the ones of the absolute value.
pub fn bit_count(a: IntRef<'_>) -> u64 {
    match a {
        IntRef::Small(value) => u64::from(value.unsigned_abs().count_ones()),
        IntRef::Big(value) => value
            .as_sign_words()
            .1
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum(),
    }
}

/// `a << count`, within `budget` bits.
pub fn shl(a: IntRef<'_>, count: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    if count.is_negative() {
        return Err(NumError::NegativeShift);
    }
    if a.is_zero() {
        return Ok(Int::Small(0));
    }
    let count = count.as_u64().ok_or(NumError::Memory)?;
    if let IntRef::Small(value) = a
        && count < 63
    {
        return Ok(Int::from(i128::from(value) << count));
    }
    if bit_length(a).saturating_add(count) > budget {
        return Err(NumError::Memory);
    }
    let count = usize::try_from(count).map_err(|_| NumError::Memory)?;
    Ok(Int::from(a.to_big().as_ref() << count))
}

/// `a >> count`
pub fn shr(a: IntRef<'_>, count: IntRef<'_>) -> Result<Int, NumError> {
    if count.is_negative() {
        return Err(NumError::NegativeShift);
    }
    if let (IntRef::Small(value), IntRef::Small(count)) = (a, count) {
        return Ok(Int::Small(value >> count.min(63)));
    }
    match count.as_u64().and_then(|count| usize::try_from(count).ok()) {
        Some(count) if (count as u64) < bit_length(a) => {
            Ok(Int::from(a.to_big().as_ref() >> count))
        }
        _ => Ok(Int::Small(if a.is_negative() { -1 } else { 0 })),
    }
}

/// `a & b`
pub fn and(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a & b),
        _ => Int::from(a.to_big().as_ref() & b.to_big().as_ref()),
    }
}

/// `a | b`
pub fn or(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a | b),
        _ => Int::from(a.to_big().as_ref() | b.to_big().as_ref()),
    }
}

/// `a ^ b`
pub fn xor(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a ^ b),
        _ => Int::from(a.to_big().as_ref() ^ b.to_big().as_ref()),
    }
}

/// `~a`
pub fn invert(a: IntRef<'_>) -> Int {
    match a {
        IntRef::Small(value) => Int::Small(!value),
        IntRef::Big(value) => Int::from(!value),
    }
}

/// The order of the bytes of [`to_bytes`] and [`from_bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// `"little"`: the least significant byte first.
    Little,
    /// `"big"`: the most significant byte first.
    Big,
}

/// `a.to_bytes(length, order, signed=signed)`, within `budget` bits.
pub fn to_bytes(
    a: IntRef<'_>,
    length: usize,
    order: ByteOrder,
    signed: bool,
    budget: u64,
) -> Result<Vec<u8>, NumError> {
    let negative = a.is_negative();
    if negative && !signed {
        return Err(NumError::NegativeToUnsigned);
    }
    let room = (length as u64).saturating_mul(8);
    // -128 needs as many bits as 127: those of ~a, and the sign.
    let needed = if negative {
        bit_length(invert(a).view())
    } else {
        bit_length(a)
    };
    let sign_bit = u64::from(signed && !(length == 0 && a.is_zero()));
    if needed.saturating_add(sign_bit) > room {
        return Err(NumError::TooBigForBytes);
    }
    if room > budget {
        return Err(NumError::Memory);
    }
    let digits = if negative {
        invert(a).view().magnitude()
    } else {
        a.magnitude()
    };
    let mut bytes = digits.to_le_bytes().into_vec();
    bytes.resize(length, 0);
    if negative {
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes(bytes, order, signed=signed)`
pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> Int {
    let magnitude = match order {
        ByteOrder::Little => UBig::from_le_bytes(bytes),
        ByteOrder::Big => UBig::from_be_bytes(bytes),
    };
    let length = bytes.len().saturating_mul(8);
    if signed && length > 0 && magnitude.bit(length - 1) {
        return Int::from(IBig::from(magnitude) - (IBig::ONE << length));
    }
    Int::from(magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: u64 = 1 << 20;

    #[test]
    fn shifts_any_distance() {
        let far = Int::from(i128::MAX);
        assert_eq!(shr(IntRef::Small(-5), far.view()), Ok(Int::Small(-1)));
        assert_eq!(shl(IntRef::Small(0), far.view(), BUDGET), Ok(Int::Small(0)));
        assert_eq!(
            shl(IntRef::Small(1), far.view(), BUDGET),
            Err(NumError::Memory)
        );
        assert_eq!(
            shl(IntRef::Small(1), IntRef::Small(-1), BUDGET),
            Err(NumError::NegativeShift)
        );
    }

    #[test]
    fn converts_to_bytes_and_back() {
        let bytes = |value, length, signed| {
            to_bytes(IntRef::Small(value), length, ByteOrder::Big, signed, BUDGET)
        };
        assert_eq!(bytes(-128, 1, true), Ok(vec![0x80]));
        assert_eq!(bytes(128, 1, true), Err(NumError::TooBigForBytes));
        assert_eq!(bytes(-1, 1, false), Err(NumError::NegativeToUnsigned));
        assert_eq!(bytes(0, usize::MAX, false), Err(NumError::Memory));
        assert_eq!(
            from_bytes(&[0xff, 0], ByteOrder::Big, true),
            Int::Small(-256)
        );
    }
}
