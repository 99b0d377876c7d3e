//! `opyc trace`: runs a program and shows every dispatch.

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::rc::Rc;

use opyc::Machine;
use opyc::core::instrument::{DispatchView, Events, Exit, Instrument, Shown, Site};
use opyc::trace::Filter;

use super::args::{Arg, Args, unknown};
use super::complain;
use super::json::Json;
use super::run::{Finish, Program, run};

pub(super) const HELP: &str = "\
Runs a program and shows every instruction that the machine dispatches, indented by depth.

Usage: opyc trace [OPTIONS] FILE.pyc [ARGS...]

  --op NAME          only opcodes of this name, or of this beginning: 'LOAD_*'
  --function NAME    only functions of this name, qualified or not
  --file NAME        only code of this source file, or of the last parts of its path
  --line N[-M]       only these lines
  --output FILE      writes there, not to standard error
  --json             a JSON object a line
  --path DIR, --opcode-map FILE    as for `opyc run`

Options of one kind add up. A line has the source line, the offset in the bytecode, the opcode, its argument and what
that means, and the values on top of the stack before, the topmost last. Calls, returns, yields and exceptions are
shown too, unless --op or --line selects single instructions.

The same program gives the same text again: no addresses are shown, and PYTHONHASHSEED is 0 unless it is set.
";

/// Values of the stack that are shown.
const STACK: usize = 3;
/// Levels by which a line is indented at most; deeper ones say their depth.
const INDENT: usize = 40;

#[derive(Default)]
struct Request {
    program: Program,
    filter: Filter,
    output: Option<String>,
    json: bool,
}

fn parse(args: Vec<OsString>) -> Result<Option<Request>, String> {
    let mut request = Request::default();
    let mut args = Args::new(args);
    while let Some(arg) = args.next()? {
        let (name, given) = match arg {
            Arg::Option(name, given) => (name, given),
            Arg::Value(file) => {
                request.program.file = file;
                request.program.args = args.rest()?;
                return Ok(Some(request));
            }
        };
        let mut value = |what| args.value(&name, given.clone(), what);
        let filter = std::mem::take(&mut request.filter);
        request.filter = match name.as_str() {
            "--op" => filter.op(value("a name")?),
            "--function" => filter.function(value("a name")?),
            "--file" => filter.file(value("a name")?),
            "--line" => filter.lines(lines(&value("a line")?)?),
            _ => filter,
        };
        match name.as_str() {
            "--op" | "--function" | "--file" | "--line" => {}
            "--output" => request.output = Some(value("a file")?),
            "--path" => request.program.path.push(value("a folder")?),
            "--opcode-map" => request.program.map = Some(value("a file")?),
            "-h" | "--help" if given.is_none() => return Ok(None),
            "--json" if given.is_none() => request.json = true,
            _ => return unknown(&name),
        }
    }
    Err("no .pyc file given".into())
}

fn lines(text: &str) -> Result<RangeInclusive<u32>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("--line {text} is neither N nor N-M")),
    }
}

pub(super) fn main(args: Vec<OsString>) -> ExitCode {
    super::command("trace", HELP, parse(args), |mut request| {
        request.program.seed = Some(0);
        let Request {
            program,
            filter,
            output,
            json,
        } = request;
        run(program, move |machine| {
            attach(machine, filter, output, json).map(Some)
        })
    })
}

fn attach(
    machine: &Machine,
    filter: Filter,
    output: Option<String>,
    json: bool,
) -> Result<Finish, String> {
    let out: Box<dyn Write> = match &output {
        Some(file) => {
            let created = File::create(file).map_err(|e| format!("cannot write {file}: {e}"))?;
            Box::new(BufWriter::new(created))
        }
        // Line by line, between what the program itself writes there.
        None => Box::new(io::LineWriter::new(io::stderr())),
    };
    let trace = Rc::new(Trace {
        out: RefCell::new(out),
        failed: Cell::new(None),
        filter,
        json,
    });
    machine.attach(trace.clone());
    Ok(Box::new(move || trace.finish()))
}

/// Writes a line for each event.
struct Trace {
    out: RefCell<Box<dyn Write>>,
    /// The first error of `out`.
    failed: Cell<Option<io::Error>>,
    filter: Filter,
    json: bool,
}

impl Trace {
    fn write(&self, line: &str) {
        let written = self.out.borrow_mut().write_all(line.as_bytes());
        self.note(written);
    }

    fn note(&self, written: io::Result<()>) {
        if let Err(e) = written {
            let first = self.failed.take().unwrap_or(e);
            self.failed.set(Some(first));
        }
    }

