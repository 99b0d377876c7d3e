//! Programs whose opcodes have other numbers, and versions that are data: run with an opcode map.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod cases;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use opyc::core::code::Const;
use opyc::core::version::{VersionInfo, by_magic};
use opyc::{Code, Machine};

/// Every so many programs are run.
const EVERY: usize = 12;

/// Numbers for all opcodes, drawn as the seed says, and the map that tells them.
fn shuffled(info: &VersionInfo, mut seed: u64) -> ([u8; 256], String) {
    let mut free: Vec<u8> = (1..=255).collect();
    let mut new = [0; 256];
    let mut map = format!("base = {}\n", info.version);
    for (old, op) in info.ops.iter().enumerate() {
        let Some(op) = op else { continue };
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        new[old] = free.swap_remove((seed >> 33) as usize % free.len());
        map += &format!("{} {}\n", op.name, new[old]);
    }
    (new, map)
}

/// All code objects, inner ones included.
fn codes(code: &Arc<Code>) -> Vec<Arc<Code>> {
    let inner = code.consts.iter().flat_map(|c| match c {
        Const::Code(inner) => codes(inner),
        _ => Vec::new(),
    });
    std::iter::once(code.clone()).chain(inner).collect()
}

/// The same file with other opcodes. Bytecode lies in it as a bytes object: a length, then the bytes.
fn renumber(file: &[u8], info: &VersionInfo, new: &[u8; 256]) -> Vec<u8> {
    let code = Code::from_pyc(file, "fixture").unwrap();
    let mut file = file.to_vec();
    let mut done = Vec::new();
    for code in codes(&code) {
        if done.contains(&code.code) {
            continue;
        }
        let mut changed = code.code.to_vec();
        let mut at = 0;
        while at < changed.len() {
            let op = info.op(changed[at]).expect("a fixture has known opcodes");
            changed[at] = new[usize::from(changed[at])];
            at += 2 + 2 * usize::from(op.caches);
        }
        let marshalled = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
        let (old, changed) = (marshalled(&code.code), marshalled(&changed));
        for at in 0..file.len().saturating_sub(old.len()) {
            if file[at..].starts_with(&old) {
                file[at..at + old.len()].copy_from_slice(&changed);
            }
        }
        done.push(code.code.clone());
    }
    file
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn opyc(args: &[&Path]) -> (String, String, i32) {
    let run = Command::new(env!("CARGO_BIN_EXE_opyc"))
        .arg("run")
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&run.stdout),
        text(&run.stderr),
        run.status.code().unwrap_or(-1),
    )
}

#[test]
fn shuffled_programs_print_what_they_did() {
    let folder = folder("shuffled");
    let map_option = Path::new("--opcode-map");
    let mut ran = [0; 15];
    let simple = |c: &cases::Case| {
        !c.needs_stdlib
            && c.helpers.is_none()
            && c.args.is_empty()
            && c.expected.stderr.is_empty()
            && c.expected.exit == "0"
    };
    let known = cases::known_differences();
    for case in cases::all_cases().into_iter().filter(simple).step_by(EVERY) {
        if known
            .iter()
            .any(|k| k.minor == case.minor && k.name == case.name)
        {
            continue;
        }
        let file = std::fs::read(&case.pyc).unwrap();
        let info = by_magic(u16::from_le_bytes([file[0], file[1]])).unwrap();
        let (new, map) = shuffled(info, u64::from(case.minor));
        let pyc = folder.join(format!("3.{}.pyc", case.minor));
        let map_file = folder.join(format!("3.{}.map", case.minor));
        std::fs::write(&pyc, renumber(&file, info, &new)).unwrap();
        std::fs::write(&map_file, map).unwrap();
        let (out, err, exit) = opyc(&[map_option, &map_file, &pyc]);
        assert_eq!(
            (out.as_str(), err.as_str(), exit),
            (case.expected.stdout.as_str(), "", 0),
            "3.{} {}",
            case.minor,
            case.name
        );
        if ran[case.minor as usize] == 0 {
            let (out, err, exit) = opyc(&[&pyc]);
            let refused = out.is_empty() && exit != 0 && !err.is_empty();
            assert!(
                refused,
                "3.{} {} without the map: {err}",
                case.minor, case.name
            );
        }
        ran[case.minor as usize] += 1;
    }
    assert!(
        ran[6..].iter().all(|n| *n >= 3),
        "programs by minor version: {ran:?}"
    );
}

fn fixture(minor: u8) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join(format!("tests/fixtures/3.{minor}/opcodes/loop.pyc"))).unwrap()
}

