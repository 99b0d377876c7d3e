//! A [`tracing`] event for every instruction that a machine dispatches.
//!
//! The events have the target [`TARGET`] and the level `TRACE`. Switched on in one line, here for all of a machine:
//!
//! ```no_run
//! # fn main_(vm: &opyc_core::vm::Vm) {
//! opyc_trace::attach(vm);
//! # }
//! ```
//!
//! and here for the calls and attributes of one method:
//!
//! ```no_run
//! # fn main_(vm: &opyc_core::vm::Vm) {
//! opyc_trace::Filter::new().op("CALL").op("LOAD_ATTR").function("Stack.push").attach(vm);
//! # }
//! ```
//!
//! Fields of an event:
//!
//! | field | what it is |
//! |---|---|
//! | `opname` | CPython's name of the opcode |
//! | `argument` | the argument as the file has it; absent if there is none |
//! | `meaning` | the constant, name, variable, operator or jump target that it stands for; may be empty |
//! | `offset` | byte offset in the bytecode |
//! | `line` | source line; absent if the instruction belongs to none |
//! | `function` | the code object's qualified name (before 3.11 its name) |
//! | `file` | the source file |
//! | `depth` | number of frames below the running one |
//! | `top` | the value on top of the stack before the instruction runs, see [`Shown`](opyc_core::instrument::Shown); absent if the stack is empty |
//!
//! If no subscriber wants them, nothing is attached, and the machine runs as it does without this crate.

#![forbid(unsafe_code)]

mod filter;

use std::rc::Rc;

use opyc_core::instrument::{DispatchView, Instrument, InstrumentId, Site};
use opyc_core::vm::Vm;
use tracing::Level;

pub use filter::Filter;

/// Target of the events.
pub const TARGET: &str = "opyc::dispatch";

/// Emits an event for every instruction from now on. `None`, with nothing attached, if no subscriber wants them:
/// install the subscriber first.
pub fn attach(vm: &Vm) -> Option<InstrumentId> {
    Filter::new().attach(vm)
}

impl Filter {
    /// Emits an event for the instructions that pass, as [`attach`].
    pub fn attach(self, vm: &Vm) -> Option<InstrumentId> {
        let wanted = tracing::enabled!(target: TARGET, Level::TRACE);
        wanted.then(|| vm.attach(Rc::new(Trace(self))))
    }
}

/// The instrument behind [`attach`].
struct Trace(Filter);

impl Instrument for Trace {
    fn interest(&self, at: &Site<'_>) -> bool {
        self.0.passes(at)
    }

    fn before(&self, view: &DispatchView<'_>) {
        tracing::trace!(
            target: TARGET,
            opname = view.opname(),
            argument = view.arg(),
            meaning = view.meaning(),
            offset = view.offset(),
            line = view.line(),
            function = view.function(),
            file = view.file(),
            depth = view.depth(),
            top = view.top().map(tracing::field::display),
        );
    }
}
