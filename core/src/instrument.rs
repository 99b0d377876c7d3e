//! Instruments: watching a machine run, instruction by instruction.
//!
//! An [`Instrument`] is attached to a machine with [`Vm::attach`] and detached with [`Vm::detach`], before, between and
//! during runs: from the host, from a native function, or from an instrument. Several may be attached; each event goes
//! to them in the order of attachment. They only look: no method of a view changes anything or runs Python code.
//!
//! Nothing is paid for instruments when none is attached. Attaching one rewrites the linked instructions that it takes
//! an interest in, see `interp/instrumented.rs`; detaching it writes back what was there.
//!
//! ```
//! use std::{cell::RefCell, rc::Rc};
//! use opyc_core::instrument::{DispatchView, Instrument, Site};
//!
//! /// Notes the names that a program looks up in its globals.
//! #[derive(Default)]
//! struct Globals(RefCell<Vec<String>>);
//!
//! impl Instrument for Globals {
//!     fn interest(&self, at: &Site<'_>) -> bool {
//!         at.opname() == "LOAD_GLOBAL"
//!     }
//!
//!     fn before(&self, view: &DispatchView<'_>) {
//!         self.0.borrow_mut().push(view.meaning());
//!     }
//! }
//!
//! fn watch(vm: &opyc_core::vm::Vm) -> Rc<Globals> {
//!     let globals = Rc::new(Globals::default());
//!     vm.attach(globals.clone());
//!     globals
//! }
//! ```

use std::cell::OnceCell;
use std::fmt::Write;
use std::ops::{BitOr, Deref};
use std::rc::Rc;
use std::sync::Arc;

use crate::code::Code;
use crate::decode::{Decoded, Instruction, Operand};
use crate::interp::{Frame, Linked};
use crate::lines::{LineRange, LineTable};
use crate::registry::Table;
pub use crate::shown::Shown;
use crate::value::Value;
use crate::version::{ArgKind, OpInfo};
use crate::vm::Vm;

/// Watches a machine run. Every method has a default that does nothing.
///
/// The order of events: `enter` comes before the first instruction of a call (and before the next one of a generator
/// that goes on); `before` and then `after` surround each instruction that is completed. A call of a Python function
/// is completed when the function has returned. An instruction that leaves or suspends its frame has no `after`;
/// `leave` or `yields` tells of it. One that raises has none either: there is a `raise`, in each frame that the
/// exception comes to, and then `leave` or the handler's instructions.
pub trait Instrument {
    /// Which kinds of events the instrument wants; asked when it is attached.
    fn events(&self) -> Events {
        Events::BEFORE
    }

    /// Whether the instrument wants `before` and `after` of an instruction. Asked once for each instruction of linked
    /// code, when the instrument is attached or when the code is linked: what is of no interest costs no time.
    fn interest(&self, at: &Site<'_>) -> bool {
        let _ = at;
        true
    }

    /// An instruction is about to run.
    fn before(&self, view: &DispatchView<'_>) {
        let _ = view;
    }

    /// An instruction has run: the stack holds its results.
    fn after(&self, view: &DispatchView<'_>) {
        let _ = view;
    }

    /// A function, module or class body begins, or a generator (coroutine) begins or goes on. `view` is at the
    /// instruction that comes next.
    fn enter(&self, view: &DispatchView<'_>) {
        let _ = view;
    }

    /// A frame has ended. After a return the frame is gone: `view` is at its last instruction, with no stack.
    fn leave(&self, view: &DispatchView<'_>, exit: &Exit<'_>) {
        let _ = (view, exit);
    }

    /// A generator is suspended: it yields a value, or a coroutine awaits. `view` as in [`Instrument::leave`].
    fn yields(&self, view: &DispatchView<'_>, value: Option<Shown<'_>>) {
        let _ = (view, value);
    }

    /// An exception is raised at an instruction, for the first time or again, or has come to it from what it called.
    fn raise(&self, view: &DispatchView<'_>, exception: Shown<'_>) {
        let _ = (view, exception);
    }
}

/// Kinds of events that an instrument wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Events(u8);

impl Events {
    /// [`Instrument::before`]: the cheapest, paid by instructions of interest only.
    pub const BEFORE: Events = Events(1);
    /// [`Instrument::after`].
    pub const AFTER: Events = Events(2);
    /// [`Instrument::enter`], [`Instrument::leave`], [`Instrument::yields`] and [`Instrument::raise`].
    pub const FRAMES: Events = Events(4);
    /// Every event.
    pub const ALL: Events = Events(7);

