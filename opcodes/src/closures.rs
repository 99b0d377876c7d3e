//! Variables that inner functions share: cells in the slots.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch};
use opyc_core::object::PyCell;

use crate::names;
use crate::rows::prelude::*;

opcodes! {
    /// Pushes the contents of a cell.
    LOAD_DEREF (-- value) in 6..=14, raw LoadDeref;
    /// Sets the contents of a cell.
    STORE_DEREF (value --) in 6..=14, raw StoreDeref;
    /// Empties a cell, which leaves its variable unbound.
    DELETE_DEREF (--) in 6..=14, control byte_delete_deref;
    /// Pushes the value of a name of the class body, or else the contents of a cell.
    LOAD_CLASSDEREF (-- value) in 6..=11, control byte_load_classderef;
    /// Pushes the value of a name in the mapping on top, or else the contents of a cell.
    LOAD_FROM_DICT_OR_DEREF (mapping -- value) in 12..=14, control byte_load_from_dict_or_deref;
    /// Makes a slot's value the contents of a new cell in its place.
    MAKE_CELL (--) in 11..=14, raw MakeCell;
    /// Copies the cells of the closure to the last slots.
    COPY_FREE_VARS (--) in 11..=14, raw CopyFreeVars;
}

raw_op! {
    /// `sp[0] = slots[arg].contents`.
    LoadDeref;
    fast(_vm, pc, sp, fp) {
        let Some(cell) = (*fp.add((*pc).arg as usize)).downcast::<PyCell>() else { return Flow::COLD };
        let v = cell.value.peek();
        if v.is_null() {
            return Flow::COLD;
        }
        sp.write(v.clone());
        Flow::to(pc.add(1), sp.add(1))
    }
    cold(vm, pc, sp, fp) {
        let slot = (*pc).arg as usize;
        let raise = match raw::cell(vm, fp, slot) {
            Ok(_) => vm.unbound_cell(raw::slot_name(vm, slot), raw::slot_is_free(vm, slot)),
            Err(r) => r,
        };
        throw(vm, pc, sp, raise)
    }
}

raw_op! {
    /// `slots[arg].contents = sp[-1]`.
    StoreDeref;
    fast(_vm, pc, sp, fp) {
        let Some(cell) = (*fp.add((*pc).arg as usize)).downcast::<PyCell>() else { return Flow::COLD };
        let garbage = cell.value.replace(read(sp.sub(1))).release();
        Flow::to(pc.add(1), sp.sub(1)).free(garbage)
    }
    cold(vm, pc, sp, _fp) {
        throw(vm, pc, sp, vm.system_error("a slot does not hold a cell"))
    }
}

raw_op! {
    /// `slots[arg] = cell(slots[arg])`.
    MakeCell;
    cold(vm, pc, sp, fp) {
        let slot = (*pc).arg as usize;
        let v = std::mem::replace(&mut *fp.add(slot), Value::NULL);
        set_slot(fp, slot, vm.new_cell(v));
        Step { pc: pc.add(1), sp }
    }
}

raw_op! {
    /// The closure belongs to the running function.
    CopyFreeVars;
    cold(vm, pc, sp, fp) {
        raw::copy_free_vars(vm, fp);
        Step { pc: pc.add(1), sp }
    }
}

/// The slot that the operand means, and the cell in it.
fn cell(d: &Dispatch<'_>) -> PyResult<(u32, Value)> {
    let Operand::Cell(slot) = d.operand() else {
        return Err(d.vm().system_error("the instruction has no cell"));
    };
    let v = d.local(slot)?;
    if v.downcast::<PyCell>().is_none() {
        return Err(d.vm().system_error("a slot does not hold a cell"));
    }
    Ok((slot, v))
}

/// The contents of a cell; an error if it is empty.
fn contents(d: &Dispatch<'_>, slot: u32, cell: &Value) -> PyResult {
    match cell.downcast::<PyCell>().map(|c| c.value.get()) {
        Some(v) if !v.is_null() => Ok(v),
        _ => Err(d
            .vm()
            .unbound_cell(&d.local_name(slot), d.local_is_free(slot))),
    }
}

fn byte_delete_deref(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let (slot, cell) = cell(d)?;
    contents(d, slot, &cell)?;
    if let Some(c) = cell.downcast::<PyCell>() {
        c.value.set(Value::NULL);
    }
    Ok(ControlFlow::Next)
}

fn byte_load_classderef(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let (slot, cell) = cell(d)?;
    let locals = names::namespace(d.vm(), || "when loading a name of a class body".into())?;
    let v = match names::lookup(d.vm(), &locals, &d.local_name(slot))? {
        Some(v) => v,
        None => contents(d, slot, &cell)?,
    };
    d.push(v)?;
    Ok(ControlFlow::Next)
}

fn byte_load_from_dict_or_deref(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let (slot, cell) = cell(d)?;
    let mapping = d.pop()?;
    let v = match names::lookup(d.vm(), &mapping, &d.local_name(slot))? {
        Some(v) => v,
        None => contents(d, slot, &cell)?,
    };
    d.push(v)?;
    Ok(ControlFlow::Next)
}
