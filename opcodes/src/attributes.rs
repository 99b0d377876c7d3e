//! Reading attributes, with inline caches; see [`opyc_core::interp::raw::AttrCache`] for what they hold.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::raw::{AttrCache, READ, Reading, SLOT, STACK, SharedKind};
use opyc_core::interp::{Fusion, Source, StackCx, Target};
use opyc_core::object::{Header, PyModule, PyTuple, PyType};

use crate::rows::prelude::*;

opcodes! {
    /// Replaces an object by its attribute.
    LOAD_ATTR (object -- value) in 6..=11, fused (link_load_attr, fuse_load_attr);
    /// Replaces an object by its attribute; with bit 0, by a method and its instance, or NULL and the attribute.
    LOAD_ATTR ["object -- value | method self | null value", loaded] in 12..=12, fused (link_load_attr_null_below, fuse_load_attr_null_below);
    /// Replaces an object by its attribute; with bit 0, by a method and its instance, or the attribute and NULL.
    LOAD_ATTR ["object -- value | method self | value null", loaded] in 13..=14, fused (link_load_attr_null_above, fuse_load_attr_null_above);
    /// Replaces an object by a method and its instance, or by NULL and an attribute that is no method.
    LOAD_METHOD (object -- method this) in 7..=11, fused (link_load_method, fuse_load_method);
    /// Deletes an attribute.
    DELETE_ATTR (object --) in 6..=14, stack byte_delete_attr;
}

fn loaded(i: &Instruction) -> (u32, u32) {
    match i.operand {
        Operand::Name(_, flags) if flags & 1 != 0 => (1, 2),
        _ => (1, 1),
    }
}

// What is pushed.
/// The attribute.
const VALUE: u8 = 0;
/// A method and its instance, or NULL and the attribute.
const METHOD_OR_NULL_BELOW: u8 = 1;
/// A method and its instance, or the attribute and NULL.
const METHOD_OR_NULL_ABOVE: u8 = 2;

// What the cache holds.
const NOTHING: u8 = 0;
const FIELD: u8 = 1;
const METHOD: u8 = 2;
const MODULE: u8 = 3;
const CLASS: u8 = 4;
const CONSTANT: u8 = 5;
const PROPERTY: u8 = 6;
/// A static or class method of an instance's type.
const DETACHED: u8 = 8;
/// The same of a class.
const DETACHED_OF_CLASS: u8 = 9;
/// A native descriptor of the type.
const GETTER: u8 = 10;
/// An item of a tuple.
const ITEM: u8 = 11;
/// Several shapes have been here: the machine's shared table is asked.
const SHARED: u8 = 7;

/// Runs without a cache after which filling it is tried again; doubles as the time that a miss costs.
const PAUSE: u16 = 16;
/// Misses after which a site asks the shared table.
const MISSES: u16 = 0x300;
/// What one miss counts in the upper half of `b`; the lower half counts down a pause.
const MISS: u16 = 0x100;

/// What a row pushes, and whether bit 0 of its argument says that a method is meant.
fn pushes(l: &LinkCx<'_>, index: usize, with_method: u8) -> u8 {
    match l.operand(index) {
        Operand::Name(_, flags) if flags & 1 != 0 => with_method,
        _ => VALUE,
    }
}

fn link_load_attr(l: &mut LinkCx<'_>) {
    l.raw::<LoadAttr<NOTHING, VALUE, STACK>>();
}

fn link_load_method(l: &mut LinkCx<'_>) {
    l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_BELOW, STACK>>();
}

fn link_load_attr_null_below(l: &mut LinkCx<'_>) {
    match pushes(l, l.index(), METHOD_OR_NULL_BELOW) {
        VALUE => l.raw::<LoadAttr<NOTHING, VALUE, STACK>>(),
        _ => l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_BELOW, STACK>>(),
    }
}

fn link_load_attr_null_above(l: &mut LinkCx<'_>) {
    match pushes(l, l.index(), METHOD_OR_NULL_ABOVE) {
        VALUE => l.raw::<LoadAttr<NOTHING, VALUE, STACK>>(),
        _ => l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_ABOVE, STACK>>(),
    }
}

