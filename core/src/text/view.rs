//! What can be asked of a text as such: its length, its characters, parts of it, how it compares.

use super::units::{Unit, with_units};
use super::{Str, StrBuf, StrBuilder, TooBig, Width};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

impl<'a> Str<'a> {
    /// The text without characters.
    pub const EMPTY: Str<'static> = Str::Ascii(&[]);

    /// A text of ASCII as a view; `None` if it has other characters.
    pub const fn from_ascii(text: &'a str) -> Option<Str<'a>> {
        if text.is_ascii() {
            Some(Str::Ascii(text.as_bytes()))
        } else {
            None
        }
    }

    /// The number of characters.
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether there are no characters.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The width in which the text is stored.
    #[inline]
    pub fn width(self) -> Width {
        match self {
            Str::Ascii(_) => Width::Ascii,
            Str::Latin1(_) => Width::Latin1,
            Str::Ucs2(_) => Width::Ucs2,
            Str::Ucs4(_) => Width::Ucs4,
        }
    }

    /// The least width in which the text could be stored; looks at every character unless it is [`Str::Ascii`].
    pub fn narrowest(self) -> Width {
        match self {
            Str::Ascii(_) => Width::Ascii,
            Str::Latin1(v) if v.is_ascii() => Width::Ascii,
            Str::Latin1(_) => Width::Latin1,
            Str::Ucs2(v) => Width::of(v.iter().fold(0, |all, &c| all | u32::from(c))),
            Str::Ucs4(v) => Width::of(v.iter().fold(0, |all, &c| all | c)),
        }
    }

    /// Whether all characters are below 128: `str.isascii`.
    pub fn is_ascii(self) -> bool {
        self.narrowest() == Width::Ascii
    }

    /// A character, counted from 0; `None` beyond the end.
    #[inline]
    pub fn get(self, index: usize) -> Option<u32> {
        with_units!(self, units => units.get(index).map(|&c| c.into()))
    }

    /// The place of a character from `start` on; the length if there is none.
    pub fn find_from(self, start: usize, c: u32) -> usize {
        fn find<T: Unit>(units: &[T], start: usize, c: u32) -> usize {
            let rest = units.get(start..).unwrap_or_default();
            let found = rest.iter().position(|&u| u.into() == c);
            found.map_or(units.len(), |at| start + at)
        }
        with_units!(self, units => find(units, start, c))
    }

    /// The characters in turn, from either end.
    pub fn iter(self) -> Chars<'a> {
        Chars { text: self }
    }

    /// The text in storage of its own, in the narrowest width.
    pub fn to_buf(self) -> StrBuf {
        let mut out = StrBuilder::new();
        out.push_str(self);
        out.finish()
    }

