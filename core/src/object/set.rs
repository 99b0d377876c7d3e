//! [`PySet`]: `set` and `frozenset`, probing as CPython does, so that the order of iteration is the same for equal
//! hashes and the same history.

use std::cell::{Cell, UnsafeCell};

use super::{Header, Kind, Object, PyStr, ValueCell};
use crate::error::PyResult;
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

struct Slot {
    hash: i64,
    /// NULL: never used. `Value::ELLIPSIS` with hash `DUMMY_HASH` would be ambiguous, so a removed entry has its own flag.
    key: Value,
    dummy: bool,
}

impl Slot {
    const EMPTY: Slot = Slot {
        hash: 0,
        key: Value::NULL,
        dummy: false,
    };
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

    /// Walks the probing order until `same` says yes or a never-used slot comes.
    /// A new element goes into the last slot of a removed one on the way, if there is one and `reuse` says so.
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
            for at in i..=last {
                let s = &self.slots[at];
                if s.key.is_null() && !s.dummy {
                    return Probe::Free(removed.unwrap_or(at));
                }
                if s.dummy && reuse {
                    removed = Some(at);
                }
                if !s.dummy && s.hash == hash && same(at, s) {
                    return Probe::Found(at);
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = (i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize))
                & mask;
        }
    }

    fn insert_clean(&mut self, hash: i64, key: Value) {
        if let Probe::Free(at) = self.probe(hash, false, |_, _| false) {
            self.slots[at] = Slot {
                hash,
                key,
                dummy: false,
            };
        }
    }

    fn resize(&mut self, min_used: usize) {
        let mut n = MIN_SIZE;
        while n <= min_used {
            n <<= 1;
        }
        let fresh: Box<[Slot]> = (0..n).map(|_| Slot::EMPTY).collect();
        let old = std::mem::replace(&mut self.slots, fresh);
        self.fill = self.used;
        self.stamp += 1;
        for s in old.into_vec() {
            if !s.key.is_null() {
                self.insert_clean(s.hash, s.key);
            }
        }
    }

    /// Whether a table with `fill` slots in use must grow: beyond three fifths, before 3.7 two thirds.
    fn too_full(&self, vm: &Vm, fill: usize) -> bool {
        let mask = self.slots.len().saturating_sub(1);
        if vm.version() >= Version::V3_7 {
            fill.saturating_mul(5) >= mask * 3
        } else {
            fill.saturating_mul(3) >= mask * 2
        }
    }

    fn add_at(&mut self, vm: &Vm, at: usize, hash: i64, key: Value) {
        self.stamp += 1;
        let old = std::mem::replace(
            &mut self.slots[at],
            Slot {
                hash,
                key,
                dummy: false,
            },
        );
        self.used += 1;
        if old.dummy {
            return;
        }
        self.fill += 1;
        if self.too_full(vm, self.fill) {
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
        s.dummy = true;
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
        'again: loop {
            let string = key.downcast_exact::<PyStr>();
            let mut candidates: smallvec::SmallVec<[(usize, Value); 2]> = smallvec::SmallVec::new();
            // 3.9 alone leaves the slots of removed elements as they are.
            let reuse = vm.version() != Version::V3_9;
            let hit = self.table().probe(hash, reuse, |at, s| {
                if s.key.is(key) {
                    return true;
                }
                if let (Some(a), Some(b)) = (string, s.key.downcast_exact::<PyStr>()) {
                    return a.same_text(b);
                }
                candidates.push((at, s.key.clone()));
                false
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

    /// Whether the set has an element equal to `key`. Errors: not hashable, or `__eq__` raises.
    pub fn contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "set element")?;
        Ok(matches!(self.find(vm, key, hash)?, Probe::Found(_)))
    }

    /// Adds an element; false if it was there.
    pub fn add(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "set element")?;
        self.add_hashed(vm, key, hash)
    }

    /// Adds an element whose hash is known.
    pub fn add_hashed(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<bool> {
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
        if t.too_full(vm, t.fill.saturating_add(more)) {
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

    /// The elements with their hashes, in the table's order.
    pub fn hashed_items(&self) -> Vec<(i64, Value)> {
        self.table()
            .slots
            .iter()
            .filter(|s| !s.key.is_null())
            .map(|s| (s.hash, s.key.clone()))
            .collect()
    }

    /// The element at or after slot `at`, which moves behind it.
    pub fn next(&self, at: &mut usize) -> Option<Value> {
        let slots = &self.table().slots;
        while let Some(s) = slots.get(*at) {
            *at += 1;
            if !s.key.is_null() {
                return Some(s.key.clone());
            }
        }
        None
    }

    /// Makes the table a copy of another's, slot by slot, as copying a set without removed elements does in CPython.
    pub fn copy_from(&self, vm: &Vm, other: &PySet) -> PyResult<()> {
        let items = other.hashed_items();
        let (fill, used, slots) = (
            other.table().fill,
            other.table().used,
            other.table().slots.len(),
        );
        let t = self.table();
        if t.slots.is_empty() {
            t.resize(0);
        }
        if t.too_full(vm, t.fill + used) {
            let want = (t.used + used) * 2;
            t.resize(want);
        }
        let t = self.table();
        if t.fill == 0 && fill == used && t.slots.len() == slots {
            let copy: Vec<Slot> = other
                .table()
                .slots
                .iter()
                .map(|s| Slot {
                    hash: s.hash,
                    key: s.key.clone(),
                    dummy: s.dummy,
                })
                .collect();
            t.slots = copy.into_boxed_slice();
            t.fill = fill;
            t.used = used;
            t.stamp += 1;
            return Ok(());
        }
        for (h, k) in items {
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
