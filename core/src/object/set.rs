//! [`PySet`]: `set` and `frozenset`, probing as CPython does, so that the order of iteration is the same for equal
//! hashes and the same history.

use std::cell::{Cell, UnsafeCell};

use super::{Header, Kind, Object, ValueCell, known_equal};
use crate::error::PyResult;
use crate::value::Value;
use crate::version::Version;
use crate::vm::{CmpOp, Vm};

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// Hash of the slot of a removed element; no object has it.
const REMOVED: i64 = -1;

struct Slot {
    hash: i64,
    /// NULL: never used; or, with the hash [`REMOVED`], the place of a removed element.
    key: Value,
}

impl Slot {
    const EMPTY: Slot = Slot {
        hash: 0,
        key: Value::NULL,
    };

    #[inline(always)]
    fn is_removed(&self) -> bool {
        self.hash == REMOVED
    }
}

struct Table {
    slots: Box<[Slot]>,
    used: usize,
    /// Used and dummy slots.
    fill: usize,
    stamp: u64,
    /// Where `pop` goes on to look.
    finger: usize,
}

/// A set or frozenset; the type tells which.
#[repr(C)]
pub struct PySet {
    pub(crate) header: Header,
    table: UnsafeCell<Table>,
    /// Hash of a frozenset; -1 until it is asked for.
    pub hash: Cell<i64>,
}

// SAFETY: only sets have `Kind::Set`.
unsafe impl Object for PySet {
    const KIND: Kind = Kind::Set;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for s in self.table().slots.iter() {
            if !s.key.is_null() {
                visit(&s.key);
            }
        }
    }

    fn clear(&self) {
        self.clear_all();
    }
}

enum Probe {
    Found(usize),
    Free(usize),
}

/// Whether a table of `mask + 1` slots, `fill` of them in use, must grow: beyond three fifths, before 3.7 two thirds.
#[inline(always)]
fn too_full(vm: &Vm, fill: usize, mask: usize) -> bool {
    if vm.version() >= Version::V3_7 {
        fill.saturating_mul(5) >= mask * 3
    } else {
        fill.saturating_mul(3) >= mask * 2
    }
}

impl Table {
    fn new() -> Table {
        Table {
            slots: Box::default(),
            used: 0,
            fill: 0,
            stamp: 0,
            finger: 0,
        }
    }

    /// What the first place in the probing order says of a key, the usual case; `None` if the walk must go on. The table
    /// is not empty.
    #[inline(always)]
    fn first_place(&self, key: &Value, hash: i64) -> Option<Probe> {
        let i = hash as usize & (self.slots.len() - 1);
        let s = &self.slots[i];
        if s.key.is(key) {
            return Some(Probe::Found(i));
        }
        (s.key.is_null() && !s.is_removed()).then_some(Probe::Free(i))
    }

    /// Walks the probing order until `same` says yes or a never-used slot comes.
    /// A new element goes into the last slot of a removed one on the way, if there is one and `reuse` says so.
    #[inline(always)]
    fn probe(&self, hash: i64, reuse: bool, mut same: impl FnMut(usize, &Slot) -> bool) -> Probe {
        let mut removed = None;
        let mask = self.slots.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask {
                i + LINEAR_PROBES
            } else {
                i
            };
            let mut at = i;
            while at <= last {
                let s = &self.slots[at];
                if s.hash == hash && !s.key.is_null() {
                    if same(at, s) {
                        return Probe::Found(at);
                    }
                } else if s.key.is_null() {
                    if !s.is_removed() {
                        return Probe::Free(removed.unwrap_or(at));
                    }
                    if reuse {
                        removed = Some(at);
                    }
                }
                at += 1;
            }
            perturb >>= PERTURB_SHIFT;
            i = (i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize))
                & mask;
        }
    }

    /// Adds a key that is not there to a table without removed elements.
    fn insert_clean(&mut self, hash: i64, key: Value) {
        let first = hash as usize & (self.slots.len() - 1);
        let at = if self.slots[first].key.is_null() {
            first
        } else if let Probe::Free(at) = self.probe(hash, false, |_, _| false) {
            at
        } else {
            return;
        };
        // Overwrites an empty slot: nothing to drop.
        std::mem::forget(std::mem::replace(&mut self.slots[at], Slot { hash, key }));
    }

    fn resize(&mut self, min_used: usize) {
        let mut n = MIN_SIZE;
        while n <= min_used {
            n <<= 1;
        }
        let fresh: Box<[Slot]> = std::iter::repeat_with(|| Slot::EMPTY).take(n).collect();
        let mut old = std::mem::replace(&mut self.slots, fresh);
        self.fill = self.used;
        self.stamp += 1;
        for s in old.iter_mut().filter(|s| !s.key.is_null()) {
            self.insert_clean(s.hash, std::mem::replace(&mut s.key, Value::NULL));
        }
    }

    fn add_at(&mut self, vm: &Vm, at: usize, hash: i64, key: Value) {
        self.stamp += 1;
        let old = std::mem::replace(&mut self.slots[at], Slot { hash, key });
        self.used += 1;
        if old.is_removed() {
            return;
        }
        self.fill += 1;
        if too_full(vm, self.fill, self.slots.len() - 1) {
            let want = if self.used > 50_000 {
                self.used * 2
            } else {
                self.used * 4
            };
            self.resize(want);
        }
    }

    fn remove_at(&mut self, at: usize) -> Value {
        self.stamp += 1;
        self.used -= 1;
        let s = &mut self.slots[at];
        s.hash = REMOVED;
        std::mem::replace(&mut s.key, Value::NULL)
    }
}

