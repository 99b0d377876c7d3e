//! `_warnings`: filters, and the functions behind `warnings.warn`.

use std::cell::{Cell, RefCell};

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyDict, PyStr, PyTuple, PyType, Ref, value_of};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::{module, put, some};

/// Counts changes of the filters: what a registry remembers is true until the next.
#[derive(Default)]
struct State {
    version: Cell<i64>,
    filters: RefCell<Option<Value>>,
    once: RefCell<Option<Value>>,
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    let e = &vm.exc_types;
    let filter = |action: &str, class: &Ref<PyType>, place: Value| {
        let items = vec![
            vm.intern(action),
            Value::NONE,
            class.value(),
            place,
            Value::i32(0),
        ];
        vm.new_tuple(items)
    };
    let mut filters = Vec::new();
    if vm.version() >= Version::V3_7 {
        filters.push(filter(
            "default",
            &e.DeprecationWarning,
            vm.names.main.clone(),
        ));
    }
    for class in [
        &e.DeprecationWarning,
        &e.PendingDeprecationWarning,
        &e.ImportWarning,
    ] {
        filters.push(filter("ignore", class, Value::NONE));
    }
    if vm.version() < Version::V3_7 {
        filters.push(filter("ignore", &e.BytesWarning, Value::NONE));
    }
    filters.push(filter("ignore", &e.ResourceWarning, Value::NONE));
    let state = vm.extension::<State>();
    let filters = vm.new_list(filters);
    let once = vm.new_dict().into_value();
    put(vm, m, "filters", filters.clone());
    put(vm, m, "_onceregistry", once.clone());
    put(vm, m, "_defaultaction", vm.intern("default"));
    state.filters.replace(Some(filters));
    state.once.replace(Some(once));
    Ok(())
}

/// What the `warnings` module has under a name, if it is loaded; programs replace its parts.
fn from_module(vm: &Vm, name: &str) -> PyResult<Option<Value>> {
    match vm.modules.get_name(&vm.intern("warnings")) {
        Some(m) => vm.get_attr_opt(&m, &vm.intern(name)),
        None => Ok(None),
    }
}

/// The category that goes with a message.
fn category_of(vm: &Vm, message: &Value, category: Option<&Value>) -> PyResult {
    let warning = &vm.exc_types.Warning;
    if vm.is_instance(message, warning) {
        return Ok(value_of(vm.type_of(message)));
    }
    let Some(c) = category else {
        return Ok(vm.exc_types.UserWarning.value());
    };
    match c.downcast::<PyType>() {
        Some(t) if t.is_subtype(warning) => Ok(c.clone()),
        _ => {
            let name = vm.type_name(c);
            Err(vm.type_error(&format!(
                "category must be a Warning subclass, not '{name}'"
            )))
        }
    }
}

/// Where a warning comes from.
struct Place {
    filename: Value,
    line: i64,
    module: Value,
    registry: Value,
}

fn warn(vm: &Vm, args: &[Value]) -> PyResult {
    let category = category_of(vm, &args[0], some(args, 1))?;
    let level = args[2].opt().map_or(Ok(1), |v| vm.int_arg(v))?.max(1);
    let frame = usize::try_from(level - 1).ok().and_then(|n| vm.frame_at(n));
    let (globals, filename, line) = match &frame {
        Some(f) => {
            let filename = vm.new_text(f.code.code.filename.view());
            (
                f.globals.clone(),
                filename,
                vm.frame_line(f).map_or(0, i64::from),
            )
        }
        None => match vm.sys_module() {
            Some(sys) => (
                sys.dict.clone(),
                vm.intern("sys"),
                if vm.version() >= Version::V3_12 { 0 } else { 1 },
            ),
            None => return Ok(Value::NONE),
        },
    };
    let name = vm.intern("__warningregistry__");
    let registry = match globals.get_name(&name) {
        Some(r) => r,
        None => {
            let r = vm.new_dict().into_value();
            globals.set_name(&name, r.clone());
            r
        }
    };
    let module = globals
        .get_name(&vm.names.name)
        .unwrap_or_else(|| vm.intern("<string>"));
    let place = Place {
        filename,
        line,
        module,
        registry,
    };
    explicit(vm, &args[0], &category, &place, some(args, 3))
}

fn warn_explicit(vm: &Vm, args: &[Value]) -> PyResult {
    let category = category_of(vm, &args[0], Some(&args[1]))?;
    let module = some(args, 4).cloned().unwrap_or_else(|| {
        let name = vm.str_lossy(&args[2]);
        vm.new_str(name.strip_suffix(".py").unwrap_or(&name))
    });
    let place = Place {
        filename: args[2].clone(),
        line: vm.int_arg(&args[3])?,
        module,
        registry: args[5].opt().cloned().unwrap_or(Value::NONE),
    };
    explicit(vm, &args[0], &category, &place, some(args, 7))
}

/// Whether a part of a filter fits: None does, a string equal to the text, or a pattern that matches it.
fn fits(vm: &Vm, part: &Value, text: &Value) -> PyResult<bool> {
    if part.is_none() {
        return Ok(true);
    }
    if part.downcast_exact::<PyStr>().is_some() {
        return Ok(vm.same_str(part, text));
    }
    vm.truth(&vm.call_method_str(part, "match", std::slice::from_ref(text))?)
}

