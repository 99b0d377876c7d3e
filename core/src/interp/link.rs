//! Linking: decoded and verified code becomes instructions with handlers.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::sync::Arc;

use super::control::{ControlFn, ControlOp};
use super::dispatch::{Op, address};
use super::stack::{StackFn, StackOp};
use super::{Instr, Linked, Params};
use crate::code::{Code, Const, SlotKind, flags};
use crate::decode::{Decoded, Operand, decode};
use crate::error::{Fault, PyResult, Raise};
use crate::object::PyCode;
use crate::registry::{OpcodeDef, Table};
use crate::value::Value;
use crate::verify::{UNREACHED, verify};
use crate::version::roles::Role;
use crate::version::{Version, providers};
use crate::vm::Vm;

/// What code needs at the entry of a call where no opcodes do it (before 3.11).
#[derive(Default)]
pub(crate) struct Prologue {
    /// Slots that get a cell, and the argument slot that moves into it.
    pub cells: Box<[(u32, Option<u32>)]>,
    pub free: bool,
    pub generator: bool,
}

/// Reads, verifies and links a code object for a machine.
///
/// Errors are faults: the code is refused, with file, function, offset and reason.
pub fn link(vm: &Vm, py: &PyCode) -> PyResult<Box<Linked>> {
    let code = &py.code;
    let table = vm.table();
    let refuse = |what: String| {
        vm.fault(Fault::Verify(format!(
            "{}: in {}: {what}",
            code.filename, code.qualname
        )))
    };
    if code.version != table.info.version {
        return Err(refuse(format!(
            "compiled by CPython {}, but this machine runs code of {}; use another machine for it",
            code.version, table.info.version
        )));
    }
    let decoded = decode(code, &table.info).map_err(|e| refuse(e.to_string()))?;
    provided(code, &decoded, &table).map_err(|what| lacking(vm, code, what))?;
    let verified = verify(code, &decoded, |op| table.effect(op), &table.info)
        .map_err(|e| refuse(e.to_string()))?;
    let n = decoded.instructions.len();
    let instrs: Box<[UnsafeCell<Instr>]> =
        (0..n).map(|_| UnsafeCell::new(Instr::default())).collect();
    let names = code
        .names
        .iter()
        .map(|s| vm.intern_text(s.view()))
        .collect();
    let slot_names = code
        .localsplus
        .iter()
        .map(|(s, _)| vm.intern_text(s.view()))
        .collect();
    let nslots = code.localsplus.len();
    let prologue = prologue(code, &table);
    let params = Params {
        total: code.argcount as usize + code.kwonlyargcount as usize,
        posonly: code.posonlyargcount as usize,
        varargs: code.flags & flags::VARARGS != 0,
        varkw: code.flags & flags::VARKEYWORDS != 0,
    };
    let plain = code.kwonlyargcount == 0 && !params.varargs && !params.varkw;
    let max_depth = verified.max_depth as usize;
    let entry = instrs.first().map_or(std::ptr::null_mut(), |i| i.get());
    let linked = Box::new(Linked {
        instrs,
        code: code.clone(),
        decoded: Arc::new(decoded),
        verified: Arc::new(verified),
        py_code: py,
        names,
        nslots,
        frame_size: nslots + max_depth + 8,
        argcount: code.argcount as usize,
        params,
        plain,
        fast_args: if plain && prologue.cells.is_empty() && !prologue.generator {
            code.argcount as usize
        } else {
            usize::MAX
        },
        slot_names,
        strategy: table.strategy().map(|s| s.strategy),
        entry: Cell::new(entry),
        lines: OnceCell::new(),
        prologue,
        op_names: table.clone(),
        groups: OnceCell::new(),
        watched: RefCell::default(),
    });
    if entry.is_null() {
        return Err(refuse("there is no code".into()));
    }
    let consts = vm.code_consts(py);
    let mut groups = Vec::new();
    for index in (0..n).rev() {
        let mut cx = LinkCx {
            vm,
            linked: &linked,
            table: &table,
            consts,
            index,
            kept: true,
        };
        let Some(def) = cx.link_alone() else {
            continue;
        };
        if !cx.kept || cx.instr_mut().h == 0 {
            return Err(refuse(format!(
                "crate {} links opcode {} with a handler that does not keep the stack effect {} of {} (offset {})",
                def.provider,
                def.name,
                cx.proven_effect(),
                linked.op_name(index),
                linked.offset_of(index),
            )));
        }
        if let Some(length) = super::fuse::fuse(&mut cx, def) {
            groups.push((index, length));
        }
        // A function begins behind the marker of its start.
        if index == 0 && n > 1 && cx.standard(0) == "RESUME" {
            linked.entry.set(linked.at(1));
        }
    }
    let _ = linked.groups.set(groups.into());
    super::instrumented::instrument(vm, &linked);
    Ok(linked)
}

