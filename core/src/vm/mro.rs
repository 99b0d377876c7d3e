//! Method resolution orders: computed for new classes, and anew below a class whose bases change.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

impl Vm {
    /// C3 linearisation, or what the metaclass's `mro()` says: then with true.
    pub(super) fn compute_mro(
        &self,
        ty: &Ref<PyType>,
        bases: &[Ref<PyType>],
    ) -> PyResult<(Value, bool)> {
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

    /// Computes the MROs of all subclasses anew; `changed` gets the classes with their old ones.
    pub(super) fn refresh_mros(
        &self,
        ty: &Ref<PyType>,
        changed: &mut Vec<(Ref<PyType>, Value)>,
    ) -> PyResult<()> {
        self.check_rust_stack()?;
        for s in self.subclasses_of(ty) {
            let Some(s) = s.to_ref::<PyType>() else {
                continue;
            };
            let (mro, custom) = self.compute_mro(&s, &s.base_types())?;
            let old = s.set_mro(mro, custom);
            changed.push((s.clone(), old));
            self.refresh_mros(&s, changed)?;
        }
        Ok(())
    }
}
