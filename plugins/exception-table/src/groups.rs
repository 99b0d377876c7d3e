//! `except*`: which part of an exception group a clause takes, and what is raised after all clauses have run.
//!
//! Groups are asked as Python asks them, by `exceptions`, `split` and `derive`, which subclasses may define.

use std::collections::HashSet;

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow as Flow, Dispatch, StackCx};
use opyc_core::object::{PyException, PyList, PyTuple, PyType};
use opyc_core::opcodes;
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use crate::except::to_raise;

opcodes! {
    /// Splits an exception by what an `except*` names; what it takes is being handled. None stands for nothing.
    CHECK_EG_MATCH (exception wanted -- rest taken) in 11..=11, control byte_check_eg_match_3_11;

    /// Splits an exception by what an `except*` names; what it takes is being handled. None stands for nothing.
    CHECK_EG_MATCH (exception wanted -- rest taken) in 12..=14, control byte_check_eg_match_3_12;

    /// What is raised after the clauses: the exceptions that they raised, and what they raised again, put together as
    /// it was in the original group.
    PREP_RERAISE_STAR (original raised -- exception) in 11..=11, stack byte_prep_reraise_star;

    /// What is raised after the clauses: the exceptions that they raised, and what they raised again, put together as
    /// it was in the original group.
    INTRINSIC_PREP_RERAISE_STAR (original raised -- exception) in 12..=14, stack byte_prep_reraise_star;
}

fn is_group(vm: &Vm, value: &Value) -> bool {
    vm.is_instance(value, &vm.exc_types.BaseExceptionGroup)
}

/// Checks what an `except*` names: exception classes, but not groups.
fn check_classes(vm: &Vm, wanted: &Value) -> PyResult<()> {
    let group = &vm.exc_types.BaseExceptionGroup;
    let of_groups = |class: &Value| {
        class
            .downcast::<PyType>()
            .is_some_and(|class| class.is_subtype(group))
    };
    let any = match wanted.downcast::<PyTuple>() {
        Some(all) => all.iter().any(of_groups),
        None => of_groups(wanted),
    };
    match any {
        true => Err(vm.type_error(
            "catching ExceptionGroup with except* is not allowed. Use except instead.",
        )),
        false => Ok(()),
    }
}

fn byte_check_eg_match_3_11(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    check_eg_match(d, false)
}

fn byte_check_eg_match_3_12(d: &mut Dispatch<'_>) -> PyResult<Flow> {
    check_eg_match(d, true)
}

/// `traced`: whether a group that is made for a single exception gets a traceback.
fn check_eg_match(d: &mut Dispatch<'_>, traced: bool) -> PyResult<Flow> {
    let (exception, wanted) = (d.peek(2)?, d.peek(1)?);
    let [rest, taken] = split(d, &exception, &wanted, traced)?;
    if !taken.is_none() {
        let taken = to_raise(d.vm(), taken.clone())?.into_value();
        drop(d.set_handled(taken));
    }
    drop(d.replace(2, rest)?);
    drop(d.replace(1, taken)?);
    Ok(Flow::Next)
}

fn split(
    d: &Dispatch<'_>,
    exception: &Value,
    wanted: &Value,
    traced: bool,
) -> PyResult<[Value; 2]> {
    let vm = d.vm();
    // First for the errors: what is named must be exception classes, in an `except` too.
    let matches = vm.exception_matches(exception, wanted)?;
    check_classes(vm, wanted)?;
    if exception.is_none() {
        return Ok([Value::NONE, Value::NONE]);
    }
    if matches {
        if is_group(vm, exception) {
            return Ok([Value::NONE, exception.clone()]);
        }
        let group = new_group(vm, vm.new_tuple(vec![exception.clone()]))?;
        let raise = to_raise(vm, group)?;
        if traced {
            d.add_traceback(&raise);
        }
        return Ok([Value::NONE, raise.into_value()]);
    }
    if !is_group(vm, exception) {
        return Ok([exception.clone(), Value::NONE]);
    }
    let parts = vm.call_method_str(exception, "split", std::slice::from_ref(wanted))?;
    let class = || vm.type_name(exception);
    let Some(parts) = parts.downcast::<PyTuple>() else {
        let other = vm.type_name(&parts);
        return Err(vm.type_error(&format!(
            "{}.split must return a tuple, not {other}",
            class()
        )));
    };
    match parts.items() {
        [taken, rest, ..] => Ok([rest.clone(), taken.clone()]),
        few => Err(vm.type_error(&format!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            class(),
            few.len()
        ))),
    }
}

/// A group without message.
fn new_group(vm: &Vm, exceptions: Value) -> PyResult {
    vm.call(
        vm.exc_types.BaseExceptionGroup.as_value(),
        &[vm.new_str(""), exceptions],
    )
}

