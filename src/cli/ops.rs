//! `opyc ops`: lists the opcodes that this binary has been linked with.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use opyc::Version;
use opyc::core::inventory;
use opyc::core::registry::{OpcodeDef, Table};
use opyc::core::version::VersionRange;

use super::args::{Arg, Args, unknown};
use super::json::Json;
use super::{complain, finish};

pub(super) const HELP: &str = "\
Lists the opcodes that are linked in: number, stack effect, what they do, versions and the crate that provides them.

Usage: opyc ops [--version 3.N] [--json] [NAME]

  --version 3.N   only opcodes of this version, in order of number
  --json          a list of JSON objects
  NAME            all that is known of one opcode, in every version (or in that of --version)

A stack effect reads `(taken -- given)`, the last value on top; after `jump` stands what it is when a jump is taken.
";

/// Columns are padded to no more than this.
const WIDEST: usize = 40;

struct Request {
    version: Option<Version>,
    name: Option<String>,
    json: bool,
}

fn parse(args: Vec<OsString>) -> Result<Option<Request>, String> {
    let mut request = Request {
        version: None,
        name: None,
        json: false,
    };
    let mut args = Args::new(args);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Option(name, value) => match (name.as_str(), value) {
                ("-h" | "--help", None) => return Ok(None),
                ("--json", None) => request.json = true,
                ("--version", value) => {
                    let text = args.value(&name, value, "a version such as 3.12")?;
                    request.version = Some(parse_version(&text)?);
                }
                _ => return unknown(&name),
            },
            Arg::Value(name) if request.name.is_none() => {
                request.name = Some(name.to_ascii_uppercase());
            }
            Arg::Value(extra) => return Err(format!("one opcode at a time: {extra} is one more")),
        }
    }
    Ok(Some(request))
}

fn parse_version(text: &str) -> Result<Version, String> {
    let minor = text.strip_prefix("3.").and_then(|m| m.parse().ok());
    minor.and_then(Version::new).ok_or_else(|| {
        format!(
            "{text} is no version that opyc runs; those are {} to {}",
            Version::FIRST,
            Version::LAST
        )
    })
}

pub(super) fn main(args: Vec<OsString>) -> ExitCode {
    super::command("ops", HELP, parse(args), |request| match run(&request) {
        Ok(text) => {
            let mut out = BufWriter::new(io::stdout().lock());
            finish(
                out.write_all(text.as_bytes()).and_then(|()| out.flush()),
                false,
            )
        }
        Err(text) => {
            complain(&text);
            ExitCode::FAILURE
        }
    })
}

/// What core does with the opcode that no crate provides.
const EXTENDED_ARG: Row = Row {
    name: "EXTENDED_ARG",
    effect: "(--)",
    doc: "Holds the higher bytes of the next opcode's argument; decoding folds it in.",
    provider: "opyc-core",
    overriding: false,
    versions: Vec::new(),
    numbers: Vec::new(),
};

/// A definition, and what the versions make of it.
struct Row {
    name: &'static str,
    effect: &'static str,
    doc: &'static str,
    provider: &'static str,
    overriding: bool,
    /// The versions in which it is the one that runs.
    versions: Vec<Version>,
    /// Its number, in those versions that have an opcode of the name.
    numbers: Vec<(Version, u8)>,
}

/// Every definition that runs in some version, by name, then version.
fn rows(only: Option<Version>) -> Result<Vec<Row>, String> {
    let mut rows: Vec<(Option<&OpcodeDef>, Row)> = vec![(None, EXTENDED_ARG)];
    let wanted = |version: &Version| only.is_none_or(|only| only == *version);
    for version in Version::ALL.into_iter().filter(wanted) {
        let table = Table::shared(version).map_err(|e| e.to_string())?;
        let extended_arg = &mut rows[0].1;
        extended_arg.versions.push(version);
        extended_arg
            .numbers
            .push((version, table.info.extended_arg));
        for def in inventory::iter::<OpcodeDef> {
            let is_this = |other: &OpcodeDef| std::ptr::eq(other, def);
            if !table.by_name(def.name).is_some_and(is_this) {
                continue;
            }
            let number = table.info.number(def.name).map(|n| (version, n));
            match rows.iter_mut().find(|(of, _)| of.is_some_and(is_this)) {
                Some((_, row)) => {
                    row.versions.push(version);
                    row.numbers.extend(number);
                }
                None => {
                    let row = Row {
                        name: def.name,
                        effect: def.effect_text,
                        doc: def.doc.trim(),
                        provider: def.provider,
                        overriding: def.overriding,
                        versions: vec![version],
                        numbers: number.into_iter().collect(),
                    };
                    rows.push((Some(def), row));
                }
            }
        }
    }
    let mut rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    rows.sort_by_key(|row| (row.name, row.versions.first().copied()));
    Ok(rows)
}

