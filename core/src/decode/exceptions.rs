//! The exception table of 3.11 and later.
//!
//! An entry is four numbers: start, length and target in units of code, then depth of the value stack × 2, plus 1 if
//! the index of the raising instruction is to be pushed. A number is written in groups of six bits, the most
//! significant first; 0x40 says that another group follows, 0x80 marks the first byte of an entry, so that CPython
//! can search the table by bisection. See `InternalDocs/exception_handling.md` in CPython's source.

use super::{DecodeError, DecodeProblem, ExceptionEntry, Starts};

/// Another group of six bits follows.
const MORE: u8 = 0x40;
/// The first byte of an entry.
const FIRST: u8 = 0x80;

/// The entries of `table`, checked to be sorted, not empty, without overlaps, and on instruction boundaries.
pub(super) fn decode(table: &[u8], starts: &Starts) -> Result<Vec<ExceptionEntry>, DecodeError> {
    let mut entries: Vec<ExceptionEntry> = Vec::new();
    let mut numbers = Numbers { table, offset: 0 };
    while let Some(byte) = table.get(numbers.offset) {
        let at = numbers.offset;
        let error = |what| DecodeError {
            offset: u32::try_from(at).unwrap_or(u32::MAX),
            problem: DecodeProblem::ExceptionTable(what),
        };
        if byte & FIRST == 0 {
            return Err(error("an entry without its mark"));
        }
        let mut next = || numbers.next().ok_or_else(|| error("a number without end"));
        let (start, length, target, depth) = (next()?, next()?, next()?, next()?);
        let end = u64::from(start) + u64::from(length);
        let (Some(start), Some(end), Some(target)) = (
            starts.at(start.into()),
            starts.at_or_end(end),
            starts.at(target.into()),
        ) else {
            return Err(error("a place where no instruction starts"));
        };
        if start >= end {
            return Err(error("an empty range"));
        }
        if entries.last().is_some_and(|last| start < last.end) {
            return Err(error("entries out of order"));
        }
        entries.push(ExceptionEntry {
            start,
            end,
            target,
            depth: depth >> 1,
            lasti: depth & 1 != 0,
        });
    }
    Ok(entries)
}

struct Numbers<'a> {
    table: &'a [u8],
    offset: usize,
}

impl Numbers<'_> {
    /// The next number, if it is whole and fits.
    fn next(&mut self) -> Option<u32> {
        let mut number = 0u32;
        loop {
            let byte = *self.table.get(self.offset)?;
            self.offset += 1;
            if number.leading_zeros() < 6 {
                return None;
            }
            number = number << 6 | u32::from(byte & 0x3f);
            if byte & MORE == 0 {
                return Some(number);
            }
        }
    }
}
