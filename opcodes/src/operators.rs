//! Unary and binary operators.

use opyc_core::decode::Instruction;
use opyc_core::error::PyResult;
use opyc_core::interp::{BinaryOperator, StackCx, UnaryOperator};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::{BinOp, Vm};

opcodes! {
    /// Implements `a + b`.
    BINARY_ADD (a b -- result) in 6..=14, binary Add;
    /// Implements `a & b`.
    BINARY_AND (a b -- result) in 6..=14, binary And;
    /// Implements `a // b`.
    BINARY_FLOOR_DIVIDE (a b -- result) in 6..=14, binary FloorDivide;
    /// Implements `a << b`.
    BINARY_LSHIFT (a b -- result) in 6..=14, binary LShift;
    /// Implements `a @ b`.
    BINARY_MATRIX_MULTIPLY (a b -- result) in 6..=14, binary MatrixMultiply;
    /// Implements `a * b`.
    BINARY_MULTIPLY (a b -- result) in 6..=14, binary Multiply;
    /// Implements `a % b`.
    BINARY_MODULO (a b -- result) in 6..=14, binary Modulo;
    /// Implements `a | b`.
    BINARY_OR (a b -- result) in 6..=14, binary Or;
    /// Implements `a ** b`.
    BINARY_POWER (a b -- result) in 6..=14, binary Power;
    /// Implements `a >> b`.
    BINARY_RSHIFT (a b -- result) in 6..=14, binary RShift;
    /// Implements `a - b`.
    BINARY_SUBTRACT (a b -- result) in 6..=14, binary Subtract;
    /// Implements `a / b`.
    BINARY_TRUE_DIVIDE (a b -- result) in 6..=14, binary TrueDivide;
    /// Implements `a ^ b`.
    BINARY_XOR (a b -- result) in 6..=14, binary Xor;
    /// Implements `a += b`.
    INPLACE_ADD (a b -- result) in 6..=10, binary Add;
    /// Implements `a &= b`.
    INPLACE_AND (a b -- result) in 6..=10, binary And;
    /// Implements `a //= b`.
    INPLACE_FLOOR_DIVIDE (a b -- result) in 6..=10, binary FloorDivide;
    /// Implements `a <<= b`.
    INPLACE_LSHIFT (a b -- result) in 6..=10, binary LShift;
    /// Implements `a @= b`.
    INPLACE_MATRIX_MULTIPLY (a b -- result) in 6..=10, binary MatrixMultiply;
    /// Implements `a *= b`.
    INPLACE_MULTIPLY (a b -- result) in 6..=10, binary Multiply;
    /// Implements `a %= b`.
    INPLACE_MODULO (a b -- result) in 6..=10, binary Modulo;
    /// Implements `a |= b`.
    INPLACE_OR (a b -- result) in 6..=10, binary Or;
    /// Implements `a **= b`.
    INPLACE_POWER (a b -- result) in 6..=10, binary Power;
    /// Implements `a >>= b`.
    INPLACE_RSHIFT (a b -- result) in 6..=10, binary RShift;
    /// Implements `a -= b`.
    INPLACE_SUBTRACT (a b -- result) in 6..=10, binary Subtract;
    /// Implements `a /= b`.
    INPLACE_TRUE_DIVIDE (a b -- result) in 6..=10, binary TrueDivide;
    /// Implements `a ^= b`.
    INPLACE_XOR (a b -- result) in 6..=10, binary Xor;
    /// Implements the operator that the argument names, augmented from 13 on.
    BINARY_OP (a b -- result) in 11..=13, operator binary_op;
    /// Implements the operator that the argument names, augmented from 13 on; 26 is `a[b]`.
    BINARY_OP (a b -- result) in 14..=14, operator binary_op_or_subscript;
    /// Implements `-a`.
    UNARY_NEGATIVE (a -- result) in 6..=14, unary Negative;
    /// Implements `+a`.
    UNARY_POSITIVE (a -- result) in 6..=11, stack byte_unary_positive;
    /// Implements `~a`.
    UNARY_INVERT (a -- result) in 6..=14, unary Invert;
}

/// The operators of `BINARY_OP` by argument; 13 and more are their augmented forms.
const OPERATORS: [&str; 13] = [
    "BINARY_ADD",
    "BINARY_AND",
    "BINARY_FLOOR_DIVIDE",
    "BINARY_LSHIFT",
    "BINARY_MATRIX_MULTIPLY",
    "BINARY_MULTIPLY",
    "BINARY_MODULO",
    "BINARY_OR",
    "BINARY_POWER",
    "BINARY_RSHIFT",
    "BINARY_SUBTRACT",
    "BINARY_TRUE_DIVIDE",
    "BINARY_XOR",
];