impl PySet {
    pub(crate) fn from_header(header: Header) -> PySet {
        PySet {
            header,
            table: UnsafeCell::new(Table::new()),
            hash: Cell::new(-1),
        }
    }

    #[allow(clippy::mut_from_ref, reason = "never held while foreign code runs")]
    fn table(&self) -> &mut Table {
        // SAFETY: no reference outlives a method or a call of foreign code.
        unsafe { &mut *self.table.get() }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.table().used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A count that changes with every insertion and removal.
    pub fn stamp(&self) -> u64 {
        self.table().stamp
    }

    fn find(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Probe> {
        if self.table().slots.is_empty() {
            self.table().resize(0);
        }
        if let Some(hit) = self.table().first_place(key, hash) {
            return Ok(hit);
        }
        let mut unsure = false;
        // 3.9 alone leaves the slots of removed elements as they are.
        let reuse = vm.version() != Version::V3_9;
        let hit = self.table().probe(hash, reuse, |_, s| {
            let same = known_equal(key, &s.key);
            unsure |= same.is_none();
            same != Some(false)
        });
        if unsure {
            return self.find_asking(vm, key, hash, reuse);
        }
        Ok(hit)
    }

    /// The same where keys must be asked whether they are equal.
    #[inline(never)]
    fn find_asking(&self, vm: &Vm, key: &Value, hash: i64, reuse: bool) -> PyResult<Probe> {
        'again: loop {
            let mut candidates: smallvec::SmallVec<[(usize, Value); 2]> = smallvec::SmallVec::new();
            let hit = self.table().probe(hash, reuse, |at, s| {
                known_equal(key, &s.key).unwrap_or_else(|| {
                    candidates.push((at, s.key.clone()));
                    false
                })
            });
            let stamp = self.table().stamp;
            for (at, k) in candidates {
                let equal = vm.equal_keys(&k, key)?;
                if self.table().stamp != stamp {
                    continue 'again;
                }
                if equal {
                    return Ok(Probe::Found(at));
                }
            }
            return Ok(hit);
        }
    }

    /// Whether an int or str whose hash is known is an element, where the first place that is looked at tells.
    #[inline(always)]
    pub(crate) fn quick_contains(&self, key: &Value, hash: i64) -> Option<bool> {
        let t = self.table();
        if t.slots.is_empty() {
            return Some(false);
        }
        Some(matches!(t.first_place(key, hash)?, Probe::Found(_)))
    }

    /// Adds a small int, or finds it, at the first place that is looked at; false, with nothing done, where there is more
    /// to do.
    #[inline(always)]
    pub(crate) fn quick_add(&self, vm: &Vm, key: &Value, hash: i64) -> bool {
        let t = self.table();
        if t.slots.is_empty() {
            return false;
        }
        match t.first_place(key, hash) {
            Some(Probe::Found(_)) => true,
            Some(Probe::Free(at)) if !too_full(vm, t.fill + 1, t.slots.len() - 1) => {
                t.stamp += 1;
                t.used += 1;
                t.fill += 1;
                let slot = Slot {
                    hash,
                    key: key.clone(),
                };
                // Overwrites an empty slot: nothing to drop.
                std::mem::forget(std::mem::replace(&mut t.slots[at], slot));
                true
            }
            _ => false,
        }
    }

    /// Whether the set has an element equal to `key`. Errors: not hashable, or `__eq__` raises.
    pub fn contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "set element")?;
        self.contains_hashed(vm, key, hash)
    }

    /// The same for a key whose hash is known.
    #[inline]
    pub fn contains_hashed(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
        if self.is_empty() {
            return Ok(false);
        }
        if let Some(hit) = self.table().first_place(key, hash) {
            return Ok(matches!(hit, Probe::Found(_)));
        }
        Ok(matches!(self.find(vm, key, hash)?, Probe::Found(_)))
    }

    /// Whether every element is one of `other` too. Errors: an element's `__eq__` raises.
    pub fn is_subset(&self, vm: &Vm, other: &PySet) -> PyResult<bool> {
        if self.len() > other.len() || std::ptr::eq(self, other) {
            return Ok(std::ptr::eq(self, other));
        }
        let (mine, theirs) = (self.table(), other.table());
        for (at, s) in mine.slots.iter().enumerate() {
            if s.key.is_null() {
                continue;
            }
            match theirs.first_place(&s.key, s.hash) {
                Some(Probe::Found(_)) => {}
                Some(Probe::Free(_)) => return Ok(false),
                None => return self.is_subset_from(vm, other, at),
            }
        }
        Ok(true)
    }

    /// The same for the elements from slot `at` on.
    #[inline(never)]
    fn is_subset_from(&self, vm: &Vm, other: &PySet, mut at: usize) -> PyResult<bool> {
        // As long as no key has to be asked, nothing can change.
        while let Some(s) = self.table().slots.get(at) {
            if !s.key.is_null() {
                let mut unsure = false;
                let hit = other.table().probe(s.hash, false, |_, o| {
                    let same = known_equal(&s.key, &o.key);
                    unsure |= same.is_none();
                    same != Some(false)
                });
                if unsure {
                    break;
                }
                if matches!(hit, Probe::Free(_)) {
                    return Ok(false);
                }
            }
            at += 1;
        }
        while let Some((hash, v)) = self.next_hashed(&mut at) {
            if !other.contains_hashed(vm, &v, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a comparison with another set says: `<=` and its like ask for subsets. Errors as [`PySet::is_subset`].
    pub fn compare(&self, vm: &Vm, op: CmpOp, other: &PySet) -> PyResult<bool> {
        let (n, m) = (self.len(), other.len());
        let (h, k) = (self.hash.get(), other.hash.get());
        let may_equal = n == m && (h == -1 || k == -1 || h == k);
        match op {
            CmpOp::Eq => Ok(may_equal && self.is_subset(vm, other)?),
            CmpOp::Ne => Ok(!(may_equal && self.is_subset(vm, other)?)),
            CmpOp::Le => self.is_subset(vm, other),
            CmpOp::Ge => other.is_subset(vm, self),
            CmpOp::Lt => Ok(n < m && self.is_subset(vm, other)?),
            CmpOp::Gt => Ok(n > m && other.is_subset(vm, self)?),
        }
    }

    /// The least or greatest element, if all are small ints; `None` also for an empty set.
    pub fn extreme_int(&self, greatest: bool) -> Option<Value> {
        let keys = self.table().slots.iter().map(|s| &s.key);
        super::extreme_int(keys.filter(|k| !k.is_null()), greatest)
    }

    /// Adds an element; false if it was there.
    #[inline]
    pub fn add(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "set element")?;
        self.add_hashed(vm, key, hash)
    }

    /// Adds an element whose hash is known.
    #[inline]
    pub fn add_hashed(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
        let t = self.table();
        if !t.slots.is_empty() {
            match t.first_place(key, hash) {
                Some(Probe::Found(_)) => return Ok(false),
                Some(Probe::Free(at)) => {
                    t.add_at(vm, at, hash, key.clone());
                    return Ok(true);
                }
                None => {}
            }
        }
        match self.find(vm, key, hash)? {
            Probe::Found(_) => Ok(false),
            Probe::Free(at) => {
                self.table().add_at(vm, at, hash, key.clone());
                Ok(true)
            }
        }
    }

    /// Removes an element; false if it was not there.
    pub fn remove(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "set element")?;
        self.remove_hashed(vm, key, hash)
    }

    /// The same for a key whose hash is known.
    pub fn remove_hashed(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
        if self.is_empty() {
            return Ok(false);
        }
        match self.find(vm, key, hash)? {
            Probe::Found(at) => {
                let old = self.table().remove_at(at);
                drop(old);
                Ok(true)
            }
            Probe::Free(_) => Ok(false),
        }
    }

    /// Makes room for so many more elements, as CPython does before it adds a dict's keys.
    pub fn make_room(&self, vm: &Vm, more: usize) {
        let t = self.table();
        if t.slots.is_empty() {
            t.resize(0);
        }
        let want = t.used.saturating_add(more).saturating_mul(2);
        if too_full(vm, t.fill.saturating_add(more), t.slots.len() - 1) {
            t.resize(want);
        }
    }

    /// Removes and returns an element: the first in the table behind the one that was popped last.
    pub fn pop(&self) -> Option<Value> {
        let t = self.table();
        if t.used == 0 {
            return None;
        }
        let n = t.slots.len();
        let at = (0..n)
            .map(|i| ((t.finger & (n - 1)) + i) & (n - 1))
            .find(|at| !t.slots[*at].key.is_null())?;
        t.finger = at + 1;
        Some(t.remove_at(at))
    }

    /// Removes all elements.
    pub fn clear_all(&self) {
        let (stamp, finger) = (self.table().stamp + 1, self.table().finger);
        let old = std::mem::replace(self.table(), Table::new());
        self.table().stamp = stamp;
        self.table().finger = finger;
        drop(old);
    }

    /// The elements in the table's order.
    pub fn items(&self) -> Vec<Value> {
        self.table()
            .slots
            .iter()
            .filter(|s| !s.key.is_null())
            .map(|s| s.key.clone())
            .collect()
    }

    /// The element at or after slot `at`, which moves behind it.
    pub fn next(&self, at: &mut usize) -> Option<Value> {
        self.next_hashed(at).map(|(_, v)| v)
    }

    /// The same with its hash. Elements may come and go between calls.
    #[inline]
    pub fn next_hashed(&self, at: &mut usize) -> Option<(i64, Value)> {
        let slots = &self.table().slots;
        while let Some(s) = slots.get(*at) {
            *at += 1;
            if !s.key.is_null() {
                return Some((s.hash, s.key.clone()));
            }
        }
        None
    }

    /// Makes the table a copy of another's, slot by slot, as copying a set without removed elements does in CPython.
    pub fn copy_from(&self, vm: &Vm, other: &PySet) -> PyResult<()> {
        let (fill, used, slots) = (
            other.table().fill,
            other.table().used,
            other.table().slots.len(),
        );
        let t = self.table();
        let mask = t.slots.len().max(MIN_SIZE) - 1;
        if too_full(vm, t.fill + used, mask) {
            let want = (t.used + used) * 2;
            t.resize(want);
        } else if t.slots.is_empty() {
            t.resize(0);
        }
        if t.fill == 0 && fill == used && t.slots.len() == slots {
            for (mine, s) in t.slots.iter_mut().zip(&other.table().slots) {
                mine.hash = s.hash;
                std::mem::forget(std::mem::replace(&mut mine.key, s.key.clone()));
            }
            t.fill = fill;
            t.used = used;
            t.stamp += 1;
            return Ok(());
        }
        if t.fill == 0 {
            // Nothing can be equal to what comes.
            for s in other.table().slots.iter().filter(|s| !s.key.is_null()) {
                t.insert_clean(s.hash, s.key.clone());
            }
            t.fill = used;
            t.used = used;
            t.stamp += 1;
            return Ok(());
        }
        let mut at = 0;
        while let Some((h, k)) = other.next_hashed(&mut at) {
            self.add_hashed(vm, &k, h)?;
        }
        Ok(())
    }

    /// Exchanges the elements with another set's.
    pub fn swap(&self, other: &PySet) {
        if !std::ptr::eq(self, other) {
            let (a, b) = (self.table(), other.table());
            std::mem::swap(a, b);
            // Each set goes on to pop where it was.
            std::mem::swap(&mut a.finger, &mut b.finger);
            a.stamp += 1;
        }
    }

    /// Bytes of memory that the table takes.
    pub fn table_bytes(&self) -> usize {
        self.table().slots.len() * size_of::<Slot>()
    }
}

/// An iterator over a set.
#[repr(C)]
pub struct PySetIter {
    pub(crate) header: Header,
    /// The set; NULL at the end.
    pub set: ValueCell,
    /// Next slot.
    pub at: Cell<usize>,
    /// Number of elements at the start: a change is an error.
    pub len: usize,
    /// Elements given out.
    pub given: Cell<usize>,
}

// SAFETY: only set iterators have `Kind::SetIter`.
unsafe impl Object for PySetIter {
    const KIND: Kind = Kind::SetIter;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.set.visit(visit);
    }

    fn clear(&self) {
        self.set.set(Value::NULL);
    }
}
