//! `weakref.ref` and the weak proxies.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyWeakRef};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{BinOp, CmpOp, Vm};

use crate::util::{address, check_count, class_arg, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static REFERENCE: TypeDef = TypeDef {
    name: "ReferenceType",
    methods: &[
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__call__", "", |vm, args| {
            Ok(payload::<PyWeakRef>(vm, &args[0])?
                .get()
                .unwrap_or(Value::NONE))
        }),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__eq__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Eq)
        }),
        MethodDef::method("__ne__", "value, /", |vm, args| {
            compare(vm, args, CmpOp::Ne)
        }),
        MethodDef::method("__repr__", "", repr),
        MethodDef::class_method(
            "__class_getitem__",
            "object, /",
            super::generic_alias::class_getitem,
        )
        .since(Version::V3_9),
    ],
    getsets: &[GetSet::get("__callback__", |vm, r| {
        Ok(payload::<PyWeakRef>(vm, r)?
            .callback
            .get()
            .opt()
            .cloned()
            .unwrap_or(Value::NONE))
    })
    .member()],
};

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (class, rest) = split_first(vm, args)?;
    let ty = class_arg(vm, class)?;
    check_count(vm, "__new__", rest.pos().len(), 1, 2)?;
    let callback = rest
        .pos()
        .get(1)
        .filter(|c| !c.is_none())
        .cloned()
        .unwrap_or(Value::NULL);
    vm.new_weakref(&ty, &rest.pos()[0], callback)
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (_, rest) = split_first(vm, args)?;
    if rest.has_keywords() && vm.version() >= Version::V3_8 {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    check_count(vm, "__init__", rest.pos().len(), 1, 2)?;
    Ok(Value::NONE)
}

/// The object's hash, which stays when the object is gone.
fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let r = payload::<PyWeakRef>(vm, &args[0])?;
    if r.hash.get() == -1 {
        let Some(o) = r.get() else {
            return Err(vm.type_error("weak object has gone away"));
        };
        r.hash.set(vm.hash(&o)?);
    }
    Ok(vm.new_int(r.hash.get()))
}

