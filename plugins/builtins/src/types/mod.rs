//! The methods of the builtin types, a file for each type or family.

mod dict;
mod dict_views;
mod list;
mod range;
mod set;
mod slice;
pub mod sort;
mod support;
mod tuple;
