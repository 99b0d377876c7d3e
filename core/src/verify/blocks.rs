//! The abstract block stack: a shared list, so that to compare two stacks is to compare two numbers.

use rustc_hash::FxHashMap;

use super::{MAX_BLOCKS, VerifyProblem};

/// A block stack: the number of its innermost block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Blocks(u32);

impl Blocks {
    /// No block.
    pub(super) const NONE: Blocks = Blocks(0);
}

/// What kind of block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum BlockKind {
    /// Of a loop.
    Loop,
    /// Of a `try` or `with`.
    Try,
    /// Around a handler that runs.
    Handler,
}

/// A block and the blocks around it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Block {
    pub(super) outer: Blocks,
    pub(super) kind: BlockKind,
    /// First instruction of the handler.
    pub(super) handler: u32,
    pub(super) level: u32,
    /// Depth to which the stack is cut when the block is left for a loop around it.
    pub(super) base: u32,
}

/// All block stacks of a code object; equal ones have equal numbers.
#[derive(Default)]
pub(super) struct BlockStacks {
    /// Each with the number of blocks it has. Number 0 is the empty stack, and not in the list.
    blocks: Vec<(Block, u32)>,
    numbers: FxHashMap<Block, Blocks>,
}

impl BlockStacks {
    /// The stack with one block more.
    pub(super) fn push(&mut self, block: Block) -> Result<Blocks, VerifyProblem> {
        if let Some(known) = self.numbers.get(&block) {
            return Ok(*known);
        }
        let nested = self.entry(block.outer).map_or(0, |(_, nested)| *nested) + 1;
        if nested > MAX_BLOCKS {
            return Err(VerifyProblem::TooManyBlocks);
        }
        self.blocks.push((block, nested));
        // A code object has fewer blocks than bytes.
        let number = Blocks(self.blocks.len() as u32);
        self.numbers.insert(block, number);
        Ok(number)
    }

    fn entry(&self, blocks: Blocks) -> Option<&(Block, u32)> {
        self.blocks.get((blocks.0 as usize).checked_sub(1)?)
    }

    /// The innermost block.
    pub(super) fn top(&self, blocks: Blocks) -> Option<Block> {
        self.entry(blocks).map(|(block, _)| *block)
    }

    /// The innermost block, if it is around a handler.
    pub(super) fn handler(&self, blocks: Blocks) -> Option<Block> {
        self.top(blocks)
            .filter(|block| block.kind == BlockKind::Handler)
    }

    /// Whether there is any block.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}
