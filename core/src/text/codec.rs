//! The codecs that are built in, under one roof: `str.encode` and `bytes.decode`.

use super::errors::{DecodeError, DecodeHandler, EncodeError, EncodeHandler, Errors};
use super::{Str, StrBuf, single, utf8, utf16, utf32};

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The low one.
    Little,
    /// The high one.
    Big,
}

/// A codec that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `utf-8`.
    Utf8,
    /// `ascii`.
    Ascii,
    /// `latin-1`.
    Latin1,
    /// `utf-16`; `None` for the one with a byte order mark.
    Utf16(Option<ByteOrder>),
    /// `utf-32`; `None` for the one with a byte order mark.
    Utf32(Option<ByteOrder>),
}

/// What decoding gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: StrBuf,
    /// How many bytes it came from.
    pub consumed: usize,
    /// The codec for what follows: with the byte order, if a mark told it.
    pub codec: Codec,
}

impl Codec {
    /// The codec with a name, in any of its common spellings.
    pub fn from_name(name: &str) -> Option<Codec> {
        let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
        Some(match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" => Codec::Utf8,
            "ascii" | "us_ascii" | "us" | "646" | "iso646_us" | "ansi_x3.4_1968" => Codec::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "8859"
            | "iso8859" | "cp819" => Codec::Latin1,
            "utf_16" | "utf16" | "u16" => Codec::Utf16(None),
            "utf_16_le" | "utf_16le" | "utf16_le" => Codec::Utf16(Some(ByteOrder::Little)),
            "utf_16_be" | "utf_16be" | "utf16_be" => Codec::Utf16(Some(ByteOrder::Big)),
            "utf_32" | "utf32" | "u32" => Codec::Utf32(None),
            "utf_32_le" | "utf_32le" | "utf32_le" => Codec::Utf32(Some(ByteOrder::Little)),
            "utf_32_be" | "utf_32be" | "utf32_be" => Codec::Utf32(Some(ByteOrder::Big)),
            _ => return None,
        })
    }

    /// Decodes bytes, with an error handler of the caller's. If more bytes are to follow (not `last`), a character cut
    /// off at the end is left for then.
    pub fn decode_with<E>(
        self,
        bytes: &[u8],
        last: bool,
        handler: &mut DecodeHandler<'_, E>,
    ) -> Result<Decoded, E> {
        let (text, consumed, codec) = match self {
            Codec::Utf8 => {
                let (text, consumed) = utf8::decode_with(bytes, last, handler)?;
                (text, consumed, self)
            }
            Codec::Ascii => (
                single::decode_ascii_with(bytes, handler)?,
                bytes.len(),
                self,
            ),
            Codec::Latin1 => (StrBuf::from_latin1(bytes.to_vec()), bytes.len(), self),
            Codec::Utf16(order) => {
                let (text, consumed, order) = utf16::decode_with(bytes, order, last, handler)?;
                (text, consumed, Codec::Utf16(order))
            }
            Codec::Utf32(order) => {
                let (text, consumed, order) = utf32::decode_with(bytes, order, last, handler)?;
                (text, consumed, Codec::Utf32(order))
            }
        };
        Ok(Decoded {
            text,
            consumed,
            codec,
        })
    }

    /// Decodes bytes.
    pub fn decode(self, bytes: &[u8], errors: Errors) -> Result<StrBuf, DecodeError> {
        self.decode_with(bytes, true, &mut |error, bytes, out| {
            errors.decode(error, bytes, out)
        })
        .map(|decoded| decoded.text)
    }

    /// Encodes text, with an error handler of the caller's.
    pub fn encode_with<E: From<EncodeError>>(
        self,
        text: Str<'_>,
        handler: &mut EncodeHandler<'_, E>,
    ) -> Result<Vec<u8>, E> {
        match self {
            Codec::Utf8 => utf8::encode_with(text, handler),
            Codec::Ascii => single::encode_ascii_with(text, handler),
            Codec::Latin1 => single::encode_latin1_with(text, handler),
            Codec::Utf16(order) => utf16::encode_with(text, order, handler),
            Codec::Utf32(order) => utf32::encode_with(text, order, handler),
        }
    }

    /// Encodes text.
    pub fn encode(self, text: Str<'_>, errors: Errors) -> Result<Vec<u8>, EncodeError> {
        self.encode_with(text, &mut |error, text| errors.encode(error, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::repr;

    /// Decodes with the named codec and handler; the text's `repr`, or the message of the exception.
    fn decode(bytes: &[u8], name: &str, errors: &str) -> Option<String> {
        let made = Codec::from_name(name)?.decode(bytes, Errors::from_name(errors)?);
        Some(made.map_or_else(
            |e| e.message(bytes),
            |text| repr::ascii(text.view()).to_string(),
        ))
    }

    /// Encodes with the named codec and handler; the `repr` of the bytes, or the message of the exception.
    fn encode(points: &[u32], name: &str, errors: &str) -> Option<String> {
        let text = StrBuf::from_u32s(points.to_vec());
        let made = Codec::from_name(name)?.encode(text.view(), Errors::from_name(errors)?);
        Some(made.map_or_else(|e| e.message(text.view()), |bytes| repr::bytes_repr(&bytes)))
    }

    #[test]
    fn bad_bytes_are_reported_as_in_cpython() {
        for (bytes, name, expected) in [
            (
                &b"a\xff"[..],
                "UTF-8",
                "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
            ),
            (
                b"\xe2\x82",
                "utf8",
                "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
            ),
            (
                b"\xe2X",
                "utf-8",
                "'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte",
            ),
            (
                b"\x80",
                "us-ascii",
                "'ascii' codec can't decode byte 0x80 in position 0: ordinal not in range(128)",
            ),
            (
                b"\xff\xfe\0",
                "utf-16",
                "'utf-16-le' codec can't decode byte 0x00 in position 2: truncated data",
            ),
            (
                b"\0\xd8A\0",
                "utf-16-le",
                "'utf-16-le' codec can't decode bytes in position 0-1: illegal UTF-16 surrogate",
            ),
            (
                b"\xd8\0\0",
                "utf-16-be",
                "'utf-16-be' codec can't decode bytes in position 0-2: unexpected end of data",
            ),
            (
                b"\0\xdc",
                "utf-16-le",
                "'utf-16-le' codec can't decode bytes in position 0-1: illegal encoding",
            ),
            (
                b"\0\0",
                "utf-32",
                "'utf-32-le' codec can't decode bytes in position 0-1: truncated data",
            ),
            (
                b"\0\x11\0\0",
                "utf-32-be",
                "'utf-32-be' codec can't decode bytes in position 0-3: code point not in range(0x110000)",
            ),
        ] {
            assert_eq!(decode(bytes, name, "strict").as_deref(), Some(expected));
        }
    }

    #[test]
    fn error_handlers_stand_in_for_bad_bytes() {
        for (bytes, name, errors, expected) in [
            (&b"a\xe2\x82b"[..], "utf-8", "replace", "'a\\ufffdb'"),
            (b"a\xe2\x82b", "utf-8", "ignore", "'ab'"),
            (
                b"a\xe2\x82b",
                "utf-8",
                "backslashreplace",
                "'a\\\\xe2\\\\x82b'",
            ),
            (
                b"a\xe2\x82b",
                "utf-8",
                "surrogateescape",
                "'a\\udce2\\udc82b'",
            ),
            (b"\xed\xa0\x80", "utf-8", "surrogatepass", "'\\ud800'"),
            (b"\0\xd8A\0", "utf-16-le", "surrogatepass", "'\\ud800A'"),
            (b"\xe9", "latin-1", "strict", "'\\xe9'"),
        ] {
            assert_eq!(decode(bytes, name, errors).as_deref(), Some(expected));
        }
    }

    #[test]
    fn text_that_no_bytes_stand_for() {
        for (points, name, errors, expected) in [
            (
                &[97, 0xE9, 0x20AC][..],
                "ascii",
                "strict",
                "'ascii' codec can't encode characters in position 1-2: ordinal not in range(128)",
            ),
            (
                &[0x20AC],
                "latin1",
                "strict",
                "'latin-1' codec can't encode character '\\u20ac' in position 0: ordinal not in range(256)",
            ),
            (
                &[0xDC80, 0xD800],
                "utf-8",
                "surrogateescape",
                "'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed",
            ),
            (
                &[0xDC80],
                "utf-16",
                "surrogateescape",
                "'utf-16' codec can't encode character '\\udc80' in position 0: surrogates not allowed",
            ),
            (&[0xDC80, 97], "utf-8", "surrogateescape", "b'\\x80a'"),
            (&[0xD800], "utf-8", "surrogatepass", "b'\\xed\\xa0\\x80'"),
            (
                &[0xE9, 0x1F600],
                "ascii",
                "backslashreplace",
                "b'\\\\xe9\\\\U0001f600'",
            ),
            (&[0x20AC], "latin-1", "xmlcharrefreplace", "b'&#8364;'"),
            (&[0xD800, 0xD800], "utf-8", "replace", "b'??'"),
            (
                &[0x1F600],
                "utf-16",
                "strict",
                "b'\\xff\\xfe=\\xd8\\x00\\xde'",
            ),
            (&[0x20AC], "utf-32-be", "strict", "b'\\x00\\x00 \\xac'"),
        ] {
            assert_eq!(encode(points, name, errors).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_mark_tells_the_byte_order_for_what_follows() {
        let mut strict = |e: &DecodeError, b: &[u8], o: &mut crate::text::StrBuilder| {
            Errors::Strict.decode(e, b, o)
        };
        let decoded = Codec::Utf16(None).decode_with(b"\xfe\xff\0a\0", false, &mut strict);
        let expected = Decoded {
            text: "a".into(),
            consumed: 4,
            codec: Codec::Utf16(Some(ByteOrder::Big)),
        };
        assert_eq!(decoded, Ok(expected));
    }
}
