//! `types.GenericAlias` (3.9 and later): `list[int]`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, Native, NativeType, PyList, PyTuple, PyType, Ref, TypeFlags,
    value_of,
};
use opyc_core::registry::{ALIAS_DEFS, AliasFn, TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{NativeTypeSpec, Vm};

use super::generic_subst::{parameters_of, substitute};
use crate::util::{class_arg, payload, split_first};

/// The payload of a generic alias.
pub struct GenericAlias {
    pub(super) origin: Value,
    pub(super) args: Value,
    pub(super) parameters: Value,
    /// `*tuple[int]`.
    pub(super) starred: bool,
}

impl NativeType for GenericAlias {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.origin);
        visit(&self.args);
        visit(&self.parameters);
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "types.GenericAlias",
    flags: TypeFlags::BASETYPE | TypeFlags::WEAKREF | TypeFlags::OWN_GETATTRIBUTE,
    has_dict: false,
    next: None,
};

#[distributed_slice(ALIAS_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MAKE: AliasFn = make;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static GENERIC_ALIAS: TypeDef = TypeDef {
    name: "types.GenericAlias",
    methods: &[
        MethodDef::new_method("origin, args, /", |vm, args| {
            new_alias(vm, &*class_arg(vm, &args[0])?, &args[1], &args[2], false)
        }),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__eq__", "value, /", |vm, args| eq(vm, args, true)),
        MethodDef::method("__ne__", "value, /", |vm, args| eq(vm, args, false)),
        MethodDef::method("__hash__", "", hash),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__getitem__", "key, /", getitem),
        MethodDef::method("__getattribute__", "name, /", getattribute),
        MethodDef::method("__mro_entries__", "bases, /", |vm, args| {
            Ok(vm.new_tuple(vec![alias(vm, &args[0])?.origin.clone()]))
        }),
        MethodDef::method("__instancecheck__", "instance, /", |vm, _| {
            Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
        }),
        MethodDef::method("__subclasscheck__", "subclass, /", |vm, _| {
            Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
        }),
        MethodDef::method("__reduce__", "", reduce),
        MethodDef::method("__dir__", "", dir),
        MethodDef::method("__iter__", "", iter).since(Version::V3_11),
        MethodDef::method("__or__", "value, /", super::union::or).since(Version::V3_10),
        MethodDef::method("__ror__", "value, /", super::union::ror).since(Version::V3_10),
    ],
    getsets: &[
        GetSet::get("__origin__", |vm, a| Ok(alias(vm, a)?.origin.clone())).member(),
        GetSet::get("__args__", |vm, a| Ok(alias(vm, a)?.args.clone())).member(),
        GetSet::get("__parameters__", |vm, a| {
            Ok(alias(vm, a)?.parameters.clone())
        }),
        GetSet::get("__unpacked__", |vm, a| {
            Ok(Value::bool(alias(vm, a)?.starred))
        })
        .since(Version::V3_11),
        GetSet::get("__typing_unpacked_tuple_args__", unpacked_args).since(Version::V3_11),
    ],
};

/// The payload, for the other files on generics.
pub(super) fn alias<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a GenericAlias> {
    Ok(&payload::<Native<GenericAlias>>(vm, v)?.data)
}

/// The payload of a value that may be something else.
pub(super) fn as_alias(v: &Value) -> Option<&GenericAlias> {
    v.downcast::<Native<GenericAlias>>().map(|n| &n.data)
}

/// The type `types.GenericAlias`.
pub(super) fn alias_type(vm: &Vm) -> Ref<PyType> {
    vm.native_type::<GenericAlias>(&SPEC)
}

fn make(vm: &Vm, origin: &Value, args: &Value) -> PyResult {
    new_alias(vm, &alias_type(vm), origin, args, false)
}

/// `__class_getitem__` of builtin types.
pub fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
    make(vm, &args[0], &args[1])
}

fn new_alias(vm: &Vm, ty: &PyType, origin: &Value, args: &Value, starred: bool) -> PyResult {
    let args = if args.downcast::<PyTuple>().is_some() {
        args.clone()
    } else {
        vm.new_tuple(vec![args.clone()])
    };
    let parameters = parameters_of(vm, &args)?;
    // The type itself must exist before an object of it can be made.
    alias_type(vm);
    Ok(vm.new_native(
        ty,
        &SPEC,
        GenericAlias {
            origin: origin.clone(),
            args,
            parameters,
            starred,
        },
    ))
}

/// How an argument is shown: `...`, another alias by its repr, a class by its qualified name.
pub(super) fn item_text(vm: &Vm, v: &Value) -> PyResult<String> {
    if v.is_ellipsis() {
        return Ok("...".to_string());
    }
    if let Some(list) = v
        .downcast::<PyList>()
        .filter(|_| vm.version() >= Version::V3_11)
    {
        let mut parts = Vec::new();
        for item in list.items.to_vec() {
            vm.check_rust_stack()?;
            parts.push(item_text(vm, &item)?);
        }
        return Ok(format!("[{}]", parts.join(", ")));
    }
    let is_alias = vm.get_attr_opt(v, &vm.intern("__origin__"))?.is_some()
        && vm.get_attr_opt(v, &vm.intern("__args__"))?.is_some();
    if is_alias {
        return vm.repr_text(v);
    }
    let Some(name) = vm.get_attr_opt(v, &vm.names.qualname)? else {
        return vm.repr_text(v);
    };
    match vm.get_attr_opt(v, &vm.names.module)? {
        Some(m) if !m.is_none() => {
            let (m, name) = (vm.str_of(&m)?, vm.str_of(&name)?);
            let (m, name) = (vm.str_lossy(&m), vm.str_lossy(&name));
            Ok(if m == "builtins" {
                name
            } else {
                format!("{m}.{name}")
            })
        }
        _ => vm.repr_text(v),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    let mut out = if a.starred {
        "*".to_string()
    } else {
        String::new()
    };
    out.push_str(&item_text(vm, &a.origin)?);
    out.push('[');
    let items = a.args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    for (i, v) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        vm.check_rust_stack()?;
        out.push_str(&item_text(vm, v)?);
    }
    if items.is_empty() {
        out.push_str("()");
    }
    out.push(']');
    Ok(vm.new_str(&out))
}

