//! `int`: operators, attributes and the methods about bits, bytes and text.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::num::format_num::format_int;
use opyc_core::num::format_spec::Target;
use opyc_core::num::int_bits::{self, ByteOrder};
use opyc_core::num::{DEFAULT_BIT_BUDGET, Int, IntRef, int, int_arith};
use opyc_core::object::{GetSet, MethodDef};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, CmpOp, Vm};

use super::int_new;
use super::text_support::{class, format_with, named_str, spec_arg};

macro_rules! operators {
    ($($name:literal, $rname:literal, $op:ident;)*) => { &[$(
        MethodDef::method($name, "value, /", |vm, a| binary(vm, BinOp::$op, &a[0], &a[1])),
        MethodDef::method($rname, "value, /", |vm, a| binary(vm, BinOp::$op, &a[1], &a[0])),
    )*] };
}

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static OPERATORS: TypeDef = TypeDef {
    name: "int",
    methods: operators! {
        "__add__", "__radd__", Add;
        "__sub__", "__rsub__", Sub;
        "__mul__", "__rmul__", Mul;
        "__floordiv__", "__rfloordiv__", FloorDiv;
        "__truediv__", "__rtruediv__", TrueDiv;
        "__mod__", "__rmod__", Mod;
        "__and__", "__rand__", And;
        "__or__", "__ror__", Or;
        "__xor__", "__rxor__", Xor;
        "__lshift__", "__rlshift__", LShift;
        "__rshift__", "__rrshift__", RShift;
    },
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static INT: TypeDef = TypeDef {
    name: "int",
    methods: &[
        MethodDef::new_method("x=, base=", int_new::new).until(Version::V3_6),
        MethodDef::new_method("x=, /, base=", int_new::new).since(Version::V3_7),
        MethodDef::method("__divmod__", "value, /", |vm, a| divmod(vm, &a[0], &a[1])),
        MethodDef::method("__rdivmod__", "value, /", |vm, a| divmod(vm, &a[1], &a[0])),
        MethodDef::method("__pow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[0], &a[1], &a[2])
        }),
        MethodDef::method("__rpow__", "value, mod=, /", |vm, a| {
            pow(vm, &a[1], &a[0], &a[2])
        }),
        MethodDef::method("__neg__", "", |vm, a| {
            Ok(vm.new_integer(int_arith::neg(number(vm, &a[0])?)))
        }),
        MethodDef::method("__pos__", "", exact),
        MethodDef::method("__abs__", "", |vm, a| {
            Ok(vm.new_integer(int_arith::abs(number(vm, &a[0])?)))
        }),
        MethodDef::method("__invert__", "", |vm, a| {
            Ok(vm.new_integer(int_bits::invert(number(vm, &a[0])?)))
        }),
        MethodDef::method("__bool__", "", |vm, a| {
            Ok(Value::bool(!number(vm, &a[0])?.is_zero()))
        }),
        MethodDef::method("__int__", "", exact),
        MethodDef::method("__index__", "", exact),
        MethodDef::method("__trunc__", "", exact),
        MethodDef::method("__floor__", "", exact),
        MethodDef::method("__ceil__", "", exact),
        MethodDef::method("__float__", "", float),
        MethodDef::method("__round__", "ndigits=, /", round),
        MethodDef::method("__eq__", "value, /", |vm, a| compare(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| compare(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |vm, a| compare(vm, CmpOp::Lt, a)),
        MethodDef::method("__le__", "value, /", |vm, a| compare(vm, CmpOp::Le, a)),
        MethodDef::method("__gt__", "value, /", |vm, a| compare(vm, CmpOp::Gt, a)),
        MethodDef::method("__ge__", "value, /", |vm, a| compare(vm, CmpOp::Ge, a)),
        MethodDef::method("__hash__", "", |vm, a| {
            Ok(vm.new_int(int::hash(number(vm, &a[0])?)))
        }),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr).until(Version::V3_7),
        MethodDef::method("__format__", "format_spec, /", format),
        MethodDef::method("__getnewargs__", "", |vm, a| {
            Ok(vm.new_tuple(vec![exact(vm, a)?]))
        }),
        MethodDef::method("__sizeof__", "", size_of),
        MethodDef::method("conjugate", "", exact),
        MethodDef::method("bit_length", "", |vm, a| {
            Ok(vm.new_uint(int_bits::bit_length(number(vm, &a[0])?)))
        }),
        MethodDef::method("bit_count", "", |vm, a| {
            Ok(vm.new_uint(int_bits::bit_count(number(vm, &a[0])?)))
        })
        .since(Version::V3_10),
        MethodDef::method("as_integer_ratio", "", |vm, a| {
            Ok(vm.new_pair(exact(vm, a)?, Value::i32(1)))
        })
        .since(Version::V3_8),
        MethodDef::method("is_integer", "", |_, _| Ok(Value::TRUE)).since(Version::V3_12),
        MethodDef::method("to_bytes", "length, byteorder, *, signed=", to_bytes)
            .until(Version::V3_10),
        MethodDef::method("to_bytes", "length=, byteorder=, *, signed=", to_bytes)
            .since(Version::V3_11),
        MethodDef::class_method("from_bytes", "bytes, byteorder, *, signed=", from_bytes)
            .until(Version::V3_10),
        MethodDef::class_method("from_bytes", "bytes, byteorder=, *, signed=", from_bytes)
            .since(Version::V3_11),
    ],
    getsets: &[
        GetSet::get("real", |vm, v| exact(vm, std::slice::from_ref(v))),
        GetSet::get("imag", |_, _| Ok(Value::i32(0))),
        GetSet::get("numerator", |vm, v| exact(vm, std::slice::from_ref(v))),
        GetSet::get("denominator", |_, _| Ok(Value::i32(1))),
    ],
};

/// The int behind the receiver of a method.
fn number<'a>(vm: &Vm, v: &'a Value) -> PyResult<IntRef<'a>> {
    vm.int_value(v)
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

