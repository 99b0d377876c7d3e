//! `types.UnionType` (3.10 and later), `typing.Union` from 3.14 on: `int | str`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    GetSet, MethodDef, Native, NativeType, PyTuple, PyType, Ref, TypeFlags, value_of,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, NativeTypeSpec, Vm};

use super::generic_alias::{as_alias, item_text};
use super::generic_subst::{parameters_of, substitute};
use crate::util::payload;

/// The payload of a union.
pub struct Union {
    args: Value,
    parameters: Value,
}

impl NativeType for Union {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.args);
        visit(&self.parameters);
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "types.UnionType",
    flags: TypeFlags::WEAKREF | TypeFlags::NO_NEW,
    has_dict: false,
    next: None,
};
static SPEC_3_14: NativeTypeSpec = NativeTypeSpec {
    name: "typing.Union",
    flags: TypeFlags::WEAKREF | TypeFlags::NO_NEW,
    has_dict: false,
    next: None,
};

const METHODS: &[MethodDef] = &[
    MethodDef::method("__repr__", "", repr),
    MethodDef::method("__eq__", "value, /", |vm, args| eq(vm, args, true)),
    MethodDef::method("__ne__", "value, /", |vm, args| eq(vm, args, false)),
    MethodDef::method("__hash__", "", hash),
    MethodDef::method("__or__", "value, /", or),
    MethodDef::method("__ror__", "value, /", ror),
    MethodDef::method("__getitem__", "key, /", getitem),
    MethodDef::method("__instancecheck__", "instance, /", |vm, args| {
        check(vm, args, true)
    }),
    MethodDef::method("__subclasscheck__", "subclass, /", |vm, args| {
        check(vm, args, false)
    }),
    MethodDef::method("__mro_entries__", "bases, /", |vm, args| {
        Err(vm.type_error(&format!("Cannot subclass {}", vm.repr_text(&args[0])?)))
    })
    .since(Version::V3_14),
];

const GETSETS: &[GetSet] = &[
    GetSet::get("__args__", |vm, u| Ok(union(vm, u)?.args.clone())).member(),
    GetSet::get("__parameters__", |vm, u| {
        Ok(union(vm, u)?.parameters.clone())
    }),
    GetSet::get("__origin__", |vm, u| Ok(value_of(vm.type_of(u)))).since(Version::V3_14),
];

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static UNION: TypeDef = TypeDef {
    name: "types.UnionType",
    methods: METHODS,
    getsets: GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static UNION_3_14: TypeDef = TypeDef {
    name: "typing.Union",
    methods: METHODS,
    getsets: GETSETS,
};

fn spec(vm: &Vm) -> &'static NativeTypeSpec {
    if vm.version() >= Version::V3_14 {
        &SPEC_3_14
    } else {
        &SPEC
    }
}

/// The type of unions.
pub fn union_type(vm: &Vm) -> Ref<PyType> {
    vm.native_type::<Union>(spec(vm))
}

fn union<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Union> {
    Ok(&payload::<Native<Union>>(vm, v)?.data)
}

fn as_union(v: &Value) -> Option<&Union> {
    v.downcast::<Native<Union>>().map(|n| &n.data)
}

fn items(v: &Value) -> &[Value] {
    v.downcast::<PyTuple>().map_or(&[][..], PyTuple::items)
}

/// Whether a value may stand in a union that `|` makes.
fn unionable(vm: &Vm, v: &Value) -> bool {
    v.is_none()
        || v.downcast::<PyType>().is_some()
        || as_alias(v).is_some()
        || as_union(v).is_some()
        || (vm.version() >= Version::V3_12 && vm.type_of(v).name() == "TypeAliasType")
        || (vm.version() >= Version::V3_14 && vm.is_str(v))
}

/// `a | b` of types.
pub fn or(vm: &Vm, args: &[Value]) -> PyResult {
    join(vm, &args[0], &args[1])
}

/// `b | a` of types.
pub fn ror(vm: &Vm, args: &[Value]) -> PyResult {
    join(vm, &args[1], &args[0])
}

fn join(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    if vm.is_str(a) || vm.is_str(b) || !unionable(vm, a) || !unionable(vm, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    make_union(vm, &[a.clone(), b.clone()])
}

/// The union of types: nested ones flattened, equal ones once; a single one is itself.
pub fn make_union(vm: &Vm, parts: &[Value]) -> PyResult {
    let mut out: Vec<Value> = Vec::new();
    for p in parts {
        let one = [if p.is_none() {
            vm.types.none.value()
        } else {
            p.clone()
        }];
        let flat = match as_union(p) {
            Some(u) => items(&u.args),
            None => &one,
        };
        for v in flat {
            let mut known = false;
            for o in &out {
                // Aliases are compared by value, classes by identity.
                let comparable = as_alias(o).is_some() == as_alias(v).is_some();
                if o.is(v)
                    || (comparable && o.downcast::<PyType>().is_none() && vm.same_or_equal(o, v)?)
                {
                    known = true;
                    break;
                }
            }
            if !known {
                out.push(v.clone());
            }
        }
    }
    if let [one] = out.as_slice() {
        return Ok(one.clone());
    }
    let args = vm.new_tuple(out);
    let parameters = parameters_of(vm, &args)?;
    let ty = union_type(vm);
    Ok(vm.new_native(&ty, spec(vm), Union { args, parameters }))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let mut parts = Vec::new();
    for v in items(&union(vm, &args[0])?.args) {
        let none = v.is(vm.types.none.as_value());
        parts.push(if none {
            "None".to_string()
        } else {
            item_text(vm, v)?
        });
    }
    Ok(vm.new_str(&parts.join(" | ")))
}

/// The parts as a frozenset: their order does not count.
fn as_set(vm: &Vm, u: &Union) -> PyResult {
    vm.call(vm.types.frozenset.as_value(), std::slice::from_ref(&u.args))
}

fn eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let a = union(vm, &args[0])?;
    let Some(b) = as_union(&args[1]) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = vm.same_or_equal(&as_set(vm, a)?, &as_set(vm, b)?)?;
    Ok(Value::bool(same == equal))
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let h = vm.hash(&as_set(vm, union(vm, &args[0])?)?)?;
    Ok(vm.new_int(h))
}

fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
    let u = union(vm, &args[0])?;
    let new = substitute(vm, &args[0], &u.args, &u.parameters, &args[1])?;
    let mut parts = items(&new).iter();
    let Some(first) = parts.next() else {
        return Ok(new);
    };
    let mut result = first.clone();
    for p in parts {
        result = vm.binary_op(BinOp::Or, &result, p)?;
    }
    Ok(result)
}

/// `isinstance` or `issubclass` against any of the parts.
fn check(vm: &Vm, args: &[Value], instance: bool) -> PyResult {
    let parts = items(&union(vm, &args[0])?.args);
    let function = if instance { "isinstance" } else { "issubclass" };
    if parts.iter().any(|p| as_alias(p).is_some()) && vm.version() < Version::V3_12 {
        return Err(vm.type_error(&format!(
            "{function}() argument 2 cannot contain a parameterized generic"
        )));
    }
    for p in parts {
        if p.downcast::<PyType>().is_none() {
            if as_alias(p).is_some() {
                return Err(vm.type_error(&format!(
                    "{function}() argument 2 cannot be a parameterized generic"
                )));
            }
            continue;
        }
        let yes = if instance {
            vm.isinstance(&args[1], p)?
        } else {
            vm.issubclass(&args[1], p)?
        };
        if yes {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}
