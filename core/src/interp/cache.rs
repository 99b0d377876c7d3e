//! What inline caches may remember, and how they ask whether it still holds.
//!
//! Three kinds of version numbers back the caches: of a dict (same entries at the same addresses), of a shape (same
//! attributes of an unchanged type) and of a type. A version of 0 stands for nothing and is never remembered.
//!
//! A site that has seen one shape remembers it in its instruction. Sites that see several share a table of the machine,
//! [`SharedAttr`](super::cache_tables::SharedAttr), in which the name is part of the key.

use crate::error::PyResult;
use crate::object::{
    Access, Attributes, DescrAccess, GetFn, Header, Kind, PyClassMethod, PyDescr, PyDict, PyModule,
    PyStaticMethod, PyTuple, PyType, TypeFlags,
};
use crate::value::Value;
use crate::vm::Vm;

/// The version of a dict; 0 if it has none.
#[inline(always)]
pub fn dict_version(d: &PyDict) -> u32 {
    d.version.get()
}

/// The version of an object's shape; 0 if it has none.
#[inline(always)]
pub fn shape_version(h: &Header) -> u32 {
    h.shape().version.get()
}

/// The version of a class; 0 if it has none.
#[inline(always)]
pub fn class_attr_version(t: &PyType) -> u32 {
    t.version.get()
}

/// What reading an attribute can remember.
#[derive(Clone, Copy, Debug)]
pub enum AttrCache {
    /// The attribute lies in the instance, unless NULL is there (a member of `__slots__` that is not set).
    Slot {
        /// Of the instance's shape.
        version: u32,
        /// Bytes from the header.
        offset: u16,
    },
    /// A method of the type, which the instance does not shadow.
    Method {
        /// Of the instance's shape.
        version: u32,
        /// The unbound function as a word; the type keeps it alive.
        function: u64,
    },
    /// A plain value of the type, which the instance does not shadow.
    Constant {
        /// Of the instance's shape.
        version: u32,
        /// Address of the value: another plain one may take its place.
        address: *mut Value,
    },
    /// A static method, or a class method of the type: the instance is not passed.
    Detached {
        /// Of the instance's shape.
        version: u32,
        /// The `staticmethod` or `classmethod` object, or a builtin class's `__new__`, as a word; the type keeps it
        /// alive.
        object: u64,
    },
    /// The same, read from the class.
    DetachedOfClass {
        /// Of the class.
        version: u32,
        /// Of its metaclass.
        meta: u32,
        /// As for an instance.
        object: u64,
    },
    /// A property of the type.
    Property {
        /// Of the instance's shape.
        version: u32,
        /// The `property` object as a word; the type keeps it alive.
        property: u64,
    },
    /// What a native descriptor of the type computes; also read from a class, whose type is its metaclass.
    Getter {
        /// Of the shape of the instance, or of the class.
        version: u32,
        /// What computes it.
        get: GetFn,
    },
    /// An item of a tuple, as the fields of named tuples are.
    Item {
        /// Of the instance's shape.
        version: u32,
        /// Which one; the tuple may be shorter.
        index: u16,
    },
    /// A global of a module.
    Module {
        /// Of the module's dict.
        version: u32,
        /// Address of the value.
        address: *mut Value,
    },
    /// An attribute of a class, not bound to anything.
    Class {
        /// Of the class.
        version: u32,
        /// Of its metaclass.
        meta: u32,
        /// Address of the value: another plain one may take its place.
        address: *mut Value,
    },
}

/// Whether reading a class attribute of this kind gives the value itself: it is no descriptor, or only a function
/// that is read from the class. If its own class can be changed, that has to be asked again with [`still_plain`].
fn plain(vm: &Vm, v: &Value, from_class: bool) -> bool {
    match v.kind() {
        None
        | Some(
            Kind::Str
            | Kind::Int
            | Kind::Float
            | Kind::Tuple
            | Kind::List
            | Kind::Dict
            | Kind::Set
            | Kind::Type
            | Kind::Builtin
            | Kind::Object,
        ) => match v.header().map(Header::ty) {
            Some(ty) if ty.is_heap() => vm.flags_of(ty).any(TypeFlags::NO_DESCRIPTOR),
            _ => true,
        },
        Some(Kind::Function) => from_class,
        _ => false,
    }
}

/// Whether a class attribute that was plain when it was remembered still is.
#[inline(always)]
pub fn still_plain(v: &Value) -> bool {
    match v.header() {
        Some(h) if h.has_heap_type() && h.kind() != Kind::Function => {
            h.ty().flags().any(TypeFlags::NO_DESCRIPTOR)
        }
        _ => true,
    }
}

