//! Which of opyc's own crates provides what, for messages about crates that are not linked.

use super::{Version, info};

const STANDARD: &str = "opyc-opcodes";
const BLOCK_STACK: &str = "opyc-block-stack";
const EXCEPTION_TABLE: &str = "opyc-exception-table";

/// Opcodes of blocks up to 3.10.
const OF_BLOCK_STACK: &[&str] = &[
    "BEFORE_ASYNC_WITH",
    "BEGIN_FINALLY",
    "BREAK_LOOP",
    "CALL_FINALLY",
    "CONTINUE_LOOP",
    "END_ASYNC_FOR",
    "END_FINALLY",
    "JUMP_IF_NOT_EXC_MATCH",
    "POP_BLOCK",
    "POP_EXCEPT",
    "POP_FINALLY",
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

/// Opcodes of exceptions and `with` from 3.11 on.
const OF_EXCEPTION_TABLE: &[&str] = &[
    "BEFORE_ASYNC_WITH",
    "BEFORE_WITH",
    "CHECK_EG_MATCH",
    "CHECK_EXC_MATCH",
    "CLEANUP_THROW",
    "END_ASYNC_FOR",
    "INTRINSIC_PREP_RERAISE_STAR",
    "LOAD_SPECIAL",
    "POP_EXCEPT",
    "PREP_RERAISE_STAR",
    "PUSH_EXC_INFO",
    "RERAISE",
    "WITH_EXCEPT_START",
];

/// The crate of opyc that provides an opcode or operator of a version; `None` for a name that is not CPython's.
pub fn opcode(name: &str, version: Version) -> Option<&'static str> {
    let early = version <= Version::V3_10;
    if early && OF_BLOCK_STACK.contains(&name) || version <= Version::V3_7 && name == "RETURN_VALUE"
    {
        Some(BLOCK_STACK)
    } else if !early && OF_EXCEPTION_TABLE.contains(&name) {
        Some(EXCEPTION_TABLE)
    } else if is_operator(name) || Version::ALL.iter().any(|v| info(*v).number(name).is_some()) {
        Some(STANDARD)
    } else {
        None
    }
}

/// Names that stand for an argument of an opcode.
fn is_operator(name: &str) -> bool {
    ["BINARY_", "COMPARE_", "INTRINSIC_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// The crate of opyc that provides the block strategy of a version.
pub fn strategy(version: Version) -> &'static str {
    if version <= Version::V3_10 {
        BLOCK_STACK
    } else {
        EXCEPTION_TABLE
    }
}

/// What to do about something that no linked crate provides.
pub(crate) fn advice(provider: Option<&str>) -> String {
    match provider {
        Some(provider) => format!(
            "link crate {provider}, which does (the feature `{}` of opyc)",
            provider.trim_start_matches("opyc-")
        ),
        None => "link the crate that does, and mention it (`use that_crate as _;`): a crate that nothing mentions is \
                 left out"
            .into(),
    }
}
