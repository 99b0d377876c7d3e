//! What the types have in common: registering methods, binding arguments, comparing and showing items, formatting.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{Kind, Object, PySlice, PyType};
use opyc_core::text::builder::StrBuilder;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

/// Registers methods, and perhaps computed attributes, of a type.
macro_rules! type_def {
    ($static:ident, $name:literal, [$($method:expr),* $(,)?] $(, [$($getset:expr),* $(,)?])?) => {
        #[opyc_core::linkme::distributed_slice(opyc_core::registry::TYPE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $static: opyc_core::registry::TypeDef = opyc_core::registry::TypeDef {
            name: $name,
            methods: &[$($method),*],
            getsets: &[$($($getset),*)?],
        };
    };
}

/// Registers the six comparisons of a type, which one function answers.
macro_rules! comparisons {
    ($static:ident, $name:literal, $compare:path) => {
        $crate::types::support::type_def!(
            $static,
            $name,
            [
                opyc_core::object::MethodDef::method("__lt__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Lt, &a[0], &a[1])
                }),
                opyc_core::object::MethodDef::method("__le__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Le, &a[0], &a[1])
                }),
                opyc_core::object::MethodDef::method("__eq__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Eq, &a[0], &a[1])
                }),
                opyc_core::object::MethodDef::method("__ne__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Ne, &a[0], &a[1])
                }),
                opyc_core::object::MethodDef::method("__gt__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Gt, &a[0], &a[1])
                }),
                opyc_core::object::MethodDef::method("__ge__", "value, /", |vm, a| {
                    $compare(vm, opyc_core::vm::CmpOp::Ge, &a[0], &a[1])
                }),
            ]
        );
    };
}

pub(crate) use comparisons;
pub(crate) use type_def;

/// The instance behind a value that the call has checked already.
pub fn this<'a, T: Object>(vm: &Vm, v: &'a Value) -> PyResult<&'a T> {
    v.downcast()
        .ok_or_else(|| vm.system_error("bad argument to internal function"))
}

/// A method that gives the instance back: `__iter__` of iterators.
pub fn identity(_: &Vm, args: &[Value]) -> PyResult {
    Ok(args[0].clone())
}

/// `__next__` of builtin iterators.
pub fn next(vm: &Vm, args: &[Value]) -> PyResult {
    vm.builtin_next(&args[0])
}

/// The index of an item: TypeError names the container, and a too large index is no index.
pub fn item_index(vm: &Vm, container: &str, v: &Value) -> PyResult<i64> {
    if let Some(i) = v.as_int() {
        return Ok(i);
    }
    if !is_index(vm, v) {
        return Err(vm.type_error(&format!(
            "{container} indices must be integers or slices, not {}",
            vm.type_name(v)
        )));
    }
    vm.index(v)?.view().as_i64().ok_or_else(|| {
        vm.index_error(&format!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(v)
        ))
    })
}

/// Whether a value has `__index__`.
pub fn is_index(vm: &Vm, v: &Value) -> bool {
    vm.is_int(v) || vm.lookup_type(vm.type_of(v), &vm.names.index).is_some()
}

/// Position `i` of a sequence of `len` items, counted from the end if negative; `None` if there is no such item.
pub fn position(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 {
        i.checked_add(i64::try_from(len).ok()?)?
    } else {
        i
    };
    usize::try_from(i).ok().filter(|i| *i < len)
}

