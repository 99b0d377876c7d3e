//! `module`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyDict, PyModule};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::annotations;
use crate::util::{call_as, class_arg, payload, split_first};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MODULE: TypeDef = TypeDef {
    name: "module",
    methods: &[
        MethodDef::raw("__new__", Access::New, |vm, args| {
            let (class, _) = split_first(vm, args)?;
            Ok(vm.new_module_of(&*class_arg(vm, class)?).into_value())
        }),
        MethodDef::raw("__init__", Access::Method, |vm, args| {
            call_as(vm, &INIT, args)
        }),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__dir__", "", dir),
        MethodDef::method("__getattribute__", "name, /", getattribute),
    ],
    getsets: &[
        GetSet::get("__dict__", |vm, m| {
            Ok(payload::<PyModule>(vm, m)?.dict.value())
        })
        .member(),
        GetSet::get_set(
            "__annotations__",
            |vm, m| annotations::module_annotations(vm, &dict(vm, m)?.dict),
            set_annotations,
        )
        .since(Version::V3_10),
    ],
};

static INIT: MethodDef = MethodDef::method("module", "name, doc=", init);

fn dict<'a>(vm: &Vm, m: &'a Value) -> PyResult<&'a PyModule> {
    payload(vm, m)
}

fn init(vm: &Vm, args: &[Value]) -> PyResult {
    let m = payload::<PyModule>(vm, &args[0])?;
    if !vm.is_str(&args[1]) {
        let t = vm.type_name(&args[1]);
        let text = if vm.version() >= Version::V3_8 {
            format!("module() argument 'name' must be str, not {t}")
        } else if vm.version() == Version::V3_7 {
            format!("module() argument 1 must be str, not {t}")
        } else {
            format!("module.__init__() argument 1 must be str, not {t}")
        };
        return Err(vm.type_error(&text));
    }
    let n = &vm.names;
    m.dict.set_name(&n.name, args[1].clone());
    m.dict
        .set_name(&n.doc, args[2].opt().cloned().unwrap_or(Value::NONE));
    for name in [&n.package, &n.loader, &n.spec] {
        m.dict.set_name(name, Value::NONE);
    }
    Ok(Value::NONE)
}

/// By the spec where there is one, else by name, file and loader.
fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let d = &payload::<PyModule>(vm, &args[0])?.dict;
    let n = &vm.names;
    let get = |name: &Value| d.get_name(name).filter(|v| !v.is_none());
    let name = match get(&n.name) {
        Some(name) => vm.repr_text(&name)?,
        None => "'?'".to_string(),
    };
    if let Some(f) = get(&n.file) {
        return Ok(vm.new_str(&format!("<module {name} from {}>", vm.repr_text(&f)?)));
    }
    if let Some(loader) = get(&n.loader) {
        return Ok(vm.new_str(&format!("<module {name} ({})>", vm.repr_text(&loader)?)));
    }
    let text = if is_native(vm, d) {
        format!("<module {name} (built-in)>")
    } else {
        format!("<module {name}>")
    };
    Ok(vm.new_str(&text))
}

/// Whether this is a native module: in `sys.modules`, and of a name that native modules have.
fn is_native(vm: &Vm, d: &PyDict) -> bool {
    let Some(name) = d.get_name(&vm.names.name) else {
        return false;
    };
    let here = vm.modules.get_name(&vm.interned_name(&name));
    here.as_ref()
        .and_then(|m| m.downcast::<PyModule>())
        .is_some_and(|m| std::ptr::eq(&*m.dict, d))
        && opyc_core::registry::native_module(&vm.str_lossy(&name), vm.version()).is_some()
}

fn dir(vm: &Vm, args: &[Value]) -> PyResult {
    let d = vm.get_attr(&args[0], &vm.names.dict)?;
    let Some(d) = d.downcast::<PyDict>() else {
        let n = vm.get_attr(&args[0], &vm.names.name)?;
        return Err(vm.type_error(&format!(
            "{}.__dict__ is not a dictionary",
            vm.str_lossy(&n)
        )));
    };
    if vm.version() >= Version::V3_7
        && let Some(f) = d.get_name(&vm.names.dir)
    {
        return vm.call(&f, &[]);
    }
    Ok(vm.new_list(d.keys()))
}

fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.interned_name(&args[1]);
    match vm.generic_get_attr(&args[0], &name)? {
        Some(v) => Ok(v),
        None => Err(vm.missing_attr(&args[0], &name)),
    }
}

fn set_annotations(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    let d = &payload::<PyModule>(vm, this)?.dict;
    if value.is_null() {
        return match d.remove_name(&vm.names.annotations) {
            Some(_) => Ok(()),
            None => Err(vm.attribute_error("__annotations__")),
        };
    }
    d.set_name(&vm.names.annotations, value);
    Ok(())
}
