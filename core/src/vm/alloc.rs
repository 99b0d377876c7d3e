//! Making objects: numbers, containers, modules, exceptions, instances.

use std::cell::Cell;
use std::sync::Arc;

use dashu_int::IBig;

use super::Vm;
use super::types::{Plain, alloc_fixed, fresh_header};
use crate::code::Code;
use crate::num::int::Int;
use crate::object::*;
use crate::value::{Value, clone_to};

impl Vm {
    /// Allocates an object of one of the builtin types.
    ///
    /// A type of another layout than `T` would be unsound: it is replaced by nothing, the machine stops.
    #[inline(always)]
    pub(crate) fn alloc<T: Object>(&self, ty: &PyType, make: impl FnOnce(Header) -> T) -> Ref<T> {
        if ty.vtable.kind as u8 != T::KIND as u8 {
            wrong_layout();
        }
        // SAFETY: the layout is the type's.
        unsafe { alloc_fixed(&self.heap, ty, make) }
    }

    /// An int.
    #[inline(always)]
    pub fn new_int(&self, i: i64) -> Value {
        match Value::small_int(i) {
            Some(v) => v,
            None => self.new_big(IBig::from(i)),
        }
    }

    /// An int from any unsigned word.
    pub fn new_uint(&self, i: u64) -> Value {
        match i64::try_from(i) {
            Ok(i) => self.new_int(i),
            Err(_) => self.new_big(IBig::from(i)),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_big(&self, value: IBig) -> Value {
        self.alloc(&self.types.int, |header| PyInt { header, value })
            .into_value()
    }

    /// An int of any size.
    pub fn new_integer(&self, i: Int) -> Value {
        match i {
            Int::Small(i) => self.new_int(i),
            Int::Big(b) => self.new_big(b),
        }
    }

    /// An int as an instance of a subclass of `int`.
    pub fn new_int_of(&self, ty: &PyType, i: Int) -> Value {
        if !ty.is_heap() || ty.kind() != Kind::Int {
            return self.new_integer(i);
        }
        let value = match i {
            Int::Small(i) => IBig::from(i),
            Int::Big(b) => b,
        };
        self.alloc(ty, |header| PyInt { header, value })
            .into_value()
    }

    /// A float.
    #[inline(always)]
    pub fn new_float(&self, f: f64) -> Value {
        match Value::small_float(f) {
            Some(v) => v,
            None => self.new_odd_float(f),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_odd_float(&self, value: f64) -> Value {
        self.alloc(&self.types.float, |header| PyFloat { header, value })
            .into_value()
    }

    /// A float as an instance of a subclass of `float`.
    pub fn new_float_of(&self, ty: &PyType, value: f64) -> Value {
        if !ty.is_heap() || ty.kind() != Kind::Float {
            return self.new_float(value);
        }
        self.alloc(ty, |header| PyFloat { header, value })
            .into_value()
    }

    /// A complex number; `ty` is `complex` or a subclass.
    pub fn new_complex_of(&self, ty: &PyType, re: f64, im: f64) -> Value {
        let ty = if ty.kind() == Kind::Complex {
            ty
        } else {
            &self.types.complex
        };
        self.alloc(ty, |header| PyComplex { header, re, im })
            .into_value()
    }

    /// A complex number.
    pub fn new_complex(&self, re: f64, im: f64) -> Value {
        self.new_complex_of(&self.types.complex, re, im)
    }

    /// A `bytes` object.
    pub fn new_bytes(&self, data: &[u8]) -> Value {
        self.new_bytes_of(&self.types.bytes, data)
    }

    /// A `bytes` object; `ty` is `bytes` or a subclass.
    pub fn new_bytes_of(&self, ty: &PyType, data: &[u8]) -> Value {
        let ty = if ty.kind() == Kind::Bytes {
            ty
        } else {
            &self.types.bytes
        };
        self.alloc(ty, |header| PyBytes {
            header,
            hash: Cell::new(-1),
            data: data.into(),
        })
        .into_value()
    }

    /// A `bytearray` object; `ty` is `bytearray` or a subclass.
    pub fn new_bytearray_of(&self, ty: &PyType, data: Vec<u8>) -> Value {
        let ty = if ty.kind() == Kind::ByteArray {
            ty
        } else {
            &self.types.bytearray
        };
        self.alloc(ty, |header| PyByteArray {
            header,
            data: data.into(),
            exports: Cell::new(0),
        })
        .into_value()
    }

    /// A tuple. Equal empty tuples are one object.
    pub fn new_tuple(&self, items: Vec<Value>) -> Value {
        if items.is_empty() {
            return self.empty_tuple.get();
        }
        self.new_tuple_of(&self.types.tuple, items)
    }

    /// A tuple of two.
    #[inline]
    pub fn new_pair(&self, a: Value, b: Value) -> Value {
        // SAFETY: memory for two items, both written.
        unsafe {
            let (p, large) = self.heap.alloc(PyTuple::bytes_for(2));
            let ty = &self.types.tuple;
            let at = PyTuple::write(p, fresh_header(ty, ty.root_shape(), large), 2, 0);
            at.write(a);
            at.add(1).write(b);
            Value::from_ptr(p.cast())
        }
    }

    /// A tuple; `ty` is `tuple` or a subclass.
    pub fn new_tuple_of(&self, ty: &PyType, mut items: Vec<Value>) -> Value {
        let ty = if ty.kind() == Kind::Tuple {
            ty
        } else {
            &self.types.tuple
        };
        // SAFETY: memory for struct, attributes and items; all are written.
        unsafe {
            let shape = ty.root_shape();
            let layout = shape.as_ref().layout;
            let extra = layout.extra();
            let (p, large) = self.heap.alloc(PyTuple::bytes_for(items.len()) + extra);
            let at = PyTuple::write(p, fresh_header(ty, shape, large), items.len(), extra);
            if extra > 0 {
                init_attributes(p, layout.payload as usize, &layout);
            }
            std::ptr::copy_nonoverlapping(items.as_ptr(), at, items.len());
            items.set_len(0);
            Value::from_ptr(p.cast())
        }
    }

    /// A tuple of copies of values.
    pub fn new_tuple_from(&self, items: &[Value]) -> Value {
        if items.is_empty() {
            return self.empty_tuple.get();
        }
        // SAFETY: memory for the items, all of which are written.
        unsafe {
            let (p, large) = self.heap.alloc(PyTuple::bytes_for(items.len()));
            let ty = &self.types.tuple;
            let header = fresh_header(ty, ty.root_shape(), large);
            clone_to(items, PyTuple::write(p, header, items.len(), 0));
            Value::from_ptr(p.cast())
        }
    }

    /// A tuple made of values that are moved from memory.
    ///
    /// # Safety
    /// `from` points to `n` initialised values, which the caller gives up.
    pub unsafe fn tuple_from_raw(&self, from: *const Value, n: usize) -> Value {
        if n == 0 {
            return self.empty_tuple.get();
        }
        // SAFETY: the memory has room for `n` values, which move into it.
        unsafe {
            let (p, large) = self.heap.alloc(PyTuple::bytes_for(n));
            let ty = &self.types.tuple;
            let at = PyTuple::write(p, fresh_header(ty, ty.root_shape(), large), n, 0);
            std::ptr::copy_nonoverlapping(from, at, n);
            Value::from_ptr(p.cast())
        }
    }

    /// A list.
    pub fn new_list(&self, items: Vec<Value>) -> Value {
        self.alloc(&self.types.list, |header| PyList {
            header,
            items: ListCell::new(items),
        })
        .into_value()
    }

    /// A list; `ty` is `list` or a subclass.
    pub fn new_list_of(&self, ty: &PyType, items: Vec<Value>) -> Value {
        let ty = if ty.kind() == Kind::List {
            ty
        } else {
            &self.types.list
        };
        self.alloc(ty, |header| PyList {
            header,
            items: ListCell::new(items),
        })
        .into_value()
    }

    /// An empty dict.
    #[inline]
    pub fn new_dict(&self) -> Ref<PyDict> {
        self.alloc(&self.types.dict, PyDict::from_header)
    }

    /// An empty dict; `ty` is `dict` or a subclass.
    pub fn new_dict_of(&self, ty: &PyType) -> Ref<PyDict> {
        let ty = if ty.kind() == Kind::Dict {
            ty
        } else {
            &self.types.dict
        };
        self.alloc(ty, PyDict::from_header)
    }

    /// An empty set; `ty` is `set`, `frozenset` or a subclass.
    pub fn new_set_of(&self, ty: &PyType) -> Ref<PySet> {
        let ty = if ty.kind() == Kind::Set {
            ty
        } else {
            &self.types.set
        };
        self.alloc(ty, PySet::from_header)
    }

    /// An empty set.
    pub fn new_set(&self) -> Ref<PySet> {
        self.alloc(&self.types.set, PySet::from_header)
    }

    /// A slice.
    pub fn new_slice(&self, start: Value, stop: Value, step: Value) -> Value {
        self.alloc(&self.types.slice, |header| PySlice {
            header,
            start,
            stop,
            step,
        })
        .into_value()
    }

    /// A range of ints of any size; `len` is its length.
    pub fn new_range(&self, start: Value, stop: Value, step: Value, len: Value) -> Value {
        self.alloc(&self.types.range, |header| PyRange {
            header,
            start,
            stop,
            step,
            len,
        })
        .into_value()
    }

    /// A module with an empty dict; `ty` is `module` or a subclass.
    pub fn new_module_of(&self, ty: &PyType) -> Ref<PyModule> {
        let ty = if ty.kind() == Kind::Module {
            ty
        } else {
            &self.types.module
        };
        let dict = self.new_dict();
        self.alloc(ty, |header| PyModule { header, dict })
    }

    /// A `types.SimpleNamespace`; `ty` is that type or a subclass.
    pub fn new_namespace_of(&self, ty: &PyType) -> Ref<PyNamespace> {
        let ty = if ty.kind() == Kind::Namespace {
            ty
        } else {
            &self.types.namespace
        };
        let dict = self.new_dict();
        self.alloc(ty, |header| PyNamespace { header, dict })
    }

    /// A read-only view of a mapping.
    pub fn new_mappingproxy(&self, mapping: Value) -> Value {
        self.alloc(&self.types.mappingproxy, |header| PyMappingProxy {
            header,
            mapping,
        })
        .into_value()
    }

    /// A code object.
    pub fn new_code(&self, code: Arc<Code>) -> Ref<PyCode> {
        self.alloc(&self.types.code, |header| PyCode::from_parts(header, code))
    }

    /// An exception instance of a class whose layout is that of exceptions.
    pub fn alloc_exception(&self, ty: &PyType, args: Vec<Value>) -> Ref<PyException> {
        let args = self.new_tuple(args);
        let ty = if ty.kind() == Kind::Exception {
            ty
        } else {
            &self.exc_types.Exception
        };
        self.alloc(ty, |header| PyException::from_parts(header, args))
    }

    /// An instance of a class made by a class statement, or of any builtin class without payload.
    #[inline(always)]
    pub(crate) fn alloc_instance(&self, ty: &PyType) -> Value {
        let v = self.alloc(ty, Plain::from_header).into_value();
        if ty.flags().any(TypeFlags::HAS_DEL) {
            self.number_finalizer(&v);
        }
        v
    }

    /// An instance of a class without payload; TypeError for others (their `__new__` knows how).
    pub fn new_instance(&self, ty: &PyType) -> crate::error::PyResult {
        if ty.kind() != Kind::Object {
            return Err(self.type_error(&format!(
                "object.__new__({0}) is not safe, use {0}.__new__()",
                ty.name()
            )));
        }
        Ok(self.alloc_instance(ty))
    }
}

#[cold]
fn wrong_layout() -> ! {
    // Reached only by a mistake in this crate: better to stop than to corrupt memory.
    std::process::abort()
}
