//! `deque`: a list that is quick at both ends.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::VecDeque;

use opyc_core::error::PyResult;
use opyc_core::object::{GetSet, MethodDef, Native, NativeType, TypeFlags, value_of};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, NativeTypeSpec, Vm};

use super::deque_iter::{BACKWARD, FORWARD, Iter, new_iter};
use crate::util::{class_arg, class_getitem, data, itself, put, spec, type_def};

/// The items; borrowed only where no Python code can run.
pub(super) struct Deque {
    items: RefCell<VecDeque<Value>>,
    limit: Cell<Option<usize>>,
    /// Counts changes, so that iterators notice.
    pub(super) stamp: Cell<u64>,
}

impl NativeType for Deque {
    const LEN: Option<fn(&Deque) -> usize> = Some(Deque::len);

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        let mut i = 0;
        while let Some(v) = self.get(i) {
            visit(&v);
            i += 1;
        }
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

static DEQUE: NativeTypeSpec = spec(
    "collections.deque",
    TypeFlags::BASETYPE | TypeFlags::WEAKREF | TypeFlags::SEQUENCE,
    None,
);

pub(super) fn init(vm: &Vm, m: &Value) {
    put(vm, m, "deque", vm.native_type::<Deque>(&DEQUE).into_value());
    put(
        vm,
        m,
        "_deque_iterator",
        vm.native_type::<Iter<false>>(&FORWARD).into_value(),
    );
    put(
        vm,
        m,
        "_deque_reverse_iterator",
        vm.native_type::<Iter<true>>(&BACKWARD).into_value(),
    );
}

impl Deque {
    pub(super) fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub(super) fn get(&self, i: usize) -> Option<Value> {
        self.items.borrow().get(i).cloned()
    }

    fn changed(&self) {
        self.stamp.set(self.stamp.get().wrapping_add(1));
    }

    #[inline]
    fn push_back(&self, v: Value) {
        self.changed();
        let mut items = self.items.borrow_mut();
        items.push_back(v);
        if let Some(n) = self.limit.get()
            && items.len() > n
        {
            let old = items.pop_front();
            // Nobody may find the items borrowed when the old one goes.
            drop((items, old));
        }
    }

