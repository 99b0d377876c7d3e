//! Ranges of versions, as opcodes and plug-ins declare them.

use std::fmt;

use super::Version;

/// A range of versions, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct VersionRange {
    first: Version,
    last: Version,
}

impl VersionRange {
    /// Every version that opyc runs.
    pub const ALL: VersionRange = VersionRange::new(Version::FIRST, Version::LAST);

    /// From `first` to `last`.
    pub const fn new(first: Version, last: Version) -> VersionRange {
        assert!(
            first.0 <= last.0,
            "a range of versions must not end before it starts"
        );
        VersionRange { first, last }
    }

    /// From 3.`first` to 3.`last`, both of which opyc must run.
    pub const fn minors(first: u8, last: u8) -> VersionRange {
        match (Version::new(first), Version::new(last)) {
            (Some(first), Some(last)) => VersionRange::new(first, last),
            _ => panic!("opyc runs 3.6 to 3.14"),
        }
    }

    /// `version` alone.
    pub const fn only(version: Version) -> VersionRange {
        VersionRange::new(version, version)
    }

    /// `first` and all later versions.
    pub const fn since(first: Version) -> VersionRange {
        VersionRange::new(first, Version::LAST)
    }

    /// `last` and all earlier versions.
    pub const fn until(last: Version) -> VersionRange {
        VersionRange::new(Version::FIRST, last)
    }

    /// The first version of the range.
    pub const fn first(self) -> Version {
        self.first
    }

    /// The last version of the range.
    pub const fn last(self) -> Version {
        self.last
    }

    /// Whether `version` is in the range.
    pub const fn contains(self, version: Version) -> bool {
        self.first.0 <= version.0 && version.0 <= self.last.0
    }

    /// Whether some version is in both ranges.
    pub const fn overlaps(self, other: VersionRange) -> bool {
        self.first.0 <= other.last.0 && other.first.0 <= self.last.0
    }

    /// The versions of the range, in order.
    pub fn versions(self) -> impl Iterator<Item = Version> {
        Version::ALL
            .into_iter()
            .filter(move |version| self.contains(*version))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: VersionRange = VersionRange::until(Version::V3_10);

    #[test]
    fn both_ends_are_included() {
        assert!(OLD.contains(Version::V3_6) && OLD.contains(Version::V3_10));
        assert!(!OLD.contains(Version::V3_11));
        assert_eq!(OLD.versions().count(), 5);
    }

    #[test]
    fn overlap() {
        assert!(!OLD.overlaps(VersionRange::since(Version::V3_11)));
        assert!(OLD.overlaps(VersionRange::since(Version::V3_10)));
        assert!(VersionRange::ALL.overlaps(VersionRange::only(Version::V3_8)));
    }

    #[test]
    fn display() {
        assert_eq!(OLD.to_string(), "3.6-3.10");
        assert_eq!(VersionRange::only(Version::V3_12).to_string(), "3.12");
    }
}
