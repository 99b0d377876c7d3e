//! [`PyFunction`] and [`PyBoundMethod`].

use std::cell::{Cell, RefCell};

use super::{Header, Kind, Object, PyCode, PyDict, Ref, ValueCell};
use crate::interp::Linked;
use crate::value::Value;

/// A function made by `def`, `lambda`, a comprehension, a class body or a module.
#[repr(C)]
pub struct PyFunction {
    pub(crate) header: Header,
    /// Version for inline caches of calls; 0 after code or defaults have changed and until asked for.
    pub(crate) version: Cell<u32>,
    /// The linked code, or null before the first call.
    pub(crate) linked: Cell<*const Linked>,
    /// `__globals__`.
    pub globals: Ref<PyDict>,
    /// `__builtins__`: the dict where names are looked up last.
    pub builtins: Ref<PyDict>,
    /// `__code__`, always a code object.
    code: ValueCell,
    /// `__defaults__`: a tuple, or NULL.
    pub defaults: ValueCell,
    /// `__kwdefaults__`: a dict, or NULL.
    pub kwdefaults: ValueCell,
    /// `__closure__`: a tuple of cells, or NULL.
    pub closure: ValueCell,
    /// `__name__`.
    pub name: ValueCell,
    /// `__qualname__`.
    pub qualname: ValueCell,
    /// `__module__`, or NULL.
    pub module: ValueCell,
    /// `__doc__`.
    pub doc: ValueCell,
    /// `__annotations__`: a dict, a flat tuple of names and values, or NULL.
    pub annotations: ValueCell,
    /// `__annotate__` (3.14): a function, None or NULL.
    pub annotate: ValueCell,
    /// `__type_params__`: a tuple, or NULL.
    pub type_params: ValueCell,
    /// Former values of `__code__`: a running call may still use them.
    retired: RefCell<Vec<Value>>,
}

// SAFETY: only functions have `Kind::Function`.
unsafe impl Object for PyFunction {
    const KIND: Kind = Kind::Function;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.globals.as_value());
        visit(self.builtins.as_value());
        for c in self.cells() {
            c.visit(visit);
        }
        if let Ok(r) = self.retired.try_borrow() {
            r.iter().for_each(visit);
        }
    }

    fn clear(&self) {
        for c in [
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.annotations,
            &self.annotate,
            &self.type_params,
        ] {
            c.set(Value::NULL);
        }
        self.version.set(0);
    }
}

impl PyFunction {
    /// A function without defaults, closure or annotations.
    pub(crate) fn from_parts(
        header: Header,
        code: Ref<PyCode>,
        globals: Ref<PyDict>,
        builtins: Ref<PyDict>,
        name: Value,
        qualname: Value,
    ) -> PyFunction {
        let null = || ValueCell::new(Value::NULL);
        PyFunction {
            header,
            version: Cell::new(0),
            linked: Cell::new(code.linked_ptr()),
            globals,
            builtins,
            code: ValueCell::new(code.into_value()),
            defaults: null(),
            kwdefaults: null(),
            closure: null(),
            name: ValueCell::new(name),
            qualname: ValueCell::new(qualname),
            module: null(),
            doc: ValueCell::new(Value::NONE),
            annotations: null(),
            annotate: null(),
            type_params: null(),
            retired: RefCell::default(),
        }
    }

    fn cells(&self) -> [&ValueCell; 11] {
        [
            &self.code,
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.name,
            &self.qualname,
            &self.module,
            &self.doc,
            &self.annotations,
            &self.annotate,
            &self.type_params,
        ]
    }

    /// The code object.
    pub fn code(&self) -> Ref<PyCode> {
        let v = self.code.get();
        // SAFETY: `code` is set from code objects only.
        unsafe { Ref::from_value_unchecked(v) }
    }

    /// Sets `__code__`. The old code stays alive with the function: a call may be running it.
    pub fn set_code(&self, code: Ref<PyCode>) {
        self.linked.set(code.linked_ptr());
        self.version.set(0);
        let old = self.code.replace(code.into_value());
        let mut retired = self.retired.borrow_mut();
        if !retired.iter().any(|r| r.is(&old)) {
            retired.push(old);
        }
    }

    /// Defaults have changed: inline caches of calls must look again.
    pub fn touch(&self) {
        self.version.set(0);
    }
}

/// A method bound to its instance.
#[repr(C)]
pub struct PyBoundMethod {
    pub(crate) header: Header,
    /// `__func__`: any callable.
    pub func: Value,
    /// `__self__`.
    pub this: Value,
}

// SAFETY: only bound methods have `Kind::BoundMethod`.
unsafe impl Object for PyBoundMethod {
    const KIND: Kind = Kind::BoundMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.func);
        visit(&self.this);
    }
}
