//! `_operator`.

mod getters;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PyByteArray, PyBytes, PyStr};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::{BinOp, CmpOp, Vm};

use crate::util::{module, no_init};

macro_rules! binary {
    ($name:literal, $op:ident) => {
        MethodDef::function($name, "a, b, /", |vm, a| {
            vm.binary_op(BinOp::$op, &a[0], &a[1])
        })
    };
}

macro_rules! inplace {
    ($name:literal, $op:ident) => {
        MethodDef::function($name, "a, b, /", |vm, a| {
            vm.inplace_op(BinOp::$op, &a[0], &a[1])
        })
    };
}

macro_rules! compare {
    ($name:literal, $op:ident) => {
        MethodDef::function($name, "a, b, /", |vm, a| {
            vm.compare(CmpOp::$op, &a[0], &a[1])
        })
    };
}

/// `PySequence_Check`, as far as `concat` asks.
fn is_sequence(vm: &Vm, v: &Value) -> bool {
    v.downcast::<opyc_core::object::PyDict>().is_none()
        && vm.lookup_type(vm.type_of(v), &vm.names.getitem).is_some()
}

fn concat(vm: &Vm, args: &[Value], inplace: bool) -> PyResult {
    for v in [&args[0], &args[1]] {
        if !is_sequence(vm, v) {
            return Err(vm.type_error(&format!(
                "'{}' object can't be concatenated",
                vm.type_name(&args[0])
            )));
        }
    }
    if inplace {
        vm.inplace_op(BinOp::Add, &args[0], &args[1])
    } else {
        vm.binary_op(BinOp::Add, &args[0], &args[1])
    }
}

/// Iterates for `countOf` and `indexOf`.
fn iterate(vm: &Vm, v: &Value) -> PyResult {
    match vm.get_iter(v) {
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => {
            let end = if vm.version().minor() >= 14 {
                "a container or iterable"
            } else {
                "iterable"
            };
            Err(vm.type_error(&format!(
                "argument of type '{}' is not {end}",
                vm.type_name(v)
            )))
        }
        other => other,
    }
}

fn count_of(vm: &Vm, args: &[Value]) -> PyResult {
    let it = iterate(vm, &args[0])?;
    let mut n = 0i64;
    while let Some(v) = vm.iter_next(&it)? {
        n += i64::from(vm.same_or_equal(&v, &args[1])?);
    }
    Ok(vm.new_int(n))
}

fn index_of(vm: &Vm, args: &[Value]) -> PyResult {
    let it = iterate(vm, &args[0])?;
    let mut n = 0i64;
    while let Some(v) = vm.iter_next(&it)? {
        if vm.same_or_equal(&v, &args[1])? {
            return Ok(vm.new_int(n));
        }
        n += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
    let default = match args[1].opt() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    if vm
        .lookup_type(vm.type_of(&args[0]), &vm.names.len)
        .is_some()
    {
        match vm.len(&args[0]) {
            Ok(n) => return Ok(vm.new_int(n as i64)),
            Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => {}
            Err(r) => return Err(r),
        }
    }
    let hint = match vm.call_special(&args[0], &vm.names.length_hint, &[]) {
        Ok(Some(v)) => v,
        Ok(None) => return Ok(vm.new_int(default)),
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => return Ok(vm.new_int(default)),
        Err(r) => return Err(r),
    };
    if hint.is_not_implemented() {
        return Ok(vm.new_int(default));
    }
    if vm.int_value(&hint).is_none() {
        return Err(vm.type_error(&format!(
            "__length_hint__ must be an integer, not {}",
            vm.type_name(&hint)
        )));
    }
    if vm.index_i64(&hint)? < 0 {
        return Err(vm.value_error("__length_hint__() should return >= 0"));
    }
    Ok(hint)
}

/// Compares in a time that does not depend on where the difference is.
fn compare_digest(vm: &Vm, args: &[Value]) -> PyResult {
    let same = |a: &[u8], b: &[u8]| {
        a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
    };
    if let (Some(a), Some(b)) = (args[0].downcast::<PyStr>(), args[1].downcast::<PyStr>()) {
        return match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => Ok(Value::bool(same(a.as_bytes(), b.as_bytes()))),
            _ => Err(vm.type_error("comparing strings with non-ASCII characters is not supported")),
        };
    }
    let bytes = |v: &Value| match v.downcast::<PyBytes>() {
        Some(b) => Ok(b.data.to_vec()),
        None => match v.downcast::<PyByteArray>() {
            Some(b) => Ok(b.data.borrow().clone()),
            None => Err(vm.type_error(&format!(
                "a bytes-like object is required, not '{}'",
                vm.type_name(v)
            ))),
        },
    };
    Ok(Value::bool(same(&bytes(&args[0])?, &bytes(&args[1])?)))
}

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(f) = args.pos().first() else {
        return Err(vm.type_error("call expected at least 1 argument, got 0"));
    };
    vm.call_args(
        f,
        Args::with_names(args.values().get(1..).unwrap_or_default(), args.names()),
    )
}

