//! `gc`.

use std::cell::{Cell, RefCell};

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::{module, no_init, put};

/// What programs set; the collector of the machine decides by itself when a collection is due.
struct State {
    thresholds: RefCell<Vec<i64>>,
    debug: Cell<i64>,
    collected: Cell<u64>,
    frozen: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State {
            thresholds: RefCell::new(Vec::new()),
            debug: Cell::new(0),
            collected: Cell::new(0),
            frozen: Cell::new(0),
        }
    }
}

fn default_thresholds(vm: &Vm) -> Vec<i64> {
    match vm.version().minor() {
        6..=12 => vec![700, 10, 10],
        _ => vec![2000, 10, 0],
    }
}

fn collect(vm: &Vm, args: &[Value]) -> PyResult {
    if let Some(g) = args[0].opt() {
        let g = vm.int_arg(g)?;
        if !(0..=2).contains(&g) {
            return Err(vm.value_error("invalid generation"));
        }
    }
    let callbacks = vm
        .import_module("gc")
        .and_then(|m| vm.get_attr_str(&m, "callbacks"))?;
    let notify = |phase: &str, n: usize| -> PyResult<()> {
        let info = vm.new_dict();
        info.set_name(&vm.intern("generation"), Value::i32(2));
        info.set_name(&vm.intern("collected"), vm.new_int(n as i64));
        info.set_name(&vm.intern("uncollectable"), Value::i32(0));
        for f in vm.collect(&callbacks)? {
            if let Err(r) = vm.call(&f, &[vm.new_str(phase), info.value()]) {
                vm.unraisable(r, &f);
            }
        }
        Ok(())
    };
    notify("start", 0)?;
    let n = vm.collect_garbage();
    vm.run_finalizers();
    let state = vm.extension::<State>();
    state
        .collected
        .set(state.collected.get().saturating_add(n as u64));
    notify("stop", n)?;
    Ok(vm.new_int(n as i64))
}

fn get_referents(vm: &Vm, args: &Args<'_>) -> PyResult {
    Ok(vm.new_list(args.pos().iter().flat_map(|v| vm.gc_referents(v)).collect()))
}

fn get_referrers(vm: &Vm, args: &Args<'_>) -> PyResult {
    let all = vm.gc_objects();
    let refers = |o: &Value| {
        vm.gc_referents(o)
            .iter()
            .any(|r| args.pos().iter().any(|a| a.is(r)))
    };
    Ok(vm.new_list(all.into_iter().filter(refers).collect()))
}

/// Whether the collector would look at an object: numbers, strings and their like hold nothing.
fn is_tracked(vm: &Vm, args: &[Value]) -> PyResult {
    use opyc_core::object::Kind;
    let simple = match args[0].kind() {
        None => true,
        Some(
            Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::ByteArray,
        ) => !vm.type_of(&args[0]).is_heap(),
        // Dicts and tuples of simple things need no look (dicts until 3.13).
        Some(Kind::Dict) if vm.version() < Version::V3_14 => {
            vm.gc_referents(&args[0]).iter().all(|v| {
                matches!(
                    v.kind(),
                    None | Some(Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes)
                )
            })
        }
        Some(Kind::Tuple) => vm.len(&args[0])? == 0,
        _ => false,
    };
    Ok(Value::bool(!simple))
}

fn get_threshold(vm: &Vm, _: &[Value]) -> PyResult {
    let state = vm.extension::<State>();
    let mut t = state.thresholds.borrow_mut();
    if t.is_empty() {
        *t = default_thresholds(vm);
    }
    Ok(vm.new_tuple(t.iter().map(|n| vm.new_int(*n)).collect()))
}

fn set_threshold(vm: &Vm, args: &[Value]) -> PyResult {
    let mut new = default_thresholds(vm);
    for (place, v) in new.iter_mut().zip(args) {
        if let Some(v) = v.opt() {
            *place = vm.int_arg(v)?;
        }
    }
    *vm.extension::<State>().thresholds.borrow_mut() = new;
    Ok(Value::NONE)
}

fn get_stats(vm: &Vm, _: &[Value]) -> PyResult {
    let state = vm.extension::<State>();
    let stats = (0..3).map(|generation| {
        let d = vm.new_dict();
        let (runs, collected) = if generation == 2 {
            (vm.gc_collections(), state.collected.get())
        } else {
            (0, 0)
        };
        d.set_name(&vm.intern("collections"), vm.new_uint(runs));
        d.set_name(&vm.intern("collected"), vm.new_uint(collected));
        d.set_name(&vm.intern("uncollectable"), Value::i32(0));
        d.into_value()
    });
    Ok(vm.new_list(stats.collect()))
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(vm, m, "garbage", vm.new_list(Vec::new()));
    put(vm, m, "callbacks", vm.new_list(Vec::new()));
    for (name, n) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        put(vm, m, name, Value::i32(n));
    }
    Ok(())
}

module!(
    GC,
    "gc",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("collect", "generation=", collect),
        MethodDef::function("enable", "", |vm, _| {
            vm.set_gc_enabled(true);
            Ok(Value::NONE)
        }),
        MethodDef::function("disable", "", |vm, _| {
            vm.set_gc_enabled(false);
            Ok(Value::NONE)
        }),
        MethodDef::function("isenabled", "", |vm, _| Ok(Value::bool(vm.gc_enabled()))),
        MethodDef::function("get_objects", "generation=", |vm, _| Ok(
            vm.new_list(vm.gc_objects())
        )),
        MethodDef::raw("get_referents", Access::Function, get_referents),
        MethodDef::raw("get_referrers", Access::Function, get_referrers),
        MethodDef::function("is_tracked", "obj, /", is_tracked),
        MethodDef::function("get_count", "", |vm, _| {
            Ok(vm.new_tuple(vec![
                vm.new_int(vm.gc_young().max(0)),
                Value::i32(0),
                Value::i32(0),
            ]))
        }),
        MethodDef::function("get_threshold", "", get_threshold),
        MethodDef::function(
            "set_threshold",
            "threshold0, threshold1=, threshold2=, /",
            set_threshold
        ),
        MethodDef::function("get_stats", "", get_stats),
        MethodDef::function("get_debug", "", |vm, _| Ok(
            vm.new_int(vm.extension::<State>().debug.get())
        )),
        MethodDef::function("set_debug", "flags, /", |vm, a| {
            vm.extension::<State>().debug.set(vm.int_arg(&a[0])?);
            Ok(Value::NONE)
        }),
    ]
);
module!(
    GC_7,
    "gc",
    VersionRange::minors(7, 14),
    no_init,
    [
        MethodDef::function("freeze", "", |vm, _| {
            vm.extension::<State>()
                .frozen
                .set(vm.gc_objects().len() as i64);
            Ok(Value::NONE)
        }),
        MethodDef::function("unfreeze", "", |vm, _| {
            vm.extension::<State>().frozen.set(0);
            Ok(Value::NONE)
        }),
        MethodDef::function("get_freeze_count", "", |vm, _| Ok(
            vm.new_int(vm.extension::<State>().frozen.get())
        )),
    ]
);
module!(
    GC_9,
    "gc",
    VersionRange::minors(9, 14),
    no_init,
    [MethodDef::function("is_finalized", "obj, /", |_, _| Ok(
        Value::FALSE
    )),]
);
