//! What is reported but cannot be raised: exceptions of finalizers and callbacks, and warnings.

use std::cell::RefCell;
use std::collections::HashSet;

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::object::{PyException, PyType, Ref, value_of};
use crate::value::Value;
use crate::version::Version;

/// Where an exception came up that cannot be raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unraisable {
    /// In `__del__`.
    Deallocator,
    /// In a generator that is closed because nobody refers to it any more.
    Generator,
    /// In the callback of a weak reference.
    WeakrefCallback,
    /// Anywhere else.
    Other,
}

impl Unraisable {
    /// What 3.14 says; before, the object is named behind "Exception ignored in".
    fn message(self) -> Option<&'static str> {
        match self {
            Unraisable::Deallocator => Some("Exception ignored while calling deallocator"),
            Unraisable::Generator => Some("Exception ignored while closing generator"),
            Unraisable::WeakrefCallback => Some("Exception ignored while calling weakref callback"),
            Unraisable::Other => None,
        }
    }
}

/// Warnings that were shown: each is shown once for each place.
#[derive(Default)]
struct Shown(RefCell<HashSet<(String, u32, String)>>);

impl Vm {
    /// Reports an exception that cannot be raised. `from` is what raised it.
    pub fn unraisable(&self, r: Raise, from: &Value) {
        self.unraisable_in(r, from, Unraisable::Other);
    }

    /// Reports an exception that cannot be raised, and says what was being done.
    pub fn unraisable_in(&self, r: Raise, from: &Value, what: Unraisable) {
        match what.message() {
            Some(message) if self.version >= Version::V3_14 => {
                // Without a repr CPython fails to make the message, and goes on without one.
                let text = self
                    .repr_text(from)
                    .ok()
                    .map(|shown| format!("{message} {shown}"));
                self.report_unraisable(r, text.as_deref(), &Value::NONE);
            }
            _ => self.report_unraisable(r, None, from),
        }
    }

    /// Reports an exception that cannot be raised with the message that `sys.unraisablehook` gets, and its object.
    pub fn unraisable_with(&self, r: Raise, message: &str, object: &Value) {
        self.report_unraisable(r, Some(message), object);
    }

    fn report_unraisable(&self, r: Raise, message: Option<&str>, object: &Value) {
        if r.is_fault() {
            // A fault goes on to the host.
            self.raised.set(Some(r));
            return;
        }
        let exc = r.into_value();
        self.add_place(&exc);
        let hook = self
            .sys_attr("unraisablehook")
            .filter(|h| !h.is_none() && self.version >= Version::V3_8);
        let result = match hook {
            Some(hook) => {
                let ns = self.new_namespace_of(&self.types.namespace);
                let set = |n: &str, v: Value| ns.dict.set_name(&self.intern(n), v);
                set("exc_type", value_of(self.type_of(&exc)));
                set("exc_value", exc.clone());
                set(
                    "exc_traceback",
                    exc.downcast::<PyException>()
                        .map_or(Value::NONE, |x| x.traceback.get()),
                );
                set("err_msg", message.map_or(Value::NONE, |m| self.new_str(m)));
                set("object", object.clone());
                match self.call(&hook, &[ns.into_value()]) {
                    Err(r) if !r.is_fault() => self.print_unraisable(
                        Some("Exception ignored in sys.unraisablehook"),
                        &hook,
                        r.value(),
                    ),
                    result => result.map(drop),
                }
            }
            None => self.print_unraisable(message, object, &exc),
        };
        if let Err(fault) = result {
            self.raised.set(Some(fault));
        }
    }

    fn print_unraisable(&self, message: Option<&str>, object: &Value, exc: &Value) -> PyResult<()> {
        let text = self.unraisable_text(message, object, exc)?;
        self.write_stderr(&text)
    }

    /// An exception that was raised outside of Python code happened in the running frame (3.8 and later).
    fn add_place(&self, exc: &Value) {
        let Some(e) = exc.downcast::<PyException>() else {
            return;
        };
        if self.version < Version::V3_8 || !e.traceback.get().is_none() {
            return;
        }
        if let Some(frame) = self.frame_at(0) {
            let (lasti, line) = (self.frame_lasti(&frame), self.frame_line(&frame));
            e.traceback
                .set(self.new_traceback(Value::NONE, frame, lasti, line));
        }
    }

    /// Issues a warning: through the `warnings` module if the program has imported it, else as CPython's C code does
    /// with its default filters.
    pub fn warn(&self, category: &Ref<PyType>, text: &str) {
        self.warn_about(category, text, None);
    }

    /// Issues a warning about an object.
    pub(crate) fn warn_about(&self, category: &Ref<PyType>, text: &str, source: Option<&Value>) {
        let warnings = self.modules.get_name(&self.intern("warnings"));
        if let Some(w) = warnings
            && let Ok(f) = self.get_attr_str(&w, "warn")
        {
            let mut args = vec![self.new_str(text), category.value()];
            if let Some(source) = source {
                args.extend([Value::i32(1), source.clone()]);
            }
            if let Err(r) = self.call(&f, &args) {
                self.unraisable(r, &f);
            }
            return;
        }
        if self.filters_out(category) {
            return;
        }
        let frame = self.frame_at(0);
        let (file, line) = match &frame {
            Some(f) => (
                f.code.code.filename.view().to_string(),
                self.frame_line(f).unwrap_or(0),
            ),
            None => ("sys".to_string(), 1),
        };
        let name = category.name();
        let shown = self.extension::<Shown>();
        if !shown
            .0
            .borrow_mut()
            .insert((file.clone(), line, format!("{name}: {text}")))
        {
            return;
        }
        let mut message = format!("{file}:{line}: {name}: {text}\n");
        if let Some(source) = self.source_line(&file, line) {
            message.push_str(&format!("  {}\n", source.trim()));
        }
        if source.is_some() && self.version >= Version::V3_7 {
            message.push_str(&format!(
                "{name}: Enable tracemalloc to get the object allocation traceback\n"
            ));
        }
        if let Err(fault) = self.write_stderr(&message) {
            self.raised.set(Some(fault));
        }
    }

    /// Whether CPython's default filters drop a warning of the running frame's module.
    fn filters_out(&self, category: &PyType) -> bool {
        let t = &self.exc_types;
        if category.is_subtype(&t.DeprecationWarning) {
            let module = self
                .current_globals()
                .and_then(|g| g.get_name(&self.names.name));
            let main = module.is_some_and(|m| self.same_str(&m, &self.names.main));
            return !main || self.version < Version::V3_7;
        }
        [
            &t.PendingDeprecationWarning,
            &t.ImportWarning,
            &t.ResourceWarning,
        ]
        .iter()
        .any(|c| category.is_subtype(c))
    }
}
