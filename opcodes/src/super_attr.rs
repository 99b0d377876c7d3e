//! `super().name` without making the `super` object, where the name `super` means the builtin class.

use opyc_core::decode::Operand;
use opyc_core::error::PyResult;
use opyc_core::interp::{ControlFlow, Dispatch};
use opyc_core::opcodes;
use opyc_core::value::Value;

opcodes! {
    /// Replaces `super`, class and instance by an attribute; with bit 0 by NULL and the attribute.
    LOAD_SUPER_ATTR ["super class self -- value | null value", loaded] in 12..=12, control byte_load_super_attr_null_below;
    /// Replaces `super`, class and instance by an attribute; with bit 0 by the attribute and NULL.
    LOAD_SUPER_ATTR ["super class self -- value | value null", loaded] in 13..=14, control byte_load_super_attr_null_above;
}

/// Bits below the name: a method is loaded; `super` has its two arguments in the source.
const METHOD: u8 = 1;
const TWO_ARGUMENTS: u8 = 2;

fn loaded(i: &opyc_core::decode::Instruction) -> (u32, u32) {
    if flags(i.operand) & METHOD != 0 {
        (3, 2)
    } else {
        (3, 1)
    }
}

fn flags(operand: Operand) -> u8 {
    match operand {
        Operand::Name(_, flags) => flags,
        _ => 0,
    }
}

/// Takes the three values and finds the attribute. A `super` that is not the builtin class is called as it stands in
/// the source.
fn attribute(d: &mut Dispatch<'_>) -> PyResult {
    let (this, class, super_) = (d.pop()?, d.pop()?, d.pop()?);
    let vm = d.vm();
    let two = flags(d.operand()) & TWO_ARGUMENTS != 0 || super_.is(vm.types.super_.as_value());
    let proxy = if two {
        d.call(&super_, &[class, this])?
    } else {
        d.call(&super_, &[])?
    };
    vm.get_attr(&proxy, &d.name()?)
}

fn byte_load_super_attr_null_below(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let v = attribute(d)?;
    if flags(d.operand()) & METHOD != 0 {
        d.push(Value::NULL)?;
    }
    d.push(v)?;
    Ok(ControlFlow::Next)
}

fn byte_load_super_attr_null_above(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let v = attribute(d)?;
    d.push(v)?;
    if flags(d.operand()) & METHOD != 0 {
        d.push(Value::NULL)?;
    }
    Ok(ControlFlow::Next)
}
