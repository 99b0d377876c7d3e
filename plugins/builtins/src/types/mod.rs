//! The methods of the builtin types, a file for each type or family.

mod bool;
mod bytes_new;
mod complex;
mod float;
mod int;
mod int_new;
mod list;
mod range;
mod slice;
pub mod sort;
mod support;
mod tuple;
