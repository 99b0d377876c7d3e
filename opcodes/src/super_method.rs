//! `super().method` of 3.7 to 3.11, folded: the method is found without making the `super` object.

use opyc_core::code::SlotKind;
use opyc_core::interp::{Fusion, Target};
use opyc_core::object::{PyCell, PyType};

use crate::globals;
use crate::rows::prelude::*;

/// Runs without success after which the group is given up.
const TRIES: u64 = 8;

/// Folds `LOAD_GLOBAL super`, the call and `LOAD_METHOD`, if class and instance lie where `super()` would look.
pub(crate) fn fuse(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let code = l.code();
    let Some((first, _)) = code.localsplus.first() else {
        return false;
    };
    let shared = |(name, kind): &(_, SlotKind)| name == first && kind.has(SlotKind::CELL);
    let class = code.localsplus.iter().position(|(name, kind)| {
        kind.has(SlotKind::FREE) && name.view().as_ascii_str() == Some("__class__")
    });
    let Some(class) = class.and_then(|i| u16::try_from(i).ok()) else {
        return false;
    };
    if code.argcount == 0 || code.localsplus.iter().any(shared) || f.to != Target::Stack {
        return false;
    }
    set_fields!(l; a = class, n = f.before << 8 | l.fields().n & 1, ver = 0, c = 0);
    l.raw::<SuperMethod>();
    true
}

/// `super().name`, where the first argument is in slot 0 and the cell of `__class__` in slot `a`. `ver` is the version
/// of the globals, `b` and `d` that of the builtins, in which `super` is the builtin class. What is remembered of the
/// method lies in the next instruction, which does nothing by itself or is not reached as long as this one is folded:
/// version of the class in `b` and `d`, of the instance's shape in `ver`, the function in `c`.
struct SuperMethod;

/// The halves of a version in `b` and `d`.
fn joined(i: &Instr) -> u32 {
    u32::from(i.b) | u32::from(i.d) << 16
}

// SAFETY: pushes a method and its instance; the function is used only while the versions say that its class keeps it.
unsafe impl Op for SuperMethod {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation; slots 0 and `a` exist.
        unsafe {
            let (i, cache) = (&*pc, &*pc.add(1));
            let this = &*fp;
            let (Some(h), Some(cell)) =
                (this.header(), (*fp.add(i.a as usize)).downcast::<PyCell>())
            else {
                return Flow::COLD;
            };
            // SAFETY: nothing sets the cell meanwhile.
            let Some(class) = cell.value.peek().downcast::<PyType>() else {
                return Flow::COLD;
            };
            if i.ver == 0
                || raw::dict_version(raw::globals(vm)) != i.ver
                || raw::dict_version(&raw::function(vm).builtins) != joined(i)
                || raw::class_attr_version(class) != joined(cache)
                || raw::shape_version(h) != cache.ver
            {
                return Flow::COLD;
            }
            let function = &*(&raw const cache.c as *const Value);
            sp.write(function.clone());
            sp.add(1).write(this.clone());
            Flow::to(pc.add((i.n as usize >> 8) + 1), sp.add(2))
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe {
            let null = (*pc).n & 1 != 0;
            if !fill(vm, pc, fp) {
                (*pc).c += 1;
                if (*pc).c >= TRIES {
                    raw::set_handler(vm, pc, globals::unspecialised(null));
                }
            }
            // This time as it stands in the source.
            let name = raw::name(vm, (*pc).arg as usize);
            match globals::find(vm, name) {
                Some(v) => {
                    let sp = if null {
                        sp.write(Value::NULL);
                        sp.add(1)
                    } else {
                        sp
                    };
                    sp.write(v);
                    Step {
                        pc: pc.add(1),
                        sp: sp.add(1),
                    }
                }
                None => throw(vm, pc, sp, vm.name_error(name)),
            }
        }
    }
}

/// Remembers the method, if all is as the source suggests.
unsafe fn fill(vm: &Vm, pc: *mut Instr, fp: *mut Value) -> bool {
    // SAFETY: as for `SuperMethod`.
    unsafe {
        let (i, cache) = (&mut *pc, &mut *pc.add(1));
        let load = pc.add(i.n as usize >> 8);
        let method = raw::name(vm, (*load).arg as usize);
        let (globals, builtins) = (raw::globals(vm), &raw::function(vm).builtins);
        let name = raw::name(vm, i.arg as usize);
        let is_super = globals.get_name(name).is_none()
            && builtins
                .get_name(name)
                .is_some_and(|v| v.is(vm.types.super_.as_value()));
        let Some(cell) = (*fp.add(i.a as usize)).downcast::<PyCell>() else {
            return false;
        };
        let Some(c) = raw::super_cache(vm, &cell.value.get(), &*fp, method).filter(|_| is_super)
        else {
            return false;
        };
        i.ver = globals.ensure_version(vm);
        let version = builtins.ensure_version(vm);
        (i.b, i.d) = (version as u16, (version >> 16) as u16);
        (cache.b, cache.d) = (c.class as u16, (c.class >> 16) as u16);
        (cache.ver, cache.c) = (c.shape, c.function);
        i.ver != 0 && version != 0
    }
}
