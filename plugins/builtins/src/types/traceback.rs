//! `traceback` and `frame`.

use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{GetSet, MethodDef, PyFrame, PyTraceback};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{address, payload};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static TRACEBACK: TypeDef = TypeDef {
    name: "traceback",
    methods: &[
        MethodDef::new_method("tb_next, tb_frame, tb_lasti, tb_lineno", new).since(Version::V3_7),
        MethodDef::method("__dir__", "", |vm, _| {
            let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
            Ok(vm.new_list(names.iter().map(|n| vm.intern(n)).collect()))
        }),
    ],
    getsets: &[
        GetSet::get("tb_next", next).member().until(Version::V3_6),
        GetSet::get_set("tb_next", next, set_next).since(Version::V3_7),
        GetSet::get("tb_frame", |vm, t| {
            Ok(payload::<PyTraceback>(vm, t)?.frame.value())
        })
        .member(),
        GetSet::get("tb_lasti", |vm, t| {
            Ok(vm.new_int(i64::from(payload::<PyTraceback>(vm, t)?.lasti)))
        })
        .member(),
        GetSet::get("tb_lineno", |vm, t| {
            Ok(line(vm, payload::<PyTraceback>(vm, t)?.lineno))
        })
        .member(),
    ],
};

fn line(vm: &Vm, line: Option<u32>) -> Value {
    line.map_or(Value::NONE, |l| vm.new_int(i64::from(l)))
}

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let next = args[1].clone();
    if !next.is_none() && next.downcast::<PyTraceback>().is_none() {
        let t = vm.type_name(&next);
        return Err(vm.type_error(&format!("expected traceback object or None, got '{t}'")));
    }
    let Some(frame) = args[2].to_ref::<PyFrame>() else {
        let t = vm.type_name(&args[2]);
        let name = if vm.version() >= Version::V3_13 {
            "traceback"
        } else {
            "TracebackType"
        };
        return Err(vm.type_error(&format!(
            "{name}() argument 'tb_frame' must be frame, not {t}"
        )));
    };
    let small = |v: &Value| -> PyResult<i32> {
        i32::try_from(vm.int_arg(v)?)
            .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
    };
    let lasti = small(&args[3])?;
    let lineno = u32::try_from(small(&args[4])?).ok();
    Ok(vm.new_traceback(next, frame, lasti, lineno))
}

fn next(vm: &Vm, this: &Value) -> PyResult {
    Ok(payload::<PyTraceback>(vm, this)?.next.get())
}

fn set_next(vm: &Vm, this: &Value, value: Value) -> PyResult<()> {
    if value.is_null() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    if !value.is_none() && value.downcast::<PyTraceback>().is_none() {
        let t = vm.type_name(&value);
        return Err(vm.type_error(&format!("expected traceback object, got '{t}'")));
    }
    // No loops: printing a traceback would never end.
    let mut at = value.clone();
    while let Some(t) = at.clone().downcast::<PyTraceback>() {
        if at.is(this) {
            return Err(vm.value_error("traceback loop detected"));
        }
        at = t.next.get();
    }
    payload::<PyTraceback>(vm, this)?.next.set(value);
    Ok(())
}

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static FRAME: TypeDef = TypeDef {
    name: "frame",
    methods: &[
        MethodDef::method("__repr__", "", frame_repr),
        MethodDef::method("clear", "", |vm, args| {
            vm.clear_frame(payload::<PyFrame>(vm, &args[0])?)?;
            Ok(Value::NONE)
        }),
    ],
    getsets: &[
        GetSet::get("f_back", |vm, f| {
            Ok(vm.frame_back(payload::<PyFrame>(vm, f)?))
        }),
        GetSet::get("f_code", |vm, f| {
            Ok(payload::<PyFrame>(vm, f)?.code.value())
        }),
        GetSet::get("f_globals", |vm, f| {
            Ok(payload::<PyFrame>(vm, f)?.globals.value())
        }),
        GetSet::get("f_builtins", |vm, f| {
            Ok(payload::<PyFrame>(vm, f)?.builtins.value())
        }),
        GetSet::get("f_locals", |vm, f| {
            vm.frame_locals(payload::<PyFrame>(vm, f)?)
        }),
        GetSet::get("f_lasti", |vm, f| {
            Ok(vm.new_int(i64::from(vm.frame_lasti(payload::<PyFrame>(vm, f)?))))
        }),
        GetSet::get("f_lineno", |vm, f| {
            Ok(line(vm, vm.frame_line(payload::<PyFrame>(vm, f)?)))
        }),
        GetSet::get_set(
            "f_trace",
            |vm, f| Ok(payload::<PyFrame>(vm, f)?.trace.get()),
            |vm, f, v| {
                payload::<PyFrame>(vm, f)?
                    .trace
                    .set(if v.is_null() { Value::NONE } else { v });
                Ok(())
            },
        ),
        GetSet::get("f_trace_lines", |_, _| Ok(Value::bool(true)))
            .member()
            .since(Version::V3_7),
        GetSet::get("f_trace_opcodes", |_, _| Ok(Value::bool(false)))
            .member()
            .since(Version::V3_7),
    ],
};

fn frame_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let f = payload::<PyFrame>(vm, &args[0])?;
    let at = address(&args[0]);
    if vm.version() < Version::V3_7 {
        return Ok(vm.new_str(&format!("<frame object at {at}>")));
    }
    let code = &f.code.code;
    let file = vm.repr_text(&vm.new_text(code.filename.view()))?;
    let line = vm
        .frame_line(f)
        .map_or_else(|| "None".to_string(), |l| l.to_string());
    let name = code.name.view().to_string_lossy().into_owned();
    Ok(vm.new_str(&format!(
        "<frame at {at}, file {file}, line {line}, code {name}>"
    )))
}
