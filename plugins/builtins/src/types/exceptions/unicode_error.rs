//! `UnicodeEncodeError`, `UnicodeDecodeError` and `UnicodeTranslateError`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, GetSet, MethodDef, PyByteArray, PyBytes, PyException, PyStr, extra,
};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};
use super::{base, member, rest};

/// Where an index is set or read: 0 where unset.
macro_rules! index {
    ($name:literal, $index:expr) => {
        GetSet::get_set(
            $name,
            |vm, v| match this::<PyException>(vm, v)?.extra[$index].get() {
                unset if unset.is_null() => Ok(Value::i32(0)),
                set => Ok(set),
            },
            |vm, v, new| set_index(vm, v, $index, new),
        )
        .member()
    };
}

type_def!(
    UNICODE_ENCODE_ERROR,
    "UnicodeEncodeError",
    [
        base::NEW,
        MethodDef::raw("__init__", Access::Method, encode_init),
        MethodDef::method("__str__", "", encode_str)
    ],
    [
        member!("encoding", extra::UNICODE_ERROR_ENCODING),
        member!("object", extra::UNICODE_ERROR_OBJECT),
        index!("start", extra::UNICODE_ERROR_START),
        index!("end", extra::UNICODE_ERROR_END),
        member!("reason", extra::UNICODE_ERROR_REASON),
    ]
);

type_def!(
    UNICODE_DECODE_ERROR,
    "UnicodeDecodeError",
    [
        base::NEW,
        MethodDef::raw("__init__", Access::Method, decode_init),
        MethodDef::method("__str__", "", decode_str)
    ],
    [
        member!("encoding", extra::UNICODE_ERROR_ENCODING),
        member!("object", extra::UNICODE_ERROR_OBJECT),
        index!("start", extra::UNICODE_ERROR_START),
        index!("end", extra::UNICODE_ERROR_END),
        member!("reason", extra::UNICODE_ERROR_REASON),
    ]
);

type_def!(
    UNICODE_TRANSLATE_ERROR,
    "UnicodeTranslateError",
    [
        base::NEW,
        MethodDef::raw("__init__", Access::Method, translate_init),
        MethodDef::method("__str__", "", translate_str)
    ],
    [
        member!("encoding", extra::UNICODE_ERROR_ENCODING),
        member!("object", extra::UNICODE_ERROR_OBJECT),
        index!("start", extra::UNICODE_ERROR_START),
        index!("end", extra::UNICODE_ERROR_END),
        member!("reason", extra::UNICODE_ERROR_REASON),
    ]
);

fn set_index(vm: &Vm, v: &Value, i: usize, new: Value) -> PyResult<()> {
    if new.is_null() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    if !vm.is_int(&new) {
        return Err(vm.type_error("an integer is required"));
    }
    let n = vm.index_i64(&new)?;
    this::<PyException>(vm, v)?.extra[i].set(vm.new_int(n));
    Ok(())
}

/// Fails unless argument `i` (the first is 0) is a str.
fn check_str(vm: &Vm, given: &[Value], i: usize) -> PyResult<()> {
    match given.get(i) {
        Some(v) if !vm.is_str(v) => Err(vm.type_error(&format!(
            "argument {} must be str, not {}",
            i + 1,
            vm.type_name(v)
        ))),
        _ => Ok(()),
    }
}

fn check_count(vm: &Vm, given: &[Value], wanted: usize) -> PyResult<()> {
    if given.len() == wanted {
        return Ok(());
    }
    Err(vm.type_error(&format!(
        "function takes exactly {wanted} arguments ({} given)",
        given.len()
    )))
}

/// Fills in what comes behind the object: start, end, reason.
fn fill(e: &PyException, object: Value, range: &[Value; 2], reason: &Value) {
    e.extra[extra::UNICODE_ERROR_OBJECT].set(object);
    e.extra[extra::UNICODE_ERROR_START].set(range[0].clone());
    e.extra[extra::UNICODE_ERROR_END].set(range[1].clone());
    e.extra[extra::UNICODE_ERROR_REASON].set(reason.clone());
}

fn range(vm: &Vm, given: &[Value], at: usize) -> PyResult<[Value; 2]> {
    let mut out = [Value::i32(0), Value::i32(0)];
    for (slot, v) in out.iter_mut().zip(given.iter().skip(at)) {
        *slot = vm.new_int(vm.index_i64(v)?);
    }
    Ok(out)
}

