//! `exec`, `eval`, `compile` and `__import__`.

use opyc_core::args::Args;
use opyc_core::code::flags;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, MethodDef, PyByteArray, PyBytes, PyCell, PyCode, PyDict, PyStr, PyTuple, Ref,
};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use super::namedtuple;
use crate::util::{check_count, unknown_keyword};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static RUN: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::raw("exec", Access::Function, exec),
        MethodDef::raw("eval", Access::Function, eval),
        MethodDef::function(
            "compile",
            "source, filename, mode, flags=, dont_inherit=, optimize=",
            compile,
        ),
        MethodDef::function(
            "__import__",
            "name, globals=, locals=, fromlist=, level=",
            import,
        ),
    ],
    init: super::nothing,
};

/// What is run: a code object, or text.
enum Source {
    Code(Ref<PyCode>),
    Text(String),
}

/// NotImplementedError for source text: opyc has no compiler yet.
fn no_compiler(vm: &Vm, what: &str) -> Raise {
    vm.not_implemented_error(&format!(
        "{what}: opyc runs compiled code only; source text needs the compiler plug-in, which does not exist yet"
    ))
}

fn source(vm: &Vm, function: &str, v: &Value) -> PyResult<Source> {
    if let Some(c) = v.to_ref::<PyCode>() {
        return Ok(Source::Code(c));
    }
    if let Some(s) = v.downcast::<PyStr>() {
        return Ok(Source::Text(s.view().to_string_lossy().into_owned()));
    }
    if let Some(b) = v.downcast::<PyBytes>() {
        return Ok(Source::Text(String::from_utf8_lossy(&b.data).into_owned()));
    }
    if let Some(b) = v.downcast::<PyByteArray>() {
        return Ok(Source::Text(
            String::from_utf8_lossy(&b.data.borrow()).into_owned(),
        ));
    }
    Err(vm.type_error(&format!(
        "{function}() arg 1 must be a string, bytes or code object"
    )))
}

/// The arguments of `exec` and `eval`: what, globals, locals and (of `exec`, 3.11 and later) the closure.
fn arguments(vm: &Vm, function: &str, args: &Args<'_>) -> PyResult<[Option<Value>; 4]> {
    let given = args.pos().len();
    if vm.version() >= Version::V3_13 {
        if given == 0 {
            return Err(vm.type_error(&format!(
                "{function}() takes at least 1 positional argument (0 given)"
            )));
        }
        if given > 3 {
            let text = format!("{function}() takes at most 3 positional arguments ({given} given)");
            return Err(vm.type_error(&text));
        }
    } else {
        check_count(vm, function, given, 1, 3)?;
    }
    let mut out = [const { None }; 4];
    for (slot, v) in out.iter_mut().zip(args.pos()) {
        *slot = Some(v.clone());
    }
    for (k, v) in args.keywords() {
        let name = vm.str_lossy(k);
        let at = match name.as_str() {
            "globals" if vm.version() >= Version::V3_13 => 1,
            "locals" if vm.version() >= Version::V3_13 => 2,
            "closure" if vm.version() >= Version::V3_11 && function == "exec" => 3,
            _ if vm.version() < Version::V3_11
                || function == "eval" && vm.version() < Version::V3_13 =>
            {
                return Err(vm.type_error(&format!("{function}() takes no keyword arguments")));
            }
            _ => return Err(unknown_keyword(vm, function, k)),
        };
        if out[at].is_some() {
            let text = format!(
                "argument for {function}() given by name ('{name}') and position ({})",
                at + 1
            );
            return Err(vm.type_error(&text));
        }
        out[at] = Some(v.clone());
    }
    Ok(out.map(|v| v.filter(|v| !v.is_none())))
}

/// Globals and locals: those given, or those of the caller.
fn namespaces(
    vm: &Vm,
    function: &str,
    globals: Option<Value>,
    locals: Option<Value>,
) -> PyResult<(Ref<PyDict>, Value)> {
    if let Some(l) = &locals
        && vm.lookup_type(vm.type_of(l), &vm.names.getitem).is_none()
    {
        let text = match function {
            "exec" => format!("locals must be a mapping or None, not {}", vm.type_name(l)),
            _ => "locals must be a mapping".to_string(),
        };
        return Err(vm.type_error(&text));
    }
    let own = globals.is_none();
    let globals = match globals {
        Some(g) => match g.to_ref::<PyDict>() {
            Some(g) => g,
            None if function == "exec" => {
                let t = vm.type_name(&g);
                return Err(vm.type_error(&format!("exec() globals must be a dict, not {t}")));
            }
            None => return Err(vm.type_error("globals must be a dict")),
        },
        None => match vm.current_globals() {
            Some(g) => g,
            None => return Err(vm.system_error("globals and locals cannot be NULL")),
        },
    };
    let locals = match locals {
        Some(l) => l,
        None if own => vm.current_locals()?,
        None => globals.value(),
    };
    if globals.get_name(&vm.names.builtins).is_none() {
        globals.set_name(&vm.names.builtins, vm.builtins.value());
    }
    Ok((globals, locals))
}

