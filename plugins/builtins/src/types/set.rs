//! `set` and `frozenset`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PySet, PySetIter, PyType, Ref, value_of};
use opyc_core::value::Value;
use opyc_core::vm::{CmpOp, Vm};

use super::set_algebra::{
    copy_of, intersect, intersect_all, remove_all, smaller_first, subtract, symmetric, toggle_all,
    update,
};
use super::support::*;

type_def!(
    SET,
    "set",
    [
        MethodDef::raw("__new__", Access::New, new_set),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::absent("__hash__"),
        MethodDef::method("__iand__", "value, /", in_place_and),
        MethodDef::method("__ior__", "value, /", in_place_or),
        MethodDef::method("__ixor__", "value, /", in_place_xor),
        MethodDef::method("__isub__", "value, /", in_place_sub),
        MethodDef::method("add", "object, /", add),
        MethodDef::method("clear", "", clear),
        MethodDef::raw("difference_update", Access::Method, difference_update),
        MethodDef::method("discard", "object, /", discard),
        MethodDef::raw("intersection_update", Access::Method, intersection_update),
        MethodDef::method("pop", "", pop),
        MethodDef::method("remove", "object, /", remove),
        MethodDef::method(
            "symmetric_difference_update",
            "other, /",
            symmetric_difference_update
        ),
        MethodDef::raw("update", Access::Method, update_method),
    ]
);

type_def!(
    FROZENSET,
    "frozenset",
    [
        MethodDef::raw("__new__", Access::New, new_frozenset),
        MethodDef::method("__hash__", "", hash),
    ]
);

macro_rules! common_methods {
    ($static:ident, $compare:ident, $name:literal) => {
        type_def!(
            $static,
            $name,
            [
                MethodDef::method("__repr__", "", repr),
                MethodDef::method("__len__", "", len),
                MethodDef::method("__iter__", "", iter),
                MethodDef::method("__contains__", "object, /", contains),
                MethodDef::method("__and__", "value, /", |vm, a| and(vm, &a[0], &a[1])),
                MethodDef::method("__rand__", "value, /", |vm, a| and(vm, &a[1], &a[0])),
                MethodDef::method("__or__", "value, /", |vm, a| or(vm, &a[0], &a[1])),
                MethodDef::method("__ror__", "value, /", |vm, a| or(vm, &a[1], &a[0])),
                MethodDef::method("__xor__", "value, /", |vm, a| xor(vm, &a[0], &a[1])),
                MethodDef::method("__rxor__", "value, /", |vm, a| xor(vm, &a[1], &a[0])),
                MethodDef::method("__sub__", "value, /", |vm, a| sub(vm, &a[0], &a[1])),
                MethodDef::method("__rsub__", "value, /", |vm, a| sub(vm, &a[1], &a[0])),
                MethodDef::method("__reduce__", "", reduce),
                MethodDef::method("__sizeof__", "", sizeof),
                MethodDef::method("copy", "", copy),
                MethodDef::raw("difference", Access::Method, difference),
                MethodDef::raw("intersection", Access::Method, intersection),
                MethodDef::method("isdisjoint", "other, /", is_disjoint),
                MethodDef::method("issubset", "other, /", is_subset),
                MethodDef::method("issuperset", "other, /", is_superset),
                MethodDef::method("symmetric_difference", "other, /", symmetric_difference),
                MethodDef::raw("union", Access::Method, union),
            ]
        );
        comparisons!($compare, $name, compare);
    };
}

common_methods!(SET_COMMON, SET_COMPARE, "set");
common_methods!(FROZENSET_COMMON, FROZENSET_COMPARE, "frozenset");

type_def!(
    SET_ITERATOR,
    "set_iterator",
    [
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__length_hint__", "", iter_length_hint),
        MethodDef::method("__reduce__", "", iter_reduce),
    ]
);

// Making.

