//! Verification: what the fast paths rely on is proven for each code object before it runs.
//!
//! Proven are: a slot for every parameter; operands within the code object's tables; every instruction reached with
//! one depth of the value stack, whichever way it is reached; never less than the instruction takes, never beyond
//! the end of the code; handlers of the exception table entered no deeper than the covered code is; and, for 3.6 to
//! 3.10, blocks that are set up and popped in pairs. What a value *is* is not proven: a handler that meets NULL or
//! a wrong kind of value raises.
//!
//! Every instruction is visited once, and joins compare two numbers, so time is linear in the size of the code.
//!
//! # Handlers of the block stack
//!
//! CPython before 3.9 enters a `finally` body with one value on the stack when nothing was raised, with six when
//! something was. Here both have six ([`HANDLER_VALUES`]) and a handler block, so that depths are known. Two
//! things make it less simple, and both are found in what CPython compiles:
//! - A body may be called with the value of a `return` on top of the stack (3.8). It is kept in the slots meanwhile.
//! - The body that ends `except E as e` is, in 3.6 and on some paths in 3.8, entered after `POP_EXCEPT` has taken the
//!   outer handler away; exceptions reach the same body with that handler in place. Such an entry is
//!   *short*: the machine puts a stand-in for the outer handler back until the body ends.

mod blocks;
mod flow;

use crate::code::{Code, Const, flags};
use crate::decode::{Decoded, Operand};
use crate::effect::{BlockEffect, Effect, HandlerKind};
use crate::version::VersionInfo;

#[cfg(doc)]
use crate::effect::HANDLER_VALUES;

/// The greatest depth of the value stack that is accepted.
pub const MAX_DEPTH: u32 = 1 << 20;
/// How many blocks may be nested.
pub const MAX_BLOCKS: u32 = 256;
/// Values that opcodes which call `__exit__` hold above the depths that are proven.
const SCRATCH: u32 = 4;
/// Depth of an instruction that is never reached.
pub const UNREACHED: u32 = u32::MAX;

/// What was proven of a code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Depth of the value stack on entry of each instruction, [`UNREACHED`] if it never runs.
    pub depths: Box<[u32]>,
    /// Room that the value stack needs.
    pub max_depth: u32,
    /// Instructions that load `None` to enter the `finally` body behind them (3.6 and 3.7), sorted; they are linked as
    /// `BEGIN_FINALLY`.
    pub finally_entries: Box<[u32]>,
}

/// Code that is refused: where, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{function}, offset {offset}: {problem}")]
pub struct VerifyError {
    /// Qualified name of the function, class or module.
    pub function: String,
    /// Byte offset of the instruction.
    pub offset: u32,
    /// What is wrong there.
    pub problem: VerifyProblem,
}