/// Whether a value is no descriptor and cannot become one, whatever happens: as a class attribute it may take the place
/// of another such value without a new version of the class. Caches find it by its address.
#[inline(always)]
pub fn is_inert(v: &Value) -> bool {
    match v.header() {
        None => !v.is_null(),
        Some(h) => {
            !h.has_heap_type()
                && matches!(
                    h.kind(),
                    Kind::Str
                        | Kind::Int
                        | Kind::Float
                        | Kind::Tuple
                        | Kind::List
                        | Kind::Dict
                        | Kind::Set
                )
        }
    }
}

/// A `staticmethod` or `classmethod` object as a word, if a class attribute is one and no instance of a subclass.
fn detached(v: &Value) -> Option<u64> {
    let h = v.header()?;
    let ours = matches!(h.kind(), Kind::StaticMethod | Kind::ClassMethod) && !h.is_subclass();
    ours.then(|| v.bits())
}

/// What reading a static or class method gives: the function, and whether the class comes before the other arguments.
/// `None` if it is neither a Python function nor a native one.
///
/// # Safety
/// `object` comes from [`AttrCache::Detached`], [`AttrCache::DetachedOfClass`] or [`SuperCache`] and is still alive.
#[inline(always)]
pub unsafe fn detached_function(object: u64) -> Option<(Value, bool)> {
    // SAFETY: as the caller says; a value is one word, and nothing sets the function while it is copied.
    unsafe {
        let v = &*(&raw const object as *const Value);
        let (func, class) = match v.downcast::<PyStaticMethod>() {
            Some(s) => (&s.func, false),
            None => match v.downcast::<PyClassMethod>() {
                Some(c) => (&c.func, true),
                // `__new__` of builtin classes.
                None => return (v.kind() == Some(Kind::Builtin)).then(|| (v.clone(), false)),
            },
        };
        let func = func.get();
        match func.kind() {
            Some(Kind::Function) => Some((func, class)),
            Some(Kind::Builtin) if !class => Some((func, class)),
            _ => None,
        }
    }
}

/// Calls what computes an attribute.
///
/// # Safety
/// `get` is the address of a [`GetFn`], and `obj` an object of the shape for which [`AttrCache::Getter`] says it.
#[inline(always)]
pub unsafe fn call_native_getter(vm: &Vm, get: u64, obj: &Value) -> PyResult {
    // SAFETY: as the caller says.
    let get = unsafe { std::mem::transmute::<usize, GetFn>(get as usize) };
    get(vm, obj)
}

/// Whether a class attribute may begin or cease to be a descriptor without a change of the class that holds it: its
/// own class can be changed.
fn may_change_kind(v: &Value) -> bool {
    v.header().is_some_and(|h| h.ty().is_heap())
}

