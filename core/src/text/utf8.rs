//! UTF-8 as CPython writes it with the error handler `surrogatepass`: lone surrogates are encoded like any code point.

use super::StrBuf;

/// Decodes UTF-8 that may hold surrogates, into the narrowest [`StrBuf`]. `None` if `bytes` is no such text.
pub fn decode_surrogatepass(bytes: &[u8]) -> Option<StrBuf> {
    if bytes.is_ascii() {
        return Some(StrBuf::Ascii(bytes.to_vec()));
    }
    let mut points = Vec::with_capacity(bytes.len() / 2);
    let mut rest = bytes;
    let mut widest = 0;
    while let Some((point, after)) = split_first_point(rest) {
        widest = widest.max(point);
        points.push(point);
        rest = after;
    }
    // The casts lose nothing: no point is above the widest.
    let narrowest = match widest {
        0..=0x7f => StrBuf::Ascii(points.iter().map(|p| *p as u8).collect()),
        0x80..=0xff => StrBuf::Latin1(points.iter().map(|p| *p as u8).collect()),
        0x100..=0xffff => StrBuf::Ucs2(points.iter().map(|p| *p as u16).collect()),
        _ => StrBuf::Ucs4(points),
    };
    rest.is_empty().then_some(narrowest)
}

/// The first code point and what follows it. `None` at the end, and before a malformed sequence.
fn split_first_point(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    // Bits of the first byte, number of bytes that follow, least code point that needs so many.
    let (high, following, least) = match first {
        0x00..=0x7f => return Some((u32::from(*first), rest)),
        0xc0..=0xdf => (first & 0x1f, 1, 0x80),
        0xe0..=0xef => (first & 0x0f, 2, 0x800),
        0xf0..=0xf7 => (first & 0x07, 3, 0x1_0000),
        _ => return None,
    };
    let (tail, rest) = rest.split_at_checked(following)?;
    let mut point = u32::from(high);
    for byte in tail {
        if byte & 0xc0 != 0x80 {
            return None;
        }
        point = point << 6 | u32::from(byte & 0x3f);
    }
    (least..=0x10_ffff)
        .contains(&point)
        .then_some((point, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowest_width() {
        assert_eq!(
            decode_surrogatepass(b"ab"),
            Some(StrBuf::Ascii(b"ab".to_vec()))
        );
        assert_eq!(
            decode_surrogatepass("aé".as_bytes()),
            Some(StrBuf::Latin1(vec![0x61, 0xe9]))
        );
        assert_eq!(
            decode_surrogatepass("a€".as_bytes()),
            Some(StrBuf::Ucs2(vec![0x61, 0x20ac]))
        );
        assert_eq!(
            decode_surrogatepass("€🐍".as_bytes()),
            Some(StrBuf::Ucs4(vec![0x20ac, 0x1f40d]))
        );
    }

    #[test]
    fn surrogates_stay_alone() {
        assert_eq!(
            decode_surrogatepass(b"\xed\xa0\xbd\xed\xb8\x80"),
            Some(StrBuf::Ucs2(vec![0xd83d, 0xde00]))
        );
    }

    #[test]
    fn every_character_as_rust_encodes_it() {
        for c in [
            '\0',
            '\u{7f}',
            '\u{80}',
            '\u{7ff}',
            '\u{800}',
            '\u{ffff}',
            '\u{10000}',
            '\u{10ffff}',
        ] {
            let mut buffer = [0; 4];
            let (point, rest) = split_first_point(c.encode_utf8(&mut buffer).as_bytes()).unwrap();
            assert_eq!((point, rest), (u32::from(c), &[][..]));
        }
    }

    #[test]
    fn malformed() {
        for bytes in [
            &b"\x80"[..],
            b"\xc3",
            b"\xc0\x80",
            b"\xe0\x80\x80",
            b"\xe2\x82",
            b"\xe2\x82a",
            b"\xf4\x90\x80\x80",
            b"\xf0\x80\x80\x80",
            b"\xff",
            b"ok\xc3\xa9\xff",
        ] {
            assert_eq!(decode_surrogatepass(bytes), None, "{bytes:?}");
        }
    }
}
