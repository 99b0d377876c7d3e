//! The named methods that `bytes` and `bytearray` share.

use std::borrow::Cow;

use opyc_core::error::PyResult;
use opyc_core::object::{Kind, MethodDef, PyStr, PyTuple};
use opyc_core::text::split::{self, Part, Side};
use opyc_core::text::{Str, StrBuf, TooBig, is_there_room, pad, search};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::bytes_ascii as ascii;
use super::bytes_common::{data, is_array, make, raw, same, size};
use super::bytes_new::byte;
use super::str_methods::{can_iterate, tab_size};
use super::support::is_index;
use super::text_support::{MAX_BYTES, bounds, class, count_arg, named_str, too_big};

macro_rules! test {
    ($name:literal, $f:expr) => {
        MethodDef::method($name, "", |vm, a| Ok(Value::bool(($f)(&*data(vm, &a[0])?))))
    };
}

macro_rules! map {
    ($name:literal, $f:expr) => {
        MethodDef::method($name, "", |vm, a| {
            Ok(make(vm, &a[0], ($f)(&*data(vm, &a[0])?)))
        })
    };
}

/// The methods of both types.
pub const METHODS: &[MethodDef] = &[
    test!("isalnum", ascii::is_alnum),
    test!("isalpha", ascii::is_alpha),
    test!("isdigit", ascii::is_digit),
    test!("islower", ascii::is_lower),
    test!("isspace", ascii::is_space),
    test!("istitle", ascii::is_title),
    test!("isupper", ascii::is_upper),
    MethodDef::method("isascii", "", |vm, a| {
        Ok(Value::bool(data(vm, &a[0])?.is_ascii()))
    })
    .since(Version::V3_7),
    map!("lower", <[u8]>::to_ascii_lowercase),
    map!("upper", <[u8]>::to_ascii_uppercase),
    map!("capitalize", ascii::capitalize),
    map!("swapcase", ascii::swap_case),
    map!("title", ascii::title),
    MethodDef::method("center", "width, fillchar=, /", |vm, a| {
        padded(vm, a, "center", pad::center)
    }),
    MethodDef::method("ljust", "width, fillchar=, /", |vm, a| {
        padded(vm, a, "ljust", pad::ljust)
    }),
    MethodDef::method("rjust", "width, fillchar=, /", |vm, a| {
        padded(vm, a, "rjust", pad::rjust)
    }),
    MethodDef::method("zfill", "width, /", |vm, a| {
        let width = vm.index_i64(&a[1])?;
        changed(vm, &a[0], |s| pad::zfill(s, width, MAX_BYTES))
    }),
    MethodDef::method("expandtabs", "tabsize=", |vm, a| {
        let tabs = tab_size(vm, &a[1])?;
        changed(vm, &a[0], |s| pad::expandtabs(s, tabs, MAX_BYTES))
    }),
    MethodDef::method("find", "sub, start=, end=, /", |vm, a| {
        place_of(vm, a, search::find, false)
    }),
    MethodDef::method("rfind", "sub, start=, end=, /", |vm, a| {
        place_of(vm, a, search::rfind, false)
    }),
    MethodDef::method("index", "sub, start=, end=, /", |vm, a| {
        place_of(vm, a, search::find, true)
    }),
    MethodDef::method("rindex", "sub, start=, end=, /", |vm, a| {
        place_of(vm, a, search::rfind, true)
    }),
    MethodDef::method("count", "sub, start=, end=, /", count),
    MethodDef::method("startswith", "prefix, start=, end=, /", |vm, a| {
        affix(vm, a, "startswith", search::starts_with)
    }),
    MethodDef::method("endswith", "suffix, start=, end=, /", |vm, a| {
        affix(vm, a, "endswith", search::ends_with)
    }),
    MethodDef::method("replace", "old, new, count=, /", replace),
    MethodDef::method("strip", "bytes=, /", |vm, a| strip(vm, a, Side::Both)),
    MethodDef::method("lstrip", "bytes=, /", |vm, a| strip(vm, a, Side::Left)),
    MethodDef::method("rstrip", "bytes=, /", |vm, a| strip(vm, a, Side::Right)),
    MethodDef::method("removeprefix", "prefix, /", |vm, a| {
        cut(vm, a, split::remove_prefix)
    })
    .since(Version::V3_9),
    MethodDef::method("removesuffix", "suffix, /", |vm, a| {
        cut(vm, a, split::remove_suffix)
    })
    .since(Version::V3_9),
    MethodDef::method("split", "sep=, maxsplit=", |vm, a| {
        split_at(vm, a, split::split, ascii::split_space)
    }),
    MethodDef::method("rsplit", "sep=, maxsplit=", |vm, a| {
        split_at(vm, a, split::rsplit, ascii::rsplit_space)
    }),
    MethodDef::method("splitlines", "keepends=", splitlines),
    MethodDef::method("partition", "sep, /", |vm, a| partition(vm, a, false)),
    MethodDef::method("rpartition", "sep, /", |vm, a| partition(vm, a, true)),
    MethodDef::method("join", "iterable_of_bytes, /", join),
    MethodDef::method("translate", "table, /, delete=", translate),
    MethodDef::static_method("maketrans", "frm, to, /", maketrans),
    MethodDef::method("decode", "encoding=, errors=", decode),
    MethodDef::method("hex", "", |vm, a| {
        Ok(vm.new_str(&ascii::hex(&data(vm, &a[0])?)))
    })
    .until(Version::V3_7),
    MethodDef::method("hex", "sep=, bytes_per_sep=", hex).since(Version::V3_8),
    MethodDef::class_method("fromhex", "string, /", fromhex),
];

