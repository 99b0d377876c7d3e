//! `opyc check` and `opyc ops`, as a user meets them.

use std::path::PathBuf;
use std::process::Command;

/// Exit code, standard output and standard error.
fn opyc(args: &[&str]) -> (i32, String, String) {
    let bin = std::env::var_os("OPYC_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_opyc").into());
    let done = Command::new(bin).args(args).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        done.status.code().expect("no signal"),
        text(done.stdout),
        text(done.stderr),
    )
}

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("inner")).expect("can be made");
    folder
}

const HELLO: &[u8] = include_bytes!("../examples/hello.pyc");

/// `hello.pyc` with one byte of its bytecode changed.
fn changed(offset: usize, byte: u8) -> Vec<u8> {
    // RESUME 0, PUSH_NULL: the code of every module that begins by calling a name.
    let start = HELLO.windows(4).position(|w| w == [151, 0, 2, 0]);
    let mut bytes = HELLO.to_vec();
    bytes[start.expect("the code is there") + offset] = byte;
    bytes
}

#[test]
fn check_says_ok_or_why_not() {
    let folder = folder("check");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let write = |name: &str, bytes: &[u8]| std::fs::write(path(name), bytes).expect("written");
    write("good.pyc", HELLO);
    let (code, out, err) = opyc(&["check", &path("good.pyc")]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, format!("{}: ok\n", path("good.pyc")));

    // LOAD_CONST with an index that is not there; an opcode that is not there; a file that is something else.
    write("inner/constant.pyc", &changed(7, 200));
    write("inner/opcode.pyc", &changed(6, 255));
    write("text.pyc", b"print('hello')");
    write("ignored.txt", b"not a .pyc by its name");
    let (code, out, err) = opyc(&["check", &folder.to_string_lossy()]);
    assert_eq!((code, err.as_str()), (1, ""));
    let expected = [
        ("good.pyc", "ok"),
        (
            "inner/constant.pyc",
            "<module>, offset 6: co_consts has no index 200",
        ),
        ("inner/opcode.pyc", "<module>, offset 6: unknown opcode 255"),
        (
            "text.pyc",
            "not a .pyc file (no magic number at its start); opyc runs .pyc files of CPython 3.6 to 3.14, \
             which `python3 -m py_compile` makes",
        ),
    ];
    let expected: String = expected
        .iter()
        .map(|(name, what)| format!("{}: {what}\n", path(name)))
        .collect();
    assert_eq!(out, expected);

    let (code, out, _) = opyc(&["check", "--quiet", "--json", &folder.to_string_lossy()]);
    assert_eq!(code, 1);
    let first = out.lines().next().expect("a line");
    assert_eq!(
        first,
        format!(
            r#"{{"file": "{}", "ok": false, "problem": "co_consts has no index 200", "function": "<module>", "offset": 6}}"#,
            path("inner/constant.pyc")
        )
    );
    assert_eq!(out.lines().count(), 3);
}

