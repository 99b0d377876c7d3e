//! [`PyType`]: classes, builtin and user-made.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::descr::{MethodDef, NextFn};
use super::subclasses::Subclasses;
use super::{
    Header, Kind, Object, PyDict, PyTuple, Ref, Shape, ShapeLayout, VTable, ValueCell, hflags,
};
use crate::registry::NativeTable;
use crate::value::Value;
use crate::vm::Vm;

/// Properties of a type, kept up to date when the type changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TypeFlags(pub u32);

impl TypeFlags {
    /// Made by a class statement or `type()`: may be changed.
    pub const HEAP: u32 = 1;
    /// May be a base class.
    pub const BASETYPE: u32 = 2;
    /// Instances take weak references.
    pub const WEAKREF: u32 = 4;
    /// `__del__` is defined somewhere in the MRO.
    pub const HAS_DEL: u32 = 8;
    /// `__getattribute__` is not `object`'s (or the builtin type's own).
    pub const HAS_GETATTRIBUTE: u32 = 16;
    /// `__getattr__` is defined.
    pub const HAS_GETATTR: u32 = 32;
    /// `__setattr__` or `__delattr__` is not the builtin one.
    pub const HAS_SETATTR: u32 = 64;
    /// Matches sequence patterns (`match`).
    pub const SEQUENCE: u32 = 128;
    /// Matches mapping patterns (`match`).
    pub const MAPPING: u32 = 256;
    /// Has abstract methods left.
    pub const ABSTRACT: u32 = 512;
    /// Flags below `HAS_*` have been computed for the current version.
    pub const COMPUTED: u32 = 1024;
    /// Instances match themselves as the single positional sub-pattern (`int(x)`).
    pub const MATCH_SELF: u32 = 2048;
    /// `__new__` may not be called (`type 'x' cannot be instantiated`).
    pub const NO_NEW: u32 = 4096;
    /// The type's `__next__` is the builtin one although the type is a subclass.
    pub const NATIVE_NEXT: u32 = 8192;
    /// Attributes of the type cannot be set although it was made at run time.
    pub const IMMUTABLE: u32 = 16384;
    /// A native type whose own `__getattribute__` reads attributes.
    pub const OWN_GETATTRIBUTE: u32 = 32768;
    /// Neither `__bool__` nor `__len__`: instances are true. Set when flags are computed.
    pub const ALWAYS_TRUE: u32 = 65536;
    /// None of `__get__`, `__set__` and `__delete__`: instances are no descriptors. Set when flags are computed.
    pub const NO_DESCRIPTOR: u32 = 131072;
    /// Room for the attributes that `__init__` seems to set has been made: once is enough, however the class changes.
    pub const ROOM_MADE: u32 = 262144;
    /// `__eq__` and `__ne__` are `object`'s. Set when flags are computed.
    pub const IDENTITY_EQ: u32 = 524288;
    /// `__hash__` is `object`'s. Set when flags are computed.
    pub const IDENTITY_HASH: u32 = 1048576;
    /// `__class__` of an instance is its type: the attribute is `object`'s. Set when flags are computed.
    pub const OWN_CLASS: u32 = 2097152;
    /// A subclass of `tuple`, `list` or `dict` whose `__iter__` is the builtin one. Set when flags are computed.
    pub const BUILTIN_ITER: u32 = 4194304;
    /// The same of `__getitem__`.
    pub const BUILTIN_GETITEM: u32 = 8388608;
    /// The flags that are computed from attributes, and hold until the type changes.
    const DERIVED: u32 = Self::COMPUTED
        | Self::ALWAYS_TRUE
        | Self::NO_DESCRIPTOR
        | Self::IDENTITY_EQ
        | Self::IDENTITY_HASH
        | Self::OWN_CLASS
        | Self::BUILTIN_ITER
        | Self::BUILTIN_GETITEM;

