//! Where the attributes of a new class's instances lie: the base whose layout it extends, and `__slots__`.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

/// What `__slots__` asks for.
pub(super) struct SlotNames {
    /// Members, sorted, private names mangled.
    pub(super) names: Vec<Value>,
    pub(super) dict: bool,
    pub(super) weakref: bool,
}

impl Vm {
    /// The base whose layout the new class extends.
    pub(super) fn best_base(&self, bases: &[Ref<PyType>]) -> PyResult<Ref<PyType>> {
        let mut winner: Option<(Ref<PyType>, Ref<PyType>)> = None;
        for b in bases {
            if !b.flags().any(TypeFlags::BASETYPE) {
                return Err(self.type_error(&format!(
                    "type '{}' is not an acceptable base type",
                    self.full_type_name(b)
                )));
            }
            let solid = self.solid_base(b);
            match &winner {
                None => winner = Some((b.clone(), solid)),
                Some((_, s)) if s.is_subtype(&solid) => {}
                Some((_, s)) if solid.is_subtype(s) => winner = Some((b.clone(), solid)),
                _ => return Err(self.type_error("multiple bases have instance lay-out conflict")),
            }
        }
        Ok(winner.map_or_else(|| self.types.object.clone(), |(b, _)| b))
    }

    /// The type in the line of bases that last changed the layout (payload or `__slots__`).
    fn solid_base(&self, ty: &Ref<PyType>) -> Ref<PyType> {
        let mut at = ty.clone();
        loop {
            let Some(base) = at.base.get().to_ref::<PyType>() else {
                return at;
            };
            if at.own_members > 0
                || !std::ptr::eq(at.vtable, base.vtable) && at.vtable.kind != base.vtable.kind
            {
                return at;
            }
            if at.vtable.kind == Kind::Native && !at.is_heap() {
                return at;
            }
            if at.vtable.kind == Kind::Exception
                && !at.is_heap()
                && self.exc_types.has_fields(&at, self.version)
            {
                return at;
            }
            at = base;
        }
    }

    /// The names that `__slots__` of a new class means.
    pub(super) fn slot_names_of(
        &self,
        slots: &Value,
        class: &Value,
        base: &Ref<PyType>,
        namespace: &PyDict,
    ) -> PyResult<SlotNames> {
        let items = if self.is_str(slots) {
            vec![slots.clone()]
        } else {
            self.collect(slots)?
        };
        let var = base.has_items();
        // A dict has its place behind the items.
        if var && items.iter().any(|s| self.str_lossy(s) != "__dict__") {
            return Err(self.type_error(&format!(
                "nonempty __slots__ not supported for subtype of '{}'",
                base.name()
            )));
        }
        let mut out = SlotNames {
            names: Vec::new(),
            dict: false,
            weakref: false,
        };
        for s in items {
            if !self.is_str(&s) {
                return Err(self.type_error(&format!(
                    "__slots__ items must be strings, not '{}'",
                    self.type_name(&s)
                )));
            }
            let text = self.str_lossy(&s);
            if !self.is_identifier(&s) {
                return Err(self.type_error("__slots__ must be identifiers"));
            }
            match text.as_str() {
                "__dict__" => {
                    if out.dict || base.has_dict() {
                        return Err(self.type_error("__dict__ slot disallowed: we already got one"));
                    }
                    out.dict = true;
                }
                "__weakref__" => {
                    if out.weakref || base.flags().any(TypeFlags::WEAKREF) {
                        let text = if self.version >= Version::V3_13 {
                            "__weakref__ slot disallowed: we already got one"
                        } else {
                            "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0"
                        };
                        return Err(self.type_error(text));
                    }
                    out.weakref = true;
                }
                _ => {
                    let mangled = mangle(&self.str_lossy(class), &text);
                    let name = self.intern(&mangled);
                    if namespace.get_name(&name).is_some()
                        && text != "__qualname__"
                        && text != "__classcell__"
                    {
                        return Err(self.value_error(&format!(
                            "{} in __slots__ conflicts with class variable",
                            self.repr_text(&name)?
                        )));
                    }
                    out.names.push(name);
                }
            }
        }
        // CPython sorts them; the order of members follows.
        out.names.sort_by_key(|n| self.str_lossy(n));
        out.names.dedup_by(|a, b| a.is(b));
        Ok(out)
    }
}

impl PyType {
    /// Whether CPython's layout of the type ends with items (`tp_itemsize`), so that nothing can be added behind.
    pub(super) fn has_items(&self) -> bool {
        matches!(
            self.vtable.kind,
            Kind::Int | Kind::Bytes | Kind::Tuple | Kind::Type
        )
    }
}

/// Private names (`__x` in a class `C` is `_C__x`).
fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_string();
    }
    format!("_{class}{name}")
}
