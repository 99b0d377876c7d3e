//! Views of dicts and iterators over dicts.

use opyc_core::error::PyResult;
use opyc_core::object::{
    DictCursor, DictView, GetSet, MethodDef, PyDictIter, PyDictView, PySet, PyTuple, Ref,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::set_algebra;
use super::support::*;

macro_rules! view_methods {
    ($static:ident, $name:literal) => {
        type_def!(
            $static,
            $name,
            [
                MethodDef::method("__len__", "", len),
                MethodDef::method("__iter__", "", iter),
                MethodDef::method("__reversed__", "", reversed).since(Version::V3_8),
                MethodDef::method("__repr__", "", repr),
            ],
            [GetSet::get("mapping", |vm, v| {
                Ok(vm.new_mappingproxy(this::<PyDictView>(vm, v)?.dict.value()))
            })
            .since(Version::V3_10),]
        );
    };
}

view_methods!(KEYS, "dict_keys");
view_methods!(VALUES, "dict_values");
view_methods!(ITEMS, "dict_items");

macro_rules! set_methods {
    ($static:ident, $compare:ident, $name:literal) => {
        type_def!(
            $static,
            $name,
            [
                MethodDef::absent("__hash__"),
                MethodDef::method("__contains__", "key, /", contains),
                MethodDef::method("__and__", "value, /", |vm, a| and(vm, &a[0], &a[1])),
                MethodDef::method("__rand__", "value, /", |vm, a| and(vm, &a[1], &a[0])),
                MethodDef::method("__or__", "value, /", |vm, a| or(vm, &a[0], &a[1])),
                MethodDef::method("__ror__", "value, /", |vm, a| or(vm, &a[1], &a[0])),
                MethodDef::method("__xor__", "value, /", |vm, a| xor(vm, &a[0], &a[1])),
                MethodDef::method("__rxor__", "value, /", |vm, a| xor(vm, &a[1], &a[0])),
                MethodDef::method("__sub__", "value, /", |vm, a| sub(vm, &a[0], &a[1])),
                MethodDef::method("__rsub__", "value, /", |vm, a| sub(vm, &a[1], &a[0])),
                MethodDef::method("isdisjoint", "other, /", is_disjoint),
            ]
        );
        comparisons!($compare, $name, compare);
    };
}

set_methods!(KEYS_AS_SET, KEYS_COMPARE, "dict_keys");
set_methods!(ITEMS_AS_SET, ITEMS_COMPARE, "dict_items");

fn len(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_int(this::<PyDictView>(vm, &args[0])?.dict.len() as i64))
}

fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    let v = this::<PyDictView>(vm, &args[0])?;
    Ok(vm.new_dict_iter(v.dict.clone(), v.view, false))
}

fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
    let v = this::<PyDictView>(vm, &args[0])?;
    Ok(vm.new_dict_iter(v.dict.clone(), v.view, true))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.type_name(&args[0]);
    repr_guarded(vm, &args[0], "...", |out| {
        let items = vm.new_list(vm.collect(&args[0])?);
        out.push_utf8(&name);
        out.push_utf8("(");
        push_repr(vm, out, &items)?;
        out.push_utf8(")");
        Ok(())
    })
}

fn has(vm: &Vm, view: &PyDictView, v: &Value) -> PyResult<bool> {
    match view.view {
        DictView::Keys => Ok(view.dict.get(vm, v)?.is_some()),
        DictView::Items => {
            let Some([k, wanted]) = v.downcast::<PyTuple>().map(PyTuple::items) else {
                return Ok(false);
            };
            match view.dict.get(vm, k)? {
                Some(found) => vm.same_or_equal(&found, wanted),
                None => Ok(false),
            }
        }
        DictView::Values => Ok(false),
    }
}

fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(has(vm, this(vm, &args[0])?, &args[1])?))
}

/// A set with the items of any iterable.
fn set_of(vm: &Vm, v: &Value) -> PyResult<Ref<PySet>> {
    let s = vm.new_set();
    set_algebra::update(vm, &s, v)?;
    Ok(s)
}

