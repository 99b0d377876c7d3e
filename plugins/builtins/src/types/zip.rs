//! `enumerate`, `zip`, `map` and `filter`.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::num::int::IntRef;
use opyc_core::num::int_arith;
use opyc_core::object::{
    Access, MethodDef, Native, NativeType, NextItem, PartsFn, PyModule, PyType, TypeFlags,
    ValueCell, value_of,
};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};

use smallvec::SmallVec;

use super::support::*;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[],
    init,
};

fn init(vm: &Vm, module: &Value) -> PyResult<()> {
    let m = this::<PyModule>(vm, module)?;
    for ty in [
        vm.native_type::<Enumerate>(&ENUMERATE),
        vm.native_type::<Zip>(&ZIP),
        vm.native_type::<Map>(&MAP),
        vm.native_type::<Filter>(&FILTER),
    ] {
        m.dict.set_name(&vm.intern(&ty.name()), ty.into_value());
    }
    Ok(())
}

fn class<'a>(vm: &Vm, args: &Args<'a>) -> PyResult<&'a PyType> {
    match args.pos().first().and_then(Value::downcast) {
        Some(c) => Ok(c),
        None => Err(vm.type_error("__new__(): not enough arguments")),
    }
}

/// The next item of an iterator that another one goes over. Such iterators may be nested deeply.
#[inline(always)]
fn next_of_inner(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    if let Some(v) = vm.next_of_sequence(it) {
        return Ok(Some(v));
    }
    vm.check_rust_stack()?;
    vm.iter_next(it)
}

// enumerate

struct Enumerate {
    iter: Value,
    /// An int: the next index.
    index: ValueCell,
    /// The tuple that was given last, to be used again; or the item, where no tuple was made; or NULL.
    last: ValueCell,
}

impl NativeType for Enumerate {
    const ITER_IS_SELF: bool = true;
    const NEXT_PARTS: Option<PartsFn> = Some(enumerate_parts);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.iter);
        self.index.visit(visit);
        self.last.visit(visit);
    }
}

static ENUMERATE: NativeTypeSpec = NativeTypeSpec {
    name: "enumerate",
    flags: TypeFlags::BASETYPE,
    has_dict: false,
    next: Some(enumerate_next),
};

type_def!(
    ENUMERATE_METHODS,
    "enumerate",
    [
        MethodDef::raw("__new__", Access::New, enumerate_new),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__reduce__", "", enumerate_reduce),
    ]
);

fn enumerate_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    let given = args.pos().get(1..).unwrap_or_default();
    let total = args.values().len().saturating_sub(1);
    if total > 2 {
        return Err(vm.type_error(&format!(
            "enumerate() takes at most 2 arguments ({total} given)"
        )));
    }
    let mut bound: [Option<Value>; 2] = [given.first().cloned(), given.get(1).cloned()];
    for (k, v) in args.keywords() {
        let name = vm.str_lossy(k);
        match ["iterable", "start"].iter().position(|n| *n == name) {
            Some(i) if bound[i].is_none() => bound[i] = Some(v.clone()),
            Some(i) if vm.version() < Version::V3_11 => {
                return Err(vm.type_error(&format!(
                    "argument for enumerate() given by name ('{name}') and position ({})",
                    i + 1
                )));
            }
            None if vm.version() < Version::V3_11 && bound[0].is_none() => {}
            _ => {
                return Err(vm.type_error(&format!(
                    "'{name}' is an invalid keyword argument for enumerate()"
                )));
            }
        }
    }
    let [Some(iterable), start] = bound else {
        return Err(missing_iterable(vm));
    };
    let index = match start {
        Some(s) => vm.index_value(&s)?,
        None => Value::i32(0),
    };
    let data = Enumerate {
        iter: vm.get_iter(&iterable)?,
        index: ValueCell::new(index),
        last: ValueCell::new(Value::NULL),
    };
    Ok(vm.new_native(class, &ENUMERATE, data))
}

fn missing_iterable(vm: &Vm) -> Raise {
    vm.type_error(match vm.version() {
        Version::V3_6 => "Required argument 'iterable' (pos 1) not found",
        v if v >= Version::V3_11 => "enumerate() missing required argument 'iterable'",
        _ => "enumerate() missing required argument 'iterable' (pos 1)",
    })
}

