//! What an argument means, in the words of each version's `dis`.

use std::collections::BTreeMap;

use opyc_core::code::Code;
use opyc_core::version::{ArgKind, CodeLayout, Version};

use super::text::plain;
use super::{Disassembler, Instruction};

/// What `MAKE_FUNCTION` takes from the stack, by bit of its argument; later an argument of `SET_FUNCTION_ATTRIBUTE`.
const FUNCTION_PARTS: [&str; 5] = [
    "defaults",
    "kwdefaults",
    "annotations",
    "closure",
    "annotate",
];
/// How a value is converted before it is formatted.
const CONVERSIONS: [&str; 4] = ["", "str", "repr", "ascii"];

impl Disassembler {
    /// The text that `dis` shows in parentheses. `labels` are the numbers of labels by offset.
    pub(super) fn meaning(
        &self,
        code: &Code,
        instruction: &Instruction,
        arg: u32,
        labels: &BTreeMap<i64, usize>,
    ) -> String {
        let version = self.info.version;
        let Some(op) = self.info.op(instruction.opcode) else {
            return String::new();
        };
        if let Some(target) = instruction.target {
            // Up to 3.9 an absolute target is its own argument.
            if op.arg == ArgKind::JumpAbsolute && self.info.jump_unit == 1 {
                return String::new();
            }
            let word = match op.name {
                "END_ASYNC_FOR" => "from",
                _ => "to",
            };
            return match labels.get(&target) {
                Some(label) if version >= Version::V3_13 => format!("{word} L{label}"),
                _ => format!("{word} {target}"),
            };
        }
        match op.arg {
            // 3.11 shows the constant of LOAD_CONST only.
            ArgKind::Const if version == Version::V3_11 && op.name != "LOAD_CONST" => String::new(),
            ArgKind::Const => match code.consts.get(arg as usize) {
                Some(c) => self.constants.repr(c),
                None => no_index("co_consts", arg),
            },
            ArgKind::Name { shift } => {
                let index = arg.checked_shr(shift.into()).unwrap_or(0);
                let Some(name) = code.names.get(index as usize) else {
                    return no_index("co_names", index);
                };
                let extra = match op.name {
                    "LOAD_GLOBAL" => "NULL",
                    _ => "NULL|self",
                };
                let name = plain(name);
                match (shift > 0 && arg & 1 != 0, version >= Version::V3_13) {
                    (false, _) => name,
                    (true, false) => format!("{extra} + {name}"),
                    (true, true) => format!("{name} + {extra}"),
                }
            }
            ArgKind::Local => slot(code, arg),
            ArgKind::Locals => format!("{}, {}", slot(code, arg >> 4), slot(code, arg & 15)),
            ArgKind::Cell => match self.info.code_layout {
                CodeLayout::Classic | CodeLayout::PosOnly => {
                    slot(code, code.nlocals.saturating_add(arg))
                }
                CodeLayout::LocalsPlus => slot(code, arg),
            },
            ArgKind::Compare { shift, to_bool } => {
                let index = arg.checked_shr(shift.into()).unwrap_or(0);
                let Some(sign) = self.info.cmp_op.get(index as usize) else {
                    return no_index("the list of comparisons", index);
                };
                match to_bool & arg as u8 != 0 && version >= Version::V3_13 {
                    true => format!("bool({sign})"),
                    false => (*sign).to_owned(),
                }
            }
            _ => self.selector(op.name, arg),
        }
    }

    /// The meaning of arguments that are flags, or that select one of several functions.
    fn selector(&self, opname: &str, arg: u32) -> String {
        let version = self.info.version;
        let pick = |list: &[&str]| match list.get(arg as usize) {
            Some(text) => (*text).to_owned(),
            None => no_index("its list", arg),
        };
        match opname {
            "FORMAT_VALUE" => {
                let conversion = CONVERSIONS[arg as usize & 3];
                match (conversion, arg & 4 != 0) {
                    (_, false) => conversion.to_owned(),
                    ("", true) => "with format".to_owned(),
                    (_, true) => format!("{conversion}, with format"),
                }
            }
            "CONVERT_VALUE" => pick(&CONVERSIONS),
            "MAKE_FUNCTION" if version >= Version::V3_8 => function_parts(arg),
            "SET_FUNCTION_ATTRIBUTE" => function_parts(arg),
            "BINARY_OP" => match self.info.nb_ops.get(arg as usize) {
                Some((_, sign)) => (*sign).to_owned(),
                None => no_index("the list of operators", arg),
            },
            "CALL_INTRINSIC_1" => pick(self.info.intrinsic_1),
            "CALL_INTRINSIC_2" => pick(self.info.intrinsic_2),
            "LOAD_COMMON_CONSTANT" => match self.info.common_constants.get(arg as usize) {
                Some(function @ (&"all" | &"any")) => format!("<built-in function {function}>"),
                Some(class) => (*class).to_owned(),
                None => no_index("the list of common constants", arg),
            },
            "LOAD_SPECIAL" => pick(self.info.special_methods),
            "IS_OP" if version >= Version::V3_14 => match arg {
                0 => "is".to_owned(),
                _ => "is not".to_owned(),
            },
            "CONTAINS_OP" if version >= Version::V3_14 => match arg {
                0 => "in".to_owned(),
                _ => "not in".to_owned(),
            },
            _ => String::new(),
        }
    }
}

fn function_parts(arg: u32) -> String {
    let parts = FUNCTION_PARTS.iter().enumerate();
    let set: Vec<&str> = parts
        .filter(|(bit, _)| arg & 1 << bit != 0)
        .map(|(_, name)| *name)
        .collect();
    set.join(", ")
}

fn slot(code: &Code, index: u32) -> String {
    match code.localsplus.get(index as usize) {
        Some((name, _)) => plain(name),
        None => no_index("the list of variables", index),
    }
}

/// As the verifier says it.
fn no_index(table: &str, index: u32) -> String {
    format!("{table} has no index {index}")
}
