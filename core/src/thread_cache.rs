//! [`ThreadCache`]: a global allocator that keeps small blocks for the thread that freed them.
//!
//! Objects have their own heap ([`crate::heap`]); the buffers of lists, dicts and sets come from the global
//! allocator, and in a running program most of them are small, and freed soon. A block that is freed goes on a list
//! of its size and thread, and the next one of that size is taken from there: a few machine instructions, where the
//! system's allocator takes a hundred.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;

/// Granularity of sizes, and the greatest alignment of what is kept.
const GRAIN: usize = 16;
/// Blocks of up to `GRAIN * (CLASSES - 1)` bytes are kept.
const CLASSES: usize = 65;
/// Bytes of one size that a thread keeps at most.
const KEEP: usize = 64 << 10;
/// AddressSanitizer is to see every block being freed.
const PLAIN: bool = cfg!(opyc_plain_heap);

/// Keeps small blocks for reuse; everything else is the system's allocator's. For programs that run Python code in
/// threads that live long, as the `opyc` command does: what a thread keeps at its end is lost, at most 4 MiB.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: opyc_core::ThreadCache = opyc_core::ThreadCache;
/// # fn main() {}
/// ```
pub struct ThreadCache;

/// A block that waits: its first word is the address of the next one.
type Block = *mut *mut u8;

struct Lists {
    first: [Cell<*mut u8>; CLASSES],
    count: [Cell<u32>; CLASSES],
}

thread_local! {
    static LISTS: Lists = const {
        Lists {
            first: [const { Cell::new(null_mut()) }; CLASSES],
            count: [const { Cell::new(0) }; CLASSES],
        }
    };
}

/// The size class of a block that is kept.
#[inline(always)]
fn class(layout: &Layout) -> Option<usize> {
    let class = layout.size().div_ceil(GRAIN);
    let kept = class < CLASSES && class > 0 && layout.align() <= GRAIN && !PLAIN;
    kept.then_some(class)
}

/// What is asked of the system for a class.
#[inline(always)]
fn class_layout(class: usize) -> Layout {
    // SAFETY: the alignment is a power of two, the size small.
    unsafe { Layout::from_size_align_unchecked(class * GRAIN, GRAIN) }
}

// SAFETY: a block of a class is allocated with that class's layout, whichever thread frees it, and is either in use or
// on one list. The lists have no destructor, so they can be used until the thread is gone.
unsafe impl GlobalAlloc for ThreadCache {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(class) = class(&layout) else {
            // SAFETY: the caller's.
            return unsafe { System.alloc(layout) };
        };
        LISTS.with(|lists| {
            let block = lists.first[class].get();
            if block.is_null() {
                // SAFETY: the size is not 0.
                return unsafe { System.alloc(class_layout(class)) };
            }
            // SAFETY: a block on the list holds its successor.
            lists.first[class].set(unsafe { *(block as Block) });
            lists.count[class].set(lists.count[class].get() - 1);
            block
        })
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        let Some(class) = class(&layout) else {
            // SAFETY: the caller's.
            return unsafe { System.dealloc(p, layout) };
        };
        LISTS.with(|lists| {
            let count = lists.count[class].get();
            if count as usize * class * GRAIN >= KEEP {
                // SAFETY: allocated with this layout.
                return unsafe { System.dealloc(p, class_layout(class)) };
            }
            // SAFETY: the block is free, and has room for a word.
            unsafe { *(p as Block) = lists.first[class].get() };
            lists.first[class].set(p);
            lists.count[class].set(count + 1);
        })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if class(&layout).is_none() {
            // SAFETY: the caller's.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's; a block has at least the size of the layout.
        unsafe {
            let p = self.alloc(layout);
            if !p.is_null() {
                p.write_bytes(0, layout.size());
            }
            p
        }
    }

    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller sees to it that size and alignment fit together.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (class(&layout), class(&wanted)) {
            // SAFETY: the caller's.
            (None, None) => unsafe { System.realloc(p, layout, size) },
            (Some(a), Some(b)) if a == b => p,
            // SAFETY: both blocks have room for what is copied.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    new.copy_from_nonoverlapping(p, layout.size().min(size));
                    self.dealloc(p, layout);
                }
                new
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_and_keep_their_bytes() {
        let a = ThreadCache;
        for size in [1, 16, 17, 1000, 1040, 5000] {
            let layout = Layout::from_size_align(size, 8).unwrap();
            // SAFETY: every block is used within its size and freed once with its layout.
            unsafe {
                let p = a.alloc(layout);
                p.write_bytes(7, size);
                let q = a.realloc(p, layout, size * 3);
                let bigger = Layout::from_size_align(size * 3, 8).unwrap();
                assert!((0..size).all(|i| *q.add(i) == 7));
                let r = a.realloc(q, bigger, size);
                assert!((0..size).all(|i| *r.add(i) == 7));
                a.dealloc(r, layout);
                let z = a.alloc_zeroed(layout);
                assert!((0..size).all(|i| *z.add(i) == 0));
                a.dealloc(z, layout);
                if size < 1024 && !PLAIN {
                    assert_eq!(a.alloc(layout), z);
                    a.dealloc(z, layout);
                }
            }
        }
    }
}
