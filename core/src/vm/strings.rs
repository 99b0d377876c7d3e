//! Strings: making, interning, and as Rust text.

use std::ptr::NonNull;

use super::Vm;
use super::types::fresh_header;
use crate::error::PyResult;
use crate::object::*;
use crate::text::{Str, StrBuilder};
use crate::value::Value;

impl Vm {
    /// A str.
    pub fn new_str(&self, s: &str) -> Value {
        match Str::from_ascii(s) {
            Some(t) => self.new_text(t),
            None => self.new_text(crate::text::StrBuf::from(s).view()),
        }
    }

    /// A str. The text must be in its narrowest width. Empty strs and Latin-1 characters are shared.
    pub fn new_text(&self, s: Str<'_>) -> Value {
        if s.len() == 1
            && let Some(c) = s.get(0)
        {
            return self.new_char(c);
        }
        if s.is_empty() {
            return self.intern_text(s);
        }
        self.new_text_unshared(s)
    }

    /// A str; `ty` is `str` or a subclass.
    pub fn new_str_of(&self, ty: &PyType, s: Str<'_>) -> Value {
        if !ty.is_heap() || ty.kind() != Kind::Str {
            return self.new_text(s);
        }
        let s = s.to_buf();
        let s = s.view();
        // SAFETY: memory for struct, attributes and characters.
        unsafe {
            let shape = ty.root_shape();
            let layout = shape.as_ref().layout;
            let extra = layout.extra();
            let (p, large) = self.heap.alloc(PyStr::bytes_for(s) + extra);
            PyStr::write(p, fresh_header(ty, shape, large), s, extra);
            if extra > 0 {
                init_attributes(p, layout.payload as usize, &layout);
            }
            Value::from_ptr(p.cast())
        }
    }

    #[inline]
    pub(super) fn new_text_unshared(&self, s: Str<'_>) -> Value {
        // SAFETY: memory for the characters.
        unsafe {
            let (p, large) = self.heap.alloc(PyStr::bytes_for(s));
            let ty = &self.types.str;
            PyStr::write(p, fresh_header(ty, ty.root_shape(), large), s, 0);
            Value::from_ptr(p.cast())
        }
    }

    /// `a + b` where `a` is a long str that nobody else refers to: it grows in place, so that a string built piece by
    /// piece takes time in proportion to its length. Anything else is given back.
    pub fn append_str(&self, a: Value, b: &Value) -> Result<Value, Value> {
        let (Some(s), Some(more)) = (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>())
        else {
            return Err(a);
        };
        let fits = s.header.refcount() == 1
            && s.header.has_flag(hflags::LARGE)
            && !s.is_interned()
            && s.is_as_wide_as(more);
        let (Some(p), true) = (a.ptr(), fits) else {
            return Err(a);
        };
        let unit = match s.view() {
            Str::Ascii(_) | Str::Latin1(_) => 1,
            Str::Ucs2(_) => 2,
            Str::Ucs4(_) => 4,
        };
        let size = PyStr::bytes_for(s.view()) + more.len() * unit;
        // SAFETY: `a` is the only reference, and it is large; characters of `more`, which is another object, fit.
        unsafe {
            std::mem::forget(a);
            let p = self.heap.grow_large(p, size);
            PyStr::extend(p, more.view());
            Ok(Value::from_ptr(p))
        }
    }

    /// An interned str.
    pub fn intern(&self, s: &str) -> Value {
        match Str::from_ascii(s) {
            Some(t) => self.intern_text(t),
            None => self.intern_text(crate::text::StrBuf::from(s).view()),
        }
    }

    /// An interned str.
    pub fn intern_text(&self, s: Str<'_>) -> Value {
        let hash = self.hash_key.hash_str(s);
        if let Some(v) = self.find_interned(s, hash) {
            return v;
        }
        let v = self.new_text_unshared(s);
        self.add_interned(&v, hash);
        v
    }

    fn find_interned(&self, s: Str<'_>, hash: i64) -> Option<Value> {
        let found = self.interned.borrow().find(s, hash)?;
        // SAFETY: a string leaves the table when it is freed.
        Some(unsafe { Value::from_header(found.as_ref()) })
    }

    fn add_interned(&self, v: &Value, hash: i64) {
        if let Some(t) = v.downcast::<PyStr>() {
            t.hash.set(hash);
            t.header.set_flag(hflags::INTERNED);
            self.interned.borrow_mut().add(t);
        }
    }

    /// `sys.intern`: the interned equal of an exact str, which may be the str itself.
    pub fn intern_value(&self, v: &Value) -> Value {
        let Some(s) = v.downcast_exact::<PyStr>() else {
            return v.clone();
        };
        if s.is_interned() {
            return v.clone();
        }
        let hash = self.hash_key.hash_str(s.view());
        match self.find_interned(s.view(), hash) {
            Some(old) => old,
            None => {
                self.add_interned(v, hash);
                v.clone()
            }
        }
    }

    /// Takes an object that is being freed out of the tables of strings and weak references.
    pub(crate) fn forget_object(&self, p: NonNull<Header>) {
        // SAFETY: the object is still whole.
        let h = unsafe { p.as_ref() };
        if h.has_flag(hflags::INTERNED) {
            // SAFETY: interned objects are strings.
            let s = unsafe { &*(p.as_ptr() as *const PyStr) };
            if let Ok(mut table) = self.interned.try_borrow_mut() {
                table.remove(s);
            }
        }
        if h.has_flag(hflags::WEAKREFED) {
            self.clear_weakrefs(p);
        }
    }

    /// Whether a value is a `str`, subclasses included.
    #[inline]
    pub fn is_str(&self, v: &Value) -> bool {
        v.kind() == Some(Kind::Str)
    }

    /// The text of a str; for anything else a short description that runs no Python code.
    pub fn str_lossy(&self, v: &Value) -> String {
        match v.downcast::<PyStr>() {
            Some(s) => s.to_string(),
            None => format!("{v:?}"),
        }
    }

    /// Whether two strs have the same text.
    pub fn same_str(&self, a: &Value, b: &Value) -> bool {
        match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            (Some(a), Some(b)) => a.same_text(b),
            _ => false,
        }
    }

    /// Whether a str is an identifier.
    pub fn is_identifier(&self, v: &Value) -> bool {
        v.downcast::<PyStr>()
            .is_some_and(|s| crate::text::chars::isidentifier(s.view()))
    }

    /// The strs one behind another.
    pub fn concat_strings(&self, parts: &[Value]) -> PyResult {
        let mut b = StrBuilder::new();
        for p in parts {
            match p.downcast::<PyStr>() {
                Some(s) => b.push_str(s.view()),
                None => {
                    return Err(self.type_error(&format!(
                        "sequence item: expected str instance, {} found",
                        self.type_name(p)
                    )));
                }
            }
        }
        Ok(self.new_text(b.finish().view()))
    }

    /// A str argument as a view; TypeError naming what was expected otherwise.
    pub fn str_arg<'a>(&self, v: &'a Value, function: &str) -> PyResult<Str<'a>> {
        match v.downcast::<PyStr>() {
            Some(s) => Ok(s.view()),
            None => Err(self.type_error(&format!(
                "{function} must be str, not {}",
                self.type_name(v)
            ))),
        }
    }
}
