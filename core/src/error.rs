//! [`Raise`]: a Python exception in flight. [`Fault`]: the machine's own failure, which Python code cannot catch.

use crate::object::PyException;
use crate::value::Value;

/// What a function that may raise returns.
pub type PyResult<T = Value> = Result<T, Raise>;

/// A Python exception in flight, or the signal that the machine has a [`Fault`]; one word.
#[must_use]
pub struct Raise(Value);

impl Raise {
    /// Raises an exception instance as it is, without setting its context; see [`crate::vm::Vm::raise`].
    /// Anything but an exception instance is the signal of a fault.
    pub fn from_exception(exc: Value) -> Raise {
        Raise(if exc.downcast::<PyException>().is_some() {
            exc
        } else {
            Value::NULL
        })
    }

    /// The signal that the machine has a fault.
    pub(crate) fn fault() -> Raise {
        Raise(Value::NULL)
    }

    /// Whether this is the signal of a fault.
    pub fn is_fault(&self) -> bool {
        self.0.is_null()
    }

    /// The exception instance; NULL for a fault.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The exception instance; NULL for a fault.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// The exception object, unless this is a fault.
    pub fn exception(&self) -> Option<&PyException> {
        self.0.downcast()
    }
}

impl std::fmt::Debug for Raise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.exception() {
            Some(e) => write!(f, "Raise({})", e.header.ty().name()),
            None => f.write_str("Raise(fault)"),
        }
    }
}

/// A failure of the machine itself. Python code cannot catch it; the machine stays safe to use and to drop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The budget of fuel is used up.
    #[error("out of fuel: the program ran {0} units; give the machine a larger budget")]
    OutOfFuel(u64),
    /// The host asked the machine to stop.
    #[error("stopped by the host")]
    Stopped,
    /// Bytecode was refused by the verifier.
    #[error("{0}")]
    Verify(String),
    /// An opcode has no handler, or handlers conflict.
    #[error("{0}")]
    Registry(String),
    /// A value was given to another machine than the one that made it.
    #[error(
        "a value belongs to the machine that made it, and was given to another; extract a Rust value instead"
    )]
    Foreign,
    /// A Rust function that the host gave to the program has panicked.
    #[error("{function} panicked: {message}")]
    Panicked {
        /// Its name in Python.
        function: String,
        /// What it said.
        message: String,
    },
    /// Something that the machine does not do.
    #[error("{0}")]
    Unsupported(String),
}

const _: () = assert!(size_of::<Raise>() == 8 && size_of::<PyResult<Value>>() == 16);
