//! What one more machine takes in a process that has run others: not much, and when it goes, nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::{Arc, Mutex};

use opyc::{Code, Machine};

/// Counts the blocks of memory that the thread asks for.
struct Counting;

thread_local! {
    static BLOCKS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.set(BLOCKS.get() + 1);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        BLOCKS.set(BLOCKS.get() + 1);
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(p, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The tests look at the memory of the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Machines in a row.
const MANY: usize = 50;

fn hello() -> Arc<Code> {
    let bytes = include_bytes!("../examples/hello.pyc");
    Code::from_pyc(bytes, "hello").expect("the example is sound")
}

fn ran(code: &Arc<Code>) -> Machine {
    let machine = Machine::for_code(code).build().expect("a machine");
    machine.run_code(code.clone()).expect("hello runs");
    machine
}

/// Kilobytes of memory that the process has; `None` where the system does not say.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn one_more_machine_takes_little() {
    let _alone = ALONE.lock();
    let code = hello();
    let _first = ran(&code);
    let before = (resident(), BLOCKS.get());
    let machines: Vec<_> = (0..MANY).map(|_| ran(&code)).collect();
    let blocks = (BLOCKS.get() - before.1) / MANY;
    assert!(blocks <= 400, "{blocks} blocks of memory for each machine");
    if let (Some(before), Some(now)) = (before.0, resident()) {
        let each = now.saturating_sub(before) / MANY;
        assert!(each <= 220, "{each} KiB for each machine");
    }
    drop(machines);
}

#[test]
fn a_machine_that_goes_leaves_nothing() {
    let _alone = ALONE.lock();
    let code = hello();
    for _ in 0..MANY {
        ran(&code);
    }
    let before = resident();
    for _ in 0..10 * MANY {
        ran(&code);
    }
    if let (Some(before), Some(now)) = (before, resident()) {
        let more = now.saturating_sub(before);
        assert!(more < 4096, "{more} KiB are left of machines that are gone");
    }
}
