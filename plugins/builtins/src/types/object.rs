//! `object`: what every type inherits.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, PyBuiltin, PyDescr, PyDict, PyModule, PyStr, PyTuple, PyType,
    Shortcut, value_of,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::object_reduce;
use crate::util::{address, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static OBJECT: TypeDef = TypeDef {
    name: "object",
    methods: &[
        MethodDef::absent("__doc__"),
        MethodDef::raw("__new__", Access::New, new).shortcut(Shortcut::ObjectNew),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__repr__", "", |vm, args| repr(vm, &args[0])),
        MethodDef::method("__str__", "", |vm, args| vm.repr_of(&args[0])),
        MethodDef::method("__eq__", "value, /", eq),
        MethodDef::method("__ne__", "value, /", ne),
        MethodDef::method("__lt__", "value, /", not_implemented),
        MethodDef::method("__le__", "value, /", not_implemented),
        MethodDef::method("__gt__", "value, /", not_implemented),
        MethodDef::method("__ge__", "value, /", not_implemented),
        MethodDef::method("__hash__", "", |vm, args| {
            Ok(vm.new_int(vm.identity_hash(&args[0])))
        }),
        MethodDef::method("__format__", "format_spec, /", format_),
        MethodDef::method("__getattribute__", "name, /", getattribute),
        MethodDef::method("__setattr__", "name, value, /", setattr),
        MethodDef::method("__delattr__", "name, /", delattr),
        MethodDef::method("__dir__", "", dir),
        MethodDef::method("__sizeof__", "", sizeof),
        MethodDef::method("__reduce__", "", object_reduce::reduce),
        MethodDef::method("__reduce_ex__", "protocol, /", object_reduce::reduce_ex),
        MethodDef::method("__getstate__", "", object_reduce::getstate).since(Version::V3_11),
        MethodDef::class_method("__init_subclass__", "", |_, _| Ok(Value::NONE)),
        MethodDef::class_method("__subclasshook__", "object, /", |_, _| {
            Ok(Value::NOT_IMPLEMENTED)
        }),
    ],
    getsets: &[GetSet::get_set(
        "__class__",
        |vm, o| Ok(value_of(vm.type_of(o))),
        set_class,
    )],
};

fn not_implemented(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether the type's `__new__` is `object`'s.
fn has_object_new(vm: &Vm, ty: &PyType) -> bool {
    vm.lookup_type(ty, &vm.names.new).is_some_and(|n| {
        n.downcast::<PyBuiltin>()
            .is_some_and(|b| b.owner.get().is(vm.types.object.as_value()))
    })
}

/// Whether the type's `__init__` is `object`'s.
fn has_object_init(vm: &Vm, ty: &PyType) -> bool {
    vm.lookup_type(ty, &vm.names.init).is_some_and(|i| {
        i.downcast::<PyDescr>()
            .is_some_and(|d| std::ptr::eq(&*d.owner, &*vm.types.object))
    })
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (cls, rest) = split_first(vm, args)?;
    let Some(ty) = cls.downcast::<PyType>() else {
        return Err(vm.type_error("object.__new__(X): X is not a type object"));
    };
    let excess = !rest.values().is_empty();
    if excess {
        if !has_object_new(vm, ty) {
            let text = if vm.version() >= Version::V3_7 {
                "object.__new__() takes exactly one argument (the type to instantiate)"
            } else {
                "object() takes no parameters"
            };
            return Err(vm.type_error(text));
        }
        if has_object_init(vm, ty) {
            let text = if vm.version() >= Version::V3_7 {
                format!("{}() takes no arguments", ty.name())
            } else {
                "object() takes no parameters".to_string()
            };
            return Err(vm.type_error(&text));
        }
    }
    if ty.flags().any(opyc_core::object::TypeFlags::ABSTRACT) {
        return Err(abstract_error(vm, cls, ty)?);
    }
    vm.new_instance(ty)
}

/// TypeError of a class with abstract methods left.
fn abstract_error(vm: &Vm, cls: &Value, ty: &PyType) -> PyResult<opyc_core::error::Raise> {
    let names = vm.get_attr(cls, &vm.names.abstractmethods)?;
    let list = vm.new_list(vm.collect(&names)?);
    vm.call_method_str(&list, "sort", &[])?;
    let names: Vec<String> = vm.collect(&list)?.iter().map(|n| vm.str_lossy(n)).collect();
    let s = if names.len() == 1 { "" } else { "s" };
    let class = ty.name();
    let text = if vm.version() >= Version::V3_12 {
        let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
        format!(
            "Can't instantiate abstract class {class} without an implementation for abstract method{s} {}",
            quoted.join(", ")
        )
    } else {
        let s = if vm.version() >= Version::V3_9 {
            s
        } else {
            "s"
        };
        format!(
            "Can't instantiate abstract class {class} with abstract method{s} {}",
            names.join(", ")
        )
    };
    Ok(vm.type_error(&text))
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    if rest.values().is_empty() {
        return Ok(Value::NONE);
    }
    let ty = vm.type_of(this);
    let old = vm.version() < Version::V3_7;
    if !has_object_init(vm, ty) {
        let text = if old {
            "object.__init__() takes no parameters"
        } else {
            "object.__init__() takes exactly one argument (the instance to initialize)"
        };
        return Err(vm.type_error(text));
    }
    if has_object_new(vm, ty) {
        let text = if old {
            "object.__init__() takes no parameters".to_string()
        } else {
            format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                ty.name()
            )
        };
        return Err(vm.type_error(&text));
    }
    Ok(Value::NONE)
}

/// `<module.Class object at 0x…>`.
fn repr(vm: &Vm, this: &Value) -> PyResult {
    let ty = vm.type_of(this);
    let text = format!("<{} object at {}>", vm.full_type_name(ty), address(this));
    Ok(vm.new_str(&text))
}

fn eq(_: &Vm, args: &[Value]) -> PyResult {
    Ok(if args[0].is(&args[1]) {
        Value::bool(true)
    } else {
        Value::NOT_IMPLEMENTED
    })
}

/// The opposite of what the type's `__eq__` says.
fn ne(vm: &Vm, args: &[Value]) -> PyResult {
    let r = match vm.call_special(&args[0], &vm.names.eq, &args[1..2])? {
        Some(r) => r,
        None => return Ok(Value::NOT_IMPLEMENTED),
    };
    if r.is_not_implemented() {
        return Ok(r);
    }
    Ok(Value::bool(!vm.truth(&r)?))
}

fn format_(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(spec) = args[1].downcast::<PyStr>() else {
        let t = vm.type_name(&args[1]);
        return Err(vm.type_error(&format!("__format__() argument must be str, not {t}")));
    };
    if !spec.is_empty() {
        let t = vm.type_name(&args[0]);
        return Err(vm.type_error(&format!(
            "unsupported format string passed to {t}.__format__"
        )));
    }
    vm.str_of(&args[0])
}

fn check_name(vm: &Vm, name: &Value) -> PyResult {
    if vm.is_str(name) {
        return Ok(vm.interned_name(name));
    }
    Err(vm.type_error(&format!(
        "attribute name must be string, not '{}'",
        vm.type_name(name)
    )))
}

fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
    let name = check_name(vm, &args[1])?;
    match vm.generic_get_attr(&args[0], &name)? {
        Some(v) => Ok(v),
        None => Err(vm.missing_attr(&args[0], &name)),
    }
}

fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
    let name = check_name(vm, &args[1])?;
    vm.generic_set_attr(&args[0], &name, args[2].clone())?;
    Ok(Value::NONE)
}

fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
    let name = check_name(vm, &args[1])?;
    vm.generic_set_attr(&args[0], &name, Value::NULL)?;
    Ok(Value::NONE)
}

fn set_class(vm: &Vm, this: &Value, class: Value) -> PyResult<()> {
    if class.is_null() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    match class.to_ref::<PyType>() {
        Some(ty) => vm.set_class(this, &ty),
        None => {
            let t = vm.type_name(&class);
            Err(vm.type_error(&format!(
                "__class__ must be set to a class, not '{t}' object"
            )))
        }
    }
}

/// Attributes of the instance, its class and the class's bases.
fn dir(vm: &Vm, args: &[Value]) -> PyResult {
    let names = vm.new_dict();
    if let Some(d) = vm.get_attr_opt(&args[0], &vm.names.dict)?
        && let Some(d) = d.downcast::<PyDict>()
    {
        names.update_from(vm, d)?;
    }
    if let Some(class) = vm.get_attr_opt(&args[0], &vm.names.class)? {
        merge_class_names(vm, &names, &class)?;
    }
    let keys = names.keys();
    Ok(vm.new_list(keys))
}

/// Adds the names of a class's attributes and those of its bases.
pub(super) fn merge_class_names(vm: &Vm, names: &PyDict, class: &Value) -> PyResult<()> {
    let Some(ty) = class.downcast::<PyType>() else {
        return Ok(());
    };
    let mro = ty.mro.get();
    for t in mro.downcast::<PyTuple>().map_or(&[][..], PyTuple::items) {
        if let Some(t) = t.downcast::<PyType>() {
            vm.complete_natives(t);
            names.update_from(vm, &t.dict)?;
        }
    }
    Ok(())
}

fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
    // Header and one word for each attribute: sizes are opyc's own.
    let n = match args[0].downcast::<PyModule>() {
        Some(_) => 1,
        None => vm.own_instance_attrs(&args[0]).len(),
    };
    Ok(vm.new_uint(16 + 8 * n as u64))
}
