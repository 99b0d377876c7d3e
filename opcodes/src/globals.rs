//! Names looked up in globals and builtins, with inline caches.
//!
//! A cache holds the version of the globals dict in `ver`, and the address of the value in `c`. For a builtin, the
//! version of the builtins dict lies in `b` and `d`: as long as the globals keep their version, they lack the name.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;

use crate::rows::prelude::*;

opcodes! {
    /// Pushes a global or builtin.
    LOAD_GLOBAL (-- value) in 6..=10, link link_load_global;
    /// Pushes a global or builtin; with bit 0, below it the NULL of the call protocol.
    LOAD_GLOBAL ["-- null? value", loaded] in 11..=12, link link_load_global_null_below;
    /// Pushes a global or builtin; with bit 0, above it the NULL of the call protocol.
    LOAD_GLOBAL ["-- value null?", loaded] in 13..=14, link link_load_global_null_above;
    /// Sets a global.
    STORE_GLOBAL (value --) in 6..=14, stack byte_store_global;
    /// Deletes a global.
    DELETE_GLOBAL (--) in 6..=14, stack byte_delete_global;
    /// Pushes the function that makes classes.
    LOAD_BUILD_CLASS (-- function) in 6..=14, stack byte_load_build_class;
    /// Pushes AssertionError, whatever the name means.
    LOAD_ASSERTION_ERROR (-- class) in 9..=13, stack byte_load_assertion_error;
    /// Pushes the common constant that the argument names.
    LOAD_COMMON_CONSTANT (-- value) in 14..=14, stack byte_load_common_constant;
}

fn loaded(i: &Instruction) -> (u32, u32) {
    match i.operand {
        Operand::Name(_, flags) if flags & 1 != 0 => (0, 2),
        _ => (0, 1),
    }
}

/// Where the NULL of the call protocol goes.
const NO_NULL: u8 = 0;
const BELOW: u8 = 1;
const ABOVE: u8 = 2;

// What the cache holds.
const NOTHING: u8 = 0;
const GLOBAL: u8 = 1;
const BUILTIN: u8 = 2;

fn link_load_global(l: &mut LinkCx<'_>) {
    l.raw::<LoadGlobal<NOTHING, NO_NULL>>();
}

fn link_load_global_null_below(l: &mut LinkCx<'_>) {
    if l.fields().n & 1 != 0 {
        l.raw::<LoadGlobal<NOTHING, BELOW>>()
    } else {
        l.raw::<LoadGlobal<NOTHING, NO_NULL>>()
    }
}

fn link_load_global_null_above(l: &mut LinkCx<'_>) {
    if l.fields().n & 1 != 0 {
        l.raw::<LoadGlobal<NOTHING, ABOVE>>()
    } else {
        l.raw::<LoadGlobal<NOTHING, NO_NULL>>()
    }
}

/// The handler without a cache, for rows that push NULL below or not at all.
pub(crate) fn unspecialised(null_below: bool) -> usize {
    if null_below {
        raw::handler::<LoadGlobal<NOTHING, BELOW>>()
    } else {
        raw::handler::<LoadGlobal<NOTHING, NO_NULL>>()
    }
}

/// A global or builtin of the running function.
pub(crate) fn find(vm: &Vm, name: &Value) -> Option<Value> {
    let global = raw::globals(vm).get_name(name);
    global.or_else(|| raw::function(vm).builtins.get_name(name))
}

/// `LOAD_GLOBAL` with what its cache holds.
struct LoadGlobal<const CACHE: u8, const NULL: u8>;

/// Pushes the value, and NULL where it belongs.
///
/// # Safety
/// There is room for two values at `sp`.
#[inline(always)]
unsafe fn push<const NULL: u8>(mut sp: *mut Value, v: Value) -> *mut Value {
    // SAFETY: as the caller says.
    unsafe {
        if NULL == BELOW {
            sp.write(Value::NULL);
            sp = sp.add(1);
        }
        sp.write(v);
        if NULL == ABOVE {
            sp = sp.add(1);
            sp.write(Value::NULL);
        }
        sp.add(1)
    }
}