fn run(request: &Request) -> Result<String, String> {
    let mut rows = rows(request.version)?;
    if let Some(name) = &request.name {
        rows.retain(|row| row.name == *name);
        if rows.is_empty() {
            return Err(no_such(name, request.version));
        }
    } else if request.version.is_some() {
        // What is only an operator of another opcode has no number.
        rows.retain(|row| !row.numbers.is_empty());
        rows.sort_by_key(|row| row.numbers.first().map(|(_, number)| *number));
    }
    if request.json {
        return Ok(format!("{}\n", Json::List(rows.iter().map(json).collect())));
    }
    Ok(match &request.name {
        Some(_) => rows.iter().map(describe).collect::<Vec<_>>().join("\n"),
        None => table(&rows, request.version),
    })
}

fn no_such(name: &str, version: Option<Version>) -> String {
    let place = match version {
        Some(version) => format!("CPython {version}"),
        None => "any version".to_owned(),
    };
    let mut text = format!("no opcode {name} in {place}");
    let mut close: Vec<&str> = inventory::iter::<OpcodeDef>
        .into_iter()
        .map(|def| def.name)
        .filter(|known| known.contains(name) || name.contains(known))
        .collect();
    close.sort_unstable();
    close.dedup();
    match close.as_slice() {
        [] => text.push_str("; `opyc ops` lists them all"),
        close => {
            text.push_str("; there is ");
            text.push_str(&close.join(", "));
        }
    }
    text
}

/// All rows, a line for each, in columns.
fn table(rows: &[Row], version: Option<Version>) -> String {
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut head = vec!["NAME", "VERSIONS", "CRATE", "STACK EFFECT", "WHAT IT DOES"];
    if version.is_some() {
        head.insert(0, "NUMBER");
    }
    lines.push(head.into_iter().map(str::to_owned).collect());
    for row in rows {
        let mut line = vec![
            row.name.to_owned(),
            spans(&row.versions),
            row.provider.to_owned(),
            row.effect.to_owned(),
            row.doc.to_owned(),
        ];
        if version.is_some() {
            let number = row.numbers.first().map(|(_, n)| format!("{n:>6}"));
            line.insert(0, number.unwrap_or_default());
        }
        lines.push(line);
    }
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        // A few effects are very long: they push what is behind them to the right.
        let widest = cells.map(|cell| cell.chars().count()).max();
        widest.unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<String> = cells.map(|(cell, w)| format!("{cell:<w$}")).collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// All that is known of one definition.
fn describe(row: &Row) -> String {
    let mut text = format!(
        "{} {}\n  {}\n  {:<12} {}\n  {:<12} {}{}\n",
        row.name,
        row.effect,
        row.doc,
        "versions",
        spans(&row.versions),
        "crate",
        row.provider,
        if row.overriding {
            " (overrides another)"
        } else {
            ""
        },
    );
    let mut by_number: Vec<(u8, Vec<Version>)> = Vec::new();
    for (version, number) in &row.numbers {
        match by_number.last_mut() {
            Some((n, versions)) if n == number => versions.push(*version),
            _ => by_number.push((*number, vec![*version])),
        }
    }
    for (number, versions) in by_number {
        text.push_str(&format!(
            "  {:<12} {number:<4} in {}\n",
            "number",
            spans(&versions)
        ));
    }
    let without: Vec<Version> = row
        .versions
        .iter()
        .copied()
        .filter(|v| row.numbers.iter().all(|(with, _)| with != v))
        .collect();
    if !without.is_empty() {
        text.push_str(&format!(
            "  {:<12} no number of its own in {}: stands for what another opcode's argument selects\n",
            "operator",
            spans(&without)
        ));
    }
    text
}

/// Versions as ranges: `3.6-3.8, 3.10`.
fn spans(versions: &[Version]) -> String {
    let mut ranges: Vec<VersionRange> = Vec::new();
    for &version in versions {
        match ranges.last_mut() {
            Some(last) if last.last().minor() + 1 == version.minor() => {
                *last = VersionRange::new(last.first(), version);
            }
            _ => ranges.push(VersionRange::only(version)),
        }
    }
    let texts: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn json(row: &Row) -> Json {
    let numbers = row.numbers.iter().map(|(version, number)| {
        Json::Object(vec![
            ("version", Json::Text(version.to_string())),
            ("number", Json::Int((*number).into())),
        ])
    });
    Json::Object(vec![
        ("name", Json::Text(row.name.into())),
        ("effect", Json::Text(row.effect.into())),
        ("doc", Json::Text(row.doc.into())),
        (
            "versions",
            Json::texts(row.versions.iter().map(ToString::to_string)),
        ),
        ("numbers", Json::List(numbers.collect())),
        ("crate", Json::Text(row.provider.into())),
        ("overriding", Json::Bool(row.overriding)),
    ])
}
