//! Runs the functions of `opyc_core::text` by name, for `tools/check_text.py` to compare with CPython.
//!
//! Each line of the input is a name and its arguments, with tabs between them: text is `s` and code points in
//! hexadecimal with commas, bytes are `b` and hexadecimal digits, numbers are `i` and decimal digits. Each line of the
//! output is the result in the same form: lists between `[` and `]`, `-` for none, `!` before an error.
//!
//! Every call is made twice: with texts in their narrowest width, and stored in four bytes a character. Both must give
//! the same, or the line begins with `?`.

use opyc_core::text::builder::join;
use opyc_core::text::case::{self, Initial};
use opyc_core::text::codec::Codec;
use opyc_core::text::errors::Errors;
use opyc_core::text::hash::{HashKey, SipHash};
use opyc_core::text::split::{self, Part, Side};
use opyc_core::text::{Str, StrBuf, TooBig, chars, pad, repr, search};
use std::io::{BufRead, Write};

/// An argument, in both widths if it is text.
enum Arg {
    Text(StrBuf, Vec<u32>),
    Bytes(Vec<u8>),
    Int(i64),
}

/// The arguments of a call, texts in one of the widths.
struct Args<'a> {
    args: &'a [Arg],
    wide: bool,
}

impl Args<'_> {
    fn text(&self, at: usize) -> Str<'_> {
        match &self.args[at] {
            Arg::Text(_, wide) if self.wide => Str::Ucs4(wide),
            Arg::Text(text, _) => text.view(),
            _ => panic!("argument {at} is not text"),
        }
    }

    fn bytes(&self, at: usize) -> &[u8] {
        match &self.args[at] {
            Arg::Bytes(bytes) => bytes,
            _ => panic!("argument {at} is not bytes"),
        }
    }

    fn int(&self, at: usize) -> i64 {
        match self.args[at] {
            Arg::Int(int) => int,
            _ => panic!("argument {at} is not a number"),
        }
    }

    fn ascii(&self, at: usize) -> String {
        self.text(at).to_string()
    }
}

/// More than any result of the checks takes.
const MAX: usize = 1 << 30;

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("input is text");
        let mut fields = line.split('\t');
        let name = fields.next().unwrap_or_default();
        let args: Vec<Arg> = fields.map(read).collect();
        let [narrow, wide] = [false, true].map(|wide| call(name, &Args { args: &args, wide }));
        let result = if narrow == wide {
            narrow
        } else {
            format!("?{narrow} but wide {wide}")
        };
        writeln!(out, "{result}").expect("output is open");
    }
}

fn read(field: &str) -> Arg {
    let (kind, value) = field.split_at(1);
    let hex = |digits: &str| u32::from_str_radix(digits, 16).expect("hexadecimal");
    match kind {
        "s" => {
            let points: Vec<u32> = value
                .split(',')
                .filter(|p| !p.is_empty())
                .map(hex)
                .collect();
            Arg::Text(StrBuf::from_u32s(points.clone()), points)
        }
        "b" => Arg::Bytes(
            (0..value.len())
                .step_by(2)
                .map(|i| hex(&value[i..i + 2]) as u8)
                .collect(),
        ),
        _ => Arg::Int(value.parse().expect("a number")),
    }
}

