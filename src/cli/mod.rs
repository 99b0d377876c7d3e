//! The command line: what it understands, and what it does.

mod args;
mod check;
mod dis;
mod host;
mod json;
mod ops;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

use run::{load, with_stack};

/// Exit code for a command line or a file that cannot be used.
const USAGE: u8 = 2;

const HELP: &str = "\
opyc runs compiled Python (.pyc of CPython 3.6 to 3.14) without CPython.

Usage: opyc [run] [--path DIR]... [--opcode-map FILE] FILE.pyc [ARGS...]
       opyc dis FILE.pyc...            shows the bytecode
       opyc check FILE.pyc|FOLDER...   reads and verifies, runs nothing
       opyc ops [NAME]                 lists the opcodes
       opyc COMMAND --help
       opyc --help | --version

  --path DIR         a folder to import modules from; may be given several times
  --opcode-map FILE  the numbers of the opcodes, where they are not CPython's

Environment:
  OPYC_PATH       more folders to import from, separated by ':'
  PYTHONHASHSEED  seed of string hashes, 0 to 4294967295 or 'random'

Compile a program with the Python that you have:
  python3 -m py_compile program.py     (gives __pycache__/program.cpython-3XX.pyc)
";

/// What the command line asks for.
enum Command {
    Help,
    Version,
    Run {
        file: String,
        path: Vec<String>,
        map: Option<String>,
        args: Vec<String>,
    },
}

pub(crate) fn main() -> ExitCode {
    let mut args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let command = args.first().and_then(|a| a.to_str());
    let command: Option<fn(Vec<OsString>) -> ExitCode> = match command {
        Some("dis") => Some(dis::main),
        Some("check") => Some(check::main),
        Some("ops") => Some(ops::main),
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
        Ok(Command::Run {
            file,
            path,
            map,
            args,
        }) => run::run(file, path, map, args),
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
    let mut args = args.into_iter().peekable();
    if args.peek().is_some_and(|a| a == "run") {
        args.next();
    }
    let text = |a: OsString| {
        a.into_string()
            .map_err(|a| format!("not valid UTF-8: {}", a.to_string_lossy()))
    };
    let mut path = Vec::new();
    let mut map = None;
    while let Some(a) = args.next() {
        let a = text(a)?;
        match a.as_str() {
            "-h" | "--help" | "help" => return Ok(Command::Help),
            "-V" | "--version" => return Ok(Command::Version),
            "--path" => match args.next() {
                Some(d) => path.push(text(d)?),
                None => return Err("--path needs a folder".into()),
            },
            "--opcode-map" => match args.next() {
                Some(f) => map = Some(text(f)?),
                None => return Err("--opcode-map needs a file".into()),
            },
            _ if a.starts_with("--opcode-map=") => {
                map = Some(a["--opcode-map=".len()..].to_string())
            }
            _ if a.starts_with("--path=") => path.push(a["--path=".len()..].to_string()),
            "--" => match args.next() {
                Some(file) => {
                    let args = args.map(text).collect::<Result<_, _>>()?;
                    return Ok(Command::Run {
                        file: text(file)?,
                        path,
                        map,
                        args,
                    });
                }
                None => break,
            },
            _ if a.starts_with('-') && a.len() > 1 => return Err(format!("unknown option {a}")),
            _ => {
                let args = args.map(text).collect::<Result<_, _>>()?;
                return Ok(Command::Run {
                    file: a,
                    path,
                    map,
                    args,
                });
            }
        }
    }
    Err("no .pyc file given".into())
}