/// Finds out what the inline cache of `obj.name` may remember. Runs no Python code.
pub fn attr_cache(vm: &Vm, obj: &Value, name: &Value) -> Option<AttrCache> {
    let h = obj.header()?;
    if let Some(m) = obj.downcast_exact::<PyModule>() {
        if vm
            .lookup_type(h.ty(), name)
            .is_some_and(|d| vm.is_data_descriptor(&d))
        {
            return None;
        }
        let address = m.dict.name_slot(name)?;
        let version = m.dict.ensure_version(vm);
        return (version != 0).then_some(AttrCache::Module { version, address });
    }
    if let Some(t) = obj.downcast::<PyType>() {
        let metaclass = h.ty();
        let hooks = TypeFlags::HAS_GETATTRIBUTE | TypeFlags::OWN_GETATTRIBUTE;
        // `type`'s own is what this does.
        let hooked =
            !std::ptr::eq(metaclass, &*vm.types.type_) && vm.flags_of(metaclass).any(hooks);
        if hooked {
            return None;
        }
        if let Some(m) = vm.lookup_type(metaclass, name) {
            return native_getter(vm, h, &m);
        }
        let v = vm.lookup_type(t, name)?;
        let (version, meta) = (t.ensure_version(vm), metaclass.ensure_version(vm));
        if version == 0 || meta == 0 {
            return None;
        }
        if let Some(object) = detached(&v) {
            return Some(AttrCache::DetachedOfClass {
                version,
                meta,
                object,
            });
        }
        if !plain(vm, &v, true) {
            return None;
        }
        return match vm.class_slot(t, name) {
            Some(address) => Some(AttrCache::Class {
                version,
                meta,
                address,
            }),
            // `__new__` of a builtin class.
            None if v.kind() == Some(Kind::Builtin) => Some(AttrCache::DetachedOfClass {
                version,
                meta,
                object: v.bits(),
            }),
            None => None,
        };
    }
    if matches!(
        h.kind(),
        Kind::Super | Kind::WeakRef | Kind::BoundMethod | Kind::Module
    ) {
        return None;
    }
    let ty = h.ty();
    if vm
        .flags_of(ty)
        .any(TypeFlags::HAS_GETATTRIBUTE | TypeFlags::OWN_GETATTRIBUTE)
    {
        return None;
    }
    let found = vm.lookup_type(ty, name);
    let shape = h.shape();
    // What may become a data descriptor shadows what lies in the instance, some day.
    if found.as_ref().is_some_and(may_change_kind) && shape.slot_of(name).is_some() {
        return None;
    }
    let version = ty.ensure_shape_version(vm, shape);
    if version == 0 {
        return None;
    }
    if let Some(m) = found.as_ref().filter(|m| vm.is_data_descriptor(m)) {
        if m.kind() == Some(Kind::Property) && !m.header().is_some_and(Header::is_subclass) {
            // A getter's AttributeError makes `__getattr__` run.
            let hooked = vm.flags_of(ty).any(TypeFlags::HAS_GETATTR);
            return (!hooked).then(|| AttrCache::Property {
                version,
                property: m.bits(),
            });
        }
        if let Some(offset) = member_offset(h, m) {
            return Some(AttrCache::Slot { version, offset });
        }
        if let Some(index) = tuple_item(h, m) {
            return Some(AttrCache::Item { version, index });
        }
        return native_getter(vm, h, m);
    }
    if let Some(i) = shape.slot_of(name) {
        if i >= shape.layout.inline as usize {
            return None;
        }
        let offset = u16::try_from(shape.layout.slot_offset(i)).ok()?;
        return Some(AttrCache::Slot { version, offset });
    }
    let m = found?;
    if is_method(&m) {
        return Some(AttrCache::Method {
            version,
            function: m.bits(),
        });
    }
    if let Some(object) = detached(&m) {
        return Some(AttrCache::Detached { version, object });
    }
    let address = vm.class_slot(ty, name)?;
    plain(vm, &m, false).then_some(AttrCache::Constant { version, address })
}

/// What calling a method of `super()` can remember.
#[derive(Clone, Copy, Debug)]
pub struct SuperCache {
    /// Of the class behind which the search begins.
    pub class: u32,
    /// Of the instance's shape; where `super()` is bound to a class, of that.
    pub this: u32,
    /// Whether `super()` is bound to a class.
    pub of_class: bool,
    /// The unbound function as a word; for a class what [`detached_function`] takes. Its class keeps it alive.
    pub function: u64,
}

/// Finds out what may be remembered of the method `name` of `super(class, this)`. Runs no Python code.
pub fn super_cache(vm: &Vm, class: &Value, this: &Value, name: &Value) -> Option<SuperCache> {
    let (h, class) = (this.header()?, class.downcast::<PyType>()?);
    if name.is(&vm.names.class) {
        return None;
    }
    let of_class = this.downcast::<PyType>();
    let ty = of_class.unwrap_or(h.ty());
    let mro = ty.mro.get();
    let mut mro = mro.downcast::<PyTuple>()?.iter();
    mro.find(|t| {
        t.downcast::<PyType>()
            .is_some_and(|t| std::ptr::eq(t, class))
    })?;
    let found = mro.find_map(|t| t.downcast::<PyType>().and_then(|t| vm.own_attr(t, name)))?;
    let (version, function) = match of_class {
        Some(ty) if found.kind() == Some(Kind::Builtin) => (ty.ensure_version(vm), found.bits()),
        Some(ty) => (ty.ensure_version(vm), detached(&found)?),
        None if is_method(&found) => (ty.ensure_shape_version(vm, h.shape()), found.bits()),
        None => return None,
    };
    let class = class.ensure_version(vm);
    (version != 0 && class != 0).then_some(SuperCache {
        class,
        this: version,
        of_class: of_class.is_some(),
        function,
    })
}

/// Whether reading this attribute of a type gives a method bound to the instance.
fn is_method(v: &Value) -> bool {
    match v.kind() {
        Some(Kind::Function) => true,
        Some(Kind::Descr) => v.downcast::<PyDescr>().is_some_and(
            |d| matches!(d.access, DescrAccess::Method(d) if d.access == Access::Method),
        ),
        _ => false,
    }
}

