//! `OSError` and its subclasses.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, GetSet, MethodDef, PyException, PyType, Ref, extra, value_of};
use opyc_core::value::Value;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};
use super::{base, class, exception, is_set, member, no_keywords, rest};

type_def!(
    OS_ERROR,
    "OSError",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__str__", "", str),
        MethodDef::method("__reduce__", "", reduce),
    ],
    [
        member!("errno", extra::OS_ERROR_ERRNO),
        member!("strerror", extra::OS_ERROR_STRERROR),
        member!("filename", extra::OS_ERROR_FILENAME),
        member!("filename2", extra::OS_ERROR_FILENAME2),
        GetSet::get_set(
            "characters_written",
            characters_written,
            set_characters_written
        ),
    ]
);

/// Whether a class has an `__init__` of its own but not a `__new__`: then `OSError.__init__` does the work, with the
/// arguments that it is called with.
fn inits_late(vm: &Vm, class: &PyType) -> bool {
    let builtin = vm.exc_types.OSError.clone();
    let same = |name: &str| {
        let name = vm.intern(name);
        match (
            vm.lookup_type(class, &name),
            vm.lookup_type(&builtin, &name),
        ) {
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        }
    };
    !same("__init__") && same("__new__")
}

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    if inits_late(vm, class) {
        return Ok(vm.alloc_exception(class, Vec::new()).into_value());
    }
    no_keywords(vm, args, &class.name())?;
    let mut chosen: Ref<PyType> = Ref::new(class);
    if std::ptr::eq(class, &*vm.exc_types.OSError)
        && (2..=5).contains(&rest(args).len())
        && let Some(errno) = rest(args)
            .first()
            .and_then(|v| vm.int_value(v))
            .and_then(|i| i.as_i64())
    {
        chosen = vm.os_error_class(errno);
    }
    let e = vm.alloc_exception(&chosen, Vec::new());
    fill(vm, &e, rest(args))?;
    Ok(e.into_value())
}

fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = exception(vm, args)?;
    let Some(this) = args.pos().first() else {
        return Ok(Value::NONE);
    };
    let class = vm.type_of(this);
    if inits_late(vm, class) {
        no_keywords(vm, args, &class.name())?;
        fill(vm, e, rest(args))?;
    }
    Ok(Value::NONE)
}

/// Sets the attributes from `(errno, strerror[, filename[, winerror[, filename2]]])`; other numbers of arguments are
/// only kept.
fn fill(vm: &Vm, e: &PyException, given: &[Value]) -> PyResult<()> {
    let mut kept = given;
    if let [errno, strerror, more @ ..] = given
        && more.len() <= 3
    {
        if let Some(filename) = more.first().filter(|f| is_set(f)) {
            let blocking = std::ptr::eq(vm.type_of(&value_of(e)), &*vm.exc_types.BlockingIOError);
            if blocking && (vm.is_int(filename) || filename.as_float().is_some()) {
                // It is the number of characters that were written before.
                let written = vm.index_i64(filename)?;
                e.extra[extra::OS_ERROR_CHARACTERS_WRITTEN].set(vm.new_int(written));
            } else {
                e.extra[extra::OS_ERROR_FILENAME].set(filename.clone());
                if let Some(second) = more.get(2).filter(|f| is_set(f)) {
                    e.extra[extra::OS_ERROR_FILENAME2].set(second.clone());
                }
                kept = &given[..2];
            }
        }
        e.extra[extra::OS_ERROR_ERRNO].set(errno.clone());
        e.extra[extra::OS_ERROR_STRERROR].set(strerror.clone());
    }
    e.args.set(vm.new_tuple(kept.to_vec()));
    Ok(())
}

fn str(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let field = |i: usize| e.extra[i].get();
    let (errno, strerror) = (
        field(extra::OS_ERROR_ERRNO),
        field(extra::OS_ERROR_STRERROR),
    );
    let filename = field(extra::OS_ERROR_FILENAME);
    if filename.is_null() && (errno.is_null() || strerror.is_null()) {
        return base::str(vm, args);
    }
    let text = |v: &Value| {
        if v.is_null() {
            Ok(vm.new_str("None"))
        } else {
            vm.str_of(v)
        }
    };
    let mut parts = vec![
        vm.new_str("[Errno "),
        text(&errno)?,
        vm.new_str("] "),
        text(&strerror)?,
    ];
    if !filename.is_null() {
        parts.extend([vm.new_str(": "), vm.repr_of(&filename)?]);
        let second = field(extra::OS_ERROR_FILENAME2);
        if !second.is_null() {
            parts.extend([vm.new_str(" -> "), vm.repr_of(&second)?]);
        }
    }
    vm.concat_strings(&parts)
}

/// The file names, which `args` lacks, come back.
fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let filename = e.extra[extra::OS_ERROR_FILENAME].get();
    let mut given = base::args_of(e);
    if given.len() == 2 && !filename.is_null() {
        given.push(filename);
        let second = e.extra[extra::OS_ERROR_FILENAME2].get();
        if !second.is_null() {
            given.extend([Value::NONE, second]);
        }
    }
    Ok(base::reduced(
        vm,
        &args[0],
        vm.new_tuple(given),
        base::own_state(vm, &args[0])?,
    ))
}

fn characters_written(vm: &Vm, v: &Value) -> PyResult {
    let written = this::<PyException>(vm, v)?.extra[extra::OS_ERROR_CHARACTERS_WRITTEN].get();
    if written.is_null() {
        Err(vm.attribute_error("characters_written"))
    } else {
        Ok(written)
    }
}

fn set_characters_written(vm: &Vm, v: &Value, new: Value) -> PyResult<()> {
    let e = this::<PyException>(vm, v)?;
    if new.is_null() {
        characters_written(vm, v)?;
        e.extra[extra::OS_ERROR_CHARACTERS_WRITTEN].set(Value::NULL);
        return Ok(());
    }
    let n = vm.index_i64(&new)?;
    e.extra[extra::OS_ERROR_CHARACTERS_WRITTEN].set(vm.new_int(n));
    Ok(())
}
