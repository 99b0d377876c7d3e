//! Attributes, with inline caches; see [`opyc_core::interp::raw::AttrCache`] for what they hold.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::interp::raw::AttrCache;
use opyc_core::object::{PyModule, PyType};

use crate::rows::prelude::*;

opcodes! {
    /// Replaces an object by its attribute.
    LOAD_ATTR (object -- value) in 6..=11, link link_load_attr;
    /// Replaces an object by its attribute; with bit 0, by a method and its instance, or NULL and the attribute.
    LOAD_ATTR ["object -- value | method self | null value", loaded] in 12..=12, link link_load_attr_null_below;
    /// Replaces an object by its attribute; with bit 0, by a method and its instance, or the attribute and NULL.
    LOAD_ATTR ["object -- value | method self | value null", loaded] in 13..=14, link link_load_attr_null_above;
    /// Replaces an object by a method and its instance, or by NULL and an attribute that is no method.
    LOAD_METHOD (object -- method this) in 7..=11, link link_load_method;
    /// Sets an attribute.
    STORE_ATTR (value object --) in 6..=14, link link_store_attr;
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
const SLOT: u8 = 1;
const METHOD: u8 = 2;
const MODULE: u8 = 3;
const CLASS: u8 = 4;
const CONSTANT: u8 = 5;

/// Runs without a cache after which filling it is tried again; doubles as the time that a miss costs.
const PAUSE: u16 = 16;

fn link_load_attr(l: &mut LinkCx<'_>) {
    l.instr().n = 0;
    l.raw::<LoadAttr<NOTHING, VALUE>>();
}

fn link_load_method(l: &mut LinkCx<'_>) {
    l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_BELOW>>();
}

fn link_load_attr_null_below(l: &mut LinkCx<'_>) {
    if l.instr().n & 1 != 0 {
        l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_BELOW>>();
    } else {
        l.raw::<LoadAttr<NOTHING, VALUE>>();
    }
}

fn link_load_attr_null_above(l: &mut LinkCx<'_>) {
    if l.instr().n & 1 != 0 {
        l.raw::<LoadAttr<NOTHING, METHOD_OR_NULL_ABOVE>>();
    } else {
        l.raw::<LoadAttr<NOTHING, VALUE>>();
    }
}

/// `LOAD_ATTR` with what its cache holds and what it pushes. `ver` is the version, `d` the offset of a slot, `c` the
/// address or word of a value, `b` counts until the cache may be filled.
struct LoadAttr<const CACHE: u8, const PUSH: u8>;

/// A new reference to the value that a cache holds as a word.
///
/// # Safety
/// The version that was remembered with the word is still valid, so that somebody keeps the value alive.
#[inline(always)]
unsafe fn cached(word: &u64) -> Value {
    // SAFETY: as the caller says; a value is one word.
    unsafe { (*(word as *const u64 as *const Value)).clone() }
}

impl<const CACHE: u8, const PUSH: u8> LoadAttr<CACHE, PUSH> {
    /// Replaces the object by an attribute that is no method to be called with it.
    #[inline(always)]
    unsafe fn replace(sp: *mut Value, v: Value) -> (*mut Value, usize) {
        // SAFETY: the object is on top; there is room for one more value.
        unsafe {
            let at = sp.sub(1);
            let garbage = read(at).release();
            match PUSH {
                METHOD_OR_NULL_BELOW => {
                    at.write(Value::NULL);
                    sp.write(v);
                    (sp.add(1), garbage)
                }
                METHOD_OR_NULL_ABOVE => {
                    at.write(v);
                    sp.write(Value::NULL);
                    (sp.add(1), garbage)
                }
                _ => {
                    at.write(v);
                    (sp, garbage)
                }
            }
        }
    }

    /// Puts a method below its instance.
    #[inline(always)]
    unsafe fn push_method(sp: *mut Value, method: Value) -> *mut Value {
        // SAFETY: the object is on top; there is room for one more value.
        unsafe {
            sp.write(read(sp.sub(1)));
            sp.sub(1).write(method);
            sp.add(1)
        }
    }

    /// Finds the value that the cache stands for, if the cache holds for `obj`.
    #[inline(always)]
    unsafe fn hit(pc: *mut Instr, obj: &Value) -> Option<Value> {
        // SAFETY: whatever is read is valid because its version is.
        unsafe {
            let h = obj.header()?;
            match CACHE {
                SLOT if raw::shape_version(h) == (*pc).ver => {
                    Some((*(raw::header_of(obj).add((*pc).d as usize) as *const Value)).clone())
                }
                METHOD | CONSTANT if raw::shape_version(h) == (*pc).ver => Some(cached(&(*pc).c)),
                MODULE => {
                    let m = obj.downcast_exact::<PyModule>()?;
                    (raw::dict_version(&m.dict) == (*pc).ver)
                        .then(|| (*((*pc).c as *const Value)).clone())
                }
                CLASS => {
                    let t = obj.downcast::<PyType>()?;
                    (raw::class_attr_version(t) == (*pc).ver).then(|| cached(&(*pc).c))
                }
                _ => None,
            }
        }
    }

    /// Fills the cache, or goes back to none.
    unsafe fn fill(vm: &Vm, pc: *mut Instr, obj: &Value, name: &Value) {
        // SAFETY: `pc` is an attribute instruction.
        unsafe {
            let i = &mut *pc;
            if i.b > 0 {
                i.b -= 1;
                return raw::set_handler(vm, pc, raw::handler::<LoadAttr<NOTHING, PUSH>>());
            }
            if CACHE != NOTHING {
                i.b = PAUSE;
            }
            let h = match raw::attr_cache(vm, obj, name) {
                Some(AttrCache::Slot { version, offset }) => {
                    (i.ver, i.d) = (version, offset);
                    raw::handler::<LoadAttr<SLOT, PUSH>>()
                }
                // A method that is only read would have to be bound: that takes the slow path anyway.
                Some(AttrCache::Method { version, function }) if PUSH != VALUE => {
                    (i.ver, i.c) = (version, function);
                    raw::handler::<LoadAttr<METHOD, PUSH>>()
                }
                Some(AttrCache::Constant { version, value }) => {
                    (i.ver, i.c) = (version, value);
                    raw::handler::<LoadAttr<CONSTANT, PUSH>>()
                }
                Some(AttrCache::Module { version, address }) => {
                    (i.ver, i.c) = (version, address as u64);
                    raw::handler::<LoadAttr<MODULE, PUSH>>()
                }
                Some(AttrCache::Class { version, value }) => {
                    (i.ver, i.c) = (version, value);
                    raw::handler::<LoadAttr<CLASS, PUSH>>()
                }
                _ => {
                    i.b = PAUSE;
                    raw::handler::<LoadAttr<NOTHING, PUSH>>()
                }
            };
            raw::set_handler(vm, pc, h);
        }
    }
}

// SAFETY: replaces one value by one or two, as the row that links `PUSH` says.
unsafe impl<const CACHE: u8, const PUSH: u8> Op for LoadAttr<CACHE, PUSH> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if CACHE == NOTHING {
                return Flow::COLD;
            }
            let Some(v) = Self::hit(pc, &*sp.sub(1)) else {
                return Flow::COLD;
            };
            if CACHE == METHOD {
                return Flow::to(pc.add(1), Self::push_method(sp, v));
            }
            let (sp, garbage) = Self::replace(sp, v);
            Flow::to(pc.add(1), sp).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: Python code that runs here leaves the stack below `sp` alone.
        unsafe {
            let obj = (*sp.sub(1)).clone();
            let name = raw::name(vm, (*pc).arg as usize).clone();
            Self::fill(vm, pc, &obj, &name);
            let found = if PUSH == VALUE {
                vm.get_attr(&obj, &name).map(|v| (v, None))
            } else {
                vm.get_method(&obj, &name)
            };
            match found {
                Ok((method, Some(_))) => Step {
                    pc: pc.add(1),
                    sp: Self::push_method(sp, method),
                },
                Ok((v, None)) => {
                    // `obj` holds another reference, so nothing is freed in there.
                    let (sp, _) = Self::replace(sp, v);
                    Step { pc: pc.add(1), sp }
                }
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}

// What the cache of STORE_ATTR holds.
const OLD: u8 = 1;
const NEW: u8 = 2;

fn link_store_attr(l: &mut LinkCx<'_>) {
    l.raw::<StoreAttr<NOTHING>>();
}

/// `STORE_ATTR`: into a slot that the instance has (`OLD`), or into the next one (`NEW`, `c` is the new shape).
struct StoreAttr<const CACHE: u8>;

// SAFETY: pops two values; slot and shape are used only while the version says that they fit the instance.
unsafe impl<const CACHE: u8> Op for StoreAttr<CACHE> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if CACHE == NOTHING {
                return Flow::COLD;
            }
            let obj = &*sp.sub(1);
            // With the last reference the instance would go, and perhaps the old value too: two objects to free.
            let h = match obj.header() {
                Some(h) if raw::shape_version(h) == (*pc).ver && !raw::is_last(obj) => h,
                _ => return Flow::COLD,
            };
            let slot = raw::header_of(obj).add((*pc).d as usize) as *mut Value;
            let old = std::mem::replace(&mut *slot, read(sp.sub(2)));
            if CACHE == NEW {
                raw::set_shape(h, (*pc).c);
            }
            read(sp.sub(1)).release();
            Flow::to(pc.add(1), sp.sub(2)).free(old.release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: both values are moved off the stack before anything else happens to them.
        unsafe {
            let (value, obj) = (read(sp.sub(2)), read(sp.sub(1)));
            let name = raw::name(vm, (*pc).arg as usize).clone();
            let i = &mut *pc;
            if i.b > 0 {
                i.b -= 1;
            } else {
                i.b = if CACHE == NOTHING { 0 } else { PAUSE };
                let h = match raw::store_cache(vm, &obj, &name) {
                    Some(c) => {
                        (i.ver, i.d, i.c) = (c.version, c.offset, c.next);
                        if c.next == 0 {
                            raw::handler::<StoreAttr<OLD>>()
                        } else {
                            raw::handler::<StoreAttr<NEW>>()
                        }
                    }
                    None => {
                        i.b = PAUSE;
                        raw::handler::<StoreAttr<NOTHING>>()
                    }
                };
                raw::set_handler(vm, pc, h);
            }
            match vm.set_attr(&obj, &name, value) {
                Ok(()) => Step {
                    pc: pc.add(1),
                    sp: sp.sub(2),
                },
                Err(r) => throw(vm, pc, sp.sub(2), r),
            }
        }
    }
}

fn byte_delete_attr(cx: &StackCx<'_>, [object]: [Value; 1]) -> PyResult<[Value; 0]> {
    cx.vm.del_attr(&object, &cx.name())?;
    Ok([])
}
