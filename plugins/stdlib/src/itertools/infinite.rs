//! `count`, `cycle`, `repeat`, `chain`, `accumulate`.

use std::cell::Cell;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, ListCell, MethodDef, NativeType, ValueCell};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, Vm};

use super::{iterator, no_keywords};
use crate::util::{class_arg, class_getitem, data, put, some};

pub(super) fn init(vm: &Vm, m: &Value) {
    put(vm, m, "count", vm.native_type::<Count>(&COUNT).into_value());
    put(vm, m, "cycle", vm.native_type::<Cycle>(&CYCLE).into_value());
    put(
        vm,
        m,
        "repeat",
        vm.native_type::<Repeat>(&REPEAT).into_value(),
    );
    put(vm, m, "chain", vm.native_type::<Chain>(&CHAIN).into_value());
    put(
        vm,
        m,
        "accumulate",
        vm.native_type::<Accumulate>(&ACCUMULATE).into_value(),
    );
}

struct Count {
    current: ValueCell,
    step: Value,
}

impl NativeType for Count {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.current.visit(visit);
        visit(&self.step);
    }
}

/// `PyNumber_Check`.
fn is_number(vm: &Vm, v: &Value) -> bool {
    let ty = vm.type_of(v);
    vm.is_instance(v, &vm.types.complex)
        || [&vm.names.index, &vm.names.int, &vm.names.float]
            .iter()
            .any(|n| vm.lookup_type(ty, n).is_some())
}

fn count_new(vm: &Vm, args: &[Value]) -> PyResult {
    let start = args[1].opt().cloned().unwrap_or(Value::i32(0));
    let step = args[2].opt().cloned().unwrap_or(Value::i32(1));
    if !is_number(vm, &start) || !is_number(vm, &step) {
        return Err(vm.type_error("a number is required"));
    }
    Ok(vm.new_native(
        class_arg(vm, &args[0])?,
        &COUNT,
        Count {
            current: ValueCell::new(start),
            step,
        },
    ))
}

fn count_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Count>(vm, it)?;
    let v = c.current.get();
    let next = match Value::add_ints(&v, &c.step) {
        Some(n) => n,
        None => vm.binary_op(BinOp::Add, &v, &c.step)?,
    };
    c.current.set(next);
    Ok(Some(v))
}

fn count_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let c = data::<Count>(vm, &args[0])?;
    let name = vm.type_of(&args[0]).name();
    let current = vm.repr_text(&c.current.get())?;
    let text = match c.step.as_int() {
        Some(1) => format!("{name}({current})"),
        _ => format!("{name}({current}, {})", vm.repr_text(&c.step)?),
    };
    Ok(vm.new_str(&text))
}

iterator!(
    Count,
    COUNT,
    COUNT_DEF,
    "itertools.count",
    count_next,
    [
        MethodDef::new_method("start=, step=", count_new),
        MethodDef::method("__repr__", "", count_repr),
    ]
);

struct Cycle {
    /// NULL once it has been walked through.
    source: ValueCell,
    saved: ListCell,
    at: Cell<usize>,
}

impl NativeType for Cycle {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.source.visit(visit);
        self.saved.visit(visit);
    }
    fn clear(&self) {
        self.source.set(Value::NULL);
        self.saved.clear();
    }
}

fn cycle_new(vm: &Vm, args: &[Value]) -> PyResult {
    let source = vm.get_iter(&args[1])?;
    let cycle = Cycle {
        source: ValueCell::new(source),
        saved: ListCell::new(Vec::new()),
        at: Cell::new(0),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &CYCLE, cycle))
}

fn cycle_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Cycle>(vm, it)?;
    let source = c.source.get();
    if !source.is_null() {
        if let Some(v) = vm.iter_next(&source)? {
            c.saved.push(v.clone());
            return Ok(Some(v));
        }
        c.source.set(Value::NULL);
    }
    let v = c.saved.get(c.at.get());
    let next = c.at.get() + 1;
    c.at.set(if next >= c.saved.len() { 0 } else { next });
    Ok(v)
}

iterator!(
    Cycle,
    CYCLE,
    CYCLE_DEF,
    "itertools.cycle",
    cycle_next,
    [MethodDef::new_method("iterable, /", cycle_new)]
);

struct Repeat {
    object: Value,
    /// How often still; `None` for ever.
    left: Cell<Option<u64>>,
}

impl NativeType for Repeat {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.object);
    }
}

fn repeat_new(vm: &Vm, args: &[Value]) -> PyResult {
    let left = match args[2].opt() {
        Some(n) => Some(u64::try_from(vm.index_i64(n)?).unwrap_or(0)),
        None => None,
    };
    let repeat = Repeat {
        object: args[1].clone(),
        left: Cell::new(left),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &REPEAT, repeat))
}

fn repeat_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let r = data::<Repeat>(vm, it)?;
    match r.left.get() {
        Some(0) => return Ok(None),
        Some(n) => r.left.set(Some(n - 1)),
        None => {}
    }
    Ok(Some(r.object.clone()))
}

