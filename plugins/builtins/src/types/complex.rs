//! `complex`.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::num::complex::{self, Complex, ParseComplexError, Rules};
use opyc_core::num::format_num::format_complex;
use opyc_core::num::format_spec::Target;
use opyc_core::num::{NumError, int};
use opyc_core::object::{GetSet, MethodDef, PyComplex, PyStr, PyType};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::chars::to_ascii_number;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::float::{float_result, hash_of, operand};
use super::support::this;
use super::text_support::{class, format_with, short_repr, spec_arg};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static COMPLEX: TypeDef = TypeDef {
    name: "complex",
    methods: &[
        MethodDef::new_method("real=, imag=", new),
        MethodDef::method("__add__", "value, /", |vm, a| {
            binary(vm, Op::Add, &a[0], &a[1])
        }),
        MethodDef::method("__radd__", "value, /", |vm, a| {
            binary(vm, Op::Add, &a[1], &a[0])
        }),
        MethodDef::method("__sub__", "value, /", |vm, a| {
            binary(vm, Op::Sub, &a[0], &a[1])
        }),
        MethodDef::method("__rsub__", "value, /", |vm, a| {
            binary(vm, Op::Sub, &a[1], &a[0])
        }),
        MethodDef::method("__mul__", "value, /", |vm, a| {
            binary(vm, Op::Mul, &a[0], &a[1])
        }),
        MethodDef::method("__rmul__", "value, /", |vm, a| {
            binary(vm, Op::Mul, &a[1], &a[0])
        }),
        MethodDef::method("__truediv__", "value, /", |vm, a| {
            binary(vm, Op::Div, &a[0], &a[1])
        }),
        MethodDef::method("__rtruediv__", "value, /", |vm, a| {
            binary(vm, Op::Div, &a[1], &a[0])
        }),
        MethodDef::method("__pow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[0], &a[1], &a[2])
        }),
        MethodDef::method("__rpow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[1], &a[0], &a[2])
        }),
        MethodDef::method("__neg__", "", |vm, a| {
            Ok(made(vm, complex::neg(number(vm, &a[0])?)))
        }),
        MethodDef::method("__pos__", "", |vm, a| Ok(made(vm, number(vm, &a[0])?))),
        MethodDef::method("__abs__", "", abs),
        MethodDef::method("__bool__", "", is_true),
        MethodDef::method("__complex__", "", |vm, a| Ok(made(vm, number(vm, &a[0])?)))
            .since(Version::V3_11),
        MethodDef::method("__eq__", "value, /", |vm, a| equal(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| equal(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |_, _| Ok(Value::NOT_IMPLEMENTED)),
        MethodDef::method("__le__", "value, /", |_, _| Ok(Value::NOT_IMPLEMENTED)),
        MethodDef::method("__gt__", "value, /", |_, _| Ok(Value::NOT_IMPLEMENTED)),
        MethodDef::method("__ge__", "value, /", |_, _| Ok(Value::NOT_IMPLEMENTED)),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr).until(Version::V3_7),
        MethodDef::method("__format__", "format_spec, /", format),
        MethodDef::method("__getnewargs__", "", new_args),
        MethodDef::method("conjugate", "", conjugate),
        MethodDef::class_method("from_number", "number, /", from_number).since(Version::V3_14),
        // What complex numbers cannot do had methods of its own before 3.10.
        MethodDef::method("__int__", "", |vm, _| {
            cannot(vm, "can't convert complex to int")
        })
        .until(Version::V3_9),
        MethodDef::method("__float__", "", |vm, _| {
            cannot(vm, "can't convert complex to float")
        })
        .until(Version::V3_9),
        MethodDef::method("__mod__", "value, /", |vm, _| cannot(vm, NO_MOD)).until(Version::V3_9),
        MethodDef::method("__rmod__", "value, /", |vm, _| cannot(vm, NO_MOD)).until(Version::V3_9),
        MethodDef::method("__divmod__", "value, /", |vm, _| cannot(vm, NO_DIVMOD))
            .until(Version::V3_9),
        MethodDef::method("__rdivmod__", "value, /", |vm, _| cannot(vm, NO_DIVMOD))
            .until(Version::V3_9),
        MethodDef::method("__floordiv__", "value, /", |vm, _| cannot(vm, NO_FLOOR))
            .until(Version::V3_9),
        MethodDef::method("__rfloordiv__", "value, /", |vm, _| cannot(vm, NO_FLOOR))
            .until(Version::V3_9),
    ],
    getsets: &[
        GetSet::get("real", |vm, v| Ok(vm.new_float(number(vm, v)?.re))).member(),
        GetSet::get("imag", |vm, v| Ok(vm.new_float(number(vm, v)?.im))).member(),
    ],
};