fn new_set(vm: &Vm, args: &Args<'_>) -> PyResult {
    match args.pos().first().and_then(Value::downcast) {
        Some(class) => Ok(vm.new_set_of(class).into_value()),
        None => Err(vm.type_error("set.__new__(): not enough arguments")),
    }
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(me) = args.pos().first() else {
        return Err(vm.type_error("set.__init__() needs an argument"));
    };
    let s = this::<PySet>(vm, me)?;
    let init = |t: &PyType| vm.lookup_type(t, &vm.names.init).map(|f| f.bits());
    let plain = || init(vm.type_of(me)) == init(&vm.types.set);
    let source = positional(vm, "set", args, 0, 1, plain)?;
    s.clear_all();
    if let [source] = source {
        update(vm, s, source)?;
    }
    Ok(Value::NONE)
}

fn new_frozenset(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error("frozenset.__new__(): not enough arguments"));
    };
    let class = this::<PyType>(vm, class)?;
    let exact = std::ptr::eq(class, &*vm.types.frozenset);
    let source = positional(vm, "frozenset", args, 0, 1, || {
        is_plain(vm, class, &vm.types.frozenset)
    })?
    .first();
    if exact
        && let Some(v) = source
        && is_exact_frozenset(vm, v)
    {
        return Ok(v.clone());
    }
    let s = vm.new_set_of(class);
    if let Some(v) = source {
        update(vm, &s, v)?;
    }
    Ok(s.into_value())
}

fn is_exact_frozenset(vm: &Vm, v: &Value) -> bool {
    std::ptr::eq(vm.type_of(v), &*vm.types.frozenset)
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    if is_exact_frozenset(vm, &args[0]) {
        return Ok(args[0].clone());
    }
    Ok(copy_of(vm, &args[0])?.into_value())
}

// Looking.

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let s = this::<PySet>(vm, &args[0])?;
    let name = vm.type_name(&args[0]);
    if s.is_empty() {
        return Ok(vm.new_str(&format!("{name}()")));
    }
    repr_guarded(vm, &args[0], &format!("{name}(...)"), |out| {
        let plain = std::ptr::eq(vm.type_of(&args[0]), &*vm.types.set);
        if !plain {
            out.push_utf8(&name);
            out.push_utf8("(");
        }
        let items = s.items();
        out.push_utf8("{");
        push_reprs(vm, out, |i| items.get(i).cloned())?;
        out.push_utf8(if plain { "}" } else { "})" });
        Ok(())
    })
}

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(this::<PySet>(vm, &args[0])?.len() as i64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    match args[0].to_ref() {
        Some(s) => Ok(vm.new_set_iter(s)),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

/// The key to look up: a set, which has no hash, is looked up as the frozenset equal to it.
fn lookup_key(vm: &Vm, v: &Value) -> PyResult {
    let set = v.downcast::<PySet>().is_some() && vm.is_instance(v, &vm.types.set);
    if !set
        || vm
            .lookup_type(vm.type_of(v), &vm.names.hash)
            .is_some_and(|h| !h.is_none())
    {
        return Ok(v.clone());
    }
    let frozen = vm.new_set_of(&vm.types.frozenset);
    update(vm, &frozen, v)?;
    Ok(frozen.into_value())
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(
        this::<PySet>(vm, &args[0])?.contains(vm, &lookup_key(vm, &args[1])?)?,
    ))
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let s = this::<PySet>(vm, &args[0])?;
    if s.hash.get() != -1 {
        return Ok(vm.new_int(s.hash.get()));
    }
    let mut h = 0u64;
    let shuffle = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    let mut at = 0;
    while let Some((hash, _)) = s.next_hashed(&mut at) {
        h ^= shuffle(hash as u64);
    }
    h ^= (s.len() as u64 + 1).wrapping_mul(1_927_868_237);
    h ^= (h >> 11) ^ (h >> 25);
    let h = h.wrapping_mul(69_069).wrapping_add(907_133_923) as i64;
    let h = if h == -1 { 590_923_713 } else { h };
    s.hash.set(h);
    Ok(vm.new_int(h))
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<PySet>(), b.downcast::<PySet>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(x.compare(vm, op, y)?))
}

