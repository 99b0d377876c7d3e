use std::sync::Arc;

use super::*;
use crate::code::SlotKind;
use crate::text::StrBuf;
use crate::version::{Version, info};

/// Code of nothing but instructions, with one local variable and one cell.
fn code(version: Version, bytecode: &[u8], exceptiontable: &[u8]) -> Code {
    let name = Arc::new(StrBuf::Ascii(b"f".to_vec()));
    let slot = |kind| (name.clone(), SlotKind(kind));
    Code {
        version,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: bytecode.into(),
        consts: [].into(),
        names: [].into(),
        localsplus: [slot(SlotKind::LOCAL), slot(SlotKind::CELL)].into(),
        nlocals: 1,
        filename: name.clone(),
        name: name.clone(),
        qualname: name.clone(),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: exceptiontable.into(),
    }
}

/// Decoded instructions in words: `offset NAME operand`.
fn listing(version: Version, bytecode: &[u8]) -> Result<Vec<String>, String> {
    let info = info(version);
    let decoded = decode(&code(version, bytecode, b""), info).map_err(|error| error.to_string())?;
    let line = |i: &Instruction| {
        let name = info.op(i.op).map_or("?", |op| op.name);
        format!("{} {name} {:?}", i.offset, i.operand)
    };
    Ok(decoded.instructions.iter().map(line).collect())
}

/// Bytecode of `(name, argument byte)`; inline caches are added.
fn assemble(version: Version, instructions: &[(&str, u8)]) -> Vec<u8> {
    let info = info(version);
    let mut bytes = Vec::new();
    for (name, arg) in instructions {
        let number = info.number(name).unwrap();
        bytes.extend([number, *arg]);
        let caches = info.op(number).map_or(0, |op| op.caches);
        bytes.extend([0, 0].repeat(caches.into()));
    }
    bytes
}

fn assembled(version: Version, instructions: &[(&str, u8)]) -> Result<Vec<String>, String> {
    listing(version, &assemble(version, instructions))
}

#[test]
fn operands_are_typed() {
    let list = assembled(
        Version::V3_12,
        &[
            ("LOAD_CONST", 3),
            ("LOAD_GLOBAL", 5),
            ("LOAD_SUPER_ATTR", 7),
            ("STORE_NAME", 5),
            ("LOAD_FAST", 1),
            ("LOAD_DEREF", 1),
            ("COMPARE_OP", 0x42),
            ("BUILD_LIST", 9),
            ("POP_TOP", 9),
        ],
    );
    let expected = [
        "0 LOAD_CONST Const(3)",
        "2 LOAD_GLOBAL Name(2, 1)",
        "12 LOAD_SUPER_ATTR Name(1, 3)",
        "16 STORE_NAME Name(5, 0)",
        "18 LOAD_FAST Local(1)",
        "20 LOAD_DEREF Cell(1)",
        "22 COMPARE_OP Compare(4, false)",
        "26 BUILD_LIST Count(9)",
        "28 POP_TOP None",
    ];
    assert_eq!(list.unwrap(), expected);
}

#[test]
fn versions_are_made_alike() {
    let deref = assembled(Version::V3_10, &[("LOAD_DEREF", 0)]);
    assert_eq!(deref.unwrap(), ["0 LOAD_DEREF Cell(1)"]);
    let compare = assembled(Version::V3_13, &[("COMPARE_OP", 0b0101_0011)]);
    assert_eq!(compare.unwrap(), ["0 COMPARE_OP Compare(2, true)"]);
    let compare = assembled(Version::V3_8, &[("COMPARE_OP", 10)]);
    assert_eq!(compare.unwrap(), ["0 COMPARE_OP Compare(10, false)"]);
    let pair = assembled(Version::V3_13, &[("LOAD_FAST_LOAD_FAST", 0x2f)]);
    assert_eq!(pair.unwrap(), ["0 LOAD_FAST_LOAD_FAST Locals(2, 15)"]);
    let marker = assembled(Version::V3_14, &[("END_ASYNC_FOR", 8)]);
    assert_eq!(marker.unwrap(), ["0 END_ASYNC_FOR Count(8)"]);
}

#[test]
fn extended_arguments() {
    let list = assembled(
        Version::V3_12,
        &[
            ("EXTENDED_ARG", 1),
            ("EXTENDED_ARG", 2),
            ("EXTENDED_ARG", 3),
            ("BUILD_LIST", 4),
        ],
    );
    assert_eq!(list.unwrap(), ["6 BUILD_LIST Count(16909060)"]);
    let four = [("EXTENDED_ARG", 1); 4];
    let error = assembled(Version::V3_12, &[&four[..], &[("NOP", 0)]].concat()).unwrap_err();
    assert_eq!(
        error,
        "EXTENDED_ARG without an instruction to extend at offset 6"
    );
    let error = assembled(Version::V3_6, &[("NOP", 0), ("EXTENDED_ARG", 1)]).unwrap_err();
    assert_eq!(
        error,
        "EXTENDED_ARG without an instruction to extend at offset 2"
    );
}

#[test]
fn jumps_lead_to_the_first_extended_arg() {
    // In 3.9 jumps count bytes, in 3.10 units.
    for (version, target) in [(Version::V3_9, 4), (Version::V3_10, 2)] {
        let list = assembled(
            version,
            &[
                ("JUMP_ABSOLUTE", target),
                ("NOP", 0),
                ("EXTENDED_ARG", 0),
                ("JUMP_FORWARD", 0),
                ("NOP", 0),
            ],
        );
        let expected = [
            "0 JUMP_ABSOLUTE Label(2)",
            "2 NOP None",
            "6 JUMP_FORWARD Label(3)",
            "8 NOP None",
        ];
        assert_eq!(list.unwrap(), expected);
    }
    // Caches of the jump itself count as passed.
    let list = assembled(
        Version::V3_13,
        &[("POP_JUMP_IF_TRUE", 0), ("JUMP_BACKWARD", 4)],
    );
    let expected = ["0 POP_JUMP_IF_TRUE Label(1)", "4 JUMP_BACKWARD Label(0)"];
    assert_eq!(list.unwrap(), expected);
}

