//! The interpreter: linked instructions, handlers, frames, and the rungs on which opcodes are written.

mod attr_hooks;
mod bind;
mod cache;
mod cache_tables;
mod call;
mod call_class;
mod control;
mod dispatch;
mod frame;
mod fuse;
mod gen_fast;
mod gen_leave;
mod generator;
mod instr;
mod instrumented;
mod link;
mod native_call;
mod nested;
mod quick;
pub mod raw;
mod shortcuts;
mod special;
mod stack;
mod stepping;
mod unwind;
mod value_compare;
mod value_rung;
mod value_unary;

pub use control::{BlockStrategy, Dispatch, Flow as ControlFlow, Unwound};
pub use frame::{Block, Context, Frame};
pub use generator::{Input, Outcome};
use instr::Params;
pub use instr::{Instr, Linked};
pub use link::{LinkCx, link};
pub use stack::{StackCx, unknown_operator};
pub use value_compare::{CompareOperator, fuse_compare, link_compare};
pub use value_rung::{BinaryOperator, Fusion, Source, Target, fuse_binary, link_binary};
pub use value_unary::{
    TruthOperator, UnaryOperator, fuse_truth, fuse_unary, link_truth, link_unary,
};

pub use unwind::rethrow_at as unwind_again;

pub(crate) use cache_tables::CachedMethod;
pub(crate) use dispatch::{halt_address, rust_stack_pointer};
pub(crate) use gen_fast::{Batch, MOVED, Taken, next_item, next_items};
pub(crate) use generator::{delegate, end_delegation, run as run_generator};
pub(crate) use instrumented::Instruments;
pub(crate) use link::admit;
pub(crate) use nested::{run_function, run_in_namespace, run_method};
