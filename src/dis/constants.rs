//! Constants as `repr` shows them.

use std::cell::OnceCell;

use opyc_core::code::Const;
use opyc_core::num::complex::{self, Complex};
use opyc_core::num::int::IntRef;
use opyc_core::num::{float_text, int_text};
use opyc_core::text::repr::{bytes_repr, repr};
use opyc_core::version::Version;

use super::text::code_name;
use crate::Machine;

/// A constant is shown up to this many bytes: a file of a few hundred bytes can hold one whose text fills a disk.
const LONGEST: usize = 1 << 20;

/// Shows the constants of one version.
///
/// Sets are shown in the order that CPython has with `PYTHONHASHSEED=0`.
pub struct Constants {
    version: Version,
    /// Knows the order of sets. Most code has none, so it is made when the first is shown.
    machine: OnceCell<Option<Machine>>,
}

impl Constants {
    /// Shows constants of `version`.
    pub fn new(version: Version) -> Constants {
        Constants {
            version,
            machine: OnceCell::new(),
        }
    }

    /// `repr` of a constant. Code objects are shown without their address. What is longer than a mebibyte is cut
    /// short, and says so.
    pub fn repr(&self, constant: &Const) -> String {
        let mut out = String::new();
        self.write(constant, &mut out);
        if out.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|i| out.is_char_boundary(*i));
            out.truncate(end.unwrap_or(0));
            out.push_str("… (cut short)");
        }
        out
    }

    fn write(&self, constant: &Const, out: &mut String) {
        if out.len() > LONGEST {
            return;
        }
        match constant {
            Const::None => out.push_str("None"),
            Const::Bool(true) => out.push_str("True"),
            Const::Bool(false) => out.push_str("False"),
            Const::Ellipsis => out.push_str("Ellipsis"),
            Const::StopIteration => out.push_str("<class 'StopIteration'>"),
            Const::Int(i) => out.push_str(&i.to_string()),
            Const::BigInt(i) => match int_text::to_decimal(IntRef::Big(i), 0) {
                Ok(digits) => out.push_str(&digits),
                Err(_) => out.push_str("<an int without end>"),
            },
            Const::Float(x) => out.push_str(&float_text::repr(*x)),
            Const::Complex(re, im) => out.push_str(&complex::repr(Complex { re: *re, im: *im })),
            Const::Bytes(b) => out.push_str(&bytes_repr(b)),
            Const::Str(s, _) => out.push_str(&repr(s.view()).view().to_string_lossy()),
            Const::Tuple(items) => {
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.items("(", items, close, out);
            }
            Const::List(items) => self.items("[", items, "]", out),
            Const::Set(items) | Const::FrozenSet(items) => self.set(constant, items, out),
            Const::Dict(items) => {
                out.push('{');
                for (i, (key, value)) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    self.write(key, out);
                    out.push_str(": ");
                    self.write(value, out);
                }
                out.push('}');
            }
            Const::Slice(parts) => self.items("slice(", &parts[..], ")", out),
            Const::Code(code) => out.push_str(&code_name(code)),
        }
    }

    fn items(&self, open: &str, items: &[Const], close: &str, out: &mut String) {
        out.push_str(open);
        for (i, item) in items.iter().enumerate() {
            out.push_str(if i == 0 { "" } else { ", " });
            self.write(item, out);
        }
        out.push_str(close);
    }

    fn set(&self, set: &Const, items: &[Const], out: &mut String) {
        let machine = self.machine.get_or_init(|| {
            // Without one, sets are shown in the order of the file.
            Machine::builder(self.version).build().ok()
        });
        // A set of code objects would show their addresses; no compiler makes one.
        let in_order = machine.as_ref().filter(|_| is_small(set, &mut 10_000));
        let text = in_order
            .and_then(|machine| machine.enter(|vm| vm.repr_text(&vm.const_value(set)).ok()));
        match (text, matches!(set, Const::FrozenSet(_))) {
            (Some(text), _) => out.push_str(&text),
            (None, _) if items.is_empty() => out.push_str("set()"),
            (None, true) => self.items("frozenset({", items, "})", out),
            (None, false) => self.items("{", items, "}", out),
        }
    }
}

/// Whether a constant has fewer than `room` parts, and no code object among them.
fn is_small(constant: &Const, room: &mut usize) -> bool {
    *room = room.saturating_sub(1);
    let mut all = |items: &[Const]| items.iter().all(|c| is_small(c, room));
    match constant {
        Const::Code(_) => false,
        Const::Tuple(v) | Const::List(v) | Const::Set(v) | Const::FrozenSet(v) => all(v),
        Const::Slice(parts) => all(&parts[..]),
        Const::Dict(items) => items
            .iter()
            .all(|(k, v)| is_small(k, room) && is_small(v, room)),
        _ => *room > 0,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn shown(constant: Const) -> String {
        Constants::new(Version::V3_12).repr(&constant)
    }

    #[test]
    fn as_python_shows_them() {
        let one = || Const::Int(1);
        assert_eq!(shown(Const::Tuple([one()].into())), "(1,)");
        assert_eq!(shown(Const::Tuple([].into())), "()");
        assert_eq!(
            shown(Const::FrozenSet([one(), Const::Int(0)].into())),
            "frozenset({0, 1})"
        );
        assert_eq!(shown(Const::FrozenSet([].into())), "frozenset()");
        assert_eq!(shown(Const::Set([].into())), "set()");
        assert_eq!(
            shown(Const::Slice(Arc::new([one(), Const::None, Const::None]))),
            "slice(1, None, None)"
        );
        assert_eq!(shown(Const::Complex(-0.0, 2.0)), "(-0+2j)");
        assert_eq!(
            shown(Const::Dict([(one(), Const::Float(1e22))].into())),
            "{1: 1e+22}"
        );
    }

    #[test]
    fn a_constant_that_would_never_end_is_cut_short() {
        let mut c = Const::Str(Arc::new("laugh".into()), false);
        for _ in 0..60 {
            c = Const::Tuple([c.clone(), c].into());
        }
        let text = shown(c);
        assert!(text.len() < LONGEST + 100 && text.ends_with("… (cut short)"));
    }
}