fn and(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let (view, other) = if a.downcast::<PyDictView>().is_some() {
        (a, b)
    } else {
        (b, a)
    };
    let out = vm.new_set();
    // The smaller one is walked through, if both can be asked.
    let (view, other) = match other.downcast::<PyDictView>() {
        Some(o)
            if o.view != DictView::Values
                && o.dict.len() > this::<PyDictView>(vm, view)?.dict.len() =>
        {
            (other, view)
        }
        _ => (view, other),
    };
    let v = this::<PyDictView>(vm, view)?;
    vm.for_each(other, |item| {
        if has(vm, v, &item)? {
            out.add(vm, &item)?;
        }
        Ok(())
    })?;
    Ok(out.into_value())
}

fn or(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let s = set_of(vm, a)?;
    set_algebra::update(vm, &s, b)?;
    Ok(s.into_value())
}

fn sub(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let s = set_of(vm, a)?;
    set_algebra::remove_all(vm, &s, b)?;
    Ok(s.into_value())
}

fn xor(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let s = set_of(vm, a)?;
    set_algebra::toggle_all(vm, &s, b)?;
    Ok(s.into_value())
}

fn is_disjoint(vm: &Vm, args: &[Value]) -> PyResult {
    let v = this::<PyDictView>(vm, &args[0])?;
    if args[1].is(&args[0]) {
        return Ok(Value::bool(v.dict.is_empty()));
    }
    let it = vm.get_iter(&args[1])?;
    while let Some(item) = vm.iter_next(&it)? {
        if has(vm, v, &item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

/// Whether all items of `a` are in `b`.
fn all_in(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    let it = vm.get_iter(a)?;
    while let Some(item) = vm.iter_next(&it)? {
        if !vm.contains(b, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> PyResult {
    let comparable = b.downcast::<PySet>().is_some()
        || b.downcast::<PyDictView>()
            .is_some_and(|v| v.view != DictView::Values);
    if !comparable {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (n, m) = (vm.len(a)?, vm.len(b)?);
    Ok(Value::bool(match op {
        CmpOp::Eq => n == m && all_in(vm, a, b)?,
        CmpOp::Ne => !(n == m && all_in(vm, a, b)?),
        CmpOp::Lt => n < m && all_in(vm, a, b)?,
        CmpOp::Le => n <= m && all_in(vm, a, b)?,
        CmpOp::Gt => n > m && all_in(vm, b, a)?,
        CmpOp::Ge => n >= m && all_in(vm, b, a)?,
    }))
}

macro_rules! iterator_methods {
    ($($static:ident = $name:literal),*) => {
        $(type_def!($static, $name, [
            MethodDef::method("__iter__", "", identity),
            MethodDef::method("__next__", "", next),
            MethodDef::method("__length_hint__", "", length_hint),
            MethodDef::method("__reduce__", "", reduce),
        ]);)*
    };
}

iterator_methods! {
    KEY_ITERATOR = "dict_keyiterator", VALUE_ITERATOR = "dict_valueiterator", ITEM_ITERATOR = "dict_itemiterator",
    REVERSE_KEYS = "dict_reversekeyiterator", REVERSE_VALUES = "dict_reversevalueiterator",
    REVERSE_ITEMS = "dict_reverseitemiterator"
}

fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PyDictIter>(vm, &args[0])?;
    let dict = it.dict.get();
    let n = match dict.downcast::<opyc_core::object::PyDict>() {
        Some(d) if d.len() == it.len.get() => it.left.get(),
        _ => 0,
    };
    Ok(vm.new_int(n as i64))
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = this::<PyDictIter>(vm, &args[0])?;
    let dict = it.dict.get();
    let mut rest = Vec::new();
    if let Some(d) = dict.downcast::<opyc_core::object::PyDict>() {
        let mut at: DictCursor = it.cursor.get();
        while let Some((k, v)) = if it.reverse {
            d.next_back(&mut at)
        } else {
            d.next(&mut at)
        } {
            rest.push(match it.view {
                DictView::Keys => k,
                DictView::Values => v,
                DictView::Items => vm.new_pair(k, v),
            });
        }
    }
    let rest = vm.new_tuple(vec![vm.new_list(rest)]);
    Ok(vm.new_pair(builtin(vm, "iter")?, rest))
}