    fn finish(&self) {
        let flushed = self.out.borrow_mut().flush();
        self.note(flushed);
        // That nobody reads on is no failure.
        if let Some(e) = self
            .failed
            .take()
            .filter(|e| e.kind() != io::ErrorKind::BrokenPipe)
        {
            complain(&format!("cannot write the trace: {e}"));
        }
    }

    /// A line about a frame: an arrow, what happened, and a value.
    fn frame(
        &self,
        view: &DispatchView<'_>,
        arrow: &str,
        event: &'static str,
        value: Option<String>,
    ) {
        if self.filter.selects_instructions() || !self.filter.passes_code(view) {
            return;
        }
        if self.json {
            let mut fields = place(view, event);
            if event != "enter" {
                fields.push(("value", value.map_or(Json::Null, Json::Text)));
            }
            return self.write(&format!("{}\n", Json::Object(fields)));
        }
        let name = view.function();
        let rest = match event {
            "enter" => {
                let line = view.line().unwrap_or(0);
                format!("{name} ({}:{line})", view.file())
            }
            _ => format!("{name}: {event} {}", value.as_deref().unwrap_or("…")),
        };
        self.write(&format!("{}{arrow} {rest}\n", indent(view.depth())));
    }
}

/// The fields that all JSON objects have.
fn place(view: &DispatchView<'_>, event: &str) -> Vec<(&'static str, Json)> {
    vec![
        ("event", Json::Text(event.into())),
        ("depth", Json::Int(view.depth() as i64)),
        ("file", Json::Text(view.file().into())),
        ("function", Json::Text(view.function().into())),
        ("line", view.line().into()),
        ("offset", Json::Int(view.offset().into())),
    ]
}

fn indent(depth: usize) -> String {
    match depth {
        0..=INDENT => "  ".repeat(depth),
        _ => format!("{}[{depth}] ", "  ".repeat(INDENT)),
    }
}

/// The values on top of the stack, the topmost last.
fn stack(view: &DispatchView<'_>) -> Vec<String> {
    let shown = view.stack_depth().min(STACK);
    let values = (0..shown).rev().filter_map(|n| view.stack(n));
    values.map(|v| v.to_string()).collect()
}

impl Instrument for Trace {
    fn events(&self) -> Events {
        match self.filter.selects_instructions() {
            true => Events::BEFORE,
            false => Events::BEFORE | Events::FRAMES,
        }
    }

    fn interest(&self, at: &Site<'_>) -> bool {
        self.filter.passes(at)
    }

    fn before(&self, view: &DispatchView<'_>) {
        if self.json {
            let mut fields = place(view, "dispatch");
            fields.extend([
                ("opname", Json::Text(view.opname().into())),
                ("arg", view.arg().into()),
                ("meaning", Json::Text(view.meaning())),
                ("stack", Json::texts(stack(view))),
            ]);
            return self.write(&format!("{}\n", Json::Object(fields)));
        }
        let line = view.line().map_or("-".into(), |n| n.to_string());
        let mut text = format!("{}{line:>5} {:>5} ", indent(view.depth()), view.offset());
        let meaning = view.meaning();
        let argument = match (view.arg(), meaning.as_str()) {
            (None, _) => String::new(),
            (Some(arg), "") => format!("{arg}"),
            (Some(arg), _) => format!("{arg} ({meaning})"),
        };
        let values = stack(view);
        let more = if view.stack_depth() > values.len() {
            "…, "
        } else {
            ""
        };
        text.push_str(&format!("{:<24} {argument:<28} ", view.opname()));
        text.push_str(&format!("[{more}{}]\n", values.join(", ")));
        self.write(&text);
    }

    fn enter(&self, view: &DispatchView<'_>) {
        self.frame(view, "-->", "enter", None);
    }

    fn leave(&self, view: &DispatchView<'_>, exit: &Exit<'_>) {
        match exit {
            Exit::Return(value) => {
                self.frame(view, "<--", "return", value.map(|v| v.to_string()));
            }
            Exit::Raise(e) => self.frame(view, "<--", "raise", Some(e.to_string())),
            Exit::Fault => self.frame(view, "<--", "stop", Some("the machine".into())),
        }
    }

    fn yields(&self, view: &DispatchView<'_>, value: Option<Shown<'_>>) {
        self.frame(view, "<--", "yield", value.map(|v| v.to_string()));
    }

    fn raise(&self, view: &DispatchView<'_>, exception: Shown<'_>) {
        self.frame(view, "!!!", "exception", Some(exception.to_string()));
    }
}
