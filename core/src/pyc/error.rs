//! What can be wrong with a `.pyc` file.

use super::marshal::MarshalError;
use crate::version::{Version, VersionRange, describe_magic, info};

/// A `.pyc` file that cannot be read: which one, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PycError {
    /// The file, as the caller named it.
    pub file: Box<str>,
    /// What is wrong.
    pub problem: Box<PycProblem>,
}

/// What is wrong with a `.pyc` file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PycProblem {
    /// There is no magic number at the start.
    #[error(
        "not a .pyc file (no magic number at its start); opyc runs .pyc files of CPython {}, \
         which `python3 -m py_compile` makes",
        spelled(VersionRange::ALL)
    )]
    NotPyc,
    /// Another version wrote it.
    #[error("{}; opyc runs {}", magic(*.0), spelled(VersionRange::ALL))]
    Magic(u16),
    /// The opcode map that was handed in is for other files.
    #[error("{}; the opcode map is for files with magic {wanted}, read as CPython {version}", magic(*.found))]
    OtherMagic {
        /// The file's magic number.
        found: u16,
        /// The map's.
        wanted: u16,
        /// The map's base.
        version: Version,
    },
    /// The file ends inside the header.
    #[error(
        "the file ends after {size} bytes; a .pyc file of CPython {version} starts with a header of {} bytes",
        info(*.version).header_size
    )]
    HeaderTooShort {
        /// Size of the file.
        size: usize,
        /// The version that the magic number names.
        version: Version,
    },
    /// The header has flags that no version uses.
    #[error("the header has flags {0:#x}; known are 0, 1 and 3 (PEP 552)")]
    Flags(u32),
    /// The code object is malformed.
    #[error(transparent)]
    Marshal(#[from] MarshalError),
    /// The header is followed by another type than code.
    #[error("the header is followed by an object of type '{0}', not by code")]
    NotCode(&'static str),
}

impl PycError {
    pub(super) fn new(file: &str, problem: PycProblem) -> PycError {
        PycError {
            file: file.into(),
            problem: Box::new(problem),
        }
    }
}

fn magic(magic: u16) -> String {
    match describe_magic(magic) {
        Some(name) => format!("magic {magic} is {name}"),
        None => format!("magic {magic} is of no CPython that opyc knows"),
    }
}

fn spelled(range: VersionRange) -> String {
    format!("{} to {}", range.first(), range.last())
}
