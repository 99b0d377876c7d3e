//! The shape of a version's data.

use super::Version;

/// What the argument of an opcode means, and how it is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// The opcode takes no argument; its argument byte is ignored.
    None,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`, above `shift` flag bits.
    Name {
        /// Number of flag bits.
        shift: u8,
    },
    /// A local variable.
    Local,
    /// Two local variables of four bits each: `first << 4 | second`.
    Locals,
    /// A variable held in a cell. Before 3.11 an index into `co_cellvars + co_freevars`, since then a slot.
    Cell,
    /// A jump forward from the end of the instruction, its caches included.
    JumpForward,
    /// A jump backward from the end of the instruction, its caches included.
    JumpBackward,
    /// A jump to a place counted from the start of the code.
    JumpAbsolute,
    /// Index into [`VersionInfo::cmp_op`], above `shift` bits that are no part of it.
    Compare {
        /// Number of bits below the index.
        shift: u8,
        /// The bit that asks for the result to be made a bool; 0 if the version has none.
        to_bool: u8,
    },
    /// A count, an index into the stack, a set of flags or a selector.
    Count,
}

/// An opcode as one version knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpInfo {
    /// CPython's name.
    pub name: &'static str,
    /// What its argument means.
    pub arg: ArgKind,
    /// How many two-byte units of inline cache follow it.
    pub caches: u8,
}

/// Which fields a marshalled code object has, and in which order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeLayout {
    /// 3.6 and 3.7: no positional-only parameters.
    Classic,
    /// 3.8 to 3.10: with `co_posonlyargcount` (PEP 570).
    PosOnly,
    /// 3.11 and later: one list of slots (`localsplus`), `co_qualname`, and an exception table.
    LocalsPlus,
}

/// How the line table is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFormat {
    /// 3.6 to 3.9: `co_lnotab`.
    Lnotab,
    /// 3.10: `co_linetable` of PEP 626.
    Linetable,
    /// 3.11 and later: locations with columns (PEP 657).
    Locations,
}

/// Opcodes and formats of one version, or of one with another numbering of the opcodes.
#[derive(Clone, Debug)]
pub struct VersionInfo {
    /// The version.
    pub version: Version,
    /// Magic number of its files.
    pub magic: u16,
    /// `sys.implementation.cache_tag`: `cpython-312`.
    pub cache_tag: &'static str,
    /// Size of a file's header in bytes.
    pub header_size: usize,
    /// `marshal.version`.
    pub marshal_version: u8,
    /// Layout of a marshalled code object.
    pub code_layout: CodeLayout,
    /// Encoding of the line table.
    pub line_format: LineFormat,
    /// How many bytes a jump argument of 1 stands for.
    pub jump_unit: u8,
    /// Number of `EXTENDED_ARG`.
    pub extended_arg: u8,
    /// The opcodes that a file may hold, by number. `EXTENDED_ARG` is among them.
    pub ops: [Option<OpInfo>; 256],
    /// The operators of `COMPARE_OP`, by index.
    pub cmp_op: &'static [&'static str],
    /// Name and sign of the operators of `BINARY_OP`, by index (3.11 and later).
    pub nb_ops: &'static [(&'static str, &'static str)],
    /// The functions of `CALL_INTRINSIC_1`, by index (3.12 and later).
    pub intrinsic_1: &'static [&'static str],
    /// The functions of `CALL_INTRINSIC_2`, by index (3.12 and later).
    pub intrinsic_2: &'static [&'static str],
    /// The methods of `LOAD_SPECIAL`, by index (3.14).
    pub special_methods: &'static [&'static str],
    /// The constants of `LOAD_COMMON_CONSTANT`, by index (3.14).
    pub common_constants: &'static [&'static str],
}

/// Why a numbering cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberingError {
    /// The version has no opcode of this name.
    #[error("CPython {version} has no opcode {name}")]
    UnknownName {
        /// The version.
        version: Version,
        /// The name.
        name: String,
    },
    /// Two opcodes have the same number.
    #[error("opcode number {number} is given to both {first} and {second}")]
    Conflict {
        /// The number.
        number: u8,
        /// One of the opcodes.
        first: &'static str,
        /// The other one.
        second: &'static str,
    },
}

impl VersionInfo {
    /// The opcode with this number, if a file may hold it.
    pub fn op(&self, number: u8) -> Option<&OpInfo> {
        self.ops[usize::from(number)].as_ref()
    }

    /// What an argument selects from one of the version's lists: a `BINARY_OP`'s operator, an intrinsic function, a
    /// special method, a common constant. `None` for other opcodes.
    pub fn selected(&self, opname: &str, arg: u32) -> Option<&'static str> {
        let names = match opname {
            "BINARY_OP" => return self.nb_ops.get(arg as usize).map(|(_, sign)| *sign),
            "CALL_INTRINSIC_1" => self.intrinsic_1,
            "CALL_INTRINSIC_2" => self.intrinsic_2,
            "LOAD_SPECIAL" => self.special_methods,
            "LOAD_COMMON_CONSTANT" => self.common_constants,
            _ => return None,
        };
        names.get(arg as usize).copied()
    }

    /// The number of the opcode with this name.
    pub fn number(&self, name: &str) -> Option<u8> {
        (0..=u8::MAX).find(|number| self.op(*number).is_some_and(|op| op.name == name))
    }

    /// The same version with other numbers for some opcodes; those not named keep theirs.
    ///
    /// Files with shuffled opcodes exist: some vendors hide their programs so.
    pub fn renumbered<'a>(
        &self,
        numbers: impl IntoIterator<Item = (&'a str, u8)>,
    ) -> Result<VersionInfo, NumberingError> {
        let mut renumbered = self.clone();
        let mut moved = Vec::new();
        for (name, number) in numbers {
            let unknown = || NumberingError::UnknownName {
                version: self.version,
                name: name.to_owned(),
            };
            let old = self.number(name).ok_or_else(unknown)?;
            let op = renumbered.ops[usize::from(old)]
                .take()
                .ok_or_else(unknown)?;
            moved.push((op, number));
        }
        for (op, number) in moved {
            renumbered.insert(number, op)?;
        }
        Ok(renumbered)
    }

    /// The same version with one opcode more, such as one of your own.
    pub fn with_op(&self, number: u8, op: OpInfo) -> Result<VersionInfo, NumberingError> {
        let mut extended = self.clone();
        extended.insert(number, op)?;
        Ok(extended)
    }

    fn insert(&mut self, number: u8, op: OpInfo) -> Result<(), NumberingError> {
        if let Some(first) = self.op(number) {
            return Err(NumberingError::Conflict {
                number,
                first: first.name,
                second: op.name,
            });
        }
        if op.name == "EXTENDED_ARG" {
            self.extended_arg = number;
        }
        self.ops[usize::from(number)] = Some(op);
        Ok(())
    }
}

/// A line of a version's table of opcodes.
pub(super) const fn row(number: u8, name: &'static str, arg: ArgKind, caches: u8) -> (u8, OpInfo) {
    (number, OpInfo { name, arg, caches })
}

/// The opcodes by number. Fails to compile if two rows have the same one.
pub(super) const fn table<const N: usize>(rows: &[(u8, OpInfo); N]) -> [Option<OpInfo>; 256] {
    let mut ops = [None; 256];
    let mut i = 0;
    while i < N {
        let (number, op) = rows[i];
        assert!(ops[number as usize].is_none(), "a number is used twice");
        ops[number as usize] = Some(op);
        i += 1;
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::super::info;
    use super::*;

    #[test]
    fn opcodes_swap_numbers() {
        let standard = info(Version::V3_12);
        let swapped = standard
            .renumbered([("POP_TOP", 116), ("LOAD_GLOBAL", 1), ("EXTENDED_ARG", 250)])
            .unwrap();
        assert_eq!(swapped.number("POP_TOP"), Some(116));
        assert_eq!(swapped.op(1), standard.op(116));
        assert_eq!(swapped.extended_arg, 250);
        assert_eq!(swapped.op(144), None);
    }

    #[test]
    fn a_numbering_with_faults_is_refused() {
        let standard = info(Version::V3_12);
        let error = standard.renumbered([("POP_TOP", 116)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "opcode number 116 is given to both LOAD_GLOBAL and POP_TOP"
        );
        let error = standard.renumbered([("DUP_TOP", 200)]).unwrap_err();
        assert_eq!(error.to_string(), "CPython 3.12 has no opcode DUP_TOP");
    }

    #[test]
    fn an_opcode_of_your_own() {
        let double = OpInfo {
            name: "DOUBLE",
            arg: ArgKind::None,
            caches: 0,
        };
        let extended = info(Version::V3_12).with_op(250, double).unwrap();
        assert_eq!(extended.op(250), Some(&double));
    }

    #[test]
    fn caches_and_fillers() {
        assert_eq!(info(Version::V3_14).number("CACHE"), None);
        assert_eq!(
            info(Version::V3_14).op(44),
            Some(&OpInfo {
                name: "BINARY_OP",
                arg: ArgKind::Count,
                caches: 5
            })
        );
    }
}