/// The index of the next item; counts it.
#[inline(always)]
fn take_index(vm: &Vm, e: &Enumerate) -> PyResult {
    let i = e.index.get();
    let next = match Value::add_ints(&i, &Value::i32(1)) {
        Some(n) => n,
        None => match vm.int_value(&i) {
            Some(n) => vm.new_integer(int_arith::add(n, IntRef::Small(1))),
            None => return Err(vm.system_error("bad argument to internal function")),
        },
    };
    e.index.set(next);
    Ok(i)
}

/// As CPython's, the iterator keeps what it has given until the next time, whether or not a tuple was made of it.
fn enumerate_parts(vm: &Vm, it: &Value) -> PyResult<NextItem> {
    let e = &this::<Native<Enumerate>>(vm, it)?.data;
    let Some(v) = next_of_inner(vm, &e.iter)? else {
        return Ok(NextItem::End);
    };
    let i = take_index(vm, e)?;
    e.last.set(v.clone());
    Ok(NextItem::Parts(i, v))
}

fn enumerate_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let e = &this::<Native<Enumerate>>(vm, it)?.data;
    let Some(v) = next_of_inner(vm, &e.iter)? else {
        return Ok(None);
    };
    let i = take_index(vm, e)?;
    Ok(Some(vm.new_pair_in(&e.last, i, v)))
}

fn enumerate_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let e = &this::<Native<Enumerate>>(vm, &args[0])?.data;
    let state = vm.new_pair(e.iter.clone(), e.index.get());
    Ok(vm.new_pair(value_of(vm.type_of(&args[0])), state))
}

// zip

/// Iterators that are asked together; `strict`: all must end together.
struct Zip {
    iters: SmallVec<[Value; 2]>,
    strict: Cell<bool>,
    /// The tuple of two that was given last, to be used again; or the first item, where no tuple was made; or NULL.
    last: ValueCell,
    /// The second item that was given last, where no tuple was made; or NULL.
    second: ValueCell,
}

impl NativeType for Zip {
    const ITER_IS_SELF: bool = true;
    const NEXT_PARTS: Option<PartsFn> = Some(zip_parts);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.iters.iter().for_each(&mut *visit);
        self.last.visit(visit);
        self.second.visit(visit);
    }
}

static ZIP: NativeTypeSpec = NativeTypeSpec {
    name: "zip",
    flags: TypeFlags::BASETYPE,
    has_dict: false,
    next: Some(zip_next),
};

type_def!(
    ZIP_METHODS,
    "zip",
    [
        MethodDef::raw("__new__", Access::New, zip_new),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__reduce__", "", zip_reduce),
        MethodDef::method("__setstate__", "state, /", zip_set_state).since(Version::V3_10),
    ]
);

/// The value of the keyword `strict`, the only one, of versions that have it.
fn strict_keyword(
    vm: &Vm,
    name: &str,
    args: &Args<'_>,
    first: Version,
    exact: bool,
) -> PyResult<bool> {
    let mut strict = false;
    if !args.has_keywords() {
        return Ok(strict);
    }
    for (k, v) in args.keywords() {
        if vm.version() < first {
            if exact {
                return Err(no_keywords(vm, name));
            }
            continue;
        }
        let k = vm.str_lossy(k);
        if k != "strict" {
            return Err(vm.type_error(&if vm.version() >= Version::V3_13 {
                format!("{name}() got an unexpected keyword argument '{k}'")
            } else {
                format!("'{k}' is an invalid keyword argument for {name}()")
            }));
        }
        strict = vm.truth(v)?;
    }
    Ok(strict)
}

fn zip_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    let strict = strict_keyword(vm, "zip", args, Version::V3_10, !class.is_heap())?;
    let mut iters = SmallVec::with_capacity(args.pos().len() - 1);
    for (i, v) in args.pos().iter().skip(1).enumerate() {
        iters.push(vm.get_iter(v).map_err(|r| not_iterable(vm, r, i))?);
    }
    Ok(vm.new_native(
        class,
        &ZIP,
        Zip {
            iters,
            strict: Cell::new(strict),
            last: ValueCell::new(Value::NULL),
            second: ValueCell::new(Value::NULL),
        },
    ))
}

