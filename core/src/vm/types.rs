//! The builtin types, and how a machine makes its first objects.

use std::ptr::NonNull;

use super::interned::Interned;
use super::recalled::Recalled;
use super::{ExcTypes, Names, Vm};
use crate::heap::Heap;
use crate::object::*;
use crate::registry::native_table;
use crate::text::Str;
use crate::text::hash::HashKey;
use crate::value::Value;

/// How a builtin type is made.
pub(crate) struct TypeSpec {
    pub name: &'static str,
    pub vtable: &'static VTable,
    pub flags: u32,
    pub has_dict: bool,
    pub next: Option<NextFn>,
}

const B: u32 = TypeFlags::BASETYPE;
const W: u32 = TypeFlags::WEAKREF;
const SEQ: u32 = TypeFlags::SEQUENCE;
const MAP: u32 = TypeFlags::MAPPING;
const SELF: u32 = TypeFlags::MATCH_SELF;
const NO: u32 = TypeFlags::NO_NEW;

macro_rules! types {
    ($( $field:ident = $name:literal, $base:ident, $layout:ty, $flags:expr $(, dict $dict:literal)? $(, next $next:path)? ; )*) => {
        /// The builtin types, by Python's names where they have one.
        pub struct Types {
            $(#[doc = concat!("`", $name, "`")] pub $field: Ref<PyType>,)*
        }

        impl Boot<'_> {
            /// Makes the builtin types. `object` and `type` exist already.
            pub(crate) fn types(&mut self) -> Types {
                $(let $field = {
                    #[allow(unused_mut, unused_assignments)]
                    let mut has_dict = false;
                    $(has_dict = $dict;)?
                    #[allow(unused_mut, unused_assignments)]
                    let mut next: Option<NextFn> = None;
                    $(next = Some($next);)?
                    let spec = TypeSpec { name: $name, vtable: vtable::<$layout>(), flags: $flags, has_dict, next };
                    types!(@make self, $field, $base, spec)
                };)*
                Types { $($field,)* }
            }
        }
    };
    (@make $boot:ident, object, $base:ident, $spec:ident) => {{ let _ = $spec; $boot.object.clone() }};
    (@make $boot:ident, type_, $base:ident, $spec:ident) => {{ let _ = $spec; $boot.type_.clone() }};
    (@make $boot:ident, $field:ident, $base:ident, $spec:ident) => { $boot.make_type(&$base, $spec) };
}

use super::iter;

