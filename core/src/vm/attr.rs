//! Attributes: lookup in types, descriptors, instances, modules; and setting them.

use super::Vm;
use super::natives::with_this;
use crate::error::{PyResult, Raise};
use crate::interp::CachedMethod;
use crate::interp::raw::is_inert;
use crate::interp::run_method;
use crate::object::*;
use crate::value::Value;

/// Whether CPython makes a method of that name a slot wrapper (`<slot wrapper '__add__' of 'int' objects>`).
pub(crate) fn is_slot_name(name: &str) -> bool {
    let Some(n) = name.strip_prefix("__").and_then(|n| n.strip_suffix("__")) else {
        return false;
    };
    matches!(
        n,
        "abs"
            | "add"
            | "aiter"
            | "and"
            | "anext"
            | "await"
            | "bool"
            | "call"
            | "contains"
            | "del"
            | "delattr"
            | "delete"
            | "delitem"
            | "divmod"
            | "eq"
            | "float"
            | "floordiv"
            | "ge"
            | "get"
            | "getattribute"
            | "getitem"
            | "gt"
            | "hash"
            | "iadd"
            | "iand"
            | "ifloordiv"
            | "ilshift"
            | "imatmul"
            | "imod"
            | "imul"
            | "index"
            | "init"
            | "int"
            | "invert"
            | "ior"
            | "ipow"
            | "irshift"
            | "isub"
            | "iter"
            | "itruediv"
            | "ixor"
            | "le"
            | "len"
            | "lshift"
            | "lt"
            | "matmul"
            | "mod"
            | "mul"
            | "ne"
            | "neg"
            | "next"
            | "or"
            | "pos"
            | "pow"
            | "radd"
            | "rand"
            | "rdivmod"
            | "repr"
            | "rfloordiv"
            | "rlshift"
            | "rmatmul"
            | "rmod"
            | "rmul"
            | "ror"
            | "rpow"
            | "rrshift"
            | "rshift"
            | "rsub"
            | "rtruediv"
            | "rxor"
            | "set"
            | "setattr"
            | "setitem"
            | "str"
            | "sub"
            | "truediv"
            | "xor"
    )
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

    // Types.

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
            CachedMethod::of(self, version, name).set(version, name, slot.is_some(), word);
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
            of_object(&n.class) && !getattribute && !ty.flags().any(TypeFlags::OWN_GETATTRIBUTE),
        );
        ty.set_flag(TypeFlags::COMPUTED, true);
        ty.flags()
    }

    // Descriptors.

    /// Whether a descriptor of a type comes before instance attributes.
    pub fn is_data_descriptor(&self, v: &Value) -> bool {
        let Some(h) = v.header() else { return false };
        match h.kind() {
            Kind::Property => true,
            Kind::Descr => v
                .downcast::<PyDescr>()
                .is_some_and(|d| !matches!(d.access, DescrAccess::Method(_))),
            Kind::Function | Kind::Builtin => false,
            _ if h.ty().is_heap() || h.kind() == Kind::Native => {
                self.lookup_type(h.ty(), &self.names.set).is_some()
                    || self.lookup_type(h.ty(), &self.names.delete).is_some()
            }
            _ => false,
        }
    }

    /// Whether a data descriptor can be read: one with `__set__` only lets the instance's attribute through.
    fn has_get(&self, v: &Value) -> bool {
        match v.kind() {
            Some(Kind::Property | Kind::Descr) => true,
            _ => self.lookup_type(self.type_of(v), &self.names.get).is_some(),
        }
    }

    /// What reading a class attribute through an instance (or through the class: `None`) gives.
    pub fn descr_get(&self, descr: &Value, obj: Option<&Value>, ty: &PyType) -> PyResult {
        let Some(h) = descr.header() else {
            return Ok(descr.clone());
        };
        match h.kind() {
            Kind::Function => Ok(match obj {
                Some(o) => self.new_method(descr.clone(), o.clone()),
                None => descr.clone(),
            }),
            Kind::Descr => {
                let Some(d) = descr.downcast::<PyDescr>() else {
                    return Ok(descr.clone());
                };
                self.descr_read(d, descr, obj, ty)
            }
            Kind::Property if !h.is_subclass() => {
                let Some(p) = descr.downcast::<PyProperty>() else {
                    return Ok(descr.clone());
                };
                let Some(o) = obj else {
                    return Ok(descr.clone());
                };
                let getter = p.parts[0].get();
                if getter.is_none() {
                    return Err(self.property_error(p, o, "getter", "unreadable attribute"));
                }
                self.call(&getter, std::slice::from_ref(o))
            }
            Kind::StaticMethod if !h.is_subclass() => Ok(descr
                .downcast::<PyStaticMethod>()
                .map_or(Value::NONE, |s| s.func.get())),
            Kind::ClassMethod if !h.is_subclass() => {
                let f = descr
                    .downcast::<PyClassMethod>()
                    .map_or(Value::NONE, |s| s.func.get());
                self.bind_class_method(&f, ty)
            }
            Kind::Builtin | Kind::BoundMethod | Kind::Type if !h.ty().is_heap() => {
                Ok(descr.clone())
            }
            _ => match self.lookup_type(h.ty(), &self.names.get) {
                Some(get) => {
                    let args = [
                        descr.clone(),
                        obj.cloned().unwrap_or(Value::NONE),
                        value_of(ty),
                    ];
                    self.call(&get, &args)
                }
                None => Ok(descr.clone()),
            },
        }
    }

    /// What a class method gives for a class.
    pub fn bind_class_method(&self, func: &Value, ty: &PyType) -> PyResult {
        use crate::version::Version;
        // 3.9 to 3.12 chained descriptors.
        if (Version::V3_9..=Version::V3_12).contains(&self.version)
            && func.kind() != Some(Kind::Function)
            && func
                .header()
                .is_some_and(|h| self.lookup_type(h.ty(), &self.names.get).is_some())
        {
            return self.descr_get(func, Some(&value_of(ty)), ty);
        }
        Ok(self.new_method(func.clone(), value_of(ty)))
    }

    /// AttributeError of a property without getter, setter or deleter (`what`); `old` is the text before 3.11.
    pub fn property_error(&self, p: &PyProperty, o: &Value, what: &str, old: &str) -> Raise {
        use crate::version::Version;
        let mut name = p.name.get();
        if name.is_null() && self.version >= Version::V3_13 {
            let getter = p.parts[0].get();
            let own = self.get_attr_opt(&getter, &self.names.name);
            name = own.ok().flatten().unwrap_or(Value::NULL);
        }
        let ty = self.type_of(o);
        let text = if self.version >= Version::V3_11 {
            let q = self.str_lossy(&ty.qualname.get());
            if name.is_null() {
                format!("property of '{q}' object has no {what}")
            } else {
                format!(
                    "property '{}' of '{q}' object has no {what}",
                    self.str_lossy(&name)
                )
            }
        } else if self.version >= Version::V3_10 && !name.is_null() {
            format!("{old} '{}'", self.str_lossy(&name))
        } else {
            old.to_string()
        };
        self.attribute_error(&text)
    }

    fn descr_read(&self, d: &PyDescr, descr: &Value, obj: Option<&Value>, ty: &PyType) -> PyResult {
        match d.access {
            DescrAccess::Method(m) if m.access == Access::ClassMethod => {
                Ok(self.new_builtin_method(m, d.owner.value(), value_of(ty)))
            }
            DescrAccess::Method(m) => match obj {
                Some(o) => {
                    self.check_receiver(d, o)?;
                    Ok(self.new_builtin_method(m, d.owner.value(), o.clone()))
                }
                None => Ok(descr.clone()),
            },
            DescrAccess::GetSet(g) => match obj {
                Some(o) => {
                    self.check_receiver(d, o)?;
                    (g.get)(self, o)
                }
                None => Ok(descr.clone()),
            },
            DescrAccess::Member(i) => match obj {
                Some(o) => {
                    self.check_receiver(d, o)?;
                    let v = o
                        .header()
                        .map_or(Value::NULL, |h| Attributes::of(h).member(i as usize));
                    if v.is_null() {
                        return Err(if self.version >= crate::version::Version::V3_10 {
                            self.no_attribute(o, &d.name)
                        } else {
                            self.attribute_error(&self.str_lossy(&d.name))
                        });
                    }
                    Ok(v)
                }
                None => Ok(descr.clone()),
            },
            DescrAccess::Dict => match obj {
                Some(o) => self.instance_dict(o),
                None => Ok(descr.clone()),
            },
            DescrAccess::WeakRef => match obj {
                Some(o) => Ok(self.first_weakref(o)),
                None => Ok(descr.clone()),
            },
        }
    }

    pub(crate) fn check_receiver(&self, d: &PyDescr, o: &Value) -> PyResult<()> {
        if self.type_of(o).is_subtype(&d.owner) {
            return Ok(());
        }
        let a = if self.version >= crate::version::Version::V3_8 {
            "a "
        } else {
            ""
        };
        Err(self.type_error(&format!(
            "descriptor '{}' for '{}' objects doesn't apply to {a}'{}' object",
            self.str_lossy(&d.name),
            d.owner.name(),
            self.type_name(o)
        )))
    }

    // Instances.

    /// The dict of an instance's attributes, made now if need be. AttributeError if it cannot have one.
    pub fn instance_dict(&self, o: &Value) -> PyResult {
        match self.instance_dict_opt(o) {
            Some(d) => Ok(d.into_value()),
            None => Err(self.no_attribute(o, &self.names.dict)),
        }
    }

    /// The dict of an instance's attributes, made now if need be; `None` if it cannot have one.
    pub fn instance_dict_opt(&self, o: &Value) -> Option<Ref<PyDict>> {
        let h = o.header()?;
        match h.kind() {
            Kind::Module => return o.downcast::<PyModule>().map(|m| m.dict.clone()),
            Kind::Namespace => return o.downcast::<PyNamespace>().map(|m| m.dict.clone()),
            _ => {}
        }
        if !h.shape().layout.has_dict {
            return None;
        }
        let a = Attributes::of(h);
        if let Some(d) = a.dict() {
            return Some(d);
        }
        let dict = self.new_dict();
        for (k, v) in a.move_to_dict(dict.clone()) {
            dict.set_name(&k, v);
        }
        Some(dict)
    }

    /// Replaces the dict of an instance.
    pub fn set_instance_dict(&self, o: &Value, dict: &Value) -> PyResult<()> {
        let Some(d) = dict.to_ref::<PyDict>() else {
            return Err(self.type_error(&format!(
                "__dict__ must be set to a dictionary, not a '{}'",
                self.type_name(dict)
            )));
        };
        match o.header() {
            Some(h) if h.shape().layout.has_dict => {
                drop(Attributes::of(h).move_to_dict(d));
                Ok(())
            }
            _ => Err(self.no_attribute(o, &self.names.dict)),
        }
    }

    /// An attribute of the instance itself, not of its type. `name` is interned.
    #[inline]
    pub fn own_instance_attr(&self, o: &Value, name: &Value) -> Option<Value> {
        let h = o.header()?;
        match h.kind() {
            Kind::Module => o.downcast::<PyModule>()?.dict.get_name(name),
            Kind::Namespace => o.downcast::<PyNamespace>()?.dict.get_name(name),
            _ if h.shape().layout.has_dict => Attributes::of(h).get(name),
            _ => None,
        }
    }

    /// The attributes that an instance itself has, in order, without making a dict.
    pub fn own_instance_attrs(&self, o: &Value) -> Vec<(Value, Value)> {
        match o.header() {
            Some(h) if h.shape().layout.has_dict && Attributes::of(h).dict().is_none() => {
                Attributes::of(h).items()
            }
            _ => self
                .instance_dict_opt(o)
                .map(|d| d.items())
                .unwrap_or_default(),
        }
    }

    // Reading.

    /// `getattr(obj, name)`. `name` is a str.
    #[inline]
    pub fn get_attr(&self, obj: &Value, name: &Value) -> PyResult {
        match self.get_attr_inner(obj, name)? {
            Some(v) => Ok(v),
            None => Err(self.missing_attr(obj, name)),
        }
    }

    /// `getattr(obj, name)` by Rust text.
    pub fn get_attr_str(&self, obj: &Value, name: &str) -> PyResult {
        self.get_attr(obj, &self.intern(name))
    }

    /// AttributeError for an attribute that an object (or module) lacks.
    pub fn missing_attr(&self, obj: &Value, name: &Value) -> Raise {
        if let Some(m) = obj.downcast::<PyModule>() {
            let text = match m.dict.get_name(&self.names.name) {
                Some(n) if self.is_str(&n) => {
                    let n = self.str_lossy(&n);
                    format!("module '{n}' has no attribute '{}'", self.str_lossy(name))
                }
                _ => format!("module has no attribute '{}'", self.str_lossy(name)),
            };
            return self.attribute_error_for(obj, name, &text);
        }
        // A method has what its function has, so it is the function that lacks the attribute.
        if let Some(m) = obj.downcast::<PyBoundMethod>() {
            return self.missing_attr(&m.func, name);
        }
        self.no_attribute(obj, name)
    }

    /// `getattr(obj, name)`, `None` where it would raise AttributeError.
    pub fn get_attr_opt(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        match self.get_attr_inner(obj, name) {
            Err(r) if self.is_exception(&r, &self.exc_types.AttributeError) => Ok(None),
            r => r,
        }
    }

    /// An interned equal of a str.
    #[inline]
    pub fn interned_name(&self, name: &Value) -> Value {
        match name.downcast::<PyStr>() {
            Some(s) if s.is_interned() => name.clone(),
            Some(s) => self.intern_text(s.view()),
            None => name.clone(),
        }
    }

    fn get_attr_inner(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        let name = &self.interned_name(name);
        let ty = self.type_of(obj);
        if ty.is_heap() {
            let f = self.flags_of(ty);
            if f.any(TypeFlags::HAS_GETATTRIBUTE | TypeFlags::HAS_GETATTR) {
                return self.get_attr_hooked(obj, ty, name, f);
            }
        }
        self.generic_get_attr(obj, name)
    }

    fn get_attr_hooked(
        &self,
        obj: &Value,
        ty: &PyType,
        name: &Value,
        f: TypeFlags,
    ) -> PyResult<Option<Value>> {
        let first = if f.any(TypeFlags::HAS_GETATTRIBUTE) {
            match self.lookup_type(ty, &self.names.getattribute) {
                Some(g) => self
                    .call_unbound(&g, obj, ty, std::slice::from_ref(name))
                    .map(Some),
                None => self.generic_get_attr(obj, name),
            }
        } else {
            self.generic_get_attr(obj, name)
        };
        match first {
            Err(r)
                if f.any(TypeFlags::HAS_GETATTR)
                    && self.is_exception(&r, &self.exc_types.AttributeError) =>
            {
                drop(r);
            }
            Ok(None) if f.any(TypeFlags::HAS_GETATTR) => {}
            r => return r,
        }
        match self.lookup_type(ty, &self.names.getattr) {
            Some(g) => {
                let bound = self.descr_get(&g, Some(obj), ty)?;
                self.call(&bound, std::slice::from_ref(name)).map(Some)
            }
            None => Ok(None),
        }
    }

    /// What the builtin `__getattribute__` of the object's kind does; `None` where it raises AttributeError.
    /// `name` is interned.
    pub fn generic_get_attr(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        match obj.kind() {
            Some(Kind::Type) => return self.type_get_attr(obj, name),
            Some(Kind::Super) => return self.super_get_attr(obj, name),
            Some(Kind::Module) => return self.module_get_attr(obj, name),
            Some(Kind::WeakRef) => {
                if let Some(w) = obj.downcast::<PyWeakRef>()
                    && !self.is_instance(obj, &self.types.weakref)
                {
                    let target = w.get().ok_or_else(|| self.dead_proxy())?;
                    return self.get_attr(&target, name).map(Some);
                }
            }
            Some(Kind::Native) if self.type_of(obj).flags().any(TypeFlags::OWN_GETATTRIBUTE) => {
                let native = |v: &Value| v.kind() == Some(Kind::Descr);
                if let Some(f) = self
                    .lookup_type(self.type_of(obj), &self.names.getattribute)
                    .filter(native)
                {
                    return self.call(&f, &[obj.clone(), name.clone()]).map(Some);
                }
            }
            Some(Kind::BoundMethod) => {
                if let Some(v) = self.plain_get_attr(obj, name)? {
                    return Ok(Some(v));
                }
                // What the method lacks, its function may have.
                let Some(m) = obj.downcast::<PyBoundMethod>() else {
                    return Ok(None);
                };
                return self.get_attr_opt(&m.func.clone(), name);
            }
            _ => {}
        }
        self.plain_get_attr(obj, name)
    }

    /// What `object.__getattribute__` does, whatever the object's kind; `None` where it raises AttributeError.
    pub fn plain_get_attr(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        let ty = self.type_of(obj);
        let meta = self.lookup_type(ty, name);
        if let Some(m) = &meta
            && self.is_data_descriptor(m)
            && self.has_get(m)
        {
            return self.descr_get(m, Some(obj), ty).map(Some);
        }
        if let Some(v) = self.own_instance_attr(obj, name) {
            return Ok(Some(v));
        }
        match meta {
            Some(m) => self.descr_get(&m, Some(obj), ty).map(Some),
            None => Ok(None),
        }
    }

    fn type_get_attr(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        let Some(ty) = obj.downcast::<PyType>() else {
            return Ok(None);
        };
        let metatype = self.type_of(obj);
        let meta = self.lookup_type(metatype, name);
        if let Some(m) = &meta
            && self.is_data_descriptor(m)
        {
            return self.descr_get(m, Some(obj), metatype).map(Some);
        }
        if let Some(v) = self.lookup_type(ty, name) {
            return self.descr_get(&v, None, ty).map(Some);
        }
        match meta {
            Some(m) => self.descr_get(&m, Some(obj), metatype).map(Some),
            None => Ok(None),
        }
    }

    fn super_get_attr(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        let Some(s) = obj.downcast::<PySuper>() else {
            return Ok(None);
        };
        let this = s.object_type.get();
        if let (Some(start), Some(class)) = (this.downcast::<PyType>(), s.this_class())
            && !name.is(&self.names.class)
        {
            let mro = start.mro.get();
            let after = mro.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
            let skip = after
                .iter()
                .position(|t| t.is(class.as_value()))
                .map_or(after.len(), |i| i + 1);
            for t in &after[skip..] {
                let Some(t) = t.downcast::<PyType>() else {
                    continue;
                };
                if let Some(v) = self.own_attr(t, name) {
                    let o = s.object.get();
                    // A class method through a class: bound to the class only.
                    let obj = if o.is(&this) { None } else { Some(&o) };
                    return self.descr_get(&v, obj, start).map(Some);
                }
            }
        }
        self.plain_get_attr(obj, name)
    }

    fn module_get_attr(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        if let Some(v) = self.plain_get_attr(obj, name)? {
            return Ok(Some(v));
        }
        let Some(m) = obj.downcast::<PyModule>() else {
            return Ok(None);
        };
        // PEP 562, from 3.7.
        if self.version >= crate::version::Version::V3_7
            && let Some(g) = m.dict.get_name(&self.names.getattr)
        {
            return self.call(&g, std::slice::from_ref(name)).map(Some);
        }
        Ok(None)
    }

    /// What `obj.name(…)` calls: the function and the instance that comes first, or any attribute and `None`.
    pub fn get_method(&self, obj: &Value, name: &Value) -> PyResult<(Value, Option<Value>)> {
        let ty = self.type_of(obj);
        let plain = !matches!(
            obj.kind(),
            Some(Kind::Type | Kind::Super | Kind::Module | Kind::WeakRef | Kind::BoundMethod)
        ) && !ty.flags().any(TypeFlags::OWN_GETATTRIBUTE)
            && (!ty.is_heap()
                || !self
                    .flags_of(ty)
                    .any(TypeFlags::HAS_GETATTRIBUTE | TypeFlags::HAS_GETATTR));
        if plain && let Some(m) = self.lookup_type(ty, name) {
            let callable = match m.kind() {
                Some(Kind::Function) => true,
                Some(Kind::Descr) => m.downcast::<PyDescr>().is_some_and(
                    |d| matches!(d.access, DescrAccess::Method(d) if d.access == Access::Method),
                ),
                _ => false,
            };
            if callable && self.own_instance_attr(obj, name).is_none() {
                return Ok((m, Some(obj.clone())));
            }
        }
        Ok((self.get_attr(obj, name)?, None))
    }

    /// A special method of an object's type, bound to the object; `None` if the type lacks it.
    pub fn lookup_special(&self, obj: &Value, name: &Value) -> PyResult<Option<Value>> {
        let ty = self.type_of(obj);
        match self.lookup_type(ty, name) {
            Some(m) => self.descr_get(&m, Some(obj), ty).map(Some),
            None => Ok(None),
        }
    }

    /// Calls a special method of an object's type; `None` if the type lacks it (or sets it to None).
    #[inline]
    pub fn call_special(
        &self,
        obj: &Value,
        name: &Value,
        args: &[Value],
    ) -> PyResult<Option<Value>> {
        let ty = self.type_of(obj);
        let Some(m) = self.lookup_type(ty, name) else {
            return Ok(None);
        };
        self.call_unbound(&m, obj, ty, args).map(Some)
    }

    /// Calls a class attribute as a method of an instance.
    pub(crate) fn call_unbound(
        &self,
        m: &Value,
        obj: &Value,
        ty: &PyType,
        args: &[Value],
    ) -> PyResult {
        let native = m
            .downcast::<PyDescr>()
            .filter(|d| matches!(d.access, DescrAccess::Method(d) if d.access == Access::Method));
        if let Some(d) = native.filter(|d| ty.is_subtype(&d.owner)) {
            return self.call_own_method(d, obj, args);
        }
        if let Some(f) = m.downcast::<PyFunction>() {
            return run_method(self, f, obj, args);
        }
        if native.is_some() {
            return with_this(obj, args, |all| self.call(m, all));
        }
        let bound = self.descr_get(m, Some(obj), ty)?;
        self.call(&bound, args)
    }

    // Writing.

    /// `setattr(obj, name, value)`; a NULL value deletes. `name` is a str.
    #[inline]
    pub fn set_attr(&self, obj: &Value, name: &Value, value: Value) -> PyResult<()> {
        let name = &self.interned_name(name);
        let ty = self.type_of(obj);
        if ty.is_heap() && self.flags_of(ty).any(TypeFlags::HAS_SETATTR) {
            let (hook, args) = if value.is_null() {
                (&self.names.delattr, vec![name.clone()])
            } else {
                (&self.names.setattr, vec![name.clone(), value])
            };
            self.call_special(obj, hook, &args)?;
            return Ok(());
        }
        self.generic_set_attr(obj, name, value)
    }

    /// `delattr(obj, name)`.
    pub fn del_attr(&self, obj: &Value, name: &Value) -> PyResult<()> {
        self.set_attr(obj, name, Value::NULL)
    }

    /// What the builtin `__setattr__` and `__delattr__` of the object's kind do. `name` is interned.
    pub fn generic_set_attr(&self, obj: &Value, name: &Value, value: Value) -> PyResult<()> {
        if let Some(t) = obj.downcast::<PyType>() {
            return self.type_set_attr(obj, t, name, value);
        }
        if let Some(w) = obj.downcast::<PyWeakRef>()
            && !self.is_instance(obj, &self.types.weakref)
        {
            let target = w.get().ok_or_else(|| self.dead_proxy())?;
            return self.set_attr(&target, name, value);
        }
        let ty = self.type_of(obj);
        let meta = self.lookup_type(ty, name);
        if let Some(m) = &meta
            && let Some(done) = self.descr_set(m, obj, &value)?
        {
            let () = done;
            return Ok(());
        }
        let Some(h) = obj.header() else {
            return Err(self.cannot_set(obj, name, meta.is_some(), value.is_null()));
        };
        let dict = match h.kind() {
            Kind::Module | Kind::Namespace => self.instance_dict_opt(obj),
            _ if !h.shape().layout.has_dict => None,
            _ => {
                let a = Attributes::of(h);
                if !value.is_null() {
                    match a.set(name, value) {
                        Ok(()) => return Ok(()),
                        Err(value) => {
                            let Some(d) = self.instance_dict_opt(obj) else {
                                return Err(self.cannot_set(obj, name, meta.is_some(), false));
                            };
                            d.set_name(name, value);
                            return Ok(());
                        }
                    }
                }
                if a.get(name).is_none() {
                    return Err(self.missing_attr_for_delete(obj, name));
                }
                self.instance_dict_opt(obj)
            }
        };
        let Some(d) = dict else {
            return Err(self.cannot_set(obj, name, meta.is_some(), value.is_null()));
        };
        if value.is_null() {
            return match d.remove_name(name) {
                Some(_) => Ok(()),
                None => Err(self.missing_attr_for_delete(obj, name)),
            };
        }
        d.set_name(name, value);
        Ok(())
    }

    fn missing_attr_for_delete(&self, obj: &Value, name: &Value) -> Raise {
        if self.version < crate::version::Version::V3_11 {
            return self.attribute_error(&self.str_lossy(name));
        }
        self.no_attribute(obj, name)
    }

    fn cannot_set(&self, obj: &Value, name: &Value, exists: bool, delete: bool) -> Raise {
        let _ = delete;
        if exists {
            let text = format!(
                "'{}' object attribute '{}' is read-only",
                self.type_name(obj),
                self.str_lossy(name)
            );
            return self.attribute_error_for(obj, name, &text);
        }
        if self.version >= crate::version::Version::V3_13
            && obj.header().is_none_or(|h| !h.shape().layout.has_dict)
        {
            let text = format!(
                "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
                self.type_name(obj),
                self.str_lossy(name)
            );
            return self.attribute_error_for(obj, name, &text);
        }
        self.no_attribute(obj, name)
    }

    /// Sets (or deletes: NULL) through a descriptor. `None`: it is not one that can.
    pub fn descr_set(&self, descr: &Value, obj: &Value, value: &Value) -> PyResult<Option<()>> {
        let Some(h) = descr.header() else {
            return Ok(None);
        };
        match h.kind() {
            Kind::Property if !h.is_subclass() => {
                let Some(p) = descr.downcast::<PyProperty>() else {
                    return Ok(None);
                };
                let (part, what, old) = if value.is_null() {
                    (2, "deleter", "can't delete attribute")
                } else {
                    (1, "setter", "can't set attribute")
                };
                let f = p.parts[part].get();
                if f.is_none() {
                    return Err(self.property_error(p, obj, what, old));
                }
                if value.is_null() {
                    self.call(&f, std::slice::from_ref(obj))?;
                } else {
                    self.call(&f, &[obj.clone(), value.clone()])?;
                }
                Ok(Some(()))
            }
            Kind::Descr => {
                let Some(d) = descr.downcast::<PyDescr>() else {
                    return Ok(None);
                };
                match d.access {
                    DescrAccess::Method(_) => return Ok(None),
                    DescrAccess::Dict => {
                        // A deleted dict comes back empty when it is asked for.
                        let fresh = value.is_null().then(|| self.new_dict().into_value());
                        self.set_instance_dict(obj, fresh.as_ref().unwrap_or(value))?;
                    }
                    DescrAccess::WeakRef => {
                        return Err(self.attribute_error(&format!(
                            "attribute '__weakref__' of '{}' objects is not writable",
                            d.owner.name()
                        )));
                    }
                    DescrAccess::Member(i) => {
                        self.check_receiver(d, obj)?;
                        let old = obj.header().map_or(Value::NULL, |h| {
                            Attributes::of(h).set_member(i as usize, value.clone())
                        });
                        if value.is_null() && old.is_null() {
                            return Err(self.attribute_error(&self.str_lossy(&d.name)));
                        }
                    }
                    DescrAccess::GetSet(g) => {
                        self.check_receiver(d, obj)?;
                        match g.set {
                            Some(set) => set(self, obj, value.clone())?,
                            None => {
                                let text = if g.member {
                                    "readonly attribute".to_string()
                                } else {
                                    format!(
                                        "attribute '{}' of '{}' objects is not writable",
                                        g.name,
                                        d.owner.name()
                                    )
                                };
                                return Err(self.attribute_error(&text));
                            }
                        }
                    }
                }
                Ok(Some(()))
            }
            Kind::Function | Kind::Builtin => Ok(None),
            _ => {
                let (hook, args) = if value.is_null() {
                    (&self.names.delete, vec![obj.clone()])
                } else {
                    (&self.names.set, vec![obj.clone(), value.clone()])
                };
                if self.lookup_type(h.ty(), hook).is_some() {
                    self.call_special(descr, hook, &args)?;
                    return Ok(Some(()));
                }
                let other = if value.is_null() {
                    &self.names.set
                } else {
                    &self.names.delete
                };
                if self.lookup_type(h.ty(), other).is_some() {
                    let missing = if value.is_null() {
                        "__delete__"
                    } else {
                        "__set__"
                    };
                    return Err(self.attribute_error(missing));
                }
                Ok(None)
            }
        }
    }

    fn type_set_attr(&self, obj: &Value, ty: &PyType, name: &Value, value: Value) -> PyResult<()> {
        if !ty.is_heap() || ty.flags().any(TypeFlags::IMMUTABLE) {
            let text = if self.version >= crate::version::Version::V3_10 {
                format!(
                    "cannot set '{}' attribute of immutable type '{}'",
                    self.str_lossy(name),
                    ty.name()
                )
            } else {
                format!(
                    "can't set attributes of built-in/extension type '{}'",
                    ty.name()
                )
            };
            return Err(self.type_error(&text));
        }
        let metatype = self.type_of(obj);
        if let Some(m) = self.lookup_type(metatype, name)
            && self.descr_set(&m, obj, &value)?.is_some()
        {
            return Ok(());
        }
        if is_inert(&value)
            && let Some(p) = self.inert_slot(ty, name)
        {
            // SAFETY: the value goes only after its successor is in place.
            drop(unsafe { std::mem::replace(&mut *p, value) });
            return Ok(());
        }
        ty.invalidate();
        if value.is_null() {
            if ty.dict.remove_name(name).is_none() {
                let text = if self.version >= crate::version::Version::V3_11 {
                    format!(
                        "type object '{}' has no attribute '{}'",
                        ty.name(),
                        self.str_lossy(name)
                    )
                } else {
                    self.str_lossy(name)
                };
                return Err(self.attribute_error_for(obj, name, &text));
            }
        } else {
            ty.dict.set_name(name, value);
        }
        if name.is(&self.names.del) {
            self.refresh_del(ty);
        }
        Ok(())
    }

    /// `__del__` has come or gone: the flag is read when objects die, so it is kept at once.
    pub(crate) fn refresh_del(&self, ty: &PyType) {
        self.flags_of(ty);
        for s in ty.subclasses() {
            // SAFETY: a subclass takes itself off the list when it is freed.
            self.refresh_del(unsafe { s.as_ref() });
        }
    }
}

/// A new reference to a class attribute that a cache holds as a word; `None` for 0. The type that has it still has the
/// version that was remembered with it.
#[inline(always)]
pub(super) fn cached_value(bits: u64) -> Option<Value> {
    let p = std::ptr::NonNull::new(bits as *mut Header)?;
    // SAFETY: class attributes that are cached live as long as the type keeps its version; see `CachedMethod`.
    unsafe {
        if bits & 7 != 0 {
            // An immediate: the same word is the value.
            return Some(std::mem::transmute_copy::<u64, Value>(&bits));
        }
        Some(Value::from_header(p.as_ref()))
    }
}
