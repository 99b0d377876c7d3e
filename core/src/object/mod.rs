//! Heap objects: the header, the table of layouts, typed references, and what happens when the last reference goes.
//!
//! An object in memory:
//!
//! ```text
//! Header | payload of its kind | members (__slots__) | ext word | attribute slots
//! ```
//!
//! The header's [`Shape`] says which type the object has and where members and attributes lie, so that a check of
//! the shape's version is all that an inline cache needs. A subclass of a builtin type has that type's payload.
//!
//! Invariants of the `unsafe` code here and in [`crate::heap`]:
//! - an object's kind and vtable never change after allocation, and say with which layout it was allocated;
//! - reference counts count exactly the [`Value`]s and [`Ref`]s that point to the object;
//! - nothing Python-visible runs while an object is torn down: `__del__` and weak-reference callbacks are queued on
//!   the machine and run between two instructions.

use std::any::TypeId;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::heap;
use crate::value::Value;

mod bytes;
mod cells;
mod code;
mod descr;
mod dict;
mod dict_iter;
mod dict_table;
mod exception;
mod function;
mod generator;
mod list;
mod misc;
mod native;
mod number;
mod sequence_iter;
mod set;
mod shape;
mod string;
mod subclasses;
mod tuple;
mod typeobj;

pub use bytes::{PyByteArray, PyBytes};
pub use cells::{ListCell, ValueCell};
pub use code::PyCode;
pub use descr::{
    Access, CallFn, DescrAccess, GetFn, GetSet, MethodDef, NativeFn, NextFn, NextItem, Param,
    PartsFn, PyBuiltin, PyClassMethod, PyDescr, PyProperty, PyStaticMethod, Shortcut,
};
pub use dict::{DictCursor, DictView, PyDict};
pub use dict_iter::{PyDictIter, PyDictView};
pub use exception::{PyException, extra};
pub use function::{PyBoundMethod, PyFunction};
pub use generator::{GenKind, GenState, PyGenerator};
pub use list::PyList;
pub use misc::{
    PyCell, PyFrame, PyMappingProxy, PyModule, PyNamespace, PyRange, PySlice, PySuper, PyTraceback,
    PyWeakRef,
};
pub use native::{Native, NativeType};
pub use number::{PyComplex, PyFloat, PyInt};
pub use sequence_iter::{PyCallIter, PyRangeIter, PySeqIter};
pub use set::{PySet, PySetIter};
pub(crate) use shape::drop_attributes;
pub(crate) use shape::{Attributes, init_attributes};
pub use shape::{Shape, ShapeLayout};
pub use string::PyStr;
pub use tuple::PyTuple;
pub(crate) use typeobj::{NativeMaking, SimpleMaking, TypeParts};
pub use typeobj::{PyType, TypeFlags};

/// The layout of an object's payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
#[allow(
    missing_docs,
    reason = "each kind is documented at the struct of its name"
)]
pub enum Kind {
    Free = 0,
    Object,
    Type,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    ByteArray,
    Tuple,
    List,
    Dict,
    Set,
    Slice,
    Range,
    Cell,
    Function,
    BoundMethod,
    Builtin,
    Descr,
    Property,
    StaticMethod,
    ClassMethod,
    Super,
    Module,
    Code,
    Frame,
    Traceback,
    Generator,
    Exception,
    SeqIter,
    RangeIter,
    CallIter,
    DictView,
    DictIter,
    SetIter,
    WeakRef,
    MappingProxy,
    Namespace,
    Native,
}

/// What every heap object begins with.
#[repr(C)]
pub struct Header {
    pub(crate) rc: Cell<u32>,
    /// Kind in the low byte, [`SUBCLASS`] above, so that one compare tells an exact builtin.
    pub(crate) tag: Cell<u16>,
    pub(crate) flags: Cell<u16>,
    pub(crate) shape: Cell<NonNull<Shape>>,
}

/// Tag bit: the type is not the builtin type of the kind but a subclass.
pub(crate) const SUBCLASS: u16 = 0x100;