types! {
    object = "object", object, Plain, B;
    type_ = "type", object, PyType, B | W | SELF;
    int = "int", object, PyInt, B | SELF;
    bool = "bool", int, PyInt, SELF;
    float = "float", object, PyFloat, B | SELF;
    complex = "complex", object, PyComplex, B;
    str = "str", object, PyStr, B | SELF;
    bytes = "bytes", object, PyBytes, B | SELF;
    bytearray = "bytearray", object, PyByteArray, B | SELF;
    tuple = "tuple", object, PyTuple, B | SEQ | SELF;
    list = "list", object, PyList, B | SEQ | SELF;
    dict = "dict", object, PyDict, B | MAP | SELF;
    set = "set", object, PySet, B | W | SELF;
    frozenset = "frozenset", object, PySet, B | W | SELF;
    slice = "slice", object, PySlice, 0;
    range = "range", object, PyRange, SEQ;
    function = "function", object, PyFunction, W, dict true;
    method = "method", object, PyBoundMethod, W;
    builtin_function = "builtin_function_or_method", object, PyBuiltin, W | NO;
    method_wrapper = "method-wrapper", object, PyBuiltin, NO;
    method_descriptor = "method_descriptor", object, PyDescr, NO;
    wrapper_descriptor = "wrapper_descriptor", object, PyDescr, NO;
    classmethod_descriptor = "classmethod_descriptor", object, PyDescr, NO;
    getset_descriptor = "getset_descriptor", object, PyDescr, NO;
    member_descriptor = "member_descriptor", object, PyDescr, NO;
    property = "property", object, PyProperty, B;
    staticmethod = "staticmethod", object, PyStaticMethod, B, dict true;
    classmethod = "classmethod", object, PyClassMethod, B, dict true;
    super_ = "super", object, PySuper, B;
    module = "module", object, PyModule, B | W;
    code = "code", object, PyCode, W;
    frame = "frame", object, PyFrame, NO;
    traceback = "traceback", object, PyTraceback, 0;
    generator = "generator", object, PyGenerator, W | NO, next iter::generator_next;
    coroutine = "coroutine", object, PyGenerator, W | NO;
    async_generator = "async_generator", object, PyGenerator, W | NO;
    cell = "cell", object, PyCell, 0;
    none = "NoneType", object, Plain, 0;
    not_implemented = "NotImplementedType", object, Plain, 0;
    ellipsis = "ellipsis", object, Plain, 0;
    mappingproxy = "mappingproxy", object, PyMappingProxy, MAP;
    namespace = "SimpleNamespace", object, PyNamespace, B;
    list_iterator = "list_iterator", object, PySeqIter, NO, next iter::seq_next;
    list_reverseiterator = "list_reverseiterator", object, PySeqIter, NO, next iter::seq_next;
    tuple_iterator = "tuple_iterator", object, PySeqIter, NO, next iter::seq_next;
    str_iterator = "str_iterator", object, PySeqIter, NO, next iter::seq_next;
    bytes_iterator = "bytes_iterator", object, PySeqIter, NO, next iter::seq_next;
    bytearray_iterator = "bytearray_iterator", object, PySeqIter, NO, next iter::seq_next;
    iterator = "iterator", object, PySeqIter, NO, next iter::seq_next;
    reversed = "reversed", object, PySeqIter, B, next iter::seq_next;
    callable_iterator = "callable_iterator", object, PyCallIter, NO, next iter::call_next;
    range_iterator = "range_iterator", object, PyRangeIter, NO, next iter::range_next;
    dict_keys = "dict_keys", object, PyDictView, NO;
    dict_values = "dict_values", object, PyDictView, NO;
    dict_items = "dict_items", object, PyDictView, NO;
    dict_keyiterator = "dict_keyiterator", object, PyDictIter, NO, next iter::dict_next;
    dict_valueiterator = "dict_valueiterator", object, PyDictIter, NO, next iter::dict_next;
    dict_itemiterator = "dict_itemiterator", object, PyDictIter, NO, next iter::dict_next;
    dict_reversekeyiterator = "dict_reversekeyiterator", object, PyDictIter, NO, next iter::dict_next;
    dict_reversevalueiterator = "dict_reversevalueiterator", object, PyDictIter, NO, next iter::dict_next;
    dict_reverseitemiterator = "dict_reverseitemiterator", object, PyDictIter, NO, next iter::dict_next;
    set_iterator = "set_iterator", object, PySetIter, NO, next iter::set_next;
    weakref = "ReferenceType", object, PyWeakRef, B;
    weakproxy = "weakproxy", object, PyWeakRef, NO;
    weakcallableproxy = "weakcallableproxy", object, PyWeakRef, NO;
}

/// The payload of instances of ordinary classes: none.
#[repr(C)]
pub struct Plain {
    _header: Header,
}

// SAFETY: objects of `Kind::Object` have a header and attributes only.
unsafe impl Object for Plain {
    const KIND: Kind = Kind::Object;
}

impl Plain {
    pub(crate) fn from_header(header: Header) -> Plain {
        Plain { _header: header }
    }
}

/// The header of a fresh object.
#[inline(always)]
pub(crate) fn fresh_header(ty: &PyType, shape: NonNull<Shape>, large: bool) -> Header {
    let mut tag = ty.vtable.kind as u16;
    let mut flags = if large { hflags::LARGE } else { 0 };
    if ty.is_heap() {
        tag |= SUBCLASS;
        flags |= hflags::HEAP_TYPE;
        ty.header.incref();
    }
    Header {
        rc: std::cell::Cell::new(1),
        tag: std::cell::Cell::new(tag),
        flags: std::cell::Cell::new(flags),
        shape: std::cell::Cell::new(shape),
    }
}