    /// The text as UTF-8, if it is stored as ASCII. Looks at every character (what is stored is not trusted).
    pub fn as_ascii_str(self) -> Option<&'a str> {
        match self {
            Str::Ascii(v) => std::str::from_utf8(v).ok(),
            _ => None,
        }
    }

    /// The text as UTF-8, unless it has lone surrogates.
    pub fn to_str_lossless(self) -> Option<Cow<'a, str>> {
        match self.as_ascii_str() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self
                .iter()
                .map(char::from_u32)
                .collect::<Option<String>>()
                .map(Cow::Owned),
        }
    }

    /// The text as UTF-8, surrogates written as `\udXXX`.
    pub fn to_string_lossy(self) -> Cow<'a, str> {
        match self.as_ascii_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.to_string()),
        }
    }

    /// The characters from `start` up to, but without, `end`; both are cut to the length.
    pub fn slice(self, start: usize, end: usize) -> Str<'a> {
        fn part<T>(units: &[T], start: usize, end: usize) -> &[T] {
            let end = end.min(units.len());
            &units[start.min(end)..end]
        }
        match self {
            Str::Ascii(v) => Str::Ascii(part(v, start, end)),
            Str::Latin1(v) => Str::Latin1(part(v, start, end)),
            Str::Ucs2(v) => Str::Ucs2(part(v, start, end)),
            Str::Ucs4(v) => Str::Ucs4(part(v, start, end)),
        }
    }

    /// Up to `count` characters from `start` on, every `step`th (backwards if negative): what `slice.indices` gives.
    /// Stops where the text ends.
    pub fn slice_step(self, start: usize, step: isize, count: usize) -> StrBuf {
        if step == 1 {
            return self.slice(start, start.saturating_add(count)).to_buf();
        }
        fn part<T: Copy>(units: &[T], start: usize, step: isize, count: usize) -> Vec<T> {
            let mut out = Vec::with_capacity(count.min(units.len()));
            let mut at = Some(start);
            while out.len() < count
                && let Some(&c) = at.and_then(|i| units.get(i))
            {
                out.push(c);
                // A step of zero repeats the character; no slice has it, and the count bounds it.
                at = at.and_then(|i| i.checked_add_signed(step));
            }
            out
        }
        match self {
            Str::Ascii(v) => StrBuf::Ascii(part(v, start, step, count)),
            Str::Latin1(v) => StrBuf::from_latin1(part(v, start, step, count)),
            Str::Ucs2(v) => StrBuf::from_u16s(part(v, start, step, count)),
            Str::Ucs4(v) => StrBuf::from_u32s(part(v, start, step, count)),
        }
    }

    /// `self + other`.
    pub fn concat(self, other: Str<'_>) -> StrBuf {
        let mut out = StrBuilder::with_capacity(self.len().saturating_add(other.len()));
        out.push_str(self);
        out.push_str(other);
        out.finish()
    }

    /// `self * count`, of at most `max` bytes.
    pub fn repeat(self, count: usize, max: usize) -> Result<StrBuf, TooBig> {
        TooBig::check(self.len().saturating_mul(count), self.width(), max)?;
        Ok(match self.to_buf() {
            StrBuf::Ascii(v) => StrBuf::Ascii(v.repeat(count)),
            _ if count == 0 => StrBuf::EMPTY,
            StrBuf::Latin1(v) => StrBuf::Latin1(v.repeat(count)),
            StrBuf::Ucs2(v) => StrBuf::Ucs2(v.repeat(count)),
            StrBuf::Ucs4(v) => StrBuf::Ucs4(v.repeat(count)),
        })
    }
}

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_ascii_str() {
            return f.write_str(text);
        }
        self.iter().try_for_each(|c| match char::from_u32(c) {
            Some(c) => fmt::Write::write_char(f, c),
            None => write!(f, "\\u{c:04x}"),
        })
    }
}

impl fmt::Display for StrBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Str::Ascii(a) | Str::Latin1(a), Str::Ascii(b) | Str::Latin1(b)) => a == b,
            (Str::Ucs2(a), Str::Ucs2(b)) => a == b,
            (Str::Ucs4(a), Str::Ucs4(b)) => a == b,
            (a, b) => a.len() == b.len() && compare(a, b) == Ordering::Equal,
        }
    }
}

impl Eq for Str<'_> {}

impl Ord for Str<'_> {
    /// By code point, as Python compares.
    fn cmp(&self, other: &Self) -> Ordering {
        compare(*self, *other)
    }
}

impl PartialOrd for Str<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StrBuf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.view().cmp(&other.view())
    }
}

impl PartialOrd for StrBuf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Str<'_> {
    fn eq(&self, other: &str) -> bool {
        match self {
            Str::Ascii(v) => *v == other.as_bytes(),
            _ => self.iter().eq(other.chars().map(u32::from)),
        }
    }
}

impl PartialEq<&str> for Str<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<str> for StrBuf {
    fn eq(&self, other: &str) -> bool {
        self.view() == *other
    }
}

impl PartialEq<&str> for StrBuf {
    fn eq(&self, other: &&str) -> bool {
        self.view() == **other
    }
}

/// Compares by code point, each pair of widths in a loop of its own.
fn compare(a: Str<'_>, b: Str<'_>) -> Ordering {
    fn units<A: Unit>(a: &[A], b: Str<'_>) -> Ordering {
        match A::stored(b) {
            Some(b) => a.cmp(b),
            None => {
                with_units!(b, b => a.iter().map(|&c| c.into()).cmp(b.iter().map(|&c| u32::from(c))))
            }
        }
    }
    with_units!(a, a => units(a, b))
}

/// The characters of a text in turn; see [`Str::iter`].
#[derive(Clone, Debug)]
pub struct Chars<'a> {
    text: Str<'a>,
}