/// Folds the load of the object in: the instruction then stands where the load does.
fn fold<const PUSH: u8>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.b == Source::Super {
        return PUSH == METHOD_OR_NULL_BELOW && crate::super_method::fuse::<false>(l, f);
    }
    let Operand::Name(name, _) = l.operand(l.index() + 1) else {
        return false;
    };
    match (f.a, f.b, f.to) {
        (Source::Stack, Source::Slot(slot), Target::Stack) => {
            set_fields!(l; a = slot);
            l.raw::<LoadAttr<NOTHING, PUSH, SLOT>>();
        }
        // The copy of one value: of two, the attribute would be the other's.
        (Source::Kept, Source::Kept, Target::Stack) if PUSH == VALUE && copies_one(l) => {
            l.raw::<LoadAttr<NOTHING, PUSH, KEPT>>();
        }
        _ => return false,
    }
    set_fields!(l; b = 0, arg = name as i32);
    true
}

/// Whether the linker's instruction copies the value on top.
fn copies_one(l: &LinkCx<'_>) -> bool {
    l.standard(l.index()) == "DUP_TOP" || l.standard(l.index()) == "COPY"
}

/// The object is on top of the stack, and stays there.
const KEPT: u8 = 2;

fn fuse_load_attr(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.b == Source::Super {
        return crate::super_method::fuse::<true>(l, f);
    }
    fold::<VALUE>(l, f)
}

fn fuse_load_method(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    fold::<METHOD_OR_NULL_BELOW>(l, f)
}

fn fuse_load_attr_null_below(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    match pushes(l, l.index() + f.before as usize, METHOD_OR_NULL_BELOW) {
        VALUE => fold::<VALUE>(l, f),
        _ => fold::<METHOD_OR_NULL_BELOW>(l, f),
    }
}

fn fuse_load_attr_null_above(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    match pushes(l, l.index() + f.before as usize, METHOD_OR_NULL_ABOVE) {
        VALUE => fold::<VALUE>(l, f),
        _ => fold::<METHOD_OR_NULL_ABOVE>(l, f),
    }
}

/// `LOAD_ATTR` with what its cache holds, what it pushes, and where the object comes from (`STACK`, `KEPT` there, or
/// `SLOT` number `a`). `ver` is the version, `d` the offset of a field, `c` the address or word of a value or, for the
/// shared table, the word of the name; `b` counts misses and pauses. For attributes of classes, `d` and `n` are the
/// metaclass's version; for an item of a tuple, `d` is which.
struct LoadAttr<const CACHE: u8, const PUSH: u8, const FROM: u8>;

/// A new reference to the value that a cache holds as a word.
///
/// # Safety
/// The version that was remembered with the word is still valid, so that somebody keeps the value alive.
#[inline(always)]
unsafe fn cached(word: &u64) -> Value {
    // SAFETY: as the caller says; a value is one word.
    unsafe { (*(word as *const u64 as *const Value)).clone() }
}

/// The same for the address of what must be no descriptor: `None` if its class has changed so that it may be one.
///
/// # Safety
/// As [`cached`].
#[inline(always)]
unsafe fn constant(address: u64) -> Option<Value> {
    // SAFETY: as the caller says.
    unsafe {
        let v = &*(address as *const Value);
        raw::still_plain(v).then(|| v.clone())
    }
}

/// Whether a class and its metaclass are as they were when the cache was filled.
#[inline(always)]
fn same_class(i: &Instr, h: &Header, class: &PyType) -> bool {
    raw::class_attr_version(class) == i.ver
        && raw::class_attr_version(h.ty()) == u32::from(i.d) | u32::from(i.n) << 16
}

/// The value at an offset of an object; `None` for NULL.
///
/// # Safety
/// The object's shape says that a value lies there.
#[inline(always)]
unsafe fn field(obj: &Value, offset: u16) -> Option<Value> {
    // SAFETY: as the caller says.
    unsafe {
        let v = &*(raw::header_of(obj).add(offset as usize) as *const Value);
        if v.is_null() { None } else { Some(v.clone()) }
    }
}

impl<const CACHE: u8, const PUSH: u8, const FROM: u8> LoadAttr<CACHE, PUSH, FROM> {
    /// Instructions that this one stands for.
    const LENGTH: usize = if FROM == STACK { 1 } else { 2 };

