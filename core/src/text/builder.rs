//! Building text piece by piece.

use super::{Str, StrBuf, TooBig, Width};
use std::fmt;

/// Text under construction: as narrow as its characters allow, widened when one does not fit.
#[derive(Clone, Debug, Default)]
pub struct StrBuilder {
    text: StrBuf,
}

impl StrBuilder {
    /// No text yet.
    pub const fn new() -> Self {
        StrBuilder {
            text: StrBuf::EMPTY,
        }
    }

    /// No text yet, and room for so many ASCII characters.
    pub fn with_capacity(chars: usize) -> Self {
        StrBuilder {
            text: StrBuf::Ascii(Vec::with_capacity(chars)),
        }
    }

    /// The number of characters so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there are no characters so far.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text so far.
    pub fn view(&self) -> Str<'_> {
        self.text.view()
    }

    /// Appends a character, a lone surrogate too.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.text {
            StrBuf::Ascii(v) if c < 0x80 => v.push(c as u8),
            StrBuf::Latin1(v) if c < 0x100 => v.push(c as u8),
            StrBuf::Ucs2(v) if c < 0x1_0000 => v.push(c as u16),
            StrBuf::Ucs4(v) => v.push(c),
            _ => self.push_wider(c),
        }
    }

    /// Appends a character that is too wide for the text so far.
    #[cold]
    fn push_wider(&mut self, c: u32) {
        self.widen(Width::of(c));
        match &mut self.text {
            StrBuf::Ascii(v) | StrBuf::Latin1(v) => v.push(c as u8),
            StrBuf::Ucs2(v) => v.push(c as u16),
            StrBuf::Ucs4(v) => v.push(c),
        }
    }

    /// Appends Rust text.
    pub fn push_utf8(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_str(Str::Ascii(text.as_bytes()));
        } else {
            self.push_str(StrBuf::from(text).view());
        }
    }

    /// Appends text.
    pub fn push_str(&mut self, text: Str<'_>) {
        // A view may be wider than it need be (a slice, say): what it holds counts, or the result would be too.
        if text.width() > self.text.width() {
            self.widen(text.narrowest());
        }
        match &mut self.text {
            StrBuf::Ascii(out) | StrBuf::Latin1(out) => match text {
                Str::Ascii(v) | Str::Latin1(v) => out.extend_from_slice(v),
                Str::Ucs2(v) => out.extend(v.iter().map(|&c| c as u8)),
                Str::Ucs4(v) => out.extend(v.iter().map(|&c| c as u8)),
            },
            StrBuf::Ucs2(out) => match text {
                Str::Ascii(v) | Str::Latin1(v) => out.extend(v.iter().map(|&c| u16::from(c))),
                Str::Ucs2(v) => out.extend_from_slice(v),
                Str::Ucs4(v) => out.extend(v.iter().map(|&c| c as u16)),
            },
            StrBuf::Ucs4(out) => match text {
                Str::Ascii(v) | Str::Latin1(v) => out.extend(v.iter().map(|&c| u32::from(c))),
                Str::Ucs2(v) => out.extend(v.iter().map(|&c| u32::from(c))),
                Str::Ucs4(v) => out.extend_from_slice(v),
            },
        }
    }

    /// Appends the same character several times.
    pub fn push_many(&mut self, c: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.push(c);
        let len = self.len().saturating_add(count - 1);
        match &mut self.text {
            StrBuf::Ascii(v) | StrBuf::Latin1(v) => v.resize(len, c as u8),
            StrBuf::Ucs2(v) => v.resize(len, c as u16),
            StrBuf::Ucs4(v) => v.resize(len, c),
        }
    }

    /// The text.
    pub fn finish(self) -> StrBuf {
        self.text
    }

    /// Makes room for characters of at least this width.
    fn widen(&mut self, width: Width) {
        if width <= self.text.width() {
            return;
        }
        self.text = match (std::mem::take(&mut self.text), width) {
            (StrBuf::Ascii(v), Width::Latin1) => StrBuf::Latin1(v),
            (StrBuf::Ascii(v) | StrBuf::Latin1(v), Width::Ucs2) => {
                StrBuf::Ucs2(widened(&v, v.capacity()))
            }
            (StrBuf::Ascii(v) | StrBuf::Latin1(v), Width::Ucs4) => {
                StrBuf::Ucs4(widened(&v, v.capacity()))
            }
            (StrBuf::Ucs2(v), Width::Ucs4) => StrBuf::Ucs4(widened(&v, v.capacity())),
            (text, _) => text,
        };
    }
}

