//! Functions of ints.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::num::int::{self, Int};
use opyc_core::num::{int_arith, int_math};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// Bits that a result may have: a gigabyte.
const BUDGET: u64 = 8 << 30;

pub(super) fn factorial(vm: &Vm, args: &[Value]) -> PyResult {
    let n = match args[0].as_float() {
        // Whole floats were taken until 3.9.
        Some(f) if vm.version().minor() <= 9 => {
            if !f.is_finite() || f.fract() != 0.0 {
                return Err(vm.value_error("factorial() only accepts integral values"));
            }
            int::from_f64(f).map_err(|e| vm.num_error(&e))?
        }
        _ => vm.index(&args[0])?,
    };
    int_math::factorial(n.view(), BUDGET)
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}

pub(super) fn gcd_two(vm: &Vm, args: &[Value]) -> PyResult {
    let (a, b) = (vm.index(&args[0])?, vm.index(&args[1])?);
    Ok(vm.new_integer(int_math::gcd(a.view(), b.view())))
}

fn all(vm: &Vm, args: &Args<'_>, name: &str) -> PyResult<Vec<Int>> {
    if args.has_keywords() {
        return Err(vm.type_error(&format!("math.{name}() takes no keyword arguments")));
    }
    args.pos().iter().map(|v| vm.index(v)).collect()
}

pub(super) fn gcd(vm: &Vm, args: &Args<'_>) -> PyResult {
    let all = all(vm, args, "gcd")?;
    let r = all
        .iter()
        .fold(Int::Small(0), |a, b| int_math::gcd(a.view(), b.view()));
    Ok(vm.new_integer(r))
}

pub(super) fn lcm(vm: &Vm, args: &Args<'_>) -> PyResult {
    let mut r = Int::Small(1);
    for i in all(vm, args, "lcm")? {
        r = int_math::lcm(r.view(), i.view(), BUDGET).map_err(|e| vm.num_error(&e))?;
    }
    Ok(vm.new_integer(int_arith::abs(r.view())))
}

pub(super) fn comb(vm: &Vm, args: &[Value]) -> PyResult {
    let (n, k) = (vm.index(&args[0])?, vm.index(&args[1])?);
    int_math::comb(n.view(), k.view(), BUDGET)
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}

pub(super) fn perm(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(k) = crate::util::some(args, 1) else {
        return factorial(vm, args);
    };
    let (n, k) = (vm.index(&args[0])?, vm.index(k)?);
    int_math::perm(n.view(), k.view(), BUDGET)
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}

pub(super) fn isqrt(vm: &Vm, args: &[Value]) -> PyResult {
    let n = vm.index(&args[0])?;
    int_math::isqrt(n.view())
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}
