//! The computed attributes of classes.

use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{Kind, PyStr, PyTuple, PyType, Ref, TypeFlags};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::class_arg;

/// The class, if its attribute may be set or deleted (`value` is NULL); else why not.
fn settable(vm: &Vm, this: &Value, name: &str, value: &Value) -> PyResult<Ref<PyType>> {
    let ty = class_arg(vm, this)?;
    if !ty.is_heap() || ty.flags().any(TypeFlags::IMMUTABLE) {
        let text = if vm.version() >= Version::V3_10 {
            format!(
                "cannot set '{name}' attribute of immutable type '{}'",
                ty.name()
            )
        } else {
            format!("can't set {}.{name}", ty.name())
        };
        return Err(vm.type_error(&text));
    }
    if value.is_null() {
        return Err(cannot_delete(vm, &ty, name));
    }
    Ok(ty)
}

fn cannot_delete(vm: &Vm, ty: &PyType, name: &str) -> Raise {
    let text = if vm.version() >= Version::V3_10 {
        format!(
            "cannot delete '{name}' attribute of immutable type '{}'",
            ty.name()
        )
    } else {
        format!("can't delete {}.{name}", ty.name())
    };
    vm.type_error(&text)
}

pub(super) fn name(vm: &Vm, this: &Value) -> PyResult {
    Ok(class_arg(vm, this)?.name.get())
}

pub(super) fn set_name(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__name__", &value)?;
    let Some(s) = value.downcast::<PyStr>() else {
        let t = vm.type_name(&value);
        return Err(vm.type_error(&format!(
            "can only assign string to {}.__name__, not '{t}'",
            ty.name()
        )));
    };
    if s.view().iter().any(|c| c == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    ty.name.set(value);
    Ok(())
}

pub(super) fn qualname(vm: &Vm, this: &Value) -> PyResult {
    Ok(class_arg(vm, this)?.qualname.get())
}

pub(super) fn set_qualname(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__qualname__", &value)?;
    if !vm.is_str(&value) {
        let t = vm.type_name(&value);
        return Err(vm.type_error(&format!(
            "can only assign string to {}.__qualname__, not '{t}'",
            ty.name()
        )));
    }
    ty.qualname.set(value);
    Ok(())
}

pub(super) fn module(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    match ty.dict.get_name(&vm.names.module) {
        Some(m) => Ok(m),
        None if ty.is_heap() => Err(vm.attribute_error("__module__")),
        None => Ok(vm.intern("builtins")),
    }
}

pub(super) fn set_module(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__module__", &value)?;
    ty.invalidate();
    ty.dict.set_name(&vm.names.module, value);
    // Where a class was made is no longer known (3.13 and later).
    if vm.version() >= Version::V3_13 {
        ty.dict.remove_name(&vm.names.firstlineno);
    }
    Ok(())
}

pub(super) fn bases(vm: &Vm, this: &Value) -> PyResult {
    Ok(class_arg(vm, this)?.bases.get())
}

pub(super) fn set_bases(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__bases__", &value)?;
    let Some(t) = value.downcast::<PyTuple>() else {
        let text = format!(
            "can only assign tuple to {}.__bases__, not {}",
            ty.name(),
            vm.type_name(&value)
        );
        return Err(vm.type_error(&text));
    };
    if t.is_empty() {
        let text = format!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            ty.name()
        );
        return Err(vm.type_error(&text));
    }
    vm.set_bases(&ty, &value)
}

pub(super) fn base(vm: &Vm, this: &Value) -> PyResult {
    Ok(class_arg(vm, this)?
        .base
        .get()
        .opt()
        .cloned()
        .unwrap_or(Value::NONE))
}

pub(super) fn mro(vm: &Vm, this: &Value) -> PyResult {
    Ok(class_arg(vm, this)?
        .mro
        .get()
        .opt()
        .cloned()
        .unwrap_or(Value::NONE))
}

pub(super) fn dict(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    vm.complete_natives(&ty);
    Ok(vm.new_mappingproxy(ty.dict.value()))
}

pub(super) fn doc(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    match vm.own_attr(&ty, &vm.names.doc) {
        // A descriptor there (a property, a slot) describes instances; asked on the class it decides itself.
        Some(d) => vm.descr_get(&d, None, &ty),
        None if ty.is_heap() => Ok(Value::NONE),
        // CPython's texts are its own.
        None => Ok(vm.new_str(&format!("The builtin type {}.", ty.name()))),
    }
}

