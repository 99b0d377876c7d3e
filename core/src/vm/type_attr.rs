//! Types: which one a value has, its attributes with their cache, and the flags that follow from them.

use super::Vm;
use crate::interp::CachedMethod;
use crate::interp::raw::is_inert;
use crate::object::*;
use crate::value::Value;

/// A new reference to a class attribute that a cache holds as a word; `None` for 0. The type that has it still has the
/// version that was remembered with it.
#[inline(always)]
pub(super) fn cached_value(bits: u64) -> Option<Value> {
    // SAFETY: a value is one word, and class attributes that are cached live as long as the type keeps its version.
    (bits != 0).then(|| unsafe { (*(&raw const bits as *const Value)).clone() })
}

impl Vm {
    /// The type of a value.
    #[inline(always)]
    pub fn type_of<'a>(&'a self, v: &'a Value) -> &'a PyType {
        match v.header() {
            Some(h) => h.ty(),
            None => self.immediate_type(v),
        }
    }

    fn immediate_type(&self, v: &Value) -> &PyType {
        let t = &self.types;
        if v.as_int().is_some() {
            &t.int
        } else if v.is_immediate_float() {
            &t.float
        } else if v.as_bool().is_some() {
            &t.bool
        } else if v.is_ellipsis() {
            &t.ellipsis
        } else if v.is_not_implemented() {
            &t.not_implemented
        } else {
            &t.none
        }
    }

    /// The name of a value's type as messages show it (`tp_name`): with its module for types of native modules.
    pub fn type_name(&self, v: &Value) -> String {
        let ty = self.type_of(v);
        if ty.is_heap() && !ty.flags().any(TypeFlags::IMMUTABLE) {
            ty.name()
        } else {
            self.full_type_name(ty)
        }
    }

    /// Whether the value's type is a subtype of `ty`, without `__instancecheck__`.
    #[inline]
    pub fn is_instance(&self, v: &Value, ty: &PyType) -> bool {
        self.type_of(v).is_subtype(ty)
    }

    /// An attribute that the type itself has, not its bases.
    pub fn own_attr(&self, ty: &PyType, name: &Value) -> Option<Value> {
        if let Some(v) = ty.dict.get_name(name) {
            return Some(v);
        }
        if ty.natives_complete.get() {
            return None;
        }
        self.materialise(ty, name)
    }

    /// Makes the object for a native attribute that is asked for the first time.
    fn materialise(&self, ty: &PyType, name: &Value) -> Option<Value> {
        let table = ty.natives?;
        let text = name.downcast::<PyStr>()?.as_ascii()?;
        let v = if let Some(m) = table.method(text, self.version) {
            self.method_object(ty, m, name)
        } else if let Some(g) = table.getset(text, self.version) {
            self.new_descr(ty, name.clone(), DescrAccess::GetSet(g))
        } else if text == "__dict__" && ty.has_dict() {
            self.new_descr(ty, name.clone(), DescrAccess::Dict)
        } else {
            return None;
        };
        ty.dict.set_name(name, v.clone());
        Some(v)
    }

    fn method_object(&self, ty: &PyType, m: &'static MethodDef, name: &Value) -> Value {
        match m.access {
            Access::Absent => Value::NONE,
            Access::New => self.new_builtin_method(m, value_of(ty), value_of(ty)),
            Access::StaticMethod => {
                let f = self.new_builtin_method(m, value_of(ty), Value::NULL);
                self.new_staticmethod_of(&self.types.staticmethod, f)
                    .into_value()
            }
            _ => self.new_descr(ty, name.clone(), DescrAccess::Method(m)),
        }
    }

    /// Makes all native attributes of a type, for `dir()` and `__dict__`.
    pub fn complete_natives(&self, ty: &PyType) {
        if ty.natives_complete.get() {
            return;
        }
        if let Some(table) = ty.natives {
            for n in table.names() {
                let name = self.intern(n);
                if ty.dict.get_name(&name).is_none() {
                    self.materialise(ty, &name);
                }
            }
        }
        if ty.natives.is_some() && ty.dict.get_name(&self.names.dict).is_none() {
            self.materialise(ty, &self.names.dict);
        }
        ty.natives_complete.set(true);
    }

    /// An attribute of a type or its bases, as it is (not bound). `name` is interned.
    #[inline]
    pub fn lookup_type(&self, ty: &PyType, name: &Value) -> Option<Value> {
        let version = ty.version.get();
        let cached = CachedMethod::of(self, version, name);
        if cached.is_for(version, name) {
            return cached.get();
        }
        self.lookup_type_slow(ty, name)
    }

    #[inline(never)]
    fn lookup_type_slow(&self, ty: &PyType, name: &Value) -> Option<Value> {
        let version = ty.version.get();
        let second = CachedMethod::second(self, version, name);
        if second.is_for(version, name) {
            return second.get();
        }
        let found = self.lookup_mro(ty, name);
        // Making a native attribute does not change the type's meaning, so the version comes after.
        let version = ty.ensure_version(self);
        if version != 0 && name.downcast::<PyStr>().is_some_and(PyStr::is_interned) {
            let inert = found.as_ref().filter(|v| is_inert(v));
            let slot = inert.and_then(|_| self.class_slot(ty, name));
            let word = match slot {
                Some(p) => p as u64,
                None => found.as_ref().map_or(0, Value::bits),
            };
            CachedMethod::fill(self, version, name, slot.is_some(), word);
        }
        found
    }

