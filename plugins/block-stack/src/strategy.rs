//! From an exception to its handler.

use opyc_core::decode::Operand;
use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{Block, BlockStrategy, Dispatch, Unwound};
use opyc_core::inventory;
use opyc_core::object::{PyException, value_of};
use opyc_core::registry::StrategyDef;
use opyc_core::value::Value;
use opyc_core::version::VersionRange;

/// What a block is for.
pub(crate) mod kind {
    /// A loop (3.6, 3.7).
    pub const LOOP: u8 = 0;
    /// `try` with `except` (3.6, 3.7; later versions use [`FINALLY`]).
    pub const EXCEPT: u8 = 1;
    /// `try` with `finally`.
    pub const FINALLY: u8 = 2;
    /// `with`.
    pub const WITH: u8 = 3;
    /// Around a handler that runs.
    pub const HANDLER: u8 = 4;
}

struct BlockStack {
    /// Whether a generator that leaves a handler goes back to what was handled when it came in (3.6). Later versions
    /// then look through to what the generator's caller handles.
    remembers_nothing: bool,
}

inventory::submit! {
    StrategyDef {
        versions: VersionRange::minors(6, 6),
        provider: env!("CARGO_PKG_NAME"),
        overriding: false,
        strategy: &BlockStack { remembers_nothing: true },
    }
}

inventory::submit! {
    StrategyDef {
        versions: VersionRange::minors(7, 10),
        provider: env!("CARGO_PKG_NAME"),
        overriding: false,
        strategy: &BlockStack { remembers_nothing: false },
    }
}

/// Saved in place of an exception: nothing was handled, neither here nor in any caller of the generator.
const NOTHING: Value = Value::FALSE;

impl BlockStrategy for BlockStack {
    fn unwind(&self, d: &mut Dispatch<'_>, raise: &Raise) -> PyResult<Unwound> {
        while let Some(block) = d.pop_block() {
            match block.kind {
                kind::LOOP => {}
                kind::HANDLER => leave_handler(d, &block)?,
                // `SETUP_WITH` pushes its block before it calls `__enter__`, which raised: nothing was entered.
                kind::WITH if d.operand() == Operand::Label(block.handler) => {}
                _ => {
                    self.enter_handler(d, &block, raise)?;
                    return Ok(Unwound::Handler(block.handler));
                }
            }
        }
        Ok(Unwound::Leave)
    }
}

impl BlockStack {
    /// Cuts the stack to the block's level, pushes the exceptions (the one handled before, and the new one) and a
    /// handler block, and marks the new exception as being handled.
    fn enter_handler(&self, d: &mut Dispatch<'_>, block: &Block, raise: &Raise) -> PyResult<()> {
        d.truncate(block.level)?;
        d.push_block(Block {
            kind: kind::HANDLER,
            ..*block
        })?;
        let exception = raise.value().clone();
        let nothing = self.remembers_nothing && d.handled().is_none();
        let before = d.set_handled(exception.clone());
        if nothing {
            d.push(Value::NONE)?;
            d.push(NOTHING)?;
            d.push(Value::NONE)?;
        } else {
            push_exception(d, before)?;
        }
        push_exception(d, exception)
    }
}

/// Pushes traceback, value and type, as `sys.exc_info()` gives them in reverse.
fn push_exception(d: &mut Dispatch<'_>, value: Value) -> PyResult<()> {
    let (traceback, class) = match value.downcast::<PyException>() {
        Some(e) => (e.traceback.get(), value_of(d.vm().type_of(&value))),
        None => (Value::NONE, Value::NONE),
    };
    let value = if class.is_none() { Value::NONE } else { value };
    d.push(traceback)?;
    d.push(value)?;
    d.push(class)
}

/// Leaves a handler whose block was popped: restores the exception handled before, and cuts the stack.
pub(crate) fn leave_handler(d: &mut Dispatch<'_>, block: &Block) -> PyResult<()> {
    // The saved value is the second of the three at the block's level.
    if let Some(from_top) = d.depth().checked_sub(block.level.saturating_add(1)) {
        let saved = d.peek(from_top)?;
        restore(d, saved);
    }
    d.truncate(block.level)
}

/// Restores the exception handled before, from the value saved on the stack. NULL is saved where a body was entered
/// normally: then nothing was changed.
pub(crate) fn restore(d: &mut Dispatch<'_>, saved: Value) {
    if saved.is_none() || saved.downcast::<PyException>().is_some() {
        drop(d.set_handled(saved));
    } else if saved.is(&NOTHING) {
        drop(d.set_handled(Value::NONE));
        // The caller may have begun to handle an exception since: that one is hidden.
        if !d.handled().is_none() {
            drop(d.set_handled(Value::NULL));
        }
    }
}
