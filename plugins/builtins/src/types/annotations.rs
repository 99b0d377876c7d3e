//! `__annotations__` and `__annotate__` of functions, classes and modules.
//!
//! Up to 3.13 annotations are made where the code says so; from 3.14 on (PEP 649) a function `__annotate__` makes
//! them when they are asked for.

use opyc_core::error::PyResult;
use opyc_core::object::{Kind, PyDict, PyFunction, PyTuple, PyType};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{class_arg, payload};

/// Calls an annotate function for real values (format 1) and checks what it gives.
fn call_annotate(vm: &Vm, annotate: &Value) -> PyResult {
    let r = vm.call(annotate, &[vm.new_int(1)])?;
    if r.downcast::<PyDict>().is_none() {
        let t = vm.type_name(&r);
        return Err(vm.type_error(&format!("__annotate__ returned non-dict of type '{t}'")));
    }
    Ok(r)
}

fn check_dict(vm: &Vm, value: &Value) -> PyResult<()> {
    if value.is_null() || value.is_none() || value.downcast::<PyDict>().is_some() {
        return Ok(());
    }
    Err(vm.type_error("__annotations__ must be set to a dict object"))
}

fn check_annotate(vm: &Vm, value: &Value) -> PyResult<()> {
    if value.is_null() {
        return Err(vm.type_error("__annotate__ cannot be deleted"));
    }
    if value.is_none() || vm.is_callable(value) {
        return Ok(());
    }
    Err(vm.type_error("__annotate__ must be callable or None"))
}

// Functions.

/// `function.__annotations__`: a flat tuple of names and values becomes a dict when it is first asked for.
pub(super) fn function_annotations(vm: &Vm, this: &Value) -> PyResult {
    let f = payload::<PyFunction>(vm, this)?;
    let now = f.annotations.get();
    if now.downcast::<PyDict>().is_some() {
        return Ok(now);
    }
    let dict = match now.downcast::<PyTuple>() {
        Some(flat) => {
            let dict = vm.new_dict();
            for pair in flat.items().chunks_exact(2) {
                dict.set(vm, &pair[0], pair[1].clone())?;
            }
            dict.into_value()
        }
        None => match f.annotate.get().opt().filter(|a| !a.is_none()) {
            Some(annotate) => call_annotate(vm, annotate)?,
            None => vm.new_dict().into_value(),
        },
    };
    f.annotations.set(dict.clone());
    Ok(dict)
}

pub(super) fn set_function_annotations(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let f = payload::<PyFunction>(vm, this)?;
    check_dict(vm, &value)?;
    f.annotations
        .set(if value.is_none() { Value::NULL } else { value });
    f.annotate.set(Value::NULL);
    Ok(())
}

pub(super) fn function_annotate(vm: &Vm, this: &Value) -> PyResult {
    let f = payload::<PyFunction>(vm, this)?;
    Ok(f.annotate.get().opt().cloned().unwrap_or(Value::NONE))
}

pub(super) fn set_function_annotate(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let f = payload::<PyFunction>(vm, this)?;
    check_annotate(vm, &value)?;
    if !value.is_none() {
        f.annotations.set(Value::NULL);
    }
    f.annotate.set(value);
    Ok(())
}

// Classes.

/// The name under which a class keeps what the lazy annotations have given.
const CACHE: &str = "__annotations_cache__";
/// The name under which the compiler of 3.14 leaves a class's annotate function.
const ANNOTATE_FUNC: &str = "__annotate_func__";

fn own(ty: &PyType, name: &Value) -> Option<Value> {
    // `type` itself has the descriptors under these names.
    ty.dict
        .get_name(name)
        .filter(|v| v.kind() != Some(Kind::Descr))
}

/// `type.__annotations__` (3.10 and later): the class's own, made now if it has none.
pub(super) fn class_annotations(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    if !ty.is_heap() {
        return Err(vm.no_attribute(this, &vm.names.annotations));
    }
    if let Some(a) = own(&ty, &vm.names.annotations) {
        return vm.descr_get(&a, None, &ty);
    }
    let lazy = vm.version() >= Version::V3_14;
    if lazy && let Some(a) = own(&ty, &vm.intern(CACHE)) {
        return Ok(a);
    }
    let annotate = if lazy {
        class_annotate(vm, this)?
    } else {
        Value::NONE
    };
    let dict = if annotate.is_none() {
        vm.new_dict().into_value()
    } else {
        call_annotate(vm, &annotate)?
    };
    ty.invalidate();
    let name = if lazy {
        vm.intern(CACHE)
    } else {
        vm.names.annotations.clone()
    };
    ty.dict.set_name(&name, dict.clone());
    Ok(dict)
}

fn changeable(vm: &Vm, this: &Value, name: &str) -> PyResult<opyc_core::object::Ref<PyType>> {
    let ty = class_arg(vm, this)?;
    if ty.is_heap() {
        return Ok(ty);
    }
    Err(vm.type_error(&format!(
        "cannot set '{name}' attribute of immutable type '{}'",
        ty.name()
    )))
}

pub(super) fn set_class_annotations(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = changeable(vm, this, "__annotations__")?;
    ty.invalidate();
    let lazy = vm.version() >= Version::V3_14;
    let cache = vm.intern(CACHE);
    if value.is_null() {
        let had = ty.dict.remove_name(&vm.names.annotations).is_some();
        let had_cache = lazy && ty.dict.remove_name(&cache).is_some();
        if !had && !had_cache {
            return Err(vm.attribute_error("__annotations__"));
        }
    } else {
        ty.dict.set_name(&vm.names.annotations, value);
        if lazy {
            ty.dict.remove_name(&cache);
        }
    }
    if lazy {
        ty.dict.remove_name(&vm.intern(ANNOTATE_FUNC));
        ty.dict.remove_name(&vm.names.annotate);
    }
    Ok(())
}

pub(super) fn class_annotate(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    if !ty.is_heap() {
        return Err(vm.no_attribute(this, &vm.names.annotate));
    }
    for name in [&vm.intern(ANNOTATE_FUNC), &vm.names.annotate] {
        if let Some(a) = own(&ty, name) {
            return vm.descr_get(&a, None, &ty);
        }
    }
    Ok(Value::NONE)
}

pub(super) fn set_class_annotate(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = changeable(vm, this, "__annotate__")?;
    check_annotate(vm, &value)?;
    ty.invalidate();
    if !value.is_none() {
        ty.dict.remove_name(&vm.names.annotations);
        ty.dict.remove_name(&vm.intern(CACHE));
    }
    ty.dict.set_name(&vm.intern(ANNOTATE_FUNC), value);
    Ok(())
}

// Modules.

/// `module.__annotations__` (3.10 and later), from a module's dict.
pub(super) fn module_annotations(vm: &Vm, dict: &PyDict) -> PyResult {
    if let Some(a) = dict.get_name(&vm.names.annotations) {
        return Ok(a);
    }
    let annotate = match vm.version() >= Version::V3_14 {
        true => dict.get_name(&vm.names.annotate).filter(|a| !a.is_none()),
        false => None,
    };
    let made = match annotate {
        Some(a) => call_annotate(vm, &a)?,
        None => vm.new_dict().into_value(),
    };
    dict.set_name(&vm.names.annotations, made.clone());
    Ok(made)
}
