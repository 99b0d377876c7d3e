//! The machine: everything that a running program has, and every operation that handlers and native code share.
//!
//! All methods take `&Vm`; state is in cells. A [`Vm`] is made inside a [`VirtualMachine`], which owns it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::{Fault, PyResult, Raise};
use crate::heap::{Heap, HeapOwner};
use crate::host::Host;
use crate::interp::{Context, Instr, Instruments, halt_address, rust_stack_pointer};
use crate::object::{ListCell, PyDict, PyType, PyWeakRef, Ref, ValueCell};
use crate::registry::Table;
use crate::text::hash::HashKey;
use crate::value::Value;
use crate::version::Version;

mod alloc;
mod alloc_functions;
mod alloc_iters;
mod async_gen;
mod attr;
mod buffer;
mod call;
mod class;
mod class_checks;
mod class_layout;
mod codecs;
mod compare;
mod constants;
mod descriptors;
mod errors;
mod exceptions;
mod frames;
mod gc;
mod generators;
mod import;
mod interned;
mod items;
mod iter;
mod load_module;
mod misfit;
mod mro;
mod names;
mod natives;
mod number;
mod operation;
mod ops;
mod program;
mod recalled;
mod report;
mod repr;
mod set_attr;
mod set_class;
mod slices;
mod strings;
mod sys;
mod tuples;
mod type_attr;
mod types;
mod weak;

pub use async_gen::AsyncGenHooks;
pub(crate) use call::native_call;
pub use class::ClassParts;
pub use compare::CmpOp;
pub use exceptions::ExcTypes;
pub use names::Names;
pub use number::IntLike;
pub(crate) use operation::Operation;
pub use ops::BinOp;
pub use program::ExitStatus;
pub use report::Unraisable;
pub use slices::SliceBounds;
pub use types::{NativeTypeSpec, Types};

use interned::Interned;

/// Calls and backward jumps between two looks at budgets and interrupts.
const SLICE: i64 = 1024;

/// How many polls are left of the slice.
///
/// With `--cfg opyc_no_polls` it never changes, so that polls vanish from the compiled code: a build to find out what
/// they cost. See `benches/README.md`.
pub(crate) struct Fuel(Cell<i64>);

impl Fuel {
    #[inline(always)]
    pub(crate) fn get(&self) -> i64 {
        if cfg!(opyc_no_polls) {
            SLICE
        } else {
            self.0.get()
        }
    }

    #[inline(always)]
    pub(crate) fn set(&self, left: i64) {
        if !cfg!(opyc_no_polls) {
            self.0.set(left);
        }
    }

    /// Takes one poll back, in the cold branch of a fast path. Volatile, so that the compiler does not compute both values
    /// before it branches: what is left for the fast path is a subtraction in memory and a jump.
    #[inline(always)]
    pub(crate) fn give_back(&self) {
        if !cfg!(opyc_no_polls) {
            let left = self.0.as_ptr();
            // SAFETY: the pointer is that of our own cell, which belongs to one thread.
            unsafe { left.write_volatile(left.read_volatile() + 1) };
        }
    }
}
/// Levels of containers in containers that a comparison goes into.
const NATIVE_DEPTH: u32 = 20_000;

/// A level of [`Vm::deeper`].
pub(crate) struct Deeper<'a>(&'a Cell<u32>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Bytes of Rust stack that nested native code may use.
const RUST_STACK: usize = 1 << 20;
/// Objects that a fast path may give up at once.
pub(crate) const SPARE_GARBAGE: usize = 64;

/// An exception being handled, in a chain: one item for the context and one for each running generator.
pub struct ExcItem {
    pub(crate) value: ValueCell,
    prev: Cell<*const ExcItem>,
}

impl ExcItem {
    pub(crate) const fn new() -> ExcItem {
        ExcItem {
            value: ValueCell::new(Value::NONE),
            prev: Cell::new(std::ptr::null()),
        }
    }

    /// The exception; None if there is none.
    pub fn get(&self) -> Value {
        self.value.get()
    }

    /// Sets the exception; returns the one before.
    pub fn replace(&self, v: Value) -> Value {
        self.value.replace(v)
    }
}