/// Checks that crates which are linked provide everything that the code needs; else says which one does.
fn provided(code: &Code, decoded: &Decoded, table: &Table) -> Result<(), String> {
    let version = code.version;
    for i in &decoded.instructions {
        let lacking = match table.op(i.op) {
            None => table.info.op(i.op).map_or("?", |op| op.name),
            Some(def) => match def.operator.and_then(|operator| operator(i)) {
                Some(name) if table.by_name(name).is_none() => name,
                _ => continue,
            },
        };
        return Err(format!(
            "no linked crate provides opcode {lacking} of CPython {version} (offset {}); {}",
            i.offset,
            providers::advice(providers::opcode(lacking, version))
        ));
    }
    if !decoded.exceptions.is_empty() && table.strategy().is_none() {
        return Err(format!(
            "the code handles exceptions, and no linked crate provides the block strategy of CPython {version}; {}",
            providers::advice(Some(providers::strategy(version)))
        ));
    }
    Ok(())
}

/// Refuses a module before anything of it runs if some function in it needs what no linked crate provides.
///
/// Where every opcode has its crate there is nothing to look for; code that modules make is still checked when it is
/// linked.
pub(crate) fn admit(vm: &Vm, code: &Code) -> PyResult<()> {
    let table = vm.table();
    if table.is_complete() || code.version != table.info.version {
        return Ok(());
    }
    let mut waiting = vec![code];
    while let Some(code) = waiting.pop() {
        // What cannot be decoded is refused when it is linked.
        if let Ok(decoded) = decode(code, &table.info) {
            provided(code, &decoded, &table).map_err(|what| lacking(vm, code, what))?;
        }
        waiting.extend(code.consts.iter().rev().filter_map(|c| match c {
            Const::Code(inner) => Some(&**inner),
            _ => None,
        }));
    }
    Ok(())
}

fn lacking(vm: &Vm, code: &Code, what: String) -> Raise {
    let (file, function) = (&code.filename, &code.qualname);
    vm.fault(Fault::Registry(format!("{file}: in {function}: {what}")))
}

/// The first instruction of a group of folded instructions as it is without folding.
///
/// # Safety
/// No handler has read half of the instruction.
pub(super) unsafe fn unfolded(vm: &Vm, linked: &Linked, index: usize) -> Instr {
    let table = vm.table();
    let mut cx = LinkCx {
        vm,
        linked,
        table: &table,
        // SAFETY: a code object owns its linked form.
        consts: vm.code_consts(unsafe { &*linked.py_code }),
        index,
        kept: true,
    };
    let folded = std::mem::take(cx.instr_mut());
    cx.link_alone();
    std::mem::replace(cx.instr_mut(), folded)
}

