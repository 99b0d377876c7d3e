//! The constants of `sys` that describe the version and the machine.

use opyc_core::error::PyResult;
use opyc_core::registry::MODULE_DEFS;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::structseq::{closed, fields, new_struct};
use crate::util::{ClassSpec, put};

static VERSION_INFO: ClassSpec = closed(
    "sys",
    "version_info",
    fields!(
        "major" = 0,
        "minor" = 1,
        "micro" = 2,
        "releaselevel" = 3,
        "serial" = 4
    ),
);

static FLOAT_INFO: ClassSpec = closed(
    "sys",
    "float_info",
    fields!(
        "max" = 0,
        "max_exp" = 1,
        "max_10_exp" = 2,
        "min" = 3,
        "min_exp" = 4,
        "min_10_exp" = 5,
        "dig" = 6,
        "mant_dig" = 7,
        "epsilon" = 8,
        "radix" = 9,
        "rounds" = 10,
    ),
);

static INT_INFO_OLD: ClassSpec = closed(
    "sys",
    "int_info",
    fields!("bits_per_digit" = 0, "sizeof_digit" = 1),
);

static INT_INFO: ClassSpec = closed(
    "sys",
    "int_info",
    fields!(
        "bits_per_digit" = 0,
        "sizeof_digit" = 1,
        "default_max_str_digits" = 2,
        "str_digits_check_threshold" = 3,
    ),
);

static HASH_INFO: ClassSpec = closed(
    "sys",
    "hash_info",
    fields!(
        "width" = 0,
        "modulus" = 1,
        "inf" = 2,
        "nan" = 3,
        "imag" = 4,
        "algorithm" = 5,
        "hash_bits" = 6,
        "seed_bits" = 7,
        "cutoff" = 8,
    ),
);

static THREAD_INFO: ClassSpec = closed(
    "sys",
    "thread_info",
    fields!("name" = 0, "lock" = 1, "version" = 2),
);

macro_rules! flags {
    ($ident:ident $(, $extra:literal = $i:literal)*) => {
        static $ident: ClassSpec = closed(
            "sys",
            "flags",
            fields!(
                "debug" = 0, "inspect" = 1, "interactive" = 2, "optimize" = 3, "dont_write_bytecode" = 4,
                "no_user_site" = 5, "no_site" = 6, "ignore_environment" = 7, "verbose" = 8, "bytes_warning" = 9,
                "quiet" = 10, "hash_randomization" = 11, "isolated" = 12, $($extra = $i),*
            ),
        );
    };
}

flags!(FLAGS_6);
flags!(
    FLAGS_7,
    "dev_mode" = 13,
    "utf8_mode" = 14,
    "int_max_str_digits" = 15
);
flags!(
    FLAGS_10,
    "dev_mode" = 13,
    "utf8_mode" = 14,
    "warn_default_encoding" = 15,
    "int_max_str_digits" = 16
);
flags!(
    FLAGS_11,
    "dev_mode" = 13,
    "utf8_mode" = 14,
    "warn_default_encoding" = 15,
    "safe_path" = 16,
    "int_max_str_digits" = 17
);

/// The release of each version whose behaviour opyc reproduces.
pub(crate) fn micro(v: Version) -> i32 {
    match v.minor() {
        6 => 15,
        7 => 16,
        8 | 9 => 18,
        10 => 13,
        11 => 7,
        12 => 1,
        13 => 0,
        _ => 2,
    }
}

fn version_info(vm: &Vm) -> PyResult {
    let v = vm.version();
    let items = vec![
        Value::i32(3),
        Value::i32(v.minor().into()),
        Value::i32(micro(v)),
        vm.new_str("final"),
        Value::i32(0),
    ];
    new_struct(vm, &VERSION_INFO, items)
}

