//! `types.CodeType(…)`: code made from its parts. What does not fit together the verifier refuses when it is to run.

use std::sync::Arc;

use opyc_core::code::{Code, SlotKind};
use opyc_core::error::PyResult;
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyStr, PyTuple};
use opyc_core::registry::{TYPE_DEFS, TypeDef};
use opyc_core::text::StrBuf;
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static NEW: TypeDef = TypeDef { name: "code", getsets: &[], methods: &[
    MethodDef::new_method(
        "argcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, \
         name, firstlineno, lnotab, freevars=, cellvars=, /",
        new,
    )
    .until(Version::V3_7),
    MethodDef::new_method(
        "argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, \
         varnames, filename, name, firstlineno, linetable, freevars=, cellvars=, /",
        new,
    )
    .since(Version::V3_8)
    .until(Version::V3_10),
    MethodDef::new_method(
        "argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, \
         varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=, cellvars=, /",
        new,
    )
    .since(Version::V3_11),
] };

/// Reads the arguments one by one, so that the signatures' order is the only difference between versions.
struct Parts<'a> {
    vm: &'a Vm,
    args: &'a [Value],
    at: usize,
}

impl<'a> Parts<'a> {
    fn next(&mut self) -> Value {
        let v = self.args.get(self.at).cloned().unwrap_or(Value::NULL);
        self.at += 1;
        v
    }

    fn wrong(&self, want: &str, v: &Value) -> opyc_core::error::Raise {
        let text = format!(
            "code() argument {} must be {want}, not {}",
            self.at,
            self.vm.type_name(v)
        );
        self.vm.type_error(&text)
    }

    fn count(&mut self) -> PyResult<u32> {
        let v = self.next();
        u32::try_from(self.vm.int_arg(&v)?)
            .map_err(|_| self.vm.value_error("code: argcount must not be negative"))
    }

    fn bytes(&mut self) -> PyResult<Box<[u8]>> {
        let v = self.next();
        let Some(b) = self.vm.buffer(&v)? else {
            return Err(self.wrong("bytes", &v));
        };
        Ok(b.into_owned().into())
    }

    fn text(&mut self) -> PyResult<Arc<StrBuf>> {
        let v = self.next();
        match v.downcast::<PyStr>() {
            Some(s) => Ok(Arc::new(s.view().to_buf())),
            None => Err(self.wrong("str", &v)),
        }
    }

    fn texts(&mut self) -> PyResult<Vec<Arc<StrBuf>>> {
        let v = self.next();
        if v.is_null() {
            return Ok(Vec::new());
        }
        let Some(t) = v.downcast::<PyTuple>() else {
            return Err(self.wrong("tuple", &v));
        };
        t.iter()
            .map(|s| match s.downcast::<PyStr>() {
                Some(s) => Ok(Arc::new(s.view().to_buf())),
                None => {
                    let ty = self.vm.type_name(s);
                    Err(self.vm.type_error(&format!(
                        "name tuples must contain only strings, not '{ty}'"
                    )))
                }
            })
            .collect()
    }
}

fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let version = vm.version();
    let modern = version >= Version::V3_11;
    let mut p = Parts { vm, args, at: 1 };
    let argcount = p.count()?;
    let posonlyargcount = if version >= Version::V3_8 {
        p.count()?
    } else {
        0
    };
    let (kwonlyargcount, nlocals, stacksize, flags) =
        (p.count()?, p.count()?, p.count()?, p.count()?);
    let code = p.bytes()?;
    let consts = p.next();
    let Some(consts) = consts.downcast::<PyTuple>() else {
        return Err(p.wrong("tuple", &consts));
    };
    let consts = consts
        .iter()
        .map(|c| super::code_consts::constant(vm, c))
        .collect::<PyResult<Vec<_>>>()?;
    let (names, varnames) = (p.texts()?, p.texts()?);
    let (filename, name) = (p.text()?, p.text()?);
    let qualname = if modern { p.text()? } else { name.clone() };
    let firstlineno = p.next();
    let firstlineno = i32::try_from(vm.int_arg(&firstlineno)?)
        .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?;
    let linetable = p.bytes()?;
    let exceptiontable = if modern { p.bytes()? } else { Box::default() };
    let (freevars, cellvars) = (p.texts()?, p.texts()?);
    if varnames.len() != nlocals as usize {
        return Err(vm.value_error("code: varnames is too small"));
    }
    let mut slots: Vec<(Arc<StrBuf>, SlotKind)> = Vec::new();
    for n in &varnames {
        // From 3.11 an argument that is also a cell has one slot.
        let cell = modern && cellvars.contains(n);
        slots.push((
            n.clone(),
            SlotKind(SlotKind::LOCAL | if cell { SlotKind::CELL } else { 0 }),
        ));
    }
    for n in cellvars
        .into_iter()
        .filter(|n| !modern || !varnames.contains(n))
    {
        slots.push((n, SlotKind(SlotKind::CELL)));
    }
    slots.extend(freevars.into_iter().map(|n| (n, SlotKind(SlotKind::FREE))));
    let code = Code {
        version,
        argcount,
        posonlyargcount,
        kwonlyargcount,
        stacksize,
        flags,
        code,
        consts: consts.into(),
        names: names.into(),
        localsplus: slots.into(),
        nlocals,
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable,
    };
    Ok(vm.new_code(Arc::new(code)).into_value())
}
