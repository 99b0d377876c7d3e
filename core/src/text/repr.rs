//! Text as program text: `repr`, `ascii`, and `repr` of bytes.

use super::chars::is_printable;
use super::units::{Unit, with_units};
use super::{Str, StrBuf, StrBuilder};
use std::fmt::Write;

/// The quote that needs fewer escapes, as CPython chooses it.
fn quote(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

/// Writes the escape of a character that is not shown as it is: `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
pub fn write_escape(c: u32, out: &mut impl Write) {
    // Neither a string nor a builder ever refuses what is written.
    let _ = match c {
        0..0x100 => write!(out, "\\x{c:02x}"),
        0x100..0x1_0000 => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}

/// Writes one character between quotes; what `plain` accepts is shown as it is.
fn push(c: u32, quote: char, plain: impl Fn(u32) -> bool, out: &mut StrBuilder) {
    match char::from_u32(c) {
        Some('\n') => out.push_utf8("\\n"),
        Some('\r') => out.push_utf8("\\r"),
        Some('\t') => out.push_utf8("\\t"),
        Some(c) if c == quote || c == '\\' => {
            out.push(u32::from('\\'));
            out.push(c.into());
        }
        _ if plain(c) => out.push(c),
        _ => write_escape(c, out),
    }
}

/// The text between quotes, escaped where need be.
fn quoted(text: Str<'_>, plain: impl Fn(u32) -> bool) -> StrBuf {
    fn units<T: Unit>(text: &[T], quote: char, plain: impl Fn(u32) -> bool, out: &mut StrBuilder) {
        text.iter()
            .for_each(|&c| push(c.into(), quote, &plain, out));
    }
    // Most text needs no escape at all.
    if let Str::Ascii(v) = text
        && v.iter()
            .all(|&c| (0x20..0x7F).contains(&c) && c != b'\\' && c != b'\'')
    {
        let mut out = Vec::with_capacity(v.len().saturating_add(2));
        out.push(b'\'');
        out.extend_from_slice(v);
        out.push(b'\'');
        return StrBuf::Ascii(out);
    }
    let has = |c| super::search::contains(text, Str::Ascii(&[c]));
    let quote = quote(has(b'\''), has(b'"'));
    let mut out = StrBuilder::with_capacity(text.len().saturating_add(2));
    out.push(quote.into());
    with_units!(text, text => units(text, quote, plain, &mut out));
    out.push(quote.into());
    out.finish()
}

/// `repr(text)`.
pub fn repr(text: Str<'_>) -> StrBuf {
    quoted(text, is_printable)
}

/// `ascii(text)`.
pub fn ascii(text: Str<'_>) -> StrBuf {
    quoted(text, |c| (0x20..0x7F).contains(&c))
}

/// What `ascii` makes of the `repr` of any object: all that is not ASCII as escapes.
pub fn escape_non_ascii(text: Str<'_>) -> StrBuf {
    let mut out = StrBuilder::with_capacity(text.len());
    text.iter().for_each(|c| {
        if c < 0x80 {
            out.push(c)
        } else {
            write_escape(c, &mut out)
        }
    });
    out.finish()
}

/// `repr(bytes)`, which is ASCII.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = String::with_capacity(bytes.len().saturating_add(3));
    out.push('b');
    out.push(quote);
    for &c in bytes {
        match c {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            0x20..0x7F if c != quote as u8 => out.push(c.into()),
            0x20..0x7F => {
                out.push('\\');
                out.push(quote);
            }
            _ => write_escape(c.into(), &mut out),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes() {
        for (text, expected) in [
            ("abc", "'abc'"),
            ("it's", "\"it's\""),
            ("it's \"", "'it\\'s \"'"),
            ("\"", "'\"'"),
            ("a\\b\n\r\t\0\x7f", "'a\\\\b\\n\\r\\t\\x00\\x7f'"),
            (
                "é\u{a0}€\u{200b}\u{1F600}\u{e0001}",
                "'é\\xa0€\\u200b\u{1F600}\\U000e0001'",
            ),
        ] {
            assert_eq!(repr(StrBuf::from(text).view()).to_string(), expected);
        }
        let text = StrBuf::from_code_points([0x61, 0xE9, 0xD800, 0x1F600]);
        assert_eq!(repr(text.view()).to_string(), "'aé\\ud800\u{1F600}'");
        assert_eq!(ascii(text.view()).to_string(), "'a\\xe9\\ud800\\U0001f600'");
        assert_eq!(
            escape_non_ascii(StrBuf::from("['é']").view()).to_string(),
            "['\\xe9']"
        );
    }

    #[test]
    fn bytes_are_ascii_with_escapes() {
        assert_eq!(bytes_repr(b"a\0\xff\n'"), "b\"a\\x00\\xff\\n'\"");
        assert_eq!(bytes_repr(b"'\"\\"), "b'\\'\"\\\\'");
        assert_eq!(bytes_repr(b""), "b''");
    }
}
