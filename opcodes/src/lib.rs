//! The standard opcodes, one family per file. Each row is the opcode's specification; what it does stands below.
//!
//! Opcodes of blocks and exceptions are not here: they belong to the block strategies, `opyc-block-stack` for 3.6 to
//! 3.10 and `opyc-exception-table` for 3.11 and later.
//!
//! Files that use the raw rung are the ones with `unsafe`: operand, load, store, stack, jumps, globals, closures,
//! attributes, subscripts, items, compare, for_iter, calls, calls_ex, build, unpack, functions, truth, generators,
//! awaitable, super_attr and super_method.

#![deny(unsafe_op_in_unsafe_fn)]

mod annotations;
mod attributes;
mod awaitable;
mod build;
mod callable_text;
mod calls;
mod calls_ex;
mod closures;
mod compare;
mod coroutines;
mod for_iter;
mod format;
mod functions;
mod generators;
mod globals;
mod imports;
mod intrinsics;
mod items;
mod iteration;
mod jumps;
mod load;
mod names;
mod operand;
mod operators;
mod pattern;
mod raise;
mod rows;
mod stack;
mod store;
mod store_attr;
mod subscripts;
mod super_attr;
mod super_method;
mod truth;
mod unpack;

#[cfg(test)]
mod tests;