impl<'a> Chars<'a> {
    /// What has not been seen yet.
    pub fn rest(&self) -> Str<'a> {
        self.text
    }
}

/// Takes one character off a slice, with the named method.
macro_rules! take {
    ($text:expr, $split:ident) => {
        match &mut $text {
            Str::Ascii(v) | Str::Latin1(v) => v.$split().map(|(&c, rest)| {
                *v = rest;
                c.into()
            }),
            Str::Ucs2(v) => v.$split().map(|(&c, rest)| {
                *v = rest;
                c.into()
            }),
            Str::Ucs4(v) => v.$split().map(|(&c, rest)| {
                *v = rest;
                c
            }),
        }
    };
}

impl Iterator for Chars<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        take!(self.text, split_first)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.text.len(), Some(self.text.len()))
    }

    fn nth(&mut self, n: usize) -> Option<u32> {
        self.text = self.text.slice(n, usize::MAX);
        self.next()
    }

    // `for_each`, `all`, `collect` and others come down to this: the width is asked once.
    fn fold<B, F: FnMut(B, u32) -> B>(self, init: B, mut f: F) -> B {
        with_units!(self.text, units => units.iter().fold(init, |acc, &c| f(acc, c.into())))
    }
}

impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        take!(self.text, split_last)
    }
}

impl ExactSizeIterator for Chars<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_compares_by_code_point_whatever_its_width() {
        let wide = StrBuf::from("abé\u{ffff}\u{10000}");
        let wide = wide.view();
        assert_eq!(wide.slice(0, 2), Str::Ascii(b"ab"));
        assert_eq!(Str::Ascii(b"ab"), wide.slice(0, 2));
        assert_eq!(wide.slice(2, 3), Str::Latin1(b"\xE9"));
        assert!(wide.slice(3, 4) < wide.slice(4, 5));
        assert!(Str::Ascii(b"b") > wide);
        assert!(Str::Ascii(b"ab") < wide);
        assert_eq!(wide, "abé\u{ffff}\u{10000}");
        assert_ne!(wide, "abé");
        assert_eq!(wide.narrowest(), Width::Ucs4);
        assert!(wide.slice(0, 2).is_ascii());
    }

    #[test]
    fn slices_are_cut_to_the_text() {
        let text = StrBuf::from("aé€d");
        let text = text.view();
        assert_eq!(text.slice(1, 99), "é€d");
        assert_eq!(text.slice(9, 99), "");
        assert_eq!(text.slice(3, 1), "");
        assert_eq!(text.slice_step(3, -2, 2).view(), "dé");
        assert_eq!(text.slice_step(0, 2, 99).view(), "a€");
        assert_eq!(text.slice_step(0, 3, 2), StrBuf::Ascii(b"ad".to_vec()));
        assert_eq!(text.slice_step(0, isize::MIN, 2).view(), "a");
    }

    #[test]
    fn repeat_minds_the_limit() {
        let text = StrBuf::from("a€");
        assert_eq!(text.view().repeat(2, 8), Ok("a€a€".into()));
        assert_eq!(text.view().repeat(3, 8), Err(TooBig { bytes: 12 }));
        assert_eq!(text.view().repeat(0, 0), Ok(StrBuf::EMPTY));
        assert!(text.view().repeat(usize::MAX, usize::MAX).is_err());
    }

    #[test]
    fn rust_text_shows_lone_surrogates_as_escapes() {
        let text = StrBuf::from_code_points([0x61, 0xDC80]);
        assert_eq!(text.view().to_str_lossless(), None);
        assert_eq!(text.view().to_string_lossy(), "a\\udc80");
        assert_eq!(
            StrBuf::from("é").view().to_str_lossless().as_deref(),
            Some("é")
        );
        assert_eq!(Str::Ascii(b"a").as_ascii_str(), Some("a"));
    }

    #[test]
    fn characters_come_from_either_end() {
        let text = StrBuf::from("aé€");
        let mut chars = text.view().iter();
        assert_eq!(
            (chars.next_back(), chars.next(), chars.len()),
            (Some(0x20AC), Some(0x61), 1)
        );
        assert_eq!(chars.rest(), "é");
        assert_eq!(text.view().iter().nth(2), Some(0x20AC));
        assert_eq!(text.view().get(3), None);
    }
}