fn prologue(code: &Code, table: &Table) -> Prologue {
    let mut p = Prologue::default();
    if table.info.number("MAKE_CELL").is_none() {
        let params = (code.argcount + code.kwonlyargcount) as usize
            + (code.flags & flags::VARARGS != 0) as usize
            + (code.flags & flags::VARKEYWORDS != 0) as usize;
        let params = &code.localsplus[..params.min(code.localsplus.len())];
        let cells = code
            .localsplus
            .iter()
            .enumerate()
            .filter(|(_, (_, k))| k.has(SlotKind::CELL));
        p.cells = cells
            .map(|(i, (name, _))| {
                (
                    i as u32,
                    params.iter().position(|(p, _)| p == name).map(|a| a as u32),
                )
            })
            .collect();
        p.free = code.nfree() > 0;
    }
    p.generator =
        table.info.number("RETURN_GENERATOR").is_none() && code.flags & flags::ANY_GENERATOR != 0;
    p
}

impl Linked {
    /// Whether a call must make cells or a generator before it starts.
    pub(crate) fn prologue(&self) -> bool {
        !self.prologue.cells.is_empty() || self.prologue.free || self.prologue.generator
    }

    /// Whether a call makes a generator at once.
    pub(crate) fn makes_generator(&self) -> bool {
        self.prologue.generator
    }

    /// Slots that get a cell at entry, with the argument that moves into it.
    pub(crate) fn entry_cells(&self) -> &[(u32, Option<u32>)] {
        &self.prologue.cells
    }

    /// Whether calling the code gives a generator, coroutine or asynchronous generator.
    pub(crate) fn is_generator(&self) -> bool {
        self.code.flags & flags::ANY_GENERATOR != 0
    }

    /// The constant that an operand means; NULL if it means none.
    pub(crate) fn constant(&self, vm: &Vm, operand: Operand) -> Value {
        // SAFETY: the Python code object owns this.
        let consts = vm.code_consts(unsafe { &*self.py_code });
        let found = match operand {
            Operand::Const(i) => consts.get(i as usize),
            _ => None,
        };
        found.cloned().unwrap_or(Value::NULL)
    }

    /// CPython's name of the opcode at an index.
    pub(crate) fn op_name(&self, index: usize) -> &'static str {
        let op = self
            .decoded
            .instructions
            .get(index)
            .and_then(|i| self.op_names.info.op(i.op));
        op.map_or("", |o| o.name)
    }

    /// Whether a generator that starts finds its first `None` on the stack (3.10).
    pub(crate) fn pushes_first(&self) -> bool {
        self.op_name(0) == "GEN_START"
    }

    /// Whether a generator that is suspended here runs this instruction again (`YIELD_FROM`).
    pub(crate) fn resumes_in_place(&self, pc: *const Instr) -> bool {
        self.op_name(self.index_of(pc)) == "YIELD_FROM"
    }

    /// Whether a generator that goes on here is inside `yield from` or `await`.
    pub(crate) fn delegates_at(&self, pc: *const Instr) -> bool {
        let i = self.index_of(pc);
        match self.op_name(i) {
            "YIELD_FROM" => true,
            "RESUME" => self.decoded.instructions[i].arg & 3 >= 2,
            _ => false,
        }
    }

    /// Where a generator goes on when its `yield from` has a result (before 3.12).
    pub(crate) fn behind_delegation(&self, pc: *mut Instr) -> *mut Instr {
        let i = self.index_of(pc);
        if self.op_name(i) == "RESUME"
            && i >= 2
            && let Operand::Label(l) = self.decoded.instructions[i - 2].operand
        {
            return self.at(l as usize);
        }
        self.at((i + 1).min(self.instrs.len() - 1))
    }

    /// Whether StopIteration that leaves a generator of this code becomes RuntimeError (PEP 479).
    pub(crate) fn converts_stop(&self) -> bool {
        const GENERATOR_STOP_3_6: u32 = 0x80000;
        const ASYNC: u32 = flags::COROUTINE | flags::ITERABLE_COROUTINE | flags::ASYNC_GENERATOR;
        // From 3.12 on the bytecode does it.
        match self.code.version {
            v if v >= Version::V3_12 => false,
            v if v >= Version::V3_7 => true,
            _ => self.code.flags & (GENERATOR_STOP_3_6 | ASYNC) != 0,
        }
    }
}

