//! `.pyc` files: a header, then one code object in `marshal` format.
//!
//! # The header
//!
//! Four bytes of magic number: a little-endian number that names the version (see [`crate::version`]), then `\r\n`,
//! which a transfer in text mode would destroy. In 3.6 the modification time and the size of the source follow. Since
//! 3.7 (PEP 552) a word of flags comes first: bit 0 says that the next eight bytes are a hash of the source, rather
//! than time and size; bit 1 asks whoever imports the file to check that hash. opyc has no source to compare with:
//! it reads the rest of the header, and hands it on.
//!
//! # Where the facts come from
//!
//! The header is described in PEP 552 and PEP 3147; `marshal` in the documentation of CPython's module of that name,
//! which leaves out the format, so that [`marshal`] describes it; line tables in PEP 626 (3.10) and PEP 657 (3.11), see
//! [`crate::lines`]; exception tables in CPython's `InternalDocs/exception_handling.md`, see [`crate::decode`]. All of
//! it was compared with what each CPython says of its own files: `tools/check_decode.py` does so again.

mod error;
pub mod marshal;

use std::sync::Arc;

use crate::code::{Code, Const};
use crate::version::{self, Version, VersionInfo};

pub use error::{PycError, PycProblem};

/// A `.pyc` file as read.
#[derive(Clone, Debug)]
pub struct Pyc {
    /// What stands before the code.
    pub header: Header,
    /// The code of the module.
    pub code: Arc<Code>,
}

/// The header of a `.pyc` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The version of CPython that wrote the file.
    pub version: Version,
    /// How an importer can tell whether the file is up to date.
    pub validation: Validation,
}

/// How an importer can tell whether a `.pyc` file belongs to the source beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// By the source's modification time and size, both modulo 2³².
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// Size of the source in bytes.
        source_size: u32,
    },
    /// By a hash of the source (PEP 552).
    Hash {
        /// `importlib.util.source_hash` of the source.
        source_hash: [u8; 8],
        /// Whether the importer is to check it.
        check_source: bool,
    },
}

/// Reads a `.pyc` file. `file_name` is for messages only.
///
/// # Errors
/// The file is malformed, truncated or of a version that opyc does not run.
pub fn read(bytes: &[u8], file_name: &str) -> Result<Pyc, PycError> {
    let known = |magic| version::by_magic(magic).ok_or(PycProblem::Magic(magic));
    read_parts(bytes, known).map_err(|problem| PycError::new(file_name, problem))
}

/// Reads a `.pyc` file of one version only, whose magic number need not be CPython's: see
/// [`VersionInfo::from_opcode_map`].
///
/// # Errors
/// As [`read`]; the file has another magic number.
pub fn read_as(bytes: &[u8], file_name: &str, info: &VersionInfo) -> Result<Pyc, PycError> {
    let the_one = |magic| {
        if magic == info.magic {
            Ok(info)
        } else {
            Err(PycProblem::OtherMagic {
                found: magic,
                wanted: info.magic,
                version: info.version,
            })
        }
    };
    read_parts(bytes, the_one).map_err(|problem| PycError::new(file_name, problem))
}

fn read_parts<'a>(
    bytes: &[u8],
    known: impl Fn(u16) -> Result<&'a VersionInfo, PycProblem>,
) -> Result<Pyc, PycProblem> {
    let (header, body) = read_header(bytes, known)?;
    let offset = bytes.len() - body.len();
    match marshal::read(body, header.version) {
        Ok(Const::Code(code)) => Ok(Pyc { header, code }),
        Ok(other) => Err(PycProblem::NotCode(marshal::type_name(&other))),
        Err(mut error) => {
            error.offset += offset;
            Err(PycProblem::Marshal(error))
        }
    }
}

/// The header, and the bytes that follow it.
fn read_header<'a, 'b>(
    bytes: &'b [u8],
    known: impl Fn(u16) -> Result<&'a VersionInfo, PycProblem>,
) -> Result<(Header, &'b [u8]), PycProblem> {
    let Some((&[low, high, b'\r', b'\n'], rest)) = bytes.split_first_chunk() else {
        return Err(PycProblem::NotPyc);
    };
    let info = known(u16::from_le_bytes([low, high]))?;
    let too_short = || PycProblem::HeaderTooShort {
        size: bytes.len(),
        version: info.version,
    };
    let (flags, rest) = if info.version >= Version::V3_7 {
        let (flags, rest) = rest.split_first_chunk().ok_or_else(too_short)?;
        (u32::from_le_bytes(*flags), rest)
    } else {
        (0, rest)
    };
    let (&words, body) = rest.split_first_chunk().ok_or_else(too_short)?;
    let validation = match flags {
        0 => {
            let [m0, m1, m2, m3, s0, s1, s2, s3] = words;
            Validation::Timestamp {
                mtime: u32::from_le_bytes([m0, m1, m2, m3]),
                source_size: u32::from_le_bytes([s0, s1, s2, s3]),
            }
        }
        1 | 3 => Validation::Hash {
            source_hash: words,
            check_source: flags == 3,
        },
        _ => return Err(PycProblem::Flags(flags)),
    };
    let header = Header {
        version: info.version,
        validation,
    };
    Ok((header, body))
}

#[cfg(test)]
mod tests;
