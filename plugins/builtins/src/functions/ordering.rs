//! `sorted`, `min` and `max`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, MethodDef, PyList, PySet, PyTuple};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{CmpOp, Vm};

use crate::types::list;
use crate::util::{check_count, unknown_keyword};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static ORDERING: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::raw("sorted", Access::Function, sorted),
        MethodDef::raw("min", Access::Function, min),
        MethodDef::raw("max", Access::Function, max),
    ],
    init: super::nothing,
};

/// A new list that `list.sort` sorts: whatever keywords it takes, and its messages, are right for `sorted` too.
fn sorted(vm: &Vm, args: &Args<'_>) -> PyResult {
    if vm.version() == Version::V3_6 {
        match args.pos().len() {
            0 => {
                return Err(
                    vm.type_error("Function takes at least 1 positional arguments (0 given)")
                );
            }
            1 => {}
            given @ 4.. => {
                let text = format!("sorted() takes at most 3 arguments ({given} given)");
                return Err(vm.type_error(&text));
            }
            _ => return Err(vm.type_error("must use keyword argument for key function")),
        }
    }
    check_count(vm, "sorted", args.pos().len(), 1, 1)?;
    let list = vm.new_list(vm.collect(&args.pos()[0])?);
    if let Some(bound) = list::sort_arguments(&list, args) {
        list::sort(vm, &bound)?;
        return Ok(list);
    }
    let sort = vm.get_attr_str(&list, "sort")?;
    vm.call_args(&sort, Args::with_names(&args.values()[1..], args.names()))?;
    Ok(list)
}

fn min(vm: &Vm, args: &Args<'_>) -> PyResult {
    extreme(vm, args, "min", CmpOp::Lt)
}

fn max(vm: &Vm, args: &Args<'_>) -> PyResult {
    extreme(vm, args, "max", CmpOp::Gt)
}

/// The least or greatest item of a list, tuple or set of small ints.
fn quick_extreme(v: &Value, greatest: bool) -> Option<Value> {
    if let Some(s) = v.downcast_exact::<PySet>() {
        s.extreme_int(greatest)
    } else if let Some(l) = v.downcast_exact::<PyList>() {
        l.items.extreme_int(greatest)
    } else {
        v.downcast_exact::<PyTuple>()?.extreme_int(greatest)
    }
}

/// `min` or `max`: the first item for which `item op best` never holds again.
fn extreme(vm: &Vm, args: &Args<'_>, name: &str, op: CmpOp) -> PyResult {
    let (mut key, mut default) = (Value::NONE, None);
    for (k, v) in args.keywords() {
        match vm.str_lossy(k).as_str() {
            "key" => key = v.clone(),
            "default" => default = Some(v.clone()),
            _ => return Err(unknown_keyword(vm, name, k)),
        }
    }
    if key.is_none()
        && let [one] = args.pos()
        && let Some(v) = quick_extreme(one, op == CmpOp::Gt)
    {
        return Ok(v);
    }
    // Without a key, items are their own keys.
    let mut best: Option<(Value, Value)> = None;
    let mut ask = |item: Value| -> PyResult<bool> {
        let k = if key.is_none() {
            item.clone()
        } else {
            vm.call(&key, std::slice::from_ref(&item))?
        };
        let better = match &best {
            Some((_, best_key)) => vm.compare_bool(op, &k, best_key)?,
            None => true,
        };
        if better {
            best = Some((item, k));
        }
        Ok(best.as_ref().is_some_and(|(_, k)| vm.is_exact_number(k)))
    };
    match args.pos() {
        [] => {
            let text = if vm.version() == Version::V3_8 {
                format!("{name} expected 1 argument, got 0")
            } else if vm.version() >= Version::V3_9 {
                format!("{name} expected at least 1 argument, got 0")
            } else {
                format!("{name} expected 1 arguments, got 0")
            };
            return Err(vm.type_error(&text));
        }
        [one] if key.is_none() => {
            let it = vm.get_iter(one)?;
            vm.for_each_number(&it, true, ask)?;
        }
        [one] => vm.for_each(one, |v| ask(v).map(drop))?,
        many => {
            if default.is_some() {
                return Err(vm.type_error(&format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            many.iter().cloned().try_for_each(|v| ask(v).map(drop))?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(d)) => Ok(d),
        (None, None) if vm.version() >= Version::V3_12 => {
            Err(vm.value_error(&format!("{name}() iterable argument is empty")))
        }
        (None, None) => Err(vm.value_error(&format!("{name}() arg is an empty sequence"))),
    }
}
