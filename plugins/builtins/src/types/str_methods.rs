//! The named methods of `str`.

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, MethodDef, PyStr, PyTuple};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::case::{self, Initial};
use opyc_core::text::split::{self, Part, Side};
use opyc_core::text::{Str, StrBuf, StrBuilder, TooBig, builder, chars, pad, search};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::str::{same, text};
use super::support::is_index;
use super::text_support::{MAX_BYTES, bounds, count_arg, fill_char, named_str, new_buf, too_big};
use super::{str_format, str_translate};

macro_rules! tests {
    ($($name:literal = $f:path;)*) => { &[$(
        MethodDef::method($name, "", |vm, a| Ok(Value::bool($f(text(vm, &a[0])?)))),
    )*] };
}

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TESTS: TypeDef = TypeDef {
    name: "str",
    methods: tests! {
        "isalnum" = chars::isalnum;
        "isalpha" = chars::isalpha;
        "isdecimal" = chars::isdecimal;
        "isdigit" = chars::isdigit;
        "isidentifier" = chars::isidentifier;
        "islower" = chars::islower;
        "isnumeric" = chars::isnumeric;
        "isprintable" = chars::isprintable;
        "isspace" = chars::isspace;
        "istitle" = chars::istitle;
        "isupper" = chars::isupper;
    },
    getsets: &[],
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static METHODS: TypeDef = TypeDef {
    name: "str",
    methods: &[
        MethodDef::method("isascii", "", |vm, a| {
            Ok(Value::bool(chars::isascii(text(vm, &a[0])?)))
        })
        .since(Version::V3_7),
        MethodDef::method("lower", "", |vm, a| {
            Ok(new_buf(vm, case::lower(text(vm, &a[0])?)))
        }),
        MethodDef::method("upper", "", |vm, a| {
            Ok(new_buf(vm, case::upper(text(vm, &a[0])?)))
        }),
        MethodDef::method("title", "", |vm, a| {
            Ok(new_buf(vm, case::title(text(vm, &a[0])?)))
        }),
        MethodDef::method("swapcase", "", |vm, a| {
            Ok(new_buf(vm, case::swapcase(text(vm, &a[0])?)))
        }),
        MethodDef::method("casefold", "", |vm, a| {
            Ok(new_buf(vm, case::casefold(text(vm, &a[0])?)))
        }),
        MethodDef::method("capitalize", "", capitalize),
        MethodDef::method("center", "width, fillchar=, /", |vm, a| {
            padded(vm, a, pad::center)
        }),
        MethodDef::method("ljust", "width, fillchar=, /", |vm, a| {
            padded(vm, a, pad::ljust)
        }),
        MethodDef::method("rjust", "width, fillchar=, /", |vm, a| {
            padded(vm, a, pad::rjust)
        }),
        MethodDef::method("zfill", "width, /", zfill),
        MethodDef::method("expandtabs", "tabsize=", expandtabs),
        MethodDef::method("find", "sub, start=, end=, /", |vm, a| {
            place_of(vm, a, "find", search::find, false)
        }),
        MethodDef::method("rfind", "sub, start=, end=, /", |vm, a| {
            place_of(vm, a, "rfind", search::rfind, false)
        }),
        MethodDef::method("index", "sub, start=, end=, /", |vm, a| {
            place_of(vm, a, "index", search::find, true)
        }),
        MethodDef::method("rindex", "sub, start=, end=, /", |vm, a| {
            place_of(vm, a, "rindex", search::rfind, true)
        }),
        MethodDef::method("count", "sub, start=, end=, /", count),
        MethodDef::method("startswith", "prefix, start=, end=, /", |vm, a| {
            affix(vm, a, "startswith", search::starts_with)
        }),
        MethodDef::method("endswith", "suffix, start=, end=, /", |vm, a| {
            affix(vm, a, "endswith", search::ends_with)
        }),
        MethodDef::method("replace", "old, new, count=, /", replace).until(Version::V3_12),
        MethodDef::method("replace", "old, new, /, count=", replace).since(Version::V3_13),
        MethodDef::method("strip", "chars=, /", |vm, a| {
            strip(vm, a, "strip", Side::Both)
        }),
        MethodDef::method("lstrip", "chars=, /", |vm, a| {
            strip(vm, a, "lstrip", Side::Left)
        }),
        MethodDef::method("rstrip", "chars=, /", |vm, a| {
            strip(vm, a, "rstrip", Side::Right)
        }),
        MethodDef::method("removeprefix", "prefix, /", |vm, a| {
            cut(vm, a, "removeprefix", split::remove_prefix)
        })
        .since(Version::V3_9),
        MethodDef::method("removesuffix", "suffix, /", |vm, a| {
            cut(vm, a, "removesuffix", split::remove_suffix)
        })
        .since(Version::V3_9),
        MethodDef::method("split", "sep=, maxsplit=", |vm, a| {
            split_at(vm, a, split::split, split::split_whitespace)
        }),
        MethodDef::method("rsplit", "sep=, maxsplit=", |vm, a| {
            split_at(vm, a, split::rsplit, split::rsplit_whitespace)
        }),
        MethodDef::method("splitlines", "keepends=", splitlines),
        MethodDef::method("partition", "sep, /", |vm, a| partition(vm, a, false)),
        MethodDef::method("rpartition", "sep, /", |vm, a| partition(vm, a, true)),
        MethodDef::method("join", "iterable, /", join),
        MethodDef::method("encode", "encoding=, errors=", encode),
        MethodDef::method("translate", "table, /", str_translate::translate),
        MethodDef::static_method("maketrans", "x, y=, z=, /", str_translate::maketrans),
        MethodDef::raw("format", Access::Method, str_format::format),
        MethodDef::method("format_map", "mapping, /", str_format::format_map),
    ],
    getsets: &[],
};

fn capitalize(vm: &Vm, a: &[Value]) -> PyResult {
    let initial = if vm.version() >= Version::V3_8 {
        Initial::Title
    } else {
        Initial::Upper
    };
    Ok(new_buf(vm, case::capitalize(text(vm, &a[0])?, initial)))
}

/// What a function made of the receiver; the receiver itself if nothing changed.
fn changed(vm: &Vm, v: &Value, made: Result<Option<StrBuf>, TooBig>) -> PyResult {
    match made.map_err(too_big(vm))? {
        Some(made) => Ok(new_buf(vm, made)),
        None => same(vm, v),
    }
}

type Pad = fn(Str<'_>, i64, u32, usize) -> Result<Option<StrBuf>, TooBig>;

fn padded(vm: &Vm, a: &[Value], pad: Pad) -> PyResult {
    let width = vm.index_i64(&a[1])?;
    let fill = fill_char(vm, &a[2])?;
    changed(vm, &a[0], pad(text(vm, &a[0])?, width, fill, MAX_BYTES))
}

fn zfill(vm: &Vm, a: &[Value]) -> PyResult {
    let width = vm.index_i64(&a[1])?;
    changed(vm, &a[0], pad::zfill(text(vm, &a[0])?, width, MAX_BYTES))
}

fn expandtabs(vm: &Vm, a: &[Value]) -> PyResult {
    let size = tab_size(vm, &a[1])?;
    match pad::expandtabs(text(vm, &a[0])?, size, MAX_BYTES) {
        Err(TooBig { bytes }) if i64::try_from(bytes).is_err() => {
            Err(vm.overflow_error("new string is too long"))
        }
        made => changed(vm, &a[0], made),
    }
}

/// The argument of `expandtabs`, a C int.
pub fn tab_size(vm: &Vm, v: &Value) -> PyResult<i64> {
    let Some(v) = v.opt() else { return Ok(8) };
    if vm.version() < Version::V3_10 && !is_index(vm, v) {
        return Err(vm.type_error(&format!(
            "an integer is required (got type {})",
            vm.type_name(v)
        )));
    }
    let n = vm.int_arg(v)?;
    if i32::try_from(n).is_err() {
        return Err(vm.overflow_error(if vm.version() >= Version::V3_8 {
            "Python int too large to convert to C int"
        } else if n < 0 {
            "signed integer is less than minimum"
        } else {
            "signed integer is greater than maximum"
        }));
    }
    Ok(n)
}

/// A str argument of a method that does not accept anything else.
fn str_arg<'a>(vm: &Vm, v: &'a Value, function: &str, place: usize) -> PyResult<Str<'a>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.view()),
        None => Err(wrong_arg(vm, v, function, place)),
    }
}