/// Header flag bits.
pub(crate) mod hflags {
    /// At least one weak reference points here.
    pub const WEAKREFED: u16 = 1;
    /// `__del__` has run (PEP 442: once only).
    pub const FINALIZED: u16 = 2;
    /// Allocated outside the size classes.
    pub const LARGE: u16 = 4;
    /// A string in the machine's table of interned strings.
    pub const INTERNED: u16 = 8;
    /// The object counts as a reference of its (heap) type.
    pub const HEAP_TYPE: u16 = 16;
    /// A dict that holds a class's attributes. Nobody else gets it: caches trust that only the class changes it.
    pub const CLASS_DICT: u16 = 32;
    /// First bit of a string's width (2 bits, see `PyStr`).
    pub const WIDTH_SHIFT: u32 = 8;
}

impl Header {
    /// The layout.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        // SAFETY: the tag's low byte is written from a `Kind` only.
        unsafe { std::mem::transmute::<u8, Kind>(self.tag.get() as u8) }
    }

    /// Whether this is exactly the builtin type of `kind`, no subclass.
    #[inline(always)]
    pub fn is_exact(&self, kind: Kind) -> bool {
        self.tag.get() == kind as u16
    }

    /// Whether the object's type is a subclass of the builtin type of its kind.
    #[inline(always)]
    pub fn is_subclass(&self) -> bool {
        self.tag.get() & SUBCLASS != 0
    }

    /// Whether the type was made by a class statement or `type()`, and may change.
    #[inline(always)]
    pub fn has_heap_type(&self) -> bool {
        self.flags.get() & hflags::HEAP_TYPE != 0
    }

    /// The shape.
    #[inline(always)]
    pub fn shape(&self) -> &Shape {
        // SAFETY: shapes live as long as their type, and an object keeps its type alive.
        unsafe { self.shape.get().as_ref() }
    }

    /// The type.
    #[inline(always)]
    pub fn ty(&self) -> &PyType {
        self.shape().ty()
    }

    #[inline(always)]
    pub(crate) fn incref(&self) {
        let n = self.rc.get().wrapping_add(1);
        self.rc.set(n);
        if n == 0 {
            // Four thousand million references cannot be made before memory ends; if so, nothing else is safe.
            std::process::abort();
        }
    }

    /// Makes the object an instance of another type of the same layout. Attributes must be in a dict, if it has any.
    pub(crate) fn set_type(&self, old: &Ref<PyType>, new: &Ref<PyType>) {
        let shape = self.shape();
        let next = if shape.layout.has_dict {
            new.dict_shape_like(shape)
        } else {
            new.root_shape_like(shape)
        };
        let counted = self.has_flag(hflags::HEAP_TYPE);
        self.shape.set(next);
        let kind = self.kind() as u16;
        if new.is_heap() {
            new.header.incref();
            self.set_flag(hflags::HEAP_TYPE);
            self.tag.set(kind | SUBCLASS);
        } else {
            self.flags.set(self.flags.get() & !hflags::HEAP_TYPE);
            self.tag.set(kind);
        }
        if counted {
            // SAFETY: the object's own reference to its old type.
            drop(unsafe { Value::from_ptr(NonNull::from(&**old).cast()) });
        }
    }

    /// Number of references.
    pub fn refcount(&self) -> u32 {
        self.rc.get()
    }

    pub(crate) fn has_flag(&self, bit: u16) -> bool {
        self.flags.get() & bit != 0
    }

    pub(crate) fn set_flag(&self, bit: u16) {
        self.flags.set(self.flags.get() | bit);
    }
}

/// Which item of a tuple a descriptor reads.
pub(crate) type ItemFn = fn(&Value) -> Option<usize>;

/// The number of items of an object that is asked for it.
pub(crate) type LenFn = fn(&Value) -> Option<usize>;

