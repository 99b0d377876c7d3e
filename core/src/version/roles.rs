//! Opcodes whose work the linker can fold into an operator beside them.

/// What an opcode does, as far as folding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Pushes a slot.
    LoadSlot,
    /// Pushes two slots.
    LoadSlots,
    /// Pushes a constant.
    LoadConst,
    /// Pushes its argument as an int.
    LoadSmallInt,
    /// Pops into a slot.
    StoreSlot,
    /// Pops into two slots.
    StoreSlots,
    /// Replaces a sequence by as many values as its argument says.
    Unpack,
    /// Pops and jumps if the value is false.
    JumpIfFalse,
    /// Pops and jumps if the value is true.
    JumpIfTrue,
    /// Pushes the value on top once more.
    Dup,
    /// Pushes the two values on top once more.
    DupTwo,
    /// Pushes a copy of the value `arg` places from the top.
    Copy,
    /// Exchanges the two values on top.
    SwapTwo,
    /// Moves the top two places down.
    RotThree,
    /// Exchanges the top with the value `arg` places from the top.
    Swap,
    /// Pushes a global, perhaps with NULL.
    LoadGlobal,
    /// Calls a callable with NULL beside it, or none.
    Call,
    /// Nothing.
    Nop,
    /// Nothing; the next instruction does what it announces.
    Announcement,
    /// Anything else.
    Other,
}

/// The role of an opcode by name; the same in every version that has it.
pub fn role(name: &str) -> Role {
    match name {
        "LOAD_FAST" | "LOAD_FAST_BORROW" | "LOAD_FAST_CHECK" => Role::LoadSlot,
        "LOAD_FAST_LOAD_FAST" | "LOAD_FAST_BORROW_LOAD_FAST_BORROW" => Role::LoadSlots,
        "LOAD_CONST" => Role::LoadConst,
        "LOAD_SMALL_INT" => Role::LoadSmallInt,
        "STORE_FAST" => Role::StoreSlot,
        "STORE_FAST_STORE_FAST" => Role::StoreSlots,
        "UNPACK_SEQUENCE" => Role::Unpack,
        "POP_JUMP_IF_FALSE" | "POP_JUMP_FORWARD_IF_FALSE" | "POP_JUMP_BACKWARD_IF_FALSE" => {
            Role::JumpIfFalse
        }
        "POP_JUMP_IF_TRUE" | "POP_JUMP_FORWARD_IF_TRUE" | "POP_JUMP_BACKWARD_IF_TRUE" => {
            Role::JumpIfTrue
        }
        "DUP_TOP" => Role::Dup,
        "DUP_TOP_TWO" => Role::DupTwo,
        "COPY" => Role::Copy,
        "ROT_TWO" => Role::SwapTwo,
        "ROT_THREE" => Role::RotThree,
        "SWAP" => Role::Swap,
        "LOAD_GLOBAL" => Role::LoadGlobal,
        "CALL" | "CALL_FUNCTION" => Role::Call,
        "NOT_TAKEN" => Role::Nop,
        "PRECALL" => Role::Announcement,
        _ => Role::Other,
    }
}
