//! `list`.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{Access, MethodDef, PyList, PySlice, PyStr, PyTuple, Shortcut};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::sort::sort_values;
use super::support::*;

type_def!(
    LIST,
    "list",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::absent("__hash__"),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__len__", "", len),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__reversed__", "", reversed),
        MethodDef::method("__contains__", "key, /", contains),
        MethodDef::method("__getitem__", "index, /", get_item),
        MethodDef::method("__setitem__", "key, value, /", set_item),
        MethodDef::method("__delitem__", "key, /", del_item),
        MethodDef::method("__add__", "value, /", add),
        MethodDef::method("__iadd__", "value, /", in_place_add),
        MethodDef::method("__mul__", "value, /", multiply),
        MethodDef::method("__rmul__", "value, /", multiply),
        MethodDef::method("__imul__", "value, /", in_place_multiply),
        MethodDef::method("__sizeof__", "", sizeof),
        MethodDef::method("append", "object, /", append).shortcut(Shortcut::Append),
        MethodDef::method("clear", "", clear),
        MethodDef::method("copy", "", copy),
        MethodDef::method("count", "value, /", count),
        MethodDef::method("extend", "iterable, /", extend),
        MethodDef::method("index", "value, start=, stop=, /", index),
        MethodDef::method("insert", "index, object, /", insert),
        MethodDef::method("pop", "index=, /", pop),
        MethodDef::method("remove", "value, /", remove),
        MethodDef::method("reverse", "", reverse),
        MethodDef::raw("sort", Access::Method, sort_3_6).until(Version::V3_6),
        MethodDef::method("sort", "*, key=, reverse=", sort).since(Version::V3_7),
    ]
);

comparisons!(LIST_COMPARE, "list", compare);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    match args.pos().first().and_then(Value::downcast) {
        Some(class) => Ok(vm.new_list_of(class, Vec::new())),
        None => Err(vm.type_error("list.__new__(): not enough arguments")),
    }
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(me) = args.pos().first() else {
        return Err(vm.type_error("list.__init__() needs an argument"));
    };
    let list = this::<PyList>(vm, me)?;
    let source = sequence_argument(vm, "list", args, || {
        is_plain(vm, vm.type_of(me), &vm.types.list)
    })?;
    list.items.clear();
    if let Some(s) = source {
        extend_list(vm, list, &s)?;
    }
    Ok(Value::NONE)
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    repr_guarded(vm, &args[0], "[...]", |out| {
        out.push_utf8("[");
        push_reprs(vm, out, |i| list.items.get(i))?;
        out.push_utf8("]");
        Ok(())
    })
}

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(this::<PyList>(vm, &args[0])?.items.len() as i64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_seq_iter(&vm.types.list_iterator, args[0].clone(), 0, false))
}

fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
    let n = this::<PyList>(vm, &args[0])?.items.len();
    Ok(vm.new_seq_iter(&vm.types.list_reverseiterator, args[0].clone(), n, true))
}

