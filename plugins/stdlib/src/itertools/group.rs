//! `groupby` and `tee`.

use std::cell::Cell;

use opyc_core::error::PyResult;
use opyc_core::object::{ListCell, MethodDef, Native, NativeType, ValueCell};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::iterator;
use crate::util::{class_arg, data, put, some};

pub(super) fn init(vm: &Vm, m: &Value) {
    put(
        vm,
        m,
        "groupby",
        vm.native_type::<GroupBy>(&GROUP_BY).into_value(),
    );
    put(
        vm,
        m,
        "_grouper",
        vm.native_type::<Grouper>(&GROUPER).into_value(),
    );
    put(vm, m, "_tee", vm.native_type::<Tee>(&TEE).into_value());
}

struct GroupBy {
    source: Value,
    key: Option<Value>,
    /// Key of the group given last, key and value read last: NULL before.
    target: ValueCell,
    current_key: ValueCell,
    current: ValueCell,
    /// Counts groups, so that the iterator of an older one ends.
    group: Cell<u64>,
}

impl NativeType for GroupBy {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.source);
        self.key.iter().for_each(&mut *visit);
        for c in [&self.target, &self.current_key, &self.current] {
            c.visit(visit);
        }
    }
    fn clear(&self) {
        for c in [&self.target, &self.current_key, &self.current] {
            c.set(Value::NULL);
        }
    }
}

impl GroupBy {
    /// Reads an item and its key; false at the end.
    fn step(&self, vm: &Vm) -> PyResult<bool> {
        let Some(v) = vm.iter_next(&self.source)? else {
            return Ok(false);
        };
        let key = match &self.key {
            Some(f) => vm.call(f, std::slice::from_ref(&v))?,
            None => v.clone(),
        };
        self.current.set(v);
        self.current_key.set(key);
        Ok(true)
    }
}

fn group_by_new(vm: &Vm, args: &[Value]) -> PyResult {
    let null = || ValueCell::new(Value::NULL);
    let g = GroupBy {
        source: vm.get_iter(&args[1])?,
        key: some(args, 2).cloned(),
        target: null(),
        current_key: null(),
        current: null(),
        group: Cell::new(0),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &GROUP_BY, g))
}

fn group_by_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let g = data::<GroupBy>(vm, it)?;
    g.group.set(g.group.get().wrapping_add(1));
    loop {
        let (key, target) = (g.current_key.get(), g.target.get());
        if !key.is_null() && (target.is_null() || !vm.same_or_equal(&target, &key)?) {
            break;
        }
        if !g.step(vm)? {
            return Ok(None);
        }
    }
    let key = g.current_key.get();
    g.target.set(key.clone());
    let grouper = Grouper {
        parent: it.clone(),
        target: key.clone(),
        group: g.group.get(),
    };
    let ty = vm.native_type::<Grouper>(&GROUPER);
    Ok(Some(
        vm.new_pair(key, vm.new_native(&ty, &GROUPER, grouper)),
    ))
}

iterator!(
    GroupBy,
    GROUP_BY,
    GROUP_BY_DEF,
    "itertools.groupby",
    group_by_next,
    [MethodDef::new_method("iterable, key=", group_by_new),]
);

struct Grouper {
    parent: Value,
    target: Value,
    group: u64,
}

impl NativeType for Grouper {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.parent);
        visit(&self.target);
    }
}

fn grouper_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let s = data::<Grouper>(vm, it)?;
    let g = data::<GroupBy>(vm, &s.parent)?;
    if g.group.get() != s.group {
        return Ok(None);
    }
    if g.current.is_null() && !g.step(vm)? {
        return Ok(None);
    }
    if !vm.same_or_equal(&s.target, &g.current_key.get())? {
        return Ok(None);
    }
    let v = g.current.take();
    Ok(if v.is_null() { None } else { Some(v) })
}

iterator!(
    Grouper,
    GROUPER,
    GROUPER_DEF,
    "itertools._grouper",
    grouper_next,
    []
);

/// Items that a block of the shared list holds.
const BLOCK: usize = 57;

