//! The standard streams: text over the host's input and output.

use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{GetSet, MethodDef, NativeType, PyByteArray, PyBytes, PyStr};
use opyc_core::text::Str;
use opyc_core::text::codec::Codec;
use opyc_core::text::errors::Errors;
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::util::{data, itself, next, os_error, put, some, spec, type_def};

/// A stream of text, by its file number: 0, 1 or 2.
struct Text(u8);
/// The bytes below it.
struct Binary(u8);

impl NativeType for Text {}
impl NativeType for Binary {}

static TEXT: NativeTypeSpec = NativeTypeSpec {
    name: "_io.TextIOWrapper",
    flags: opyc_core::object::TypeFlags::NO_NEW,
    has_dict: true,
    next: Some(text_next),
};
static BINARY: NativeTypeSpec = spec(
    "_io.BufferedWriter",
    opyc_core::object::TypeFlags::NO_NEW,
    None,
);

#[opyc_core::linkme::distributed_slice(opyc_core::registry::SYS_STREAMS)]
#[linkme(crate = opyc_core::linkme)]
static STREAMS: opyc_core::registry::StreamsFn = |vm, sys| {
    let ty = vm.native_type::<Text>(&TEXT);
    for (fd, original, name) in [
        (0, "__stdin__", "stdin"),
        (1, "__stdout__", "stdout"),
        (2, "__stderr__", "stderr"),
    ] {
        let stream = vm.new_native(&ty, &TEXT, Text(fd));
        put(vm, sys, original, stream.clone());
        put(vm, sys, name, stream);
    }
    Ok(())
};

fn errors_of(fd: u8) -> &'static str {
    if fd == 2 {
        "backslashreplace"
    } else {
        "strict"
    }
}

fn unsupported(vm: &Vm, what: &str) -> Raise {
    // `io.UnsupportedOperation` is a ValueError and an OSError.
    vm.value_error(&format!("not {what}"))
}

fn emit(vm: &Vm, fd: u8, bytes: &[u8]) -> PyResult<()> {
    let r = match fd {
        1 => vm.host().stdout(bytes),
        2 => vm.host().stderr(bytes),
        _ => return Err(unsupported(vm, "writable")),
    };
    r.map_err(|e| os_error(vm, &e, None))
}

fn encode(vm: &Vm, fd: u8, object: &Value, text: Str<'_>) -> PyResult<Vec<u8>> {
    if let Some(s) = text.as_ascii_str() {
        return Ok(s.as_bytes().to_vec());
    }
    let errors = if fd == 2 {
        Errors::BackslashReplace
    } else {
        Errors::Strict
    };
    Codec::Utf8.encode(text, errors).map_err(|e| {
        let args = [
            vm.new_str(e.encoding),
            object.clone(),
            vm.new_int(e.start as i64),
            vm.new_int(e.end as i64),
            vm.new_str(e.reason),
        ];
        match vm.call(vm.exc_types.UnicodeEncodeError.as_value(), &args) {
            Ok(e) => vm.raise(e),
            Err(r) => r,
        }
    })
}

fn write(vm: &Vm, args: &[Value]) -> PyResult {
    let fd = data::<Text>(vm, &args[0])?.0;
    let Some(s) = args[1].downcast::<PyStr>() else {
        let ty = vm.type_name(&args[1]);
        return Err(vm.type_error(&format!("write() argument must be str, not {ty}")));
    };
    let bytes = encode(vm, fd, &args[1], s.view())?;
    emit(vm, fd, &bytes)?;
    Ok(vm.new_int(s.len() as i64))
}

fn write_lines(vm: &Vm, args: &[Value]) -> PyResult {
    vm.for_each(&args[1], |line| {
        write(vm, &[args[0].clone(), line]).map(drop)
    })?;
    Ok(Value::NONE)
}

fn flush(vm: &Vm, fd: u8) -> PyResult {
    if fd == 1 {
        vm.host().flush().map_err(|e| os_error(vm, &e, None))?;
    }
    Ok(Value::NONE)
}

fn read_bytes_line(vm: &Vm, fd: u8) -> PyResult<Vec<u8>> {
    if fd != 0 {
        return Err(unsupported(vm, "readable"));
    }
    vm.host().read_line().map_err(|e| os_error(vm, &e, None))
}

fn decode(vm: &Vm, bytes: &[u8]) -> PyResult {
    match Codec::Utf8.decode(bytes, Errors::SurrogateEscape) {
        Ok(s) => Ok(vm.new_text(s.view())),
        Err(e) => Err(vm.value_error(&e.message(bytes))),
    }
}

fn read_line(vm: &Vm, args: &[Value]) -> PyResult {
    let line = read_bytes_line(vm, data::<Text>(vm, &args[0])?.0)?;
    decode(vm, &line)
}

fn read(vm: &Vm, args: &[Value]) -> PyResult {
    let fd = data::<Text>(vm, &args[0])?.0;
    let mut all = Vec::new();
    loop {
        let line = read_bytes_line(vm, fd)?;
        if line.is_empty() {
            return decode(vm, &all);
        }
        all.extend(line);
    }
}

fn read_lines(vm: &Vm, args: &[Value]) -> PyResult {
    let mut lines = Vec::new();
    while let Some(line) = text_next(vm, &args[0])? {
        lines.push(line);
    }
    Ok(vm.new_list(lines))
}

fn text_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let line = read_bytes_line(vm, data::<Text>(vm, it)?.0)?;
    if line.is_empty() {
        Ok(None)
    } else {
        decode(vm, &line).map(Some)
    }
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let fd = data::<Text>(vm, &args[0])?.0;
    let (name, mode) = name_mode(fd);
    let text = format!(
        "<_io.TextIOWrapper name='{name}' mode='{mode}' encoding='{}'>",
        encoding_name(vm)
    );
    Ok(vm.new_str(&text))
}