pub(super) fn set_doc(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__doc__", &value)?;
    ty.invalidate();
    ty.dict.set_name(&vm.names.doc, value);
    Ok(())
}

pub(super) fn abstractmethods(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    // `type` itself has the descriptor under that name, which is no set of methods.
    let own = ty
        .dict
        .get_name(&vm.names.abstractmethods)
        .filter(|v| v.kind() != Some(Kind::Descr));
    own.ok_or_else(|| vm.attribute_error("__abstractmethods__"))
}

pub(super) fn set_abstractmethods(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = class_arg(vm, this)?;
    if value.is_null() {
        if ty.dict.remove_name(&vm.names.abstractmethods).is_none() {
            return Err(vm.attribute_error("__abstractmethods__"));
        }
        vm.set_abstract(&ty, false);
        return Ok(());
    }
    ty.dict.set_name(&vm.names.abstractmethods, value);
    refresh_abstract(vm, &ty)
}

/// `__abstractmethods__` has changed: whether the class can be instantiated.
pub(super) fn refresh_abstract(vm: &Vm, ty: &Ref<PyType>) -> PyResult<()> {
    let on = match ty.dict.get_name(&vm.names.abstractmethods) {
        Some(names) => vm.truth(&names)?,
        None => false,
    };
    vm.set_abstract(ty, on);
    Ok(())
}

pub(super) fn type_params(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    let own = ty
        .dict
        .get_name(&vm.names.type_params)
        .filter(|v| v.kind() != Some(Kind::Descr));
    Ok(own.unwrap_or_else(|| vm.new_tuple(Vec::new())))
}

pub(super) fn set_type_params(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let ty = settable(vm, this, "__type_params__", &value)?;
    ty.invalidate();
    ty.dict.set_name(&vm.names.type_params, value);
    Ok(())
}

/// CPython's `Py_TPFLAGS_*` bits that programs ask for.
pub(super) fn flags(vm: &Vm, this: &Value) -> PyResult {
    let ty = class_arg(vm, this)?;
    let f = ty.flags();
    // Ready, and default.
    let mut bits: i64 = 1 << 12;
    let mut on = |flag: bool, bit: u32| {
        if flag {
            bits |= 1 << bit;
        }
    };
    on(f.any(TypeFlags::HEAP), 9);
    on(f.any(TypeFlags::BASETYPE), 10);
    on(f.any(TypeFlags::ABSTRACT), 20);
    if vm.version() >= Version::V3_10 {
        on(f.any(TypeFlags::SEQUENCE), 5);
        on(f.any(TypeFlags::MAPPING), 6);
        on(f.any(TypeFlags::NO_NEW), 7);
        on(!f.any(TypeFlags::HEAP) || f.any(TypeFlags::IMMUTABLE), 8);
    }
    on(
        !matches!(
            ty.kind(),
            Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::Range
        ),
        14,
    );
    on(ty.kind() == Kind::Int, 24);
    on(ty.kind() == Kind::List, 25);
    on(ty.kind() == Kind::Tuple, 26);
    on(ty.kind() == Kind::Bytes, 27);
    on(ty.kind() == Kind::Str, 28);
    on(ty.kind() == Kind::Dict, 29);
    on(ty.is_subtype(&vm.exc_types.BaseException), 30);
    on(ty.kind() == Kind::Type, 31);
    Ok(vm.new_int(bits))
}

pub(super) fn itemsize(vm: &Vm, this: &Value) -> PyResult {
    let size = match class_arg(vm, this)?.kind() {
        Kind::Tuple => 8,
        Kind::Int => 4,
        Kind::Bytes => 1,
        Kind::Type => 40,
        _ => 0,
    };
    Ok(vm.new_int(size))
}

/// Not 0 where instances have a `__dict__`, which is all that programs can make of it.
pub(super) fn dictoffset(vm: &Vm, this: &Value) -> PyResult {
    Ok(vm.new_int(if class_arg(vm, this)?.has_dict() {
        16
    } else {
        0
    }))
}

/// Not 0 where instances take weak references.
pub(super) fn weakrefoffset(vm: &Vm, this: &Value) -> PyResult {
    Ok(
        vm.new_int(if class_arg(vm, this)?.flags().any(TypeFlags::WEAKREF) {
            24
        } else {
            0
        }),
    )
}
