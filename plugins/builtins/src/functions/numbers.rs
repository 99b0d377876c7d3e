//! `abs`, `divmod`, `pow`, `round` and `sum`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::num::int_arith;
use opyc_core::object::{MethodDef, PyByteArray, PyBytes};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{BinOp, Vm};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NUMBERS: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::function("abs", "x, /", abs),
        MethodDef::function("divmod", "x, y, /", divmod),
        MethodDef::function("round", "number, ndigits=", round),
    ],
    init: super::nothing,
};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NUMBERS_3_6: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::until(Version::V3_7),
    functions: &[
        MethodDef::function("pow", "x, y, z=, /", pow),
        MethodDef::function("sum", "iterable, start=, /", sum),
    ],
    init: super::nothing,
};

/// From 3.8 on, keywords are taken.
#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NUMBERS_3_8: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::since(Version::V3_8),
    functions: &[
        MethodDef::function("pow", "base, exp, mod=", pow),
        MethodDef::function("sum", "iterable, /, start=", sum),
    ],
    init: super::nothing,
};

fn abs(vm: &Vm, args: &[Value]) -> PyResult {
    let v = &args[0];
    if let Some(i) = vm.exact_int(v) {
        return Ok(vm.new_integer(int_arith::abs(i)));
    }
    if let Some(f) = v.as_immediate_float() {
        return Ok(vm.new_float(f.abs()));
    }
    match vm.call_special(v, &vm.names.abs, &[])? {
        Some(r) => Ok(r),
        None => Err(vm.type_error(&format!(
            "bad operand type for abs(): '{}'",
            vm.type_name(v)
        ))),
    }
}

fn divmod(vm: &Vm, args: &[Value]) -> PyResult {
    let (a, b) = (&args[0], &args[1]);
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int())
        && y > 0
    {
        let (quotient, rest) = (x.div_euclid(y), x.rem_euclid(y));
        return Ok(vm.new_pair(vm.new_int(quotient), vm.new_int(rest)));
    }
    let (ta, tb) = (vm.type_of(a), vm.type_of(b));
    let right = if std::ptr::eq(ta, tb) {
        None
    } else {
        vm.lookup_type(tb, &vm.names.rdivmod)
    };
    let right_first = right.is_some() && tb.is_subtype(ta);
    let reflected = |vm: &Vm| -> PyResult<Option<Value>> {
        let r = vm.call_special(b, &vm.names.rdivmod, std::slice::from_ref(a))?;
        Ok(r.filter(|r| !r.is_not_implemented()))
    };
    if right_first && let Some(r) = reflected(vm)? {
        return Ok(r);
    }
    let r = vm.call_special(a, &vm.names.divmod, std::slice::from_ref(b))?;
    if let Some(r) = r.filter(|r| !r.is_not_implemented()) {
        return Ok(r);
    }
    if right.is_some()
        && !right_first
        && let Some(r) = reflected(vm)?
    {
        return Ok(r);
    }
    Err(vm.type_error(&format!(
        "unsupported operand type(s) for divmod(): '{}' and '{}'",
        ta.name(),
        tb.name()
    )))
}

fn pow(vm: &Vm, args: &[Value]) -> PyResult {
    let (a, b) = (&args[0], &args[1]);
    let Some(m) = args[2].opt().filter(|m| !m.is_none()) else {
        return vm.binary_op(BinOp::Pow, a, b);
    };
    if let (Some(x), Some(y), Some(z)) = (vm.exact_int(a), vm.exact_int(b), vm.exact_int(m)) {
        if y.is_negative() && vm.version() < Version::V3_8 {
            return Err(
                vm.value_error("pow() 2nd argument cannot be negative when 3rd argument specified")
            );
        }
        return int_arith::pow_mod(x, y, z)
            .map(|r| vm.new_integer(r))
            .map_err(|e| vm.num_error(&e));
    }
    if let Some(r) = vm.call_special(a, &vm.names.pow, &[b.clone(), m.clone()])?
        && !r.is_not_implemented()
    {
        return Ok(r);
    }
    // From 3.14 on, the exponent is asked too.
    if vm.version() >= Version::V3_14
        && let Some(r) = vm.call_special(b, &vm.names.rpow, &[a.clone(), m.clone()])?
        && !r.is_not_implemented()
    {
        return Ok(r);
    }
    let (a, b, m) = (vm.type_name(a), vm.type_name(b), vm.type_name(m));
    let name = if vm.version() >= Version::V3_10 {
        "** or pow()"
    } else {
        "pow()"
    };
    Err(vm.type_error(&format!(
        "unsupported operand type(s) for {name}: '{a}', '{b}', '{m}'"
    )))
}

