//! The file objects that `open` makes.
//!
//! A [`opyc_core::host::Host`] reads and writes whole files, so a file that is read is in memory from the start, and
//! what is written goes to the host at once: nothing is lost when a program forgets to close a file.

use std::cell::{Cell, RefCell};

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, Native, NativeType, PyStr, PyType, Ref, TypeFlags,
};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::functions::os_error;

/// What `open`'s mode says.
#[derive(Clone, Copy, Default)]
pub struct Mode {
    /// May be read.
    pub read: bool,
    /// May be written.
    pub write: bool,
    /// `w`: emptied first.
    pub truncate: bool,
    /// `a`: every write goes to the end.
    pub append: bool,
    /// `x`: must not exist.
    pub create: bool,
    /// `+`.
    pub update: bool,
    /// `b`: bytes, not text.
    pub binary: bool,
}

/// What `open`'s `newline` says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// None: any line end is read as `\n`.
    Universal,
    /// `''`: any line end ends a line, and stays.
    Untranslated,
    /// `'\n'`.
    Lf,
    /// `'\r'`.
    Cr,
    /// `'\r\n'`.
    CrLf,
}

/// An open file.
struct File {
    name: Value,
    path: String,
    mode_text: String,
    mode: Mode,
    data: RefCell<Vec<u8>>,
    at: Cell<usize>,
    closed: Cell<bool>,
    encoding: String,
    errors: String,
    newline: Newline,
}

/// A file in text mode.
pub struct TextFile(File);
/// A file in binary mode.
pub struct BinaryFile(File);

impl NativeType for TextFile {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0.name);
    }
}

impl NativeType for BinaryFile {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0.name);
    }
}

const TEXT_KEY: &str = "_io.file.TextIOWrapper";
const BINARY_KEY: &str = "_io.file.BufferedReader";

static TEXT: NativeTypeSpec = NativeTypeSpec {
    name: TEXT_KEY,
    flags: TypeFlags::WEAKREF | TypeFlags::NO_NEW,
    has_dict: true,
    next: Some(next_line),
};
static BINARY: NativeTypeSpec = NativeTypeSpec {
    name: BINARY_KEY,
    flags: TypeFlags::WEAKREF | TypeFlags::NO_NEW,
    has_dict: true,
    next: Some(next_line),
};

/// A file object over the bytes that a file has now.
#[allow(clippy::too_many_arguments, reason = "what `open` knows of a file")]
pub fn new_file(
    vm: &Vm,
    name: Value,
    path: String,
    mode_text: &str,
    mode: Mode,
    data: Vec<u8>,
    encoding: String,
    errors: String,
    newline: Newline,
) -> PyResult {
    let at = if mode.append { data.len() } else { 0 };
    let file = File {
        name,
        path,
        mode_text: mode_text.to_string(),
        mode,
        data: data.into(),
        at: Cell::new(at),
        closed: Cell::new(false),
        encoding,
        errors,
        newline,
    };
    // The module that CPython's file types are in.
    let named = |ty: Ref<PyType>| {
        ty.dict.set_name(&vm.names.module, vm.intern("_io"));
        ty
    };
    if mode.binary {
        let ty = named(vm.native_type::<BinaryFile>(&BINARY));
        return Ok(vm.new_native(&ty, &BINARY, BinaryFile(file)));
    }
    let ty = named(vm.native_type::<TextFile>(&TEXT));
    Ok(vm.new_native(&ty, &TEXT, TextFile(file)))
}

