//! Calls. A call leaves its result where callable and arguments began; [`raw::call_at`] enters Python functions in
//! place.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::raw::{CallSite, KnownNative, NativeCall};
use opyc_core::interp::{Fusion, Source, Target};
use opyc_core::object::{Kind, PyTuple, Shortcut};

use crate::rows::prelude::*;

opcodes! {
    /// Calls a function with `arg` positional arguments.
    CALL_FUNCTION ["function args… -- result", |i| (i.arg.saturating_add(1), 1)] in 6..=10, raw CallFunctionPlain;
    /// Calls a function; the tuple on top names the last arguments.
    CALL_FUNCTION_KW ["function args… names -- result", |i| (i.arg.saturating_add(2), 1)] in 6..=10, raw CallFunctionKw;
    /// Calls what LOAD_METHOD has pushed: a method with its instance, or NULL and a callable.
    CALL_METHOD ["method self args… | null callable args… -- result", |i| (i.arg.saturating_add(2), 1)] in 7..=10, raw CallMethodPlain;
    /// Calls a method with its instance, or a callable above NULL. KW_NAMES before it names the last arguments.
    CALL ["method self args… | null callable args… -- result", |i| (i.arg.saturating_add(2), 1)] in 11..=12, fused (link_call, fuse_call);
    /// Calls a method with its instance, or a callable below NULL.
    CALL ["method self args… | callable null args… -- result", |i| (i.arg.saturating_add(2), 1)] in 13..=14, raw CallPlain;
    /// As CALL; the tuple on top names the last arguments.
    CALL_KW ["method self args… names | callable null args… names -- result", |i| (i.arg.saturating_add(3), 1)] in 13..=14, raw CallKw;
}

/// The address of the keyword names that a KW_NAMES just before the CALL (and its PRECALL) gives.
fn named(l: &LinkCx<'_>, call: usize) -> Option<u64> {
    let mut before = call.checked_sub(1)?;
    if l.standard(before) == "PRECALL" {
        before = before.checked_sub(1)?;
    }
    match l.operand(before) {
        Operand::Const(names) if l.standard(before) == "KW_NAMES" => Some(l.const_address(names)),
        _ => None,
    }
}

fn link_call(l: &mut LinkCx<'_>) {
    match named(l, l.index()) {
        Some(names) => {
            set_fields!(l; c = names);
            l.raw::<CallNamed<0>>();
        }
        None => l.raw::<CallMethodPlain>(),
    }
}

/// Folds the PRECALL in: the CALL then stands in its place.
fn fuse_call(l: &mut LinkCx<'_>, f: &Fusion) -> bool {
    let alone = f.a == Source::Stack && f.b == Source::Stack && f.to == Target::Stack;
    let call = l.index() + 1;
    let Operand::Count(count) = l.operand(call) else {
        return false;
    };
    if !alone || f.before != 1 {
        return false;
    }
    set_fields!(l; arg = count as i32);
    match named(l, call) {
        Some(names) => {
            set_fields!(l; c = names);
            l.raw::<CallNamed<1>>();
        }
        None => l.raw::<CallMethod<1, ANY>>(),
    }
    true
}

/// The names of keyword arguments, a tuple: not more than there are arguments.
fn keyword_names<'a>(vm: &Vm, names: &'a Value, count: usize) -> PyResult<&'a [Value]> {
    match names.downcast::<PyTuple>() {
        Some(names) if names.len() <= count => Ok(names.items()),
        _ => Err(vm.system_error("keyword names do not fit the arguments")),
    }
}

/// Calls a method with its instance, or the callable above NULL.
///
/// # Safety
/// As [`raw::call_at`]; below `count` arguments lie two values.
unsafe fn call_above_null(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    count: usize,
    names: &[Value],
) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        let bottom = sp.sub(count + 2);
        if (*bottom).is_null() {
            raw::call_at(vm, pc, sp, bottom.add(1), bottom.add(2), bottom, names)
        } else {
            raw::call_at(vm, pc, sp, bottom, bottom.add(1), bottom, names)
        }
    }
}

/// Calls a method with its instance, or the callable below NULL.
///
/// # Safety
/// As [`raw::call_at`]; below `count` arguments lie two values.
unsafe fn call_below_null(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    count: usize,
    names: &[Value],
) -> Step {
    // SAFETY: as the caller says.
    unsafe {
        let bottom = sp.sub(count + 2);
        let args = if (*bottom.add(1)).is_null() {
            bottom.add(2)
        } else {
            bottom.add(1)
        };
        raw::call_at(vm, pc, sp, bottom, args, bottom, names)
    }
}

