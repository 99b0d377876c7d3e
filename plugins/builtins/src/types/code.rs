//! `code`: the attributes of code objects.

use std::sync::Arc;

use opyc_core::args::Args;
use opyc_core::code::{Code, SlotKind};
use opyc_core::error::PyResult;
use opyc_core::lines;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{Access, GetSet, MethodDef, PyCode, PyStr, PyTuple};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::{CmpOp, Vm};

use crate::util::{address, payload, split_first, unknown_keyword};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static CODE: TypeDef = TypeDef {
    name: "code",
    methods: &[
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__eq__", "value, /", |vm, args| eq(vm, args, true)),
        MethodDef::method("__ne__", "value, /", |vm, args| eq(vm, args, false)),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("co_lines", "", co_lines).since(Version::V3_10),
        MethodDef::method("co_positions", "", co_positions).since(Version::V3_11),
        MethodDef::raw("replace", Access::Method, replace).since(Version::V3_8),
        MethodDef::raw("__replace__", Access::Method, replace).since(Version::V3_13),
    ],
    getsets: &[
        number("co_argcount", |vm, c| int(vm, code(vm, c)?.argcount)),
        number("co_posonlyargcount", |vm, c| {
            int(vm, code(vm, c)?.posonlyargcount)
        })
        .since(Version::V3_8),
        number("co_kwonlyargcount", |vm, c| {
            int(vm, code(vm, c)?.kwonlyargcount)
        }),
        number("co_nlocals", |vm, c| int(vm, code(vm, c)?.nlocals)),
        number("co_stacksize", |vm, c| int(vm, code(vm, c)?.stacksize)),
        number("co_flags", |vm, c| int(vm, code(vm, c)?.flags)),
        number("co_code", |vm, c| Ok(vm.new_bytes(&code(vm, c)?.code))),
        number("co_consts", |vm, c| {
            Ok(vm.new_tuple(vm.code_consts(payload::<PyCode>(vm, c)?).to_vec()))
        }),
        number("co_names", |vm, c| {
            let names = code(vm, c)?
                .names
                .iter()
                .map(|n| vm.intern_text(n.view()))
                .collect();
            Ok(vm.new_tuple(names))
        }),
        number("co_varnames", |vm, c| slots(vm, c, SlotKind::LOCAL)),
        number("co_freevars", |vm, c| slots(vm, c, SlotKind::FREE)),
        number("co_cellvars", |vm, c| slots(vm, c, SlotKind::CELL)),
        number("co_filename", |vm, c| {
            Ok(vm.new_text(code(vm, c)?.filename.view()))
        }),
        number("co_name", |vm, c| {
            Ok(vm.intern_text(code(vm, c)?.name.view()))
        }),
        number("co_qualname", |vm, c| {
            Ok(vm.intern_text(code(vm, c)?.qualname.view()))
        })
        .since(Version::V3_11),
        number("co_firstlineno", |vm, c| {
            Ok(vm.new_int(i64::from(code(vm, c)?.firstlineno)))
        }),
        number("co_lnotab", lnotab),
        number("co_linetable", |vm, c| {
            Ok(vm.new_bytes(&code(vm, c)?.linetable))
        })
        .since(Version::V3_10),
        number("co_exceptiontable", |vm, c| {
            Ok(vm.new_bytes(&code(vm, c)?.exceptiontable))
        })
        .since(Version::V3_11),
    ],
};

const fn number(name: &'static str, get: fn(&Vm, &Value) -> PyResult) -> GetSet {
    GetSet::get(name, get).member()
}

fn code<'a>(vm: &Vm, c: &'a Value) -> PyResult<&'a Code> {
    Ok(&payload::<PyCode>(vm, c)?.code)
}

fn int(vm: &Vm, i: u32) -> PyResult {
    Ok(vm.new_int(i64::from(i)))
}

