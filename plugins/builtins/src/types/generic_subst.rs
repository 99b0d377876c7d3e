//! Type variables in generic aliases: finding them, and putting arguments in their place.

use opyc_core::error::PyResult;
use opyc_core::object::{PyTuple, PyType};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

/// Whether a value is a type variable itself.
fn is_variable(vm: &Vm, v: &Value) -> PyResult<bool> {
    if v.downcast::<PyType>().is_some() {
        return Ok(false);
    }
    if vm.version() >= Version::V3_11 {
        return Ok(vm
            .get_attr_opt(v, &vm.intern("__typing_subst__"))?
            .is_some());
    }
    // Before, by the names of the types in `typing`.
    let ty = vm.type_of(v);
    let name = ty.name();
    if name != "TypeVar" && (vm.version() < Version::V3_10 || name != "ParamSpec") {
        return Ok(false);
    }
    let module = vm.own_attr(ty, &vm.names.module);
    Ok(module.is_some_and(|m| vm.str_lossy(&m) == "typing"))
}

/// The type variables in the arguments, in order, each once: `__parameters__`.
pub(super) fn parameters_of(vm: &Vm, args: &Value) -> PyResult {
    let mut out: Vec<Value> = Vec::new();
    let mut add = |v: Value| {
        if !out.iter().any(|o| o.is(&v)) {
            out.push(v);
        }
    };
    let name = vm.intern("__parameters__");
    for arg in args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
        if arg.downcast::<PyType>().is_some() && vm.version() >= Version::V3_11 {
            continue;
        }
        if is_variable(vm, arg)? {
            add(arg.clone());
        } else if let Some(inner) = vm.get_attr_opt(arg, &name)?
            && let Some(inner) = inner.downcast::<PyTuple>()
        {
            inner.iter().cloned().for_each(&mut add);
        }
    }
    Ok(vm.new_tuple(out))
}

fn items(v: &Value) -> &[Value] {
    v.downcast::<PyTuple>().map_or(&[][..], PyTuple::items)
}

/// The items of a subscript: those of a tuple, else the value; from 3.11 on with starred tuples unpacked.
fn subscript_items(vm: &Vm, item: &Value) -> PyResult<Vec<Value>> {
    let all = match item.downcast::<PyTuple>() {
        Some(t) => t.items().to_vec(),
        None => vec![item.clone()],
    };
    if vm.version() < Version::V3_11 {
        return Ok(all);
    }
    let name = vm.intern("__typing_unpacked_tuple_args__");
    let mut out = Vec::with_capacity(all.len());
    for v in all {
        let inner = if v.downcast::<PyType>().is_some() {
            None
        } else {
            vm.get_attr_opt(&v, &name)?
        };
        match inner.as_ref().and_then(|i| i.downcast::<PyTuple>()) {
            // An open-ended tuple stays as it is.
            Some(t) if !t.items().last().is_some_and(Value::is_ellipsis) => {
                out.extend(t.iter().cloned())
            }
            _ => out.push(v),
        }
    }
    Ok(out)
}

/// The arguments with the type variables `parameters` replaced by what `item` gives.
pub(super) fn substitute(
    vm: &Vm,
    this: &Value,
    args: &Value,
    parameters: &Value,
    item: &Value,
) -> PyResult {
    let params = items(parameters);
    let modern = vm.version() >= Version::V3_11;
    if params.is_empty() {
        let text = if modern {
            format!("{} is not a generic class", vm.repr_text(this)?)
        } else {
            format!(
                "There are no type variables left in {}",
                vm.repr_text(this)?
            )
        };
        return Err(vm.type_error(&text));
    }
    let mut given = subscript_items(vm, item)?;
    if modern {
        let prepare = vm.intern("__typing_prepare_subst__");
        for p in params {
            if let Some(f) = vm.get_attr_opt(p, &prepare)?
                && !f.is_none()
            {
                let all = vm.new_tuple(given);
                given = match vm.call(&f, &[this.clone(), all])? {
                    r if r.downcast::<PyTuple>().is_some() => items(&r).to_vec(),
                    r => vec![r],
                };
            }
        }
    }
    if given.len() != params.len() {
        let how = if given.len() > params.len() {
            "many"
        } else {
            "few"
        };
        let counts = if modern {
            format!("; actual {}, expected {}", given.len(), params.len())
        } else {
            String::new()
        };
        return Err(vm.type_error(&format!(
            "Too {how} arguments for {}{counts}",
            vm.repr_text(this)?
        )));
    }
    let mut out = Vec::new();
    for arg in items(args) {
        substitute_one(vm, arg, params, &given, &mut out)?;
    }
    Ok(vm.new_tuple(out))
}

/// Puts one argument, with its type variables replaced, at the end of `out`.
fn substitute_one(
    vm: &Vm,
    arg: &Value,
    params: &[Value],
    given: &[Value],
    out: &mut Vec<Value>,
) -> PyResult<()> {
    let modern = vm.version() >= Version::V3_11;
    if modern && arg.downcast::<PyType>().is_some() {
        out.push(arg.clone());
        return Ok(());
    }
    if let Some(i) = params.iter().position(|p| p.is(arg)) {
        let new = &given[i];
        if !modern {
            out.push(new.clone());
            return Ok(());
        }
        let f = vm.get_attr_str(arg, "__typing_subst__")?;
        let r = vm.call(&f, std::slice::from_ref(new))?;
        match r.downcast::<PyTuple>() {
            // What stands for `*Ts` gives several.
            Some(t) if unpacks(vm, arg)? => out.extend(t.iter().cloned()),
            _ => out.push(r),
        }
        return Ok(());
    }
    let inner = vm.get_attr_opt(arg, &vm.intern("__parameters__"))?;
    let inner = inner.as_ref().map_or(&[][..], |i| items(i));
    if inner.is_empty() {
        out.push(arg.clone());
        return Ok(());
    }
    let mut inner_args = Vec::new();
    for p in inner {
        match params.iter().position(|q| q.is(p)) {
            Some(i) => match given[i].downcast::<PyTuple>() {
                Some(t) if unpacks(vm, p)? => inner_args.extend(t.iter().cloned()),
                _ => inner_args.push(given[i].clone()),
            },
            None => inner_args.push(p.clone()),
        }
    }
    let r = vm.get_item(arg, &vm.new_tuple(inner_args))?;
    let unpacked = vm.get_attr_opt(arg, &vm.intern("__typing_unpacked_tuple_args__"))?;
    let starred = unpacked.is_some_and(|u| !u.is_none());
    match vm
        .get_attr_opt(&r, &vm.intern("__typing_unpacked_tuple_args__"))?
        .as_ref()
        .filter(|_| modern && starred)
    {
        Some(t) if t.downcast::<PyTuple>().is_some() => out.extend(items(t).iter().cloned()),
        _ => out.push(r),
    }
    Ok(())
}

/// Whether a type variable stands for several types (`TypeVarTuple`).
fn unpacks(vm: &Vm, v: &Value) -> PyResult<bool> {
    Ok(vm
        .get_attr_opt(v, &vm.intern("__typing_is_unpacked_typevartuple__"))?
        .is_some_and(|u| u.as_bool() == Some(true))
        || vm.type_of(v).name() == "TypeVarTuple")
}