/// Before 3.10 `zip` said which argument is not iterable.
fn not_iterable(vm: &Vm, r: Raise, i: usize) -> Raise {
    if vm.version() < Version::V3_8 && vm.is_exception(&r, &vm.exc_types.TypeError) {
        return vm.type_error(&format!("zip argument #{} must support iteration", i + 1));
    }
    r
}

/// The next item of each iterator, or `None` when the first one ends.
fn next_of_all(vm: &Vm, name: &str, iters: &[Value], strict: bool) -> PyResult<Option<Vec<Value>>> {
    let mut out = Vec::with_capacity(iters.len());
    for (i, it) in iters.iter().enumerate() {
        match next_of_inner(vm, it)? {
            Some(v) => out.push(v),
            None if strict && i > 0 => return Err(uneven(vm, name, i, "shorter")),
            None if strict => {
                // All others must have ended too.
                for (j, other) in iters.iter().enumerate().skip(1) {
                    if vm.iter_next(other)?.is_some() {
                        return Err(uneven(vm, name, j, "longer"));
                    }
                }
                return Ok(None);
            }
            None => return Ok(None),
        }
    }
    Ok(Some(out))
}

fn uneven(vm: &Vm, name: &str, i: usize, how: &str) -> Raise {
    let before = if i == 1 {
        " 1".to_string()
    } else {
        format!("s 1-{i}")
    };
    vm.value_error(&format!(
        "{name}() argument {} is {how} than argument{before}",
        i + 1
    ))
}

impl Zip {
    /// The iterators, if there are two that need not end together.
    #[inline(always)]
    fn two(&self) -> Option<(&Value, &Value)> {
        match (self.iters.as_slice(), self.strict.get()) {
            ([a, b], false) => Some((a, b)),
            _ => None,
        }
    }
}

/// The next items of two iterators.
#[inline(always)]
fn next_of_two(vm: &Vm, (a, b): (&Value, &Value)) -> PyResult<Option<(Value, Value)>> {
    let Some(x) = next_of_inner(vm, a)? else {
        return Ok(None);
    };
    Ok(next_of_inner(vm, b)?.map(|y| (x, y)))
}

/// The next tuple of any number of items.
fn next_of_many(vm: &Vm, z: &Zip) -> PyResult<Option<Value>> {
    if z.iters.is_empty() {
        return Ok(None);
    }
    let items = next_of_all(vm, "zip", &z.iters, z.strict.get())?;
    Ok(items.map(|items| vm.new_tuple(items)))
}

/// See [`enumerate_parts`].
fn zip_parts(vm: &Vm, it: &Value) -> PyResult<NextItem> {
    let z = &this::<Native<Zip>>(vm, it)?.data;
    let Some(two) = z.two() else {
        return Ok(next_of_many(vm, z)?.map_or(NextItem::End, NextItem::Whole));
    };
    let Some((a, b)) = next_of_two(vm, two)? else {
        return Ok(NextItem::End);
    };
    z.last.set(a.clone());
    z.second.set(b.clone());
    Ok(NextItem::Parts(a, b))
}

fn zip_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let z = &this::<Native<Zip>>(vm, it)?.data;
    let Some(two) = z.two() else {
        return next_of_many(vm, z);
    };
    let items = next_of_two(vm, two)?;
    z.second.set(Value::NULL);
    Ok(items.map(|(a, b)| vm.new_pair_in(&z.last, a, b)))
}

/// What `__reduce__` gives: class and arguments, and True as the state of a strict one.
fn reduced(vm: &Vm, me: &Value, parts: Vec<Value>, strict: bool) -> Value {
    let mut out = vec![value_of(vm.type_of(me)), vm.new_tuple(parts)];
    if strict {
        out.push(Value::TRUE);
    }
    vm.new_tuple(out)
}

fn zip_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let z = &this::<Native<Zip>>(vm, &args[0])?.data;
    Ok(reduced(vm, &args[0], z.iters.to_vec(), z.strict.get()))
}

fn zip_set_state(vm: &Vm, args: &[Value]) -> PyResult {
    this::<Native<Zip>>(vm, &args[0])?
        .data
        .strict
        .set(vm.truth(&args[1])?);
    Ok(Value::NONE)
}

