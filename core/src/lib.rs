//! The core of opyc: values and objects, code and `.pyc` files, versions, verification, linking and dispatch.
//!
//! `README.md` beside this crate tells the life of one instruction. Who adds an opcode begins at [`opcodes!`].

#![deny(unsafe_op_in_unsafe_fn)]

pub mod args;
pub mod code;
pub mod convert;
pub mod decode;
pub mod effect;
pub mod error;
pub mod heap;
mod heap_end;
pub mod host;
pub mod instrument;
pub mod interp;
pub mod lines;
pub mod num;
pub mod object;
pub mod pyc;
pub mod registry;
mod shown;
pub mod suggest;
mod table;
pub mod text;
mod thread_cache;
pub mod traceback;
pub mod value;
pub mod verify;
pub mod version;
pub mod vm;

pub use inventory;
pub use linkme;
pub use thread_cache::ThreadCache;
