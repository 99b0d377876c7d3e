//! Runs every test program under every version, and compares with what CPython did.
//!
//! `OPYC_ONLY=3.8:calls/` runs less, `OPYC_BIN` replaces the binary, `OPYC_COMMAND` its command `run`,
//! `OPYC_TEST_LIB_3_8` names a folder with CPython 3.8's library as .pyc files. See `tests/README.md`.

#[path = "support/cases.rs"]
mod cases;

use cases::{
    Case, Outcome, all_cases, is_wanted, known_differences, parse_outcomes, parse_versions,
    tests_dir,
};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(20);
const THREADS: usize = 2;
/// A program that runs wild must not fill the memory of the machine that tests it.
const MOST_OUTPUT: u64 = 1 << 20;

#[test]
fn programs_do_what_cpython_does() {
    let cases: Vec<Case> = all_cases().into_iter().filter(is_wanted).collect();
    assert!(!cases.is_empty(), "OPYC_ONLY selects no program");
    let libraries = libraries(&cases);
    let (runnable, skipped): (Vec<Case>, Vec<Case>) = cases
        .into_iter()
        .partition(|case| !case.needs_stdlib || libraries.contains_key(&case.minor));
    report_skipped(&skipped);
    let failures = run_all(&runnable, &libraries);

    let known = known_differences();
    let mut report = String::new();
    for minor in cases::MINORS {
        let ran = runnable.iter().filter(|case| case.minor == minor).count();
        let new: Vec<_> = failures
            .iter()
            .filter(|((m, name), _)| {
                *m == minor && !known.iter().any(|k| k.minor == minor && k.name == *name)
            })
            .collect();
        if !new.is_empty() {
            let _ = writeln!(
                report,
                "\n3.{minor}: {} of {ran} programs differ from CPython",
                new.len()
            );
        }
        for ((_, name), difference) in new {
            let _ = writeln!(report, "  {name}\n{difference}");
        }
    }
    for entry in &known {
        let ran = runnable
            .iter()
            .any(|case| case.minor == entry.minor && case.name == entry.name);
        if ran && !failures.contains_key(&(entry.minor, entry.name.clone())) {
            let _ = writeln!(
                report,
                "known-differences.txt: 3.{} agrees now, remove it from: {}",
                entry.minor, entry.line
            );
        }
    }
    assert!(report.is_empty(), "{report}");
    println!(
        "{} programs did what CPython does, {} known differences",
        runnable.len() - failures.len(),
        failures.len()
    );
}

#[test]
fn known_differences_name_programs() {
    let cases = all_cases();
    for entry in known_differences() {
        let exists = cases
            .iter()
            .any(|case| case.minor == entry.minor && case.name == entry.name);
        assert!(
            exists,
            "known-differences.txt names no program of 3.{}: {}",
            entry.minor, entry.line
        );
    }
}

#[test]
fn every_program_is_compiled_and_recorded() {
    for case in all_cases() {
        let what = format!("3.{} {}: run tests/make_fixtures.py", case.minor, case.name);
        assert!(case.pyc.is_file(), "no .pyc for {what}");
        assert_ne!(case.expected.exit, "nothing recorded", "no .out for {what}");
    }
}