fn round(vm: &Vm, args: &[Value]) -> PyResult {
    let n = args[1].opt().filter(|n| !n.is_none());
    let r = match n {
        None => vm.call_special(&args[0], &vm.names.round, &[])?,
        Some(n) => vm.call_special(&args[0], &vm.names.round, std::slice::from_ref(n))?,
    };
    match r {
        Some(r) => Ok(r),
        None => {
            let t = vm.type_name(&args[0]);
            Err(vm.type_error(&format!("type {t} doesn't define __round__ method")))
        }
    }
}

/// A float sum that keeps what rounding loses (Neumaier), as CPython does from 3.12 on; plain before.
struct FloatSum {
    high: f64,
    low: f64,
    compensated: bool,
}

impl FloatSum {
    /// From 3.12 on, what is lost by rounding is added in the end.
    fn new(vm: &Vm, high: f64) -> FloatSum {
        FloatSum {
            high,
            low: 0.0,
            compensated: vm.version() >= Version::V3_12,
        }
    }

    fn add(&mut self, x: f64) {
        let t = self.high + x;
        if self.compensated {
            let lost = if self.high.abs() >= x.abs() {
                (self.high - t) + x
            } else {
                (x - t) + self.high
            };
            self.low += lost;
        }
        self.high = t;
    }

    fn value(&self) -> f64 {
        // Infinities and NaNs leave nothing useful in the low part.
        if self.low != 0.0 && self.low.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }
}

fn sum(vm: &Vm, args: &[Value]) -> PyResult {
    let it = vm.get_iter(&args[0])?;
    let total = match args[1].opt() {
        None => vm.new_int(0),
        Some(s) => {
            let wrong = if vm.is_str(s) {
                Some("sum() can't sum strings [use ''.join(seq) instead]")
            } else if s.downcast::<PyBytes>().is_some() {
                Some("sum() can't sum bytes [use b''.join(seq) instead]")
            } else if s.downcast::<PyByteArray>().is_some() {
                Some("sum() can't sum bytearray [use b''.join(seq) instead]")
            } else {
                None
            };
            if let Some(text) = wrong {
                return Err(vm.type_error(text));
            }
            s.clone()
        }
    };
    let mut sum = Sum::from(vm, total);
    let ahead = sum.cannot_fail();
    vm.for_each_number(&it, ahead, |v| sum.add(vm, v))?;
    Ok(sum.value(vm))
}

/// A sum so far: small ints, then floats, as long as nothing else comes; then whatever `+` does.
enum Sum {
    Int(i64),
    Float(FloatSum),
    Any(Value),
}

impl Sum {
    fn from(vm: &Vm, start: Value) -> Sum {
        match (start.as_int(), start.as_float()) {
            (Some(n), _) => Sum::Int(n),
            (_, Some(f)) if exact_float(&start) => Sum::Float(FloatSum::new(vm, f)),
            _ => Sum::Any(start),
        }
    }

    /// Adds an item; whether the next number can be added unnoticed, see [`Sum::cannot_fail`].
    #[inline(always)]
    fn add(&mut self, vm: &Vm, v: Value) -> PyResult<bool> {
        if let Sum::Int(n) = self
            && let Some(i) = v.as_int()
            && let Some(r) = n.checked_add(i)
        {
            *n = r;
            return Ok(true);
        }
        self.add_other(vm, v)
    }

    /// The same where not just a small int is added to ints.
    #[inline(never)]
    fn add_other(&mut self, vm: &Vm, v: Value) -> PyResult<bool> {
        match self {
            Sum::Int(n) => {
                let i = v.as_int().or(v.as_bool().map(i64::from));
                if let Some(r) = i.and_then(|i| n.checked_add(i)) {
                    *n = r;
                    return Ok(true);
                }
                if let Some(f) = v.as_float().filter(|_| exact_float(&v)) {
                    let mut sum = FloatSum::new(vm, *n as f64);
                    sum.add(f);
                    *self = Sum::Float(sum);
                    return Ok(true);
                }
            }
            Sum::Float(sum) => {
                let f = v.as_float().filter(|_| exact_float(&v));
                if let Some(f) = f.or(v.as_int().map(|i| i as f64)) {
                    sum.add(f);
                    return Ok(true);
                }
            }
            Sum::Any(_) => {}
        }
        let total = vm.binary_op(BinOp::Add, &self.value(vm), &v)?;
        *self = Sum::Any(total);
        Ok(self.cannot_fail())
    }

    fn value(&self, vm: &Vm) -> Value {
        match self {
            Sum::Int(n) => vm.new_int(*n),
            Sum::Float(sum) => vm.new_float(sum.value()),
            Sum::Any(v) => v.clone(),
        }
    }

    /// Whether adding a number runs no Python code and raises nothing: a float cannot be added to a huge int.
    fn cannot_fail(&self) -> bool {
        matches!(self, Sum::Int(_) | Sum::Float(_))
    }
}

/// Whether a value is a `float` itself, no subclass.
fn exact_float(v: &Value) -> bool {
    v.as_float().is_some() && v.header().is_none_or(|h| !h.is_subclass())
}
