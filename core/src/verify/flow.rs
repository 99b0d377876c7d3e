//! The walk over all ways through the code.

use rustc_hash::FxHashMap;

use super::blocks::{Block, BlockKind, BlockStacks, Blocks};
use super::{MAX_DEPTH, UNREACHED, VerifyProblem};
use crate::decode::{Decoded, Instruction, Operand};
use crate::effect::{BlockEffect, Effect, HANDLER_VALUES};
use crate::version::VersionInfo;

type Result<T = ()> = std::result::Result<T, VerifyProblem>;

/// Depth and blocks on entry of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct State {
    depth: u32,
    blocks: Blocks,
}

/// How a `finally` body is entered when nothing is raised; see [`super`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    /// With the blocks around it in place.
    Plain,
    /// With the innermost handler around it gone already.
    Short,
}

/// What is known of a handler, to find out how its end goes on.
#[derive(Default)]
struct Body {
    /// How it is entered normally, if it is.
    entry: Option<Entry>,
    /// Ends that were found before a normal entry was.
    ends: Vec<(u32, Blocks)>,
}

/// The walk and what it has found.
pub(super) struct Analysis<'a, F> {
    decoded: &'a Decoded,
    info: &'a VersionInfo,
    effects: F,
    finally_entries: &'a [u32],
    depths: Vec<u32>,
    blocks: Vec<Blocks>,
    stacks: BlockStacks,
    bodies: FxHashMap<u32, Body>,
    pending: Vec<u32>,
    max_depth: u32,
}