/// Allocates an object of fixed size.
///
/// # Safety
/// `ty` has the layout `T`.
#[inline(always)]
pub(crate) unsafe fn alloc_fixed<T: Object>(
    heap: &Heap,
    ty: &PyType,
    make: impl FnOnce(Header) -> T,
) -> Ref<T> {
    // SAFETY: fresh memory of the size that the layout of `T` says.
    unsafe {
        let shape = ty.root_shape();
        let layout = shape.as_ref().layout;
        let (p, large) = heap.alloc(layout.size as usize);
        let header = fresh_header(ty, shape, large);
        (p.as_ptr() as *mut T).write(make(header));
        if layout.has_attributes() {
            init_attributes(p, layout.payload as usize, &layout);
        }
        Ref::from_value_unchecked(Value::from_ptr(p.cast()))
    }
}

/// Makes the first objects, before there is a machine.
pub(crate) struct Boot<'h> {
    heap: &'h Heap,
    object: Ref<PyType>,
    type_: Ref<PyType>,
    empty: Value,
    interned: Interned,
    premade: Vec<Ref<PyType>>,
    last_bases: Value,
    recalled: Recalled,
}

impl<'h> Boot<'h> {
    pub(crate) fn new(heap: &'h Heap, hash_key: HashKey) -> Boot<'h> {
        // SAFETY: the knot of `type` being its own type is tied before anybody can look.
        unsafe {
            let dangling = NonNull::<PyType>::dangling();
            let layout = |t: &'static VTable| ShapeLayout::new(t.size, 0, false, 0);
            let mut dict_box = Shape::root(dangling, layout(vtable::<PyDict>()), false);
            let mut tuple_box = Shape::root(dangling, layout(vtable::<PyTuple>()), false);
            let mut type_box = Shape::root(dangling, layout(vtable::<PyType>()), false);
            let fresh = |shape: NonNull<Shape>, kind: Kind, large: bool| Header {
                rc: std::cell::Cell::new(1),
                tag: std::cell::Cell::new(kind as u16),
                flags: std::cell::Cell::new(if large { hflags::LARGE } else { 0 }),
                shape: std::cell::Cell::new(shape),
            };
            let dict = |shape: NonNull<Shape>| -> Ref<PyDict> {
                let (p, large) = heap.alloc(size_of::<PyDict>());
                (p.as_ptr() as *mut PyDict).write(PyDict::from_header(fresh(
                    shape,
                    Kind::Dict,
                    large,
                )));
                Ref::from_value_unchecked(Value::from_ptr(p.cast()))
            };
            let dict_shape = NonNull::from(&mut *dict_box);
            let type_shape = NonNull::from(&mut *type_box);
            let tuple_shape = NonNull::from(&mut *tuple_box);
            let (p, large) = heap.alloc(size_of::<PyTuple>());
            PyTuple::write(p, fresh(tuple_shape, Kind::Tuple, large), 0, 0);
            let empty = Value::from_ptr(p.cast());
            let make = |name: &str,
                        base: Value,
                        bases: Value,
                        vt: &'static VTable,
                        flags: u32|
             -> Ref<PyType> {
                let parts = TypeParts {
                    name: Value::NULL,
                    qualname: Value::NULL,
                    bases,
                    base,
                    dict: dict(dict_shape),
                    flags,
                    vtable: vt,
                    members: 0,
                    own_members: 0,
                    has_dict: false,
                    natives: native_table(name),
                    next: None,
                };
                let (p, large) = heap.alloc(size_of::<PyType>());
                (p.as_ptr() as *mut PyType).write(PyType::from_parts(
                    fresh(type_shape, Kind::Type, large),
                    parts,
                ));
                Ref::from_value_unchecked(Value::from_ptr(p.cast()))
            };
            let object = make("object", Value::NULL, empty.clone(), vtable::<Plain>(), B);
            let type_ = make(
                "type",
                object.value(),
                Value::NULL,
                vtable::<PyType>(),
                B | W | SELF,
            );
            type_.derive_from(&object);
            // The bootstrap shapes get their types when these exist; `type`'s is known now.
            type_box.set_ty(NonNull::from(&*type_));
            for t in [&object, &type_] {
                t.header.shape.set(type_.root_shape());
            }
            drop(type_box);
            let mut boot = Boot {
                heap,
                object,
                type_,
                empty,
                interned: Interned::new(),
                premade: Vec::new(),
                last_bases: Value::NULL,
                recalled: Recalled::new(hash_key),
            };
            boot.finish(dict_box, tuple_box);
            boot
        }
    }

    /// Gives the objects made so far their real shapes: those of `str`, `dict` and `tuple` are made here first.
    fn finish(&mut self, dict_box: Box<Shape>, tuple_box: Box<Shape>) {
        // The pre-made types are found again by `make_type`.
        let spec = |name, vt, flags| TypeSpec {
            name,
            vtable: vt,
            flags,
            has_dict: false,
            next: None,
        };
        let object = self.object.clone();
        let dict_ty = self.raw_type(
            &object,
            &spec("dict", vtable::<PyDict>(), B | MAP | SELF),
            dict_box.as_ref(),
        );
        let tuple_ty = self.raw_type(
            &object,
            &spec("tuple", vtable::<PyTuple>(), B | SEQ | SELF),
            dict_box.as_ref(),
        );
        let str_ty = self.raw_type(
            &object,
            &spec("str", vtable::<PyStr>(), B | SELF),
            dict_box.as_ref(),
        );
        let dict_shape = dict_ty.root_shape();
        for t in [&self.object, &self.type_, &dict_ty, &tuple_ty, &str_ty] {
            t.dict.header.shape.set(dict_shape);
        }
        if let Some(e) = self.empty.header() {
            e.shape.set(tuple_ty.root_shape());
        }
        self.premade = vec![dict_ty, tuple_ty, str_ty];
        drop((dict_box, tuple_box));
        let bases = self.bases(&object);
        for t in self.premade.iter().chain([&self.type_]) {
            t.bases.set(bases.clone());
        }
        for (t, name) in [
            (self.object.clone(), "object"),
            (self.type_.clone(), "type"),
        ] {
            self.name_type(&t, name);
        }
        for (t, name) in self.premade.clone().iter().zip(["dict", "tuple", "str"]) {
            self.name_type(t, name);
        }
    }

    fn raw_type(&mut self, base: &Ref<PyType>, spec: &TypeSpec, dict_shape: &Shape) -> Ref<PyType> {
        // SAFETY: `type_` is complete enough to make types; the dict's shape is corrected in `finish`.
        unsafe {
            let shape = match self.premade.first() {
                Some(d) => d.root_shape(),
                None => NonNull::from(dict_shape),
            };
            let (p, large) = self.heap.alloc(size_of::<PyDict>());
            let header = Header {
                rc: std::cell::Cell::new(1),
                tag: std::cell::Cell::new(Kind::Dict as u16),
                flags: std::cell::Cell::new(if large { hflags::LARGE } else { 0 }),
                shape: std::cell::Cell::new(shape),
            };
            (p.as_ptr() as *mut PyDict).write(PyDict::from_header(header));
            let dict: Ref<PyDict> = Ref::from_value_unchecked(Value::from_ptr(p.cast()));
            let parts = TypeParts {
                name: Value::NULL,
                qualname: Value::NULL,
                bases: Value::NULL,
                base: base.value(),
                dict,
                flags: spec.flags,
                vtable: spec.vtable,
                members: 0,
                own_members: 0,
                has_dict: spec.has_dict || base.has_dict(),
                natives: self.recalled.natives(spec.name),
                next: spec.next,
            };
            let t = alloc_fixed(self.heap, &self.type_, |h| PyType::from_parts(h, parts));
            t.derive_from(base);
            t
        }
    }

    fn name_type(&mut self, t: &Ref<PyType>, name: &'static str) {
        let name = self.intern(name);
        t.name.set(name.clone());
        t.qualname.set(name);
        let base = t.base.get();
        let up = base.downcast::<PyType>().map(|b| b.mro.get());
        let up = up.as_ref().and_then(Value::downcast::<PyTuple>);
        t.mro
            .set(self.tuple(t.as_value(), up.map_or(&[][..], PyTuple::items)));
    }

    fn tuple(&self, first: &Value, more: &[Value]) -> Value {
        let len = more.len() + 1;
        // SAFETY: memory for so many items; all are written.
        unsafe {
            let (p, large) = self.heap.alloc(PyTuple::bytes_for(len));
            let ty = &self.premade[1];
            let at = PyTuple::write(p, fresh_header(ty, ty.root_shape(), large), len, 0);
            at.write(first.clone());
            for (i, v) in more.iter().enumerate() {
                at.add(i + 1).write(v.clone());
            }
            Value::from_ptr(p.cast())
        }
    }

    /// The `__bases__` of a type with one base. Types in a row share theirs.
    fn bases(&mut self, base: &Ref<PyType>) -> Value {
        let last = self.last_bases.downcast::<PyTuple>();
        if !last.is_some_and(|t| t.items()[0].is(base.as_value())) {
            self.last_bases = self.tuple(base.as_value(), &[]);
        }
        self.last_bases.clone()
    }

    /// Makes a builtin type, or finds it among those that had to exist first.
    pub(crate) fn make_type(&mut self, base: &Ref<PyType>, spec: TypeSpec) -> Ref<PyType> {
        let found = match spec.name {
            "dict" => Some(0),
            "tuple" => Some(1),
            "str" => Some(2),
            _ => None,
        };
        if let Some(i) = found {
            return self.premade[i].clone();
        }
        let shape = self.premade[0].root_shape();
        // SAFETY: the shape lives with its type.
        let t = self.raw_type(base, &spec, unsafe { shape.as_ref() });
        let bases = self.bases(base);
        t.bases.set(bases);
        self.name_type(&t, spec.name);
        t
    }

    /// Gives a type a second base, which has the same root as the first one.
    pub(crate) fn add_base(&self, t: &Ref<PyType>, second: &Ref<PyType>) {
        t.bases.set(self.tuple(&t.base.get(), &[second.value()]));
        let (first, more) = (t.mro.get(), second.mro.get());
        let [first, more] =
            [&first, &more].map(|mro| mro.downcast::<PyTuple>().map_or(&[][..], PyTuple::items));
        let own = first[1..].iter().filter(|v| !more.iter().any(|m| m.is(v)));
        let up: Vec<Value> = own.chain(more).cloned().collect();
        t.mro.set(self.tuple(t.as_value(), &up));
        t.derive_from(second);
    }

    pub(crate) fn intern(&mut self, s: &str) -> Value {
        let text = Str::from_ascii(s).unwrap_or(Str::EMPTY);
        let hash = self.recalled.hash(|key| key.hash_str(text));
        if let Some(p) = self.interned.find(text, hash) {
            // SAFETY: interned strings are live.
            return unsafe { Value::from_header(p.as_ref()) };
        }
        // SAFETY: memory for the characters.
        let v = unsafe {
            let (p, large) = self.heap.alloc(PyStr::bytes_for(text));
            let ty = &self.premade[2];
            PyStr::write(p, fresh_header(ty, ty.root_shape(), large), text, 0);
            Value::from_ptr(p.cast())
        };
        if let Some(s) = v.downcast::<PyStr>() {
            s.hash.set(hash);
            s.header.set_flag(hflags::INTERNED);
            self.interned.add(s);
        }
        v
    }

    pub(crate) fn names(&mut self) -> Names {
        Names::new(|s| self.intern(s))
    }

    pub(crate) fn exceptions(&mut self, types: &Types) -> ExcTypes {
        ExcTypes::new(self, &types.object)
    }

    pub(crate) fn dict(&self) -> Ref<PyDict> {
        // SAFETY: the type has the layout.
        unsafe { alloc_fixed(self.heap, &self.premade[0], PyDict::from_header) }
    }

    pub(crate) fn empty_tuple(&self) -> Value {
        self.empty.clone()
    }

    pub(crate) fn into_interned(self) -> Interned {
        self.recalled.remember();
        self.interned
    }
}

/// How a plug-in's Rust struct appears as a Python type.
pub struct NativeTypeSpec {
    /// Key of its [`crate::registry::TypeDef`]s; the part behind the last dot is `__name__`, the rest `__module__`.
    pub name: &'static str,
    /// [`TypeFlags`] bits.
    pub flags: u32,
    /// Whether instances have a `__dict__`.
    pub has_dict: bool,
    /// `tp_iternext`, for iterators.
    pub next: Option<NextFn>,
}

impl Vm {
    /// The Python type of a Rust struct, made on first use.
    pub fn native_type<T: NativeType>(&self, spec: &NativeTypeSpec) -> Ref<PyType> {
        let id = std::any::TypeId::of::<T>();
        if let Some(t) = self.native_types.borrow().get(&id) {
            return t.clone();
        }
        let (module, name) = spec
            .name
            .rsplit_once('.')
            .unwrap_or(("builtins", spec.name));
        let t = self.make_builtin_type(
            name,
            module,
            spec.name,
            &self.types.object,
            TypeSpec {
                name,
                vtable: vtable::<Native<T>>(),
                flags: spec.flags,
                has_dict: spec.has_dict,
                next: spec.next,
            },
        );
        if spec.has_dict {
            let name = self.names.dict.clone();
            t.dict
                .set_name(&name, self.new_descr(&t, name.clone(), DescrAccess::Dict));
        }
        self.native_types.borrow_mut().insert(id, t.clone());
        t
    }