/// A machine, seen by handlers and native code. See [`VirtualMachine`].
pub struct Vm {
    // First what every handler touches.
    pub(crate) fuel: Fuel,
    pub(crate) cx: Context,
    pub(crate) pending: Cell<bool>,
    pub(crate) halt: Cell<*mut Instr>,
    pub(crate) bounce: Cell<(*mut Instr, *mut Value)>,
    pub(crate) driver_sp: Cell<usize>,
    pub(crate) result: ValueCell,
    pub(crate) raised: Cell<Option<Raise>>,
    pub(crate) yielded: Cell<bool>,
    native_depth: Cell<u32>,
    /// Where a generator of kind `GEN_BATCH` leaves its items.
    pub(crate) batch: Cell<*mut crate::interp::Batch>,
    /// Objects that a fast path has given up, to be freed when it ends.
    pub(crate) spare_garbage: [Cell<usize>; SPARE_GARBAGE],
    pub(crate) spare_count: Cell<usize>,
    exc: Cell<*const ExcItem>,
    root_exc: ExcItem,
    /// Interned names that the machine itself uses.
    pub names: Names,
    /// The builtin types.
    pub types: Types,
    /// The builtin exception classes.
    pub exc_types: ExcTypes,
    versions: Cell<u32>,
    version: Version,
    table: Arc<Table>,
    interned: RefCell<Interned>,
    hash_key: HashKey,
    host: Box<dyn Host>,
    /// `sys.modules`. Take `sys` itself from [`Vm::sys_module`], which fills it first.
    pub modules: Ref<PyDict>,
    /// The `builtins` module's dict.
    pub builtins: Ref<PyDict>,
    sys: sys::Sys,
    finalizers: RefCell<VecDeque<Pending>>,
    weak: RefCell<FxHashMap<usize, Vec<NonNull<PyWeakRef>>>>,
    /// In which order objects with `__del__` were made, by address: the collector finalises them in that order.
    made: RefCell<FxHashMap<usize, u64>>,
    finalizers_made: Cell<u64>,
    native_types: RefCell<FxHashMap<std::any::TypeId, Ref<PyType>>>,
    fault: RefCell<Option<Fault>>,
    interrupt: Arc<std::sync::atomic::AtomicBool>,
    rust_base: Cell<usize>,
    rust_limit: Cell<usize>,
    recursion_limit: Cell<usize>,
    gc: gc::GcState,
    /// The strs of one character of Latin-1: none at all, or 256, NULL where not made yet.
    small_strings: ListCell,
    /// The ints that opcodes carry in their argument, at fixed addresses.
    pub(crate) small_ints: Box<[Value]>,
    empty_tuple: ValueCell,
    /// The globals of the function that was made last.
    last_globals: Cell<constants::GlobalsSlots>,
    /// `""`; NULL until it is asked for.
    empty_str: ValueCell,
    halt_instr: Box<Instr>,
    repr_running: RefCell<Vec<u64>>,
    used_fuel: Cell<u64>,
    fuel_budget: Cell<Option<u64>>,
    /// Per-machine state of native modules, by Rust type.
    pub(crate) extensions: RefCell<FxHashMap<std::any::TypeId, std::rc::Rc<dyn std::any::Any>>>,
    pub(crate) instruments: Instruments,
    /// Last, so that it outlives every value above.
    pub(crate) heap: HeapOwner,
}

/// What waits to run between two instructions.
enum Pending {
    /// `__del__`, or closing a generator, of an object that has lost its last reference.
    Finalizer(Value),
    /// A weak reference's callback, with the reference.
    Callback(Value, Value),
}

/// What a machine is made with.
pub struct Config {
    /// The CPython version whose code it runs.
    pub version: Version,
    /// What the program may reach.
    pub host: Box<dyn Host>,
    /// Seed of string hashes (`PYTHONHASHSEED`): equal seeds give equal set orders.
    pub hash_seed: u32,
}

/// A machine: runs the code of one CPython version. Machines are independent of each other; one process may have many.
///
/// Values must not be used with another machine than the one that made them.
pub struct VirtualMachine(Box<Vm>);

impl Deref for VirtualMachine {
    type Target = Vm;
    fn deref(&self) -> &Vm {
        &self.0
    }
}

impl VirtualMachine {
    /// A machine for code of a version.
    ///
    /// # Errors
    /// The registered opcodes conflict, or the version is not supported.
    pub fn new(config: Config) -> Result<VirtualMachine, Fault> {
        let table = Table::shared(config.version)?;
        Self::with_table(config, table)
    }

