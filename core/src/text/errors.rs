//! What goes wrong between text and bytes, and the standard ways to go on (`errors=` of `encode` and `decode`).

use super::repr::write_escape;
use super::{Str, StrBuf, StrBuilder};
use std::fmt::Write;

/// Bytes that cannot be decoded: the fields of `UnicodeDecodeError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The codec's name.
    pub encoding: &'static str,
    /// The first bad byte.
    pub start: usize,
    /// The place after the last bad byte.
    pub end: usize,
    /// Why.
    pub reason: &'static str,
}

/// Text that cannot be encoded: the fields of `UnicodeEncodeError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The codec's name.
    pub encoding: &'static str,
    /// The first bad character.
    pub start: usize,
    /// The place after the last bad character.
    pub end: usize,
    /// Why.
    pub reason: &'static str,
}

impl DecodeError {
    /// The message of the exception; `object` is what was decoded.
    pub fn message(&self, object: &[u8]) -> String {
        let DecodeError {
            encoding,
            start,
            end,
            reason,
        } = self;
        match object.get(*start) {
            Some(byte) if *end == start.saturating_add(1) => {
                format!(
                    "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
                )
            }
            _ => {
                let last = end.saturating_sub(1);
                format!(
                    "'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"
                )
            }
        }
    }
}

impl EncodeError {
    /// The message of the exception; `object` is what was encoded.
    pub fn message(&self, object: Str<'_>) -> String {
        let EncodeError {
            encoding,
            start,
            end,
            reason,
        } = self;
        match object.get(*start) {
            Some(c) if *end == start.saturating_add(1) => {
                let mut escape = String::new();
                write_escape(c, &mut escape);
                format!(
                    "'{encoding}' codec can't encode character '{escape}' in position {start}: {reason}"
                )
            }
            _ => {
                let last = end.saturating_sub(1);
                format!(
                    "'{encoding}' codec can't encode characters in position {start}-{last}: {reason}"
                )
            }
        }
    }
}

/// Asked when bytes cannot be decoded: appends what shall stand for them, and returns the place to go on from, or
/// gives up.
pub type DecodeHandler<'h, E> =
    dyn FnMut(&DecodeError, &[u8], &mut StrBuilder) -> Result<usize, E> + 'h;

/// Asked when text cannot be encoded: what shall stand for it, and the place to go on from.
pub type EncodeHandler<'h, E> =
    dyn FnMut(&EncodeError, Str<'_>) -> Result<(Replacement, usize), E> + 'h;

/// What stands for characters that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Bytes, as they are.
    Bytes(Vec<u8>),
    /// Text, to be encoded in turn; an error if that cannot be.
    Text(StrBuf),
}

/// The standard error handlers. `namereplace`, and those that programs register, are the caller's to run: see
/// [`DecodeHandler`] and [`EncodeHandler`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// Raise.
    Strict,
    /// Leave out.
    Ignore,
    /// `?` in bytes, U+FFFD in text.
    Replace,
    /// `\xNN`, `\uNNNN`, `\UNNNNNNNN`.
    BackslashReplace,
    /// `&#NNN;`; encoding only. In decoding it is strict, and the caller raises `TypeError` with the message
    /// "don't know how to handle UnicodeDecodeError in error callback" instead.
    XmlCharRefReplace,
    /// Bytes from 128 on to lone surrogates from U+DC80 on, and back.
    SurrogateEscape,
    /// Surrogates like all other characters.
    SurrogatePass,
}

