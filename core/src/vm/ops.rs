//! Operators, comparison, truth, hashing, subscripts, containment, length.

use std::cmp::Ordering;

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::num::int::{self, IntRef};
use crate::num::{float, int_arith, int_bits};
use crate::object::*;
use crate::value::Value;

macro_rules! bin_ops {
    ($($op:ident = $text:literal, $name:ident, $rname:ident, $iname:ident;)*) => {
        /// A binary operator, in CPython's `NB_*` order.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum BinOp { $($op),* }

        impl BinOp {
            /// All operators, in order.
            pub const ALL: &'static [BinOp] = &[$(BinOp::$op),*];

            /// The operator as written.
            pub fn symbol(self) -> &'static str {
                match self { $(BinOp::$op => $text),* }
            }

            fn names(self, vm: &Vm) -> (&Value, &Value, &Value) {
                match self { $(BinOp::$op => (&vm.names.$name, &vm.names.$rname, &vm.names.$iname)),* }
            }
        }
    };
}

bin_ops! {
    Add = "+", add, radd, iadd;
    And = "&", and, rand, iand;
    FloorDiv = "//", floordiv, rfloordiv, ifloordiv;
    LShift = "<<", lshift, rlshift, ilshift;
    MatMul = "@", matmul, rmatmul, imatmul;
    Mul = "*", mul, rmul, imul;
    Mod = "%", mod_, rmod, imod;
    Or = "|", or, ror, ior;
    Pow = "**", pow, rpow, ipow;
    RShift = ">>", rshift, rrshift, irshift;
    Sub = "-", sub, rsub, isub;
    TrueDiv = "/", truediv, rtruediv, itruediv;
    Xor = "^", xor, rxor, ixor;
}

/// A rich comparison, in CPython's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CmpOp {
    /// All, in order.
    pub const ALL: [CmpOp; 6] = [
        CmpOp::Lt,
        CmpOp::Le,
        CmpOp::Eq,
        CmpOp::Ne,
        CmpOp::Gt,
        CmpOp::Ge,
    ];

    /// As written.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The comparison with the operands exchanged.
    pub fn swapped(self) -> CmpOp {
        [
            CmpOp::Gt,
            CmpOp::Ge,
            CmpOp::Eq,
            CmpOp::Ne,
            CmpOp::Lt,
            CmpOp::Le,
        ][self as usize]
    }

    /// What the comparison says of an ordering.
    pub fn holds(self, o: Ordering) -> bool {
        match self {
            CmpOp::Lt => o.is_lt(),
            CmpOp::Le => o.is_le(),
            CmpOp::Eq => o.is_eq(),
            CmpOp::Ne => o.is_ne(),
            CmpOp::Gt => o.is_gt(),
            CmpOp::Ge => o.is_ge(),
        }
    }

    fn name(self, vm: &Vm) -> &Value {
        let n = &vm.names;
        [&n.lt, &n.le, &n.eq, &n.ne, &n.gt, &n.ge][self as usize]
    }
}

/// Whether a method is that of a builtin sequence, which concatenates or repeats.
fn is_method_of_sequence(method: &Value) -> bool {
    method.downcast::<PyDescr>().is_some_and(|d| {
        matches!(
            d.owner.kind(),
            Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray
        ) && !d.owner.is_heap()
    })
}

impl Vm {
    // Binary operators.

    /// `a + b` of two strs, two tuples or two lists, no subclasses.
    #[inline]
    fn concat(&self, a: &Value, b: &Value) -> Option<PyResult> {
        match a.kind()? {
            Kind::Str => self.concat_strs(a, b),
            Kind::Tuple => self.concat_tuples(a, b),
            Kind::List => self.concat_lists(a, b).map(Ok),
            _ => None,
        }
    }

    /// `a op b`.
    pub fn binary_op(&self, op: BinOp, a: &Value, b: &Value) -> PyResult {
        if op == BinOp::Add
            && let Some(r) = self.concat(a, b)
        {
            return r;
        }
        if let Some(r) = self.number_op(op, a, b) {
            return r;
        }
        match self.binary_op_opt(op, a, b)? {
            Some(v) => Ok(v),
            None => Err(self.unsupported(op.symbol(), a, b, op == BinOp::Pow)),
        }
    }

