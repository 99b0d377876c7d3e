//! The command line: what it understands, and what it does.

mod args;
mod check;
mod dis;
mod host;
mod json;
mod log;
mod ops;
mod profile;
mod run;
mod trace;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Arg, Args, unknown};
use run::{Program, load, with_stack};

/// Exit code for a command line or a file that cannot be used.
const USAGE: u8 = 2;

const HELP: &str = "\
opyc runs compiled Python (.pyc of CPython 3.6 to 3.14) without CPython.

Usage: opyc [run] [--path DIR]... [--opcode-map FILE] FILE.pyc [ARGS...]
       opyc dis FILE.pyc...            shows the bytecode
       opyc check FILE.pyc|FOLDER...   reads and verifies, runs nothing
       opyc ops [NAME]                 lists the opcodes
       opyc trace FILE.pyc [ARGS...]   runs it and shows every dispatch
       opyc COMMAND --help
       opyc --help | --version

  --path DIR         a folder to import modules from; may be given several times
  --opcode-map FILE  the numbers of the opcodes, where they are not CPython's
  --profile          prints counts and time by opcode, function and line at the end, and writes folded stacks for flame
                     graphs to NAME.folded
  --profile-folded FILE    the same, with that file for the folded stacks

Environment:
  OPYC_PATH       more folders to import from, separated by ':'
  PYTHONHASHSEED  seed of string hashes, 0 to 4294967295 or 'random'
  RUST_LOG        events to write to standard error: opyc::dispatch=trace

Compile a program with the Python that you have:
  python3 -m py_compile program.py     (gives __pycache__/program.cpython-3XX.pyc)
";

/// What the command line asks for.
enum Command {
    Help,
    Version,
    /// A program, and where its folded stacks go if it is profiled.
    Run(Program, Option<String>),
}

pub(crate) fn main() -> ExitCode {
    let mut args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let command = args.first().and_then(|a| a.to_str());
    let command: Option<fn(Vec<OsString>) -> ExitCode> = match command {
        Some("dis") => Some(dis::main),
        Some("check") => Some(check::main),
        Some("ops") => Some(ops::main),
        Some("trace") => Some(trace::main),
        _ => None,
    };
    if let Some(command) = command {
        args.remove(0);
        return command(args);
    }
    match parse(args) {
        Ok(Command::Help) => {
            print(HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Version) => {
            print(&format!("opyc {}\n", env!("CARGO_PKG_VERSION")));
            ExitCode::SUCCESS
        }
        Ok(Command::Run(program, profile)) => run::run(program, |machine| {
            Ok(profile.map(|folded| profile::attach(machine, folded)))
        }),
        Err(text) => fail(&format!("{text}\nTry 'opyc --help'.")),
    }
}

/// Runs a command whose arguments have been read: `None` asks for its help.
fn command<R>(
    name: &str,
    help: &str,
    request: Result<Option<R>, String>,
    run: impl FnOnce(R) -> ExitCode,
) -> ExitCode {
    match request {
        Ok(Some(request)) => run(request),
        Ok(None) => {
            print(help);
            ExitCode::SUCCESS
        }
        Err(text) => fail(&format!("{text}\nTry 'opyc {name} --help'.")),
    }
}

/// The exit code of a command that has written its output: 1 if `failed`. That nobody reads on is no failure.
fn finish(written: std::io::Result<()>, failed: bool) -> ExitCode {
    match written {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("cannot write: {e}"));
            ExitCode::FAILURE
        }
        _ if failed => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// Prints without minding that nobody reads.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Says what is wrong, on standard error.
fn fail(text: &str) -> ExitCode {
    complain(text);
    ExitCode::from(USAGE)
}

fn complain(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "opyc: {text}");
}

fn parse(args: Vec<OsString>) -> Result<Command, String> {
    let run = usize::from(args.first().is_some_and(|a| a == "run"));
    let mut args = Args::new(args.into_iter().skip(run).collect());
    let mut program = Program::default();
    let mut profile = None;
    while let Some(arg) = args.next()? {
        let (name, given) = match arg {
            Arg::Option(name, given) => (name, given),
            Arg::Value(name) if name == "help" => return Ok(Command::Help),
            Arg::Value(file) => {
                let profile = profile
                    .map(|to: Option<String>| to.unwrap_or_else(|| profile::default_file(&file)));
                program.file = file;
                program.args = args.rest()?;
                return Ok(Command::Run(program, profile));
            }
        };
        let mut value = |what| args.value(&name, given.clone(), what);
        match name.as_str() {
            "--path" => program.path.push(value("a folder")?),
            "--opcode-map" => program.map = Some(value("a file")?),
            "--profile-folded" => profile = Some(Some(value("a file")?)),
            "-h" | "--help" if given.is_none() => return Ok(Command::Help),
            "-V" | "--version" if given.is_none() => return Ok(Command::Version),
            "--profile" if given.is_none() => profile = profile.or(Some(None)),
            _ => return unknown(&name),
        }
    }
    Err("no .pyc file given".into())
}