const METHODS: &[MethodDef] = &[
    MethodDef::method("read", "size=, /", read),
    MethodDef::method("readline", "size=, /", readline),
    MethodDef::method("readlines", "hint=, /", readlines),
    MethodDef::method("write", "text, /", write),
    MethodDef::method("writelines", "lines, /", writelines),
    MethodDef::method("close", "", |vm, args| {
        file(vm, &args[0])?.closed.set(true);
        Ok(Value::NONE)
    }),
    MethodDef::method("flush", "", |vm, args| {
        open_file(vm, &args[0]).map(|_| Value::NONE)
    }),
    MethodDef::method("seek", "offset, whence=, /", seek),
    MethodDef::method("tell", "", |vm, args| {
        Ok(vm.new_uint(open_file(vm, &args[0])?.at.get() as u64))
    }),
    MethodDef::method("truncate", "pos=, /", truncate),
    MethodDef::method("readable", "", |vm, args| {
        Ok(Value::bool(open_file(vm, &args[0])?.mode.read))
    }),
    MethodDef::method("writable", "", |vm, args| {
        Ok(Value::bool(open_file(vm, &args[0])?.mode.write))
    }),
    MethodDef::method("seekable", "", |vm, args| {
        open_file(vm, &args[0]).map(|_| Value::bool(true))
    }),
    MethodDef::method("isatty", "", |vm, args| {
        open_file(vm, &args[0]).map(|_| Value::bool(false))
    }),
    MethodDef::method("fileno", "", |vm, args| {
        open_file(vm, &args[0])?;
        Err(unsupported(vm, "fileno"))
    }),
    MethodDef::method("__iter__", "", |vm, args| {
        open_file(vm, &args[0]).map(|_| args[0].clone())
    }),
    MethodDef::method("__next__", "", |vm, args| vm.builtin_next(&args[0])),
    MethodDef::method("__enter__", "", |vm, args| {
        open_file(vm, &args[0]).map(|_| args[0].clone())
    }),
    MethodDef::raw("__exit__", Access::Method, |vm, args| {
        vm.call_method(&args.pos()[0], &vm.names.close, &[])?;
        Ok(Value::NONE)
    }),
    MethodDef::method("__repr__", "", repr),
];

