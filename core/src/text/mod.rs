//! Text as Python sees it: code points, lone surrogates included, one, two or four bytes each.

pub mod utf8;

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

impl StrBuf {
    /// The text as a view.
    pub fn view(&self) -> Str<'_> {
        match self {
            StrBuf::Ascii(v) => Str::Ascii(v),
            StrBuf::Latin1(v) => Str::Latin1(v),
            StrBuf::Ucs2(v) => Str::Ucs2(v),
            StrBuf::Ucs4(v) => Str::Ucs4(v),
        }
    }
}