fn byte_prep_reraise_star(
    cx: &StackCx<'_>,
    [original, raised]: [Value; 2],
) -> PyResult<[Value; 1]> {
    let vm = cx.vm;
    let Some(list) = raised.downcast::<PyList>() else {
        return Err(vm.system_error("the exceptions that except* clauses raise are not in a list"));
    };
    let all: Vec<Value> = list.items.to_vec();
    let Some(first) = all.first() else {
        return Ok([Value::NONE]);
    };
    if !is_group(vm, &original) {
        // One clause at most has taken a single exception.
        return Ok([first.clone()]);
    }
    let raised = all.into_iter().filter(|exception| !exception.is_none());
    let (again, mut new): (Vec<_>, Vec<_>) =
        raised.partition(|exception| is_group(vm, exception) && same_origin(exception, &original));
    let again = project(vm, &original, &again)?;
    if new.is_empty() {
        return Ok([again]);
    }
    if !again.is_none() {
        new.push(again);
    }
    match <[Value; 1]>::try_from(new) {
        Ok(only) => Ok(only),
        Err(new) => Ok([new_group(vm, vm.new_list(new))?]),
    }
}

/// Whether two exceptions have been raised at the same places for the same reasons: one is then a part of the other,
/// and was raised again.
fn same_origin(a: &Value, b: &Value) -> bool {
    match (a.downcast::<PyException>(), b.downcast::<PyException>()) {
        (Some(a), Some(b)) => {
            a.traceback.get().is(&b.traceback.get())
                && a.cause.get().is(&b.cause.get())
                && a.context.get().is(&b.context.get())
        }
        _ => false,
    }
}

/// The part of a group whose leaves are leaves of the groups in `keep`; None if there is no such part.
fn project(vm: &Vm, group: &Value, keep: &[Value]) -> PyResult {
    let mut leaves = HashSet::new();
    for part in keep {
        collect_leaves(vm, part, &mut leaves)?;
    }
    Ok(part_of(vm, group, &leaves)?.unwrap_or(Value::NONE))
}

fn exceptions(vm: &Vm, group: &Value) -> PyResult<Vec<Value>> {
    let all = vm.get_attr_str(group, "exceptions")?;
    match all.downcast::<PyTuple>() {
        Some(all) => Ok(all.items().to_vec()),
        None => Err(vm.type_error("exceptions of a group must be a tuple")),
    }
}

fn collect_leaves(vm: &Vm, exception: &Value, leaves: &mut HashSet<u64>) -> PyResult<()> {
    vm.check_rust_stack()?;
    if !is_group(vm, exception) {
        leaves.insert(exception.bits());
        return Ok(());
    }
    exceptions(vm, exception)?
        .iter()
        .try_for_each(|inner| collect_leaves(vm, inner, leaves))
}

fn part_of(vm: &Vm, exception: &Value, leaves: &HashSet<u64>) -> PyResult<Option<Value>> {
    vm.check_rust_stack()?;
    if !is_group(vm, exception) {
        return Ok(leaves
            .contains(&exception.bits())
            .then(|| exception.clone()));
    }
    let mut parts = Vec::new();
    for inner in exceptions(vm, exception)? {
        parts.extend(part_of(vm, &inner, leaves)?);
    }
    if parts.is_empty() {
        Ok(None)
    } else {
        derive(vm, exception, parts).map(Some)
    }
}

/// A group like another one, with other exceptions in it.
fn derive(vm: &Vm, group: &Value, parts: Vec<Value>) -> PyResult {
    let new = vm.call_method_str(group, "derive", &[vm.new_list(parts)])?;
    if !is_group(vm, &new) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    if let (Some(from), Some(to)) = (
        group.downcast::<PyException>(),
        new.downcast::<PyException>(),
    ) {
        to.traceback.set(from.traceback.get());
        to.context.set(from.context.get());
        to.cause.set(from.cause.get());
        to.suppress_context.set(true);
    }
    copy_notes(vm, group, &new)?;
    Ok(new)
}

fn copy_notes(vm: &Vm, from: &Value, to: &Value) -> Result<(), Raise> {
    let name = &vm.names.notes;
    let Some(notes) = vm.get_attr_opt(from, name)? else {
        return Ok(());
    };
    let copy = match (notes.downcast::<PyList>(), notes.downcast::<PyTuple>()) {
        (Some(list), _) => list.items.to_vec(),
        (_, Some(tuple)) => tuple.items().to_vec(),
        // What is no sequence is left behind, as in CPython.
        _ => return Ok(()),
    };
    vm.set_attr(to, name, vm.new_list(copy))
}