    /// Whether any bit of `bits` is set.
    #[inline(always)]
    pub fn any(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// The shapes of fresh instances with so many inline slots.
struct Roots {
    inline: u16,
    root: NonNull<Shape>,
    /// For instances whose attributes are in a dict; made when there is one.
    dict: Option<NonNull<Shape>>,
}

/// Who depends on a type. Many builtin types never have any of it.
#[derive(Default)]
struct Dependants {
    subclasses: Subclasses,
    /// Types with an MRO that a metaclass has made, and in which this one is: it need not be a base of theirs.
    heirs: Vec<NonNull<PyType>>,
    roots: SmallVec<[Roots; 1]>,
    shapes: SmallVec<[Box<Shape>; 1]>,
}

/// How a class makes instances whose `__new__` and `__init__` are both native.
#[derive(Clone, Copy)]
pub(crate) struct NativeMaking {
    pub(crate) new: &'static MethodDef,
    /// `None` if it is `object`'s, which has nothing to do.
    pub(crate) init: Option<&'static MethodDef>,
}

/// What calling an ordinary class means beyond making an instance; words of class attributes, 0 for none.
#[derive(Clone, Copy, Default)]
pub(crate) struct SimpleMaking {
    /// Versions of the class and of its metaclass for which this holds.
    pub(crate) versions: (u32, u32),
    /// The Python function `__init__`, or None where `object`'s suffices; `__new__` is `object`'s then.
    pub(crate) init: u64,
    /// Otherwise the static method `__new__`, a Python function.
    pub(crate) new: u64,
}

/// A class.
#[repr(C)]
pub struct PyType {
    pub(crate) header: Header,
    /// `__name__`, a str.
    pub name: ValueCell,
    /// `__qualname__`, a str.
    pub qualname: ValueCell,
    /// `__bases__`, a tuple.
    pub bases: ValueCell,
    /// `__mro__`, a tuple; NULL while the type is being made.
    pub mro: ValueCell,
    /// `__base__`: the type whose layout this one extends; NULL for `object`.
    pub base: ValueCell,
    /// The attributes, without native ones that nobody has asked for.
    pub dict: Ref<PyDict>,
    pub(crate) flags: Cell<TypeFlags>,
    pub(crate) vtable: &'static VTable,
    pub(crate) layout: Cell<ShapeLayout>,
    pub(crate) version: Cell<u32>,
    pub(crate) natives: Option<&'static NativeTable>,
    pub(crate) natives_complete: Cell<bool>,
    /// `tp_iternext` of builtin iterator types.
    pub(crate) next: Cell<Option<NextFn>>,
    /// The bases that have this type among their subclasses, and its number there.
    derived_from: RefCell<SmallVec<[(NonNull<PyType>, u64); 1]>>,
    dependants: RefCell<Option<Box<Dependants>>>,
    current_root: Cell<Option<NonNull<Shape>>>,
    /// Names of `__slots__` members that this type adds.
    pub(crate) own_members: u16,
    /// What [`Vm::simple_making`] has found.
    pub(crate) simple_making: Cell<SimpleMaking>,
    /// What [`Vm::native_making`] has found, and for which version.
    pub(crate) native_making: Cell<(u32, Option<NativeMaking>)>,
}

/// Shapes of one type beyond this number: instances get dicts.
const MAX_SHAPES: usize = 2048;
/// Inline attribute slots of an instance, at first and at most.
const FIRST_INLINE: u16 = 4;
const MAX_INLINE: u16 = 30;

// SAFETY: only types have `Kind::Type`.
unsafe impl Object for PyType {
    const KIND: Kind = Kind::Type;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.bases.visit(visit);
        self.mro.visit(visit);
        self.base.visit(visit);
        visit(self.dict.as_value());
    }

    fn clear(&self) {
        self.dict.clear_all();
        // Not the MRO's first entry alone: the tuple holds the type itself.
        drop(self.set_mro(Value::NULL, false));
    }
}

/// What a new type is made of.
pub(crate) struct TypeParts {
    pub name: Value,
    pub qualname: Value,
    pub bases: Value,
    pub base: Value,
    pub dict: Ref<PyDict>,
    pub flags: u32,
    pub vtable: &'static VTable,
    pub members: u16,
    pub own_members: u16,
    pub has_dict: bool,
    pub natives: Option<&'static NativeTable>,
    pub next: Option<NextFn>,
}

impl PyType {
    /// The struct for a type; the header is written by the allocator.
    pub(crate) fn from_parts(header: Header, p: TypeParts) -> PyType {
        p.dict.header.set_flag(hflags::CLASS_DICT);
        PyType {
            header,
            name: ValueCell::new(p.name),
            qualname: ValueCell::new(p.qualname),
            bases: ValueCell::new(p.bases),
            mro: ValueCell::new(Value::NULL),
            base: ValueCell::new(p.base),
            dict: p.dict,
            flags: Cell::new(TypeFlags(p.flags)),
            vtable: p.vtable,
            layout: Cell::new(ShapeLayout::new(
                p.vtable.size,
                p.members,
                p.has_dict,
                FIRST_INLINE,
            )),
            version: Cell::new(0),
            natives: p.natives,
            natives_complete: Cell::new(p.natives.is_none()),
            next: Cell::new(p.next),
            derived_from: RefCell::default(),
            dependants: RefCell::default(),
            current_root: Cell::new(None),
            own_members: p.own_members,
            simple_making: Cell::default(),
            native_making: Cell::new((0, None)),
        }
    }

