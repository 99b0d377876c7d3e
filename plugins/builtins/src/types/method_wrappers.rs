//! `staticmethod` and `classmethod`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, PyClassMethod, PyStaticMethod, PyType, value_of,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{call_as, class_arg, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static STATIC: TypeDef = TypeDef {
    name: "staticmethod",
    methods: &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let (class, _) = split_first(vm, args)?;
            Ok(vm
                .new_staticmethod_of(&*class_arg(vm, class)?, Value::NONE)
                .into_value())
        }),
        MethodDef::raw("__init__", Access::Method, |vm, args| {
            call_as(vm, &STATIC_INIT, args)
        }),
        MethodDef::method("__get__", "instance, owner=, /", |vm, args| {
            function(vm, &args[0])
        }),
        MethodDef::raw("__call__", Access::Method, |vm, args| {
            let (this, rest) = split_first(vm, args)?;
            vm.call_args(&function(vm, this)?, rest)
        })
        .since(Version::V3_10),
        MethodDef::method("__repr__", "", repr).since(Version::V3_10),
    ],
    getsets: &[
        GetSet::get("__func__", function).member(),
        GetSet::get("__wrapped__", function)
            .member()
            .since(Version::V3_10),
        GetSet::get("__isabstractmethod__", is_abstract),
        GetSet::get_set(
            "__dict__",
            |vm, o| vm.instance_dict(o),
            |vm, o, v| vm.set_instance_dict(o, &v),
        ),
        GetSet::get_set("__annotations__", annotations, |vm, o, v| {
            forward_set(vm, o, "__annotations__", v)
        })
        .since(Version::V3_14),
    ],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static CLASS: TypeDef = TypeDef {
    name: "classmethod",
    methods: &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let (class, _) = split_first(vm, args)?;
            Ok(vm
                .new_classmethod_of(&*class_arg(vm, class)?, Value::NONE)
                .into_value())
        }),
        MethodDef::raw("__init__", Access::Method, |vm, args| {
            call_as(vm, &CLASS_INIT, args)
        }),
        MethodDef::method("__get__", "instance, owner=, /", class_get),
        MethodDef::method("__repr__", "", repr).since(Version::V3_10),
    ],
    getsets: &[
        GetSet::get("__func__", function).member(),
        GetSet::get("__wrapped__", function)
            .member()
            .since(Version::V3_10),
        GetSet::get("__isabstractmethod__", is_abstract),
        GetSet::get_set(
            "__dict__",
            |vm, o| vm.instance_dict(o),
            |vm, o, v| vm.set_instance_dict(o, &v),
        ),
        GetSet::get_set("__annotations__", annotations, |vm, o, v| {
            forward_set(vm, o, "__annotations__", v)
        })
        .since(Version::V3_14),
    ],
};

static STATIC_INIT: MethodDef = MethodDef::method("staticmethod", "function, /", init);
static CLASS_INIT: MethodDef = MethodDef::method("classmethod", "function, /", init);

/// The function behind either wrapper.
fn function(vm: &Vm, this: &Value) -> PyResult {
    match this.downcast::<PyStaticMethod>() {
        Some(s) => Ok(s.func.get()),
        None => Ok(payload::<PyClassMethod>(vm, this)?.func.get()),
    }
}

fn init(vm: &Vm, args: &[Value]) -> PyResult {
    let f = args[1].clone();
    match args[0].downcast::<PyStaticMethod>() {
        Some(s) => s.func.set(f.clone()),
        None => payload::<PyClassMethod>(vm, &args[0])?.func.set(f.clone()),
    }
    if vm.version() >= Version::V3_10 {
        // What `functools.wraps` would copy.
        for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
            let name = vm.intern(name);
            if let Some(v) = vm.get_attr_opt(&f, &name)? {
                vm.set_attr(&args[0], &name, v)?;
            }
        }
        if vm.version() < Version::V3_14
            && let Some(a) = vm.get_attr_opt(&f, &vm.names.annotations)?
        {
            vm.set_attr(&args[0], &vm.names.annotations, a)?;
        }
    }
    Ok(Value::NONE)
}

fn class_get(vm: &Vm, args: &[Value]) -> PyResult {
    let f = function(vm, &args[0])?;
    let class = match args[2].opt().filter(|t| !t.is_none()) {
        Some(t) => t.clone(),
        None => value_of(vm.type_of(&args[1])),
    };
    match class.downcast::<PyType>() {
        Some(ty) => vm.bind_class_method(&f, ty),
        None => Ok(vm.new_method(f, class)),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let name = if args[0].downcast::<PyStaticMethod>().is_some() {
        "staticmethod"
    } else {
        "classmethod"
    };
    let f = vm.repr_text(&function(vm, &args[0])?)?;
    Ok(vm.new_str(&format!("<{name}({f})>")))
}

fn is_abstract(vm: &Vm, this: &Value) -> PyResult {
    let f = function(vm, this)?;
    match vm.get_attr_opt(&f, &vm.names.isabstractmethod)? {
        Some(a) => vm.truth(&a).map(Value::bool),
        None => Ok(Value::bool(false)),
    }
}

/// `__annotations__` of the function (3.14): kept once asked for.
fn annotations(vm: &Vm, this: &Value) -> PyResult {
    if let Some(a) = vm.own_instance_attr(this, &vm.names.annotations) {
        return Ok(a);
    }
    vm.get_attr(&function(vm, this)?, &vm.names.annotations)
}

fn forward_set(vm: &Vm, this: &Value, name: &str, value: Value) -> PyResult<()> {
    let Some(dict) = vm.instance_dict_opt(this) else {
        return Ok(());
    };
    if value.is_null() {
        dict.remove_name(&vm.intern(name));
    } else {
        dict.set_name(&vm.intern(name), value);
    }
    Ok(())
}
