//! Comparison.

use std::cmp::Ordering;

use super::Vm;
use crate::error::PyResult;
use crate::num::int;
use crate::object::*;
use crate::value::Value;

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

    pub(super) fn name(self, vm: &Vm) -> &Value {
        let n = &vm.names;
        [&n.lt, &n.le, &n.eq, &n.ne, &n.gt, &n.ge][self as usize]
    }
}

impl Vm {
    /// `a op b`, any value.
    pub fn compare(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult {
        match self.compare_known(op, a, b) {
            Some(r) => Ok(Value::bool(r)),
            None => self.compare_asking(op, a, b),
        }
    }

    /// `a op b`, where no Python code is needed to tell.
    #[inline]
    fn compare_known(&self, op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
        if let Some((x, y)) = Value::ints(a, b) {
            return Some(op.holds(x.cmp(&y)));
        }
        match a.kind() {
            Some(Kind::Tuple | Kind::List) => self.compare_items(op, a, b),
            Some(Kind::Object) => None,
            _ => self.compare_quick(op, a, b),
        }
    }

    /// `a op b`, where [`Vm::compare_known`] does not tell: the types are asked.
    fn compare_asking(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult {
        if let (Some(x), Some(y)) = (a.downcast_exact::<PySet>(), b.downcast_exact::<PySet>()) {
            return Ok(Value::bool(x.compare(self, op, y)?));
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
        if tried {
            self.compare_by_nobody(op, a, b)
        } else {
            self.compare_by_right(op, a, b)
        }
    }

    /// `a op b` where the left operand's method has no result.
    pub(super) fn compare_by_right(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult {
        let tb = self.type_of(b);
        if let Some(f) = self.lookup_type(tb, op.swapped().name(self)) {
            let v = self.call_compare(&f, b, tb, a)?;
            if !v.is_not_implemented() {
                return Ok(v);
            }
        }
        self.compare_by_nobody(op, a, b)
    }

    /// `a op b` where no method has a result.
    fn compare_by_nobody(&self, op: CmpOp, a: &Value, b: &Value) -> PyResult {
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
        match self.compare_known(op, a, b) {
            Some(r) => Ok(r),
            None => {
                let r = self.compare_asking(op, a, b)?;
                match r.as_bool() {
                    Some(r) => Ok(r),
                    None => self.truth(&r),
                }
            }
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
}