fn flags(vm: &Vm) -> PyResult {
    let minor = vm.version().minor();
    // As `python -S` without writing `.pyc`s: site is not run, and nothing is compiled here.
    let mut items: Vec<Value> = (0..13)
        .map(|i| Value::i32(i32::from(matches!(i, 4 | 6 | 11))))
        .collect();
    if minor == 6 {
        return new_struct(vm, &FLAGS_6, items);
    }
    items.extend([Value::FALSE, Value::i32(0)]);
    if minor >= 10 {
        items.push(Value::i32(0));
    }
    if minor >= 11 {
        items.push(Value::FALSE);
    }
    items.push(Value::i32(if minor >= 12 { 4300 } else { -1 }));
    let spec = match minor {
        7..=9 => &FLAGS_7,
        10 => &FLAGS_10,
        _ => &FLAGS_11,
    };
    new_struct(vm, spec, items)
}

/// Fills in the constants.
pub(super) fn init(vm: &Vm, sys: &Value) -> PyResult<()> {
    let set = |name: &str, v: Value| put(vm, sys, name, v);
    let int = |i: i64| vm.new_int(i);
    let text = |s: &str| vm.new_str(s);
    let v = vm.version();
    let minor = i64::from(v.minor());
    let hex = 0x0300_00f0 | minor << 16 | i64::from(micro(v)) << 8;
    let info = version_info(vm)?;
    set("version_info", info.clone());
    set("hexversion", int(hex));
    set(
        "version",
        text(&format!(
            "3.{minor}.{} (opyc {})",
            micro(v),
            env!("CARGO_PKG_VERSION")
        )),
    );
    set("api_version", int(1013));
    set(
        "copyright",
        text("Copyright of the library and the language: Python Software Foundation."),
    );
    set("platform", text(std::env::consts::OS));
    set("byteorder", text("little"));
    set("maxsize", int(i64::MAX));
    set("maxunicode", int(0x10_ffff));
    set("float_repr_style", text("short"));
    set("abiflags", text(if minor <= 7 { "m" } else { "" }));
    set(
        "_git",
        vm.new_tuple(vec![text("CPython"), text(""), text("")]),
    );
    let float = vec![
        vm.new_float(f64::MAX),
        int(1024),
        int(308),
        vm.new_float(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        vm.new_float(f64::EPSILON),
        int(2),
        int(1),
    ];
    set("float_info", new_struct(vm, &FLOAT_INFO, float)?);
    let int_info = if minor == 6 {
        new_struct(vm, &INT_INFO_OLD, vec![int(30), int(4)])?
    } else {
        new_struct(vm, &INT_INFO, vec![int(30), int(4), int(4300), int(640)])?
    };
    set("int_info", int_info);
    let algorithm = if minor >= 11 {
        "siphash13"
    } else {
        "siphash24"
    };
    let hash = vec![
        int(64),
        int((1 << 61) - 1),
        int(314159),
        int(0),
        int(1000003),
        text(algorithm),
        int(64),
        int(128),
        int(0),
    ];
    set("hash_info", new_struct(vm, &HASH_INFO, hash)?);
    set(
        "thread_info",
        new_struct(
            vm,
            &THREAD_INFO,
            vec![text("pthread"), text("semaphore"), Value::NONE],
        )?,
    );
    set("flags", flags(vm)?);
    let implementation = vm.new_namespace_of(&vm.types.namespace);
    for (name, v) in [
        ("name", text("cpython")),
        ("cache_tag", text(&format!("cpython-3{minor}"))),
        ("version", info),
        ("hexversion", int(hex)),
    ] {
        implementation.dict.set_name(&vm.intern(name), v);
    }
    set("implementation", implementation.into_value());
    let mut names: Vec<&str> = MODULE_DEFS
        .iter()
        .filter(|m| m.versions.contains(v))
        .map(|m| m.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<Value> = names.into_iter().map(|n| vm.intern(n)).collect();
    set("builtin_module_names", vm.new_tuple(names));
    Ok(())
}
