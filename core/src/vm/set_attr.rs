//! Setting and deleting attributes, descriptors included.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::interp::raw::is_inert;
use crate::object::*;
use crate::value::Value;

impl Vm {
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
                if let Some(old) = a.remove(name) {
                    drop(old);
                    return Ok(());
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