fn binary_op(i: &Instruction) -> Option<&'static str> {
    let n = OPERATORS.len() as u32;
    if i.arg < 2 * n {
        OPERATORS.get((i.arg % n) as usize).copied()
    } else {
        None
    }
}

fn binary_op_or_subscript(i: &Instruction) -> Option<&'static str> {
    if i.arg == 26 {
        Some("BINARY_SUBSCR")
    } else {
        binary_op(i)
    }
}

/// Defines operators: what each does with two small ints and with two floats, if that is simple.
macro_rules! operators {
    ($( $(#[doc = $doc:literal])* $name:ident = $op:ident $(, ints |$a:ident, $b:ident| $ints:expr)? $(, floats |$x:ident, $y:ident| $floats:expr)? $(, append $append:path)?; )*) => {
        $(
            $(#[doc = $doc])*
            pub struct $name;

            impl BinaryOperator for $name {
                $(
                    #[inline(always)]
                    fn ints($a: &Value, $b: &Value) -> Option<Value> {
                        $ints
                    }
                )?
                $(
                    #[inline(always)]
                    fn floats($x: f64, $y: f64) -> Option<f64> {
                        $floats
                    }
                )?
                $(
                    const APPENDS: bool = true;
                    fn append(vm: &Vm, a: Value, b: &Value) -> Result<Value, Value> {
                        $append(vm, a, b)
                    }
                )?
                const OPERATOR: Option<BinOp> = Some(BinOp::$op);
                fn slow(vm: &Vm, a: &Value, b: &Value, in_place: bool) -> PyResult {
                    if in_place { vm.inplace_op(BinOp::$op, a, b) } else { vm.binary_op(BinOp::$op, a, b) }
                }
            }
        )*
    };
}

operators! {
    /// `+`
    Add = Add, ints |a, b| Value::add_ints(a, b), floats |x, y| Some(x + y), append Vm::append_str;
    /// `-`
    Subtract = Sub, ints |a, b| Value::sub_ints(a, b), floats |x, y| Some(x - y);
    /// `*`
    Multiply = Mul, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        Value::small_int(x.checked_mul(y)?)
    }, floats |x, y| Some(x * y);
    /// `//`
    FloorDivide = FloorDiv, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        // For a positive divisor, Euclid's division is the one that rounds down.
        if y > 0 { Value::small_int(x.div_euclid(y)) } else { None }
    };
    /// `%`
    Modulo = Mod, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        if y <= 0 {
            None
        } else if (x | y) as u64 >> 32 == 0 {
            // Division of 32 bits is far cheaper on many processors.
            Value::small_int(i64::from(x as u32 % y as u32))
        } else {
            Value::small_int(x.rem_euclid(y))
        }
    };
    /// `/`
    TrueDivide = TrueDiv, ints |a, b| {
        const EXACT: i64 = 1 << 53;
        let (x, y) = Value::ints(a, b)?;
        // Beyond 53 bits the operands would be rounded before the quotient is.
        if y != 0 && x.abs() <= EXACT && y.abs() <= EXACT { Value::small_float(x as f64 / y as f64) } else { None }
    }, floats |x, y| if y != 0.0 { Some(x / y) } else { None };
    /// `&`
    And = And, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        Value::small_int(x & y)
    };
    /// `|`
    Or = Or, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        Value::small_int(x | y)
    };
    /// `^`
    Xor = Xor, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        Value::small_int(x ^ y)
    };
    /// `<<`
    LShift = LShift, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        if (0..62).contains(&y) && (x << y) >> y == x { Value::small_int(x << y) } else { None }
    };
    /// `>>`
    RShift = RShift, ints |a, b| {
        let (x, y) = Value::ints(a, b)?;
        if y >= 0 { Value::small_int(x >> y.min(63)) } else { None }
    };
    /// `**`
    Power = Pow;
    /// `@`
    MatrixMultiply = MatMul;
}

/// `-`
pub struct Negative;

impl UnaryOperator for Negative {
    #[inline(always)]
    fn ints(a: &Value) -> Option<Value> {
        Value::small_int(a.as_int()?.checked_neg()?)
    }
    #[inline(always)]
    fn floats(a: f64) -> Option<f64> {
        Some(-a)
    }
    fn slow(vm: &Vm, a: &Value) -> PyResult {
        vm.negative(a)
    }
}

/// `~`
pub struct Invert;

impl UnaryOperator for Invert {
    #[inline(always)]
    fn ints(a: &Value) -> Option<Value> {
        Value::small_int(!a.as_int()?)
    }
    fn slow(vm: &Vm, a: &Value) -> PyResult {
        vm.invert(a)
    }
}

pub(crate) fn byte_unary_positive(cx: &StackCx<'_>, [a]: [Value; 1]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.positive(&a)?])
}