    /// Whether all kinds of `other` are among these.
    pub fn contains(self, other: Events) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Events {
    type Output = Events;
    fn bitor(self, other: Events) -> Events {
        Events(self.0 | other.0)
    }
}

/// An attached instrument, for [`Vm::detach`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InstrumentId(pub(crate) u64);

/// How a frame ended.
#[derive(Debug)]
pub enum Exit<'a> {
    /// It returned a value; `None` if the value is gone already (nobody takes it from a generator in a `for` loop).
    Return(Option<Shown<'a>>),
    /// An exception left it.
    Raise(Shown<'a>),
    /// The machine stops running the program: see [`crate::error::Fault`].
    Fault,
}

/// What is known of a code object before it runs, for the sites in it.
pub(crate) struct CodeInfo {
    code: Arc<Code>,
    decoded: Arc<Decoded>,
    table: Arc<Table>,
    lines: OnceCell<Box<[LineRange]>>,
    function: String,
    file: String,
}

impl CodeInfo {
    pub(crate) fn new(linked: &Linked) -> CodeInfo {
        CodeInfo {
            code: linked.code.clone(),
            decoded: linked.decoded.clone(),
            table: linked.op_names.clone(),
            lines: OnceCell::new(),
            function: linked.code.qualname.view().to_string_lossy().into_owned(),
            file: linked.code.filename.view().to_string_lossy().into_owned(),
        }
    }

    fn instruction(&self, index: usize) -> Option<&Instruction> {
        self.decoded.instructions.get(index)
    }

    fn offset(&self, index: usize) -> u32 {
        self.instruction(index).map_or(0, |i| i.offset)
    }
}

/// An instruction of a code object: what is known of it before it runs.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub(crate) info: &'a CodeInfo,
    pub(crate) index: usize,
}

impl<'a> Site<'a> {
    fn op(&self) -> Option<&'a OpInfo> {
        let i = self.info.instruction(self.index)?;
        self.info.table.info.ops[usize::from(i.op)].as_ref()
    }

    /// Whether the next instruction never follows.
    pub(crate) fn ends(&self) -> bool {
        let effect = self.info.table.effect(self.opcode());
        effect.is_some_and(|e| e.ends)
    }

    /// CPython's name of the opcode.
    pub fn opname(&self) -> &'static str {
        self.op().map_or("", |op| op.name)
    }

    /// The opcode's number.
    pub fn opcode(&self) -> u8 {
        self.info.instruction(self.index).map_or(0, |i| i.op)
    }

    /// The argument as the file has it, with `EXTENDED_ARG` folded in; `None` if the opcode takes none.
    pub fn arg(&self) -> Option<u32> {
        let takes_one = self.op()?.arg != ArgKind::None;
        let i = self.info.instruction(self.index)?;
        takes_one.then_some(i.arg)
    }

    /// What the argument means: the constant, name, variable, operator, or where the jump goes. Empty if it means
    /// nothing but itself.
    pub fn meaning(&self) -> String {
        let mut text = String::new();
        let code = &*self.info.code;
        let mut slot = |i: u32| {
            if let Some((name, _)) = code.localsplus.get(i as usize) {
                let _ = write!(text, "{}", name.view());
            }
        };
        match self.operand() {
            Operand::None => {}
            Operand::Local(i) | Operand::Cell(i) => slot(i),
            Operand::Locals(a, b) => {
                slot(a.into());
                text.push_str(", ");
                if let Some((name, _)) = code.localsplus.get(usize::from(b)) {
                    let _ = write!(text, "{}", name.view());
                }
            }
            Operand::Const(i) => {
                if let Some(c) = code.consts.get(i as usize) {
                    let _ = write!(text, "{}", Shown::constant(c));
                }
            }
            Operand::Name(i, _) => {
                if let Some(name) = code.names.get(i as usize) {
                    let _ = write!(text, "{}", name.view());
                }
            }
            Operand::Label(to) => {
                let _ = write!(text, "to {}", self.info.offset(to as usize));
            }
            Operand::Compare(op, _) => {
                text.push_str(COMPARISONS.get(usize::from(op)).unwrap_or(&""))
            }
            Operand::Count(n) => {
                let selected = self.info.table.info.selected(self.opname(), n);
                text.push_str(selected.unwrap_or_default());
            }
        }
        text
    }

    fn operand(&self) -> Operand {
        let i = self.info.instruction(self.index);
        i.map_or(Operand::None, |i| i.operand)
    }

    /// Its place among the instructions of its code, `EXTENDED_ARG` and caches not counted.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Byte offset in the bytecode, as `dis` shows it.
    pub fn offset(&self) -> u32 {
        self.info.offset(self.index)
    }

    /// Source line; `None` for instructions that belong to none.
    pub fn line(&self) -> Option<u32> {
        let lines = self
            .info
            .lines
            .get_or_init(|| LineTable::new(&self.info.code).collect());
        line_at(lines, self.offset())
    }

    /// The code object's qualified name (before 3.11 its name): `Class.method`, `<module>`.
    pub fn function(&self) -> &'a str {
        &self.info.function
    }

    /// The source file's name, as the compiler was told.
    pub fn file(&self) -> &'a str {
        &self.info.file
    }

    /// The code object.
    pub fn code(&self) -> &'a Arc<Code> {
        &self.info.code
    }
}

