//! [`Machine`]: a virtual machine with its host and its program's surroundings.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use opyc_core::code::Code;
use opyc_core::convert::ConversionError;
use opyc_core::error::{Fault, Raise};
use opyc_core::host::{Captured, Host};
use opyc_core::pyc::PycError;
use opyc_core::registry::{OpcodeDef, StrategyDef, Table};
use opyc_core::version::{Version, VersionInfo, info};
use opyc_core::vm::{Config, VirtualMachine, Vm};

/// Why a program did not run to its end, or something else that was asked of a [`Machine`] did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no `.pyc` that opyc runs.
    #[error(transparent)]
    Pyc(#[from] PycError),
    /// The machine's own failure: refused code, a missing handler, a limit, a value of another machine.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A Python exception that nothing caught.
    #[error("{0}")]
    Raised(Raised),
    /// The program has ended itself, with `sys.exit` or by raising SystemExit.
    #[error("the program has ended with exit code {code}")]
    Exit {
        /// The exit code that `python` would give.
        code: i32,
        /// What `python` would print: the argument of `sys.exit`, if it is neither an int nor `None`.
        message: Option<String>,
    },
    /// A Python value is not the Rust value that was asked for.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
}

/// A Python exception that nothing caught. It is text only, so that it can go to other threads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    /// Name of the class: `ValueError`.
    pub class: String,
    /// `str(exception)`.
    pub message: String,
    /// The traceback as CPython prints it, with chained exceptions, and a newline at its end.
    pub traceback: String,
}

impl std::fmt::Display for Raised {
    /// The traceback.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.traceback.trim_end())
    }
}

/// Collects what a [`Machine`] is made with.
pub struct MachineBuilder {
    version: Version,
    host: Option<Box<dyn Host>>,
    argv: Vec<String>,
    path: Vec<String>,
    hash_seed: u32,
    opcode_map: Option<VersionInfo>,
    opcodes: Vec<&'static OpcodeDef>,
    strategy: Option<&'static StrategyDef>,
}

impl MachineBuilder {
    /// What the program may reach. Without it: output only, see [`Machine::output`].
    pub fn host(mut self, host: impl Host + 'static) -> Self {
        self.host = Some(Box::new(host));
        self
    }

    /// `sys.argv`.
    pub fn argv<S: Into<String>>(mut self, argv: impl IntoIterator<Item = S>) -> Self {
        self.argv = argv.into_iter().map(Into::into).collect();
        self
    }

    /// `sys.path`: folders of modules.
    pub fn path<S: Into<String>>(mut self, path: impl IntoIterator<Item = S>) -> Self {
        self.path = path.into_iter().map(Into::into).collect();
        self
    }

    /// Seed of string hashes, as `PYTHONHASHSEED`: equal seeds give equal orders of sets. 0 unless set.
    pub fn hash_seed(mut self, seed: u32) -> Self {
        self.hash_seed = seed;
        self
    }

    /// Another numbering of the opcodes: see [`VersionInfo::from_opcode_map`]. Code must be read with the same
    /// ([`Code::from_pyc_as`]) if its files have a magic number of their own.
    pub fn opcode_map(mut self, info: VersionInfo) -> Self {
        self.opcode_map = Some(info);
        self
    }

    /// An opcode for this machine only, made by [`opcode!`](opyc_core::opcode). It replaces a registered one of the
    /// same name if it says `overriding`, and is left out if it is for other versions.
    pub fn opcode(mut self, def: &'static OpcodeDef) -> Self {
        self.opcodes.push(def);
        self
    }

    /// The block strategy of this machine, in place of the registered one.
    pub fn strategy(mut self, def: &'static StrategyDef) -> Self {
        self.strategy = Some(def);
        self
    }

    /// The table that the machine is to dispatch by: the shared one, if nothing is special.
    fn table(&self) -> Result<Arc<Table>, Fault> {
        if self.opcode_map.is_none() && self.opcodes.is_empty() && self.strategy.is_none() {
            return Table::shared(self.version);
        }
        let info = self.opcode_map.as_ref().unwrap_or(info(self.version));
        let table = Table::build(info, &self.opcodes)?;
        Ok(Arc::new(match self.strategy {
            Some(s) => table.with_strategy(s)?,
            None => table,
        }))
    }

    /// Makes the machine.
    ///
    /// # Errors
    /// The opcodes that are registered or were given conflict, or the opcode map is another version's.
    pub fn build(self) -> Result<Machine, Fault> {
        let table = self.table()?;
        let captured = Rc::new(Captured::default());
        let host = self.host.unwrap_or_else(|| Box::new(captured.clone()));
        let config = Config {
            version: self.version,
            host,
            hash_seed: self.hash_seed,
        };
        let vm = VirtualMachine::with_table(config, table)?;
        vm.enter(|vm| vm.set_program(&self.argv, &self.path));
        Ok(Machine { vm, captured })
    }
}

/// A machine with its host: runs the code of one version. It derefs to [`Vm`], which has all operations on values.
///
/// It stays on the thread that made it:
///
/// ```compile_fail
/// let machine = opyc::Machine::builder(opyc::Version::V3_12).build().unwrap();
/// std::thread::spawn(move || machine.output());
/// ```
pub struct Machine {
    vm: VirtualMachine,
    captured: Rc<Captured>,
}

impl Deref for Machine {
    type Target = Vm;
    fn deref(&self) -> &Vm {
        &self.vm
    }
}

impl Machine {
    /// Begins a machine for code of a version.
    pub fn builder(version: Version) -> MachineBuilder {
        MachineBuilder {
            version,
            host: None,
            argv: vec![String::new()],
            path: Vec::new(),
            hash_seed: 0,
            opcode_map: None,
            opcodes: Vec::new(),
            strategy: None,
        }
    }

    /// Begins a machine for the version of some code.
    pub fn for_code(code: &Code) -> MachineBuilder {
        Machine::builder(code.version)
    }

    /// Runs code as the main program, `__main__`. What is there already stays: globals of
    /// [`Machine::set_global`], and those of code that ran before.
    ///
    /// # Errors
    /// [`Error::Raised`] for an exception that nothing caught, [`Error::Exit`] for SystemExit, [`Error::Fault`] for the
    /// machine's own failures.
    pub fn run_code(&self, code: Arc<Code>) -> Result<(), Error> {
        self.vm
            .enter(|vm| vm.run_main(code, None))
            .map_err(|r| self.error(r))
    }

    /// What the program has written to standard output, if the machine keeps it (no host was given).
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.captured.out.borrow()).into_owned()
    }

    /// What the program has written to standard error, if the machine keeps it.
    pub fn error_output(&self) -> String {
        String::from_utf8_lossy(&self.captured.err.borrow()).into_owned()
    }

    /// A raised exception as an error of the host.
    pub fn error(&self, r: Raise) -> Error {
        if r.is_fault() {
            return Error::Fault(self.vm.take_fault().unwrap_or(Fault::Stopped));
        }
        self.vm.enter(|vm| {
            let exception = r.value();
            if vm.is_exception(&r, &vm.exc_types.SystemExit) {
                let (code, message) = vm.exit_status(exception);
                let message = message.map(|text| text.trim_end_matches('\n').to_owned());
                return Error::Exit { code, message };
            }
            let class = vm.type_name(exception);
            let message = match vm.str_of(exception) {
                Ok(text) => vm.str_lossy(&text),
                // As tracebacks say it.
                Err(_) => "<exception str() failed>".to_owned(),
            };
            Error::Raised(Raised {
                class,
                message,
                traceback: vm.exception_text(exception),
            })
        })
    }
}
