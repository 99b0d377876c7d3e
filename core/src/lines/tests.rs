use std::sync::Arc;

use super::*;
use crate::text::StrBuf;
use crate::version::Version;

/// Code of `len` bytes that starts at line 10, with a line table.
fn code(version: Version, len: usize, linetable: &[u8]) -> Code {
    let name = Arc::new(StrBuf::Ascii(b"f".to_vec()));
    Code {
        version,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: vec![0; len].into(),
        consts: [].into(),
        names: [].into(),
        localsplus: [].into(),
        nlocals: 0,
        filename: name.clone(),
        name: name.clone(),
        qualname: name,
        firstlineno: 10,
        linetable: linetable.into(),
        exceptiontable: [].into(),
    }
}

fn lines(version: Version, len: usize, linetable: &[u8]) -> Vec<(u32, u32, Option<u32>)> {
    let code = code(version, len, linetable);
    LineTable::new(&code)
        .map(|range| (range.start, range.end, range.line))
        .collect()
}

#[test]
fn lnotab() {
    let table = [0, 1, 4, 200, 0, 56, 2, 3, 2, 0];
    let expected = [(0, 6, Some(11)), (6, 12, Some(14))];
    assert_eq!(lines(Version::V3_6, 12, &table), expected);
    assert_eq!(lines(Version::V3_9, 4, b""), [(0, 4, Some(10))]);
}

#[test]
fn linetable() {
    let table = [4, 1, 2, 128, 0, 5, 2, 0, 2, 251];
    let expected = [
        (0, 4, Some(11)),
        (4, 6, None),
        (6, 8, Some(16)),
        (8, 10, Some(11)),
    ];
    assert_eq!(lines(Version::V3_10, 10, &table), expected);
}

#[test]
fn locations() {
    let short = [0x80 | 2 << 3 | 1, 0x34];
    let one_line = [0x80 | 11 << 3, 7, 9];
    let no_columns = [0x80 | 13 << 3, 0b101];
    let long = [0x80 | 14 << 3, 0x42, 1, 2, 0, 5];
    let nowhere = [0x80 | 15 << 3 | 7];
    let table = [&short[..], &one_line, &no_columns, &long, &nowhere].concat();
    let code = code(Version::V3_11, 26, &table);
    let expected = [
        (0, 4, Some(10), Some(10), Some(19), Some(23)),
        (4, 6, Some(11), Some(11), Some(7), Some(9)),
        (6, 8, Some(9), Some(9), None, None),
        (8, 10, Some(42), Some(44), None, Some(4)),
        (10, 26, None, None, None, None),
    ];
    let found: Vec<_> = positions(&code)
        .map(|range| {
            let Position {
                line,
                end_line,
                col,
                end_col,
            } = range.position;
            (range.start, range.end, line, end_line, col, end_col)
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(line_of(&code, 9), Some(42));
    assert_eq!(line_of(&code, 10), None);
    assert_eq!(line_of(&code, 26), None);
    assert_eq!(position_of(&code, 4).col, Some(7));
}

#[test]
fn older_versions_know_no_columns() {
    let code = code(Version::V3_10, 4, &[4, 1]);
    assert_eq!(positions(&code).count(), 0);
    assert_eq!(position_of(&code, 0), Position::default());
}

#[test]
fn malformed_tables_are_cut_short() {
    // Beyond the code.
    assert_eq!(
        lines(Version::V3_9, 4, &[200, 1, 200, 1]),
        [(0, 4, Some(10))]
    );
    assert_eq!(
        lines(Version::V3_10, 4, &[200, 1, 2, 1]),
        [(0, 4, Some(11))]
    );
    assert_eq!(
        lines(Version::V3_11, 4, &[0x80 | 13 << 3 | 7, 0, 0x80]),
        [(0, 4, Some(10))]
    );
    // Half an entry, a number without end.
    assert_eq!(lines(Version::V3_10, 4, &[4]), []);
    assert_eq!(lines(Version::V3_11, 4, &[0x80]), []);
    assert_eq!(lines(Version::V3_11, 4, &[0x80 | 13 << 3, 0x40, 0x40]), []);
    // A number that does not fit.
    let mut long = vec![0x80 | 13 << 3];
    long.extend([0x7f; 100]);
    long.push(0);
    assert_eq!(lines(Version::V3_11, 2, &long), [(0, 2, None)]);
    // Before the first line of all.
    assert_eq!(
        lines(Version::V3_9, 4, &[2, 0x80, 0, 0x80]),
        [(0, 2, Some(10)), (2, 4, None)]
    );
}
