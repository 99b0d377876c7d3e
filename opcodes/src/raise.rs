//! Raising.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow, Dispatch};
use opyc_core::opcodes;

opcodes! {
    /// Raises: with argument 0 what is being handled, with 1 the exception on top, with 2 that below its cause.
    RAISE_VARARGS ["exc? cause? --", |i| (i.arg.min(2), 0)] ends in 6..=14, control byte_raise_varargs;
}

fn byte_raise_varargs(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let vm = d.vm();
    match d.arg() {
        0 => {
            let handled = vm.handled_exception();
            if handled.is_none() {
                return Err(vm.runtime_error("No active exception to reraise"));
            }
            // The frame keeps its entry in the traceback: CPython adds none either.
            Ok(ControlFlow::Reraise(Raise::from_exception(handled)))
        }
        1 => {
            let exc = d.pop()?;
            Err(vm.make_raise(&exc, None))
        }
        2 => {
            let (cause, exc) = (d.pop()?, d.pop()?);
            Err(vm.make_raise(&exc, Some(&cause)))
        }
        _ => Err(vm.system_error("bad RAISE_VARARGS oparg")),
    }
}
