//! ASCII and Latin-1: a byte for each character.

use super::errors::{DecodeError, DecodeHandler, EncodeError, EncodeHandler, recover};
use super::units::{Unit, with_units};
use super::{Str, StrBuf, StrBuilder};

/// Decodes ASCII; each byte from 128 on is an error of its own.
pub fn decode_ascii_with<E>(bytes: &[u8], handler: &mut DecodeHandler<'_, E>) -> Result<StrBuf, E> {
    let mut out = StrBuilder::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let good = rest.iter().position(|byte| !byte.is_ascii());
        out.push_str(Str::Ascii(
            rest.get(..good.unwrap_or(rest.len())).unwrap_or_default(),
        ));
        let Some(good) = good else {
            return Ok(out.finish());
        };
        let start = at + good;
        let reason = "ordinal not in range(128)";
        let error = DecodeError {
            encoding: "ascii",
            start,
            end: start + 1,
            reason,
        };
        at = handler(&error, bytes, &mut out)?;
    }
}

/// Encodes text as ASCII.
pub fn encode_ascii_with<E: From<EncodeError>>(
    text: Str<'_>,
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    encode_with(text, ("ascii", 0x80, "ordinal not in range(128)"), handler)
}

/// Encodes text as Latin-1.
pub fn encode_latin1_with<E: From<EncodeError>>(
    text: Str<'_>,
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    encode_with(
        text,
        ("latin-1", 0x100, "ordinal not in range(256)"),
        handler,
    )
}

/// Encodes text of which characters below a limit are bytes. The error is about all others that stand together.
fn encode_with<E: From<EncodeError>>(
    text: Str<'_>,
    (encoding, limit, reason): (&'static str, u32, &'static str),
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    fn units<T: Unit>(units: &[T], limit: u32, out: &mut Vec<u8>) -> usize {
        let good = units.iter().map(|&c| c.into()).take_while(|&c| c < limit);
        let before = out.len();
        out.extend(good.map(|c| c as u8));
        out.len() - before
    }
    match text {
        Str::Ascii(v) => return Ok(v.to_vec()),
        Str::Latin1(v) if limit > 0xFF => return Ok(v.to_vec()),
        _ => {}
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    loop {
        let rest = text.slice(at, usize::MAX);
        let start = at + with_units!(rest, rest => units(rest, limit, &mut out));
        let bad = text.slice(start, usize::MAX);
        if bad.is_empty() {
            return Ok(out);
        }
        let end = start + bad.iter().take_while(|&c| c >= limit).count();
        let error = EncodeError {
            encoding,
            start,
            end,
            reason,
        };
        at = recover(
            error,
            text,
            handler,
            (limit, 1),
            |c, out| out.push(c as u8),
            &mut out,
        )?;
    }
}
