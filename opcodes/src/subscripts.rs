//! Subscripts and slices.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::object::{PyDict, PyList, PyStr, PyTuple};

use crate::items::{fuse_store_subscript, fuse_subscript};
use crate::rows::prelude::*;

opcodes! {
    /// Implements `object[key]`. (From 3.14 an operator of BINARY_OP.)
    BINARY_SUBSCR (object key -- value) in 6..=14, fused (link_subscript, fuse_subscript);
    /// Implements `object[key] = value`.
    STORE_SUBSCR (value object key --) in 6..=14, fused (link_store_subscript, fuse_store_subscript);
    /// Implements `del object[key]`.
    DELETE_SUBSCR (object key --) in 6..=14, stack byte_delete_subscr;
    /// Implements `object[start:stop]`.
    BINARY_SLICE (object start stop -- value) in 12..=14, raw BinarySlice;
    /// Implements `object[start:stop] = value`.
    STORE_SLICE (value object start stop --) in 12..=14, raw StoreSlice;
    /// Makes a slice of two or three values.
    BUILD_SLICE ["start stop step? -- slice", |i| (i.arg.clamp(2, 3), 1)] in 6..=14, raw BuildSlice;
}

fn link_subscript(l: &mut LinkCx<'_>) {
    l.raw::<BinarySubscr>();
}

fn link_store_subscript(l: &mut LinkCx<'_>) {
    l.raw::<StoreSubscr>();
}

/// The item of a list, tuple, str or dict, where no Python code can be involved.
#[inline(always)]
pub(crate) fn quick_item(vm: &Vm, object: &Value, key: &Value) -> Option<Value> {
    if let Some(i) = key.as_int() {
        let place = |len: usize| (if i < 0 { i + len as i64 } else { i }) as usize;
        if let Some(l) = object.downcast_exact::<PyList>() {
            return l.items.get(place(l.items.len()));
        }
        if let Some(t) = object.downcast_exact::<PyTuple>() {
            return t.get(place(t.len())).cloned();
        }
        if let Some(s) = object.downcast_exact::<PyStr>() {
            return raw::shared_char(vm, s.view().get(place(s.len()))?);
        }
    }
    let d = object.downcast_exact::<PyDict>()?;
    let slot = match key.as_int() {
        Some(_) => raw::dict_int_slot(d, key),
        None => raw::dict_str_slot(d, key),
    };
    // SAFETY: read before anything can change the dict.
    slot.map(|p| unsafe { (*p).clone() })
}

raw_op! {
    /// `sp[-2] = sp[-2][sp[-1]]`. At most one object can be freed without a call.
    BinarySubscr;
    fast(vm, pc, sp, _fp) {
        let (object, key) = (&*sp.sub(2), &*sp.sub(1));
        if raw::is_last(key) {
            return Flow::COLD;
        }
        let Some(v) = quick_item(vm, object, key) else { return Flow::COLD };
        read(sp.sub(1)).release();
        let garbage = read(sp.sub(2)).release();
        sp.sub(2).write(v);
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        let (object, key) = (read(sp.sub(2)), read(sp.sub(1)));
        if let Some(step) = raw::enter_getitem(vm, pc, sp.sub(2), &object, &key) {
            return step;
        }
        match vm.get_item(&object, &key) {
            Ok(v) => {
                sp.sub(2).write(v);
                Step { pc: pc.add(1), sp: sp.sub(1) }
            }
            Err(r) => throw(vm, pc, sp.sub(2), r),
        }
    }
}

