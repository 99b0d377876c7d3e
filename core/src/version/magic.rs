//! Magic numbers: the first two bytes of a `.pyc` file, little endian, say which CPython wrote it.
//!
//! The numbers of the versions that opyc runs are in their [`VersionInfo`]. Those of others are here, for messages
//! only. CPython keeps its list in `Include/internal/pycore_magic_number.h` (earlier in
//! `Lib/importlib/_bootstrap_external.py`); each release series has a block of numbers, of which the last one used
//! is that of the release and the others of alphas and betas.

use super::{Version, VersionInfo, info};

/// Blocks of magic numbers, and the release series that each belongs to.
const SERIES: &[(u16, u16, &str)] = &[
    (50428, 50428, "Python 1.6"),
    (50823, 50823, "Python 2.0"),
    (60202, 60202, "Python 2.1"),
    (60717, 60717, "Python 2.2"),
    (62011, 62021, "Python 2.3"),
    (62041, 62061, "Python 2.4"),
    (62071, 62131, "Python 2.5"),
    (62151, 62161, "Python 2.6"),
    (62171, 62212, "Python 2.7"),
    (3000, 3131, "CPython 3.0"),
    (3141, 3151, "CPython 3.1"),
    (3160, 3180, "CPython 3.2"),
    (3190, 3230, "CPython 3.3"),
    (3250, 3310, "CPython 3.4"),
    (3320, 3351, "CPython 3.5"),
    (3360, 3378, "a pre-release of CPython 3.6"),
    (3390, 3393, "a pre-release of CPython 3.7"),
    (3400, 3412, "a pre-release of CPython 3.8"),
    (3420, 3424, "a pre-release of CPython 3.9"),
    (3430, 3438, "a pre-release of CPython 3.10"),
    (3450, 3494, "a pre-release of CPython 3.11"),
    (3500, 3530, "a pre-release of CPython 3.12"),
    (3550, 3570, "a pre-release of CPython 3.13"),
    (3600, 3626, "a pre-release of CPython 3.14"),
    (3650, 3699, "CPython 3.15"),
];

/// The version whose files start with `magic`, if opyc runs it.
pub fn by_magic(magic: u16) -> Option<&'static VersionInfo> {
    Version::ALL
        .into_iter()
        .map(info)
        .find(|info| info.magic == magic)
}

/// What `magic` stands for, in words: `CPython 3.5`, for messages. `None` if no Python that opyc knows of used it.
pub fn describe_magic(magic: u16) -> Option<String> {
    if let Some(info) = by_magic(magic) {
        return Some(format!("CPython {}", info.version));
    }
    let (_, _, name) = SERIES
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&magic))?;
    Some((*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_distinct_from_one_another_and_from_the_supported_versions() {
        for (i, (first, last, name)) in SERIES.iter().enumerate() {
            assert!(first <= last, "{name}");
            assert!(
                Version::ALL
                    .iter()
                    .all(|v| !(*first..=*last).contains(&info(*v).magic)),
                "{name}"
            );
            for (other_first, other_last, _) in &SERIES[i + 1..] {
                assert!(last < other_first || other_last < first, "{name}");
            }
        }
    }

    #[test]
    fn descriptions() {
        assert_eq!(describe_magic(3350).as_deref(), Some("CPython 3.5"));
        assert_eq!(describe_magic(3531).as_deref(), Some("CPython 3.12"));
        assert_eq!(describe_magic(62211).as_deref(), Some("Python 2.7"));
        assert_eq!(describe_magic(1), None);
    }
}
