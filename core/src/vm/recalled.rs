//! [`Recalled`]: what one machine's beginning teaches the next.

use std::sync::{Arc, Mutex, PoisonError};

use crate::registry::{NativeTable, native_table};
use crate::text::hash::HashKey;

/// Answers to the questions that every machine asks while its first objects are made: always the same ones in the same
/// order, for the names and types are fixed when opyc is compiled.
#[derive(Default)]
struct Answers {
    hashes: Vec<i64>,
    natives: Vec<Option<&'static NativeTable>>,
}

/// The last machine's answers, and the key that its hashes hold for.
static LAST: Mutex<Option<(HashKey, Arc<Answers>)>> = Mutex::new(None);

/// A machine's way through the answers: those of the last machine if it had the same key, else its own.
pub(super) struct Recalled {
    key: HashKey,
    known: Option<Arc<Answers>>,
    own: Answers,
    hashes: usize,
    natives: usize,
}

impl Recalled {
    pub(super) fn new(key: HashKey) -> Recalled {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().filter(|(k, _)| *k == key);
        Recalled {
            key,
            known: known.map(|(_, a)| a.clone()),
            own: Answers::default(),
            hashes: 0,
            natives: 0,
        }
    }

    /// The hash of the next name.
    pub(super) fn hash(&mut self, compute: impl FnOnce(HashKey) -> i64) -> i64 {
        let n = self.hashes;
        self.hashes += 1;
        if let Some(known) = self.known.as_ref().and_then(|a| a.hashes.get(n)) {
            debug_assert_eq!(*known, compute(self.key));
            return *known;
        }
        let hash = compute(self.key);
        self.own.hashes.push(hash);
        hash
    }

    /// The native attributes of the next type.
    pub(super) fn natives(&mut self, name: &str) -> Option<&'static NativeTable> {
        let n = self.natives;
        self.natives += 1;
        if let Some(known) = self.known.as_ref().and_then(|a| a.natives.get(n)) {
            return *known;
        }
        let natives = native_table(name);
        self.own.natives.push(natives);
        natives
    }

    /// Keeps the answers for the next machine.
    pub(super) fn remember(self) {
        if self.known.is_none() {
            let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some((self.key, Arc::new(self.own)));
        }
    }
}
