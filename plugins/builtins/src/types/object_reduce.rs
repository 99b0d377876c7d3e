//! How objects are copied and pickled: `__reduce__`, `__reduce_ex__`, `__getstate__`.

use opyc_core::error::PyResult;
use opyc_core::object::{PyDescr, PyDict, PyList, PyTuple, PyType, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

/// `object.__reduce__`: protocol 0.
pub(super) fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    common_reduce(vm, &args[0], 0)
}

/// `object.__reduce_ex__`: what a class's own `__reduce__` says, else the common way.
pub(super) fn reduce_ex(vm: &Vm, args: &[Value]) -> PyResult {
    let protocol = vm.int_arg(&args[1])?;
    let ty = vm.type_of(&args[0]);
    if let Some(r) = vm.lookup_type(ty, &vm.names.reduce) {
        let own = r
            .downcast::<PyDescr>()
            .is_none_or(|d| !std::ptr::eq(&*d.owner, &*vm.types.object));
        if own {
            return vm.call_method(&args[0], &vm.names.reduce, &[]);
        }
    }
    common_reduce(vm, &args[0], protocol)
}

fn common_reduce(vm: &Vm, this: &Value, protocol: i64) -> PyResult {
    let copyreg = vm.import_module("copyreg")?;
    if protocol >= 2 {
        return reduce_newobj(vm, &copyreg, this);
    }
    vm.call_method_str(
        &copyreg,
        "_reduce_ex",
        &[this.clone(), vm.new_int(protocol)],
    )
}

/// Arguments for `__new__`: `__getnewargs_ex__`, `__getnewargs__`, or none; and whether there was either.
fn newargs(vm: &Vm, this: &Value) -> PyResult<(Option<Value>, Option<Value>)> {
    if let Some(r) = vm.get_attr_opt(this, &vm.names.getnewargs_ex)? {
        let r = vm.call(&r, &[])?;
        let Some(pair) = r.downcast::<PyTuple>() else {
            let t = vm.type_name(&r);
            return Err(vm.type_error(&format!(
                "__getnewargs_ex__ should return a tuple, not '{t}'"
            )));
        };
        let [args, kwargs] = pair.items() else {
            let n = pair.len();
            return Err(vm.value_error(&format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {n}"
            )));
        };
        if args.downcast::<PyTuple>().is_none() {
            let t = vm.type_name(args);
            return Err(vm.type_error(&format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{t}'"
            )));
        }
        if kwargs.downcast::<PyDict>().is_none() {
            let t = vm.type_name(kwargs);
            return Err(vm.type_error(&format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{t}'"
            )));
        }
        return Ok((Some(args.clone()), Some(kwargs.clone())));
    }
    if let Some(r) = vm.get_attr_opt(this, &vm.names.getnewargs)? {
        let r = vm.call(&r, &[])?;
        if r.downcast::<PyTuple>().is_none() {
            let t = vm.type_name(&r);
            return Err(vm.type_error(&format!("__getnewargs__ should return a tuple, not '{t}'")));
        }
        return Ok((Some(r), None));
    }
    Ok((None, None))
}

fn reduce_newobj(vm: &Vm, copyreg: &Value, this: &Value) -> PyResult {
    let cls = value_of(vm.type_of(this));
    if vm.lookup_type(vm.type_of(this), &vm.names.new).is_none() {
        return Err(vm.type_error(&format!("cannot pickle '{}' object", vm.type_name(this))));
    }
    let (args, kwargs) = newargs(vm, this)?;
    let has_args = args.is_some();
    let kwargs = kwargs.filter(|k| k.downcast::<PyDict>().is_some_and(|d| !d.is_empty()));
    let (function, arguments) = match (args, kwargs) {
        (args, None) => {
            let mut all = vec![cls];
            all.extend(
                args.iter()
                    .filter_map(|a| a.downcast::<PyTuple>())
                    .flat_map(|t| t.iter().cloned()),
            );
            (vm.get_attr_str(copyreg, "__newobj__")?, vm.new_tuple(all))
        }
        (args, Some(kwargs)) => {
            let args = args.unwrap_or_else(|| vm.new_tuple(Vec::new()));
            (
                vm.get_attr_str(copyreg, "__newobj_ex__")?,
                vm.new_tuple(vec![cls, args, kwargs]),
            )
        }
    };
    let is_list = this.downcast::<PyList>().is_some();
    let is_dict = this.downcast::<PyDict>().is_some();
    let state = object_state(vm, this, !(has_args || is_list || is_dict))?;
    let list_items = if is_list {
        vm.get_iter(this)?
    } else {
        Value::NONE
    };
    let dict_items = if is_dict {
        let items = vm.call_method_str(this, "items", &[])?;
        vm.get_iter(&items)?
    } else {
        Value::NONE
    };
    Ok(vm.new_tuple(vec![function, arguments, state, list_items, dict_items]))
}

/// `__getstate__` where a class has one (always from 3.11 on), else the usual state.
fn object_state(vm: &Vm, this: &Value, required: bool) -> PyResult {
    match vm.get_attr_opt(this, &vm.names.getstate)? {
        Some(f) => {
            let native = f
                .downcast::<opyc_core::object::PyBuiltin>()
                .is_some_and(|b| {
                    b.owner.get().is(vm.types.object.as_value()) && b.this.get().is(this)
                });
            if native {
                default_state(vm, this, required)
            } else {
                vm.call(&f, &[])
            }
        }
        None => default_state(vm, this, required),
    }
}

/// `object.__getstate__`.
pub(super) fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
    default_state(vm, &args[0], false)
}

/// The instance's dict, or None; in a pair with a dict of `__slots__` values where there are some.
fn default_state(vm: &Vm, this: &Value, required: bool) -> PyResult {
    let ty = vm.type_of(this);
    if required && !ty.is_heap() && payload_has_state(vm, ty) {
        let text = if vm.version() >= Version::V3_8 {
            format!("cannot pickle '{}' object", vm.type_name(this))
        } else {
            format!("can't pickle {} objects", vm.type_name(this))
        };
        return Err(vm.type_error(&text));
    }
    let dict = match vm.instance_dict_opt(this) {
        Some(d) => d.into_value(),
        None => Value::NONE,
    };
    let names = slot_names(vm, ty)?;
    if names.is_none() {
        return Ok(dict);
    }
    let slots = vm.new_dict();
    for name in vm.collect(&names)? {
        if let Some(v) = vm.get_attr_opt(this, &name)? {
            slots.set(vm, &name, v)?;
        }
    }
    if slots.is_empty() {
        return Ok(dict);
    }
    Ok(vm.new_pair(dict, slots.into_value()))
}

/// The names of a class's slots: what `copyreg._slotnames` has left in the class, which it does when it is called first.
fn slot_names(vm: &Vm, ty: &PyType) -> PyResult {
    match vm.own_attr(ty, &vm.names.slotnames) {
        Some(names) if names.is_none() || names.downcast::<PyList>().is_some() => Ok(names),
        _ => {
            let copyreg = vm.import_module("copyreg")?;
            vm.call_method_str(&copyreg, "_slotnames", &[value_of(ty)])
        }
    }
}

/// Whether objects of a builtin type hold more than a pickle without arguments could tell.
fn payload_has_state(vm: &Vm, ty: &PyType) -> bool {
    let plain = [&vm.types.object, &vm.types.namespace];
    !plain.iter().any(|p| std::ptr::eq(&***p, ty)) && !ty.is_subtype(&vm.exc_types.BaseException)
}