/// A block of what `tee` has read, shared by its iterators.
struct Block {
    source: Value,
    items: ListCell,
    next: ValueCell,
    running: Cell<bool>,
}

impl NativeType for Block {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.source);
        self.items.visit(visit);
        self.next.visit(visit);
    }
    fn clear(&self) {
        self.items.clear();
        self.next.set(Value::NULL);
    }
}

static BLOCK_SPEC: opyc_core::vm::NativeTypeSpec =
    crate::util::spec("itertools._tee_dataobject", 0, None);

fn new_block(vm: &Vm, source: Value) -> Value {
    let b = Block {
        source,
        items: ListCell::new(Vec::new()),
        next: ValueCell::new(Value::NULL),
        running: Cell::new(false),
    };
    let ty = vm.native_type::<Block>(&BLOCK_SPEC);
    vm.new_native(&ty, &BLOCK_SPEC, b)
}

struct Tee {
    block: ValueCell,
    at: Cell<usize>,
}

impl NativeType for Tee {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.block.visit(visit);
    }
}

fn tee_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let t = data::<Tee>(vm, it)?;
    let mut block = t.block.get();
    if t.at.get() >= BLOCK {
        let b = data::<Block>(vm, &block)?;
        if b.next.is_null() {
            b.next.set(new_block(vm, b.source.clone()));
        }
        let next = b.next.get();
        t.block.set(next.clone());
        t.at.set(0);
        block = next;
    }
    let b = data::<Block>(vm, &block)?;
    if let Some(v) = b.items.get(t.at.get()) {
        t.at.set(t.at.get() + 1);
        return Ok(Some(v));
    }
    if b.running.replace(true) {
        return Err(vm.runtime_error("cannot re-enter the tee iterator"));
    }
    let v = vm.iter_next(&b.source);
    b.running.set(false);
    let Some(v) = v? else { return Ok(None) };
    b.items.push(v.clone());
    t.at.set(t.at.get() + 1);
    Ok(Some(v))
}

fn new_tee(vm: &Vm, block: Value, at: usize) -> Value {
    let ty = vm.native_type::<Tee>(&TEE);
    vm.new_native(
        &ty,
        &TEE,
        Tee {
            block: ValueCell::new(block),
            at: Cell::new(at),
        },
    )
}

fn tee_of(vm: &Vm, iterable: &Value) -> PyResult {
    let it = vm.get_iter(iterable)?;
    if let Some(t) = it.downcast::<Native<Tee>>() {
        return Ok(new_tee(vm, t.data.block.get(), t.data.at.get()));
    }
    Ok(new_tee(vm, new_block(vm, it), 0))
}

fn tee_copy(vm: &Vm, args: &[Value]) -> PyResult {
    let t = data::<Tee>(vm, &args[0])?;
    Ok(new_tee(vm, t.block.get(), t.at.get()))
}

iterator!(
    Tee,
    TEE,
    TEE_DEF,
    "itertools._tee",
    tee_next,
    [
        MethodDef::new_method("iterable, /", |vm, a| tee_of(vm, &a[1])),
        MethodDef::method("__copy__", "", tee_copy),
    ]
);

/// `tee(iterable, n=2)`.
pub(super) fn tee(vm: &Vm, args: &[Value]) -> PyResult {
    let n = match args[1].opt() {
        Some(n) => vm.index_i64(n)?,
        None => 2,
    };
    let Ok(n) = usize::try_from(n) else {
        return Err(vm.value_error("n must be >= 0"));
    };
    if n == 0 {
        return Ok(vm.new_tuple(Vec::new()));
    }
    // An iterator that can copy itself is copied: no buffer of our own.
    let it = vm.get_iter(&args[0])?;
    let copy = vm.intern("__copy__");
    let mut all = Vec::new();
    let first = if vm.get_attr_opt(&it, &copy)?.is_some() {
        it
    } else {
        tee_of(vm, &it)?
    };
    all.push(first);
    while all.len() < n {
        let last = all[all.len() - 1].clone();
        all.push(vm.call_method(&last, &copy, &[])?);
    }
    Ok(vm.new_tuple(all))
}
