//! Operators, truth, hashing, length.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::num::int::{self, IntRef};
use crate::num::{float, int_arith, int_bits};
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

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

            pub(super) fn names(self, vm: &Vm) -> (&Value, &Value, &Value) {
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

/// Whether a method is that of a builtin sequence, which concatenates or repeats.
fn is_method_of_sequence(method: &Value) -> bool {
    method.downcast::<PyDescr>().is_some_and(|d| {
        matches!(
            d.owner.kind(),
            Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray
        ) && !d.owner.is_heap()
    })
}

/// Whether a value is of a builtin type and not of a subclass. Types of plug-ins and hosts are others: they may have
/// number methods that come before a sequence's.
fn is_builtin(v: &Value) -> bool {
    match v.header() {
        Some(h) => !h.is_subclass() && h.kind() != Kind::Native,
        None => v.as_bool().is_none(),
    }
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

    /// `a * b` of a list, no subclass, and a small int; `None` also where there is no memory.
    #[inline(never)]
    fn repeat_list(&self, a: &Value, b: &Value) -> Option<Value> {
        let list = a.downcast_exact::<PyList>()?;
        let times = usize::try_from(b.as_int()?).unwrap_or(0);
        Some(self.new_list(list.items.repeat(times)?))
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
        if op == BinOp::Mul
            && a.kind() == Some(Kind::List)
            && let Some(v) = self.repeat_list(a, b)
        {
            return Ok(v);
        }
        match self.binary_op_opt(op, a, b)? {
            Some(v) => Ok(v),
            None => Err(self.no_operator(op, a, b, false)),
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
        let (_, rname, iname) = op.names(self);
        let ty = self.type_of(a);
        if let Some(f) = self.lookup_type(ty, iname) {
            // A sequence is extended or repeated only after the right operand's number methods.
            if is_method_of_sequence(&f)
                && !is_builtin(b)
                && let Some(right) = self.lookup_type(self.type_of(b), rname)
                && !is_method_of_sequence(&right)
            {
                let r = self.call_unbound(&right, b, self.type_of(b), std::slice::from_ref(a))?;
                if !r.is_not_implemented() {
                    return Ok(r);
                }
            }
            let r = self.call_unbound(&f, a, ty, std::slice::from_ref(b))?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
            return self.after_augmented(op, a, b);
        }
        self.inplace_op_by_others(op, a, b)
    }

    /// `a op= b` where the method for just that has no result.
    pub(super) fn after_augmented(&self, op: BinOp, a: &Value, b: &Value) -> PyResult {
        // Before 3.10 nobody was asked after `__ipow__` (bpo-36379).
        if op == BinOp::Pow && self.version < Version::V3_10 {
            return Err(self.no_operator(op, a, b, true));
        }
        self.inplace_op_by_others(op, a, b)
    }

    /// `a op= b` by the methods of `a op b`.
    fn inplace_op_by_others(&self, op: BinOp, a: &Value, b: &Value) -> PyResult {
        // Where the left operand could be a sequence, as any instance of a class, the right one is not repeated.
        let r = match self.left_only(op, a, b) {
            true => self.left_op(op, a, b)?,
            false => self.binary_op_opt(op, a, b)?,
        };
        match r {
            Some(v) => Ok(v),
            None => Err(self.no_operator(op, a, b, true)),
        }
    }

    /// `a op b`, or `a op= b`, where the left operand's method has no result.
    pub(super) fn right_op(&self, op: BinOp, a: &Value, b: &Value, in_place: bool) -> PyResult {
        let tb = self.type_of(b);
        let left_only = std::ptr::eq(self.type_of(a), tb) || in_place && self.left_only(op, a, b);
        if !left_only && let Some(f) = self.lookup_type(tb, op.names(self).1) {
            let v = self.call_unbound(&f, b, tb, std::slice::from_ref(a))?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        Err(self.no_operator(op, a, b, in_place))
    }

    /// Whether `a op= b` leaves the right operand's method out.
    fn left_only(&self, op: BinOp, a: &Value, b: &Value) -> bool {
        op == BinOp::Mul && self.may_repeat(self.type_of(a)) && self.repeats(b)
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

    /// The TypeError where no operand has the operator.
    pub(super) fn no_operator(&self, op: BinOp, a: &Value, b: &Value, in_place: bool) -> Raise {
        let own = in_place && (op != BinOp::Pow || self.version >= Version::V3_10);
        let symbol = match op {
            BinOp::Pow if !own => "** or pow()",
            _ => op.symbol(),
        };
        let equals = if own { "=" } else { "" };
        if op == BinOp::RShift
            && !in_place
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
            "unsupported operand type(s) for {symbol}{equals}: '{}' and '{}'",
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
        if is_builtin(a)
            && is_builtin(b)
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
                Kind::Native => {
                    if let Some(n) = h.ty().vtable.len.and_then(|len| len(v)) {
                        return Ok(n > 0);
                    }
                }
                _ => {}
            }
        }
        let ty = h.ty();
        if let Some(f) = self.lookup_type(ty, &self.names.bool) {
            if f.is_none() && self.version >= Version::V3_14 {
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
        if let Some(t) = v.downcast_exact::<PyTuple>() {
            return self.hash_tuple(t);
        }
        if let Some(b) = v.as_bool() {
            return Ok(b as i64);
        }
        if v.is_immediate_float()
            && let Some(f) = v.as_float()
        {
            return Ok(float::hash(f));
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
        if !plain || self.version < Version::V3_14 {
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
                Kind::Native => {
                    if let Some(n) = h.ty().vtable.len.and_then(|len| len(v)) {
                        return Ok(n);
                    }
                }
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
}
