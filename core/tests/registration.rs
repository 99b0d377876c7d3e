//! Registration that explains itself. Each version has its own fault, and 3.14 has none.

use opyc_core::error::{Fault, PyResult};
use opyc_core::interp::{BlockStrategy, Dispatch, LinkCx, StackCx, Unwound};
use opyc_core::inventory;
use opyc_core::registry::{Effect, OpcodeDef, StrategyDef, Table, opcodes, strategies};
use opyc_core::value::Value;
use opyc_core::version::{OpcodeMapError, Version, VersionInfo, VersionRange, info};

fn nothing(_: &StackCx<'_>, []: [Value; 0]) -> PyResult<[Value; 0]> {
    Ok([])
}

fn link(l: &mut LinkCx<'_>) {
    l.stack(nothing);
}

const fn nop(version: Version, provider: &'static str, overriding: bool) -> OpcodeDef {
    OpcodeDef {
        name: "NOP",
        versions: VersionRange::only(version),
        doc: "Does nothing.",
        effect_text: "(--)",
        effect: Effect::fixed::<0, 0>(),
        provider,
        overriding,
        link,
        operator: None,
        fuse: None,
    }
}

struct Leave;

impl BlockStrategy for Leave {
    fn unwind(&self, _: &mut Dispatch<'_>, _: &opyc_core::error::Raise) -> PyResult<Unwound> {
        Ok(Unwound::Leave)
    }
}

const fn leave(version: Version, provider: &'static str, overriding: bool) -> StrategyDef {
    StrategyDef {
        versions: VersionRange::only(version),
        provider,
        overriding,
        strategy: &Leave,
    }
}

// 3.6: two providers. 3.7: an override of nothing. 3.8: two overrides. 3.14: an override.
inventory::submit! { nop(Version::V3_6, "crate-b", false) }
inventory::submit! { nop(Version::V3_6, "crate-a", false) }
inventory::submit! { nop(Version::V3_7, "crate-a", true) }
inventory::submit! { nop(Version::V3_8, "crate-a", false) }
inventory::submit! { nop(Version::V3_8, "crate-c", true) }
inventory::submit! { nop(Version::V3_8, "crate-b", true) }
inventory::submit! { nop(Version::V3_14, "crate-b", true) }
inventory::submit! { nop(Version::V3_14, "crate-a", false) }
// The same of block strategies, in 3.9, 3.10, 3.11 and 3.14.
inventory::submit! { leave(Version::V3_9, "crate-b", false) }
inventory::submit! { leave(Version::V3_9, "crate-a", false) }
inventory::submit! { leave(Version::V3_10, "crate-a", true) }
inventory::submit! { leave(Version::V3_11, "crate-a", false) }
inventory::submit! { leave(Version::V3_11, "crate-c", true) }
inventory::submit! { leave(Version::V3_11, "crate-b", true) }
inventory::submit! { leave(Version::V3_14, "crate-b", true) }
inventory::submit! { leave(Version::V3_14, "crate-a", false) }

