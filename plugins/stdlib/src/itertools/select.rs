//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `starmap`, `islice`.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, NativeType, PyTuple, ValueCell};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::{iterator, no_keywords};
use crate::util::{class_arg, data, put};

pub(super) fn init(vm: &Vm, m: &Value) {
    put(
        vm,
        m,
        "compress",
        vm.native_type::<Compress>(&COMPRESS).into_value(),
    );
    put(
        vm,
        m,
        "dropwhile",
        vm.native_type::<DropWhile>(&DROP_WHILE).into_value(),
    );
    put(
        vm,
        m,
        "takewhile",
        vm.native_type::<TakeWhile>(&TAKE_WHILE).into_value(),
    );
    put(
        vm,
        m,
        "filterfalse",
        vm.native_type::<FilterFalse>(&FILTER_FALSE).into_value(),
    );
    put(
        vm,
        m,
        "starmap",
        vm.native_type::<StarMap>(&STAR_MAP).into_value(),
    );
    put(
        vm,
        m,
        "islice",
        vm.native_type::<Islice>(&ISLICE).into_value(),
    );
}

/// Declares a struct of two values, a function or iterator and an iterator, and perhaps a flag.
macro_rules! pair {
    ($ty:ident { $a:ident, $b:ident $(, $flag:ident)? }) => {
        struct $ty {
            $a: Value,
            $b: Value,
            $($flag: Cell<bool>,)?
        }

        impl NativeType for $ty {
            fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
                visit(&self.$a);
                visit(&self.$b);
            }
        }
    };
}

pair!(Compress { data, selectors });

fn compress_new(vm: &Vm, args: &[Value]) -> PyResult {
    let c = Compress {
        data: vm.get_iter(&args[1])?,
        selectors: vm.get_iter(&args[2])?,
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &COMPRESS, c))
}

fn compress_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Compress>(vm, it)?;
    loop {
        let Some(v) = vm.iter_next(&c.data)? else {
            return Ok(None);
        };
        let Some(s) = vm.iter_next(&c.selectors)? else {
            return Ok(None);
        };
        if vm.truth(&s)? {
            return Ok(Some(v));
        }
    }
}

iterator!(
    Compress,
    COMPRESS,
    COMPRESS_DEF,
    "itertools.compress",
    compress_next,
    [MethodDef::new_method("data, selectors", compress_new),]
);

pair!(DropWhile {
    predicate,
    source,
    started
});

fn drop_while_new(vm: &Vm, args: &[Value]) -> PyResult {
    let d = DropWhile {
        predicate: args[1].clone(),
        source: vm.get_iter(&args[2])?,
        started: Cell::new(false),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &DROP_WHILE, d))
}

fn drop_while_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let d = data::<DropWhile>(vm, it)?;
    while let Some(v) = vm.iter_next(&d.source)? {
        if d.started.get() {
            return Ok(Some(v));
        }
        let drop = vm.call(&d.predicate, std::slice::from_ref(&v))?;
        if !vm.truth(&drop)? {
            d.started.set(true);
            return Ok(Some(v));
        }
    }
    Ok(None)
}

iterator!(
    DropWhile,
    DROP_WHILE,
    DROP_WHILE_DEF,
    "itertools.dropwhile",
    drop_while_next,
    [MethodDef::new_method(
        "predicate, iterable, /",
        drop_while_new
    ),]
);

pair!(TakeWhile {
    predicate,
    source,
    stopped
});

fn take_while_new(vm: &Vm, args: &[Value]) -> PyResult {
    let t = TakeWhile {
        predicate: args[1].clone(),
        source: vm.get_iter(&args[2])?,
        stopped: Cell::new(false),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &TAKE_WHILE, t))
}

fn take_while_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let t = data::<TakeWhile>(vm, it)?;
    if t.stopped.get() {
        return Ok(None);
    }
    let Some(v) = vm.iter_next(&t.source)? else {
        return Ok(None);
    };
    let good = vm.call(&t.predicate, std::slice::from_ref(&v))?;
    if vm.truth(&good)? {
        return Ok(Some(v));
    }
    t.stopped.set(true);
    Ok(None)
}

iterator!(
    TakeWhile,
    TAKE_WHILE,
    TAKE_WHILE_DEF,
    "itertools.takewhile",
    take_while_next,
    [MethodDef::new_method(
        "predicate, iterable, /",
        take_while_new
    ),]
);

pair!(FilterFalse { function, source });

fn filter_false_new(vm: &Vm, args: &[Value]) -> PyResult {
    let f = FilterFalse {
        function: args[1].clone(),
        source: vm.get_iter(&args[2])?,
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &FILTER_FALSE, f))
}

