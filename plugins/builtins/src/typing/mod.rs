//! The native module `_typing` (3.11 and later): type variables, type aliases and `Generic`.
//!
//! Most of what they do is Python code in `typing`, which is imported when it is needed.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, MethodDef, PyModule};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{ClassParts, Vm};

use crate::util::payload;

mod alias;
mod variables;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TYPING_3_11: ModuleDef = ModuleDef {
    name: "_typing",
    versions: VersionRange::since(Version::V3_11),
    functions: &[MethodDef::function("_idfunc", "x, /", |_, args| {
        Ok(args[0].clone())
    })],
    init: |_, _| Ok(()),
};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TYPING: ModuleDef = ModuleDef {
    name: "_typing",
    versions: VersionRange::since(Version::V3_12),
    functions: &[
        // For the opcodes: what is evaluated when it is asked for.
        MethodDef::function("_lazy_bound", "name, evaluate, /", variables::lazy_bound),
        MethodDef::function(
            "_lazy_constraints",
            "name, evaluate, /",
            variables::lazy_constraints,
        ),
        MethodDef::function(
            "_set_lazy_default",
            "variable, evaluate, /",
            variables::set_lazy_default,
        ),
        MethodDef::function(
            "_lazy_type_alias",
            "name, type_params, evaluate, /",
            alias::lazy_alias,
        ),
    ],
    init,
};

fn init(vm: &Vm, module: &Value) -> PyResult<()> {
    let dict = &payload::<PyModule>(vm, module)?.dict;
    let set = |name: &str, v: Value| dict.set_name(&vm.intern(name), v);
    for ty in variables::types(vm)
        .into_iter()
        .chain([alias::alias_type(vm)])
    {
        set(&ty.name(), ty.into_value());
    }
    set("Generic", generic(vm)?);
    if vm.version() >= Version::V3_13 {
        set("NoDefault", variables::no_default(vm));
    }
    if vm.version() >= Version::V3_14 {
        set("Union", crate::types::union::union_type(vm).into_value());
    }
    Ok(())
}

/// Calls a function of `typing`.
fn call_typing(vm: &Vm, name: &str, args: Args<'_>) -> PyResult {
    let typing = vm.import_module("typing")?;
    vm.call_args(&vm.get_attr_str(&typing, name)?, args)
}

/// Calls an evaluator: from 3.14 on it takes the format, of which 1 asks for values.
fn evaluate(vm: &Vm, evaluator: &Value) -> PyResult {
    if vm.version() >= Version::V3_14 {
        vm.call(evaluator, &[vm.new_int(1)])
    } else {
        vm.call(evaluator, &[])
    }
}

static CLASS_GETITEM: MethodDef =
    MethodDef::raw("__class_getitem__", Access::Function, class_getitem);
static INIT_SUBCLASS: MethodDef =
    MethodDef::raw("__init_subclass__", Access::Function, init_subclass);

/// Whether an error says that the program runs without CPython's library, or with a part of it that lacks something.
/// Generic classes then do without what `typing` adds to them.
fn no_library(vm: &Vm, r: &Raise) -> bool {
    vm.is_exception(r, &vm.exc_types.ImportError)
}

fn class_getitem(vm: &Vm, args: &Args<'_>) -> PyResult {
    match (vm.import_module("typing"), args.pos()) {
        (Err(r), [class, params]) if no_library(vm, &r) => vm.generic_alias(class, params),
        (Err(r), _) => Err(r),
        (Ok(typing), _) => {
            vm.call_args(&vm.get_attr_str(&typing, "_generic_class_getitem")?, *args)
        }
    }
}

fn init_subclass(vm: &Vm, args: &Args<'_>) -> PyResult {
    match vm.import_module("typing") {
        Err(r) if no_library(vm, &r) => Ok(Value::NONE),
        Err(r) => Err(r),
        Ok(typing) => vm.call_args(&vm.get_attr_str(&typing, "_generic_init_subclass")?, *args),
    }
}

/// The class `typing.Generic`.
fn generic(vm: &Vm) -> PyResult {
    let namespace = vm.new_dict();
    let set = |name: &str, v: Value| namespace.set_name(&vm.intern(name), v);
    set("__module__", vm.intern("typing"));
    set("__slots__", vm.new_tuple(Vec::new()));
    for def in [&CLASS_GETITEM, &INIT_SUBCLASS] {
        let f = vm.new_function(def, Value::NULL);
        set(
            def.name,
            vm.new_classmethod_of(&vm.types.classmethod, f).into_value(),
        );
    }
    let parts = ClassParts {
        meta: &vm.types.type_,
        name: vm.intern("Generic"),
        bases: vec![vm.types.object.clone()],
        namespace,
        keywords: Vec::new(),
    };
    // The base's own `__init_subclass__` is what runs for `Generic` itself.
    Ok(vm.make_class(parts)?.into_value())
}
