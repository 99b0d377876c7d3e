//! `zip_longest`, `pairwise`, `batched`.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, ListCell, MethodDef, NativeType, ValueCell};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::iterator;
use crate::util::{class_arg, data, flag, put};

pub(super) fn init(vm: &Vm, m: &Value) {
    put(
        vm,
        m,
        "zip_longest",
        vm.native_type::<ZipLongest>(&ZIP_LONGEST).into_value(),
    );
}

struct ZipLongest {
    /// Iterators; None where one has ended.
    sources: ListCell,
    active: Cell<usize>,
    fill: Value,
}

impl NativeType for ZipLongest {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.sources.visit(visit);
        visit(&self.fill);
    }
}

fn zip_longest_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let mut fill = Value::NONE;
    for (k, v) in args.keywords() {
        if vm.str_lossy(k) != "fillvalue" {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = v.clone();
    }
    let [class, iterables @ ..] = args.pos() else {
        return Err(vm.type_error("zip_longest expected a class"));
    };
    let sources = iterables
        .iter()
        .map(|i| vm.get_iter(i))
        .collect::<PyResult<Vec<_>>>()?;
    let active = Cell::new(sources.len());
    let z = ZipLongest {
        sources: ListCell::new(sources),
        active,
        fill,
    };
    Ok(vm.new_native(class_arg(vm, class)?, &ZIP_LONGEST, z))
}

fn zip_longest_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let z = data::<ZipLongest>(vm, it)?;
    if z.active.get() == 0 {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(z.sources.len());
    let mut i = 0;
    while let Some(source) = z.sources.get(i) {
        let v = if source.is_none() {
            None
        } else {
            match vm.iter_next(&source) {
                Ok(v) => v,
                Err(r) => {
                    z.active.set(0);
                    return Err(r);
                }
            }
        };
        match v {
            Some(v) => items.push(v),
            None => {
                if !source.is_none() {
                    z.sources.set(i, Value::NONE);
                    z.active.set(z.active.get().saturating_sub(1));
                    if z.active.get() == 0 {
                        return Ok(None);
                    }
                }
                items.push(z.fill.clone());
            }
        }
        i += 1;
    }
    Ok(Some(vm.new_tuple(items)))
}

iterator!(
    ZipLongest,
    ZIP_LONGEST,
    ZIP_LONGEST_DEF,
    "itertools.zip_longest",
    zip_longest_next,
    [MethodDef::raw("__new__", Access::New, zip_longest_new),]
);

/// `pairwise`.
pub(super) struct Pairwise {
    /// NULL at the end.
    source: ValueCell,
    /// NULL before the first item.
    old: ValueCell,
}

impl NativeType for Pairwise {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.source.visit(visit);
        self.old.visit(visit);
    }
}

fn pairwise_new(vm: &Vm, args: &[Value]) -> PyResult {
    let p = Pairwise {
        source: ValueCell::new(vm.get_iter(&args[1])?),
        old: ValueCell::new(Value::NULL),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &PAIRWISE, p))
}

fn pairwise_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let p = data::<Pairwise>(vm, it)?;
    let source = p.source.get();
    if source.is_null() {
        return Ok(None);
    }
    let read = || -> PyResult<Option<Value>> {
        let v = vm.iter_next(&source);
        if !matches!(v, Ok(Some(_))) {
            p.source.set(Value::NULL);
            p.old.set(Value::NULL);
        }
        v
    };
    let mut old = p.old.get();
    if old.is_null() {
        let Some(first) = read()? else {
            return Ok(None);
        };
        p.old.set(first.clone());
        // Reading may have used this very iterator.
        if p.source.is_null() {
            return Ok(None);
        }
        old = first;
    }
    let Some(new) = read()? else { return Ok(None) };
    p.old.set(new.clone());
    Ok(Some(vm.new_pair(old, new)))
}

iterator!(
    Pairwise,
    PAIRWISE,
    PAIRWISE_DEF,
    "itertools.pairwise",
    pairwise_next,
    [MethodDef::new_method("iterable, /", pairwise_new),]
);

/// `batched`.
pub(super) struct Batched {
    /// NULL at the end.
    source: ValueCell,
    size: usize,
    strict: bool,
}

impl NativeType for Batched {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.source.visit(visit);
    }
}

fn batched_new(vm: &Vm, args: &[Value]) -> PyResult {
    let strict = flag(vm, args, 3, false)?;
    let size = match usize::try_from(vm.index_i64(&args[2])?) {
        Ok(n) if n > 0 => n,
        _ => return Err(vm.value_error("n must be at least one")),
    };
    let b = Batched {
        source: ValueCell::new(vm.get_iter(&args[1])?),
        size,
        strict,
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &BATCHED, b))
}

fn batched_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let b = data::<Batched>(vm, it)?;
    let source = b.source.get();
    if source.is_null() {
        return Ok(None);
    }
    let mut items = Vec::new();
    while items.len() < b.size {
        match vm.iter_next(&source) {
            Ok(Some(v)) => items.push(v),
            Ok(None) => {
                b.source.set(Value::NULL);
                if items.is_empty() {
                    return Ok(None);
                }
                if b.strict {
                    return Err(vm.value_error("batched(): incomplete batch"));
                }
                break;
            }
            Err(r) => {
                b.source.set(Value::NULL);
                return Err(r);
            }
        }
    }
    Ok(Some(vm.new_tuple(items)))
}

iterator!(
    Batched,
    BATCHED,
    BATCHED_DEF,
    "itertools.batched",
    batched_next,
    [MethodDef::new_method(
        "iterable, n, *, strict=",
        batched_new
    ),]
);
