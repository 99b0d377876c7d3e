//! Disassembly: what CPython's `dis` module shows of a code object, without running anything.
//!
//! [`Disassembler::write`] prints the text that `dis.dis` of the code's own version prints, nested code objects
//! included (3.6, whose `dis` leaves them out, gets them as in 3.7), with one difference: code objects are shown
//! without their address, so that two listings can be compared. [`Disassembler::listing`] gives the same facts as
//! data.
//!
//! ```
//! use opyc::{Code, dis::{Disassembler, Layout}};
//!
//! let bytes = std::fs::read("examples/hello.pyc")?;
//! let code = Code::from_pyc(&bytes, "examples/hello.pyc")?;
//! let mut text = Vec::new();
//! Disassembler::new(code.version).write(&code, Layout::default(), &mut text)?;
//! assert!(String::from_utf8(text)?.contains("LOAD_CONST               0 ('Hello, world!')"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Bytecode that the verifier refuses is listed too, as far as it goes: an opcode that the version does not have is
//! shown as `<number>`, and an argument that is out of range says so.

mod constants;
mod meaning;
mod text;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use opyc_core::code::Code;
use opyc_core::lines::LineTable;
use opyc_core::version::{ArgKind, OpInfo, Version, VersionInfo, info};

pub use constants::Constants;
pub use text::{Layout, Style, code_name};

/// The first opcode number with an argument, in the versions that tell the two kinds apart by number.
const HAVE_ARGUMENT: u8 = 90;

/// Disassembles code of one version.
pub struct Disassembler {
    info: Cow<'static, VersionInfo>,
    constants: Constants,
}

/// One instruction as it lies in the bytecode. `EXTENDED_ARG` is an instruction of its own, as `dis` shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Byte offset in `co_code`.
    pub offset: u32,
    /// Opcode number in the code's version.
    pub opcode: u8,
    /// Name of the opcode, `<number>` if the version has none of that number.
    pub opname: Cow<'static, str>,
    /// The argument, with the bytes of `EXTENDED_ARG` before it; `None` if the opcode takes none.
    pub arg: Option<u32>,
    /// What the argument means, as `dis` shows it in parentheses; may be empty.
    pub meaning: String,
    /// Byte offset that the instruction may jump to.
    pub target: Option<i64>,
    /// The source line that it belongs to, if any.
    pub line: Option<u32>,
    /// Whether `dis` shows the line: the instruction is the first of it.
    pub starts_line: bool,
    /// Number of its label, counted from 1 in order of offset, if another instruction jumps to it or the exception
    /// table names it.
    pub label: Option<usize>,
    /// Whether `dis` marks it as the target of a jump or of an exception (`>>`).
    pub is_target: bool,
}

/// An entry of the exception table (3.11 and later). Places are byte offsets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Protected {
    /// First instruction covered.
    pub start: u32,
    /// One past the last byte covered.
    pub end: u32,
    /// The handler.
    pub target: u32,
    /// Depth to which the value stack is cut.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// The instructions and the exception table of one code object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// The instructions, in order of offset.
    pub instructions: Vec<Instruction>,
    /// The exception table.
    pub exceptions: Vec<Protected>,
    /// The numbers of labels by offset.
    pub labels: BTreeMap<i64, usize>,
}

impl Listing {
    /// The name of the label at an offset, which the exception table or a jump names.
    fn label(&self, offset: u32) -> String {
        format!("L{}", self.labels.get(&offset.into()).unwrap_or(&0))
    }
}

impl Disassembler {
    /// Disassembles code of `version`, with CPython's own numbering of the opcodes.
    pub fn new(version: Version) -> Disassembler {
        Disassembler {
            info: Cow::Borrowed(info(version)),
            constants: Constants::new(version),
        }
    }

    /// Disassembles code with another numbering: see [`VersionInfo::renumbered`].
    pub fn with_numbering(numbering: VersionInfo) -> Disassembler {
        Disassembler {
            constants: Constants::new(numbering.version),
            info: Cow::Owned(numbering),
        }
    }

    /// The instructions and the exception table of `code`, without those of the code objects inside it.
    pub fn listing(&self, code: &Code) -> Listing {
        let mut instructions = self.walk(code);
        let exceptions = exception_table(&code.exceptiontable);
        let jumps = instructions.iter().filter_map(|i| i.target);
        let mut labels: BTreeSet<i64> = jumps.collect();
        let mut targets = labels.clone();
        for e in &exceptions {
            labels.extend([e.start, e.end, e.target].map(i64::from));
            targets.insert(e.target.into());
        }
        let numbers: BTreeMap<i64, usize> = labels.into_iter().zip(1..).collect();
        let starts = line_starts(code);
        let mut lines = LineTable::new(code).peekable();
        for i in &mut instructions {
            let place = i64::from(i.offset);
            i.label = numbers.get(&place).copied();
            i.is_target = targets.contains(&place);
            i.starts_line = starts.contains(&i.offset);
            while lines.next_if(|range| range.end <= i.offset).is_some() {}
            let range = lines.peek().filter(|range| range.start <= i.offset);
            i.line = range.and_then(|range| range.line);
            if let Some(arg) = i.arg {
                i.meaning = self.meaning(code, i, arg, &numbers);
            }
        }
        Listing {
            instructions,
            exceptions,
            labels: numbers,
        }
    }

