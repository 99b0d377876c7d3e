//! Searching and replacing: `find`, `count`, `replace`, `startswith` and their like.
//!
//! Places are counted in characters. `start` and `end` are as Python code gives them: negative ones count from the
//! end, and both are cut to the text; [`WHOLE`] is the default.

use memchr::memmem;

use super::units::{Unit, with_units};
use super::{Str, StrBuf, StrBuilder, TooBig, Width};

/// The bounds of a search that looks at all of the text.
pub const WHOLE: (i64, i64) = (0, i64::MAX);

/// The part of the text between bounds, and where it starts; `None` if it would start after its end (there, not even
/// an empty needle is found).
pub fn bounded(text: Str<'_>, bounds: (i64, i64)) -> Option<(Str<'_>, usize)> {
    let len = text.len();
    let place = |at: i64| match usize::try_from(at.unsigned_abs()) {
        Ok(back) if at < 0 => len.saturating_sub(back),
        Ok(at) => at,
        Err(_) if at < 0 => 0,
        Err(_) => usize::MAX,
    };
    let (start, end) = (place(bounds.0), place(bounds.1).min(len));
    (start <= end).then(|| (text.slice(start, end), start))
}

/// Where a text is first in another.
fn find_in(hay: Str<'_>, needle: Str<'_>) -> Option<usize> {
    fn units<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
        match *needle {
            [] => Some(0),
            _ if needle.len() > hay.len() => None,
            [c] => T::find_one(hay, c),
            _ => T::finder(needle)(hay),
        }
    }
    with_units!(hay, hay => units(hay, &Unit::fit_all(needle)?))
}

/// `text.find(needle, *bounds)`; `None` for -1.
pub fn find(text: Str<'_>, needle: Str<'_>, bounds: (i64, i64)) -> Option<usize> {
    let (hay, start) = bounded(text, bounds)?;
    find_in(hay, needle).map(|at| at + start)
}

/// `text.rfind(needle, *bounds)`; `None` for -1.
pub fn rfind(text: Str<'_>, needle: Str<'_>, bounds: (i64, i64)) -> Option<usize> {
    fn units<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
        match *needle {
            [] => Some(hay.len()),
            _ if needle.len() > hay.len() => None,
            _ => T::rfinder(needle)(hay),
        }
    }
    let (hay, start) = bounded(text, bounds)?;
    with_units!(hay, hay => units(hay, &Unit::fit_all(needle)?)).map(|at| at + start)
}

/// `needle in text`.
pub fn contains(text: Str<'_>, needle: Str<'_>) -> bool {
    find_in(text, needle).is_some()
}

/// `text.count(needle, *bounds)`: places that do not overlap; an empty needle is before and after each character.
pub fn count(text: Str<'_>, needle: Str<'_>, bounds: (i64, i64)) -> usize {
    let Some((hay, _)) = bounded(text, bounds) else {
        return 0;
    };
    if needle.is_empty() {
        return hay.len() + 1;
    }
    let mut count = 0;
    each(hay, needle, usize::MAX, |_| count += 1);
    count
}

/// `text.startswith(prefix, *bounds)`, for one prefix.
pub fn starts_with(text: Str<'_>, prefix: Str<'_>, bounds: (i64, i64)) -> bool {
    bounded(text, bounds).is_some_and(|(text, _)| text.slice(0, prefix.len()) == prefix)
}

/// `text.endswith(suffix, *bounds)`, for one suffix.
pub fn ends_with(text: Str<'_>, suffix: Str<'_>, bounds: (i64, i64)) -> bool {
    bounded(text, bounds).is_some_and(|(text, _)| {
        text.len()
            .checked_sub(suffix.len())
            .is_some_and(|start| text.slice(start, usize::MAX) == suffix)
    })
}

/// Calls `found` with each place of a needle that is not empty, from left to right, not overlapping, up to `max`.
pub(super) fn each(hay: Str<'_>, needle: Str<'_>, max: usize, mut found: impl FnMut(usize)) {
    fn places<T: Unit>(
        hay: &[T],
        len: usize,
        max: usize,
        find: impl Fn(&[T]) -> Option<usize>,
        mut found: impl FnMut(usize),
    ) {
        let mut from = 0;
        for _ in 0..max {
            let Some(at) = hay.get(from..).and_then(&find) else {
                return;
            };
            found(from + at);
            from += at + len;
        }
    }
    with_units!(hay, hay => match Unit::fit_all(needle).as_deref() {
        None | Some([]) => {}
        // Most separators are one character: no search is faster to set up than none.
        Some(&[c]) => places(hay, 1, max, |rest| Unit::find_one(rest, c), &mut found),
        Some(needle) => places(hay, needle.len(), max, Unit::finder(needle), &mut found),
    })
}

