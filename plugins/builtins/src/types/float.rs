//! `float`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::num::float::Power;
use opyc_core::num::float_text;
use opyc_core::num::format_num::format_float;
use opyc_core::num::format_spec::Target;
use opyc_core::num::{Int, NumError, float, int};
use opyc_core::object::{GetSet, MethodDef, PyStr};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::Str;
use opyc_core::text::chars::to_ascii_number;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, CmpOp, Vm};

use super::text_support::{class, format_with, spec_arg};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static FLOAT: TypeDef = TypeDef {
    name: "float",
    methods: &[
        MethodDef::new_method("x=", new).until(Version::V3_6),
        MethodDef::new_method("x=, /", new).since(Version::V3_7),
        MethodDef::method("__add__", "value, /", |vm, a| {
            binary(vm, BinOp::Add, &a[0], &a[1])
        }),
        MethodDef::method("__radd__", "value, /", |vm, a| {
            binary(vm, BinOp::Add, &a[1], &a[0])
        }),
        MethodDef::method("__sub__", "value, /", |vm, a| {
            binary(vm, BinOp::Sub, &a[0], &a[1])
        }),
        MethodDef::method("__rsub__", "value, /", |vm, a| {
            binary(vm, BinOp::Sub, &a[1], &a[0])
        }),
        MethodDef::method("__mul__", "value, /", |vm, a| {
            binary(vm, BinOp::Mul, &a[0], &a[1])
        }),
        MethodDef::method("__rmul__", "value, /", |vm, a| {
            binary(vm, BinOp::Mul, &a[1], &a[0])
        }),
        MethodDef::method("__truediv__", "value, /", |vm, a| {
            binary(vm, BinOp::TrueDiv, &a[0], &a[1])
        }),
        MethodDef::method("__rtruediv__", "value, /", |vm, a| {
            binary(vm, BinOp::TrueDiv, &a[1], &a[0])
        }),
        MethodDef::method("__floordiv__", "value, /", |vm, a| {
            binary(vm, BinOp::FloorDiv, &a[0], &a[1])
        }),
        MethodDef::method("__rfloordiv__", "value, /", |vm, a| {
            binary(vm, BinOp::FloorDiv, &a[1], &a[0])
        }),
        MethodDef::method("__mod__", "value, /", |vm, a| {
            binary(vm, BinOp::Mod, &a[0], &a[1])
        }),
        MethodDef::method("__rmod__", "value, /", |vm, a| {
            binary(vm, BinOp::Mod, &a[1], &a[0])
        }),
        MethodDef::method("__divmod__", "value, /", |vm, a| divmod(vm, &a[0], &a[1])),
        MethodDef::method("__rdivmod__", "value, /", |vm, a| divmod(vm, &a[1], &a[0])),
        MethodDef::method("__pow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[0], &a[1], &a[2])
        }),
        MethodDef::method("__rpow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[1], &a[0], &a[2])
        }),
        MethodDef::method("__neg__", "", |vm, a| Ok(vm.new_float(-number(vm, &a[0])?))),
        MethodDef::method("__pos__", "", exact),
        MethodDef::method("__abs__", "", |vm, a| {
            Ok(vm.new_float(number(vm, &a[0])?.abs()))
        }),
        MethodDef::method("__bool__", "", |vm, a| {
            Ok(Value::bool(number(vm, &a[0])? != 0.0))
        }),
        MethodDef::method("__float__", "", exact),
        MethodDef::method("__int__", "", |vm, a| whole(vm, &a[0], int::from_f64)),
        MethodDef::method("__trunc__", "", |vm, a| whole(vm, &a[0], int::from_f64)),
        MethodDef::method("__floor__", "", |vm, a| whole(vm, &a[0], int::floor_f64))
            .since(Version::V3_9),
        MethodDef::method("__ceil__", "", |vm, a| whole(vm, &a[0], int::ceil_f64))
            .since(Version::V3_9),
        MethodDef::method("__round__", "ndigits=, /", round),
        MethodDef::method("__eq__", "value, /", |vm, a| compare(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| compare(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |vm, a| compare(vm, CmpOp::Lt, a)),
        MethodDef::method("__le__", "value, /", |vm, a| compare(vm, CmpOp::Le, a)),
        MethodDef::method("__gt__", "value, /", |vm, a| compare(vm, CmpOp::Gt, a)),
        MethodDef::method("__ge__", "value, /", |vm, a| compare(vm, CmpOp::Ge, a)),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr).until(Version::V3_7),
        MethodDef::method("__format__", "format_spec, /", format),
        MethodDef::method("__getnewargs__", "", |vm, a| {
            Ok(vm.new_tuple(vec![exact(vm, a)?]))
        }),
        MethodDef::method("conjugate", "", exact),
        MethodDef::method("is_integer", "", |vm, a| {
            Ok(Value::bool(float::is_integer(number(vm, &a[0])?)))
        }),
        MethodDef::method("as_integer_ratio", "", as_integer_ratio),
        MethodDef::method("hex", "", |vm, a| {
            Ok(vm.new_str(&float_text::hex(number(vm, &a[0])?)))
        }),
        MethodDef::class_method("fromhex", "string, /", from_hex),
        MethodDef::class_method("from_number", "number, /", from_number).since(Version::V3_14),
        MethodDef::class_method("__getformat__", "typestr, /", get_format),
    ],
    getsets: &[
        GetSet::get("real", |vm, v| exact(vm, std::slice::from_ref(v))),
        GetSet::get("imag", |vm, _| Ok(vm.new_float(0.0))),
    ],
};

