//! `type`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyDict, PyTuple, PyType, Ref, value_of};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{ClassParts, Vm};

use super::object::merge_class_names;
use super::{annotations, typeobj_attrs as attrs};
use crate::util::{class_arg, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TYPE: TypeDef = TypeDef {
    name: "type",
    methods: &[
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::raw("__call__", Access::Method, call),
        MethodDef::method("__repr__", "", |vm, args| repr(vm, &args[0])),
        MethodDef::method("__getattribute__", "name, /", getattribute),
        MethodDef::method("__setattr__", "name, value, /", setattr),
        MethodDef::method("__delattr__", "name, /", delattr),
        MethodDef::method("mro", "", mro),
        MethodDef::method("__subclasses__", "", subclasses),
        MethodDef::method("__instancecheck__", "instance, /", |vm, args| {
            vm.plain_isinstance(&args[1], &args[0]).map(Value::bool)
        }),
        MethodDef::method("__subclasscheck__", "subclass, /", |vm, args| {
            vm.plain_issubclass(&args[1], &args[0]).map(Value::bool)
        }),
        MethodDef::raw("__prepare__", Access::ClassMethod, |vm, _| {
            Ok(vm.new_dict().into_value())
        }),
        MethodDef::method("__dir__", "", dir),
        MethodDef::method("__sizeof__", "", |vm, _| Ok(vm.new_int(1064))),
        MethodDef::method("__or__", "value, /", super::union::or).since(Version::V3_10),
        MethodDef::method("__ror__", "value, /", super::union::ror).since(Version::V3_10),
    ],
    getsets: &[
        GetSet::get_set("__name__", attrs::name, attrs::set_name),
        GetSet::get_set("__qualname__", attrs::qualname, attrs::set_qualname),
        GetSet::get_set("__module__", attrs::module, attrs::set_module),
        GetSet::get_set("__bases__", attrs::bases, attrs::set_bases),
        GetSet::get("__base__", attrs::base),
        GetSet::get("__mro__", attrs::mro),
        GetSet::get("__dict__", attrs::dict),
        GetSet::get_set("__doc__", attrs::doc, attrs::set_doc),
        GetSet::get_set(
            "__abstractmethods__",
            attrs::abstractmethods,
            attrs::set_abstractmethods,
        ),
        GetSet::get("__text_signature__", |_, _| Ok(Value::NONE)),
        GetSet::get_set(
            "__annotations__",
            annotations::class_annotations,
            annotations::set_class_annotations,
        )
        .since(Version::V3_10),
        GetSet::get_set(
            "__annotate__",
            annotations::class_annotate,
            annotations::set_class_annotate,
        )
        .since(Version::V3_14),
        GetSet::get_set(
            "__type_params__",
            attrs::type_params,
            attrs::set_type_params,
        )
        .since(Version::V3_12),
        GetSet::get("__flags__", attrs::flags),
        GetSet::get("__basicsize__", |vm, _| Ok(vm.new_int(16))),
        GetSet::get("__itemsize__", attrs::itemsize),
        GetSet::get("__dictoffset__", attrs::dictoffset),
        GetSet::get("__weakrefoffset__", attrs::weakrefoffset),
    ],
};

fn call(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (cls, rest) = split_first(vm, args)?;
    let ty = class_arg(vm, cls)?;
    vm.type_call(&ty, rest)
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (meta, rest) = split_first(vm, args)?;
    let meta = class_arg(vm, meta)?;
    let is_type = std::ptr::eq(&*meta, &*vm.types.type_);
    let [name, bases, namespace] = rest.pos() else {
        if let ([one], false, true) = (rest.pos(), rest.has_keywords(), is_type) {
            return Ok(value_of(vm.type_of(one)));
        }
        let text = if is_type {
            "type() takes 1 or 3 arguments".to_string()
        } else {
            format!(
                "type.__new__() takes exactly 3 arguments ({} given)",
                rest.pos().len()
            )
        };
        return Err(vm.type_error(&text));
    };
    check_argument(vm, 1, "str", name, vm.is_str(name))?;
    check_argument(vm, 2, "tuple", bases, bases.downcast::<PyTuple>().is_some())?;
    check_argument(
        vm,
        3,
        "dict",
        namespace,
        namespace.downcast::<PyDict>().is_some(),
    )?;
    let base_values = bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    for b in base_values
        .iter()
        .filter(|b| b.downcast::<PyType>().is_none())
    {
        if vm.version() >= Version::V3_7 && vm.get_attr_opt(b, &vm.names.mro_entries)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    let winner = vm.most_derived_metaclass(&meta, base_values)?;
    if !std::ptr::eq(&*winner, &*meta)
        && let Some(f) = vm.lookup_type(&winner, &vm.names.new)
        && !is_type_new(vm, &f)
    {
        let f = vm.descr_get(&f, None, &winner)?;
        let mut all = vec![winner.value()];
        all.extend(rest.values().iter().cloned());
        return vm.call_args(&f, Args::with_names(&all, rest.names()));
    }
    let base_types: Vec<Ref<PyType>> = base_values.iter().filter_map(Value::to_ref).collect();
    if base_types.len() < base_values.len() {
        return Err(vm.type_error("bases must be types"));
    }
    let Some(namespace) = namespace.to_ref::<PyDict>() else {
        return Err(vm.system_error("bad argument to internal function"));
    };
    let keywords = rest
        .keywords()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let parts = ClassParts {
        meta: &winner,
        name: name.clone(),
        bases: base_types,
        namespace,
        keywords,
    };
    let class = vm.make_class(parts)?;
    if class.dict.get_name(&vm.names.abstractmethods).is_some() {
        attrs::refresh_abstract(vm, &class)?;
    }
    Ok(class.into_value())
}

fn is_type_new(vm: &Vm, f: &Value) -> bool {
    f.downcast::<opyc_core::object::PyBuiltin>()
        .is_some_and(|b| b.owner.get().is(vm.types.type_.as_value()))
}

fn check_argument(vm: &Vm, number: usize, want: &str, v: &Value, ok: bool) -> PyResult<()> {
    if ok {
        return Ok(());
    }
    Err(vm.type_error(&format!(
        "type.__new__() argument {number} must be {want}, not {}",
        vm.type_name(v)
    )))
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (_, rest) = split_first(vm, args)?;
    match rest.pos().len() {
        1 if rest.has_keywords() => {
            Err(vm.type_error("type.__init__() takes no keyword arguments"))
        }
        1 | 3 => Ok(Value::NONE),
        _ => Err(vm.type_error("type.__init__() takes 1 or 3 arguments")),
    }
}

fn repr(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    let text = format!("<class '{}'>", vm.full_type_name(&ty));
    Ok(vm.new_str(&text))
}

fn name_arg(vm: &Vm, name: &Value) -> PyResult {
    if vm.is_str(name) {
        return Ok(vm.interned_name(name));
    }
    Err(vm.type_error(&format!(
        "attribute name must be string, not '{}'",
        vm.type_name(name)
    )))
}

fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
    let name = name_arg(vm, &args[1])?;
    match vm.generic_get_attr(&args[0], &name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
    vm.generic_set_attr(&args[0], &name_arg(vm, &args[1])?, args[2].clone())?;
    Ok(Value::NONE)
}

fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
    vm.generic_set_attr(&args[0], &name_arg(vm, &args[1])?, Value::NULL)?;
    Ok(Value::NONE)
}

fn mro(vm: &Vm, args: &[Value]) -> PyResult {
    let ty = class_arg(vm, &args[0])?;
    Ok(vm.new_list(vm.c3(&ty, &ty.base_types())?))
}

fn subclasses(vm: &Vm, args: &[Value]) -> PyResult {
    let ty = class_arg(vm, &args[0])?;
    Ok(vm.new_list(vm.subclasses_of(&ty)))
}

fn dir(vm: &Vm, args: &[Value]) -> PyResult {
    let names = vm.new_dict();
    merge_class_names(vm, &names, &args[0])?;
    Ok(vm.new_list(names.keys()))
}