/// Any iterable as a set: itself, if it is one.
fn as_set(vm: &Vm, v: &Value) -> PyResult<Ref<PySet>> {
    if let Some(s) = v.to_ref() {
        return Ok(s);
    }
    let s = vm.new_set();
    update(vm, &s, v)?;
    Ok(s)
}

fn is_subset(vm: &Vm, args: &[Value]) -> PyResult {
    let other = as_set(vm, &args[1])?;
    Ok(Value::bool(
        this::<PySet>(vm, &args[0])?.is_subset(vm, &other)?,
    ))
}

fn is_superset(vm: &Vm, args: &[Value]) -> PyResult {
    let s = this::<PySet>(vm, &args[0])?;
    if let Some(other) = args[1].downcast::<PySet>() {
        return Ok(Value::bool(other.is_subset(vm, s)?));
    }
    let it = vm.get_iter(&args[1])?;
    while let Some(v) = vm.iter_next(&it)? {
        if !s.contains(vm, &v)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn is_disjoint(vm: &Vm, args: &[Value]) -> PyResult {
    let s = this::<PySet>(vm, &args[0])?;
    if let Some(other) = args[1].downcast::<PySet>() {
        let (walked, asked) = smaller_first(s, other);
        let mut at = 0;
        while let Some((hash, v)) = walked.next_hashed(&mut at) {
            if asked.contains_hashed(vm, &v, hash)? {
                return Ok(Value::FALSE);
            }
        }
        return Ok(Value::TRUE);
    }
    let it = vm.get_iter(&args[1])?;
    while let Some(v) = vm.iter_next(&it)? {
        if s.contains(vm, &v)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let items = vm.new_list(this::<PySet>(vm, &args[0])?.items());
    let state = instance_state(vm, &args[0])?;
    Ok(vm.new_tuple(vec![
        value_of(vm.type_of(&args[0])),
        vm.new_tuple(vec![items]),
        state,
    ]))
}

fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(200 + this::<PySet>(vm, &args[0])?.table_bytes() as i64))
}

// Operators and the methods of their names.

fn both_sets(a: &Value, b: &Value) -> bool {
    a.downcast::<PySet>().is_some() && b.downcast::<PySet>().is_some()
}

fn and(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if !both_sets(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(intersect(vm, a, b)?.into_value())
}

fn or(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if !both_sets(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let out = copy_of(vm, a)?;
    if !a.is(b) {
        update(vm, &out, b)?;
    }
    Ok(out.into_value())
}

fn xor(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if !both_sets(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    symmetric(vm, a, b)
}

fn sub(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if !both_sets(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(subtract(vm, a, b)?.into_value())
}

/// The instance and the arguments of a method that takes any number of them, and no keywords.
fn many<'a>(vm: &Vm, name: &str, args: &Args<'a>) -> PyResult<(&'a Value, &'a [Value])> {
    let [me, rest @ ..] = args.pos() else {
        return Err(vm.type_error(&format!("{name}() needs an argument")));
    };
    if args.has_keywords() {
        return Err(no_keywords(vm, name));
    }
    Ok((me, rest))
}

fn union(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "union", args)?;
    let out = copy_of(vm, me)?;
    for v in rest.iter().filter(|v| !v.is(me)) {
        update(vm, &out, v)?;
    }
    Ok(out.into_value())
}

fn intersection(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "intersection", args)?;
    if rest.is_empty() && is_exact_frozenset(vm, me) {
        return Ok(me.clone());
    }
    intersect_all(vm, me, rest)
}

fn difference(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "difference", args)?;
    let Some((first, more)) = rest.split_first() else {
        return Ok(copy_of(vm, me)?.into_value());
    };
    let out = subtract(vm, me, first)?;
    for v in more {
        remove_all(vm, &out, v)?;
    }
    Ok(out.into_value())
}

fn symmetric_difference(vm: &Vm, args: &[Value]) -> PyResult {
    symmetric(vm, &args[0], &args[1])
}

// Changing.

fn add(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PySet>(vm, &args[0])?.add(vm, &args[1])?;
    Ok(Value::NONE)
}

fn clear(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PySet>(vm, &args[0])?.clear_all();
    Ok(Value::NONE)
}

fn discard(vm: &Vm, args: &[Value]) -> PyResult {
    this::<PySet>(vm, &args[0])?.remove(vm, &lookup_key(vm, &args[1])?)?;
    Ok(Value::NONE)
}

fn remove(vm: &Vm, args: &[Value]) -> PyResult {
    if this::<PySet>(vm, &args[0])?.remove(vm, &lookup_key(vm, &args[1])?)? {
        return Ok(Value::NONE);
    }
    Err(vm.key_error(&args[1]))
}

fn pop(vm: &Vm, args: &[Value]) -> PyResult {
    match this::<PySet>(vm, &args[0])?.pop() {
        Some(v) => Ok(v),
        None => Err(vm.key_error(&vm.new_str("pop from an empty set"))),
    }
}

fn update_method(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "update", args)?;
    for v in rest {
        update(vm, this(vm, me)?, v)?;
    }
    Ok(Value::NONE)
}

