//! `_codecs`: the registry of codecs and error handlers, and the codecs that are built in.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyStr, PyTuple};
use opyc_core::text::StrBuilder;
use opyc_core::text::codec::{ByteOrder, Codec};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use crate::util::{flag, module, no_init, some};

#[derive(Default)]
struct Registry {
    search: RefCell<Vec<Value>>,
    codecs: RefCell<HashMap<String, Value>>,
    handlers: RefCell<HashMap<String, Value>>,
    started: Cell<bool>,
}

fn text(vm: &Vm, v: &Value, what: &str) -> PyResult<String> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.to_string()),
        None => Err(vm.type_error(&format!("{what} must be str, not {}", vm.type_name(v)))),
    }
}

fn register(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_callable(&args[0]) {
        return Err(vm.type_error("argument must be callable"));
    }
    vm.extension::<Registry>()
        .search
        .borrow_mut()
        .push(args[0].clone());
    Ok(Value::NONE)
}

fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
    let registry = vm.extension::<Registry>();
    let place = registry.search.borrow().iter().position(|f| f.is(&args[0]));
    if let Some(i) = place {
        let old = registry.search.borrow_mut().remove(i);
        drop(old);
        let old = registry.codecs.take();
        drop(old);
    }
    Ok(Value::NONE)
}

/// The name that search functions get.
fn normalised(vm: &Vm, name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if vm.version() < Version::V3_9 {
        return lower.replace(' ', "-");
    }
    let mut out = String::new();
    for c in lower.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            out.push(c);
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

fn find(vm: &Vm, name: &str) -> PyResult {
    let registry = vm.extension::<Registry>();
    if !registry.started.replace(true) {
        // Importing the package registers its search function.
        vm.import_module("encodings")?;
    }
    let key = normalised(vm, name);
    if let Some(info) = registry.codecs.borrow().get(&key) {
        return Ok(info.clone());
    }
    let search = registry.search.borrow().clone();
    for f in search {
        let info = vm.call(&f, &[vm.new_str(&key)])?;
        if info.is_none() {
            continue;
        }
        if info.downcast::<PyTuple>().is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        registry.codecs.borrow_mut().insert(key, info.clone());
        return Ok(info);
    }
    Err(vm.lookup_error(&format!("unknown encoding: {name}")))
}

fn lookup(vm: &Vm, args: &[Value]) -> PyResult {
    find(vm, &text(vm, &args[0], "lookup() argument")?)
}

/// `codecs.encode` and `codecs.decode`, with part 0 or 1 of a codec.
fn convert(vm: &Vm, args: &[Value], part: usize) -> PyResult {
    let name = match args[1].opt() {
        Some(v) => text(vm, v, "encoding")?,
        None => "utf-8".to_string(),
    };
    let info = find(vm, &name)?;
    let Some(f) = info
        .downcast::<PyTuple>()
        .and_then(|t| t.get(part).cloned())
    else {
        return Err(vm.type_error("codec search functions must return 4-tuples"));
    };
    let mut given = vec![args[0].clone()];
    given.extend(args[2].opt().cloned());
    let r = vm.call(&f, &given)?;
    match r.downcast::<PyTuple>().map(PyTuple::items) {
        Some([made, _]) => Ok(made.clone()),
        _ => {
            let kind = if part == 0 { "encoder" } else { "decoder" };
            Err(vm.type_error(&format!("{kind} must return a tuple (object, integer)")))
        }
    }
}

fn register_error(vm: &Vm, args: &[Value]) -> PyResult {
    let name = text(vm, &args[0], "register_error() argument 1")?;
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("handler must be callable"));
    }
    let old = vm
        .extension::<Registry>()
        .handlers
        .borrow_mut()
        .insert(name, args[1].clone());
    drop(old);
    Ok(Value::NONE)
}

fn lookup_error(vm: &Vm, args: &[Value]) -> PyResult {
    let name = text(vm, &args[0], "lookup_error() argument")?;
    let registry = vm.extension::<Registry>();
    if let Some(h) = registry.handlers.borrow().get(&name) {
        return Ok(h.clone());
    }
    match HANDLERS
        .iter()
        .find(|h| h.name.strip_suffix("_errors") == Some(&name))
    {
        Some(def) => {
            let h = vm.new_function(def, vm.intern("_codecs"));
            registry.handlers.borrow_mut().insert(name, h.clone());
            Ok(h)
        }
        None => Err(vm.lookup_error(&format!("unknown error handler name '{name}'"))),
    }
}

static HANDLERS: [MethodDef; 6] = [
    MethodDef::function("strict_errors", "exception, /", |vm, a| {
        match vm.exception_instance(&a[0])? {
            Some(e) => Err(vm.raise(e)),
            None => Err(vm.type_error("codec must pass exception instance")),
        }
    }),
    MethodDef::function("ignore_errors", "exception, /", |vm, a| {
        stand_in(vm, &a[0], |_, _| ())
    }),
    MethodDef::function("replace_errors", "exception, /", |vm, a| {
        let mark = if vm.is_instance(&a[0], &vm.exc_types.UnicodeEncodeError) {
            '?'
        } else {
            '\u{fffd}'
        };
        // Undecodable bytes become one mark, whatever their number.
        let one = vm.is_instance(&a[0], &vm.exc_types.UnicodeDecodeError);
        stand_in(vm, &a[0], |out, _| {
            if !one || out.is_empty() {
                out.push(mark.into());
            }
        })
    }),
    MethodDef::function("xmlcharrefreplace_errors", "exception, /", |vm, a| {
        stand_in(vm, &a[0], |out, c| out.push_utf8(&format!("&#{c};")))
    }),
    MethodDef::function("backslashreplace_errors", "exception, /", |vm, a| {
        stand_in(vm, &a[0], |out, c| {
            out.push_utf8(&match c {
                0..=0xff => format!("\\x{c:02x}"),
                0x100..=0xffff => format!("\\u{c:04x}"),
                _ => format!("\\U{c:08x}"),
            });
        })
    }),
    MethodDef::function("namereplace_errors", "exception, /", |vm, _| {
        Err(vm.not_implemented_error("the names of characters are not known"))
    }),
];