/// Names of the slots of a kind.
fn slots(vm: &Vm, c: &Value, kind: u8) -> PyResult {
    let all = code(vm, c)?.localsplus.iter();
    Ok(vm.new_tuple(
        all.filter(|(_, k)| k.has(kind))
            .map(|(n, _)| vm.intern_text(n.view()))
            .collect(),
    ))
}

/// The line table in the format of 3.9 and before, which later versions still give.
fn lnotab(vm: &Vm, c: &Value) -> PyResult {
    let code = code(vm, c)?;
    if vm.version() < Version::V3_10 {
        return Ok(vm.new_bytes(&code.linetable));
    }
    let mut out: Vec<u8> = Vec::new();
    let (mut at, mut line) = (0u32, i64::from(code.firstlineno));
    for r in lines::LineTable::new(code) {
        let Some(l) = r.line.map(i64::from) else {
            continue;
        };
        if l == line {
            continue;
        }
        let (mut bytes, mut step) = (r.start.saturating_sub(at), l - line);
        while bytes > 255 {
            out.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&step) {
            let part = step.clamp(-128, 127);
            out.extend([bytes as u8, part as i8 as u8]);
            bytes = 0;
            step -= part;
        }
        out.extend([bytes as u8, step as i8 as u8]);
        (at, line) = (r.start, l);
    }
    Ok(vm.new_bytes(&out))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let c = code(vm, &args[0])?;
    let name = c.name.view().to_string_lossy().into_owned();
    let file = c.filename.view().to_string_lossy().into_owned();
    let line = if c.firstlineno != 0 {
        c.firstlineno
    } else {
        -1
    };
    Ok(vm.new_str(&format!(
        "<code object {name} at {}, file \"{file}\", line {line}>",
        address(&args[0])
    )))
}

fn eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let a = payload::<PyCode>(vm, &args[0])?;
    let Some(b) = args[1].downcast::<PyCode>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(same_code(vm, a, b)? == equal))
}

