//! The last lines of a traceback: class and message, and notes.

use super::chain::Printer;
use super::{Style, hints, syntax};
use crate::error::PyResult;
use crate::object::{Kind, PyList, PyTuple, PyType};
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// Class, message and notes of an exception.
pub(super) fn format(p: &mut Printer<'_>, exc: &Value) -> PyResult<()> {
    let vm = p.vm;
    let class = class_name(vm, vm.type_of(exc))?;
    let details = syntax::details(vm, exc)?;
    let text = match details {
        Some(details) => {
            for line in &details.lines {
                p.emit(line);
            }
            Some(details.message)
        }
        None => text_of(vm, exc)?,
    };
    let hint = hints::hint(vm, exc)?;
    let text = text.unwrap_or_else(|| "<exception str() failed>".into());
    // The C code prints the hint after the message, be there one or not; in Python it is part of the message.
    let line = match (text.is_empty(), p.style) {
        (true, Style::Python) if !hint.is_empty() => format!("{class}: {hint}"),
        (true, _) => format!("{class}{hint}"),
        (false, _) => format!("{class}: {text}{hint}"),
    };
    p.emit(&format!("{line}\n"));
    notes(p, exc)
}

/// `str(v)`; `None` if that fails.
pub(super) fn text_of(vm: &Vm, v: &Value) -> PyResult<Option<String>> {
    let s = vm.str_of(v);
    Ok(vm.unless_raised(s)?.map(|s| vm.str_lossy(&s)))
}

/// `repr(v)`; `None` if that fails.
pub(super) fn repr_of(vm: &Vm, v: &Value) -> PyResult<Option<String>> {
    let s = vm.repr_text(v);
    vm.unless_raised(s)
}

/// The class as the last line names it.
pub(super) fn class_name(vm: &Vm, class: &PyType) -> PyResult<String> {
    let version = vm.version();
    let name = if version >= Version::V3_9 {
        vm.str_lossy(&class.qualname.get())
    } else {
        class.name()
    };
    let module = vm.get_attr_opt(&crate::object::value_of(class), &vm.names.module);
    let module = vm.unless_raised(module)?.flatten().filter(|m| vm.is_str(m));
    Ok(match module.map(|m| vm.str_lossy(&m)).as_deref() {
        None if version >= Version::V3_9 => format!("<unknown>.{name}"),
        None => format!("<unknown>{name}"),
        Some("builtins") => name,
        Some("__main__") if version >= Version::V3_11 => name,
        Some(module) => format!("{module}.{name}"),
    })
}

/// `__notes__` (3.11 and later).
fn notes(p: &mut Printer<'_>, exc: &Value) -> PyResult<()> {
    let vm = p.vm;
    if vm.version() < Version::V3_11 {
        return Ok(());
    }
    let found = match vm.get_attr_opt(exc, &vm.intern("__notes__")) {
        Ok(notes) => notes.filter(|n| !n.is_none()),
        Err(r) if r.is_fault() => return Err(r),
        Err(r) => {
            if p.style == Style::Python {
                let what =
                    repr_of(vm, r.value())?.unwrap_or_else(|| "<__notes__ repr() failed>".into());
                p.emit(&format!("Ignored error getting __notes__: {what}\n"));
            }
            None
        }
    };
    let Some(notes) = found else { return Ok(()) };
    let twelve = vm.version() >= Version::V3_12;
    let is_text = matches!(notes.kind(), Some(Kind::Str | Kind::Bytes));
    if let Some(items) = sequence(vm, &notes)?
        && (!is_text || !twelve)
    {
        for note in items {
            let text = text_of(vm, &note)?.unwrap_or_else(|| "<note str() failed>".into());
            for line in text.split('\n') {
                p.emit(&format!("{line}\n"));
            }
        }
        return Ok(());
    }
    let shown = repr_of(vm, &notes)?.unwrap_or_else(|| "<__notes__ repr() failed>".into());
    // 3.11 forgets the end of the line.
    p.emit(&if twelve { format!("{shown}\n") } else { shown });
    Ok(())
}

/// The items of a sequence; `None` for anything else.
fn sequence(vm: &Vm, v: &Value) -> PyResult<Option<Vec<Value>>> {
    if let Some(l) = v.downcast::<PyList>() {
        return Ok(Some(l.items.to_vec()));
    }
    if let Some(t) = v.downcast::<PyTuple>() {
        return Ok(Some(t.items().to_vec()));
    }
    if !matches!(
        v.kind(),
        Some(Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range)
    ) {
        return Ok(None);
    }
    let items = vm.collect(v);
    vm.unless_raised(items)
}
