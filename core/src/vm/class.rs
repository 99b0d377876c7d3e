//! Making classes: metaclass, namespace, descriptors, and what is called on the way (PEP 487).

use super::Vm;
use super::types::alloc_fixed;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

/// What `type.__new__` makes a class of.
pub struct ClassParts<'a> {
    /// The metaclass.
    pub meta: &'a PyType,
    /// `__name__`, a str.
    pub name: Value,
    /// The bases, all types.
    pub bases: Vec<Ref<PyType>>,
    /// The namespace; copied.
    pub namespace: Ref<PyDict>,
    /// Keywords of the class statement, for `__init_subclass__`.
    pub keywords: Vec<(Value, Value)>,
}

impl Vm {
    /// The metaclass that fits all bases: the most derived one. TypeError if there is none.
    pub fn most_derived_metaclass(
        &self,
        start: &Ref<PyType>,
        bases: &[Value],
    ) -> PyResult<Ref<PyType>> {
        let mut winner = start.clone();
        for b in bases {
            let m = self.type_of(b);
            if winner.is_subtype(m) {
                continue;
            }
            if m.is_subtype(&winner) {
                winner = Ref::new(m);
                continue;
            }
            return Err(self.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        Ok(winner)
    }

    /// `type.__new__`.
    pub fn make_class(&self, parts: ClassParts<'_>) -> PyResult<Ref<PyType>> {
        let ClassParts {
            meta,
            name,
            mut bases,
            namespace,
            keywords,
        } = parts;
        if bases.is_empty() {
            bases.push(self.types.object.clone());
        }
        let base = self.best_base(&bases)?;
        let slots = namespace.get_name(&self.names.slots);
        let members = match &slots {
            Some(s) => Some(self.slot_names_of(s, &name, &base, &namespace)?),
            None => None,
        };
        let base_layout = base.layout.get();
        let any_dict = bases.iter().any(|b| b.has_dict());
        let any_weak = bases.iter().any(|b| b.flags().any(TypeFlags::WEAKREF));
        let (wants_dict, wants_weak) = match &members {
            None => (true, !base.has_items()),
            Some(m) => (m.dict, m.weakref),
        };
        let own: Vec<Value> = members
            .as_ref()
            .map(|m| m.names.clone())
            .unwrap_or_default();
        let dict = self.new_dict();
        dict.update_from(self, &namespace)?;
        let qualname = match dict.remove_name(&self.names.qualname) {
            Some(q) if self.is_str(&q) => q,
            Some(q) => {
                return Err(self.type_error(&format!(
                    "type __qualname__ must be a str, not {}",
                    self.type_name(&q)
                )));
            }
            None => name.clone(),
        };
        let classcell = dict.remove_name(&self.names.classcell);
        let classdictcell = dict.remove_name(&self.names.classdictcell);
        if dict.get_name(&self.names.module).is_none()
            && let Some(m) = self.current_module_name()
        {
            dict.set_name(&self.names.module, m);
        }
        // Some methods are made static or class methods without being asked.
        for (n, is_static) in [
            (&self.names.new, true),
            (&self.names.init_subclass, false),
            (&self.names.class_getitem, false),
        ] {
            if let Some(f) = dict.get_name(n)
                && f.kind() == Some(Kind::Function)
            {
                let v = if is_static {
                    self.new_staticmethod_of(&self.types.staticmethod, f)
                        .into_value()
                } else {
                    self.new_classmethod_of(&self.types.classmethod, f)
                        .into_value()
                };
                dict.set_name(n, v);
            }
        }
        let first_member = base_layout.members;
        // Modules, namespaces and classes have their dict in the payload.
        let own_dict = matches!(base.kind(), Kind::Module | Kind::Namespace | Kind::Type);
        let has_dict = (any_dict || wants_dict) && !own_dict;
        let mut flags = TypeFlags::HEAP | TypeFlags::BASETYPE;
        if any_weak || wants_weak {
            flags |= TypeFlags::WEAKREF;
        }
        for b in &bases {
            flags |= b.flags().0 & (TypeFlags::SEQUENCE | TypeFlags::MAPPING);
        }
        flags |= base.flags().0 & (TypeFlags::MATCH_SELF | TypeFlags::OWN_GETATTRIBUTE);
        let base_values: Vec<Value> = bases.iter().map(Ref::value).collect();
        let type_parts = TypeParts {
            name: name.clone(),
            qualname,
            bases: self.new_tuple(base_values),
            base: base.value(),
            dict: dict.clone(),
            flags,
            vtable: base.vtable,
            members: first_member + own.len() as u16,
            own_members: own.len() as u16,
            has_dict,
            natives: None,
            next: base.next.get(),
        };
        // SAFETY: metaclasses are subclasses of `type` and have its layout.
        let ty = unsafe { alloc_fixed(&self.heap, meta, |h| PyType::from_parts(h, type_parts)) };
        for (i, n) in own.iter().enumerate() {
            let d = self.new_descr(&ty, n.clone(), DescrAccess::Member(first_member + i as u16));
            dict.set_name(n, d);
        }
        if has_dict && !any_dict {
            let d = self.new_descr(&ty, self.names.dict.clone(), DescrAccess::Dict);
            if dict.get_name(&self.names.dict).is_none() {
                dict.set_name(&self.names.dict, d);
            }
        }
        if wants_weak && !any_weak && dict.get_name(&self.names.weakref).is_none() {
            let d = self.new_descr(&ty, self.names.weakref.clone(), DescrAccess::WeakRef);
            dict.set_name(&self.names.weakref, d);
        }
        if dict.get_name(&self.names.doc).is_none() {
            dict.set_name(&self.names.doc, Value::NONE);
        }
        if dict.get_name(&self.names.eq).is_some() && dict.get_name(&self.names.hash).is_none() {
            dict.set_name(&self.names.hash, Value::NONE);
        }
        let (mro, custom) = self.compute_mro(&ty, &bases)?;
        drop(ty.set_mro(mro, custom));
        for b in &bases {
            ty.derive_from(b);
        }
        // Inline attribute slots start with what the base has learnt.
        ty.learn_inline(base_layout.inline as usize);
        self.flags_of(&ty);
        if let Some(cell) = &classcell {
            match cell.downcast::<PyCell>() {
                Some(c) => c.value.set(ty.value()),
                None => {
                    return Err(self.type_error(&format!(
                        "__classcell__ must be a nonlocal cell, not {}",
                        self.repr_text(&value_of(self.type_of(cell)))?
                    )));
                }
            }
        }
        if let Some(c) = classdictcell.as_ref().and_then(|c| c.downcast::<PyCell>()) {
            c.value.set(self.new_mappingproxy(dict.value()));
        }
        self.set_names(&ty, &name)?;
        self.init_subclass(&ty, &keywords)?;
        Ok(ty)
    }

    fn set_names(&self, ty: &Ref<PyType>, class_name: &Value) -> PyResult<()> {
        for (k, v) in ty.dict.items() {
            let vt = self.type_of(&v);
            let Some(f) = self.lookup_type(vt, &self.names.set_name) else {
                continue;
            };
            let r = self.call_unbound(&f, &v, vt, &[ty.value(), k.clone()]);
            if let Err(r) = r {
                let text = format!(
                    "Error calling __set_name__ on '{}' instance {} in '{}'",
                    self.type_name(&v),
                    self.repr_text(&k)?,
                    self.str_lossy(class_name)
                );
                if self.version >= Version::V3_12 {
                    // The original exception with a note.
                    if r.exception().is_some() {
                        self.call_method_str(r.value(), "add_note", &[self.new_str(&text)])?;
                    }
                    return Err(r);
                }
                let wrapped = self.runtime_error(&text);
                if let Some(e) = wrapped.exception() {
                    e.cause.set(r.value().clone());
                    e.context.set(r.value().clone());
                    e.suppress_context.set(true);
                }
                return Err(wrapped);
            }
        }
        Ok(())
    }

    fn init_subclass(&self, ty: &Ref<PyType>, keywords: &[(Value, Value)]) -> PyResult<()> {
        let sup = self.new_super_of(&self.types.super_, ty.value(), ty.value(), ty.value());
        if let Some(f) = self.get_attr_opt(sup.as_value(), &self.names.init_subclass)? {
            self.call_kw(&f, &[], keywords)?;
        }
        Ok(())
    }

    /// Marks a class as abstract or not: whether it can be instantiated.
    pub fn set_abstract(&self, ty: &PyType, on: bool) {
        ty.set_flag(TypeFlags::ABSTRACT, on);
        ty.invalidate();
    }

    /// The direct subclasses of a class that are still there.
    pub fn subclasses_of(&self, ty: &PyType) -> Vec<Value> {
        self.sys_module();
        // SAFETY: a subclass takes itself off the list when it is freed.
        ty.subclasses()
            .iter()
            .map(|s| value_of(unsafe { s.as_ref() }))
            .collect()
    }

    /// `__name__` of the module whose code is running.
    pub fn current_module_name(&self) -> Option<Value> {
        let g = self.current_globals()?;
        g.get_name(&self.names.name)
    }
}
