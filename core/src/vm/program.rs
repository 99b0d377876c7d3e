//! Running a whole program: `__main__`, uncaught exceptions, exit codes.

use std::sync::Arc;

use super::Vm;
use crate::code::Code;
use crate::error::{Fault, PyResult, Raise};
use crate::object::{PyException, PyModule, Ref, value_of};
use crate::value::Value;

/// How a program ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExitStatus {
    /// The exit code.
    pub code: i32,
    /// Whether KeyboardInterrupt ended it.
    pub interrupted: bool,
    /// Whether its last output could not be written.
    pub output_lost: bool,
}

impl Vm {
    /// The module `__main__`, made now if there is none yet.
    pub fn main_module(&self) -> Ref<PyModule> {
        let there = self.modules.get_name(&self.names.main);
        if let Some(m) = there.and_then(|m| m.to_ref()) {
            return m;
        }
        let m = self.new_module("__main__");
        if let Some(b) = self.modules.get_name(&self.intern("builtins")) {
            m.dict.set_name(&self.names.builtins, b);
        }
        self.modules.set_name(&self.names.main, m.value());
        m
    }

    /// A module with the attributes that every module has. It is not in `sys.modules`.
    pub fn new_module(&self, name: &str) -> Ref<PyModule> {
        let m = self.new_module_of(&self.types.module);
        m.dict.set_name(&self.names.name, self.intern(name));
        for n in [
            &self.names.doc,
            &self.names.package,
            &self.names.loader,
            &self.names.spec,
        ] {
            m.dict.set_name(n, Value::NONE);
        }
        m
    }

    /// Runs code as the module `__main__`, with what it holds already.
    pub fn run_main(&self, code: Arc<Code>, file: Option<&str>) -> PyResult<()> {
        let m = self.main_module();
        let d = &m.dict;
        if let Some(f) = file {
            d.set_name(&self.names.file, self.new_str(f));
            d.set_name(&self.intern("__cached__"), Value::NONE);
        }
        self.run_module(code, &m.dict)
    }

    /// Runs code as `python FILE` does: exceptions that nothing caught are printed, exit functions run, output is
    /// flushed.
    ///
    /// # Errors
    /// The machine's own failures.
    pub fn run_program(&self, code: Arc<Code>, file: &str) -> Result<ExitStatus, Fault> {
        let mut status = ExitStatus::default();
        if let Err(r) = self.run_main(code, Some(file)) {
            status = self.report(r)?;
        }
        self.run_finalizers();
        self.at_exit();
        let _ = self.flush_streams();
        self.end_modules();
        status.output_lost = self.flush_streams();
        if let Some(f) = self.take_fault() {
            return Err(f);
        }
        Ok(status)
    }

    fn report(&self, r: Raise) -> Result<ExitStatus, Fault> {
        if r.is_fault() {
            return Err(self.take_fault().unwrap_or(Fault::Stopped));
        }
        let exc = r.into_value();
        let interrupted = self.is_instance(&exc, &self.exc_types.KeyboardInterrupt);
        if self.is_instance(&exc, &self.exc_types.SystemExit) {
            let (code, text) = self.exit_status(&exc);
            if let Some(text) = text {
                let _ = self.flush_streams();
                let _ = self.write_stderr(&text);
            }
            return Ok(ExitStatus {
                code,
                ..ExitStatus::default()
            });
        }
        let _ = self.flush_streams();
        let tb = exc
            .downcast::<PyException>()
            .map_or(Value::NONE, |e| e.traceback.get());
        match self.sys_attr("excepthook") {
            Some(hook) => {
                let class = value_of(self.type_of(&exc));
                if let Err(r) = self.call(&hook, &[class, exc.clone(), tb]) {
                    if r.is_fault() || self.is_exception(&r, &self.exc_types.SystemExit) {
                        return self.report(r);
                    }
                    let failure = self.exception_text(r.value());
                    let original = self.exception_text(&exc);
                    let text = format!(
                        "Error in sys.excepthook:\n{failure}\nOriginal exception was:\n{original}"
                    );
                    let _ = self.write_stderr(&text);
                }
            }
            None => {
                let text = self.exception_text(&exc);
                let _ = self.write_stderr(&format!("sys.excepthook is missing\n{text}"));
            }
        }
        Ok(ExitStatus {
            code: 1,
            interrupted,
            output_lost: false,
        })
    }

    /// The exit code of an exception that ends a program, and what SystemExit prints.
    pub fn exit_status(&self, exc: &Value) -> (i32, Option<String>) {
        if !self.is_instance(exc, &self.exc_types.SystemExit) {
            return (1, None);
        }
        let code = self.get_attr_str(exc, "code").unwrap_or(Value::NONE);
        if code.is_none() {
            return (0, None);
        }
        match self.int_value(&code) {
            // The process keeps the low eight bits; beyond 64 bits CPython says -1.
            Some(i) => (i.as_i64().map_or(255, |i| (i & 0xff) as i32), None),
            None => {
                let text = self
                    .str_of(&code)
                    .map(|s| self.str_lossy(&s))
                    .unwrap_or_default();
                (1, Some(format!("{text}\n")))
            }
        }
    }

    /// The traceback of an exception, as CPython prints it. When the machine fails meanwhile, one line without the help
    /// of Python code; the fault stays for the host to take.
    pub fn exception_text(&self, exc: &Value) -> String {
        self.format_exception(exc)
            .unwrap_or_else(|_| format!("{}\n", self.describe_exception(exc)))
    }

    fn at_exit(&self) {
        let Some(m) = self.modules.get_name(&self.intern("atexit")) else {
            return;
        };
        let run = self
            .get_attr_str(&m, "_run_exitfuncs")
            .and_then(|f| self.call(&f, &[]));
        if let Err(r) = run {
            self.unraisable(r, &m);
        }
    }

    /// Flushes `sys.stdout` and the host's output; whether something was lost.
    fn flush_streams(&self) -> bool {
        if let Some(out) = self.sys_attr("stdout")
            && !out.is_none()
            && let Err(r) = self.call_method_str(&out, "flush", &[])
        {
            drop(r);
        }
        self.host.flush().is_err()
    }
}

impl Vm {
    /// `sys.displayhook(v)`: what an expression statement of an interactive session does.
    pub fn displayhook(&self, v: &Value) -> PyResult<()> {
        match self.sys_attr("displayhook") {
            Some(hook) => self.call(&hook, std::slice::from_ref(v)).map(drop),
            None => Err(self.runtime_error("lost sys.displayhook")),
        }
    }
}
