//! Calls of native functions from bytecode: the arguments are passed where they lie on the stack.

use std::ptr::replace;

use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Access, DescrAccess, Kind, MethodDef, NativeFn, PyBuiltin, PyDescr, PyType};
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
    unsafe {
        let first = args.sub(1);
        let below = replace(first, this);
        let r = apply(vm, def, f, first, sp, 1);
        drop(below);
        r
    }
}

/// Whether a value is an instance of the class that a descriptor belongs to.
#[inline(always)]
fn takes(vm: &Vm, d: &PyDescr, v: &Value) -> bool {
    let kind = d.owner.kind();
    // These layouts have one builtin class each, and what has the layout is an instance of it.
    let one_class = matches!(
        kind,
        Kind::List | Kind::Dict | Kind::Str | Kind::Tuple | Kind::Bytes | Kind::ByteArray
    );
    one_class && !d.owner.is_heap() && v.kind() == Some(kind) || vm.type_of(v).is_subtype(&d.owner)
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
                if given == 1 && std::ptr::eq(ty, &*vm.types.type_) {
                    return Some(Ok(crate::object::value_of(vm.type_of(&*args))));
                }
                if std::ptr::eq(ty, &*vm.types.set) && given <= 1 {
                    let set = match given {
                        0 => Ok(vm.new_set()),
                        _ => vm.set_of(&*args),
                    };
                    return Some(set.map(Value::from));
                }
                if std::ptr::eq(ty, &*vm.types.list) && given == 0 {
                    return Some(Ok(vm.new_list(Vec::new())));
                }
                let def = vm.native_new(ty)?;
                if let NativeFn::Raw(f) = def.func {
                    let first = args.sub(1);
                    let below = replace(first, (*callable).clone());
                    let all = std::slice::from_raw_parts(first, given + 1);
                    let r = f(vm, &Args::positional(all));
                    drop(below);
                    return Some(r);
                }
                let f = fitting(def, given)?;
                Some(apply_to(vm, def, f, (*callable).clone(), args, sp))
            }
            _ => None,
        }
    }
}