    /// A machine with a dispatch table of its own.
    ///
    /// # Errors
    /// The table is another version's; a native module cannot be set up.
    pub fn with_table(config: Config, table: Arc<Table>) -> Result<VirtualMachine, Fault> {
        if config.version != table.info.version {
            return Err(Fault::Registry(format!(
                "the dispatch table (or opcode map) is for CPython {}, but the machine is to run {}",
                table.info.version, config.version
            )));
        }
        let heap = Heap::new();
        let sip = if config.version >= Version::V3_11 {
            crate::text::hash::SipHash::Sip13
        } else {
            crate::text::hash::SipHash::Sip24
        };
        let hash_key = HashKey::from_seed(sip, config.hash_seed);
        let mut boot = types::Boot::new(&heap, hash_key);
        let names = boot.names();
        let types = boot.types();
        let exc_types = boot.exceptions(&types);
        let modules = boot.dict();
        let builtins = boot.dict();
        let empty_tuple = boot.empty_tuple();
        let interned = boot.into_interned();
        let mut halt_instr = Box::new(Instr {
            h: halt_address(),
            ..Instr::default()
        });
        let halt: *mut Instr = &mut *halt_instr;
        let vm = Box::new(Vm {
            fuel: Fuel(Cell::new(SLICE)),
            cx: Context::new(1000),
            pending: Cell::new(false),
            halt: Cell::new(halt),
            bounce: Cell::new((null_mut(), null_mut())),
            driver_sp: Cell::new(0),
            result: ValueCell::new(Value::NULL),
            raised: Cell::new(None),
            yielded: Cell::new(false),
            batch: Cell::new(null_mut()),
            native_depth: Cell::new(0),
            spare_garbage: [const { Cell::new(0) }; SPARE_GARBAGE],
            spare_count: Cell::new(0),
            exc: Cell::new(std::ptr::null()),
            root_exc: ExcItem::new(),
            heap,
            names,
            types,
            exc_types,
            versions: Cell::new(0),
            version: config.version,
            table,
            interned: RefCell::new(interned),
            hash_key,
            host: config.host,
            modules,
            builtins,
            sys: sys::Sys::default(),
            finalizers: RefCell::default(),
            weak: RefCell::default(),
            made: RefCell::default(),
            finalizers_made: Cell::new(0),
            native_types: RefCell::default(),
            fault: RefCell::new(None),
            interrupt: Arc::default(),
            rust_base: Cell::new(0),
            rust_limit: Cell::new(RUST_STACK),
            recursion_limit: Cell::new(1000),
            gc: gc::GcState::default(),
            small_strings: ListCell::new(Vec::new()),
            small_ints: (0..256).map(Value::i32).collect(),
            empty_tuple: ValueCell::new(empty_tuple),
            last_globals: Cell::default(),
            empty_str: ValueCell::new(Value::NULL),
            halt_instr,
            repr_running: RefCell::default(),
            used_fuel: Cell::new(0),
            fuel_budget: Cell::new(None),
            extensions: RefCell::default(),
            instruments: Instruments::default(),
        });
        vm.exc.set(&vm.root_exc);
        vm.heap.set_vm(&*vm);
        let machine = VirtualMachine(vm);
        machine
            .0
            .enter(|vm| vm.set_up())
            .map_err(|r| machine.0.to_fault(r))?;
        Ok(machine)
    }
}

impl VirtualMachine {
    /// Runs code as the main program (`__main__`).
    ///
    /// # Errors
    /// The exception that nothing caught, SystemExit included, or the signal of a [`Fault`]: see [`Vm::take_fault`].
    pub fn run_code(&self, code: Arc<crate::code::Code>) -> PyResult<()> {
        self.0.enter(|vm| vm.run_main(code, None))
    }
}

impl Drop for VirtualMachine {
    fn drop(&mut self) {
        let vm = &*self.0;
        vm.enter(Vm::tear_down);
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        // The machine's own values die with its fields after this; the heap outlives them, see `HeapOwner`.
        self.heap.set_vm(std::ptr::null());
        let _ = &self.halt_instr;
    }
}

impl Vm {
    /// The version whose code the machine runs.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The dispatch table.
    pub fn table(&self) -> Arc<Table> {
        self.table.clone()
    }