    /// Where the attribute of a type or its bases lies, if that is a class made by Python code: valid while the type
    /// keeps its version. What native types have may move when more of it is materialised.
    pub(crate) fn class_slot(&self, ty: &PyType, name: &Value) -> Option<*mut Value> {
        let holds = |t: &PyType| self.own_attr(t, name).map(|_| t.own_slot(name));
        let mro = ty.mro.get();
        match mro.downcast::<PyTuple>() {
            Some(mro) => mro.iter().find_map(|t| holds(t.downcast::<PyType>()?))?,
            None => match holds(ty) {
                Some(slot) => slot,
                None => self.class_slot(ty.base.get().downcast::<PyType>()?, name),
            },
        }
    }

    /// Where a class has an [inert](is_inert) attribute that may be set without a new version of the class: `None` for
    /// names that mean something to the machine.
    pub(crate) fn inert_slot(&self, ty: &PyType, name: &Value) -> Option<*mut Value> {
        if !ty.is_heap() || ty.flags().any(TypeFlags::IMMUTABLE) {
            return None;
        }
        let text = name.downcast::<PyStr>()?.as_ascii()?;
        if text.starts_with("__") {
            return None;
        }
        // SAFETY: nothing changes the dict meanwhile.
        ty.own_slot(name).filter(|p| is_inert(unsafe { &**p }))
    }

    fn lookup_mro(&self, ty: &PyType, name: &Value) -> Option<Value> {
        let mro = ty.mro.get();
        match mro.downcast::<PyTuple>() {
            Some(mro) => mro
                .iter()
                .find_map(|t| t.downcast::<PyType>().and_then(|t| self.own_attr(t, name))),
            None => {
                // The type is being made: its own attributes, then its base's.
                if let Some(v) = self.own_attr(ty, name) {
                    return Some(v);
                }
                let base = ty.base.get();
                base.downcast::<PyType>()
                    .and_then(|b| self.lookup_type(b, name))
            }
        }
    }

    /// Computes the flags that depend on attributes, if the type has changed since.
    #[inline]
    pub(crate) fn flags_of(&self, ty: &PyType) -> TypeFlags {
        let f = ty.flags();
        if f.any(TypeFlags::COMPUTED) {
            f
        } else {
            self.compute_flags(ty)
        }
    }

    fn compute_flags(&self, ty: &PyType) -> TypeFlags {
        let n = &self.names;
        let native = |v: &Value| v.kind() == Some(Kind::Descr);
        let custom = |name: &Value| self.lookup_type(ty, name).is_some_and(|v| !native(&v));
        let getattribute = custom(&n.getattribute);
        let getattr = self.lookup_type(ty, &n.getattr).is_some();
        let setattr = custom(&n.setattr) || custom(&n.delattr);
        let del = self.lookup_type(ty, &n.del).is_some();
        let next = ty.next.get().is_some() && ty.is_heap() && !custom(&n.next);
        ty.set_flag(TypeFlags::HAS_GETATTRIBUTE, getattribute);
        ty.set_flag(TypeFlags::HAS_GETATTR, getattr);
        ty.set_flag(TypeFlags::HAS_SETATTR, setattr);
        ty.set_flag(TypeFlags::HAS_DEL, del);
        ty.set_flag(TypeFlags::NATIVE_NEXT, next);
        let silent = |name: &Value| self.lookup_type(ty, name).is_none();
        ty.set_flag(TypeFlags::ALWAYS_TRUE, silent(&n.bool) && silent(&n.len));
        ty.set_flag(
            TypeFlags::NO_DESCRIPTOR,
            silent(&n.get) && silent(&n.set) && silent(&n.delete),
        );
        let of_object = |name: &Value| {
            self.lookup_type(ty, name).is_some_and(|v| {
                v.downcast::<PyDescr>()
                    .is_some_and(|d| std::ptr::eq(&*d.owner, &*self.types.object))
            })
        };
        ty.set_flag(TypeFlags::IDENTITY_EQ, of_object(&n.eq) && of_object(&n.ne));
        ty.set_flag(TypeFlags::IDENTITY_HASH, of_object(&n.hash));
        ty.set_flag(
            TypeFlags::OWN_CLASS,
            of_object(&n.class)
                && !getattribute
                && !ty.flags().any(TypeFlags::OWN_GETATTRIBUTE)
                // A proxy has the class of what it stands for.
                && ty.kind() != Kind::WeakRef,
        );
        let (iter, getitem) = match self.builtin_container(ty.kind()) {
            Some(builtin) => (
                self.inherits_from(ty, builtin, &n.iter),
                self.inherits_from(ty, builtin, &n.getitem),
            ),
            None => (false, false),
        };
        ty.set_flag(TypeFlags::BUILTIN_ITER, iter);
        ty.set_flag(TypeFlags::BUILTIN_GETITEM, getitem);
        ty.set_flag(TypeFlags::COMPUTED, true);
        ty.flags()
    }

    /// `tuple`, `list` or `dict`: the class of this layout that others extend.
    fn builtin_container(&self, kind: Kind) -> Option<&PyType> {
        match kind {
            Kind::Tuple => Some(&self.types.tuple),
            Kind::List => Some(&self.types.list),
            Kind::Dict => Some(&self.types.dict),
            _ => None,
        }
    }

    /// Whether a class has an attribute from a builtin one, a method.
    fn inherits_from(&self, ty: &PyType, builtin: &PyType, name: &Value) -> bool {
        self.lookup_type(ty, name).is_some_and(|v| {
            v.downcast::<PyDescr>()
                .is_some_and(|d| std::ptr::eq(&*d.owner, builtin))
        })
    }
}
