//! Between seconds since 1970 and dates of the Gregorian calendar.

/// A moment in UTC, in the units of `struct_time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub year: i64,
    /// From 1.
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    /// Monday is 0.
    pub weekday: i64,
    /// From 1.
    pub yearday: i64,
}

const DAY: i64 = 86400;
/// Days of 400 years.
const ERA: i64 = 146_097;

/// Days from 1970-01-01 to a date; the month may be out of range.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    // Years begin in March here, so that the leap day is the last.
    let months = year.checked_mul(12)?.checked_add(month)?.checked_sub(3)?;
    let (y, m) = (months.div_euclid(12), months.rem_euclid(12));
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * m + 2) / 5;
    let in_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era.checked_mul(ERA)?
        .checked_add(in_era - 719_468)?
        .checked_add(day - 1)
}

impl Moment {
    /// The moment so many seconds after 1970 began; `None` where the year does not fit C's int.
    pub(super) fn from_seconds(s: i64) -> Option<Moment> {
        let (days, rest) = (s.div_euclid(DAY), s.rem_euclid(DAY));
        let z = days.checked_add(719_468)?;
        let (era, of_era) = (z.div_euclid(ERA), z.rem_euclid(ERA));
        let y = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
        let of_year = of_era - (365 * y + y / 4 - y / 100);
        let m = (5 * of_year + 2) / 153;
        let day = of_year - (153 * m + 2) / 5 + 1;
        let month = if m < 10 { m + 3 } else { m - 9 };
        let year = era * 400 + y + i64::from(month <= 2);
        i32::try_from(year).ok()?;
        Some(Moment {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest % 3600 / 60,
            second: rest % 60,
            weekday: (days + 3).rem_euclid(7),
            yearday: days - days_before(year, 1, 1)? + 1,
        })
    }
}

/// Seconds since 1970 of year, month, day, hour, minute, second, which need not be in their ranges.
pub(super) fn to_seconds(items: &[i64]) -> Option<i64> {
    let [year, month, day, hour, minute, second, ..] = *items else {
        return None;
    };
    let days = days_before(year, month, 1)?.checked_add(day.checked_sub(1)?)?;
    days.checked_mul(DAY)?
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for s in [
            0,
            -1,
            951_782_400,
            1_000_000_000,
            4_102_444_799,
            -62_135_596_800,
        ] {
            let m = Moment::from_seconds(s).unwrap();
            assert_eq!(
                to_seconds(&[m.year, m.month, m.day, m.hour, m.minute, m.second]),
                Some(s)
            );
        }
        let m = Moment::from_seconds(951_782_400).unwrap();
        assert_eq!(
            (m.year, m.month, m.day, m.weekday, m.yearday),
            (2000, 2, 29, 1, 60)
        );
        assert_eq!(Moment::from_seconds(i64::MAX), None);
    }
}
