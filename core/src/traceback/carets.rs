//! The line of carets below a frame's source (3.11 and later).

use super::segment::{self, Shape};
use super::width::is_wide;
use crate::lines::Position;

/// Part of a source line, in characters.
#[derive(Clone, Copy)]
struct Anchors {
    left: usize,
    right: usize,
}

/// Number of characters in the first `bytes` bytes of a line; a cut character counts.
pub(super) fn chars_before(line: &str, bytes: usize) -> usize {
    line.char_indices().take_while(|(i, _)| *i < bytes).count() + usize::from(bytes > line.len())
}

/// The carets that the C code of 3.11 and 3.12 prints below a source line, with its indentation of four; `None` if it
/// prints none.
pub(super) fn below(line: &str, place: &Position) -> Option<String> {
    let (start_line, end_line) = (place.line?, place.end_line?);
    let start = chars_before(line, place.col? as usize);
    let mut end = chars_before(line, place.end_col? as usize);
    let chars: Vec<char> = line.chars().collect();
    let blank = |c: &char| matches!(c, ' ' | '\t' | '\x0c');
    let mut anchors = None;
    if start_line == end_line {
        let segment =
            chars.get(start.min(chars.len())..end.clamp(start.min(chars.len()), chars.len()))?;
        anchors = in_segment(segment).map(|a| Anchors {
            left: a.left + start,
            right: a.right + start,
        });
    } else {
        // The rest of the first line. CPython counts characters but looks at bytes.
        let bytes = line.as_bytes();
        let last = (0..chars.len())
            .rev()
            .find(|i| bytes.get(*i).is_some_and(|b| !b" \t\x0c".contains(b)));
        end = last.map_or(0, |i| i + 1);
    }
    let indent = chars.iter().take_while(|c| blank(c)).count();
    if anchors.is_none() && end.checked_sub(start) == Some(chars.len() - indent) {
        return None;
    }
    let mut out = "    ".to_string();
    for at in indent..end {
        let mark = match anchors {
            _ if at < start => ' ',
            Some(a) if !(a.left..a.right).contains(&at) => '~',
            _ => '^',
        };
        out.push(mark);
        if chars.get(at).copied().is_some_and(is_wide) {
            out.push(mark);
        }
    }
    out.push('\n');
    Some(out)
}

/// The operator or subscript that the carets mark in a segment of one line.
fn in_segment(segment: &[char]) -> Option<Anchors> {
    match segment::shape(segment)? {
        Shape::Binary { operator, right } => {
            let two = operator + 1 < right
                && segment
                    .get(operator + 1)
                    .is_some_and(|c| !c.is_whitespace());
            Some(Anchors {
                left: operator,
                right: operator + if two { 2 } else { 1 },
            })
        }
        Shape::Subscript { bracket, end } => Some(Anchors {
            left: bracket,
            right: end,
        }),
        Shape::Call { .. } => None,
    }
}
