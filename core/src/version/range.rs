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

    /// What the row of an opcode says: `..`, `3.8..`, `..=3.10`, `3.8..=3.12` or `3.8`; the `3.` may be left out.
    ///
    /// Any other text panics, at compile time in a row. Whether opyc runs these versions is not asked here but when a
    /// table is built, where the crate can be named: see `problem` below.
    pub const fn declared(text: &str) -> VersionRange {
        let text = text.as_bytes();
        let (first, at) = minor(text, 0);
        let (dots, at) = skip(text, at, b'.');
        let (equals, at) = skip(text, at, b'=');
        let (last, at) = minor(text, at);
        let fits = matches!(
            (dots, equals, first, last),
            (0, 0, Some(_), None) | (2, 0, _, None) | (2, 1, _, Some(_))
        );
        assert!(
            fits && at == text.len(),
            "versions are written `..`, `3.8..`, `..=3.10`, `3.8..=3.12` or `3.8`"
        );
        let only = dots == 0;
        VersionRange {
            first: match first {
                Some(minor) => Version(minor),
                None => Version::FIRST,
            },
            last: match (last, first) {
                (Some(minor), _) => Version(minor),
                (None, Some(minor)) if only => Version(minor),
                _ => Version::LAST,
            },
        }
    }

    /// Why no table can have a definition for this range; `None` if there is nothing wrong with it.
    pub(crate) fn problem(self) -> Option<&'static str> {
        if self.first.0 > self.last.0 {
            Some("which ends before it starts")
        } else if self.first < Version::FIRST || self.last > Version::LAST {
            Some("but opyc runs 3.6 to 3.14")
        } else {
            None
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

/// Skips blanks, then a byte as often as it comes; how often that was, and where the text goes on.
const fn skip(text: &[u8], mut at: usize, byte: u8) -> (usize, usize) {
    while at < text.len() && text[at] == b' ' {
        at += 1;
    }
    let start = at;
    while at < text.len() && text[at] == byte {
        at += 1;
    }
    (at - start, at)
}

/// Reads a minor version, with or without the `3.` before it.
const fn minor(text: &[u8], at: usize) -> (Option<u8>, usize) {
    let (_, at) = skip(text, at, b' ');
    let (number, end) = number(text, at);
    match number {
        Some(3) if end + 1 < text.len() && text[end] == b'.' && text[end + 1].is_ascii_digit() => {
            self::number(text, end + 1)
        }
        other => (other, end),
    }
}

const fn number(text: &[u8], mut at: usize) -> (Option<u8>, usize) {
    let mut number: Option<u8> = None;
    while at < text.len() && text[at].is_ascii_digit() {
        let tens = match number {
            Some(n) => n.saturating_mul(10),
            None => 0,
        };
        number = Some(tens.saturating_add(text[at] - b'0'));
        at += 1;
    }
    (number, at)
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
    fn ranges_as_rows_write_them() {
        let range = |text| {
            let range = VersionRange::declared(text);
            (range.first.0, range.last.0, range.problem().is_some())
        };
        assert_eq!(range(".."), (6, 14, false));
        assert_eq!(range("3.8.."), (8, 14, false));
        assert_eq!(range("..=3.10"), (6, 10, false));
        assert_eq!(range("3.8..=3.12"), (8, 12, false));
        assert_eq!(range("8 ..= 12"), (8, 12, false));
        assert_eq!(range("3.10"), (10, 10, false));
        assert_eq!(range("3.2..=3.14"), (2, 14, true));
        assert_eq!(range("3.12..=3.8"), (12, 8, true));
        assert_eq!(range("3.14..=3.15"), (14, 15, true));
    }

    #[test]
    #[should_panic(expected = "versions are written")]
    fn an_end_that_is_left_out_of_the_range_is_not_understood() {
        VersionRange::declared("3.8..3.12");
    }

    #[test]
    fn display() {
        assert_eq!(OLD.to_string(), "3.6-3.10");
        assert_eq!(VersionRange::only(Version::V3_12).to_string(), "3.12");
    }
}
