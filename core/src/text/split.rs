//! Taking text apart: `split`, `splitlines`, `partition`, `strip`. Parts are ranges, of which callers make objects.

use super::chars::{is_line_break, is_space};
use super::search::{WHOLE, each, each_back, find, rfind};
use super::units::{Unit, with_units};
use super::{Str, StrBuf};

/// A part of a text: the places where it starts and ends, in characters; see [`Str::slice`].
pub type Part = (usize, usize);

/// How often to split, as Python says it: never more often than the text is long if negative.
fn times(max: i64) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}

/// `text.split(separator, max)`; the separator must not be empty (Python raises `ValueError`): an empty one is never
/// found.
pub fn split(text: Str<'_>, separator: Str<'_>, max: i64) -> Vec<Part> {
    let (mut parts, mut from) = (Vec::new(), 0);
    each(text, separator, times(max), |at| {
        parts.push((from, at));
        from = at + separator.len();
    });
    parts.push((from, text.len()));
    parts
}

/// `text.rsplit(separator, max)`; as [`split`], but the rightmost separators count. Parts are from left to right.
pub fn rsplit(text: Str<'_>, separator: Str<'_>, max: i64) -> Vec<Part> {
    let (mut parts, mut to) = (Vec::new(), text.len());
    each_back(text, separator, times(max), |at| {
        parts.push((at + separator.len(), to));
        to = at;
    });
    parts.push((0, to));
    parts.reverse();
    parts
}

/// `text.split(None, max)`: at runs of white space.
pub fn split_whitespace(text: Str<'_>, max: i64) -> Vec<Part> {
    fn units<T: Unit>(text: &[T], max: usize) -> Vec<Part> {
        let next = |from: usize, space: bool| {
            text[from..]
                .iter()
                .position(|&c| is_space(c.into()) == space)
                .map_or(text.len(), |at| from + at)
        };
        let mut parts = Vec::new();
        let mut from = next(0, false);
        while from < text.len() {
            if parts.len() == max {
                // What is left is one part, with the white space after it.
                parts.push((from, text.len()));
                break;
            }
            let to = next(from, true);
            parts.push((from, to));
            from = next(to, false);
        }
        parts
    }
    with_units!(text, text => units(text, times(max)))
}

/// `text.rsplit(None, max)`: at runs of white space, the rightmost ones. Parts are from left to right.
pub fn rsplit_whitespace(text: Str<'_>, max: i64) -> Vec<Part> {
    fn units<T: Unit>(text: &[T], max: usize) -> Vec<Part> {
        let last = |to: usize, space: bool| {
            text[..to]
                .iter()
                .rposition(|&c| is_space(c.into()) == space)
                .map_or(0, |at| at + 1)
        };
        let mut parts = Vec::new();
        let mut to = last(text.len(), false);
        while to > 0 {
            if parts.len() == max {
                parts.push((0, to));
                break;
            }
            let from = last(to, true);
            parts.push((from, to));
            to = last(from, false);
        }
        parts.reverse();
        parts
    }
    with_units!(text, text => units(text, times(max)))
}

/// `text.splitlines(keep_ends)`.
pub fn split_lines(text: Str<'_>, keep_ends: bool) -> Vec<Part> {
    fn units<T: Unit>(text: &[T], keep_ends: bool) -> Vec<Part> {
        let (mut lines, mut from) = (Vec::new(), 0);
        while from < text.len() {
            let rest = &text[from..];
            let end = rest
                .iter()
                .position(|&c| is_line_break(c.into()))
                .unwrap_or(rest.len());
            let pair =
                matches!(rest.get(end..end + 2), Some(&[a, b]) if a.into() == 13 && b.into() == 10);
            let next = if pair {
                end + 2
            } else {
                (end + 1).min(rest.len())
            };
            lines.push((from, from + if keep_ends { next } else { end }));
            from += next;
        }
        lines
    }
    with_units!(text, text => units(text, keep_ends))
}

/// Where `text.partition(separator)` finds the separator; what is before and after are the other parts.
pub fn partition(text: Str<'_>, separator: Str<'_>) -> Option<Part> {
    find(text, separator, WHOLE).map(|at| (at, at + separator.len()))
}

/// As [`partition`], for `rpartition`.
pub fn rpartition(text: Str<'_>, separator: Str<'_>) -> Option<Part> {
    rfind(text, separator, WHOLE).map(|at| (at, at + separator.len()))
}

/// What [`strip`] takes off, and from which ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`.
    Left,
    /// `rstrip`.
    Right,
    /// `strip`.
    Both,
}

/// `text.strip(characters)`, `lstrip` or `rstrip`; white space if no characters are given.
pub fn strip(text: Str<'_>, characters: Option<Str<'_>>, side: Side) -> Part {
    fn units<T: Unit>(text: &[T], side: Side, off: impl Fn(u32) -> bool) -> Part {
        let keep = |c: &T| !off((*c).into());
        let from = if side == Side::Right {
            0
        } else {
            text.iter().position(keep).unwrap_or(text.len())
        };
        let rest = &text[from..];
        let len = if side == Side::Left {
            rest.len()
        } else {
            rest.iter().rposition(keep).map_or(0, |at| at + 1)
        };
        (from, from + len)
    }
    match characters {
        None => with_units!(text, text => units(text, side, is_space)),
        Some(characters) => {
            let set = CharSet::new(characters);
            with_units!(text, text => units(text, side, |c| set.contains(c)))
        }
    }
}