/// A start or stop argument of `index` and the like, cut to `0..=len`; `default` where it was not given.
pub fn bound(vm: &Vm, v: &Value, len: usize, default: usize) -> PyResult<usize> {
    let Some(v) = v.opt() else { return Ok(default) };
    if !is_index(vm, v) {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    Ok(cut(vm.index_clamped(v)?, len))
}

/// An index as a position of a sequence, cut to `0..=len`.
pub fn cut(i: i64, len: usize) -> usize {
    let n = i64::try_from(len).unwrap_or(i64::MAX);
    let i = if i < 0 {
        i.saturating_add(n).max(0)
    } else {
        i.min(n)
    };
    usize::try_from(i).unwrap_or(0)
}

/// The items of a slice of a sequence.
pub fn slice_items(
    vm: &Vm,
    slice: &PySlice,
    len: impl Fn() -> usize,
    item: impl Fn(usize) -> Option<Value>,
) -> PyResult<Vec<Value>> {
    let bounds = vm.slice_bounds(slice)?;
    let (start, _, step, n) = bounds.adjust(len());
    let mut out = with_room(vm, n)?;
    let mut at = start;
    for _ in 0..n {
        out.extend(usize::try_from(at).ok().and_then(&item));
        at = at.wrapping_add(step);
    }
    Ok(out)
}

/// A vector with room for `n` values.
pub fn with_room(vm: &Vm, n: usize) -> PyResult<Vec<Value>> {
    let mut out = Vec::new();
    match out.try_reserve_exact(n) {
        Ok(()) => Ok(out),
        Err(_) => Err(vm.memory_error()),
    }
}

/// How often a sequence is to be repeated.
pub fn repetitions(vm: &Vm, times: &Value) -> PyResult<usize> {
    let n = match times.as_int() {
        Some(n) => n,
        None if is_index(vm, times) => vm.index(times)?.view().as_i64().ok_or_else(|| {
            vm.overflow_error(&format!(
                "cannot fit '{}' into an index-sized integer",
                vm.type_name(times)
            ))
        })?,
        None => {
            return Err(vm.type_error(&format!(
                "can't multiply sequence by non-int of type '{}'",
                vm.type_name(times)
            )));
        }
    };
    Ok(usize::try_from(n).unwrap_or(0))
}

/// What a rich comparison of two sequences gives; `item` gives copies, so that sequences may change meanwhile.
pub fn compare_items(
    vm: &Vm,
    op: CmpOp,
    (a_len, a): (impl Fn() -> usize, impl Fn(usize) -> Option<Value>),
    (b_len, b): (impl Fn() -> usize, impl Fn(usize) -> Option<Value>),
) -> PyResult {
    if a_len() != b_len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (a(i), b(i)) {
        if !vm.same_or_equal(&x, &y)? {
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, &x, &y),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(a_len().cmp(&b_len()))))
}

/// `repr` of a container: its parts between brackets; `again` stands for a container inside itself.
pub fn repr_guarded(
    vm: &Vm,
    v: &Value,
    again: &str,
    write: impl FnOnce(&mut StrBuilder) -> PyResult<()>,
) -> PyResult {
    if !vm.enter_repr(v)? {
        return Ok(vm.new_str(again));
    }
    let mut out = StrBuilder::new();
    let r = write(&mut out);
    vm.leave_repr(v);
    r?;
    Ok(vm.new_text(out.finish().view()))
}

/// Appends the repr of a value.
pub fn push_repr(vm: &Vm, out: &mut StrBuilder, v: &Value) -> PyResult<()> {
    let r = vm.repr_of(v)?;
    if let Some(s) = r.downcast::<opyc_core::object::PyStr>() {
        out.push_str(s.view());
    }
    Ok(())
}

/// Appends the reprs of items, with commas.
pub fn push_reprs(
    vm: &Vm,
    out: &mut StrBuilder,
    item: impl Fn(usize) -> Option<Value>,
) -> PyResult<()> {
    let mut i = 0;
    while let Some(v) = item(i) {
        if i > 0 {
            out.push_utf8(", ");
        }
        push_repr(vm, out, &v)?;
        i += 1;
    }
    Ok(())
}

