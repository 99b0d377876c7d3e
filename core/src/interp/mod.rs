//! The interpreter: linked instructions, handlers, frames, and the rungs on which opcodes are written.

mod call;
mod control;
mod dispatch;
mod frame;
mod generator;
mod instr;
mod link;
pub mod raw;
mod stack;
mod unwind;
mod value_rung;

pub use control::{BlockStrategy, Dispatch, Flow as ControlFlow, Unwound};
pub use frame::{Block, Context, Frame};
pub use instr::{Instr, Linked};
pub use link::{LinkCx, link};
pub use stack::StackCx;
pub use value_rung::{BinaryOperator, UnaryOperator};

pub(crate) use dispatch::rust_stack_pointer;
