//! Prints what opyc reads from `.pyc` files, in the line format of `tools/check_decode.py`, which compares it with
//! what CPython says: `dump_decode FILE...`, or `dump_decode @LIST` for a file of file names.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use dashu_int::IBig;
use opyc_core::code::{Code, Const, SlotKind};
use opyc_core::decode::{self, Operand};
use opyc_core::lines::{LineTable, Position, positions};
use opyc_core::pyc;
use opyc_core::text::{Str, StrBuf};
use opyc_core::version;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    match run(&mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dump_decode: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.strip_prefix('@') {
            Some(list) => {
                files.extend(std::fs::read_to_string(list)?.lines().map(str::to_owned));
            }
            None => files.push(argument),
        }
    }
    for file in files {
        match pyc::read(&std::fs::read(&file)?, &file) {
            Ok(pyc) => dump(&pyc.code, out)?,
            Err(error) => writeln!(out, "error {error}")?,
        }
    }
    Ok(())
}

fn dump(code: &Code, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "code {} {} {} {} {} {} {:#x} {} {}",
        text(&code.name),
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.nlocals,
        code.stacksize,
        code.flags,
        code.firstlineno,
        text(&code.filename),
    )?;
    writeln!(out, "qualname {}", text(&code.qualname))?;
    let names: Vec<_> = code.names.iter().map(|name| text(name)).collect();
    writeln!(out, "names {}", names.join(","))?;
    for (title, kind) in [
        ("varnames", SlotKind::LOCAL),
        ("cellvars", SlotKind::CELL),
        ("freevars", SlotKind::FREE),
    ] {
        let slots = code.localsplus.iter().filter(|slot| slot.1.has(kind));
        let names: Vec<_> = slots.map(|slot| text(&slot.0)).collect();
        writeln!(out, "{title} {}", names.join(","))?;
    }
    for value in &code.consts {
        writeln!(out, "const {}", constant(value))?;
    }
    dump_instructions(code, out)?;
    for range in LineTable::new(code) {
        writeln!(out, "line {} {}", range.start, number(range.line))?;
    }
    let mut last = None;
    for range in positions(code) {
        if last != Some(range.position) {
            last = Some(range.position);
            let Position {
                line,
                end_line,
                col,
                end_col,
            } = range.position;
            let [line, end_line, col, end_col] = [line, end_line, col, end_col].map(number);
            writeln!(
                out,
                "position {} {line} {end_line} {col} {end_col}",
                range.start
            )?;
        }
    }
    for value in &code.consts {
        if let Const::Code(inner) = value {
            dump(inner, out)?;
        }
    }
    Ok(())
}

fn dump_instructions(code: &Code, out: &mut impl Write) -> io::Result<()> {
    let info = version::info(code.version);
    let decoded = match decode::decode(code, info) {
        Ok(decoded) => decoded,
        Err(error) => return writeln!(out, "error {error}"),
    };
    // Where each instruction starts, its EXTENDED_ARGs included, and where the last one ends.
    let mut starts = vec![0];
    for instruction in &decoded.instructions {
        let caches = info.op(instruction.op).map_or(0, |op| op.caches);
        starts.push(instruction.offset + 2 + 2 * u32::from(caches));
    }
    let start = |index: u32| starts.get(index as usize).copied().unwrap_or(u32::MAX);
    for instruction in &decoded.instructions {
        let name = info.op(instruction.op).map_or("?", |op| op.name);
        write!(out, "op {} {name} {}", instruction.offset, instruction.arg)?;
        match instruction.operand {
            Operand::Label(target) => writeln!(out, " to {}", start(target))?,
            Operand::Name(index, flags) => writeln!(out, " name {index} {flags}")?,
            Operand::Cell(slot) => {
                let name = code.localsplus.get(slot as usize).map(|slot| text(&slot.0));
                writeln!(out, " cell {}", name.unwrap_or_default())?;
            }
            Operand::Compare(index, _) => {
                let sign = info.cmp_op.get(usize::from(index)).unwrap_or(&"?");
                writeln!(out, " compare {sign}")?;
            }
            _ => writeln!(out)?,
        }
    }
    for entry in &decoded.exceptions {
        writeln!(
            out,
            "exception {} {} {} {} {}",
            start(entry.start),
            start(entry.end),
            start(entry.target),
            entry.depth,
            u8::from(entry.lasti),
        )?;
    }
    Ok(())
}

fn number(number: Option<u32>) -> String {
    number.map_or("-".to_owned(), |number| number.to_string())
}

fn constant(value: &Const) -> String {
    let items = |items: &[Const]| -> Vec<String> { items.iter().map(constant).collect() };
    match value {
        Const::None => "None".to_owned(),
        Const::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Const::Ellipsis => "Ellipsis".to_owned(),
        Const::StopIteration => "StopIteration".to_owned(),
        Const::Int(value) => format!("int:{:x}", IBig::from(*value)),
        Const::BigInt(value) => format!("int:{:x}", **value),
        Const::Float(value) => format!("float:{:016x}", value.to_bits()),
        Const::Complex(re, im) => {
            format!("complex:{:016x},{:016x}", re.to_bits(), im.to_bits())
        }
        Const::Bytes(value) => {
            let digits: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("bytes:{digits}")
        }
        Const::Str(value, _) => format!("str:{}", text(value)),
        Const::Tuple(value) => format!("({})", items(value).join(",")),
        Const::List(value) => format!("[{}]", items(value).join(",")),
        Const::Set(value) | Const::FrozenSet(value) => {
            let mut items = items(value);
            items.sort();
            format!("{{{}}}", items.join(","))
        }
        Const::Dict(value) => {
            let pair = |(key, value): &(Const, Const)| constant(key) + ":" + &constant(value);
            let pairs: Vec<_> = value.iter().map(pair).collect();
            format!("{{{}}}", pairs.join(","))
        }
        Const::Slice(value) => format!("slice({})", items(&value[..]).join(",")),
        Const::Code(value) => format!("code:{}", text(&value.name)),
    }
}

/// Letters, digits and a few signs as they are, everything else in numbers.
fn text(text: &StrBuf) -> String {
    let points: Vec<u32> = match text.view() {
        Str::Ascii(v) | Str::Latin1(v) => v.iter().map(|c| u32::from(*c)).collect(),
        Str::Ucs2(v) => v.iter().map(|c| u32::from(*c)).collect(),
        Str::Ucs4(v) => v.to_vec(),
    };
    let plain = |c: &char| c.is_ascii_alphanumeric() || "_.<>/".contains(*c);
    points
        .into_iter()
        .map(|point| match char::from_u32(point).filter(plain) {
            Some(c) => c.to_string(),
            None => format!("&{point:x};"),
        })
        .collect()
}
