//! The control rung: checked access to the running frame, and the trait of block strategies.

use super::dispatch::{Flow as RawFlow, Op, Step, poll_cold, throw};
use super::frame::Block;
use super::{Frame, Instr, Linked};
use crate::code::Code;
use crate::decode::{ExceptionEntry, Operand};
use crate::error::{PyResult, Raise};
use crate::value::Value;
use crate::vm::Vm;

/// How a control-rung opcode goes on.
pub enum Flow {
    /// The next instruction.
    Next,
    /// An instruction by index.
    Jump(u32),
    /// Leaves the frame with a result.
    Return(Value),
    /// Suspends the generator with a value; what is sent is pushed when it goes on behind this instruction.
    Yield(Value),
    /// Calls the callable below so many arguments on top of the stack; the result takes their place.
    Call(u32),
    /// Raises again, without a new entry in the traceback.
    Reraise(Raise),
}

/// Where unwinding goes on.
pub enum Unwound {
    /// At a handler: an instruction index. The strategy has prepared the stack.
    Handler(u32),
    /// At the caller: the frame has no handler.
    Leave,
}

/// How a range of versions finds the handler of an exception.
///
/// A strategy is registered with [`crate::registry::StrategyDef`].
pub trait BlockStrategy: Sync {
    /// Finds the handler in the running frame and prepares the stack for it.
    fn unwind(&self, d: &mut Dispatch<'_>, raise: &Raise) -> PyResult<Unwound>;
}

/// The running frame, as opcodes of the control rung and block strategies see it. Every access is checked: what does
/// not hold raises SystemError.
pub struct Dispatch<'a> {
    vm: &'a Vm,
    code: &'a Linked,
    frame: *mut Frame,
    pc: *mut Instr,
    sp: *mut Value,
    base: *mut Value,
}

impl<'a> Dispatch<'a> {
    /// # Safety
    /// `pc` and `sp` belong to the running frame.
    pub(crate) unsafe fn new(vm: &'a Vm, pc: *mut Instr, sp: *mut Value) -> Dispatch<'a> {
        // SAFETY: a frame runs, whose code its function keeps; its stack begins behind its slots.
        unsafe {
            let frame = vm.cx.frame.get();
            let code = &*(*frame).code;
            Dispatch {
                vm,
                code,
                frame,
                pc,
                sp,
                base: (*frame).fp.add(code.nslots),
            }
        }
    }

    pub(crate) fn sp(&self) -> *mut Value {
        self.sp
    }

    /// The machine.
    pub fn vm(&self) -> &'a Vm {
        self.vm
    }

    /// Index of the running instruction.
    pub fn index(&self) -> u32 {
        self.code.index_of(self.pc) as u32
    }

    /// Byte offset of the running instruction.
    pub fn offset(&self) -> u32 {
        self.code.offset_of(self.index() as usize)
    }

    /// The decoded operand.
    pub fn operand(&self) -> Operand {
        self.code
            .decoded
            .instructions
            .get(self.index() as usize)
            .map_or(Operand::None, |i| i.operand)
    }

    /// The argument as the file has it.
    pub fn arg(&self) -> u32 {
        self.code
            .decoded
            .instructions
            .get(self.index() as usize)
            .map_or(0, |i| i.arg)
    }

    /// The jump target of the operand.
    pub fn target(&self) -> PyResult<u32> {
        match self.operand() {
            Operand::Label(l) => Ok(l),
            _ => Err(self.corrupt("the instruction has no jump target")),
        }
    }

    /// The name that the operand refers to.
    pub fn name(&self) -> PyResult<Value> {
        match self.operand() {
            Operand::Name(i, _) => self
                .code
                .names
                .get(i as usize)
                .cloned()
                .ok_or_else(|| self.corrupt("name index out of range")),
            _ => Err(self.corrupt("the instruction has no name")),
        }
    }

    /// The constant that the operand refers to.
    pub fn constant(&self) -> PyResult {
        match self.operand() {
            Operand::Const(_) => Ok(self.code.constant(self.vm, self.operand())),
            _ => Err(self.corrupt("the instruction has no constant")),
        }
    }

