//! Hashes of `str` and `bytes`: SipHash over the bytes as stored, keyed as `PYTHONHASHSEED` says.
//!
//! Text is stored, and so hashed, with the low byte first, as CPython does on all common machines.

use super::{Str, Width};
use siphasher::sip::{SipHasher13, SipHasher24};
use std::hash::Hasher;

/// Which SipHash a version of CPython uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SipHash {
    /// SipHash-2-4, up to 3.10.
    Sip24,
    /// SipHash-1-3, from 3.11 on.
    Sip13,
}

/// How a machine hashes: the function and its secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey {
    function: SipHash,
    keys: (u64, u64),
}

impl HashKey {
    /// A key from 16 random bytes.
    pub fn new(function: SipHash, secret: [u8; 16]) -> Self {
        let secret = u128::from_le_bytes(secret);
        HashKey {
            function,
            keys: (secret as u64, (secret >> 64) as u64),
        }
    }

    /// The key that `PYTHONHASHSEED` stands for: nothing but zeros if 0.
    pub fn from_seed(function: SipHash, seed: u32) -> Self {
        let mut secret = [0; 16];
        if seed != 0 {
            let mut x = seed;
            for byte in &mut secret {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (x >> 16) as u8;
            }
        }
        HashKey::new(function, secret)
    }

    /// `hash(bytes)`.
    pub fn hash_bytes(self, bytes: &[u8]) -> i64 {
        let (k0, k1) = self.keys;
        match self.function {
            _ if bytes.is_empty() => 0,
            SipHash::Sip13 => as_python(SipHasher13::new_with_keys(k0, k1).hash(bytes)),
            SipHash::Sip24 => as_python(SipHasher24::new_with_keys(k0, k1).hash(bytes)),
        }
    }

    /// `hash(text)`.
    pub fn hash_str(self, text: Str<'_>) -> i64 {
        let (k0, k1) = self.keys;
        match (text, self.function) {
            (Str::Ascii(v) | Str::Latin1(v), _) => self.hash_bytes(v),
            _ if text.is_empty() => 0,
            (_, SipHash::Sip13) => hash_wide(text, SipHasher13::new_with_keys(k0, k1)),
            (_, SipHash::Sip24) => hash_wide(text, SipHasher24::new_with_keys(k0, k1)),
        }
    }
}

/// A hash as Python shows it: in C, -1 is the mark of an error.
fn as_python(hash: u64) -> i64 {
    match hash as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// Hashes text that is stored in more than one byte a character, as if in the narrowest width.
fn hash_wide(text: Str<'_>, mut hasher: impl Hasher) -> i64 {
    match text.narrowest() {
        Width::Ascii | Width::Latin1 => write(text, |c| [c as u8], &mut hasher),
        Width::Ucs2 => write(text, |c| (c as u16).to_le_bytes(), &mut hasher),
        Width::Ucs4 => write(text, u32::to_le_bytes, &mut hasher),
    }
    as_python(hasher.finish())
}

/// Writes the characters of a text as bytes, many at a time.
fn write<const N: usize>(text: Str<'_>, bytes: impl Fn(u32) -> [u8; N], hasher: &mut impl Hasher) {
    let mut chars = text.iter();
    let mut buffer = [0; 256];
    loop {
        let mut used = 0;
        for (place, c) in buffer.chunks_exact_mut(N).zip(&mut chars) {
            place.copy_from_slice(&bytes(c));
            used += N;
        }
        match buffer.get(..used) {
            Some(chunk) if used > 0 => hasher.write(chunk),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::StrBuf;

    /// `hash` of CPython 3.10 and 3.12 for a text, with the seeds 0, 1 and 42.
    #[rustfmt::skip]
    const EXPECTED: &[(&str, [[i64; 3]; 2])] = &[
        ("", [
            [0, 0, 0],
            [0, 0, 0],
        ]),
        ("a", [
            [-7583489610679606711, 8432517439229126278, 4770961679805687079],
            [4644417185603328019, -3012895188637184397, -123207753977932514],
        ]),
        ("hello", [
            [-8304253580878589255, 4134408098142180803, 378136894835777979],
            [-2096571579003691106, -1712148659304476210, 841626496250501200],
        ]),
        ("abcdefg", [
            [-6651368143851290504, 8623822222363335270, -3316160760366460145],
            [7904145750247929094, 3226643804905820176, 1375323160596907757],
        ]),
        ("abcdefgh", [
            [-1847705707669741165, 2079372463862078453, -6663629221394151904],
            [4574395652268504554, -202642195356325900, -5457871895989710762],
        ]),
        ("naïve", [
            [8909887909897179529, 8764742797551915875, 3816197366285660811],
            [7682306841811832039, 2609374546601413833, -8095583506289061895],
        ]),
        ("déjà vu, déjà vu", [
            [-7520110749009971955, -3308317395167904644, -7467274740235786220],
            [2054093051563568186, 1072011549037588101, 7176976490477344469],
        ]),
        ("€uro", [
            [-2347248820896207665, -292378486443322510, 1859997077600297283],
            [7542247858446192590, -8458760685275807288, 6573934580854229043],
        ]),
        ("日本語のテキスト", [
            [6575147145004001272, 2633955899436682948, -752191346742631310],
            [-4003649288987862553, 3005827652199840335, 3084090125373690880],
        ]),
        ("\u{1f600}", [
            [2694534307785527896, -9060184730497238929, -906987714113553107],
            [-3536540696076613844, 7663130467274561019, 6601963133753205906],
        ]),
    ];

    #[test]
    fn hashes_are_those_of_cpython() {
        for (text, expected) in EXPECTED {
            for (function, expected) in [SipHash::Sip24, SipHash::Sip13].into_iter().zip(expected) {
                for (seed, expected) in [0, 1, 42].into_iter().zip(expected) {
                    let key = HashKey::from_seed(function, seed);
                    let text = StrBuf::from(*text);
                    assert_eq!(
                        key.hash_str(text.view()),
                        *expected,
                        "{text} {function:?} {seed}"
                    );
                    let wide: Vec<u32> = text.view().iter().collect();
                    assert_eq!(
                        key.hash_str(Str::Ucs4(&wide)),
                        *expected,
                        "{text}, stored wide"
                    );
                    if let Str::Ascii(bytes) = text.view() {
                        assert_eq!(key.hash_bytes(bytes), *expected);
                    }
                }
            }
        }
    }
}
