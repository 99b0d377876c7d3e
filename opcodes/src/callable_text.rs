//! How messages about a call name what is called.

use opyc_core::object::{PyBoundMethod, PyBuiltin, PyFunction};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

/// The callable as a message names it: `f()`, and from 3.9 on `module.Class.f()`.
pub(crate) fn callable_text(vm: &Vm, f: &Value) -> String {
    if vm.version() >= Version::V3_9 {
        by_qualname(vm, f)
    } else {
        by_kind(vm, f)
    }
}

/// 3.6 to 3.8: the plain name, or the type's.
fn by_kind(vm: &Vm, f: &Value) -> String {
    if let Some(m) = f.downcast::<PyBoundMethod>()
        && m.func.downcast::<PyFunction>().is_some()
    {
        return by_kind(vm, &m.func);
    }
    if let Some(f) = f.downcast::<PyFunction>() {
        return format!("{}()", vm.str_lossy(&f.name.get()));
    }
    if let Some(b) = f.downcast::<PyBuiltin>() {
        return format!("{}()", b.def.name);
    }
    format!("{} object", vm.type_name(f))
}

/// 3.9 and later: `__module__` and `__qualname__`, or the object's text.
fn by_qualname(vm: &Vm, f: &Value) -> String {
    let Ok(Some(qualname)) = vm.get_attr_opt(f, &vm.names.qualname) else {
        return vm.str_of(f).map(|s| vm.str_lossy(&s)).unwrap_or_default();
    };
    let qualname = vm.str_lossy(&qualname);
    match vm.get_attr_opt(f, &vm.names.module) {
        Ok(Some(m)) if !m.is_none() && vm.str_lossy(&m) != "builtins" => {
            format!("{}.{qualname}()", vm.str_lossy(&m))
        }
        _ => format!("{qualname}()"),
    }
}