/// As [`each`], from right to left.
pub(super) fn each_back(hay: Str<'_>, needle: Str<'_>, max: usize, mut found: impl FnMut(usize)) {
    fn units<T: Unit>(mut hay: &[T], needle: &[T], max: usize, mut found: impl FnMut(usize)) {
        let rfind = T::rfinder(needle);
        for _ in 0..max {
            let Some(at) = Some(hay)
                .filter(|hay| hay.len() >= needle.len())
                .and_then(&rfind)
            else {
                return;
            };
            found(at);
            hay = &hay[..at];
        }
    }
    with_units!(hay, hay => {
        if let Some(needle) = Unit::fit_all(needle).filter(|needle| !needle.is_empty()) {
            units(hay, &needle, max, &mut found);
        }
    })
}

/// `text.replace(old, new, count)`, of at most `max` bytes; all places if `count` is negative. `None` if nothing
/// changes: the same object is the result then.
///
/// Before 3.9, an empty `old` was not found in an empty text if a count was given (CPython's issue 28029): for those
/// versions the caller must see to that.
pub fn replace(
    text: Str<'_>,
    old: Str<'_>,
    new: Str<'_>,
    count: i64,
    max: usize,
) -> Result<Option<StrBuf>, TooBig> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if count == usize::MAX
        && let (Some(old), Some(new)) = (one(old), one(new))
        && let Some(made) = replace_one(text, old, new)
    {
        return Ok(made);
    }
    if let (Str::Ascii(text), Str::Ascii(old), Str::Ascii(new)) = (text, old, new)
        && !old.is_empty()
    {
        return replace_ascii(text, old, new, count, max);
    }
    let mut places = Vec::new();
    if old.is_empty() {
        places.extend((0..=text.len()).take(count));
    } else {
        each(text, old, count, |at| places.push(at));
    }
    if places.is_empty() || old == new {
        return Ok(None);
    }
    let kept = text.len() - places.len() * old.len();
    let len = kept.saturating_add(places.len().saturating_mul(new.len()));
    let width = text.width().max(if new.is_empty() {
        Width::Ascii
    } else {
        new.width()
    });
    let mut out = StrBuilder::with_capacity(TooBig::check(len, width, max)?);
    let mut from = 0;
    for at in places {
        out.push_str(text.slice(from, at));
        out.push_str(new);
        from = at + old.len();
    }
    out.push_str(text.slice(from, text.len()));
    Ok(Some(out.finish()))
}

/// The same for ASCII, and an `old` that is not empty.
fn replace_ascii(
    text: &[u8],
    old: &[u8],
    new: &[u8],
    count: usize,
    max: usize,
) -> Result<Option<StrBuf>, TooBig> {
    fn build(
        text: &[u8],
        (old, new): (&[u8], &[u8]),
        places: impl Iterator<Item = usize> + Clone,
        max: usize,
    ) -> Result<Option<StrBuf>, TooBig> {
        let found = places.clone().count();
        if found == 0 || old == new {
            return Ok(None);
        }
        let kept = text.len() - found * old.len();
        let len = kept.saturating_add(found.saturating_mul(new.len()));
        let mut out = Vec::with_capacity(TooBig::check(len, Width::Ascii, max)?);
        let mut from = 0;
        for at in places {
            out.extend_from_slice(&text[from..at]);
            out.extend_from_slice(new);
            from = at + old.len();
        }
        out.extend_from_slice(&text[from..]);
        Ok(Some(StrBuf::Ascii(out)))
    }
    match old {
        [c] => build(
            text,
            (old, new),
            memchr::memchr_iter(*c, text).take(count),
            max,
        ),
        _ => {
            let finder = memmem::Finder::new(old);
            build(text, (old, new), finder.find_iter(text).take(count), max)
        }
    }
}

/// The only character of a text.
fn one(text: Str<'_>) -> Option<u32> {
    if text.len() == 1 { text.get(0) } else { None }
}