/// Why code is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyProblem {
    /// No linked crate registers the opcode.
    #[error("no crate that is linked in provides opcode {0}")]
    NoHandler(&'static str),
    /// The operand is outside the code object's table.
    #[error("{table} has no index {index}")]
    OutOfRange {
        /// The code object's table.
        table: &'static str,
        /// The operand.
        index: u32,
    },
    /// The instruction takes more values than there are.
    #[error("takes {takes} values of a stack of {depth}")]
    Underflow {
        /// Values that the instruction takes.
        takes: u32,
        /// Values on the stack.
        depth: u32,
    },
    /// The stack grows beyond [`MAX_DEPTH`].
    #[error("needs a stack deeper than {MAX_DEPTH}")]
    TooDeep,
    /// Two ways to an instruction have different depths.
    #[error("reached with a stack of {first} and with one of {second}")]
    Depths {
        /// The depth found first.
        first: u32,
        /// The other.
        second: u32,
    },
    /// Two ways to an instruction have different blocks.
    #[error("reached inside different blocks")]
    Blocks,
    /// The code ends without leaving.
    #[error("the code ends without returning")]
    End,
    /// The operand is no jump target where one is needed.
    #[error("an opcode that jumps has no target")]
    NoTarget,
    /// An exception handler wants more values than the code it covers has.
    #[error("its exception handler keeps {wanted} values of a stack of {depth}")]
    HandlerDepth {
        /// Depth of the handler's entry in the exception table.
        wanted: u32,
        /// Depth of the covered instruction.
        depth: u32,
    },
    /// Blocks are nested too deeply.
    #[error("more than {MAX_BLOCKS} nested blocks")]
    TooManyBlocks,
    /// The instruction needs another innermost block, or a stack that fits it.
    #[error("not inside {0}")]
    NotInside(&'static str),
    /// A `finally` body entered in a way that does not fit it.
    #[error("enters a finally body with a stack that does not fit it")]
    FinallyEntry,
    /// There is no slot for every parameter, or more parameters are positional-only than positional.
    #[error("the parameters do not fit the list of variables")]
    Parameters,
    /// Code that only a generator can be entered by.
    #[error("the code starts as a generator, but is none")]
    NoGenerator,
}

/// Proves a code object, or says why it is refused. `effects` is what the dispatch table knows of an opcode number.
pub fn verify(
    code: &Code,
    decoded: &Decoded,
    effects: impl Fn(u8) -> Option<&'static Effect>,
    info: &VersionInfo,
) -> Result<Verified, VerifyError> {
    let error = |(index, problem): (u32, VerifyProblem)| VerifyError {
        function: code.qualname.view().to_string_lossy().into_owned(),
        offset: decoded
            .instructions
            .get(index as usize)
            .map_or(0, |i| i.offset),
        problem,
    };
    parameters(code).map_err(error)?;
    operands(code, decoded).map_err(error)?;
    let finally_entries = finally_entries(code, decoded, &effects);
    let entry = entry_depth(code, decoded, info).map_err(error)?;
    let mut flow = flow::Analysis::new(decoded, info, &effects, &finally_entries);
    flow.run(entry).map_err(error)?;
    let scratch = if flow.has_handlers() { SCRATCH } else { 0 };
    let (depths, max_depth) = flow.finish();
    Ok(Verified {
        depths,
        max_depth: max_depth + scratch,
        finally_entries: finally_entries.into(),
    })
}

/// Checks that every parameter has its slot: calls put arguments there.
fn parameters(code: &Code) -> Result<(), (u32, VerifyProblem)> {
    let has = |flag| (code.flags & flag != 0) as u64;
    let parameters = u64::from(code.argcount)
        + u64::from(code.kwonlyargcount)
        + has(flags::VARARGS)
        + has(flags::VARKEYWORDS);
    if code.posonlyargcount > code.argcount || parameters > code.localsplus.len() as u64 {
        return Err((0, VerifyProblem::Parameters));
    }
    Ok(())
}

/// Checks that operands are within the code object's tables.
fn operands(code: &Code, decoded: &Decoded) -> Result<(), (u32, VerifyProblem)> {
    let slots = code.localsplus.len();
    for (at, instruction) in (0..).zip(&decoded.instructions) {
        let (table, index, len) = match instruction.operand {
            Operand::Const(i) => ("co_consts", i, code.consts.len()),
            Operand::Name(i, _) => ("co_names", i, code.names.len()),
            Operand::Local(i) | Operand::Cell(i) => ("the list of variables", i, slots),
            Operand::Locals(a, b) => ("the list of variables", a.max(b).into(), slots),
            Operand::Label(i) => ("the list of instructions", i, decoded.instructions.len()),
            Operand::None | Operand::Compare(..) | Operand::Count(_) => continue,
        };
        if index as usize >= len {
            return Err((at, VerifyProblem::OutOfRange { table, index }));
        }
    }
    Ok(())
}

/// Depth of the stack at the first instruction: CPython 3.10 starts a generator by sending it `None`, which its first
/// instruction pops.
fn entry_depth(
    code: &Code,
    decoded: &Decoded,
    info: &VersionInfo,
) -> Result<u32, (u32, VerifyProblem)> {
    let first = decoded.instructions.first().and_then(|i| info.op(i.op));
    if first.is_none_or(|op| op.name != "GEN_START") {
        return Ok(0);
    }
    if code.flags & flags::ANY_GENERATOR == 0 {
        return Err((0, VerifyProblem::NoGenerator));
    }
    Ok(1)
}

/// The instructions that load `None` just before a `finally` body whose block says that it is entered so.
fn finally_entries(
    code: &Code,
    decoded: &Decoded,
    effects: impl Fn(u8) -> Option<&'static Effect>,
) -> Vec<u32> {
    let mut entries: Vec<u32> = Vec::new();
    for instruction in &decoded.instructions {
        let block = effects(instruction.op).map(|effect| effect.block);
        let Some(BlockEffect::Setup {
            handler: HandlerKind::FinallyAfterNone,
            ..
        }) = block
        else {
            continue;
        };
        let Operand::Label(body) = instruction.operand else {
            continue;
        };
        let Some(before) = body.checked_sub(1) else {
            continue;
        };
        if let Some(Operand::Const(i)) =
            decoded.instructions.get(before as usize).map(|i| i.operand)
            && let Some(Const::None) = code.consts.get(i as usize)
        {
            entries.push(before);
        }
    }
    entries.sort_unstable();
    entries.dedup();
    entries
}

#[cfg(test)]
mod tests;
