//! Strings: making, interning, and as Rust text.

use std::ptr::NonNull;

use super::Vm;
use super::types::fresh_header;
use crate::error::PyResult;
use crate::object::*;
use crate::text::{Str, Width, is_there_room};
use crate::value::Value;

/// The largest text that is made here.
const MAX_BYTES: usize = isize::MAX as usize / 2;

/// Writes the characters of a new str: see [`Vm::write_text`].
struct TextWriter {
    text: NonNull<Header>,
    at: usize,
    len: usize,
}

impl TextWriter {
    /// Appends text that is not wider than the str is to be; what does not fit any more is left out.
    #[inline]
    fn push(&mut self, text: Str<'_>) {
        let text = if text.len() > self.len - self.at {
            text.slice(0, self.len - self.at)
        } else {
            text
        };
        // SAFETY: a new str that nobody else refers to, with memory for `len` characters.
        unsafe { PyStr::put(self.text, self.at, text) };
        self.at += text.len();
    }
}

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
            return self.empty_text();
        }
        self.new_text_unshared(s)
    }

    fn empty_text(&self) -> Value {
        if self.empty_str.is_null() {
            self.empty_str.set(self.intern_text(Str::EMPTY));
        }
        self.empty_str.get()
    }

    /// A str of so many characters of at most this width, one at least just as wide, which `fill` writes.
    ///
    /// # Errors
    /// MemoryError where so much memory cannot be had.
    #[inline]
    fn write_text(&self, len: usize, width: Width, fill: impl FnOnce(&mut TextWriter)) -> PyResult {
        let bytes = len.saturating_mul(width.bytes());
        if bytes > MAX_BYTES || !is_there_room(bytes) {
            return Err(self.memory_error());
        }
        // SAFETY: memory for the characters, all of which the writer writes; nobody else refers to the string yet.
        let text = unsafe {
            let (p, large) = self.heap.alloc(size_of::<PyStr>() + bytes);
            let ty = &self.types.str;
            PyStr::write_empty(p, fresh_header(ty, ty.root_shape(), large), width, len);
            let mut writer = TextWriter {
                text: p.cast(),
                at: 0,
                len,
            };
            fill(&mut writer);
            while writer.at < len {
                writer.push(Str::Ascii(b"\0"));
            }
            Value::from_ptr(p.cast())
        };
        if len <= 1
            && let Some(s) = text.downcast::<PyStr>()
        {
            // Those are shared.
            return Ok(self.new_text(s.view()));
        }
        Ok(text)
    }

    /// The strs among some values one behind another, with a text between any two of them.
    #[inline]
    fn join_values(&self, separator: Str<'_>, items: &[Value]) -> PyResult {
        let texts = || items.iter().filter_map(Value::downcast::<PyStr>);
        let (mut len, mut width, mut count) = (0usize, Width::Ascii, 0usize);
        for text in texts() {
            len = len.saturating_add(text.len());
            width = width.max(text.width());
            count += 1;
        }
        if count > 1 && !separator.is_empty() {
            len = len.saturating_add(separator.len().saturating_mul(count - 1));
            width = width.max(separator.width());
        }
        self.write_text(len, width, |out| {
            for (i, text) in texts().enumerate() {
                if i > 0 {
                    out.push(separator);
                }
                out.push(text.view());
            }
        })
    }

    /// `separator.join(items)` of a list or tuple of strs, no subclass; `None` for anything else.
    pub fn join_strs(&self, separator: Str<'_>, items: &Value) -> Option<PyResult> {
        let h = items.header().filter(|h| !h.is_subclass())?;
        // Nothing here runs Python code that could change the list.
        let items: &[Value] = match h.kind() {
            Kind::List => items.downcast::<PyList>()?.items.inner(),
            Kind::Tuple => items.downcast::<PyTuple>()?.items(),
            _ => return None,
        };
        if let [only] = items
            && only.downcast_exact::<PyStr>().is_some()
        {
            return Some(Ok(only.clone()));
        }
        let all = items.iter().all(|v| self.is_str(v));
        all.then(|| self.join_values(separator, items))
    }

    /// `a + b` of two exact strs.
    pub(crate) fn concat_strs(&self, a: &Value, b: &Value) -> Option<PyResult> {
        let (x, y) = (a.downcast_exact::<PyStr>()?, b.downcast_exact::<PyStr>()?);
        if y.is_empty() {
            return Some(Ok(a.clone()));
        }
        if x.is_empty() {
            return Some(Ok(b.clone()));
        }
        let (x, y) = (x.view(), y.view());
        let (len, width) = (x.len().saturating_add(y.len()), x.width().max(y.width()));
        Some(self.write_text(len, width, |out| {
            out.push(x);
            out.push(y);
        }))
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

    /// `a + b` where `a` is a str that nobody else refers to: it grows in place if its memory has room, or if it is
    /// long, so that a string built piece by piece takes time in proportion to its length. Anything else is given back.
    pub fn append_str(&self, a: Value, b: &Value) -> Result<Value, Value> {
        let (Some(s), Some(more)) = (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>())
        else {
            return Err(a);
        };
        let fits = s.header.refcount() == 1 && !s.is_interned() && s.is_as_wide_as(more);
        let (Some(p), true) = (a.ptr(), fits) else {
            return Err(a);
        };
        let unit = match s.view() {
            Str::Ascii(_) | Str::Latin1(_) => 1,
            Str::Ucs2(_) => 2,
            Str::Ucs4(_) => 4,
        };
        let large = s.header.has_flag(hflags::LARGE);
        let old = PyStr::bytes_for(s.view());
        let size = old + more.len() * unit;
        if !large && !crate::heap::same_slot(old, size) {
            return Err(a);
        }
        // SAFETY: `a` is the only reference; its memory has room, or is large and grows; characters of `more`, which
        // is another object, fit.
        unsafe {
            std::mem::forget(a);
            let p = if large {
                self.heap.grow_large(p, size)
            } else {
                p
            };
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
        if let Some(p) = parts.iter().find(|p| !self.is_str(p)) {
            return Err(self.type_error(&format!(
                "sequence item: expected str instance, {} found",
                self.type_name(p)
            )));
        }
        self.join_values(Str::EMPTY, parts)
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
