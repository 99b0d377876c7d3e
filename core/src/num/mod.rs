//! Python's numbers as plain data and functions: no objects, no machine, so everything here can be tested alone.
//!
//! | file | what it knows |
//! |---|---|
//! | [`int`] | `Int`, comparison, hash, conversions from and to floats |
//! | [`int_arith`] | `+ - * // % / **`, three-argument `pow`, `round` |
//! | [`int_bits`] | shifts, `& \| ^ ~`, `bit_length`, `to_bytes` |
//! | [`int_math`] | `gcd`, `isqrt`, `factorial`, `comb` … |
//! | [`int_text`] | `int("…", base)`, `str`, `hex`, the limit on digits |
//! | [`float`] | operators and methods of floats |
//! | [`float_text`] | `repr`, `float("…")`, `hex`, correctly rounded digits |
//! | [`complex`] | operators of complex numbers, their text |
//! | [`format_spec`], [`format_num`] | the mini-language of `format()`: parsing, then each type |
//! | [`percent`] | the `%` operator of strings |
//!
//! No function panics, and those whose result may be absurdly large take a budget in bits.

pub mod complex;
pub mod error;
pub mod float;
pub mod float_text;
pub mod format_num;
pub mod format_spec;
pub mod int;
pub mod int_arith;
pub mod int_bits;
pub mod int_math;
pub mod int_text;
pub mod percent;

pub use error::{NumError, NumErrorKind};
pub use int::{Int, IntRef};

/// The budget, in bits, for a single int when the caller has no stricter one: one gibibyte.
pub const DEFAULT_BIT_BUDGET: u64 = 1 << 33;