    /// The object; NULL if it should be in a slot that is unbound.
    #[inline(always)]
    unsafe fn object<'a>(pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> &'a Value {
        // SAFETY: the linker sets `FROM` and `a` together.
        unsafe {
            if FROM == SLOT {
                &*fp.add((*pc).a as usize)
            } else {
                &*sp.sub(1)
            }
        }
    }

    /// Replaces the object by an attribute that is no method to be called with it.
    #[inline(always)]
    unsafe fn push_value(sp: *mut Value, v: Value) -> (*mut Value, usize) {
        // SAFETY: the object is on top, or in a slot; there is room for two more values.
        unsafe {
            let (at, garbage) = if FROM != STACK {
                (sp, 0)
            } else {
                let at = sp.sub(1);
                (at, read(at).release())
            };
            match PUSH {
                METHOD_OR_NULL_BELOW => {
                    at.write(Value::NULL);
                    at.add(1).write(v);
                    (at.add(2), garbage)
                }
                METHOD_OR_NULL_ABOVE => {
                    at.write(v);
                    at.add(1).write(Value::NULL);
                    (at.add(2), garbage)
                }
                _ => {
                    at.write(v);
                    (at.add(1), garbage)
                }
            }
        }
    }

    /// Puts a method below its instance.
    #[inline(always)]
    unsafe fn push_method(obj: &Value, sp: *mut Value, method: Value) -> *mut Value {
        // SAFETY: the object is on top, or in a slot; there is room for two more values.
        unsafe {
            if FROM != STACK {
                sp.write(method);
                sp.add(1).write(obj.clone());
                sp.add(2)
            } else {
                sp.write(read(sp.sub(1)));
                sp.sub(1).write(method);
                sp.add(1)
            }
        }
    }

    /// Pushes a static method without an instance, or a class method with the class.
    #[inline(always)]
    unsafe fn detached(
        pc: *mut Instr,
        sp: *mut Value,
        obj: &Value,
        class: impl FnOnce() -> Value,
    ) -> Flow {
        // SAFETY: the version has been compared; stack as for the handler.
        unsafe {
            let Some((function, with_class)) = raw::detached_function((*pc).c) else {
                return Flow::COLD;
            };
            let next = pc.add(Self::LENGTH);
            if !with_class {
                let (sp, garbage) = Self::push_value(sp, function);
                return Flow::to(next, sp).free(garbage);
            }
            let class = class();
            let (at, garbage) = if FROM == STACK {
                (sp.sub(1), read(obj).release())
            } else {
                (sp, 0)
            };
            at.write(function);
            at.add(1).write(class);
            Flow::to(next, at.add(2)).free(garbage)
        }
    }

    /// Calls the native getter that the cache knows for the object; `None` if it knows none.
    unsafe fn call_getter(vm: &Vm, pc: *mut Instr, obj: &Value) -> Option<PyResult> {
        // SAFETY: `pc` is an attribute instruction; the version says that the getter is still for such objects.
        unsafe {
            let version = raw::shape_version(obj.header()?);
            let get = match CACHE {
                GETTER if version == (*pc).ver => (*pc).c,
                SHARED => match raw::shared_attr(vm, version, (*pc).c) {
                    (e, true) if e.kind.get() == SharedKind::Getter => e.word.get(),
                    _ => return None,
                },
                _ => return None,
            };
            Some(raw::call_native_getter(vm, get, obj))
        }
    }

