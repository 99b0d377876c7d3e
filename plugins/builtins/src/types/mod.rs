//! The methods of the builtin types, a file for each type or family.

mod list;
mod range;
mod slice;
pub mod sort;
mod support;
mod tuple;
