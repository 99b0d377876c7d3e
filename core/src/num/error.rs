//! What can go wrong with numbers, and how CPython words it.

use std::borrow::Cow;

use crate::version::Version;

/// The Python exception that a [`NumError`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumErrorKind {
    /// `ZeroDivisionError`
    ZeroDivision,
    /// `OverflowError`
    Overflow,
    /// `ValueError`
    Value,
    /// `MemoryError`
    Memory,
}

/// An error of an operation on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumError {
    /// `1 // 0` or `divmod(1, 0)`.
    IntDivisionByZero,
    /// `1 % 0`.
    IntModuloByZero,
    /// `1 / 0`.
    TrueDivisionByZero,
    /// `1.0 / 0.0`.
    FloatDivisionByZero,
    /// `1.0 // 0.0`.
    FloatFloorDivisionByZero,
    /// `1.0 % 0.0`.
    FloatModuloByZero,
    /// `divmod(1.0, 0.0)`.
    FloatDivmodByZero,
    /// `1j / 0`.
    ComplexDivisionByZero,
    /// `0.0 ** -1`.
    ZeroToNegativePower,
    /// `0j ** -1`.
    ComplexZeroToPower,
    /// An int with no float near it.
    IntTooLargeForFloat,
    /// The quotient of two ints is out of range.
    DivisionResultTooLarge,
    /// `int(float("inf"))`.
    InfinityToInt,
    /// `int(float("nan"))`.
    NanToInt,
    /// `float("inf").as_integer_ratio()`.
    InfinityToRatio,
    /// `float("nan").as_integer_ratio()`.
    NanToRatio,
    /// `round(1.7e308, -308)`.
    RoundedTooLarge,
    /// The C library's range error (`2.0 ** 5000`): the exception carries `(34, message)`.
    Range,
    /// `(1+1j) ** 10000`.
    ComplexExponentiation,
    /// `abs()` of a complex number out of range.
    ComplexAbsolute,
    /// `float.fromhex("…")` of something else.
    InvalidHexFloat,
    /// `float.fromhex("0x1p99999")`.
    HexFloatTooLarge,
    /// `1 << -1`.
    NegativeShift,
    /// `pow(a, b, 0)`.
    ZeroModulus,
    /// `pow(2, -1, 4)`.
    NotInvertible,
    /// `pow(a, -1, m)` before 3.8, which does not invert. The caller raises it.
    NegativeExponentWithModulus,
    /// `to_bytes` with too few bytes.
    TooBigForBytes,
    /// `to_bytes` of a negative int without `signed`.
    NegativeToUnsigned,
    /// `math.isqrt(-1)`.
    NegativeSquareRoot,
    /// `math.factorial(-1)`.
    NegativeFactorial,
    /// `math.factorial(2**64)`.
    FactorialTooLarge,
    /// `math.comb(-1, 1)`, `math.perm(-1, 1)`.
    NegativeN,
    /// `math.comb(1, -1)`, `math.perm(1, -1)`.
    NegativeK,
    /// `math.comb(2**200, 2**100)`.
    CombTooLarge,
    /// `math.perm(2**200, 2**100)`.
    PermTooLarge,
    /// The result needs more than the budget.
    Memory,
}

impl NumError {
    /// The class of the exception.
    pub fn kind(self) -> NumErrorKind {
        use NumError::*;
        match self {
            IntDivisionByZero | IntModuloByZero | TrueDivisionByZero | FloatDivisionByZero => {
                NumErrorKind::ZeroDivision
            }
            FloatFloorDivisionByZero | FloatModuloByZero | FloatDivmodByZero => {
                NumErrorKind::ZeroDivision
            }
            ComplexDivisionByZero | ZeroToNegativePower | ComplexZeroToPower => {
                NumErrorKind::ZeroDivision
            }
            NanToInt
            | NanToRatio
            | InvalidHexFloat
            | NegativeShift
            | ZeroModulus
            | NotInvertible
            | NegativeExponentWithModulus
            | NegativeSquareRoot
            | NegativeFactorial
            | NegativeN
            | NegativeK => NumErrorKind::Value,
            Memory => NumErrorKind::Memory,
            _ => NumErrorKind::Overflow,
        }
    }

    /// The message of the exception, as `version` words it.
    pub fn message(self, version: Version) -> Cow<'static, str> {
        use NumError::*;
        // 3.14 says the same thing whatever was divided.
        if version >= Version::V3_14 && self.kind() == NumErrorKind::ZeroDivision {
            return Cow::Borrowed(match self {
                ZeroToNegativePower => "zero to a negative power",
                ComplexZeroToPower => "zero to a negative or complex power",
                _ => "division by zero",
            });
        }
        Cow::Borrowed(match self {
            IntModuloByZero if version >= Version::V3_11 => "integer modulo by zero",
            IntDivisionByZero | IntModuloByZero => "integer division or modulo by zero",
            TrueDivisionByZero => "division by zero",
            FloatDivisionByZero => "float division by zero",
            FloatFloorDivisionByZero if version >= Version::V3_9 => "float floor division by zero",
            FloatFloorDivisionByZero | FloatDivmodByZero => "float divmod()",
            FloatModuloByZero if version >= Version::V3_13 => "float modulo by zero",
            FloatModuloByZero => "float modulo",
            ComplexDivisionByZero => "complex division by zero",
            ZeroToNegativePower => "0.0 cannot be raised to a negative power",
            ComplexZeroToPower => "0.0 to a negative or complex power",
            IntTooLargeForFloat => "int too large to convert to float",
            DivisionResultTooLarge => "integer division result too large for a float",
            InfinityToInt => "cannot convert float infinity to integer",
            NanToInt => "cannot convert float NaN to integer",
            InfinityToRatio => "cannot convert Infinity to integer ratio",
            NanToRatio => "cannot convert NaN to integer ratio",
            RoundedTooLarge => "rounded value too large to represent",
            Range => "Numerical result out of range",
            ComplexExponentiation => "complex exponentiation",
            ComplexAbsolute => "absolute value too large",
            InvalidHexFloat => "invalid hexadecimal floating-point string",
            HexFloatTooLarge => "hexadecimal value too large to represent as a float",
            NegativeShift => "negative shift count",
            ZeroModulus => "pow() 3rd argument cannot be 0",
            NotInvertible => "base is not invertible for the given modulus",
            NegativeExponentWithModulus => {
                "pow() 2nd argument cannot be negative when 3rd argument specified"
            }
            TooBigForBytes => "int too big to convert",
            NegativeToUnsigned => "can't convert negative int to unsigned",
            NegativeSquareRoot => "isqrt() argument must be nonnegative",
            NegativeFactorial => "factorial() not defined for negative values",
            FactorialTooLarge => "factorial() argument should not exceed 9223372036854775807",
            NegativeN => "n must be a non-negative integer",
            NegativeK => "k must be a non-negative integer",
            CombTooLarge => "min(n - k, k) must not exceed 9223372036854775807",
            PermTooLarge => "k must not exceed 9223372036854775807",
            Memory => "",
        })
    }
}
