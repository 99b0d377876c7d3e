//! `f(*args, **kwargs)`: calls with arguments in a tuple and a dict.

use std::marker::PhantomData;

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{DictCursor, PyDict, PyTuple, Ref};
use smallvec::SmallVec;

use crate::callable_text::{ByKind, ByQualname, CallErrors};
use crate::rows::prelude::*;

opcodes! {
    /// Calls a function with a tuple of arguments, and with bit 0 a dict of keywords.
    CALL_FUNCTION_EX ["function args kwargs? -- result", |i| (2 + (i.arg & 1), 1)] in 6..=8, link link_ex<ByKind>;
    /// As before; messages name the function by its qualified name.
    CALL_FUNCTION_EX ["function args kwargs? -- result", |i| (2 + (i.arg & 1), 1)] in 9..=10, link link_ex<ByQualname>;
    /// Calls the function above NULL with a tuple of arguments, and with bit 0 a dict of keywords.
    CALL_FUNCTION_EX ["null function args kwargs? -- result", |i| (3 + (i.arg & 1), 1)] in 11..=12, link link_ex_above_null;
    /// Calls the function below NULL with a tuple of arguments, and with bit 0 a dict of keywords.
    CALL_FUNCTION_EX ["function null args kwargs? -- result", |i| (3 + (i.arg & 1), 1)] in 13..=13, link link_ex_below_null;
    /// Calls the function below NULL with a tuple of arguments and a dict of keywords or NULL.
    CALL_FUNCTION_EX (function null args kwargs -- result) in 14..=14, link link_ex_always;
}

fn link_ex<E: CallErrors>(l: &mut LinkCx<'_>) {
    set_fields!(l; n = (l.fields().arg & 1) as u16);
    l.raw::<CallEx<1, 0, E>>();
}

fn link_ex_above_null(l: &mut LinkCx<'_>) {
    set_fields!(l; n = (l.fields().arg & 1) as u16);
    l.raw::<CallEx<2, 1, ByQualname>>();
}

fn link_ex_below_null(l: &mut LinkCx<'_>) {
    set_fields!(l; n = (l.fields().arg & 1) as u16);
    l.raw::<CallEx<2, 0, ByQualname>>();
}

fn link_ex_always(l: &mut LinkCx<'_>) {
    set_fields!(l; n = 1);
    l.raw::<CallEx<2, 0, ByQualname>>();
}

/// `CALL_FUNCTION_EX`: `BELOW` values lie below the arguments, the one at `AT` is the function; `n` says whether
/// there is a place for keywords, and `E` words the errors.
struct CallEx<const BELOW: usize, const AT: usize, E>(PhantomData<E>);

// SAFETY: takes the values that the row says off the stack; the call replaces the rest.
unsafe impl<const BELOW: usize, const AT: usize, E: CallErrors> Op for CallEx<BELOW, AT, E> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, _pc: *mut Instr, _sp: *mut Value, _fp: *mut Value) -> Flow {
        Flow::COLD
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, mut sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: values are moved off the stack from the top; what is spread there fits. Above `sp` nothing is owned
        // when an error is raised.
        unsafe {
            let mut kwargs = Value::NULL;
            if (*pc).n != 0 {
                sp = sp.sub(1);
                kwargs = read(sp);
            }
            sp = sp.sub(1);
            let args = read(sp);
            raw::set_stack_top(vm, sp);
            let bottom = sp.sub(BELOW);
            let callable = bottom.add(AT);
            let collected;
            let positional = match args.downcast_exact::<PyTuple>() {
                Some(t) => t.items(),
                None => match vm.collect(&args) {
                    Ok(items) => {
                        collected = items;
                        &collected
                    }
                    Err(r) => {
                        let r = star_error::<E>(vm, &*callable, &args, r);
                        return throw(vm, pc, sp, r);
                    }
                },
            };
            let keywords = match keywords::<E>(vm, &*callable, kwargs) {
                Ok(d) => d,
                Err(r) => return throw(vm, pc, sp, r),
            };
            let named = keywords.as_ref().map_or(0, |d| d.len());
            if !raw::has_room(vm, sp, positional.len() + named) {
                let result = call_elsewhere(vm, &*callable, positional, keywords.as_deref());
                return raw::finish_native(vm, pc, sp, bottom, result);
            }
            raw::clone_to(positional, sp);
            sp = sp.add(positional.len());
            let mut names: SmallVec<[Value; 8]> = SmallVec::new();
            if let Some(d) = &keywords {
                let mut cursor = DictCursor::default();
                while let Some((k, v)) = d.next(&mut cursor) {
                    names.push(k);
                    sp.write(v);
                    sp = sp.add(1);
                }
            }
            raw::set_stack_top(vm, sp);
            raw::call_at(vm, pc, sp, callable, bottom.add(BELOW), bottom, &names)
        }
    }
}

