//! Builtin functions, and the methods of the builtin types.
//!
//! A file for each type or family; each registers what it has with [`opyc_core::registry::TYPE_DEFS`] or
//! [`opyc_core::registry::MODULE_DEFS`].

#![forbid(unsafe_code)]

mod functions;
mod types;
mod typing;
mod util;
