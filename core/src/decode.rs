//! From raw bytecode to instructions: `EXTENDED_ARG` folded, caches dropped, jumps as instruction indexes, operands typed.

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instruction {
    /// Opcode number in the code's version.
    pub op: u8,
    /// The whole argument, `EXTENDED_ARG` prefixes folded in; 0 if the opcode takes none.
    pub arg: u32,
    /// What the argument means.
    pub operand: Operand,
    /// Byte offset of the opcode itself, behind any `EXTENDED_ARG` (what `dis` shows).
    pub offset: u32,
}

/// What the argument of an instruction means, checked against the code object's tables by the verifier, not here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// The opcode takes no argument.
    None,
    /// Index into `co_consts`.
    Const(u32),
    /// Index into `co_names`, and the flag bits that the version packs below it
    /// (`LOAD_GLOBAL`, `LOAD_ATTR`: 1 = push NULL or load a method; `LOAD_SUPER_ATTR`: two bits).
    Name(u32, u8),
    /// A slot of `localsplus`.
    Local(u32),
    /// Two slots of `localsplus` packed in one argument (3.13+), in the order of the opcode's name.
    Locals(u8, u8),
    /// A slot of `localsplus` that holds a cell (`LOAD_DEREF` and its like, `MAKE_CELL`, `LOAD_CLOSURE`).
    Cell(u32),
    /// A jump: index of the target in the list of instructions.
    Label(u32),
    /// A comparison: 0 to 5 `< <= == != > >=`, 6 `in`, 7 `not in`, 8 `is`, 9 `is not`, 10 exception match;
    /// and whether the result is to be converted to a bool.
    Compare(u8, bool),
    /// A count, an index into the stack, a set of flags or a selector: what the opcode makes of it.
    Count(u32),
}

/// An entry of the exception table, in instruction indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First instruction covered.
    pub start: u32,
    /// One past the last instruction covered.
    pub end: u32,
    /// First instruction of the handler.
    pub target: u32,
    /// Depth to which the value stack is cut.
    pub depth: u32,
    /// Whether the index of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// A code object's instructions and tables.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The instructions, in order.
    pub instructions: Box<[Instruction]>,
    /// The exception table, sorted, without overlaps (empty before 3.11).
    pub exceptions: Box<[ExceptionEntry]>,
}
