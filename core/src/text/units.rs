//! The stored characters as a type parameter, so that a loop asks for the width once, not for every character.

use super::Str;
use memchr::memmem;
use std::borrow::Cow;

/// Runs an expression with the stored characters of a [`Str`], whatever their width.
macro_rules! with_units {
    ($text:expr, $units:ident => $body:expr) => {
        match $text {
            $crate::text::Str::Ascii($units) | $crate::text::Str::Latin1($units) => $body,
            $crate::text::Str::Ucs2($units) => $body,
            // The conversion to `u32` that the others need is none here.
            #[allow(clippy::useless_conversion)]
            $crate::text::Str::Ucs4($units) => $body,
        }
    };
}
pub(crate) use with_units;

/// A stored character: `u8`, `u16` or `u32`.
pub(crate) trait Unit: Copy + Ord + Into<u32> + 'static {
    /// The character in this width, if it fits.
    fn fit(c: u32) -> Option<Self>;

    /// The stored characters of a text, if they have this width.
    fn stored(text: Str<'_>) -> Option<&[Self]>;

    /// Where a character is first.
    fn find_one(hay: &[Self], c: Self) -> Option<usize> {
        hay.iter().position(|&x| x == c)
    }

    /// A search for the first place of a needle that is not empty; linear in time.
    fn finder<'n>(needle: &'n [Self]) -> impl Fn(&[Self]) -> Option<usize> + 'n {
        let table = failure_table(needle);
        move |hay| {
            search(
                hay.len(),
                |i| hay[i],
                needle,
                &table,
                |from| Self::find_one(&hay[from..], needle[0]),
            )
        }
    }

    /// A search for the last place of a needle that is not empty; linear in time.
    fn rfinder(needle: &[Self]) -> impl Fn(&[Self]) -> Option<usize> {
        let needle: Vec<Self> = needle.iter().rev().copied().collect();
        let table = failure_table(&needle);
        move |hay| {
            let last = hay.len().wrapping_sub(1);
            let skip = |from: usize| {
                hay[..hay.len() - from]
                    .iter()
                    .rev()
                    .position(|&x| x == needle[0])
            };
            let found = search(hay.len(), |i| hay[last - i], &needle, &table, skip)?;
            Some(hay.len() - found - needle.len())
        }
    }

    /// A text in this width, if every character fits.
    fn fit_all(text: Str<'_>) -> Option<Cow<'_, [Self]>> {
        if let Some(stored) = Self::stored(text) {
            return Some(Cow::Borrowed(stored));
        }
        with_units!(text, units => units.iter().map(|&c| Self::fit(c.into())).collect::<Option<Vec<_>>>())
            .map(Cow::Owned)
    }
}

impl Unit for u8 {
    fn fit(c: u32) -> Option<Self> {
        c.try_into().ok()
    }

    fn stored(text: Str<'_>) -> Option<&[Self]> {
        match text {
            Str::Ascii(v) | Str::Latin1(v) => Some(v),
            _ => None,
        }
    }

    fn find_one(hay: &[Self], c: Self) -> Option<usize> {
        memchr::memchr(c, hay)
    }

    fn finder<'n>(needle: &'n [Self]) -> impl Fn(&[Self]) -> Option<usize> + 'n {
        let finder = memmem::Finder::new(needle);
        move |hay| finder.find(hay)
    }

    fn rfinder(needle: &[Self]) -> impl Fn(&[Self]) -> Option<usize> {
        let finder = memmem::FinderRev::new(needle);
        move |hay| finder.rfind(hay)
    }
}

impl Unit for u16 {
    fn fit(c: u32) -> Option<Self> {
        c.try_into().ok()
    }

    fn stored(text: Str<'_>) -> Option<&[Self]> {
        match text {
            Str::Ucs2(v) => Some(v),
            _ => None,
        }
    }
}

impl Unit for u32 {
    fn fit(c: u32) -> Option<Self> {
        Some(c)
    }

    fn stored(text: Str<'_>) -> Option<&[Self]> {
        match text {
            Str::Ucs4(v) => Some(v),
            _ => None,
        }
    }
}

/// For each prefix of the needle, the length of the longest proper prefix that also ends it (Knuth, Morris, Pratt).
fn failure_table<T: Unit>(needle: &[T]) -> Vec<usize> {
    let mut table = vec![0; needle.len()];
    let mut matched = 0;
    for i in 1..needle.len() {
        while matched > 0 && needle[i] != needle[matched] {
            matched = table[matched - 1];
        }
        if needle[i] == needle[matched] {
            matched += 1;
        }
        table[i] = matched;
    }
    table
}

/// Finds a needle that is not empty among `len` characters. `skip` finds its first character from a place on.
fn search<T: Unit>(
    len: usize,
    at: impl Fn(usize) -> T,
    needle: &[T],
    table: &[usize],
    skip: impl Fn(usize) -> Option<usize>,
) -> Option<usize> {
    let (mut i, mut matched) = (0, 0);
    while i < len {
        if matched == 0 {
            // Nothing to fall back on: go straight to the next place where the needle may begin.
            i += skip(i)? + 1;
            matched = 1;
        } else if at(i) == needle[matched] {
            matched += 1;
            i += 1;
        } else {
            matched = table[matched - 1];
        }
        if matched == needle.len() {
            return Some(i - matched);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of up to eight letters over two, against every needle of up to four.
    #[test]
    fn wide_search_finds_what_byte_search_finds() {
        let words = |max: u32| {
            (1..=max).flat_map(|len| {
                (0..1u32 << len).map(move |bits| (0..len).map(|i| bits >> i & 1).collect())
            })
        };
        for needle in words(4).collect::<Vec<Vec<u32>>>() {
            let bytes: Vec<u8> = needle.iter().map(|&c| c as u8).collect();
            let (find, rfind) = (u32::finder(&needle), u32::rfinder(&needle));
            for hay in words(8).collect::<Vec<Vec<u32>>>() {
                let hay_bytes: Vec<u8> = hay.iter().map(|&c| c as u8).collect();
                assert_eq!(
                    find(&hay),
                    memmem::find(&hay_bytes, &bytes),
                    "{needle:?} in {hay:?}"
                );
                assert_eq!(
                    rfind(&hay),
                    memmem::rfind(&hay_bytes, &bytes),
                    "{needle:?} in {hay:?}"
                );
            }
        }
    }
}
