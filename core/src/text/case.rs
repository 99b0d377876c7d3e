//! Changing case: `lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold`.
//!
//! One character may become several (`'ß'.upper()` is `'SS'`), and a capital sigma at the end of a word has a small
//! letter of its own.

use super::chars::{is_case_ignorable, is_cased, is_lower, is_upper};
use super::unicode_data::{CASE_FOLD, TITLE_CASE};
use super::units::{Unit, with_units};
use super::{Str, StrBuf};

/// What `capitalize` makes of the first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// Upper case, as CPython did before 3.8.
    Upper,
    /// Title case, as it has done since.
    Title,
}

/// Where a mapped character goes.
type Out = Vec<u32>;

/// The upper case of a character.
fn push_upper(c: u32, out: &mut Out) {
    match char::from_u32(c) {
        Some(c) => out.extend(c.to_uppercase().map(u32::from)),
        None => out.push(c),
    }
}

/// The title case of a character.
fn push_title(c: u32, out: &mut Out) {
    match TITLE_CASE.binary_search_by_key(&c, |&(c, _)| c) {
        Ok(at) => out.extend(TITLE_CASE[at].1.chars().map(u32::from)),
        Err(_) => push_upper(c, out),
    }
}

/// The folded form of a character, for comparisons that mind no case.
fn push_folded(c: u32, out: &mut Out) {
    match CASE_FOLD.binary_search_by_key(&c, |&(c, _)| c) {
        Ok(at) => out.extend(CASE_FOLD[at].1.chars().map(u32::from)),
        Err(_) => push_lower_alone(c, out),
    }
}

/// The lower case of a character wherever it is.
fn push_lower_alone(c: u32, out: &mut Out) {
    match char::from_u32(c) {
        Some(c) => out.extend(c.to_lowercase().map(u32::from)),
        None => out.push(c),
    }
}

/// The lower case of the character at a place of a text.
fn push_lower<T: Unit>(text: &[T], at: usize, out: &mut Out) {
    match text[at].into() {
        0x3A3 if ends_word(text, at) => out.push(0x3C2),
        c => push_lower_alone(c, out),
    }
}

/// Whether the letter at a place is the last of its word, and not the first.
fn ends_word<T: Unit>(text: &[T], at: usize) -> bool {
    let counts = |c: &u32| !is_case_ignorable(*c);
    let before = text[..at].iter().rev().map(|&c| c.into()).find(counts);
    let after = text[at + 1..].iter().map(|&c| c.into()).find(counts);
    before.is_some_and(is_cased) && !after.is_some_and(is_cased)
}

/// Maps the characters of a text by place.
fn map(
    text: Str<'_>,
    narrow: impl Fn(&[u8], usize, &mut Out),
    wide: impl Fn(&[u32], usize, &mut Out),
) -> StrBuf {
    let mut out = Out::with_capacity(text.len());
    match text {
        Str::Ascii(v) | Str::Latin1(v) => (0..v.len()).for_each(|at| narrow(v, at, &mut out)),
        Str::Ucs4(v) => (0..v.len()).for_each(|at| wide(v, at, &mut out)),
        Str::Ucs2(v) => {
            let v: Vec<u32> = v.iter().map(|&c| c.into()).collect();
            (0..v.len()).for_each(|at| wide(&v, at, &mut out));
        }
    }
    StrBuf::from_u32s(out)
}

/// Maps the characters of a text one by one.
fn map_each(text: Str<'_>, push: impl Fn(u32, &mut Out)) -> StrBuf {
    let mut out = Out::with_capacity(text.len());
    with_units!(text, units => units.iter().for_each(|&c| push(c.into(), &mut out)));
    StrBuf::from_u32s(out)
}

/// `text.lower()`.
pub fn lower(text: Str<'_>) -> StrBuf {
    match text {
        Str::Ascii(v) => StrBuf::Ascii(v.to_ascii_lowercase()),
        // All letters of Latin-1 have their small ones there, 32 higher.
        Str::Latin1(v) => {
            let upper = |c: u8| c.is_ascii_uppercase() || matches!(c, 0xC0..=0xDE if c != 0xD7);
            StrBuf::from_latin1(
                v.iter()
                    .map(|&c| if upper(c) { c + 32 } else { c })
                    .collect(),
            )
        }
        _ => map(text, push_lower, push_lower),
    }
}