/// The linker at one instruction: what a definition's `link` function works on.
pub struct LinkCx<'a> {
    /// The machine.
    pub vm: &'a Vm,
    linked: &'a Linked,
    table: &'a Table,
    consts: &'a [Value],
    index: usize,
    /// Whether the handler that was chosen keeps the effect that was proven.
    kept: bool,
}

impl<'a> LinkCx<'a> {
    /// Index of the instruction.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The instruction, to set its fields.
    ///
    /// # Safety
    /// What the fields say must suit the handler that is linked: handlers of the raw rung take slots, addresses and
    /// distances from them as they are.
    pub unsafe fn instr(&mut self) -> &mut Instr {
        self.instr_mut()
    }

    /// The instruction's fields as they are.
    pub fn fields(&self) -> &Instr {
        // SAFETY: the code does not run yet, and changes only through `&mut self`.
        unsafe { &*self.linked.at(self.index) }
    }

    pub(super) fn instr_mut(&mut self) -> &mut Instr {
        // SAFETY: the code does not run yet, and `&mut self` makes the reference unique.
        unsafe { &mut *self.linked.at(self.index) }
    }

    /// The decoded operand of an instruction; `None` beyond the end.
    pub fn operand(&self, index: usize) -> Operand {
        self.linked
            .decoded
            .instructions
            .get(index)
            .map_or(Operand::None, |i| i.operand)
    }

    /// The raw argument of an instruction.
    pub fn arg(&self, index: usize) -> u32 {
        self.linked
            .decoded
            .instructions
            .get(index)
            .map_or(0, |i| i.arg)
    }

    /// Whether an instruction enters a `finally` body: there, `LOAD_CONST None` is none (3.6 and 3.7).
    fn enters_finally(&self, index: usize) -> bool {
        let entries = &self.linked.verified.finally_entries;
        entries.binary_search(&(index as u32)).is_ok()
    }

