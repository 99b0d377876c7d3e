//! `repr`, `ascii`, `format`, `chr`, `ord`, `hex`, `oct`, `bin`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::num::int_text::{Radix, to_prefixed};
use opyc_core::object::{MethodDef, PyByteArray, PyBytes, PyStr};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TEXT: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::function("repr", "obj, /", |vm, args| vm.repr_of(&args[0])),
        MethodDef::function("ascii", "obj, /", |vm, args| vm.ascii_of(&args[0])),
        MethodDef::function("format", "value, format_spec=, /", format_),
        MethodDef::function("chr", "i, /", chr),
        MethodDef::function("ord", "c, /", ord),
        MethodDef::function("hex", "number, /", |vm, args| {
            radix(vm, &args[0], Radix::Hex)
        }),
        MethodDef::function("oct", "number, /", |vm, args| {
            radix(vm, &args[0], Radix::Octal)
        }),
        MethodDef::function("bin", "number, /", |vm, args| {
            radix(vm, &args[0], Radix::Binary)
        }),
    ],
    init: super::nothing,
};

fn format_(vm: &Vm, args: &[Value]) -> PyResult {
    let spec = match args[1].opt() {
        Some(s) if vm.is_str(s) => s.clone(),
        Some(s) => {
            return Err(vm.type_error(&format!(
                "format() argument 2 must be str, not {}",
                vm.type_name(s)
            )));
        }
        None => vm.new_str(""),
    };
    vm.format_value(&args[0], &spec)
}

fn chr(vm: &Vm, args: &[Value]) -> PyResult {
    if vm.version() < Version::V3_10 {
        old_int_check(vm, &args[0])?;
    }
    let i = vm.index(&args[0])?;
    let Some(i) = i.view().as_i64().and_then(|i| i32::try_from(i).ok()) else {
        return Err(match vm.version() {
            v if v >= Version::V3_13 => vm.value_error("chr() arg not in range(0x110000)"),
            v if v >= Version::V3_8 => {
                vm.overflow_error("Python int too large to convert to C int")
            }
            _ if i.view().as_i64().is_none() => {
                vm.overflow_error("Python int too large to convert to C long")
            }
            _ if i.view().is_negative() => vm.overflow_error("signed integer is less than minimum"),
            _ => vm.overflow_error("signed integer is greater than maximum"),
        });
    };
    match u32::try_from(i) {
        Ok(c) if c < 0x11_0000 => Ok(vm.new_char(c)),
        _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

/// What an int argument of C functions had to be before 3.10.
fn old_int_check(vm: &Vm, v: &Value) -> PyResult<()> {
    if vm.is_int(v) || vm.lookup_type(vm.type_of(v), &vm.names.index).is_some() {
        return Ok(());
    }
    Err(vm.type_error(&match v.as_float() {
        Some(_) => "integer argument expected, got float".to_string(),
        None => format!("an integer is required (got type {})", vm.type_name(v)),
    }))
}

fn ord(vm: &Vm, args: &[Value]) -> PyResult {
    let c = &args[0];
    let (len, first) = if let Some(s) = c.downcast::<PyStr>() {
        (s.len(), s.view().get(0))
    } else if let Some(b) = c.downcast::<PyBytes>() {
        (b.data.len(), b.data.first().map(|b| u32::from(*b)))
    } else if let Some(b) = c.downcast::<PyByteArray>() {
        let data = b.data.borrow();
        (data.len(), data.first().map(|b| u32::from(*b)))
    } else {
        let t = vm.type_name(c);
        return Err(vm.type_error(&format!("ord() expected string of length 1, but {t} found")));
    };
    match first {
        Some(c) if len == 1 => Ok(vm.new_int(i64::from(c))),
        _ => Err(vm.type_error(&format!(
            "ord() expected a character, but string of length {len} found"
        ))),
    }
}

fn radix(vm: &Vm, v: &Value, radix: Radix) -> PyResult {
    let i = vm.index(v)?;
    Ok(vm.new_str(&to_prefixed(i.view(), radix)))
}