    /// `a op= b`.
    pub fn inplace_op(&self, op: BinOp, a: &Value, b: &Value) -> PyResult {
        // A list is extended instead.
        if op == BinOp::Add
            && a.kind() != Some(Kind::List)
            && let Some(r) = self.concat(a, b)
        {
            return r;
        }
        if let Some(r) = self.number_op(op, a, b) {
            return r;
        }
        let (_, _, iname) = op.names(self);
        let ty = self.type_of(a);
        if let Some(f) = self.lookup_type(ty, iname) {
            let r = self.call_unbound(&f, a, ty, std::slice::from_ref(b))?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        // Where the left operand could be a sequence, as any instance of a class, the right one is not repeated.
        let r = match op == BinOp::Mul && self.may_repeat(ty) && self.repeats(b) {
            true => self.left_op(op, a, b)?,
            false => self.binary_op_opt(op, a, b)?,
        };
        match r {
            Some(v) => Ok(v),
            None => Err(self.unsupported(&format!("{}=", op.symbol()), a, b, false)),
        }
    }

    /// Whether the type has methods of sequences, in CPython's sense: classes have room for all.
    fn may_repeat(&self, ty: &PyType) -> bool {
        let kind = ty.vtable.kind;
        ty.is_heap() || matches!(kind, Kind::Dict | Kind::Set | Kind::Range | Kind::DictView)
    }

    /// Whether `*` repeats a value because it is a builtin sequence.
    fn repeats(&self, v: &Value) -> bool {
        let multiply = self.lookup_type(self.type_of(v), &self.names.rmul);
        multiply.is_some_and(|f| is_method_of_sequence(&f))
    }

    /// `a op b` by the left operand's method only.
    fn left_op(&self, op: BinOp, a: &Value, b: &Value) -> PyResult<Option<Value>> {
        let ty = self.type_of(a);
        let Some(f) = self.lookup_type(ty, op.names(self).0) else {
            return Ok(None);
        };
        let r = self.call_unbound(&f, a, ty, std::slice::from_ref(b))?;
        Ok((!r.is_not_implemented()).then_some(r))
    }

    fn unsupported(&self, symbol: &str, a: &Value, b: &Value, pow: bool) -> Raise {
        let symbol = if pow {
            "** or pow()"
        } else if symbol == "**=" {
            "**="
        } else {
            symbol
        };
        if symbol == ">>"
            && a.downcast::<PyBuiltin>()
                .is_some_and(|f| f.def.name == "print")
        {
            return self.type_error(&format!(
                "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                self.type_name(a),
                self.type_name(b)
            ));
        }
        self.type_error(&format!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            self.type_name(a),
            self.type_name(b)
        ))
    }