const NO_MOD: &str = "can't mod complex numbers.";
const NO_DIVMOD: &str = "can't take floor or mod of complex number.";
const NO_FLOOR: &str = "can't take floor of complex number.";

fn cannot(vm: &Vm, text: &str) -> PyResult {
    Err(vm.type_error(text))
}

fn number(vm: &Vm, v: &Value) -> PyResult<Complex> {
    this::<PyComplex>(vm, v).map(|c| Complex { re: c.re, im: c.im })
}

fn made(vm: &Vm, c: Complex) -> Value {
    vm.new_complex(c.re, c.im)
}

#[derive(Clone, Copy)]
enum Op {
    Add,
    Sub,
    Mul,
    Div,
}

/// An operand: complex, or real (a float or an int).
enum Operand {
    Complex(Complex),
    Real(f64),
}

impl Operand {
    fn of(vm: &Vm, v: &Value) -> PyResult<Option<Operand>> {
        match v.downcast::<PyComplex>() {
            Some(c) => Ok(Some(Operand::Complex(Complex { re: c.re, im: c.im }))),
            None => Ok(operand(vm, v)?.map(Operand::Real)),
        }
    }

    fn complex(self) -> Complex {
        match self {
            Operand::Complex(c) => c,
            Operand::Real(re) => Complex { re, im: 0.0 },
        }
    }
}

