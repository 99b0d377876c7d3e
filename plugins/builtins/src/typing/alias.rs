//! `TypeAliasType`: what a `type` statement makes (3.12 and later).

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    GetSet, MethodDef, Native, NativeType, PyTuple, PyType, Ref, TypeFlags, ValueCell,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::evaluate;
use crate::types::union;
use crate::util::payload;

/// The payload of a type alias.
pub struct TypeAlias {
    name: Value,
    params: Value,
    /// NULL until it is evaluated.
    value: ValueCell,
    evaluator: Value,
    module: Value,
}

impl NativeType for TypeAlias {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.name);
        visit(&self.params);
        self.value.visit(visit);
        visit(&self.evaluator);
        visit(&self.module);
    }

    fn clear(&self) {
        self.value.set(Value::NULL);
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "typing.TypeAliasType",
    flags: TypeFlags::WEAKREF,
    has_dict: false,
    next: None,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TYPE_ALIAS: TypeDef = TypeDef {
    name: "typing.TypeAliasType",
    methods: &[
        MethodDef::new_method("name, value, *, type_params=", |vm, args| {
            let params = args[3]
                .opt()
                .cloned()
                .unwrap_or_else(|| vm.new_tuple(Vec::new()));
            if params.downcast::<PyTuple>().is_none() {
                return Err(vm.type_error("type_params must be a tuple"));
            }
            new_alias(vm, args[1].clone(), params, args[2].clone(), Value::NULL)
        }),
        MethodDef::method("__repr__", "", |vm, args| {
            Ok(alias(vm, &args[0])?.name.clone())
        }),
        MethodDef::method("__reduce__", "", |vm, args| {
            Ok(alias(vm, &args[0])?.name.clone())
        }),
        MethodDef::method("__getitem__", "key, /", |vm, args| {
            if params(vm, &args[0])?
                .downcast::<PyTuple>()
                .is_none_or(PyTuple::is_empty)
            {
                return Err(vm.type_error("Only generic type aliases are subscriptable"));
            }
            vm.generic_alias(&args[0], &args[1])
        }),
        MethodDef::method("__or__", "value, /", union::or),
        MethodDef::method("__ror__", "value, /", union::ror),
    ],
    getsets: &[
        GetSet::get("__name__", |vm, a| Ok(alias(vm, a)?.name.clone())).member(),
        GetSet::get("__value__", value),
        GetSet::get("__type_params__", params),
        GetSet::get("__parameters__", params),
        GetSet::get("__module__", |vm, a| Ok(alias(vm, a)?.module.clone())),
    ],
};

/// The type, for the module.
pub(super) fn alias_type(vm: &Vm) -> Ref<PyType> {
    vm.native_type::<TypeAlias>(&SPEC)
}

fn alias<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a TypeAlias> {
    Ok(&payload::<Native<TypeAlias>>(vm, v)?.data)
}

/// `_lazy_type_alias(name, type_params, evaluate)`: what the opcode of a `type` statement calls.
pub(super) fn lazy_alias(vm: &Vm, args: &[Value]) -> PyResult {
    let params = if args[1].is_none() {
        vm.new_tuple(Vec::new())
    } else {
        args[1].clone()
    };
    new_alias(vm, args[0].clone(), params, Value::NULL, args[2].clone())
}

fn new_alias(vm: &Vm, name: Value, params: Value, value: Value, evaluator: Value) -> PyResult {
    let ty = alias_type(vm);
    let module = vm.current_module_name().unwrap_or(Value::NONE);
    Ok(vm.new_native(
        &ty,
        &SPEC,
        TypeAlias {
            name,
            params,
            value: ValueCell::new(value),
            evaluator,
            module,
        },
    ))
}

fn params(vm: &Vm, this: &Value) -> PyResult {
    Ok(alias(vm, this)?.params.clone())
}

fn value(vm: &Vm, this: &Value) -> PyResult {
    let a = alias(vm, this)?;
    if a.value.is_null() {
        a.value.set(evaluate(vm, &a.evaluator)?);
    }
    Ok(a.value.get())
}
