//! Native functions (`builtin_function_or_method`, `method-wrapper`) and the descriptors of builtin types.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, DescrAccess, GetSet, MethodDef, PyBuiltin, PyDescr, PyModule, PyType, value_of,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{address, payload, split_first};

const BUILTIN_METHODS: &[MethodDef] = &[
    MethodDef::raw("__call__", Access::Method, call),
    MethodDef::method("__repr__", "", builtin_repr),
    MethodDef::method("__eq__", "value, /", |vm, args| builtin_eq(vm, args, true)),
    MethodDef::method("__ne__", "value, /", |vm, args| builtin_eq(vm, args, false)),
    MethodDef::method("__hash__", "", builtin_hash),
    MethodDef::method("__reduce__", "", builtin_reduce),
];

const BUILTIN_GETSETS: &[GetSet] = &[
    GetSet::get("__name__", |vm, f| {
        Ok(vm.intern(payload::<PyBuiltin>(vm, f)?.def.name))
    }),
    GetSet::get("__qualname__", builtin_qualname),
    GetSet::get("__self__", builtin_self),
    GetSet::get("__doc__", |vm, f| {
        Ok(doc(vm, payload::<PyBuiltin>(vm, f)?.def))
    }),
    GetSet::get("__text_signature__", |vm, f| {
        Ok(text_signature(vm, payload::<PyBuiltin>(vm, f)?.def))
    }),
];

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILTIN: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    methods: BUILTIN_METHODS,
    getsets: BUILTIN_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILTIN_MODULE: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    methods: &[],
    getsets: &[GetSet::get("__module__", builtin_module).member()],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    methods: BUILTIN_METHODS,
    getsets: BUILTIN_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static WRAPPER_CLASS: TypeDef = TypeDef {
    name: "method-wrapper",
    methods: &[],
    getsets: &[GetSet::get("__objclass__", |vm, f| {
        Ok(payload::<PyBuiltin>(vm, f)?.owner.get())
    })],
};

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (f, rest) = split_first(vm, args)?;
    vm.call_args(f, rest)
}

fn doc(vm: &Vm, def: &MethodDef) -> Value {
    if def.doc.is_empty() {
        Value::NONE
    } else {
        vm.new_str(def.doc)
    }
}

/// The signature as `inspect` reads it, where the parameters are known and have no hidden defaults.
fn text_signature(vm: &Vm, def: &MethodDef) -> Value {
    if def.sig == "..." || def.sig.contains('=') {
        return Value::NONE;
    }
    let this = match def.access {
        Access::Method => "$self",
        Access::ClassMethod | Access::New => "$type",
        Access::Function | Access::StaticMethod | Access::Absent => "",
    };
    let text = match (this, def.sig) {
        ("", sig) => format!("({sig})"),
        (this, "") => format!("({this}, /)"),
        (this, sig) if sig.contains('/') => format!("({this}, {sig})"),
        (this, sig) => format!("({this}, /, {sig})"),
    };
    vm.new_str(&text)
}

/// What the function is bound to, if that is no module.
fn bound(b: &PyBuiltin) -> Option<Value> {
    b.this.get().opt().cloned()
}

fn builtin_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let b = payload::<PyBuiltin>(vm, &args[0])?;
    let name = b.def.name;
    let text = match bound(b) {
        Some(this) => {
            let (t, at) = (vm.type_name(&this), address(&this));
            if std::ptr::eq(vm.type_of(&args[0]), &*vm.types.method_wrapper) {
                format!("<method-wrapper '{name}' of {t} object at {at}>")
            } else {
                format!("<built-in method {name} of {t} object at {at}>")
            }
        }
        None => format!("<built-in function {name}>"),
    };
    Ok(vm.new_str(&text))
}

fn builtin_eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let a = payload::<PyBuiltin>(vm, &args[0])?;
    let Some(b) = args[1].downcast::<PyBuiltin>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = std::ptr::eq(a.def, b.def) && a.this.get().is(&b.this.get());
    Ok(Value::bool(same == equal))
}

fn builtin_hash(vm: &Vm, args: &[Value]) -> PyResult {
    let b = payload::<PyBuiltin>(vm, &args[0])?;
    let this = b.this.get();
    // Before 3.8 what a method is bound to must have a hash.
    let own = match bound(b) {
        Some(this) if vm.version() < Version::V3_8 => vm.hash(&this)?,
        _ => vm.identity_hash(&this),
    };
    let h = own ^ ((b.def as *const MethodDef as usize as i64) >> 4);
    Ok(vm.new_int(if h == -1 { -2 } else { h }))
}

/// By name: from the module, or by `getattr` from what it is bound to.
fn builtin_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let b = payload::<PyBuiltin>(vm, &args[0])?;
    let name = vm.new_str(b.def.name);
    match bound(b) {
        Some(this) => {
            let getattr = vm
                .builtins
                .get_name(&vm.intern("getattr"))
                .unwrap_or(Value::NONE);
            Ok(vm.new_pair(getattr, vm.new_pair(this, name)))
        }
        None => Ok(name),
    }
}

fn builtin_qualname(vm: &Vm, f: &Value) -> PyResult {
    let b = payload::<PyBuiltin>(vm, f)?;
    let name = b.def.name;
    let this = b.this.get();
    let class = match this.downcast::<PyType>() {
        Some(t) => Some(value_of(t)),
        None if this.is_null() || this.downcast::<PyModule>().is_some() => None,
        None => Some(value_of(vm.type_of(&this))),
    };
    match class {
        Some(c) => {
            let q = vm.get_attr(&c, &vm.names.qualname)?;
            Ok(vm.new_str(&format!("{}.{name}", vm.str_lossy(&q))))
        }
        None => Ok(vm.intern(name)),
    }
}

