//! Opcodes that push and pop blocks.

use opyc_core::error::PyResult;
use opyc_core::interp::{Block, ControlFlow as Flow, Dispatch};
use opyc_core::opcodes;
use opyc_core::registry::{BlockEffect, HandlerKind};
use opyc_core::value::Value;

use crate::strategy::kind;

const LOOP: BlockEffect = BlockEffect::SetupLoop;
const EXCEPT: BlockEffect = BlockEffect::Setup {
    handler: HandlerKind::Except,
    with: false,
};
const FINALLY_AFTER_NONE: BlockEffect = BlockEffect::Setup {
    handler: HandlerKind::FinallyAfterNone,
    with: false,
};
const FINALLY: BlockEffect = BlockEffect::Setup {
    handler: HandlerKind::Finally,
    with: false,
};
const WITH_AFTER_NONE: BlockEffect = BlockEffect::Setup {
    handler: HandlerKind::FinallyAfterNone,
    with: true,
};
const WITH: BlockEffect = BlockEffect::Setup {
    handler: HandlerKind::Finally,
    with: true,
};

opcodes! {
    /// Pushes the block of a loop.
    SETUP_LOOP ( -- ) block (LOOP) in 6..=7, control byte_setup_loop;

    /// Pushes the block of a `try` with `except`.
    SETUP_EXCEPT ( -- ) block (EXCEPT) in 6..=7, control byte_setup_except;

    /// Pushes the block of a `try` with `finally`.
    SETUP_FINALLY ( -- ) block (FINALLY_AFTER_NONE) in 6..=7, control byte_setup_finally;

    /// Pushes the block of a `try`.
    SETUP_FINALLY ( -- ) block (FINALLY) in 8..=10, control byte_setup_finally;

    /// Calls `__enter__` of a context manager and pushes the block of a `with`, above the bound `__exit__`.
    SETUP_WITH (manager -- exit result) block (WITH_AFTER_NONE) in 6..=7, control byte_setup_with;

    /// Calls `__enter__` of a context manager and pushes the block of a `with`, above the bound `__exit__`.
    SETUP_WITH (manager -- exit result) block (WITH) in 8..=10, control byte_setup_with;

    /// Calls `__aenter__` of an asynchronous context manager; the bound `__aexit__` stays below.
    BEFORE_ASYNC_WITH (manager -- exit awaitable) in 6..=8, control byte_before_async_with_3_6;

    /// Calls `__aenter__` of an asynchronous context manager; the bound `__aexit__` stays below.
    BEFORE_ASYNC_WITH (manager -- exit awaitable) in 9..=10, control byte_before_async_with_3_9;

    /// Pushes the block of an `async with`, below what `__aenter__` gave.
    SETUP_ASYNC_WITH (result -- result) block (WITH_AFTER_NONE) in 6..=7, control byte_setup_async_with;

    /// Pushes the block of an `async with`, below what `__aenter__` gave.
    SETUP_ASYNC_WITH (result -- result) block (WITH) in 8..=10, control byte_setup_async_with;

    /// Pops a block and cuts the stack to its level.
    POP_BLOCK ( -- ) block (BlockEffect::Pop { trim: true }) in 6..=7, control byte_pop_block_3_6;

    /// Pops a block.
    POP_BLOCK ( -- ) block (BlockEffect::Pop { trim: false }) in 8..=10, control byte_pop_block_3_8;
}

/// Pushes a block for the handler at the jump target, at a level so many values below the top.
fn setup(d: &mut Dispatch<'_>, kind: u8, above: u32) -> PyResult<Flow> {
    let block = Block {
        kind,
        handler: d.target()?,
        level: d.depth().saturating_sub(above),
    };
    d.push_block(block)?;
    Ok(Flow::Next)
}

fn byte_setup_loop(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    setup(d, kind::LOOP, 0)
}

fn byte_setup_except(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    setup(d, kind::EXCEPT, 0)
}

fn byte_setup_finally(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    setup(d, kind::FINALLY, 0)
}

fn byte_setup_async_with(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    setup(d, kind::FINALLY, 1)
}

fn byte_setup_with(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let manager = d.pop()?;
    let names = &d.vm().names;
    let enter = special(d, &manager, &names.enter)?;
    let exit = special(d, &manager, &names.exit)?;
    d.push(exit)?;
    // Before the call, so that the call need not nest; the strategy knows.
    setup(d, kind::WITH, 0)?;
    d.push(enter)?;
    Ok(Flow::Call(0))
}

fn byte_before_async_with_3_6(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let manager = d.pop()?;
    let names = &d.vm().names;
    let exit = special(d, &manager, &names.aexit)?;
    let enter = special(d, &manager, &names.aenter)?;
    d.push(exit)?;
    d.push(enter)?;
    Ok(Flow::Call(0))
}

fn byte_before_async_with_3_9(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    let manager = d.pop()?;
    let names = &d.vm().names;
    let enter = special(d, &manager, &names.aenter)?;
    let exit = special(d, &manager, &names.aexit)?;
    d.push(exit)?;
    d.push(enter)?;
    Ok(Flow::Call(0))
}

/// A method of the protocol, looked up on the type.
fn special(d: &Dispatch<'_>, manager: &Value, name: &Value) -> PyResult {
    let vm = d.vm();
    vm.lookup_special(manager, name)?
        .ok_or_else(|| vm.attribute_error(&vm.str_lossy(name)))
}

fn byte_pop_block_3_6(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    match d.pop_block() {
        Some(block) => d.truncate(block.level).map(|()| Flow::Next),
        None => Err(no_block(d)),
    }
}

fn byte_pop_block_3_8(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    d.pop_block().map(|_| Flow::Next).ok_or_else(|| no_block(d))
}

fn no_block(d: &Dispatch<'_>) -> opyc_core::error::Raise {
    d.vm().system_error("there is no block to pop")
}
