//! The methods of the builtin types, a file for each type or family.

mod bool;
mod bytes_new;
mod complex;
mod float;
mod int;
mod int_new;
mod list;
mod markup;
mod percent;
mod str;
mod str_format;
mod str_methods;
mod str_translate;
mod support;
