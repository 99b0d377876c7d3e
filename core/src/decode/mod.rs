//! From raw bytecode to instructions: `EXTENDED_ARG` folded, caches dropped, jumps as instruction indexes, operands typed.
//!
//! An instruction is two bytes, opcode and argument, perhaps with `EXTENDED_ARG` instructions before it that hold the
//! higher bytes of the argument, and since 3.11 with units of inline cache behind it. The [`VersionInfo`] says what
//! the argument means; decoding makes the versions alike, so that later stages ask for an [`Operand`], not for a
//! version. Time is linear in the size of the code.

mod exceptions;

use crate::code::Code;
use crate::version::{ArgKind, CodeLayout, OpInfo, VersionInfo};

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// Opcode number in the code's version.
    pub op: u8,
    /// The whole argument, `EXTENDED_ARG` prefixes folded in; 0 if the opcode takes none.
    pub arg: u32,
    /// What the argument means.
    pub operand: Operand,
    /// Byte offset of the opcode itself, behind any `EXTENDED_ARG` (what `dis` shows).
    pub offset: u32,
}

/// What the argument of an instruction means, checked against the code object's tables by the verifier, not here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// The opcode takes no argument.
    None,
    /// Index into `co_consts`.
    Const(u32),
    /// Index into `co_names`, and the flag bits that the version packs below it
    /// (`LOAD_GLOBAL`, `LOAD_ATTR`: 1 = push NULL or load a method; `LOAD_SUPER_ATTR`: two bits).
    Name(u32, u8),
    /// A slot of `localsplus`.
    Local(u32),
    /// Two slots of `localsplus` packed in one argument (3.13+), in the order of the opcode's name.
    Locals(u8, u8),
    /// A slot of `localsplus` that holds a cell (`LOAD_DEREF` and its like, `MAKE_CELL`, `LOAD_CLOSURE`).
    Cell(u32),
    /// A jump: index of the target in the list of instructions.
    Label(u32),
    /// A comparison: 0 to 5 `< <= == != > >=`, 6 `in`, 7 `not in`, 8 `is`, 9 `is not`, 10 exception match;
    /// and whether the result is to be converted to a bool.
    Compare(u8, bool),
    /// A count, an index into the stack, a set of flags or a selector: what the opcode makes of it.
    Count(u32),
}

/// An entry of the exception table, in instruction indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First instruction covered.
    pub start: u32,
    /// One past the last instruction covered.
    pub end: u32,
    /// First instruction of the handler.
    pub target: u32,
    /// Depth to which the value stack is cut.
    pub depth: u32,
    /// Whether the index of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// A code object's instructions and tables.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The instructions, in order.
    pub instructions: Box<[Instruction]>,
    /// The exception table, sorted, without overlaps (empty before 3.11).
    pub exceptions: Box<[ExceptionEntry]>,
}

/// Code that cannot be decoded: where, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{problem} at offset {offset}")]
pub struct DecodeError {
    /// Byte offset in `co_code`, or in the exception table for [`DecodeProblem::ExceptionTable`].
    pub offset: u32,
    /// What is wrong there.
    pub problem: DecodeProblem,
}