fn repeat_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let r = data::<Repeat>(vm, &args[0])?;
    let (name, object) = (vm.type_of(&args[0]).name(), vm.repr_text(&r.object)?);
    Ok(vm.new_str(&match r.left.get() {
        Some(n) => format!("{name}({object}, {n})"),
        None => format!("{name}({object})"),
    }))
}

fn repeat_hint(vm: &Vm, args: &[Value]) -> PyResult {
    match data::<Repeat>(vm, &args[0])?.left.get() {
        Some(n) => Ok(vm.new_uint(n)),
        None => Err(vm.type_error("len() of unsized object")),
    }
}

iterator!(
    Repeat,
    REPEAT,
    REPEAT_DEF,
    "itertools.repeat",
    repeat_next,
    [
        MethodDef::new_method("object, times=", repeat_new),
        MethodDef::method("__repr__", "", repeat_repr),
        MethodDef::method("__length_hint__", "", repeat_hint),
    ]
);

struct Chain {
    /// Iterator of iterables; NULL at the end.
    source: ValueCell,
    /// The iterator in use, or NULL.
    active: ValueCell,
}

impl NativeType for Chain {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.source.visit(visit);
        self.active.visit(visit);
    }
    fn clear(&self) {
        self.source.set(Value::NULL);
        self.active.set(Value::NULL);
    }
}

fn make_chain(vm: &Vm, class: &Value, iterables: &Value) -> PyResult {
    let source = vm.get_iter(iterables)?;
    let chain = Chain {
        source: ValueCell::new(source),
        active: ValueCell::new(Value::NULL),
    };
    Ok(vm.new_native(class_arg(vm, class)?, &CHAIN, chain))
}

fn chain_new(vm: &Vm, args: &Args<'_>) -> PyResult {
    no_keywords(vm, args, "chain")?;
    let [class, iterables @ ..] = args.pos() else {
        return Err(vm.type_error("chain expected a class"));
    };
    make_chain(vm, class, &vm.new_tuple_from(iterables))
}

fn chain_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let c = data::<Chain>(vm, it)?;
    loop {
        let active = c.active.get();
        if !active.is_null() {
            if let Some(v) = vm.next_of_sequence(&active) {
                return Ok(Some(v));
            }
            if let Some(v) = vm.iter_next(&active)? {
                return Ok(Some(v));
            }
            c.active.set(Value::NULL);
        }
        let source = c.source.get();
        if source.is_null() {
            return Ok(None);
        }
        let Some(iterable) = vm.iter_next(&source)? else {
            c.source.set(Value::NULL);
            return Ok(None);
        };
        match vm.get_iter(&iterable) {
            Ok(i) => c.active.set(i),
            Err(r) => {
                c.source.set(Value::NULL);
                return Err(r);
            }
        }
    }
}

iterator!(
    Chain,
    CHAIN,
    CHAIN_DEF,
    "itertools.chain",
    chain_next,
    [
        MethodDef::raw("__new__", Access::New, chain_new),
        MethodDef::class_method("from_iterable", "iterable, /", |vm, a| make_chain(
            vm, &a[0], &a[1]
        )),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem)
            .since(Version::V3_9),
    ]
);

struct Accumulate {
    source: Value,
    func: Option<Value>,
    /// NULL before the first item.
    total: ValueCell,
    /// The first value given, or NULL.
    initial: ValueCell,
}

impl NativeType for Accumulate {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.source);
        self.func.iter().for_each(&mut *visit);
        self.total.visit(visit);
        self.initial.visit(visit);
    }
}

fn accumulate_new(vm: &Vm, args: &[Value]) -> PyResult {
    if args[3].opt().is_some() && vm.version().minor() < 8 {
        return Err(vm.type_error("'initial' is an invalid keyword argument for this function"));
    }
    let a = Accumulate {
        source: vm.get_iter(&args[1])?,
        func: some(args, 2).cloned(),
        total: ValueCell::new(Value::NULL),
        initial: ValueCell::new(some(args, 3).cloned().unwrap_or(Value::NULL)),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &ACCUMULATE, a))
}

fn accumulate_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let a = data::<Accumulate>(vm, it)?;
    let initial = a.initial.take();
    if !initial.is_null() {
        a.total.set(initial.clone());
        return Ok(Some(initial));
    }
    let Some(v) = vm.iter_next(&a.source)? else {
        return Ok(None);
    };
    let total = a.total.get();
    let next = match &a.func {
        _ if total.is_null() => v,
        Some(f) => vm.call(f, &[total, v])?,
        None => vm.binary_op(BinOp::Add, &total, &v)?,
    };
    a.total.set(next.clone());
    Ok(Some(next))
}

iterator!(
    Accumulate,
    ACCUMULATE,
    ACCUMULATE_DEF,
    "itertools.accumulate",
    accumulate_next,
    [MethodDef::new_method(
        "iterable, func=, *, initial=",
        accumulate_new
    ),]
);
