//! "Did you mean": what is said behind the message of a misspelt name.

use crate::code::SlotKind;
use crate::error::PyResult;
use crate::object::{Kind, PyDict, PyException, PyFrame, PyStr, PyTraceback, PyType, Ref, extra};
use crate::suggest::closest;
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// What is said behind the message of an exception; empty for nothing.
pub(super) fn hint(vm: &Vm, exc: &Value) -> PyResult<String> {
    let Some(e) = exc
        .downcast::<PyException>()
        .filter(|_| vm.version() >= Version::V3_10)
    else {
        return Ok(String::new());
    };
    let types = &vm.exc_types;
    // The C code gives no hints for subclasses.
    let exactly = vm.version() < Version::V3_13;
    let of = |class: &Ref<PyType>| {
        let own = vm.type_of(exc);
        std::ptr::eq(own, &**class) || (!exactly && own.is_subtype(class))
    };
    if of(&types.ImportError) {
        let found = match text(e, extra::IMPORT_ERROR_NAME_FROM) {
            Some(wrong) => import_name(vm, e, &wrong)?,
            None => None,
        };
        return Ok(did_you_mean(found.as_deref()));
    }
    if of(&types.AttributeError) {
        let found = match text(e, extra::ATTRIBUTE_ERROR_NAME) {
            Some(wrong) => attribute(vm, e, &wrong)?,
            None => None,
        };
        return Ok(did_you_mean(found.as_deref()));
    }
    if of(&types.NameError)
        && let Some(wrong) = text(e, extra::NAME_ERROR_NAME)
    {
        let found = name(vm, e, &wrong)?;
        let mut hint = did_you_mean(found.as_deref());
        if is_library_module(vm, &wrong)? {
            let begin = if hint.is_empty() { ". Did" } else { " Or did" };
            hint.push_str(&format!("{begin} you forget to import '{wrong}'?"));
        }
        return Ok(hint);
    }
    Ok(String::new())
}

fn did_you_mean(found: Option<&str>) -> String {
    found
        .map(|name| format!(". Did you mean: '{name}'?"))
        .unwrap_or_default()
}

/// A str among the exception's own attributes.
fn text(e: &PyException, i: usize) -> Option<String> {
    e.extra[i].get().downcast::<PyStr>().map(|s| s.to_string())
}

/// `dir(v)`; `None` if that fails or gives other things than strs.
fn dir(vm: &Vm, v: &Value) -> PyResult<Option<Vec<String>>> {
    let Some(dir) = vm.builtins.get_name(&vm.intern("dir")) else {
        return Ok(None);
    };
    let names = vm
        .call(&dir, std::slice::from_ref(v))
        .and_then(|names| vm.collect(&names));
    Ok(vm.unless_raised(names)?.map(|names| texts(&names)))
}

fn texts(names: &[Value]) -> Vec<String> {
    names
        .iter()
        .filter_map(|n| n.downcast::<PyStr>())
        .map(|s| s.to_string())
        .collect()
}

/// From 3.13 on, nobody means a private name who has not written an underscore.
fn without_private(vm: &Vm, wrong: &str, mut names: Vec<String>) -> Vec<String> {
    if vm.version() >= Version::V3_13 && !wrong.starts_with('_') {
        names.retain(|n| !n.starts_with('_'));
    }
    names
}

fn attribute(vm: &Vm, e: &PyException, wrong: &str) -> PyResult<Option<String>> {
    let obj = e.extra[extra::ATTRIBUTE_ERROR_OBJ].get();
    // The C code does nothing without an object; the `traceback` module sees None.
    let obj = if obj.is_null() && vm.version() >= Version::V3_13 {
        Value::NONE
    } else {
        obj
    };
    if obj.is_null() {
        return Ok(None);
    }
    let Some(names) = dir(vm, &obj)? else {
        return Ok(None);
    };
    let in_method =
        last_frame(e).is_some_and(|f| local(vm, &f, "self").is_some_and(|this| this.is(&obj)));
    let names = if in_method {
        names
    } else {
        without_private(vm, wrong, names)
    };
    Ok(closest(wrong, &names))
}

