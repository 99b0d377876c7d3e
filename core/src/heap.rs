//! The object heap of one machine: size-class pages with free lists, large objects, and a walk over what is live.
//!
//! A page is `PAGE` bytes, aligned to `PAGE`, holds slots of one size and names its heap in its first word, so the
//! heap of an object is found by masking its address. A free slot has kind `Free` and a zero count. Large objects
//! have a prefix in place of the page header. The walk (for the cycle collector) visits pages slot by slot; no
//! object pays for being tracked.

use std::alloc::{Layout, alloc, dealloc as sys_free, realloc as sys_realloc};
use std::cell::{Cell, RefCell};
use std::ptr::{NonNull, null_mut};

use crate::object::{Header, Kind, dealloc_now, hflags};
use crate::vm::Vm;

/// Bytes of a page.
const PAGE: usize = 1 << 15;
/// Pages that are asked of the system at once. What is not touched takes no memory, and where an allocator has words of
/// its own beside each block, they are not beside each page.
const CHUNK: usize = 32;
/// Bytes that a system gives when one of them is touched.
const TOUCHED: usize = 4096;
/// Granularity of sizes.
const GRAIN: usize = 16;
/// Sizes up to `GRAIN * (CLASSES - 1)` come from pages.
const CLASSES: usize = 33;
/// Bytes of page header, and of a large object's prefix.
const PREFIX: usize = 32;
/// Every object gets memory of its own, so that AddressSanitizer sees each use after it is freed:
/// `RUSTFLAGS='--cfg opyc_plain_heap -Zsanitizer=address'`.
const PLAIN: bool = cfg!(opyc_plain_heap);
/// Nesting of deallocations before the rest is put off: bounds the Rust stack.
const MAX_NESTING: u32 = 64;

#[repr(C)]
struct Prefix {
    heap: *const Heap,
    /// A page's next free byte; a large object's index in `Heap::large`.
    at: Cell<usize>,
    /// Slot size of a page; whole size of a large object.
    size: usize,
    /// Scratch of the collector: one word per grain of a page that is used so far, of which the first, where no object
    /// lies, is the number of words; one word for a large object.
    scratch: Cell<*mut u32>,
}

#[repr(C)]
struct FreeSlot {
    header_words: u64,
    next: *mut FreeSlot,
}

/// The heap of a machine.
pub struct Heap {
    free: [Cell<*mut FreeSlot>; CLASSES],
    current: [Cell<*mut Prefix>; CLASSES],
    pages: RefCell<Vec<NonNull<Prefix>>>,
    /// Blocks of `CHUNK` pages.
    chunks: RefCell<Vec<NonNull<u8>>>,
    /// Pages of the last chunk that are in use.
    chunk_used: Cell<usize>,
    large: RefCell<Vec<NonNull<Prefix>>>,
    vm: Cell<*const Vm>,
    nesting: Cell<u32>,
    delayed: RefCell<Vec<NonNull<Header>>>,
    /// Whether there are any `delayed`.
    has_delayed: Cell<bool>,
    live: Cell<usize>,
    /// Bytes in pages and large objects.
    pub(crate) bytes: Cell<usize>,
    /// Objects allocated since the last collection, minus those freed.
    pub(crate) young: Cell<i64>,
}

/// Owns a heap. Where the host still holds values when the machine goes, the heap stays for them.
pub(crate) struct HeapOwner(NonNull<Heap>);

