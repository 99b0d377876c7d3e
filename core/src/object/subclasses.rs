//! The direct subclasses of a class, in the order in which they came; any of them can leave in no time.

use std::cell::RefCell;
use std::ptr::NonNull;

use super::typeobj::PyType;

/// Who is derived from a class. The class does not own them: each takes itself off when it is freed.
#[derive(Default)]
pub(crate) struct Subclasses(RefCell<List>);

#[derive(Default)]
struct List {
    /// Numbers that only grow, with the subclass while it is there.
    entries: Vec<(u64, Option<NonNull<PyType>>)>,
    next: u64,
    gone: usize,
}

impl Subclasses {
    /// Adds a subclass; the number is for [`Subclasses::remove`].
    pub(crate) fn add(&self, class: NonNull<PyType>) -> u64 {
        let mut list = self.0.borrow_mut();
        let number = list.next;
        list.next += 1;
        list.entries.push((number, Some(class)));
        number
    }

    /// Takes a subclass off.
    pub(crate) fn remove(&self, number: u64) {
        let mut list = self.0.borrow_mut();
        let Ok(at) = list.entries.binary_search_by_key(&number, |e| e.0) else {
            return;
        };
        if list.entries[at].1.take().is_some() {
            list.gone += 1;
        }
        // Now and then the gaps are closed.
        if list.gone > 16 && list.gone * 2 > list.entries.len() {
            list.entries.retain(|e| e.1.is_some());
            list.gone = 0;
        }
    }

    /// Those that are there now.
    pub(crate) fn all(&self) -> Vec<NonNull<PyType>> {
        self.0.borrow().entries.iter().filter_map(|e| e.1).collect()
    }
}