/// Where a member of `__slots__` lies in an instance.
fn member_offset(h: &Header, descriptor: &Value) -> Option<u16> {
    let d = descriptor.downcast::<PyDescr>()?;
    let DescrAccess::Member(i) = d.access else {
        return None;
    };
    if !h.ty().is_subtype(&d.owner) {
        return None;
    }
    u16::try_from(Attributes::of(h).member_offset(i as usize)?).ok()
}

/// Which item of a tuple a descriptor reads, if it is one that does no more; see
/// [`NativeType::tuple_item`](crate::object::NativeType::tuple_item).
fn tuple_item(h: &Header, descriptor: &Value) -> Option<u16> {
    let d = descriptor.header()?;
    let ty = d.ty();
    // A subclass may have a `__get__` of its own.
    if h.kind() != Kind::Tuple || d.kind() != Kind::Native || ty.is_heap() {
        return None;
    }
    u16::try_from((ty.vtable.tuple_item?)(descriptor)?).ok()
}

/// What the cache of an attribute that a native data descriptor of the object's type computes may remember.
fn native_getter(vm: &Vm, h: &Header, descriptor: &Value) -> Option<AttrCache> {
    let d = descriptor.downcast::<PyDescr>()?;
    let get: GetFn = match d.access {
        DescrAccess::GetSet(g) => g.get,
        DescrAccess::Dict => Vm::instance_dict,
        _ => return None,
    };
    let ty = h.ty();
    // A getter's AttributeError makes `__getattr__` run.
    if !ty.is_subtype(&d.owner) || vm.flags_of(ty).any(TypeFlags::HAS_GETATTR) {
        return None;
    }
    let version = ty.ensure_shape_version(vm, h.shape());
    (version != 0).then_some(AttrCache::Getter { version, get })
}

/// Finds out what the inline cache of `class.name = value` may remember: the version of the class, and the address of an
/// [inert](is_inert) attribute that it has, which may be replaced by another inert value.
pub fn class_store_cache(vm: &Vm, obj: &Value, name: &Value) -> Option<(u32, *mut Value)> {
    let t = obj.downcast::<PyType>()?;
    let meta = obj.header()?.ty();
    if !std::ptr::eq(meta, &*vm.types.type_) || vm.lookup_type(meta, name).is_some() {
        return None;
    }
    let address = vm.inert_slot(t, name)?;
    let version = t.ensure_version(vm);
    (version != 0).then_some((version, address))
}

/// What setting an attribute can remember.
#[derive(Clone, Copy, Debug)]
pub struct StoreCache {
    /// Of the instance's shape before.
    pub version: u32,
    /// Bytes from the header.
    pub offset: u16,
    /// The shape afterwards as a word if the attribute is new, else 0.
    pub next: u64,
}

/// Finds out what the inline cache of `obj.name = value` may remember, before it is done.
pub fn store_cache(vm: &Vm, obj: &Value, name: &Value) -> Option<StoreCache> {
    let h = obj.header()?;
    let ty = h.ty();
    let special = matches!(
        h.kind(),
        Kind::Type | Kind::Module | Kind::Namespace | Kind::WeakRef
    );
    let found = vm.lookup_type(ty, name);
    if special
        || vm.flags_of(ty).any(TypeFlags::HAS_SETATTR)
        || found.as_ref().is_some_and(may_change_kind)
    {
        return None;
    }
    let shape = h.shape();
    let version = ty.ensure_shape_version(vm, shape);
    if version == 0 {
        return None;
    }
    if let Some(m) = found.filter(|m| vm.is_data_descriptor(m)) {
        let offset = member_offset(h, &m)?;
        return Some(StoreCache {
            version,
            offset,
            next: 0,
        });
    }
    if !shape.layout.has_dict {
        return None;
    }
    let (i, next) = match shape.slot_of(name) {
        Some(i) => (i, 0),
        None => (shape.len(), shape.with(name)?.as_ptr() as u64),
    };
    if i >= shape.layout.inline as usize {
        return None;
    }
    let offset = u16::try_from(shape.layout.slot_offset(i)).ok()?;
    Some(StoreCache {
        version,
        offset,
        next,
    })
}

/// Moves an instance to the shape that a [`StoreCache`] remembers.
///
/// # Safety
/// `next` comes from a [`StoreCache`] whose version is that of the object's shape.
#[inline(always)]
pub unsafe fn set_shape(h: &Header, next: u64) {
    debug_assert_ne!(next, 0);
    // SAFETY: shapes live as long as their type, which the object keeps alive.
    h.shape
        .set(unsafe { std::ptr::NonNull::new_unchecked(next as *mut crate::object::Shape) });
}