impl std::ops::Deref for HeapOwner {
    type Target = Heap;
    #[inline(always)]
    fn deref(&self) -> &Heap {
        // SAFETY: leaked in `Heap::new`, freed in `drop` only.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for HeapOwner {
    fn drop(&mut self) {
        if self.live() != 0 {
            self.end_objects();
        }
        if self.live() == 0 {
            self.release_all();
            // SAFETY: made by `Box::leak`; no object is left to point here.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

/// The heap that an object was allocated in.
///
/// # Safety
/// The object must be live.
#[inline(always)]
pub(crate) unsafe fn heap_of<'a>(p: NonNull<Header>) -> &'a Heap {
    // SAFETY: the object is live, so the page or block that it lies in is too, and so is its heap.
    unsafe { &*(*prefix_of(p)).heap }
}

/// # Safety
/// The object must be live.
#[inline(always)]
unsafe fn prefix_of(p: NonNull<Header>) -> *mut Prefix {
    // SAFETY: the object is live; large objects lie behind a prefix of their own, others in an aligned page.
    unsafe {
        if p.as_ref().has_flag(hflags::LARGE) {
            (p.as_ptr() as *mut u8).sub(PREFIX) as *mut Prefix
        } else {
            ((p.as_ptr() as usize) & !(PAGE - 1)) as *mut Prefix
        }
    }
}

/// Memory of a layout that is not empty.
fn sys_alloc(layout: Layout) -> NonNull<u8> {
    // SAFETY: the layout is not empty: all are of pages or hold a prefix.
    match NonNull::new(unsafe { alloc(layout) }) {
        Some(p) => p,
        None => std::alloc::handle_alloc_error(layout),
    }
}

/// Whether an object that lies in a page may become of another size where it is.
pub(crate) fn same_slot(old: usize, new: usize) -> bool {
    let class = new.div_ceil(GRAIN);
    class == old.div_ceil(GRAIN) && class < CLASSES && !PLAIN
}

impl Heap {
    /// An empty heap, in a place of its own: its address is written into every page.
    #[allow(
        clippy::new_ret_no_self,
        reason = "a heap is only ever used through its owner"
    )]
    pub(crate) fn new() -> HeapOwner {
        let heap = Box::new(Heap {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            current: [const { Cell::new(null_mut()) }; CLASSES],
            pages: RefCell::new(Vec::new()),
            chunks: RefCell::new(Vec::new()),
            chunk_used: Cell::new(CHUNK),
            large: RefCell::new(Vec::new()),
            vm: Cell::new(std::ptr::null()),
            nesting: Cell::new(0),
            delayed: RefCell::new(Vec::new()),
            has_delayed: Cell::new(false),
            live: Cell::new(0),
            bytes: Cell::new(0),
            young: Cell::new(0),
        });
        HeapOwner(NonNull::from(Box::leak(heap)))
    }

    pub(crate) fn set_vm(&self, vm: *const Vm) {
        self.vm.set(vm);
    }

    /// The machine, until it is dropped.
    pub(crate) fn vm(&self) -> Option<&Vm> {
        // SAFETY: the machine takes its pointer back when it is dropped.
        unsafe { self.vm.get().as_ref() }
    }

    /// Whether a live object was allocated here.
    pub(crate) fn owns(&self, p: NonNull<Header>) -> bool {
        // SAFETY: the caller holds a reference.
        std::ptr::eq(unsafe { heap_of(p) }, self)
    }

    /// Number of live objects.
    pub fn live(&self) -> usize {
        self.live.get()
    }

    /// Memory for an object of `size` bytes. The caller writes the header before anything else happens,
    /// with [`hflags::LARGE`] if the second value is true.
    #[inline(always)]
    pub(crate) fn alloc(&self, size: usize) -> (NonNull<u8>, bool) {
        let class = size.div_ceil(GRAIN);
        self.live.set(self.live.get() + 1);
        self.young.set(self.young.get() + 1);
        if class < CLASSES && !PLAIN {
            let slot = self.free[class].get();
            if let Some(p) = NonNull::new(slot) {
                // SAFETY: slots on the list are free and hold their successor.
                self.free[class].set(unsafe { (*slot).next });
                return (p.cast(), false);
            }
        }
        self.alloc_slow(size, class)
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&self, size: usize, class: usize) -> (NonNull<u8>, bool) {
        if class >= CLASSES || PLAIN {
            return (self.alloc_large(size), true);
        }
        let slot = class * GRAIN;
        let mut page = self.current[class].get();
        // SAFETY: `page` is null or one of our pages; fresh memory is initialised before it is used.
        unsafe {
            if page.is_null() || (*page).at.get() + slot > PAGE {
                page = self.new_page(slot);
                self.current[class].set(page);
                self.pages.borrow_mut().push(NonNull::new_unchecked(page));
                if let Some(vm) = self.vm() {
                    vm.heap_grew();
                }
            }
            // More slots for the next ones, up to where memory would be touched that is not touched anyway.
            let at = (*page).at.get();
            let end = (at + slot).next_multiple_of(TOUCHED).min(PAGE);
            let more = (end - at) / slot - 1;
            let base = (page as *mut u8).add(at);
            for i in (1..=more).rev() {
                let p = base.add(i * slot) as *mut FreeSlot;
                p.write(FreeSlot {
                    header_words: 0,
                    next: self.free[class].replace(p),
                });
            }
            (*page).at.set(at + (more + 1) * slot);
            (NonNull::new_unchecked(base), false)
        }
    }

    fn alloc_large(&self, size: usize) -> NonNull<u8> {
        // SAFETY: as in `alloc_slow`.
        unsafe {
            let n = self.large.borrow().len();
            let bytes = size.saturating_add(PREFIX);
            let Ok(layout) = Layout::from_size_align(bytes, GRAIN) else {
                std::process::abort()
            };
            let block = self.write_prefix(sys_alloc(layout), bytes, n, size);
            self.large.borrow_mut().push(NonNull::new_unchecked(block));
            if let Some(vm) = self.vm() {
                vm.heap_grew();
            }
            NonNull::new_unchecked((block as *mut u8).add(PREFIX))
        }
    }

    /// A page for slots of one size.
    fn new_page(&self, slot: usize) -> *mut Prefix {
        let mut chunks = self.chunks.borrow_mut();
        if self.chunk_used.get() == CHUNK {
            chunks.push(sys_alloc(Self::chunk_layout()));
            self.chunk_used.set(0);
        }
        let n = self.chunk_used.replace(self.chunk_used.get() + 1);
        let Some(chunk) = chunks.last() else {
            std::process::abort()
        };
        // SAFETY: the chunk has `CHUNK` pages, of which this one is fresh.
        unsafe { self.write_prefix(chunk.add(n * PAGE), PAGE, PREFIX, slot) }
    }

    fn chunk_layout() -> Layout {
        // SAFETY: the alignment is a power of two, the size a multiple of it.
        unsafe { Layout::from_size_align_unchecked(CHUNK * PAGE, PAGE) }
    }

    /// Writes the prefix of a page or a large object of so many bytes.
    ///
    /// # Safety
    /// `p` is fresh memory of that size, aligned for a prefix.
    unsafe fn write_prefix(
        &self,
        p: NonNull<u8>,
        bytes: usize,
        at: usize,
        size: usize,
    ) -> *mut Prefix {
        self.bytes.set(self.bytes.get() + bytes);
        let p = p.as_ptr() as *mut Prefix;
        // SAFETY: as the caller says.
        unsafe {
            p.write(Prefix {
                heap: self,
                at: Cell::new(at),
                size,
                scratch: Cell::new(null_mut()),
            })
        };
        p
    }

    /// Takes back the memory of an object.
    ///
    /// # Safety
    /// No reference to the object may be left; `size` and `large` are what it was allocated with.
    #[inline(always)]
    pub(crate) unsafe fn free(&self, p: NonNull<Header>, size: usize, large: bool) {
        self.live.set(self.live.get() - 1);
        self.young.set(self.young.get() - 1);
        if large {
            // SAFETY: large, as the caller says.
            return unsafe { self.free_large(p) };
        }
        let class = size.div_ceil(GRAIN);
        let slot = p.as_ptr() as *mut FreeSlot;
        // SAFETY: the memory is the object's no more, and every size class has room for a free slot.
        unsafe {
            slot.write(FreeSlot {
                header_words: 0,
                next: self.free[class].get(),
            })
        };
        self.free[class].set(slot);
    }

    /// # Safety
    /// As [`Heap::free`].
    #[cold]
    #[inline(never)]
    unsafe fn free_large(&self, p: NonNull<Header>) {
        // SAFETY: a large object lies behind a prefix of its own, which says its place in the list.
        unsafe {
            let block = (p.as_ptr() as *mut u8).sub(PREFIX) as *mut Prefix;
            let mut large = self.large.borrow_mut();
            let i = (*block).at.get();
            large.swap_remove(i);
            if let Some(moved) = large.get(i) {
                moved.as_ref().at.set(i);
            }
            let bytes = (*block).size + PREFIX;
            self.bytes.set(self.bytes.get() - bytes);
            sys_free(
                block as *mut u8,
                Layout::from_size_align_unchecked(bytes, GRAIN),
            );
        }
    }

    /// Gives a large object another size, perhaps at another place.
    ///
    /// # Safety
    /// The object is large, nobody else points to it, and `size` is at least as much as it has.
    pub(crate) unsafe fn grow_large(&self, p: NonNull<Header>, size: usize) -> NonNull<Header> {
        // SAFETY: a large object lies behind a prefix of its own, which says its size and its place in the list. It
        // may move, since nobody else points to it.
        unsafe {
            let block = (p.as_ptr() as *mut u8).sub(PREFIX) as *mut Prefix;
            let (i, old) = ((*block).at.get(), (*block).size + PREFIX);
            let layout = Layout::from_size_align_unchecked(old, GRAIN);
            let bytes = size.saturating_add(PREFIX);
            let Ok(wanted) = Layout::from_size_align(bytes, GRAIN) else {
                std::process::abort()
            };
            let new = sys_realloc(block as *mut u8, layout, bytes) as *mut Prefix;
            let Some(block) = NonNull::new(new) else {
                std::alloc::handle_alloc_error(wanted)
            };
            (*new).size = size;
            if let Some(place) = self.large.borrow_mut().get_mut(i) {
                *place = block;
            }
            self.bytes.set(self.bytes.get() + bytes - old);
            if let Some(vm) = self.vm() {
                vm.heap_grew();
            }
            NonNull::new_unchecked((new as *mut u8).add(PREFIX) as *mut Header)
        }
    }

    /// Calls `f` with every live object. `f` must not allocate or free.
    pub(crate) fn each_live(&self, mut f: impl FnMut(NonNull<Header>)) {
        for page in self.pages.borrow().iter() {
            // SAFETY: slots below `at` are free (kind Free) or live.
            unsafe {
                let (end, slot) = (page.as_ref().at.get(), page.as_ref().size);
                let mut at = PREFIX;
                while at < end {
                    let p =
                        NonNull::new_unchecked((page.as_ptr() as *mut u8).add(at) as *mut Header);
                    if p.as_ref().tag.get() as u8 != Kind::Free as u8 && p.as_ref().rc.get() > 0 {
                        f(p);
                    }
                    at += slot;
                }
            }
        }
        for block in self.large.borrow().iter() {
            // SAFETY: every block on the list holds one object.
            unsafe {
                let p =
                    NonNull::new_unchecked((block.as_ptr() as *mut u8).add(PREFIX) as *mut Header);
                if p.as_ref().rc.get() > 0 {
                    f(p);
                }
            }
        }
    }

    /// Gives the collector a word for every object that there is, all zero; valid until [`Heap::end_scratch`].
    pub(crate) fn begin_scratch(&self) {
        for page in self.pages.borrow().iter() {
            // SAFETY: the page is ours; the box, of at least the prefix's words, is taken back in `end_scratch`.
            unsafe {
                let len = page.as_ref().at.get().div_ceil(GRAIN);
                let words = Box::into_raw(vec![0u32; len].into_boxed_slice()) as *mut u32;
                words.write(len as u32);
                page.as_ref().scratch.set(words);
            }
        }
        for block in self.large.borrow().iter() {
            // SAFETY: as above.
            unsafe { block.as_ref().scratch.set(Box::into_raw(Box::new(0u32))) };
        }
    }

    pub(crate) fn end_scratch(&self) {
        // SAFETY: every non-null scratch was made by `begin_scratch`, a page's with the size that its first word says.
        unsafe {
            for page in self.pages.borrow().iter() {
                let p = page.as_ref().scratch.replace(null_mut());
                if !p.is_null() {
                    let words = std::ptr::slice_from_raw_parts_mut(p, *p as usize);
                    drop(Box::from_raw(words));
                }
            }
            for block in self.large.borrow().iter() {
                let p = block.as_ref().scratch.replace(null_mut());
                if !p.is_null() {
                    drop(Box::from_raw(p));
                }
            }
        }
    }

    /// The collector's word for an object of this heap; `None` for an object of another heap or a later one.
    pub(crate) fn scratch(&self, p: NonNull<Header>) -> Option<&Cell<u32>> {
        // SAFETY: the object is live, so its prefix is; a page's first word says how many there are.
        unsafe {
            let prefix = prefix_of(p);
            let words = (*prefix).scratch.get();
            if !std::ptr::eq((*prefix).heap, self) || words.is_null() {
                return None;
            }
            let i = if p.as_ref().has_flag(hflags::LARGE) {
                0
            } else {
                let i = (p.as_ptr() as usize & (PAGE - 1)) / GRAIN;
                if i >= *words as usize {
                    return None;
                }
                i
            };
            Some(&*(words.add(i) as *const Cell<u32>))
        }
    }

    /// Puts an object with a finalizer on the machine's queue, as its only reference. False without a machine.
    ///
    /// # Safety
    /// The object must be whole, with no reference left.
    pub(crate) unsafe fn queue_finalizer(&self, p: NonNull<Header>) -> bool {
        match self.vm() {
            // SAFETY: the object is live with no reference left: the one that the queue takes is the only one.
            Some(vm) => unsafe {
                p.as_ref().rc.set(1);
                vm.queue_finalizer(crate::value::Value::from_ptr(p));
                true
            },
            None => false,
        }
    }

    /// Takes an object out of the machine's weak tables.
    pub(crate) fn forget(&self, p: NonNull<Header>) {
        if let Some(vm) = self.vm() {
            vm.forget_object(p);
        }
    }

    /// Counts one level of deallocation. False: too deep, the object is kept for later.
    #[inline(always)]
    pub(crate) fn enter_dealloc(&self, p: NonNull<Header>) -> bool {
        let n = self.nesting.get();
        if n >= MAX_NESTING {
            self.delayed.borrow_mut().push(p);
            self.has_delayed.set(true);
            return false;
        }
        self.nesting.set(n + 1);
        true
    }

    #[inline(always)]
    pub(crate) fn leave_dealloc(&self) {
        let n = self.nesting.get() - 1;
        self.nesting.set(n);
        if n == 0 && self.has_delayed.get() {
            self.free_delayed();
        }
    }

    #[cold]
    #[inline(never)]
    fn free_delayed(&self) {
        loop {
            let next = self.delayed.borrow_mut().pop();
            let Some(p) = next else {
                self.has_delayed.set(false);
                return;
            };
            self.nesting.set(1);
            // SAFETY: put off by `enter_dealloc`, count zero.
            unsafe { dealloc_now(p) };
            self.nesting.set(0);
        }
    }

    /// Gives the memory of all objects back, which have been dropped.
    pub(crate) fn forget_objects(&self) {
        for block in self.large.borrow_mut().drain(..) {
            // SAFETY: the block is ours, and of that size.
            unsafe {
                let bytes = block.as_ref().size + PREFIX;
                sys_free(
                    block.as_ptr() as *mut u8,
                    Layout::from_size_align_unchecked(bytes, GRAIN),
                );
            }
        }
        self.live.set(0);
    }

    /// Frees all pages. Called when the machine is gone and no object is live.
    fn release_all(&self) {
        // SAFETY: no object is live, so nobody points into the pages.
        unsafe {
            self.pages.borrow_mut().clear();
            for chunk in self.chunks.borrow_mut().drain(..) {
                sys_free(chunk.as_ptr(), Self::chunk_layout());
            }
        }
        self.chunk_used.set(CHUNK);
        for (f, c) in self.free.iter().zip(&self.current) {
            f.set(null_mut());
            c.set(null_mut());
        }
    }
}
