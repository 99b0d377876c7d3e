//! `__build_class__`: what a class statement calls.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, MethodDef, PyCell, PyDict, PyFunction, PyType};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUILD_CLASS: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[MethodDef::raw(
        "__build_class__",
        Access::Function,
        build_class,
    )],
    init: super::nothing,
};

fn build_class(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [body, name, orig_bases @ ..] = args.pos() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    let Some(function) = body.downcast::<PyFunction>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if !vm.is_str(name) {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let bases = resolve_bases(vm, orig_bases)?;
    let mut keywords: Vec<(Value, Value)> = args
        .keywords()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let explicit = keywords
        .iter()
        .position(|(k, _)| vm.str_lossy(k) == "metaclass")
        .map(|i| keywords.remove(i).1);
    let given = bases.as_deref().unwrap_or(orig_bases);
    let meta = metaclass(vm, explicit, given)?;
    let bases_tuple = vm.new_tuple(given.to_vec());
    let namespace = prepare(vm, &meta, name, &bases_tuple, &keywords)?;
    let cell = vm.run_in_namespace(function, namespace.clone())?;
    if bases.is_some() {
        let orig = vm.new_tuple(orig_bases.to_vec());
        vm.set_item(&namespace, &vm.names.orig_bases, orig)?;
    }
    let class = vm.call_kw(&meta, &[name.clone(), bases_tuple, namespace], &keywords)?;
    if let (Some(_), Some(c)) = (class.downcast::<PyType>(), cell.downcast::<PyCell>()) {
        check_cell(vm, c, name, &class)?;
    }
    Ok(class)
}

/// Replaces bases that are not classes by what their `__mro_entries__` gives (PEP 560); `None` if there are none.
fn resolve_bases(vm: &Vm, bases: &[Value]) -> PyResult<Option<Vec<Value>>> {
    if vm.version() < Version::V3_7 || bases.iter().all(|b| b.downcast::<PyType>().is_some()) {
        return Ok(None);
    }
    let all = vm.new_tuple(bases.to_vec());
    let mut out = Vec::with_capacity(bases.len());
    let mut changed = false;
    for b in bases {
        let hook = match b.downcast::<PyType>() {
            Some(_) => None,
            None => vm.get_attr_opt(b, &vm.names.mro_entries)?,
        };
        let Some(hook) = hook else {
            out.push(b.clone());
            continue;
        };
        changed = true;
        let entries = vm.call(&hook, std::slice::from_ref(&all))?;
        match entries.downcast::<opyc_core::object::PyTuple>() {
            Some(t) => out.extend(t.iter().cloned()),
            None => return Err(vm.type_error("__mro_entries__ must return a tuple")),
        }
    }
    Ok(changed.then_some(out))
}

/// The metaclass: the one named, or the first base's; if it is a class, the most derived one of all bases.
fn metaclass(vm: &Vm, explicit: Option<Value>, bases: &[Value]) -> PyResult {
    let meta = match (explicit, bases.first()) {
        (Some(m), _) => m,
        (None, Some(b)) => opyc_core::object::value_of(vm.type_of(b)),
        (None, None) => vm.types.type_.value(),
    };
    match meta.to_ref::<PyType>() {
        Some(m) => Ok(vm.most_derived_metaclass(&m, bases)?.into_value()),
        None => Ok(meta),
    }
}

fn prepare(
    vm: &Vm,
    meta: &Value,
    name: &Value,
    bases: &Value,
    keywords: &[(Value, Value)],
) -> PyResult {
    let Some(hook) = vm.get_attr_opt(meta, &vm.names.prepare)? else {
        return Ok(vm.new_dict().into_value());
    };
    let namespace = vm.call_kw(&hook, &[name.clone(), bases.clone()], keywords)?;
    let mapping = namespace.downcast::<PyDict>().is_some()
        || vm
            .lookup_type(vm.type_of(&namespace), &vm.names.getitem)
            .is_some();
    if !mapping {
        let who = match meta.downcast::<PyType>() {
            Some(t) => t.name(),
            None => "<metaclass>".to_string(),
        };
        let what = vm.type_name(&namespace);
        return Err(vm.type_error(&format!(
            "{who}.__prepare__() must return a mapping, not {what}"
        )));
    }
    Ok(namespace)
}

/// The cell of `__class__` must hold the new class by now.
fn check_cell(vm: &Vm, cell: &PyCell, name: &Value, class: &Value) -> PyResult<()> {
    let content = cell.value.get();
    if content.is(class) {
        return Ok(());
    }
    let n = vm.repr_text(name)?;
    let c = vm.repr_text(class)?;
    if !content.is_null() {
        let text = format!(
            "__class__ set to {} defining {n} as {c}",
            vm.repr_text(&content)?
        );
        return Err(vm.type_error(&text));
    }
    let text = format!(
        "__class__ not set defining {n} as {c}. Was __classcell__ propagated to type.__new__?"
    );
    if vm.version() >= Version::V3_8 {
        return Err(vm.runtime_error(&text));
    }
    vm.warn(&vm.exc_types.DeprecationWarning, &text);
    cell.value.set(class.clone());
    Ok(())
}
