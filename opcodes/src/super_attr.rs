//! `super().name` of 3.12 and later, without making the `super` object where the name `super` means the builtin class
//! and a method is called.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::object::PyType;

use crate::rows::prelude::*;
use crate::super_method;

opcodes! {
    /// Replaces `super`, class and instance by an attribute; with bit 0 by NULL and the attribute.
    LOAD_SUPER_ATTR ["super class self -- value | method self | null value", loaded] in 12..=12, link link_null_below;
    /// Replaces `super`, class and instance by an attribute; with bit 0 by the attribute and NULL.
    LOAD_SUPER_ATTR ["super class self -- value | method self | value null", loaded] in 13..=14, link link_null_above;
}

/// Bits below the name: a method is loaded; `super` has its two arguments in the source.
const METHOD: u8 = 1;
const TWO_ARGUMENTS: u8 = 2;

// What is pushed.
const VALUE: u8 = 0;
const METHOD_OR_NULL_BELOW: u8 = 1;
const METHOD_OR_NULL_ABOVE: u8 = 2;

fn loaded(i: &Instruction) -> (u32, u32) {
    match i.operand {
        Operand::Name(_, flags) if flags & METHOD != 0 => (3, 2),
        _ => (3, 1),
    }
}

fn link_null_below(l: &mut LinkCx<'_>) {
    if l.fields().n & u16::from(METHOD) != 0 {
        l.raw::<SuperAttr<METHOD_OR_NULL_BELOW, false>>();
    } else {
        l.raw::<SuperAttr<VALUE, false>>();
    }
}

fn link_null_above(l: &mut LinkCx<'_>) {
    if l.fields().n & u16::from(METHOD) != 0 {
        l.raw::<SuperAttr<METHOD_OR_NULL_ABOVE, false>>();
    } else {
        l.raw::<SuperAttr<VALUE, false>>();
    }
}

/// `super(sp[-2], sp[-1]).name`. What is remembered of a method: `ver` is the version of the class, `b` and `d` that of
/// the instance's shape, `c` the function; if `super` is bound to a class (`OF_CLASS`), `b` and `d` are its version, and
/// `c` a static or class method or a builtin.
struct SuperAttr<const PUSH: u8, const OF_CLASS: bool>;

impl<const PUSH: u8, const OF_CLASS: bool> SuperAttr<PUSH, OF_CLASS> {
    /// The function that is remembered, if it still holds, and whether it is called with the instance or class.
    ///
    /// # Safety
    /// The instruction is one of these.
    #[inline(always)]
    unsafe fn remembered(i: &Instr, class: &Value, this: &Value) -> Option<(Value, bool)> {
        // SAFETY: a value is one word; the versions say that its class keeps the function.
        unsafe {
            let (ty, h) = (class.downcast::<PyType>()?, this.header()?);
            if i.ver == 0 || raw::class_attr_version(ty) != i.ver {
                return None;
            }
            let version = u32::from(i.b) | u32::from(i.d) << 16;
            if OF_CLASS {
                let same = |t: &PyType| raw::class_attr_version(t) == version;
                this.downcast::<PyType>().filter(|t| same(t))?;
                return raw::detached_function(i.c);
            }
            if raw::shape_version(h) != version {
                return None;
            }
            Some(((*(&raw const i.c as *const Value)).clone(), true))
        }
    }
}

// SAFETY: replaces three values by one or two, as the row that links `PUSH` says; the function is used only while the
// versions say that its class keeps it.
unsafe impl<const PUSH: u8, const OF_CLASS: bool> Op for SuperAttr<PUSH, OF_CLASS> {
    #[inline(always)]
    unsafe fn exec(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Flow {
        // SAFETY: as for the implementation.
        unsafe {
            if PUSH == VALUE {
                return Flow::COLD;
            }
            let (super_, class, this) = (&*sp.sub(3), &*sp.sub(2), &*sp.sub(1));
            // Of two values at most one is freed here.
            if !super_.is(vm.types.super_.as_value()) || OF_CLASS && raw::is_last(class) {
                return Flow::COLD;
            }
            let Some((function, with_this)) = Self::remembered(&*pc, class, this) else {
                return Flow::COLD;
            };
            if OF_CLASS {
                read(sp.sub(3)).release();
                read(sp.sub(2)).release();
                let (this, mut garbage) = (read(sp.sub(1)), 0);
                let (below, above) = if with_this {
                    (function, this)
                } else {
                    garbage = this.release();
                    match PUSH {
                        METHOD_OR_NULL_BELOW => (Value::NULL, function),
                        _ => (function, Value::NULL),
                    }
                };
                sp.sub(3).write(below);
                sp.sub(2).write(above);
                return Flow::to(pc.add(1), sp.sub(1)).free(garbage);
            }
            // The machine keeps `super` itself.
            read(sp.sub(3)).release();
            let garbage = read(sp.sub(2)).release();
            sp.sub(3).write(function);
            sp.sub(2).write(read(sp.sub(1)));
            Flow::to(pc.add(1), sp.sub(1)).free(garbage)
        }
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: the three values are moved off the stack before anything else happens to them.
        unsafe {
            let i = &mut *pc;
            let (super_, class, this) = (read(sp.sub(3)), read(sp.sub(2)), read(sp.sub(1)));
            let sp = sp.sub(3);
            raw::set_stack_top(vm, sp);
            let name = raw::name(vm, i.arg as usize).clone();
            let builtin = super_.is(vm.types.super_.as_value());
            if PUSH == VALUE
                && builtin
                && let Some((function, with_this)) = Self::remembered(i, &class, &this)
            {
                let value = match with_this {
                    true => super_method::bound(vm, function, this),
                    false => Ok(function),
                };
                return match value {
                    Ok(v) => {
                        sp.write(v);
                        Step {
                            pc: pc.add(1),
                            sp: sp.add(1),
                        }
                    }
                    Err(r) => throw(vm, pc, sp, r),
                };
            }
            if builtin && let Some(c) = raw::super_cache(vm, &class, &this, &name) {
                (i.ver, i.c) = (c.class, c.function);
                (i.b, i.d) = (c.this as u16, (c.this >> 16) as u16);
                if c.of_class != OF_CLASS {
                    let h = match c.of_class {
                        true => raw::handler::<SuperAttr<PUSH, true>>(),
                        false => raw::handler::<SuperAttr<PUSH, false>>(),
                    };
                    raw::set_handler(vm, pc, h);
                }
            }
            let two = i.n & u16::from(TWO_ARGUMENTS) != 0 || builtin;
            match attribute(vm, &super_, two.then_some([class, this]), &name) {
                Ok(v) => {
                    let mut to = sp;
                    if PUSH == METHOD_OR_NULL_BELOW {
                        to.write(Value::NULL);
                        to = to.add(1);
                    }
                    to.write(v);
                    if PUSH == METHOD_OR_NULL_ABOVE {
                        to = to.add(1);
                        to.write(Value::NULL);
                    }
                    Step {
                        pc: pc.add(1),
                        sp: to.add(1),
                    }
                }
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}

/// Calls whatever `super` means, with the arguments that the source or the compiler gives it, and reads the attribute.
fn attribute(vm: &Vm, super_: &Value, args: Option<[Value; 2]>, name: &Value) -> PyResult {
    let proxy = match &args {
        Some(args) => vm.call(super_, args)?,
        None => vm.call(super_, &[])?,
    };
    vm.get_attr(&proxy, name)
}
