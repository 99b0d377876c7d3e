//! UTF-32: four bytes for each character.

use super::codec::ByteOrder;
use super::errors::{
    DecodeError, DecodeHandler, EncodeError, EncodeHandler, is_surrogate, recover,
};
use super::utf16::Decoded;
use super::{Str, StrBuilder};

/// Decodes bytes; as [`super::utf16::decode_with`].
pub fn decode_with<E>(
    bytes: &[u8],
    order: Option<ByteOrder>,
    last: bool,
    handler: &mut DecodeHandler<'_, E>,
) -> Result<Decoded, E> {
    let (order, mut at) = match (order, bytes) {
        (None, [0xFF, 0xFE, 0, 0, ..]) => (Some(ByteOrder::Little), 4),
        (None, [0, 0, 0xFE, 0xFF, ..]) => (Some(ByteOrder::Big), 4),
        _ => (order, 0),
    };
    let big = order == Some(ByteOrder::Big);
    let encoding = if big { "utf-32-be" } else { "utf-32-le" };
    let mut out = StrBuilder::with_capacity(bytes.len() / 4);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (end, reason) = match rest.first_chunk() {
            None if rest.is_empty() || !last => break,
            None => (bytes.len(), "truncated data"),
            Some(&unit) => match if big {
                u32::from_be_bytes(unit)
            } else {
                u32::from_le_bytes(unit)
            } {
                0xD800..0xE000 => (
                    at + 4,
                    "code point in surrogate code point range(0xd800, 0xe000)",
                ),
                0x11_0000.. => (at + 4, "code point not in range(0x110000)"),
                c => {
                    out.push(c);
                    at += 4;
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

/// Encodes text; as [`super::utf16::encode_with`].
pub fn encode_with<E: From<EncodeError>>(
    text: Str<'_>,
    order: Option<ByteOrder>,
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    let encoding = match order {
        None => "utf-32",
        Some(ByteOrder::Little) => "utf-32-le",
        Some(ByteOrder::Big) => "utf-32-be",
    };
    let push = |c: u32, out: &mut Vec<u8>| {
        out.extend(if order == Some(ByteOrder::Big) {
            c.to_be_bytes()
        } else {
            c.to_le_bytes()
        });
    };
    let mut out = Vec::with_capacity(text.len().saturating_mul(4));
    if order.is_none() {
        push(0xFEFF, &mut out);
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
        let next = recover(error, text, handler, (0x80, 4), push, &mut out)?;
        chars = text.slice(next, usize::MAX).iter();
    }
    Ok(out)
}
