//! Source lines and columns of instructions.
//!
//! Three formats, see [`LineFormat`]:
//! - 3.6 to 3.9, `co_lnotab`: pairs of a step in bytes (u8) and a step in lines (i8); a pair's line step comes into
//!   force after its byte step. Described in `Objects/lnotab_notes.txt` of CPython's source.
//! - 3.10, PEP 626: pairs of a length in bytes (u8) and a line step (i8), which comes into force before; a step of
//!   -128 says that these bytes belong to no line.
//! - 3.11 and later, PEP 657: entries of various kinds, which tell columns too. Described in
//!   `InternalDocs/code_objects.md`. Numbers are in groups of six bits, the least significant first.
//!
//! A table tells nothing that execution relies on, so that a malformed one is no error: what cannot be understood
//! has no line.

use crate::code::Code;
use crate::version::{LineFormat, info};

/// A stretch of code that belongs to one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineRange {
    /// Byte offset of its start.
    pub start: u32,
    /// Byte offset of its end.
    pub end: u32,
    /// The line; `None` if the code belongs to none (cleanup that the compiler added).
    pub line: Option<u32>,
}

/// A place in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// First line.
    pub line: Option<u32>,
    /// Last line.
    pub end_line: Option<u32>,
    /// First column, in bytes of UTF-8.
    pub col: Option<u32>,
    /// One past the last column, in bytes of UTF-8.
    pub end_col: Option<u32>,
}

/// A stretch of code that belongs to one place in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PositionRange {
    /// Byte offset of its start.
    pub start: u32,
    /// Byte offset of its end.
    pub end: u32,
    /// The place.
    pub position: Position,
}

/// The line of the instruction at a byte offset. `None` if it belongs to none, or the offset is outside the code.
pub fn line_of(code: &Code, offset: u32) -> Option<u32> {
    LineTable::new(code)
        .find(|range| range.start <= offset && offset < range.end)?
        .line
}

/// The place in the source of the instruction at a byte offset; nothing is known before 3.11.
pub fn position_of(code: &Code, offset: u32) -> Position {
    positions(code)
        .find(|range| range.start <= offset && offset < range.end)
        .map_or(Position::default(), |range| range.position)
}

/// The places in the source that the code belongs to, in order of the code. Empty before 3.11.
pub fn positions(code: &Code) -> impl Iterator<Item = PositionRange> {
    let has_columns = info(code.version).line_format == LineFormat::Locations;
    has_columns
        .then(|| Locations::new(code))
        .into_iter()
        .flatten()
}

/// The lines of a code object, in order of its code: each range has another line than the one before.
pub struct LineTable<'a> {
    steps: Steps<'a>,
    /// Read, but not yet known to be the last of its line.
    pending: Option<LineRange>,
}

/// The entries of a table in its own format.
enum Steps<'a> {
    Lnotab(Lnotab<'a>),
    Linetable(Linetable<'a>),
    Locations(Locations<'a>),
}

impl<'a> LineTable<'a> {
    /// The lines of `code`.
    pub fn new(code: &'a Code) -> LineTable<'a> {
        let steps = match info(code.version).line_format {
            LineFormat::Lnotab => Steps::Lnotab(Lnotab::new(code)),
            LineFormat::Linetable => Steps::Linetable(Linetable::new(code)),
            LineFormat::Locations => Steps::Locations(Locations::new(code)),
        };
        LineTable {
            steps,
            pending: None,
        }
    }

    fn step(&mut self) -> Option<LineRange> {
        match &mut self.steps {
            Steps::Lnotab(table) => table.next(),
            Steps::Linetable(table) => table.next(),
            Steps::Locations(table) => table.next().map(|range| LineRange {
                start: range.start,
                end: range.end,
                line: range.position.line,
            }),
        }
    }
}

impl Iterator for LineTable<'_> {
    type Item = LineRange;

    fn next(&mut self) -> Option<LineRange> {
        while let Some(step) = self.step() {
            match &mut self.pending {
                _ if step.start == step.end => {}
                Some(pending) if pending.line == step.line => pending.end = step.end,
                pending => {
                    if let Some(range) = pending.replace(step) {
                        return Some(range);
                    }
                }
            }
        }
        self.pending.take()
    }
}

/// Where a walk through a table stands.
struct Walk {
    offset: u32,
    end_of_code: u32,
    line: i64,
}

impl Walk {
    fn new(code: &Code) -> Walk {
        Walk {
            offset: 0,
            end_of_code: u32::try_from(code.code.len()).unwrap_or(u32::MAX),
            line: i64::from(code.firstlineno),
        }
    }

    /// Goes on by `len` bytes, but not beyond the code; the offsets before and after.
    fn advance(&mut self, len: u32) -> (u32, u32) {
        let start = self.offset;
        self.offset = start.saturating_add(len).min(self.end_of_code);
        (start, self.offset)
    }

    fn add_lines(&mut self, lines: i64) {
        self.line = self.line.saturating_add(lines);
    }

    /// The line, unless a malformed table made it impossible.
    fn line(&self) -> Option<u32> {
        u32::try_from(self.line).ok()
    }
}

/// A signed step in lines.
fn line_step(byte: u8) -> i64 {
    i64::from(byte.cast_signed())
}

struct Lnotab<'a> {
    walk: Walk,
    pairs: std::slice::ChunksExact<'a, u8>,
}

impl<'a> Lnotab<'a> {
    fn new(code: &'a Code) -> Lnotab<'a> {
        Lnotab {
            walk: Walk::new(code),
            pairs: code.linetable.chunks_exact(2),
        }
    }
}

impl Iterator for Lnotab<'_> {
    type Item = LineRange;

    fn next(&mut self) -> Option<LineRange> {
        // The code behind the last pair belongs to the last line.
        let (len, lines) = match self.pairs.next() {
            Some(&[len, lines]) => (u32::from(len), line_step(lines)),
            _ if self.walk.offset < self.walk.end_of_code => (u32::MAX, 0),
            _ => return None,
        };
        let line = self.walk.line();
        let (start, end) = self.walk.advance(len);
        self.walk.add_lines(lines);
        Some(LineRange { start, end, line })
    }
}

struct Linetable<'a> {
    walk: Walk,
    pairs: std::slice::ChunksExact<'a, u8>,
}