    /// The instructions with names, arguments and targets only.
    fn walk(&self, code: &Code) -> Vec<Instruction> {
        let mut instructions = Vec::with_capacity(code.code.len() / 2);
        let mut extended = 0;
        let mut rest = code.code.chunks_exact(2).zip((0..).step_by(2));
        while let Some((unit, offset)) = rest.next() {
            let &[opcode, byte] = unit else { break };
            let known = self.info.op(opcode);
            let caches = known.map_or(0, |op| op.caches);
            let arg = self
                .takes_argument(opcode, known)
                .then_some(extended | u32::from(byte));
            extended = match arg {
                Some(arg) if opcode == self.info.extended_arg => arg << 8,
                _ => 0,
            };
            instructions.push(Instruction {
                offset,
                opcode,
                opname: self.name(opcode, known),
                arg,
                meaning: String::new(),
                target: known.and_then(|op| self.target(op, offset, arg?)),
                line: None,
                starts_line: false,
                label: None,
                is_target: false,
            });
            for _ in 0..caches {
                rest.next();
            }
        }
        instructions
    }

    fn name(&self, opcode: u8, known: Option<&OpInfo>) -> Cow<'static, str> {
        match known {
            Some(op) => op.name.into(),
            // Fills inline caches; no file should hold it elsewhere.
            None if opcode == 0 && self.info.version >= Version::V3_11 => "CACHE".into(),
            None => format!("<{opcode}>").into(),
        }
    }

    fn takes_argument(&self, opcode: u8, known: Option<&OpInfo>) -> bool {
        match known {
            Some(op) => op.arg != ArgKind::None,
            None => self.info.version <= Version::V3_11 && opcode >= HAVE_ARGUMENT,
        }
    }

    /// Where an instruction may jump to; outside of the code if the code is malformed.
    fn target(&self, op: &OpInfo, offset: u32, arg: u32) -> Option<i64> {
        let distance = i64::from(arg) * i64::from(self.info.jump_unit);
        let next = i64::from(offset) + 2 * (1 + i64::from(op.caches));
        match op.arg {
            ArgKind::JumpForward => Some(next + distance),
            ArgKind::JumpBackward => Some(next - distance),
            ArgKind::JumpAbsolute => Some(distance),
            // Jumps nowhere, but its argument tells where the loop's `SEND` is.
            ArgKind::Count if op.name == "END_ASYNC_FOR" => Some(next - distance),
            _ => None,
        }
    }
}

/// Offsets of the instructions that begin a line.
fn line_starts(code: &Code) -> BTreeSet<u32> {
    let shows_none = code.version >= Version::V3_13;
    let mut last = None;
    let mut starts = BTreeSet::new();
    for range in LineTable::new(code) {
        if shows_none || range.line.is_some() && range.line != last {
            starts.insert(range.start);
            last = range.line;
        }
    }
    starts
}

/// The entries of an exception table; what is cut short at its end is left out, as `dis` does.
fn exception_table(table: &[u8]) -> Vec<Protected> {
    let mut bytes = table.iter();
    let mut number = || {
        let mut n = 0u32;
        loop {
            let byte = *bytes.next()?;
            n = n << 6 | u32::from(byte & 0x3f);
            if byte & 0x40 == 0 {
                return Some(n);
            }
        }
    };
    let mut entry = || {
        let (start, length, target, depth) = (number()?, number()?, number()?, number()?);
        let start = start.wrapping_mul(2);
        Some(Protected {
            start,
            end: start.wrapping_add(length.wrapping_mul(2)),
            target: target.wrapping_mul(2),
            depth: depth >> 1,
            lasti: depth & 1 != 0,
        })
    };
    std::iter::from_fn(&mut entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_table_that_is_cut_short() {
        // Start 1, length 66 in two groups, target 3, depth 1 with lasti; then half an entry.
        let table = [0x81, 0x41, 0x02, 0x03, 0x03, 0x84, 0x01];
        assert_eq!(
            exception_table(&table),
            [Protected {
                start: 2,
                end: 2 + 132,
                target: 6,
                depth: 1,
                lasti: true
            }]
        );
    }
}