    /// The running code.
    pub fn code(&self) -> &'a Code {
        &self.code.code
    }

    /// `co_flags` of the running code.
    pub fn code_flags(&self) -> u32 {
        self.code.code.flags
    }

    fn corrupt(&self, what: &str) -> Raise {
        self.vm
            .system_error(&format!("{what} (offset {})", self.offset()))
    }

    /// Depth of the evaluation stack.
    pub fn depth(&self) -> u32 {
        (self.sp as usize - self.base as usize) as u32 / size_of::<Value>() as u32
    }

    /// Takes the value on top.
    pub fn pop(&mut self) -> PyResult {
        if self.sp <= self.base {
            return Err(self.corrupt("the stack is empty"));
        }
        // SAFETY: above the base, so initialised; given up by moving the top.
        unsafe {
            self.sp = self.sp.sub(1);
            Ok(std::ptr::read(self.sp))
        }
    }

    /// Takes the `n` values on top, in the order in which they were pushed.
    pub fn pop_many(&mut self, n: u32) -> PyResult<Vec<Value>> {
        if n > self.depth() {
            return Err(self.corrupt("the stack is not that deep"));
        }
        let mut values = Vec::with_capacity(n as usize);
        for i in (1..=n as usize).rev() {
            // SAFETY: between base and top; given up by moving the top below.
            values.push(unsafe { std::ptr::read(self.sp.sub(i)) });
        }
        // SAFETY: at or above the base.
        self.sp = unsafe { self.sp.sub(n as usize) };
        Ok(values)
    }

    /// Puts a value on top.
    pub fn push(&mut self, v: Value) -> PyResult<()> {
        // SAFETY: the frame's room is checked.
        unsafe {
            if self.sp >= (*self.frame).fp.add(self.code.frame_size) {
                return Err(self.corrupt("the stack is full"));
            }
            self.sp.write(v);
            self.sp = self.sp.add(1);
        }
        Ok(())
    }

    /// A copy of the value `n` places from the top; 1 is the top.
    pub fn peek(&self, n: u32) -> PyResult {
        if n == 0 || n > self.depth() {
            return Err(self.corrupt("the stack is not that deep"));
        }
        // SAFETY: between base and top.
        Ok(unsafe { (*self.sp.sub(n as usize)).clone() })
    }

    /// Replaces the value `n` places from the top; returns the old one.
    pub fn replace(&mut self, n: u32, v: Value) -> PyResult {
        if n == 0 || n > self.depth() {
            return Err(self.corrupt("the stack is not that deep"));
        }
        // SAFETY: between base and top.
        Ok(unsafe { std::mem::replace(&mut *self.sp.sub(n as usize), v) })
    }

    /// Drops values until the stack is `depth` deep.
    pub fn truncate(&mut self, depth: u32) -> PyResult<()> {
        if depth > self.depth() {
            return Err(self.corrupt("the stack is not that deep"));
        }
        while self.depth() > depth {
            drop(self.pop()?);
        }
        Ok(())
    }

    /// A copy of a slot; NULL if it is unbound.
    pub fn local(&self, i: u32) -> PyResult {
        if i as usize >= self.code.nslots {
            return Err(self.corrupt("slot index out of range"));
        }
        // SAFETY: inside the slots.
        Ok(unsafe { (*(*self.frame).fp.add(i as usize)).clone() })
    }

    /// Name of a slot.
    pub fn local_name(&self, i: u32) -> Value {
        self.code
            .slot_names
            .get(i as usize)
            .cloned()
            .unwrap_or(Value::NULL)
    }

    /// Whether a slot is a free variable.
    pub fn local_is_free(&self, i: u32) -> bool {
        self.code
            .code
            .localsplus
            .get(i as usize)
            .is_some_and(|(_, k)| k.has(crate::code::SlotKind::FREE))
    }

    /// Sets a slot; returns the old value.
    pub fn set_local(&mut self, i: u32, v: Value) -> PyResult {
        if i as usize >= self.code.nslots {
            return Err(self.corrupt("slot index out of range"));
        }
        // SAFETY: inside the slots.
        Ok(unsafe { std::mem::replace(&mut *(*self.frame).fp.add(i as usize), v) })
    }

    /// Whether execution may go on at instruction `i` with the stack as it is.
    pub fn can_jump(&self, i: u32) -> bool {
        self.code.verified.depths.get(i as usize) == Some(&self.depth())
    }

    /// Depth of the stack with which the verifier says an instruction is reached.
    pub fn expected_depth(&self, i: u32) -> Option<u32> {
        self.code
            .verified
            .depths
            .get(i as usize)
            .copied()
            .filter(|d| *d != u32::MAX)
    }

    /// The entry of the exception table that covers the running instruction.
    pub fn exception_entry(&self) -> Option<ExceptionEntry> {
        let i = self.index();
        let table = &self.code.decoded.exceptions;
        let n = table.partition_point(|e| e.end <= i);
        table.get(n).copied().filter(|e| e.start <= i && i < e.end)
    }

    /// Whether the index of the running instruction is that of its code unit, as CPython pushes it for `lasti`.
    pub fn lasti(&self) -> i32 {
        (self.offset() / 2) as i32
    }

    /// Pushes a block.
    pub fn push_block(&mut self, b: Block) -> PyResult<()> {
        let first = self.first_block();
        let mut blocks = self.vm.cx.blocks.borrow_mut();
        if blocks.len() - first >= 4096 {
            drop(blocks);
            return Err(self.corrupt("too many blocks"));
        }
        blocks.push(b);
        self.vm.cx.count_blocks(blocks.len());
        Ok(())
    }

    fn first_block(&self) -> usize {
        // SAFETY: the frame runs.
        unsafe { (*self.frame).blocks as usize }
    }

    /// Pops the innermost block of this frame.
    pub fn pop_block(&mut self) -> Option<Block> {
        let first = self.first_block();
        let mut blocks = self.vm.cx.blocks.borrow_mut();
        if blocks.len() <= first {
            return None;
        }
        let b = blocks.pop();
        self.vm.cx.count_blocks(blocks.len());
        b
    }

    /// The innermost block of this frame.
    pub fn top_block(&self) -> Option<Block> {
        let first = self.first_block();
        let blocks = self.vm.cx.blocks.borrow();
        if blocks.len() > first {
            blocks.last().copied()
        } else {
            None
        }
    }

    /// The exception that is being handled; None if there is none. Looks through the callers.
    pub fn handled(&self) -> Value {
        self.vm.handled_exception()
    }

    /// The exception that this frame's context handles, without looking through generators' callers.
    pub fn own_handled(&self) -> Value {
        self.vm.exc_item().get()
    }

    /// Sets the exception that is being handled; returns the one before.
    pub fn set_handled(&mut self, v: Value) -> Value {
        self.vm.exc_item().replace(v)
    }

    /// Adds an entry for the running instruction to an exception's traceback.
    pub fn add_traceback(&self, raise: &Raise) {
        self.vm
            .add_traceback(raise, self.frame, self.index() as usize);
    }

    /// Runs a call to its end, on the Rust stack. Prefer [`Flow::Call`], which does not nest.
    pub fn call(&mut self, callable: &Value, args: &[Value]) -> PyResult {
        self.vm.cx.sp.set(self.sp);
        self.vm.call(callable, args)
    }
}