const GETSETS: &[GetSet] = &[
    GetSet::get("name", |vm, v| Ok(file(vm, v)?.name.clone())),
    GetSet::get("mode", |vm, v| Ok(vm.new_str(&file(vm, v)?.mode_text))),
    GetSet::get("closed", |vm, v| Ok(Value::bool(file(vm, v)?.closed.get()))),
];

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TEXT_TYPE: TypeDef = TypeDef {
    name: TEXT_KEY,
    methods: METHODS,
    getsets: GETSETS,
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TEXT_ONLY: TypeDef = TypeDef {
    name: TEXT_KEY,
    methods: &[],
    getsets: &[
        GetSet::get("encoding", |vm, v| Ok(vm.new_str(&file(vm, v)?.encoding))),
        GetSet::get("errors", |vm, v| Ok(vm.new_str(&file(vm, v)?.errors))),
        GetSet::get("newlines", |_, _| Ok(Value::NONE)),
        GetSet::get("line_buffering", |_, _| Ok(Value::bool(false))),
    ],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BINARY_TYPE: TypeDef = TypeDef {
    name: BINARY_KEY,
    methods: METHODS,
    getsets: GETSETS,
};

fn file<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a File> {
    if let Some(t) = v.downcast::<Native<TextFile>>() {
        return Ok(&t.data.0);
    }
    match v.downcast::<Native<BinaryFile>>() {
        Some(b) => Ok(&b.data.0),
        None => Err(vm.system_error("bad argument to internal function")),
    }
}

fn open_file<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a File> {
    let f = file(vm, v)?;
    if f.closed.get() {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(f)
}

/// `io.UnsupportedOperation` where the program has imported `io`, else OSError, its base.
fn unsupported(vm: &Vm, text: &str) -> Raise {
    let class = vm.modules.get_name(&vm.intern("io")).and_then(|io| {
        vm.get_attr_opt(&io, &vm.intern("UnsupportedOperation"))
            .ok()
            .flatten()
    });
    match class.and_then(|c| vm.call(&c, &[vm.new_str(text)]).ok()) {
        Some(e) => vm.raise(e),
        None => vm.new_error(&vm.exc_types.OSError, text),
    }
}

fn readable<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a File> {
    let f = open_file(vm, v)?;
    if !f.mode.read {
        return Err(unsupported(
            vm,
            if f.mode.binary {
                "read"
            } else {
                "not readable"
            },
        ));
    }
    Ok(f)
}

fn size_arg(vm: &Vm, v: &Value) -> PyResult<Option<usize>> {
    match v.opt().filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => Ok(usize::try_from(vm.index_i64(v)?).ok()),
    }
}

/// Bytes as the program sees them: text with its line ends translated, or bytes.
fn give(vm: &Vm, f: &File, bytes: &[u8]) -> PyResult {
    if f.mode.binary {
        return Ok(vm.new_bytes(bytes));
    }
    let raw = vm.new_bytes(bytes);
    let mut text = vm.call_method_str(
        &raw,
        "decode",
        &[vm.new_str(&f.encoding), vm.new_str(&f.errors)],
    )?;
    // Line ends are translated in what was decoded, so that an error names the place in the file.
    if f.newline == Newline::Universal && bytes.contains(&b'\r') {
        for end in ["\r\n", "\r"] {
            text = vm.call_method_str(&text, "replace", &[vm.new_str(end), vm.new_str("\n")])?;
        }
    }
    Ok(text)
}

/// The next `n` bytes (or, of UTF-8 text, characters) from the position on, which moves behind them.
fn take(f: &File, n: Option<usize>) -> Vec<u8> {
    let data = f.data.borrow();
    let rest = data.get(f.at.get()..).unwrap_or_default();
    let end = match n {
        None => rest.len(),
        Some(n) if f.mode.binary => n.min(rest.len()),
        Some(n) => {
            // Characters begin at bytes that do not continue one; `\r\n` read as one counts once.
            let pair = f.newline == Newline::Universal;
            let starts = |i: usize| {
                rest[i] & 0xC0 != 0x80
                    && !(pair && rest[i] == b'\n' && i > 0 && rest[i - 1] == b'\r')
            };
            (0..rest.len())
                .filter(|i| starts(*i))
                .nth(n)
                .unwrap_or(rest.len())
        }
    };
    f.at.set(f.at.get() + end);
    rest[..end].to_vec()
}

/// The bytes of the next line, with its end.
fn take_line(f: &File, limit: Option<usize>) -> Vec<u8> {
    let data = f.data.borrow();
    let rest = data.get(f.at.get()..).unwrap_or_default();
    let any = !f.mode.binary && matches!(f.newline, Newline::Universal | Newline::Untranslated);
    let end = match f.newline {
        _ if any => rest
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map(|i| {
                let pair = rest[i] == b'\r' && rest.get(i + 1) == Some(&b'\n');
                i + 1 + usize::from(pair)
            }),
        Newline::Cr if !f.mode.binary => rest.iter().position(|b| *b == b'\r').map(|i| i + 1),
        Newline::CrLf if !f.mode.binary => {
            rest.windows(2).position(|w| w == b"\r\n").map(|i| i + 2)
        }
        _ => rest.iter().position(|b| *b == b'\n').map(|i| i + 1),
    };
    let end = end.unwrap_or(rest.len()).min(limit.unwrap_or(usize::MAX));
    f.at.set(f.at.get() + end);
    rest[..end].to_vec()
}

fn read(vm: &Vm, args: &[Value]) -> PyResult {
    let f = readable(vm, &args[0])?;
    let bytes = take(f, size_arg(vm, &args[1])?);
    give(vm, f, &bytes)
}

fn readline(vm: &Vm, args: &[Value]) -> PyResult {
    let f = readable(vm, &args[0])?;
    let bytes = take_line(f, size_arg(vm, &args[1])?);
    give(vm, f, &bytes)
}

fn next_line(vm: &Vm, v: &Value) -> PyResult<Option<Value>> {
    let f = readable(vm, v)?;
    let bytes = take_line(f, None);
    if bytes.is_empty() {
        Ok(None)
    } else {
        give(vm, f, &bytes).map(Some)
    }
}

fn readlines(vm: &Vm, args: &[Value]) -> PyResult {
    readable(vm, &args[0])?;
    let hint = size_arg(vm, &args[1])?.filter(|h| *h > 0);
    let (mut out, mut total) = (Vec::new(), 0);
    while let Some(line) = next_line(vm, &args[0])? {
        total += vm.len(&line)?;
        out.push(line);
        if hint.is_some_and(|h| total >= h) {
            break;
        }
    }
    Ok(vm.new_list(out))
}

/// Puts bytes at the position (or the end) and hands them to the host.
fn put(vm: &Vm, f: &File, bytes: &[u8]) -> PyResult<()> {
    let host = vm.host();
    let mut data = f.data.borrow_mut();
    if f.mode.append {
        f.at.set(data.len());
    }
    let at = f.at.get();
    let result = if at == data.len() {
        data.extend_from_slice(bytes);
        host.write_file(&f.path, bytes, true)
    } else {
        // Beyond the end there is a gap of zeros.
        if data.len() < at {
            data.resize(at, 0);
        }
        let over = bytes.len().min(data.len() - at);
        data[at..at + over].copy_from_slice(&bytes[..over]);
        data.extend_from_slice(&bytes[over..]);
        host.write_file(&f.path, &data, false)
    };
    f.at.set(at + bytes.len());
    drop(data);
    result.map_err(|e| os_error(vm, &e, &f.name))
}

fn write(vm: &Vm, args: &[Value]) -> PyResult {
    let f = open_file(vm, &args[0])?;
    if !f.mode.write {
        return Err(unsupported(
            vm,
            if f.mode.binary {
                "write"
            } else {
                "not writable"
            },
        ));
    }
    let v = &args[1];
    if f.mode.binary {
        let bytes = match vm.buffer(v)? {
            Some(b) => b.into_owned(),
            None => {
                let t = vm.type_name(v);
                return Err(vm.type_error(&format!("a bytes-like object is required, not '{t}'")));
            }
        };
        put(vm, f, &bytes)?;
        return Ok(vm.new_uint(bytes.len() as u64));
    }
    let Some(s) = v.downcast::<PyStr>() else {
        let t = vm.type_name(v);
        return Err(vm.type_error(&format!("write() argument must be str, not {t}")));
    };
    let encoded = vm.call_method_str(
        v,
        "encode",
        &[vm.new_str(&f.encoding), vm.new_str(&f.errors)],
    )?;
    let mut bytes = vm.bytes_like(&encoded)?.into_owned();
    let end: &[u8] = match f.newline {
        Newline::Cr => b"\r",
        Newline::CrLf => b"\r\n",
        _ => b"\n",
    };
    if end != b"\n" {
        bytes = bytes
            .iter()
            .flat_map(|b| if *b == b'\n' { end.to_vec() } else { vec![*b] })
            .collect();
    }
    put(vm, f, &bytes)?;
    Ok(vm.new_uint(s.len() as u64))
}

fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
    open_file(vm, &args[0])?;
    vm.for_each(&args[1], |line| {
        vm.call_method(&args[0], &vm.names.write, &[line]).map(drop)
    })?;
    Ok(Value::NONE)
}

fn seek(vm: &Vm, args: &[Value]) -> PyResult {
    let f = open_file(vm, &args[0])?;
    let offset = vm.index_i64(&args[1])?;
    let whence = match args[2].opt() {
        Some(w) => vm.index_i64(w)?,
        None => 0,
    };
    let base = match whence {
        0 if offset < 0 && f.mode.binary => return Err(vm.value_error("negative seek value")),
        0 if offset < 0 => return Err(vm.value_error(&format!("negative seek position {offset}"))),
        0 => 0,
        1 | 2 if offset != 0 && !f.mode.binary => {
            let text = if whence == 1 { "cur" } else { "end" };
            return Err(unsupported(
                vm,
                &format!("can't do nonzero {text}-relative seeks"),
            ));
        }
        1 => f.at.get() as i64,
        2 => f.data.borrow().len() as i64,
        _ => return Err(vm.value_error(&format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let at = base.saturating_add(offset);
    // A write far beyond the end would fill the gap: files of more than a gigabyte are not made that way.
    match usize::try_from(at) {
        Ok(at) if at <= (1 << 30) => {
            f.at.set(at);
            Ok(vm.new_uint(at as u64))
        }
        _ => Err(vm.new_error(&vm.exc_types.OSError, "[Errno 22] Invalid argument")),
    }
}

fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
    let f = open_file(vm, &args[0])?;
    if !f.mode.write {
        return Err(unsupported(vm, "truncate"));
    }
    let size = size_arg(vm, &args[1])?.unwrap_or(f.at.get());
    if size > (1 << 30) {
        return Err(vm.new_error(&vm.exc_types.OSError, "[Errno 27] File too large"));
    }
    let mut data = f.data.borrow_mut();
    data.resize(size, 0);
    let result = vm.host().write_file(&f.path, &data, false);
    drop(data);
    result.map_err(|e| os_error(vm, &e, &f.name))?;
    Ok(vm.new_uint(size as u64))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let f = file(vm, &args[0])?;
    let name = vm.repr_text(&f.name)?;
    let text = if f.mode.binary {
        format!("<_io.BufferedReader name={name}>")
    } else {
        format!(
            "<_io.TextIOWrapper name={name} mode='{}' encoding='{}'>",
            f.mode_text, f.encoding
        )
    };
    Ok(vm.new_str(&text))
}
