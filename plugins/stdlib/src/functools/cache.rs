//! `_lru_cache_wrapper`: a function that remembers its results.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, DictCursor, MethodDef, NativeType, PyDict, Ref, TypeFlags, value_of,
};
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::util::{class_arg, data, itself, type_def};

/// A function with its results. The dict is in order of use: the least recently used comes first.
pub(super) struct Cache {
    func: Value,
    info: Value,
    /// Separates positional from keyword arguments in a key.
    mark: Value,
    results: Ref<PyDict>,
    /// `None`: without limit.
    limit: Option<usize>,
    typed: bool,
    hits: Cell<i64>,
    misses: Cell<i64>,
}

impl NativeType for Cache {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.func);
        visit(&self.info);
        visit(&self.mark);
        visit(self.results.as_value());
    }
    fn clear(&self) {
        self.results.clear_all();
    }
}

pub(super) static CACHE: NativeTypeSpec = NativeTypeSpec {
    name: "functools._lru_cache_wrapper",
    flags: TypeFlags::BASETYPE | TypeFlags::WEAKREF,
    has_dict: true,
    next: None,
};

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let limit = if args[2].is_none() {
        None
    } else if vm.int_value(&args[2]).is_some() {
        Some(usize::try_from(vm.index_i64(&args[2])?).unwrap_or(0))
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let cache = Cache {
        func: args[1].clone(),
        info: args[4].clone(),
        mark: vm.new_instance(&vm.types.object)?,
        results: vm.new_dict(),
        limit,
        typed: vm.truth(&args[3])?,
        hits: Cell::new(0),
        misses: Cell::new(0),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &CACHE, cache))
}

fn key(vm: &Vm, c: &Cache, pos: &[Value], args: &Args<'_>) -> Value {
    if !c.typed
        && !args.has_keywords()
        && let [v] = pos
    {
        // One int or str is its own key, unless it could be mistaken for another kind of key.
        let ty = vm.type_of(v);
        if std::ptr::eq(ty, &*vm.types.int) || std::ptr::eq(ty, &*vm.types.str) {
            return v.clone();
        }
    }
    let mut parts = pos.to_vec();
    if args.has_keywords() {
        parts.push(c.mark.clone());
        for (k, v) in args.keywords() {
            parts.push(k.clone());
            parts.push(v.clone());
        }
    }
    if c.typed {
        parts.extend(pos.iter().map(|v| value_of(vm.type_of(v))));
        parts.extend(args.keywords().map(|(_, v)| value_of(vm.type_of(v))));
    }
    vm.new_tuple(parts)
}

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [this, pos @ ..] = args.pos() else {
        return Err(vm.type_error("descriptor '__call__' needs an argument"));
    };
    let c = data::<Cache>(vm, this)?;
    let rest = Args::with_names(args.values().get(1..).unwrap_or_default(), args.names());
    let miss = || {
        c.misses.set(c.misses.get().wrapping_add(1));
        vm.call_args(&c.func, rest)
    };
    if c.limit == Some(0) {
        return miss();
    }
    let key = key(vm, c, pos, args);
    let hash = vm.hash(&key)?;
    if let Some(v) = c.results.get_hashed(vm, &key, hash)? {
        if c.limit.is_some() {
            c.results.move_to_end(vm, &key, true)?;
        }
        c.hits.set(c.hits.get().wrapping_add(1));
        return Ok(v);
    }
    let v = miss()?;
    let Some(limit) = c.limit else {
        c.results.set_hashed(vm, &key, hash, v.clone())?;
        return Ok(v);
    };
    // The call may have put the key in already.
    if c.results.get_hashed(vm, &key, hash)?.is_none() {
        c.results.set_hashed(vm, &key, hash, v.clone())?;
        while c.results.len() > limit {
            let Some((oldest, _)) = c.results.next(&mut DictCursor::default()) else {
                break;
            };
            if c.results.remove(vm, &oldest)?.is_none() {
                break;
            }
        }
    }
    Ok(v)
}

fn cache_info(vm: &Vm, args: &[Value]) -> PyResult {
    let c = data::<Cache>(vm, &args[0])?;
    let limit = c.limit.map_or(Value::NONE, |n| vm.new_int(n as i64));
    let size = vm.new_int(c.results.len() as i64);
    vm.call(
        &c.info,
        &[
            vm.new_int(c.hits.get()),
            vm.new_int(c.misses.get()),
            limit,
            size,
        ],
    )
}

fn cache_clear(vm: &Vm, args: &[Value]) -> PyResult {
    let c = data::<Cache>(vm, &args[0])?;
    c.hits.set(0);
    c.misses.set(0);
    c.results.clear_all();
    Ok(Value::NONE)
}

fn get(vm: &Vm, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return itself(vm, args);
    }
    Ok(vm.new_method(args[0].clone(), args[1].clone()))
}

type_def!(
    CACHE_DEF,
    "functools._lru_cache_wrapper",
    [
        MethodDef::new_method("user_function, maxsize, typed, cache_info_type, /", new),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("cache_info", "", cache_info),
        MethodDef::method("cache_clear", "", cache_clear),
        MethodDef::method("__get__", "instance, owner=, /", get),
        MethodDef::method("__reduce__", "", |vm, a| vm
            .get_attr(&a[0], &vm.names.qualname)),
        MethodDef::method("__copy__", "", itself),
        MethodDef::method("__deepcopy__", "memo, /", itself),
    ],
    []
);