/// The same number as an exact `int`.
fn exact(vm: &Vm, a: &[Value]) -> PyResult {
    if a[0].as_int().is_some() {
        return Ok(a[0].clone());
    }
    Ok(vm.new_integer(number(vm, &a[0])?.to_int()))
}

fn binary(vm: &Vm, op: BinOp, x: &Value, y: &Value) -> PyResult {
    match (vm.int_value(x), vm.int_value(y)) {
        (Some(x), Some(y)) => vm.int_op(op, x, y).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    match (vm.int_value(&a[0]), vm.int_value(&a[1])) {
        (Some(x), Some(y)) => Ok(Value::bool(op.holds(int::cmp(x, y)))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn divmod(vm: &Vm, x: &Value, y: &Value) -> PyResult {
    let (Some(x), Some(y)) = (vm.int_value(x), vm.int_value(y)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (q, r) = int_arith::divmod(x, y).map_err(|e| vm.num_error(&e))?;
    Ok(vm.new_pair(vm.new_integer(q), vm.new_integer(r)))
}

fn pow(vm: &Vm, base: &Value, exponent: &Value, modulus: &Value) -> PyResult {
    let Some(modulus) = modulus.opt().filter(|m| !m.is_none()) else {
        return binary(vm, BinOp::Pow, base, exponent);
    };
    if modulus.as_float().is_some() {
        // What float's own method would say of its third argument.
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    let (Some(b), Some(e), Some(m)) = (
        vm.int_value(base),
        vm.int_value(exponent),
        vm.int_value(modulus),
    ) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if vm.version() < Version::V3_8 && e.is_negative() {
        return Err(vm.num_error(&opyc_core::num::NumError::NegativeExponentWithModulus));
    }
    int_arith::pow_mod(b, e, m)
        .map(|i| vm.new_integer(i))
        .map_err(|e| vm.num_error(&e))
}

fn float(vm: &Vm, a: &[Value]) -> PyResult {
    int::to_f64(number(vm, &a[0])?)
        .map(|f| vm.new_float(f))
        .map_err(|e| vm.num_error(&e))
}

fn round(vm: &Vm, a: &[Value]) -> PyResult {
    // From 3.14 on, None is as good as nothing.
    let digits = a[1]
        .opt()
        .filter(|d| !(d.is_none() && vm.version() >= Version::V3_14));
    let Some(digits) = digits else {
        return exact(vm, a);
    };
    let digits = vm.index(digits)?;
    Ok(vm.new_integer(int_arith::round_to_ndigits(
        number(vm, &a[0])?,
        digits.view(),
    )))
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_str(&vm.int_text(number(vm, &a[0])?)?))
}

fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let spec = spec_arg(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str_of(&a[0]);
    }
    let i = number(vm, &a[0])?;
    format_with(vm, &a[0], spec, Target::Int, |spec| {
        format_int(i, spec, || vm.max_str_digits())
    })
}

/// What CPython would need: a header and digits of 30 bits.
fn size_of(vm: &Vm, a: &[Value]) -> PyResult {
    let digits = int_bits::bit_length(number(vm, &a[0])?).div_ceil(30);
    // From 3.12 on there is always room for one digit.
    let digits = if vm.version() >= Version::V3_12 {
        digits.max(1)
    } else {
        digits
    };
    Ok(vm.new_uint(24 + 4 * digits))
}

fn byte_order(vm: &Vm, v: &Value, function: &str) -> PyResult<ByteOrder> {
    let Some(s) = named_str(vm, v, function, 2, "byteorder")? else {
        return Ok(ByteOrder::Big);
    };
    match s.as_ascii() {
        Some("little") => Ok(ByteOrder::Little),
        Some("big") => Ok(ByteOrder::Big),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn signed(vm: &Vm, v: &Value) -> PyResult<bool> {
    v.opt().map_or(Ok(false), |v| vm.truth(v))
}

fn to_bytes(vm: &Vm, a: &[Value]) -> PyResult {
    let length = match a[1].opt() {
        None => 1,
        Some(v) => vm.index_i64(v)?,
    };
    let order = byte_order(vm, &a[2], "to_bytes")?;
    let signed = signed(vm, &a[3])?;
    let length: usize = length.try_into().map_err(|_| negative_length(vm))?;
    int_bits::to_bytes(
        number(vm, &a[0])?,
        length,
        order,
        signed,
        DEFAULT_BIT_BUDGET,
    )
    .map(|b| vm.new_bytes(&b))
    .map_err(|e| vm.num_error(&e))
}

fn negative_length(vm: &Vm) -> Raise {
    vm.value_error("length argument must be non-negative")
}

fn from_bytes(vm: &Vm, a: &[Value]) -> PyResult {
    let order = byte_order(vm, &a[2], "from_bytes")?;
    let signed = signed(vm, &a[3])?;
    let bytes = super::bytes_new::bytes_of_object(vm, &a[1])?;
    let made: Int = int_bits::from_bytes(&bytes, order, signed);
    let made = vm.new_integer(made);
    if class(vm, &a[0])?.is_heap() || a[0].is(vm.types.bool.as_value()) {
        return vm.call(&a[0], &[made]);
    }
    Ok(made)
}