    #[inline]
    fn push_front(&self, v: Value) {
        self.changed();
        let mut items = self.items.borrow_mut();
        items.push_front(v);
        if let Some(n) = self.limit.get()
            && items.len() > n
        {
            let old = items.pop_back();
            drop((items, old));
        }
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }
}

pub(super) fn deque<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Deque> {
    data::<Deque>(vm, v)
}

pub(super) fn is_deque(v: &Value) -> bool {
    v.downcast::<Native<Deque>>().is_some()
}

fn make(vm: &Vm, class: &Value, items: Vec<Value>, limit: Option<usize>) -> PyResult {
    let d = Deque {
        items: RefCell::new(items.into()),
        limit: Cell::new(limit),
        stamp: Cell::new(0),
    };
    Ok(vm.new_native(class_arg(vm, class)?, &DEQUE, d))
}

fn init_deque(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let limit = match crate::util::some(args, 2) {
        None => None,
        Some(v) if vm.int_value(v).is_none() => return Err(vm.type_error("an integer is required")),
        Some(v) => match usize::try_from(vm.index_i64(v)?) {
            Ok(n) => Some(n),
            Err(_) => return Err(vm.value_error("maxlen must be non-negative")),
        },
    };
    d.limit.set(limit);
    let old = d.items.take();
    drop(old);
    d.changed();
    if let Some(source) = args[1].opt() {
        vm.for_each(source, |v| {
            d.push_back(v);
            Ok(())
        })?;
    }
    Ok(Value::NONE)
}

fn extend(vm: &Vm, d: &Value, source: &Value, push: fn(&Deque, Value)) -> PyResult<()> {
    let d = deque(vm, d)?;
    // A deque that is extended by itself takes what it had.
    if let Some(s) = source.downcast::<Native<Deque>>() {
        s.data.to_vec().into_iter().for_each(|v| push(d, v));
        return Ok(());
    }
    vm.for_each(source, |v| {
        push(d, v);
        Ok(())
    })
}

fn pop(vm: &Vm, args: &[Value], take: fn(&mut VecDeque<Value>) -> Option<Value>) -> PyResult {
    let d = deque(vm, &args[0])?;
    let v = take(&mut d.items.borrow_mut());
    d.changed();
    v.ok_or_else(|| vm.index_error("pop from an empty deque"))
}

fn clear(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let old = d.items.take();
    drop(old);
    d.changed();
    Ok(Value::NONE)
}

fn copy(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let ty = vm.type_of(&args[0]);
    if !ty.is_heap() {
        return make(vm, &value_of(ty), d.to_vec(), d.limit.get());
    }
    match d.limit.get() {
        Some(n) => vm.call(&value_of(ty), &[args[0].clone(), vm.new_int(n as i64)]),
        None => vm.call(&value_of(ty), &args[..1]),
    }
}

/// Where an item is; a change of the deque meanwhile is an error.
fn search(vm: &Vm, d: &Deque, from: usize, to: usize, wanted: &Value) -> PyResult<Option<usize>> {
    let stamp = d.stamp.get();
    for i in from..to {
        let Some(v) = d.get(i) else { break };
        let same = vm.same_or_equal(&v, wanted)?;
        if stamp != d.stamp.get() {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        if same {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn count(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let stamp = d.stamp.get();
    let mut n = 0;
    let mut i = 0;
    while let Some(v) = d.get(i) {
        n += i64::from(vm.same_or_equal(&v, &args[1])?);
        if stamp != d.stamp.get() {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        i += 1;
    }
    Ok(vm.new_int(n))
}

fn index(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let bound = |i: usize, default: usize| -> PyResult<usize> {
        let Some(v) = args[i].opt() else {
            return Ok(default);
        };
        let n = vm.index_clamped(v)?;
        let len = d.len() as i64;
        Ok(if n < 0 {
            (n.saturating_add(len)).max(0)
        } else {
            n.min(len)
        } as usize)
    };
    let (start, stop) = (bound(2, 0)?, bound(3, d.len())?);
    match search(vm, d, start, stop, &args[1])? {
        Some(i) => Ok(vm.new_int(i as i64)),
        None if vm.version() >= Version::V3_14 => {
            Err(vm.value_error("deque.index(x): x not in deque"))
        }
        None => Err(vm.value_error(&format!("{} is not in deque", vm.repr_text(&args[1])?))),
    }
}

fn remove(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let stamp = d.stamp.get();
    let mut i = 0;
    while let Some(v) = d.get(i) {
        let same = vm.same_or_equal(&v, &args[1])?;
        if stamp != d.stamp.get() {
            return Err(vm.index_error("deque mutated during remove()."));
        }
        if same {
            let old = d.items.borrow_mut().remove(i);
            drop(old);
            d.changed();
            return Ok(Value::NONE);
        }
        i += 1;
    }
    Err(match vm.version().minor() {
        10..=13 => vm.value_error(&format!("{} is not in deque", vm.repr_text(&args[1])?)),
        _ => vm.value_error("deque.remove(x): x not in deque"),
    })
}

fn insert(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let i = vm.index_i64(&args[1])?;
    let len = d.len();
    if d.limit.get().is_some_and(|n| len >= n) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    let at = if i < 0 {
        i.saturating_add(len as i64).max(0)
    } else {
        i.min(len as i64)
    };
    d.items.borrow_mut().insert(at as usize, args[2].clone());
    d.changed();
    Ok(Value::NONE)
}

fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    d.items.borrow_mut().make_contiguous().reverse();
    Ok(Value::NONE)
}

fn rotate(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let n = args[1].opt().map_or(Ok(1), |v| vm.index_i64(v))?;
    let len = d.len();
    if len > 1 {
        let n = n.rem_euclid(len as i64) as usize;
        d.items.borrow_mut().rotate_right(n);
        d.changed();
    }
    Ok(Value::NONE)
}

/// The place that an index means.
fn place(vm: &Vm, d: &Deque, i: &Value) -> PyResult<usize> {
    if vm.lookup_type(vm.type_of(i), &vm.names.index).is_none() {
        return Err(vm.type_error(&format!(
            "sequence index must be integer, not '{}'",
            vm.type_name(i)
        )));
    }
    let n = vm.index_i64(i)?;
    let len = d.len() as i64;
    let n = if n < 0 { n.saturating_add(len) } else { n };
    match usize::try_from(n) {
        Ok(i) if i < d.len() => Ok(i),
        _ => Err(vm.index_error("deque index out of range")),
    }
}

fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let i = place(vm, d, &args[1])?;
    d.get(i)
        .ok_or_else(|| vm.index_error("deque index out of range"))
}

fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let i = place(vm, d, &args[1])?;
    let old = d
        .items
        .borrow_mut()
        .get_mut(i)
        .map(|p| std::mem::replace(p, args[2].clone()));
    drop(old);
    Ok(Value::NONE)
}

fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let i = place(vm, d, &args[1])?;
    let old = d.items.borrow_mut().remove(i);
    drop(old);
    d.changed();
    Ok(Value::NONE)
}

fn add(vm: &Vm, args: &[Value]) -> PyResult {
    if !is_deque(&args[1]) {
        let text = format!(
            "can only concatenate deque (not \"{}\") to deque",
            vm.type_name(&args[1])
        );
        return Err(vm.type_error(&text));
    }
    let new = copy(vm, args)?;
    extend(vm, &new, &args[1], Deque::push_back)?;
    Ok(new)
}

fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
    extend(vm, &args[0], &args[1], Deque::push_back)?;
    itself(vm, args)
}

/// Makes a deque `n` times as long.
fn repeat(vm: &Vm, d: &Deque, n: i64) -> PyResult<()> {
    let n = usize::try_from(n).unwrap_or(0);
    let once = d.to_vec();
    let total = once.len().checked_mul(n).filter(|t| *t < 1 << 40);
    // Only the last items of a limited deque will stay.
    let total = match (total, d.limit.get()) {
        (_, Some(limit)) => total
            .unwrap_or(usize::MAX)
            .min(limit.saturating_add(once.len())),
        (Some(t), None) => t,
        (None, None) => return Err(vm.memory_error()),
    };
    if n == 0 || once.is_empty() {
        let old = d.items.take();
        drop(old);
    } else {
        let mut have = once.len();
        while have < total {
            once.iter().for_each(|v| d.push_back(v.clone()));
            have += once.len();
        }
    }
    d.changed();
    Ok(())
}

fn mul(vm: &Vm, args: &[Value]) -> PyResult {
    if vm
        .lookup_type(vm.type_of(&args[1]), &vm.names.index)
        .is_none()
    {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let n = vm.index_i64(&args[1])?;
    let new = copy(vm, args)?;
    repeat(vm, deque(vm, &new)?, n)?;
    Ok(new)
}

fn imul(vm: &Vm, args: &[Value]) -> PyResult {
    if vm
        .lookup_type(vm.type_of(&args[1]), &vm.names.index)
        .is_none()
    {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    repeat(vm, deque(vm, &args[0])?, vm.index_i64(&args[1])?)?;
    itself(vm, args)
}

fn compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    if !is_deque(&args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (deque(vm, &args[0])?, deque(vm, &args[1])?);
    if a.len() != b.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.get(i), b.get(i)) {
        if !vm.same_or_equal(&x, &y)? {
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, &x, &y),
            };
        }
        i += 1;
    }
    let order: Ordering = a.len().cmp(&b.len());
    Ok(Value::bool(op.holds(order)))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    if !vm.enter_repr(&args[0])? {
        return Ok(vm.new_str("[...]"));
    }
    let list = vm.repr_text(&vm.new_list(d.to_vec()));
    vm.leave_repr(&args[0]);
    let (name, list) = (vm.type_of(&args[0]).name(), list?);
    Ok(vm.new_str(&match d.limit.get() {
        Some(n) => format!("{name}({list}, maxlen={n})"),
        None => format!("{name}({list})"),
    }))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let d = deque(vm, &args[0])?;
    let first = match d.limit.get() {
        Some(n) => vm.new_pair(vm.new_tuple(Vec::new()), vm.new_int(n as i64)),
        None => vm.new_tuple(Vec::new()),
    };
    let state = match vm.instance_dict_opt(&args[0]) {
        Some(dict) if !dict.is_empty() => dict.into_value(),
        _ => Value::NONE,
    };
    let class = value_of(vm.type_of(&args[0]));
    Ok(vm.new_tuple(vec![class, first, state, vm.get_iter(&args[0])?]))
}