    /// `a op b` through the types' methods; `None` if neither operand supports it.
    pub fn binary_op_opt(&self, op: BinOp, a: &Value, b: &Value) -> PyResult<Option<Value>> {
        let (name, rname, _) = op.names(self);
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        let left = self.lookup_type(ta, name);
        // Of two builtin types neither of which is a subclass, the left one comes first and says what there is.
        let builtin =
            |v: &Value| v.as_bool().is_none() && v.header().is_none_or(|h| !h.is_subclass());
        if builtin(a)
            && builtin(b)
            && let Some(d) = left.as_ref().and_then(Value::downcast::<PyDescr>)
        {
            let v = self.call_own_method(d, a, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        // Sequences concatenate and repeat only after the other operand's number methods.
        let sequence = matches!(op, BinOp::Add | BinOp::Mul)
            && left.as_ref().is_some_and(is_method_of_sequence);
        let same = std::ptr::eq(ta, tb);
        let right = if same {
            None
        } else {
            self.lookup_type(tb, rname)
        };
        let right_first = right.as_ref().is_some_and(|r| {
            sequence || (tb.is_subtype(ta) && !self.lookup_type(ta, rname).is_some_and(|l| l.is(r)))
        });
        if right_first && let Some(r) = &right {
            // A sequence's own reflected repetition is not a number method either.
            let seq_r = sequence && is_method_of_sequence(r);
            if !seq_r {
                let v = self.call_unbound(r, b, tb, std::slice::from_ref(a))?;
                if !v.is_not_implemented() {
                    return Ok(Some(v));
                }
            }
        }
        if let Some(l) = &left {
            let v = self.call_unbound(l, a, ta, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        if !right_first && let Some(r) = &right {
            let v = self.call_unbound(r, b, tb, std::slice::from_ref(a))?;
            if !v.is_not_implemented() {
                return Ok(Some(v));
            }
        }
        Ok(None)
    }

    /// Operators of exact ints, bools and floats.
    #[inline]
    pub fn number_op(&self, op: BinOp, a: &Value, b: &Value) -> Option<PyResult> {
        if let (Some(x), Some(y)) = (self.exact_int(a), self.exact_int(b)) {
            if matches!(op, BinOp::And | BinOp::Or | BinOp::Xor)
                && a.as_bool().is_some()
                && b.as_bool().is_some()
            {
                // Bools stay bools: their own methods see to that.
                return None;
            }
            return self.int_op(op, x, y);
        }
        let f = |v: &Value| -> Option<Result<f64, ()>> {
            if v.is_immediate_float() || v.header().is_some_and(|h| h.is_exact(Kind::Float)) {
                return v.as_float().map(Ok);
            }
            self.exact_int(v).map(|i| int::to_f64(i).map_err(|_| ()))
        };
        let (x, y) = (f(a)?, f(b)?);
        let (Ok(x), Ok(y)) = (x, y) else {
            return Some(Err(self.overflow_error("int too large to convert to float")));
        };
        Some(self.float_op(op, x, y)?.map(|r| self.new_float(r)))
    }

    /// An operator of two ints; `None` for one that ints do not have.
    pub fn int_op(&self, op: BinOp, x: IntRef<'_>, y: IntRef<'_>) -> Option<PyResult> {
        let budget = crate::num::DEFAULT_BIT_BUDGET;
        let r = match op {
            BinOp::Add => Ok(int_arith::add(x, y)),
            BinOp::Sub => Ok(int_arith::sub(x, y)),
            BinOp::Mul => int_arith::mul(x, y, budget),
            BinOp::FloorDiv => int_arith::floordiv(x, y),
            BinOp::Mod => int_arith::modulo(x, y),
            BinOp::And => Ok(int_bits::and(x, y)),
            BinOp::Or => Ok(int_bits::or(x, y)),
            BinOp::Xor => Ok(int_bits::xor(x, y)),
            BinOp::LShift => int_bits::shl(x, y, budget),
            BinOp::RShift => int_bits::shr(x, y),
            BinOp::TrueDiv => {
                return Some(
                    int_arith::true_div(x, y)
                        .map(|f| self.new_float(f))
                        .map_err(|e| self.num_error(&e)),
                );
            }
            BinOp::Pow if !y.is_negative() => int_arith::pow(x, y, budget),
            BinOp::Pow => {
                let (Ok(a), Ok(b)) = (int::to_f64(x), int::to_f64(y)) else {
                    return Some(Err(self.overflow_error("int too large to convert to float")));
                };
                return Some(self.float_op(BinOp::Pow, a, b)?.map(|r| self.new_float(r)));
            }
            BinOp::MatMul => return None,
        };
        Some(
            r.map(|i| self.new_integer(i))
                .map_err(|e| self.num_error(&e)),
        )
    }

    /// An operator of two floats; `None` for one that floats do not have, and for a power that is complex.
    pub fn float_op(&self, op: BinOp, x: f64, y: f64) -> Option<PyResult<f64>> {
        let r = match op {
            BinOp::Add => Ok(x + y),
            BinOp::Sub => Ok(x - y),
            BinOp::Mul => Ok(x * y),
            BinOp::TrueDiv => float::div(x, y),
            BinOp::FloorDiv => float::floordiv(x, y),
            BinOp::Mod => float::modulo(x, y),
            BinOp::Pow => match float::pow(x, y) {
                Ok(float::Power::Real(r)) => Ok(r),
                // A negative base with a fractional exponent: complex; the float's own method makes it.
                Ok(_) => return None,
                Err(e) => Err(e),
            },
            _ => return None,
        };
        Some(r.map_err(|e| self.num_error(&e)))
    }

    // Unary operators.

    /// `-a`, `+a` or `~a` by the name of the method.
    fn unary(&self, a: &Value, name: &Value, symbol: &str) -> PyResult {
        match self.call_special(a, name, &[])? {
            Some(v) => Ok(v),
            None => Err(self.type_error(&format!(
                "bad operand type for unary {symbol}: '{}'",
                self.type_name(a)
            ))),
        }
    }

    /// `-a`.
    pub fn negative(&self, a: &Value) -> PyResult {
        if let Some(i) = self.exact_int(a) {
            return Ok(self.new_integer(int_arith::neg(i)));
        }
        if a.is_immediate_float()
            && let Some(f) = a.as_float()
        {
            return Ok(self.new_float(-f));
        }
        self.unary(a, &self.names.neg, "-")
    }

    /// `+a`.
    pub fn positive(&self, a: &Value) -> PyResult {
        self.unary(a, &self.names.pos, "+")
    }

    /// `~a`.
    pub fn invert(&self, a: &Value) -> PyResult {
        self.unary(a, &self.names.invert, "~")
    }

    // Comparison.

    /// `a op b`, any value.
    pub fn compare(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult {
        if let Some(r) = self.compare_quick(op, a, b) {
            return Ok(Value::bool(r));
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<PySet>(), b.downcast_exact::<PySet>()) {
            return Ok(Value::bool(x.compare(self, op, y)?));
        }
        if let Some(r) = self.compare_items(op, a, b) {
            return Ok(Value::bool(r));
        }
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        if matches!(op, CmpOp::Eq | CmpOp::Ne)
            && self.compares_by_identity(ta)
            && self.compares_by_identity(tb)
        {
            return Ok(Value::bool(a.is(b) == (op == CmpOp::Eq)));
        }
        let _deeper = self.deeper()?;
        // Two of one builtin type: its method decides.
        if std::ptr::eq(ta, tb)
            && !ta.is_heap()
            && let Some(f) = self.lookup_type(ta, op.name(self))
            && let Some(d) = f.downcast::<PyDescr>()
            && ta.is_subtype(&d.owner)
        {
            let v = self.call_own_method(d, a, std::slice::from_ref(b))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        let mut tried = false;
        if !std::ptr::eq(ta, tb)
            && tb.is_subtype(ta)
            && let Some(f) = self.lookup_type(tb, op.swapped().name(self))
        {
            tried = true;
            let v = self.call_compare(&f, b, tb, a)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if let Some(f) = self.lookup_type(ta, op.name(self)) {
            let v = self.call_compare(&f, a, ta, b)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        if !tried && let Some(f) = self.lookup_type(tb, op.swapped().name(self)) {
            let v = self.call_compare(&f, b, tb, a)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        match op {
            CmpOp::Eq => Ok(Value::bool(a.is(b))),
            CmpOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => Err(self.type_error(&format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.type_name(a),
                self.type_name(b)
            ))),
        }
    }

    fn call_compare(&self, f: &Value, a: &Value, ta: &PyType, b: &Value) -> PyResult {
        if f.is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        self.call_unbound(f, a, ta, std::slice::from_ref(b))
    }

    /// Comparison of exact ints, floats, strs and bytes.
    #[inline]
    pub fn compare_quick(&self, op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
        if let Some((x, y)) = Value::ints(a, b) {
            return Some(op.holds(x.cmp(&y)));
        }
        let other =
            |k: Option<Kind>| k.is_some_and(|k| !matches!(k, Kind::Int | Kind::Float | Kind::Str));
        if other(a.kind()) || other(b.kind()) {
            return None;
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>()) {
            return Some(match op {
                CmpOp::Eq => std::ptr::eq(x, y) || x.same_text(y),
                CmpOp::Ne => !(std::ptr::eq(x, y) || x.same_text(y)),
                _ => op.holds(x.view().cmp(&y.view())),
            });
        }
        let exact_float = |v: &Value| {
            if v.is_immediate_float() || v.header().is_some_and(|h| h.is_exact(Kind::Float)) {
                v.as_float()
            } else {
                None
            }
        };
        match (exact_float(a), exact_float(b)) {
            (Some(x), Some(y)) => Some(x.partial_cmp(&y).map_or(op == CmpOp::Ne, |o| op.holds(o))),
            (Some(x), None) => {
                let o = int::cmp_f64(self.exact_int(b)?, x).map(Ordering::reverse);
                Some(o.map_or(op == CmpOp::Ne, |o| op.holds(o)))
            }
            (None, Some(y)) => {
                let o = int::cmp_f64(self.exact_int(a)?, y);
                Some(o.map_or(op == CmpOp::Ne, |o| op.holds(o)))
            }
            (None, None) => Some(op.holds(int::cmp(self.exact_int(a)?, self.exact_int(b)?))),
        }
    }

    /// Whether `==` between values of such types only asks whether they are the same.
    fn compares_by_identity(&self, ty: &PyType) -> bool {
        match ty.kind() {
            Kind::Object => self.flags_of(ty).any(TypeFlags::IDENTITY_EQ),
            _ => std::ptr::eq(ty, &*self.types.none),
        }
    }

    /// `bool(a op b)`.
    pub fn compare_bool(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult<bool> {
        match self.compare_quick(op, a, b) {
            Some(r) => Ok(r),
            None => self.truth(&self.compare(op, a, b)?),
        }
    }

    /// `a is b or a == b`, as containers compare.
    #[inline]
    pub fn same_or_equal(&self, a: &Value, b: &Value) -> PyResult<bool> {
        if a.is(b) {
            return Ok(true);
        }
        self.compare_bool(CmpOp::Eq, a, b)
    }

    /// Whether two keys of equal hash, not identical, are equal.
    pub(crate) fn equal_keys(&self, a: &Value, b: &Value) -> PyResult<bool> {
        self.compare_bool(CmpOp::Eq, a, b)
    }

    // Truth, hash, length.

    /// `bool(v)`.
    #[inline]
    pub fn truth(&self, v: &Value) -> PyResult<bool> {
        if let Some(b) = v.as_bool() {
            return Ok(b);
        }
        if let Some(i) = v.as_int() {
            return Ok(i != 0);
        }
        if v.is_none() {
            return Ok(false);
        }
        self.truth_slow(v)
    }

    fn truth_slow(&self, v: &Value) -> PyResult<bool> {
        let Some(h) = v.header() else {
            return Ok(v.as_float().is_none_or(|f| f != 0.0));
        };
        if !h.is_subclass() {
            match h.kind() {
                Kind::Str => return Ok(v.downcast::<PyStr>().is_some_and(|s| !s.is_empty())),
                Kind::List => {
                    return Ok(v.downcast::<PyList>().is_some_and(|s| !s.items.is_empty()));
                }
                Kind::Tuple => return Ok(v.downcast::<PyTuple>().is_some_and(|s| !s.is_empty())),
                Kind::Dict => return Ok(v.downcast::<PyDict>().is_some_and(|s| !s.is_empty())),
                Kind::Set => return Ok(v.downcast::<PySet>().is_some_and(|s| !s.is_empty())),
                Kind::Int => return Ok(true),
                Kind::Function | Kind::Builtin | Kind::Module => return Ok(true),
                _ => {}
            }
        }
        let ty = h.ty();
        if let Some(f) = self.lookup_type(ty, &self.names.bool) {
            if f.is_none() && self.version >= crate::version::Version::V3_14 {
                let t = self.type_name(v);
                return Err(self.type_error(&format!("'{t}' cannot be interpreted as a boolean")));
            }
            let r = self.call_unbound(&f, v, ty, &[])?;
            return match r.as_bool() {
                Some(b) => Ok(b),
                None => Err(self.type_error(&format!(
                    "__bool__ should return bool, returned {}",
                    self.type_name(&r)
                ))),
            };
        }
        // The next time the flags say it.
        self.flags_of(ty);
        if self.lookup_type(ty, &self.names.len).is_some() {
            return Ok(self.len(v)? > 0);
        }
        Ok(true)
    }

    /// `hash(v)`.
    #[inline]
    pub fn hash(&self, v: &Value) -> PyResult<i64> {
        if let Some(s) = v.downcast_exact::<PyStr>() {
            let h = s.hash.get();
            return Ok(if h != -1 { h } else { self.hash_str(s) });
        }
        if let Some(i) = v.as_int() {
            return Ok(int::hash(IntRef::Small(i)));
        }
        self.hash_slow(v)
    }

    /// The hash of a string, kept in it.
    pub fn hash_str(&self, s: &PyStr) -> i64 {
        let h = self.hash_key.hash_str(s.view());
        s.hash.set(h);
        h
    }

    /// The hash of bytes.
    pub fn hash_bytes(&self, b: &[u8]) -> i64 {
        self.hash_key.hash_bytes(b)
    }

    fn hash_slow(&self, v: &Value) -> PyResult<i64> {
        if let Some(b) = v.as_bool() {
            return Ok(b as i64);
        }
        if v.is_immediate_float()
            && let Some(f) = v.as_float()
        {
            return Ok(float::hash(f));
        }
        if let Some(t) = v.downcast_exact::<PyTuple>() {
            return self.hash_tuple(t);
        }
        let ty = self.type_of(v);
        if ty.kind() == Kind::Object && self.flags_of(ty).any(TypeFlags::IDENTITY_HASH) {
            return Ok(self.identity_hash(v));
        }
        match self.lookup_type(ty, &self.names.hash) {
            Some(f) if !f.is_none() => {
                let r = self.call_unbound(&f, v, ty, &[])?;
                match self.int_value(&r) {
                    Some(i) => Ok(match i.as_i64() {
                        Some(-1) => -2,
                        Some(i) => i,
                        None => int::hash(i),
                    }),
                    None => Err(self.type_error("__hash__ method should return an integer")),
                }
            }
            _ => Err(self.unhashable(v)),
        }
    }

    /// The hash of a key of a dict or an element of a set (`what`): from 3.14 on the TypeError of one without a hash
    /// says what it was to be.
    #[inline]
    pub(crate) fn hash_key(&self, key: &Value, what: &str) -> PyResult<i64> {
        self.hash(key)
            .map_err(|r| self.unhashable_key(key, what, r))
    }

    #[cold]
    fn unhashable_key(&self, key: &Value, what: &str, r: Raise) -> Raise {
        let plain = r
            .exception()
            .is_some_and(|e| std::ptr::eq(e.header.ty(), &*self.exc_types.TypeError));
        if !plain || self.version < crate::version::Version::V3_14 {
            return r;
        }
        let reason = match self.str_of(r.value()) {
            Ok(s) => self.str_lossy(&s),
            Err(r) => return r,
        };
        let full = self.full_type_name(self.type_of(key));
        let ty = full.strip_prefix("__main__.").unwrap_or(&full);
        self.type_error(&format!("cannot use '{ty}' as a {what} ({reason})"))
    }

    /// TypeError for a value without a hash.
    pub fn unhashable(&self, v: &Value) -> Raise {
        self.type_error(&format!("unhashable type: '{}'", self.type_name(v)))
    }

    /// A hash from an address, as `object.__hash__` gives.
    pub fn identity_hash(&self, v: &Value) -> i64 {
        let h = v.bits().rotate_right(4) as i64;
        if h == -1 { -2 } else { h }
    }

    /// `len(v)`.
    pub fn len(&self, v: &Value) -> PyResult<usize> {
        match v.header() {
            Some(h) if !h.is_subclass() => match h.kind() {
                Kind::List => return Ok(v.downcast::<PyList>().map_or(0, |l| l.items.len())),
                Kind::Tuple => return Ok(v.downcast::<PyTuple>().map_or(0, PyTuple::len)),
                Kind::Str => return Ok(v.downcast::<PyStr>().map_or(0, PyStr::len)),
                Kind::Dict => return Ok(v.downcast::<PyDict>().map_or(0, PyDict::len)),
                _ => {}
            },
            _ => {}
        }
        let Some(r) = self.call_special(v, &self.names.len, &[])? else {
            return Err(self.type_error(&format!(
                "object of type '{}' has no len()",
                self.type_name(v)
            )));
        };
        let i = self.index(&r)?;
        let Some(i) = i.view().as_i64() else {
            return Err(self.overflow_error("cannot fit 'int' into an index-sized integer"));
        };
        usize::try_from(i).map_err(|_| self.value_error("__len__() should return >= 0"))
    }

    // Subscripts.

    /// `o[k]`.
    pub fn get_item(&self, o: &Value, k: &Value) -> PyResult {
        if let Some(h) = o.header()
            && !h.is_subclass()
        {
            match h.kind() {
                Kind::Dict => {
                    if let Some(d) = o.downcast::<PyDict>() {
                        return match d.get(self, k)? {
                            Some(v) => Ok(v),
                            None => Err(self.key_error(k)),
                        };
                    }
                }
                Kind::List => {
                    if let (Some(l), Some(i)) = (o.downcast::<PyList>(), k.as_int()) {
                        let n = l.items.len() as i64;
                        let at = if i < 0 { i + n } else { i };
                        return l
                            .items
                            .get(at as usize)
                            .ok_or_else(|| self.index_error("list index out of range"));
                    }
                }
                Kind::Tuple => {
                    if let (Some(t), Some(i)) = (o.downcast::<PyTuple>(), k.as_int()) {
                        let at = if i < 0 { i + t.len() as i64 } else { i };
                        return t
                            .get(at as usize)
                            .cloned()
                            .ok_or_else(|| self.index_error("tuple index out of range"));
                    }
                }
                Kind::Str => {
                    if let (Some(s), Some(i)) = (o.downcast::<PyStr>(), k.as_int()) {
                        let at = if i < 0 { i + s.len() as i64 } else { i };
                        return match s.view().get(at as usize) {
                            Some(c) => Ok(self.new_char(c)),
                            None => Err(self.index_error("string index out of range")),
                        };
                    }
                }
                _ => {}
            }
        }
        if let Some(v) = self.call_special(o, &self.names.getitem, std::slice::from_ref(k))? {
            return Ok(v);
        }
        if o.downcast::<PyType>().is_some() {
            if o.is(self.types.type_.as_value()) && self.version >= crate::version::Version::V3_9 {
                return self.generic_alias(o, k);
            } else if let Some(f) = self.get_attr_opt(o, &self.names.class_getitem)? {
                return self.call(&f, std::slice::from_ref(k));
            }
            if self.version >= crate::version::Version::V3_11 {
                let name = o.downcast::<PyType>().map(PyType::name).unwrap_or_default();
                return Err(self.type_error(&format!("type '{name}' is not subscriptable")));
            }
        }
        // 3.6's sequence protocol words it differently.
        let sequence =
            self.type_of(o).is_heap() || matches!(o.kind(), Some(Kind::Set | Kind::DictView));
        if self.version < crate::version::Version::V3_7 && sequence && self.is_int(k) {
            return Err(self.type_error(&format!(
                "'{}' object does not support indexing",
                self.type_name(o)
            )));
        }
        Err(self.type_error(&format!(
            "'{}' object is not subscriptable",
            self.type_name(o)
        )))
    }

    /// `types.GenericAlias(origin, args)`: what `list[int]` gives. TypeError without a crate that makes them.
    pub fn generic_alias(&self, origin: &Value, args: &Value) -> PyResult {
        match crate::registry::ALIAS_DEFS.first() {
            Some(make) => make(self, origin, args),
            None => {
                Err(self.type_error(&format!("{} is not subscriptable", self.repr_text(origin)?)))
            }
        }
    }

    /// `o[k] = v`.
    pub fn set_item(&self, o: &Value, k: &Value, v: Value) -> PyResult<()> {
        if let Some(d) = o.downcast_exact::<PyDict>() {
            return d.set(self, k, v);
        }
        if let (Some(l), Some(i)) = (o.downcast_exact::<PyList>(), k.as_int()) {
            let at = if i < 0 { i + l.items.len() as i64 } else { i };
            if l.items.set(at as usize, v) {
                return Ok(());
            }
            return Err(self.index_error("list assignment index out of range"));
        }
        match self.call_special(o, &self.names.setitem, &[k.clone(), v])? {
            Some(_) => Ok(()),
            None => Err(self.type_error(&format!(
                "'{}' object does not support item assignment",
                self.type_name(o)
            ))),
        }
    }

    /// `del o[k]`.
    pub fn del_item(&self, o: &Value, k: &Value) -> PyResult<()> {
        match self.call_special(o, &self.names.delitem, std::slice::from_ref(k))? {
            Some(_) => Ok(()),
            None => {
                // CPython's sequence and mapping protocols word it differently.
                let ty = self.type_of(o);
                let sequence = ty.is_heap() || self.lookup_type(ty, &self.names.getitem).is_some();
                let how = if sequence && self.is_int(k) {
                    "doesn't"
                } else {
                    "does not"
                };
                Err(self.type_error(&format!(
                    "'{}' object {how} support item deletion",
                    ty.name()
                )))
            }
        }
    }

    /// `item in container`.
    pub fn contains(&self, container: &Value, item: &Value) -> PyResult<bool> {
        if let Some(h) = container.header()
            && !h.is_subclass()
        {
            match h.kind() {
                Kind::Dict => {
                    if let Some(d) = container.downcast::<PyDict>() {
                        return d.contains(self, item);
                    }
                }
                // A set that is asked for, which has no hash, its own method makes a frozenset.
                Kind::Set if item.kind() != Some(Kind::Set) => {
                    if let Some(s) = container.downcast::<PySet>() {
                        return s.contains(self, item);
                    }
                }
                Kind::List => {
                    if let Some(l) = container.downcast::<PyList>() {
                        return match known_among(l.items.inner(), item) {
                            Ok(found) => Ok(found),
                            Err(from) => self.any_equal(item, from, |i| l.items.get(i)),
                        };
                    }
                }
                Kind::Tuple => {
                    if let Some(t) = container.downcast::<PyTuple>() {
                        return match known_among(t.items(), item) {
                            Ok(found) => Ok(found),
                            Err(from) => self.any_equal(item, from, |i| t.get(i).cloned()),
                        };
                    }
                }
                Kind::Str => {
                    if let (Some(s), Some(part)) =
                        (container.downcast::<PyStr>(), item.downcast::<PyStr>())
                    {
                        return Ok(crate::text::search::contains(s.view(), part.view()));
                    }
                }
                _ => {}
            }
        }
        let ty = self.type_of(container);
        match self.lookup_type(ty, &self.names.contains) {
            Some(f) if f.is_none() => Err(self.type_error(&format!(
                "'{}' object is not a container",
                self.type_name(container)
            ))),
            Some(f) => {
                let r = self.call_unbound(&f, container, ty, std::slice::from_ref(item))?;
                self.truth(&r)
            }
            None => {
                let it = match self.get_iter(container) {
                    Ok(it) => it,
                    Err(r) if self.is_exception(&r, &self.exc_types.TypeError) => {
                        let text = if self.version >= crate::version::Version::V3_14 {
                            format!(
                                "argument of type '{}' is not a container or iterable",
                                self.type_name(container)
                            )
                        } else {
                            format!(
                                "argument of type '{}' is not iterable",
                                self.type_name(container)
                            )
                        };
                        return Err(self.type_error(&text));
                    }
                    Err(r) => return Err(r),
                };
                while let Some(v) = self.iter_next(&it)? {
                    if self.same_or_equal(&v, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Whether one of the items, which may change meanwhile, is equal to `v`.
    fn any_equal(
        &self,
        v: &Value,
        from: usize,
        item: impl Fn(usize) -> Option<Value>,
    ) -> PyResult<bool> {
        let mut i = from;
        while let Some(x) = item(i) {
            if self.same_or_equal(&x, v)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    // isinstance and issubclass.

    /// `isinstance(v, classes)`.
    pub fn isinstance(&self, v: &Value, classes: &Value) -> PyResult<bool> {
        if self.type_of(v) as *const PyType as u64 == classes.bits() {
            return Ok(true);
        }
        if let Some(all) = classes.downcast::<PyTuple>() {
            self.check_rust_stack()?;
            for c in all.iter() {
                if self.isinstance(v, c)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        self.class_check(
            v,
            classes,
            &self.names.instancecheck,
            "isinstance() arg 2 must be a type",
        )
    }

    /// `issubclass(c, classes)`.
    pub fn issubclass(&self, c: &Value, classes: &Value) -> PyResult<bool> {
        if let Some(all) = classes.downcast::<PyTuple>() {
            self.check_rust_stack()?;
            for k in all.iter() {
                if self.issubclass(c, k)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        self.class_check(
            c,
            classes,
            &self.names.subclasscheck,
            "issubclass() arg 2 must be a class",
        )
    }

    fn class_check(&self, v: &Value, class: &Value, hook: &Value, _text: &str) -> PyResult<bool> {
        let meta = self.type_of(class);
        if meta.is_heap() || class.downcast::<PyType>().is_none() {
            let f = self.lookup_type(meta, hook);
            // `type`'s own hooks are what follows.
            let own =
                |f: &Value| f.kind() == Some(Kind::Descr) && class.downcast::<PyType>().is_some();
            if let Some(f) = f.filter(|f| !own(f)) {
                let r = self.call_unbound(&f, class, meta, std::slice::from_ref(v))?;
                return self.truth(&r);
            }
        }
        if hook.is(&self.names.instancecheck) {
            self.plain_isinstance(v, class)
        } else {
            self.plain_issubclass(v, class)
        }
    }

    /// `type.__instancecheck__`: by type, and by `__class__` where that differs.
    pub fn plain_isinstance(&self, v: &Value, class: &Value) -> PyResult<bool> {
        if let Some(t) = class.downcast::<PyType>() {
            if self.type_of(v).is_subtype(t) {
                return Ok(true);
            }
            if v.header()
                .is_none_or(|h| !h.is_subclass() && h.kind() != Kind::WeakRef)
                || self.flags_of(self.type_of(v)).any(TypeFlags::OWN_CLASS)
            {
                return Ok(false);
            }
            let c = self.get_attr_opt(v, &self.names.class)?;
            return Ok(c.is_some_and(|c| c.downcast::<PyType>().is_some_and(|c| c.is_subtype(t))));
        }
        self.check_class(class, "isinstance() arg 2 must be a type")?;
        match self.get_attr_opt(v, &self.names.class)? {
            Some(c) => self.abstract_issubclass(&c, class),
            None => Ok(false),
        }
    }

    /// `type.__subclasscheck__`.
    pub fn plain_issubclass(&self, c: &Value, class: &Value) -> PyResult<bool> {
        if let (Some(a), Some(b)) = (c.downcast::<PyType>(), class.downcast::<PyType>()) {
            return Ok(a.is_subtype(b));
        }
        if c.downcast::<PyType>().is_none() && self.class_bases(c)?.is_none() {
            return Err(self.type_error("issubclass() arg 1 must be a class"));
        }
        self.check_class(class, "issubclass() arg 2 must be a class")?;
        self.abstract_issubclass(c, class)
    }

    fn check_class(&self, class: &Value, text: &str) -> PyResult<()> {
        use crate::version::Version;
        if class.downcast::<PyType>().is_some() || self.class_bases(class)?.is_some() {
            return Ok(());
        }
        let text = match self.version {
            v if v >= Version::V3_10 => format!(
                "{text}, a tuple of {}, or a union",
                if text.ends_with("type") {
                    "types"
                } else {
                    "classes"
                }
            ),
            _ => format!(
                "{text} or tuple of {}",
                if text.ends_with("type") {
                    "types"
                } else {
                    "classes"
                }
            ),
        };
        Err(self.type_error(&text))
    }

    fn class_bases(&self, c: &Value) -> PyResult<Option<Value>> {
        let b = self.get_attr_opt(c, &self.intern("__bases__"))?;
        Ok(b.filter(|b| b.downcast::<PyTuple>().is_some()))
    }

    fn abstract_issubclass(&self, c: &Value, class: &Value) -> PyResult<bool> {
        if c.is(class) {
            return Ok(true);
        }
        self.check_rust_stack()?;
        let Some(bases) = self.class_bases(c)? else {
            return Ok(false);
        };
        for b in bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
            if self.abstract_issubclass(b, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    // Representation.

    /// `repr(v)`, a str.
    pub fn repr_of(&self, v: &Value) -> PyResult {
        if let Some(i) = v.as_int() {
            return Ok(self.small_int_text(i));
        }
        self.check_rust_stack()?;
        let r = match self.call_special(v, &self.names.repr, &[])? {
            Some(r) => r,
            None => self.new_str(&format!(
                "<{} object at {:#x}>",
                self.type_name(v),
                v.bits()
            )),
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__repr__ returned non-string (type {})",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// `repr(v)` as Rust text.
    pub fn repr_text(&self, v: &Value) -> PyResult<String> {
        Ok(self.str_lossy(&self.repr_of(v)?))
    }

    /// `str(v)`, a str.
    pub fn str_of(&self, v: &Value) -> PyResult {
        if v.downcast_exact::<PyStr>().is_some() {
            return Ok(v.clone());
        }
        if let Some(i) = v.as_int() {
            return Ok(self.small_int_text(i));
        }
        self.check_rust_stack()?;
        let r = match self.call_special(v, &self.names.str, &[])? {
            Some(r) => r,
            None => return self.repr_of(v),
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__str__ returned non-string (type {})",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// `ascii(v)`, a str.
    pub fn ascii_of(&self, v: &Value) -> PyResult {
        let r = self.repr_of(v)?;
        let Some(s) = r.downcast::<PyStr>() else {
            return Ok(r);
        };
        if s.as_ascii().is_some() {
            return Ok(r);
        }
        Ok(self.new_text(crate::text::repr::escape_non_ascii(s.view()).view()))
    }

    /// `format(v, spec)`, a str.
    pub fn format_value(&self, v: &Value, spec: &Value) -> PyResult {
        let empty = spec.downcast::<PyStr>().is_some_and(PyStr::is_empty);
        if empty && v.downcast_exact::<PyStr>().is_some() {
            return Ok(v.clone());
        }
        if empty && v.as_int().is_some() {
            return self.str_of(v);
        }
        let Some(r) = self.call_special(v, &self.names.format, std::slice::from_ref(spec))? else {
            return Err(self.type_error(&format!(
                "Type {} doesn't define __format__",
                self.type_name(v)
            )));
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__format__ must return a str, not {}",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// Marks a container whose repr is being made. False: it is already (the repr is `[...]` or the like).
    /// Containers in containers count against the recursion limit.
    pub fn enter_repr(&self, v: &Value) -> PyResult<bool> {
        let mut running = self.repr_running.borrow_mut();
        if running.contains(&v.bits()) {
            return Ok(false);
        }
        if self.depth() + running.len() >= self.recursion_limit() {
            let text = "maximum recursion depth exceeded while getting the repr of an object";
            return Err(self.recursion_error(text));
        }
        running.push(v.bits());
        Ok(true)
    }

    /// Ends what [`Vm::enter_repr`] began.
    pub fn leave_repr(&self, v: &Value) {
        self.repr_running.borrow_mut().retain(|x| *x != v.bits());
    }
}
