//! What is printed for an exception that cannot be raised.

use super::chain::Printer;
use super::{Style, message};
use crate::error::PyResult;
use crate::object::PyException;
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// The text; see [`Vm::unraisable_text`]. It is C code that prints it, in all versions.
pub(super) fn text(
    vm: &Vm,
    message: Option<&str>,
    object: &Value,
    exc: &Value,
) -> PyResult<String> {
    let mut p = Printer::new(vm, Style::C);
    if object.is_none() || object.is_null() {
        if let Some(message) = message {
            p.emit(&format!("{message}:\n"));
        }
    } else {
        let shown =
            message::repr_of(vm, object)?.unwrap_or_else(|| "<object repr() failed>".into());
        p.emit(&format!(
            "{}: {shown}\n",
            message.unwrap_or("Exception ignored in")
        ));
    }
    let Some(e) = exc.downcast::<PyException>() else {
        return Ok(p.out);
    };
    // 3.13 has moved carets to the `traceback` module.
    p.carets = vm.version() < Version::V3_13;
    p.traceback(&e.traceback.get(), "Traceback (most recent call last):\n")?;
    let class = message::class_name(vm, vm.type_of(exc))?;
    let text = message::text_of(vm, exc)?.unwrap_or_else(|| "<exception str() failed>".into());
    p.emit(&format!("{class}: {text}\n"));
    Ok(p.out)
}
