//! What kind of character, as `str` asks: `isalpha`, `isdigit`, `isidentifier` and their like.
//!
//! Upper and lower case are those of Rust's standard library (Unicode 17 in Rust 1.95), all else that of CPython 3.12
//! (Unicode 15); CPython 3.6 had Unicode 9, 3.14 has Unicode 16.

use super::Str;
use super::unicode_data::{
    ALPHA, CASE_IGNORABLE, DECIMAL, DIGIT, NUMERIC, PRINTABLE, RUNS, SHIFT, TITLE, XID_CONTINUE,
    XID_START, ZEROS,
};
use super::units::with_units;

/// The flags of the first 256 characters, by far the most asked for.
static LATIN1: [u16; 256] = {
    let (mut table, mut c, mut run) = ([0; 256], 0, 0);
    while c < table.len() {
        while (RUNS[run + 1] >> SHIFT) as usize <= c {
            run += 1;
        }
        table[c] = (RUNS[run] & ((1 << SHIFT) - 1)) as u16;
        c += 1;
    }
    table
};

/// Whether a character has one of the flags.
#[inline]
fn has(c: u32, flags: u32) -> bool {
    match LATIN1.get(c as usize) {
        Some(&found) => u32::from(found) & flags != 0,
        None => {
            let run = RUNS
                .partition_point(|&run| run >> SHIFT <= c)
                .saturating_sub(1);
            RUNS.get(run).is_some_and(|run| run & flags != 0)
        }
    }
}

/// `str.isalpha` of one character.
pub fn is_alpha(c: u32) -> bool {
    has(c, ALPHA)
}

/// `str.isdecimal` of one character.
pub fn is_decimal(c: u32) -> bool {
    has(c, DECIMAL)
}

/// `str.isdigit` of one character.
pub fn is_digit(c: u32) -> bool {
    has(c, DIGIT)
}

/// `str.isnumeric` of one character.
pub fn is_numeric(c: u32) -> bool {
    has(c, NUMERIC)
}

