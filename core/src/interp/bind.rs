//! Binding arguments to the parameters of Python functions, and what is said when they do not fit.

use std::mem::MaybeUninit;

use smallvec::SmallVec;

use super::call::drop_range;
use super::frame::STACK_SPARE;
use super::{Linked, Params};
use crate::error::{PyResult, Raise};
use crate::object::{PyDict, PyFunction, PyStr, PyTuple, Ref};
use crate::value::{Value, clone_to};
use crate::vm::Vm;

/// Binds arguments to parameters in place: `nargs` values at `args`, the last ones named by `names`, become the slots.
/// On failure all of them have been dropped.
///
/// # Safety
/// At `args` there is room for the frame and `nargs` more values below `stack_end`; there are at least as many values
/// as names.
pub(super) unsafe fn bind(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    args: *mut Value,
    nargs: usize,
    names: &[Value],
) -> PyResult<()> {
    // SAFETY: the caller gives up the `nargs` values at `args`: each is read out once. All slots are written before
    // they become a slice.
    unsafe {
        let npos = nargs - names.len();
        let simple = if names.is_empty() && code.params.total == code.argcount {
            bind_positional(vm, func, code, args, nargs)
        } else {
            bind_fitting(vm, func, code, args, npos, names)
        };
        if simple {
            return Ok(());
        }
        let mut values: SmallVec<[Value; 16]> = SmallVec::with_capacity(nargs);
        for i in 0..nargs {
            values.push(std::ptr::read(args.add(i)));
        }
        for i in 0..code.nslots {
            args.add(i).write(Value::NULL);
        }
        // Looking up a keyword may run Python code, whose frames belong above the slots.
        let top = vm.cx.sp.replace(args.add(code.nslots));
        let r = bind_values(
            vm,
            func,
            code,
            std::slice::from_raw_parts_mut(args, code.nslots),
            values,
            npos,
            names,
        );
        vm.cx.sp.set(top);
        if r.is_err() {
            drop_range(args, args.add(code.nslots));
        }
        r
    }
}

/// Positional arguments for positional parameters, the last ones perhaps from the defaults, and `*args` and `**kwargs`;
/// false, with nothing done, if they do not fit.
unsafe fn bind_positional(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    args: *mut Value,
    nargs: usize,
) -> bool {
    // SAFETY: from `nargs` on the places hold nothing, and there is room for all slots. Nothing sets the defaults
    // meanwhile: a clone runs no code, and neither do allocations.
    unsafe {
        let argcount = code.argcount;
        let mut rest = Value::NULL;
        if nargs < argcount {
            let missing = argcount - nargs;
            let defaults = func.defaults.peek().downcast::<PyTuple>();
            let defaults = defaults.map_or(&[][..], PyTuple::items);
            let Some(first) = defaults.len().checked_sub(missing) else {
                return false;
            };
            clone_to(&defaults[first..], args.add(nargs));
        } else if nargs > argcount {
            if !code.params.varargs {
                return false;
            }
            rest = vm.tuple_from_raw(args.add(argcount), nargs - argcount);
        }
        fill_rest(vm, code, args, rest, None);
        true
    }
}

/// Writes the slots behind the parameters: `*args`, `**kwargs`, and NULL for variables.
#[inline(always)]
unsafe fn fill_rest(
    vm: &Vm,
    code: &Linked,
    args: *mut Value,
    rest: Value,
    keywords: Option<Ref<PyDict>>,
) {
    // SAFETY: there is room for all slots, and those behind the parameters hold nothing.
    unsafe {
        let p = code.params;
        let mut at = args.add(p.total);
        let end = args.add(code.nslots);
        if p.varargs {
            at.write(match rest.is_null() {
                true => vm.new_tuple_from(&[]),
                false => rest,
            });
            at = at.add(1);
        }
        if p.varkw {
            let keywords = keywords.unwrap_or_else(|| vm.new_dict());
            at.write(keywords.into_value());
            at = at.add(1);
        }
        while at < end {
            at.write(Value::NULL);
            at = at.add(1);
        }
    }
}

/// The place of a keyword that goes to `**kwargs`.
const NOWHERE: u8 = u8::MAX;