/// A layout: how to free, walk and clear objects of it.
pub struct VTable {
    /// The kind in the header.
    pub(crate) kind: Kind,
    /// Bytes of header and payload (0: the object knows, see `size_of_object`).
    pub(crate) size: usize,
    pub(crate) type_id: fn() -> TypeId,
    pub(crate) drop: unsafe fn(NonNull<Header>),
    #[allow(clippy::type_complexity, reason = "said once")]
    pub(crate) traverse: unsafe fn(NonNull<Header>, &mut dyn FnMut(&Value)),
    pub(crate) clear: unsafe fn(NonNull<Header>),
    /// Bytes of one object of variable size.
    pub(crate) var_size: Option<unsafe fn(NonNull<Header>) -> usize>,
    /// Whether objects can be part of a reference cycle.
    pub(crate) container: bool,
    /// See [`NativeType::ITER_IS_SELF`].
    pub(crate) iter_is_self: bool,
    /// For iterators over pairs; see [`NativeType::NEXT_PARTS`].
    pub(crate) next_parts: Option<PartsFn>,
    /// See [`NativeType::CALL`].
    pub(crate) call: Option<CallFn>,
    /// See [`NativeType::LEN`].
    pub(crate) len: Option<LenFn>,
    /// For native objects; see [`NativeType::tuple_item`].
    pub(crate) tuple_item: Option<ItemFn>,
}

impl VTable {
    /// Whether this is the vtable of `T`: most often it holds this very function, else what both say is compared.
    #[inline]
    pub(crate) fn is_of<T: 'static>(&self) -> bool {
        let id: fn() -> TypeId = TypeId::of::<T>;
        std::ptr::fn_addr_eq(self.type_id, id) || (self.type_id)() == id()
    }
}

/// A Rust struct that is the payload of a kind of object. The struct begins with a [`Header`] and is `repr(C)`.
///
/// # Safety
/// `matches` may say yes only for objects that were allocated as `Self`.
pub unsafe trait Object: Sized + 'static {
    /// The kind of these objects.
    const KIND: Kind;
    /// Whether objects hold references that can form cycles.
    const CONTAINER: bool = true;
    /// Bytes of one object, where it differs from `size_of::<Self>()` (inline items behind the struct).
    const VAR_SIZE: Option<unsafe fn(NonNull<Header>) -> usize> = None;
    /// See [`NativeType::ITER_IS_SELF`].
    const ITER_IS_SELF: bool = false;
    /// See [`NativeType::NEXT_PARTS`].
    const NEXT_PARTS: Option<PartsFn> = None;
    /// See [`NativeType::CALL`].
    const CALL: Option<CallFn> = None;
    /// See [`NativeType::LEN`].
    const LEN: Option<LenFn> = None;
    /// See [`NativeType::tuple_item`].
    const TUPLE_ITEM: Option<ItemFn> = None;

    /// Whether the object behind the header is a `Self`.
    #[inline(always)]
    fn matches(h: &Header) -> bool {
        h.tag.get() as u8 == Self::KIND as u8
    }

    /// Shows every reference that the payload owns, each once.
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}

    /// Drops the references that can form cycles; the object stays valid.
    fn clear(&self) {}
}

/// The vtable of a layout.
pub(crate) const fn vtable<T: Object>() -> &'static VTable {
    const {
        &VTable {
            kind: T::KIND,
            size: size_of::<T>(),
            type_id: TypeId::of::<T>,
            // SAFETY: this and the next two are called with objects of this layout only.
            drop: |p| unsafe { std::ptr::drop_in_place(p.as_ptr() as *mut T) },
            // SAFETY: as for `drop`.
            traverse: |p, visit| unsafe { (*(p.as_ptr() as *const T)).traverse(visit) },
            // SAFETY: as for `drop`.
            clear: |p| unsafe { (*(p.as_ptr() as *const T)).clear() },
            var_size: T::VAR_SIZE,
            container: T::CONTAINER,
            iter_is_self: T::ITER_IS_SELF,
            next_parts: T::NEXT_PARTS,
            call: T::CALL,
            len: T::LEN,
            tuple_item: T::TUPLE_ITEM,
        }
    }
}

