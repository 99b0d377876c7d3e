//! Operators whose first method is a Python function: what they begin with, and what becomes of its result. Between the
//! two the function runs in a frame of its own: see `interp::special`.

use super::{BinOp, CmpOp, Vm};
use crate::error::PyResult;
use crate::object::{Kind, PyType, TypeFlags};
use crate::value::Value;

/// An operator that waits for the result of its first method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    /// `a op b`, by the left operand's method.
    Binary(BinOp),
    /// `a op= b`, by the left operand's method of `op`.
    InPlace(BinOp),
    /// `a op= b`, by the method for just that.
    Augmented(BinOp),
    /// `a op b`, by the right operand's method: the left operand is a number that knows nothing of it.
    Reflected(BinOp),
    /// `a op= b`, in the same way.
    ReflectedInPlace(BinOp),
    /// A comparison by the left operand's method.
    Compare(CmpOp),
    /// The same, of which only the truth is asked.
    Test(CmpOp),
    /// `a != b` by `__eq__`: what `object.__ne__` does.
    NotEqual,
}

impl Operation {
    /// As a value for the stack.
    pub(crate) fn to_value(self) -> Value {
        let (group, op) = match self {
            Operation::Binary(op) => (0, op as i64),
            Operation::InPlace(op) => (1, op as i64),
            Operation::Augmented(op) => (2, op as i64),
            Operation::Reflected(op) => (3, op as i64),
            Operation::ReflectedInPlace(op) => (4, op as i64),
            Operation::Compare(op) => (5, op as i64),
            Operation::Test(op) => (6, op as i64),
            Operation::NotEqual => (7, 0),
        };
        Value::small_int(group << 8 | op).unwrap_or(Value::NONE)
    }

    /// What [`Operation::to_value`] has made a value of.
    pub(crate) fn of_value(v: &Value) -> Option<Operation> {
        let i = v.as_int()?;
        let index = usize::try_from(i & 0xff).ok()?;
        let binary = BinOp::ALL.get(index).copied();
        let compare = CmpOp::ALL.get(index).copied();
        match i >> 8 {
            0 => binary.map(Operation::Binary),
            1 => binary.map(Operation::InPlace),
            2 => binary.map(Operation::Augmented),
            3 => binary.map(Operation::Reflected),
            4 => binary.map(Operation::ReflectedInPlace),
            5 => compare.map(Operation::Compare),
            6 => compare.map(Operation::Test),
            7 => Some(Operation::NotEqual),
            _ => None,
        }
    }

    /// Whether any result but `NotImplemented` is that of the operator.
    pub(crate) fn takes_any(self) -> bool {
        !matches!(self, Operation::Test(_) | Operation::NotEqual)
    }

    /// Whether the method is the right operand's, with the left one as its argument.
    pub(crate) fn is_reflected(self) -> bool {
        matches!(
            self,
            Operation::Reflected(_) | Operation::ReflectedInPlace(_)
        )
    }
}

impl Vm {
    /// What `a op b`, or `a op= b`, begins with, if that is a Python function in the class of `a`, or of `b` where `a` is
    /// a number.
    #[inline]
    pub(crate) fn begin_binary(
        &self,
        op: BinOp,
        in_place: bool,
        a: &Value,
        b: &Value,
    ) -> Option<(Operation, Value)> {
        let (name, reflected, own) = op.names(self);
        if a.as_int().is_some() || a.is_immediate_float() {
            let h = b.header().filter(|h| h.kind() == Kind::Object)?;
            let f = python_function(self.lookup_type(h.ty(), reflected)?)?;
            let operation = match in_place {
                true => Operation::ReflectedInPlace(op),
                false => Operation::Reflected(op),
            };
            return Some((operation, f));
        }
        let ty = self.first_class(a, b)?;
        if in_place && let Some(f) = self.lookup_type(ty, own) {
            return Some((Operation::Augmented(op), python_function(f)?));
        }
        let f = python_function(self.lookup_type(ty, name)?)?;
        let operation = match in_place {
            true => Operation::InPlace(op),
            false => Operation::Binary(op),
        };
        Some((operation, f))
    }

    /// What a comparison begins with, if that is a Python function in the class of `a`. Of the result only the truth
    /// may be wanted.
    #[inline]
    pub(crate) fn begin_compare(
        &self,
        op: CmpOp,
        truth: bool,
        a: &Value,
        b: &Value,
    ) -> Option<(Operation, Value)> {
        let ty = self.first_class(a, b)?;
        if matches!(op, CmpOp::Eq | CmpOp::Ne) && self.flags_of(ty).any(TypeFlags::IDENTITY_EQ) {
            return None;
        }
        let method = self.lookup_type(ty, op.name(self))?;
        if op == CmpOp::Ne && method.kind() != Some(Kind::Function) {
            let standard = self.lookup_type(&self.types.object, &self.names.ne)?;
            if !method.is(&standard) {
                return None;
            }
            let f = python_function(self.lookup_type(ty, &self.names.eq)?)?;
            return Some((Operation::NotEqual, f));
        }
        let operation = match truth {
            true => Operation::Test(op),
            false => Operation::Compare(op),
        };
        Some((operation, python_function(method)?))
    }

    /// The class of `a`, if its methods come before those of `b` and before what the machine does itself.
    #[inline]
    fn first_class<'a>(&self, a: &'a Value, b: &Value) -> Option<&'a PyType> {
        let h = a.header().filter(|h| h.kind() == Kind::Object)?;
        let ty = h.ty();
        match b.header() {
            Some(h) if std::ptr::eq(h.ty(), ty) => Some(ty),
            Some(h) if h.ty().is_subtype(ty) => None,
            _ => Some(ty),
        }
    }

    /// The operator's result, from that of the method which it began with.
    ///
    /// # Errors
    /// What other methods raise; TypeError if none of them knows the operands.
    pub(crate) fn end_operation(
        &self,
        operation: Operation,
        a: &Value,
        b: &Value,
        result: Value,
    ) -> PyResult {
        let value = if !result.is_not_implemented() {
            match operation {
                Operation::NotEqual => return Ok(Value::bool(!self.truth(&result)?)),
                _ => result,
            }
        } else {
            match operation {
                Operation::Binary(op) => self.right_op(op, a, b, false)?,
                Operation::InPlace(op) => self.right_op(op, a, b, true)?,
                Operation::Augmented(op) => self.after_augmented(op, a, b)?,
                Operation::Reflected(op) => return Err(self.no_operator(op, a, b, false)),
                Operation::ReflectedInPlace(op) => return Err(self.no_operator(op, a, b, true)),
                Operation::Compare(op) | Operation::Test(op) => self.compare_by_right(op, a, b)?,
                Operation::NotEqual => self.compare_by_right(CmpOp::Ne, a, b)?,
            }
        };
        match operation {
            Operation::Test(_) => Ok(Value::bool(self.truth(&value)?)),
            _ => Ok(value),
        }
    }
}

fn python_function(f: Value) -> Option<Value> {
    (f.kind() == Some(Kind::Function)).then_some(f)
}