/// Positional arguments and keywords, the latter named by the parameters' own strings or, if there is `**kwargs`, by
/// other interned ones, and for what is missing the defaults; `*args` takes what is beyond the parameters. False, with
/// nothing done, if it is not that simple.
unsafe fn bind_fitting(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    args: *mut Value,
    npos: usize,
    names: &[Value],
) -> bool {
    // SAFETY: until it is clear that everything fits, nothing is moved, and the defaults that have been looked up go
    // again. From then on each value is read out once before its place is written. Nothing sets the defaults
    // meanwhile: neither clones nor allocations run code. Unless the keywords are in order, each has its place written.
    //
    // `spare` has a place for each parameter. If every argument lies in its slot already, that is the slot. Else it lies
    // above arguments and slots: at most at `stack_end`, since there is room for the frame and `nargs` more values, and
    // beyond that are `STACK_SPARE` values.
    unsafe {
        let p = code.params;
        let (argcount, total) = (code.argcount, p.total);
        let direct = npos.min(argcount);
        if total >= STACK_SPARE || names.len() >= STACK_SPARE || npos > direct && !p.varargs {
            return false;
        }
        let nargs = npos + names.len();
        let named = &code.slot_names[..total];
        let in_order = npos == direct
            && npos >= p.posonly
            && nargs <= total
            && names.iter().zip(&named[npos..]).all(|(n, p)| n.is(p));
        let (filled, spare) = match in_order {
            true => (nargs, args),
            false => (direct, args.add(nargs.max(code.nslots))),
        };
        let mut given = (1u64 << filled) - 1;
        let mut places = [const { MaybeUninit::<u8>::uninit() }; STACK_SPARE];
        let mut others = 0;
        if !in_order {
            for (i, name) in names.iter().enumerate() {
                let Some(at) = named.iter().position(|n| n.is(name)) else {
                    // An interned name that is none of the parameters' is equal to none of them.
                    let name = name.downcast_exact::<PyStr>();
                    let interned = name.is_some_and(PyStr::is_interned);
                    if !p.varkw || !interned || names[..i].iter().any(|n| n.is(&names[i])) {
                        return false;
                    }
                    places[i].write(NOWHERE);
                    others += 1;
                    continue;
                };
                if at < p.posonly || given >> at & 1 != 0 {
                    return false;
                }
                given |= 1 << at;
                places[i].write(at as u8);
            }
        }
        let defaults = func.defaults.peek().downcast::<PyTuple>();
        let defaults = defaults.map_or(&[][..], PyTuple::items);
        // Of the positional parameters the last ones have defaults.
        let first = (!given).trailing_zeros() as usize;
        if first < argcount && first + defaults.len() < argcount {
            return false;
        }
        debug_assert!(spare <= vm.cx.stack_end);
        if argcount < total {
            let kwdefaults = func.kwdefaults.peek().downcast::<PyDict>();
            for i in argcount..total {
                if given >> i & 1 == 0 {
                    let Some(v) = kwdefaults.and_then(|d| d.get_unasked(&code.slot_names[i]))
                    else {
                        for i in (argcount..i).filter(|i| given >> i & 1 == 0) {
                            std::ptr::drop_in_place(spare.add(i));
                        }
                        return false;
                    };
                    spare.add(i).write(v);
                }
            }
        }
        // Everything fits.
        let rest = match npos > direct {
            true => vm.tuple_from_raw(args.add(direct), npos - direct),
            false => Value::NULL,
        };
        let keywords = (others > 0).then(|| vm.new_dict());
        if let Some(d) = &keywords {
            d.reserve(others);
        }
        if !in_order {
            for (i, name) in names.iter().enumerate() {
                let v = std::ptr::read(args.add(npos + i));
                match (&keywords, places[i].assume_init()) {
                    (Some(d), NOWHERE) => d.push_name(name, v),
                    (_, at) => spare.add(at as usize).write(v),
                }
            }
        }
        for i in filled..total {
            args.add(i).write(if i >= argcount || given >> i & 1 != 0 {
                std::ptr::read(spare.add(i))
            } else {
                defaults[i + defaults.len() - argcount].clone()
            });
        }
        fill_rest(vm, code, args, rest, keywords);
        true
    }
}

