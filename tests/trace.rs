//! `opyc trace`, `opyc run --profile` and `RUST_LOG`, as they are used from a shell.

use std::path::PathBuf;
use std::process::{Command, Output};

fn fixture(minor: u32, name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("tests/fixtures/3.{minor}/{name}.pyc"))
}

fn opyc(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opyc"));
    command
        .args(args)
        .env_remove("PYTHONHASHSEED")
        .env_remove("RUST_LOG");
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs `opyc ARGS FIXTURE`; what it wrote to stdout and stderr.
fn run(args: &[&str], minor: u32, name: &str) -> (String, String) {
    let done = opyc(args).arg(fixture(minor, name)).output();
    texts(done.expect("the binary starts"))
}

fn texts(done: Output) -> (String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(done.stdout), text(done.stderr))
}

#[test]
fn trace_shows_every_dispatch() {
    let (output, trace) = run(
        &["trace", "--function", "add", "--function", "fails"],
        12,
        "instruments/events",
    );
    assert_eq!(output, "1\ncaught no\n1\n");
    let expected = "
      --> add (instruments/events.py:4)
          4     0 RESUME                   0                            []
          5     2 LOAD_FAST                0 (a)                        []
          5     4 LOAD_FAST                1 (b)                        [0]
          5     6 BINARY_OP                0 (+)                        [0, 1]
          5    10 RETURN_VALUE                                          [1]
      <-- add: return 1
";
    // The line break comes before each, so that the literal keeps its indentation.
    assert!(trace.starts_with(&expected[1..]), "{trace}");
    let expected = "
    --> fails (instruments/events.py:19)
       19     0 RESUME                   0                            []
       20     2 LOAD_GLOBAL              1 (ValueError)               []
       20    12 LOAD_CONST               1 ('no')                     [NULL, <class 'ValueError'>]
       20    14 CALL                     1                            [NULL, <class 'ValueError'>, 'no']
       20    22 RAISE_VARARGS            1                            [ValueError('no')]
    !!! fails: exception ValueError('no')
    <-- fails: raise ValueError('no')
";
    assert!(trace.contains(&expected[1..]), "{trace}");
}

#[test]
fn trace_runs_every_version_and_says_the_same_again() {
    for minor in 6..=14 {
        let (output, trace) = run(&["trace"], minor, "instruments/events");
        assert_eq!(output, "1\ncaught no\n1\n", "3.{minor}");
        let calls: Vec<&str> = trace.lines().filter(|l| l.contains("--> add")).collect();
        assert_eq!(calls.len(), 3, "3.{minor}: {trace}");
        assert!(
            trace.starts_with("--> <module> (instruments/events.py:"),
            "3.{minor}"
        );
        assert!(trace.ends_with("<-- <module>: return None\n"), "3.{minor}");
        assert!(!trace.contains("0x"), "3.{minor}: an address");
        assert_eq!(
            run(&["trace"], minor, "instruments/events").1,
            trace,
            "3.{minor}"
        );
    }
}

#[test]
fn trace_filters() {
    let shown = |args: &[&str]| {
        let args: Vec<&str> = [&["trace"], args].concat();
        run(&args, 10, "instruments/events").1
    };
    let lines = |text: &str| text.lines().count();
    // One line of source: four instructions, three times.
    assert_eq!(lines(&shown(&["--line", "5"])), 12);
    assert_eq!(lines(&shown(&["--line=4-5", "--op", "BINARY_ADD"])), 3);
    let adds = shown(&["--op", "BINARY_*"]);
    assert!(adds.lines().all(|l| l.contains(" BINARY_ADD ")), "{adds}");
    assert_eq!(shown(&["--file", "other.py"]), "");
    assert!(lines(&shown(&["--file", "events.py"])) > 100);
    assert_eq!(shown(&["--function", "nothing"]), "");
}

#[test]
fn trace_writes_json_into_a_file() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("trace.json");
    let to = file.to_str().expect("UTF-8");
    let (_, stderr) = run(
        &["trace", "--json", "--output", to],
        8,
        "instruments/events",
    );
    assert_eq!(stderr, "");
    let json = std::fs::read_to_string(&file).expect("it was written");
    let (_, text) = run(&["trace"], 8, "instruments/events");
    assert_eq!(json.lines().count(), text.lines().count());
    let first = r#"{"event": "enter", "depth": 0, "file": "instruments/events.py", "function": "<module>", "line": 4, "offset": 0}"#;
    assert_eq!(json.lines().next(), Some(first));
    let dispatch = r#"{"event": "dispatch", "depth": 3, "file": "instruments/events.py", "function": "add", "line": 5, "offset": 4, "opname": "BINARY_ADD", "arg": null, "meaning": "", "stack": ["0", "1"]}"#;
    assert!(json.lines().any(|l| l == dispatch), "{json}");
    let leave = r#""event": "leave""#;
    assert!(
        !json.contains(leave) && json.contains(r#"{"event": "return", "#),
        "{json}"
    );
}

