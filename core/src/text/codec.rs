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