/// The position of the first item equal to `v` in `start..stop`.
fn find(vm: &Vm, list: &PyList, v: &Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(item) = list.items.get(i)
    {
        if vm.same_or_equal(&item, v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    Ok(Value::bool(
        find(vm, list, &args[1], 0, usize::MAX)?.is_some(),
    ))
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<PyList>(), b.downcast::<PyList>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    compare_items(
        vm,
        op,
        (|| x.items.len(), |i| x.items.get(i)),
        (|| y.items.len(), |i| y.items.get(i)),
    )
}

fn get_item(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    if let Some(s) = args[1].downcast::<PySlice>() {
        let (start, stop, step, _) = vm.slice_bounds(s)?.adjust(list.items.len());
        if step == 1 {
            let range = (
                usize::try_from(start).unwrap_or(0),
                usize::try_from(stop).unwrap_or(0),
            );
            return Ok(vm.new_list(list.items.range(range.0, range.1)));
        }
        return Ok(vm.new_list(slice_items(
            vm,
            s,
            || list.items.len(),
            |i| list.items.get(i),
        )?));
    }
    let i = item_index(vm, "list", &args[1])?;
    position(i, list.items.len())
        .and_then(|i| list.items.get(i))
        .ok_or_else(|| vm.index_error("list index out of range"))
}

fn out_of_range(vm: &Vm) -> Raise {
    vm.index_error("list assignment index out of range")
}

fn set_item(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    if let Some(s) = args[1].downcast::<PySlice>() {
        return set_slice(vm, &args[0], list, s, &args[2]);
    }
    let i = item_index(vm, "list", &args[1])?;
    match position(i, list.items.len()) {
        Some(i) if list.items.set(i, args[2].clone()) => Ok(Value::NONE),
        _ => Err(out_of_range(vm)),
    }
}

fn set_slice(vm: &Vm, me: &Value, list: &PyList, s: &PySlice, value: &Value) -> PyResult {
    let bounds = vm.slice_bounds(s)?;
    let plain = bounds.step == 1;
    let text = if plain && vm.version() < Version::V3_13 {
        "can only assign an iterable"
    } else {
        "must assign iterable to extended slice"
    };
    let items = if value.is(me) {
        list.items.to_vec()
    } else {
        collect_as(vm, value, text)?
    };
    let (start, stop, step, n) = bounds.adjust(list.items.len());
    if plain {
        let start = usize::try_from(start).unwrap_or(0);
        let stop = usize::try_from(stop).unwrap_or(0).max(start);
        drop(list.items.splice(start, stop, items));
        return Ok(Value::NONE);
    }
    if items.len() != n {
        return Err(vm.value_error(&format!(
            "attempt to assign sequence of size {} to extended slice of size {n}",
            items.len()
        )));
    }
    let mut at = start;
    for v in items {
        if let Ok(i) = usize::try_from(at) {
            list.items.set(i, v);
        }
        at = at.wrapping_add(step);
    }
    Ok(Value::NONE)
}

/// All items of an iterable; TypeError with a text of our own for what is none.
fn collect_as(vm: &Vm, v: &Value, text: &str) -> PyResult<Vec<Value>> {
    if v.downcast_exact::<PyList>().is_some() || v.downcast_exact::<PyTuple>().is_some() {
        return vm.collect(v);
    }
    let it = match vm.get_iter(v) {
        Ok(it) => it,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => return Err(vm.type_error(text)),
        Err(r) => return Err(r),
    };
    vm.collect(&it)
}

fn del_item(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    if let Some(s) = args[1].downcast::<PySlice>() {
        let (start, _, step, n) = vm.slice_bounds(s)?.adjust(list.items.len());
        if n == 0 {
            return Ok(Value::NONE);
        }
        // Ascending, whichever way the slice goes.
        let last = start + (n as i64 - 1) * step;
        let (first, step) = if step < 0 {
            (last, step.unsigned_abs())
        } else {
            (start, step.unsigned_abs())
        };
        let first = usize::try_from(first).unwrap_or(0);
        if step == 1 {
            drop(list.items.splice(first, first + n, Vec::new()));
            return Ok(Value::NONE);
        }
        let (mut kept, mut gone) = (with_room(vm, list.items.len())?, Vec::new());
        for (i, v) in list.items.take().into_iter().enumerate() {
            let out = i >= first && ((i - first) as u64).is_multiple_of(step) && gone.len() < n;
            if out { gone.push(v) } else { kept.push(v) }
        }
        drop(list.items.replace(kept));
        return Ok(Value::NONE);
    }
    let i = item_index(vm, "list", &args[1])?;
    match position(i, list.items.len()).and_then(|i| list.items.remove(i)) {
        Some(_) => Ok(Value::NONE),
        None => Err(out_of_range(vm)),
    }
}

fn add(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let Some(other) = args[1].downcast::<PyList>() else {
        return Err(vm.type_error(&format!(
            "can only concatenate list (not \"{}\") to list",
            vm.type_name(&args[1])
        )));
    };
    let mut items = with_room(vm, list.items.len().saturating_add(other.items.len()))?;
    list.items.copy_to(&mut items);
    other.items.copy_to(&mut items);
    Ok(vm.new_list(items))
}

fn extend_list(vm: &Vm, list: &PyList, source: &Value) -> PyResult<()> {
    if let Some(items) = vm.plain_items(source) {
        if list.items.is_empty() {
            drop(list.items.replace(items));
        } else {
            list.items.extend(items);
        }
        return Ok(());
    }
    // One by one: whoever looks meanwhile sees the list grow, as in CPython.
    vm.for_each(source, |v| {
        list.items.push(v);
        Ok(())
    })
}

fn in_place_add(vm: &Vm, args: &[Value]) -> PyResult {
    extend_list(vm, this(vm, &args[0])?, &args[1])?;
    Ok(args[0].clone())
}

fn repeated(vm: &Vm, list: &PyList, times: &Value) -> PyResult<Vec<Value>> {
    let n = repetitions(vm, times)?;
    list.items.repeat(n).ok_or_else(|| vm.memory_error())
}

fn multiply(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_list(repeated(vm, this(vm, &args[0])?, &args[1])?))
}

fn in_place_multiply(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let items = repeated(vm, list, &args[1])?;
    drop(list.items.replace(items));
    Ok(args[0].clone())
}

fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    Ok(vm.new_int(40 + 8 * list.items.capacity() as i64))
}

