//! [`Shown`]: values as text for instruments, without running any Python code.
//!
//! `repr` may run a program's own `__repr__`, and may be as long as memory. What instruments show must do neither: it
//! looks only into objects of the builtin types themselves, and stops after some depth and length. Whatever else there
//! is shows its class. No address is shown, so that two runs can be compared.

use std::fmt::{self, Display, Write};

use crate::code::Const;
use crate::num::complex::{self, Complex};
use crate::num::int_text::to_decimal;
use crate::num::{float_text, int::IntRef};
use crate::object::*;
use crate::text::Str;
use crate::text::repr::{bytes_repr, repr};
use crate::value::Value;

/// Characters of a string, or bytes of a `bytes`, that are shown.
const CHARS: usize = 48;
/// Items of a container that are shown.
const ITEMS: usize = 6;
/// Containers in containers that are shown.
const DEPTH: u32 = 3;
/// Bits of an int that are shown as digits.
const BITS: usize = 256;

/// A value, or a constant of a code object, to be displayed as text of bounded length.
#[derive(Clone, Copy)]
pub struct Shown<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Value(&'a Value),
    Const(&'a Const),
}

impl<'a> Shown<'a> {
    /// A value of a machine.
    pub fn value(v: &'a Value) -> Shown<'a> {
        Shown(Source::Value(v))
    }

    /// A constant.
    pub fn constant(c: &'a Const) -> Shown<'a> {
        Shown(Source::Const(c))
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Source::Value(v) => value(f, v, 0),
            Source::Const(c) => constant(f, c, 0),
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

type Out<'f> = fmt::Formatter<'f>;

fn value(f: &mut Out<'_>, v: &Value, depth: u32) -> fmt::Result {
    let Some(h) = v.header() else {
        return immediate(f, v);
    };
    if let Some(e) = v.downcast::<PyException>() {
        return exception(f, h, e, depth);
    }
    if let Some(t) = v.downcast::<PyType>() {
        return write!(f, "<class '{}'>", t.name());
    }
    if h.is_subclass() {
        return object(f, h);
    }
    if let Some(i) = v.downcast::<PyInt>() {
        return big(f, IntRef::Big(&i.value));
    }
    if let Some(s) = v.downcast::<PyStr>() {
        return text(f, s.view());
    }
    if let Some(b) = v.downcast::<PyBytes>() {
        return bytes(f, &b.data);
    }
    if let Some(t) = v.downcast::<PyTuple>() {
        let close = if t.len() == 1 { ",)" } else { ")" };
        return list(f, ("(", close), t.items().iter(), depth, value);
    }
    match h.kind() {
        Kind::List | Kind::Dict | Kind::Set => container(f, v, h, depth),
        _ => other(f, v, h, depth),
    }
}

fn immediate(f: &mut Out<'_>, v: &Value) -> fmt::Result {
    match (v.as_int(), v.as_float(), v.as_bool()) {
        (Some(i), ..) => write!(f, "{i}"),
        (_, Some(x), _) => f.write_str(&float_text::repr(x)),
        (.., Some(b)) => f.write_str(if b { "True" } else { "False" }),
        // The words that are left show themselves: NULL, None, Ellipsis, NotImplemented.
        _ => write!(f, "{v:?}"),
    }
}

/// A list, dict or set: items are copied out one by one, since others may change the container between two views.
fn container(f: &mut Out<'_>, v: &Value, h: &Header, depth: u32) -> fmt::Result {
    if let Some(l) = v.downcast::<PyList>() {
        let mut i = 0;
        let items = std::iter::from_fn(|| {
            i += 1;
            l.items.get(i - 1)
        });
        return list(f, ("[", "]"), items, depth, |f, v, d| value(f, &v, d));
    }
    if let Some(d) = v.downcast::<PyDict>() {
        let mut cursor = DictCursor::default();
        let items = std::iter::from_fn(|| d.next(&mut cursor));
        return list(f, ("{", "}"), items, depth, |f, (k, v), d| {
            value(f, &k, d)?;
            f.write_str(": ")?;
            value(f, &v, d)
        });
    }
    let Some(s) = v.downcast::<PySet>() else {
        return object(f, h);
    };
    let frozen = h.ty().name() == "frozenset";
    let around = match (frozen, s.is_empty()) {
        (false, true) => ("set(", ")"),
        (true, true) => ("frozenset(", ")"),
        (false, false) => ("{", "}"),
        (true, false) => ("frozenset({", "})"),
    };
    let mut at = 0;
    let items = std::iter::from_fn(|| s.next(&mut at));
    list(f, around, items, depth, |f, v, d| value(f, &v, d))
}

/// Items between brackets, as many as are shown.
fn list<T>(
    f: &mut Out<'_>,
    (open, close): (&str, &str),
    items: impl Iterator<Item = T>,
    depth: u32,
    mut show: impl FnMut(&mut Out<'_>, T, u32) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (i, item) in items.enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        if i == ITEMS || depth == DEPTH {
            f.write_char('…')?;
            break;
        }
        show(f, item, depth + 1)?;
    }
    f.write_str(close)
}

/// Values that say who they are by a name or a part.
fn other(f: &mut Out<'_>, v: &Value, h: &Header, depth: u32) -> fmt::Result {
    if let Some(x) = v.as_float() {
        return f.write_str(&float_text::repr(x));
    }
    if let Some(c) = v.downcast::<PyComplex>() {
        return f.write_str(&complex::repr(Complex { re: c.re, im: c.im }));
    }
    if let Some(p) = v.downcast::<PyFunction>() {
        return named(f, "function", &p.qualname.get());
    }
    if let Some(m) = v.downcast::<PyBoundMethod>() {
        return match m.func.downcast::<PyFunction>() {
            Some(p) => named(f, "bound method", &p.qualname.get()),
            None => object(f, h),
        };
    }
    if let Some(b) = v.downcast::<PyBuiltin>() {
        return write!(f, "<built-in function {}>", b.def.name);
    }
    if let Some(m) = v.downcast::<PyModule>() {
        // `__name__` is the first thing in a module, unless somebody has moved it.
        let mut cursor = DictCursor::default();
        let first = std::iter::from_fn(|| m.dict.next(&mut cursor)).take(ITEMS);
        let name = first.filter(|(k, _)| is_name(k)).map(|(_, v)| v).next();
        return match name.as_ref().and_then(|n| n.downcast_exact::<PyStr>()) {
            Some(n) => write!(f, "<module '{n}'>"),
            None => f.write_str("<module>"),
        };
    }
    if let Some(c) = v.downcast::<PyCode>() {
        return write!(f, "<code object {}>", c.code.qualname.view());
    }
    if let Some(g) = v.downcast::<PyGenerator>() {
        let what = match g.kind {
            GenKind::Generator => "generator object",
            GenKind::Coroutine => "coroutine object",
            GenKind::AsyncGenerator => "async_generator object",
        };
        return named(f, what, &g.qualname.get());
    }
    if let Some(c) = v.downcast::<PyCell>() {
        let inside = c.value.get();
        f.write_str("<cell: ")?;
        match inside.is_null() {
            true => f.write_str("empty")?,
            false if depth == DEPTH => f.write_char('…')?,
            false => value(f, &inside, depth + 1)?,
        }
        return f.write_char('>');
    }
    if let Some(r) = v.downcast::<PyRange>() {
        let step = if r.step.as_int() == Some(1) {
            None
        } else {
            Some(&r.step)
        };
        return list(
            f,
            ("range(", ")"),
            [&r.start, &r.stop].into_iter().chain(step),
            0,
            value,
        );
    }
    if let Some(s) = v.downcast::<PySlice>() {
        return list(
            f,
            ("slice(", ")"),
            [&s.start, &s.stop, &s.step].into_iter(),
            depth,
            value,
        );
    }
    object(f, h)
}

fn is_name(key: &Value) -> bool {
    key.downcast_exact::<PyStr>()
        .is_some_and(|k| k.as_ascii() == Some("__name__"))
}

fn named(f: &mut Out<'_>, what: &str, name: &Value) -> fmt::Result {
    match name.downcast_exact::<PyStr>() {
        Some(name) => write!(f, "<{what} {name}>"),
        None => write!(f, "<{what}>"),
    }
}

/// An exception, of whatever class: class and arguments.
fn exception(f: &mut Out<'_>, h: &Header, e: &PyException, depth: u32) -> fmt::Result {
    f.write_str(&h.ty().name())?;
    let args = e.args.get();
    match args.downcast_exact::<PyTuple>() {
        Some(args) => list(f, ("(", ")"), args.items().iter(), depth, value),
        None => f.write_str("()"),
    }
}

fn object(f: &mut Out<'_>, h: &Header) -> fmt::Result {
    write!(f, "<{} object>", h.ty().name())
}

fn big(f: &mut Out<'_>, i: IntRef<'_>) -> fmt::Result {
    let bits = crate::num::int_bits::bit_length(i);
    if bits > BITS as u64 {
        return write!(f, "<int of {bits} bits>");
    }
    match to_decimal(i, 0) {
        Ok(digits) => f.write_str(&digits),
        Err(_) => write!(f, "<int of {bits} bits>"),
    }
}

fn text(f: &mut Out<'_>, s: Str<'_>) -> fmt::Result {
    write!(f, "{}", repr(s.slice(0, s.len().min(CHARS))).view())?;
    if s.len() > CHARS {
        f.write_char('…')
    } else {
        Ok(())
    }
}

fn bytes(f: &mut Out<'_>, b: &[u8]) -> fmt::Result {
    f.write_str(&bytes_repr(&b[..b.len().min(CHARS)]))?;
    if b.len() > CHARS {
        f.write_char('…')
    } else {
        Ok(())
    }
}

fn constant(f: &mut Out<'_>, c: &Const, depth: u32) -> fmt::Result {
    let items =
        |f: &mut Out<'_>, around, items: &[Const]| list(f, around, items.iter(), depth, constant);
    match c {
        Const::None => f.write_str("None"),
        Const::Bool(b) => f.write_str(if *b { "True" } else { "False" }),
        Const::Ellipsis => f.write_str("Ellipsis"),
        Const::StopIteration => f.write_str("<class 'StopIteration'>"),
        Const::Int(i) => write!(f, "{i}"),
        Const::BigInt(i) => big(f, IntRef::Big(i)),
        Const::Float(x) => f.write_str(&float_text::repr(*x)),
        Const::Complex(re, im) => f.write_str(&complex::repr(Complex { re: *re, im: *im })),
        Const::Bytes(b) => bytes(f, b),
        Const::Str(s, _) => text(f, s.view()),
        Const::Tuple(t) => items(f, ("(", if t.len() == 1 { ",)" } else { ")" }), t),
        Const::List(l) => items(f, ("[", "]"), l),
        Const::Set(s) if s.is_empty() => f.write_str("set()"),
        Const::Set(s) => items(f, ("{", "}"), s),
        Const::FrozenSet(s) if s.is_empty() => f.write_str("frozenset()"),
        Const::FrozenSet(s) => items(f, ("frozenset({", "})"), s),
        Const::Dict(d) => list(f, ("{", "}"), d.iter(), depth, |f, (k, v), d| {
            constant(f, k, d)?;
            f.write_str(": ")?;
            constant(f, v, d)
        }),
        Const::Slice(parts) => items(f, ("slice(", ")"), &parts[..]),
        Const::Code(code) => write!(f, "<code object {}>", code.qualname.view()),
    }
}
