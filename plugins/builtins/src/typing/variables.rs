//! `TypeVar`, `ParamSpec`, `TypeVarTuple`, and the `args` and `kwargs` of a `ParamSpec`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, Native, NativeType, PyType, Ref, TypeFlags, ValueCell,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::{call_typing, evaluate};
use crate::util::{payload, split_first, unknown_keyword};

/// What all three kinds of type variable have.
struct Variable {
    name: Value,
    /// NULL until evaluated, if there is an evaluator.
    bound: ValueCell,
    bound_evaluator: ValueCell,
    constraints: ValueCell,
    constraints_evaluator: ValueCell,
    default: ValueCell,
    default_evaluator: ValueCell,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl Variable {
    fn new(name: Value) -> Variable {
        let null = || ValueCell::new(Value::NULL);
        Variable {
            name,
            bound: ValueCell::new(Value::NONE),
            bound_evaluator: null(),
            constraints: null(),
            constraints_evaluator: null(),
            default: null(),
            default_evaluator: null(),
            covariant: false,
            contravariant: false,
            infer_variance: false,
        }
    }

    fn visit(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.name);
        for c in [
            &self.bound,
            &self.bound_evaluator,
            &self.constraints,
            &self.constraints_evaluator,
            &self.default,
            &self.default_evaluator,
        ] {
            c.visit(visit);
        }
    }
}

