//! `math`.

mod gamma;
mod integers;
mod sums;

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::num::float_text;
use opyc_core::num::int::{self, Int, IntRef};
use opyc_core::num::int_bits;
use opyc_core::object::{Access, MethodDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{BinOp, Vm};

use crate::util::{module, no_init, put};

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    let constants = [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, v) in constants {
        put(vm, m, name, vm.new_float(v));
    }
    Ok(())
}

fn domain(vm: &Vm) -> Raise {
    vm.value_error("math domain error")
}

fn range(vm: &Vm) -> Raise {
    vm.overflow_error("math range error")
}

/// The domain error of a function: from 3.14 it says what was expected of `x`.
fn domain_of(vm: &Vm, expected: &str, x: f64) -> Raise {
    if vm.version().minor() < 14 || expected.is_empty() {
        return domain(vm);
    }
    vm.value_error(&format!("{expected}, got {}", float_text::repr(x)))
}

/// A function of one float that the C library has: its result tells whether something is wrong.
fn unary(vm: &Vm, x: &Value, f: fn(f64) -> f64, can_overflow: bool, expected: &str) -> PyResult {
    let x = vm.float_arg(x)?;
    let r = f(x);
    if r.is_nan() && !x.is_nan() {
        return Err(domain_of(vm, expected, x));
    }
    if r.is_infinite() && x.is_finite() {
        return Err(if can_overflow {
            range(vm)
        } else {
            domain_of(vm, expected, x)
        });
    }
    Ok(vm.new_float(r))
}

macro_rules! unary {
    ($name:literal, $f:expr) => {
        unary!($name, $f, false, "")
    };
    ($name:literal, $f:expr, $overflow:literal) => {
        unary!($name, $f, $overflow, "")
    };
    ($name:literal, $f:expr, $overflow:literal, $expected:literal) => {
        MethodDef::function($name, "x, /", |vm, a| {
            unary(vm, &a[0], $f, $overflow, $expected)
        })
    };
}

/// `math.log` and its like, which also take ints beyond the floats.
fn log_of(vm: &Vm, v: &Value, f: fn(f64) -> f64) -> PyResult<f64> {
    let positive = || {
        if vm.version().minor() >= 14 {
            vm.value_error("expected a positive input")
        } else {
            domain(vm)
        }
    };
    if let Some(i) = vm.int_value(v) {
        if i.is_negative() || i.is_zero() {
            return Err(positive());
        }
        return match int::to_f64(i) {
            Ok(x) => Ok(f(x)),
            Err(_) => {
                // x = m * 2**e with m of 64 bits.
                let e = int_bits::bit_length(i).saturating_sub(64);
                let m = int_bits::shr(i, IntRef::Small(e as i64)).map_err(|e| vm.num_error(&e))?;
                let m = int::to_f64(m.view()).map_err(|e| vm.num_error(&e))?;
                Ok(f(m) + f(2.0) * e as f64)
            }
        };
    }
    let x = vm.float_arg(v)?;
    if x.is_nan() {
        return Ok(x);
    }
    if x <= 0.0 {
        return Err(positive());
    }
    Ok(f(x))
}

fn log(vm: &Vm, args: &Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error(if vm.version().minor() < 12 {
            "log() takes no keyword arguments"
        } else {
            "math.log() takes no keyword arguments"
        }));
    }
    match args.pos() {
        [x] => Ok(vm.new_float(log_of(vm, x, f64::ln)?)),
        [x, base] => {
            let (x, base) = (log_of(vm, x, f64::ln)?, log_of(vm, base, f64::ln)?);
            vm.binary_op(BinOp::TrueDiv, &vm.new_float(x), &vm.new_float(base))
        }
        other => {
            let n = other.len();
            Err(vm.type_error(&match vm.version().minor() {
                8..=12 => "math.log requires 1 to 2 arguments".to_string(),
                6 | 7 if n == 0 => "log expected at least 1 arguments, got 0".to_string(),
                _ if n == 0 => "log expected at least 1 argument, got 0".to_string(),
                _ => format!("log expected at most 2 arguments, got {n}"),
            }))
        }
    }
}

fn two(vm: &Vm, args: &[Value]) -> PyResult<(f64, f64)> {
    Ok((vm.float_arg(&args[0])?, vm.float_arg(&args[1])?))
}

