//! The methods of the builtin types, a file for each type or family.

mod list;
