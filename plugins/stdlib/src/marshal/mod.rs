//! `marshal`. Reading is the core's; writing is here.

mod writer;

use opyc_core::error::{PyResult, Raise};
use opyc_core::object::MethodDef;
use opyc_core::pyc::marshal::{self, MarshalError, MarshalProblem};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::{module, put};

fn failure(vm: &Vm, e: &MarshalError) -> Raise {
    match e.problem {
        MarshalProblem::NoObject | MarshalProblem::TooShort => vm.eof_error(&e.problem.to_string()),
        MarshalProblem::Null(_) => vm.type_error(&e.problem.to_string()),
        _ => vm.value_error(&e.problem.to_string()),
    }
}

/// The bytes of a bytes-like object.
fn bytes(vm: &Vm, v: &Value) -> PyResult<Vec<u8>> {
    match vm.buffer(v)? {
        Some(b) => Ok(b.into_owned()),
        None => Err(vm.type_error(&format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(v)
        ))),
    }
}

fn loads(vm: &Vm, args: &[Value]) -> PyResult {
    let data = bytes(vm, &args[0])?;
    let c = marshal::read(&data, vm.version()).map_err(|e| failure(vm, &e))?;
    Ok(vm.const_value(&c))
}

fn load(vm: &Vm, args: &[Value]) -> PyResult {
    let data = vm.call_method_str(&args[0], "read", &[])?;
    let data = bytes(vm, &data)?;
    let (c, used) = marshal::read_prefix(&data, vm.version()).map_err(|e| failure(vm, &e))?;
    if used < data.len() {
        // Leave the file behind the object.
        let back = -((data.len() - used) as i64);
        vm.call_method_str(&args[0], "seek", &[vm.new_int(back), Value::i32(1)])?;
    }
    Ok(vm.const_value(&c))
}

/// The newest format that the version writes.
fn newest(v: Version) -> i64 {
    if v >= Version::V3_14 { 5 } else { 4 }
}

fn dumps(vm: &Vm, args: &[Value]) -> PyResult {
    let format = args[1]
        .opt()
        .map_or(Ok(newest(vm.version())), |v| vm.int_arg(v))?;
    Ok(vm.new_bytes(&writer::write(vm, &args[0], format)?))
}

fn dump(vm: &Vm, args: &[Value]) -> PyResult {
    let data = dumps(vm, &[args[0].clone(), args[2].clone()])?;
    vm.call_method(&args[1], &vm.names.write, &[data])
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(vm, m, "version", vm.new_int(newest(vm.version())));
    Ok(())
}

module!(MARSHAL, "marshal", VersionRange::ALL, init, []);
module!(
    MARSHAL_12,
    "marshal",
    VersionRange::minors(6, 12),
    crate::util::no_init,
    [
        MethodDef::function("loads", "bytes, /", loads),
        MethodDef::function("load", "file, /", load),
        MethodDef::function("dumps", "value, version=, /", dumps),
        MethodDef::function("dump", "value, file, version=, /", dump),
    ]
);
module!(
    MARSHAL_13,
    "marshal",
    VersionRange::minors(13, 14),
    crate::util::no_init,
    [
        MethodDef::function("loads", "bytes, /, *, allow_code=", loads),
        MethodDef::function("load", "file, /, *, allow_code=", load),
        MethodDef::function("dumps", "value, version=, /, *, allow_code=", dumps),
        MethodDef::function("dump", "value, file, version=, /, *, allow_code=", dump),
    ]
);
