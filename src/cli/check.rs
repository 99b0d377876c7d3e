//! `opyc check`: reads and verifies files without running them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use opyc::Code;
use opyc::core::code::Const;
use opyc::core::decode::decode;
use opyc::core::registry::Table;
use opyc::core::verify::verify;

use super::args::Files;
use super::json::Json;
use super::{complain, finish, load, with_stack};

pub(super) const HELP: &str = "\
Reads and verifies .pyc files, and runs nothing. Prints a line a file: `ok`, or why it is refused.

Usage: opyc check [--json] [--quiet] [--opcode-map FILE] FILE.pyc|FOLDER...

  --json             a JSON object a file, on a line of its own
  -q, --quiet        only the files that are refused
  --opcode-map FILE  the numbers of the opcodes, where they are not CPython's

Folders are searched for .pyc files, those inside them too. The exit code is 1 if any file is refused,
or a folder has none.
";

pub(super) fn main(args: Vec<OsString>) -> ExitCode {
    let mut quiet = false;
    let request = Files::parse(
        args,
        &["-q", "--quiet"],
        &mut quiet,
        "no .pyc file or folder given",
    );
    super::command("check", HELP, request, |request| {
        with_stack(move || run(&request, quiet))
    })
}

/// A file that can be read, but not run: what is wrong, and where.
struct Refusal {
    problem: String,
    /// Qualified name and offset, if the problem is in the bytecode.
    place: Option<(String, u32)>,
}

fn run(request: &Files, quiet: bool) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut any_refused = false;
    for path in &request.files {
        let files = files(Path::new(path));
        if files.is_empty() {
            complain(&format!("no .pyc file in {path}"));
            any_refused = true;
        }
        for file in files {
            let name = file.to_string_lossy();
            let result = check(&name, request.map.as_deref());
            any_refused |= result.is_err();
            let line = match (&result, request.json) {
                (Ok(_), false) => format!("{name}: ok"),
                (Err(refusal), false) => refusal.text(&name),
                (result, true) => json(&name, result).to_string(),
            };
            if quiet && result.is_ok() {
                continue;
            }
            if let Err(e) = writeln!(out, "{line}") {
                return finish(Err(e), any_refused);
            }
        }
    }
    finish(out.flush(), any_refused)
}

impl Refusal {
    fn text(&self, file: &str) -> String {
        match &self.place {
            Some((function, offset)) => {
                format!("{file}: {function}, offset {offset}: {}", self.problem)
            }
            None => format!("{file}: {}", self.problem),
        }
    }
}

/// The file, or the `.pyc` files below a folder, sorted. Links to folders are not followed: they may lead in circles.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            // Reading it as a file gives the reason why it cannot be.
            found.push(folder);
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "pyc") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Reads and verifies a file; gives its version and the number of its code objects.
fn check(file: &str, map: Option<&str>) -> Result<(String, usize), Refusal> {
    let plain = |problem: String| Refusal {
        problem,
        place: None,
    };
    let (code, map) =
        load(file, map).map_err(|text| match text.strip_prefix(&format!("{file}: ")) {
            Some(problem) => plain(problem.to_owned()),
            None => plain(text),
        })?;
    let table = match map {
        Some(info) => Table::build(&info, &[]).map(Arc::new),
        None => Table::shared(code.version),
    };
    let table = table.map_err(|e| plain(e.to_string()))?;
    // A file may name one code object many times.
    let mut seen = HashSet::new();
    let mut waiting = vec![&code];
    while let Some(code) = waiting.pop() {
        if seen.insert(Arc::as_ptr(code)) {
            check_one(code, &table)?;
            waiting.extend(code.consts.iter().rev().filter_map(|c| match c {
                Const::Code(inner) => Some(inner),
                _ => None,
            }));
        }
    }
    Ok((code.version.to_string(), seen.len()))
}

fn check_one(code: &Code, table: &Table) -> Result<(), Refusal> {
    if code.code.is_empty() {
        return Err(Refusal {
            problem: "there is no code".to_owned(),
            place: Some((code.qualname.to_string(), 0)),
        });
    }
    let decoded = decode(code, &table.info).map_err(|e| Refusal {
        problem: e.problem.to_string(),
        place: Some((code.qualname.to_string(), e.offset)),
    })?;
    verify(code, &decoded, |op| table.effect(op), &table.info).map_err(|e| Refusal {
        problem: e.problem.to_string(),
        place: Some((e.function, e.offset)),
    })?;
    Ok(())
}

fn json(file: &str, result: &Result<(String, usize), Refusal>) -> Json {
    let mut fields = vec![
        ("file", Json::Text(file.into())),
        ("ok", Json::Bool(result.is_ok())),
    ];
    match result {
        Ok((version, count)) => fields.extend([
            ("version", Json::Text(version.clone())),
            ("code_objects", Json::Int(*count as i64)),
        ]),
        Err(refusal) => {
            fields.push(("problem", Json::Text(refusal.problem.clone())));
            if let Some((function, offset)) = &refusal.place {
                fields.extend([
                    ("function", Json::Text(function.clone())),
                    ("offset", Json::Int((*offset).into())),
                ]);
            }
        }
    }
    Json::Object(fields)
}