/// What a function made of the receiver; the receiver, or a copy, if nothing changed.
fn changed(
    vm: &Vm,
    v: &Value,
    f: impl FnOnce(Str<'_>) -> Result<Option<StrBuf>, TooBig>,
) -> PyResult {
    match f(Str::Latin1(&data(vm, v)?)) {
        Ok(Some(made)) => Ok(make(vm, v, raw(vm, made)?)),
        Ok(None) => same(vm, v),
        Err(TooBig { bytes }) if i64::try_from(bytes).is_err() => {
            Err(vm.overflow_error("result too long"))
        }
        Err(e) => Err(too_big(vm)(e)),
    }
}

type Pad = fn(Str<'_>, i64, u32, usize) -> Result<Option<StrBuf>, TooBig>;

fn padded(vm: &Vm, a: &[Value], name: &str, pad: Pad) -> PyResult {
    let width = vm.index_i64(&a[1])?;
    let fill = match a[2].opt() {
        None => b' ',
        Some(v) => {
            let given = match v.kind() {
                Some(Kind::Bytes | Kind::ByteArray) => Some(vm.bytes_like(v)?),
                _ => None,
            };
            match given.as_deref() {
                Some(&[c]) => c,
                given => {
                    let text = match given {
                        Some(b) if vm.version() >= Version::V3_14 => format!(
                            "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
                            vm.type_name(v),
                            b.len()
                        ),
                        _ => format!(
                            "{name}() argument 2 must be a byte string of length 1, not {}",
                            vm.type_name(v)
                        ),
                    };
                    return Err(vm.type_error(&text));
                }
            }
        }
    };
    changed(vm, &a[0], |s| pad(s, width, fill.into(), MAX_BYTES))
}

/// What is searched for: a byte or bytes.
fn needle<'a>(vm: &Vm, v: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    if let Some(b) = vm.buffer(v)? {
        return Ok(b);
    }
    let old = vm.version() < Version::V3_7;
    if if old { vm.is_int(v) } else { is_index(vm, v) } {
        return Ok(Cow::Owned(vec![byte(
            vm,
            v,
            "byte must be in range(0, 256)",
        )?]));
    }
    if old {
        return vm.bytes_like(v);
    }
    let text = format!(
        "argument should be integer or bytes-like object, not '{}'",
        vm.type_name(v)
    );
    Err(vm.type_error(&text))
}

