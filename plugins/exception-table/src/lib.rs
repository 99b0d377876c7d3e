//! Exceptions of CPython 3.11 to 3.14: how an exception finds its handler, and the opcodes of `except`, `except*` and
//! `with`.
//!
//! These versions have no block stack. A table beside the code says for ranges of instructions where their handler is
//! and to which depth the value stack is cut; a `try` that raises nothing costs nothing.
//!
//! | file | what |
//! |---|---|
//! | `strategy.rs` | the block strategy: from an exception to its handler |
//! | `except.rs` | `except`, raising again, `async for` and `yield from` |
//! | `with.rs` | `with` and `async with` |
//! | `groups.rs` | `except*` |
#![forbid(unsafe_code)]

mod except;
mod groups;
mod strategy;
mod with;
