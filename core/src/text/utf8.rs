//! UTF-8, with lone surrogates where an error handler lets them through.

use super::errors::{
    DecodeError, DecodeHandler, EncodeError, EncodeHandler, Errors, is_surrogate, recover,
};
use super::units::{Unit, with_units};
use super::{Str, StrBuf, StrBuilder};

/// Decodes bytes; returns the text and how many bytes it came from. If more are to follow (not `last`), a character
/// cut off at the end is left for then.
pub fn decode_with<E>(
    bytes: &[u8],
    last: bool,
    handler: &mut DecodeHandler<'_, E>,
) -> Result<(StrBuf, usize), E> {
    let mut out = StrBuilder::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let error = match std::str::from_utf8(rest) {
            Ok(text) if at == 0 => return Ok((text.into(), bytes.len())),
            Ok(text) => {
                out.push_utf8(text);
                return Ok((out.finish(), bytes.len()));
            }
            Err(error) => error,
        };
        let (valid, bad) = rest
            .split_at_checked(error.valid_up_to())
            .unwrap_or_default();
        out.push_utf8(std::str::from_utf8(valid).unwrap_or_default());
        let start = at + valid.len();
        let (end, reason) = match error.error_len() {
            None if !last => return Ok((out.finish(), start)),
            // Half a surrogate: the handler may let it pass when the rest is there (so CPython since 3.7).
            Some(_) if !last && matches!(bad, [0xED, 0xA0..=0xBF]) => {
                return Ok((out.finish(), start));
            }
            None => (bytes.len(), "unexpected end of data"),
            Some(len) if matches!(bad, [0xC2..=0xF4, ..]) => {
                (start + len, "invalid continuation byte")
            }
            Some(len) => (start + len, "invalid start byte"),
        };
        at = handler(
            &DecodeError {
                encoding: "utf-8",
                start,
                end,
                reason,
            },
            bytes,
            &mut out,
        )?
        .min(bytes.len());
    }
}

/// Decodes bytes in which surrogates are characters like all others, as in `.pyc` files; `None` if they are bad.
pub fn decode_surrogatepass(bytes: &[u8]) -> Option<StrBuf> {
    decode_with(bytes, true, &mut |error, bytes, out| {
        Errors::SurrogatePass.decode(error, bytes, out)
    })
    .ok()
    .map(|(text, _)| text)
}

/// Appends the encoded form of a character, of a surrogate too.
pub(super) fn push(c: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xC0 | (c >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend([0xE0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xF0 | (c >> 18 & 7) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Encodes text. The error is about all surrogates that stand together.
pub fn encode_with<E: From<EncodeError>>(
    text: Str<'_>,
    handler: &mut EncodeHandler<'_, E>,
) -> Result<Vec<u8>, E> {
    fn units<T: Unit>(units: &[T], out: &mut Vec<u8>) -> Option<usize> {
        for (at, &c) in units.iter().enumerate() {
            let c = c.into();
            if is_surrogate(c) {
                return Some(at);
            }
            push(c, out);
        }
        None
    }
    if let Str::Ascii(v) = text {
        return Ok(v.to_vec());
    }
    let mut out = Vec::with_capacity(text.len().saturating_add(text.len() / 2));
    let mut at = 0;
    loop {
        let rest = text.slice(at, usize::MAX);
        let Some(found) = with_units!(rest, rest => units(rest, &mut out)) else {
            return Ok(out);
        };
        let start = at + found;
        let end = start
            + text
                .slice(start, usize::MAX)
                .iter()
                .take_while(|&c| is_surrogate(c))
                .count();
        let error = EncodeError {
            encoding: "utf-8",
            start,
            end,
            reason: "surrogates not allowed",
        };
        at = recover(error, text, handler, (0x80, 1), push, &mut out)?;
    }
}

/// Encodes text, surrogates like all other characters.
pub fn encode_surrogatepass(text: Str<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    text.iter().for_each(|c| push(c, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_pass_where_they_are_let() {
        let text = StrBuf::from_code_points([0x61, 0xD800, 0xDC00, 0x20AC]);
        let bytes = b"a\xed\xa0\x80\xed\xb0\x80\xe2\x82\xac";
        assert_eq!(decode_surrogatepass(bytes), Some(text.clone()));
        assert_eq!(encode_surrogatepass(text.view()), bytes);
        assert_eq!(decode_surrogatepass(b"\xed\xa0"), None);
        assert_eq!(decode_surrogatepass(b"\xff"), None);
    }

    #[test]
    fn what_is_cut_off_waits_for_more() {
        let decode =
            |bytes: &[u8]| decode_with(bytes, false, &mut |e, b, o| Errors::Strict.decode(e, b, o));
        assert_eq!(decode(b"ab\xe2\x82"), Ok(("ab".into(), 2)));
        assert_eq!(decode(b"a\xed\xa0"), Ok(("a".into(), 1)));
        assert_eq!(decode("a€".as_bytes()), Ok(("a€".into(), 4)));
        assert_eq!(
            decode(b"a\xe2X").map_err(|e| (e.start, e.end, e.reason)),
            Err((1, 2, "invalid continuation byte"))
        );
    }
}
