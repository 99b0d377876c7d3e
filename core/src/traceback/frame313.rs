//! The source of a frame as the `traceback` module of 3.13 and later shows it: all lines of the instruction, with
//! carets.

use std::collections::BTreeSet;

use super::carets::chars_before;
use super::segment::{self, Shape};
use crate::lines::Position;

/// A position in several lines: line and character, both from 0.
type At = (usize, usize);

/// Source and carets, each line indented by four; empty if there is nothing to show. `source` has the lines of the
/// instruction, from its first to its last.
pub(super) fn format(source: &[String], place: &Position) -> String {
    let original: Vec<&str> = source.iter().map(|l| l.trim_end()).collect();
    if original.iter().all(|l| l.is_empty()) {
        return String::new();
    }
    let dedented = dedent(&original);
    let (Some(col), Some(end_col), Some(first), Some(last)) =
        (place.col, place.end_col, original.first(), original.last())
    else {
        let first = original.first().map_or("", |l| l.trim());
        return format!("    {first}\n");
    };
    let lines: Vec<Vec<char>> = dedented.iter().map(|l| l.chars().collect()).collect();
    let gone = first.chars().count() - lines.first().map_or(0, Vec::len);
    let start = chars_before(first, col as usize).saturating_sub(gone);
    let end = chars_before(last, end_col as usize).saturating_sub(gone);
    let view = View { lines, start, end };
    let shown = view.format();
    // Lines that are left out may allow to move the others further to the left.
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    dedent(&shown)
        .iter()
        .map(|l| format!("    {l}\n"))
        .collect()
}

/// The lines without the white space that all of them begin with.
fn dedent(lines: &[&str]) -> Vec<String> {
    let margin = |line: &str| {
        line.chars()
            .take_while(|c| matches!(c, ' ' | '\t'))
            .collect::<String>()
    };
    let filled = || lines.iter().filter(|l| !l.trim().is_empty());
    let mut common: Option<String> = None;
    for line in filled() {
        let m = margin(line);
        common = Some(match common {
            None => m,
            Some(c) => c
                .chars()
                .zip(m.chars())
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a)
                .collect(),
        });
    }
    let common = common.unwrap_or_default();
    lines
        .iter()
        .map(|l| {
            if l.trim().is_empty() {
                String::new()
            } else {
                l.strip_prefix(common.as_str()).unwrap_or(l).to_string()
            }
        })
        .collect()
}

/// What carets mark with `^`; the rest of the instruction is marked with `~`.
#[derive(Clone, Copy)]
struct Anchors {
    left: At,
    right: At,
}

/// The lines of an instruction: it begins at character `start` of the first and ends at character `end` of the last.
struct View {
    lines: Vec<Vec<char>>,
    start: usize,
    end: usize,
}

impl View {
    fn format(&self) -> Vec<String> {
        let anchors = self.anchors();
        let carets = self.shows_carets(anchors.is_some());
        let count = self.lines.len();
        let mut wanted = BTreeSet::from([0, count - 1]);
        for (line, _) in anchors.iter().flat_map(|a| [a.left, a.right]) {
            wanted.extend(line.saturating_sub(1)..(line + 2).min(count));
        }
        let mut out = Vec::new();
        let mut before: Option<usize> = None;
        for line in wanted {
            match before.map_or(0, |b| line - b) {
                // It takes no more room than to say that it is left out.
                2 => self.push(line - 1, anchors, carets, &mut out),
                gap if gap > 2 => out.push(format!("...<{} lines>...", gap - 1)),
                _ => {}
            }
            self.push(line, anchors, carets, &mut out);
            before = Some(line);
        }
        out
    }

    fn push(&self, line: usize, anchors: Option<Anchors>, carets: bool, out: &mut Vec<String>) {
        let Some(chars) = self.lines.get(line) else {
            return;
        };
        out.push(chars.iter().collect());
        if !carets {
            return;
        }
        let indent = chars.iter().take_while(|c| c.is_whitespace()).count();
        let last = line + 1 == self.lines.len();
        let end = if last {
            self.end.min(chars.len())
        } else {
            chars.len()
        };
        let mut below = String::new();
        for (col, c) in chars.iter().enumerate().take(end) {
            let mark = if col < indent || (line == 0 && col < self.start) {
                ' '
            } else {
                match anchors {
                    Some(a) if (line, col) < a.left || (line, col) >= a.right => '~',
                    _ => '^',
                }
            };
            below.push(mark);
            if super::width::is_wide(*c) {
                below.push(mark);
            }
        }
        out.push(below);
    }

    /// The source of the instruction alone.
    fn segment(&self) -> Vec<char> {
        let text = self.lines.join(&'\n');
        let after = self
            .lines
            .last()
            .map_or(0, |l| l.len().saturating_sub(self.end));
        let end = text.len() - after;
        text.get(self.start.min(end)..end).unwrap_or(&[]).to_vec()
    }

    fn anchors(&self) -> Option<Anchors> {
        let segment = self.segment();
        // Positions in the segment as positions in the lines.
        let at = |i: usize| -> At {
            let before = segment.get(..i).unwrap_or(&segment);
            let line = before.iter().filter(|c| **c == '\n').count();
            let col = before.iter().rev().take_while(|c| **c != '\n').count();
            (line, if line == 0 { col + self.start } else { col })
        };
        match segment::shape(&segment)? {
            Shape::Binary { operator, right } => {
                let two = operator + 1 < right
                    && segment
                        .get(operator + 1)
                        .is_some_and(|c| !c.is_whitespace() && !matches!(c, '\\' | '#'));
                let (line, col) = at(operator);
                Some(Anchors {
                    left: (line, col),
                    right: (line, col + if two { 2 } else { 1 }),
                })
            }
            Shape::Subscript { bracket, end } | Shape::Call { bracket, end } => Some(Anchors {
                left: at(bracket),
                right: at(end),
            }),
        }
    }

    /// Whether carets say more than the source alone.
    fn shows_carets(&self, anchors: bool) -> bool {
        let text = self.lines.join(&'\n');
        if let Some(call) = segment::call_statement(&text) {
            let before_last = text.len() - self.lines.last().map_or(0, Vec::len);
            if call.start == self.start && call.end == before_last + self.end {
                return false;
            }
        }
        let blank =
            |chars: Option<&[char]>| chars.is_none_or(|c| c.iter().all(|c| c.is_whitespace()));
        anchors
            || !blank(
                self.lines
                    .first()
                    .and_then(|l| l.get(..self.start.min(l.len()))),
            )
            || !blank(
                self.lines
                    .last()
                    .and_then(|l| l.get(self.end.min(l.len())..)),
            )
    }
}