/// The action of the first filter that fits, and that filter.
fn action(vm: &Vm, text: &Value, category: &Value, place: &Place) -> PyResult<(String, Value)> {
    let own = vm.extension::<State>().filters.borrow().clone();
    let filters = from_module(vm, "filters")?.or(own).unwrap_or(Value::NONE);
    for f in if filters.is_none() {
        Vec::new()
    } else {
        vm.collect(&filters)?
    } {
        let Some([act, message, class, module, line]) = f.downcast::<PyTuple>().map(PyTuple::items)
        else {
            return Err(vm.value_error("warnings.filters item is not a 5-tuple"));
        };
        let line = vm.int_arg(line)?;
        if fits(vm, message, text)?
            && vm.issubclass(category, class)?
            && fits(vm, module, &place.module)?
            && (line == 0 || line == place.line)
        {
            return Ok((vm.str_lossy(act), f.clone()));
        }
    }
    let default = from_module(vm, "defaultaction")?;
    Ok((
        default.map_or_else(|| "default".to_string(), |v| vm.str_lossy(&v)),
        Value::NONE,
    ))
}

/// Whether a registry knows the key; it is entered if not.
fn seen(vm: &Vm, registry: &Value, key: &Value) -> PyResult<bool> {
    let Some(d) = registry.downcast::<PyDict>() else {
        return Ok(false);
    };
    if let Some(v) = d.get(vm, key)? {
        return vm.truth(&v);
    }
    d.set(vm, key, Value::TRUE)?;
    Ok(false)
}

/// Whether the very warning was shown from there already, with the filters as they are.
fn already_warned(vm: &Vm, registry: &Value, key: &Value) -> PyResult<bool> {
    let Some(d) = registry.downcast::<PyDict>() else {
        return Ok(false);
    };
    let version = vm.extension::<State>().version.get();
    let name = vm.intern("version");
    if d.get_name(&name).and_then(|v| v.as_int()) != Some(version) {
        d.clear_all();
        d.set_name(&name, vm.new_int(version));
        return Ok(false);
    }
    match d.get(vm, key)? {
        Some(v) => vm.truth(&v),
        None => Ok(false),
    }
}

fn explicit(
    vm: &Vm,
    message: &Value,
    category: &Value,
    place: &Place,
    source: Option<&Value>,
) -> PyResult {
    let is_instance = vm.is_instance(message, &vm.exc_types.Warning);
    let (text, message) = if is_instance {
        (vm.str_of(message)?, message.clone())
    } else {
        (
            message.clone(),
            vm.call(category, std::slice::from_ref(message))?,
        )
    };
    let key = vm.new_tuple(vec![text.clone(), category.clone(), vm.new_int(place.line)]);
    if already_warned(vm, &place.registry, &key)? {
        return Ok(Value::NONE);
    }
    let (action, filter) = action(vm, &text, category, place)?;
    if action == "error" {
        return Err(vm.raise(message));
    }
    if action == "ignore" {
        return Ok(Value::NONE);
    }
    if !matches!(action.as_str(), "always" | "all")
        && let Some(d) = place.registry.downcast::<PyDict>()
    {
        d.set(vm, &key, Value::TRUE)?;
    }
    let short = vm.new_pair(text.clone(), category.clone());
    let known = match action.as_str() {
        "always" | "all" | "default" => false,
        "once" => {
            let own = vm.extension::<State>().once.borrow().clone();
            let once = from_module(vm, "onceregistry")?
                .or(own)
                .unwrap_or(Value::NONE);
            seen(vm, &once, &short)?
        }
        "module" => seen(vm, &place.registry, &short)?,
        other => {
            let shown = vm.repr_text(&filter)?;
            return Err(vm.runtime_error(&format!(
                "Unrecognized action ('{other}') in warnings.filters:\n {shown}"
            )));
        }
    };
    if !known {
        show(vm, &message, &text, category, place, source)?;
    }
    Ok(Value::NONE)
}

fn show(
    vm: &Vm,
    message: &Value,
    text: &Value,
    category: &Value,
    place: &Place,
    source: Option<&Value>,
) -> PyResult<()> {
    if let (Some(f), Some(class)) = (
        from_module(vm, "_showwarnmsg")?,
        from_module(vm, "WarningMessage")?,
    ) {
        let mut args = vec![
            message.clone(),
            category.clone(),
            place.filename.clone(),
            vm.new_int(place.line),
        ];
        args.extend([
            Value::NONE,
            Value::NONE,
            source.cloned().unwrap_or(Value::NONE),
        ]);
        let made = vm.call(&class, &args)?;
        return vm.call(&f, &[made]).map(drop);
    }
    let name = category
        .downcast::<PyType>()
        .map(PyType::name)
        .unwrap_or_default();
    let text = vm.str_lossy(&vm.str_of(text)?);
    let line = format!(
        "{}:{}: {name}: {text}\n",
        vm.str_lossy(&place.filename),
        place.line
    );
    match vm.sys_attr("stderr") {
        Some(f) if !f.is_none() => vm
            .call_method(&f, &vm.names.write, &[vm.new_str(&line)])
            .map(drop),
        _ => Ok(()),
    }
}

fn filters_mutated(vm: &Vm, _: &[Value]) -> PyResult {
    let state = vm.extension::<State>();
    state.version.set(state.version.get().wrapping_add(1));
    Ok(Value::NONE)
}

module!(
    WARNINGS,
    "_warnings",
    VersionRange::minors(6, 13),
    init,
    [
        MethodDef::function("warn", "message, category=, stacklevel=, source=", warn)
            .until(Version::V3_11),
        MethodDef::function(
            "warn",
            "message, category=, stacklevel=, source=, *, skip_file_prefixes=",
            warn
        )
        .since(Version::V3_12),
        MethodDef::function(
            "warn_explicit",
            "message, category, filename, lineno, module=, registry=, module_globals=, source=",
            warn_explicit
        ),
        MethodDef::function("_filters_mutated", "", filters_mutated),
    ]
);
