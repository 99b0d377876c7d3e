//! Setting attributes, with inline caches.

use opyc_core::decode::Operand;
use opyc_core::interp::raw::{SLOT, STACK, SharedKind, WRITE};
use opyc_core::interp::{Fusion, Source, Target};
use opyc_core::object::PyType;

use crate::rows::prelude::*;

opcodes! {
    /// Sets an attribute.
    STORE_ATTR (value object --) in 6..=14, fused (link_store_attr, fuse_store_attr);
}

// What the cache holds.
const NOTHING: u8 = 0;
/// The place of an attribute that the instance has.
const OLD: u8 = 1;
/// The place of a new attribute; `c` is the new shape.
const NEW: u8 = 2;
/// Several shapes have been here: the machine's shared table is asked; `c` is the name.
const SHARED: u8 = 3;
/// An attribute of a class that is no descriptor, to be replaced by its like; `c` is its address.
const CLASS: u8 = 4;

/// Runs without a cache after which filling it is tried again.
const PAUSE: u16 = 16;
/// Misses after which a site asks the shared table.
const MISSES: u16 = 0x300;
/// What one miss counts in the upper half of `b`; the lower half counts down a pause.
const MISS: u16 = 0x100;

fn link_store_attr(l: &mut LinkCx<'_>) {
    l.raw::<StoreAttr<NOTHING, STACK, 0>>();
}

/// Folds the loads of object and value in: the instruction then stands where the first of them does.
fn fuse_store_attr(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let Operand::Name(name, _) = l.operand(l.index() + f.before as usize) else {
        return false;
    };
    match (f.a, f.b, f.to, f.before) {
        (Source::Stack, Source::Slot(object), Target::Stack, 1) => {
            set_fields!(l; a = object);
            l.raw::<StoreAttr<NOTHING, STACK, 1>>();
        }
        (Source::Slot(value), Source::Slot(object), Target::Stack, before) => {
            set_fields!(l; n = value, a = object);
            match before {
                1 => l.raw::<StoreAttr<NOTHING, SLOT, 1>>(),
                _ => l.raw::<StoreAttr<NOTHING, SLOT, 2>>(),
            }
        }
        // The exchange of two values: of three, the others would be an item's.
        (Source::Swapped, Source::Swapped, Target::Stack, 1)
            if l.standard(l.index()) != "ROT_THREE" =>
        {
            l.raw::<StoreAttr<NOTHING, SWAPPED, 1>>();
        }
        _ => return false,
    }
    set_fields!(l; b = 0, arg = name as i32);
    true
}

/// The value is on top of the stack, the object below it.
const SWAPPED: u8 = 2;

/// `STORE_ATTR` with what its cache holds, where the value comes from (the stack, above or below the object, or slot
/// `n`), and how many instructions are folded in: if they load, the object comes from slot `a`. `ver` is the version, `d` the offset,
/// `b` counts misses and pauses.
struct StoreAttr<const CACHE: u8, const VALUE: u8, const BEFORE: usize>;

impl<const CACHE: u8, const VALUE: u8, const BEFORE: usize> StoreAttr<CACHE, VALUE, BEFORE> {
    /// Whether the object is on the stack.
    const OBJECT: bool = BEFORE == 0 || VALUE == SWAPPED;
    /// Values that are taken off the stack.
    const POPS: usize = (VALUE != SLOT) as usize + Self::OBJECT as usize;
    /// How far below the top object and value lie, if they are on the stack.
    const OBJECT_AT: usize = if VALUE == SWAPPED { 2 } else { 1 };
    const VALUE_AT: usize = if VALUE == SWAPPED { 1 } else { Self::POPS };

    #[inline(always)]
    unsafe fn object<'a>(pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> &'a Value {
        // SAFETY: the linker sets modes and fields together.
        unsafe {
            if Self::OBJECT {
                &*sp.sub(Self::OBJECT_AT)
            } else {
                &*fp.add((*pc).a as usize)
            }
        }
    }

    /// Replaces an inert attribute of a class, which is not the last reference to it.
    #[inline(always)]
    unsafe fn replace(pc: *mut Instr, sp: *mut Value, fp: *mut Value, place: *mut Value) -> Flow {
        // SAFETY: the version has been compared, so that the attribute lies there; stack as for the handler.
        unsafe {
            let new = if VALUE != SLOT {
                &*sp.sub(Self::VALUE_AT)
            } else {
                &*fp.add((*pc).n as usize)
            };
            if !raw::is_inert(new) || !raw::is_inert(&*place) {
                return Flow::COLD;
            }
            let new = if VALUE != SLOT {
                read(new)
            } else {
                new.clone()
            };
            let old = std::mem::replace(&mut *place, new);
            if Self::OBJECT {
                read(sp.sub(Self::OBJECT_AT)).release();
            }
            Flow::to(pc.add(BEFORE + 1), sp.sub(Self::POPS)).free(old.release())
        }
    }

