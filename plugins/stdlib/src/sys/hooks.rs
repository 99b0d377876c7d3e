//! `sys.displayhook`, `sys.excepthook`, `sys.unraisablehook`.

use opyc_core::error::PyResult;
use opyc_core::object::{PyException, PyTraceback};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

/// Writes to `sys.stderr`, or to the host where the program has taken that away.
fn complain(vm: &Vm, text: &str) -> PyResult<()> {
    match vm.sys_attr("stderr") {
        Some(f) if !f.is_none() => vm
            .call_method(&f, &vm.names.write, &[vm.new_str(text)])
            .map(drop),
        _ => vm
            .host()
            .stderr(text.as_bytes())
            .map_err(|e| crate::util::os_error(vm, &e, None)),
    }
}

/// `sys.displayhook`.
pub(super) fn displayhook(vm: &Vm, args: &[Value]) -> PyResult {
    if args[0].is_none() {
        return Ok(Value::NONE);
    }
    vm.builtins.set_name(&vm.names.underscore, Value::NONE);
    let Some(out) = vm.sys_attr("stdout") else {
        return Err(vm.runtime_error("lost sys.stdout"));
    };
    let text = vm.repr_of(&args[0])?;
    vm.call_method(&out, &vm.names.write, &[text])?;
    vm.call_method(&out, &vm.names.write, &[vm.new_str("\n")])?;
    vm.builtins.set_name(&vm.names.underscore, args[0].clone());
    Ok(Value::NONE)
}

/// `sys.excepthook`.
pub(super) fn excepthook(vm: &Vm, args: &[Value]) -> PyResult {
    let exc = match vm.exception_instance(&args[1])? {
        Some(e) => e,
        None => match vm.exception_instance(&args[0])? {
            Some(e) => e,
            None => return Err(vm.type_error("print_exception(): Exception expected for value")),
        },
    };
    if args[2].downcast::<PyTraceback>().is_some()
        && let Some(e) = exc.downcast::<PyException>()
        && e.traceback.get().is_none()
    {
        e.traceback.set(args[2].clone());
    }
    let text = vm.exception_text(&exc);
    complain(vm, &text)?;
    Ok(Value::NONE)
}

/// `sys.unraisablehook`.
pub(super) fn unraisablehook(vm: &Vm, args: &[Value]) -> PyResult {
    let get = |name: &str| vm.get_attr_str(&args[0], name);
    let (object, message, exc) = (get("object")?, get("err_msg")?, get("exc_value")?);
    let message = (!message.is_none()).then(|| vm.str_lossy(&message));
    let text = vm.unraisable_text(message.as_deref(), &object, &exc)?;
    vm.write_stderr(&text)?;
    Ok(Value::NONE)
}