module!(
    OPERATOR,
    "_operator",
    VersionRange::ALL,
    getters::init,
    [
        binary!("add", Add),
        binary!("sub", Sub),
        binary!("mul", Mul),
        binary!("matmul", MatMul),
        binary!("floordiv", FloorDiv),
        binary!("truediv", TrueDiv),
        binary!("mod", Mod),
        binary!("lshift", LShift),
        binary!("rshift", RShift),
        binary!("and_", And),
        binary!("xor", Xor),
        binary!("or_", Or),
        binary!("pow", Pow),
        inplace!("iadd", Add),
        inplace!("isub", Sub),
        inplace!("imul", Mul),
        inplace!("imatmul", MatMul),
        inplace!("ifloordiv", FloorDiv),
        inplace!("itruediv", TrueDiv),
        inplace!("imod", Mod),
        inplace!("ilshift", LShift),
        inplace!("irshift", RShift),
        inplace!("iand", And),
        inplace!("ixor", Xor),
        inplace!("ior", Or),
        inplace!("ipow", Pow),
        compare!("lt", Lt),
        compare!("le", Le),
        compare!("eq", Eq),
        compare!("ne", Ne),
        compare!("gt", Gt),
        compare!("ge", Ge),
        MethodDef::function("neg", "a, /", |vm, a| vm.negative(&a[0])),
        MethodDef::function("pos", "a, /", |vm, a| vm.positive(&a[0])),
        MethodDef::function("inv", "a, /", |vm, a| vm.invert(&a[0])),
        MethodDef::function("invert", "a, /", |vm, a| vm.invert(&a[0])),
        MethodDef::function("abs", "a, /", |vm, a| {
            match vm.call_special(&a[0], &vm.names.abs, &[])? {
                Some(v) => Ok(v),
                None => Err(vm.type_error(&format!(
                    "bad operand type for abs(): '{}'",
                    vm.type_name(&a[0])
                ))),
            }
        }),
        MethodDef::function("index", "a, /", |vm, a| vm.index_value(&a[0])),
        MethodDef::function("truth", "a, /", |vm, a| vm.truth(&a[0]).map(Value::bool)),
        MethodDef::function("not_", "a, /", |vm, a| vm
            .truth(&a[0])
            .map(|b| Value::bool(!b))),
        MethodDef::function("is_", "a, b, /", |_, a| Ok(Value::bool(a[0].is(&a[1])))),
        MethodDef::function("is_not", "a, b, /", |_, a| Ok(Value::bool(!a[0].is(&a[1])))),
        MethodDef::function("contains", "a, b, /", |vm, a| vm
            .contains(&a[0], &a[1])
            .map(Value::bool)),
        MethodDef::function("getitem", "a, b, /", |vm, a| vm.get_item(&a[0], &a[1])),
        MethodDef::function("setitem", "a, b, c, /", |vm, a| vm
            .set_item(&a[0], &a[1], a[2].clone())
            .map(|()| Value::NONE)),
        MethodDef::function("delitem", "a, b, /", |vm, a| vm
            .del_item(&a[0], &a[1])
            .map(|()| Value::NONE)),
        MethodDef::function("concat", "a, b, /", |vm, a| concat(vm, a, false)),
        MethodDef::function("iconcat", "a, b, /", |vm, a| concat(vm, a, true)),
        MethodDef::function("countOf", "a, b, /", count_of),
        MethodDef::function("indexOf", "a, b, /", index_of),
        MethodDef::function("length_hint", "obj, default=, /", length_hint),
        MethodDef::function("_compare_digest", "a, b, /", compare_digest),
    ]
);

module!(
    OPERATOR_11,
    "_operator",
    VersionRange::minors(11, 14),
    no_init,
    [MethodDef::raw("call", Access::Function, call),]
);

module!(
    OPERATOR_14,
    "_operator",
    VersionRange::minors(14, 14),
    no_init,
    [
        MethodDef::function("is_none", "a, /", |_, a| Ok(Value::bool(a[0].is_none()))),
        MethodDef::function("is_not_none", "a, /", |_, a| Ok(Value::bool(
            !a[0].is_none()
        ))),
    ]
);
