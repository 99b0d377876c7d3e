//! `tuple`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PySlice, PyTuple, PyType};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::support::*;

type_def!(
    TUPLE,
    "tuple",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__len__", "", len),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__contains__", "key, /", contains),
        MethodDef::method("__getitem__", "key, /", get_item),
        MethodDef::method("__add__", "value, /", add),
        MethodDef::method("__mul__", "value, /", multiply),
        MethodDef::method("__rmul__", "value, /", multiply),
        MethodDef::method("__getnewargs__", "", getnewargs),
        MethodDef::method("__sizeof__", "", sizeof),
        MethodDef::method("count", "value, /", count),
        MethodDef::method("index", "value, start=, stop=, /", index),
    ]
);

comparisons!(TUPLE_COMPARE, "tuple", compare);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error("tuple.__new__(): not enough arguments"));
    };
    let class = this::<PyType>(vm, class)?;
    let exact = std::ptr::eq(class, &*vm.types.tuple);
    let items = match sequence_argument(vm, "tuple", args, || is_plain(vm, class, &vm.types.tuple))?
    {
        Some(v) if exact && v.downcast_exact::<PyTuple>().is_some() => return Ok(v),
        Some(v) => vm.collect(&v)?,
        None => Vec::new(),
    };
    Ok(if exact {
        vm.new_tuple(items)
    } else {
        vm.new_tuple_of(class, items)
    })
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let t = this::<PyTuple>(vm, &args[0])?;
    repr_guarded(vm, &args[0], "(...)", |out| {
        out.push_utf8("(");
        push_reprs(vm, out, |i| t.get(i).cloned())?;
        out.push_utf8(if t.len() == 1 { ",)" } else { ")" });
        Ok(())
    })
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.hash_tuple(this::<PyTuple>(vm, &args[0])?)?))
}

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(this::<PyTuple>(vm, &args[0])?.len() as i64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_seq_iter(&vm.types.tuple_iterator, args[0].clone(), 0, false))
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    for v in this::<PyTuple>(vm, &args[0])?.iter() {
        if vm.same_or_equal(v, &args[1])? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<PyTuple>(), b.downcast::<PyTuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    compare_tuples(vm, op, x.items(), y.items())
}

/// What a comparison of tuples of these items gives. Other than lists, tuples of different length are compared item
/// by item also for equality.
pub fn compare_tuples(vm: &Vm, op: CmpOp, a: &[Value], b: &[Value]) -> PyResult {
    for (x, y) in a.iter().zip(b) {
        if !vm.same_or_equal(x, y)? {
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, x, y),
            };
        }
    }
    Ok(Value::bool(op.holds(a.len().cmp(&b.len()))))
}

fn get_item(vm: &Vm, args: &[Value]) -> PyResult {
    let t = this::<PyTuple>(vm, &args[0])?;
    if let Some(s) = args[1].downcast::<PySlice>() {
        let items = slice_items(vm, s, || t.len(), |i| t.get(i).cloned())?;
        let whole = items.len() == t.len() && s.step.as_int().unwrap_or(1) == 1;
        if whole && args[0].downcast_exact::<PyTuple>().is_some() {
            return Ok(args[0].clone());
        }
        return Ok(vm.new_tuple(items));
    }
    let i = item_index(vm, "tuple", &args[1])?;
    position(i, t.len())
        .and_then(|i| t.get(i).cloned())
        .ok_or_else(|| vm.index_error("tuple index out of range"))
}

fn add(vm: &Vm, args: &[Value]) -> PyResult {
    let t = this::<PyTuple>(vm, &args[0])?;
    let Some(other) = args[1].downcast::<PyTuple>() else {
        return Err(vm.type_error(&format!(
            "can only concatenate tuple (not \"{}\") to tuple",
            vm.type_name(&args[1])
        )));
    };
    if t.is_empty() && args[1].downcast_exact::<PyTuple>().is_some() {
        return Ok(args[1].clone());
    }
    if other.is_empty() && args[0].downcast_exact::<PyTuple>().is_some() {
        return Ok(args[0].clone());
    }
    let mut items = with_room(vm, t.len().saturating_add(other.len()))?;
    items.extend(t.iter().chain(other.iter()).cloned());
    Ok(vm.new_tuple(items))
}

fn multiply(vm: &Vm, args: &[Value]) -> PyResult {
    let t = this::<PyTuple>(vm, &args[0])?;
    if args[1].as_int() == Some(1) && args[0].downcast_exact::<PyTuple>().is_some() {
        return Ok(args[0].clone());
    }
    let items = t.repeat(repetitions(vm, &args[1])?);
    Ok(vm.new_tuple(items.ok_or_else(|| vm.memory_error())?))
}

fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
    let items = this::<PyTuple>(vm, &args[0])?.items().to_vec();
    Ok(vm.new_tuple(vec![vm.new_tuple(items)]))
}

fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
    let n = this::<PyTuple>(vm, &args[0])?.len() as i64;
    // 3.14 keeps the hash in the tuple.
    let base = if vm.version() >= Version::V3_14 {
        32
    } else {
        24
    };
    Ok(vm.new_int(base + 8 * n))
}

fn count(vm: &Vm, args: &[Value]) -> PyResult {
    let mut n = 0;
    for v in this::<PyTuple>(vm, &args[0])?.iter() {
        n += i64::from(vm.same_or_equal(v, &args[1])?);
    }
    Ok(vm.new_int(n))
}

fn index(vm: &Vm, args: &[Value]) -> PyResult {
    let t = this::<PyTuple>(vm, &args[0])?;
    let start = bound(vm, &args[2], t.len(), 0)?;
    let stop = bound(vm, &args[3], t.len(), t.len())?;
    for i in start..stop {
        if let Some(v) = t.get(i)
            && vm.same_or_equal(v, &args[1])?
        {
            return Ok(vm.new_int(i as i64));
        }
    }
    Err(vm.value_error("tuple.index(x): x not in tuple"))
}
