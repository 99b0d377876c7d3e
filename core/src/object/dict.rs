//! [`PyDict`]: insertion-ordered dicts, safe against keys whose `__eq__` changes the dict.
//!
//! `version` stands for "the same dict with the same entries at the same addresses": an inline cache that holds it
//! may keep the address of an entry's value. It is 0 until asked for, and 0 again after any structural change.

use std::cell::{Cell, UnsafeCell};

use super::dict_table::{Entry, Table};
use super::{Header, Kind, Object, PyStr, PyTuple, known_equal};
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// A dict.
#[repr(C)]
pub struct PyDict {
    pub(crate) header: Header,
    table: UnsafeCell<Table>,
    pub(crate) version: Cell<u32>,
}

// SAFETY: only dicts have `Kind::Dict`.
unsafe impl Object for PyDict {
    const KIND: Kind = Kind::Dict;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        // SAFETY: the collector's visitor does not touch the dict; plug-ins cannot call this (the method needs a
        // dict's own `traverse`, which only the collector calls with live entries).
        for e in &self.table().entries {
            if !e.key.is_null() {
                visit(&e.key);
                visit(&e.value);
            }
        }
    }

    fn clear(&self) {
        self.clear_all();
    }
}

/// A place in a dict's order; see [`PyDict::next`].
#[derive(Clone, Copy, Debug, Default)]
pub struct DictCursor(usize);

/// What a view or iterator of a dict shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DictView {
    /// Keys.
    Keys,
    /// Values.
    Values,
    /// Pairs.
    Items,
}

impl PyDict {
    pub(crate) fn from_header(header: Header) -> PyDict {
        PyDict {
            header,
            table: UnsafeCell::new(Table::default()),
            version: Cell::new(0),
        }
    }

    #[allow(clippy::mut_from_ref, reason = "never held while foreign code runs")]
    #[inline(always)]
    fn table(&self) -> &mut Table {
        // SAFETY: no reference outlives a method or a call of foreign code.
        unsafe { &mut *self.table.get() }
    }

    /// Whether this holds a class's attributes. Such a dict must not reach Python code, which could change it behind
    /// the back of the class.
    pub fn is_of_class(&self) -> bool {
        self.header.has_flag(super::hflags::CLASS_DICT)
    }

    /// Number of entries.
    #[inline(always)]
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

    /// The version, assigned now if need be; 0 if there are none left.
    pub fn ensure_version(&self, vm: &Vm) -> u32 {
        if self.version.get() == 0 {
            self.version.set(vm.next_version());
        }
        self.version.get()
    }

    #[inline(always)]
    fn changed(&self) {
        self.version.set(0);
    }

    /// Entry of an exact str key; comparing strings runs no Python code. `None` also if another
    /// kind of key with the same hash is in the way (`general` is then set).
    #[inline(always)]
    fn find_str(&self, s: &PyStr, hash: i64, key: &Value, general: &mut bool) -> Option<usize> {
        self.table().find_with(hash, |_, e| {
            if e.key.is(key) {
                return true;
            }
            match e.key.downcast_exact::<PyStr>() {
                Some(t) => s.same_text(t),
                None => {
                    *general = true;
                    false
                }
            }
        })
    }

    /// Entry of a small int; comparing it runs no Python code. `None` also where [`PyDict::find_str`] says so.
    #[inline(always)]
    fn find_int(&self, hash: i64, key: &Value, general: &mut bool) -> Option<usize> {
        self.table().find_with(hash, |_, e| {
            if e.key.is(key) {
                return true;
            }
            *general |= e.key.as_int().is_none();
            false
        })
    }

    #[inline]
    fn find(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        let mut general = false;
        let quick = if key.as_int().is_some() {
            self.find_int(hash, key, &mut general)
        } else if let Some(s) = key.downcast_exact::<PyStr>() {
            self.find_str(s, hash, key, &mut general)
        } else if key.downcast_exact::<PyTuple>().is_some() {
            return self.find_tuple(vm, key, hash);
        } else {
            self.table().find_with(hash, |_, e| {
                general |= !e.key.is(key);
                e.key.is(key)
            })
        };
        // A key in the way may be equal too, and comes first.
        if general {
            return self.find_asking(vm, key, hash);
        }
        Ok(quick)
    }