fn pow(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    let r = x.powf(y);
    // Before 3.11 an infinite power of zero was out of the domain.
    if x == 0.0 && y == f64::NEG_INFINITY && vm.version() < Version::V3_11 {
        return Err(domain(vm));
    }
    if x.is_finite() && y.is_finite() {
        if r.is_nan() || (r.is_infinite() && x == 0.0) {
            return Err(domain(vm));
        }
        if r.is_infinite() {
            return Err(range(vm));
        }
    }
    Ok(vm.new_float(r))
}

fn fmod(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    if y.is_infinite() && x.is_finite() {
        return Ok(vm.new_float(x));
    }
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(vm));
    }
    Ok(vm.new_float(r))
}

fn remainder(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    if x.is_nan() || y.is_nan() {
        return Ok(vm.new_float(x + y));
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain(vm));
    }
    if y.is_infinite() {
        return Ok(vm.new_float(x));
    }
    // The nearest multiple, ties to even; all steps are exact.
    let (a, b) = (x.abs(), y.abs());
    let m = a % b;
    let c = b - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        m - 2.0 * ((0.5 * (a - m)) % b)
    };
    Ok(vm.new_float(1f64.copysign(x) * r))
}

/// Mantissa of magnitude 0.5 to 1, and exponent.
fn split(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64;
    if exponent == 0 {
        let (m, e) = split(x * (1u64 << 54) as f64);
        return (m, e - 54);
    }
    (
        f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52),
        exponent - 1022,
    )
}

/// `x * 2**e`, rounded once.
fn scale(x: f64, e: i64) -> f64 {
    let (m, own) = split(x);
    let e = e.saturating_add(own);
    if x == 0.0 || !x.is_finite() {
        x
    } else if e > 1024 {
        f64::INFINITY.copysign(x)
    } else if e < -1080 {
        0f64.copysign(x)
    } else if e > -1021 {
        // Two steps, so that no factor overflows.
        m * 2f64.powi((e - 1) as i32) * 2.0
    } else {
        m * 2f64.powi((e + 60) as i32) * 2f64.powi(-60)
    }
}

fn ldexp(vm: &Vm, args: &[Value]) -> PyResult {
    let x = vm.float_arg(&args[0])?;
    let Some(e) = vm.int_value(&args[1]) else {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    };
    let r = scale(x, e.clamp_i64());
    if r.is_infinite() && x.is_finite() {
        return Err(range(vm));
    }
    Ok(vm.new_float(r))
}

fn frexp(vm: &Vm, args: &[Value]) -> PyResult {
    let (m, e) = split(vm.float_arg(&args[0])?);
    Ok(vm.new_pair(vm.new_float(m), vm.new_int(e)))
}

fn modf(vm: &Vm, args: &[Value]) -> PyResult {
    let x = vm.float_arg(&args[0])?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    Ok(vm.new_pair(vm.new_float(fraction), vm.new_float(whole)))
}

/// `floor` and `ceil`: by the object's own method, or of the float.
fn round_by(
    vm: &Vm,
    v: &Value,
    name: &Value,
    f: fn(f64) -> Result<Int, opyc_core::num::error::NumError>,
) -> PyResult {
    if (vm.type_of(v).is_heap() || v.as_float().is_none())
        && let Some(r) = vm.call_special(v, name, &[])?
    {
        return Ok(r);
    }
    let i = f(vm.float_arg(v)?).map_err(|e| vm.num_error(&e))?;
    Ok(vm.new_integer(i))
}

fn trunc(vm: &Vm, args: &[Value]) -> PyResult {
    match vm.call_special(&args[0], &vm.names.trunc, &[])? {
        Some(v) => Ok(v),
        None => Err(vm.type_error(&format!(
            "type {} doesn't define __trunc__ method",
            vm.type_name(&args[0])
        ))),
    }
}

fn isclose(vm: &Vm, args: &[Value]) -> PyResult {
    let tolerance = |i: usize, default: f64| args[i].opt().map_or(Ok(default), |v| vm.float_arg(v));
    let (a, b) = two(vm, args)?;
    let (relative, absolute) = (tolerance(2, 1e-9)?, tolerance(3, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::FALSE);
    }
    let d = (b - a).abs();
    Ok(Value::bool(
        d <= (relative * b).abs() || d <= (relative * a).abs() || d <= absolute,
    ))
}

fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if x == y {
        return y;
    }
    // Floats in order of their bits, negative ones mirrored.
    let key = |f: f64| {
        let b = f.to_bits() as i64;
        if b < 0 { -(b & i64::MAX) } else { b }
    };
    let (a, b) = (key(x), key(y));
    let distance = b.abs_diff(a);
    if steps >= distance {
        return y;
    }
    let steps = steps as i64;
    let k = if b > a { a + steps } else { a - steps };
    let r = f64::from_bits(k.unsigned_abs());
    if k < 0 || (k == 0 && x < 0.0) { -r } else { r }
}

fn nextafter(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    let steps = match args.get(2).and_then(Value::opt).filter(|v| !v.is_none()) {
        Some(v) => {
            let n = vm.index(v)?;
            if n.view().is_negative() {
                return Err(vm.value_error("steps must be a non-negative integer"));
            }
            n.view().as_u64().unwrap_or(u64::MAX)
        }
        None => 1,
    };
    if steps == 0 {
        return Ok(vm.new_float(x));
    }
    Ok(vm.new_float(next_after(x, y, steps)))
}

fn ulp(vm: &Vm, args: &[Value]) -> PyResult {
    let x = vm.float_arg(&args[0])?.abs();
    if !x.is_finite() {
        return Ok(vm.new_float(x));
    }
    let up = next_after(x, f64::INFINITY, 1);
    Ok(vm.new_float(if up.is_infinite() {
        x - next_after(x, 0.0, 1)
    } else {
        up - x
    }))
}

fn fma(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    let z = vm.float_arg(&args[2])?;
    let r = x.mul_add(y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(vm.overflow_error("overflow in fma"));
    }
    Ok(vm.new_float(r))
}

fn hypot_two(vm: &Vm, args: &[Value]) -> PyResult {
    let (x, y) = two(vm, args)?;
    let r = x.hypot(y);
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range(vm));
    }
    Ok(vm.new_float(r))
}

fn hypot(vm: &Vm, args: &Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("math.hypot() takes no keyword arguments"));
    }
    let all = args
        .pos()
        .iter()
        .map(|v| vm.float_arg(v))
        .collect::<PyResult<Vec<_>>>()?;
    Ok(vm.new_float(sums::norm(&all)))
}

fn predicate(vm: &Vm, v: &Value, f: fn(f64) -> bool) -> PyResult {
    Ok(Value::bool(f(vm.float_arg(v)?)))
}

