//! Code objects as read from a file: immutable, machine independent, shared by every machine that runs them.

use std::sync::Arc;

use dashu_int::IBig;

use crate::text::StrBuf;
use crate::version::{Version, VersionInfo};

/// A constant of a code object, as `marshal` stores it.
///
/// Shared parts are `Arc`s, so that a constant that the file refers to twice is read once.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `...`
    Ellipsis,
    /// The class `StopIteration` (marshal code `S`).
    StopIteration,
    /// An int that fits 64 bits.
    Int(i64),
    /// Any other int.
    BigInt(Arc<IBig>),
    /// A float.
    Float(f64),
    /// A complex number: real and imaginary part.
    Complex(f64, f64),
    /// A `bytes` object.
    Bytes(Arc<[u8]>),
    /// A string, and whether the file marks it as interned.
    Str(Arc<StrBuf>, bool),
    /// A tuple.
    Tuple(Arc<[Const]>),
    /// A list (never made by the compiler, but valid marshal).
    List(Arc<[Const]>),
    /// A set (never made by the compiler, but valid marshal).
    Set(Arc<[Const]>),
    /// A frozenset.
    FrozenSet(Arc<[Const]>),
    /// A dict (never made by the compiler, but valid marshal).
    Dict(Arc<[(Const, Const)]>),
    /// A slice: start, stop, step (marshal version 5, CPython 3.14).
    Slice(Arc<[Const; 3]>),
    /// A nested code object.
    Code(Arc<Code>),
}

/// What a slot of [`Code::localsplus`] holds. Bits as in CPython's `co_localspluskinds` of 3.11 and later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SlotKind(pub u8);

impl SlotKind {
    /// A variable of a comprehension that was inlined into a module or class body.
    pub const HIDDEN: u8 = 0x10;
    /// A local variable, arguments included.
    pub const LOCAL: u8 = 0x20;
    /// A variable that an inner function uses: the slot holds a cell.
    pub const CELL: u8 = 0x40;
    /// A variable of an enclosing function: the slot holds a cell of the closure.
    pub const FREE: u8 = 0x80;

    /// Whether every bit of `bits` is set.
    pub fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }
}

/// A code object: what a function, a class body or a module compiles to.
///
/// Fields have CPython's names without `co_`; see the data model's section on code objects
/// (<https://docs.python.org/3/reference/datamodel.html#code-objects>).
/// Slots are laid out alike for every version: CPython 3.11's `localsplus`. For 3.6 to 3.10 the slots are
/// the `varnames`, then the `cellvars`, then the `freevars`; an argument that is also a cell has then two
/// slots, one of each kind, as in those versions.
#[derive(Clone, Debug)]
pub struct Code {
    /// The version of CPython that compiled it.
    pub version: Version,
    /// Number of positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Number of positional-only parameters (0 before 3.8).
    pub posonlyargcount: u32,
    /// Number of keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Greatest depth of the value stack, as the compiler says. The verifier computes its own.
    pub stacksize: u32,
    /// `CO_*` flags: see [`flags`].
    pub flags: u32,
    /// The raw bytecode, inline caches included.
    pub code: Box<[u8]>,
    /// Constants.
    pub consts: Box<[Const]>,
    /// Names of globals, attributes and imports.
    pub names: Box<[Arc<StrBuf>]>,
    /// Name and kind of every slot.
    pub localsplus: Box<[(Arc<StrBuf>, SlotKind)]>,
    /// Number of slots with [`SlotKind::LOCAL`]; they come first.
    pub nlocals: u32,
    /// The file that was compiled, as the compiler was told.
    pub filename: Arc<StrBuf>,
    /// Name of the function, class or module.
    pub name: Arc<StrBuf>,
    /// Qualified name (3.11 and later; before, the same as `name`).
    pub qualname: Arc<StrBuf>,
    /// First line of the source.
    pub firstlineno: i32,
    /// Line table, in the version's own format.
    pub linetable: Box<[u8]>,
    /// Exception table (3.11 and later, else empty).
    pub exceptiontable: Box<[u8]>,
}

impl Code {
    /// Reads a `.pyc`. `name` is the file's name, for messages.
    ///
    /// # Errors
    /// The file is malformed, truncated or of a version that opyc does not run; the text says which.
    pub fn from_pyc(bytes: &[u8], name: &str) -> Result<Arc<Code>, crate::pyc::PycError> {
        Ok(crate::pyc::read(bytes, name)?.code)
    }

    /// Reads a `.pyc` of one version only, such as one with an opcode map. `name` is the file's name, for messages.
    ///
    /// # Errors
    /// As [`Code::from_pyc`]; the file has another magic number.
    pub fn from_pyc_as(
        bytes: &[u8],
        name: &str,
        info: &VersionInfo,
    ) -> Result<Arc<Code>, crate::pyc::PycError> {
        Ok(crate::pyc::read_as(bytes, name, info)?.code)
    }

    /// Number of cells: slots with [`SlotKind::CELL`].
    pub fn ncells(&self) -> usize {
        self.localsplus
            .iter()
            .filter(|(_, k)| k.has(SlotKind::CELL))
            .count()
    }

    /// Number of free variables: slots with [`SlotKind::FREE`]; they come last.
    pub fn nfree(&self) -> usize {
        self.localsplus
            .iter()
            .filter(|(_, k)| k.has(SlotKind::FREE))
            .count()
    }
}

/// `co_flags` bits that mean the same in every version.
pub mod flags {
    /// Fast locals.
    pub const OPTIMIZED: u32 = 0x1;
    /// A new namespace for every call.
    pub const NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Defined inside a function.
    pub const NESTED: u32 = 0x10;
    /// A generator function.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine function (`async def`).
    pub const COROUTINE: u32 = 0x80;
    /// A generator that may be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An asynchronous generator function.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// The first constant is the docstring (3.14).
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// Any of the three kinds of suspendable function.
    pub const ANY_GENERATOR: u32 = GENERATOR | COROUTINE | ASYNC_GENERATOR;
}