/// The float behind the receiver of a method.
fn number(vm: &Vm, v: &Value) -> PyResult<f64> {
    v.as_float()
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

/// The same number as an exact `float`.
fn exact(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_float(number(vm, &a[0])?))
}

/// An operand: a float or an int; `None` for anything else.
pub fn operand(vm: &Vm, v: &Value) -> PyResult<Option<f64>> {
    if let Some(f) = v.as_float() {
        return Ok(Some(f));
    }
    match vm.int_value(v) {
        Some(i) => int::to_f64(i).map(Some).map_err(|e| vm.num_error(&e)),
        None => Ok(None),
    }
}

fn binary(vm: &Vm, op: BinOp, x: &Value, y: &Value) -> PyResult {
    let (Some(x), Some(y)) = (operand(vm, x)?, operand(vm, y)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    vm.float_op(op, x, y)
        .map_or(Ok(Value::NOT_IMPLEMENTED), |r| r.map(|f| vm.new_float(f)))
}

fn divmod(vm: &Vm, x: &Value, y: &Value) -> PyResult {
    let (Some(x), Some(y)) = (operand(vm, x)?, operand(vm, y)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (q, r) = float::divmod(x, y).map_err(|e| vm.num_error(&e))?;
    Ok(vm.new_pair(vm.new_float(q), vm.new_float(r)))
}

fn pow(vm: &Vm, base: &Value, exponent: &Value, modulus: &Value) -> PyResult {
    if modulus.opt().is_some_and(|m| !m.is_none()) {
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    let (Some(x), Some(y)) = (operand(vm, base)?, operand(vm, exponent)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match float::pow(x, y).map_err(|e| vm.num_error(&e))? {
        Power::Real(r) => Ok(vm.new_float(r)),
        Power::Complex(c) => Ok(vm.new_complex(c.re, c.im)),
    }
}

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    let x = number(vm, &a[0])?;
    let order = match (a[1].as_float(), vm.int_value(&a[1])) {
        (Some(y), _) => x.partial_cmp(&y),
        (None, Some(i)) => int::cmp_f64(i, x).map(std::cmp::Ordering::reverse),
        (None, None) => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Value::bool(order.map_or(op == CmpOp::Ne, |o| op.holds(o))))
}

fn whole(vm: &Vm, v: &Value, convert: fn(f64) -> Result<Int, NumError>) -> PyResult {
    convert(number(vm, v)?)
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}

fn round(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(digits) = a[1].opt().filter(|d| !d.is_none()) else {
        return whole(vm, &a[0], int::round_f64);
    };
    let digits = vm.index_i64(digits)?;
    float::round_to_ndigits(number(vm, &a[0])?, digits)
        .map(|f| vm.new_float(f))
        .map_err(|e| vm.num_error(&e))
}

fn hash(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(hash_of(vm, &a[0], number(vm, &a[0])?)))
}

/// The hash of a float that is `owner`, or part of it: from 3.10 on, NaN hashes by identity.
pub fn hash_of(vm: &Vm, owner: &Value, f: f64) -> i64 {
    if f.is_nan() && vm.version() >= Version::V3_10 {
        vm.identity_hash(owner)
    } else {
        float::hash(f)
    }
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_str(&float_text::repr(number(vm, &a[0])?)))
}

fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let spec = spec_arg(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str_of(&a[0]);
    }
    let f = number(vm, &a[0])?;
    format_with(vm, &a[0], spec, Target::Float, |spec| format_float(f, spec))
}

