//! Subscripts and containment.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;

impl Vm {
    /// `o[k]`.
    pub fn get_item(&self, o: &Value, k: &Value) -> PyResult {
        if let Some(h) = o.header()
            && !h.is_subclass()
        {
            match h.kind() {
                Kind::Dict => {
                    if let Some(d) = o.downcast::<PyDict>() {
                        return match d.get(self, k)? {
                            Some(v) => Ok(v),
                            None => Err(self.key_error(k)),
                        };
                    }
                }
                Kind::List => {
                    if let (Some(l), Some(i)) = (o.downcast::<PyList>(), k.as_int()) {
                        return place(i, l.items.len())
                            .and_then(|at| l.items.get(at))
                            .ok_or_else(|| self.index_error("list index out of range"));
                    }
                }
                Kind::Tuple => {
                    if let (Some(t), Some(i)) = (o.downcast::<PyTuple>(), k.as_int()) {
                        return place(i, t.len())
                            .and_then(|at| t.get(at).cloned())
                            .ok_or_else(|| self.index_error("tuple index out of range"));
                    }
                }
                Kind::Str => {
                    if let (Some(s), Some(i)) = (o.downcast::<PyStr>(), k.as_int()) {
                        return match place(i, s.len()).and_then(|at| s.view().get(at)) {
                            Some(c) => Ok(self.new_char(c)),
                            None => Err(self.index_error("string index out of range")),
                        };
                    }
                }
                Kind::Bytes | Kind::ByteArray => {
                    if let Some(byte) = k.as_int().and_then(|i| byte_at(o, i)) {
                        return Ok(self.new_int(byte.into()));
                    }
                }
                _ => {}
            }
        }
        if let Some(r) = self.builtin_item(o, k) {
            return r;
        }
        if let Some(v) = self.call_special(o, &self.names.getitem, std::slice::from_ref(k))? {
            return Ok(v);
        }
        if o.downcast::<PyType>().is_some() {
            if o.is(self.types.type_.as_value()) && self.version >= crate::version::Version::V3_9 {
                return self.generic_alias(o, k);
            } else if let Some(f) = self.get_attr_opt(o, &self.names.class_getitem)? {
                return self.call(&f, std::slice::from_ref(k));
            }
            if self.version >= crate::version::Version::V3_11 {
                let name = o.downcast::<PyType>().map(PyType::name).unwrap_or_default();
                return Err(self.type_error(&format!("type '{name}' is not subscriptable")));
            }
        }
        // 3.6's sequence protocol words it differently.
        let sequence =
            self.type_of(o).is_heap() || matches!(o.kind(), Some(Kind::Set | Kind::DictView));
        if self.version < crate::version::Version::V3_7 && sequence && self.is_int(k) {
            return Err(self.type_error(&format!(
                "'{}' object does not support indexing",
                self.type_name(o)
            )));
        }
        Err(self.type_error(&format!(
            "'{}' object is not subscriptable",
            self.type_name(o)
        )))
    }

    /// `o[k]` of an instance of a subclass of `dict` or `tuple` that has the `__getitem__` of these; `None` where that
    /// has more to do.
    #[inline]
    fn builtin_item(&self, o: &Value, k: &Value) -> Option<PyResult> {
        let h = o.header()?;
        if !matches!(h.kind(), Kind::Dict | Kind::Tuple)
            || !self.flags_of(h.ty()).any(TypeFlags::BUILTIN_GETITEM)
        {
            return None;
        }
        if let Some(t) = o.downcast::<PyTuple>() {
            let at = place(k.as_int()?, t.len())?;
            return t.get(at).cloned().map(Ok);
        }
        match o.downcast::<PyDict>()?.get(self, k) {
            Ok(Some(v)) => Some(Ok(v)),
            Ok(None) => Some(self.missing_item(o, k)),
            Err(r) => Some(Err(r)),
        }
    }

    /// `o[k]` of an instance of a subclass of `dict` that lacks the key: what `__missing__` says.
    ///
    /// # Errors
    /// What that raises, or KeyError where there is none.
    pub fn missing_item(&self, o: &Value, k: &Value) -> PyResult {
        match self.call_special(o, &self.names.missing, std::slice::from_ref(k))? {
            Some(v) => Ok(v),
            None => Err(self.key_error(k)),
        }
    }

    /// `types.GenericAlias(origin, args)`: what `list[int]` gives. TypeError without a crate that makes them.
    pub fn generic_alias(&self, origin: &Value, args: &Value) -> PyResult {
        match crate::registry::ALIAS_DEFS.first() {
            Some(make) => make(self, origin, args),
            None => {
                Err(self.type_error(&format!("{} is not subscriptable", self.repr_text(origin)?)))
            }
        }
    }