/// A set of characters, quick to ask.
struct CharSet {
    narrow: [bool; 256],
    /// The others, sorted.
    wide: Vec<u32>,
}

impl CharSet {
    fn new(characters: Str<'_>) -> Self {
        let mut set = CharSet {
            narrow: [false; 256],
            wide: Vec::new(),
        };
        characters
            .iter()
            .for_each(|c| match set.narrow.get_mut(c as usize) {
                Some(there) => *there = true,
                None => set.wide.push(c),
            });
        set.wide.sort_unstable();
        set
    }

    fn contains(&self, c: u32) -> bool {
        self.narrow
            .get(c as usize)
            .copied()
            .unwrap_or_else(|| self.wide.binary_search(&c).is_ok())
    }
}

/// `text.removeprefix(prefix)`.
pub fn remove_prefix(text: Str<'_>, prefix: Str<'_>) -> Part {
    let there = super::search::starts_with(text, prefix, WHOLE);
    (if there { prefix.len() } else { 0 }, text.len())
}

/// `text.removesuffix(suffix)`.
pub fn remove_suffix(text: Str<'_>, suffix: Str<'_>) -> Part {
    let there = super::search::ends_with(text, suffix, WHOLE);
    (0, text.len() - if there { suffix.len() } else { 0 })
}

/// The parts as texts of their own, for callers without objects.
pub fn to_bufs(text: Str<'_>, parts: &[Part]) -> Vec<StrBuf> {
    parts
        .iter()
        .map(|&(start, end)| text.slice(start, end).to_buf())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: impl Fn(Str<'_>) -> Vec<Part>, text: &str, expected: &[&str]) {
        // The same again with the text stored as wide as can be.
        let text = StrBuf::from(text);
        let wide = StrBuf::from_u32s(text.view().iter().chain([0x1F600]).collect());
        for text in [text.view(), wide.view().slice(0, text.len())] {
            let made: Vec<String> = to_bufs(text, &parts(text))
                .iter()
                .map(|t| t.to_string())
                .collect();
            assert_eq!(made, expected);
        }
    }

    #[test]
    fn split_at_a_separator() {
        let comma = Str::Ascii(b",");
        check(|t| split(t, comma, -1), "a,b,,c", &["a", "b", "", "c"]);
        check(|t| split(t, comma, 1), "a,b,c", &["a", "b,c"]);
        check(|t| split(t, comma, 0), "a,b", &["a,b"]);
        check(|t| split(t, comma, -1), "", &[""]);
        check(|t| rsplit(t, comma, 1), "a,b,c", &["a,b", "c"]);
        check(|t| rsplit(t, Str::Ascii(b"aa"), -1), "aaa", &["a", ""]);
        check(|t| split(t, Str::Ascii(b"aa"), -1), "aaa", &["", "a"]);
    }

    #[test]
    fn split_at_white_space() {
        check(
            |t| split_whitespace(t, -1),
            " a\u{1f}b \u{a0}c\n",
            &["a", "b", "c"],
        );
        check(|t| split_whitespace(t, 1), "  a  b c  ", &["a", "b c  "]);
        check(|t| split_whitespace(t, 0), "  a b  ", &["a b  "]);
        check(|t| split_whitespace(t, -1), " \t", &[]);
        check(|t| rsplit_whitespace(t, 1), "  a b  c  ", &["  a b", "c"]);
        check(|t| rsplit_whitespace(t, 0), "  a b  ", &["  a b"]);
        check(|t| rsplit_whitespace(t, -1), "", &[]);
    }

    #[test]
    fn split_into_lines() {
        check(
            |t| split_lines(t, false),
            "a\nb\r\nc\rd\u{85}\n",
            &["a", "b", "c", "d", ""],
        );
        check(
            |t| split_lines(t, true),
            "a\nb\r\n\n\rc",
            &["a\n", "b\r\n", "\n", "\r", "c"],
        );
        check(|t| split_lines(t, false), "", &[]);
        check(|t| split_lines(t, true), "\r", &["\r"]);
    }

    #[test]
    fn strip_takes_off_what_is_named() {
        check(|t| vec![strip(t, None, Side::Both)], " \ta \n", &["a"]);
        check(|t| vec![strip(t, None, Side::Left)], " a ", &["a "]);
        check(
            |t| vec![strip(t, Some(Str::Ascii(b"xy")), Side::Right)],
            "xyaxyx",
            &["xya"],
        );
        check(
            |t| vec![strip(t, Some(Str::Ucs2(&[0x20AC, 0x61])), Side::Both)],
            "€ab€a",
            &["b"],
        );
        check(
            |t| vec![strip(t, Some(Str::EMPTY), Side::Both)],
            " a ",
            &[" a "],
        );
        check(|t| vec![strip(t, None, Side::Both)], "   ", &[""]);
        check(
            |t| vec![remove_prefix(t, Str::Ascii(b"ab"))],
            "abab",
            &["ab"],
        );
        check(
            |t| vec![remove_suffix(t, Str::Ascii(b"b"))],
            "aba",
            &["aba"],
        );
    }

    #[test]
    fn partition_finds_the_separator() {
        assert_eq!(
            partition(Str::Ascii(b"a--b--c"), Str::Ascii(b"--")),
            Some((1, 3))
        );
        assert_eq!(
            rpartition(Str::Ascii(b"a--b--c"), Str::Ascii(b"--")),
            Some((4, 6))
        );
        assert_eq!(partition(Str::Ascii(b"a"), Str::Ascii(b"--")), None);
    }
}