raw_op! {
    /// `sp[-2][sp[-1]] = sp[-3]`. At most one object, the old value, can be freed without a call.
    StoreSubscr;
    fast(_vm, pc, sp, _fp) {
        let (object, key) = (&*sp.sub(2), &*sp.sub(1));
        if raw::is_last(object) || raw::is_last(key) {
            return Flow::COLD;
        }
        let slot = if let Some(i) = key.as_int() {
            if let Some(l) = object.downcast_exact::<PyList>() {
                raw::list_slot(l, i)
            } else {
                let Some(d) = object.downcast_exact::<PyDict>() else { return Flow::COLD };
                raw::dict_int_slot(d, key)
            }
        } else {
            let Some(d) = object.downcast_exact::<PyDict>() else { return Flow::COLD };
            raw::dict_str_slot(d, key)
        };
        let Some(slot) = slot else { return Flow::COLD };
        let old = std::mem::replace(&mut *slot, read(sp.sub(3)));
        read(sp.sub(1)).release();
        read(sp.sub(2)).release();
        Flow::to(pc.add(1), sp.sub(3)).free(old.release())
    }
    cold(vm, pc, sp, _fp) {
        let (value, object, key) = (read(sp.sub(3)), read(sp.sub(2)), read(sp.sub(1)));
        if let Some(step) = raw::enter_setitem(vm, pc, sp.sub(3), &object, &key, &value) {
            return step;
        }
        match vm.set_item(&object, &key, value) {
            Ok(()) => Step { pc: pc.add(1), sp: sp.sub(3) },
            Err(r) => throw(vm, pc, sp.sub(3), r),
        }
    }
}

fn byte_delete_subscr(cx: &StackCx<'_>, [object, key]: [Value; 2]) -> PyResult<[Value; 0]> {
    cx.vm.del_item(&object, &key)?;
    Ok([])
}

raw_op! {
    /// `sp[-3] = sp[-3][sp[-2]:sp[-1]]`
    BinarySlice;
    cold(vm, pc, sp, _fp) {
        let (object, start, stop) = (read(sp.sub(3)), read(sp.sub(2)), read(sp.sub(1)));
        let r = vm.get_slice(&object, start, stop, Value::NONE);
        drop(object);
        match r {
            Ok(v) => {
                sp.sub(3).write(v);
                Step { pc: pc.add(1), sp: sp.sub(2) }
            }
            Err(r) => throw(vm, pc, sp.sub(3), r),
        }
    }
}

raw_op! {
    /// `sp[-3][sp[-2]:sp[-1]] = sp[-4]`
    StoreSlice;
    cold(vm, pc, sp, _fp) {
        let (value, object) = (read(sp.sub(4)), read(sp.sub(3)));
        let r = vm.set_slice(&object, (read(sp.sub(2)), read(sp.sub(1)), Value::NONE), value);
        drop(object);
        match r {
            Ok(()) => Step { pc: pc.add(1), sp: sp.sub(4) },
            Err(r) => throw(vm, pc, sp.sub(4), r),
        }
    }
}

raw_op! {
    /// `sp[-arg] = slice(sp[-arg..])`. Just before a subscript no slice is made: both are done at once. Whether the
    /// next instruction is one its handler says, so that one by a plug-in or an instrument is never passed over.
    BuildSlice;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg.clamp(2, 3) as usize;
        let bottom = sp.sub(count);
        let step = if count == 3 { read(sp.sub(1)) } else { Value::NONE };
        let (start, stop) = (read(bottom), read(bottom.add(1)));
        let next = pc.add(1);
        if (*next).h == raw::handler::<BinarySubscr>() {
            raw::set_position(vm, next);
            let object = read(bottom.sub(1));
            let r = vm.get_slice(&object, start, stop, step);
            drop(object);
            return match r {
                Ok(v) => {
                    bottom.sub(1).write(v);
                    Step { pc: next.add(1), sp: bottom }
                }
                Err(r) => throw(vm, next, bottom.sub(1), r),
            };
        }
        if (*next).h == raw::handler::<StoreSubscr>() {
            raw::set_position(vm, next);
            let (value, object) = (read(bottom.sub(2)), read(bottom.sub(1)));
            let r = vm.set_slice(&object, (start, stop, step), value);
            drop(object);
            return match r {
                Ok(()) => Step { pc: next.add(1), sp: bottom.sub(2) },
                Err(r) => throw(vm, next, bottom.sub(2), r),
            };
        }
        bottom.write(vm.new_slice(start, stop, step));
        Step { pc: next, sp: bottom.add(1) }
    }
}