fn filter_false_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let f = data::<FilterFalse>(vm, it)?;
    // `bool` asks what None asks.
    let plain = f.function.is_none() || f.function.is(vm.types.bool.as_value());
    while let Some(v) = vm.iter_next(&f.source)? {
        let keep = if plain {
            vm.truth(&v)?
        } else {
            vm.truth(&vm.call(&f.function, std::slice::from_ref(&v))?)?
        };
        if !keep {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

iterator!(
    FilterFalse,
    FILTER_FALSE,
    FILTER_FALSE_DEF,
    "itertools.filterfalse",
    filter_false_next,
    [MethodDef::new_method(
        "function, iterable, /",
        filter_false_new
    ),]
);

pair!(StarMap { function, source });

fn star_map_new(vm: &Vm, args: &[Value]) -> PyResult {
    let s = StarMap {
        function: args[1].clone(),
        source: vm.get_iter(&args[2])?,
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &STAR_MAP, s))
}

fn star_map_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let s = data::<StarMap>(vm, it)?;
    let Some(args) = vm.iter_next(&s.source)? else {
        return Ok(None);
    };
    let r = match args.downcast_exact::<PyTuple>() {
        Some(t) => vm.call(&s.function, t.items())?,
        None => vm.call(&s.function, &vm.collect(&args)?)?,
    };
    Ok(Some(r))
}

iterator!(
    StarMap,
    STAR_MAP,
    STAR_MAP_DEF,
    "itertools.starmap",
    star_map_next,
    [MethodDef::new_method("function, iterable, /", star_map_new),]
);

struct Islice {
    /// NULL at the end.
    source: ValueCell,
    next: Cell<u64>,
    stop: Option<u64>,
    step: u64,
    count: Cell<u64>,
}

impl NativeType for Islice {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.source.visit(visit);
    }
}

fn islice_bound(vm: &Vm, v: &Value, text: &str) -> PyResult<Option<u64>> {
    if v.is_none() {
        return Ok(None);
    }
    let n = match vm.index_i64(v) {
        Ok(n) => n,
        Err(r)
            if vm.is_exception(&r, &vm.exc_types.TypeError)
                || vm.is_exception(&r, &vm.exc_types.OverflowError) =>
        {
            return Err(vm.value_error(text));
        }
        Err(r) => return Err(r),
    };
    u64::try_from(n).map(Some).map_err(|_| vm.value_error(text))
}

fn islice_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    const STOP: &str =
        "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const BOUNDS: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    no_keywords(vm, args, "islice")?;
    let [class, rest @ ..] = args.pos() else {
        return Err(vm.type_error("islice expected a class"));
    };
    if rest.len() < 2 || rest.len() > 4 {
        let (how, n) = if rest.len() < 2 {
            ("at least 2", rest.len())
        } else {
            ("at most 4", rest.len())
        };
        return Err(vm.type_error(&format!("islice expected {how} arguments, got {n}")));
    }
    let (start, stop, step) = match rest {
        [_, stop] => (0, islice_bound(vm, stop, STOP)?, 1),
        [_, start, stop, step @ ..] => {
            let start = islice_bound(vm, start, BOUNDS)?.unwrap_or(0);
            let stop = islice_bound(vm, stop, BOUNDS)?;
            let step = match step.first() {
                Some(s) => islice_bound(vm, s, STEP)?.unwrap_or(1),
                None => 1,
            };
            (start, stop, step)
        }
        _ => (0, None, 1),
    };
    if step == 0 {
        return Err(vm.value_error(STEP));
    }
    let source = vm.get_iter(&rest[0])?;
    let islice = Islice {
        source: ValueCell::new(source),
        next: Cell::new(start),
        stop,
        step,
        count: Cell::new(0),
    };
    Ok(vm.new_native(class_arg(vm, class)?, &ISLICE, islice))
}

fn islice_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let s = data::<Islice>(vm, it)?;
    let source = s.source.get();
    if source.is_null() {
        return Ok(None);
    }
    let limit = s.stop.unwrap_or(u64::MAX);
    while s.count.get() < s.next.get() && s.count.get() < limit {
        if vm.iter_next(&source)?.is_none() {
            s.source.set(Value::NULL);
            return Ok(None);
        }
        s.count.set(s.count.get() + 1);
    }
    if s.count.get() >= limit {
        s.source.set(Value::NULL);
        return Ok(None);
    }
    let Some(v) = vm.iter_next(&source)? else {
        s.source.set(Value::NULL);
        return Ok(None);
    };
    s.count.set(s.count.get() + 1);
    s.next.set(s.next.get().saturating_add(s.step).min(limit));
    Ok(Some(v))
}

iterator!(
    Islice,
    ISLICE,
    ISLICE_DEF,
    "itertools.islice",
    islice_next,
    [MethodDef::raw("__new__", Access::New, islice_new),]
);