/// The instance or class, or the module that a plain function is of.
fn builtin_self(vm: &Vm, f: &Value) -> PyResult {
    let b = payload::<PyBuiltin>(vm, f)?;
    if let Some(this) = bound(b) {
        return Ok(this);
    }
    match b.module.get().opt() {
        Some(m) => Ok(vm.modules.get_name(m).unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}

fn builtin_module(vm: &Vm, f: &Value) -> PyResult {
    Ok(payload::<PyBuiltin>(vm, f)?
        .module
        .get()
        .opt()
        .cloned()
        .unwrap_or(Value::NONE))
}

// Descriptors.

const DESCR_GETSETS: &[GetSet] = &[
    GetSet::get("__name__", |vm, d| {
        Ok(payload::<PyDescr>(vm, d)?.name.clone())
    })
    .member(),
    GetSet::get("__objclass__", |vm, d| {
        Ok(payload::<PyDescr>(vm, d)?.owner.value())
    })
    .member(),
    GetSet::get("__qualname__", descr_qualname),
    GetSet::get("__doc__", |vm, d| {
        Ok(match payload::<PyDescr>(vm, d)?.access {
            DescrAccess::Method(def) => doc(vm, def),
            _ => Value::NONE,
        })
    }),
    GetSet::get("__text_signature__", |vm, d| {
        Ok(match payload::<PyDescr>(vm, d)?.access {
            DescrAccess::Method(def) => text_signature(vm, def),
            _ => Value::NONE,
        })
    }),
];

const METHOD_DESCR: &[MethodDef] = &[
    MethodDef::raw("__call__", Access::Method, call),
    MethodDef::method("__get__", "instance, owner=, /", descr_get),
    MethodDef::method("__repr__", "", descr_repr),
    MethodDef::method("__reduce__", "", descr_reduce),
];

const DATA_DESCR: &[MethodDef] = &[
    MethodDef::method("__get__", "instance, owner=, /", descr_get),
    MethodDef::method("__set__", "instance, value, /", descr_set),
    MethodDef::method("__delete__", "instance, /", descr_delete),
    MethodDef::method("__repr__", "", descr_repr),
    MethodDef::method("__reduce__", "", descr_reduce),
];

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    methods: METHOD_DESCR,
    getsets: DESCR_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    methods: METHOD_DESCR,
    getsets: DESCR_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    methods: METHOD_DESCR,
    getsets: DESCR_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    methods: DATA_DESCR,
    getsets: DESCR_GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    methods: DATA_DESCR,
    getsets: DESCR_GETSETS,
};

fn descr_get(vm: &Vm, args: &[Value]) -> PyResult {
    let d = payload::<PyDescr>(vm, &args[0])?;
    let instance = Some(&args[1]).filter(|o| !o.is_none());
    let owner = args[2].opt().filter(|t| !t.is_none());
    if let DescrAccess::Method(def) = d.access
        && def.access == Access::ClassMethod
    {
        let class = match (owner, instance) {
            (Some(t), _) => t.clone(),
            (None, Some(o)) => value_of(vm.type_of(o)),
            (None, None) => {
                return Err(vm.type_error(&format!(
                    "descriptor '{}' for type '{}' needs either an object or a type",
                    vm.str_lossy(&d.name),
                    d.owner.name()
                )));
            }
        };
        let Some(ty) = class.downcast::<PyType>() else {
            let text = format!(
                "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                vm.str_lossy(&d.name),
                d.owner.name(),
                vm.type_name(&class)
            );
            return Err(vm.type_error(&text));
        };
        return vm.descr_get(&args[0], instance, ty);
    }
    if instance.is_none() && owner.is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    // The owner says nothing to these.
    vm.descr_get(&args[0], instance, &d.owner.clone())
}

fn descr_set(vm: &Vm, args: &[Value]) -> PyResult {
    vm.descr_set(&args[0], &args[1], &args[2])?;
    Ok(Value::NONE)
}

fn descr_delete(vm: &Vm, args: &[Value]) -> PyResult {
    vm.descr_set(&args[0], &args[1], &Value::NULL)?;
    Ok(Value::NONE)
}

fn descr_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let d = payload::<PyDescr>(vm, &args[0])?;
    let t = &vm.types;
    let ty = vm.type_of(&args[0]);
    let kind = if std::ptr::eq(ty, &*t.wrapper_descriptor) {
        "slot wrapper"
    } else if std::ptr::eq(ty, &*t.member_descriptor) {
        "member"
    } else if std::ptr::eq(ty, &*t.getset_descriptor) {
        "attribute"
    } else {
        "method"
    };
    let text = format!(
        "<{kind} '{}' of '{}' objects>",
        vm.str_lossy(&d.name),
        d.owner.name()
    );
    Ok(vm.new_str(&text))
}

fn descr_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let d = payload::<PyDescr>(vm, &args[0])?;
    let getattr = vm
        .builtins
        .get_name(&vm.intern("getattr"))
        .unwrap_or(Value::NONE);
    Ok(vm.new_pair(getattr, vm.new_pair(d.owner.value(), d.name.clone())))
}

fn descr_qualname(vm: &Vm, this: &Value) -> PyResult {
    let d = payload::<PyDescr>(vm, this)?;
    let q = vm.str_lossy(&d.owner.qualname.get());
    Ok(vm.new_str(&format!("{q}.{}", vm.str_lossy(&d.name))))
}
