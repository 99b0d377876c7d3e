//! `bytes` and its iterator. What it shares with `bytearray` is in `bytes_common` and `bytes_methods`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyByteArray, PyBytes, PySeqIter};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::repr::bytes_repr;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use super::bytes_common::{OPERATORS, same, size};
use super::bytes_methods::METHODS;
use super::bytes_new;
use super::support::this;
use super::text_support::reduce_iterator;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static SHARED_OPERATORS: TypeDef = TypeDef {
    name: "bytes",
    methods: OPERATORS,
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static SHARED_METHODS: TypeDef = TypeDef {
    name: "bytes",
    methods: METHODS,
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BYTES: TypeDef = TypeDef {
    name: "bytes",
    methods: &[
        MethodDef::new_method("source=, encoding=, errors=", bytes_new::new),
        MethodDef::method("__eq__", "value, /", |vm, a| compare(vm, CmpOp::Eq, a)),
        MethodDef::method("__ne__", "value, /", |vm, a| compare(vm, CmpOp::Ne, a)),
        MethodDef::method("__lt__", "value, /", |vm, a| compare(vm, CmpOp::Lt, a)),
        MethodDef::method("__le__", "value, /", |vm, a| compare(vm, CmpOp::Le, a)),
        MethodDef::method("__gt__", "value, /", |vm, a| compare(vm, CmpOp::Gt, a)),
        MethodDef::method("__ge__", "value, /", |vm, a| compare(vm, CmpOp::Ge, a)),
        MethodDef::method("__hash__", "", |vm, a| {
            Ok(vm.new_int(vm.hash_bytes(&this::<PyBytes>(vm, &a[0])?.data)))
        }),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__str__", "", repr),
        MethodDef::method("__iter__", "", iter),
        MethodDef::method("__bytes__", "", |vm, a| same(vm, &a[0])).since(Version::V3_11),
        MethodDef::method("__getnewargs__", "", |vm, a| {
            Ok(vm.new_tuple(vec![same(vm, &a[0])?]))
        }),
        MethodDef::method("__sizeof__", "", |vm, a| {
            Ok(size(
                vm,
                this::<PyBytes>(vm, &a[0])?.data.len().saturating_add(33),
            ))
        }),
    ],
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BYTES_ITERATOR: TypeDef = TypeDef {
    name: "bytes_iterator",
    methods: ITERATOR,
    getsets: &[],
};

/// The methods of the iterators of both types.
pub const ITERATOR: &[MethodDef] = &[
    MethodDef::method("__iter__", "", |_, a| Ok(a[0].clone())),
    MethodDef::method("__next__", "", |vm, a| vm.builtin_next(&a[0])),
    MethodDef::method("__length_hint__", "", iter_length),
    MethodDef::method("__reduce__", "", iter_reduce),
    MethodDef::method("__setstate__", "object, /", iter_set_state),
];

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> PyResult {
    let x = this::<PyBytes>(vm, &a[0])?;
    Ok(match a[1].downcast::<PyBytes>() {
        Some(y) => Value::bool(op.holds(x.data.cmp(&y.data))),
        None => Value::NOT_IMPLEMENTED,
    })
}

fn repr(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_str(&bytes_repr(&this::<PyBytes>(vm, &a[0])?.data)))
}

fn iter(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_seq_iter(&vm.types.bytes_iterator, same(vm, &a[0])?, 0, false))
}

/// The length of what is iterated over.
fn seq_len(seq: &Value) -> usize {
    let array = |b: &PyByteArray| b.data.borrow().len();
    seq.downcast::<PyBytes>().map_or_else(
        || seq.downcast::<PyByteArray>().map_or(0, array),
        |b| b.data.len(),
    )
}

fn iter_length(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    Ok(size(
        vm,
        seq_len(&it.seq.get()).saturating_sub(it.index.get()),
    ))
}

fn iter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    match it.seq.get() {
        seq if seq.is_null() && vm.version() < Version::V3_7 => {
            reduce_iterator(vm, vm.new_str(""), None)
        }
        seq if seq.is_null() => reduce_iterator(vm, vm.new_tuple(Vec::new()), None),
        seq => reduce_iterator(vm, seq, Some(it.index.get())),
    }
}

fn iter_set_state(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this::<PySeqIter>(vm, &a[0])?;
    let i = usize::try_from(vm.index_i64(&a[1])?).unwrap_or(0);
    it.index.set(i.min(seq_len(&it.seq.get())));
    Ok(Value::NONE)
}