/// Signs of the comparisons, as [`Operand::Compare`] numbers them.
const COMPARISONS: [&str; 11] = [
    "<",
    "<=",
    "==",
    "!=",
    ">",
    ">=",
    "in",
    "not in",
    "is",
    "is not",
    "exception match",
];

/// The line of a byte offset.
pub(crate) fn line_at(lines: &[LineRange], offset: u32) -> Option<u32> {
    let n = lines.partition_point(|r| r.end <= offset);
    let range = lines.get(n).filter(|r| r.start <= offset)?;
    range.line
}

/// What an instrument sees: an instruction, and the frame that it runs in. Derefs to the instruction's [`Site`].
pub struct DispatchView<'a> {
    vm: &'a Vm,
    site: Site<'a>,
    /// Null when the frame is gone.
    frame: *const Frame,
    sp: *const Value,
    depth: usize,
}

impl<'a> Deref for DispatchView<'a> {
    type Target = Site<'a>;
    fn deref(&self) -> &Site<'a> {
        &self.site
    }
}

impl<'a> DispatchView<'a> {
    /// # Safety
    /// `frame` is a frame of the machine that is running or calling, and `sp` the top of its stack, for as long as the
    /// view exists.
    pub(crate) unsafe fn new(
        vm: &'a Vm,
        site: Site<'a>,
        frame: *const Frame,
        sp: *const Value,
    ) -> DispatchView<'a> {
        DispatchView {
            vm,
            site,
            frame,
            sp,
            depth: vm.cx.depth_of(frame) - 1,
        }
    }

    /// A view of a frame that is gone.
    pub(crate) fn gone(vm: &'a Vm, site: Site<'a>, depth: usize) -> DispatchView<'a> {
        DispatchView {
            vm,
            site,
            frame: std::ptr::null(),
            sp: std::ptr::null(),
            depth,
        }
    }

    /// Number of frames below this one: 0 for the program's module.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Number of values on the frame's evaluation stack.
    pub fn stack_depth(&self) -> usize {
        if self.frame.is_null() {
            return 0;
        }
        // SAFETY: the frame is there, and so is its code; its stack begins behind its slots.
        let base = unsafe { (*self.frame).fp.add((*(*self.frame).code).nslots) };
        (self.sp as usize).saturating_sub(base as usize) / size_of::<Value>()
    }

    /// A value of the evaluation stack; 0 is the top.
    pub fn stack(&self, n: usize) -> Option<Shown<'_>> {
        if n >= self.stack_depth() {
            return None;
        }
        // SAFETY: between the bottom and the top of the stack, which nobody changes while an instrument looks.
        Some(Shown::value(unsafe { &*self.sp.sub(n + 1) }))
    }

    /// The value on top of the evaluation stack.
    pub fn top(&self) -> Option<Shown<'_>> {
        self.stack(0)
    }

    /// Whether the frame is that of a generator, coroutine or asynchronous generator; false when it is gone.
    pub fn in_generator(&self) -> bool {
        // SAFETY: the frame is there.
        !self.frame.is_null() && unsafe { !(*self.frame).generator.is_null() }
    }

    /// As [`Vm::attach`]. The new instrument sees the next instruction first.
    pub fn attach(&self, instrument: Rc<dyn Instrument>) -> InstrumentId {
        self.vm.attach(instrument)
    }

    /// As [`Vm::detach`]. The instrument sees nothing more, not even the rest of this event.
    pub fn detach(&self, id: InstrumentId) -> bool {
        self.vm.detach(id)
    }
}