    /// The entry of a tuple, whose items mostly tell by themselves.
    #[inline(never)]
    fn find_tuple(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        let mut general = false;
        let quick = self.table().find_with(hash, |_, e| {
            let same = known_equal(key, &e.key);
            general |= same.is_none();
            same == Some(true)
        });
        if general {
            return self.find_asking(vm, key, hash);
        }
        Ok(quick)
    }

    /// The entry of any key: those in the way are asked whether they are equal.
    #[inline(never)]
    fn find_asking(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        'again: loop {
            let mut candidates: smallvec::SmallVec<[(usize, Value); 2]> = smallvec::SmallVec::new();
            let hit = self.table().find_with(hash, |i, e| {
                if e.key.is(key) {
                    return true;
                }
                candidates.push((i, e.key.clone()));
                false
            });
            // Candidates come before an identical key in the probing order; an equal one of them wins, as in CPython.
            let stamp = self.table().stamp;
            for (i, k) in candidates {
                let equal = vm.equal_keys(&k, key)?;
                if self.table().stamp != stamp {
                    continue 'again;
                }
                if equal {
                    return Ok(Some(i));
                }
            }
            return Ok(hit);
        }
    }

    /// The value of a key whose hash is known.
    pub fn get_hashed(&self, vm: &Vm, key: &Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(self
            .find(vm, key, hash)?
            .map(|i| self.table().entries[i].value.clone()))
    }

    /// Whether a key is there. Errors as [`PyDict::get`].
    #[inline]
    pub fn contains(&self, vm: &Vm, key: &Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "dict key")?;
        Ok(self.find(vm, key, hash)?.is_some())
    }

    /// The value of a key. Errors: the key is not hashable, or its `__eq__` raises.
    #[inline]
    pub fn get(&self, vm: &Vm, key: &Value) -> PyResult<Option<Value>> {
        let hash = vm.hash_key(key, "dict key")?;
        self.get_hashed(vm, key, hash)
    }

    /// Entry of an interned name. A key of a subclass of `str` counts by its text, since names are looked up where no
    /// Python code may run.
    fn find_name(&self, name: &Value) -> Option<usize> {
        let s = name.downcast::<PyStr>()?;
        let hash = s.hash.get();
        let mut general = false;
        let found = self.find_str(s, hash, name, &mut general);
        if found.is_some() || !general {
            return found;
        }
        let same = |e: &Entry| e.key.downcast::<PyStr>().is_some_and(|t| s.same_text(t));
        self.table().find_with(hash, |_, e| same(e))
    }

    /// The value of an interned name. Runs no Python code: keys that are not strings do not count.
    #[inline]
    pub fn get_name(&self, name: &Value) -> Option<Value> {
        self.name_slot(name).map(|p| {
            // SAFETY: the slot is valid until the dict changes.
            unsafe { (*p).clone() }
        })
    }

    /// The value of an interned name, if no other kind of key is in the way that would have to be asked.
    pub(crate) fn get_unasked(&self, name: &Value) -> Option<Value> {
        let s = name.downcast_exact::<PyStr>()?;
        let mut general = false;
        let i = self.find_str(s, s.hash.get(), name, &mut general)?;
        (!general).then(|| self.table().entries[i].value.clone())
    }

    /// Address of the value of an interned name; valid while the dict's version stays.
    #[inline]
    pub(crate) fn name_slot(&self, name: &Value) -> Option<*mut Value> {
        let i = self.find_name(name)?;
        Some(&mut self.table().entries[i].value)
    }

    /// Makes room for so many entries in all.
    pub(crate) fn reserve(&self, entries: usize) {
        let t = self.table();
        t.entries
            .reserve_exact(entries.saturating_sub(t.entries.len()));
    }

    /// Sets the value of an interned name (which has its hash).
    pub fn set_name(&self, name: &Value, value: Value) {
        match self.name_slot(name) {
            Some(p) => {
                // SAFETY: as in `get_name`.
                drop(unsafe { std::mem::replace(&mut *p, value) });
            }
            None => {
                let hash = name.downcast::<PyStr>().map_or(0, |s| s.hash.get());
                self.changed();
                self.table().push(hash, name.clone(), value);
            }
        }
    }

    /// Adds an interned name (which has its hash) that is not there yet.
    #[inline]
    pub(crate) fn push_name(&self, name: &Value, value: Value) {
        let hash = name.downcast::<PyStr>().map_or(0, |s| s.hash.get());
        self.changed();
        self.table().push(hash, name.clone(), value);
    }

    /// Removes an interned name; the old value if there was one.
    pub fn remove_name(&self, name: &Value) -> Option<Value> {
        let i = self.find_name(name)?;
        self.changed();
        Some(self.table().remove_at(i).1)
    }

    /// Sets the value of a key whose hash is known.
    pub fn set_hashed(&self, vm: &Vm, key: &Value, hash: i64, value: Value) -> PyResult<()> {
        match self.find(vm, key, hash)? {
            Some(i) => {
                let old = std::mem::replace(&mut self.table().entries[i].value, value);
                drop(old);
            }
            None => {
                self.changed();
                self.table().push(hash, key.clone(), value);
            }
        }
        Ok(())
    }

    /// Sets the value of a key. Errors as [`PyDict::get`].
    #[inline]
    pub fn set(&self, vm: &Vm, key: &Value, value: Value) -> PyResult<()> {
        let hash = vm.hash_key(key, "dict key")?;
        self.set_hashed(vm, key, hash, value)
    }

    /// Adds a key that is missing; false, with nothing done, if it is there. Errors as [`PyDict::get`].
    pub fn insert_new(&self, vm: &Vm, key: &Value, value: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key, "dict key")?;
        let missing = self.find(vm, key, hash)?.is_none();
        if missing {
            self.changed();
            self.table().push(hash, key.clone(), value);
        }
        Ok(missing)
    }

    /// The value of a key, which is set to `default` if it is missing.
    pub fn set_default(&self, vm: &Vm, key: &Value, default: Value) -> PyResult<Value> {
        let hash = vm.hash_key(key, "dict key")?;
        if let Some(i) = self.find(vm, key, hash)? {
            return Ok(self.table().entries[i].value.clone());
        }
        self.changed();
        self.table().push(hash, key.clone(), default.clone());
        Ok(default)
    }

    /// Removes a key; the old value if there was one. Errors as [`PyDict::get`].
    pub fn remove(&self, vm: &Vm, key: &Value) -> PyResult<Option<Value>> {
        let hash = vm.hash_key(key, "dict key")?;
        match self.find(vm, key, hash)? {
            Some(i) => {
                self.changed();
                let (k, v) = self.table().remove_at(i);
                drop(k);
                Ok(Some(v))
            }
            None => Ok(None),
        }
    }

    /// Removes and returns the last entry.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let i = self
            .table()
            .entries
            .iter()
            .rposition(|e| !e.key.is_null())?;
        self.changed();
        Some(self.table().remove_at(i))
    }

    /// Moves an entry to the end or the beginning (for `OrderedDict.move_to_end`); false if the key is missing.
    pub fn move_to_end(&self, vm: &Vm, key: &Value, last: bool) -> PyResult<bool> {
        let hash = vm.hash_key(key, "dict key")?;
        let Some(i) = self.find(vm, key, hash)? else {
            return Ok(false);
        };
        self.changed();
        let t = self.table();
        t.stamp += 1;
        let e = t.entries.remove(i);
        if last {
            t.entries.push(e);
        } else {
            t.entries.insert(0, e);
        }
        t.first = 0;
        t.rebuild_index();
        Ok(true)
    }

    /// Removes all entries.
    pub fn clear_all(&self) {
        self.changed();
        let t = self.table();
        let stamp = t.stamp + 1;
        let old = std::mem::take(t);
        t.stamp = stamp;
        drop(old);
    }

    /// The entry at or after the cursor, which moves behind it. Walk with care: entries may come and go between calls.
    #[inline]
    pub fn next(&self, cursor: &mut DictCursor) -> Option<(Value, Value)> {
        let t = self.table();
        let entries = &t.entries;
        cursor.0 = cursor.0.max(t.first);
        while let Some(e) = entries.get(cursor.0) {
            cursor.0 += 1;
            if !e.key.is_null() {
                return Some((e.key.clone(), e.value.clone()));
            }
        }
        None
    }

    /// The entry before the cursor (start with [`PyDict::end`]), which moves to it.
    pub fn next_back(&self, cursor: &mut DictCursor) -> Option<(Value, Value)> {
        let entries = &self.table().entries;
        cursor.0 = cursor.0.min(entries.len());
        while cursor.0 > 0 {
            cursor.0 -= 1;
            let e = &entries[cursor.0];
            if !e.key.is_null() {
                return Some((e.key.clone(), e.value.clone()));
            }
        }
        None
    }

    /// A cursor behind the last entry.
    pub fn end(&self) -> DictCursor {
        DictCursor(self.table().entries.len())
    }

    /// Whether all keys are strs.
    pub fn has_str_keys(&self) -> bool {
        let keys = self.table().entries.iter().map(|e| &e.key);
        let mut there = keys.filter(|k| !k.is_null());
        there.all(|k| k.downcast::<PyStr>().is_some())
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<Value> {
        self.table()
            .entries
            .iter()
            .filter(|e| !e.key.is_null())
            .map(|e| e.key.clone())
            .collect()
    }

    /// All values, in order.
    pub fn values(&self) -> Vec<Value> {
        self.table()
            .entries
            .iter()
            .filter(|e| !e.key.is_null())
            .map(|e| e.value.clone())
            .collect()
    }

    /// All entries, in order.
    pub fn items(&self) -> Vec<(Value, Value)> {
        self.table()
            .entries
            .iter()
            .filter(|e| !e.key.is_null())
            .map(|e| (e.key.clone(), e.value.clone()))
            .collect()
    }

    /// Fills an empty dict with the entries of another. Runs no Python code.
    pub(crate) fn copy_entries(&self, other: &PyDict) {
        if !other.is_empty() {
            self.changed();
            self.table().copy_from(other.table());
        }
    }

    /// Sets every entry of `other` here, without running Python code for keys that are not in the way.
    pub fn update_from(&self, vm: &Vm, other: &PyDict) -> PyResult<()> {
        if self.is_empty() {
            self.copy_entries(other);
            return Ok(());
        }
        let items: Vec<(i64, Value, Value)> = other
            .table()
            .entries
            .iter()
            .filter(|e| !e.key.is_null())
            .map(|e| (e.hash, e.key.clone(), e.value.clone()))
            .collect();
        for (h, k, v) in items {
            self.set_hashed(vm, &k, h, v)?;
        }
        Ok(())
    }

    /// Bytes of memory that the table takes.
    pub fn table_bytes(&self) -> usize {
        self.table().bytes()
    }

    /// Address of the value of a small int; valid until the dict changes. For raw handlers.
    #[inline(always)]
    pub(crate) fn int_slot(&self, key: &Value, i: i64) -> Option<*mut Value> {
        let mut general = false;
        let i = self.find_int(crate::num::int::hash_small(i), key, &mut general)?;
        if general {
            return None;
        }
        Some(&mut self.table().entries[i].value)
    }

    /// Address of the value of a str key; valid while the version stays. For raw handlers.
    #[inline(always)]
    pub(crate) fn str_slot(&self, key: &Value, s: &PyStr, hash: i64) -> Option<*mut Value> {
        let mut general = false;
        let i = self.find_str(s, hash, key, &mut general)?;
        Some(&mut self.table().entries[i].value)
    }
}
