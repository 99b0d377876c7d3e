//! `repr`, `str`, `ascii` and `format`.

use super::Vm;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;

impl Vm {
    /// `repr(v)`, a str.
    pub fn repr_of(&self, v: &Value) -> PyResult {
        if let Some(text) = self.number_text(v) {
            return Ok(text);
        }
        if let Some(s) = v.downcast_exact::<PyStr>() {
            return Ok(self.new_text(crate::text::repr::repr(s.view()).view()));
        }
        self.check_rust_stack()?;
        let r = match self.call_special(v, &self.names.repr, &[])? {
            Some(r) => r,
            None => self.new_str(&format!(
                "<{} object at {:#x}>",
                self.type_name(v),
                v.bits()
            )),
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__repr__ returned non-string (type {})",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// `repr(v)` as Rust text.
    pub fn repr_text(&self, v: &Value) -> PyResult<String> {
        Ok(self.str_lossy(&self.repr_of(v)?))
    }

    /// `str(v)`, a str.
    pub fn str_of(&self, v: &Value) -> PyResult {
        if v.downcast_exact::<PyStr>().is_some() {
            return Ok(v.clone());
        }
        if let Some(text) = self.number_text(v) {
            return Ok(text);
        }
        self.check_rust_stack()?;
        let r = match self.call_special(v, &self.names.str, &[])? {
            Some(r) => r,
            None => return self.repr_of(v),
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__str__ returned non-string (type {})",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// `str` and `repr` of an int that is an immediate, or of a float.
    #[inline]
    fn number_text(&self, v: &Value) -> Option<Value> {
        if let Some(i) = v.as_int() {
            return Some(self.small_int_text(i));
        }
        let is_float = v.is_immediate_float() || v.downcast_exact::<PyFloat>().is_some();
        let f = v.as_float().filter(|_| is_float)?;
        Some(self.new_str(&crate::num::float_text::repr(f)))
    }

    /// `ascii(v)`, a str.
    pub fn ascii_of(&self, v: &Value) -> PyResult {
        let r = self.repr_of(v)?;
        let Some(s) = r.downcast::<PyStr>() else {
            return Ok(r);
        };
        if s.as_ascii().is_some() {
            return Ok(r);
        }
        Ok(self.new_text(crate::text::repr::escape_non_ascii(s.view()).view()))
    }

    /// `format(v, spec)`, a str.
    pub fn format_value(&self, v: &Value, spec: &Value) -> PyResult {
        let empty = spec.downcast::<PyStr>().is_some_and(PyStr::is_empty);
        if empty && v.downcast_exact::<PyStr>().is_some() {
            return Ok(v.clone());
        }
        if empty && let Some(text) = self.number_text(v) {
            return Ok(text);
        }
        let ty = self.type_of(v);
        let Some(format) = self.lookup_type(ty, &self.names.format) else {
            return Err(self.type_error(&format!(
                "Type {} doesn't define __format__",
                self.type_name(v)
            )));
        };
        let of_object = |d: &PyDescr| std::ptr::eq(&*d.owner, &*self.types.object);
        let r = if empty && format.downcast::<PyDescr>().is_some_and(of_object) {
            // All that `object`'s does.
            self.str_of(v)?
        } else {
            self.call_unbound(&format, v, ty, std::slice::from_ref(spec))?
        };
        if !self.is_str(&r) {
            return Err(self.type_error(&format!(
                "__format__ must return a str, not {}",
                self.type_name(&r)
            )));
        }
        Ok(r)
    }

    /// Marks a container whose repr is being made. False: it is already (the repr is `[...]` or the like).
    /// Containers in containers count against the recursion limit.
    pub fn enter_repr(&self, v: &Value) -> PyResult<bool> {
        let mut running = self.repr_running.borrow_mut();
        if running.contains(&v.bits()) {
            return Ok(false);
        }
        if self.depth() + running.len() >= self.recursion_limit() {
            let text = "maximum recursion depth exceeded while getting the repr of an object";
            return Err(self.recursion_error(text));
        }
        running.push(v.bits());
        Ok(true)
    }

    /// Ends what [`Vm::enter_repr`] began.
    pub fn leave_repr(&self, v: &Value) {
        self.repr_running.borrow_mut().retain(|x| *x != v.bits());
    }
}