fn fault(version: Version) -> String {
    match Table::shared(version) {
        Ok(_) => "none".into(),
        Err(Fault::Registry(text)) => text,
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn two_providers() {
    assert_eq!(
        fault(Version::V3_6),
        "opcode NOP of CPython 3.6 is provided by crate crate-a and by crate crate-b; leave one out, or mark the one \
         that is to win as `overriding`"
    );
    assert_eq!(
        fault(Version::V3_8),
        "opcode NOP of CPython 3.8 is overridden by crate crate-b and by crate crate-c; leave one out"
    );
    assert_eq!(
        fault(Version::V3_9),
        "the block strategy of CPython 3.9 is provided by crate crate-a and by crate crate-b; leave one out, or mark \
         the one that is to win as `overriding`"
    );
    assert_eq!(
        fault(Version::V3_11),
        "the block strategy of CPython 3.11 is overridden by crate crate-b and by crate crate-c; leave one out"
    );
}

#[test]
fn an_override_of_nothing() {
    assert_eq!(
        fault(Version::V3_7),
        "crate crate-a overrides opcode NOP of CPython 3.7, which no linked crate provides; drop `overriding`, or \
         link the crate that it replaces"
    );
    assert_eq!(
        fault(Version::V3_10),
        "crate crate-a overrides the block strategy of CPython 3.10, which no linked crate provides; drop \
         `overriding`, or link the crate that it replaces"
    );
}

#[test]
fn a_fault_is_the_same_for_all_machines() {
    assert_eq!(fault(Version::V3_6), fault(Version::V3_6));
    assert_eq!(fault(Version::V3_12), "none");
}

#[test]
fn the_table_can_be_listed() {
    let table = Table::shared(Version::V3_14).unwrap_or_else(|e| panic!("{e}"));
    let listed: Vec<_> = table
        .definitions()
        .iter()
        .map(|d| (d.name, d.provider, d.overriding, d.doc, d.effect_text))
        .collect();
    assert_eq!(listed, [("NOP", "crate-b", true, "Does nothing.", "(--)")]);
    assert_eq!(table.strategy().map(|s| s.provider), Some("crate-b"));
    assert!(table.missing().any(|(_, op)| op.name == "LOAD_FAST"));
    assert!(table.missing().all(|(_, op)| op.name != "NOP"));
    assert!(!table.is_complete());
    assert_eq!(opcodes().len(), 8);
    assert_eq!(strategies().len(), 8);
}

/// The text of the fault that a table for one machine has.
fn local(version: Version, defs: &[&'static OpcodeDef]) -> String {
    match Table::build(info(version), defs) {
        Ok(table) => format!(
            "by {}",
            table.by_name("NOP").map_or("nobody", |d| d.provider)
        ),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn definitions_for_one_machine() {
    static OWN: OpcodeDef = nop(Version::V3_14, "crate-d", true);
    static UNMARKED: OpcodeDef = nop(Version::V3_14, "crate-e", false);
    static NEW: OpcodeDef = nop(Version::V3_12, "crate-e", false);
    static NEW_TOO: OpcodeDef = nop(Version::V3_12, "crate-d", false);
    static NOTHING: OpcodeDef = nop(Version::V3_12, "crate-d", true);
    assert_eq!(local(Version::V3_14, &[&OWN]), "by crate-d");
    assert_eq!(local(Version::V3_14, &[&NEW]), "by crate-b");
    assert_eq!(local(Version::V3_12, &[&NEW, &OWN]), "by crate-e");
    assert_eq!(
        local(Version::V3_14, &[&UNMARKED]),
        "opcode NOP of CPython 3.14 is provided by crate crate-b and by crate crate-e; leave one out, or mark the one \
         that is to win as `overriding`"
    );
    assert_eq!(
        local(Version::V3_12, &[&NEW, &NEW_TOO]),
        "opcode NOP of CPython 3.12 is provided by crate crate-e and by crate crate-d; leave one out, or mark the one \
         that is to win as `overriding`"
    );
    assert_eq!(
        local(Version::V3_12, &[&NOTHING]),
        "crate crate-d overrides opcode NOP of CPython 3.12, which no linked crate provides; drop `overriding`, or \
         link the crate that it replaces"
    );
}

#[test]
fn a_range_that_ends_before_it_starts() {
    static BACKWARDS: OpcodeDef = OpcodeDef {
        versions: VersionRange::declared("3.12..=3.8"),
        ..nop(Version::V3_12, "crate-d", false)
    };
    assert_eq!(
        local(Version::V3_14, &[&BACKWARDS]),
        "crate crate-d provides opcode NOP for CPython 3.12-3.8, which ends before it starts; correct its range of \
         versions (`in ..` stands for all)"
    );
}

#[test]
fn a_strategy_for_one_machine() {
    static OWN: StrategyDef = leave(Version::V3_14, "crate-d", true);
    let table = |version| Table::build(info(version), &[]).and_then(|t| t.with_strategy(&OWN));
    let given = table(Version::V3_14).map(|t| t.strategy().map(|s| s.provider));
    assert_eq!(given, Ok(Some("crate-d")));
    assert_eq!(
        table(Version::V3_12).map(|_| ()).map_err(|e| e.to_string()),
        Err(
            "the block strategy of crate crate-d is for CPython 3.14, but this machine runs 3.12"
                .into()
        )
    );
}

#[test]
fn a_map_may_number_what_is_provided() -> Result<(), OpcodeMapError> {
    let map = VersionInfo::from_opcode_map("base = 3.14\nNOP 200")?;
    let table = Table::build(&map, &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(table.op(200).map(|d| d.provider), Some("crate-b"));
    Ok(())
}
