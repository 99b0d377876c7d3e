//! The functions and constants of the `builtins` module.