    /// `o[k] = v`.
    pub fn set_item(&self, o: &Value, k: &Value, v: Value) -> PyResult<()> {
        if let Some(d) = o.downcast_exact::<PyDict>() {
            return d.set(self, k, v);
        }
        if let (Some(l), Some(i)) = (o.downcast_exact::<PyList>(), k.as_int()) {
            if let Some(at) = place(i, l.items.len())
                && l.items.set(at, v)
            {
                return Ok(());
            }
            return Err(self.index_error("list assignment index out of range"));
        }
        if let (Some(b), Some(i)) = (o.downcast_exact::<PyByteArray>(), k.as_int())
            && let Some(byte) = v.as_int().and_then(|v| u8::try_from(v).ok())
        {
            let mut data = b.data.borrow_mut();
            if let Some(slot) = place(i, data.len()).and_then(|at| data.get_mut(at)) {
                *slot = byte;
                return Ok(());
            }
        }
        match self.call_special(o, &self.names.setitem, &[k.clone(), v])? {
            Some(_) => Ok(()),
            None => Err(self.type_error(&format!(
                "'{}' object does not support item assignment",
                self.type_name(o)
            ))),
        }
    }

    /// `del o[k]`.
    pub fn del_item(&self, o: &Value, k: &Value) -> PyResult<()> {
        match self.call_special(o, &self.names.delitem, std::slice::from_ref(k))? {
            Some(_) => Ok(()),
            None => {
                // CPython's sequence and mapping protocols word it differently.
                let ty = self.type_of(o);
                let sequence = ty.is_heap() || self.lookup_type(ty, &self.names.getitem).is_some();
                let how = if sequence && self.is_int(k) {
                    "doesn't"
                } else {
                    "does not"
                };
                Err(self.type_error(&format!(
                    "'{}' object {how} support item deletion",
                    ty.name()
                )))
            }
        }
    }

    /// `item in container`.
    pub fn contains(&self, container: &Value, item: &Value) -> PyResult<bool> {
        if let Some(h) = container.header()
            && !h.is_subclass()
        {
            match h.kind() {
                Kind::Dict => {
                    if let Some(d) = container.downcast::<PyDict>() {
                        return d.contains(self, item);
                    }
                }
                // A set that is asked for, which has no hash, its own method makes a frozenset.
                Kind::Set if item.kind() != Some(Kind::Set) => {
                    if let Some(s) = container.downcast::<PySet>() {
                        return s.contains(self, item);
                    }
                }
                Kind::List => {
                    if let Some(l) = container.downcast::<PyList>() {
                        return match known_among(l.items.inner(), item) {
                            Ok(found) => Ok(found),
                            Err(from) => self.any_equal(item, from, |i| l.items.get(i)),
                        };
                    }
                }
                Kind::Tuple => {
                    if let Some(t) = container.downcast::<PyTuple>() {
                        return match known_among(t.items(), item) {
                            Ok(found) => Ok(found),
                            Err(from) => self.any_equal(item, from, |i| t.get(i).cloned()),
                        };
                    }
                }
                Kind::Str => {
                    if let (Some(s), Some(part)) =
                        (container.downcast::<PyStr>(), item.downcast::<PyStr>())
                    {
                        return Ok(crate::text::search::contains(s.view(), part.view()));
                    }
                }
                _ => {}
            }
        }
        let ty = self.type_of(container);
        match self.lookup_type(ty, &self.names.contains) {
            Some(f) if f.is_none() => Err(self.type_error(&format!(
                "'{}' object is not a container",
                self.type_name(container)
            ))),
            Some(f) => {
                let r = self.call_unbound(&f, container, ty, std::slice::from_ref(item))?;
                self.truth(&r)
            }
            None => {
                let it = match self.get_iter(container) {
                    Ok(it) => it,
                    Err(r) if self.is_exception(&r, &self.exc_types.TypeError) => {
                        let text = if self.version >= crate::version::Version::V3_14 {
                            format!(
                                "argument of type '{}' is not a container or iterable",
                                self.type_name(container)
                            )
                        } else {
                            format!(
                                "argument of type '{}' is not iterable",
                                self.type_name(container)
                            )
                        };
                        return Err(self.type_error(&text));
                    }
                    Err(r) => return Err(r),
                };
                while let Some(v) = self.iter_next(&it)? {
                    if self.same_or_equal(&v, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Whether one of the items, which may change meanwhile, is equal to `v`.
    fn any_equal(
        &self,
        v: &Value,
        from: usize,
        item: impl Fn(usize) -> Option<Value>,
    ) -> PyResult<bool> {
        let mut i = from;
        while let Some(x) = item(i) {
            if self.same_or_equal(&x, v)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }
}

/// Where an index lies in a sequence of `len` items; `None` below the first one.
#[inline(always)]
fn place(i: i64, len: usize) -> Option<usize> {
    usize::try_from(if i < 0 { i + len as i64 } else { i }).ok()
}

/// The byte that bytes or a bytearray have at an index.
fn byte_at(v: &Value, i: i64) -> Option<u8> {
    if let Some(b) = v.downcast::<PyBytes>() {
        return b.data.get(place(i, b.data.len())?).copied();
    }
    let data = v.downcast::<PyByteArray>()?.data.borrow();
    data.get(place(i, data.len())?).copied()
}
