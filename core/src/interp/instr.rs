//! Linked instructions and linked code.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::rc::Rc;
use std::sync::Arc;

use super::control::BlockStrategy;
use super::instrumented::Watched;
use super::link::Prologue;
use crate::code::Code;
use crate::decode::Decoded;
use crate::instrument::line_at;
use crate::lines::{LineRange, LineTable};
use crate::object::PyCode;
use crate::registry::Table;
use crate::value::Value;
use crate::verify::Verified;

/// One linked instruction: 32 bytes, half a cache line. What the fields mean is up to the handler; the linker fills
/// `a`, `n`, `arg` and `c` from the decoded operand, see [`super::link`].
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Instr {
    /// Address of the handler.
    pub h: usize,
    /// A local slot (first operand), if it fits.
    pub a: u16,
    /// A local slot (second operand), or cache.
    pub b: u16,
    /// A local slot (result), or cache.
    pub d: u16,
    /// Flags of the operand.
    pub n: u16,
    /// The argument; for jumps the distance in instructions.
    pub arg: i32,
    /// Cache: a version. 0 never matches.
    pub ver: u32,
    /// Cache: a word; for constants the address of the value.
    pub c: u64,
}

const _: () = assert!(size_of::<Instr>() == 32);

/// Code that is ready to run on one machine.
pub struct Linked {
    pub(crate) instrs: Box<[UnsafeCell<Instr>]>,
    pub(crate) code: Arc<Code>,
    pub(crate) decoded: Arc<Decoded>,
    pub(crate) verified: Arc<Verified>,
    /// The Python code object, which owns this.
    pub(crate) py_code: *const PyCode,
    /// Interned names.
    pub(crate) names: Box<[Value]>,
    /// Number of slots.
    pub(crate) nslots: usize,
    /// Slots and stack.
    pub(crate) frame_size: usize,
    /// Positional parameters.
    pub(crate) argcount: usize,
    /// What other parameters there are.
    pub(crate) params: Params,
    /// A call with exactly `argcount` positional arguments needs no binding: there are no other parameters.
    pub(crate) plain: bool,
    /// `argcount` if a call with as many arguments can start at once, or after the closure's cells have been copied; else a
    /// number that no call has.
    pub(crate) fast_args: usize,
    /// Names of the slots, as interned values.
    pub(crate) slot_names: Box<[Value]>,
    pub(crate) strategy: Option<&'static dyn BlockStrategy>,
    pub(crate) entry: Cell<*mut Instr>,
    pub(crate) lines: OnceCell<Box<[LineRange]>>,
    pub(crate) prologue: Prologue,
    /// The table that the code is linked by, for names of opcodes.
    pub(crate) op_names: Arc<Table>,
    /// Groups of folded instructions: index of the first, and length.
    pub(crate) groups: OnceCell<Box<[(usize, u16)]>>,
    /// What instruments know of the code, while some of its instructions are instrumented.
    pub(crate) watched: RefCell<Option<Rc<Watched>>>,
}

/// Parameters of a function beside the positional ones.
#[derive(Clone, Copy)]
pub(crate) struct Params {
    /// Parameters with a name, keyword-only ones last: as many slots.
    pub(crate) total: usize,
    /// Those of them that are positional only.
    pub(crate) posonly: usize,
    /// Whether there is `*args`.
    pub(crate) varargs: bool,
    /// Whether there is `**kwargs`.
    pub(crate) varkw: bool,
}

impl Linked {
    /// Address of instruction `i`.
    #[inline(always)]
    pub(crate) fn at(&self, i: usize) -> *mut Instr {
        self.instrs[i].get()
    }

    /// Index of an instruction of this code.
    #[inline(always)]
    pub(crate) fn index_of(&self, pc: *const Instr) -> usize {
        let base = self.instrs.as_ptr() as usize;
        (pc as usize).wrapping_sub(base) / size_of::<Instr>()
    }

    /// Byte offset of an instruction, as in `co_code`.
    pub(crate) fn offset_of(&self, index: usize) -> u32 {
        self.decoded.instructions.get(index).map_or(0, |i| i.offset)
    }

    /// Source line of an instruction.
    pub(crate) fn line_of(&self, index: usize) -> Option<u32> {
        let lines = self
            .lines
            .get_or_init(|| LineTable::new(&self.code).collect());
        line_at(lines, self.offset_of(index))
    }
}