#[test]
fn trace_says_what_is_wrong() {
    for (args, expected) in [
        (&["trace"][..], "opyc: no .pyc file given"),
        (
            &["trace", "--line", "x", "f.pyc"],
            "opyc: --line x is neither N nor N-M",
        ),
        (
            &["trace", "--lines", "f.pyc"],
            "opyc: unknown option --lines",
        ),
        (&["trace", "--op"], "opyc: --op needs a name"),
        (&["trace", "nowhere.pyc"], "opyc: cannot read nowhere.pyc"),
    ] {
        let done = opyc(args).output().expect("the binary starts");
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        let (_, stderr) = texts(done);
        assert!(stderr.starts_with(expected), "{stderr}");
    }
    let folder = env!("CARGO_TARGET_TMPDIR");
    let (_, stderr) = run(&["trace", "--output", folder], 8, "instruments/events");
    assert!(
        stderr.starts_with(&format!("opyc: cannot write {folder}: ")),
        "{stderr}"
    );
    let (help, _) = run(&["trace", "--help"], 8, "instruments/events");
    assert!(help.contains("Usage: opyc trace"), "{help}");
}

#[test]
fn rust_log_asks_for_events() {
    let mut command = opyc(&["run"]);
    command.arg(fixture(12, "instruments/events"));
    let (output, quiet) = texts(command.output().expect("the binary starts"));
    assert_eq!((output.as_str(), quiet.as_str()), ("1\ncaught no\n1\n", ""));
    command.env("RUST_LOG", "opyc::dispatch=info");
    assert_eq!(texts(command.output().expect("the binary starts")).1, "");
    command.env("RUST_LOG", "opyc::dispatch=trace");
    let (same, events) = texts(command.output().expect("the binary starts"));
    assert_eq!(same, output);
    let add = r#"TRACE opyc::dispatch: opname="BINARY_OP" argument=0 meaning="+" offset=6 line=5 function="add" file="instruments/events.py" depth=3 top=1"#;
    assert!(events.lines().any(|l| l.trim() == add), "{events}");
    command.env("RUST_LOG", "opyc::dispatch=nonsense");
    let (same, complaint) = texts(command.output().expect("the binary starts"));
    assert_eq!(same, output);
    assert!(
        complaint.starts_with("opyc: RUST_LOG is not understood: "),
        "{complaint}"
    );
}

#[test]
fn profile_prints_tables_and_writes_folded_stacks() {
    let (output, report) = run(&["run", "--profile"], 12, "instruments/hot");
    assert_eq!(output, "36025472\n");
    let rows = |heading: &str| {
        let table = report
            .split("\n\n")
            .find(|t| t.lines().next().is_some_and(|l| l.ends_with(heading)));
        let table = table.unwrap_or_else(|| panic!("no table of {heading}s: {report}"));
        table
            .lines()
            .skip(1)
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    let count = |rows: &[String], name: &str| {
        let row = rows.iter().find(|r| r.ends_with(name));
        let row = row.unwrap_or_else(|| panic!("no {name} in {rows:?}"));
        row.split_whitespace()
            .next()
            .and_then(|n| n.parse::<u64>().ok())
    };
    // Four times 300 moves of a point, each with one attribute set.
    let store = count(&rows("opcode"), "  STORE_ATTR");
    assert_eq!(store, Some(4 * (2 + 300)));
    assert_eq!(
        count(&rows("function"), "Point.move (instruments/hot.py:9)"),
        Some(1200)
    );
    assert_eq!(
        count(&rows("function"), "work (instruments/hot.py:28)"),
        Some(4)
    );
    assert!(count(&rows("line"), "instruments/hot.py:10") > Some(1200 * 4));
    let folded = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hot.folded");
    assert!(
        report.ends_with("folded stacks, for flame graphs: hot.folded\n"),
        "{report}"
    );
    let stacks = std::fs::read_to_string(folded).expect("it was written");
    for line in stacks.lines() {
        let (path, nanoseconds) = line.rsplit_once(' ').expect("a number");
        assert!(nanoseconds.parse::<u64>().is_ok_and(|n| n > 0), "{line}");
        assert!(path.starts_with("<module> (instruments/hot.py:"), "{line}");
    }
    let inner = ";work (instruments/hot.py:28);evens (instruments/hot.py:14) ";
    assert!(stacks.lines().any(|l| l.contains(inner)), "{stacks}");

    let (_, report) = run(&["--profile-folded", "other.folded"], 6, "instruments/hot");
    assert!(report.ends_with(": other.folded\n"), "{report}");
}