/// What an error handler returns: a text made of each bad character or byte, and where to go on.
fn stand_in(vm: &Vm, exc: &Value, mut put: impl FnMut(&mut StrBuilder, u32)) -> PyResult {
    if !vm.is_instance(exc, &vm.exc_types.UnicodeError) {
        let name = vm.type_name(exc);
        return Err(vm.type_error(&format!(
            "don't know how to handle {name} in error callback"
        )));
    }
    let object = vm.get_attr_str(exc, "object")?;
    let bound = |name: &str| -> PyResult<usize> {
        Ok(usize::try_from(vm.index_clamped(&vm.get_attr_str(exc, name)?)?).unwrap_or(0))
    };
    let (start, end) = (bound("start")?, bound("end")?);
    let mut out = StrBuilder::new();
    if let Some(s) = object.downcast::<PyStr>() {
        for i in start..end.min(s.len()) {
            if let Some(c) = s.view().get(i) {
                put(&mut out, c);
            }
        }
    } else if let Some(b) = vm.buffer(&object)? {
        for c in b.get(start..end.min(b.len())).unwrap_or_default() {
            put(&mut out, (*c).into());
        }
    }
    let made = out.finish();
    Ok(vm.new_pair(vm.new_text(made.view()), vm.new_int(end as i64)))
}

fn errors_arg(vm: &Vm, v: Option<&Value>) -> PyResult<String> {
    v.map_or_else(|| Ok("strict".to_string()), |v| text(vm, v, "errors"))
}

fn encode_with(vm: &Vm, args: &[Value], codec: Codec) -> PyResult {
    let Some(s) = args[0].downcast::<PyStr>() else {
        return Err(vm.type_error(&format!(
            "encode() argument 1 must be str, not {}",
            vm.type_name(&args[0])
        )));
    };
    let bytes = vm.encode_builtin(&args[0], codec, &errors_arg(vm, some(args, 1))?)?;
    Ok(vm.new_pair(vm.new_bytes(&bytes), vm.new_int(s.len() as i64)))
}

fn decode_with(vm: &Vm, args: &[Value], codec: Codec, always_final: bool) -> PyResult {
    let Some(bytes) = vm.buffer(&args[0])? else {
        return Err(vm.type_error(&format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[0])
        )));
    };
    let last = always_final || flag(vm, args, 2, false)?;
    let made = vm.decode_builtin(&bytes, codec, &errors_arg(vm, some(args, 1))?, last)?;
    Ok(vm.new_pair(
        vm.new_text(made.text.view()),
        vm.new_int(made.consumed as i64),
    ))
}

macro_rules! encoder {
    ($name:literal, $codec:expr) => {
        MethodDef::function($name, "str, errors=, /", |vm, a| encode_with(vm, a, $codec))
    };
}

macro_rules! decoder {
    ($name:literal, $codec:expr) => {
        MethodDef::function($name, "data, errors=, final=, /", |vm, a| {
            decode_with(vm, a, $codec, false)
        })
    };
    ($name:literal, $codec:expr, whole) => {
        MethodDef::function($name, "data, errors=, /", |vm, a| {
            decode_with(vm, a, $codec, true)
        })
    };
}

module!(
    CODECS,
    "_codecs",
    VersionRange::ALL,
    no_init,
    [
        MethodDef::function("register", "search_function, /", register),
        MethodDef::function("unregister", "search_function, /", unregister).since(Version::V3_10),
        MethodDef::function("lookup", "encoding, /", lookup),
        MethodDef::function("encode", "obj, encoding=, errors=", |vm, a| convert(
            vm, a, 0
        )),
        MethodDef::function("decode", "obj, encoding=, errors=", |vm, a| convert(
            vm, a, 1
        )),
        MethodDef::function("register_error", "errors, handler, /", register_error),
        MethodDef::function("lookup_error", "name, /", lookup_error),
        encoder!("utf_8_encode", Codec::Utf8),
        decoder!("utf_8_decode", Codec::Utf8),
        encoder!("ascii_encode", Codec::Ascii),
        decoder!("ascii_decode", Codec::Ascii, whole),
        encoder!("latin_1_encode", Codec::Latin1),
        decoder!("latin_1_decode", Codec::Latin1, whole),
        encoder!("utf_16_encode", Codec::Utf16(None)),
        decoder!("utf_16_decode", Codec::Utf16(None)),
        encoder!("utf_16_le_encode", Codec::Utf16(Some(ByteOrder::Little))),
        decoder!("utf_16_le_decode", Codec::Utf16(Some(ByteOrder::Little))),
        encoder!("utf_16_be_encode", Codec::Utf16(Some(ByteOrder::Big))),
        decoder!("utf_16_be_decode", Codec::Utf16(Some(ByteOrder::Big))),
        encoder!("utf_32_encode", Codec::Utf32(None)),
        decoder!("utf_32_decode", Codec::Utf32(None)),
        encoder!("utf_32_le_encode", Codec::Utf32(Some(ByteOrder::Little))),
        decoder!("utf_32_le_decode", Codec::Utf32(Some(ByteOrder::Little))),
        encoder!("utf_32_be_encode", Codec::Utf32(Some(ByteOrder::Big))),
        decoder!("utf_32_be_decode", Codec::Utf32(Some(ByteOrder::Big))),
    ]
);