fn eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let a = alias(vm, &args[0])?;
    let Some(b) = as_alias(&args[1]) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let starred = vm.version() < Version::V3_11 || a.starred == b.starred;
    let same =
        starred && vm.same_or_equal(&a.origin, &b.origin)? && vm.same_or_equal(&a.args, &b.args)?;
    Ok(Value::bool(same == equal))
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    let h = vm.hash(&a.origin)? ^ vm.hash(&a.args)?;
    Ok(vm.new_int(if h == -1 { -2 } else { h }))
}

/// Makes an instance of the origin, which remembers the alias where it can.
fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    let obj = vm.call_args(&alias(vm, this)?.origin, rest)?;
    match vm.set_attr(&obj, &vm.intern("__orig_class__"), this.clone()) {
        Err(r)
            if !vm.is_exception(&r, &vm.exc_types.AttributeError)
                && !vm.is_exception(&r, &vm.exc_types.TypeError)
                && vm.version() < Version::V3_13 =>
        {
            Err(r)
        }
        Err(r) if r.is_fault() => Err(r),
        _ => Ok(obj),
    }
}

fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    let new = substitute(vm, &args[0], &a.args, &a.parameters, &args[1])?;
    new_alias(vm, &alias_type(vm), &a.origin, &new, a.starred)
}

/// Names that are the alias's own; all others are the origin's.
fn is_own(vm: &Vm, name: &str) -> bool {
    match name {
        "__origin__" | "__args__" | "__parameters__" | "__mro_entries__" | "__reduce_ex__"
        | "__reduce__" => true,
        "__copy__" | "__deepcopy__" => true,
        "__class__" | "__unpacked__" | "__typing_unpacked_tuple_args__" | "__bases__" => {
            vm.version() >= Version::V3_11
        }
        _ => false,
    }
}

fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.interned_name(&args[1]);
    if !is_own(vm, &vm.str_lossy(&name)) {
        return vm.get_attr(&alias(vm, &args[0])?.origin, &name);
    }
    match vm.plain_get_attr(&args[0], &name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    if a.starred {
        // `next(iter(alias))` makes the starred form again.
        let next = vm
            .builtins
            .get_name(&vm.intern("next"))
            .unwrap_or(Value::NONE);
        let plain = make(vm, &a.origin, &a.args)?;
        let it = vm.get_iter(&plain)?;
        return Ok(vm.new_pair(next, vm.new_tuple(vec![it])));
    }
    Ok(vm.new_pair(
        value_of(vm.type_of(&args[0])),
        vm.new_pair(a.origin.clone(), a.args.clone()),
    ))
}

fn dir(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    let names = vm.new_dict();
    if let Some(list) = vm.call_special(&a.origin, &vm.names.dir, &[])? {
        for n in vm.collect(&list)? {
            names.set(vm, &n, Value::NONE)?;
        }
    }
    for own in [
        "__origin__",
        "__args__",
        "__parameters__",
        "__mro_entries__",
        "__reduce_ex__",
        "__reduce__",
    ] {
        names.set_name(&vm.intern(own), Value::NONE);
    }
    Ok(vm.new_list(names.keys()))
}

/// One item: the starred form (`*tuple[int]`).
fn iter(vm: &Vm, args: &[Value]) -> PyResult {
    let a = alias(vm, &args[0])?;
    let starred = new_alias(vm, &alias_type(vm), &a.origin, &a.args, true)?;
    vm.get_iter(&vm.new_tuple(vec![starred]))
}

fn unpacked_args(vm: &Vm, this: &Value) -> PyResult {
    let a = alias(vm, this)?;
    let tuple = a.starred && a.origin.is(vm.types.tuple.as_value());
    Ok(if tuple { a.args.clone() } else { Value::NONE })
}

macro_rules! generic_types {
    ($($id:ident = $name:literal since $version:ident;)*) => {
        $(#[distributed_slice(TYPE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $id: TypeDef = TypeDef {
            name: $name,
            methods: &[
                MethodDef::class_method("__class_getitem__", "object, /", class_getitem).since(Version::$version),
            ],
            getsets: &[],
        };)*
    };
}

generic_types! {
    LIST = "list" since V3_9;
    TUPLE = "tuple" since V3_9;
    DICT = "dict" since V3_9;
    SET = "set" since V3_9;
    FROZENSET = "frozenset" since V3_9;
    ENUMERATE = "enumerate" since V3_9;
    GENERATOR = "generator" since V3_9;
    COROUTINE = "coroutine" since V3_9;
    ASYNC_GENERATOR = "async_generator" since V3_9;
    BASE_EXCEPTION_GROUP = "BaseExceptionGroup" since V3_11;
    SLICE = "slice" since V3_14;
    MEMORYVIEW = "memoryview" since V3_14;
}
