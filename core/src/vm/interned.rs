//! [`Interned`]: the table of interned strings.

use std::ptr::NonNull;

use crate::object::{Header, PyStr};
use crate::text::Str;

/// Room for what a machine begins with, so that the table need not grow meanwhile. A power of two.
const FIRST: usize = 1024;

/// Addresses of the interned strings, by hash: open addressing with linear probing, and no marks for what has gone.
///
/// A string is here as long as it lives, and leaves before it is freed; the table holds no references.
pub(crate) struct Interned {
    places: Box<[Option<NonNull<PyStr>>]>,
    used: usize,
}

impl Interned {
    pub(crate) fn new() -> Interned {
        Interned {
            places: vec![None; FIRST].into_boxed_slice(),
            used: 0,
        }
    }

    /// The string with that text; `hash` is its hash.
    pub(crate) fn find(&self, text: Str<'_>, hash: i64) -> Option<NonNull<Header>> {
        let mut at = self.home(hash);
        while let Some(p) = self.places[at] {
            // SAFETY: interned strings are live.
            let s = unsafe { p.as_ref() };
            if s.hash.get() == hash && s.view() == text {
                return Some(p.cast());
            }
            at = self.next(at);
        }
        None
    }

    /// Adds a string that is not here and knows its hash.
    pub(crate) fn add(&mut self, s: &PyStr) {
        // Half full: beyond that, runs get long.
        if self.used * 2 >= self.places.len() {
            let room = vec![None; self.places.len() * 2].into_boxed_slice();
            for p in std::mem::replace(&mut self.places, room)
                .into_iter()
                .flatten()
            {
                self.put(p);
            }
        }
        self.put(NonNull::from(s));
        self.used += 1;
    }

    fn put(&mut self, p: NonNull<PyStr>) {
        let mut at = self.home_of(p);
        while self.places[at].is_some() {
            at = self.next(at);
        }
        self.places[at] = Some(p);
    }

    /// Takes a string out. Those behind it move up, so that each is found from its home on without a gap.
    pub(crate) fn remove(&mut self, s: &PyStr) {
        let mut hole = self.home(s.hash.get());
        while self.places[hole] != Some(NonNull::from(s)) {
            if self.places[hole].is_none() {
                return;
            }
            hole = self.next(hole);
        }
        self.used -= 1;
        let mask = self.places.len() - 1;
        let mut at = self.next(hole);
        while let Some(p) = self.places[at] {
            let home = self.home_of(p);
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.places[hole] = Some(p);
                hole = at;
            }
            at = self.next(at);
        }
        self.places[hole] = None;
    }

    fn home(&self, hash: i64) -> usize {
        hash as usize & (self.places.len() - 1)
    }

    fn home_of(&self, p: NonNull<PyStr>) -> usize {
        // SAFETY: interned strings are live.
        self.home(unsafe { p.as_ref() }.hash.get())
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.places.len() - 1)
    }
}
