//! Descriptors: what reading a class attribute through an instance gives.

use super::Vm;
use crate::error::{PyResult, Raise};
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
    pub(super) fn has_get(&self, v: &Value) -> bool {
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
}