fn append(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PyList>(vm, &args[0])?.items.push(args[1].clone());
    Ok(Value::NONE)
}

fn clear(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PyList>(vm, &args[0])?.items.clear();
    Ok(Value::NONE)
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_list(this::<PyList>(vm, &args[0])?.items.to_vec()))
}

fn count(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let (mut i, mut n) = (0, 0);
    while let Some(item) = list.items.get(i) {
        n += i64::from(vm.same_or_equal(&item, &args[1])?);
        i += 1;
    }
    Ok(vm.new_int(n))
}

fn extend(vm: &Vm, args: &[Value]) -> PyResult {
    extend_list(vm, this(vm, &args[0])?, &args[1])?;
    Ok(Value::NONE)
}

fn index(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let start = bound(vm, &args[2], list.items.len(), 0)?;
    let stop = bound(vm, &args[3], list.items.len(), usize::MAX)?;
    match find(vm, list, &args[1], start, stop)? {
        Some(i) => Ok(vm.new_int(i as i64)),
        None if vm.version() >= Version::V3_14 => {
            Err(vm.value_error("list.index(x): x not in list"))
        }
        None => Err(vm.value_error(&format!("{} is not in list", vm.repr_text(&args[1])?))),
    }
}

fn insert(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let i = vm.index_i64(&args[1])?;
    list.items.insert(cut(i, list.items.len()), args[2].clone());
    Ok(Value::NONE)
}

fn pop(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let i = match args[1].opt() {
        Some(i) => vm.index_i64(i)?,
        None => -1,
    };
    if list.items.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    position(i, list.items.len())
        .and_then(|i| list.items.remove(i))
        .ok_or_else(|| vm.index_error("pop index out of range"))
}

fn remove(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    match find(vm, list, &args[1], 0, usize::MAX)? {
        Some(i) => {
            drop(list.items.remove(i));
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PyList>(vm, &args[0])?.items.reverse();
    Ok(Value::NONE)
}

/// `list.sort`: the list, and `key` and `reverse`, each perhaps NULL.
pub fn sort(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this::<PyList>(vm, &args[0])?;
    let reverse = match args[2].opt() {
        Some(v) => flag(vm, v)?,
        None => false,
    };
    // The list is empty while it is sorted, so that code that runs meanwhile cannot break the sort.
    let mut items = list.items.take();
    let result = sort_values(vm, &mut items, &args[1], reverse);
    let changed = !list.items.is_empty();
    drop(list.items.replace(items));
    result?;
    if changed {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(Value::NONE)
}

/// The arguments of [`sort`] for a list and keywords, if there are no others than `sort` has.
pub fn sort_arguments(list: &Value, args: &Args<'_>) -> Option<[Value; 3]> {
    let mut bound = [list.clone(), Value::NULL, Value::NULL];
    for (k, v) in args.keywords() {
        match k.downcast::<PyStr>().and_then(PyStr::as_ascii) {
            Some("key") => bound[1] = v.clone(),
            Some("reverse") => bound[2] = v.clone(),
            _ => return None,
        }
    }
    Some(bound)
}

/// 3.6 has words of its own for positional arguments.
fn sort_3_6(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [me] = args.pos() else {
        let (given, named) = (args.pos().len() - 1, args.keywords().count());
        return Err(vm.type_error(&match given + named {
            n @ 3.. => format!("sort() takes at most 2 arguments ({n} given)"),
            _ => "must use keyword argument for key function".to_string(),
        }));
    };
    if let Some(bound) = sort_arguments(me, args) {
        return sort(vm, &bound);
    }
    let known = |k: &Value| ["key", "reverse"].contains(&vm.str_lossy(k).as_str());
    let unknown = args.keywords().map(|(k, _)| k).find(|k| !known(k));
    Err(vm.type_error(&format!(
        "'{}' is an invalid keyword argument for this function",
        unknown.map(|k| vm.str_lossy(k)).unwrap_or_default()
    )))
}

/// An argument that CPython reads as a C int.
fn flag(vm: &Vm, v: &Value) -> PyResult<bool> {
    if vm.version() >= Version::V3_12 {
        return vm.truth(v);
    }
    if vm.version() < Version::V3_10 && v.as_float().is_some() {
        return Err(vm.type_error("integer argument expected, got float"));
    }
    if vm.version() < Version::V3_10 && !vm.is_int(v) {
        return Err(vm.type_error(&format!(
            "an integer is required (got type {})",
            vm.type_name(v)
        )));
    }
    match vm
        .index(v)?
        .view()
        .as_i64()
        .and_then(|i| i32::try_from(i).ok())
    {
        Some(i) => Ok(i != 0),
        None => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}
