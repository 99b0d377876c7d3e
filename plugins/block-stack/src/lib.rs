//! Blocks of CPython 3.6 to 3.10: how an exception finds its handler, and the opcodes that set up and pop blocks.
//!
//! These versions keep a stack of blocks beside the value stack. `SETUP_FINALLY` and its like push a block with the
//! place of a handler and the depth of the value stack (the *level*); an exception pops blocks until one has
//! a handler. While the handler runs, a *handler block* stands in for the block, so that the exception that
//! was handled before can be restored.
//!
//! | file | what |
//! |---|---|
//! | `strategy.rs` | the block strategy: from an exception to its handler |
//! | `setup.rs` | opcodes that push and pop blocks |
//! | `slots.rs` | the six slots of a `finally` body that is entered normally |
//! | `leave_3_6.rs` | `return`, `break` and `continue` through blocks (3.6, 3.7) |
//! | `finally_3_6.rs`, `finally_3_8.rs` | the end of `finally` bodies in these versions |
//! | `with.rs` | the end of `with` |
//! | `except.rs` | the end of `except`, and raising again |
#![forbid(unsafe_code)]

mod except;
mod finally_3_6;
mod finally_3_8;
mod leave_3_6;
mod setup;
mod slots;
mod strategy;
mod with;
