//! `__import__`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::MethodDef;
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use super::nothing;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static IMPORT: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[MethodDef::function(
        "__import__",
        "name, globals=, locals=, fromlist=, level=",
        import,
    )],
    init: nothing,
};

fn import(vm: &Vm, args: &[Value]) -> PyResult {
    let globals = args[1].opt().cloned().unwrap_or(Value::NONE);
    let fromlist = args[3]
        .opt()
        .cloned()
        .unwrap_or_else(|| vm.new_tuple(Vec::new()));
    let level = match args[4].opt() {
        Some(l) => vm.index_i64(l)?,
        None => 0,
    };
    if !vm.is_str(&args[0]) {
        let text = if vm.version() >= Version::V3_11 {
            "module name must be a string".to_string()
        } else {
            format!(
                "__import__() argument 1 must be str, not {}",
                vm.type_name(&args[0])
            )
        };
        return Err(vm.type_error(&text));
    }
    vm.import_name(&args[0], &globals, &fromlist, level)
}