fn run_code(
    vm: &Vm,
    function: &str,
    code: Ref<PyCode>,
    globals: Ref<PyDict>,
    locals: Value,
    closure: Option<Value>,
) -> PyResult {
    let free = code.code.nfree();
    let optimized = code.code.flags & flags::OPTIMIZED != 0;
    check_closure(vm, function, free, closure.as_ref())?;
    let f = vm.new_py_function(code, globals, None);
    if let Some(c) = closure {
        f.closure.set(c);
    }
    if optimized {
        vm.call(f.as_value(), &[])
    } else {
        vm.run_in_namespace(&f, locals)
    }
}

fn check_closure(vm: &Vm, function: &str, free: usize, closure: Option<&Value>) -> PyResult<()> {
    if vm.version() < Version::V3_11 || function == "eval" {
        if free > 0 {
            let text = format!("code object passed to {function}() may not contain free variables");
            return Err(vm.type_error(&text));
        }
        return Ok(());
    }
    match closure {
        None if free == 0 => Ok(()),
        Some(_) if free == 0 => Err(vm.type_error("cannot use a closure with this code object")),
        Some(c)
            if c.downcast::<PyTuple>().is_some_and(|t| {
                t.len() == free && t.iter().all(|c| c.downcast::<PyCell>().is_some())
            }) =>
        {
            Ok(())
        }
        _ => Err(vm.type_error(&format!(
            "code object requires a closure of exactly length {free}"
        ))),
    }
}

fn exec(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [what, globals, locals, closure] = arguments(vm, "exec", args)?;
    let (globals, locals) = namespaces(vm, "exec", globals, locals)?;
    match source(vm, "exec", &what.unwrap_or(Value::NONE))? {
        Source::Code(code) => {
            run_code(vm, "exec", code, globals, locals, closure)?;
        }
        Source::Text(text) if text.trim().is_empty() => {}
        Source::Text(text) => {
            let done = namedtuple::exec_template(vm, &text, &globals)?;
            if !done {
                return Err(no_compiler(vm, "exec()"));
            }
        }
    }
    Ok(Value::NONE)
}

fn eval(vm: &Vm, args: &Args<'_>) -> PyResult {
    let [what, globals, locals, _] = arguments(vm, "eval", args)?;
    let (globals, locals) = namespaces(vm, "eval", globals, locals)?;
    match source(vm, "eval", &what.unwrap_or(Value::NONE))? {
        Source::Code(code) => run_code(vm, "eval", code, globals, locals, None),
        Source::Text(text) => match namedtuple::eval_template(vm, &text, &globals)? {
            Some(f) => Ok(f),
            None => Err(no_compiler(vm, "eval()")),
        },
    }
}

fn compile(vm: &Vm, args: &[Value]) -> PyResult {
    let mode = vm.str_lossy(&args[2]);
    if !matches!(mode.as_str(), "exec" | "eval" | "single" | "func_type") {
        return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'"));
    }
    let text = args[0].downcast::<PyStr>().is_some()
        || args[0].downcast::<PyBytes>().is_some()
        || args[0].downcast::<PyByteArray>().is_some();
    if !text {
        return Err(vm.type_error("compile() arg 1 must be a string, bytes or AST object"));
    }
    Err(no_compiler(vm, "compile()"))
}

fn import(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_str(&args[0]) {
        let text = if vm.version() >= Version::V3_11 {
            "module name must be a string".to_string()
        } else {
            format!(
                "__import__() argument 1 must be str, not {}",
                vm.type_name(&args[0])
            )
        };
        return Err(vm.type_error(&text));
    }
    let given = |i: usize| args[i].opt().cloned().unwrap_or(Value::NONE);
    let level = match args[4].opt() {
        Some(l) => vm.int_arg(l)?,
        None => 0,
    };
    vm.import_name(&args[0], &given(1), &given(3), level)
}
