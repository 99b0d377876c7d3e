//! What an opcode does to the value stack and to the block stack: the part of its definition that the verifier reads.

use crate::decode::Instruction;

/// What an opcode does to the value stack and the block stack, for one instruction.
///
/// The verifier proves stack depths with it; nothing is ever checked against it at run time.
#[derive(Clone, Copy)]
pub struct Effect {
    /// Values popped and pushed when the next instruction follows.
    pub next: fn(&Instruction) -> (u32, u32),
    /// Whether the next instruction never follows; `next` then says what is popped.
    pub ends: bool,
    /// Values popped and pushed when the jump is taken; `None`: the opcode does not jump.
    pub jump: Option<fn(&Instruction) -> (u32, u32)>,
    /// What happens to the block stack (3.6 to 3.10).
    pub block: BlockEffect,
}

impl Effect {
    /// Pops `IN` values, pushes `OUT`, and goes on with the next instruction.
    pub const fn fixed<const IN: u32, const OUT: u32>() -> Effect {
        Effect {
            next: |_| (IN, OUT),
            ends: false,
            jump: None,
            block: BlockEffect::None,
        }
    }
}

/// Values on top of the stack when a handler of the block stack is entered: the traceback, value and type of the
/// exception handled before, then those of the new one; or, when a `finally` body is entered normally, six slots that
/// say how to go on.
pub const HANDLER_VALUES: u32 = 6;

/// What an opcode does to the abstract block stack.
///
/// A block has a *level*, the depth of the stack when it was set up. An exception cuts the stack to the level, pushes
/// [`HANDLER_VALUES`] values, and replaces the block by a *handler block* of the same level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockEffect {
    /// Nothing.
    None,
    /// Pushes the block of a loop; the jump target is where `break` goes on, at the block's level.
    SetupLoop,
    /// Pushes the block of a `try` or `with`; the jump target is the handler.
    Setup {
        /// Which handler.
        handler: HandlerKind,
        /// Whether a `with` statement sets it up: its exit function is the last value below the block's level, and
        /// is gone when the handler ends; its result is left above the level.
        with: bool,
    },
    /// Pops the innermost block, which is no handler block.
    Pop {
        /// Whether the stack is cut to the block's level.
        trim: bool,
    },
    /// Pops the innermost block, which is a handler block.
    PopHandler,
    /// Enters the `finally` body that follows in the normal way: pushes [`HANDLER_VALUES`] slots and a handler block.
    BeginFinally,
    /// Calls the `finally` body at the jump target, and goes on with the stack as it was.
    CallFinally,
    /// Ends a handler: pops the slots and the handler block and goes on behind the body, or where it was called, or
    /// raises again.
    EndFinally,
    /// Takes the value below the slots away: the level of the handler block is one less.
    LowerHandler,
    /// May turn the exception that the handler block is for into a normal entry.
    Silence,
    /// Leaves the innermost loop.
    Break,
    /// Goes on with the innermost loop, at the jump target.
    Continue,
}

/// What the handler of a block is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandlerKind {
    /// `except` clauses, for exceptions only.
    Except,
    /// A body that is entered normally by [`BlockEffect::BeginFinally`] and [`BlockEffect::CallFinally`].
    Finally,
    /// A body that is entered normally by loading `None` just before it (3.6 and 3.7).
    FinallyAfterNone,
}
