//! Attributes of instances, modules and classes: reading.

use super::Vm;
use super::natives::with_this;
use crate::error::{PyResult, Raise};
use crate::interp::run_method;
use crate::object::*;
use crate::value::Value;

impl Vm {
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

    /// Calls `m`, an attribute of the type `ty`, as a method of the type's instance `obj`.
    ///
    /// # Errors
    /// What binding it or the method raises.
    pub fn call_unbound(&self, m: &Value, obj: &Value, ty: &PyType, args: &[Value]) -> PyResult {
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
}
