//! `isinstance` and `issubclass`.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;

impl Vm {
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
        self.class_check(v, classes, &self.names.instancecheck)
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
        self.class_check(c, classes, &self.names.subclasscheck)
    }

    fn class_check(&self, v: &Value, class: &Value, hook: &Value) -> PyResult<bool> {
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

    /// `v.__class__`.
    ///
    /// # Errors
    /// What reading the attribute raises.
    pub fn class_attribute(&self, v: &Value) -> PyResult {
        let ty = self.type_of(v);
        if self.flags_of(ty).any(TypeFlags::OWN_CLASS) {
            return Ok(value_of(ty));
        }
        self.get_attr(v, &self.names.class)
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
}