/// A function on the control rung.
///
/// ```
/// use opyc_core::{error::PyResult, interp::{ControlFlow, Dispatch}, opcodes};
///
/// opcodes! {
///     /// Calls a function of one value with its own result: `f(f(x))`.
///     CALL_TWICE (f x -- result) in .., control byte_call_twice;
///     /// Jumps if the value on top is empty, and keeps it otherwise.
///     JUMP_IF_EMPTY (value -- value) jump (value -- ) in .., control byte_jump_if_empty;
/// }
///
/// fn byte_call_twice(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
///     let (x, f) = (d.pop()?, d.pop()?);
///     let once = d.call(&f, &[x])?;
///     // The last call needs no Rust code after it, so that it need not nest.
///     d.push(f)?;
///     d.push(once)?;
///     Ok(ControlFlow::Call(1))
/// }
///
/// fn byte_jump_if_empty(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
///     let value = d.peek(1)?;
///     if d.vm().len(&value)? > 0 {
///         return Ok(ControlFlow::Next);
///     }
///     d.pop()?;
///     Ok(ControlFlow::Jump(d.target()?))
/// }
/// ```
pub type ControlFn = fn(&mut Dispatch<'_>) -> PyResult<Flow>;

/// The handler of control-rung opcodes: the function is in the instruction's cache word.
pub(crate) struct ControlOp;

// SAFETY: every access of the function is checked; what it leaves on the stack is compared with the verifier's depth
// before the next instruction runs.
unsafe impl Op for ControlOp {
    const FP: bool = true;

    #[inline(always)]
    unsafe fn exec(_: &Vm, _: *mut Instr, _: *mut Value, _: *mut Value) -> RawFlow {
        RawFlow::COLD
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _: *mut Value) -> Step {
        // SAFETY: the linker has put a `ControlFn` into `c`. The function sees the frame through `Dispatch` only;
        // that the stack has the depth which the verifier has proven for where it goes on is looked at before it
        // does.
        unsafe {
            let f: ControlFn = std::mem::transmute((*pc).c);
            let mut d = Dispatch::new(vm, pc, sp);
            let flow = f(&mut d);
            let sp = d.sp;
            let flow = match flow {
                Ok(f) => f,
                Err(r) => return throw(vm, pc, sp, r),
            };
            vm.cx.sp.set(sp);
            let next = d.index() + 1;
            match flow {
                Flow::Next => {
                    if !d.can_jump(next) {
                        return throw(
                            vm,
                            pc,
                            sp,
                            d.corrupt("the opcode did not keep its stack effect"),
                        );
                    }
                    Step { pc: pc.add(1), sp }
                }
                Flow::Jump(i) => {
                    if !d.can_jump(i) {
                        return throw(vm, pc, sp, d.corrupt("a jump does not fit the stack"));
                    }
                    let to = d.code.at(i as usize);
                    if i < next {
                        poll_cold(vm, to, sp)
                    } else {
                        Step { pc: to, sp }
                    }
                }
                Flow::Return(v) => super::call::return_from(vm, sp, v),
                Flow::Yield(v) => {
                    if d.expected_depth(next) != Some(d.depth() + 1) {
                        return throw(vm, pc, sp, d.corrupt("a yield does not fit the stack"));
                    }
                    super::gen_leave::yield_value(vm, pc, sp, v)
                }
                Flow::Call(n) => {
                    if n >= d.depth() || d.expected_depth(next) != Some(d.depth() - n) {
                        return throw(vm, pc, sp, d.corrupt("a call does not fit the stack"));
                    }
                    let callable = sp.sub(n as usize + 1);
                    super::call::call_at(vm, pc, sp, callable, callable.add(1), callable, &[])
                }
                Flow::Reraise(r) => super::unwind::rethrow_at(vm, pc, sp, r),
            }
        }
    }
}