fn wrong_arg(vm: &Vm, v: &Value, function: &str, place: usize) -> Raise {
    let only = if place == 0 {
        String::new()
    } else {
        format!(" {place}")
    };
    vm.type_error(&format!(
        "{function}() argument{only} must be str, not {}",
        vm.type_name(v)
    ))
}

/// The needle of a search: before 3.13 its error named no function.
fn needle<'a>(vm: &Vm, v: &'a Value, function: &str) -> PyResult<Str<'a>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.view()),
        None if vm.version() >= Version::V3_13 => Err(wrong_arg(vm, v, function, 1)),
        None => Err(vm.type_error(&format!("must be str, not {}", vm.type_name(v)))),
    }
}

type Find = fn(Str<'_>, Str<'_>, (i64, i64)) -> Option<usize>;

fn place_of(vm: &Vm, a: &[Value], name: &str, find: Find, must: bool) -> PyResult {
    let (part, within) = search_args(vm, a, name)?;
    match find(text(vm, &a[0])?, part, within) {
        Some(at) => Ok(vm.new_int(i64::try_from(at).unwrap_or(i64::MAX))),
        None if must => Err(vm.value_error("substring not found")),
        None => Ok(Value::i32(-1)),
    }
}

/// Needle and bounds, converted in the order of the version.
fn search_args<'a>(vm: &Vm, a: &'a [Value], name: &str) -> PyResult<(Str<'a>, (i64, i64))> {
    if vm.version() >= Version::V3_13 {
        let part = needle(vm, &a[1], name)?;
        return Ok((part, bounds(vm, &a[2], &a[3])?));
    }
    let within = bounds(vm, &a[2], &a[3])?;
    Ok((needle(vm, &a[1], name)?, within))
}

fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let (part, within) = search_args(vm, a, "count")?;
    let n = search::count(text(vm, &a[0])?, part, within);
    Ok(vm.new_int(i64::try_from(n).unwrap_or(i64::MAX)))
}

fn affix(
    vm: &Vm,
    a: &[Value],
    name: &str,
    test: fn(Str<'_>, Str<'_>, (i64, i64)) -> bool,
) -> PyResult {
    let within = bounds(vm, &a[2], &a[3])?;
    let s = text(vm, &a[0])?;
    if let Some(all) = a[1].downcast::<PyTuple>() {
        for part in all.iter() {
            let Some(part) = part.downcast::<PyStr>() else {
                let text = format!(
                    "tuple for {name} must only contain str, not {}",
                    vm.type_name(part)
                );
                return Err(vm.type_error(&text));
            };
            if test(s, part.view(), within) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match a[1].downcast::<PyStr>() {
        Some(part) => Ok(Value::bool(test(s, part.view(), within))),
        None => {
            let text = format!(
                "{name} first arg must be str or a tuple of str, not {}",
                vm.type_name(&a[1])
            );
            Err(vm.type_error(&text))
        }
    }
}

fn replace(vm: &Vm, a: &[Value]) -> PyResult {
    let old = str_arg(vm, &a[1], "replace", 1)?;
    let new = str_arg(vm, &a[2], "replace", 2)?;
    let count = count_arg(vm, &a[3])?;
    let s = text(vm, &a[0])?;
    if vm.version() < Version::V3_9 && count >= 0 && s.is_empty() {
        // An empty text had no empty text in it if a count was given.
        return same(vm, &a[0]);
    }
    changed(vm, &a[0], search::replace(s, old, new, count, MAX_BYTES))
}

/// A part of the receiver as a str.
fn part(vm: &Vm, v: &Value, s: Str<'_>, (start, end): Part) -> PyResult {
    if start == 0 && end == s.len() {
        return same(vm, v);
    }
    Ok(new_part(vm, s, (start, end)))
}

/// A part of a text as a new str: wide text may have narrow parts.
fn new_part(vm: &Vm, s: Str<'_>, (start, end): Part) -> Value {
    let piece = s.slice(start, end);
    if let Str::Ascii(_) = piece {
        return vm.new_text(piece);
    }
    let mut b = StrBuilder::new();
    b.push_str(piece);
    new_buf(vm, b.finish())
}

fn strip(vm: &Vm, a: &[Value], name: &str, side: Side) -> PyResult {
    let off = match a[1].opt().filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match v.downcast::<PyStr>() {
            Some(off) => Some(off.view()),
            None => return Err(vm.type_error(&format!("{name} arg must be None or str"))),
        },
    };
    let s = text(vm, &a[0])?;
    part(vm, &a[0], s, split::strip(s, off, side))
}

fn cut(vm: &Vm, a: &[Value], name: &str, cut: fn(Str<'_>, Str<'_>) -> Part) -> PyResult {
    let affix = str_arg(vm, &a[1], name, 0)?;
    let s = text(vm, &a[0])?;
    part(vm, &a[0], s, cut(s, affix))
}

fn split_at(
    vm: &Vm,
    a: &[Value],
    at: fn(Str<'_>, Str<'_>, i64) -> Vec<Part>,
    at_space: fn(Str<'_>, i64) -> Vec<Part>,
) -> PyResult {
    let max = count_arg(vm, &a[2])?;
    let s = text(vm, &a[0])?;
    let parts = match a[1].opt().filter(|v| !v.is_none()) {
        None => at_space(s, max),
        Some(v) => match v.downcast::<PyStr>() {
            Some(sep) if sep.is_empty() => return Err(vm.value_error("empty separator")),
            Some(sep) => at(s, sep.view(), max),
            None => {
                return Err(vm.type_error(&format!("must be str or None, not {}", vm.type_name(v))));
            }
        },
    };
    list_of(vm, &a[0], s, &parts)
}

fn list_of(vm: &Vm, v: &Value, s: Str<'_>, parts: &[Part]) -> PyResult {
    if let [only] = parts {
        return Ok(vm.new_list(vec![part(vm, v, s, *only)?]));
    }
    Ok(vm.new_list(parts.iter().map(|&p| new_part(vm, s, p)).collect()))
}

fn splitlines(vm: &Vm, a: &[Value]) -> PyResult {
    let keep = a[1].opt().map_or(Ok(false), |v| vm.truth(v))?;
    let s = text(vm, &a[0])?;
    list_of(vm, &a[0], s, &split::split_lines(s, keep))
}

fn partition(vm: &Vm, a: &[Value], last: bool) -> PyResult {
    let Some(sep) = a[1].downcast::<PyStr>() else {
        return Err(vm.type_error(&format!("must be str, not {}", vm.type_name(&a[1]))));
    };
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let s = text(vm, &a[0])?;
    let found = if last {
        split::rpartition(s, sep.view())
    } else {
        split::partition(s, sep.view())
    };
    let empty = || vm.new_text(Str::EMPTY);
    let parts = match found {
        Some((start, end)) => {
            vec![
                new_part(vm, s, (0, start)),
                same(vm, &a[1])?,
                new_part(vm, s, (end, s.len())),
            ]
        }
        None if last => vec![empty(), empty(), same(vm, &a[0])?],
        None => vec![same(vm, &a[0])?, empty(), empty()],
    };
    Ok(vm.new_tuple(parts))
}

fn join(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(made) = vm.join_strs(text(vm, &a[0])?, &a[1]) {
        return made;
    }
    let items = match vm.collect(&a[1]) {
        Ok(items) => items,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) && !can_iterate(vm, &a[1]) => {
            return Err(vm.type_error("can only join an iterable"));
        }
        Err(r) => return Err(r),
    };
    if let [only] = items.as_slice()
        && only.downcast_exact::<PyStr>().is_some()
    {
        return Ok(only.clone());
    }
    let mut views = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        match item.downcast::<PyStr>() {
            Some(s) => views.push(s.view()),
            None => {
                let name = vm.type_name(item);
                return Err(vm.type_error(&format!(
                    "sequence item {i}: expected str instance, {name} found"
                )));
            }
        }
    }
    let made =
        builder::join(text(vm, &a[0])?, views.into_iter(), MAX_BYTES).map_err(too_big(vm))?;
    Ok(new_buf(vm, made))
}

/// Whether `iter()` of a value finds something to call.
pub fn can_iterate(vm: &Vm, v: &Value) -> bool {
    let ty = vm.type_of(v);
    match vm.lookup_type(ty, &vm.names.iter) {
        Some(f) => !f.is_none(),
        None => vm.lookup_type(ty, &vm.names.getitem).is_some(),
    }
}

fn encode(vm: &Vm, a: &[Value]) -> PyResult {
    let encoding = named_str(vm, &a[1], "encode", 1, "encoding")?;
    let errors = named_str(vm, &a[2], "encode", 2, "errors")?;
    let or = |s: Option<&PyStr>, default: &str| s.map_or(default.to_owned(), |s| s.to_string());
    vm.encode(&a[0], &or(encoding, "utf-8"), &or(errors, "strict"))
}