#[test]
fn files_with_shuffled_opcodes() {
    let folder = folder("shuffled");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    // POP_TOP and PUSH_NULL have changed their numbers.
    let mut bytes = changed(2, 1);
    let start = bytes.windows(4).position(|w| w == [151, 0, 1, 0]);
    bytes[start.expect("the code is there") + 16] = 2;
    std::fs::write(path("hello.pyc"), bytes).expect("written");
    std::fs::write(path("map"), "base = 3.12\nPOP_TOP 2\nPUSH_NULL 1").expect("written");
    let (code, out, _) = opyc(&["check", &path("hello.pyc")]);
    assert_eq!(code, 1);
    assert!(
        out.contains("offset 2: takes 1 values of a stack of 0"),
        "{out}"
    );
    let map = ["--opcode-map", &path("map"), &path("hello.pyc")];
    let (code, out, err) = opyc(&["check", map[0], map[1], map[2]]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (_, shuffled, _) = opyc(&["dis", map[0], map[1], map[2]]);
    let (_, plain, _) = opyc(&[
        "dis",
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.pyc"),
    ]);
    assert_eq!(shuffled, plain);
    let (_, wrong, _) = opyc(&["dis", map[2]]);
    assert!(wrong.contains("2 POP_TOP"), "{wrong}");
}

#[test]
fn check_accepts_every_fixture() {
    let fixtures = format!("{}/tests/fixtures", env!("CARGO_MANIFEST_DIR"));
    let (code, out, err) = opyc(&["check", &fixtures]);
    let refused: Vec<&str> = out.lines().filter(|l| !l.ends_with(": ok")).collect();
    assert_eq!((code, refused, err.as_str()), (0, vec![], ""));
    assert!(out.lines().count() > 1000);
}

#[test]
fn check_of_nothing() {
    let (code, out, _) = opyc(&["check", "no/such.pyc"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("no/such.pyc: cannot read"), "{out}");
    let (code, _, err) = opyc(&["check"]);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "opyc: no .pyc file or folder given\nTry 'opyc check --help'.\n"
    );
    let empty = folder("empty");
    let (code, out, err) = opyc(&["check", &empty.to_string_lossy()]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("no .pyc file in"), "{err}");
}

#[test]
fn ops_of_a_version() {
    let (code, out, _) = opyc(&["ops", "--version", "3.12"]);
    assert_eq!(code, 0);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("NUMBER  NAME "), "{}", lines[0]);
    assert!(lines[1].starts_with("     1  POP_TOP "), "{}", lines[1]);
    let call = lines.iter().find(|l| l.contains("  CALL "));
    let call = call.expect("there is CALL");
    assert!(
        call.starts_with("   171  CALL ") && call.contains(" opyc-opcodes "),
        "{call}"
    );
    for minor in 6..=14 {
        let version = format!("3.{minor}");
        let (code, out, _) = opyc(&["ops", "--version", &version]);
        let info = opyc::core::version::info(opyc::Version::new(minor).expect("opyc runs it"));
        let known = info.ops.iter().flatten().count();
        assert_eq!((code, out.lines().count()), (0, known + 1), "{version}");
    }
}

#[test]
fn ops_by_name() {
    let (code, out, _) = opyc(&["ops", "rot_two"]);
    assert_eq!(code, 0);
    assert_eq!(
        out,
        "ROT_TWO (a b -- b a)\n  Exchanges the two values on top.\n  versions     3.6-3.10\n  \
         crate        opyc-opcodes\n  number       2    in 3.6-3.10\n"
    );
    // An opcode whose meaning changed has a row for each meaning.
    let (_, out, _) = opyc(&["ops", "--json", "RAISE_VARARGS"]);
    assert!(
        out.starts_with(r#"[{"name": "RAISE_VARARGS", "effect": ""#),
        "{out}"
    );
    let (code, _, err) = opyc(&["ops", "LOAD_FASTER"]);
    assert_eq!(code, 1);
    assert_eq!(
        err,
        "opyc: no opcode LOAD_FASTER in any version; there is LOAD_FAST\n"
    );
    let (code, _, err) = opyc(&["ops", "--version", "3.5"]);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "opyc: 3.5 is no version that opyc runs; those are 3.6 to 3.14\nTry 'opyc ops --help'.\n"
    );
}

#[test]
fn every_opcode_says_what_it_does() {
    let (_, out, _) = opyc(&["ops"]);
    for line in out.lines().skip(1) {
        let doc = line.rsplit("  ").next().unwrap_or_default();
        let ends = doc.trim_end_matches(')').ends_with('.');
        assert!(doc.len() > 12 && doc.contains(' ') && ends, "{line}");
    }
}

#[test]
fn help_for_each_command() {
    let (code, out, _) = opyc(&["--help"]);
    assert_eq!(code, 0);
    for command in ["dis", "ops", "check"] {
        assert!(out.contains(&format!("opyc {command} ")), "{out}");
        let (code, out, _) = opyc(&[command, "--help"]);
        assert_eq!(code, 0);
        assert!(out.contains(&format!("Usage: opyc {command} ")), "{out}");
        let (code, _, err) = opyc(&[command, "--no-such-option"]);
        assert_eq!(code, 2);
        assert_eq!(
            err,
            format!("opyc: unknown option --no-such-option\nTry 'opyc {command} --help'.\n")
        );
    }
}
