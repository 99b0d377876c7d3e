//! The stack rung: an opcode as a function from values to values.

use super::dispatch::{Flow, Op, Step, throw};
use super::{Instr, Linked};
use crate::decode::Operand;
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// What a function on the stack rung gets beside its values.
pub struct StackCx<'a> {
    /// The machine.
    pub vm: &'a Vm,
    pub(crate) code: &'a Linked,
    pub(crate) index: usize,
}

impl<'a> StackCx<'a> {
    /// The decoded operand.
    pub fn operand(&self) -> Operand {
        self.code
            .decoded
            .instructions
            .get(self.index)
            .map_or(Operand::None, |i| i.operand)
    }

    /// The argument as the file has it.
    pub fn arg(&self) -> u32 {
        self.code
            .decoded
            .instructions
            .get(self.index)
            .map_or(0, |i| i.arg)
    }

    /// The name that the operand refers to; NULL if it refers to none.
    pub fn name(&self) -> Value {
        match self.operand() {
            Operand::Name(i, _) => self
                .code
                .names
                .get(i as usize)
                .cloned()
                .unwrap_or(Value::NULL),
            _ => Value::NULL,
        }
    }

    /// The constant that the operand refers to; NULL if it refers to none.
    pub fn constant(&self) -> Value {
        self.code.constant(self.vm, self.operand())
    }

    /// The code's version, as data for messages that differ; what an opcode *does* belongs in another row.
    pub fn version(&self) -> crate::version::Version {
        self.code.code.version
    }
}

/// A function on the stack rung. See [`crate::opcodes!`] for an example.
pub type StackFn<const IN: usize, const OUT: usize> =
    fn(&StackCx<'_>, [Value; IN]) -> PyResult<[Value; OUT]>;

/// The handler of stack-rung opcodes: the function is in the instruction's cache word.
pub(crate) struct StackOp<const IN: usize, const OUT: usize>;

// SAFETY: moves IN values off the stack and OUT on, as the function's type says; the linker has compared the
// type with the declared effect.
unsafe impl<const IN: usize, const OUT: usize> Op for StackOp<IN, OUT> {
    #[inline(always)]
    unsafe fn exec(_: &Vm, _: *mut Instr, _: *mut Value, _: *mut Value) -> Flow {
        Flow::COLD
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Step {
        // SAFETY: the linker has put a `StackFn<IN, OUT>` into `c`, and the verifier has proven that `IN` values are
        // on the stack, which the function takes, and that there is room for `OUT` in their place. A frame runs,
        // whose function keeps its code.
        unsafe {
            let f: StackFn<IN, OUT> = std::mem::transmute((*pc).c);
            let below = sp.sub(IN);
            let values: [Value; IN] = std::ptr::read(below as *const [Value; IN]);
            let code = &*(*vm.cx.frame.get()).code;
            let cx = StackCx {
                vm,
                code,
                index: code.index_of(pc),
            };
            match f(&cx, values) {
                Ok(out) => {
                    std::ptr::write(below as *mut [Value; OUT], out);
                    Step {
                        pc: pc.add(1),
                        sp: below.add(OUT),
                    }
                }
                Err(r) => throw(vm, pc, below, r),
            }
        }
    }
}

/// What an operator opcode does with an argument that names no operator.
pub fn unknown_operator(cx: &StackCx<'_>, _: [Value; 2]) -> PyResult<[Value; 1]> {
    Err(cx
        .vm
        .system_error(&format!("there is no operator {}", cx.arg())))
}