    /// The definition of the opcode at an index. Where an opcode stands for one of several operators, the operator's.
    pub fn def_at(&self, index: usize) -> Option<&'static OpcodeDef> {
        let i = self.linked.decoded.instructions.get(index)?;
        if self.enters_finally(index) {
            return self.table.by_name("BEGIN_FINALLY");
        }
        let def = self.table.op(i.op)?;
        match def.operator {
            Some(f) => f(i).and_then(|name| self.table.by_name(name)).or(Some(def)),
            None => Some(def),
        }
    }

    /// CPython's name of the opcode at an index, if its definition is the standard one; else "".
    pub fn standard(&self, index: usize) -> &'static str {
        match self
            .linked
            .decoded
            .instructions
            .get(index)
            .and_then(|i| self.table.op(i.op))
        {
            Some(d) if !d.overriding && !self.enters_finally(index) => d.name,
            _ => "",
        }
    }

    /// What the opcode at an index does as far as folding goes, if its definition is the standard one.
    pub(super) fn role(&self, index: usize) -> Role {
        let instruction = self.linked.decoded.instructions.get(index);
        let instruction = instruction.filter(|_| !self.enters_finally(index));
        instruction.map_or(Role::Other, |i| self.table.role(i.op))
    }

    /// Distance in instructions from this one to a target.
    pub fn distance(&self, target: u32) -> i32 {
        target as i32 - self.index as i32
    }

    /// Address of a constant.
    pub fn const_address(&self, i: u32) -> u64 {
        self.consts
            .get(i as usize)
            .map_or(0, |v| v as *const Value as u64)
    }

    /// Address of a small int as a constant, for opcodes that carry it in their argument.
    pub fn small_int_address(&self, i: u32) -> Option<u64> {
        self.vm
            .small_ints
            .get(i as usize)
            .map(|v| v as *const Value as u64)
    }

    /// A constant.
    pub fn constant(&self, i: u32) -> Value {
        self.consts.get(i as usize).cloned().unwrap_or(Value::NULL)
    }

    /// Links the instruction by itself.
    fn link_alone(&mut self) -> Option<&'static OpcodeDef> {
        self.fill();
        let def = self.def_at(self.index)?;
        (def.link)(self);
        Some(def)
    }

    /// Fills the instruction's fields from its decoded operand.
    fn fill(&mut self) {
        let small = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
        let index = self.index as i32;
        let (operand, arg) = (self.operand(self.index), self.arg(self.index));
        let c = match operand {
            Operand::Const(i) => self.const_address(i),
            _ => 0,
        };
        let i = self.instr_mut();
        i.c = c;
        match operand {
            Operand::None => {}
            Operand::Const(n) | Operand::Count(n) => i.arg = n as i32,
            Operand::Name(n, f) => (i.arg, i.n) = (n as i32, f as u16),
            Operand::Local(n) | Operand::Cell(n) => (i.arg, i.a) = (n as i32, small(n)),
            Operand::Locals(a, b) => (i.arg, i.a, i.b) = (arg as i32, a as u16, b as u16),
            Operand::Label(t) => i.arg = t as i32 - index,
            Operand::Compare(op, to_bool) => (i.arg, i.n) = (op as i32, to_bool as u16),
        }
    }

    /// Whether the instruction at an index has this handler, and so is linked by itself. Instructions are linked from
    /// the last to the first.
    pub fn is_linked_as<H: Op>(&self, index: usize) -> bool {
        // SAFETY: the code does not run yet.
        index < self.linked.instrs.len() && unsafe { (*self.linked.at(index)).h } == address::<H>()
    }

    /// Uses a handler of the raw rung.
    pub fn raw<H: Op>(&mut self) {
        self.instr_mut().h = address::<H>();
    }

    /// Whether popping and pushing so many values, then going on with the next instruction, is what the verifier has
    /// proven of the instruction that is so far ahead. If not, the code is refused.
    pub(crate) fn keeps_effect(&mut self, ahead: usize, pops: u32, pushes: u32) -> bool {
        let depths = &self.linked.verified.depths;
        let at = self.index + ahead;
        let kept = match depths.get(at) {
            Some(&UNREACHED) => true,
            Some(depth) => depth
                .checked_sub(pops)
                .is_some_and(|rest| depths.get(at + 1) == Some(&(rest + pushes))),
            None => false,
        };
        self.kept &= kept;
        kept
    }

    /// The declared effect of the opcode, for messages.
    fn proven_effect(&self) -> &'static str {
        let op = self.linked.decoded.instructions.get(self.index);
        op.and_then(|i| self.table.op(i.op))
            .map_or("", |def| def.effect_text)
    }

    /// Uses a function of the stack rung.
    pub fn stack<const IN: usize, const OUT: usize>(&mut self, f: StackFn<IN, OUT>) {
        if !self.keeps_effect(0, IN as u32, OUT as u32) {
            return;
        }
        let i = self.instr_mut();
        i.c = f as usize as u64;
        i.h = address::<StackOp<IN, OUT>>();
    }

    /// Uses a function of the control rung.
    pub fn control(&mut self, f: ControlFn) {
        let i = self.instr_mut();
        i.c = f as usize as u64;
        i.h = address::<ControlOp>();
    }

    /// Whether the operator at an index is the one of an augmented assignment.
    pub fn in_place(&self, index: usize) -> bool {
        match self.linked.decoded.instructions.get(index) {
            Some(i) => match self.table.op(i.op) {
                Some(d) if d.operator.is_some() => i.arg >= 13 && i.arg < 26,
                Some(d) => d.name.starts_with("INPLACE_"),
                None => false,
            },
            None => false,
        }
    }

    /// The code that is being linked.
    pub fn code(&self) -> &crate::code::Code {
        &self.linked.code
    }
}
