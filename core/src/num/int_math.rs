//! The functions of the `math` module on ints.

use dashu_int::UBig;
use dashu_int::ops::{Gcd, SquareRoot};

use super::NumError;
use super::int::{Int, IntRef, cmp};
use super::int_arith::{abs, sub};
use super::int_bits::bit_length;

/// `math.gcd(a, b)`
pub fn gcd(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if a.is_zero() {
        return abs(b);
    }
    if b.is_zero() {
        return abs(a);
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return Int::from(a);
    }
    Int::from(a.magnitude().gcd(b.magnitude()))
}

/// `math.lcm(a, b)`, within `budget` bits.
pub fn lcm(a: IntRef<'_>, b: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    if a.is_zero() || b.is_zero() {
        return Ok(Int::Small(0));
    }
    let divisor = gcd(a, b).view().magnitude();
    let factor = Int::from(a.magnitude() / divisor);
    super::int_arith::mul(factor.view(), abs(b).view(), budget)
}

/// `math.isqrt(a)`
pub fn isqrt(a: IntRef<'_>) -> Result<Int, NumError> {
    if a.is_negative() {
        return Err(NumError::NegativeSquareRoot);
    }
    Ok(match a {
        IntRef::Small(value) => Int::from(value.unsigned_abs().isqrt()),
        IntRef::Big(_) => Int::from(a.magnitude().sqrt()),
    })
}

/// The product of `first, first + 1, …`, `count` factors, halved until the factors are few.
fn product(first: &UBig, count: u64) -> UBig {
    if count <= 8 {
        let mut result = UBig::ONE;
        for step in 0..count {
            result *= first + UBig::from(step);
        }
        return result;
    }
    let half = count / 2;
    product(first, half) * product(&(first + UBig::from(half)), count - half)
}

/// Whether `count` factors, the mean of which has about `bits` bits, are more than the budget. NaN counts as no.
fn beyond(count: u64, bits: f64, budget: u64) -> bool {
    count as f64 * bits > budget as f64
}

/// The binary logarithm, near enough to estimate sizes with.
fn log2(a: IntRef<'_>) -> f64 {
    let length = bit_length(a);
    match a.as_u64() {
        Some(value) if value > 0 => (value as f64).log2(),
        _ => length as f64 - 0.5,
    }
}

/// `math.factorial(n)`, within `budget` bits.
pub fn factorial(n: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    if n.is_negative() {
        return Err(NumError::NegativeFactorial);
    }
    let count = n
        .as_i64()
        .ok_or(NumError::FactorialTooLarge)?
        .unsigned_abs();
    // Stirling: log2 n! = n log2(n / e) and a little.
    if beyond(
        count,
        (count as f64).log2() - std::f64::consts::LOG2_E,
        budget,
    ) {
        return Err(NumError::Memory);
    }
    Ok(Int::from(product(&UBig::ONE, count)))
}

fn check_non_negative(n: IntRef<'_>, k: IntRef<'_>) -> Result<(), NumError> {
    if n.is_negative() {
        return Err(NumError::NegativeN);
    }
    if k.is_negative() {
        return Err(NumError::NegativeK);
    }
    Ok(())
}

/// `math.perm(n, k)`, within `budget` bits.
pub fn perm(n: IntRef<'_>, k: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    check_non_negative(n, k)?;
    if cmp(n, k).is_lt() {
        return Ok(Int::Small(0));
    }
    let count = k.as_i64().ok_or(NumError::PermTooLarge)?.unsigned_abs();
    // The mean factor is n / e or more.
    if beyond(count, log2(n) - std::f64::consts::LOG2_E, budget) {
        return Err(NumError::Memory);
    }
    let first = sub(n, k).view().magnitude() + UBig::ONE;
    Ok(Int::from(product(&first, count)))
}

/// `math.comb(n, k)`, within `budget` bits.
pub fn comb(n: IntRef<'_>, k: IntRef<'_>, budget: u64) -> Result<Int, NumError> {
    check_non_negative(n, k)?;
    if cmp(n, k).is_lt() {
        return Ok(Int::Small(0));
    }
    let other = sub(n, k);
    let k = if cmp(k, other.view()).is_gt() {
        other.view()
    } else {
        k
    };
    let count = k.as_i64().ok_or(NumError::CombTooLarge)?.unsigned_abs();
    // At least (n / k)^k, and the product on the way to it is larger: n^k / e^k or more.
    if beyond(count, log2(n) - std::f64::consts::LOG2_E, budget) {
        return Err(NumError::Memory);
    }
    let first = sub(n, k).view().magnitude() + UBig::ONE;
    Ok(Int::from(
        product(&first, count) / product(&UBig::ONE, count),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let small = IntRef::Small;
        assert_eq!(
            factorial(small(20), 1 << 20),
            Ok(Int::Small(2_432_902_008_176_640_000))
        );
        assert_eq!(comb(small(50), small(48), 1 << 20), Ok(Int::Small(1225)));
        assert_eq!(perm(small(5), small(6), 1 << 20), Ok(Int::Small(0)));
        assert_eq!(gcd(small(i64::MIN), small(0)), Int::from(1_u64 << 63));
    }

    #[test]
    fn refuses_absurd_sizes_at_once() {
        let huge = IntRef::Small(i64::MAX);
        assert_eq!(factorial(huge, 1 << 33), Err(NumError::Memory));
        assert_eq!(
            comb(huge, IntRef::Small(1 << 60), 1 << 33),
            Err(NumError::Memory)
        );
        assert_eq!(perm(huge, huge, 1 << 33), Err(NumError::Memory));
    }
}