fn same_code(vm: &Vm, a: &PyCode, b: &PyCode) -> PyResult<bool> {
    let (x, y) = (&*a.code, &*b.code);
    if std::ptr::eq(x, y) {
        return Ok(true);
    }
    let same = x.name == y.name
        && x.argcount == y.argcount
        && x.posonlyargcount == y.posonlyargcount
        && x.kwonlyargcount == y.kwonlyargcount
        && x.flags == y.flags
        && x.firstlineno == y.firstlineno
        && x.code == y.code
        && x.names == y.names
        && x.localsplus.len() == y.localsplus.len()
        && x.localsplus
            .iter()
            .zip(&y.localsplus)
            .all(|(p, q)| p.0 == q.0 && p.1.0 == q.1.0)
        && x.exceptiontable == y.exceptiontable
        && (vm.version() < Version::V3_11 || x.linetable == y.linetable);
    if !same {
        return Ok(false);
    }
    vm.check_rust_stack()?;
    let (p, q) = (vm.code_consts(a), vm.code_consts(b));
    if p.len() != q.len() {
        return Ok(false);
    }
    for (p, q) in p.iter().zip(q) {
        // Equal numbers of different types are different constants.
        if !std::ptr::eq(vm.type_of(p), vm.type_of(q)) || !vm.compare_bool(CmpOp::Eq, p, q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let c = payload::<PyCode>(vm, &args[0])?;
    let x = &c.code;
    let name = vm.hash(&vm.new_text(x.name.view()))?;
    let h = name
        ^ vm.hash_bytes(&x.code)
        ^ i64::from(x.argcount)
        ^ i64::from(x.kwonlyargcount)
        ^ i64::from(x.nlocals)
        ^ i64::from(x.flags);
    Ok(vm.new_int(if h == -1 { -2 } else { h }))
}

/// Triples of start, end and line.
fn co_lines(vm: &Vm, args: &[Value]) -> PyResult {
    let triple = |r: lines::LineRange| {
        let line = r.line.map_or(Value::NONE, |l| vm.new_int(i64::from(l)));
        vm.new_tuple(vec![
            vm.new_int(i64::from(r.start)),
            vm.new_int(i64::from(r.end)),
            line,
        ])
    };
    let all = lines::LineTable::new(code(vm, &args[0])?)
        .map(triple)
        .collect();
    vm.get_iter(&vm.new_list(all))
}

/// Lines and columns of every instruction, caches included.
fn co_positions(vm: &Vm, args: &[Value]) -> PyResult {
    let mut out = Vec::new();
    let n = |v: Option<u32>| v.map_or(Value::NONE, |v| vm.new_int(i64::from(v)));
    let c = code(vm, &args[0])?;
    for r in lines::positions(c) {
        let p = &r.position;
        let v = vm.new_tuple(vec![n(p.line), n(p.end_line), n(p.col), n(p.end_col)]);
        let end = r.end.min(c.code.len() as u32);
        for _ in (r.start..end).step_by(2) {
            out.push(v.clone());
        }
    }
    vm.get_iter(&vm.new_list(out))
}

/// A copy with some fields changed.
fn replace(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    if !rest.pos().is_empty() {
        let n = rest.pos().len();
        return Err(vm.type_error(&format!(
            "replace() takes 0 positional arguments but {n} were given"
        )));
    }
    let mut new = code(vm, this)?.clone();
    for (k, v) in rest.keywords() {
        let name = vm.str_lossy(k);
        match name.as_str() {
            "co_flags" => new.flags = count(vm, v)?,
            "co_stacksize" => new.stacksize = count(vm, v)?,
            "co_firstlineno" => {
                new.firstlineno = i32::try_from(vm.int_arg(v)?)
                    .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?;
            }
            "co_name" => new.name = text(vm, &name, v)?,
            "co_qualname" => new.qualname = text(vm, &name, v)?,
            "co_filename" => new.filename = text(vm, &name, v)?,
            "co_names" => new.names = texts(vm, &name, v)?.into(),
            "co_consts" => {
                let Some(t) = v.downcast::<PyTuple>() else {
                    return Err(wrong(vm, &name, "tuple", v));
                };
                new.consts = t
                    .iter()
                    .map(|c| super::code_consts::constant(vm, c))
                    .collect::<PyResult<Vec<_>>>()?
                    .into();
            }
            "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals"
            | "co_code" | "co_varnames" | "co_freevars" | "co_cellvars" | "co_linetable"
            | "co_lnotab" | "co_exceptiontable" => {
                // These must agree with each other; the machine keeps code as the file had it.
                let now = vm.get_attr(this, k)?;
                if !vm.same_or_equal(&now, v)? {
                    return Err(vm.value_error(&format!("code: {name} cannot be changed")));
                }
            }
            _ => return Err(unknown_keyword(vm, "replace", k)),
        }
    }
    Ok(vm.new_code(Arc::new(new)).into_value())
}

fn count(vm: &Vm, v: &Value) -> PyResult<u32> {
    u32::try_from(vm.int_arg(v)?)
        .map_err(|_| vm.value_error("code: co_flags must be a positive integer"))
}

fn wrong(vm: &Vm, name: &str, want: &str, v: &Value) -> opyc_core::error::Raise {
    vm.type_error(&format!(
        "replace() argument '{name}' must be {want}, not {}",
        vm.type_name(v)
    ))
}

fn text(vm: &Vm, name: &str, v: &Value) -> PyResult<Arc<opyc_core::text::StrBuf>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(Arc::new(s.view().to_buf())),
        None => Err(wrong(vm, name, "str", v)),
    }
}

fn texts(vm: &Vm, name: &str, v: &Value) -> PyResult<Vec<Arc<opyc_core::text::StrBuf>>> {
    let Some(t) = v.downcast::<PyTuple>() else {
        return Err(wrong(vm, name, "tuple", v));
    };
    t.iter().map(|s| text(vm, name, s)).collect()
}
