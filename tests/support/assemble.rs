//! A small assembler, for code that no compiler makes.

use std::sync::Arc;

use opyc::core::code::{Code, Const, SlotKind, flags};
use opyc::core::text::StrBuf;
use opyc::core::version::VersionInfo;
use opyc::{Error, Machine, Value};

/// A function of the arguments `a`, `b` and `c`, written as lines `NAME argument`; `>` before a line marks where the jump
/// goes, written as the argument `>`.
pub fn assemble(info: &VersionInfo, lines: &str, consts: &[Const], flags: u32) -> Arc<Code> {
    let parse = |line: &str| {
        let line = line.trim();
        let (marked, line) = match line.strip_prefix("> ") {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        (marked, name.to_owned(), arg.to_owned())
    };
    let lines: Vec<_> = lines
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(parse)
        .collect();
    let number = |name: &str| {
        info.number(name)
            .unwrap_or_else(|| panic!("CPython {} has no {name}", info.version))
    };
    let units = |name: &str| 1 + usize::from(info.op(number(name)).map_or(0, |op| op.caches));
    let at = |end: usize| lines[..end].iter().map(|(_, n, _)| units(n)).sum::<usize>();
    let target = lines.iter().position(|(marked, ..)| *marked).map(at);
    let mut code = Vec::new();
    for (i, (_, name, arg)) in lines.iter().enumerate() {
        let arg = match arg.as_str() {
            ">" => {
                let jump = target.expect("a line is marked") - at(i) - units(name);
                u8::try_from(jump * 2 / usize::from(info.jump_unit)).expect("a short jump")
            }
            arg => arg.parse().expect("a number"),
        };
        code.extend([number(name), arg]);
        code.resize(code.len() + 2 * (units(name) - 1), 0);
    }
    let text = |s: &str| Arc::new(StrBuf::from(s));
    Arc::new(Code {
        version: info.version,
        argcount: 3,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: flags | flags::OPTIMIZED | flags::NEWLOCALS,
        code: code.into(),
        consts: consts.into(),
        names: [text("real"), text("missing")].into(),
        localsplus: ["a", "b", "c"]
            .map(|n| (text(n), SlotKind(SlotKind::LOCAL)))
            .into(),
        nlocals: 3,
        filename: text("assembled"),
        name: text("f"),
        qualname: text("f"),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: [].into(),
    })
}

/// Calls the function with three arguments; the result's `repr`, or the error's last line.
pub fn call(machine: &Machine, code: &Arc<Code>, args: [Value; 3]) -> String {
    machine.enter(|vm| {
        let f = vm.new_py_function(vm.new_code(code.clone()), vm.new_dict(), None);
        let result = vm.call(f.as_value(), &args).and_then(|r| vm.repr_text(&r));
        match result.map_err(|r| machine.error(r)) {
            Ok(text) => text,
            Err(Error::Raised(e)) => e.traceback.lines().last().unwrap_or_default().to_owned(),
            Err(e) => e.to_string(),
        }
    })
}
