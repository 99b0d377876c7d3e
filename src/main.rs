//! The `opyc` command.

#![forbid(unsafe_code)]

mod cli;

#[global_allocator]
static ALLOCATOR: opyc::core::ThreadCache = opyc::core::ThreadCache;

fn main() -> std::process::ExitCode {
    cli::main()
}
