//! `_functools`.

mod cache;
mod partial;

use opyc_core::error::PyResult;
use opyc_core::object::{GetSet, MethodDef, NativeType, TypeFlags};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::{CmpOp, NativeTypeSpec, Vm};

use crate::util::{data, module, put, spec, type_def};

/// What `cmp_to_key` gives: compares by calling a function.
struct KeyWrapper {
    compare: Value,
    /// NULL before the wrapper was called with an object.
    object: Value,
}

impl NativeType for KeyWrapper {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.compare);
        visit(&self.object);
    }
}

static KEY: NativeTypeSpec = spec("functools.KeyWrapper", TypeFlags::NO_NEW, None);

fn new_key(vm: &Vm, compare: &Value, object: Value) -> Value {
    let ty = vm.native_type::<KeyWrapper>(&KEY);
    vm.new_native(
        &ty,
        &KEY,
        KeyWrapper {
            compare: compare.clone(),
            object,
        },
    )
}

fn key_call(vm: &Vm, args: &[Value]) -> PyResult {
    let k = data::<KeyWrapper>(vm, &args[0])?;
    Ok(new_key(vm, &k.compare, args[1].clone()))
}

fn key_compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    let k = data::<KeyWrapper>(vm, &args[0])?;
    let Ok(other) = data::<KeyWrapper>(vm, &args[1]) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    if k.object.is_null() || other.object.is_null() {
        return Err(vm.attribute_error("object"));
    }
    let r = vm.call(&k.compare, &[k.object.clone(), other.object.clone()])?;
    vm.compare(op, &r, &Value::i32(0))
}

macro_rules! comparison {
    ($name:literal, $op:ident) => {
        MethodDef::method($name, "other, /", |vm, a| key_compare(vm, a, CmpOp::$op))
    };
}

fn key_object(vm: &Vm, v: &Value) -> PyResult {
    let k = data::<KeyWrapper>(vm, v)?;
    if k.object.is_null() {
        Err(vm.attribute_error("obj"))
    } else {
        Ok(k.object.clone())
    }
}

type_def!(
    KEY_DEF,
    "functools.KeyWrapper",
    [
        MethodDef::method("__call__", "obj", key_call),
        comparison!("__lt__", Lt),
        comparison!("__le__", Le),
        comparison!("__eq__", Eq),
        comparison!("__ne__", Ne),
        comparison!("__gt__", Gt),
        comparison!("__ge__", Ge),
        MethodDef::absent("__hash__"),
    ],
    [GetSet::get("obj", key_object).member()]
);

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let it = match vm.get_iter(&args[1]) {
        Ok(it) => it,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => {
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
        Err(r) => return Err(r),
    };
    let mut total = args[2].clone();
    while let Some(v) = vm.iter_next(&it)? {
        total = if total.is_null() {
            v
        } else {
            vm.call(&args[0], &[total, v])?
        };
    }
    if total.is_null() {
        let what = if vm.version().minor() >= 11 {
            "iterable"
        } else {
            "sequence"
        };
        return Err(vm.type_error(&format!("reduce() of empty {what} with no initial value")));
    }
    Ok(total)
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "partial",
        vm.native_type::<partial::Partial>(&partial::PARTIAL)
            .into_value(),
    );
    put(
        vm,
        m,
        "_lru_cache_wrapper",
        vm.native_type::<cache::Cache>(&cache::CACHE).into_value(),
    );
    Ok(())
}

fn init_14(vm: &Vm, m: &Value) -> PyResult<()> {
    let placeholder = partial::placeholder(vm);
    put(
        vm,
        m,
        "_PlaceholderType",
        opyc_core::object::value_of(vm.type_of(&placeholder)),
    );
    put(vm, m, "Placeholder", placeholder);
    Ok(())
}

module!(
    FUNCTOOLS,
    "_functools",
    VersionRange::ALL,
    init,
    [MethodDef::function("cmp_to_key", "mycmp", |vm, a| Ok(
        new_key(vm, &a[0], Value::NULL)
    )),]
);
module!(
    FUNCTOOLS_13,
    "_functools",
    VersionRange::minors(6, 13),
    crate::util::no_init,
    [MethodDef::function(
        "reduce",
        "function, iterable, initial=, /",
        reduce
    ),]
);
module!(
    FUNCTOOLS_14,
    "_functools",
    VersionRange::minors(14, 14),
    init_14,
    [MethodDef::function(
        "reduce",
        "function, iterable, /, initial=",
        reduce
    ),]
);
