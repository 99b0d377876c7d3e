//! How messages about a call name what is called.

use opyc_core::object::{Kind, PyBoundMethod, PyBuiltin, PyFunction};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// How the errors of a call are worded; the row of a version chooses.
pub(crate) trait CallErrors: 'static {
    /// The callable as a message names it.
    fn name(vm: &Vm, f: &Value) -> String;

    /// What is said of a key that is no string in `f(**mapping)`.
    fn no_string(vm: &Vm, f: &Value) -> String;

    /// Whether the function itself says that a keyword is no string, once it is called.
    fn leaves_keywords_to(vm: &Vm, f: &Value) -> bool;
}

/// 3.6 to 3.8: `f()`.
pub(crate) struct ByKind;

impl CallErrors for ByKind {
    fn name(vm: &Vm, f: &Value) -> String {
        by_kind(vm, f)
    }

    fn no_string(vm: &Vm, f: &Value) -> String {
        format!("{} keywords must be strings", by_kind(vm, f))
    }

    fn leaves_keywords_to(vm: &Vm, f: &Value) -> bool {
        matches!(f.kind(), Some(Kind::Function | Kind::BoundMethod))
            || f.is(vm.types.dict.as_value())
    }
}

/// 3.9 and later: `module.Class.f()`.
pub(crate) struct ByQualname;

impl CallErrors for ByQualname {
    fn name(vm: &Vm, f: &Value) -> String {
        by_qualname(vm, f)
    }

    fn no_string(_: &Vm, _: &Value) -> String {
        "keywords must be strings".to_string()
    }

    fn leaves_keywords_to(_: &Vm, _: &Value) -> bool {
        false
    }
}

/// The plain name, or the type's.
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

/// `__module__` and `__qualname__`, or the object's text.
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
