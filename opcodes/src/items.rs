//! Subscripts with operands folded in: the loads of object and key, or what an augmented assignment does to the stack
//! around them.

use opyc_core::interp::raw::{SLOT, STACK};
use opyc_core::interp::{Fusion, Source, Target};
use opyc_core::object::{PyDict, PyList};

use crate::operand::{CONSTANT, operand};
use crate::rows::prelude::*;
use crate::subscripts::quick_item;

/// Both operands are on the stack, and stay there.
const KEPT: u8 = 3;
/// All operands are on the stack, the new value on top.
const SWAPPED: u8 = 4;

pub(crate) fn fuse_subscript(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.to != Target::Stack {
        return false;
    }
    match (f.a, f.b) {
        (Source::Stack, Source::Slot(_)) => l.raw::<Item<STACK, SLOT>>(),
        (Source::Stack, Source::Const(_)) => l.raw::<Item<STACK, CONSTANT>>(),
        (Source::Slot(_), Source::Slot(_)) => l.raw::<Item<SLOT, SLOT>>(),
        (Source::Slot(_), Source::Const(_)) => l.raw::<Item<SLOT, CONSTANT>>(),
        (Source::Kept, Source::Kept) if arranges_two(l) => l.raw::<Item<KEPT, KEPT>>(),
        _ => return false,
    }
    fill(l, f);
    true
}

pub(crate) fn fuse_store_subscript(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.to != Target::Stack {
        return false;
    }
    match (f.a, f.b) {
        (Source::Stack, Source::Slot(_)) => l.raw::<StoreItem<STACK, SLOT>>(),
        (Source::Stack, Source::Const(_)) => l.raw::<StoreItem<STACK, CONSTANT>>(),
        (Source::Slot(_), Source::Slot(_)) => l.raw::<StoreItem<SLOT, SLOT>>(),
        (Source::Slot(_), Source::Const(_)) => l.raw::<StoreItem<SLOT, CONSTANT>>(),
        (Source::Swapped, Source::Swapped) if arranges_two(l) => {
            l.raw::<StoreItem<SWAPPED, SWAPPED>>()
        }
        _ => return false,
    }
    fill(l, f);
    true
}

/// Whether the linker's instruction begins what an augmented assignment to an item, not to an attribute, does to the
/// stack.
fn arranges_two(l: &LinkCx<'_>) -> bool {
    match l.standard(l.index()) {
        "DUP_TOP_TWO" | "ROT_THREE" => true,
        "COPY" => l.arg(l.index()) == 2,
        "SWAP" => l.arg(l.index()) == 3,
        _ => false,
    }
}

fn fill(l: &mut LinkCx<'_>, f: &Fusion) {
    // SAFETY: the handlers of this file are written for these fields.
    let i = unsafe { l.instr() };
    if let Source::Slot(s) = f.a {
        i.a = s;
    }
    match f.b {
        Source::Slot(s) => i.b = s,
        Source::Const(c) => i.c = c,
        _ => {}
    }
    i.n = f.before;
}

/// An unbound local among the operands: raises where it would have been loaded, the key just before the subscript.
unsafe fn check_bound<const A: u8, const B: u8>(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    object: &Value,
    key: &Value,
) -> Option<Step> {
    // SAFETY: as for the handlers; `n` instructions stand before the subscript.
    unsafe {
        let own = pc.add((*pc).n as usize);
        if A == SLOT && object.is_null() {
            return Some(throw(vm, pc, sp, vm.unbound_local((*pc).a as usize)));
        }
        if B == SLOT && key.is_null() {
            return Some(throw(
                vm,
                own.sub(1),
                sp,
                vm.unbound_local((*pc).b as usize),
            ));
        }
        None
    }
}

/// `object[key]`. `n` instructions are folded in before the subscript.
struct Item<const A: u8, const B: u8>;

impl<const A: u8, const B: u8> Item<A, B> {
    /// Whether the object is taken off the stack.
    const POPS: usize = (A == STACK) as usize;

    #[inline(always)]
    unsafe fn operands<'a>(
        pc: *mut Instr,
        sp: *mut Value,
        fp: *mut Value,
    ) -> (&'a Value, &'a Value) {
        // SAFETY: the linker sets modes and fields together.
        unsafe {
            let at = if A == KEPT { 2 } else { 1 };
            (
                operand::<A>(pc, sp.wrapping_sub(at), fp, (*pc).a),
                operand::<B>(pc, sp.wrapping_sub(1), fp, (*pc).b),
            )
        }
    }
}

