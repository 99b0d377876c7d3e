//! Making classes: metaclass, bases, MRO, layout, `__slots__`, and what is called on the way (PEP 487).

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
                    if let Some(e) = r.exception() {
                        let _ = e;
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

    /// The base whose layout the new class extends.
    fn best_base(&self, bases: &[Ref<PyType>]) -> PyResult<Ref<PyType>> {
        let mut winner: Option<(Ref<PyType>, Ref<PyType>)> = None;
        for b in bases {
            if !b.flags().any(TypeFlags::BASETYPE) {
                return Err(self.type_error(&format!(
                    "type '{}' is not an acceptable base type",
                    b.name()
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

    /// C3 linearisation, or what the metaclass's `mro()` says: then with true.
    fn compute_mro(&self, ty: &Ref<PyType>, bases: &[Ref<PyType>]) -> PyResult<(Value, bool)> {
        let meta = ty.header.ty();
        if meta.is_heap()
            && let Some(f) = self.lookup_type(meta, &self.names.mro)
            && f.kind() != Some(Kind::Descr)
        {
            let list = self.call_unbound(&f, ty.as_value(), meta, &[])?;
            let items = self.collect(&list)?;
            for t in &items {
                if t.downcast::<PyType>().is_none() {
                    return Err(self.type_error(&format!(
                        "mro() returned a non-class ('{}')",
                        self.type_name(t)
                    )));
                }
            }
            return Ok((self.new_tuple(items), true));
        }
        Ok((self.new_tuple(self.c3(ty, bases)?), false))
    }

    /// The C3 linearisation of a class with these bases.
    pub fn c3(&self, ty: &Ref<PyType>, bases: &[Ref<PyType>]) -> PyResult<Vec<Value>> {
        for (i, b) in bases.iter().enumerate() {
            if bases[..i].iter().any(|o| std::ptr::eq(&**o, &**b)) {
                return Err(self.type_error(&format!("duplicate base class {}", b.name())));
            }
        }
        let mut lists: Vec<Vec<Value>> = Vec::new();
        for b in bases {
            let mro = b.mro.get();
            lists.push(
                mro.downcast::<PyTuple>()
                    .map(|m| m.items().to_vec())
                    .unwrap_or_default(),
            );
        }
        lists.push(bases.iter().map(Ref::value).collect());
        let mut out = vec![ty.value()];
        let mut heads = vec![0usize; lists.len()];
        loop {
            let mut rest = false;
            let mut next = None;
            for (l, h) in lists.iter().zip(&heads) {
                let Some(c) = l.get(*h) else { continue };
                rest = true;
                let blocked = lists
                    .iter()
                    .zip(&heads)
                    .any(|(l, h)| l.iter().skip(h + 1).any(|o| o.is(c)));
                if !blocked {
                    next = Some(c.clone());
                    break;
                }
            }
            if !rest {
                return Ok(out);
            }
            let Some(c) = next else {
                let mut left: Vec<String> = Vec::new();
                for (l, h) in lists.iter().zip(&heads) {
                    if let Some(c) = l.get(*h).and_then(|c| c.downcast::<PyType>())
                        && !left.contains(&c.name())
                    {
                        left.push(c.name());
                    }
                }
                let space = if self.version >= Version::V3_13 {
                    ' '
                } else {
                    '\n'
                };
                return Err(self.type_error(&format!(
                    "Cannot create a consistent method resolution{space}order (MRO) for bases {}",
                    left.join(", ")
                )));
            };
            for (l, h) in lists.iter().zip(heads.iter_mut()) {
                if l.get(*h).is_some_and(|o| o.is(&c)) {
                    *h += 1;
                }
            }
            out.push(c);
        }
    }

    fn slot_names_of(
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

    /// `obj.__class__ = ty`, where both types have the same layout.
    ///
    /// # Errors
    /// TypeError if they have not.
    pub fn set_class(&self, obj: &Value, ty: &Ref<PyType>) -> PyResult<()> {
        let old = Ref::new(self.type_of(obj));
        let modules = old.kind() == Kind::Module && ty.kind() == Kind::Module;
        if !modules && (!old.is_heap() || !ty.is_heap()) || ty.flags().any(TypeFlags::IMMUTABLE) {
            let text = if self.version >= Version::V3_10 {
                "__class__ assignment only supported for mutable types or ModuleType subclasses"
            } else {
                "__class__ assignment only supported for heap types or ModuleType subclasses"
            };
            return Err(self.type_error(text));
        }
        let Some(h) = obj.header() else {
            return Err(self.system_error("immediate value of a heap type"));
        };
        self.same_deallocator("__class__", ty, &old)?;
        let (a, b) = (old.layout.get(), ty.layout.get());
        let same = std::ptr::eq(old.vtable, ty.vtable)
            && a.members == b.members
            && a.has_dict == b.has_dict
            && old.flags().any(TypeFlags::WEAKREF) == ty.flags().any(TypeFlags::WEAKREF)
            && self.member_names(&old) == self.member_names(ty)
            && std::ptr::eq(&*self.payload_type(&old), &*self.payload_type(ty));
        if !same {
            return Err(self.type_error(&format!(
                "__class__ assignment: '{}' object layout differs from '{}'",
                ty.name(),
                old.name()
            )));
        }
        if a.has_dict {
            self.instance_dict_opt(obj);
        }
        h.set_type(&old, ty);
        Ok(())
    }

    /// Refuses to assign a class to `__class__` or `__bases__` in place of one that CPython frees in another way: one of
    /// them may be part of cycles, the other not. (So a class whose only base is `object` keeps it.)
    fn same_deallocator(
        &self,
        attribute: &str,
        new: &Ref<PyType>,
        old: &Ref<PyType>,
    ) -> PyResult<()> {
        if self.has_cycles(new) == self.has_cycles(old) {
            return Ok(());
        }
        Err(self.type_error(&format!(
            "{attribute} assignment: '{}' deallocator differs from '{}'",
            new.name(),
            old.name()
        )))
    }

    /// Whether instances may be part of cycles: CPython's `Py_TPFLAGS_HAVE_GC`, which all classes have since 3.8.
    fn has_cycles(&self, ty: &Ref<PyType>) -> bool {
        if ty.is_heap() && self.version >= Version::V3_8 {
            return true;
        }
        let (layout, payload) = (ty.layout.get(), &ty.vtable);
        layout.has_dict
            || layout.members > 0
            || ty.is_heap() && ty.flags().any(TypeFlags::WEAKREF)
            || payload.container && payload.kind != Kind::Object
    }

    /// Bits of the names of all `__slots__` members of a class and its bases, in order of their places.
    fn member_names(&self, ty: &Ref<PyType>) -> Vec<(u16, u64)> {
        let mro = ty.mro.get();
        let mut out = Vec::new();
        for t in mro.downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
            let Some(t) = t.downcast::<PyType>() else {
                continue;
            };
            for v in t.dict.values() {
                if let Some(d) = v.downcast::<PyDescr>()
                    && let DescrAccess::Member(i) = d.access
                {
                    out.push((i, d.name.bits()));
                }
            }
        }
        out.sort_unstable();
        out
    }

    /// The builtin type whose payload instances have.
    fn payload_type(&self, ty: &Ref<PyType>) -> Ref<PyType> {
        let mut at = ty.clone();
        while at.is_heap() {
            let Some(base) = at.base.get().to_ref::<PyType>() else {
                break;
            };
            at = base;
        }
        at
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

    /// `cls.__bases__ = bases`.
    ///
    /// # Errors
    /// TypeError if the bases do not fit the class.
    pub fn set_bases(&self, ty: &Ref<PyType>, bases: &Value) -> PyResult<()> {
        let items = bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        let mut new = Vec::new();
        for b in items {
            match b.to_ref::<PyType>() {
                Some(b) if b.is_subtype(ty) => {
                    return Err(self.type_error("a __bases__ item causes an inheritance cycle"));
                }
                Some(b) => new.push(b),
                None => {
                    return Err(self.type_error(&format!(
                        "{}.__bases__ must be tuple of classes, not '{}'",
                        ty.name(),
                        self.type_name(b)
                    )));
                }
            }
        }
        let base = self.best_base(&new)?;
        let old_base = ty.base.get();
        let (a, b) = (ty.layout.get(), base.layout.get());
        let mut fits =
            std::ptr::eq(ty.vtable, base.vtable) && b.members + ty.own_members == a.members;
        if let Some(old) = old_base.to_ref::<PyType>() {
            self.same_deallocator("__bases__", &base, &old)?;
            let weak = |t: &PyType| t.flags().any(TypeFlags::WEAKREF);
            fits &= old.layout.get().has_dict == b.has_dict && weak(&old) == weak(&base);
        }
        if !fits {
            return Err(self.type_error(&format!(
                "__bases__ assignment: '{}' object layout differs from '{}'",
                base.name(),
                old_base
                    .downcast::<PyType>()
                    .map(PyType::name)
                    .unwrap_or_default()
            )));
        }
        let (mro, custom) = self.compute_mro(ty, &new)?;
        let old = ty.bases.get();
        let mut changed = vec![(ty.clone(), ty.set_mro(mro, custom))];
        ty.set_bases(bases.clone(), base.value());
        if let Err(r) = self.refresh_mros(ty, &mut changed) {
            // Some class below cannot be ordered any more: all is as it was.
            ty.set_bases(old, old_base);
            for (t, mro) in changed.into_iter().rev() {
                drop(t.set_mro(mro, true));
            }
            return Err(r);
        }
        self.refresh_del(ty);
        Ok(())
    }

    /// Computes the MROs of all subclasses anew; `changed` gets the classes with their old ones.
    fn refresh_mros(
        &self,
        ty: &Ref<PyType>,
        changed: &mut Vec<(Ref<PyType>, Value)>,
    ) -> PyResult<()> {
        self.check_rust_stack()?;
        for s in self.subclasses_of(ty) {
            let Some(s) = s.to_ref::<PyType>() else {
                continue;
            };
            let bases = s.bases.get();
            let bases: Vec<Ref<PyType>> = bases
                .downcast::<PyTuple>()
                .map_or(&[][..], PyTuple::items)
                .iter()
                .filter_map(Value::to_ref::<PyType>)
                .collect();
            let (mro, custom) = self.compute_mro(&s, &bases)?;
            let old = s.set_mro(mro, custom);
            changed.push((s.clone(), old));
            self.refresh_mros(&s, changed)?;
        }
        Ok(())
    }

    /// `__name__` of the module whose code is running.
    pub fn current_module_name(&self) -> Option<Value> {
        let g = self.current_globals()?;
        g.get_name(&self.names.name)
    }
}

struct SlotNames {
    names: Vec<Value>,
    dict: bool,
    weakref: bool,
}

impl PyType {
    /// Whether CPython's layout of the type ends with items (`tp_itemsize`), so that nothing can be added behind.
    fn has_items(&self) -> bool {
        matches!(
            self.vtable.kind,
            Kind::Int | Kind::Bytes | Kind::Tuple | Kind::Type
        )
    }
}

/// Private names (`__x` in a class `C` is `_C__x`).
pub(crate) fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_string();
    }
    format!("_{class}{name}")
}
