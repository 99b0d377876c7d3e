//! `SyntaxError`.

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, MethodDef, PyException, PyStr, extra};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::super::support::{this, type_def};
use super::{base, member, rest};

type_def!(
    SYNTAX_ERROR,
    "SyntaxError",
    [
        MethodDef::raw("__init__", Access::Method, init),
        MethodDef::method("__str__", "", str)
    ],
    [
        member!("msg", extra::SYNTAX_ERROR_MSG),
        member!("filename", extra::SYNTAX_ERROR_FILENAME),
        member!("lineno", extra::SYNTAX_ERROR_LINENO),
        member!("offset", extra::SYNTAX_ERROR_OFFSET),
        member!("text", extra::SYNTAX_ERROR_TEXT),
        member!(
            "print_file_and_line",
            extra::SYNTAX_ERROR_PRINT_FILE_AND_LINE
        ),
        member!("end_lineno", extra::SYNTAX_ERROR_END_LINENO).since(Version::V3_10),
        member!("end_offset", extra::SYNTAX_ERROR_END_OFFSET).since(Version::V3_10),
        member!("_metadata", extra::SYNTAX_ERROR_METADATA).since(Version::V3_14),
    ]
);

/// The attributes that the tuple behind the message sets, in its order.
const FIELDS: [usize; 7] = [
    extra::SYNTAX_ERROR_FILENAME,
    extra::SYNTAX_ERROR_LINENO,
    extra::SYNTAX_ERROR_OFFSET,
    extra::SYNTAX_ERROR_TEXT,
    extra::SYNTAX_ERROR_END_LINENO,
    extra::SYNTAX_ERROR_END_OFFSET,
    extra::SYNTAX_ERROR_METADATA,
];

/// `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset]))`.
fn init(vm: &Vm, args: &Args<'_>) -> PyResult {
    let e = base::init_args(vm, args)?;
    if let Some(msg) = rest(args).first() {
        e.extra[extra::SYNTAX_ERROR_MSG].set(msg.clone());
    }
    if let [_, info] = rest(args) {
        let info = vm.collect(info)?;
        check_count(vm, info.len())?;
        for (i, field) in FIELDS.iter().enumerate() {
            e.extra[*field].set(info.get(i).cloned().unwrap_or(Value::NULL));
        }
        if info.len() == 5 {
            return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
        }
    }
    Ok(Value::NONE)
}

fn check_count(vm: &Vm, given: usize) -> PyResult<()> {
    let version = vm.version();
    if version < Version::V3_10 {
        return if given == 4 {
            Ok(())
        } else {
            Err(vm.index_error("tuple index out of range"))
        };
    }
    let most = if version >= Version::V3_14 { 7 } else { 6 };
    if given < 4 {
        return Err(vm.type_error(&format!(
            "function takes at least 4 arguments ({given} given)"
        )));
    }
    if given > most {
        return Err(vm.type_error(&format!(
            "function takes at most {most} arguments ({given} given)"
        )));
    }
    Ok(())
}

fn str(vm: &Vm, args: &[Value]) -> PyResult {
    let e = this::<PyException>(vm, &args[0])?;
    let field = |i: usize| match e.extra[i].get() {
        v if v.is_null() => Value::NONE,
        v => v,
    };
    let msg = vm.str_of(&field(extra::SYNTAX_ERROR_MSG))?;
    let filename = field(extra::SYNTAX_ERROR_FILENAME);
    let filename = filename.downcast::<PyStr>().map(|s| {
        let name = s.to_string();
        name.rsplit('/').next().unwrap_or("").to_string()
    });
    let line = vm
        .exact_int(&field(extra::SYNTAX_ERROR_LINENO))
        .and_then(|i| i.as_i64());
    let place = match (filename, line) {
        (Some(f), Some(l)) => format!(" ({f}, line {l})"),
        (Some(f), None) => format!(" ({f})"),
        (None, Some(l)) => format!(" (line {l})"),
        (None, None) => return Ok(msg),
    };
    vm.concat_strings(&[msg, vm.new_str(&place)])
}
