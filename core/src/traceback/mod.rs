//! Tracebacks as text: what CPython prints for an exception that nobody caught.
//!
//! CPython 3.6 to 3.12 print them in C; from 3.13 on it is the `traceback` module that does. Where the two differ,
//! `Style` says which one speaks.

mod carets;
mod chain;
mod frame313;
mod hints;
mod ignored;
mod message;
mod segment;
mod source;
mod stack;
mod syntax;
mod tokens;
mod width;

use crate::error::{PyResult, Raise};
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// Who prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    /// The C code of 3.6 to 3.12.
    C,
    /// The `traceback` module of 3.13 and later.
    Python,
}

impl Style {
    fn of(version: Version) -> Style {
        if version >= Version::V3_13 {
            Style::Python
        } else {
            Style::C
        }
    }
}

impl Vm {
    /// The traceback of an exception and those that it is chained to, as the running version prints it when nobody
    /// catches the exception.
    ///
    /// # Errors
    /// Only a fault: what goes wrong in Python code (a failing `__str__`) is part of the text.
    pub fn format_exception(&self, exc: &Value) -> PyResult<String> {
        chain::format(self, exc)
    }

    /// What is printed for an exception that cannot be raised: message and object, traceback, class and text.
    ///
    /// # Errors
    /// Only a fault.
    pub fn unraisable_text(
        &self,
        message: Option<&str>,
        object: &Value,
        exc: &Value,
    ) -> PyResult<String> {
        ignored::text(self, message, object, exc)
    }

    /// A line of a source file (the first is 1) without its end, if the program may read the file.
    pub(crate) fn source_line(&self, filename: &str, number: u32) -> Option<String> {
        source::Sources::new(self).line(filename, number)
    }

    /// Prints the traceback of an exception to `sys.stderr`, or to the host where the program has none.
    ///
    /// # Errors
    /// Only a fault; an error of `sys.stderr` is ignored.
    pub fn print_exception(&self, exc: &Value) -> PyResult<()> {
        let text = self.format_exception(exc)?;
        self.write_stderr(&text)
    }

    /// Writes text to `sys.stderr`, or to the host where the program has none. Its errors are ignored.
    ///
    /// # Errors
    /// Only a fault.
    pub fn write_stderr(&self, text: &str) -> PyResult<()> {
        let file = self.sys_attr("stderr");
        match file {
            // Without a file CPython says nothing.
            Some(file) if file.is_none() => Ok(()),
            Some(file) => {
                let text = self.new_str(text);
                let written = self.call_method_str(&file, "write", &[text]);
                self.ignore(written.and_then(|_| self.call_method_str(&file, "flush", &[])))
            }
            None => {
                let _ = self.host().stderr(text.as_bytes());
                Ok(())
            }
        }
    }

    /// Drops a result and its exception, but not a fault.
    fn ignore<T>(&self, result: PyResult<T>) -> PyResult<()> {
        match result {
            Err(r) if r.is_fault() => Err(r),
            _ => Ok(()),
        }
    }

    /// The value, or `None` in place of an exception; a fault goes on.
    fn unless_raised<T>(&self, result: PyResult<T>) -> Result<Option<T>, Raise> {
        match result {
            Ok(v) => Ok(Some(v)),
            Err(r) if r.is_fault() => Err(r),
            Err(_) => Ok(None),
        }
    }
}