/// By the objects while both live, else by identity of the references.
fn compare(vm: &Vm, args: &[Value], op: CmpOp) -> PyResult {
    let a = payload::<PyWeakRef>(vm, &args[0])?;
    let Some(b) = args[1].downcast::<PyWeakRef>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (a.get(), b.get()) {
        (Some(x), Some(y)) => vm.compare(op, &x, &y),
        _ => Ok(Value::bool(std::ptr::eq(a, b) == (op == CmpOp::Eq))),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let at = address(&args[0]);
    let Some(o) = payload::<PyWeakRef>(vm, &args[0])?.get() else {
        return Ok(vm.new_str(&format!("<weakref at {at}; dead>")));
    };
    let name = vm
        .get_attr_opt(&o, &vm.names.name)?
        .filter(|n| vm.is_str(n));
    let name = name.map_or_else(String::new, |n| format!(" ({})", vm.str_lossy(&n)));
    let text = format!(
        "<weakref at {at}; to '{}' at {}{name}>",
        vm.type_name(&o),
        address(&o)
    );
    Ok(vm.new_str(&text))
}

// Proxies: every operation is the object's.

/// The object behind a proxy; ReferenceError if it is gone. Anything else as it is.
fn unwrap(vm: &Vm, v: &Value) -> PyResult {
    match v.downcast::<PyWeakRef>() {
        Some(r) if !vm.is_instance(v, &vm.types.weakref) => r
            .get()
            .ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists")),
        _ => Ok(v.clone()),
    }
}

macro_rules! binary {
    ($($name:literal, $rname:literal, $iname:literal = $op:ident;)*) => {
        &[$(
            MethodDef::method($name, "value, /", |vm, args| {
                vm.binary_op(BinOp::$op, &unwrap(vm, &args[0])?, &unwrap(vm, &args[1])?)
            }),
            MethodDef::method($rname, "value, /", |vm, args| {
                vm.binary_op(BinOp::$op, &unwrap(vm, &args[1])?, &unwrap(vm, &args[0])?)
            }),
            MethodDef::method($iname, "value, /", |vm, args| {
                vm.inplace_op(BinOp::$op, &unwrap(vm, &args[0])?, &unwrap(vm, &args[1])?)
            }),
        )*]
    };
}

const OPERATORS: &[MethodDef] = binary! {
    "__add__", "__radd__", "__iadd__" = Add;
    "__sub__", "__rsub__", "__isub__" = Sub;
    "__mul__", "__rmul__", "__imul__" = Mul;
    "__matmul__", "__rmatmul__", "__imatmul__" = MatMul;
    "__truediv__", "__rtruediv__", "__itruediv__" = TrueDiv;
    "__floordiv__", "__rfloordiv__", "__ifloordiv__" = FloorDiv;
    "__mod__", "__rmod__", "__imod__" = Mod;
    "__pow__", "__rpow__", "__ipow__" = Pow;
    "__lshift__", "__rlshift__", "__ilshift__" = LShift;
    "__rshift__", "__rrshift__", "__irshift__" = RShift;
    "__and__", "__rand__", "__iand__" = And;
    "__or__", "__ror__", "__ior__" = Or;
    "__xor__", "__rxor__", "__ixor__" = Xor;
};

macro_rules! comparisons {
    ($($name:literal = $op:ident),*) => {
        &[$(MethodDef::method($name, "value, /", |vm, args| {
            vm.compare(CmpOp::$op, &unwrap(vm, &args[0])?, &unwrap(vm, &args[1])?)
        }),)*]
    };
}

const COMPARISONS: &[MethodDef] = comparisons!(
    "__eq__" = Eq,
    "__ne__" = Ne,
    "__lt__" = Lt,
    "__le__" = Le,
    "__gt__" = Gt,
    "__ge__" = Ge
);

/// A method without arguments that is passed on by name.
macro_rules! forwarded {
    ($($name:literal),*) => {
        &[$(MethodDef::method($name, "", |vm, args| vm.call_method_str(&unwrap(vm, &args[0])?, $name, &[])),)*]
    };
}

const FORWARDED: &[MethodDef] = forwarded!(
    "__neg__",
    "__pos__",
    "__abs__",
    "__invert__",
    "__int__",
    "__float__",
    "__index__",
    "__reversed__"
);

const METHODS: &[MethodDef] = &[
    MethodDef::absent("__hash__"),
    MethodDef::method("__repr__", "", proxy_repr),
    MethodDef::method("__str__", "", |vm, args| vm.str_of(&unwrap(vm, &args[0])?)),
    MethodDef::method("__bytes__", "", |vm, args| {
        vm.call_method_str(&unwrap(vm, &args[0])?, "__bytes__", &[])
    }),
    MethodDef::method("__bool__", "", |vm, args| {
        vm.truth(&unwrap(vm, &args[0])?).map(Value::bool)
    }),
    MethodDef::method("__len__", "", |vm, args| {
        Ok(vm.new_uint(vm.len(&unwrap(vm, &args[0])?)? as u64))
    }),
    MethodDef::method("__iter__", "", |vm, args| {
        vm.get_iter(&unwrap(vm, &args[0])?)
    }),
    MethodDef::method("__next__", "", |vm, args| {
        let o = unwrap(vm, &args[0])?;
        if !vm.is_iterator(&o) {
            let t = vm.type_name(&o);
            return Err(vm.type_error(&format!(
                "Weakref proxy referenced a non-iterator '{t}' object"
            )));
        }
        vm.next_or_stop(&o)
    }),
    MethodDef::method("__contains__", "key, /", |vm, args| {
        vm.contains(&unwrap(vm, &args[0])?, &args[1])
            .map(Value::bool)
    }),
    MethodDef::method("__getitem__", "key, /", |vm, args| {
        vm.get_item(&unwrap(vm, &args[0])?, &args[1])
    }),
    MethodDef::method("__setitem__", "key, value, /", |vm, args| {
        vm.set_item(&unwrap(vm, &args[0])?, &args[1], args[2].clone())?;
        Ok(Value::NONE)
    }),
    MethodDef::method("__delitem__", "key, /", |vm, args| {
        vm.del_item(&unwrap(vm, &args[0])?, &args[1])?;
        Ok(Value::NONE)
    }),
    MethodDef::method("__getattribute__", "name, /", |vm, args| {
        vm.get_attr(&unwrap(vm, &args[0])?, &args[1])
    }),
    MethodDef::method("__setattr__", "name, value, /", |vm, args| {
        vm.set_attr(&unwrap(vm, &args[0])?, &args[1], args[2].clone())?;
        Ok(Value::NONE)
    }),
    MethodDef::method("__delattr__", "name, /", |vm, args| {
        vm.del_attr(&unwrap(vm, &args[0])?, &args[1])?;
        Ok(Value::NONE)
    }),
];

macro_rules! proxy_types {
    ($($id:ident = $name:literal, $methods:expr;)*) => {
        $(#[distributed_slice(TYPE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $id: TypeDef = TypeDef { name: $name, methods: $methods, getsets: &[] };)*
    };
}

proxy_types! {
    PROXY = "weakproxy", METHODS;
    PROXY_OPERATORS = "weakproxy", OPERATORS;
    PROXY_COMPARISONS = "weakproxy", COMPARISONS;
    PROXY_FORWARDED = "weakproxy", FORWARDED;
    CALLABLE = "weakcallableproxy", METHODS;
    CALLABLE_OPERATORS = "weakcallableproxy", OPERATORS;
    CALLABLE_COMPARISONS = "weakcallableproxy", COMPARISONS;
    CALLABLE_FORWARDED = "weakcallableproxy", FORWARDED;
    CALLABLE_CALL = "weakcallableproxy", &[MethodDef::raw("__call__", Access::Method, |vm, args| {
        let (this, rest) = split_first(vm, args)?;
        vm.call_args(&unwrap(vm, this)?, rest)
    })];
}

fn proxy_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let at = address(&args[0]);
    let o = payload::<PyWeakRef>(vm, &args[0])?.get();
    let (t, o_at) = match &o {
        Some(o) => (vm.type_name(o), address(o)),
        None => ("NoneType".to_string(), address(&Value::NONE)),
    };
    let text = match (vm.version() >= Version::V3_13, o) {
        (true, None) => format!("<weakproxy at {at}; dead>"),
        (true, Some(_)) => format!("<weakproxy at {at}; to '{t}' at {o_at}>"),
        (false, _) => format!("<weakproxy at {at} to {t} at {o_at}>"),
    };
    Ok(vm.new_str(&text))
}
