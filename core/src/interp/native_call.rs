//! Calls of native functions from bytecode: the arguments are passed where they lie on the stack.

use std::ptr::replace;

use super::Instr;
use super::call::{args_of, finish_native};
use super::dispatch::Step;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{
    Access, DescrAccess, Header, Kind, MethodDef, NativeFn, PyBuiltin, PyDescr, PyType, Shortcut,
    TypeFlags,
};
use crate::value::Value;
use crate::vm::Vm;

/// Optional parameters that may be left out here: they are written above the top of the stack, where there is always
/// room for a few.
const MAX_MISSING: usize = super::frame::STACK_SPARE / 4;

type BoundFn = fn(&Vm, &[Value]) -> PyResult;

/// The Rust function of a definition if so many arguments fit its parameters as they are.
#[inline(always)]
fn fitting(def: &MethodDef, given: usize) -> Option<BoundFn> {
    let NativeFn::Bound(f) = def.func else {
        return None;
    };
    let p = def.params;
    let positional = p.positional as usize;
    let fits = given <= positional
        && given >= p.required as usize
        && positional + p.keyword_only as usize - given <= MAX_MISSING;
    fits.then_some(f)
}

/// Calls a native function with the values at `first..sp`, of which `lead` (an instance or class) are not parameters.
///
/// # Safety
/// `first..sp` is initialised, and stays until the call is over.
#[inline(always)]
unsafe fn apply(
    vm: &Vm,
    def: &MethodDef,
    f: BoundFn,
    first: *mut Value,
    sp: *mut Value,
    lead: usize,
) -> PyResult {
    // SAFETY: the caller has looked, by `fitting`, that no more than `MAX_MISSING` parameters are left out, for which
    // there is always room. They are NULL, which needs no drop.
    unsafe {
        let given = sp.offset_from(first) as usize;
        let all = lead + def.params.positional as usize + def.params.keyword_only as usize;
        let mut top = sp;
        for _ in given..all {
            top.write(Value::NULL);
            top = top.add(1);
        }
        vm.cx.sp.set(top);
        f(vm, std::slice::from_raw_parts(first, all))
    }
}

/// The same with a value before the arguments: it takes the place below them, whose value is kept until the call is
/// over (it may be the callable).
///
/// # Safety
/// As [`apply`] for `args.sub(1)..sp`.
#[inline(always)]
unsafe fn apply_to(
    vm: &Vm,
    def: &MethodDef,
    f: BoundFn,
    this: Value,
    args: *mut Value,
    sp: *mut Value,
) -> PyResult {
    // SAFETY: the place below the arguments belongs to the call; its value stays alive in `below`, since it may be
    // the callable.
    unsafe {
        let first = args.sub(1);
        let below = replace(first, this);
        let r = apply(vm, def, f, first, sp, 1);
        drop(below);
        r
    }
}

/// Whether a layout has one builtin class, so that what has the layout is an instance of it.
#[inline(always)]
fn one_class(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::List | Kind::Dict | Kind::Str | Kind::Tuple | Kind::Bytes | Kind::ByteArray
    )
}

/// Whether a value is an instance of the class that a descriptor belongs to.
#[inline(always)]
fn takes(vm: &Vm, d: &PyDescr, v: &Value) -> bool {
    let kind = d.owner.kind();
    one_class(kind) && !d.owner.is_heap() && v.kind() == Some(kind)
        || vm.type_of(v).is_subtype(&d.owner)
}

/// Calls a native function, method or class with the positional arguments at `args..sp`. `None`, with nothing done, if
/// it is none or the arguments have to be bound first.
///
/// # Safety
/// `callable` is alive; `args.sub(1)..sp` belongs to the call.
#[inline(always)]
pub(super) unsafe fn call_native_at(
    vm: &Vm,
    callable: *mut Value,
    args: *mut Value,
    sp: *mut Value,
) -> Option<PyResult> {
    // SAFETY: the callable is alive, and its kind says its layout. All arguments lie at `args..sp`, and below them
    // there is a place that belongs to the call; its value stays alive in `below`.
    unsafe {
        let h = (*callable).header()?;
        let given = sp.offset_from(args) as usize;
        match h.kind() {
            Kind::Builtin => {
                let b = &*((*callable).bits() as *const PyBuiltin);
                let def = b.def;
                let f = fitting(def, given)?;
                match def.access {
                    Access::New | Access::Absent => None,
                    Access::StaticMethod => Some(apply(vm, def, f, args, sp, 0)),
                    _ if b.this.is_null() => Some(apply(vm, def, f, args, sp, 0)),
                    _ => Some(apply_to(vm, def, f, b.this.get(), args, sp)),
                }
            }
            Kind::Descr => {
                let d = &*((*callable).bits() as *const PyDescr);
                let DescrAccess::Method(def) = d.access else {
                    return None;
                };
                let f = fitting(def, given.checked_sub(1)?)?;
                let ok = def.access == Access::Method && takes(vm, d, &*args);
                ok.then(|| apply(vm, def, f, args, sp, 1))
            }
            Kind::Type => {
                let ty = &*((*callable).bits() as *const PyType);
                if ty.is_heap() {
                    return None;
                }
                Some(call_builtin_class(vm, ty, callable, args, sp))
            }
            _ => None,
        }
    }
}

