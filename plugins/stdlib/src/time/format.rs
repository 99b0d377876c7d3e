//! `strftime` in the C locale.

use std::fmt::Write;

use super::calendar::Moment;

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn day(m: &Moment) -> &'static str {
    usize::try_from(m.weekday)
        .ok()
        .and_then(|i| DAYS.get(i))
        .copied()
        .unwrap_or("?")
}

fn month(m: &Moment) -> &'static str {
    usize::try_from(m.month - 1)
        .ok()
        .and_then(|i| MONTHS.get(i))
        .copied()
        .unwrap_or("?")
}

/// `time.asctime`.
pub(super) fn asctime(m: &Moment) -> String {
    format!(
        "{:.3} {:.3} {:>2} {:02}:{:02}:{:02} {}",
        day(m),
        month(m),
        m.day,
        m.hour,
        m.minute,
        m.second,
        m.year
    )
}

/// Year and week of ISO 8601.
fn iso_week(m: &Moment) -> (i64, i64) {
    let leap = |y: i64| y.rem_euclid(4) == 0 && (y.rem_euclid(100) != 0 || y.rem_euclid(400) == 0);
    let length = |y: i64| if leap(y) { 366 } else { 365 };
    // The Thursday of the week decides.
    let thursday = m.yearday + 3 - m.weekday;
    if thursday < 1 {
        let last = m.year - 1;
        (last, (thursday + length(last) - 1) / 7 + 1)
    } else if thursday > length(m.year) {
        (m.year + 1, 1)
    } else {
        (m.year, (thursday - 1) / 7 + 1)
    }
}

/// `time.strftime`: what is no directive is copied.
pub(super) fn strftime(format: &str, m: &Moment) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(d) => directive(&mut out, d, m),
            None => out.push('%'),
        }
    }
    out
}

fn directive(out: &mut String, d: char, m: &Moment) {
    let twelve = match m.hour % 12 {
        0 => 12,
        h => h,
    };
    // Writing to a String cannot fail.
    let _ = match d {
        'a' => write!(out, "{:.3}", day(m)),
        'A' => write!(out, "{}", day(m)),
        'b' | 'h' => write!(out, "{:.3}", month(m)),
        'B' => write!(out, "{}", month(m)),
        'c' => write!(out, "{}", asctime(m)),
        'C' => write!(out, "{:02}", m.year.div_euclid(100)),
        'd' => write!(out, "{:02}", m.day),
        'D' | 'x' => write!(
            out,
            "{:02}/{:02}/{:02}",
            m.month,
            m.day,
            m.year.rem_euclid(100)
        ),
        'e' => write!(out, "{:2}", m.day),
        'F' => write!(out, "{}-{:02}-{:02}", m.year, m.month, m.day),
        'g' => write!(out, "{:02}", iso_week(m).0.rem_euclid(100)),
        'G' => write!(out, "{}", iso_week(m).0),
        'H' => write!(out, "{:02}", m.hour),
        'I' => write!(out, "{twelve:02}"),
        'j' => write!(out, "{:03}", m.yearday),
        'k' => write!(out, "{:2}", m.hour),
        'l' => write!(out, "{twelve:2}"),
        'm' => write!(out, "{:02}", m.month),
        'M' => write!(out, "{:02}", m.minute),
        'n' => writeln!(out),
        'p' => write!(out, "{}", if m.hour < 12 { "AM" } else { "PM" }),
        'P' => write!(out, "{}", if m.hour < 12 { "am" } else { "pm" }),
        'r' => write!(
            out,
            "{twelve:02}:{:02}:{:02} {}",
            m.minute,
            m.second,
            if m.hour < 12 { "AM" } else { "PM" }
        ),
        'R' => write!(out, "{:02}:{:02}", m.hour, m.minute),
        's' => {
            let s =
                super::calendar::to_seconds(&[m.year, m.month, m.day, m.hour, m.minute, m.second]);
            write!(out, "{}", s.unwrap_or(-1))
        }
        'S' => write!(out, "{:02}", m.second),
        't' => write!(out, "\t"),
        'T' | 'X' => write!(out, "{:02}:{:02}:{:02}", m.hour, m.minute, m.second),
        'u' => write!(out, "{}", m.weekday + 1),
        'U' => write!(out, "{:02}", (m.yearday + 6 - (m.weekday + 1) % 7) / 7),
        'V' => write!(out, "{:02}", iso_week(m).1),
        'w' => write!(out, "{}", (m.weekday + 1) % 7),
        'W' => write!(out, "{:02}", (m.yearday + 6 - m.weekday) / 7),
        'y' => write!(out, "{:02}", m.year.rem_euclid(100)),
        'Y' => write!(out, "{}", m.year),
        'z' => write!(out, "+0000"),
        'Z' => write!(out, "UTC"),
        '%' => write!(out, "%"),
        other => write!(out, "%{other}"),
    };
}