fn binary(vm: &Vm, op: Op, x: &Value, y: &Value) -> PyResult {
    let (Some(x), Some(y)) = (Operand::of(vm, x)?, Operand::of(vm, y)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let rules = Rules::of(vm.version());
    let result = if vm.version() >= Version::V3_14 {
        mixed(op, x, y, rules)
    } else {
        both(op, x.complex(), y.complex(), rules)
    };
    result.map(|c| made(vm, c)).map_err(|e| vm.num_error(&e))
}

fn both(op: Op, x: Complex, y: Complex, rules: Rules) -> Result<Complex, NumError> {
    match op {
        Op::Add => Ok(complex::add(x, y)),
        Op::Sub => Ok(complex::sub(x, y)),
        Op::Mul => Ok(complex::mul(x, y, rules)),
        Op::Div => complex::div(x, y, rules),
    }
}

/// From 3.14 on, a real operand has no imaginary part at all, not even a zero.
fn mixed(op: Op, x: Operand, y: Operand, rules: Rules) -> Result<Complex, NumError> {
    match (x, y) {
        (Operand::Complex(x), Operand::Real(y)) => match op {
            Op::Add => Ok(complex::add_real(x, y)),
            Op::Sub => Ok(complex::sub_real(x, y)),
            Op::Mul => Ok(complex::mul_real(x, y)),
            Op::Div => complex::div_real(x, y),
        },
        (Operand::Real(x), Operand::Complex(y)) => match op {
            Op::Add => Ok(complex::add_real(y, x)),
            Op::Sub => Ok(complex::real_sub(x, y)),
            Op::Mul => Ok(complex::mul_real(y, x)),
            Op::Div => complex::real_div(x, y),
        },
        (x, y) => both(op, x.complex(), y.complex(), rules),
    }
}

fn pow(vm: &Vm, base: &Value, exponent: &Value, modulus: &Value) -> PyResult {
    let (Some(x), Some(y)) = (Operand::of(vm, base)?, Operand::of(vm, exponent)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.opt().is_some_and(|m| !m.is_none()) {
        return Err(vm.value_error("complex modulo"));
    }
    complex::pow(x.complex(), y.complex(), Rules::of(vm.version()))
        .map(|c| made(vm, c))
        .map_err(|e| vm.num_error(&e))
}

fn abs(vm: &Vm, a: &[Value]) -> PyResult {
    complex::abs(number(vm, &a[0])?)
        .map(|f| vm.new_float(f))
        .map_err(|e| vm.num_error(&e))
}

fn is_true(vm: &Vm, a: &[Value]) -> PyResult {
    let c = number(vm, &a[0])?;
    Ok(Value::bool(c.re != 0.0 || c.im != 0.0))
}

fn equal(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    let c = number(vm, &a[0])?;
    let same = if let Some(i) = vm.int_value(&a[1]) {
        c.im == 0.0 && int::cmp_f64(i, c.re).is_some_and(std::cmp::Ordering::is_eq)
    } else {
        match Operand::of(vm, &a[1])? {
            Some(o) => {
                let o = o.complex();
                c.re == o.re && c.im == o.im
            }
            None => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn hash(vm: &Vm, a: &[Value]) -> PyResult {
    let c = number(vm, &a[0])?;
    let part = |f| hash_of(vm, &a[0], f);
    Ok(vm.new_int(complex::combine_hashes(part(c.re), part(c.im))))
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_str(&complex::repr(number(vm, &a[0])?)))
}

fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let spec = spec_arg(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str_of(&a[0]);
    }
    let c = number(vm, &a[0])?;
    format_with(vm, &a[0], spec, Target::Complex, |spec| {
        format_complex(c, spec)
    })
}

fn new_args(vm: &Vm, a: &[Value]) -> PyResult {
    let c = number(vm, &a[0])?;
    Ok(vm.new_pair(vm.new_float(c.re), vm.new_float(c.im)))
}

fn conjugate(vm: &Vm, a: &[Value]) -> PyResult {
    let c = number(vm, &a[0])?;
    Ok(vm.new_complex(c.re, -c.im))
}

fn from_number(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    if !ty.is_heap() && a[1].downcast_exact::<PyComplex>().is_some() {
        return Ok(a[1].clone());
    }
    let c = match by_complex(vm, &a[1])? {
        Some(c) => made(vm, c),
        None => vm.new_complex(vm.float_arg(&a[1])?, 0.0),
    };
    if ty.is_heap() {
        vm.call(&a[0], &[c])
    } else {
        Ok(c)
    }
}

/// Which argument of the constructor a value is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Only,
    Real,
    Imag,
}

fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    let (real, imag) = (a[1].opt(), a[2].opt());
    if let (Some(r), None) = (real, imag) {
        if !ty.is_heap() && r.downcast_exact::<PyComplex>().is_some() {
            return Ok(r.clone());
        }
        if let Some(s) = r.downcast::<PyStr>() {
            return parse(vm, ty, s, r);
        }
    }
    if real.is_some_and(|r| vm.is_str(r)) {
        return Err(wrong_type(
            vm,
            Place::Real,
            real,
            "complex() can't take second arg if first is a string",
        ));
    }
    if imag.is_some_and(|i| vm.is_str(i)) {
        return Err(wrong_type(
            vm,
            Place::Imag,
            imag,
            "complex() second arg can't be a string",
        ));
    }
    let place = if imag.is_some() {
        Place::Real
    } else {
        Place::Only
    };
    let r = match real {
        None => Operand::Real(0.0),
        Some(r) => match by_complex(vm, r)? {
            Some(c) => Operand::Complex(c),
            None => part(vm, r, place)?,
        },
    };
    let i = match imag {
        None => Operand::Real(0.0),
        Some(i) => part(vm, i, Place::Imag)?,
    };
    // Both may be complex: real + imag * 1j, without the zeros that multiplication would bring in.
    let (re, mut im) = match r {
        Operand::Complex(c) => (c.re, c.im),
        Operand::Real(re) => (re, 0.0),
    };
    let was_complex = matches!(r, Operand::Complex(_));
    let re = match i {
        Operand::Complex(i) => {
            im = if was_complex { im + i.re } else { i.re };
            re - i.im
        }
        Operand::Real(i) => {
            im = if was_complex && imag.is_some() {
                im + i
            } else if was_complex {
                im
            } else {
                i
            };
            re
        }
    };
    Ok(vm.new_complex_of(ty, re, im))
}

fn wrong_type(vm: &Vm, place: Place, v: Option<&Value>, old: &str) -> Raise {
    if vm.version() < Version::V3_14 {
        return vm.type_error(old);
    }
    let name = v.map(|v| vm.type_name(v)).unwrap_or_default();
    vm.type_error(&match place {
        Place::Only => format!("complex() argument must be a string or a number, not {name}"),
        Place::Real => format!("complex() argument 'real' must be a real number, not {name}"),
        Place::Imag => format!("complex() argument 'imag' must be a real number, not {name}"),
    })
}

/// What `v.__complex__()` gives, if it has that; complex numbers are what they are.
fn by_complex(vm: &Vm, v: &Value) -> PyResult<Option<Complex>> {
    if let Some(c) = v.downcast_exact::<PyComplex>() {
        return Ok(Some(Complex { re: c.re, im: c.im }));
    }
    let Some(r) = vm.call_special(v, &vm.names.complex, &[])? else {
        return Ok(v
            .downcast::<PyComplex>()
            .map(|c| Complex { re: c.re, im: c.im }));
    };
    match r.downcast::<PyComplex>() {
        Some(c) => Ok(Some(Complex { re: c.re, im: c.im })),
        None if vm.version() < Version::V3_7 => {
            Err(vm.type_error("__complex__ should return a complex object"))
        }
        None => Err(vm.type_error(&format!(
            "__complex__ returned non-complex (type {})",
            vm.type_name(&r)
        ))),
    }
}

/// A part as a number: a float, or a complex number given as one.
fn part(vm: &Vm, v: &Value, place: Place) -> PyResult<Operand> {
    if let Some(o) = Operand::of(vm, v)? {
        return Ok(o);
    }
    if let Some(r) = vm.call_special(v, &vm.names.float, &[])? {
        return float_result(vm, v, &r).map(Operand::Real);
    }
    if vm.version() >= Version::V3_8 && vm.lookup_type(vm.type_of(v), &vm.names.index).is_some() {
        let i = vm.index(v)?;
        return int::to_f64(i.view())
            .map(Operand::Real)
            .map_err(|e| vm.num_error(&e));
    }
    let old = match place {
        Place::Imag => format!(
            "complex() second argument must be a number, not '{}'",
            vm.type_name(v)
        ),
        _ => format!(
            "complex() first argument must be a string or a number, not '{}'",
            vm.type_name(v)
        ),
    };
    Err(wrong_type(vm, place, Some(v), &old))
}

fn parse(vm: &Vm, ty: &PyType, s: &PyStr, shown: &Value) -> PyResult {
    match complex::parse(to_ascii_number(s.view()).as_bytes()) {
        Ok(c) => Ok(vm.new_complex_of(ty, c.re, c.im)),
        Err(ParseComplexError::Malformed) => {
            Err(vm.value_error("complex() arg is a malformed string"))
        }
        Err(ParseComplexError::Underscores) => Err(vm.value_error(&format!(
            "could not convert string to complex: {}",
            short_repr(vm, shown)?
        ))),
    }
}
