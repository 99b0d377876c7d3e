//! Assigning to `__class__` and `__bases__`.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

impl Vm {
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
}
