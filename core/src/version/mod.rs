//! What differs from one CPython version to the next, as data.
//!
//! One file per version, `v3_6.rs` to `v3_14.rs`, holds a [`VersionInfo`]: opcode numbers and what their arguments
//! mean, inline caches, formats of the file. Everything that reads code takes a `&VersionInfo`, so that a caller may
//! hand in one with another numbering ([`VersionInfo::renumbered`], or the text of an [`opcode_map`]).
//!
//! A new version is a new file (made by `tools/gen_versions.py`) and a line in [`Version`] and in [`info`].

mod info;
mod magic;
pub mod opcode_map;
pub mod providers;
mod range;
pub mod roles;
mod v3_10;
mod v3_11;
mod v3_12;
mod v3_13;
mod v3_14;
mod v3_6;
mod v3_7;
mod v3_8;
mod v3_9;

use std::fmt;

pub use info::{ArgKind, CodeLayout, LineFormat, NumberingError, OpInfo, VersionInfo};
use info::{row, table};
pub use magic::{by_magic, describe_magic};
pub use opcode_map::OpcodeMapError;
pub use range::VersionRange;

/// A minor version of CPython 3 that opyc runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version(u8);

impl Version {
    /// CPython 3.6.
    pub const V3_6: Version = Version(6);
    /// CPython 3.7.
    pub const V3_7: Version = Version(7);
    /// CPython 3.8.
    pub const V3_8: Version = Version(8);
    /// CPython 3.9.
    pub const V3_9: Version = Version(9);
    /// CPython 3.10.
    pub const V3_10: Version = Version(10);
    /// CPython 3.11.
    pub const V3_11: Version = Version(11);
    /// CPython 3.12.
    pub const V3_12: Version = Version(12);
    /// CPython 3.13.
    pub const V3_13: Version = Version(13);
    /// CPython 3.14.
    pub const V3_14: Version = Version(14);

    /// The first version that opyc runs.
    pub const FIRST: Version = Version::V3_6;
    /// The last version that opyc runs.
    pub const LAST: Version = Version::V3_14;

    /// Every version that opyc runs, in order.
    pub const ALL: [Version; 9] = [
        Version::V3_6,
        Version::V3_7,
        Version::V3_8,
        Version::V3_9,
        Version::V3_10,
        Version::V3_11,
        Version::V3_12,
        Version::V3_13,
        Version::V3_14,
    ];

    /// The version 3.`minor`, if opyc runs it.
    pub const fn new(minor: u8) -> Option<Version> {
        if minor >= Version::FIRST.0 && minor <= Version::LAST.0 {
            Some(Version(minor))
        } else {
            None
        }
    }

    /// The minor version: 6 for 3.6.
    pub const fn minor(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.0)
    }
}

/// CPython's own numbering and formats of `version`.
pub fn info(version: Version) -> &'static VersionInfo {
    match version.0 {
        ..=6 => &v3_6::INFO,
        7 => &v3_7::INFO,
        8 => &v3_8::INFO,
        9 => &v3_9::INFO,
        10 => &v3_10::INFO,
        11 => &v3_11::INFO,
        12 => &v3_12::INFO,
        13 => &v3_13::INFO,
        14.. => &v3_14::INFO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_own_data() {
        for version in Version::ALL {
            let info = info(version);
            assert_eq!(info.version, version);
            assert_eq!(Version::new(version.minor()), Some(version));
            assert_eq!(by_magic(info.magic).map(|i| i.version), Some(version));
            assert_eq!(info.number("EXTENDED_ARG"), Some(info.extended_arg));
        }
    }

    #[test]
    fn versions_outside_the_range_do_not_exist() {
        assert_eq!(Version::new(5), None);
        assert_eq!(Version::new(15), None);
    }

    #[test]
    fn display() {
        assert_eq!(Version::V3_12.to_string(), "3.12");
    }
}