/// `text.upper()`.
pub fn upper(text: Str<'_>) -> StrBuf {
    match text {
        Str::Ascii(v) => StrBuf::Ascii(v.to_ascii_uppercase()),
        _ => map_each(text, push_upper),
    }
}

/// `text.casefold()`.
pub fn casefold(text: Str<'_>) -> StrBuf {
    match text {
        Str::Ascii(v) => StrBuf::Ascii(v.to_ascii_lowercase()),
        _ => map_each(text, push_folded),
    }
}

/// `text.swapcase()`.
pub fn swapcase(text: Str<'_>) -> StrBuf {
    fn push<T: Unit>(text: &[T], at: usize, out: &mut Out) {
        match text[at].into() {
            c if is_upper(c) => push_lower(text, at, out),
            c if is_lower(c) => push_upper(c, out),
            c => out.push(c),
        }
    }
    map(text, push, push)
}

/// `text.capitalize()`.
pub fn capitalize(text: Str<'_>, initial: Initial) -> StrBuf {
    fn push<T: Unit>(text: &[T], at: usize, out: &mut Out, initial: Initial) {
        match initial {
            _ if at > 0 => push_lower(text, at, out),
            Initial::Upper => push_upper(text[at].into(), out),
            Initial::Title => push_title(text[at].into(), out),
        }
    }
    if let Str::Ascii(v) = text {
        let mut v = v.to_ascii_lowercase();
        if let Some(first) = v.first_mut() {
            first.make_ascii_uppercase();
        }
        return StrBuf::Ascii(v);
    }
    map(
        text,
        |text, at, out| push(text, at, out, initial),
        |text, at, out| push(text, at, out, initial),
    )
}

/// `text.title()`: a letter after one without case starts a word.
pub fn title(text: Str<'_>) -> StrBuf {
    fn push<T: Unit>(text: &[T], at: usize, out: &mut Out) {
        let in_word = at
            .checked_sub(1)
            .is_some_and(|before| is_cased(text[before].into()));
        if in_word {
            push_lower(text, at, out)
        } else {
            push_title(text[at].into(), out)
        }
    }
    map(text, push, push)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(change: impl Fn(Str<'_>) -> StrBuf, text: &str) -> String {
        change(StrBuf::from(text).view()).to_string()
    }

    #[test]
    fn one_letter_may_become_several() {
        assert_eq!(to(upper, "straße ÿµ"), "STRASSE ŸΜ");
        assert_eq!(to(title, "ßx ﬃx ǆ"), "Ssx Ffix ǅ");
        assert_eq!(to(lower, "İÀ"), "i\u{307}à");
        assert_eq!(to(casefold, "Straße ﬀ ς"), "strasse ff σ");
        assert_eq!(to(lower, "ÀÞ×ß÷"), "àþ×ß÷");
    }

    #[test]
    fn sigma_ends_a_word_in_its_own_way() {
        assert_eq!(to(lower, "ΑΣ ΣΑ Σ ΑΣ' Α'ΣΑ"), "ας σα σ ας' α'σα");
        assert_eq!(to(swapcase, "ΑΣ ας"), "ας ΑΣ");
        assert_eq!(to(title, "ΑΣ ΣΣ"), "Ας Σς");
    }

    #[test]
    fn words_and_initials() {
        assert_eq!(to(title, "hello wORLD it's 3rd"), "Hello World It'S 3Rd");
        assert_eq!(to(|t| capitalize(t, Initial::Title), "ǆA"), "ǅa");
        assert_eq!(to(|t| capitalize(t, Initial::Upper), "ǆA"), "Ǆa");
        assert_eq!(to(|t| capitalize(t, Initial::Title), ""), "");
        assert_eq!(to(swapcase, "aBß"), "AbSS");
    }

    #[test]
    fn lone_surrogates_stay() {
        let text = StrBuf::from_code_points([0xD800, 0x61]);
        assert_eq!(upper(text.view()), StrBuf::from_code_points([0xD800, 0x41]));
    }
}
