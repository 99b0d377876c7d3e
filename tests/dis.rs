//! `opyc dis`, compared with goldens for all versions, and with the `dis` module of each CPython that is there.
//!
//! The goldens in `tests/dis` are what CPython itself prints for some of the test programs (its addresses left out):
//! `OPYC_BLESS=1 cargo test --test dis` writes what opyc prints; look at the differences, and run
//! `tools/check_dis.py` to see that CPython agrees.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "programs.rs uses the rest")]
mod cases;
#[path = "support/pythons.rs"]
mod pythons;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cases::tests_dir;
use opyc::dis::{Disassembler, Layout, Style};
use opyc::{Code, Version};

/// Programs whose listings are kept, one a line of `tests/dis/programs.txt`.
fn golden_programs() -> Vec<String> {
    let text = fs::read_to_string(tests_dir().join("dis/programs.txt")).expect("the list is there");
    text.lines().map(str::to_owned).collect()
}

fn opyc(args: &[&str]) -> Output {
    let bin = std::env::var_os("OPYC_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_opyc").into());
    Command::new(bin)
        .args(args)
        .output()
        .expect("the binary runs")
}

fn listing(pyc: &Path) -> String {
    let done = opyc(&["dis", &pyc.to_string_lossy()]);
    let problem = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {problem}", pyc.display());
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// The first line that differs, for messages.
fn difference(wanted: &str, found: &str) -> String {
    let mut lines = wanted.split('\n').zip(found.split('\n')).zip(1..);
    match lines.find(|((a, b), _)| a != b) {
        Some(((a, b), line)) => format!("line {line}\n  wanted: {a}\n  found:  {b}"),
        None => format!("{} bytes wanted, {} found", wanted.len(), found.len()),
    }
}

#[test]
fn goldens_of_every_version() {
    let bless = std::env::var_os("OPYC_BLESS").is_some();
    let mut checked = 0;
    for minor in cases::MINORS {
        for program in golden_programs() {
            let pyc = tests_dir().join(format!("fixtures/3.{minor}/{program}.pyc"));
            if !pyc.is_file() {
                continue;
            }
            let name = program.replace('/', "-");
            let golden = tests_dir().join(format!("dis/3.{minor}/{name}.txt"));
            let found = listing(&pyc);
            if bless {
                fs::create_dir_all(golden.parent().expect("a folder")).expect("can be made");
                fs::write(&golden, &found).expect("can be written");
            }
            let wanted =
                fs::read_to_string(&golden).unwrap_or_else(|e| panic!("{}: {e}", golden.display()));
            assert!(
                wanted == found,
                "{}: {}",
                golden.display(),
                difference(&wanted, &found)
            );
            checked += 1;
        }
    }
    assert!(checked >= 9 * 2, "only {checked} goldens");
}

#[test]
fn every_fixture_is_listed_as_cpython_lists_it() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/check_dis.py");
    let mut compared = 0;
    for minor in cases::MINORS {
        let Some(python) = pythons::find(minor) else {
            println!("skipped: no CPython 3.{minor} here");
            continue;
        };
        let files = fixtures(minor);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let list = folder.join(format!("dis-3.{minor}"));
        let names: Vec<_> = files.iter().map(|f| f.to_string_lossy()).collect();
        fs::write(&list, names.join("\n")).expect("can be written");
        let said = Command::new(python)
            .args(["-W", "ignore"])
            .arg(&script)
            .arg("--say")
            .arg(&list)
            .env("PYTHONHASHSEED", "0")
            .output()
            .expect("CPython was there a moment ago");
        let problem = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "3.{minor}: {problem}");
        let wanted = String::from_utf8(said.stdout).expect("UTF-8");
        let version = Version::new(minor as u8).expect("opyc runs it");
        let disassembler = Disassembler::new(version);
        let mut found = Vec::new();
        for file in &files {
            let bytes = fs::read(file).expect("can be read");
            let code = Code::from_pyc(&bytes, &file.to_string_lossy()).expect("is a .pyc");
            let written = disassembler.write(&code, Layout::default(), &mut found);
            written.expect("memory takes it");
        }
        let found = String::from_utf8(found).expect("UTF-8");
        assert!(
            wanted == found,
            "3.{minor}: {}",
            difference(&wanted, &found)
        );
        println!(
            "3.{minor}: {} files, {} lines",
            files.len(),
            found.lines().count()
        );
        compared += 1;
    }
    println!("compared with {compared} CPythons");
}

/// All compiled programs of a version.
fn fixtures(minor: u32) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![tests_dir().join(format!("fixtures/3.{minor}"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("fixtures are there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "pyc") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn json_says_the_same() {
    let pyc = tests_dir().join("fixtures/3.12/calls/arguments.pyc");
    let done = opyc(&["dis", "--json", &pyc.to_string_lossy()]);
    let text = String::from_utf8(done.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 1, "one line a file");
    for part in [
        r#""version": "3.12""#,
        r#""name": "<module>""#,
        r#"{"offset": 0, "opcode": 151, "opname": "RESUME", "arg": 0, "meaning": "", "target": null, "line": 0, "starts_line": true, "is_target": false}"#,
        r#""nested": [{"name": "#,
    ] {
        assert!(text.contains(part), "{part} is not in {}", &text[..2000]);
    }
}

#[test]
fn colours_change_nothing_else() {
    for minor in [8, 14] {
        let pyc = tests_dir().join(format!("fixtures/3.{minor}/exceptions/handlers.pyc"));
        let bytes = fs::read(&pyc).expect("can be read");
        let code = Code::from_pyc(&bytes, "handlers.pyc").expect("is a .pyc");
        let mut coloured = Vec::new();
        let layout = Layout {
            style: Style::COLOUR,
            ..Layout::default()
        };
        let written = Disassembler::new(code.version).write(&code, layout, &mut coloured);
        written.expect("memory takes it");
        let coloured = String::from_utf8(coloured).expect("UTF-8");
        assert!(
            coloured.contains("\x1b[36mLOAD_"),
            "names of opcodes have a colour"
        );
        let mut pieces = coloured.split("\x1b[");
        let first = pieces.next().unwrap_or_default().to_owned();
        let plain = pieces.fold(first, |text, piece| {
            text + piece.split_once('m').map_or("", |(_, rest)| rest)
        });
        assert!(plain == listing(&pyc), "3.{minor}");
    }
}

#[test]
fn offsets_are_shown_when_asked_for() {
    let pyc = tests_dir().join("fixtures/3.13/calls/arguments.pyc");
    let done = opyc(&["dis", "--offsets", &pyc.to_string_lossy()]);
    let text = String::from_utf8(done.stdout).expect("UTF-8");
    let first = text.lines().next().unwrap_or_default();
    assert_eq!(first, "   0           0       RESUME                   0");
}

#[test]
fn files_that_cannot_be_listed() {
    let done = opyc(&["dis", "no/such.pyc"]);
    assert_eq!(done.status.code(), Some(1));
    let text = String::from_utf8_lossy(&done.stderr);
    assert!(
        text.starts_with("opyc: cannot read no/such.pyc: "),
        "{text}"
    );
    let done = opyc(&["dis"]);
    assert_eq!(done.status.code(), Some(2));
    let text = String::from_utf8_lossy(&done.stderr);
    assert_eq!(text, "opyc: no .pyc file given\nTry 'opyc dis --help'.\n");
    let done = opyc(&["dis", "--help"]);
    assert!(String::from_utf8_lossy(&done.stdout).contains("Usage: opyc dis"));
}
