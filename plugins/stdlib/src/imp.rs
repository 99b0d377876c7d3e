//! `_imp`: what `importlib` asks of the interpreter. Nothing is frozen, and no extension modules can be loaded.

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyStr};
use opyc_core::registry::native_module;
use opyc_core::text::hash::{HashKey, SipHash};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::{module, no_init, put};

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    if vm.version() >= Version::V3_7 {
        put(vm, m, "check_hash_based_pycs", vm.intern("default"));
    }
    Ok(())
}

fn is_builtin(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(name) = args[0].downcast::<PyStr>() else {
        return Err(vm.type_error(&format!(
            "is_builtin() argument must be str, not {}",
            vm.type_name(&args[0])
        )));
    };
    let name = name.to_string();
    Ok(match native_module(&name, vm.version()) {
        // These two cannot be made again.
        Some(_) if name == "sys" || name == "builtins" => Value::i32(-1),
        Some(_) => Value::i32(1),
        None => Value::i32(0),
    })
}

fn create_builtin(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.get_attr_str(&args[0], "name")?;
    vm.import_module(&vm.str_lossy(&name))
}

fn no_frozen(vm: &Vm, args: &[Value]) -> PyResult {
    let text = format!("No such frozen object named {}", vm.str_lossy(&args[0]));
    Err(vm.import_error(
        &vm.exc_types.ImportError,
        &text,
        args[0].clone(),
        Value::NONE,
    ))
}

fn no_extensions(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.get_attr_str(&args[0], "name")?;
    let text = "extension modules cannot be loaded";
    Err(vm.import_error(&vm.exc_types.ImportError, text, name, Value::NONE))
}

/// The hash of a source that a `.pyc` may name.
fn source_hash(vm: &Vm, args: &[Value]) -> PyResult {
    let key = vm.int_arg(&args[0])? as u64;
    let Some(source) = vm.buffer(&args[1])? else {
        return Err(vm.type_error(&format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[1])
        )));
    };
    let function = if vm.version() >= Version::V3_11 {
        SipHash::Sip13
    } else {
        SipHash::Sip24
    };
    let mut secret = [0; 16];
    secret[..8].copy_from_slice(&key.to_le_bytes());
    Ok(vm.new_bytes(
        &HashKey::new(function, secret)
            .hash_bytes(&source)
            .to_le_bytes(),
    ))
}

module!(
    IMP,
    "_imp",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("lock_held", "", |_, _| Ok(Value::FALSE)),
        MethodDef::function("acquire_lock", "", |_, _| Ok(Value::NONE)),
        MethodDef::function("release_lock", "", |_, _| Ok(Value::NONE)),
        MethodDef::function(
            "extension_suffixes",
            "",
            |vm, _| Ok(vm.new_list(Vec::new()))
        ),
        MethodDef::function("is_builtin", "name, /", is_builtin),
        MethodDef::function("is_frozen", "name, /", |_, _| Ok(Value::FALSE)),
        MethodDef::function("is_frozen_package", "name, /", no_frozen),
        MethodDef::function("get_frozen_object", "name, data=, /", no_frozen),
        MethodDef::function("init_frozen", "name, /", no_frozen),
        MethodDef::function("create_builtin", "spec, /", create_builtin),
        MethodDef::function("exec_builtin", "mod, /", |_, _| Ok(Value::i32(0))),
        MethodDef::function("create_dynamic", "spec, file=, /", no_extensions),
        MethodDef::function("exec_dynamic", "mod, /", |_, _| Ok(Value::i32(0))),
        MethodDef::function("_fix_co_filename", "code, path, /", |_, _| Ok(Value::NONE)),
    ]
);
module!(
    IMP_7,
    "_imp",
    VersionRange::minors(7, 14),
    no_init,
    [MethodDef::function(
        "source_hash",
        "key, source",
        source_hash
    ),]
);
module!(
    IMP_11,
    "_imp",
    VersionRange::minors(11, 14),
    no_init,
    [
        MethodDef::function("find_frozen", "name, /, *, withdata=", |_, _| Ok(
            Value::NONE
        )),
        MethodDef::function("_frozen_module_names", "", |vm, _| Ok(
            vm.new_list(Vec::new())
        )),
        MethodDef::function(
            "_override_frozen_modules_for_tests",
            "override, /",
            |_, _| Ok(Value::NONE)
        ),
    ]
);