#[test]
fn recorded_output_is_what_cpython_says_now() {
    let Some(mut make_fixtures) = make_fixtures() else {
        println!("skipped: no python3 here");
        return;
    };
    let done = make_fixtures
        .arg("--check")
        .output()
        .expect("python3 was there a moment ago");
    println!("{}", String::from_utf8_lossy(&done.stdout));
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn out_files_are_read_as_written() {
    let read = parse_outcomes(
        "== stdout 3.6-3.7 3.9\na\n\\== b\n\\\\c\n\n== stdout 3.8 (no newline at the end)\nx\n== exit 3.8+\n3\n",
    );
    assert_eq!(read[&7].stdout, "a\n== b\n\\c\n\n");
    assert_eq!(read[&7].exit, "0");
    assert_eq!(
        (read[&8].stdout.as_str(), read[&8].exit.as_str()),
        ("x", "3")
    );
    assert_eq!(
        (read[&14].stdout.as_str(), read[&14].exit.as_str()),
        ("", "3")
    );
    assert_eq!(parse_versions("3.6 3.12+"), [6, 12, 13, 14]);
}

/// `make_fixtures.py`, if this machine has a Python to run it.
fn make_fixtures() -> Option<Command> {
    Command::new("python3")
        .arg("--version")
        .output()
        .ok()
        .filter(|done| done.status.success())?;
    let mut command = Command::new("python3");
    command.arg(tests_dir().join("make_fixtures.py"));
    if let Ok(py314) = env::var("OPYC_TEST_PY314") {
        command.args(["--py314", &py314]);
    }
    Some(command)
}

/// The compiled libraries of CPython by minor number: those named in the environment, and those
/// of the CPythons that are installed, compiled once.
fn libraries(cases: &[Case]) -> BTreeMap<u32, PathBuf> {
    let mut found = BTreeMap::new();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lib");
    for minor in cases::MINORS {
        if !cases
            .iter()
            .any(|case| case.needs_stdlib && case.minor == minor)
        {
            continue;
        }
        if let Ok(named) = env::var(format!("OPYC_TEST_LIB_3_{minor}")) {
            found.insert(minor, PathBuf::from(named));
            continue;
        }
        let library = folder.join(format!("3.{minor}"));
        if let Some(mut make_fixtures) = make_fixtures() {
            let version = format!("3.{minor}");
            let _ = make_fixtures
                .arg("--libraries")
                .arg(&folder)
                .args(["--version", &version])
                .output();
        }
        if library.join("complete").is_file() {
            found.insert(minor, library);
        }
    }
    found
}

fn report_skipped(skipped: &[Case]) {
    for minor in cases::MINORS {
        let count = skipped.iter().filter(|case| case.minor == minor).count();
        if count > 0 {
            println!(
                "3.{minor}: {count} programs skipped, they need CPython's library (OPYC_TEST_LIB_3_{minor})"
            );
        }
    }
}

/// Runs the cases; the differences by version and program.
fn run_all(cases: &[Case], libraries: &BTreeMap<u32, PathBuf>) -> BTreeMap<(u32, String), String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let got = run(
                        case,
                        libraries.get(&case.minor).filter(|_| case.needs_stdlib),
                    );
                    if got != case.expected {
                        let difference = describe(&case.expected, &got);
                        failures
                            .lock()
                            .expect("no test thread panics")
                            .insert((case.minor, case.name.clone()), difference);
                    }
                }
            });
        }
    });
    failures.into_inner().expect("no test thread panics")
}

fn run(case: &Case, library: Option<&PathBuf>) -> Outcome {
    let binary = env::var("OPYC_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_opyc").to_string());
    let mut command = Command::new(binary);
    let how = env::var("OPYC_COMMAND").unwrap_or_else(|_| "run".to_string());
    command.args(how.split_whitespace());
    for folder in case.helpers.iter().chain(library) {
        command.arg("--path").arg(folder);
    }
    command.arg(&case.pyc).args(&case.args);
    command
        .current_dir(tests_dir().join("programs"))
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONIOENCODING", "utf-8");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            return Outcome {
                exit: format!("not started: {error}"),
                ..Outcome::default()
            };
        }
    };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(|| read_some(stdout));
        let stderr = scope.spawn(|| read_some(stderr));
        let deadline = Instant::now() + TIMEOUT;
        let exit = loop {
            match child.try_wait() {
                Ok(Some(status)) => {
                    break status
                        .code()
                        .map_or_else(|| status.to_string(), |code| code.to_string());
                }
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    break format!("stopped after {} s", TIMEOUT.as_secs());
                }
            }
        };
        Outcome {
            stdout: stdout.join().unwrap_or_default(),
            stderr: stderr.join().unwrap_or_default(),
            exit,
        }
    })
}

fn read_some(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let _ = pipe.take(MOST_OUTPUT).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first line that differs in each part.
fn describe(expected: &Outcome, got: &Outcome) -> String {
    let mut text = String::new();
    let parts = [
        ("stdout", &expected.stdout, &got.stdout),
        ("stderr", &expected.stderr, &got.stderr),
        ("exit code", &expected.exit, &got.exit),
    ];
    for (part, expected, got) in parts
        .into_iter()
        .filter(|(_, expected, got)| expected != got)
    {
        let (mut old, mut new) = (expected.split('\n'), got.split('\n'));
        let mut line = 1;
        loop {
            let (old, new) = (old.next(), new.next());
            if old != new || old.is_none() {
                let show = |line: Option<&str>| {
                    line.map_or("(nothing)".to_string(), |line| {
                        line.chars().take(300).collect()
                    })
                };
                let _ = writeln!(
                    text,
                    "    {part}, line {line}\n      CPython: {}\n      opyc:    {}",
                    show(old),
                    show(new)
                );
                break;
            }
            line += 1;
        }
    }
    text
}
