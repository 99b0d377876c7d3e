//! `super().method` and `super(C, self).method` of 3.7 to 3.11, folded: the method is found without making the `super`
//! object.

use opyc_core::code::SlotKind;
use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::{Fusion, Target};
use opyc_core::object::{Header, Kind, PyCell, PyType};

use crate::globals;
use crate::rows::prelude::*;

/// Runs without success after which the group is given up.
const TRIES: u64 = 8;

/// Folds `LOAD_GLOBAL super`, the call and `LOAD_METHOD` (or `LOAD_ATTR`: then the method is `BOUND`), if class and
/// instance lie where `super()` would look.
pub(crate) fn fuse<const BOUND: bool>(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    if f.to != Target::Stack {
        return false;
    }
    if let Operand::Local(slot) = l.operand(l.index() + 2) {
        if u16::try_from(slot).is_err() {
            return false;
        }
        // The class and the instance are loaded in between.
        set_fields!(l; n = f.before << 8 | l.fields().n & 1, ver = 0, c = 0);
        l.raw::<SuperMethod<true, false, BOUND>>();
        return true;
    }
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
    if code.argcount == 0 || code.localsplus.iter().any(shared) {
        return false;
    }
    set_fields!(l; a = class, n = f.before << 8 | l.fields().n & 1, ver = 0, c = 0);
    l.raw::<SuperMethod<false, false, BOUND>>();
    true
}

/// `super().name`, where the first argument is in slot 0 and the cell of `__class__` in slot `a`; or `super(C, x).name`,
/// where the next instruction loads the global `C`, whose address is in `c`, and the one behind it loads slot `x`. `ver`
/// is the version of the globals, `b` and `d` that of the builtins, in which `super` is the builtin class. What is
/// remembered of the method lies in [`SuperMethod::CACHE`]: version of the class in `b` and `d`, of the instance's shape
/// in `ver`, the function in `c`. While `ver` is 0, `c` counts tries. If the first argument is a class (`OF_CLASS`), as
/// in `__new__`, `ver` there is its version, and `c` a static or class method or a builtin.
///
/// Pushes the function and its instance (or NULL and a function that wants none) or, if it is `BOUND`, the method.
struct SuperMethod<const NAMED: bool, const OF_CLASS: bool, const BOUND: bool>;

impl<const NAMED: bool, const OF_CLASS: bool, const BOUND: bool>
    SuperMethod<NAMED, OF_CLASS, BOUND>
{
    /// Distance of an instruction that has no use for these fields: the call, which is not reached as long as this
    /// group is folded, or the load of the local variable.
    const CACHE: usize = if NAMED { 2 } else { 1 };

    /// The class, if it is one, and the instance.
    #[inline(always)]
    unsafe fn parts<'a>(pc: *mut Instr, fp: *mut Value) -> (Option<&'a PyType>, &'a Value) {
        // SAFETY: the slots exist; the address holds as long as the version of the globals does, and nothing sets
        // cell or global meanwhile.
        unsafe {
            if NAMED {
                let class = &*((*pc).c as *const Value);
                return (
                    class.downcast(),
                    &*fp.add((*pc.add(Self::CACHE)).a as usize),
                );
            }
            let cell = (*fp.add((*pc).a as usize)).downcast::<PyCell>();
            (cell.and_then(|c| c.value.peek().downcast()), &*fp)
        }
    }

    /// The function that is remembered, if it still holds, and the instance or class; or NULL and the function.
    #[inline(always)]
    unsafe fn remembered(vm: &Vm, pc: *mut Instr, fp: *mut Value) -> Option<(Value, Value)> {
        // SAFETY: as for the handler; slots 0 and `a` exist.
        unsafe {
            let (i, cache) = (&*pc, &*pc.add(Self::CACHE));
            if i.ver == 0
                || raw::dict_version(raw::globals(vm)) != i.ver
                || raw::dict_version(&raw::function(vm).builtins) != joined(i)
            {
                return None;
            }
            let (Some(class), this) = Self::parts(pc, fp) else {
                return None;
            };
            if raw::class_attr_version(class) != joined(cache) {
                return None;
            }
            if OF_CLASS {
                let same = |t: &PyType| raw::class_attr_version(t) == cache.ver;
                if !this.downcast::<PyType>().is_some_and(same) {
                    return None;
                }
                let (function, with_class) = raw::detached_function(cache.c)?;
                return Some(match with_class {
                    true => (function, this.clone()),
                    false => (Value::NULL, function),
                });
            }
            let same = |h: &Header| raw::shape_version(h) == cache.ver;
            if !this.header().is_some_and(same) {
                return None;
            }
            let function = &*(&raw const cache.c as *const Value);
            Some((function.clone(), this.clone()))
        }
    }

    /// The instruction behind the group.
    #[inline(always)]
    unsafe fn next(pc: *mut Instr) -> *mut Instr {
        // SAFETY: the linker has counted.
        unsafe { pc.add(((*pc).n as usize >> 8) + 1) }
    }
}