fn encode_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    let given = rest(args);
    check_count(vm, given, 5)?;
    check_str(vm, given, 0)?;
    check_str(vm, given, 1)?;
    let range = range(vm, given, 2)?;
    check_str(vm, given, 4)?;
    e.extra[extra::UNICODE_ERROR_ENCODING].set(given[0].clone());
    fill(e, given[1].clone(), &range, &given[4]);
    Ok(Value::NONE)
}

fn decode_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    let given = rest(args);
    check_count(vm, given, 5)?;
    check_str(vm, given, 0)?;
    let range = range(vm, given, 2)?;
    check_str(vm, given, 4)?;
    let object = if given[1].downcast::<PyBytes>().is_some() {
        given[1].clone()
    } else if let Some(b) = given[1].downcast::<PyByteArray>() {
        vm.new_bytes(&b.data.borrow())
    } else {
        return Err(vm.type_error(&format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&given[1])
        )));
    };
    e.extra[extra::UNICODE_ERROR_ENCODING].set(given[0].clone());
    fill(e, object, &range, &given[4]);
    Ok(Value::NONE)
}

fn translate_init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    let given = rest(args);
    check_count(vm, given, 4)?;
    check_str(vm, given, 0)?;
    let range = range(vm, given, 1)?;
    check_str(vm, given, 3)?;
    fill(e, given[0].clone(), &range, &given[3]);
    Ok(Value::NONE)
}

/// What `str()` of the three needs, read once: Python code may change it meanwhile.
struct Parts {
    object: Value,
    start: i64,
    end: i64,
    encoding: Value,
    reason: Value,
}

/// `None` before `__init__` has run.
fn parts(vm: &Vm, v: &Value) -> PyResult<Option<Parts>> {
    let e = this::<PyException>(vm, v)?;
    let field = |i: usize| e.extra[i].get();
    let object = field(extra::UNICODE_ERROR_OBJECT);
    if object.is_null() {
        return Ok(None);
    }
    let int = |i: usize| field(i).as_int().unwrap_or(0);
    let text = |i: usize| match field(i) {
        v if v.is_null() => Ok(vm.new_str("")),
        v => vm.str_of(&v),
    };
    Ok(Some(Parts {
        object,
        start: int(extra::UNICODE_ERROR_START),
        end: int(extra::UNICODE_ERROR_END),
        encoding: text(extra::UNICODE_ERROR_ENCODING)?,
        reason: text(extra::UNICODE_ERROR_REASON)?,
    }))
}

impl Parts {
    /// The character that is all of the range, if the range has one.
    fn only_char(&self) -> Option<u32> {
        let at = usize::try_from(self.start)
            .ok()
            .filter(|_| self.start.checked_add(1) == Some(self.end))?;
        self.object.downcast::<PyStr>()?.view().get(at)
    }

    fn only_byte(&self) -> Option<u8> {
        let at = usize::try_from(self.start)
            .ok()
            .filter(|_| self.start.checked_add(1) == Some(self.end))?;
        self.object.downcast::<PyBytes>()?.data.get(at).copied()
    }

    fn range(&self) -> String {
        format!("in position {}-{}", self.start, self.end.saturating_sub(1))
    }

    /// The whole message: `codec` says whether the encoding comes first.
    fn message(&self, vm: &Vm, codec: bool, what: &str) -> PyResult {
        let mut all = Vec::new();
        if codec {
            all.extend([
                vm.new_str("'"),
                self.encoding.clone(),
                vm.new_str("' codec "),
            ]);
        }
        all.extend([vm.new_str(what), vm.new_str(": "), self.reason.clone()]);
        vm.concat_strings(&all)
    }
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn encode_str(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(p) = parts(vm, &args[0])? else {
        return Ok(vm.new_str(""));
    };
    let what = match p.only_char() {
        Some(c) => format!(
            "can't encode character '{}' in position {}",
            escaped(c),
            p.start
        ),
        None => format!("can't encode characters {}", p.range()),
    };
    p.message(vm, true, &what)
}

fn decode_str(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(p) = parts(vm, &args[0])? else {
        return Ok(vm.new_str(""));
    };
    let what = match p.only_byte() {
        Some(b) => format!("can't decode byte 0x{b:02x} in position {}", p.start),
        None => format!("can't decode bytes {}", p.range()),
    };
    p.message(vm, true, &what)
}

fn translate_str(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(p) = parts(vm, &args[0])? else {
        return Ok(vm.new_str(""));
    };
    let what = match p.only_char() {
        Some(c) => format!(
            "can't translate character '{}' in position {}",
            escaped(c),
            p.start
        ),
        None => format!("can't translate characters {}", p.range()),
    };
    p.message(vm, false, &what)
}