/// Why code cannot be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeProblem {
    /// Opcode and argument come in pairs.
    #[error("half an instruction")]
    OddLength,
    /// The version has no opcode of this number, or none that a file may hold.
    #[error("unknown opcode {0}")]
    UnknownOpcode(u8),
    /// `EXTENDED_ARG` ends the code, or comes more than three times in a row.
    #[error("EXTENDED_ARG without an instruction to extend")]
    ExtendedArg,
    /// The code ends inside an inline cache.
    #[error("inline cache of {0} cut short")]
    Cache(&'static str),
    /// A jump leads out of the code, or into the middle of an instruction.
    #[error("{0} to where no instruction starts")]
    Jump(&'static str),
    /// The argument has no meaning.
    #[error("{0} with argument {1}, which has no meaning")]
    Argument(&'static str, u32),
    /// The exception table is malformed.
    #[error("malformed exception table ({0})")]
    ExceptionTable(&'static str),
}

/// Decodes the instructions and the exception table of `code`. `info` is that of its version
/// ([`crate::version::info`]), or one with another numbering.
pub fn decode(code: &Code, info: &VersionInfo) -> Result<Decoded, DecodeError> {
    let mut decoder = Decoder::new(code, info);
    decoder.instructions()?;
    decoder.resolve_labels()?;
    let exceptions = exceptions::decode(&code.exceptiontable, &decoder.starts)?;
    Ok(Decoded {
        instructions: decoder.instructions.into(),
        exceptions: exceptions.into(),
    })
}

/// Marks a unit of code where no instruction starts.
const NO_START: u32 = u32::MAX;

/// Which instruction starts at each two-byte unit of the code, the first `EXTENDED_ARG` being the start of one.
struct Starts {
    by_unit: Vec<u32>,
    instructions: u32,
}

impl Starts {
    /// The instruction that starts at `unit`.
    fn at(&self, unit: u64) -> Option<u32> {
        let index = self.by_unit.get(usize::try_from(unit).ok()?)?;
        (*index != NO_START).then_some(*index)
    }

    /// As [`Starts::at`]; the end of the code counts as one instruction more.
    fn at_or_end(&self, unit: u64) -> Option<u32> {
        let at_end = usize::try_from(unit) == Ok(self.by_unit.len());
        if at_end {
            Some(self.instructions)
        } else {
            self.at(unit)
        }
    }
}

struct Decoder<'a> {
    code: &'a Code,
    info: &'a VersionInfo,
    instructions: Vec<Instruction>,
    starts: Starts,
    /// Slot of the cell with number 0.
    first_cell: u32,
}

impl<'a> Decoder<'a> {
    fn new(code: &'a Code, info: &'a VersionInfo) -> Decoder<'a> {
        let units = code.code.len() / 2;
        Decoder {
            code,
            info,
            instructions: Vec::with_capacity(units),
            starts: Starts {
                by_unit: vec![NO_START; units],
                instructions: 0,
            },
            first_cell: match info.code_layout {
                CodeLayout::Classic | CodeLayout::PosOnly => code.nlocals,
                CodeLayout::LocalsPlus => 0,
            },
        }
    }

    /// Decodes all instructions. Jumps are left as labels of byte offsets.
    fn instructions(&mut self) -> Result<(), DecodeError> {
        let (pairs, rest) = self.code.code.as_chunks::<2>();
        let mut unit = 0;
        while let Some(&[op, byte]) = pairs.get(unit) {
            let start = unit;
            let (mut op, mut arg) = (op, u32::from(byte));
            while op == self.info.extended_arg {
                unit += 1;
                match pairs.get(unit) {
                    Some(&[next_op, byte]) if unit - start <= 3 => {
                        op = next_op;
                        arg = arg << 8 | u32::from(byte);
                    }
                    _ => return Err(error(unit - 1, DecodeProblem::ExtendedArg)),
                }
            }
            let known = self.info.op(op);
            let known = known.ok_or_else(|| error(unit, DecodeProblem::UnknownOpcode(op)))?;
            let end = unit + 1 + usize::from(known.caches);
            if end > pairs.len() {
                return Err(error(unit, DecodeProblem::Cache(known.name)));
            }
            if matches!(known.arg, ArgKind::None) {
                arg = 0;
            }
            let operand = self
                .operand(known, arg, end)
                .map_err(|problem| error(unit, problem))?;
            if let Some(start) = self.starts.by_unit.get_mut(start) {
                *start = self.starts.instructions;
            }
            self.starts.instructions += 1;
            self.instructions.push(Instruction {
                op,
                arg,
                operand,
                offset: offset(unit),
            });
            unit = end;
        }
        if rest.is_empty() {
            Ok(())
        } else {
            Err(error(unit, DecodeProblem::OddLength))
        }
    }

    /// What `arg` means to `op`; `end` is the unit after the instruction and its caches.
    fn operand(&self, op: &OpInfo, arg: u32, end: usize) -> Result<Operand, DecodeProblem> {
        let no_meaning = DecodeProblem::Argument(op.name, arg);
        let distance = u64::from(arg) * u64::from(self.info.jump_unit);
        let base = u64::from(offset(end));
        let label = |target: Option<u64>| {
            let target = target.and_then(|target| u32::try_from(target).ok());
            target
                .map(Operand::Label)
                .ok_or(DecodeProblem::Jump(op.name))
        };
        Ok(match op.arg {
            ArgKind::None => Operand::None,
            ArgKind::Const => Operand::Const(arg),
            ArgKind::Name { shift } => {
                let (index, flags) = split_bits(arg, shift);
                Operand::Name(index, flags)
            }
            ArgKind::Local => Operand::Local(arg),
            ArgKind::Locals => match u8::try_from(arg) {
                Ok(pair) => Operand::Locals(pair >> 4, pair & 0xf),
                Err(_) => return Err(no_meaning),
            },
            ArgKind::Cell => Operand::Cell(self.first_cell.checked_add(arg).ok_or(no_meaning)?),
            ArgKind::JumpForward => label(base.checked_add(distance))?,
            ArgKind::JumpBackward => label(base.checked_sub(distance))?,
            ArgKind::JumpAbsolute => label(Some(distance))?,
            ArgKind::Compare { shift, to_bool } => {
                let (index, flags) = split_bits(arg, shift);
                match u8::try_from(index) {
                    Ok(index) if usize::from(index) < self.info.cmp_op.len() => {
                        Operand::Compare(index, flags & to_bool != 0)
                    }
                    _ => return Err(no_meaning),
                }
            }
            ArgKind::Count => Operand::Count(arg),
        })
    }

    /// Turns labels from byte offsets into instruction indexes.
    fn resolve_labels(&mut self) -> Result<(), DecodeError> {
        for instruction in &mut self.instructions {
            let Operand::Label(target) = &mut instruction.operand else {
                continue;
            };
            let unit = u64::from(*target / 2);
            *target = match self.starts.at(unit) {
                Some(index) if *target % 2 == 0 => index,
                _ => {
                    let name = self.info.op(instruction.op).map_or("jump", |op| op.name);
                    let problem = DecodeProblem::Jump(name);
                    return Err(DecodeError {
                        offset: instruction.offset,
                        problem,
                    });
                }
            };
        }
        Ok(())
    }
}

/// The bits of `arg` above the lowest `shift`, and those.
fn split_bits(arg: u32, shift: u8) -> (u32, u8) {
    let shift = u32::from(shift.min(7));
    let low = arg & ((1 << shift) - 1);
    (arg >> shift, (low & 0xff) as u8)
}

/// Byte offset of a unit. Code longer than four gigabytes does not fit a file.
fn offset(unit: usize) -> u32 {
    u32::try_from(unit.saturating_mul(2)).unwrap_or(u32::MAX)
}

fn error(unit: usize, problem: DecodeProblem) -> DecodeError {
    DecodeError {
        offset: offset(unit),
        problem,
    }
}

#[cfg(test)]
mod tests;
