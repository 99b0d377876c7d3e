//! Raising: exceptions from Rust, their contexts, and traceback entries.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::interp::Frame;
use crate::object::{PyException, PyTraceback, PyTuple, PyType, Ref, extra, value_of};
use crate::value::Value;

macro_rules! raisers {
    ($($(#[$doc:meta])* $fun:ident = $class:ident;)*) => {
        impl Vm {
            $($(#[$doc])*
            #[cold]
            #[inline(never)]
            pub fn $fun(&self, message: &str) -> Raise {
                self.new_error(&self.exc_types.$class, message)
            })*
        }
    };
}

raisers! {
    /// A TypeError.
    type_error = TypeError;
    /// A ValueError.
    value_error = ValueError;
    /// An AttributeError without `name` and `obj`; see [`Vm::no_attribute`].
    attribute_error = AttributeError;
    /// An IndexError.
    index_error = IndexError;
    /// A RuntimeError.
    runtime_error = RuntimeError;
    /// A SystemError.
    system_error = SystemError;
    /// A RecursionError.
    recursion_error = RecursionError;
    /// An OverflowError.
    overflow_error = OverflowError;
    /// A ZeroDivisionError.
    zero_division = ZeroDivisionError;
    /// A NotImplementedError.
    not_implemented_error = NotImplementedError;
    /// An EOFError.
    eof_error = EOFError;
    /// A BufferError.
    buffer_error = BufferError;
    /// An UnboundLocalError with any message.
    unbound_error = UnboundLocalError;
    /// A LookupError.
    lookup_error = LookupError;
    /// A ReferenceError.
    reference_error = ReferenceError;
    /// A MemoryError.
    memory_error_text = MemoryError;
    /// An AssertionError.
    assertion_error = AssertionError;
}

impl Vm {
    /// A new exception of a builtin class with a message, as it is raised: with its context.
    pub fn new_error(&self, class: &Ref<PyType>, message: &str) -> Raise {
        let text = self.new_str(message);
        self.new_raise(class, vec![text])
    }

    /// A new exception of a builtin class with these arguments, as it is raised: with its context.
    pub fn new_raise(&self, class: &Ref<PyType>, args: Vec<Value>) -> Raise {
        let e = self.new_exception(class, args);
        self.raise(e.into_value())
    }

    /// A new exception of a builtin class. The class's own attributes are set as its `__init__` does.
    pub fn new_exception(&self, class: &Ref<PyType>, args: Vec<Value>) -> Ref<PyException> {
        let first = args.first().cloned();
        let e = self.alloc_exception(class, args);
        // The classes that the machine and its modules raise by themselves.
        if class.is_subtype(&self.exc_types.StopIteration) {
            e.extra[extra::STOP_ITERATION_VALUE].set(first.unwrap_or(Value::NONE));
        } else if class.is_subtype(&self.exc_types.SystemExit) {
            e.extra[extra::SYSTEM_EXIT_CODE].set(first.unwrap_or(Value::NULL));
        } else if class.is_subtype(&self.exc_types.ImportError) {
            e.extra[extra::IMPORT_ERROR_MSG].set(first.unwrap_or(Value::NULL));
        } else if class.is_subtype(&self.exc_types.UnicodeError) {
            self.set_unicode_error(&e);
        }
        e
    }

    /// Sets the attributes of a UnicodeDecodeError and its like from its arguments, which are good.
    fn set_unicode_error(&self, e: &PyException) {
        let args = e.args.get();
        let args = args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        let first = match args.len() {
            5 => extra::UNICODE_ERROR_ENCODING,
            // UnicodeTranslateError has no encoding.
            4 => extra::UNICODE_ERROR_OBJECT,
            _ => return,
        };
        for (slot, v) in e.extra.iter().skip(first).zip(args) {
            slot.set(v.clone());
        }
    }

    /// The subclass of OSError for an error number (Linux's numbers).
    pub fn os_error_class(&self, errno: i64) -> Ref<PyType> {
        let t = &self.exc_types;
        match errno {
            1 | 13 => &t.PermissionError,
            2 => &t.FileNotFoundError,
            3 => &t.ProcessLookupError,
            4 => &t.InterruptedError,
            10 => &t.ChildProcessError,
            11 | 114 | 115 => &t.BlockingIOError,
            17 => &t.FileExistsError,
            20 => &t.NotADirectoryError,
            21 => &t.IsADirectoryError,
            32 | 108 => &t.BrokenPipeError,
            103 => &t.ConnectionAbortedError,
            104 => &t.ConnectionResetError,
            110 => &t.TimeoutError,
            111 => &t.ConnectionRefusedError,
            _ => &t.OSError,
        }
        .clone()
    }

    /// MemoryError without a message.
    pub fn memory_error(&self) -> Raise {
        self.new_raise(&self.exc_types.MemoryError, Vec::new())
    }

    /// A KeyError for a key.
    pub fn key_error(&self, key: &Value) -> Raise {
        self.new_raise(&self.exc_types.KeyError, vec![key.clone()])
    }

    /// A StopIteration with a value.
    pub fn stop_iteration(&self, value: Value) -> Raise {
        let args = if value.is_none() {
            Vec::new()
        } else {
            vec![value]
        };
        self.new_raise(&self.exc_types.StopIteration, args)
    }

    /// An exception instance as it is raised: its context becomes the exception being handled.
    pub fn raise(&self, exc: Value) -> Raise {
        let handled = self.handled_exception();
        if !handled.is_none()
            && !handled.is(&exc)
            && let Some(e) = exc.downcast::<PyException>()
        {
            // Break a cycle: if `exc` is in the chain of contexts of `handled`, cut it there.
            let mut at = handled.clone();
            let mut steps = 0u32;
            while let Some(x) = at.clone().downcast::<PyException>() {
                let next = x.context.get();
                if next.is(&exc) {
                    x.context.set(Value::NONE);
                    break;
                }
                steps += 1;
                if next.is_none() || steps > 100_000 {
                    break;
                }
                at = next;
            }
            e.context.set(handled);
        }
        Raise::from_exception(exc)
    }

    /// What `raise exc` or `raise exc from cause` raises; `exc` may be a class. Errors are raised instead.
    pub fn make_raise(&self, exc: &Value, cause: Option<&Value>) -> Raise {
        let instance = match self.exception_instance(exc) {
            Ok(v) => v,
            Err(r) => return r,
        };
        let Some(instance) = instance else {
            return self.type_error("exceptions must derive from BaseException");
        };
        if let Some(cause) = cause {
            let cause = if cause.is_none() {
                Value::NONE
            } else {
                match self.exception_instance(cause) {
                    Ok(Some(c)) => c,
                    Ok(None) => {
                        return self.type_error("exception causes must derive from BaseException");
                    }
                    Err(r) => return r,
                }
            };
            if let Some(e) = instance.downcast::<PyException>() {
                e.cause.set(cause);
                e.suppress_context.set(true);
            }
        }
        self.raise(instance)
    }

    /// An exception instance: the value itself, or a new instance of it if it is an exception class.
    pub fn exception_instance(&self, v: &Value) -> PyResult<Option<Value>> {
        if v.downcast::<PyException>().is_some() {
            return Ok(Some(v.clone()));
        }
        match v.downcast::<PyType>() {
            Some(t) if t.is_exception_class() => {
                let e = self.call(v, &[])?;
                if e.downcast::<PyException>().is_none() {
                    return Err(self.type_error(&format!(
                        "calling {} should have returned an instance of BaseException, not {}",
                        self.repr_text(v)?,
                        self.repr_text(&value_of(self.type_of(&e)))?
                    )));
                }
                Ok(Some(e))
            }
            _ => Ok(None),
        }
    }

    /// Whether an exception instance (or class) matches what `except` names: a class or a tuple of classes.
    ///
    /// # Errors
    /// TypeError if something else is named.
    pub fn exception_matches(&self, exc: &Value, wanted: &Value) -> PyResult<bool> {
        const TEXT: &str = "catching classes that do not inherit from BaseException is not allowed";
        let is_class = |v: &Value| v.downcast().is_some_and(PyType::is_exception_class);
        if let Some(all) = wanted.downcast::<PyTuple>() {
            if !all.iter().all(is_class) {
                return Err(self.type_error(TEXT));
            }
            return Ok(all.iter().any(|w| self.matches_class(exc, w)));
        }
        if !is_class(wanted) {
            return Err(self.type_error(TEXT));
        }
        Ok(self.matches_class(exc, wanted))
    }

    fn matches_class(&self, exc: &Value, wanted: &Value) -> bool {
        let Some(w) = wanted.downcast::<PyType>() else {
            return false;
        };
        match exc.downcast::<PyType>() {
            Some(c) => c.is_subtype(w),
            None => self.type_of(exc).is_subtype(w),
        }
    }

    /// Whether the exception is an instance of a builtin class.
    pub fn is_exception(&self, r: &Raise, class: &Ref<PyType>) -> bool {
        r.exception()
            .is_some_and(|e| e.header.ty().is_subtype(class))
    }

    /// Whether this is StopIteration.
    pub fn is_stop_iteration(&self, r: &Raise) -> bool {
        self.is_exception(r, &self.exc_types.StopIteration)
    }

    /// Whether this is StopAsyncIteration.
    pub fn is_stop_async_iteration(&self, r: &Raise) -> bool {
        self.is_exception(r, &self.exc_types.StopAsyncIteration)
    }

    /// Whether this is GeneratorExit.
    pub fn is_generator_exit(&self, r: &Raise) -> bool {
        self.is_exception(r, &self.exc_types.GeneratorExit)
    }

    /// `StopIteration.value`.
    pub fn stop_value(&self, r: &Raise) -> Value {
        match r.exception() {
            Some(e) if !e.extra[0].is_null() => e.extra[0].get(),
            _ => Value::NONE,
        }
    }

    /// AttributeError for an attribute that an object lacks, with `name` and `obj` where the version has them.
    #[cold]
    #[inline(never)]
    pub fn no_attribute(&self, obj: &Value, name: &Value) -> Raise {
        let n = self.str_lossy(name);
        let text = match obj.downcast::<PyType>() {
            Some(t) => format!("type object '{}' has no attribute '{n}'", t.name()),
            None => format!("'{}' object has no attribute '{n}'", self.type_name(obj)),
        };
        self.attribute_error_for(obj, name, &text)
    }

    /// AttributeError with any text, and `name` and `obj` where the version has them.
    pub fn attribute_error_for(&self, obj: &Value, name: &Value, text: &str) -> Raise {
        let r = self.attribute_error(text);
        if self.version >= crate::version::Version::V3_10
            && let Some(e) = r.exception()
        {
            e.extra[0].set(name.clone());
            e.extra[1].set(obj.clone());
        }
        r
    }

    /// NameError for a name that is not defined.
    #[cold]
    #[inline(never)]
    pub fn name_error(&self, name: &Value) -> Raise {
        let r = self.new_error(
            &self.exc_types.NameError,
            &format!("name '{}' is not defined", self.str_lossy(name)),
        );
        self.set_error_name(&r, name);
        r
    }

    /// NameError for an empty free variable, UnboundLocalError for an empty cell of one's own.
    pub fn unbound_cell(&self, name: &Value, free: bool) -> Raise {
        let n = self.str_lossy(name);
        let eleven = self.version >= crate::version::Version::V3_11;
        let r = if free {
            let text = if eleven {
                format!(
                    "cannot access free variable '{n}' where it is not associated with a value in enclosing scope"
                )
            } else {
                format!("free variable '{n}' referenced before assignment in enclosing scope")
            };
            self.new_error(&self.exc_types.NameError, &text)
        } else {
            self.unbound_error(&self.unbound_text(&n))
        };
        self.set_error_name(&r, name);
        r
    }

    fn unbound_text(&self, n: &str) -> String {
        if self.version >= crate::version::Version::V3_11 {
            format!("cannot access local variable '{n}' where it is not associated with a value")
        } else {
            format!("local variable '{n}' referenced before assignment")
        }
    }

    /// UnboundLocalError for a slot of the running code.
    #[cold]
    #[inline(never)]
    pub fn unbound_local(&self, slot: usize) -> Raise {
        let name = crate::interp::raw::slot_name(self, slot).clone();
        let r = self.unbound_error(&self.unbound_text(&self.str_lossy(&name)));
        // CPython leaves `name` unset here.
        r
    }

    fn set_error_name(&self, r: &Raise, name: &Value) {
        if self.version >= crate::version::Version::V3_10
            && let Some(e) = r.exception()
        {
            e.extra[0].set(name.clone());
        }
    }

    /// Adds an entry for a running frame to the exception's traceback.
    pub(crate) fn add_traceback(&self, r: &Raise, frame: *mut Frame, index: usize) {
        let Some(e) = r.exception() else { return };
        let object = self.frame_object(frame);
        // SAFETY: the frame runs.
        let code = unsafe { &*(*frame).code };
        let next = e.traceback.get();
        let tb = self.new_traceback(
            next,
            object,
            code.offset_of(index) as i32,
            code.line_of(index),
        );
        e.traceback.set(tb);
    }

    /// The exception was thrown into a generator that had not started: it came up where the function begins.
    pub(crate) fn move_to_first_line(&self, r: &Raise) {
        let Some(e) = r.exception() else { return };
        if let Some(tb) = e.traceback.get().downcast::<PyTraceback>() {
            let line = u32::try_from(tb.frame.code.code.firstlineno).ok();
            e.traceback
                .set(self.new_traceback(tb.next.get(), tb.frame.clone(), -1, line));
        }
    }

    /// A traceback entry.
    pub fn new_traceback(
        &self,
        next: Value,
        frame: Ref<crate::object::PyFrame>,
        lasti: i32,
        lineno: Option<u32>,
    ) -> Value {
        self.alloc(&self.types.traceback, |header| PyTraceback {
            header,
            next: crate::object::ValueCell::new(next),
            frame,
            lasti,
            lineno,
        })
        .into_value()
    }

    /// One line on an exception, for errors of the host: class and text, without running Python code of its own.
    pub fn describe_exception(&self, exc: &Value) -> String {
        let name = self.type_name(exc);
        let text = exc
            .downcast::<PyException>()
            .and_then(|e| {
                e.args
                    .get()
                    .downcast::<PyTuple>()
                    .and_then(|a| a.get(0).cloned())
            })
            .map(|v| self.str_lossy(&v))
            .unwrap_or_default();
        if text.is_empty() {
            name
        } else {
            format!("{name}: {text}")
        }
    }
}