/// The arguments of a constructor behind the class or instance: from `min` to `max` positional ones, no keywords
/// unless the class is a subclass, which may have them for itself.
pub fn positional<'a>(
    vm: &Vm,
    name: &str,
    args: &Args<'a>,
    min: usize,
    max: usize,
    exact: impl FnOnce() -> bool,
) -> PyResult<&'a [Value]> {
    let given = args.pos().get(1..).unwrap_or_default();
    if args.has_keywords() && exact() {
        return Err(no_keywords(vm, name));
    }
    check_count(vm, name, given.len(), min, max)?;
    Ok(given)
}

/// TypeError of a function without keyword arguments.
pub fn no_keywords(vm: &Vm, name: &str) -> Raise {
    let takes = if vm.version() >= Version::V3_7 {
        "takes no"
    } else {
        "does not take"
    };
    vm.type_error(&format!("{name}() {takes} keyword arguments"))
}

/// Whether a class is the builtin type itself as far as keyword arguments go. From 3.11 on subclasses without an
/// `__init__` of their own count too.
pub fn is_plain(vm: &Vm, class: &PyType, builtin: &PyType) -> bool {
    if std::ptr::eq(class, builtin) {
        return true;
    }
    let init = |t: &PyType| vm.lookup_type(t, &vm.names.init).map(|f| f.bits());
    vm.version() >= Version::V3_11 && init(class) == init(builtin)
}

/// TypeError unless the number of positional arguments is right, as `PyArg_UnpackTuple` says it.
pub fn check_count(vm: &Vm, name: &str, given: usize, min: usize, max: usize) -> PyResult<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let (how, n) = match (min == max, given < min) {
        (true, _) => ("", max),
        (_, true) => ("at least ", min),
        _ => ("at most ", max),
    };
    let s = if n == 1 && vm.version() >= Version::V3_8 {
        ""
    } else {
        "s"
    };
    Err(vm.type_error(&format!(
        "{name} expected {how}{n} argument{s}, got {given}"
    )))
}

/// The one optional argument of `list()` and `tuple()`, which had a keyword `sequence` before 3.7.
pub fn sequence_argument(
    vm: &Vm,
    name: &str,
    args: &Args<'_>,
    exact: impl FnOnce() -> bool,
) -> PyResult<Option<Value>> {
    if vm.version() >= Version::V3_7 {
        return Ok(positional(vm, name, args, 0, 1, exact)?.first().cloned());
    }
    let given = args.values().len().saturating_sub(1);
    if given > 1 {
        return Err(vm.type_error(&format!(
            "{name}() takes at most 1 argument ({given} given)"
        )));
    }
    if let Some((k, v)) = args.keywords().next() {
        if vm.str_lossy(k) == "sequence" {
            return Ok(Some(v.clone()));
        }
        return Err(vm.type_error(&format!(
            "'{}' is an invalid keyword argument for this function",
            vm.str_lossy(k)
        )));
    }
    Ok(args.pos().get(1).cloned())
}

/// The function `iter` (or another builtin), for `__reduce__`.
pub fn builtin(vm: &Vm, name: &str) -> PyResult {
    vm.builtins
        .get_name(&vm.intern(name))
        .ok_or_else(|| vm.attribute_error(name))
}

/// The state of an instance for `__reduce__`: its `__dict__`, or None where there is none. From 3.11 on an empty
/// one does not count, and a class may say what its state is.
pub fn instance_state(vm: &Vm, v: &Value) -> PyResult {
    let own = vm.get_attr_opt(v, &vm.names.dict)?.unwrap_or(Value::NONE);
    if vm.version() < Version::V3_11 {
        return Ok(own);
    }
    let ty = vm.type_of(v);
    if let Some(f) = vm
        .lookup_type(ty, &vm.intern("__getstate__"))
        .filter(|f| f.kind() != Some(Kind::Descr))
    {
        return vm.call(&vm.descr_get(&f, Some(v), ty)?, &[]);
    }
    Ok(if own.is_none() || vm.len(&own)? > 0 {
        own
    } else {
        Value::NONE
    })
}