impl<'a, F: Fn(u8) -> Option<&'static Effect>> Analysis<'a, F> {
    pub(super) fn new(
        decoded: &'a Decoded,
        info: &'a VersionInfo,
        effects: F,
        finally_entries: &'a [u32],
    ) -> Analysis<'a, F> {
        let count = decoded.instructions.len();
        Analysis {
            decoded,
            info,
            effects,
            finally_entries,
            depths: vec![UNREACHED; count],
            blocks: vec![Blocks::NONE; count],
            stacks: BlockStacks::default(),
            bodies: FxHashMap::default(),
            pending: Vec::new(),
            max_depth: 0,
        }
    }

    /// Walks from the first instruction, which is entered with `depth` values. An error comes with the index of its
    /// instruction.
    pub(super) fn run(&mut self, depth: u32) -> std::result::Result<(), (u32, VerifyProblem)> {
        self.reach(
            0,
            State {
                depth,
                blocks: Blocks::NONE,
            },
        )
        .map_err(|problem| (0, problem))?;
        while let Some(at) = self.pending.pop() {
            self.step(at).map_err(|problem| (at, problem))?;
        }
        Ok(())
    }

    /// Whether the code can handle exceptions.
    pub(super) fn has_handlers(&self) -> bool {
        !self.decoded.exceptions.is_empty() || !self.stacks.is_empty()
    }

    /// Depths of all instructions, and the greatest depth.
    pub(super) fn finish(self) -> (Box<[u32]>, u32) {
        (self.depths.into(), self.max_depth)
    }

    /// An instruction is reached.
    fn reach(&mut self, at: u32, state: State) -> Result {
        let index = at as usize;
        let (Some(depth), Some(blocks)) = (self.depths.get_mut(index), self.blocks.get_mut(index))
        else {
            return Err(VerifyProblem::End);
        };
        if *depth == UNREACHED {
            if state.depth > MAX_DEPTH {
                return Err(VerifyProblem::TooDeep);
            }
            (*depth, *blocks) = (state.depth, state.blocks);
            self.max_depth = self.max_depth.max(state.depth);
            self.pending.push(at);
            return Ok(());
        }
        if *depth != state.depth {
            return Err(VerifyProblem::Depths {
                first: *depth,
                second: state.depth,
            });
        }
        if *blocks != state.blocks {
            return Err(VerifyProblem::Blocks);
        }
        Ok(())
    }

    /// Depth and blocks of an instruction, if it was reached.
    fn state(&self, at: u32) -> Option<State> {
        let depth = *self.depths.get(at as usize)?;
        let blocks = *self.blocks.get(at as usize)?;
        (depth != UNREACHED).then_some(State { depth, blocks })
    }

    fn step(&mut self, at: u32) -> Result {
        let (Some(state), Some(instruction)) =
            (self.state(at), self.decoded.instructions.get(at as usize))
        else {
            return Ok(());
        };
        self.exception(at, state)?;
        if self.finally_entries.binary_search(&at).is_ok() {
            return self.begin_finally(at, state);
        }
        let effect = (self.effects)(instruction.op).ok_or_else(|| {
            let name = self.info.op(instruction.op).map_or("?", |op| op.name);
            VerifyProblem::NoHandler(name)
        })?;
        let next = apply(state.depth, (effect.next)(instruction))?;
        let next = (!effect.ends).then_some(next);
        let jump = effect
            .jump
            .map(|f| apply(state.depth, f(instruction)))
            .transpose()?;
        match effect.block {
            BlockEffect::None => self.go(at, instruction, next, jump, state.blocks),
            BlockEffect::Pop { trim } => {
                let block = self
                    .stacks
                    .top(state.blocks)
                    .filter(|block| block.kind != BlockKind::Handler);
                let block = block.ok_or(VerifyProblem::NotInside("a block"))?;
                let next = match next {
                    Some(depth) if trim && depth < block.level => {
                        return Err(VerifyProblem::NotInside("a block that fits the stack"));
                    }
                    Some(_) if trim => Some(block.level),
                    next => next,
                };
                self.go(at, instruction, next, jump, block.outer)
            }
            BlockEffect::PopHandler => {
                let block = self.handler(state.blocks)?;
                self.go(at, instruction, next, jump, block.outer)
            }
            BlockEffect::LowerHandler => {
                let block = self.handler(state.blocks)?;
                let level = block
                    .level
                    .checked_sub(1)
                    .ok_or(VerifyProblem::NotInside("a with statement"))?;
                let blocks = self.stacks.push(Block {
                    level,
                    base: level,
                    ..block
                })?;
                self.go(at, instruction, next, jump, blocks)
            }
            BlockEffect::Silence => {
                let block = self.handler(state.blocks)?;
                self.entered(block.handler, Entry::Plain)?;
                self.go(at, instruction, next, jump, state.blocks)
            }
            BlockEffect::SetupLoop => {
                let handler = label(instruction)?;
                self.reach(handler, state)?;
                let level = state.depth;
                let block = Block {
                    outer: state.blocks,
                    kind: BlockKind::Loop,
                    handler,
                    level,
                    base: level,
                };
                let blocks = self.stacks.push(block)?;
                self.go(at, instruction, next, None, blocks)
            }
            BlockEffect::Setup { with, .. } => {
                let handler = label(instruction)?;
                let depth = next.unwrap_or(state.depth);
                let own = u32::from(with);
                let level = depth
                    .checked_sub(own)
                    .ok_or(VerifyProblem::Underflow { takes: own, depth })?;
                let base = level.checked_sub(own).ok_or(VerifyProblem::Underflow {
                    takes: own + own,
                    depth,
                })?;
                let block = Block {
                    outer: state.blocks,
                    kind: BlockKind::Try,
                    handler,
                    level,
                    base,
                };
                let running = self.stacks.push(Block {
                    kind: BlockKind::Handler,
                    ..block
                })?;
                self.reach(
                    handler,
                    State {
                        depth: level + HANDLER_VALUES,
                        blocks: running,
                    },
                )?;
                let blocks = self.stacks.push(block)?;
                self.go(at, instruction, next, None, blocks)
            }
            BlockEffect::BeginFinally => self.begin_finally(at, state),
            BlockEffect::CallFinally => self.call_finally(at, instruction, state),
            BlockEffect::EndFinally => self.end_finally(at, state),
            BlockEffect::Break => self.innermost_loop(state).map(|_| ()),
            BlockEffect::Continue => {
                let target = self.innermost_loop(state)?;
                self.reach(label(instruction)?, target)
            }
        }
    }

    /// Goes on at the next instruction and at the jump target, as far as there are such.
    fn go(
        &mut self,
        at: u32,
        instruction: &Instruction,
        next: Option<u32>,
        jump: Option<u32>,
        blocks: Blocks,
    ) -> Result {
        if let Some(depth) = jump {
            self.reach(label(instruction)?, State { depth, blocks })?;
        }
        if let Some(depth) = next {
            self.reach(at + 1, State { depth, blocks })?;
        }
        Ok(())
    }

    /// The entry of the exception table that covers the instruction, if one does.
    fn exception(&mut self, at: u32, state: State) -> Result {
        let table = &self.decoded.exceptions;
        let Some(entry) = table.get(table.partition_point(|entry| entry.end <= at)) else {
            return Ok(());
        };
        if at < entry.start {
            return Ok(());
        }
        if entry.depth > state.depth {
            return Err(VerifyProblem::HandlerDepth {
                wanted: entry.depth,
                depth: state.depth,
            });
        }
        let depth = entry.depth + u32::from(entry.lasti) + 1;
        self.reach(
            entry.target,
            State {
                depth,
                blocks: state.blocks,
            },
        )
    }

    fn handler(&self, blocks: Blocks) -> Result<Block> {
        self.stacks
            .handler(blocks)
            .ok_or(VerifyProblem::NotInside("a handler"))
    }

    /// The `finally` body behind the instruction is entered, nothing having been raised.
    fn begin_finally(&mut self, at: u32, state: State) -> Result {
        let body = at.checked_add(1).ok_or(VerifyProblem::End)?;
        let inside = match self.state(body) {
            Some(inside) => inside,
            // No block leads here: a copy of the body for one way out of it.
            None => {
                let block = Block {
                    outer: state.blocks,
                    kind: BlockKind::Handler,
                    handler: body,
                    level: state.depth,
                    base: state.depth,
                };
                State {
                    depth: state.depth + HANDLER_VALUES,
                    blocks: self.stacks.push(block)?,
                }
            }
        };
        let (entry, extra) = self.entry(body, inside, state)?;
        if extra != 0 {
            return Err(VerifyProblem::FinallyEntry);
        }
        self.entered(body, entry)?;
        self.reach(body, inside)
    }

    /// A `finally` body is called. Exceptions can reach it too, so its depth is known.
    fn call_finally(&mut self, at: u32, instruction: &Instruction, state: State) -> Result {
        let body = label(instruction)?;
        let inside = self.state(body).ok_or(VerifyProblem::FinallyEntry)?;
        let (_, extra) = self.entry(body, inside, state)?;
        if extra > 1 {
            return Err(VerifyProblem::FinallyEntry);
        }
        self.reach(at + 1, state)
    }

    /// How a body, in which the state is `inside`, is entered from `state`, and how many values are to be kept aside.
    fn entry(&self, body: u32, inside: State, state: State) -> Result<(Entry, u32)> {
        let block = self
            .stacks
            .handler(inside.blocks)
            .filter(|block| block.handler == body);
        let block = block.ok_or(VerifyProblem::FinallyEntry)?;
        let (entry, level) = if block.outer == state.blocks {
            (Entry::Plain, block.level)
        } else {
            let outer = self
                .stacks
                .handler(block.outer)
                .filter(|outer| outer.outer == state.blocks);
            // A handler's own three values lie between its level and the block.
            let outer = outer.filter(|outer| outer.level + HANDLER_VALUES / 2 == block.level);
            (
                Entry::Short,
                outer.ok_or(VerifyProblem::FinallyEntry)?.level,
            )
        };
        let extra = state
            .depth
            .checked_sub(level)
            .ok_or(VerifyProblem::FinallyEntry)?;
        Ok((entry, extra))
    }

    /// A normal entry of a body was found: its ends go on.
    fn entered(&mut self, body: u32, entry: Entry) -> Result {
        let known = self.bodies.entry(body).or_default();
        match known.entry {
            Some(before) if before != entry => return Err(VerifyProblem::FinallyEntry),
            Some(_) => return Ok(()),
            None => known.entry = Some(entry),
        }
        for (at, blocks) in std::mem::take(&mut known.ends) {
            self.end(at, blocks, entry)?;
        }
        Ok(())
    }

    fn end_finally(&mut self, at: u32, state: State) -> Result {
        let block = self.handler(state.blocks)?;
        if state.depth != block.level + HANDLER_VALUES {
            return Err(VerifyProblem::NotInside("a handler that fits the stack"));
        }
        let body = self.bodies.entry(block.handler).or_default();
        match body.entry {
            Some(entry) => self.end(at, state.blocks, entry),
            None => {
                body.ends.push((at, state.blocks));
                Ok(())
            }
        }
    }

    /// The end of a body that was entered normally goes on behind it.
    fn end(&mut self, at: u32, blocks: Blocks, entry: Entry) -> Result {
        let mut block = self.handler(blocks)?;
        if entry == Entry::Short {
            block = self.handler(block.outer)?;
        }
        self.reach(
            at + 1,
            State {
                depth: block.level,
                blocks: block.outer,
            },
        )
    }

    /// Depth and blocks with which the innermost loop goes on: the stack is cut for the blocks inside the loop, not for
    /// the loop itself.
    fn innermost_loop(&self, state: State) -> Result<State> {
        let State {
            mut depth,
            mut blocks,
        } = state;
        while let Some(block) = self.stacks.top(blocks) {
            if block.kind == BlockKind::Loop {
                return Ok(State { depth, blocks });
            }
            (depth, blocks) = (block.base, block.outer);
        }
        Err(VerifyProblem::NotInside("a loop"))
    }
}

/// The jump target of an instruction.
fn label(instruction: &Instruction) -> Result<u32> {
    match instruction.operand {
        Operand::Label(target) => Ok(target),
        _ => Err(VerifyProblem::NoTarget),
    }
}

/// The depth after so many values are popped and pushed.
fn apply(depth: u32, (pops, pushes): (u32, u32)) -> Result<u32> {
    let rest = depth
        .checked_sub(pops)
        .ok_or(VerifyProblem::Underflow { takes: pops, depth })?;
    match rest.checked_add(pushes) {
        Some(depth) if depth <= MAX_DEPTH => Ok(depth),
        _ => Err(VerifyProblem::TooDeep),
    }
}