impl<'a> Linetable<'a> {
    /// The line step that means "no line".
    const NO_LINE: i64 = -128;

    fn new(code: &'a Code) -> Linetable<'a> {
        Linetable {
            walk: Walk::new(code),
            pairs: code.linetable.chunks_exact(2),
        }
    }
}

impl Iterator for Linetable<'_> {
    type Item = LineRange;

    fn next(&mut self) -> Option<LineRange> {
        let &[len, lines] = self.pairs.next()? else {
            return None;
        };
        let lines = line_step(lines);
        let line = if lines == Self::NO_LINE {
            None
        } else {
            self.walk.add_lines(lines);
            self.walk.line()
        };
        let (start, end) = self.walk.advance(u32::from(len));
        Some(LineRange { start, end, line })
    }
}

struct Locations<'a> {
    walk: Walk,
    table: &'a [u8],
}

impl<'a> Locations<'a> {
    fn new(code: &'a Code) -> Locations<'a> {
        Locations {
            walk: Walk::new(code),
            table: &code.linetable,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.table.split_first()?;
        self.table = rest;
        Some(*byte)
    }

    /// An unsigned number. Bits that no sensible number has are dropped.
    fn varint(&mut self) -> Option<u32> {
        let mut number = 0u32;
        let mut shift = 0u32;
        loop {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x3f).checked_shl(shift).unwrap_or(0);
            shift = shift.saturating_add(6);
            if byte & 0x40 == 0 {
                return Some(number);
            }
        }
    }

    /// A signed number: the lowest bit is the sign.
    fn svarint(&mut self) -> Option<i64> {
        let number = self.varint()?;
        let magnitude = i64::from(number >> 1);
        Some(if number & 1 == 0 {
            magnitude
        } else {
            -magnitude
        })
    }

    /// The place that an entry of kind `code` tells.
    fn position(&mut self, code: u8) -> Option<Position> {
        let (mut end_line_step, mut col, mut end_col) = (0, None, None);
        match code {
            // Short: same line, columns in four or seven bits.
            0..=9 => {
                let byte = self.byte()?;
                let start = u32::from(code) << 3 | u32::from(byte >> 4);
                col = Some(start);
                end_col = Some(start + u32::from(byte & 0xf));
            }
            // One line, a little further down.
            10..=12 => {
                self.walk.add_lines(i64::from(code - 10));
                col = Some(u32::from(self.byte()?));
                end_col = Some(u32::from(self.byte()?));
            }
            // No columns.
            13 => {
                let lines = self.svarint()?;
                self.walk.add_lines(lines);
            }
            // Long; a column of 0 means that there is none.
            14 => {
                let lines = self.svarint()?;
                self.walk.add_lines(lines);
                end_line_step = i64::from(self.varint()?);
                col = self.varint()?.checked_sub(1);
                end_col = self.varint()?.checked_sub(1);
            }
            // No place at all.
            _ => return Some(Position::default()),
        }
        let end_line = self.walk.line.saturating_add(end_line_step);
        Some(Position {
            line: self.walk.line(),
            end_line: u32::try_from(end_line).ok(),
            col,
            end_col,
        })
    }
}

impl Iterator for Locations<'_> {
    type Item = PositionRange;

    fn next(&mut self) -> Option<PositionRange> {
        let first = self.byte()?;
        let position = self.position(first >> 3 & 0xf)?;
        let (start, end) = self.walk.advance(2 * (u32::from(first & 7) + 1));
        Some(PositionRange {
            start,
            end,
            position,
        })
    }
}

#[cfg(test)]
mod tests;
