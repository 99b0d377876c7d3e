//! `RUST_LOG`: events of the machine, such as `opyc::dispatch=trace`, on standard error.

use opyc::Machine;
use tracing_subscriber::EnvFilter;

use super::complain;

/// Emits what `RUST_LOG` asks for. Without it nothing is set up, and nothing paid.
pub(super) fn attach(machine: &Machine) {
    let Ok(wanted) = std::env::var("RUST_LOG") else {
        return;
    };
    let filter = match EnvFilter::try_new(&wanted) {
        Ok(filter) => filter,
        Err(e) => return complain(&format!("RUST_LOG is not understood: {e}")),
    };
    use std::io::IsTerminal;
    let set = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .try_init();
    if set.is_ok() {
        opyc::trace::attach(machine);
    }
}