    /// Fills the cache, or goes back to none.
    unsafe fn fill(vm: &Vm, pc: *mut Instr, obj: &Value, name: &Value) {
        // SAFETY: `pc` is an attribute instruction.
        unsafe {
            let i = &mut *pc;
            if i.b & 0xff != 0 {
                i.b -= 1;
                return;
            }
            let cache = raw::attr_cache(vm, obj, name);
            if CACHE == SHARED || CACHE != NOTHING && i.b >= MISSES {
                let (version, kind, offset, word) = match cache {
                    Some(AttrCache::Slot { version, offset }) => {
                        (version, SharedKind::Slot, offset, 0)
                    }
                    Some(AttrCache::Method { version, function }) if PUSH != VALUE => {
                        (version, SharedKind::Method, 0, function)
                    }
                    Some(AttrCache::Constant { version, address }) => {
                        (version, SharedKind::Constant, 0, address as u64)
                    }
                    Some(AttrCache::Getter { version, get }) => {
                        (version, SharedKind::Getter, 0, get as usize as u64)
                    }
                    _ => {
                        i.b |= PAUSE;
                        return;
                    }
                };
                i.c = raw::share_attr(vm, version, (name, READ), kind, offset, word);
                return raw::set_handler(vm, pc, raw::handler::<LoadAttr<SHARED, PUSH, FROM>>());
            }
            if CACHE != NOTHING {
                i.b += MISS;
            }
            let h = match cache {
                Some(AttrCache::Slot { version, offset }) => {
                    (i.ver, i.d) = (version, offset);
                    raw::handler::<LoadAttr<FIELD, PUSH, FROM>>()
                }
                // A method that is only read has to be bound: the cold path does that.
                Some(AttrCache::Method { version, function }) => {
                    (i.ver, i.c) = (version, function);
                    raw::handler::<LoadAttr<METHOD, PUSH, FROM>>()
                }
                Some(AttrCache::Constant { version, address }) => {
                    (i.ver, i.c) = (version, address as u64);
                    raw::handler::<LoadAttr<CONSTANT, PUSH, FROM>>()
                }
                Some(AttrCache::Property { version, property }) if PUSH == VALUE => {
                    (i.ver, i.c) = (version, property);
                    raw::handler::<LoadAttr<PROPERTY, PUSH, FROM>>()
                }
                Some(AttrCache::Getter { version, get }) => {
                    (i.ver, i.c) = (version, get as usize as u64);
                    raw::handler::<LoadAttr<GETTER, PUSH, FROM>>()
                }
                Some(AttrCache::Item { version, index }) => {
                    (i.ver, i.d) = (version, index);
                    raw::handler::<LoadAttr<ITEM, PUSH, FROM>>()
                }
                Some(AttrCache::Detached { version, object }) if PUSH != VALUE => {
                    (i.ver, i.c) = (version, object);
                    raw::handler::<LoadAttr<DETACHED, PUSH, FROM>>()
                }
                Some(AttrCache::DetachedOfClass {
                    version,
                    meta,
                    object,
                }) if PUSH != VALUE => {
                    (i.ver, i.c) = (version, object);
                    (i.d, i.n) = (meta as u16, (meta >> 16) as u16);
                    raw::handler::<LoadAttr<DETACHED_OF_CLASS, PUSH, FROM>>()
                }
                Some(AttrCache::Module { version, address }) => {
                    (i.ver, i.c) = (version, address as u64);
                    raw::handler::<LoadAttr<MODULE, PUSH, FROM>>()
                }
                Some(AttrCache::Class {
                    version,
                    meta,
                    address,
                }) => {
                    (i.ver, i.c) = (version, address as u64);
                    (i.d, i.n) = (meta as u16, (meta >> 16) as u16);
                    raw::handler::<LoadAttr<CLASS, PUSH, FROM>>()
                }
                _ => {
                    i.b |= PAUSE;
                    raw::handler::<LoadAttr<NOTHING, PUSH, FROM>>()
                }
            };
            raw::set_handler(vm, pc, h);
        }
    }
}

