//! `opyc dis`: shows the bytecode of a file as the `dis` module of its CPython does.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use opyc::Code;
use opyc::core::code::Const;
use opyc::dis::{Disassembler, Instruction, Layout, Listing, Protected, Style};

use super::args::Files;
use super::json::Json;
use super::{complain, finish, load, with_stack};

pub(super) const HELP: &str = "\
Shows bytecode as `dis` of the CPython that made it does, nested code too.

Usage: opyc dis [--offsets] [--json] [--opcode-map FILE] FILE.pyc...

  --offsets          show offsets in 3.13 and 3.14 too, as `python3.13 -m dis -O`
  --json             a JSON object a file, on a line of its own
  --opcode-map FILE  the numbers of the opcodes, where they are not CPython's

Code objects are shown without their address, and sets in the order of PYTHONHASHSEED=0, so that two listings can be
compared. Colours are used on a terminal, unless NO_COLOR is set.
";

pub(super) fn main(args: Vec<OsString>) -> ExitCode {
    let mut offsets = false;
    let request = Files::parse(
        args,
        &["-O", "--offsets"],
        &mut offsets,
        "no .pyc file given",
    );
    super::command("dis", HELP, request, |request| {
        with_stack(move || run(&request, offsets))
    })
}

fn run(request: &Files, offsets: bool) -> ExitCode {
    let stdout = io::stdout();
    let style =
        match stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) {
            true => Style::COLOUR,
            false => Style::default(),
        };
    let layout = Layout { offsets, style };
    let mut out = BufWriter::new(stdout.lock());
    let mut failed = false;
    for (i, file) in request.files.iter().enumerate() {
        let (code, map) = match load(file, request.map.as_deref()) {
            Ok(loaded) => loaded,
            Err(text) => {
                let _ = out.flush();
                complain(&text);
                failed = true;
                continue;
            }
        };
        let disassembler = match map {
            Some(info) => Disassembler::with_numbering(info),
            None => Disassembler::new(code.version),
        };
        let written = if request.json {
            let json = Json::Object(vec![
                ("file", Json::Text(file.clone())),
                ("version", Json::Text(code.version.to_string())),
                ("code", code_json(&code, &disassembler)),
            ]);
            writeln!(out, "{json}")
        } else {
            heading(request, i, file, &mut out)
                .and_then(|()| disassembler.write(&code, layout, &mut out))
        };
        if let Err(e) = written {
            return finish(Err(e), failed);
        }
    }
    finish(out.flush(), failed)
}

/// Names the file, where there are several.
fn heading(request: &Files, i: usize, file: &str, out: &mut dyn Write) -> io::Result<()> {
    match (request.files.len(), i) {
        (1, _) => Ok(()),
        (_, 0) => writeln!(out, "{file}:"),
        _ => writeln!(out, "\n{file}:"),
    }
}

fn code_json(code: &Arc<Code>, disassembler: &Disassembler) -> Json {
    let Listing {
        instructions,
        exceptions,
        ..
    } = disassembler.listing(code);
    let inner = code.consts.iter().filter_map(|c| match c {
        Const::Code(inner) => Some(code_json(inner, disassembler)),
        _ => None,
    });
    Json::Object(vec![
        ("name", Json::Text(code.name.to_string())),
        ("qualname", Json::Text(code.qualname.to_string())),
        ("filename", Json::Text(code.filename.to_string())),
        ("firstlineno", Json::Int(code.firstlineno.into())),
        ("argcount", Json::Int(code.argcount.into())),
        ("posonlyargcount", Json::Int(code.posonlyargcount.into())),
        ("kwonlyargcount", Json::Int(code.kwonlyargcount.into())),
        ("flags", Json::Int(code.flags.into())),
        ("stacksize", Json::Int(code.stacksize.into())),
        (
            "variables",
            Json::texts(code.localsplus.iter().map(|(name, _)| name.to_string())),
        ),
        (
            "names",
            Json::texts(code.names.iter().map(|n| n.to_string())),
        ),
        (
            "instructions",
            Json::List(instructions.into_iter().map(instruction_json).collect()),
        ),
        (
            "exceptions",
            Json::List(exceptions.into_iter().map(protected_json).collect()),
        ),
        ("nested", Json::List(inner.collect())),
    ])
}

fn instruction_json(i: Instruction) -> Json {
    Json::Object(vec![
        ("offset", Json::Int(i.offset.into())),
        ("opcode", Json::Int(i.opcode.into())),
        ("opname", Json::Text(i.opname.into_owned())),
        ("arg", i.arg.into()),
        ("meaning", Json::Text(i.meaning)),
        ("target", i.target.into()),
        ("line", i.line.into()),
        ("starts_line", Json::Bool(i.starts_line)),
        ("is_target", Json::Bool(i.is_target)),
    ])
}

fn protected_json(e: Protected) -> Json {
    Json::Object(vec![
        ("start", Json::Int(e.start.into())),
        ("end", Json::Int(e.end.into())),
        ("target", Json::Int(e.target.into())),
        ("depth", Json::Int(e.depth.into())),
        ("lasti", Json::Bool(e.lasti)),
    ])
}
