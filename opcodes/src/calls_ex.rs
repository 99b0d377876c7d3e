//! `f(*args, **kwargs)`: calls with arguments in a tuple and a dict.

use std::marker::PhantomData;

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{Kind, PyDict, PyTuple};

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
        // SAFETY: values are moved off the stack from the top; what is spread there fits.
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
            let (values, names) = match arguments::<E>(vm, &*callable, &args, &kwargs) {
                Ok(a) => a,
                Err(r) => return throw(vm, pc, sp, r),
            };
            let names_tuple = names.downcast::<PyTuple>();
            let in_place = matches!((*callable).kind(), Some(Kind::Function | Kind::BoundMethod));
            if in_place && raw::has_room(vm, sp, values.len()) {
                for v in values {
                    sp.write(v);
                    sp = sp.add(1);
                }
                raw::set_stack_top(vm, sp);
                return raw::call_at(vm, pc, sp, callable, bottom.add(BELOW), bottom, names_tuple);
            }
            let result = vm.call_args(&*callable, Args::with_names(&values, names_tuple));
            raw::finish_native(vm, pc, sp, bottom, result)
        }
    }
}

/// All values of the call, those of keywords last, and the tuple of their names, or NULL.
fn arguments<E: CallErrors>(
    vm: &Vm,
    f: &Value,
    args: &Value,
    kwargs: &Value,
) -> PyResult<(Vec<Value>, Value)> {
    let mut values = match args.downcast_exact::<PyTuple>() {
        Some(t) => t.items().to_vec(),
        None => vm
            .collect(args)
            .map_err(|r| star_error::<E>(vm, f, args, r))?,
    };
    if kwargs.is_null() {
        return Ok((values, Value::NULL));
    }
    let copy;
    let dict = match kwargs.downcast_exact::<PyDict>() {
        Some(d) => d,
        None => {
            copy = vm.new_dict();
            merge_mapping(vm, &copy, kwargs)
                .map_err(|r| double_star_error::<E>(vm, f, kwargs, r))?;
            &*copy
        }
    };
    let items = dict.items();
    if !E::leaves_keywords_to(vm, f) && !items.iter().all(|(k, _)| vm.is_str(k)) {
        return Err(vm.type_error("keywords must be strings"));
    }
    let (names, mut rest): (Vec<Value>, Vec<Value>) = items.into_iter().unzip();
    values.append(&mut rest);
    let names = if names.is_empty() {
        Value::NULL
    } else {
        vm.new_tuple(names)
    };
    Ok((values, names))
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