/// Replaces one character by another everywhere, in storage of the same width; `None` if the new one does not fit.
fn replace_one(text: Str<'_>, old: u32, new: u32) -> Option<Option<StrBuf>> {
    fn units<T: Unit>(text: &[T], old: u32, new: u32) -> Option<Option<Vec<T>>> {
        let new = T::fit(new)?;
        let Some(old) = T::fit(old).filter(|&old| old != new && T::find_one(text, old).is_some())
        else {
            return Some(None);
        };
        Some(Some(
            text.iter()
                .map(|&c| if c == old { new } else { c })
                .collect(),
        ))
    }
    Some(match text {
        Str::Ascii(v) | Str::Latin1(v) => units(v, old, new)?.map(StrBuf::from_latin1),
        Str::Ucs2(v) => units(v, old, new)?.map(StrBuf::from_u16s),
        Str::Ucs4(v) => units(v, old, new)?.map(StrBuf::from_u32s),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> [StrBuf; 4] {
        ["abcabc", "éabcabc", "€abcabc", "\u{1F600}abcabc"].map(StrBuf::from)
    }

    #[test]
    fn a_needle_of_any_width_is_found_in_a_text_of_any_width() {
        let wide = StrBuf::from("\u{1F600}bc");
        for (i, text) in texts().iter().enumerate() {
            let more = usize::from(i > 0);
            for needle in [Str::Ascii(b"bc"), wide.view().slice(1, 3)] {
                assert_eq!(find(text.view(), needle, WHOLE), Some(more + 1));
                assert_eq!(rfind(text.view(), needle, WHOLE), Some(more + 4));
                assert_eq!(find(text.view(), needle, (-3, 99)), Some(more + 4));
                assert_eq!(find(text.view(), needle, (0, 2)), None);
                assert_eq!(count(text.view(), needle, WHOLE), 2);
                assert!(ends_with(text.view(), needle, WHOLE));
                assert!(starts_with(
                    text.view(),
                    needle,
                    (more as i64 + 1, i64::MAX)
                ));
            }
            assert_eq!(contains(text.view(), wide.view().slice(0, 1)), i == 3);
        }
    }

    #[test]
    fn an_empty_needle_is_everywhere_but_beyond_the_end() {
        let text = Str::Ascii(b"ab");
        assert_eq!(find(text, Str::EMPTY, (2, 9)), Some(2));
        assert_eq!(find(text, Str::EMPTY, (3, 9)), None);
        assert_eq!(rfind(text, Str::EMPTY, WHOLE), Some(2));
        assert_eq!(count(text, Str::EMPTY, WHOLE), 3);
        assert_eq!(count(text, Str::EMPTY, (3, 9)), 0);
        assert!(starts_with(text, Str::EMPTY, (2, 9)));
        assert!(!starts_with(text, Str::EMPTY, (3, 9)));
        assert!(!ends_with(Str::EMPTY, Str::EMPTY, (1, 9)));
        assert_eq!(find(text, Str::Ascii(b"b"), (i64::MIN, i64::MAX)), Some(1));
    }

    #[test]
    fn replace_counts_widens_and_narrows() {
        let make = |text: &str, old: &str, new: &str, count| {
            let [text, old, new] = [text, old, new].map(StrBuf::from);
            replace(text.view(), old.view(), new.view(), count, 1000)
                .map(|made| made.map(|t| t.to_string()))
        };
        let changed = |text: &str| Ok(Some(text.to_string()));
        assert_eq!(make("aXbX", "X", "-", -1), changed("a-b-"));
        assert_eq!(make("aXbX", "X", "€", 1), changed("a€bX"));
        assert_eq!(make("aXbX", "X", "€", -1), changed("a€b€"));
        assert_eq!(make("a€b", "€", "X", -1), changed("aXb"));
        assert_eq!(make("abc", "", "-", 2), changed("-a-bc"));
        assert_eq!(make("", "", "-", -1), changed("-"));
        assert_eq!(make("abab", "ab", "", -1), changed(""));
        assert_eq!(make("abc", "x", "y", -1), Ok(None));
        assert_eq!(make("abc", "b", "y", 0), Ok(None));
        let big = StrBuf::from("x".repeat(600));
        assert_eq!(
            replace(Str::Ascii(b"aa"), Str::Ascii(b"a"), big.view(), -1, 1000),
            Err(TooBig { bytes: 1200 })
        );
    }
}
