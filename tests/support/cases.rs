//! The test programs and what CPython prints for them, as recorded by `make_fixtures.py`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The minor numbers of the versions that programs run under.
pub const MINORS: std::ops::RangeInclusive<u32> = 6..=14;

/// One program under one version.
pub struct Case {
    /// The minor number: 8 for 3.8.
    pub minor: u32,
    /// Feature and name, such as `calls/arguments`.
    pub name: String,
    /// The compiled program.
    pub pyc: PathBuf,
    /// Arguments for `sys.argv`.
    pub args: Vec<String>,
    /// Folder of helper modules, if the program has some.
    pub helpers: Option<PathBuf>,
    /// Whether it imports modules of CPython's library.
    pub needs_stdlib: bool,
    /// What CPython did.
    pub expected: Outcome,
}

/// What a run leaves behind.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
    pub stderr: String,
    /// The exit code, or how the program was stopped instead.
    pub exit: String,
}

/// The folder `tests`.
pub fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every program under every version it is written for, in order of version and name.
pub fn all_cases() -> Vec<Case> {
    let tests = tests_dir();
    let mut cases = Vec::new();
    for feature in sorted(&tests.join("programs")) {
        for source in sorted(&feature) {
            if source.extension().is_some_and(|e| e == "py") {
                cases.extend(cases_of(&tests, &source));
            }
        }
    }
    cases.sort_by(|a, b| (a.minor, &a.name).cmp(&(b.minor, &b.name)));
    cases
}

/// Whether `OPYC_ONLY` (`3.8:calls/`, `3.8`, `:calls/arguments`) lets the case through.
pub fn is_wanted(case: &Case) -> bool {
    let Ok(only) = std::env::var("OPYC_ONLY") else {
        return true;
    };
    let (versions, prefix) = only.split_once(':').unwrap_or((&only, ""));
    case.name.starts_with(prefix)
        && (versions.is_empty() || parse_versions(versions).contains(&case.minor))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    paths
}

fn cases_of(tests: &Path, source: &Path) -> Vec<Case> {
    let text = fs::read_to_string(source).expect("programs are readable UTF-8");
    let stem = source.with_extension("");
    let name = stem
        .strip_prefix(tests.join("programs"))
        .expect("found below it")
        .to_str()
        .expect("UTF-8")
        .replace('\\', "/");
    let header = |key: &str| {
        text.lines()
            .take(4)
            .find_map(|line| line.strip_prefix(&format!("# {key}: ")))
    };
    let recorded = fs::read_to_string(source.with_extension("out")).unwrap_or_default();
    let mut outcomes = parse_outcomes(&recorded);
    parse_versions(header("versions").unwrap_or("3.6+"))
        .into_iter()
        .map(|minor| {
            let pyc = tests.join(format!("fixtures/3.{minor}/{name}.pyc"));
            Case {
                minor,
                helpers: stem.is_dir().then(|| pyc.with_extension("")),
                pyc,
                args: header("args")
                    .unwrap_or("")
                    .split_whitespace()
                    .map(String::from)
                    .collect(),
                needs_stdlib: header("needs").is_some_and(|needs| needs.contains("stdlib")),
                expected: outcomes.remove(&minor).unwrap_or_else(|| Outcome {
                    exit: "nothing recorded".into(),
                    ..Outcome::default()
                }),
                name: name.clone(),
            }
        })
        .collect()
}

/// `3.8+`, `3.10-3.12`, `3.7`, or several of them with blanks between, as minor numbers.
pub fn parse_versions(text: &str) -> Vec<u32> {
    let minor = |s: &str| s.strip_prefix("3.").and_then(|s| s.parse::<u32>().ok());
    let range = |item: &str| {
        if let Some(first) = item.strip_suffix('+') {
            return Some((minor(first)?, *MINORS.end()));
        }
        let (first, last) = item.split_once('-').unwrap_or((item, item));
        Some((minor(first)?, minor(last)?))
    };
    let ranges: Option<Vec<(u32, u32)>> = text.split_whitespace().map(range).collect();
    let ranges = ranges.unwrap_or_else(|| panic!("cannot read the version range {text:?}"));
    MINORS
        .filter(|m| {
            ranges
                .iter()
                .any(|(first, last)| (first..=last).contains(&m))
        })
        .collect()
}

/// Reads an `.out` file; `tests/README.md` describes it.
pub fn parse_outcomes(text: &str) -> HashMap<u32, Outcome> {
    let mut outcomes: HashMap<u32, Outcome> = HashMap::new();
    let mut section: Option<(&str, Vec<u32>, String, bool)> = None;
    for line in text.lines().map(Some).chain([None]) {
        let heading = line.is_none_or(|line| line.starts_with("== "));
        if !heading {
            if let (Some((_, _, body, _)), Some(line)) = (&mut section, line) {
                body.push_str(line.strip_prefix('\\').unwrap_or(line));
                body.push('\n');
            }
            continue;
        }
        if let Some((part, minors, mut body, cut)) = section.take() {
            if cut {
                body.pop();
            }
            for minor in minors {
                let outcome = outcomes.entry(minor).or_insert_with(|| Outcome {
                    exit: "0".into(),
                    ..Outcome::default()
                });
                match part {
                    "stdout" => outcome.stdout.clone_from(&body),
                    "stderr" => outcome.stderr.clone_from(&body),
                    _ => outcome.exit = body.trim_end().to_string(),
                }
            }
        }
        section = line.and_then(|line| {
            let (part, rest) = line.strip_prefix("== ")?.split_once(' ')?;
            let (versions, cut) = rest
                .split_once(" (")
                .map_or((rest, false), |(versions, _)| (versions, true));
            Some((part, parse_versions(versions), String::new(), cut))
        });
    }
    outcomes
}

/// An entry of `known-differences.txt`: a program that differs from CPython, and why that is accepted.
pub struct Known {
    /// The minor number.
    pub minor: u32,
    /// The program.
    pub name: String,
    /// The line, for messages.
    pub line: String,
}

/// Reads `known-differences.txt`: `versions program reason` per line, `#` begins a comment.
pub fn known_differences() -> Vec<Known> {
    let text = fs::read_to_string(tests_dir().join("known-differences.txt")).unwrap_or_default();
    let mut known = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let mut words = line.split_whitespace();
        let (Some(versions), Some(name), Some(_reason)) =
            (words.next(), words.next(), words.next())
        else {
            panic!("known-differences.txt: {line:?} is not `versions program reason`");
        };
        for minor in parse_versions(versions) {
            known.push(Known {
                minor,
                name: name.to_string(),
                line: line.to_string(),
            });
        }
    }
    known
}