#[test]
fn jumps_to_nowhere_are_refused() {
    for (version, instructions, message) in [
        (
            Version::V3_9,
            &[("JUMP_ABSOLUTE", 1)][..],
            "JUMP_ABSOLUTE to where no instruction starts at offset 0",
        ),
        (
            Version::V3_9,
            &[("JUMP_ABSOLUTE", 2)],
            "JUMP_ABSOLUTE to where no instruction starts at offset 0",
        ),
        (
            Version::V3_9,
            &[("NOP", 0), ("FOR_ITER", 0)],
            "FOR_ITER to where no instruction starts at offset 2",
        ),
        (
            Version::V3_9,
            &[("JUMP_FORWARD", 2), ("EXTENDED_ARG", 0), ("NOP", 0)],
            "JUMP_FORWARD to where no instruction starts at offset 0",
        ),
        (
            Version::V3_11,
            &[("JUMP_BACKWARD", 2)],
            "JUMP_BACKWARD to where no instruction starts at offset 0",
        ),
        (
            Version::V3_11,
            &[("LOAD_ATTR", 0), ("JUMP_BACKWARD", 2)],
            "JUMP_BACKWARD to where no instruction starts at offset 10",
        ),
    ] {
        assert_eq!(assembled(version, instructions).unwrap_err(), message);
    }
}

#[test]
fn malformed_instructions() {
    let error = |version, bytecode: &[u8]| listing(version, bytecode).unwrap_err();
    assert_eq!(
        error(Version::V3_12, &[9, 0, 9]),
        "half an instruction at offset 2"
    );
    assert_eq!(
        error(Version::V3_12, &[9, 0, 255, 0]),
        "unknown opcode 255 at offset 2"
    );
    assert_eq!(
        error(Version::V3_12, &[0, 0]),
        "unknown opcode 0 at offset 0"
    );
    assert_eq!(
        error(Version::V3_12, &[116, 0, 0, 0]),
        "inline cache of LOAD_GLOBAL cut short at offset 0"
    );
    assert_eq!(
        assembled(Version::V3_9, &[("COMPARE_OP", 6)]).unwrap_err(),
        "COMPARE_OP with argument 6, which has no meaning at offset 0"
    );
    assert_eq!(
        assembled(
            Version::V3_13,
            &[("EXTENDED_ARG", 1), ("STORE_FAST_STORE_FAST", 0)]
        )
        .unwrap_err(),
        "STORE_FAST_STORE_FAST with argument 256, which has no meaning at offset 2"
    );
}

#[test]
fn another_numbering() {
    let shuffled = info(Version::V3_12)
        .renumbered([("NOP", 200), ("EXTENDED_ARG", 9)])
        .unwrap();
    let code = code(Version::V3_12, &[9, 1, 200, 2, 102, 0], b"");
    let decoded = decode(&code, &shuffled).unwrap();
    let ops: Vec<_> = decoded
        .instructions
        .iter()
        .map(|i| (i.op, i.offset))
        .collect();
    assert_eq!(ops, [(200, 2), (102, 4)]);
}

fn exceptions(table: &[u8]) -> Result<Vec<ExceptionEntry>, String> {
    // NOP; LOAD_GLOBAL with four caches; NOP
    let bytecode = assemble(
        Version::V3_12,
        &[("NOP", 0), ("LOAD_GLOBAL", 0), ("NOP", 0)],
    );
    let decoded = decode(
        &code(Version::V3_12, &bytecode, table),
        info(Version::V3_12),
    );
    decoded
        .map(|decoded| decoded.exceptions.into_vec())
        .map_err(|error| error.to_string())
}

#[test]
fn exception_tables() {
    let entry = |start, end, target, depth, lasti| ExceptionEntry {
        start,
        end,
        target,
        depth,
        lasti,
    };
    let table = [0x80, 1, 6, 0b101, 0x81, 6, 0, 0x41, 0];
    assert_eq!(
        exceptions(&table).unwrap(),
        [entry(0, 1, 2, 2, true), entry(1, 3, 0, 32, false)]
    );
}

#[test]
fn malformed_exception_tables() {
    for (table, what) in [
        (&[0, 1, 0, 0][..], "an entry without its mark"),
        (&[0x80, 1, 0], "a number without end"),
        (&[0x80, 0x41], "a number without end"),
        (
            &[0x80, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0, 0, 0],
            "a number without end",
        ),
        (&[0x80, 0, 0, 0], "an empty range"),
        (&[0x82, 1, 0, 0], "a place where no instruction starts"),
        (&[0x80, 2, 0, 0], "a place where no instruction starts"),
        (&[0x80, 8, 0, 0], "a place where no instruction starts"),
        (&[0x80, 1, 7, 0], "a place where no instruction starts"),
    ] {
        let message = format!("malformed exception table ({what}) at offset 0");
        assert_eq!(exceptions(table).unwrap_err(), message);
    }
    let backwards = exceptions(&[0x81, 5, 0, 0, 0x80, 1, 0, 0]).unwrap_err();
    assert_eq!(
        backwards,
        "malformed exception table (entries out of order) at offset 4"
    );
}