    /// Fills the cache for an object, before the attribute is set.
    unsafe fn fill(vm: &Vm, pc: *mut Instr, obj: &Value, name: &Value) {
        // SAFETY: `pc` is an attribute instruction.
        unsafe {
            let i = &mut *pc;
            if i.b & 0xff != 0 {
                i.b -= 1;
                return;
            }
            if let Some((version, address)) = raw::class_store_cache(vm, obj, name) {
                (i.ver, i.c) = (version, address as u64);
                return raw::set_handler(vm, pc, raw::handler::<StoreAttr<CLASS, VALUE, BEFORE>>());
            }
            let Some(c) = raw::store_cache(vm, obj, name) else {
                i.b |= PAUSE;
                return;
            };
            if CACHE == SHARED || CACHE != NOTHING && i.b >= MISSES {
                let kind = if c.next == 0 {
                    SharedKind::Slot
                } else {
                    SharedKind::Next
                };
                i.c = raw::share_attr(vm, c.version, (name, WRITE), kind, c.offset, c.next);
                return raw::set_handler(
                    vm,
                    pc,
                    raw::handler::<StoreAttr<SHARED, VALUE, BEFORE>>(),
                );
            }
            if CACHE != NOTHING {
                i.b += MISS;
            }
            (i.ver, i.d, i.c) = (c.version, c.offset, c.next);
            let h = if c.next == 0 {
                raw::handler::<StoreAttr<OLD, VALUE, BEFORE>>()
            } else {
                raw::handler::<StoreAttr<NEW, VALUE, BEFORE>>()
            };
            raw::set_handler(vm, pc, h);
        }
    }
}

// SAFETY: pops what comes from the stack; place and shape are used only while the version says that they fit the
// instance.
unsafe impl<const CACHE: u8, const VALUE: u8, const BEFORE: usize> Op
    for StoreAttr<CACHE, VALUE, BEFORE>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if CACHE == NOTHING {
                return Flow::COLD;
            }
            let obj = Self::object(pc, sp, fp);
            let Some(h) = obj.header() else {
                return Flow::COLD;
            };
            // With the last reference the instance would go, and perhaps the old value too: two objects to free.
            if Self::OBJECT && raw::is_last(obj) {
                return Flow::COLD;
            }
            if CACHE == CLASS {
                return match obj.downcast::<PyType>() {
                    Some(t) if raw::class_attr_version(t) == (*pc).ver => {
                        Self::replace(pc, sp, fp, (*pc).c as *mut Value)
                    }
                    _ => Flow::COLD,
                };
            }
            let version = raw::shape_version(h);
            let (offset, next) = if CACHE == SHARED {
                let (e, hit) = raw::shared_attr(vm, version, (*pc).c);
                if !hit {
                    return Flow::COLD;
                }
                let next = if e.kind.get() == SharedKind::Next {
                    e.word.get()
                } else {
                    0
                };
                (e.offset.get(), next)
            } else if version == (*pc).ver {
                ((*pc).d, if CACHE == NEW { (*pc).c } else { 0 })
            } else {
                return Flow::COLD;
            };
            let value = if VALUE != SLOT {
                read(sp.sub(Self::VALUE_AT))
            } else {
                let v = &*fp.add((*pc).n as usize);
                if v.is_null() {
                    return Flow::COLD;
                }
                v.clone()
            };
            let place = raw::header_of(obj).add(offset as usize) as *mut Value;
            let old = std::mem::replace(&mut *place, value);
            if next != 0 {
                raw::set_shape(h, next);
            }
            if Self::OBJECT {
                read(sp.sub(Self::OBJECT_AT)).release();
            }
            Flow::to(pc.add(BEFORE + 1), sp.sub(Self::POPS)).free(old.release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: values are moved off the stack, or copied from the slots, before anything else happens to them.
        unsafe {
            let own = pc.add(BEFORE);
            let value = if VALUE != SLOT {
                Value::NONE
            } else {
                (*fp.add((*pc).n as usize)).clone()
            };
            if value.is_null() {
                return throw(vm, pc, sp, vm.unbound_local((*pc).n as usize));
            }
            let obj = Self::object(pc, sp, fp).clone();
            if obj.is_null() {
                return throw(vm, own.sub(1), sp, vm.unbound_local((*pc).a as usize));
            }
            raw::set_position(vm, own);
            if Self::OBJECT {
                drop(read(sp.sub(Self::OBJECT_AT)));
            }
            let value = if VALUE != SLOT {
                read(sp.sub(Self::VALUE_AT))
            } else {
                value
            };
            let sp = sp.sub(Self::POPS);
            let name = raw::name(vm, (*pc).arg as usize).clone();
            Self::fill(vm, pc, &obj, &name);
            if let Some(step) = raw::enter_setattr(vm, own, sp, &obj, &name, &value) {
                return step;
            }
            match vm.set_attr(&obj, &name, value) {
                Ok(()) => Step { pc: own.add(1), sp },
                Err(r) => throw(vm, own, sp, r),
            }
        }
    }
}
