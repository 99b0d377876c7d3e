//! The `opyc` command.

fn main() {}