// SAFETY: replaces one value by one or two, or pushes them, as the row that links `PUSH` and `FROM` says.
unsafe impl<const CACHE: u8, const PUSH: u8, const FROM: u8> Op for LoadAttr<CACHE, PUSH, FROM> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation; whatever is read is valid because its version is.
        unsafe {
            let next = pc.add(Self::LENGTH);
            let obj = Self::object(pc, sp, fp);
            let Some(h) = obj.header() else {
                return Flow::COLD;
            };
            let found = match CACHE {
                FIELD if raw::shape_version(h) == (*pc).ver => field(obj, (*pc).d),
                METHOD if PUSH != VALUE && raw::shape_version(h) == (*pc).ver => {
                    let method = cached(&(*pc).c);
                    return Flow::to(next, Self::push_method(obj, sp, method));
                }
                CONSTANT if raw::shape_version(h) == (*pc).ver => constant((*pc).c),
                ITEM if raw::shape_version(h) == (*pc).ver => obj
                    .downcast::<PyTuple>()
                    .and_then(|t| t.get((*pc).d as usize))
                    .cloned(),
                DETACHED if raw::shape_version(h) == (*pc).ver => {
                    return Self::detached(pc, sp, obj, || raw::class_of(h));
                }
                DETACHED_OF_CLASS => match obj.downcast::<PyType>() {
                    Some(t) if same_class(&*pc, h, t) => {
                        return Self::detached(pc, sp, obj, || obj.clone());
                    }
                    _ => None,
                },
                MODULE => match obj.downcast_exact::<PyModule>() {
                    Some(m) if raw::dict_version(&m.dict) == (*pc).ver => {
                        Some((*((*pc).c as *const Value)).clone())
                    }
                    _ => None,
                },
                CLASS => match obj.downcast::<PyType>() {
                    Some(t) if same_class(&*pc, h, t) => constant((*pc).c),
                    _ => None,
                },
                SHARED => {
                    let (e, hit) = raw::shared_attr(vm, raw::shape_version(h), (*pc).c);
                    if !hit {
                        return Flow::COLD;
                    }
                    match e.kind.get() {
                        SharedKind::Slot => field(obj, e.offset.get()),
                        SharedKind::Method if PUSH != VALUE => {
                            let method = cached(&e.word.get());
                            return Flow::to(next, Self::push_method(obj, sp, method));
                        }
                        SharedKind::Constant => constant(e.word.get()),
                        _ => None,
                    }
                }
                _ => None,
            };
            let Some(v) = found else {
                return Flow::COLD;
            };
            let (sp, garbage) = Self::push_value(sp, v);
            Flow::to(next, sp).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: Python code that runs here leaves the stack below `sp` alone.
        unsafe {
            let own = pc.add(Self::LENGTH - 1);
            let obj = Self::object(pc, sp, fp).clone();
            if obj.is_null() {
                return throw(vm, pc, sp, vm.unbound_local((*pc).a as usize));
            }
            raw::set_position(vm, own);
            if let Some(got) = Self::call_getter(vm, pc, &obj) {
                return match got {
                    Ok(v) => {
                        let sp = Self::push_value(sp, v).0;
                        Step { pc: own.add(1), sp }
                    }
                    Err(r) => throw(vm, own, sp, r),
                };
            }
            if CACHE == PROPERTY
                && obj
                    .header()
                    .is_some_and(|h| raw::shape_version(h) == (*pc).ver)
            {
                let bottom = sp.sub(2 - Self::LENGTH);
                if let Some(step) = raw::call_getter(vm, own, sp, (*pc).c, obj.clone(), bottom) {
                    return step;
                }
            }
            if CACHE == METHOD
                && PUSH == VALUE
                && obj
                    .header()
                    .is_some_and(|h| raw::shape_version(h) == (*pc).ver)
            {
                let method = cached(&(*pc).c);
                return match vm.descr_get(&method, Some(&obj), vm.type_of(&obj)) {
                    Ok(v) => {
                        let sp = Self::push_value(sp, v).0;
                        Step { pc: own.add(1), sp }
                    }
                    Err(r) => throw(vm, own, sp, r),
                };
            }
            let name = raw::name(vm, (*pc).arg as usize).clone();
            Self::fill(vm, pc, &obj, &name);
            if PUSH != METHOD_OR_NULL_ABOVE {
                match raw::attr_reading(vm, &obj, &name) {
                    Ok(None) => {}
                    Ok(Some(Reading::Found(v))) => {
                        let sp = Self::push_value(sp, v).0;
                        return Step { pc: own.add(1), sp };
                    }
                    Ok(Some(Reading::Hook(hook))) => {
                        let mut at = sp;
                        if FROM == STACK {
                            at = sp.sub(1);
                            drop(read(at));
                        }
                        if PUSH == METHOD_OR_NULL_BELOW {
                            at.write(Value::NULL);
                            at = at.add(1);
                        }
                        return hook.enter(vm, own, at);
                    }
                    Err(r) => return throw(vm, own, sp, r),
                }
            }
            let found = if PUSH == VALUE {
                vm.get_attr(&obj, &name).map(|v| (v, None))
            } else {
                vm.get_method(&obj, &name)
            };
            let sp = match found {
                Ok((method, Some(_))) => Self::push_method(&obj, sp, method),
                // `obj` holds another reference, so nothing is freed in there.
                Ok((v, None)) => Self::push_value(sp, v).0,
                Err(r) => return throw(vm, own, sp, r),
            };
            Step { pc: own.add(1), sp }
        }
    }
}

fn byte_delete_attr(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 0]> {
    cx.vm.del_attr(&object, &cx.name())?;
    Ok([])
}