/// An owned reference to an object of known layout.
#[repr(transparent)]
pub struct Ref<T: Object> {
    value: Value,
    _t: PhantomData<T>,
}

impl<T: Object> Ref<T> {
    /// # Safety
    /// `value` must be a heap object of layout `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_value_unchecked(value: Value) -> Ref<T> {
        Ref {
            value,
            _t: PhantomData,
        }
    }

    /// A new reference to an object that is known by reference.
    #[inline(always)]
    pub fn new(t: &T) -> Ref<T> {
        // SAFETY: a `T` exists only as the payload of an object, and begins with its header.
        let h = unsafe { &*(t as *const T as *const Header) };
        Ref {
            value: Value::from_header(h),
            _t: PhantomData,
        }
    }

    /// The reference as a value.
    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The reference seen as a value.
    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        &self.value
    }

    /// A new reference, as a value.
    #[inline(always)]
    pub fn value(&self) -> Value {
        self.value.clone()
    }
}

impl<T: Object> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Ref {
            value: self.value.clone(),
            _t: PhantomData,
        }
    }
}

impl<T: Object> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Ref` points to a live object of layout `T`.
        unsafe { &*(self.value.bits() as *const T) }
    }
}

impl<T: Object> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(r: Ref<T>) -> Value {
        r.value
    }
}

impl<T: Object> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

/// A value that is a new reference to a known object.
#[inline(always)]
pub fn value_of<T: Object>(t: &T) -> Value {
    Ref::new(t).into_value()
}

/// Whether two values are the same or equal, as containers compare them, if that can be told without running Python
/// code: ints, strs, and tuples of these.
#[inline]
pub(crate) fn known_equal(a: &Value, b: &Value) -> Option<bool> {
    match (a.downcast_exact::<PyTuple>(), b.downcast_exact::<PyTuple>()) {
        (Some(x), Some(y)) if !a.is(b) => {
            // Tuples in tuples are asked like anything else: they could nest deeper than the Rust stack.
            let mut equal = x.len() == y.len();
            for (v, w) in x.iter().zip(y.iter()) {
                equal &= known_scalar_equal(v, w)?;
            }
            Some(equal)
        }
        _ => known_scalar_equal(a, b),
    }
}

/// [`known_equal`] of ints and strs.
#[inline(always)]
fn known_scalar_equal(a: &Value, b: &Value) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    if Value::ints(a, b).is_some() {
        return Some(false);
    }
    match (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>()) {
        (Some(a), Some(b)) => Some(a.same_text(b)),
        _ => None,
    }
}

/// Whether a value is among some others, if they tell by themselves; else the place of the first that must be asked.
pub(crate) fn known_among(items: &[Value], v: &Value) -> Result<bool, usize> {
    for (i, item) in items.iter().enumerate() {
        match known_scalar_equal(item, v) {
            Some(true) => return Ok(true),
            Some(false) => {}
            None => return Err(i),
        }
    }
    Ok(false)
}

/// The least or greatest of some values, if all are small ints; of equal ones the first. `None` for none.
fn extreme_int<'a>(values: impl Iterator<Item = &'a Value>, greatest: bool) -> Option<Value> {
    let mut best: Option<i64> = None;
    for v in values {
        let i = v.as_int()?;
        best = Some(match best {
            Some(b) if greatest => b.max(i),
            Some(b) => b.min(i),
            None => i,
        });
    }
    Value::small_int(best?)
}

/// Bytes of an object's allocation.
///
/// # Safety
/// The object must be live.
pub(crate) unsafe fn size_of_object(p: NonNull<Header>) -> usize {
    // SAFETY: live, as the caller says.
    let shape = unsafe { p.as_ref() }.shape();
    match shape.ty().vtable.var_size {
        // SAFETY: the type's own function for its own object.
        Some(f) => (unsafe { f(p) }) + shape.layout.extra(),
        None => shape.layout.size as usize,
    }
}

/// Frees an object whose last reference has gone.
///
/// What must run Python code first (`__del__`, a suspended generator) is put on the machine's queue instead.
///
/// # Safety
/// The count must be zero and nobody may use the object afterwards.
#[inline(never)]
pub unsafe fn dealloc(p: NonNull<Header>) {
    // SAFETY: its memory is still there.
    let h = unsafe { p.as_ref() };
    // SAFETY: as above.
    let heap = unsafe { heap::heap_of(p) };
    let shape = h.shape();
    let ty = shape.ty();
    const SPECIAL: u16 = hflags::WEAKREFED | hflags::INTERNED | hflags::LARGE | hflags::HEAP_TYPE;
    if h.is_exact(Kind::Str) && h.flags.get() & SPECIAL == 0 {
        // Nothing but memory.
        // SAFETY: as above, of a string.
        unsafe {
            let s = &*(p.as_ptr() as *const PyStr);
            heap.free(p, PyStr::bytes_for(s.view()), false);
        }
        return;
    }
    if ty.needs_finalizer(h) {
        // SAFETY: no reference is left, as the caller says.
        if !h.has_flag(hflags::FINALIZED) && unsafe { heap.queue_finalizer(p) } {
            return;
        }
    } else if h.flags.get() & SPECIAL == 0 && !shape.layout.has_attributes() {
        // An ordinary object of a builtin type.
        if !heap.enter_dealloc(p) {
            return;
        }
        // SAFETY: as above; payload and memory go once.
        unsafe {
            let size = match ty.vtable.var_size {
                Some(f) => f(p),
                None => shape.layout.size as usize,
            };
            (ty.vtable.drop)(p);
            heap.free(p, size, false);
        }
        return heap.leave_dealloc();
    }
    if h.flags.get() & (hflags::WEAKREFED | hflags::INTERNED) != 0 {
        heap.forget(p);
    }
    if !heap.enter_dealloc(p) {
        return;
    }
    // SAFETY: as above; nothing has put it off.
    unsafe { dealloc_now(p) };
    heap.leave_dealloc();
}

/// The second half of [`dealloc`], also for objects whose freeing was put off because of nesting.
///
/// # Safety
/// As [`dealloc`].
pub(crate) unsafe fn dealloc_now(p: NonNull<Header>) {
    // SAFETY: no reference is left, so that payload, attributes and memory go once.
    unsafe {
        let h = p.as_ref();
        let shape = h.shape();
        let size = size_of_object(p);
        let ty = NonNull::from(shape.ty());
        let heap_type = h.has_flag(hflags::HEAP_TYPE);
        if shape.layout.has_attributes() {
            shape::drop_attributes(p);
        }
        let heap = heap::heap_of(p);
        let large = h.has_flag(hflags::LARGE);
        (ty.as_ref().vtable.drop)(p);
        heap.free(p, size, large);
        if heap_type {
            // The object's reference to its type.
            drop(Value::from_ptr(ty.cast()));
        }
    }
}

/// Shows every reference that an object owns: payload, members and attributes.
///
/// # Safety
/// The object must be live.
pub(crate) unsafe fn traverse_object(p: NonNull<Header>, visit: &mut dyn FnMut(&Value)) {
    // SAFETY: live, as the caller says; the shape says what the object has.
    unsafe {
        let h = p.as_ref();
        let shape = h.shape();
        (shape.ty().vtable.traverse)(p, visit);
        if shape.layout.has_attributes() {
            shape::traverse_attributes(p, visit);
        }
        if h.has_flag(hflags::HEAP_TYPE) {
            let ty = std::mem::ManuallyDrop::new(Value::from_ptr(NonNull::from(shape.ty()).cast()));
            visit(&ty);
        }
    }
}

/// Drops what can form cycles: payload and attributes.
///
/// # Safety
/// The object must be live and stay so: the caller holds a reference.
pub(crate) unsafe fn clear_object(p: NonNull<Header>) {
    // SAFETY: live, as the caller says; the shape says what the object has.
    unsafe {
        let shape = p.as_ref().shape();
        (shape.ty().vtable.clear)(p);
        if shape.layout.has_attributes() {
            shape::clear_attributes(p);
        }
    }
}