/// Calls a builtin class with the positional arguments at `args..sp`.
///
/// # Safety
/// As [`call_native_at`]; the class is `ty`.
#[inline]
unsafe fn call_builtin_class(
    vm: &Vm,
    ty: &PyType,
    callable: *mut Value,
    args: *mut Value,
    sp: *mut Value,
) -> PyResult {
    // SAFETY: all arguments lie at `args..sp`, and below them there is a place that belongs to the call. There is the
    // class itself, or its value stays alive in `below`.
    unsafe {
        let given = sp.offset_from(args) as usize;
        if let Some(def) = vm.native_new(ty) {
            let first = args.sub(1);
            let below = match first == callable {
                true => Value::NULL,
                false => replace(first, (*callable).clone()),
            };
            let r = match def.func {
                NativeFn::Raw(f) => {
                    let all = std::slice::from_raw_parts(first, given + 1);
                    Some(f(vm, &Args::positional(all)))
                }
                NativeFn::Bound(_) => fitting(def, given).map(|f| apply(vm, def, f, first, sp, 1)),
            };
            if first != callable {
                drop(replace(first, below));
            }
            if let Some(r) = r {
                return r;
            }
        } else if given == 1 && std::ptr::eq(ty, &*vm.types.type_) {
            return Ok(crate::object::value_of(vm.type_of(&*args)));
        } else if std::ptr::eq(ty, &*vm.types.set) && given <= 1 {
            let set = match given {
                0 => Ok(vm.new_set()),
                _ => vm.set_of(&*args),
            };
            return set.map(Value::from);
        } else if std::ptr::eq(ty, &*vm.types.list) && given <= 1 {
            let items = match given {
                0 => Some(Vec::new()),
                _ => vm.plain_items(&*args),
            };
            if let Some(items) = items {
                return Ok(vm.new_list(items));
            }
        }
        vm.call_type(ty, args_of(args, sp, &[]))
    }
}

/// How a call instruction that has seen a native function calls it the next time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum NativeCall {
    /// A function that is bound to nothing.
    Function,
    /// A method of a builtin class: the instance is the first argument.
    Method,
    /// `__new__` of a builtin class: the class is the first argument.
    New,
    /// A builtin class.
    Class,
}

/// What a call instruction can remember of a native callable.
#[derive(Clone, Copy, Debug)]
pub struct KnownNative {
    /// How it is called.
    pub call: NativeCall,
    /// What the instruction may do itself.
    pub shortcut: Shortcut,
    /// Address of its definition, or of the class.
    pub def: u64,
    /// Optional parameters that are left out.
    pub missing: u16,
    /// The kind of instances that are of the class without a further look.
    pub kind: u16,
}

/// Whether `__new__` of a builtin class may be called for a class without a further look.
#[inline(always)]
fn makes(b: &PyBuiltin, class: &Value) -> bool {
    // SAFETY: nothing sets the owner meanwhile.
    let owner = unsafe { b.owner.peek() };
    match (class.downcast::<PyType>(), owner.downcast::<PyType>()) {
        (Some(class), Some(owner)) => class.kind() == owner.kind() && class.is_subtype(owner),
        _ => false,
    }
}

/// No kind has this number.
const ANY_KIND: u16 = u16::MAX;

