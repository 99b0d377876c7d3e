//! `match` statements.

use opyc_core::error::PyResult;
use opyc_core::interp::StackCx;
use opyc_core::object::{PyDict, PyTuple, PyType, TypeFlags};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

opcodes! {
    /// Pushes the length of the value on top.
    GET_LEN (value -- value length) in 10..=14, stack byte_get_len;
    /// Says whether a value can match a mapping pattern.
    MATCH_MAPPING (value -- value bool) in 10..=14, stack byte_match_mapping;
    /// Says whether a value can match a sequence pattern.
    MATCH_SEQUENCE (value -- value bool) in 10..=14, stack byte_match_sequence;
    /// Pushes the tuple of the values of all keys, or None, and whether all are there.
    MATCH_KEYS (value keys -- value keys values bool) in 10..=10, stack byte_match_keys_bool;
    /// Pushes the tuple of the values of all keys, or None if one is missing.
    MATCH_KEYS (value keys -- value keys values) in 11..=14, stack byte_match_keys;
    /// Replaces value and class by the tuple of attributes that a class pattern asks for and True, or by the value
    /// and False.
    MATCH_CLASS (value class names -- attributes bool) in 10..=10, stack byte_match_class_bool;
    /// Replaces value and class by the tuple of attributes that a class pattern asks for, or None.
    MATCH_CLASS (value class names -- attributes) in 11..=11, stack byte_match_type;
    /// As before; the pattern must be what messages call a class.
    MATCH_CLASS (value class names -- attributes) in 12..=14, stack byte_match_class;
    /// Replaces the keys by a dict of the items of a mapping that have other keys.
    COPY_DICT_WITHOUT_KEYS (mapping keys -- mapping rest) in 10..=10, stack byte_copy_dict_without_keys;
}

fn byte_get_len(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 2]> {
    let n = cx.vm.len(&value)?;
    let n = cx.vm.new_uint(n as u64);
    Ok([value, n])
}

fn byte_match_mapping(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 2]> {
    let matches = cx.vm.type_of(&value).flags().any(TypeFlags::MAPPING);
    Ok([value, Value::bool(matches)])
}

fn byte_match_sequence(cx: &StackCx<'_>, [value]: [Value; 1]) -> PyResult<[Value; 2]> {
    let matches = cx.vm.type_of(&value).flags().any(TypeFlags::SEQUENCE);
    Ok([value, Value::bool(matches)])
}

/// The items of a tuple that the compiler has made.
fn constants<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a PyTuple> {
    v.downcast::<PyTuple>()
        .ok_or_else(|| vm.system_error("a pattern needs a tuple"))
}

/// The values of all keys, or None if one is missing. Missing keys are not made up (`defaultdict`): `get` is asked.
fn match_keys(vm: &Vm, mapping: &Value, keys: &Value) -> PyResult {
    let keys = constants(vm, keys)?;
    let mut values = Vec::with_capacity(keys.len());
    if keys.is_empty() {
        return Ok(vm.new_tuple(values));
    }
    let seen = vm.new_set();
    let get = vm.get_attr_str(mapping, "get")?;
    // Any new object tells a missing key from every value.
    let missing = vm.new_list(Vec::new());
    for key in keys.iter() {
        if !seen.add(vm, key)? {
            let key = vm.repr_text(key)?;
            return Err(vm.value_error(&format!("mapping pattern checks duplicate key ({key})")));
        }
        let v = vm.call(&get, &[key.clone(), missing.clone()])?;
        if v.is(&missing) {
            return Ok(Value::NONE);
        }
        values.push(v);
    }
    Ok(vm.new_tuple(values))
}

fn byte_match_keys(cx: &StackCx<'_>, [value, keys]: [Value; 2]) -> PyResult<[Value; 3]> {
    let values = match_keys(cx.vm, &value, &keys)?;
    Ok([value, keys, values])
}

fn byte_match_keys_bool(cx: &StackCx<'_>, [value, keys]: [Value; 2]) -> PyResult<[Value; 4]> {
    let values = match_keys(cx.vm, &value, &keys)?;
    let all = Value::bool(!values.is_none());
    Ok([value, keys, values, all])
}