// SAFETY: takes the object off the stack if it comes from there and pushes the item.
unsafe impl<const A: u8, const B: u8> Op for Item<A, B> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let (object, key) = Self::operands(pc, sp, fp);
            let Some(v) = quick_item(vm, object, key) else {
                return Flow::COLD;
            };
            let next = pc.add((*pc).n as usize + 1);
            let at = sp.sub(Self::POPS);
            let garbage = if A == STACK { read(at).release() } else { 0 };
            at.write(v);
            Flow::to(next, at.add(1)).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: what the subscript works on is held here meanwhile.
        unsafe {
            let (object, key) = Self::operands(pc, sp, fp);
            if let Some(step) = check_bound::<A, B>(vm, pc, sp, object, key) {
                return step;
            }
            let (object, key) = (object.clone(), key.clone());
            let own = pc.add((*pc).n as usize);
            raw::set_position(vm, own);
            let sp = sp.sub(Self::POPS);
            if A == STACK {
                drop(read(sp));
            }
            if let Some(step) = raw::enter_getitem(vm, own, sp, &object, &key) {
                return step;
            }
            match vm.get_item(&object, &key) {
                Ok(v) => {
                    sp.write(v);
                    Step {
                        pc: own.add(1),
                        sp: sp.add(1),
                    }
                }
                Err(r) => throw(vm, own, sp, r),
            }
        }
    }
}

/// `object[key] = value`, the value on the stack. `n` instructions are folded in before the subscript.
struct StoreItem<const A: u8, const B: u8>;

impl<const A: u8, const B: u8> StoreItem<A, B> {
    /// Values that are taken off the stack.
    const POPS: usize = match A {
        SWAPPED => 3,
        STACK => 2,
        _ => 1,
    };
    /// How far below the top the value lies.
    const VALUE_AT: usize = if A == SWAPPED { 1 } else { Self::POPS };

    #[inline(always)]
    unsafe fn operands<'a>(
        pc: *mut Instr,
        sp: *mut Value,
        fp: *mut Value,
    ) -> (&'a Value, &'a Value) {
        // SAFETY: the linker sets modes and fields together.
        unsafe {
            let at = if A == SWAPPED { 3 } else { 1 };
            (
                operand::<A>(pc, sp.wrapping_sub(at), fp, (*pc).a),
                operand::<B>(pc, sp.wrapping_sub(2), fp, (*pc).b),
            )
        }
    }
}

// SAFETY: takes value, and object and key if they come from there, off the stack.
unsafe impl<const A: u8, const B: u8> Op for StoreItem<A, B> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            let (object, key) = Self::operands(pc, sp, fp);
            // At most one object, the old value, can be freed without a call.
            if A != SLOT && raw::is_last(object) || B == SWAPPED && raw::is_last(key) {
                return Flow::COLD;
            }
            let slot = if let Some(i) = key.as_int() {
                match object.downcast_exact::<PyList>() {
                    Some(l) => raw::list_slot(l, i),
                    None => None,
                }
            } else {
                match object.downcast_exact::<PyDict>() {
                    Some(d) => raw::dict_str_slot(d, key),
                    None => None,
                }
            };
            let Some(slot) = slot else {
                return Flow::COLD;
            };
            let old = std::mem::replace(&mut *slot, read(sp.sub(Self::VALUE_AT)));
            if A == SWAPPED {
                read(sp.sub(2)).release();
                read(sp.sub(3)).release();
            } else if A == STACK {
                read(sp.sub(1)).release();
            }
            let next = pc.add((*pc).n as usize + 1);
            Flow::to(next, sp.sub(Self::POPS)).free(old.release())
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: what the subscript works on is held here meanwhile; what comes from the stack is taken off once.
        unsafe {
            let (object, key) = Self::operands(pc, sp, fp);
            if let Some(step) = check_bound::<A, B>(vm, pc, sp, object, key) {
                return step;
            }
            let (object, key) = (object.clone(), key.clone());
            let value = read(sp.sub(Self::VALUE_AT));
            if A == SWAPPED {
                drop(read(sp.sub(2)));
                drop(read(sp.sub(3)));
            } else if A == STACK {
                drop(read(sp.sub(1)));
            }
            let own = pc.add((*pc).n as usize);
            raw::set_position(vm, own);
            let sp = sp.sub(Self::POPS);
            if let Some(step) = raw::enter_setitem(vm, own, sp, &object, &key, &value) {
                return step;
            }
            match vm.set_item(&object, &key, value) {
                Ok(()) => Step { pc: own.add(1), sp },
                Err(r) => throw(vm, own, sp, r),
            }
        }
    }
}