fn difference_update(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "difference_update", args)?;
    for v in rest {
        remove_all(vm, this(vm, me)?, v)?;
    }
    Ok(Value::NONE)
}

fn keep(vm: &Vm, me: &Value, kept: &Value) -> PyResult<()> {
    this::<PySet>(vm, me)?.swap(this(vm, kept)?);
    Ok(())
}

fn intersection_update(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (me, rest) = many(vm, "intersection_update", args)?;
    keep(vm, me, &intersect_all(vm, me, rest)?)?;
    Ok(Value::NONE)
}

fn symmetric_difference_update(vm: &Vm, args: &[Value]) -> PyResult {
    toggle_all(vm, this(vm, &args[0])?, &args[1])?;
    Ok(Value::NONE)
}

fn in_place_and(vm: &Vm, args: &[Value]) -> PyResult {
    if !both_sets(&args[0], &args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    keep(
        vm,
        &args[0],
        &intersect(vm, &args[0], &args[1])?.into_value(),
    )?;
    Ok(args[0].clone())
}

fn in_place(vm: &Vm, args: &[Value], f: fn(&Vm, &PySet, &Value) -> PyResult<()>) -> PyResult {
    if !both_sets(&args[0], &args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    f(vm, this(vm, &args[0])?, &args[1])?;
    Ok(args[0].clone())
}

fn in_place_or(vm: &Vm, args: &[Value]) -> PyResult {
    in_place(vm, args, update)
}

fn in_place_xor(vm: &Vm, args: &[Value]) -> PyResult {
    in_place(vm, args, toggle_all)
}

fn in_place_sub(vm: &Vm, args: &[Value]) -> PyResult {
    in_place(vm, args, remove_all)
}

// The iterator.

fn iter_length_hint(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PySetIter>(vm, &args[0])?;
    let set = it.set.get();
    let n = match set.downcast::<PySet>() {
        Some(s) if s.len() == it.len => it.len.saturating_sub(it.given.get()),
        _ => 0,
    };
    Ok(vm.new_int(n as i64))
}

fn iter_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PySetIter>(vm, &args[0])?;
    let (set, mut at, mut rest) = (it.set.get(), it.at.get(), Vec::new());
    if let Some(s) = set.downcast::<PySet>() {
        while let Some(v) = s.next(&mut at) {
            rest.push(v);
        }
    }
    let rest = vm.new_tuple(vec![vm.new_list(rest)]);
    Ok(vm.new_pair(builtin(vm, "iter")?, rest))
}
