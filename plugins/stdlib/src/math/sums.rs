//! Sums and norms of many floats, without the rounding errors of adding one by one.

use opyc_core::error::PyResult;
use opyc_core::value::Value;
use opyc_core::vm::{BinOp, Vm};

/// The sum of two floats and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (a, b) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let hi = a + b;
    (hi, b - (hi - a))
}

/// A sum kept as floats that do not overlap (Shewchuk), least first: exact.
#[derive(Default)]
struct Exact {
    parts: Vec<f64>,
    special: f64,
    infinite: f64,
}

/// The sum of finite floats is beyond the floats, or of infinities has no value.
enum Trouble {
    Overflow,
    Invalid,
}

impl Exact {
    fn add(&mut self, x: f64) -> Result<(), Trouble> {
        let original = x;
        let mut x = x;
        let mut keep = 0;
        for j in 0..self.parts.len() {
            let (hi, lo) = two_sum(x, self.parts[j]);
            if lo != 0.0 {
                self.parts[keep] = lo;
                keep += 1;
            }
            x = hi;
        }
        self.parts.truncate(keep);
        if x != 0.0 {
            if !x.is_finite() {
                if original.is_finite() {
                    return Err(Trouble::Overflow);
                }
                if original.is_infinite() {
                    self.infinite += original;
                }
                self.special += original;
                self.parts.clear();
            } else {
                self.parts.push(x);
            }
        }
        Ok(())
    }

    fn total(mut self) -> Result<f64, Trouble> {
        if self.special != 0.0 {
            return if self.infinite.is_nan() {
                Err(Trouble::Invalid)
            } else {
                Ok(self.special)
            };
        }
        let Some(mut hi) = self.parts.pop() else {
            return Ok(0.0);
        };
        let mut lo = 0.0;
        while let Some(y) = self.parts.pop() {
            (hi, lo) = two_sum(hi, y);
            if lo != 0.0 {
                break;
            }
        }
        // Half-way cases: what is still below decides.
        if let Some(&next) = self.parts.last()
            && ((lo < 0.0 && next < 0.0) || (lo > 0.0 && next > 0.0))
        {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
        Ok(hi)
    }
}

pub(super) fn fsum(vm: &Vm, args: &[Value]) -> PyResult {
    let raise = |t: Trouble| match t {
        Trouble::Overflow => vm.overflow_error("intermediate overflow in fsum"),
        Trouble::Invalid => vm.value_error("-inf + inf in fsum"),
    };
    let mut sum = Exact::default();
    vm.for_each(&args[0], |v| {
        let x = vm.float_arg(&v)?;
        sum.add(x).map_err(raise)
    })?;
    sum.total().map(|f| vm.new_float(f)).map_err(raise)
}

/// The Euclidean norm, nearly always correctly rounded.
pub(super) fn norm(values: &[f64]) -> f64 {
    let max = values.iter().fold(0f64, |m, v| m.max(v.abs()));
    if values.iter().any(|v| v.is_infinite()) {
        return f64::INFINITY;
    }
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || values.len() <= 1 {
        return max;
    }
    // Scaled by a power of two, squares neither overflow nor vanish.
    let (_, e) = super::split(max);
    let mut sum = Exact::default();
    for v in values {
        let x = super::scale(*v, -e);
        let square = x * x;
        let _ = sum.add(square);
        let _ = sum.add(x.mul_add(x, -square));
    }
    let mut rest = Exact {
        parts: sum.parts.clone(),
        ..Exact::default()
    };
    let h = sum.total().unwrap_or(f64::INFINITY).sqrt();
    // One Newton step with the exact residue.
    let square = h * h;
    let _ = rest.add(-square);
    let _ = rest.add(-h.mul_add(h, -square));
    let residue = rest.total().unwrap_or(0.0);
    super::scale(h + residue / (2.0 * h), e)
}

pub(super) fn dist(vm: &Vm, args: &[Value]) -> PyResult {
    if vm.version().minor() == 8 {
        for (v, n) in args.iter().zip(1..) {
            if !vm.is_instance(v, &vm.types.tuple) {
                return Err(vm.type_error(&format!(
                    "dist() argument {n} must be tuple, not {}",
                    vm.type_name(v)
                )));
            }
        }
    }
    let (p, q) = (vm.collect(&args[0])?, vm.collect(&args[1])?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut d = Vec::with_capacity(p.len());
    for (a, b) in p.iter().zip(&q) {
        d.push(vm.float_arg(a)? - vm.float_arg(b)?);
    }
    Ok(vm.new_float(norm(&d)))
}

pub(super) fn prod(vm: &Vm, args: &[Value]) -> PyResult {
    let mut r = args[1].opt().cloned().unwrap_or(Value::i32(1));
    vm.for_each(&args[0], |v| {
        r = vm.binary_op(BinOp::Mul, &r, &v)?;
        Ok(())
    })?;
    Ok(r)
}

pub(super) fn sumprod(vm: &Vm, args: &[Value]) -> PyResult {
    let (p, q) = (vm.get_iter(&args[0])?, vm.get_iter(&args[1])?);
    let mut pairs = Vec::new();
    loop {
        match (vm.iter_next(&p)?, vm.iter_next(&q)?) {
            (None, None) => break,
            (Some(a), Some(b)) => pairs.push((a, b)),
            _ => return Err(vm.value_error("Inputs are not the same length")),
        }
    }
    let float = |v: &Value| v.as_float().filter(|_| !vm.type_of(v).is_heap());
    let whole = |v: &Value| vm.exact_int(v).and_then(|i| i.as_i64()).map(|i| i as f64);
    let has_float = pairs
        .iter()
        .any(|(a, b)| float(a).is_some() || float(b).is_some());
    let numbers: Option<Vec<(f64, f64)>> = pairs
        .iter()
        .map(|(a, b)| {
            Some((
                float(a).or_else(|| whole(a))?,
                float(b).or_else(|| whole(b))?,
            ))
        })
        .collect();
    if let Some(numbers) = numbers
        && has_float
    {
        let mut sum = Exact::default();
        let exact = numbers.iter().all(|(a, b)| {
            let product = a * b;
            product.is_finite()
                && sum
                    .add(product)
                    .and_then(|()| sum.add(a.mul_add(*b, -product)))
                    .is_ok()
        });
        if exact && let Ok(total) = sum.total() {
            return Ok(vm.new_float(total));
        }
    }
    let mut total = Value::i32(0);
    for (a, b) in &pairs {
        let product = vm.binary_op(BinOp::Mul, a, b)?;
        total = vm.binary_op(BinOp::Add, &total, &product)?;
    }
    Ok(total)
}
