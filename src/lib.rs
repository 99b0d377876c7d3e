//! opyc runs compiled Python: `.pyc` files of CPython 3.6 to 3.14, without CPython. Every opcode is a plug-in.
//!
//! # A first program
//!
//! A `.pyc` file is read into a [`Code`], which belongs to nobody and can be shared by threads. A [`Machine`] runs it.
//!
//! ```
//! use opyc::{Code, Machine};
//!
//! let bytes = std::fs::read("examples/hello.pyc")?;
//! let code = Code::from_pyc(&bytes, "examples/hello.pyc")?;
//! let machine = Machine::for_code(&code).build()?;
//! machine.run_code(code)?;
//! assert_eq!(machine.output(), "Hello, world!\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Bytecode is verified before it runs: what would make CPython crash is refused, with file, function and offset. A
//! machine made like this can write output, which it keeps, and nothing else: no files, no clock, no environment. A
//! [`Host`] grants more: [`MachineBuilder::host`].
//!
//! A machine runs the code of one CPython version. It stays on the thread that made it, and so do its [`Value`]s; as
//! many machines as you like can live in one process, and each thread may have some.
//!
//! # Python and Rust together
//!
//! Rust values become Python values and back ([`IntoValue`], [`FromValue`]), programs get functions and modules from
//! Rust, and Rust calls functions of programs:
//!
//! ```
//! use opyc::{Machine, Version};
//!
//! let machine = Machine::builder(Version::V3_12).build()?;
//! machine.add_module("shop", |m| {
//!     m.set("currency", "EUR")?;
//!     m.function("price", |vm, (item, count): (String, i64)| match item.as_str() {
//!         "tea" => Ok(3 * count),
//!         other => Err(vm.key_error(&vm.new_str(other))),
//!     })
//! })?;
//!
//! // A program would `import shop`; Rust can do so too.
//! let shop = machine.import("shop")?;
//! let price = machine.attr(&shop, "price")?;
//! assert_eq!(machine.call(&price, ("tea", 2))?.extract::<i64>()?, 6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A Rust type becomes a Python class by [`HostClass`]. [`embed`] tells the rest.
//!
//! # Errors
//!
//! [`Error`] says what kind of failure it was. A Python exception that nothing caught is [`Error::Raised`], with class,
//! message and CPython's own traceback; `sys.exit` is [`Error::Exit`]. [`Error::Fault`] is the machine's own failure,
//! such as code that it refuses, and Python code cannot catch it. After any of them the machine can be used on.
//!
//! ```
//! use opyc::{Error, Machine, Version};
//!
//! let machine = Machine::builder(Version::V3_12).build()?;
//! let sqrt = machine.attr(&machine.import("math")?, "sqrt")?;
//! match machine.call(&sqrt, (-1,)) {
//!     Err(Error::Raised(e)) => assert_eq!(e.class, "ValueError"),
//!     other => panic!("{other:?}"),
//! }
//! assert_eq!(machine.call(&sqrt, (4,))?.extract::<f64>()?, 2.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Looking into code
//!
//! [`dis`] lists bytecode as CPython's `dis` does. [`core::decode`] and [`core::verify`] are the stages that code goes
//! through before it runs; [`core::lines`] knows its source lines and columns.
//!
//! # Opcodes are plug-ins
//!
//! The machine itself knows no opcode. Crates register them as rows of a table; the row says what an opcode does to
//! the stack and in which versions, for the verifier and for people:
//!
//! ```
//! use opyc::PyResult;
//! use opyc::core::interp::StackCx;
//! use opyc::core::{opcode, registry::OpcodeDef};
//! use opyc::{Machine, Value, Version};
//!
//! static FIRST: OpcodeDef = opcode! {
//!     /// Keeps the two values on top as they are.
//!     ROT_TWO (a b -- a b) overriding in ..=3.10, stack byte_rot_nothing;
//! };
//!
//! fn byte_rot_nothing(_: &StackCx<'_>, values: [Value; 2]) -> PyResult<[Value; 2]> {
//!     Ok(values)
//! }
//!
//! // For this machine only.
//! let machine = Machine::builder(Version::V3_8).opcode(&FIRST).build()?;
//! # Ok::<(), opyc::Fault>(())
//! ```
//!
//! This crate links the standard ones: [`opcodes`], and for exception handlers [`block_stack`] (up to 3.10) and
//! [`exception_table`], each by a cargo feature of its name, all of them by default. The repository's
//! `plugins/README.md` leads from `cargo new` to a program that runs an opcode of yours.
//!
//! # Where to go next
//!
//! - The examples of the repository: `hello.rs`, `embed.rs`, `traced.rs`, `custom_opcode.rs`, `override.rs`.
//! - [`core::instrument`], to watch a machine run; [`trace`] and [`profile`] do.
//! - [`core::opcodes!`], to write an opcode; [`core::registry`], to see what is registered.
//! - [`core`], for values and objects, and the README beside it for the life of one instruction.

#![forbid(unsafe_code)]

// A crate that nobody mentions is not linked, and what it registers vanishes: so each is mentioned here.
#[cfg(feature = "block-stack")]
pub use opyc_block_stack as block_stack;
#[cfg(feature = "builtins")]
pub use opyc_builtins as builtins;
pub use opyc_core as core;
#[cfg(feature = "exception-table")]
pub use opyc_exception_table as exception_table;
#[cfg(feature = "opcodes")]
pub use opyc_opcodes as opcodes;
pub use opyc_profile as profile;
#[cfg(feature = "stdlib")]
pub use opyc_stdlib as stdlib;
pub use opyc_trace as trace;

pub mod dis;
pub mod embed;
mod machine;

pub use embed::{ClassBuilder, HostClass, Instance, ModuleBuilder, new_function};
pub use machine::{Error, Machine, MachineBuilder, Raised};
pub use opyc_core::code::Code;
pub use opyc_core::convert::{
    Arguments, Bytes, ConversionError, FromArgs, FromValue, IntoArgs, IntoValue,
};
pub use opyc_core::error::{Fault, PyResult, Raise};
pub use opyc_core::host::{Captured, Host};
pub use opyc_core::instrument::Instrument;
pub use opyc_core::num::int::Int;
pub use opyc_core::object::{PyFrame as Frame, PyFunction as Function};
pub use opyc_core::text::StrBuf;
pub use opyc_core::value::Value;
pub use opyc_core::version::Version;
pub use opyc_core::vm::{Config, VirtualMachine, Vm};