fn as_integer_ratio(vm: &Vm, a: &[Value]) -> PyResult {
    let (n, d) = float::as_integer_ratio(number(vm, &a[0])?).map_err(|e| vm.num_error(&e))?;
    Ok(vm.new_pair(vm.new_integer(n), vm.new_integer(d)))
}

/// A class method's result: a float, or what the subclass makes of it.
fn of_class(vm: &Vm, cls: &Value, f: f64) -> PyResult {
    let made = vm.new_float(f);
    if class(vm, cls)?.is_heap() {
        vm.call(cls, &[made])
    } else {
        Ok(made)
    }
}

fn from_hex(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[1].downcast::<PyStr>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let text = s.view().to_string_lossy();
    let f = float_text::from_hex(text.as_bytes()).map_err(|e| vm.num_error(&e))?;
    of_class(vm, &a[0], f)
}

fn from_number(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].is_immediate_float() && !class(vm, &a[0])?.is_heap() {
        return Ok(a[1].clone());
    }
    of_class(vm, &a[0], vm.float_arg(&a[1])?)
}

fn get_format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[1].downcast::<PyStr>() else {
        return Err(vm.type_error(&format!(
            "__getformat__() argument must be str, not {}",
            vm.type_name(&a[1])
        )));
    };
    match s.as_ascii() {
        Some("double" | "float") if cfg!(target_endian = "little") => {
            Ok(vm.new_str("IEEE, little-endian"))
        }
        Some("double" | "float") => Ok(vm.new_str("IEEE, big-endian")),
        _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn new(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = class(vm, &a[0])?;
    let f = match a[1].opt() {
        None => 0.0,
        Some(x) => {
            if !ty.is_heap() && (x.is_immediate_float() || is_exact(vm, x)) {
                return Ok(x.clone());
            }
            convert(vm, x)?
        }
    };
    Ok(vm.new_float_of(ty, f))
}

fn is_exact(vm: &Vm, x: &Value) -> bool {
    std::ptr::eq(vm.type_of(x), &*vm.types.float)
}

/// `float(x)`.
fn convert(vm: &Vm, x: &Value) -> PyResult<f64> {
    if let Some(i) = x.as_int() {
        return Ok(i as f64);
    }
    let read = |s: &PyStr| match s.view() {
        Str::Ascii(text) => parse(vm, text, x),
        text => parse(vm, to_ascii_number(text).as_bytes(), x),
    };
    if let Some(s) = x.downcast_exact::<PyStr>() {
        return read(s);
    }
    if let Some(r) = vm.call_special(x, &vm.names.float, &[])? {
        return float_result(vm, x, &r);
    }
    if vm.version() >= Version::V3_8 && vm.lookup_type(vm.type_of(x), &vm.names.index).is_some() {
        let i = vm.index(x)?;
        return int::to_f64(i.view()).map_err(|e| vm.num_error(&e));
    }
    if let Some(s) = x.downcast::<PyStr>() {
        return read(s);
    }
    if let Some(b) = vm.buffer(x)? {
        return parse(vm, &b, x);
    }
    let kind = if vm.version() >= Version::V3_10 {
        "real number"
    } else {
        "number"
    };
    Err(vm.type_error(&format!(
        "float() argument must be a string or a {kind}, not '{}'",
        vm.type_name(x)
    )))
}

/// What `x.__float__()` gave, as a float.
pub fn float_result(vm: &Vm, x: &Value, r: &Value) -> PyResult<f64> {
    let Some(f) = r.as_float() else {
        let text = format!(
            "{}.__float__ returned non-float (type {})",
            vm.type_name(x),
            vm.type_name(r)
        );
        return Err(vm.type_error(&text));
    };
    if !r.is_immediate_float() && !is_exact(vm, r) {
        vm.warn(
            &vm.exc_types.DeprecationWarning,
            &format!(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass \
                 of float is deprecated, and may not be supported in a future version of Python.",
                vm.type_name(x),
                vm.type_name(r)
            ),
        );
    }
    Ok(f)
}

fn parse(vm: &Vm, text: &[u8], shown: &Value) -> PyResult<f64> {
    match float_text::parse(text) {
        Some(f) => Ok(f),
        None => {
            // Before 3.10 nothing was shown of blanks, and before 3.8 not even the quotes.
            let blank = text.iter().all(u8::is_ascii_whitespace);
            let shown = match vm.version() {
                v if v < Version::V3_8 && blank => String::new(),
                v if v < Version::V3_10 && blank => "''".to_owned(),
                _ => vm.repr_text(shown)?,
            };
            Err(vm.value_error(&format!("could not convert string to float: {shown}")))
        }
    }
}