// SAFETY: pushes one or two values; the address in `c` is read only while the versions say that it is valid.
unsafe impl<const CACHE: u8, const NULL: u8> Op for LoadGlobal<CACHE, NULL> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if CACHE == NOTHING || raw::dict_version(raw::globals(vm)) != (*pc).ver {
                return Flow::COLD;
            }
            let builtins = u32::from((*pc).b) | u32::from((*pc).d) << 16;
            if CACHE == BUILTIN && raw::dict_version(&raw::function(vm).builtins) != builtins {
                return Flow::COLD;
            }
            let v = (*((*pc).c as *const Value)).clone();
            Flow::to(pc.add(1), push::<NULL>(sp, v))
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: looking names up in plain dicts runs no Python code, so the addresses stay valid until they are read.
        unsafe {
            let name = raw::name(vm, (*pc).arg as usize);
            let globals = raw::globals(vm);
            let builtins = &raw::function(vm).builtins;
            if !(raw::is_exact_dict(globals) && raw::is_exact_dict(builtins)) {
                return match crate::names::global_by_item(vm, name) {
                    Ok(v) => Step {
                        pc: pc.add(1),
                        sp: push::<NULL>(sp, v),
                    },
                    Err(r) => throw(vm, pc, sp, r),
                };
            }
            let global = raw::dict_slot(globals, name);
            let Some(address) = global.or_else(|| raw::dict_slot(builtins, name)) else {
                return throw(vm, pc, sp, vm.name_error(name));
            };
            let v = (*address).clone();
            let version = globals.ensure_version(vm);
            let builtins_version = if global.is_some() {
                0
            } else {
                builtins.ensure_version(vm)
            };
            if version != 0 && (global.is_some() || builtins_version != 0) {
                (*pc).ver = version;
                (*pc).b = builtins_version as u16;
                (*pc).d = (builtins_version >> 16) as u16;
                (*pc).c = address as u64;
                let h = if global.is_some() {
                    raw::handler::<LoadGlobal<GLOBAL, NULL>>()
                } else {
                    raw::handler::<LoadGlobal<BUILTIN, NULL>>()
                };
                raw::set_handler(vm, pc, h);
            }
            Step {
                pc: pc.add(1),
                sp: push::<NULL>(sp, v),
            }
        }
    }
}

fn byte_store_global(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 0]> {
    raw::globals(cx.vm).set_name(&cx.name(), value);
    Ok([])
}

fn byte_delete_global(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 0]> {
    match raw::globals(cx.vm).remove_name(&cx.name()) {
        Some(_) => Ok([]),
        None => Err(cx.vm.name_error(&cx.name())),
    }
}

fn byte_load_build_class(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    match raw::function(cx.vm)
        .builtins
        .get_name(&cx.vm.names.build_class)
    {
        Some(f) => Ok([f]),
        None => Err(cx
            .vm
            .new_error(&cx.vm.exc_types.NameError, "__build_class__ not found")),
    }
}

fn byte_load_assertion_error(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    Ok([cx.vm.exc_types.AssertionError.value()])
}

fn byte_load_common_constant(cx: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 1]> {
    let vm = cx.vm;
    let builtin = |name: &str| {
        let found = vm.builtins.get_name(&vm.intern(name));
        found.ok_or_else(|| vm.system_error(&format!("there is no builtin {name}")))
    };
    Ok([match cx.arg() {
        0 => vm.exc_types.AssertionError.value(),
        1 => vm.exc_types.NotImplementedError.value(),
        2 => vm.types.tuple.value(),
        3 => builtin("all")?,
        4 => builtin("any")?,
        n => return Err(vm.system_error(&format!("there is no common constant {n}"))),
    }])
}