/// `str.isalnum` of one character.
pub fn is_alnum(c: u32) -> bool {
    has(c, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

/// `str.isprintable` of one character.
pub fn is_printable(c: u32) -> bool {
    has(c, PRINTABLE)
}

/// Whether an identifier may start with a character (the underscore too).
pub fn is_xid_start(c: u32) -> bool {
    has(c, XID_START)
}

/// Whether an identifier may have a character after its first.
pub fn is_xid_continue(c: u32) -> bool {
    has(c, XID_CONTINUE)
}

/// Whether a character is in title case, such as `ǅ`.
pub fn is_title(c: u32) -> bool {
    has(c, TITLE)
}

/// `str.islower` of one character.
pub fn is_lower(c: u32) -> bool {
    char::from_u32(c).is_some_and(char::is_lowercase)
}

/// `str.isupper` of one character, but for title case.
pub fn is_upper(c: u32) -> bool {
    char::from_u32(c).is_some_and(char::is_uppercase)
}

/// Whether a character has case: lower, upper or title.
pub fn is_cased(c: u32) -> bool {
    is_lower(c) || is_upper(c) || is_title(c)
}

/// Whether the search for the end of a word passes over a character.
pub(super) fn is_case_ignorable(c: u32) -> bool {
    has(c, CASE_IGNORABLE)
}

/// `str.isspace` of one character: white space, and the separators that ASCII has among its control characters.
#[inline]
pub fn is_space(c: u32) -> bool {
    match c {
        0..0x80 => matches!(c, 9..=13 | 0x1C..=0x20),
        _ => char::from_u32(c).is_some_and(char::is_whitespace),
    }
}

/// Whether `str.splitlines` ends a line at a character.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit of any script: 3 for `٣`.
pub fn decimal_value(c: u32) -> Option<u8> {
    if c < 0x80 {
        return u8::try_from(c)
            .ok()
            .filter(u8::is_ascii_digit)
            .map(|c| c - b'0');
    }
    let next = ZEROS.partition_point(|&zero| zero <= c);
    let value = c - ZEROS.get(next.checked_sub(1)?)?;
    if value < 10 { Some(value as u8) } else { None }
}

/// Text as `int` and `float` read it: decimal digits of any script as ASCII digits, white space as blanks; other
/// characters that are not ASCII become `?`, which no number has.
pub fn to_ascii_number(text: Str<'_>) -> String {
    let ascii = |c: u32| match decimal_value(c) {
        Some(digit) => char::from(b'0' + digit),
        // ASCII stays as it is: what is white space there, the reader of the number knows.
        None if c < 0x80 => char::from(c as u8),
        None if is_space(c) => ' ',
        None => '?',
    };
    with_units!(text, units => units.iter().map(|&c| ascii(c.into())).collect())
}

/// Whether there are characters, and all of them pass.
fn all(text: Str<'_>, test: impl Fn(u32) -> bool) -> bool {
    !text.is_empty() && with_units!(text, units => units.iter().all(|&c| test(c.into())))
}

/// `text.isalpha()`.
pub fn isalpha(text: Str<'_>) -> bool {
    all(text, is_alpha)
}

/// `text.isalnum()`.
pub fn isalnum(text: Str<'_>) -> bool {
    all(text, is_alnum)
}

/// `text.isdecimal()`.
pub fn isdecimal(text: Str<'_>) -> bool {
    all(text, is_decimal)
}

/// `text.isdigit()`.
pub fn isdigit(text: Str<'_>) -> bool {
    all(text, is_digit)
}

/// `text.isnumeric()`.
pub fn isnumeric(text: Str<'_>) -> bool {
    all(text, is_numeric)
}

/// `text.isspace()`.
pub fn isspace(text: Str<'_>) -> bool {
    all(text, is_space)
}

/// `text.isprintable()`; an empty text is.
pub fn isprintable(text: Str<'_>) -> bool {
    text.is_empty() || all(text, is_printable)
}

/// `text.isascii()`; an empty text is.
pub fn isascii(text: Str<'_>) -> bool {
    text.is_ascii()
}

/// `text.isidentifier()`.
pub fn isidentifier(text: Str<'_>) -> bool {
    text.get(0).is_some_and(is_xid_start) && all(text, is_xid_continue)
}

/// `text.islower()`: has letters of lower case and none of another.
pub fn islower(text: Str<'_>) -> bool {
    with_units!(text, units => {
        !units.iter().any(|&c| is_upper(c.into()) || is_title(c.into())) && units.iter().any(|&c| is_lower(c.into()))
    })
}

/// `text.isupper()`: has letters of upper case and none of another.
pub fn isupper(text: Str<'_>) -> bool {
    with_units!(text, units => {
        !units.iter().any(|&c| is_lower(c.into()) || is_title(c.into())) && units.iter().any(|&c| is_upper(c.into()))
    })
}

/// `text.istitle()`: upper or title case at the start of each word, lower case inside.
pub fn istitle(text: Str<'_>) -> bool {
    let (mut in_word, mut found) = (false, false);
    let right = with_units!(text, units => units.iter().all(|&c| {
        let c = c.into();
        let (start, inside) = (is_upper(c) || is_title(c), is_lower(c));
        let right = if start { !in_word } else { in_word || !inside };
        in_word = start || inside;
        found |= in_word;
        right
    }));
    right && found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::StrBuf;

    fn is(test: fn(Str<'_>) -> bool, text: &str) -> bool {
        test(StrBuf::from(text).view())
    }

    #[test]
    fn kinds_of_characters() {
        assert!(is(isalpha, "aéЖ漢") && !is(isalpha, "a1") && !is(isalpha, ""));
        assert!(is(isdecimal, "1٣") && !is(isdecimal, "²"));
        assert!(is(isdigit, "²") && !is(isdigit, "½"));
        assert!(is(isnumeric, "½一") && !is(isnumeric, "a"));
        assert!(is(isspace, " \x1c\u{85}\u{3000}") && !is(isspace, "\u{200b}"));
        assert!(is(isprintable, "") && is(isprintable, "a é") && !is(isprintable, "\u{a0}"));
        assert!(is(isidentifier, "_x1é") && !is(isidentifier, "1x") && !is(isidentifier, ""));
        assert!(is(islower, "a1") && !is(islower, "aB") && !is(islower, "1"));
        assert!(is(isupper, "A1") && !is(isupper, "aB") && !is(isupper, "ǅ"));
        assert!(
            is(istitle, "Ab Cd ǅx")
                && !is(istitle, "aB")
                && !is(istitle, "AB")
                && !is(istitle, "1")
        );
    }

    #[test]
    fn digits_of_any_script_have_values() {
        assert_eq!(decimal_value('7'.into()), Some(7));
        assert_eq!(decimal_value('٣'.into()), Some(3));
        assert_eq!(decimal_value('²'.into()), None);
        assert_eq!(decimal_value(u32::MAX), None);
        assert_eq!(
            to_ascii_number(StrBuf::from("\u{3000}-١٢.5é").view()),
            " -12.5?"
        );
    }
}