macro_rules! comparison {
    ($name:literal, $op:ident) => {
        MethodDef::method($name, "value, /", |vm, a| compare(vm, a, CmpOp::$op))
    };
}

type_def!(
    DEQUE_DEF,
    "collections.deque",
    [
        MethodDef::raw("__new__", opyc_core::object::Access::New, |vm, a| {
            match a.pos().first() {
                Some(class) => make(vm, class, Vec::new(), None),
                None => Err(vm.type_error("deque.__new__(): not enough arguments")),
            }
        }),
        MethodDef::method("__init__", "iterable=, maxlen=", init_deque),
        MethodDef::method("append", "item, /", |vm, a| {
            deque(vm, &a[0])?.push_back(a[1].clone());
            Ok(Value::NONE)
        }),
        MethodDef::method("appendleft", "item, /", |vm, a| {
            deque(vm, &a[0])?.push_front(a[1].clone());
            Ok(Value::NONE)
        }),
        MethodDef::method("extend", "iterable, /", |vm, a| extend(
            vm,
            &a[0],
            &a[1],
            Deque::push_back
        )
        .map(|()| Value::NONE)),
        MethodDef::method("extendleft", "iterable, /", |vm, a| extend(
            vm,
            &a[0],
            &a[1],
            Deque::push_front
        )
        .map(|()| Value::NONE)),
        MethodDef::method("pop", "", |vm, a| pop(vm, a, VecDeque::pop_back)),
        MethodDef::method("popleft", "", |vm, a| pop(vm, a, VecDeque::pop_front)),
        MethodDef::method("clear", "", clear),
        MethodDef::method("copy", "", copy),
        MethodDef::method("__copy__", "", copy),
        MethodDef::method("count", "value, /", count),
        MethodDef::method("index", "value, start=, stop=, /", index),
        MethodDef::method("insert", "index, value, /", insert),
        MethodDef::method("remove", "value, /", remove),
        MethodDef::method("reverse", "", reverse),
        MethodDef::method("rotate", "n=, /", rotate),
        MethodDef::method("__len__", "", |vm, a| Ok(
            vm.new_int(deque(vm, &a[0])?.len() as i64)
        )),
        MethodDef::method("__getitem__", "key, /", getitem),
        MethodDef::method("__setitem__", "key, value, /", setitem),
        MethodDef::method("__delitem__", "key, /", delitem),
        MethodDef::method("__contains__", "key, /", |vm, a| {
            let d = deque(vm, &a[0])?;
            Ok(Value::bool(search(vm, d, 0, d.len(), &a[1])?.is_some()))
        }),
        MethodDef::method("__iter__", "", |vm, a| new_iter::<false>(
            vm, &a[0], &FORWARD
        )),
        MethodDef::method("__reversed__", "", |vm, a| new_iter::<true>(
            vm, &a[0], &BACKWARD
        )),
        MethodDef::method("__add__", "value, /", add),
        MethodDef::method("__iadd__", "value, /", iadd),
        MethodDef::method("__mul__", "value, /", mul),
        MethodDef::method("__rmul__", "value, /", mul),
        MethodDef::method("__imul__", "value, /", imul),
        comparison!("__lt__", Lt),
        comparison!("__le__", Le),
        comparison!("__eq__", Eq),
        comparison!("__ne__", Ne),
        comparison!("__gt__", Gt),
        comparison!("__ge__", Ge),
        MethodDef::absent("__hash__"),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem)
            .since(Version::V3_9),
    ],
    [GetSet::get("maxlen", |vm, v| Ok(deque(vm, v)?
        .limit
        .get()
        .map_or(Value::NONE, |n| vm.new_int(n as i64))))]
);
