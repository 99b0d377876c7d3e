//! UTF-16: two bytes for each character, or four in a pair of surrogates.

use super::codec::ByteOrder;
use super::errors::{
    DecodeError, DecodeHandler, EncodeError, EncodeHandler, is_surrogate, recover,
};
use super::{Str, StrBuf, StrBuilder};

/// What decoding gives: the text, how many bytes it came from, and the byte order if it was told.
pub type Decoded = (StrBuf, usize, Option<ByteOrder>);

/// Decodes bytes. Without a byte order, a mark at the start tells it; if there is none, the low byte is first. If more
/// bytes are to follow (not `last`), a character cut off at the end is left for then.
///
/// CPython 3.6 calls a lone second surrogate at the very end "unexpected end of data", not "illegal encoding".
pub fn decode_with<E>(
    bytes: &[u8],
    order: Option<ByteOrder>,
    last: bool,
    handler: &mut DecodeHandler<'_, E>,
) -> Result<Decoded, E> {
    let (order, mut at) = match (order, bytes) {
        (None, [0xFF, 0xFE, ..]) => (Some(ByteOrder::Little), 2),
        (None, [0xFE, 0xFF, ..]) => (Some(ByteOrder::Big), 2),
        _ => (order, 0),
    };
    let big = order == Some(ByteOrder::Big);
    let encoding = if big { "utf-16-be" } else { "utf-16-le" };
    let unit = |a, b| {
        u32::from(if big {
            u16::from_be_bytes([a, b])
        } else {
            u16::from_le_bytes([a, b])
        })
    };
    let mut out = StrBuilder::with_capacity(bytes.len() / 2);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (end, reason) = match *rest {
            [] => break,
            [_] if !last => break,
            [_] => (bytes.len(), "truncated data"),
            [a, b, ref more @ ..] => match unit(a, b) {
                0xD800..0xDC00 if more.len() < 2 && !last => break,
                first @ 0xD800..0xDC00 => match *more {
                    [a, b, ..] => match unit(a, b) {
                        second @ 0xDC00..0xE000 => {
                            out.push(0x1_0000 + ((first & 0x3FF) << 10 | second & 0x3FF));
                            at += 4;
                            continue;
                        }
                        _ => (at + 2, "illegal UTF-16 surrogate"),
                    },
                    _ => (bytes.len(), "unexpected end of data"),
                },
                0xDC00..0xE000 => (at + 2, "illegal encoding"),
                c => {
                    out.push(c);
                    at += 2;
                    continue;
                }
            },
        };
        at = handler(
            &DecodeError {
                encoding,
                start: at,
                end,
                reason,
            },
            bytes,
            &mut out,
        )?
        .min(bytes.len());
    }
    Ok((out.finish(), at, order))
}

/// Encodes text; without a byte order, a mark comes first, and low bytes are first.
pub fn encode_with<E: From<EncodeError>>(
    text: Str<'_>,
    order: Option<ByteOrder>,
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    let encoding = match order {
        None => "utf-16",
        Some(ByteOrder::Little) => "utf-16-le",
        Some(ByteOrder::Big) => "utf-16-be",
    };
    let put = |unit: u16, out: &mut Vec<u8>| {
        out.extend(if order == Some(ByteOrder::Big) {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    };
    let push = |c: u32, out: &mut Vec<u8>| match c.checked_sub(0x1_0000) {
        None => put(c as u16, out),
        Some(c) => {
            put(0xD800 | (c >> 10 & 0x3FF) as u16, out);
            put(0xDC00 | (c & 0x3FF) as u16, out);
        }
    };
    let mut out = Vec::with_capacity(text.len().saturating_mul(2));
    if order.is_none() {
        put(0xFEFF, &mut out);
    }
    let mut chars = text.iter();
    while let Some(c) = chars.next() {
        if !is_surrogate(c) {
            push(c, &mut out);
            continue;
        }
        let end = text.len() - chars.len();
        let error = EncodeError {
            encoding,
            start: end - 1,
            end,
            reason: "surrogates not allowed",
        };
        let next = recover(error, text, handler, (0x80, 2), push, &mut out)?;
        chars = text.slice(next, usize::MAX).iter();
    }
    Ok(out)
}
