//! The methods of the builtin types, a file for each type or family.

mod annotations;
mod cell;
mod function;
mod list;
mod method_wrappers;
mod module;
mod natives;
mod object;
mod object_reduce;
mod property;
mod range;
mod singletons;
mod slice;
pub mod sort;
mod super_;
mod support;
mod tuple;
mod typeobj;
mod typeobj_attrs;
mod union;
