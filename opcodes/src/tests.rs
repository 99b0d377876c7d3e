//! Every opcode of every version has a definition, here or in a block strategy.

use opyc_core::registry::Table;
use opyc_core::version::{Version, info};

/// Opcodes of the crates `opyc-block-stack` and `opyc-exception-table`, and those that decoding folds away.
const ELSEWHERE: &[&str] = &[
    "BEFORE_ASYNC_WITH",
    "BEFORE_WITH",
    "BEGIN_FINALLY",
    "BREAK_LOOP",
    "CACHE",
    "CALL_FINALLY",
    "CHECK_EG_MATCH",
    "CHECK_EXC_MATCH",
    "CLEANUP_THROW",
    "CONTINUE_LOOP",
    "END_ASYNC_FOR",
    "END_FINALLY",
    "EXTENDED_ARG",
    "JUMP_IF_NOT_EXC_MATCH",
    "LOAD_SPECIAL",
    "POP_BLOCK",
    "POP_EXCEPT",
    "POP_FINALLY",
    "PREP_RERAISE_STAR",
    "PUSH_EXC_INFO",
    "RERAISE",
    "SETUP_ASYNC_WITH",
    "SETUP_EXCEPT",
    "SETUP_FINALLY",
    "SETUP_LOOP",
    "SETUP_WITH",
    "WITH_CLEANUP_FINISH",
    "WITH_CLEANUP_START",
    "WITH_EXCEPT_START",
];

#[test]
fn every_opcode_is_defined() {
    let mut missing = Vec::new();
    for minor in 6..=14 {
        let Some(version) = Version::new(minor) else {
            continue;
        };
        let table = match Table::build(info(version), &[]) {
            Ok(t) => t,
            Err(e) => panic!("{e}"),
        };
        for (number, op) in table.info.ops.iter().enumerate() {
            let Some(op) = op else { continue };
            let elsewhere = ELSEWHERE.contains(&op.name) || op.name == "RETURN_VALUE" && minor <= 7;
            if !elsewhere && table.op(number as u8).is_none() {
                missing.push(format!("{version} {}", op.name));
            }
        }
    }
    assert!(missing.is_empty(), "no definition of {missing:?}");
}

#[test]
fn operators_name_definitions() {
    use opyc_core::decode::{Instruction, Operand};
    for minor in 6..=14 {
        let Some(version) = Version::new(minor) else {
            continue;
        };
        let Ok(table) = Table::build(info(version), &[]) else {
            panic!("{version}")
        };
        for (name, first, count) in [
            ("COMPARE_OP", 0, table.info.cmp_op.len()),
            ("BINARY_OP", 0, table.info.nb_ops.len()),
            ("CALL_INTRINSIC_1", 1, table.info.intrinsic_1.len()),
            // The first helper of two values belongs to the block strategy.
            ("CALL_INTRINSIC_2", 2, table.info.intrinsic_2.len()),
        ] {
            let Some(op) = table.by_name(name) else {
                continue;
            };
            for arg in first..count as u32 {
                let i = Instruction {
                    op: 0,
                    arg,
                    operand: Operand::Count(arg),
                    offset: 0,
                };
                let i = match name {
                    "COMPARE_OP" => Instruction {
                        operand: Operand::Compare(arg as u8, false),
                        ..i
                    },
                    _ => i,
                };
                let operator = op.operator.and_then(|f| f(&i));
                let found = operator.and_then(|n| table.by_name(n));
                assert!(found.is_some(), "{version} {name} {arg}: {operator:?}");
            }
        }
    }
}
