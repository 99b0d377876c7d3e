//! `sys`: every machine has it, and few programs look at more of it than the streams. The rest (some two hundred
//! names, and classes for `version_info` and the like) is put there when somebody asks for the module.
//!
//! No program can tell: whatever gives it the module, or lists the objects or classes that there are, asks first.

use std::cell::{Cell, RefCell};

use super::Vm;
use crate::error::PyResult;
use crate::object::{PyModule, Ref};
use crate::registry::SYS_STREAMS;
use crate::value::Value;

/// The module, and what it will hold.
#[derive(Default)]
pub(super) struct Sys {
    module: RefCell<Option<Ref<PyModule>>>,
    whole: Cell<bool>,
    /// `argv` and `path`, until the module is whole.
    program: RefCell<(Vec<String>, Vec<String>)>,
}

impl Vm {
    /// Makes the module, with the streams.
    pub(super) fn begin_sys(&self) -> PyResult<()> {
        let m = self.new_module_of(&self.types.module);
        let name = self.intern("sys");
        self.begin_module(&m, name.clone());
        self.modules.set_name(&name, m.value());
        *self.sys.module.borrow_mut() = Some(m.clone());
        for streams in SYS_STREAMS {
            streams(self, m.as_value())?;
        }
        Ok(())
    }

    /// Fills the module, the first time.
    pub(super) fn complete_sys(&self) -> PyResult<()> {
        if self.sys.whole.replace(true) {
            return Ok(());
        }
        let Some(m) = self.sys.module.borrow().clone() else {
            return Ok(());
        };
        self.fill_module(&m, "sys")?;
        let (argv, path) = self.sys.program.take();
        self.set_program(&argv, &path);
        Ok(())
    }

    /// Sets `sys.argv` and `sys.path`.
    pub fn set_program(&self, argv: &[String], path: &[String]) {
        if !self.sys.whole.get() {
            *self.sys.program.borrow_mut() = (argv.to_vec(), path.to_vec());
            return;
        }
        let Some(sys) = self.sys_module() else { return };
        let list =
            |items: &[String]| self.new_list(items.iter().map(|s| self.new_str(s)).collect());
        sys.dict.set_name(&self.intern("argv"), list(argv));
        sys.dict.set_name(&self.intern("path"), list(path));
    }

    /// The `sys` module.
    pub fn sys_module(&self) -> Option<Ref<PyModule>> {
        if let Err(r) = self.complete_sys() {
            self.unraisable(r, &Value::NONE);
        }
        self.sys.module.borrow().clone()
    }

    /// An attribute of the `sys` module.
    pub fn sys_attr(&self, name: &str) -> Option<Value> {
        let name = self.intern(name);
        let early = self.sys.module.borrow().clone();
        match early.and_then(|m| m.dict.get_name(&name)) {
            None if !self.sys.whole.get() => self.sys_module()?.dict.get_name(&name),
            found => found,
        }
    }

    /// The machine goes.
    pub(super) fn end_sys(&self) {
        self.sys.whole.set(true);
        *self.sys.module.borrow_mut() = None;
    }
}