type Find = fn(Str<'_>, Str<'_>, (i64, i64)) -> Option<usize>;

fn place_of(vm: &Vm, a: &[Value], find: Find, must: bool) -> PyResult {
    let within = bounds(vm, &a[2], &a[3])?;
    let part = needle(vm, &a[1])?;
    match find(Str::Latin1(&data(vm, &a[0])?), Str::Latin1(&part), within) {
        Some(at) => Ok(size(vm, at)),
        None if must => Err(vm.value_error("subsection not found")),
        None => Ok(Value::i32(-1)),
    }
}

fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let within = bounds(vm, &a[2], &a[3])?;
    let part = needle(vm, &a[1])?;
    Ok(size(
        vm,
        search::count(Str::Latin1(&data(vm, &a[0])?), Str::Latin1(&part), within),
    ))
}

fn affix(
    vm: &Vm,
    a: &[Value],
    name: &str,
    test: fn(Str<'_>, Str<'_>, (i64, i64)) -> bool,
) -> PyResult {
    let within = bounds(vm, &a[2], &a[3])?;
    let bytes = data(vm, &a[0])?;
    if let Some(all) = a[1].downcast::<PyTuple>() {
        for part in all.iter() {
            if test(
                Str::Latin1(&bytes),
                Str::Latin1(&vm.bytes_like(part)?),
                within,
            ) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match vm.buffer(&a[1])? {
        Some(part) => Ok(Value::bool(test(
            Str::Latin1(&bytes),
            Str::Latin1(&part),
            within,
        ))),
        None => {
            let name = format!(
                "{name} first arg must be bytes or a tuple of bytes, not {}",
                vm.type_name(&a[1])
            );
            Err(vm.type_error(&name))
        }
    }
}

fn replace(vm: &Vm, a: &[Value]) -> PyResult {
    let (old, new) = (vm.bytes_like(&a[1])?, vm.bytes_like(&a[2])?);
    let count = count_arg(vm, &a[3])?;
    if vm.version() < Version::V3_9 && count >= 0 && data(vm, &a[0])?.is_empty() {
        // Empty bytes had no empty bytes in them if a count was given.
        return same(vm, &a[0]);
    }
    changed(vm, &a[0], |s| {
        search::replace(s, Str::Latin1(&old), Str::Latin1(&new), count, MAX_BYTES)
    })
}

/// A part of the receiver.
fn part(vm: &Vm, v: &Value, bytes: &[u8], (start, end): Part) -> PyResult {
    if start == 0 && end == bytes.len() {
        return same(vm, v);
    }
    Ok(make(
        vm,
        v,
        bytes.get(start..end).unwrap_or_default().to_vec(),
    ))
}

fn strip(vm: &Vm, a: &[Value], side: Side) -> PyResult {
    let off = match a[1].opt().filter(|v| !v.is_none()) {
        None => Cow::Borrowed(&b" \t\n\x0b\x0c\r"[..]),
        Some(v) => vm.bytes_like(v)?,
    };
    let bytes = data(vm, &a[0])?;
    part(
        vm,
        &a[0],
        &bytes,
        split::strip(Str::Latin1(&bytes), Some(Str::Latin1(&off)), side),
    )
}

fn cut(vm: &Vm, a: &[Value], cut: fn(Str<'_>, Str<'_>) -> Part) -> PyResult {
    let affix = vm.bytes_like(&a[1])?;
    let bytes = data(vm, &a[0])?;
    part(
        vm,
        &a[0],
        &bytes,
        cut(Str::Latin1(&bytes), Str::Latin1(&affix)),
    )
}

fn split_at(
    vm: &Vm,
    a: &[Value],
    at: fn(Str<'_>, Str<'_>, i64) -> Vec<Part>,
    at_space: fn(&[u8], i64) -> Vec<Part>,
) -> PyResult {
    let max = count_arg(vm, &a[2])?;
    let parts = match a[1].opt().filter(|v| !v.is_none()) {
        None => at_space(&data(vm, &a[0])?, max),
        Some(v) => {
            let sep = vm.bytes_like(v)?;
            if sep.is_empty() {
                return Err(vm.value_error("empty separator"));
            }
            at(Str::Latin1(&data(vm, &a[0])?), Str::Latin1(&sep), max)
        }
    };
    list_of(vm, &a[0], &parts)
}

fn list_of(vm: &Vm, v: &Value, parts: &[Part]) -> PyResult {
    let bytes = data(vm, v)?;
    let items: PyResult<Vec<Value>> = parts.iter().map(|&p| part(vm, v, &bytes, p)).collect();
    Ok(vm.new_list(items?))
}

fn splitlines(vm: &Vm, a: &[Value]) -> PyResult {
    let keep = a[1].opt().map_or(Ok(false), |v| vm.truth(v))?;
    let parts = ascii::split_lines(&data(vm, &a[0])?, keep);
    list_of(vm, &a[0], &parts)
}

fn partition(vm: &Vm, a: &[Value], last: bool) -> PyResult {
    let sep = vm.bytes_like(&a[1])?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let bytes = data(vm, &a[0])?;
    let (s, of) = (Str::Latin1(&bytes), Str::Latin1(&sep));
    let found = if last {
        split::rpartition(s, of)
    } else {
        split::partition(s, of)
    };
    let empty = || make(vm, &a[0], Vec::new());
    let parts = match found {
        Some((start, end)) => {
            // `bytes` gives the separator object itself, `bytearray` a copy.
            let middle = if is_array(&a[0]) {
                make(vm, &a[0], sep.to_vec())
            } else {
                a[1].clone()
            };
            vec![
                part(vm, &a[0], &bytes, (0, start))?,
                middle,
                part(vm, &a[0], &bytes, (end, bytes.len()))?,
            ]
        }
        None if last => vec![empty(), empty(), same(vm, &a[0])?],
        None => vec![same(vm, &a[0])?, empty(), empty()],
    };
    Ok(vm.new_tuple(parts))
}

fn join(vm: &Vm, a: &[Value]) -> PyResult {
    let items = match vm.collect(&a[1]) {
        Ok(items) => items,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) && !can_iterate(vm, &a[1]) => {
            return Err(vm.type_error("can only join an iterable"));
        }
        Err(r) => return Err(r),
    };
    if let [only] = items.as_slice()
        && only
            .downcast_exact::<opyc_core::object::PyBytes>()
            .is_some()
        && !is_array(&a[0])
    {
        return Ok(only.clone());
    }
    let sep = data(vm, &a[0])?;
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let Some(b) = vm.buffer(item)? else {
            let name = vm.type_name(item);
            return Err(vm.type_error(&format!(
                "sequence item {i}: expected a bytes-like object, {name} found"
            )));
        };
        if i > 0 {
            out.extend_from_slice(&sep);
        }
        let size = out.len().saturating_add(b.len());
        if size > MAX_BYTES || size > out.capacity() && !is_there_room(size.saturating_mul(2)) {
            return Err(vm.memory_error());
        }
        out.extend_from_slice(&b);
    }
    Ok(make(vm, &a[0], out))
}