/// The same characters in a wider type, with as much room to grow.
fn widened<N: Copy, W: From<N>>(units: &[N], capacity: usize) -> Vec<W> {
    let mut out = Vec::with_capacity(capacity);
    out.extend(units.iter().map(|&c| W::from(c)));
    out
}

impl fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_utf8(text);
        Ok(())
    }
}

impl Extend<u32> for StrBuilder {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, points: I) {
        points.into_iter().for_each(|c| self.push(c));
    }
}

/// `separator.join(items)`, of at most `max` bytes.
pub fn join<'a>(
    separator: Str<'_>,
    items: impl Iterator<Item = Str<'a>> + Clone,
    max: usize,
) -> Result<StrBuf, TooBig> {
    let (mut count, mut len, mut width) = (0usize, 0usize, Width::Ascii);
    for item in items.clone() {
        count += 1;
        len = len.saturating_add(item.len());
        width = width.max(item.width());
    }
    if count > 1 {
        len = len.saturating_add(separator.len().saturating_mul(count - 1));
        width = width.max(separator.width());
    }
    let mut out = StrBuilder::with_capacity(TooBig::check(len, width, max)?);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.push_str(item);
    }
    Ok(out.finish())
}

/// What a table says of a character; see [`translate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Translated {
    /// It stays.
    Same,
    /// It goes (the table says `None`).
    Gone,
    /// Another one takes its place.
    Char(u32),
    /// A text takes its place.
    Text(StrBuf),
}

/// `text.translate(table)`: `look_up` asks the table and may fail.
///
/// The text can grow without bound; `look_up` sees every character, and can keep count of what it returns.
pub fn translate<E>(
    text: Str<'_>,
    mut look_up: impl FnMut(u32) -> Result<Translated, E>,
) -> Result<StrBuf, E> {
    let mut out = StrBuilder::with_capacity(text.len());
    for c in text.iter() {
        match look_up(c)? {
            Translated::Same => out.push(c),
            Translated::Gone => {}
            Translated::Char(c) => out.push(c),
            Translated::Text(text) => out.push_str(text.view()),
        }
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_widens_the_text_only_if_it_must() {
        let wide = StrBuf::from("ab\u{1F600}é€");
        let mut out = StrBuilder::new();
        out.push_str(wide.view().slice(0, 2));
        assert_eq!(out.view().width(), Width::Ascii);
        out.push_str(wide.view().slice(3, 4));
        assert_eq!(out.view().width(), Width::Latin1);
        out.push_str(wide.view().slice(4, 5));
        assert_eq!(out.view().width(), Width::Ucs2);
        out.push_str(wide.view().slice(2, 3));
        out.push_utf8("x");
        out.push_many(0xE9, 2);
        assert_eq!(out.finish(), StrBuf::from("abé€\u{1F600}xéé"));
    }

    #[test]
    fn join_puts_the_separator_between() {
        let (a, b, s) = (StrBuf::from("a"), StrBuf::from("é"), StrBuf::from(", "));
        let join = |items: &[&StrBuf], max| join(s.view(), items.iter().map(|i| i.view()), max);
        assert_eq!(join(&[], 0), Ok(StrBuf::EMPTY));
        assert_eq!(join(&[&a], 1), Ok(a.clone()));
        assert_eq!(join(&[&a, &b, &a], 7), Ok(StrBuf::from("a, é, a")));
        assert_eq!(join(&[&a, &b, &a], 6), Err(TooBig { bytes: 7 }));
    }

    #[test]
    fn translate_keeps_drops_and_replaces() {
        let text = StrBuf::from("abcd");
        let made = translate(text.view(), |c| {
            Ok::<_, ()>(match c {
                97 => Translated::Gone,
                98 => Translated::Char(0x20AC),
                99 => Translated::Text("xyz".into()),
                _ => Translated::Same,
            })
        });
        assert_eq!(made, Ok("€xyzd".into()));
    }
}
