//! Functions that Rust's library lacks: gamma, the error function, careful inverse hyperbolic functions.

use std::f64::consts::{LN_2, PI};

use opyc_core::error::PyResult;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// Lanczos' approximation with g = 6.02… and 13 terms, as a quotient of polynomials, lowest power first.
#[allow(clippy::excessive_precision, reason = "as published")]
const G: f64 = 6.024_680_040_776_729_583_740_234_375;
#[allow(clippy::excessive_precision, reason = "as published")]
const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_759_688_57,
    42_919_803_642.649_098_768_957,
    35_711_959_237.355_668_049_44,
    17_921_034_426.037_209_699_919,
    6_039_542_586.352_028_005_064,
    1_439_720_407.311_721_673_663,
    248_874_557.862_054_156_511,
    31_426_415.585_400_194_380,
    2_876_370.628_935_372_441,
    186_056.265_395_223_495,
    8_071.672_002_365_816_210,
    210.824_277_751_579_345_87,
    2.506_628_274_631_000_270_16,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

fn lanczos(x: f64) -> f64 {
    let (mut n, mut d) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..13).rev() {
            n = n * x + NUMERATOR[i];
            d = d * x + DENOMINATOR[i];
        }
    } else {
        for i in 0..13 {
            n = n / x + NUMERATOR[i];
            d = d / x + DENOMINATOR[i];
        }
    }
    n / d
}

/// `sin(pi * x)` without the error of rounding `pi * x`.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i64 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    r * x.signum()
}

const POLE: &str = "expected a noninteger or positive integer";

pub(super) fn gamma(vm: &Vm, args: &[Value]) -> PyResult {
    let x = vm.float_arg(&args[0])?;
    if x.is_nan() || x == f64::INFINITY {
        return Ok(vm.new_float(x));
    }
    if x == f64::NEG_INFINITY || x == 0.0 || (x < 0.0 && x.fract() == 0.0) {
        return Err(super::domain_of(vm, POLE, x));
    }
    let r = gamma_of(x);
    if r.is_infinite() {
        return Err(super::range(vm));
    }
    Ok(vm.new_float(r))
}

fn gamma_of(x: f64) -> f64 {
    if x.fract() == 0.0 && x <= 23.0 {
        return (2..x as u64).fold(1.0, |p, i| p * i as f64);
    }
    let a = x.abs();
    if a < 1e-20 {
        return 1.0 / x;
    }
    if a > 200.0 {
        return if x < 0.0 {
            0.0 / sin_pi(x)
        } else {
            f64::INFINITY
        };
    }
    let half = G - 0.5;
    let y = a + half;
    // What rounding took from y.
    let lost = if a > half {
        (y - a) - half
    } else {
        (y - half) - a
    };
    let z = lost * G / y;
    let split = |r: f64, divide: bool| {
        let power = if a < 140.0 {
            y.powf(a - 0.5)
        } else {
            y.powf(a / 2.0 - 0.25)
        };
        let once = |r: f64| if divide { r / power } else { r * power };
        if a < 140.0 { once(r) } else { once(once(r)) }
    };
    if x < 0.0 {
        let r = -PI / sin_pi(a) / a * y.exp() / lanczos(a);
        split(r - z * r, true)
    } else {
        let r = lanczos(a) / y.exp();
        split(r + z * r, false)
    }
}

pub(super) fn lgamma(vm: &Vm, args: &[Value]) -> PyResult {
    let x = vm.float_arg(&args[0])?;
    if !x.is_finite() {
        return Ok(vm.new_float(if x.is_nan() { x } else { f64::INFINITY }));
    }
    if x.fract() == 0.0 && x <= 2.0 {
        return if x <= 0.0 {
            Err(super::domain_of(vm, POLE, x))
        } else {
            Ok(vm.new_float(0.0))
        };
    }
    let a = x.abs();
    if a < 1e-20 {
        return Ok(vm.new_float(-a.ln()));
    }
    let mut r = lanczos(a).ln() - G + (a - 0.5) * ((a + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = PI.ln() - sin_pi(a).abs().ln() - a.ln() - r;
    }
    if r.is_infinite() {
        return Err(super::range(vm));
    }
    Ok(vm.new_float(r))
}

/// The error function by its power series: for small arguments.
fn erf_series(x: f64) -> f64 {
    let square = x * x;
    let mut sum = 0.0;
    let mut k = 25.5;
    for _ in 0..25 {
        sum = 2.0 + square * sum / k;
        k -= 1.0;
    }
    sum * x * (-square).exp() / PI.sqrt()
}

/// Its complement by a continued fraction: for large arguments.
fn erfc_fraction(x: f64) -> f64 {
    if x >= 30.0 {
        return 0.0;
    }
    let square = x * x;
    let mut a = 0.0;
    let mut da = 0.5;
    let (mut p, mut p_last) = (1.0, 0.0);
    let mut q = da + square;
    let mut q_last = 1.0;
    for _ in 0..50 {
        a += da;
        da += 2.0;
        let b = da + square;
        (p, p_last) = (b * p - a * p_last, p);
        (q, q_last) = (b * q - a * q_last, q);
    }
    p / q * x * (-square).exp() / PI.sqrt()
}

/// `math.erf`.
pub(super) fn erf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let a = x.abs();
    if a < 1.5 {
        erf_series(x)
    } else {
        (1.0 - erfc_fraction(a)).copysign(x)
    }
}

/// `math.erfc`.
pub(super) fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let a = x.abs();
    if a < 1.5 {
        1.0 - erf_series(x)
    } else if x > 0.0 {
        erfc_fraction(a)
    } else {
        2.0 - erfc_fraction(a)
    }
}

/// `math.asinh`.
pub(super) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    if !x.is_finite() || a < 2f64.powi(-28) {
        return x;
    }
    let w = if a > 2f64.powi(28) {
        a.ln() + LN_2
    } else if a > 2.0 {
        (2.0 * a + 1.0 / ((x * x + 1.0).sqrt() + a)).ln()
    } else {
        let t = x * x;
        (a + t / (1.0 + (1.0 + t).sqrt())).ln_1p()
    };
    w.copysign(x)
}

/// `math.acosh`.
pub(super) fn acosh(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        x
    } else if x < 1.0 {
        f64::NAN
    } else if x >= 2f64.powi(28) {
        x.ln() + LN_2
    } else if x == 1.0 {
        0.0
    } else if x > 2.0 {
        (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln()
    } else {
        let t = x - 1.0;
        (t + (2.0 * t + t * t).sqrt()).ln_1p()
    }
}

/// `math.atanh`.
pub(super) fn atanh(x: f64) -> f64 {
    let a = x.abs();
    if a.is_nan() || a < 2f64.powi(-28) {
        return x;
    }
    if a >= 1.0 {
        return f64::NAN;
    }
    let t = if a < 0.5 {
        let t = a + a;
        0.5 * (t + t * a / (1.0 - a)).ln_1p()
    } else {
        0.5 * ((a + a) / (1.0 - a)).ln_1p()
    };
    t.copysign(x)
}