/// The keywords of a call, if there are any: a dict with strings, as far as the callable does not look itself.
fn keywords<E: CallErrors>(vm: &Vm, f: &Value, kwargs: Value) -> PyResult<Option<Ref<PyDict>>> {
    if kwargs.is_null() {
        return Ok(None);
    }
    let dict = match kwargs.downcast_exact::<PyDict>().and(kwargs.to_ref()) {
        Some(d) => d,
        None => {
            let copy = vm.new_dict();
            merge_mapping(vm, &copy, &kwargs)
                .map_err(|r| double_star_error::<E>(vm, f, &kwargs, r))?;
            copy
        }
    };
    if !dict.has_str_keys() && !E::leaves_keywords_to(vm, f) {
        return Err(vm.type_error("keywords must be strings"));
    }
    Ok(Some(dict))
}

/// Makes the call where its arguments do not fit on the stack.
#[cold]
fn call_elsewhere(vm: &Vm, f: &Value, positional: &[Value], keywords: Option<&PyDict>) -> PyResult {
    let (names, values) = keywords
        .map_or_else(Vec::new, PyDict::items)
        .into_iter()
        .unzip();
    let (names, values): (Vec<Value>, Vec<Value>) = (names, values);
    let all = [positional, &values].concat();
    vm.call_args(f, Args::with_names(&all, &names))
}

/// Adds the items of any mapping to a dict, by `keys()` and subscripts.
pub(crate) fn merge_mapping(vm: &Vm, into: &PyDict, mapping: &Value) -> PyResult<()> {
    if let Some(d) = vm.plain_dict(mapping) {
        return into.update_from(vm, d);
    }
    let keys = vm.call_method(mapping, &vm.names.keys, &[])?;
    for k in vm.collect(&keys)? {
        let v = vm.get_item(mapping, &k)?;
        into.set(vm, &k, v)?;
    }
    Ok(())
}

/// Whether the object can be iterated over at all, so that an error came from the iteration.
pub(crate) fn is_iterable(vm: &Vm, v: &Value) -> bool {
    let ty = vm.type_of(v);
    vm.lookup_type(ty, &vm.names.iter)
        .is_some_and(|f| !f.is_none())
        || vm.lookup_type(ty, &vm.names.getitem).is_some()
}

/// The error of `*args` that is no iterable; another one stays as it is.
pub(crate) fn star_error<E: CallErrors>(vm: &Vm, f: &Value, args: &Value, r: Raise) -> Raise {
    if r.is_fault() || is_iterable(vm, args) {
        return r;
    }
    let (f, ty) = (E::name(vm, f), vm.type_name(args));
    vm.type_error(&format!(
        "{f} argument after * must be an iterable, not {ty}"
    ))
}

/// The error of `**kwargs` that is no mapping; another one stays as it is.
pub(crate) fn double_star_error<E: CallErrors>(
    vm: &Vm,
    f: &Value,
    kwargs: &Value,
    r: Raise,
) -> Raise {
    if !vm.is_exception(&r, &vm.exc_types.AttributeError) {
        return r;
    }
    let (f, ty) = (E::name(vm, f), vm.type_name(kwargs));
    vm.type_error(&format!(
        "{f} argument after ** must be a mapping, not {ty}"
    ))
}

/// The error of a keyword that is given twice.
pub(crate) fn duplicate_keyword<E: CallErrors>(vm: &Vm, f: &Value, key: &Value) -> Raise {
    if !vm.is_str(key) {
        return vm.type_error(&E::no_string(vm, f));
    }
    let text = format!(
        "{} got multiple values for keyword argument '{}'",
        E::name(vm, f),
        vm.str_lossy(key)
    );
    vm.type_error(&text)
}