impl Errors {
    /// The handler with a name; `None` for any other than these.
    pub fn from_name(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            _ => return None,
        })
    }

    /// Goes on after a decoding error, or gives up with it; a [`DecodeHandler`].
    pub fn decode(
        self,
        error: &DecodeError,
        bytes: &[u8],
        out: &mut StrBuilder,
    ) -> Result<usize, DecodeError> {
        let bad = bytes.get(error.start..error.end).unwrap_or_default();
        let rest = bytes.get(error.start..).unwrap_or_default();
        match self {
            Errors::Ignore => {}
            Errors::Replace => out.push(0xFFFD),
            Errors::BackslashReplace => bad.iter().for_each(|&byte| write_escape(byte.into(), out)),
            Errors::SurrogateEscape => {
                // ASCII among them is read again, as itself.
                let escaped = bad.iter().take(4).take_while(|byte| !byte.is_ascii());
                let before = out.len();
                out.extend(escaped.map(|&byte| 0xDC00 + u32::from(byte)));
                let count = out.len() - before;
                return if count > 0 {
                    Ok(error.start + count)
                } else {
                    Err(error.clone())
                };
            }
            Errors::SurrogatePass => {
                let (c, len) = match (error.encoding, rest) {
                    ("utf-8", &[a, b, c, ..])
                        if a & 0xF0 == 0xE0 && b & 0xC0 == 0x80 && c & 0xC0 == 0x80 =>
                    {
                        (
                            u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63),
                            3,
                        )
                    }
                    ("utf-16-le", &[a, b, ..]) => (u16::from_le_bytes([a, b]).into(), 2),
                    ("utf-16-be", &[a, b, ..]) => (u16::from_be_bytes([a, b]).into(), 2),
                    ("utf-32-le", &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
                    ("utf-32-be", &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
                    _ => return Err(error.clone()),
                };
                if !is_surrogate(c) {
                    return Err(error.clone());
                }
                out.push(c);
                return Ok(error.start + len);
            }
            Errors::Strict | Errors::XmlCharRefReplace => return Err(error.clone()),
        }
        Ok(error.end)
    }

    /// Goes on after an encoding error, or gives up with it; an [`EncodeHandler`].
    pub fn encode(
        self,
        error: &EncodeError,
        text: Str<'_>,
    ) -> Result<(Replacement, usize), EncodeError> {
        let bad = text.slice(error.start, error.end);
        let mut made = StrBuilder::new();
        match self {
            Errors::Ignore => {}
            Errors::Replace => made.push_many(u32::from(b'?'), bad.len()),
            Errors::BackslashReplace => bad.iter().for_each(|c| write_escape(c, &mut made)),
            Errors::XmlCharRefReplace => {
                // Writing to a builder never fails.
                let _ = bad.iter().try_for_each(|c| write!(made, "&#{c};"));
            }
            Errors::SurrogateEscape => {
                // Those that stand for bytes, up to the first that does not: an error is about that one then.
                let escaped = |c: u32| c.checked_sub(0xDC00).filter(|c| (0x80..0x100).contains(c));
                let bytes: Vec<u8> = bad.iter().map_while(escaped).map(|c| c as u8).collect();
                let next = error.start + bytes.len();
                return if bytes.is_empty() {
                    Err(error.clone())
                } else {
                    Ok((Replacement::Bytes(bytes), next))
                };
            }
            Errors::SurrogatePass => {
                let mut bytes = Vec::new();
                for c in bad.iter() {
                    if !is_surrogate(c) {
                        return Err(error.clone());
                    }
                    match error.encoding {
                        "utf-8" => super::utf8::push(c, &mut bytes),
                        "utf-16" | "utf-16-le" => bytes.extend((c as u16).to_le_bytes()),
                        "utf-16-be" => bytes.extend((c as u16).to_be_bytes()),
                        "utf-32" | "utf-32-le" => bytes.extend(c.to_le_bytes()),
                        "utf-32-be" => bytes.extend(c.to_be_bytes()),
                        _ => return Err(error.clone()),
                    }
                }
                return Ok((Replacement::Bytes(bytes), error.end));
            }
            Errors::Strict => return Err(error.clone()),
        }
        Ok((Replacement::Text(made.finish()), error.end))
    }
}

/// Whether a character is half of a pair of UTF-16.
pub(super) fn is_surrogate(c: u32) -> bool {
    (0xD800..0xE000).contains(&c)
}

/// Where encoding goes on after an error, as [`EncodeHandler`] says.
///
/// `push` encodes the characters of a replacement, which must be below `limit`; bytes must come in multiples of `size`.
pub(super) fn recover<E: From<EncodeError>>(
    error: EncodeError,
    text: Str<'_>,
    handler: &mut EncodeHandler<'_, E>,
    (limit, size): (u32, usize),
    push: impl Fn(u32, &mut Vec<u8>),
    out: &mut Vec<u8>,
) -> Result<usize, E> {
    let (replacement, next) = handler(&error, text)?;
    match replacement {
        Replacement::Bytes(bytes) if bytes.len().is_multiple_of(size) => out.extend(bytes),
        Replacement::Text(made) if made.view().iter().all(|c| c < limit) => {
            made.view().iter().for_each(|c| push(c, out));
        }
        _ => return Err(error.into()),
    }
    Ok(next.min(text.len()))
}