fn translate(vm: &Vm, a: &[Value]) -> PyResult {
    let table = match &a[1] {
        t if t.is_none() => None,
        t => Some(vm.bytes_like(t)?),
    };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let gone = a[2]
        .opt()
        .map(|v| vm.bytes_like(v))
        .transpose()?
        .unwrap_or_default();
    let map = |b: u8| {
        table
            .as_ref()
            .and_then(|t| t.get(usize::from(b)).copied())
            .unwrap_or(b)
    };
    let out: Vec<u8> = data(vm, &a[0])?
        .iter()
        .filter(|b| !gone.contains(b))
        .map(|&b| map(b))
        .collect();
    if !is_array(&a[0]) && *out == *data(vm, &a[0])? {
        return same(vm, &a[0]);
    }
    Ok(make(vm, &a[0], out))
}

fn maketrans(vm: &Vm, a: &[Value]) -> PyResult {
    let (from, to) = (vm.bytes_like(&a[0])?, vm.bytes_like(&a[1])?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&f, &t) in from.iter().zip(to.iter()) {
        if let Some(slot) = table.get_mut(usize::from(f)) {
            *slot = t;
        }
    }
    Ok(vm.new_bytes(&table))
}

fn decode(vm: &Vm, a: &[Value]) -> PyResult {
    let encoding = named_str(vm, &a[1], "decode", 1, "encoding")?;
    let errors = named_str(vm, &a[2], "decode", 2, "errors")?;
    let or = |s: Option<&PyStr>, default: &str| s.map_or(default.to_owned(), |s| s.to_string());
    vm.decode(
        &data(vm, &a[0])?,
        &or(encoding, "utf-8"),
        &or(errors, "strict"),
    )
}