fn bind_values(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    slots: &mut [Value],
    mut values: SmallVec<[Value; 16]>,
    npos: usize,
    names: &[Value],
) -> PyResult<()> {
    let argcount = code.argcount;
    let Params {
        total,
        posonly,
        varargs,
        varkw,
    } = code.params;

    let keywords: SmallVec<[Value; 8]> = values.drain(npos..).collect();
    let mut kwdict = None;
    if varkw {
        let d = vm.new_dict();
        slots[total + varargs as usize] = d.value();
        kwdict = Some(d);
    }
    let mut extra: Vec<Value> = Vec::new();
    for (i, v) in values.into_iter().enumerate() {
        if i < argcount {
            slots[i] = v;
        } else {
            extra.push(v);
        }
    }
    let given_extra = extra.len();
    if varargs {
        slots[total] = vm.new_tuple(extra);
    }
    // Keywords by name. Interned names are compared by identity first.
    for (i, v) in keywords.into_iter().enumerate() {
        let Some(name) = names.get(i) else {
            continue;
        };
        if !vm.is_str(name) {
            return Err(vm.type_error(&format!(
                "{}() keywords must be strings",
                vm.callable_name(func)
            )));
        }
        let found = code.slot_names[..total]
            .iter()
            .position(|n| n.is(name))
            .or_else(|| {
                code.slot_names[..total]
                    .iter()
                    .position(|n| vm.same_str(n, name))
            });
        match found {
            Some(at) if at >= posonly => {
                if !slots[at].is_null() {
                    return Err(vm.type_error(&format!(
                        "{}() got multiple values for argument '{}'",
                        vm.callable_name(func),
                        vm.str_lossy(name)
                    )));
                }
                slots[at] = v;
            }
            _ => match &kwdict {
                Some(d) => {
                    if d.get(vm, name)?.is_some() {
                        return Err(vm.type_error(&format!(
                            "{}() got multiple values for keyword argument '{}'",
                            vm.callable_name(func),
                            vm.str_lossy(name)
                        )));
                    }
                    d.set(vm, name, v)?;
                }
                None => {
                    return Err(unexpected_keyword(
                        vm, func, code, name, names, posonly, total,
                    ));
                }
            },
        }
    }
    let defaults = func.defaults.get();
    let defaults = defaults
        .downcast::<PyTuple>()
        .map_or(&[][..], PyTuple::items);
    if given_extra > 0 && !varargs {
        return Err(too_many(
            vm,
            func,
            code,
            argcount + given_extra,
            defaults.len(),
            slots,
        ));
    }
    // Defaults.
    let first_default = argcount.saturating_sub(defaults.len());
    let skip = defaults.len().saturating_sub(argcount);
    let mut missing: Vec<usize> = Vec::new();
    for (i, slot) in slots[..argcount].iter_mut().enumerate() {
        if slot.is_null() {
            match i
                .checked_sub(first_default)
                .and_then(|d| defaults.get(d + skip))
            {
                Some(d) => *slot = d.clone(),
                None => missing.push(i),
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing_arguments(vm, func, code, &missing, "positional"));
    }
    if total > argcount {
        let kwdefaults = func.kwdefaults.get();
        let kwdefaults = kwdefaults.downcast::<PyDict>();
        for (i, slot) in slots.iter_mut().enumerate().take(total).skip(argcount) {
            if slot.is_null() {
                match kwdefaults
                    .map(|d| d.get(vm, &code.slot_names[i]))
                    .transpose()?
                    .flatten()
                {
                    Some(d) => *slot = d,
                    None => missing.push(i),
                }
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(vm, func, code, &missing, "keyword-only"));
        }
    }
    Ok(())
}

fn unexpected_keyword(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    name: &Value,
    names: &[Value],
    posonly: usize,
    total: usize,
) -> Raise {
    let who = vm.callable_name(func);
    if posonly > 0 {
        let passed: Vec<String> = code.slot_names[..posonly]
            .iter()
            .filter(|p| names.iter().any(|k| vm.same_str(p, k)))
            .map(|p| vm.str_lossy(p))
            .collect();
        if !passed.is_empty() {
            return vm.type_error(&format!(
                "{who}() got some positional-only arguments passed as keyword arguments: '{}'",
                passed.join(", ")
            ));
        }
    }
    let name = vm.str_lossy(name);
    let hint = if vm.version() >= crate::version::Version::V3_13 {
        let known: Vec<String> = code.slot_names[posonly.min(total)..total]
            .iter()
            .map(|n| vm.str_lossy(n))
            .collect();
        crate::suggest::closest(&name, &known).map(|s| format!(". Did you mean '{s}'?"))
    } else {
        None
    };
    vm.type_error(&format!(
        "{who}() got an unexpected keyword argument '{name}'{}",
        hint.unwrap_or_default()
    ))
}

fn too_many(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    given: usize,
    ndefaults: usize,
    slots: &[Value],
) -> Raise {
    let argcount = code.argcount;
    let kwonly = code.code.kwonlyargcount as usize;
    let kwonly_given = slots[argcount..argcount + kwonly]
        .iter()
        .filter(|v| !v.is_null())
        .count();
    let (takes, plural) = if ndefaults > 0 {
        (
            // More defaults than parameters are counted as they are.
            format!("from {} to {argcount}", argcount as i64 - ndefaults as i64),
            true,
        )
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let kw = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if kwonly_given == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    vm.type_error(&format!(
        "{}() takes {takes} positional argument{} but {given}{kw} {} given",
        vm.callable_name(func),
        if plural { "s" } else { "" },
        if given == 1 && kwonly_given == 0 {
            "was"
        } else {
            "were"
        }
    ))
}

fn missing_arguments(
    vm: &Vm,
    func: &PyFunction,
    code: &Linked,
    missing: &[usize],
    what: &str,
) -> Raise {
    let names: Vec<String> = missing
        .iter()
        .map(|i| format!("'{}'", vm.str_lossy(&code.slot_names[*i])))
        .collect();
    let list = match names.as_slice() {
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [start @ .., last] => format!("{}, and {last}", start.join(", ")),
        [] => String::new(),
    };
    vm.type_error(&format!(
        "{}() missing {} required {what} argument{}: {list}",
        vm.callable_name(func),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}