// What a call instruction has seen.
/// Nothing, or Python functions.
const ANY: u8 = 0;
/// A native function.
const FUNCTION: u8 = 1;
/// A method of a builtin class.
const METHOD: u8 = 2;
/// `len`, `isinstance`, `list.append`: done here where that is simple.
const LEN: u8 = 3;
const ISINSTANCE: u8 = 4;
const APPEND: u8 = 5;
/// A bound method of a Python function.
const BOUND: u8 = 6;
/// `type`, with one argument.
const TYPE_OF: u8 = 7;
/// `__new__` of a builtin class.
const NEW: u8 = 8;
/// A builtin class.
const CLASS: u8 = 9;
/// Callables that changed, after which a call instruction stays as it is.
const CHANGES: u16 = 8;

/// Calls whatever lies below the arguments; a Python function that they just fit is entered at once.
macro_rules! call_op {
    ($(#[doc = $doc:literal])* $name:ident; $sp:ident, $count:ident => $callable:expr, $nargs:expr, $bottom:expr) => {
        $(#[doc = $doc])*
        ///
        /// So many instructions before the call are folded into it. `SEEN` is what has been called here: `c`, `n` and
        /// `d` then say what is known of it, see [`raw::KnownNative`]; `b` counts changes.
        struct $name<const BEFORE: usize, const SEEN: u8>;

        // SAFETY: callable and arguments lie on the stack as the opcode's effect says.
        unsafe impl<const BEFORE: usize, const SEEN: u8> Op for $name<BEFORE, SEEN> {
            const FP: bool = true;

            #[inline(always)]
            unsafe fn exec(vm: &Vm, pc: *mut Instr, $sp: *mut Value, _fp: *mut Value) -> Flow {
                // SAFETY: as for the implementation.
                unsafe {
                    let $count = (*pc).arg as usize;
                    let (callable, nargs): (*mut Value, usize) = ($callable, $nargs);
                    let (own, bottom) = (pc.add(BEFORE), $bottom);
                    if SEEN == ANY {
                        return raw::enter_fast(vm, own, $sp, callable, nargs, bottom);
                    }
                    if SEEN == BOUND {
                        return raw::enter_bound(vm, own, $sp, callable, nargs, bottom);
                    }
                    let site = CallSite {
                        callable,
                        args: $sp.sub(nargs),
                        bottom,
                        def: (*pc).c,
                        next: own.add(1),
                    };
                    match SEEN {
                        LEN if nargs == 1 => raw::call_len(site),
                        TYPE_OF if nargs == 1 => raw::call_type_of(vm, site),
                        ISINSTANCE if nargs == 2 => raw::call_isinstance(vm, site),
                        APPEND if nargs == 2 && callable == bottom => raw::call_append(site),
                        _ => Flow::COLD,
                    }
                }
            }

            unsafe fn cold(vm: &Vm, pc: *mut Instr, $sp: *mut Value, _fp: *mut Value) -> Step {
                // SAFETY: as for the implementation.
                unsafe {
                    let $count = (*pc).arg as usize;
                    let (callable, nargs): (*mut Value, usize) = ($callable, $nargs);
                    let (args, bottom) = ($sp.sub(nargs), $bottom);
                    let own = pc.add(BEFORE);
                    raw::set_position(vm, own);
                    if SEEN == BOUND {
                        if !raw::is_bound_function(&*callable) {
                            raw::set_handler(vm, pc, raw::handler::<$name<BEFORE, ANY>>());
                        }
                    } else if SEEN == TYPE_OF {
                        // The shortcut takes all that it can be asked.
                        raw::set_handler(vm, pc, raw::handler::<$name<BEFORE, ANY>>());
                    } else if SEEN != ANY {
                        let known = KnownNative {
                            call: match SEEN {
                                METHOD | APPEND => NativeCall::Method,
                                NEW => NativeCall::New,
                                CLASS => NativeCall::Class,
                                _ => NativeCall::Function,
                            },
                            shortcut: Shortcut::No,
                            def: (*pc).c,
                            missing: (*pc).n,
                            kind: (*pc).d,
                        };
                        if let Some(step) =
                            raw::call_known(vm, own, $sp, callable, args, bottom, known)
                        {
                            return step;
                        }
                        raw::set_handler(vm, pc, raw::handler::<$name<BEFORE, ANY>>());
                    } else if (*pc).b >= CHANGES || (*callable).kind() == Some(Kind::Function) {
                        // The fast path does what can be done.
                    } else if args.offset_from(bottom) == 2
                        && raw::is_bound_function(&*callable)
                    {
                        (*pc).b += 1;
                        raw::set_handler(vm, pc, raw::handler::<$name<BEFORE, BOUND>>());
                    } else if nargs == 1
                        && raw::is_type_itself(vm, &*callable)
                    {
                        (*pc).b += 1;
                        raw::set_handler(vm, pc, raw::handler::<$name<BEFORE, TYPE_OF>>());
                    } else if let Some(k) = raw::known_native(callable, args, nargs)
                    {
                        let i = &mut *pc;
                        (i.b, i.c, i.n, i.d) = (i.b + 1, k.def, k.missing, k.kind);
                        let h = match (k.shortcut, k.call) {
                            (Shortcut::Len, _) => raw::handler::<$name<BEFORE, LEN>>(),
                            (Shortcut::IsInstance, _) => {
                                raw::handler::<$name<BEFORE, ISINSTANCE>>()
                            }
                            (Shortcut::Append, _) => raw::handler::<$name<BEFORE, APPEND>>(),
                            (_, NativeCall::Function) => raw::handler::<$name<BEFORE, FUNCTION>>(),
                            (_, NativeCall::Method) => raw::handler::<$name<BEFORE, METHOD>>(),
                            (_, NativeCall::New) => raw::handler::<$name<BEFORE, NEW>>(),
                            (_, NativeCall::Class) => raw::handler::<$name<BEFORE, CLASS>>(),
                        };
                        raw::set_handler(vm, pc, h);
                    }
                    raw::call_at(vm, own, $sp, callable, args, bottom, &[])
                }
            }
        }
    };
}

type CallFunctionPlain = CallFunction<0, ANY>;
type CallMethodPlain = CallMethod<0, ANY>;
type CallPlain = Call<0, ANY>;

call_op! {
    /// `[f, args…]`
    CallFunction; sp, n => sp.sub(n + 1), n, sp.sub(n + 1)
}

call_op! {
    /// `[method, self, args…]` or `[NULL, f, args…]`
    CallMethod; sp, n =>
        if (*sp.sub(n + 2)).is_null() { sp.sub(n + 1) } else { sp.sub(n + 2) },
        n + !(*sp.sub(n + 2)).is_null() as usize,
        sp.sub(n + 2)
}

call_op! {
    /// `[method, self, args…]` or `[f, NULL, args…]`
    Call; sp, n =>
        sp.sub(n + 2),
        n + !(*sp.sub(n + 1)).is_null() as usize,
        sp.sub(n + 2)
}

raw_op! {
    /// `[f, args…, names]`
    CallFunctionKw;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg as usize;
        let names = read(sp.sub(1));
        let sp = sp.sub(1);
        raw::set_stack_top(vm, sp);
        let callable = sp.sub(count + 1);
        match keyword_names(vm, &names, count) {
            Ok(names) => raw::call_at(vm, pc, sp, callable, callable.add(1), callable, names),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

/// The same with keyword names, whose address is in `c`; so many instructions before the call are folded into it.
struct CallNamed<const BEFORE: usize>;

// SAFETY: callable and arguments lie on the stack as the opcode's effect says.
unsafe impl<const BEFORE: usize> Op for CallNamed<BEFORE> {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(_vm: &Vm, _pc: *mut Instr, _sp: *mut Value, _fp: *mut Value) -> Flow {
        Flow::COLD
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: as for the implementation; the code keeps its constants.
        unsafe {
            let (count, names) = ((*pc).arg as usize, (*pc).c as *const Value);
            let pc = pc.add(BEFORE);
            raw::set_position(vm, pc);
            match keyword_names(vm, &*names, count) {
                Ok(names) => call_above_null(vm, pc, sp, count, names),
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}

raw_op! {
    /// `[method, self, args…, names]` or `[f, NULL, args…, names]`
    CallKw;
    cold(vm, pc, sp, _fp) {
        let count = (*pc).arg as usize;
        let names = read(sp.sub(1));
        let sp = sp.sub(1);
        raw::set_stack_top(vm, sp);
        match keyword_names(vm, &names, count) {
            Ok(names) => call_below_null(vm, pc, sp, count, names),
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}