    /// `__name__`.
    pub fn name(&self) -> String {
        self.name
            .get()
            .downcast::<super::PyStr>()
            .map(|s| s.to_string())
            .unwrap_or_default()
    }

    /// The types in `__bases__`.
    pub fn base_types(&self) -> Vec<Ref<PyType>> {
        let bases = self.bases.get();
        let bases = bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        bases.iter().filter_map(Value::to_ref).collect()
    }

    /// The layout of instances.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.vtable.kind
    }

    /// The flags.
    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }

    /// Adds those flags that native code may set: [`TypeFlags::IMMUTABLE`], [`TypeFlags::NO_NEW`],
    /// [`TypeFlags::SEQUENCE`], [`TypeFlags::MAPPING`].
    pub fn add_flags(&self, bits: u32) {
        const MAY: u32 =
            TypeFlags::IMMUTABLE | TypeFlags::NO_NEW | TypeFlags::SEQUENCE | TypeFlags::MAPPING;
        self.set_flag(bits & MAY, true);
    }

    pub(crate) fn set_flag(&self, bit: u32, on: bool) {
        let f = self.flags.get().0;
        self.flags
            .set(TypeFlags(if on { f | bit } else { f & !bit }));
    }

    /// Whether the type was made by a class statement or `type()`.
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.flags.get().any(TypeFlags::HEAP)
    }

    /// Whether instances have a `__dict__`.
    pub fn has_dict(&self) -> bool {
        self.layout.get().has_dict
    }

    /// Whether this is `other` or a subclass of it, by the MRO (no `__subclasscheck__`).
    #[inline]
    pub fn is_subtype(&self, other: &PyType) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if !self.mro.is_null() {
            // SAFETY: nothing sets the MRO meanwhile.
            if let Some(mro) = unsafe { self.mro.peek() }.downcast::<PyTuple>() {
                let want = other as *const PyType as u64;
                return mro.iter().any(|t| t.bits() == want);
            }
        }
        let base = self.base.get();
        base.downcast::<PyType>()
            .is_some_and(|b| b.is_subtype(other))
    }

    /// Whether the class derives from `BaseException`: only these have the layout of exceptions.
    pub(crate) fn is_exception_class(&self) -> bool {
        self.kind() == Kind::Exception
    }

    /// Whether an instance is finalised before it is freed: it has `__del__`, or is a generator that must be closed.
    pub(crate) fn needs_finalizer(&self, h: &Header) -> bool {
        self.flags.get().any(TypeFlags::HAS_DEL)
            || (self.vtable.kind == Kind::Generator && super::generator::needs_close(h))
    }

    /// Where the type's own attribute of an interned name lies, until its dict grows or loses a name. `None` if it has
    /// none, and for native types, whose dicts grow when they are asked.
    pub(crate) fn own_slot(&self, name: &Value) -> Option<*mut Value> {
        if self.natives.is_some() {
            return None;
        }
        self.dict.name_slot(name)
    }

    // Shapes.

    /// The shape of a fresh instance.
    #[inline(always)]
    pub fn root_shape(&self) -> NonNull<Shape> {
        match self.current_root.get() {
            Some(s) => s,
            None => self.root_with(self.layout.get().inline),
        }
    }

    fn dependants<R>(&self, f: impl FnOnce(&mut Dependants) -> R) -> R {
        f(self.dependants.borrow_mut().get_or_insert_default())
    }

    #[cold]
    #[inline(never)]
    fn root_with(&self, inline: u16) -> NonNull<Shape> {
        let me = NonNull::from(self);
        self.dependants(|d| {
            if let Some(r) = d.roots.iter().find(|r| r.inline == inline) {
                return r.root;
            }
            let root = d.own(Shape::root(me, self.layout_with(inline), false));
            let dict = None;
            d.roots.push(Roots { inline, root, dict });
            if self.layout.get().inline == inline {
                self.current_root.set(Some(root));
            }
            root
        })
    }

    fn layout_with(&self, inline: u16) -> ShapeLayout {
        let l = self.layout.get();
        ShapeLayout::new(self.vtable.size, l.members, l.has_dict, inline)
    }

    /// Takes a child shape in; `None` when the type has too many.
    pub(crate) fn adopt_shape(&self, s: Box<Shape>) -> Option<NonNull<Shape>> {
        self.dependants(|d| (d.shapes.len() < MAX_SHAPES).then(|| d.own(s)))
    }

    /// The shape for instances whose attributes are in a dict, with the layout of `like`.
    pub(crate) fn dict_shape_like(&self, like: &Shape) -> NonNull<Shape> {
        let inline = like.layout.inline;
        self.root_with(inline);
        let me = NonNull::from(self);
        self.dependants(|d| {
            let at = d.roots.iter().position(|r| r.inline == inline);
            if let Some(dict) = at.and_then(|i| d.roots[i].dict) {
                return dict;
            }
            let dict = d.own(Shape::root(me, self.layout_with(inline), true));
            if let Some(i) = at {
                d.roots[i].dict = Some(dict);
            }
            dict
        })
    }

    /// The shape without attributes, with the layout of `like`.
    pub(crate) fn root_shape_like(&self, like: &Shape) -> NonNull<Shape> {
        self.root_with(like.layout.inline)
    }

    /// The direct subclasses, in the order in which they came.
    pub(crate) fn subclasses(&self) -> Vec<NonNull<PyType>> {
        let all = self.dependants.borrow();
        all.as_ref().map_or(Vec::new(), |d| d.subclasses.all())
    }

    fn each_shape(&self, f: impl FnMut(&Shape)) {
        if let Some(d) = &*self.dependants.borrow() {
            d.shapes.iter().map(|s| &**s).for_each(f);
        }
    }

    /// Shows the references that the type owns and the collector does not ask for: to its own names, and to those of
    /// the attributes that instances have had.
    pub(crate) fn visit_names(&self, visit: &mut dyn FnMut(&Value)) {
        self.name.visit(visit);
        self.qualname.visit(visit);
        let mut seen = FxHashSet::default();
        self.each_shape(|s| {
            if seen.insert(s.names_address()) {
                s.visit_names(visit);
            }
        });
    }

    /// An instance has got `n` attributes: later ones get that many inline slots.
    pub(crate) fn learn_inline(&self, n: usize) {
        let mut l = self.layout.get();
        let n = (n as u16).next_multiple_of(2).min(MAX_INLINE);
        if n > l.inline {
            l = ShapeLayout::new(self.vtable.size, l.members, l.has_dict, n);
            self.layout.set(l);
            self.current_root.set(None);
        }
    }

    // Versions.

    /// Forgets versions and computed flags, here and in subclasses: the type or one of its bases has changed.
    pub fn invalidate(&self) {
        if self.version.get() == 0 && !self.flags.get().any(TypeFlags::COMPUTED) {
            return;
        }
        self.version.set(0);
        self.set_flag(TypeFlags::DERIVED, false);
        self.each_shape(|s| {
            s.version.set(0);
            s.ty_version.set(0);
        });
        let mut subs = self.subclasses();
        if let Some(d) = &*self.dependants.borrow() {
            subs.extend_from_slice(&d.heirs);
        }
        for s in subs {
            // SAFETY: a type takes itself off the lists when it is freed.
            unsafe { s.as_ref() }.invalidate();
        }
    }

    /// Sets `__bases__` and `__base__`, and tells the bases.
    pub(crate) fn set_bases(&self, bases: Value, base: Value) {
        // The old ones, which are told as well, must live until then.
        let _old = self.bases.replace(bases);
        self.leave_bases();
        let bases = self.bases.get();
        let bases = bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        bases
            .iter()
            .filter_map(Value::downcast::<PyType>)
            .for_each(|b| self.derive_from(b));
        self.base.set(base);
    }

    /// Puts this type among the subclasses of one of its bases.
    pub(crate) fn derive_from(&self, base: &PyType) {
        let number = base.dependants(|d| d.subclasses.add(NonNull::from(self)));
        let mut bases = self.derived_from.borrow_mut();
        bases.push((NonNull::from(base), number));
    }

    /// Takes this type off the lists of its bases.
    fn leave_bases(&self) {
        for (base, number) in self.derived_from.take() {
            // SAFETY: `bases` holds them.
            unsafe { base.as_ref() }.dependants(|d| d.subclasses.remove(number));
        }
    }

    /// Sets the MRO; returns the old one. A `custom` one may hold types that are no bases: they are told that they
    /// have an heir.
    pub(crate) fn set_mro(&self, mro: Value, custom: bool) -> Value {
        let me = NonNull::from(self);
        let types = |mro: &Value, visit: &dyn Fn(&PyType)| {
            let items = mro.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
            let others = items.iter().filter_map(|t| t.downcast::<PyType>());
            others
                .filter(|t| t.is_heap() && !std::ptr::eq(*t, self))
                .for_each(visit);
        };
        let old = self.mro.replace(Value::NULL);
        types(&old, &|t| {
            if let Some(d) = &mut *t.dependants.borrow_mut() {
                d.heirs.retain(|h| *h != me);
            }
        });
        if custom {
            types(&mro, &|t| t.dependants(|d| d.heirs.push(me)));
        }
        self.mro.set(mro);
        self.invalidate();
        old
    }

    /// The version of the type as it is, assigned now if need be; 0 if there are no versions left.
    pub fn ensure_version(&self, vm: &Vm) -> u32 {
        let v = self.version.get();
        if v != 0 {
            return v;
        }
        let v = vm.next_version();
        self.version.set(v);
        // A change of a type that this one inherits from must find a version there.
        let (bases, mro) = (self.bases.get(), self.mro.get());
        for types in [&bases, &mro] {
            let types = types.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
            for t in types.iter().filter_map(|t| t.downcast::<PyType>()) {
                if !std::ptr::eq(t, self) {
                    t.ensure_version(vm);
                }
            }
        }
        self.each_shape(|s| s.ty_version.set(if s.is_dict() { 0 } else { v }));
        v
    }

    /// The version of one of the type's shapes, assigned now if need be.
    pub fn ensure_shape_version(&self, vm: &Vm, shape: &Shape) -> u32 {
        if shape.is_dict() {
            return 0;
        }
        if shape.version.get() == 0 {
            self.ensure_version(vm);
            shape.version.set(vm.next_version());
            shape.ty_version.set(self.version.get());
        }
        shape.version.get()
    }

    /// Whether any instance shape has an attribute of that name (so that it may shadow a method).
    pub fn may_shadow(&self, name: &Value) -> bool {
        let mut found = false;
        self.each_shape(|s| found |= s.slot_of(name).is_some());
        found
    }
}

impl Dependants {
    fn own(&mut self, s: Box<Shape>) -> NonNull<Shape> {
        let p = NonNull::from(&*s);
        self.shapes.push(s);
        p
    }
}

impl PyType {
    /// Takes the type off the lists of others.
    pub(crate) fn leave(&self) {
        self.leave_bases();
        drop(self.set_mro(Value::NULL, false));
    }
}

impl Drop for PyType {
    fn drop(&mut self) {
        self.leave();
    }
}
