//! The hash table of a dict. It knows the hashes of keys; which keys are equal it is told.
//!
//! Entries lie in a vector in insertion order; from nine entries on, an open-addressed table of entry numbers finds
//! them. Removed entries stay as holes until the next rebuild; but the last entry is none, and the holes at the
//! beginning are known, so that taking items off either end is quick.

use crate::value::Value;

/// Entries that a dict has room for at least, once it has some.
const LEAST: usize = 4;
/// Entries up to this number are searched one by one.
const LINEAR: usize = 8;
/// An unused place of the index.
const EMPTY: u32 = u32::MAX;
/// A place of the index whose entry has been taken off the end: a search goes on behind it.
const GONE: u32 = u32::MAX - 1;

/// A key and its value.
pub(super) struct Entry {
    pub(super) hash: i64,
    /// NULL for a hole.
    pub(super) key: Value,
    pub(super) value: Value,
}

/// Entries in order, and where to find them by hash.
#[derive(Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
    /// Entry numbers; empty while there are at most `LINEAR` entries. A power of two long.
    index: Box<[u32]>,
    pub(super) used: usize,
    /// Holes at the beginning.
    pub(super) first: usize,
    /// Places of the index that are `GONE`.
    gone: usize,
    /// Counts structural changes, for searches that run Python code.
    pub(super) stamp: u64,
}

impl Table {
    /// The number of the first entry with a hash of which `same` says that it is the one.
    #[inline(always)]
    pub(super) fn find_with(
        &self,
        hash: i64,
        mut same: impl FnMut(usize, &Entry) -> bool,
    ) -> Option<usize> {
        if self.index.is_empty() {
            for (i, e) in self.entries.iter().enumerate() {
                if e.hash == hash && !e.key.is_null() && same(i, e) {
                    return Some(i);
                }
            }
            return None;
        }
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        let mut perturb = hash as u64;
        loop {
            let n = self.index[at];
            if n == EMPTY {
                return None;
            }
            if n != GONE {
                let e = &self.entries[n as usize];
                if e.hash == hash && !e.key.is_null() && same(n as usize, e) {
                    return Some(n as usize);
                }
            }
            perturb >>= 5;
            at = (at * 5 + perturb as usize + 1) & mask;
        }
    }

    /// Adds an entry whose key is not there yet.
    pub(super) fn push(&mut self, hash: i64, key: Value, value: Value) {
        self.stamp += 1;
        if self.entries.len() == self.entries.capacity() || !self.index.is_empty() {
            self.make_room();
        }
        let n = self.entries.len();
        self.entries.push(Entry { hash, key, value });
        self.used += 1;
        if self.index.is_empty() {
            if n + 1 > LINEAR {
                self.rebuild_index();
            }
        } else {
            insert_index(&mut self.index, hash, n as u32);
        }
    }

    /// Fills this table, which is empty, with the entries of another one.
    pub(super) fn copy_from(&mut self, other: &Table) {
        let copy = |e: &Entry| Entry {
            hash: e.hash,
            key: e.key.clone(),
            value: e.value.clone(),
        };
        self.stamp += 1;
        self.used = other.used;
        // A copy is often made to add something.
        self.entries
            .reserve_exact(other.used.next_multiple_of(LEAST));
        if other.used == other.entries.len() {
            self.entries.extend(other.entries.iter().map(copy));
            self.index = other.index.clone();
            self.gone = other.gone;
        } else {
            let there = other.entries.iter().filter(|e| !e.key.is_null());
            self.entries.extend(there.map(copy));
            self.rebuild_index();
        }
    }

    fn make_room(&mut self) {
        if self.entries.capacity() == 0 {
            self.entries = Vec::with_capacity(LEAST);
            return;
        }
        // Holes go first, if they are worth it.
        if self.entries.len() > LINEAR && self.used * 2 < self.entries.len() {
            self.entries.retain(|e| !e.key.is_null());
            self.first = 0;
            self.rebuild_index();
        } else if (self.entries.len() + self.gone + 1) * 3 > self.index.len() * 2
            && !self.index.is_empty()
        {
            self.rebuild_index();
        }
    }

    /// Makes the index anew, without places that are gone.
    pub(super) fn rebuild_index(&mut self) {
        self.gone = 0;
        if self.entries.len() <= LINEAR {
            self.index = Box::default();
            return;
        }
        let n = (self.entries.len() * 3).next_power_of_two();
        let mut index = vec![EMPTY; n].into_boxed_slice();
        for (i, e) in self.entries.iter().enumerate() {
            if !e.key.is_null() {
                insert_index(&mut index, e.hash, i as u32);
            }
        }
        self.index = index;
    }

    /// Takes an entry out.
    pub(super) fn remove_at(&mut self, i: usize) -> (Value, Value) {
        self.stamp += 1;
        self.used -= 1;
        let e = &mut self.entries[i];
        let out = (
            std::mem::replace(&mut e.key, Value::NULL),
            std::mem::replace(&mut e.value, Value::NULL),
        );
        if self.used == 0 {
            self.entries.clear();
            self.index = Box::default();
            (self.first, self.gone) = (0, 0);
            return out;
        }
        while self.entries.last().is_some_and(|e| e.key.is_null()) {
            self.pop_hole();
        }
        while self
            .entries
            .get(self.first)
            .is_some_and(|e| e.key.is_null())
        {
            self.first += 1;
        }
        out
    }

    /// Takes the last entry, which is a hole, off the end.
    fn pop_hole(&mut self) {
        let Some(e) = self.entries.pop() else { return };
        if self.index.is_empty() {
            return;
        }
        let (n, mask) = (self.entries.len() as u32, self.index.len() - 1);
        let mut at = e.hash as usize & mask;
        let mut perturb = e.hash as u64;
        // A hole that is older than the index has no place in it.
        while self.index[at] != EMPTY {
            if self.index[at] == n {
                self.index[at] = GONE;
                self.gone += 1;
                return;
            }
            perturb >>= 5;
            at = (at * 5 + perturb as usize + 1) & mask;
        }
    }

    /// Bytes of memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.index.len() * 4
    }
}

#[inline(always)]
fn insert_index(index: &mut [u32], hash: i64, n: u32) {
    let mask = index.len() - 1;
    let mut at = hash as usize & mask;
    let mut perturb = hash as u64;
    while index[at] != EMPTY {
        perturb >>= 5;
        at = (at * 5 + perturb as usize + 1) & mask;
    }
    index[at] = n;
}