fn call(name: &str, a: &Args<'_>) -> String {
    let t = |at| a.text(at);
    match name {
        "kinds" => list(t(0).iter().map(kinds)),
        "lower_each" => list(
            t(0).iter()
                .map(|c| text(case::lower(StrBuf::from_code_point(c).view()))),
        ),
        "upper_each" => list(
            t(0).iter()
                .map(|c| text(case::upper(StrBuf::from_code_point(c).view()))),
        ),
        "title_each" => list(
            t(0).iter()
                .map(|c| text(case::title(StrBuf::from_code_point(c).view()))),
        ),
        "casefold_each" => list(
            t(0).iter()
                .map(|c| text(case::casefold(StrBuf::from_code_point(c).view()))),
        ),
        "lower" => text(case::lower(t(0))),
        "upper" => text(case::upper(t(0))),
        "title" => text(case::title(t(0))),
        "swapcase" => text(case::swapcase(t(0))),
        "casefold" => text(case::casefold(t(0))),
        "capitalize" => text(case::capitalize(t(0), Initial::Title)),
        "isalpha" => int(chars::isalpha(t(0))),
        "isalnum" => int(chars::isalnum(t(0))),
        "isspace" => int(chars::isspace(t(0))),
        "islower" => int(chars::islower(t(0))),
        "isupper" => int(chars::isupper(t(0))),
        "istitle" => int(chars::istitle(t(0))),
        "isascii" => int(chars::isascii(t(0))),
        "isprintable" => int(chars::isprintable(t(0))),
        "isidentifier" => int(chars::isidentifier(t(0))),
        "find" => place(search::find(t(0), t(1), (a.int(2), a.int(3)))),
        "rfind" => place(search::rfind(t(0), t(1), (a.int(2), a.int(3)))),
        "count" => format!("i{}", search::count(t(0), t(1), (a.int(2), a.int(3)))),
        "contains" => int(search::contains(t(0), t(1))),
        "startswith" => int(search::starts_with(t(0), t(1), (a.int(2), a.int(3)))),
        "endswith" => int(search::ends_with(t(0), t(1), (a.int(2), a.int(3)))),
        "replace" => changed(t(0), search::replace(t(0), t(1), t(2), a.int(3), MAX)),
        "split" => parts(t(0), &split::split(t(0), t(1), a.int(2))),
        "rsplit" => parts(t(0), &split::rsplit(t(0), t(1), a.int(2))),
        "split_whitespace" => parts(t(0), &split::split_whitespace(t(0), a.int(1))),
        "rsplit_whitespace" => parts(t(0), &split::rsplit_whitespace(t(0), a.int(1))),
        "splitlines" => parts(t(0), &split::split_lines(t(0), a.int(1) != 0)),
        "partition" => parts(t(0), split::partition(t(0), t(1)).as_slice()),
        "rpartition" => {
            split::rpartition(t(0), t(1)).map_or("-".into(), |(at, _)| format!("i{at}"))
        }
        "strip" => parts(t(0), &[split::strip(t(0), Some(t(1)), Side::Both)]),
        "lstrip" => parts(t(0), &[split::strip(t(0), Some(t(1)), Side::Left)]),
        "rstrip" => parts(t(0), &[split::strip(t(0), None, Side::Right)]),
        "removeprefix" => parts(t(0), &[split::remove_prefix(t(0), t(1))]),
        "removesuffix" => parts(t(0), &[split::remove_suffix(t(0), t(1))]),
        "ljust" => changed(t(0), pad::ljust(t(0), a.int(1), a.int(2) as u32, MAX)),
        "rjust" => changed(t(0), pad::rjust(t(0), a.int(1), a.int(2) as u32, MAX)),
        "center" => changed(t(0), pad::center(t(0), a.int(1), a.int(2) as u32, MAX)),
        "zfill" => changed(t(0), pad::zfill(t(0), a.int(1), MAX)),
        "expandtabs" => changed(t(0), pad::expandtabs(t(0), a.int(1), MAX)),
        "join" => {
            join(t(0), [t(1), t(2), t(3)].into_iter(), MAX).map_or_else(|e| format!("!{e}"), text)
        }
        "concat" => text(t(0).concat(t(1))),
        "repeat" => t(0)
            .repeat(a.int(1).max(0) as usize, MAX)
            .map_or_else(|e| format!("!{e}"), text),
        "compare" => format!("i{}", t(0).cmp(&t(1)) as i8),
        "equal" => int(t(0) == t(1)),
        "slice_step" => {
            text(t(0).slice_step(a.int(1) as usize, a.int(2) as isize, a.int(3) as usize))
        }
        "repr" => text(repr::repr(t(0))),
        "ascii" => text(repr::ascii(t(0))),
        "bytes_repr" => text(repr::bytes_repr(a.bytes(0)).into()),
        "hash" => {
            let function = if a.int(1) == 13 {
                SipHash::Sip13
            } else {
                SipHash::Sip24
            };
            format!(
                "i{}",
                HashKey::from_seed(function, a.int(2) as u32).hash_str(t(0))
            )
        }
        "hash_bytes" => {
            let function = if a.int(1) == 13 {
                SipHash::Sip13
            } else {
                SipHash::Sip24
            };
            format!(
                "i{}",
                HashKey::from_seed(function, a.int(2) as u32).hash_bytes(a.bytes(0))
            )
        }
        "encode" => match codec(a, 1).encode(t(0), errors(a, 2)) {
            Ok(bytes) => hex(&bytes),
            Err(error) => format!("!{}", error.message(t(0))),
        },
        "decode" => match codec(a, 1).decode(a.bytes(0), errors(a, 2)) {
            Ok(made) => text(made),
            Err(error) => format!("!{}", error.message(a.bytes(0))),
        },
        "decode_some" => {
            let errors = errors(a, 2);
            let decoded = codec(a, 1).decode_with(a.bytes(0), false, &mut |error, bytes, out| {
                errors.decode(error, bytes, out)
            });
            match decoded {
                Ok(decoded) => {
                    list([text(decoded.text), format!("i{}", decoded.consumed)].into_iter())
                }
                Err(error) => format!("!{}", error.message(a.bytes(0))),
            }
        }
        _ => panic!("no function {name}"),
    }
}

/// All predicates on one character as bits, and its value as a digit.
fn kinds(c: u32) -> String {
    let tests = [
        chars::is_alpha,
        chars::is_decimal,
        chars::is_digit,
        chars::is_numeric,
        chars::is_printable,
        chars::is_xid_start,
        chars::is_xid_continue,
        chars::is_lower,
        chars::is_upper,
        chars::is_title,
        chars::is_space,
        chars::is_line_break,
        chars::is_alnum,
    ];
    let bits = tests
        .iter()
        .enumerate()
        .fold(0, |bits, (i, test)| bits | u32::from(test(c)) << i);
    format!(
        "i{}",
        bits << 4 | chars::decimal_value(c).map_or(15, u32::from)
    )
}

fn codec(a: &Args<'_>, at: usize) -> Codec {
    Codec::from_name(&a.ascii(at)).expect("a codec")
}

fn errors(a: &Args<'_>, at: usize) -> Errors {
    Errors::from_name(&a.ascii(at)).expect("an error handler")
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(" "))
}

fn text(made: StrBuf) -> String {
    assert_eq!(made.width(), made.view().narrowest(), "stored too wide");
    view(made.view())
}

fn view(text: Str<'_>) -> String {
    format!(
        "s{}",
        text.iter()
            .map(|c| format!("{c:x}"))
            .collect::<Vec<_>>()
            .join(",")
    )
}

fn hex(bytes: &[u8]) -> String {
    format!(
        "b{}",
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    )
}

fn int(value: bool) -> String {
    format!("i{}", u8::from(value))
}

fn place(at: Option<usize>) -> String {
    at.map_or("i-1".into(), |at| format!("i{at}"))
}

fn parts(of: Str<'_>, parts: &[Part]) -> String {
    list(parts.iter().map(|&(start, end)| view(of.slice(start, end))))
}

fn changed(old: Str<'_>, made: Result<Option<StrBuf>, TooBig>) -> String {
    match made {
        Ok(Some(made)) => text(made),
        Ok(None) => view(old),
        Err(error) => format!("!{error}"),
    }
}