/// The attributes that a class pattern asks for: `positional` ones by `__match_args__`, then those of `names`.
/// `None`: no instance, or an attribute is missing. A message says that the pattern must be `what`.
fn match_class(
    vm: &Vm,
    what: &str,
    value: &Value,
    class: &Value,
    names: &Value,
    positional: usize,
) -> PyResult<Option<Value>> {
    let Some(ty) = class.downcast::<PyType>() else {
        return Err(vm.type_error(&format!("called match pattern must be {what}")));
    };
    let names = constants(vm, names)?;
    if !vm.isinstance(value, class)? {
        return Ok(None);
    }
    let seen = vm.new_set();
    let mut found = Vec::with_capacity(positional + names.len());
    let mut add = |name: &Value| -> PyResult<bool> {
        if !seen.add(vm, name)? {
            let (c, n) = (ty.name(), vm.repr_text(name)?);
            return Err(vm.type_error(&format!(
                "{c}() got multiple sub-patterns for attribute {n}"
            )));
        }
        match vm.get_attr_opt(value, name)? {
            Some(v) => {
                found.push(v);
                Ok(true)
            }
            None => Ok(false),
        }
    };
    let mut itself = false;
    if positional > 0 {
        let args = vm.get_attr_opt(class, &vm.names.match_args)?;
        let args_value = args.unwrap_or_else(|| {
            itself = matches_itself(ty);
            vm.new_tuple(Vec::new())
        });
        let Some(args) = args_value.downcast_exact::<PyTuple>() else {
            let (c, got) = (ty.name(), vm.type_name(&args_value));
            return Err(vm.type_error(&format!("{c}.__match_args__ must be a tuple (got {got})")));
        };
        let allowed = if itself { 1 } else { args.len() };
        if allowed < positional {
            let plural = if allowed == 1 { "" } else { "s" };
            let c = ty.name();
            let text = format!(
                "{c}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
            );
            return Err(vm.type_error(&text));
        }
        if !itself {
            for name in args.iter().take(positional) {
                if !vm.is_str(name) {
                    let got = vm.type_name(name);
                    return Err(vm.type_error(&format!(
                        "__match_args__ elements must be strings (got {got})"
                    )));
                }
                if !add(name)? {
                    return Ok(None);
                }
            }
        }
    }
    for name in names.iter() {
        if !add(name)? {
            return Ok(None);
        }
    }
    if itself {
        found.insert(0, value.clone());
    }
    Ok(Some(vm.new_tuple(found)))
}

/// Whether instances match themselves as the single positional sub-pattern: those of some builtin types, and of
/// their subclasses.
fn matches_itself(ty: &PyType) -> bool {
    let flagged = |t: &Value| {
        t.downcast::<PyType>()
            .is_some_and(|t| t.flags().any(TypeFlags::MATCH_SELF))
    };
    let mro = ty.mro.get();
    mro.downcast::<PyTuple>()
        .is_some_and(|m| m.iter().any(flagged))
}

fn byte_match_class(cx: &StackCx<'_>, [value, class, names]: [Value; 3]) -> PyResult<[Value; 1]> {
    let found = match_class(cx.vm, "a class", &value, &class, &names, cx.arg() as usize)?;
    Ok([found.unwrap_or(Value::NONE)])
}

fn byte_match_type(cx: &StackCx<'_>, [value, class, names]: [Value; 3]) -> PyResult<[Value; 1]> {
    let found = match_class(cx.vm, "a type", &value, &class, &names, cx.arg() as usize)?;
    Ok([found.unwrap_or(Value::NONE)])
}

fn byte_match_class_bool(
    cx: &StackCx<'_>,
    [value, class, names]: [Value; 3],
) -> PyResult<[Value; 2]> {
    Ok(
        match match_class(cx.vm, "a type", &value, &class, &names, cx.arg() as usize)? {
            Some(attributes) => [attributes, Value::TRUE],
            None => [value, Value::FALSE],
        },
    )
}

fn byte_copy_dict_without_keys(
    cx: &StackCx<'_>,
    [mapping, keys]: [Value; 2],
) -> PyResult<[Value; 2]> {
    let rest = cx.vm.new_dict();
    crate::calls_ex::merge_mapping(cx.vm, &rest, &mapping)?;
    for key in constants(cx.vm, &keys)?.iter() {
        PyDict::remove(&rest, cx.vm, key)?;
    }
    Ok([mapping, rest.into_value()])
}