    fn make_builtin_type(
        &self,
        name: &str,
        module: &str,
        key: &'static str,
        base: &Ref<PyType>,
        spec: TypeSpec,
    ) -> Ref<PyType> {
        let name = self.intern(name);
        let parts = TypeParts {
            name: name.clone(),
            qualname: name,
            bases: self.new_tuple(vec![base.value()]),
            base: base.value(),
            dict: self.new_dict(),
            flags: spec.flags,
            vtable: spec.vtable,
            members: 0,
            own_members: 0,
            has_dict: spec.has_dict,
            natives: native_table(key),
            next: spec.next,
        };
        // SAFETY: `type` has the layout of types.
        let t = unsafe {
            alloc_fixed(&self.heap, &self.types.type_, |h| {
                PyType::from_parts(h, parts)
            })
        };
        t.derive_from(base);
        let mut mro = vec![t.value()];
        mro.extend(
            base.mro
                .get()
                .downcast::<PyTuple>()
                .map(|m| m.items().to_vec())
                .unwrap_or_default(),
        );
        t.mro.set(self.new_tuple(mro));
        if module != "builtins" {
            t.dict.set_name(&self.names.module, self.intern(module));
        }
        t
    }

    /// A new object of a plug-in's type. `ty` must be [`Vm::native_type`] of `T` or a subclass of it; otherwise the
    /// object gets the type itself.
    pub fn new_native<T: NativeType>(&self, ty: &PyType, spec: &NativeTypeSpec, data: T) -> Value {
        let own;
        let ty = if ty.vtable.kind == Kind::Native && ty.vtable.is_of::<Native<T>>() {
            ty
        } else {
            own = self.native_type::<T>(spec);
            &own
        };
        // SAFETY: the layout was just checked.
        unsafe { alloc_fixed(&self.heap, ty, |header| Native { header, data }).into_value() }
    }
}