    /// What the program may reach.
    pub fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// Runs `f` as the outermost Rust frame of the machine: the limit on the Rust stack counts from here.
    pub fn enter<R>(&self, f: impl FnOnce(&Vm) -> R) -> R {
        /// Leaves, though `f` may panic: the host's own code runs in it.
        struct Leave<'a>(&'a Cell<usize>, usize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.set(self.1);
            }
        }
        let outer = self.rust_base.get();
        let _leave = Leave(&self.rust_base, outer);
        if outer == 0 {
            self.rust_base.set(rust_stack_pointer());
        }
        let r = f(self);
        if outer == 0 {
            self.run_finalizers();
        }
        r
    }

    /// Sets how many bytes of Rust stack nested native code may use, counted from [`Vm::enter`].
    /// Give it less than the thread's stack has.
    pub fn set_rust_stack(&self, bytes: usize) {
        self.rust_limit.set(bytes);
    }

    /// Fails when nested native code has used the Rust stack that it may.
    #[inline]
    pub fn check_rust_stack(&self) -> PyResult<()> {
        let used = self.rust_base.get().wrapping_sub(rust_stack_pointer());
        if used > self.rust_limit.get() && used < usize::MAX / 2 {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }

    /// One level deeper in native code that goes into what containers hold, until the result is dropped. The levels are
    /// counted, so that every build has the same limit as long as the Rust stack suffices.
    pub(crate) fn deeper(&self) -> PyResult<Deeper<'_>> {
        self.check_rust_stack()?;
        let depth = self.native_depth.get() + 1;
        if depth > NATIVE_DEPTH {
            return Err(self.recursion_error("maximum recursion depth exceeded in comparison"));
        }
        self.native_depth.set(depth);
        Ok(Deeper(&self.native_depth))
    }

    /// Sets `sys.setrecursionlimit`.
    pub fn set_recursion_limit(&self, n: usize) {
        self.recursion_limit.set(n);
        self.cx.set_recursion_limit(n);
    }

    /// `sys.getrecursionlimit`.
    pub fn recursion_limit(&self) -> usize {
        self.recursion_limit.get()
    }

    /// Number of Python frames that are running or calling.
    pub fn depth(&self) -> usize {
        self.cx.depth()
    }

    /// A flag that another thread or a signal handler sets to interrupt the program with KeyboardInterrupt.
    pub fn interrupt_flag(&self) -> Arc<std::sync::atomic::AtomicBool> {
        self.interrupt.clone()
    }

    /// A version number that has not been used before; 0 when there are none left.
    pub fn next_version(&self) -> u32 {
        let v = self.versions.get().saturating_add(1);
        self.versions.set(v);
        if v == u32::MAX { 0 } else { v }
    }

    /// Makes a fault the reason why everything unwinds.
    pub fn fault(&self, f: Fault) -> Raise {
        *self.fault.borrow_mut() = Some(f);
        Raise::fault()
    }

    /// Takes the fault that a [`Raise::is_fault`] stands for.
    pub fn take_fault(&self) -> Option<Fault> {
        self.fault.borrow_mut().take()
    }

    fn to_fault(&self, r: Raise) -> Fault {
        if r.is_fault() {
            return self.take_fault().unwrap_or(Fault::Stopped);
        }
        Fault::Unsupported(self.describe_exception(r.value()))
    }

    /// The end of a slice of `SLICE` polls: interrupts, budgets, the collector.
    pub(crate) fn slice_end(&self) -> PyResult<()> {
        self.used_fuel.set(
            self.used_fuel
                .get()
                .wrapping_add((SLICE - self.fuel.get()) as u64),
        );
        self.fuel.set(SLICE);
        if self
            .interrupt
            .swap(false, std::sync::atomic::Ordering::Relaxed)
        {
            return Err(self.new_raise(&self.exc_types.KeyboardInterrupt, Vec::new()));
        }
        if let Some(budget) = self.fuel_budget.get()
            && self.used_fuel.get() > budget
        {
            return Err(self.fault(Fault::OutOfFuel(budget)));
        }
        self.collect_if_due();
        if self.pending.get() {
            self.run_finalizers();
        }
        Ok(())
    }

    /// The heap has grown: the next poll looks whether a collection is due.
    pub(crate) fn heap_grew(&self) {
        if self.collection_due() {
            // The end of the slice counts what is left of it too, which nobody has used.
            let left = self.fuel.get().max(0) as u64;
            self.used_fuel.set(self.used_fuel.get().wrapping_sub(left));
            self.fuel.set(0);
        }
    }

    /// Limits the number of polls (backward jumps, calls, returns, yields) that the program may make from now on.
    pub fn set_fuel(&self, budget: Option<u64>) {
        self.used_fuel.set(0);
        self.fuel_budget.set(budget);
    }

    // Exceptions being handled.

    /// The innermost item of the chain of handled exceptions.
    pub(crate) fn exc_item(&self) -> &ExcItem {
        // SAFETY: the chain holds the machine's own item and those of running generators.
        unsafe { &*self.exc.get() }
    }

    pub(crate) fn push_exc_item(&self, item: &ExcItem) {
        item.prev.set(self.exc.get());
        self.exc.set(item);
    }

    pub(crate) fn pop_exc_item(&self, item: &ExcItem) {
        self.exc.set(item.prev.replace(std::ptr::null()));
    }

    /// The exception that is being handled (`sys.exception()`); None if there is none.
    pub fn handled_exception(&self) -> Value {
        let mut item = self.exc.get();
        // SAFETY: as in `exc_item`.
        while let Some(i) = unsafe { item.as_ref() } {
            let v = i.get();
            // NULL hides what the callers handle.
            if v.is_null() {
                break;
            }
            if !v.is_none() {
                return v;
            }
            item = i.prev.get();
        }
        Value::NONE
    }

    /// Per-machine state of a native module, made on first use.
    pub fn extension<T: Default + 'static>(&self) -> std::rc::Rc<T> {
        let id = std::any::TypeId::of::<T>();
        if let Some(e) = self.extensions.borrow().get(&id)
            && let Ok(t) = e.clone().downcast::<T>()
        {
            return t;
        }
        let t = std::rc::Rc::new(T::default());
        self.extensions.borrow_mut().insert(id, t.clone());
        t
    }
}