/// What reading a method that has been found for an instance or class gives.
pub(crate) fn bound(vm: &Vm, function: Value, this: Value) -> PyResult {
    match function.kind() {
        Some(Kind::Function) => Ok(vm.new_method(function, this)),
        _ => vm.descr_get(&function, Some(&this), vm.type_of(&this)),
    }
}

/// The halves of a version in `b` and `d`.
fn joined(i: &Instr) -> u32 {
    u32::from(i.b) | u32::from(i.d) << 16
}

// SAFETY: pushes a method and its instance, or NULL and a function; the function is used only while the versions say
// that its class keeps it.
unsafe impl<const NAMED: bool, const OF_CLASS: bool, const BOUND: bool> Op
    for SuperMethod<NAMED, OF_CLASS, BOUND>
{
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if BOUND {
                return Flow::COLD;
            }
            let Some((below, above)) = Self::remembered(vm, pc, fp) else {
                return Flow::COLD;
            };
            sp.write(below);
            sp.add(1).write(above);
            Flow::to(Self::next(pc), sp.add(2))
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, fp: *mut Value) -> Step {
        // SAFETY: as for the implementation.
        unsafe {
            if BOUND && let Some((function, this)) = Self::remembered(vm, pc, fp) {
                let value = match function.is_null() {
                    true => Ok(this),
                    false => bound(vm, function, this),
                };
                return match value {
                    Ok(v) => {
                        sp.write(v);
                        Step {
                            pc: Self::next(pc),
                            sp: sp.add(1),
                        }
                    }
                    Err(r) => throw(vm, pc, sp, r),
                };
            }
            let null = (*pc).n & 1 != 0;
            if !Self::fill(vm, pc, fp) {
                let i = &mut *pc;
                if i.ver != 0 {
                    (i.ver, i.c) = (0, 0);
                }
                i.c += 1;
                if i.c >= TRIES {
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

impl<const NAMED: bool, const OF_CLASS: bool, const BOUND: bool>
    SuperMethod<NAMED, OF_CLASS, BOUND>
{
    /// Remembers the method, if all is as the source suggests.
    unsafe fn fill(vm: &Vm, pc: *mut Instr, fp: *mut Value) -> bool {
        // SAFETY: as for the implementation; the slots exist.
        unsafe {
            let (i, cache) = (&mut *pc, &mut *pc.add(Self::CACHE));
            let load = pc.add(i.n as usize >> 8);
            let method = raw::name(vm, (*load).arg as usize);
            let (globals, builtins) = (raw::globals(vm), &raw::function(vm).builtins);
            let name = raw::name(vm, i.arg as usize);
            let is_super = globals.get_name(name).is_none()
                && builtins
                    .get_name(name)
                    .is_some_and(|v| v.is(vm.types.super_.as_value()));
            let (class, this, address) = if NAMED {
                let name = raw::name(vm, (*pc.add(1)).arg as usize);
                let Some(address) = raw::dict_slot(globals, name) else {
                    return false;
                };
                let this = &*fp.add(cache.a as usize);
                ((*address).clone(), this, address as u64)
            } else {
                let Some(cell) = (*fp.add(i.a as usize)).downcast::<PyCell>() else {
                    return false;
                };
                (cell.value.get(), &*fp, 0)
            };
            let Some(c) = raw::super_cache(vm, &class, this, method).filter(|_| is_super) else {
                return false;
            };
            let versions = (globals.ensure_version(vm), builtins.ensure_version(vm));
            if versions.0 == 0 || versions.1 == 0 {
                return false;
            }
            (i.ver, i.c) = (versions.0, address);
            (i.b, i.d) = (versions.1 as u16, (versions.1 >> 16) as u16);
            (cache.b, cache.d) = (c.class as u16, (c.class >> 16) as u16);
            (cache.ver, cache.c) = (c.this, c.function);
            if c.of_class != OF_CLASS {
                let h = match c.of_class {
                    true => raw::handler::<SuperMethod<NAMED, true, BOUND>>(),
                    false => raw::handler::<SuperMethod<NAMED, false, BOUND>>(),
                };
                raw::set_handler(vm, pc, h);
            }
            true
        }
    }
}
