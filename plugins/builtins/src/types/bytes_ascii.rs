//! Bytes seen as ASCII: case, white space, lines and hexadecimal digits.

use opyc_core::text::split::Part;

/// What ASCII has for white space.
fn space(b: u8) -> bool {
    matches!(b, b' ' | b'\t'..=b'\r')
}

fn all(bytes: &[u8], test: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(test)
}

/// `isalnum`
pub fn is_alnum(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphanumeric)
}

/// `isalpha`
pub fn is_alpha(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphabetic)
}

/// `isdigit`
pub fn is_digit(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_digit)
}

/// `isspace`
pub fn is_space(bytes: &[u8]) -> bool {
    all(bytes, |&b| space(b))
}

/// `islower`
pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// `isupper`
pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// `istitle`
pub fn is_title(bytes: &[u8]) -> bool {
    let (mut cased, mut after_letter) = (false, false);
    for b in bytes {
        if (b.is_ascii_uppercase() && after_letter) || (b.is_ascii_lowercase() && !after_letter) {
            return false;
        }
        after_letter = b.is_ascii_alphabetic();
        cased |= after_letter;
    }
    cased
}

/// `capitalize`
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `swapcase`
pub fn swap_case(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|b| {
            if b.is_ascii_alphabetic() {
                b ^ 0x20
            } else {
                *b
            }
        })
        .collect()
}

/// `title`
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut after_letter = false;
    let one = |b: &u8| {
        let made = if after_letter {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        };
        after_letter = b.is_ascii_alphabetic();
        made
    };
    bytes.iter().map(one).collect()
}

/// `split(None, max)`
pub fn split_space(bytes: &[u8], max: i64) -> Vec<Part> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let next = |from: usize, wanted: bool| {
        bytes
            .iter()
            .skip(from)
            .position(|&b| space(b) == wanted)
            .map_or(bytes.len(), |at| from + at)
    };
    let mut parts = Vec::new();
    let mut from = next(0, false);
    while from < bytes.len() {
        if parts.len() == max {
            parts.push((from, bytes.len()));
            break;
        }
        let to = next(from, true);
        parts.push((from, to));
        from = next(to, false);
    }
    parts
}

/// `rsplit(None, max)`
pub fn rsplit_space(bytes: &[u8], max: i64) -> Vec<Part> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let last = |to: usize, wanted: bool| {
        bytes
            .iter()
            .take(to)
            .rposition(|&b| space(b) == wanted)
            .map_or(0, |at| at + 1)
    };
    let mut parts = Vec::new();
    let mut to = last(bytes.len(), false);
    while to > 0 {
        if parts.len() == max {
            parts.push((0, to));
            break;
        }
        let from = last(to, true);
        parts.push((from, to));
        to = last(from, false);
    }
    parts.reverse();
    parts
}

/// `splitlines(keep_ends)`: lines end with `\n`, `\r` or both.
pub fn split_lines(bytes: &[u8], keep_ends: bool) -> Vec<Part> {
    let (mut lines, mut from) = (Vec::new(), 0);
    while from < bytes.len() {
        let end = bytes
            .iter()
            .skip(from)
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(bytes.len(), |at| from + at);
        let next = match (bytes.get(end), bytes.get(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (Some(_), _) => end + 1,
            (None, _) => end,
        };
        lines.push((from, if keep_ends { next } else { end }));
        from = next;
    }
    lines
}

fn push_hex(b: u8, out: &mut String) {
    for digit in [b >> 4, b & 15] {
        out.push(char::from_digit(digit.into(), 16).unwrap_or('?'));
    }
}

/// `hex()`
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    bytes.iter().for_each(|&b| push_hex(b, &mut out));
    out
}

/// `hex(sep, group)`: groups are counted from the right, or from the left if negative.
pub fn hex_groups(bytes: &[u8], sep: u8, group: i64) -> String {
    let size = usize::try_from(group.unsigned_abs())
        .unwrap_or(usize::MAX)
        .max(1);
    let mut out = String::with_capacity(bytes.len().saturating_mul(3));
    for (i, &b) in bytes.iter().enumerate() {
        let counted = if group > 0 { bytes.len() - i } else { i };
        if i > 0 && counted % size == 0 {
            out.push(char::from(sep));
        }
        push_hex(b, &mut out);
    }
    out
}

/// `fromhex(text)`; the error is the place of what is no digit. White space between bytes is blanks, or `any_space`.
pub fn from_hex(text: &[u32], any_space: bool) -> Result<Vec<u8>, usize> {
    let digit = |at: usize| {
        let c = text.get(at).copied().and_then(char::from_u32);
        c.and_then(|c| c.to_digit(16))
            .and_then(|d| u8::try_from(d).ok())
            .ok_or(at)
    };
    let (mut out, mut at) = (Vec::with_capacity(text.len() / 2), 0);
    while let Some(&c) = text.get(at) {
        let blank = u8::try_from(c).is_ok_and(|b| if any_space { space(b) } else { b == b' ' });
        if blank {
            at += 1;
            continue;
        }
        out.push(digit(at)? << 4 | digit(at + 1)?);
        at += 2;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_counted_from_either_end() {
        assert_eq!(hex_groups(b"\x01\x02\x03", b'-', 2), "01-0203");
        assert_eq!(hex_groups(b"\x01\x02\x03", b'-', -2), "0102-03");
        assert_eq!(hex_groups(b"\x01\x02", b':', 1), "01:02");
    }

    #[test]
    fn words_and_lines() {
        assert_eq!(split_space(b" a b c ", 1), [(1, 2), (3, 7)]);
        assert_eq!(rsplit_space(b" a b c ", 1), [(0, 4), (5, 6)]);
        assert_eq!(
            split_lines(b"a\r\nb\n\nc", false),
            [(0, 1), (3, 4), (5, 5), (6, 7)]
        );
        assert!(is_title(b"Ab Cd") && !is_title(b"AB") && title(b"ab'c") == b"Ab'C");
    }
}