module!(
    MATH,
    "math",
    VersionRange::ALL,
    init,
    [
        unary!(
            "acos",
            f64::acos,
            false,
            "expected a number in range from -1 up to 1"
        ),
        unary!(
            "acosh",
            gamma::acosh,
            false,
            "expected argument value not less than 1"
        ),
        unary!(
            "asin",
            f64::asin,
            false,
            "expected a number in range from -1 up to 1"
        ),
        unary!("asinh", gamma::asinh),
        unary!("atan", f64::atan),
        unary!(
            "atanh",
            gamma::atanh,
            false,
            "expected a number between -1 and 1"
        ),
        unary!("cos", f64::cos, false, "expected a finite input"),
        unary!("cosh", f64::cosh, true),
        unary!("erf", gamma::erf),
        unary!("erfc", gamma::erfc),
        unary!("exp", f64::exp, true),
        unary!("expm1", f64::exp_m1, true),
        unary!("fabs", f64::abs),
        unary!("log1p", f64::ln_1p, false, "expected argument value > -1"),
        unary!("sin", f64::sin, false, "expected a finite input"),
        unary!("sinh", f64::sinh, true),
        unary!("sqrt", f64::sqrt, false, "expected a nonnegative input"),
        unary!("tan", f64::tan, false, "expected a finite input"),
        unary!("tanh", f64::tanh),
        MethodDef::function("gamma", "x, /", gamma::gamma),
        MethodDef::function("lgamma", "x, /", gamma::lgamma),
        MethodDef::function("degrees", "x, /", |vm, a| Ok(
            vm.new_float(vm.float_arg(&a[0])? * (180.0 / std::f64::consts::PI))
        )),
        MethodDef::function("radians", "x, /", |vm, a| Ok(
            vm.new_float(vm.float_arg(&a[0])? * (std::f64::consts::PI / 180.0))
        )),
        MethodDef::function("atan2", "y, x, /", |vm, a| two(vm, a)
            .map(|(y, x)| vm.new_float(y.atan2(x)))),
        MethodDef::function("copysign", "x, y, /", |vm, a| two(vm, a)
            .map(|(x, y)| vm.new_float(x.copysign(y)))),
        MethodDef::function("ceil", "x, /", |vm, a| round_by(
            vm,
            &a[0],
            &vm.names.ceil,
            int::ceil_f64
        )),
        MethodDef::function("floor", "x, /", |vm, a| round_by(
            vm,
            &a[0],
            &vm.names.floor,
            int::floor_f64
        )),
        MethodDef::function("trunc", "x, /", trunc),
        MethodDef::function("pow", "x, y, /", pow),
        MethodDef::function("fmod", "x, y, /", fmod),
        MethodDef::function("ldexp", "x, i, /", ldexp),
        MethodDef::function("frexp", "x, /", frexp),
        MethodDef::function("modf", "x, /", modf),
        MethodDef::function("isclose", "a, b, *, rel_tol=, abs_tol=", isclose),
        MethodDef::function("isfinite", "x, /", |vm, a| predicate(
            vm,
            &a[0],
            f64::is_finite
        )),
        MethodDef::function("isinf", "x, /", |vm, a| predicate(
            vm,
            &a[0],
            f64::is_infinite
        )),
        MethodDef::function("isnan", "x, /", |vm, a| predicate(vm, &a[0], f64::is_nan)),
        MethodDef::raw("log", Access::Function, log),
        MethodDef::function("log2", "x, /", |vm, a| Ok(vm.new_float(log_of(
            vm,
            &a[0],
            f64::log2
        )?))),
        MethodDef::function("log10", "x, /", |vm, a| Ok(vm.new_float(log_of(
            vm,
            &a[0],
            f64::log10
        )?))),
        MethodDef::function("factorial", "x, /", integers::factorial),
        MethodDef::function("fsum", "seq, /", sums::fsum),
    ]
);

module!(
    MATH_6_7,
    "math",
    VersionRange::minors(6, 7),
    no_init,
    [MethodDef::function("hypot", "x, y, /", hypot_two),]
);
module!(
    MATH_6_8,
    "math",
    VersionRange::minors(6, 8),
    no_init,
    [MethodDef::function("gcd", "x, y, /", integers::gcd_two),]
);
module!(
    MATH_7,
    "math",
    VersionRange::minors(7, 14),
    no_init,
    [MethodDef::function("remainder", "x, y, /", remainder),]
);
module!(
    MATH_8,
    "math",
    VersionRange::minors(8, 14),
    no_init,
    [
        MethodDef::raw("hypot", Access::Function, hypot),
        MethodDef::function("dist", "p, q, /", sums::dist),
        MethodDef::function("prod", "iterable, /, *, start=", sums::prod),
        MethodDef::function("comb", "n, k, /", integers::comb),
        MethodDef::function("perm", "n, k=, /", integers::perm),
        MethodDef::function("isqrt", "n, /", integers::isqrt),
    ]
);
module!(
    MATH_9,
    "math",
    VersionRange::minors(9, 14),
    no_init,
    [
        MethodDef::raw("gcd", Access::Function, integers::gcd),
        MethodDef::raw("lcm", Access::Function, integers::lcm),
        MethodDef::function("ulp", "x, /", ulp),
    ]
);
module!(
    MATH_9_11,
    "math",
    VersionRange::minors(9, 11),
    no_init,
    [MethodDef::function("nextafter", "x, y, /", nextafter),]
);
module!(
    MATH_11,
    "math",
    VersionRange::minors(11, 14),
    no_init,
    [unary!("cbrt", f64::cbrt), unary!("exp2", f64::exp2, true),]
);
module!(
    MATH_12,
    "math",
    VersionRange::minors(12, 14),
    no_init,
    [
        MethodDef::function("nextafter", "x, y, /, *, steps=", nextafter),
        MethodDef::function("sumprod", "p, q, /", sums::sumprod),
    ]
);
module!(
    MATH_13,
    "math",
    VersionRange::minors(13, 14),
    no_init,
    [MethodDef::function("fma", "x, y, z, /", fma),]
);
