//! `open`: parses the mode and makes a file object.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyBytes, PyStr};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::types::file::{Mode, Newline, new_file};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static OPEN: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[MethodDef::function(
        "open",
        "file, mode=, buffering=, encoding=, errors=, newline=, closefd=, opener=",
        open,
    )],
    init: super::nothing,
};

/// The OSError (of the fitting subclass) for an error of the host.
pub fn os_error(vm: &Vm, e: &std::io::Error, path: &Value) -> Raise {
    let Some(errno) = e.raw_os_error() else {
        // A host that grants no files has no error number to give.
        let text = if e.kind() == std::io::ErrorKind::PermissionDenied {
            "Permission denied".to_string()
        } else {
            e.to_string()
        };
        return errno_error(vm, 13, &text, path);
    };
    let full = e.to_string();
    let text = full.split(" (os error").next().unwrap_or_default();
    errno_error(vm, i64::from(errno), text, path)
}

fn errno_error(vm: &Vm, errno: i64, text: &str, path: &Value) -> Raise {
    let args = [vm.new_int(errno), vm.new_str(text), path.clone()];
    match vm.call(vm.exc_types.OSError.as_value(), &args) {
        Ok(e) => vm.raise(e),
        Err(r) => r,
    }
}

/// The path as the host takes it: a str, bytes, or what `__fspath__` gives.
fn path_text(vm: &Vm, file: &Value) -> PyResult<String> {
    let file = match vm.call_special(file, &vm.names.fspath, &[])? {
        Some(p) => p,
        None => file.clone(),
    };
    if let Some(s) = file.downcast::<PyStr>() {
        return match s.view().to_str_lossless() {
            Some(t) if !t.contains('\0') => Ok(t.into_owned()),
            _ => Err(vm.value_error("embedded null byte")),
        };
    }
    if let Some(b) = file.downcast::<PyBytes>() {
        return Ok(String::from_utf8_lossy(&b.data).into_owned());
    }
    if vm.is_int(&file) {
        return Err(vm.not_implemented_error("open(): opyc opens files by path, not by descriptor"));
    }
    let t = vm.type_name(&file);
    Err(
        vm.type_error(&if vm.version() >= Version::V3_10 || t != "float" {
            format!("expected str, bytes or os.PathLike object, not {t}")
        } else {
            format!("integer argument expected, got {t}")
        }),
    )
}

fn parse_mode(vm: &Vm, text: &str) -> PyResult<Mode> {
    let invalid = || vm.value_error(&format!("invalid mode: '{text}'"));
    let mut m = Mode::default();
    let (mut kinds, mut is_text, mut seen) = (0, false, String::new());
    for c in text.chars() {
        if seen.contains(c) {
            return Err(invalid());
        }
        seen.push(c);
        match c {
            'r' => m.read = true,
            'w' => m.truncate = true,
            'a' => m.append = true,
            'x' => m.create = true,
            '+' => m.update = true,
            'b' => m.binary = true,
            't' => is_text = true,
            // Universal newlines, long the default.
            'U' if vm.version() < Version::V3_11 => m.read = true,
            _ => return Err(invalid()),
        }
        kinds += i32::from(matches!(c, 'r' | 'w' | 'a' | 'x'));
    }
    if is_text && m.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    if kinds != 1 && !(kinds == 0 && seen.contains('U')) {
        let first = "must have exactly one of create/read/write/append mode";
        let text = if kinds == 0 {
            "Must have exactly one of create/read/write/append mode and at most one plus"
        } else {
            first
        };
        return Err(vm.value_error(text));
    }
    m.write = m.truncate || m.append || m.create || m.update;
    m.read |= m.update;
    Ok(m)
}

fn open(vm: &Vm, args: &[Value]) -> PyResult {
    let text_of = |i: usize, name: &str| -> PyResult<Option<String>> {
        match args[i].opt().filter(|v| !v.is_none()) {
            None => Ok(None),
            Some(v) if vm.is_str(v) => Ok(Some(vm.str_lossy(v))),
            Some(v) => {
                let t = vm.type_name(v);
                Err(vm.type_error(&format!(
                    "open() argument '{name}' must be str or None, not {t}"
                )))
            }
        }
    };
    let path = path_text(vm, &args[0])?;
    let mode_text = text_of(1, "mode")?.unwrap_or_else(|| "r".to_string());
    let mode = parse_mode(vm, &mode_text)?;
    let encoding = text_of(3, "encoding")?;
    let errors = text_of(4, "errors")?;
    let newline = text_of(5, "newline")?;
    if mode.binary {
        let given = [
            ("an encoding", encoding.is_some()),
            ("an errors", errors.is_some()),
            ("a newline", newline.is_some()),
        ];
        if let Some((what, _)) = given.iter().find(|(_, g)| *g) {
            return Err(vm.value_error(&format!("binary mode doesn't take {what} argument")));
        }
    }
    let newline = match newline.as_deref() {
        None => Newline::Universal,
        Some("") => Newline::Untranslated,
        Some("\n") => Newline::Lf,
        Some("\r") => Newline::Cr,
        Some("\r\n") => Newline::CrLf,
        Some(other) => return Err(vm.value_error(&format!("illegal newline value: {other}"))),
    };
    let host = vm.host();
    if host.is_dir(&path) {
        return Err(errno_error(vm, 21, "Is a directory", &args[0]));
    }
    if mode.create && host.is_file(&path) {
        return Err(errno_error(vm, 17, "File exists", &args[0]));
    }
    let data = if mode.truncate || mode.create {
        host.write_file(&path, b"", false)
            .map_err(|e| os_error(vm, &e, &args[0]))?;
        Vec::new()
    } else if mode.append && !host.is_file(&path) {
        host.write_file(&path, b"", true)
            .map_err(|e| os_error(vm, &e, &args[0]))?;
        Vec::new()
    } else {
        host.read_file(&path)
            .map_err(|e| os_error(vm, &e, &args[0]))?
    };
    let encoding = encoding
        .filter(|e| e != "locale")
        .unwrap_or_else(|| "UTF-8".to_string());
    let errors = errors.unwrap_or_else(|| "strict".to_string());
    new_file(
        vm,
        args[0].clone(),
        path,
        &mode_text,
        mode,
        data,
        encoding,
        errors,
        newline,
    )
}
