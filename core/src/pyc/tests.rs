use super::*;
use crate::decode::decode;
use crate::lines::{LineTable, position_of, positions};
use crate::version::info;

/// Every fixture of `tests/data`: name and contents.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut fixtures = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pyc") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            fixtures.push((name, std::fs::read(&path).unwrap()));
        }
    }
    fixtures.sort();
    assert_eq!(fixtures.len(), 29);
    fixtures
}

fn fixture(name: &str) -> Vec<u8> {
    let (_, bytes) = fixtures()
        .into_iter()
        .find(|fixture| fixture.0 == name)
        .unwrap();
    bytes
}

/// Calls `visit` with `code` and every code object inside it.
fn walk(code: &Code, visit: &mut impl FnMut(&Code)) {
    visit(code);
    for value in &code.consts {
        if let Const::Code(inner) = value {
            walk(inner, visit);
        }
    }
}

/// Does with a file whatever can be done with it. Returns whether it could be read and decoded.
fn exercise(bytes: &[u8]) -> bool {
    let Ok(pyc) = read(bytes, "x.pyc") else {
        return false;
    };
    let mut sound = true;
    walk(&pyc.code, &mut |code| {
        sound &= decode(code, info(code.version)).is_ok();
        let end = LineTable::new(code).map(|range| range.end).max();
        assert!(end.unwrap_or(0) as usize <= code.code.len());
        assert!(positions(code).all(|range| range.end as usize <= code.code.len()));
        position_of(code, 2);
    });
    sound
}

#[test]
fn fixtures_are_sound() {
    for (name, bytes) in fixtures() {
        assert!(exercise(&bytes), "{name}");
    }
}

#[test]
fn truncated_files_are_refused() {
    for (name, bytes) in fixtures() {
        for len in 0..bytes.len() {
            let error = read(&bytes[..len], "x.pyc").map(|_| ()).unwrap_err();
            let cut = matches!(
                *error.problem,
                PycProblem::NotPyc
                    | PycProblem::HeaderTooShort { .. }
                    | PycProblem::Marshal(marshal::MarshalError {
                        problem: marshal::MarshalProblem::TooShort
                            | marshal::MarshalProblem::NoObject,
                        ..
                    })
            );
            assert!(cut, "{name} cut to {len}: {error}");
        }
    }
}

#[test]
fn damaged_files_do_no_harm() {
    // xorshift64
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut sound = 0;
    for (_, bytes) in fixtures() {
        for _ in 0..1500 {
            let mut damaged = bytes.clone();
            for _ in 0..1 + random(3) {
                // The header stays, or nothing behind it would be tried.
                let at = 16 + random(bytes.len() - 16);
                damaged[at] = match random(3) {
                    0 => damaged[at] ^ 1 << random(8),
                    1 => b"0NTFigIlsutaAzZ()[<>{:cr"[random(24)] | (random(2) as u8) << 7,
                    _ => random(256) as u8,
                };
            }
            sound += usize::from(exercise(&damaged));
        }
    }
    assert!(
        sound > 0,
        "the damage is never small enough to get past the reader"
    );
}

#[test]
fn headers() {
    let mtime = 1_704_164_645;
    for name in ["functions-3.6.pyc", "functions-3.12.pyc"] {
        let source_size = 449;
        let validation = read(&fixture(name), name).unwrap().header.validation;
        assert_eq!(validation, Validation::Timestamp { mtime, source_size });
    }
    for (name, checked) in [("checked-3.8.pyc", true), ("unchecked-3.8.pyc", false)] {
        let header = read(&fixture(name), name).unwrap().header;
        assert_eq!(header.version, Version::V3_8);
        assert!(matches!(
            header.validation,
            Validation::Hash { check_source, .. } if check_source == checked
        ));
    }
}

#[test]
fn errors_name_the_file_what_was_found_and_what_is_supported() {
    let message = |bytes: &[u8]| read(bytes, "a.pyc").unwrap_err().to_string();
    assert_eq!(
        message(b"\x16\x0d\r\n"),
        "a.pyc: magic 3350 is CPython 3.5; opyc runs 3.6 to 3.14"
    );
    assert_eq!(
        message(b"\x01\x00\r\n"),
        "a.pyc: magic 1 is of no CPython that opyc knows; opyc runs 3.6 to 3.14"
    );
    assert_eq!(
        message(b"print('hello')"),
        "a.pyc: not a .pyc file (no magic number at its start); opyc runs .pyc files of CPython \
         3.6 to 3.14, which `python3 -m py_compile` makes"
    );
    let bytes = fixture("constants-3.12.pyc");
    assert_eq!(
        message(&bytes[..7]),
        "a.pyc: the file ends after 7 bytes; a .pyc file of CPython 3.12 starts with a header of 16 bytes"
    );
    assert_eq!(
        message(&bytes[..20]),
        "a.pyc: marshal data too short at byte 17"
    );
    let mut not_code = bytes[..17].to_vec();
    not_code[16] = b'N';
    assert_eq!(
        message(&not_code),
        "a.pyc: the header is followed by an object of type 'NoneType', not by code"
    );
    not_code[4] = 4;
    assert_eq!(
        message(&not_code),
        "a.pyc: the header has flags 0x4; known are 0, 1 and 3 (PEP 552)"
    );
}

#[test]
fn an_error_is_small() {
    assert!(size_of::<PycError>() <= 24);
}
