//! Padding: `ljust`, `rjust`, `center`, `zfill`, `expandtabs`.
//!
//! `None` means that nothing changes: the same object is the result then. Results have at most `max` bytes.

use super::units::with_units;
use super::{Str, StrBuf, StrBuilder, TooBig, Width};

/// A text with so many fill characters before and after it.
fn pad(
    text: Str<'_>,
    before: usize,
    after: usize,
    fill: u32,
    max: usize,
) -> Result<Option<StrBuf>, TooBig> {
    if before == 0 && after == 0 {
        return Ok(None);
    }
    let len = text.len().saturating_add(before).saturating_add(after);
    let mut out =
        StrBuilder::with_capacity(TooBig::check(len, text.width().max(Width::of(fill)), max)?);
    out.push_many(fill, before);
    out.push_str(text);
    out.push_many(fill, after);
    Ok(Some(out.finish()))
}

/// How many characters a text lacks to be so wide.
fn lacking(text: Str<'_>, width: i64) -> usize {
    usize::try_from(width)
        .unwrap_or(0)
        .saturating_sub(text.len())
}

/// `text.ljust(width, fill)`.
pub fn ljust(text: Str<'_>, width: i64, fill: u32, max: usize) -> Result<Option<StrBuf>, TooBig> {
    pad(text, 0, lacking(text, width), fill, max)
}

/// `text.rjust(width, fill)`.
pub fn rjust(text: Str<'_>, width: i64, fill: u32, max: usize) -> Result<Option<StrBuf>, TooBig> {
    pad(text, lacking(text, width), 0, fill, max)
}

/// `text.center(width, fill)`.
pub fn center(text: Str<'_>, width: i64, fill: u32, max: usize) -> Result<Option<StrBuf>, TooBig> {
    let lacking = lacking(text, width);
    // An odd one goes before the text if the width is odd, else after it.
    let before = lacking / 2 + (lacking & width.unsigned_abs() as usize & 1);
    pad(text, before, lacking - before, fill, max)
}

/// `text.zfill(width)`: zeros between the sign and the rest.
pub fn zfill(text: Str<'_>, width: i64, max: usize) -> Result<Option<StrBuf>, TooBig> {
    let zeros = lacking(text, width);
    let Some(sign) = text
        .get(0)
        .filter(|&c| zeros > 0 && (c == u32::from(b'+') || c == u32::from(b'-')))
    else {
        return pad(text, zeros, 0, u32::from(b'0'), max);
    };
    let mut out = StrBuilder::with_capacity(TooBig::check(
        text.len().saturating_add(zeros),
        text.width(),
        max,
    )?);
    out.push(sign);
    out.push_many(u32::from(b'0'), zeros);
    out.push_str(text.slice(1, usize::MAX));
    Ok(Some(out.finish()))
}

/// `text.expandtabs(tab_size)`.
pub fn expandtabs(text: Str<'_>, tab_size: i64, max: usize) -> Result<Option<StrBuf>, TooBig> {
    let tab_size = usize::try_from(tab_size).unwrap_or(0);
    // The size first: it may be beyond all bounds.
    let (mut tabs, mut len, mut column) = (Vec::new(), 0usize, 0usize);
    with_units!(text, units => for (at, &c) in units.iter().enumerate() {
        match c.into() {
            9u32 => {
                let blanks = if tab_size > 0 { tab_size - column % tab_size } else { 0 };
                tabs.push((at, blanks));
                column = column.saturating_add(blanks);
                len = len.saturating_add(blanks);
            }
            c => {
                column = if c == 10 || c == 13 { 0 } else { column.saturating_add(1) };
                len = len.saturating_add(1);
            }
        }
    });
    if tabs.is_empty() {
        return Ok(None);
    }
    let mut out = StrBuilder::with_capacity(TooBig::check(len, text.width(), max)?);
    let mut from = 0;
    for (at, blanks) in tabs {
        out.push_str(text.slice(from, at));
        out.push_many(u32::from(b' '), blanks);
        from = at + 1;
    }
    out.push_str(text.slice(from, usize::MAX));
    Ok(Some(out.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(made: Result<Option<StrBuf>, TooBig>) -> String {
        made.map_or_else(
            |e| e.to_string(),
            |made| made.map_or("same".into(), |text| text.to_string()),
        )
    }

    #[test]
    fn padding() {
        let text = Str::Ascii(b"abc");
        let star = u32::from(b'*');
        assert_eq!(shown(ljust(text, 5, star, 99)), "abc**");
        assert_eq!(shown(rjust(text, 5, 0x20AC, 99)), "€€abc");
        assert_eq!(shown(center(text, 6, star, 99)), "*abc**");
        assert_eq!(shown(center(Str::Ascii(b"ab"), 5, star, 99)), "**ab*");
        assert_eq!(shown(ljust(text, -1, star, 99)), "same");
        assert_eq!(
            shown(ljust(text, 100, star, 99)),
            "text of 100 bytes is too big"
        );
        assert!(ljust(text, i64::MAX, 0x20AC, usize::MAX).is_err());
    }

    #[test]
    fn zeros_come_after_the_sign() {
        assert_eq!(shown(zfill(Str::Ascii(b"-42"), 5, 99)), "-0042");
        assert_eq!(shown(zfill(Str::Ascii(b"--4"), 5, 99)), "-00-4");
        assert_eq!(shown(zfill(Str::EMPTY, 2, 99)), "00");
        assert_eq!(shown(zfill(Str::Ascii(b"+12"), 3, 99)), "same");
    }

    #[test]
    fn tabs_stop_at_columns() {
        assert_eq!(
            shown(expandtabs(Str::Ascii(b"a\tbc\td\n\te"), 4, 99)),
            "a   bc  d\n    e"
        );
        assert_eq!(shown(expandtabs(Str::Ascii(b"a\tb"), 0, 99)), "ab");
        assert_eq!(shown(expandtabs(Str::Ascii(b"ab"), 4, 99)), "same");
        assert!(expandtabs(Str::Ascii(b"\t\t\ta"), i64::MAX, usize::MAX).is_err());
    }
}