fn hex(vm: &Vm, a: &[Value]) -> PyResult {
    let sep = hex_separator(vm, &a[1])?;
    let group = a[2].opt().map_or(Ok(1), |v| vm.int_arg(v))?;
    let bytes = data(vm, &a[0])?;
    Ok(vm.new_str(&match sep {
        Some(sep) if group != 0 => ascii::hex_groups(&bytes, sep, group),
        _ => ascii::hex(&bytes),
    }))
}

/// The separator of `hex`: one ASCII character.
pub fn hex_separator(vm: &Vm, v: &Value) -> PyResult<Option<u8>> {
    let Some(v) = v.opt() else { return Ok(None) };
    let len = vm.len(v)?;
    if len != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let first = if let Some(s) = v.downcast::<PyStr>() {
        s.view().get(0)
    } else if let Some(Kind::Bytes) = v.kind() {
        vm.bytes_like(v)?.first().map(|&c| c.into())
    } else {
        return Err(vm.type_error("sep must be str or bytes."));
    };
    match first.map(u8::try_from) {
        Some(Ok(c)) if c.is_ascii() => Ok(Some(c)),
        _ => Err(vm.value_error("sep must be ASCII.")),
    }
}

fn fromhex(vm: &Vm, a: &[Value]) -> PyResult {
    let text: Vec<u32> = match a[1].downcast::<PyStr>() {
        Some(s) => s.view().iter().collect(),
        None if vm.version() >= Version::V3_14 => match vm.buffer(&a[1])? {
            Some(b) => b.iter().map(|&c| c.into()).collect(),
            None => {
                let text = format!(
                    "fromhex() argument must be str or bytes-like, not {}",
                    vm.type_name(&a[1])
                );
                return Err(vm.type_error(&text));
            }
        },
        None => {
            return Err(vm.type_error(&format!(
                "fromhex() argument must be str, not {}",
                vm.type_name(&a[1])
            )));
        }
    };
    let bytes = match ascii::from_hex(&text, vm.version() >= Version::V3_7) {
        Ok(b) => b,
        Err(at) if vm.version() >= Version::V3_14 && at >= text.len() => {
            return Err(
                vm.value_error("fromhex() arg must contain an even number of hexadecimal digits")
            );
        }
        Err(at) => {
            let text = format!("non-hexadecimal number found in fromhex() arg at position {at}");
            return Err(vm.value_error(&text));
        }
    };
    let ty = class(vm, &a[0])?;
    let array = ty.kind() == Kind::ByteArray;
    let made = if array && !ty.is_heap() {
        return Ok(vm.new_bytearray_of(ty, bytes));
    } else {
        vm.new_bytes(&bytes)
    };
    if ty.is_heap() {
        vm.call(&a[0], &[made])
    } else {
        Ok(made)
    }
}
