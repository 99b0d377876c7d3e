//! `opyc run`: runs a program as `python` would.

use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use opyc::core::version::VersionInfo;
use opyc::{Code, Machine};

use super::host::Process;
use super::{complain, fail};

/// Bytes of Rust stack for nested native code: a sort key that sorts, a `__repr__` of deep lists.
const STACK: usize = 256 << 20;
/// Bytes of it that the machine does not use.
const STACK_RESERVE: usize = 16 << 20;
/// Exit code when the machine itself fails.
const FAULT: u8 = 70;
/// Exit code when the last output cannot be written, as CPython's.
const NO_OUTPUT: u8 = 120;

/// What to run, and how.
#[derive(Default)]
pub(super) struct Program {
    pub(super) file: String,
    pub(super) path: Vec<String>,
    /// The file of its opcode map, if it has one.
    pub(super) map: Option<String>,
    pub(super) args: Vec<String>,
    /// Seed of string hashes where `PYTHONHASHSEED` gives none; else one that nobody can guess.
    pub(super) seed: Option<u32>,
}

/// What is left to do when the program has ended.
pub(super) type Finish = Box<dyn FnOnce()>;

/// Runs a program. `watch` may attach instruments before.
pub(super) fn run(
    program: Program,
    watch: impl FnOnce(&Machine) -> Result<Option<Finish>, String> + Send + 'static,
) -> ExitCode {
    with_stack(move || run_here(program, watch))
}

/// Does something on a thread of its own, which has as much stack as we like.
pub(super) fn with_stack(work: impl FnOnce() -> ExitCode + Send + 'static) -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    match thread.map(|t| t.join()) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => ExitCode::from(FAULT),
        Err(e) => fail(&format!("cannot start a thread: {e}")),
    }
}

/// Reads a file, and its opcode map if it has one.
pub(super) fn load(
    file: &str,
    map: Option<&str>,
) -> Result<(Arc<Code>, Option<VersionInfo>), String> {
    let cannot = |file: &str, e: std::io::Error| format!("cannot read {file}: {e}");
    let bytes = std::fs::read(file).map_err(|e| cannot(file, e))?;
    let Some(map) = map else {
        return Ok((
            Code::from_pyc(&bytes, file).map_err(|e| e.to_string())?,
            None,
        ));
    };
    let text = std::fs::read_to_string(map).map_err(|e| cannot(map, e))?;
    let info = VersionInfo::from_opcode_map(&text).map_err(|e| format!("{map}: {e}"))?;
    let code = Code::from_pyc_as(&bytes, file, &info).map_err(|e| e.to_string())?;
    Ok((code, Some(info)))
}

fn run_here(
    program: Program,
    watch: impl FnOnce(&Machine) -> Result<Option<Finish>, String>,
) -> ExitCode {
    let Program {
        file,
        path,
        map,
        args,
        seed,
    } = program;
    let (code, map) = match load(&file, map.as_deref()) {
        Ok(loaded) => loaded,
        Err(e) => return fail(&e),
    };
    let folder = match file.rsplit_once('/') {
        Some(("", _)) => "/".to_string(),
        Some((folder, _)) => folder.to_string(),
        None => std::env::current_dir()
            .map(|d| d.to_string_lossy().into_owned())
            .unwrap_or_default(),
    };
    let more = std::env::var("OPYC_PATH").unwrap_or_default();
    let path = std::iter::once(folder).chain(path).chain(
        more.split(':')
            .filter(|d| !d.is_empty())
            .map(str::to_string),
    );
    let argv = std::iter::once(file.clone()).chain(args);
    let host = Rc::new(Process::new());
    let mut builder = Machine::for_code(&code)
        .host(host.clone())
        .argv(argv)
        .path(path)
        .hash_seed(hash_seed(seed));
    if let Some(map) = map {
        builder = builder.opcode_map(map);
    }
    let machine = match builder.build() {
        Ok(m) => m,
        Err(e) => {
            complain(&e.to_string());
            return ExitCode::from(FAULT);
        }
    };
    machine.set_rust_stack(STACK - STACK_RESERVE);
    let flag = machine.interrupt_flag();
    host.watch(flag.clone());
    // Without the handler Ctrl-C still ends the process.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, flag);
    super::log::attach(&machine);
    let finish = match watch(&machine) {
        Ok(finish) => finish,
        Err(e) => return fail(&e),
    };
    let status = machine.enter(|vm| vm.run_program(code, &file));
    if let Some(finish) = finish {
        finish();
    }
    match status {
        Ok(status) => {
            if status.interrupted {
                // As a shell expects: ended by the signal.
                let _ =
                    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT);
            }
            // Nothing is left to do that the end of the process does not do faster.
            let code = if status.output_lost && status.code == 0 {
                NO_OUTPUT
            } else {
                status.code as u8
            };
            std::process::exit(code.into())
        }
        Err(fault) => {
            let _ = opyc::Host::flush(&*host);
            complain(&fault.to_string());
            ExitCode::from(FAULT)
        }
    }
}

/// `PYTHONHASHSEED`, or the default, or a seed that nobody can guess.
fn hash_seed(default: Option<u32>) -> u32 {
    let given = std::env::var("PYTHONHASHSEED").ok();
    match given.and_then(|s| s.parse().ok()).or(default) {
        Some(seed) => seed,
        None => {
            use std::hash::{BuildHasher, Hasher};
            std::collections::hash_map::RandomState::new()
                .build_hasher()
                .finish() as u32
        }
    }
}