// map

struct Map {
    func: Value,
    iters: SmallVec<[Value; 2]>,
    strict: Cell<bool>,
}

impl NativeType for Map {
    const ITER_IS_SELF: bool = true;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.func);
        self.iters.iter().for_each(visit);
    }
}

static MAP: NativeTypeSpec = NativeTypeSpec {
    name: "map",
    flags: TypeFlags::BASETYPE,
    has_dict: false,
    next: Some(map_next),
};

type_def!(
    MAP_METHODS,
    "map",
    [
        MethodDef::raw("__new__", Access::New, map_new),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__reduce__", "", map_reduce),
        MethodDef::method("__setstate__", "state, /", map_set_state).since(Version::V3_14),
    ]
);

fn map_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    let strict = strict_keyword(vm, "map", args, Version::V3_14, !class.is_heap())?;
    let [_, func, rest @ ..] = args.pos() else {
        return Err(too_few(vm));
    };
    if rest.is_empty() {
        return Err(too_few(vm));
    }
    let iters = rest
        .iter()
        .map(|v| vm.get_iter(v))
        .collect::<PyResult<_>>()?;
    Ok(vm.new_native(
        class,
        &MAP,
        Map {
            func: func.clone(),
            iters,
            strict: Cell::new(strict),
        },
    ))
}

fn too_few(vm: &Vm) -> Raise {
    vm.type_error("map() must have at least two arguments.")
}

fn map_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    vm.check_rust_stack()?;
    let m = &this::<Native<Map>>(vm, it)?.data;
    if let [one] = m.iters.as_slice() {
        let Some(v) = next_of_inner(vm, one)? else {
            return Ok(None);
        };
        return vm.call(&m.func, &[v]).map(Some);
    }
    match next_of_all(vm, "map", &m.iters, m.strict.get())? {
        Some(items) => vm.call(&m.func, &items).map(Some),
        None => Ok(None),
    }
}

fn map_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let m = &this::<Native<Map>>(vm, &args[0])?.data;
    let mut parts = vec![m.func.clone()];
    parts.extend(m.iters.iter().cloned());
    Ok(reduced(vm, &args[0], parts, m.strict.get()))
}

fn map_set_state(vm: &Vm, args: &[Value]) -> PyResult {
    this::<Native<Map>>(vm, &args[0])?
        .data
        .strict
        .set(vm.truth(&args[1])?);
    Ok(Value::NONE)
}

// filter

struct Filter {
    func: Value,
    iter: Value,
}

impl NativeType for Filter {
    const ITER_IS_SELF: bool = true;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.func);
        visit(&self.iter);
    }
}

static FILTER: NativeTypeSpec = NativeTypeSpec {
    name: "filter",
    flags: TypeFlags::BASETYPE,
    has_dict: false,
    next: Some(filter_next),
};

type_def!(
    FILTER_METHODS,
    "filter",
    [
        MethodDef::raw("__new__", Access::New, filter_new),
        MethodDef::method("__iter__", "", identity),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__reduce__", "", filter_reduce),
    ]
);

fn filter_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    let [func, iterable] = positional(vm, "filter", args, 2, 2, || {
        is_plain(vm, class, &vm.native_type::<Filter>(&FILTER))
    })?
    else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    let iter = vm.get_iter(iterable)?;
    Ok(vm.new_native(
        class,
        &FILTER,
        Filter {
            func: func.clone(),
            iter,
        },
    ))
}

fn filter_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    vm.check_rust_stack()?;
    let f = &this::<Native<Filter>>(vm, it)?.data;
    let plain = f.func.is_none() || f.func.is(vm.types.bool.as_value());
    while let Some(v) = next_of_inner(vm, &f.iter)? {
        let good = if plain {
            vm.truth(&v)?
        } else {
            vm.truth(&vm.call(&f.func, std::slice::from_ref(&v))?)?
        };
        if good {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

fn filter_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let f = &this::<Native<Filter>>(vm, &args[0])?.data;
    Ok(reduced(
        vm,
        &args[0],
        vec![f.func.clone(), f.iter.clone()],
        false,
    ))
}