fn import_name(vm: &Vm, e: &PyException, wrong: &str) -> PyResult<Option<String>> {
    let Some(module) = text(e, extra::IMPORT_ERROR_NAME) else {
        return Ok(None);
    };
    let key = match module.split('.').next() {
        Some(package) if vm.version() >= Version::V3_13 => package,
        _ => &module,
    };
    vm.sys_module();
    let Some(module) = vm.modules.get_name(&vm.intern(key)) else {
        return Ok(None);
    };
    let Some(names) = dir(vm, &module)? else {
        return Ok(None);
    };
    Ok(closest(wrong, &without_private(vm, wrong, names)))
}

fn name(vm: &Vm, e: &PyException, wrong: &str) -> PyResult<Option<String>> {
    let Some(frame) = last_frame(e) else {
        return Ok(None);
    };
    if vm.version() >= Version::V3_12
        && let Some(this) = local(vm, &frame, "self")
    {
        let found = vm.get_attr_opt(&this, &vm.intern(wrong));
        if vm.unless_raised(found)?.flatten().is_some() {
            return Ok(Some(format!("self.{wrong}")));
        }
    }
    let globals = texts(&frame.globals.keys());
    let builtins = builtin_names(&frame.builtins);
    if vm.version() >= Version::V3_13 {
        let mut all: Vec<String> = locals(vm, &frame)
            .iter()
            .map(|(n, _)| vm.str_lossy(n))
            .collect();
        all.extend(globals);
        all.extend(builtins);
        return Ok(closest(wrong, &all));
    }
    // The C code looks at variables of the code, set or not, and takes the first namespace that has a fitting name.
    let variables: Vec<String> = frame
        .code
        .code
        .localsplus
        .iter()
        .filter(|(_, kind)| kind.has(SlotKind::LOCAL))
        .map(|(n, _)| n.view().to_string())
        .collect();
    Ok([variables, globals, builtins]
        .iter()
        .find_map(|names| closest(wrong, names)))
}

/// The names of builtins: functions by name, then the others, as CPython's module has them. Of names that are equally
/// close the first one is suggested.
fn builtin_names(builtins: &PyDict) -> Vec<String> {
    let (functions, others): (Vec<_>, Vec<_>) = builtins
        .items()
        .into_iter()
        .partition(|(_, v)| v.kind() == Some(Kind::Builtin));
    let names =
        |items: Vec<(Value, Value)>| texts(&items.into_iter().map(|(n, _)| n).collect::<Vec<_>>());
    let mut all = names(functions);
    all.sort();
    all.extend(names(others));
    all
}

/// The frame that raised.
fn last_frame(e: &PyException) -> Option<Ref<PyFrame>> {
    let mut tb = e.traceback.get().to_ref::<PyTraceback>()?;
    while let Some(next) = tb.next.get().to_ref::<PyTraceback>() {
        tb = next;
    }
    Some(tb.frame.clone())
}

/// The variables of a frame that have values.
fn locals(vm: &Vm, frame: &PyFrame) -> Vec<(Value, Value)> {
    let namespace = frame.locals.get();
    let mut all = namespace
        .downcast::<PyDict>()
        .map(PyDict::items)
        .unwrap_or_default();
    all.extend(vm.frame_slots(frame));
    all
}

fn local(vm: &Vm, frame: &PyFrame, name: &str) -> Option<Value> {
    locals(vm, frame)
        .into_iter()
        .find(|(n, _)| vm.str_lossy(n) == name)
        .map(|(_, v)| v)
}

/// Whether the standard library has a module of that name (asked from 3.12 on).
fn is_library_module(vm: &Vm, name: &str) -> PyResult<bool> {
    if vm.version() < Version::V3_12 {
        return Ok(false);
    }
    let Some(modules) = vm.sys_attr("stdlib_module_names") else {
        return Ok(false);
    };
    let found = vm.contains(&modules, &vm.new_str(name));
    Ok(vm.unless_raised(found)?.unwrap_or(false))
}
