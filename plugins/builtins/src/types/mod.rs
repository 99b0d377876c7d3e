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
mod annotations;
mod cell;
mod function;
mod method_wrappers;
mod module;
mod natives;
mod object;
mod object_reduce;
mod property;
mod singletons;
mod super_;
mod typeobj;
mod typeobj_attrs;
mod union;
