//! Text as Python sees it: code points, lone surrogates included, one, two or four bytes each.
//!
//! Pure data: nothing here knows of objects or of the machine. The methods of `str` (and those of `bytes`, seen as
//! [`Str::Latin1`]) are thin wrappers over these functions. What can make much out of little takes a limit in bytes
//! and returns [`TooBig`] instead of allocating beyond it.

pub mod builder;
pub mod case;
pub mod chars;
pub mod codec;
pub mod errors;
pub mod hash;
pub mod pad;
pub mod repr;
pub mod search;
pub mod single;
pub mod split;
mod unicode_data;
mod units;
pub mod utf16;
pub mod utf32;
pub mod utf8;
mod view;

pub use builder::StrBuilder;
pub use view::Chars;

/// Growable text: the narrowest of four widths that holds every character (PEP 393).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StrBuf {
    /// All below 128: also valid UTF-8.
    Ascii(Vec<u8>),
    /// All below 256, at least one above 127.
    Latin1(Vec<u8>),
    /// All below 65,536, at least one above 255.
    Ucs2(Vec<u16>),
    /// Any code point, at least one above 65,535.
    Ucs4(Vec<u32>),
}

/// Borrowed text, in the width in which it is stored.
#[derive(Clone, Copy, Debug)]
pub enum Str<'a> {
    /// All below 128: also valid UTF-8.
    Ascii(&'a [u8]),
    /// All below 256.
    Latin1(&'a [u8]),
    /// All below 65,536.
    Ucs2(&'a [u16]),
    /// Any code point.
    Ucs4(&'a [u32]),
}

/// How wide a text is stored; ordered from narrow to wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Width {
    /// One byte each, all below 128.
    Ascii,
    /// One byte each.
    Latin1,
    /// Two bytes each.
    Ucs2,
    /// Four bytes each.
    Ucs4,
}

impl Width {
    /// The width that holds a character; or several, their bits or-ed together.
    pub fn of(c: u32) -> Width {
        match c {
            0..0x80 => Width::Ascii,
            0x80..0x100 => Width::Latin1,
            0x100..0x1_0000 => Width::Ucs2,
            _ => Width::Ucs4,
        }
    }

    /// The size of one character.
    pub fn bytes(self) -> usize {
        match self {
            Width::Ascii | Width::Latin1 => 1,
            Width::Ucs2 => 2,
            Width::Ucs4 => 4,
        }
    }
}

/// A result would be larger than the caller allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text of {bytes} bytes is too big")]
pub struct TooBig {
    /// What the result would have taken; `usize::MAX` if that is not even a number.
    pub bytes: usize,
}

impl TooBig {
    /// Checks `chars` characters of a width against the limit `max`, in bytes.
    pub(crate) fn check(chars: usize, width: Width, max: usize) -> Result<usize, TooBig> {
        let bytes = chars.saturating_mul(width.bytes());
        // No allocation may be larger than `isize::MAX`, whatever the caller says.
        if bytes > max.min(isize::MAX as usize) || !is_there_room(bytes) {
            Err(TooBig { bytes })
        } else {
            Ok(chars)
        }
    }
}

/// Whether so much memory can be had now. Rust ends the process when an allocation fails, so that a large one, which
/// a program asks for on purpose or by mistake, is tried before it is made.
pub fn is_there_room(bytes: usize) -> bool {
    const LARGE: usize = 1 << 26;
    bytes < LARGE || Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

impl StrBuf {
    /// The text without characters.
    pub const EMPTY: StrBuf = StrBuf::Ascii(Vec::new());

    /// The text as a view.
    pub fn view(&self) -> Str<'_> {
        match self {
            StrBuf::Ascii(v) => Str::Ascii(v),
            StrBuf::Latin1(v) => Str::Latin1(v),
            StrBuf::Ucs2(v) => Str::Ucs2(v),
            StrBuf::Ucs4(v) => Str::Ucs4(v),
        }
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.view().is_empty()
    }

    /// The width in which the text is stored.
    pub fn width(&self) -> Width {
        self.view().width()
    }

    /// One character, a lone surrogate too.
    pub fn from_code_point(c: u32) -> StrBuf {
        match Width::of(c) {
            Width::Ascii => StrBuf::Ascii(vec![c as u8]),
            Width::Latin1 => StrBuf::Latin1(vec![c as u8]),
            Width::Ucs2 => StrBuf::Ucs2(vec![c as u16]),
            Width::Ucs4 => StrBuf::Ucs4(vec![c]),
        }
    }

    /// Characters one by one, lone surrogates too.
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> StrBuf {
        let mut out = StrBuilder::new();
        points.into_iter().for_each(|c| out.push(c));
        out.finish()
    }

    /// Characters from 0 to 255, a byte each.
    pub fn from_latin1(bytes: Vec<u8>) -> StrBuf {
        if bytes.is_ascii() {
            StrBuf::Ascii(bytes)
        } else {
            StrBuf::Latin1(bytes)
        }
    }

    /// Characters of up to 16 bits.
    pub fn from_u16s(units: Vec<u16>) -> StrBuf {
        match Width::of(units.iter().fold(0, |all, &c| all | u32::from(c))) {
            Width::Ascii => StrBuf::Ascii(units.iter().map(|&c| c as u8).collect()),
            Width::Latin1 => StrBuf::Latin1(units.iter().map(|&c| c as u8).collect()),
            _ => StrBuf::Ucs2(units),
        }
    }

    /// Any characters.
    pub fn from_u32s(units: Vec<u32>) -> StrBuf {
        match Width::of(units.iter().fold(0, |all, &c| all | c)) {
            Width::Ascii => StrBuf::Ascii(units.iter().map(|&c| c as u8).collect()),
            Width::Latin1 => StrBuf::Latin1(units.iter().map(|&c| c as u8).collect()),
            Width::Ucs2 => StrBuf::Ucs2(units.iter().map(|&c| c as u16).collect()),
            Width::Ucs4 => StrBuf::Ucs4(units),
        }
    }
}

impl Default for StrBuf {
    fn default() -> Self {
        StrBuf::EMPTY
    }
}

impl From<char> for StrBuf {
    fn from(c: char) -> Self {
        StrBuf::from_code_point(c.into())
    }
}

impl From<&str> for StrBuf {
    fn from(text: &str) -> Self {
        // The largest lead byte of UTF-8 tells the width.
        let count = || text.chars().count();
        match text.bytes().fold(0, u8::max) {
            0..0x80 => StrBuf::Ascii(text.as_bytes().to_vec()),
            0x80..0xC4 => StrBuf::Latin1(collect(count(), text.chars().map(|c| c as u8))),
            0xC4..0xF0 => StrBuf::Ucs2(collect(count(), text.chars().map(|c| c as u16))),
            _ => StrBuf::Ucs4(collect(count(), text.chars().map(u32::from))),
        }
    }
}

impl From<String> for StrBuf {
    fn from(text: String) -> Self {
        if text.is_ascii() {
            StrBuf::Ascii(text.into_bytes())
        } else {
            text.as_str().into()
        }
    }
}

/// Collects as many items as are announced, allocating once.
fn collect<T>(count: usize, items: impl Iterator<Item = T>) -> Vec<T> {
    let mut out = Vec::with_capacity(count);
    out.extend(items);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_width_is_chosen() {
        for (text, width) in [
            ("", Width::Ascii),
            ("abc\x7f", Width::Ascii),
            ("a\u{80}", Width::Latin1),
            ("\u{ff}", Width::Latin1),
            ("\u{100}a", Width::Ucs2),
            ("\u{ffff}", Width::Ucs2),
            ("a\u{10000}", Width::Ucs4),
        ] {
            let made = StrBuf::from(text);
            assert_eq!(made.width(), width, "{text:?}");
            assert_eq!(made, StrBuf::from_code_points(text.chars().map(u32::from)));
            assert_eq!(
                made,
                StrBuf::from_u32s(text.chars().map(u32::from).collect())
            );
            assert_eq!(made, StrBuf::from(text.to_string()));
            if width < Width::Ucs4 {
                assert_eq!(
                    made,
                    StrBuf::from_u16s(text.chars().map(|c| c as u16).collect())
                );
            }
        }
    }

    #[test]
    fn a_result_that_is_too_big_is_not_made() {
        assert_eq!(TooBig::check(10, Width::Ucs2, 20), Ok(10));
        assert_eq!(
            TooBig::check(11, Width::Ucs2, 20),
            Err(TooBig { bytes: 22 })
        );
        assert!(TooBig::check(usize::MAX, Width::Ucs4, usize::MAX).is_err());
    }
}