macro_rules! variable_types {
    ($($(#[$doc:meta])* $name:ident, $spec:ident, $key:literal;)*) => {
        $($(#[$doc])*
        pub struct $name(Variable);

        impl NativeType for $name {
            fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
                self.0.visit(visit);
            }
        }

        static $spec: NativeTypeSpec =
            NativeTypeSpec { name: $key, flags: TypeFlags::WEAKREF, has_dict: true, next: None };)*

        fn variable<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Variable> {
            $(if let Some(n) = v.downcast::<Native<$name>>() {
                return Ok(&n.data.0);
            })*
            Err(vm.system_error("bad argument to internal function"))
        }
    };
}

variable_types! {
    /// `TypeVar`.
    TypeVar, TYPE_VAR, "typing.TypeVar";
    /// `ParamSpec`.
    ParamSpec, PARAM_SPEC, "typing.ParamSpec";
    /// `TypeVarTuple`.
    TypeVarTuple, TYPE_VAR_TUPLE, "typing.TypeVarTuple";
}

/// `P.args` or `P.kwargs`.
pub struct ParamSpecPart<const KWARGS: bool>(Value);

impl<const KWARGS: bool> NativeType for ParamSpecPart<KWARGS> {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

static ARGS: NativeTypeSpec = NativeTypeSpec {
    name: "typing.ParamSpecArgs",
    flags: TypeFlags::WEAKREF,
    has_dict: false,
    next: None,
};
static KWARGS: NativeTypeSpec = NativeTypeSpec {
    name: "typing.ParamSpecKwargs",
    flags: TypeFlags::WEAKREF,
    has_dict: false,
    next: None,
};

/// `NoDefault`: that a variable has no default (3.13 and later).
pub struct NoDefault;

impl NativeType for NoDefault {}

static NO_DEFAULT: NativeTypeSpec = NativeTypeSpec {
    name: "typing.NoDefaultType",
    flags: TypeFlags::NO_NEW,
    has_dict: false,
    next: None,
};

/// The one `NoDefault` of a machine; NULL until asked for.
struct State {
    no_default: ValueCell,
}

impl Default for State {
    fn default() -> State {
        State {
            no_default: ValueCell::new(Value::NULL),
        }
    }
}

/// `typing.NoDefault`.
pub(super) fn no_default(vm: &Vm) -> Value {
    let state = vm.extension::<State>();
    if state.no_default.is_null() {
        let ty = vm.native_type::<NoDefault>(&NO_DEFAULT);
        state
            .no_default
            .set(vm.new_native(&ty, &NO_DEFAULT, NoDefault));
    }
    state.no_default.get()
}

/// The types, for the module.
pub(super) fn types(vm: &Vm) -> [Ref<PyType>; 5] {
    [
        vm.native_type::<TypeVar>(&TYPE_VAR),
        vm.native_type::<ParamSpec>(&PARAM_SPEC),
        vm.native_type::<TypeVarTuple>(&TYPE_VAR_TUPLE),
        vm.native_type::<ParamSpecPart<false>>(&ARGS),
        vm.native_type::<ParamSpecPart<true>>(&KWARGS),
    ]
}

/// Remembers the module that made it, as `pickle` wants.
fn in_module(vm: &Vm, v: Value) -> PyResult {
    if let Some(m) = vm.current_module_name() {
        vm.generic_set_attr(&v, &vm.names.module, m)?;
    }
    Ok(v)
}

/// The arguments that all constructors share; the rest of the positional ones are constraints.
fn parse(vm: &Vm, kind: &str, args: &Args<'_>) -> PyResult<Variable> {
    let (_, rest) = split_first(vm, args)?;
    let mut values = rest.pos().iter().cloned();
    let mut name = values.next();
    let constraints: Vec<Value> = values.collect();
    if !constraints.is_empty() && kind != "TypeVar" {
        let n = rest.pos().len();
        return Err(vm.type_error(&format!(
            "{kind}() takes exactly 1 positional argument ({n} given)"
        )));
    }
    let mut v = Variable::new(Value::NONE);
    for (k, value) in rest.keywords() {
        match vm.str_lossy(k).as_str() {
            "name" if name.is_none() => name = Some(value.clone()),
            "bound" if kind != "TypeVarTuple" && !value.is_none() => {
                let text = vm.new_str("Bound must be a type.");
                v.bound.set(call_typing(
                    vm,
                    "_type_check",
                    Args::positional(&[value.clone(), text]),
                )?);
            }
            "bound" if kind != "TypeVarTuple" => {}
            "covariant" if kind != "TypeVarTuple" => v.covariant = vm.truth(value)?,
            "contravariant" if kind != "TypeVarTuple" => v.contravariant = vm.truth(value)?,
            "infer_variance" if kind != "TypeVarTuple" => v.infer_variance = vm.truth(value)?,
            "default" if vm.version() >= Version::V3_13 => v.default.set(value.clone()),
            _ => return Err(unknown_keyword(vm, &kind.to_lowercase(), k)),
        }
    }
    let Some(name) = name else {
        let text = format!(
            "{}() missing required argument 'name' (pos 1)",
            kind.to_lowercase()
        );
        return Err(vm.type_error(&text));
    };
    if !vm.is_str(&name) {
        let t = vm.type_name(&name);
        return Err(vm.type_error(&format!(
            "{}() argument 'name' must be str, not {t}",
            kind.to_lowercase()
        )));
    }
    if v.covariant && v.contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if v.infer_variance && (v.covariant || v.contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    if constraints.len() == 1 {
        return Err(vm.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && !v.bound.get().is_none() {
        return Err(vm.type_error("Constraints cannot be combined with bound=..."));
    }
    v.name = name;
    v.constraints.set(vm.new_tuple(constraints));
    Ok(v)
}

/// `_lazy_bound(name, evaluate)`: `T: bound` of PEP 695.
pub(super) fn lazy_bound(vm: &Vm, args: &[Value]) -> PyResult {
    let v = Variable {
        infer_variance: true,
        ..Variable::new(args[0].clone())
    };
    v.bound.set(Value::NULL);
    v.bound_evaluator.set(args[1].clone());
    new_type_var(vm, v)
}

/// `_lazy_constraints(name, evaluate)`: `T: (a, b)` of PEP 695.
pub(super) fn lazy_constraints(vm: &Vm, args: &[Value]) -> PyResult {
    let v = Variable {
        infer_variance: true,
        ..Variable::new(args[0].clone())
    };
    v.constraints_evaluator.set(args[1].clone());
    new_type_var(vm, v)
}

/// `_set_lazy_default(variable, evaluate)`: `T = default` of PEP 696; returns the variable.
pub(super) fn set_lazy_default(vm: &Vm, args: &[Value]) -> PyResult {
    variable(vm, &args[0])?
        .default_evaluator
        .set(args[1].clone());
    Ok(args[0].clone())
}

fn new_type_var(vm: &Vm, v: Variable) -> PyResult {
    let ty = vm.native_type::<TypeVar>(&TYPE_VAR);
    in_module(vm, vm.new_native(&ty, &TYPE_VAR, TypeVar(v)))
}

/// The value of a cell, made by its evaluator when it is asked for first.
fn lazy(
    vm: &Vm,
    value: &ValueCell,
    evaluator: &ValueCell,
    missing: impl FnOnce() -> Value,
) -> PyResult {
    if value.is_null() {
        match evaluator.get().opt() {
            Some(f) => value.set(evaluate(vm, f)?),
            None => return Ok(missing()),
        }
    }
    Ok(value.get())
}

fn bound(vm: &Vm, this: &Value) -> PyResult {
    let v = variable(vm, this)?;
    lazy(vm, &v.bound, &v.bound_evaluator, || Value::NONE)
}

fn constraints(vm: &Vm, this: &Value) -> PyResult {
    let v = variable(vm, this)?;
    lazy(vm, &v.constraints, &v.constraints_evaluator, || {
        vm.new_tuple(Vec::new())
    })
}

fn default(vm: &Vm, this: &Value) -> PyResult {
    let v = variable(vm, this)?;
    lazy(vm, &v.default, &v.default_evaluator, || no_default(vm))
}

fn has_default(vm: &Vm, args: &[Value]) -> PyResult {
    let v = variable(vm, &args[0])?;
    let given = !v.default.is_null() && !v.default.get().is(&no_default(vm));
    Ok(Value::bool(given || !v.default_evaluator.is_null()))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let v = variable(vm, &args[0])?;
    let tuple = args[0].downcast::<Native<TypeVarTuple>>().is_some();
    let sign = match (v.infer_variance || tuple, v.covariant, v.contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    };
    Ok(vm.new_str(&format!("{sign}{}", vm.str_lossy(&v.name))))
}

fn cannot_subclass(vm: &Vm, args: &[Value]) -> PyResult {
    Err(vm.type_error(&format!(
        "Cannot subclass an instance of {}",
        vm.type_name(&args[0])
    )))
}

const COMMON: &[MethodDef] = &[
    MethodDef::method("__repr__", "", repr),
    MethodDef::method("__mro_entries__", "bases, /", cannot_subclass),
    MethodDef::method("__reduce__", "", |vm, args| {
        Ok(variable(vm, &args[0])?.name.clone())
    }),
    MethodDef::method("has_default", "", has_default).since(Version::V3_13),
];

const COMMON_GETSETS: &[GetSet] = &[
    GetSet::get("__name__", |vm, v| Ok(variable(vm, v)?.name.clone())).member(),
    GetSet::get("__default__", default).since(Version::V3_13),
    GetSet::get_set(
        "__dict__",
        |vm, v| vm.instance_dict(v),
        |vm, v, d| vm.set_instance_dict(v, &d),
    ),
];

const VARIANCE: &[GetSet] = &[
    GetSet::get("__bound__", bound),
    GetSet::get("__covariant__", |vm, v| {
        Ok(Value::bool(variable(vm, v)?.covariant))
    })
    .member(),
    GetSet::get("__contravariant__", |vm, v| {
        Ok(Value::bool(variable(vm, v)?.contravariant))
    })
    .member(),
    GetSet::get("__infer_variance__", |vm, v| {
        Ok(Value::bool(variable(vm, v)?.infer_variance))
    })
    .member(),
];

/// `self | other` and `other | self`: `typing` makes the union.
const UNIONS: &[MethodDef] = &[
    MethodDef::method("__or__", "value, /", |vm, args| {
        union(vm, &args[0], &args[1])
    }),
    MethodDef::method("__ror__", "value, /", |vm, args| {
        union(vm, &args[1], &args[0])
    }),
];

fn union(vm: &Vm, a: &Value, b: &Value) -> PyResult {
    let typing = vm.import_module("typing")?;
    let union = vm.get_attr_str(&typing, "Union")?;
    vm.get_item(&union, &vm.new_pair(a.clone(), b.clone()))
}

macro_rules! type_defs {
    ($($id:ident = $key:literal, $methods:expr, $getsets:expr;)*) => {
        $(#[distributed_slice(TYPE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $id: TypeDef = TypeDef { name: $key, methods: $methods, getsets: $getsets };)*
    };
}

type_defs! {
    VAR_COMMON = "typing.TypeVar", COMMON, COMMON_GETSETS;
    VAR_VARIANCE = "typing.TypeVar", UNIONS, VARIANCE;
    VAR = "typing.TypeVar", &[
        MethodDef::raw("__new__", Access::New, |vm, args| new_type_var(vm, parse(vm, "TypeVar", args)?)),
        MethodDef::method("__typing_subst__", "arg, /", |vm, args| {
            call_typing(vm, "_typevar_subst", Args::positional(&args[..2]))
        }),
        MethodDef::method("__typing_prepare_subst__", "alias, args, /", |vm, args| {
            prepare_var(vm, &args[0], &args[1], &args[2])
        }).since(Version::V3_13),
    ], &[GetSet::get("__constraints__", constraints)];
    SPEC_COMMON = "typing.ParamSpec", COMMON, COMMON_GETSETS;
    SPEC_VARIANCE = "typing.ParamSpec", UNIONS, VARIANCE;
    SPEC = "typing.ParamSpec", &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let v = parse(vm, "ParamSpec", args)?;
            let ty = vm.native_type::<ParamSpec>(&PARAM_SPEC);
            in_module(vm, vm.new_native(&ty, &PARAM_SPEC, ParamSpec(v)))
        }),
        MethodDef::method("__typing_subst__", "arg, /", |vm, args| {
            call_typing(vm, "_paramspec_subst", Args::positional(&args[..2]))
        }),
        MethodDef::method("__typing_prepare_subst__", "alias, args, /", |vm, args| {
            call_typing(vm, "_paramspec_prepare_subst", Args::positional(&args[..3]))
        }),
    ], &[
        GetSet::get("args", |vm, p| {
            let ty = vm.native_type::<ParamSpecPart<false>>(&ARGS);
            Ok(vm.new_native(&ty, &ARGS, ParamSpecPart::<false>(p.clone())))
        }),
        GetSet::get("kwargs", |vm, p| {
            let ty = vm.native_type::<ParamSpecPart<true>>(&KWARGS);
            Ok(vm.new_native(&ty, &KWARGS, ParamSpecPart::<true>(p.clone())))
        }),
    ];
    TUPLE_COMMON = "typing.TypeVarTuple", COMMON, COMMON_GETSETS;
    TUPLE = "typing.TypeVarTuple", &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let v = parse(vm, "TypeVarTuple", args)?;
            let ty = vm.native_type::<TypeVarTuple>(&TYPE_VAR_TUPLE);
            in_module(vm, vm.new_native(&ty, &TYPE_VAR_TUPLE, TypeVarTuple(v)))
        }),
        MethodDef::method("__iter__", "", |vm, args| {
            let typing = vm.import_module("typing")?;
            let unpack = vm.get_attr_str(&typing, "Unpack")?;
            let one = vm.get_item(&unpack, &args[0])?;
            vm.get_iter(&vm.new_tuple(vec![one]))
        }),
        MethodDef::method("__typing_subst__", "arg, /", |vm, _| {
            Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
        }),
        MethodDef::method("__typing_prepare_subst__", "alias, args, /", |vm, args| {
            call_typing(vm, "_typevartuple_prepare_subst", Args::positional(&args[..3]))
        }),
    ], &[];
    SPEC_ARGS = "typing.ParamSpecArgs", &[
        MethodDef::new_method("origin", |vm, args| {
            let ty = vm.native_type::<ParamSpecPart<false>>(&ARGS);
            Ok(vm.new_native(&ty, &ARGS, ParamSpecPart::<false>(args[1].clone())))
        }),
        MethodDef::method("__repr__", "", |vm, args| part_repr(vm, &args[0], "args")),
        MethodDef::method("__eq__", "value, /", part_eq),
        MethodDef::absent("__hash__"),
        MethodDef::method("__mro_entries__", "bases, /", cannot_subclass),
    ], &[GetSet::get("__origin__", part_origin).member()];
    SPEC_KWARGS = "typing.ParamSpecKwargs", &[
        MethodDef::new_method("origin", |vm, args| {
            let ty = vm.native_type::<ParamSpecPart<true>>(&KWARGS);
            Ok(vm.new_native(&ty, &KWARGS, ParamSpecPart::<true>(args[1].clone())))
        }),
        MethodDef::method("__repr__", "", |vm, args| part_repr(vm, &args[0], "kwargs")),
        MethodDef::method("__eq__", "value, /", part_eq),
        MethodDef::absent("__hash__"),
        MethodDef::method("__mro_entries__", "bases, /", cannot_subclass),
    ], &[GetSet::get("__origin__", part_origin).member()];
    NO_DEFAULT_TYPE = "typing.NoDefaultType", &[
        MethodDef::method("__repr__", "", |vm, _| Ok(vm.new_str("typing.NoDefault"))),
        MethodDef::method("__reduce__", "", |vm, _| Ok(vm.new_str("NoDefault"))),
    ], &[];
}

/// Puts the default in place of an argument that is missing at the end (3.13 and later).
fn prepare_var(vm: &Vm, this: &Value, alias: &Value, args: &Value) -> PyResult {
    let params = vm.collect(&vm.get_attr_str(alias, "__parameters__")?)?;
    let mut given = vm.collect(args)?;
    let index = params
        .iter()
        .position(|p| p.is(this))
        .unwrap_or(params.len());
    if index < given.len() {
        return Ok(args.clone());
    }
    let d = default(vm, this)?;
    if index == given.len() && !d.is(&no_default(vm)) {
        given.push(d);
        return Ok(vm.new_tuple(given));
    }
    let text = format!("Too few arguments for {}", vm.repr_text(alias)?);
    Err(vm.type_error(&text))
}

fn part_origin(vm: &Vm, v: &Value) -> PyResult {
    match v.downcast::<Native<ParamSpecPart<false>>>() {
        Some(p) => Ok(p.data.0.clone()),
        None => Ok(payload::<Native<ParamSpecPart<true>>>(vm, v)?
            .data
            .0
            .clone()),
    }
}

fn part_repr(vm: &Vm, this: &Value, which: &str) -> PyResult {
    let origin = part_origin(vm, this)?;
    let name = match vm.get_attr_opt(&origin, &vm.names.name)? {
        Some(n) if vm.is_str(&n) => vm.str_lossy(&n),
        _ => vm.repr_text(&origin)?,
    };
    Ok(vm.new_str(&format!("{name}.{which}")))
}

fn part_eq(vm: &Vm, args: &[Value]) -> PyResult {
    if !std::ptr::eq(vm.type_of(&args[0]), vm.type_of(&args[1])) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.same_or_equal(&part_origin(vm, &args[0])?, &part_origin(vm, &args[1])?)
        .map(Value::bool)
}
