//! opyc runs compiled Python: `.pyc` files of CPython 3.6 to 3.14, without CPython.
//!
//! ```no_run
//! use opyc::{Code, Machine};
//!
//! let bytes = std::fs::read("hello.pyc")?;
//! let code = Code::from_pyc(&bytes, "hello.pyc")?;
//! let machine = Machine::for_code(&code).build()?;
//! machine.run_code(code)?;
//! print!("{}", machine.output());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Machine`] grants a program nothing but output, which it keeps, unless its builder is told otherwise with a
//! [`Host`]. Everything else is in [`core`]: values, objects, the registry of opcodes.
//!
//! Every opcode is a plug-in, registered from a crate. This crate links the standard ones.

#![forbid(unsafe_code)]

// A crate that nobody mentions is not linked, and what it registers vanishes: so each is mentioned here.
pub use opyc_block_stack as block_stack;
pub use opyc_builtins as builtins;
pub use opyc_core as core;
pub use opyc_exception_table as exception_table;
pub use opyc_opcodes as opcodes;
pub use opyc_stdlib as stdlib;

pub mod dis;
mod embed;
mod machine;

pub use embed::{ClassBuilder, HostClass, Instance, ModuleBuilder, new_function};
pub use machine::{Error, Machine, MachineBuilder, Raised};
pub use opyc_core::code::Code;
pub use opyc_core::convert::{
    Arguments, Bytes, ConversionError, FromArgs, FromValue, IntoArgs, IntoValue,
};
pub use opyc_core::error::{Fault, PyResult, Raise};
pub use opyc_core::host::{Captured, Host};
pub use opyc_core::num::int::Int;
pub use opyc_core::object::{PyFrame as Frame, PyFunction as Function};
pub use opyc_core::text::StrBuf;
pub use opyc_core::value::Value;
pub use opyc_core::version::Version;
pub use opyc_core::vm::{Config, VirtualMachine, Vm};
