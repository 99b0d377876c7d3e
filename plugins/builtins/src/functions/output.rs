//! `print` and `input`.

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, MethodDef, PyStr};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::util::unknown_keyword;

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static OUTPUT: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::raw("print", Access::Function, print),
        MethodDef::function("input", "prompt=, /", input),
    ],
    init: super::nothing,
};

/// Where text goes: a Python file object, or the host where `sys` has none.
enum Sink {
    File(Value),
    Host,
}

impl Sink {
    /// `sys.stdout`; `None` if the program has set it to None.
    fn stdout(vm: &Vm) -> Option<Sink> {
        match vm.sys_attr("stdout") {
            Some(f) if f.is_none() => None,
            Some(f) => Some(Sink::File(f)),
            None => Some(Sink::Host),
        }
    }

    fn write(&self, vm: &Vm, text: &Value) -> PyResult<()> {
        match self {
            Sink::File(f) => {
                vm.call_method(f, &vm.names.write, std::slice::from_ref(text))?;
            }
            Sink::Host => {
                let s = vm.str_lossy(text);
                vm.host()
                    .stdout(s.as_bytes())
                    .map_err(|e| host_error(vm, &e))?;
            }
        }
        Ok(())
    }

    fn flush(&self, vm: &Vm) -> PyResult<()> {
        match self {
            Sink::File(f) => {
                vm.call_method(f, &vm.names.flush, &[])?;
            }
            Sink::Host => vm.host().flush().map_err(|e| host_error(vm, &e))?,
        }
        Ok(())
    }
}

fn host_error(vm: &Vm, e: &std::io::Error) -> Raise {
    vm.new_error(&vm.exc_types.OSError, &e.to_string())
}

/// `sep` or `end`: a str, or None for the usual one.
fn separator(vm: &Vm, name: &str, v: &Value, usual: &str) -> PyResult {
    if v.is_none() {
        return Ok(vm.new_str(usual));
    }
    if vm.is_str(v) {
        return Ok(v.clone());
    }
    Err(vm.type_error(&format!(
        "{name} must be None or a string, not {}",
        vm.type_name(v)
    )))
}

fn print(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (mut sep, mut end, mut file, mut flush) = (Value::NONE, Value::NONE, Value::NONE, false);
    for (k, v) in args.keywords() {
        match vm.str_lossy(k).as_str() {
            "sep" => sep = v.clone(),
            "end" => end = v.clone(),
            "file" => file = v.clone(),
            "flush" => flush = vm.truth(v)?,
            _ => return Err(unknown_keyword(vm, "print", k)),
        }
    }
    let sink = if file.is_none() {
        Sink::stdout(vm)
    } else {
        Some(Sink::File(file))
    };
    let Some(sink) = sink else {
        return Ok(Value::NONE);
    };
    let sep = separator(vm, "sep", &sep, " ")?;
    let end = separator(vm, "end", &end, "\n")?;
    for (i, v) in args.pos().iter().enumerate() {
        if i > 0 {
            sink.write(vm, &sep)?;
        }
        sink.write(vm, &vm.str_of(v)?)?;
    }
    sink.write(vm, &end)?;
    if flush {
        sink.flush(vm)?;
    }
    Ok(Value::NONE)
}

fn input(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(sink) = Sink::stdout(vm) else {
        return Err(vm.runtime_error("input(): lost sys.stdout"));
    };
    if let Some(prompt) = args[0].opt() {
        sink.write(vm, &vm.str_of(prompt)?)?;
    }
    sink.flush(vm)?;
    let stdin = vm.sys_attr("stdin");
    let line = match stdin {
        Some(f) if f.is_none() => return Err(vm.runtime_error("input(): lost sys.stdin")),
        Some(f) => vm.call_method_str(&f, "readline", &[])?,
        None => {
            let bytes = vm.host().read_line().map_err(|e| host_error(vm, &e))?;
            vm.new_str(&String::from_utf8_lossy(&bytes))
        }
    };
    let Some(s) = line.downcast::<PyStr>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    let text = s.view();
    match text.len().checked_sub(1) {
        None => Err(vm.eof_error("EOF when reading a line")),
        Some(last) if text.get(last) == Some(u32::from(b'\n')) => {
            Ok(vm.new_text(text.slice(0, last).to_buf().view()))
        }
        Some(_) => Ok(line),
    }
}