/// Finds out what can be remembered of a callable that is called with the positional arguments at `args..sp`. `None` if
/// it is no native function, if its arguments have to be bound first, or if it resumes a generator.
///
/// # Safety
/// `callable` and the arguments are alive.
pub unsafe fn known_native(
    callable: *const Value,
    args: *const Value,
    nargs: usize,
) -> Option<KnownNative> {
    // SAFETY: callable and arguments are alive, as the caller says; the kind is that of the layout.
    unsafe {
        let h = (*callable).header()?;
        let (call, def, given, kind) = match h.kind() {
            Kind::Type => {
                let ty = &*((*callable).bits() as *const PyType);
                return (!ty.is_heap()).then(|| KnownNative {
                    call: NativeCall::Class,
                    shortcut: Shortcut::No,
                    def: (*callable).bits(),
                    missing: 0,
                    kind: ANY_KIND,
                });
            }
            Kind::Builtin => {
                let b = &*((*callable).bits() as *const PyBuiltin);
                if b.def.access == Access::New {
                    let given = nargs.checked_sub(1)?;
                    let missing = match b.def.func {
                        NativeFn::Raw(_) => 0,
                        NativeFn::Bound(_) => {
                            fitting(b.def, given)?;
                            let p = b.def.params;
                            p.positional as usize + p.keyword_only as usize - given
                        }
                    };
                    return makes(b, &*args).then_some(KnownNative {
                        call: NativeCall::New,
                        shortcut: Shortcut::No,
                        def: b.def as *const MethodDef as u64,
                        missing: missing as u16,
                        kind: ANY_KIND,
                    });
                }
                let plain = b.def.access != Access::Absent;
                // These may run a generator in place.
                let resumes = matches!(b.def.name, "next" | "__next__" | "send");
                if !b.this.is_null() || !plain || resumes {
                    return None;
                }
                (NativeCall::Function, b.def, nargs, ANY_KIND)
            }
            Kind::Descr => {
                let d = &*((*callable).bits() as *const PyDescr);
                let DescrAccess::Method(def) = d.access else {
                    return None;
                };
                if def.access != Access::Method {
                    return None;
                }
                let given = nargs.checked_sub(1)?;
                let kind = match (*args).kind() {
                    Some(k) if one_class(k) && k == d.owner.kind() && !d.owner.is_heap() => {
                        k as u16
                    }
                    _ => ANY_KIND,
                };
                (NativeCall::Method, def, given, kind)
            }
            _ => return None,
        };
        fitting(def, given)?;
        let all = def.params.positional as usize + def.params.keyword_only as usize;
        Some(KnownNative {
            call,
            shortcut: def.shortcut,
            def: def as *const MethodDef as u64,
            missing: (all - given) as u16,
            kind,
        })
    }
}

/// Calls a native function or method that is still the one that was remembered; `None`, with nothing done, if not.
///
/// # Safety
/// As [`super::call::call_at`]; `known` comes from [`known_native`] for as many arguments.
#[inline(always)]
pub unsafe fn call_known(
    vm: &Vm,
    pc: *mut Instr,
    sp: *mut Value,
    callable: *mut Value,
    args: *mut Value,
    ret_sp: *mut Value,
    known: KnownNative,
) -> Option<Step> {
    // SAFETY: as for `call_at`; `def` is a static, and there is room for the parameters that are missing.
    unsafe {
        let def = known.def as *const MethodDef;
        match known.call {
            NativeCall::Class => {
                let ty = (*callable).downcast::<PyType>()?;
                if (*callable).bits() != known.def || args <= ret_sp {
                    return None;
                }
                let r = call_builtin_class(vm, ty, callable, args, sp);
                return Some(finish_native(vm, pc, sp, ret_sp, r));
            }
            NativeCall::Function => {
                let b = (*callable).downcast::<PyBuiltin>()?;
                if !std::ptr::eq(b.def, def) || !b.this.is_null() {
                    return None;
                }
            }
            NativeCall::New => {
                let b = (*callable).downcast::<PyBuiltin>()?;
                if !std::ptr::eq(b.def, def) || !makes(b, &*args) {
                    return None;
                }
                if let NativeFn::Raw(f) = b.def.func {
                    let nargs = sp.offset_from(args) as usize;
                    let all = std::slice::from_raw_parts(args, nargs);
                    if nargs == 1
                        && b.def.shortcut == Shortcut::ObjectNew
                        && let Some(class) = all[0].downcast::<PyType>()
                        && !class.flags().any(TypeFlags::ABSTRACT)
                    {
                        let made = vm.alloc_instance(class);
                        return Some(finish_native(vm, pc, sp, ret_sp, Ok(made)));
                    }
                    let r = f(vm, &Args::positional(all));
                    return Some(finish_native(vm, pc, sp, ret_sp, r));
                }
            }
            NativeCall::Method => {
                let d = (*callable).downcast::<PyDescr>()?;
                let same = matches!(d.access, DescrAccess::Method(m) if std::ptr::eq(m, def));
                let fits =
                    |h: &Header| h.kind() as u16 == known.kind || std::ptr::eq(h.ty(), &*d.owner);
                if !same || !(*args).header().is_some_and(fits) && !takes(vm, d, &*args) {
                    return None;
                }
            }
        }
        let NativeFn::Bound(f) = (*def).func else {
            return None;
        };
        let mut top = sp;
        if known.missing != 0 {
            for _ in 0..known.missing {
                top.write(Value::NULL);
                top = top.add(1);
            }
            vm.cx.sp.set(top);
        }
        let all = std::slice::from_raw_parts(args, top.offset_from(args) as usize);
        Some(finish_native(vm, pc, sp, ret_sp, f(vm, all)))
    }
}