fn name_mode(fd: u8) -> (&'static str, &'static str) {
    match fd {
        0 => ("<stdin>", "r"),
        1 => ("<stdout>", "w"),
        _ => ("<stderr>", "w"),
    }
}

fn encoding_name(vm: &Vm) -> &'static str {
    if vm.version().minor() <= 7 {
        "UTF-8"
    } else {
        "utf-8"
    }
}

fn buffer(vm: &Vm, v: &Value) -> PyResult {
    let fd = data::<Text>(vm, v)?.0;
    let ty = vm.native_type::<Binary>(&BINARY);
    Ok(vm.new_native(&ty, &BINARY, Binary(fd)))
}

type_def!(
    TEXT_DEF,
    "_io.TextIOWrapper",
    [
        MethodDef::method("write", "text, /", write),
        MethodDef::method("writelines", "lines, /", write_lines),
        MethodDef::method("flush", "", |vm, a| flush(vm, data::<Text>(vm, &a[0])?.0)),
        MethodDef::method("close", "", |vm, a| flush(vm, data::<Text>(vm, &a[0])?.0)),
        MethodDef::method("fileno", "", |vm, a| Ok(Value::i32(
            data::<Text>(vm, &a[0])?.0.into()
        ))),
        MethodDef::method("isatty", "", |_, _| Ok(Value::FALSE)),
        MethodDef::method("readable", "", |vm, a| Ok(Value::bool(
            data::<Text>(vm, &a[0])?.0 == 0
        ))),
        MethodDef::method("writable", "", |vm, a| Ok(Value::bool(
            data::<Text>(vm, &a[0])?.0 != 0
        ))),
        MethodDef::method("seekable", "", |_, _| Ok(Value::FALSE)),
        MethodDef::method("readline", "size=, /", read_line),
        MethodDef::method("read", "size=, /", read),
        MethodDef::method("readlines", "hint=, /", read_lines),
        MethodDef::method(
            "reconfigure",
            "*, encoding=, errors=, newline=, line_buffering=, write_through=",
            |_, _| Ok(Value::NONE)
        ),
        MethodDef::method("__iter__", "", itself),
        MethodDef::method("__next__", "", next),
        MethodDef::method("__enter__", "", itself),
        MethodDef::method("__exit__", "type=, value=, traceback=, /", |vm, a| flush(
            vm,
            data::<Text>(vm, &a[0])?.0
        )),
        MethodDef::method("__repr__", "", repr),
    ],
    [
        GetSet::get("encoding", |vm, _| Ok(vm.new_str(encoding_name(vm)))),
        GetSet::get("errors", |vm, v| Ok(
            vm.new_str(errors_of(data::<Text>(vm, v)?.0))
        )),
        GetSet::get("newlines", |_, _| Ok(Value::NONE)),
        GetSet::get("closed", |_, _| Ok(Value::FALSE)),
        GetSet::get("line_buffering", |vm, v| Ok(Value::bool(
            data::<Text>(vm, v)?.0 == 2
        ))),
        GetSet::get("name", |vm, v| Ok(
            vm.new_str(name_mode(data::<Text>(vm, v)?.0).0)
        )),
        GetSet::get("mode", |vm, v| Ok(
            vm.new_str(name_mode(data::<Text>(vm, v)?.0).1)
        )),
        GetSet::get("buffer", buffer),
    ]
);

fn binary_write(vm: &Vm, args: &[Value]) -> PyResult {
    let fd = data::<Binary>(vm, &args[0])?.0;
    let bytes = if let Some(b) = args[1].downcast::<PyBytes>() {
        b.data.to_vec()
    } else if let Some(b) = args[1].downcast::<PyByteArray>() {
        b.data.borrow().clone()
    } else {
        let text = format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[1])
        );
        return Err(vm.type_error(&text));
    };
    emit(vm, fd, &bytes)?;
    Ok(vm.new_int(bytes.len() as i64))
}

fn binary_read(vm: &Vm, args: &[Value]) -> PyResult {
    let fd = data::<Binary>(vm, &args[0])?.0;
    if some(args, 1).is_some() {
        return Err(vm.not_implemented_error("reading part of standard input as bytes"));
    }
    let mut all = Vec::new();
    loop {
        let line = read_bytes_line(vm, fd)?;
        if line.is_empty() {
            return Ok(vm.new_bytes(&all));
        }
        all.extend(line);
    }
}

type_def!(
    BINARY_DEF,
    "_io.BufferedWriter",
    [
        MethodDef::method("write", "buffer, /", binary_write),
        MethodDef::method("flush", "", |vm, a| flush(vm, data::<Binary>(vm, &a[0])?.0)),
        MethodDef::method("read", "size=, /", binary_read),
        MethodDef::method("readline", "", |vm, a| Ok(
            vm.new_bytes(&read_bytes_line(vm, data::<Binary>(vm, &a[0])?.0)?)
        )),
        MethodDef::method("fileno", "", |vm, a| Ok(Value::i32(
            data::<Binary>(vm, &a[0])?.0.into()
        ))),
        MethodDef::method("isatty", "", |_, _| Ok(Value::FALSE)),
        MethodDef::method("readable", "", |vm, a| Ok(Value::bool(
            data::<Binary>(vm, &a[0])?.0 == 0
        ))),
        MethodDef::method("writable", "", |vm, a| Ok(Value::bool(
            data::<Binary>(vm, &a[0])?.0 != 0
        ))),
    ],
    [
        GetSet::get("closed", |_, _| Ok(Value::FALSE)),
        GetSet::get("name", |vm, v| Ok(
            vm.new_str(name_mode(data::<Binary>(vm, v)?.0).0)
        )),
    ]
);
