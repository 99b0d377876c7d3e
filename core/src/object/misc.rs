//! Small objects: cells, slices, ranges, modules, frames, tracebacks, weak references, `super`, mapping proxies.

use std::cell::Cell;
use std::ptr::NonNull;

use super::{Header, Kind, ListCell, Object, PyCode, PyDict, PyType, Ref, ValueCell};
use crate::interp::Frame;
use crate::value::Value;

/// A cell: a variable that an inner function shares.
#[repr(C)]
pub struct PyCell {
    pub(crate) header: Header,
    /// The contents; NULL if empty.
    pub value: ValueCell,
}

// SAFETY: only cells have `Kind::Cell`.
unsafe impl Object for PyCell {
    const KIND: Kind = Kind::Cell;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.value.visit(visit);
    }

    fn clear(&self) {
        self.value.set(Value::NULL);
    }
}

/// A slice.
#[repr(C)]
pub struct PySlice {
    pub(crate) header: Header,
    /// `start`.
    pub start: Value,
    /// `stop`.
    pub stop: Value,
    /// `step`.
    pub step: Value,
}

// SAFETY: only slices have `Kind::Slice`.
unsafe impl Object for PySlice {
    const KIND: Kind = Kind::Slice;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.start);
        visit(&self.stop);
        visit(&self.step);
    }
}

/// A range; the bounds are ints of any size.
#[repr(C)]
pub struct PyRange {
    pub(crate) header: Header,
    /// `start`, an int.
    pub start: Value,
    /// `stop`, an int.
    pub stop: Value,
    /// `step`, an int other than 0.
    pub step: Value,
    /// Number of items, an int.
    pub len: Value,
}

// SAFETY: only ranges have `Kind::Range`.
unsafe impl Object for PyRange {
    const KIND: Kind = Kind::Range;
    const CONTAINER: bool = false;
}

/// A module.
#[repr(C)]
pub struct PyModule {
    pub(crate) header: Header,
    /// `__dict__`.
    pub dict: Ref<PyDict>,
}

// SAFETY: only modules have `Kind::Module`.
unsafe impl Object for PyModule {
    const KIND: Kind = Kind::Module;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.dict.as_value());
    }

    fn clear(&self) {
        self.dict.clear_all();
    }
}

/// A frame as Python sees it, made when somebody asks.
#[repr(C)]
pub struct PyFrame {
    pub(crate) header: Header,
    /// The code.
    pub code: Ref<PyCode>,
    /// `f_globals`.
    pub globals: Ref<PyDict>,
    /// `f_builtins`.
    pub builtins: Ref<PyDict>,
    /// The namespace of a module or class body; NULL for a function.
    pub locals: ValueCell,
    /// The running frame; null when it has ended or, for a generator, is suspended.
    pub(crate) live: Cell<*mut Frame>,
    /// The generator that the frame belongs to, not counted; null for others or when it is gone.
    pub(crate) generator: Cell<*const super::PyGenerator>,
    /// Slots after the frame has ended.
    pub(crate) saved: ListCell,
    /// `f_back` after the frame has ended; None or a frame.
    pub back: ValueCell,
    /// Index of the last instruction that ran, while the frame is not live.
    pub(crate) last: Cell<u32>,
    /// `f_trace`.
    pub trace: ValueCell,
}

// SAFETY: only frames have `Kind::Frame`.
unsafe impl Object for PyFrame {
    const KIND: Kind = Kind::Frame;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.code.as_value());
        visit(self.globals.as_value());
        visit(self.builtins.as_value());
        self.locals.visit(visit);
        self.saved.visit(visit);
        self.back.visit(visit);
        self.trace.visit(visit);
    }

    fn clear(&self) {
        self.saved.clear();
        self.locals.set(Value::NULL);
        self.trace.set(Value::NONE);
    }
}

/// An entry of a traceback.
#[repr(C)]
pub struct PyTraceback {
    pub(crate) header: Header,
    /// `tb_next`: the entry of the frame that was called, or None.
    pub next: ValueCell,
    /// `tb_frame`.
    pub frame: Ref<PyFrame>,
    /// `tb_lasti`: byte offset of the instruction.
    pub lasti: i32,
    /// `tb_lineno`; `None` where the instruction has no line.
    pub lineno: Option<u32>,
}

// SAFETY: only tracebacks have `Kind::Traceback`.
unsafe impl Object for PyTraceback {
    const KIND: Kind = Kind::Traceback;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.next.visit(visit);
        visit(self.frame.as_value());
    }

    fn clear(&self) {
        self.next.set(Value::NONE);
    }
}

/// A weak reference or weak proxy.
#[repr(C)]
pub struct PyWeakRef {
    pub(crate) header: Header,
    /// The object, not counted; `None` when it is gone.
    pub(crate) target: Cell<Option<NonNull<Header>>>,
    /// The callback, or NULL.
    pub callback: ValueCell,
    /// Hash of the object, once asked for; -1 before.
    pub hash: Cell<i64>,
}

// SAFETY: only weak references have `Kind::WeakRef`.
unsafe impl Object for PyWeakRef {
    const KIND: Kind = Kind::WeakRef;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.callback.visit(visit);
    }

    fn clear(&self) {
        self.callback.set(Value::NULL);
    }
}

impl PyWeakRef {
    /// The object, if it is still there.
    pub fn get(&self) -> Option<Value> {
        // SAFETY: the target is forgotten before it is freed.
        self.target
            .get()
            .map(|p| unsafe { Value::from_header(p.as_ref()) })
    }
}

/// `super`.
#[repr(C)]
pub struct PySuper {
    pub(crate) header: Header,
    /// `__thisclass__`.
    pub class: ValueCell,
    /// `__self__`, or NULL if unbound.
    pub object: ValueCell,
    /// `__self_class__`, or NULL if unbound.
    pub object_type: ValueCell,
}

// SAFETY: only these have `Kind::Super`.
unsafe impl Object for PySuper {
    const KIND: Kind = Kind::Super;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.class.visit(visit);
        self.object.visit(visit);
        self.object_type.visit(visit);
    }
}

impl PySuper {
    /// The class behind which the search in the MRO begins.
    pub fn this_class(&self) -> Option<Ref<PyType>> {
        self.class.get().to_ref()
    }
}

/// A read-only view of a mapping (`type.__dict__`).
#[repr(C)]
pub struct PyMappingProxy {
    pub(crate) header: Header,
    /// The mapping.
    pub mapping: Value,
}

// SAFETY: only these have `Kind::MappingProxy`.
unsafe impl Object for PyMappingProxy {
    const KIND: Kind = Kind::MappingProxy;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.mapping);
    }
}

/// `types.SimpleNamespace`.
#[repr(C)]
pub struct PyNamespace {
    pub(crate) header: Header,
    /// `__dict__`.
    pub dict: Ref<PyDict>,
}

// SAFETY: only these have `Kind::Namespace`.
unsafe impl Object for PyNamespace {
    const KIND: Kind = Kind::Namespace;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.dict.as_value());
    }

    fn clear(&self) {
        self.dict.clear_all();
    }
}