/// As a CPython 3.15 might be: another magic number, and all opcodes renumbered.
#[test]
fn a_new_version_is_data() {
    let mut file = fixture(14);
    let info = by_magic(u16::from_le_bytes([file[0], file[1]])).unwrap();
    let (new, map) = shuffled(info, 15);
    file = renumber(&file, info, &new);
    file[..2].copy_from_slice(&3700u16.to_le_bytes());
    let map = map + "magic = 3700\ncache_tag = cpython-315\n";
    let numbering = VersionInfo::from_opcode_map(&map).unwrap();
    let code = Code::from_pyc_as(&file, "new.pyc", &numbering).unwrap();
    let machine = Machine::for_code(&code)
        .opcode_map(numbering.clone())
        .build()
        .unwrap();
    machine.run_code(code).unwrap();
    assert!(machine.output().starts_with("10\n[-2, 1, "));
    // Without the map nobody knows the file, and with it nothing else.
    let error = Code::from_pyc(&file, "new.pyc").unwrap_err().to_string();
    assert_eq!(
        error,
        "new.pyc: magic 3700 is of no CPython that opyc knows; opyc runs 3.6 to 3.14"
    );
    let error = Code::from_pyc_as(&fixture(14), "old.pyc", &numbering)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "old.pyc: magic 3627 is CPython 3.14; the opcode map is for files with magic 3700, read as CPython 3.14"
    );
}

#[test]
fn modules_are_imported_by_the_same_map() {
    let folder = folder("imported");
    let mut file = fixture(12);
    let info = by_magic(u16::from_le_bytes([file[0], file[1]])).unwrap();
    let (new, map) = shuffled(info, 1);
    file = renumber(&file, info, &new);
    file[..2].copy_from_slice(&3701u16.to_le_bytes());
    let map = map + "magic = 3701\ncache_tag = mine\n";
    let cached = folder.join("__pycache__");
    std::fs::create_dir_all(&cached).unwrap();
    std::fs::write(cached.join("module.mine.pyc"), &file).unwrap();
    let numbering = VersionInfo::from_opcode_map(&map).unwrap();
    let machine = Machine::builder(numbering.version)
        .host(Files)
        .path([folder.to_str().unwrap()])
        .opcode_map(numbering)
        .build()
        .unwrap();
    let total = machine.enter(|vm| {
        let module = vm.import_module("module").unwrap();
        let f = vm.get_attr_str(&module, "below_five").unwrap();
        vm.call(&f, &[vm.new_int(4)]).unwrap().as_int()
    });
    assert_eq!(total, Some(6));
}

/// Grants reading of files.
struct Files;

impl opyc::Host for Files {
    fn stdout(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
    fn stderr(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
    fn read_file(&self, path: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }
}

#[test]
fn faults_of_a_map_are_told() {
    let folder = folder("faults");
    let (map, pyc) = (folder.join("bad.map"), folder.join("loop.pyc"));
    std::fs::write(&pyc, fixture(12)).unwrap();
    std::fs::write(&map, "base = 3.12\nLOAD_FSAT 124\n").unwrap();
    let option = Path::new("--opcode-map");
    let (out, err, exit) = opyc(&[option, &map, &pyc]);
    let expected = format!(
        "opyc: {}: line 2: CPython 3.12 has no opcode LOAD_FSAT (did you mean LOAD_FAST?)",
        map.display()
    );
    assert!(
        out.is_empty() && err.starts_with(&expected) && exit == 2,
        "{exit} {err}"
    );
    // An opcode that no crate provides is refused before anything runs.
    std::fs::write(&map, "base = 3.12\nUNARY_INVERT -\nTRIPLE 15 none\n").unwrap();
    let (out, err, exit) = opyc(&[option, &map, &pyc]);
    assert_eq!((out.as_str(), exit), ("", 70));
    assert!(
        err.contains(
            "in inverted: no linked crate provides opcode TRIPLE of CPython 3.12 (offset "
        ) && err.contains("); link the crate that does, and mention it (`use that_crate as _;`)"),
        "{err}"
    );
    // The map of another version.
    let other = VersionInfo::from_opcode_map("base = 3.11").unwrap();
    let code = Code::from_pyc(&fixture(12), "loop.pyc").unwrap();
    let error = Machine::for_code(&code)
        .opcode_map(other)
        .build()
        .err()
        .unwrap()
        .to_string();
    assert_eq!(
        error,
        "the dispatch table (or opcode map) is for CPython 3.11, but the machine is to run 3.12"
    );
    let (_, err, exit) = opyc(&[option]);
    assert!(
        err.starts_with("opyc: --opcode-map needs a file") && exit == 2,
        "{err}"
    );
}
