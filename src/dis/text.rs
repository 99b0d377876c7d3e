//! The text of a listing: two layouts, that of `dis` up to 3.12 and the one with labels since 3.13.

use std::io::{self, Write};
use std::sync::Arc;

use opyc_core::code::{Code, Const};
use opyc_core::text::StrBuf;
use opyc_core::version::Version;

use super::{Disassembler, Instruction, Listing};

/// Columns of the opcode's name.
const NAME_WIDTH: usize = 20;
/// Columns of the argument.
const ARG_WIDTH: usize = 5;
/// Stands for the number of an instruction without a line, since 3.13.
const NO_LINE: &str = "  --";

/// How a listing is laid out.
#[derive(Clone, Copy, Default)]
pub struct Layout {
    /// Whether offsets are shown in 3.13 and later, whose `dis` shows them only when asked to. Earlier versions
    /// always show them.
    pub offsets: bool,
    /// What marks up the parts; none by default.
    pub style: Style,
}

/// What stands before and after each kind of part.
#[derive(Clone, Copy, Default)]
pub struct Style {
    /// Escape sequences for headings.
    pub heading: &'static str,
    /// For line numbers.
    pub line: &'static str,
    /// For labels and the marks of jump targets.
    pub label: &'static str,
    /// For names of opcodes.
    pub opname: &'static str,
    /// For what arguments mean.
    pub meaning: &'static str,
    /// After each of these.
    pub end: &'static str,
}

impl Style {
    /// The colours of a terminal.
    pub const COLOUR: Style = Style {
        heading: "\x1b[1m",
        line: "\x1b[33m",
        label: "\x1b[35m",
        opname: "\x1b[36m",
        meaning: "\x1b[32m",
        end: "\x1b[0m",
    };

    /// A part between its marks; the blanks around it stay outside.
    fn paint(&self, mark: &str, text: &str) -> String {
        let part = text.trim();
        if mark.is_empty() || part.is_empty() {
            return text.to_owned();
        }
        let before = text.len() - text.trim_start().len();
        let (left, rest) = text.split_at(before);
        format!("{left}{mark}{part}{}{}", self.end, &rest[part.len()..])
    }
}

/// A name as it is printed: surrogates, which no output can take, as escapes.
pub(super) fn plain(name: &StrBuf) -> String {
    match name.view().to_str_lossless() {
        Some(text) => text.into_owned(),
        None => {
            let show = |c| char::from_u32(c).map_or_else(|| format!("\\u{c:04x}"), String::from);
            name.view().iter().map(show).collect()
        }
    }
}

/// A code object as `repr` shows it, without the address.
pub fn code_name(code: &Code) -> String {
    let line = match code.firstlineno {
        0 => -1,
        line => line,
    };
    format!(
        "<code object {}, file \"{}\", line {line}>",
        plain(&code.name),
        plain(&code.filename)
    )
}

impl Disassembler {
    /// Writes the listing of `code` and of all code objects inside it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, code: &Arc<Code>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        self.write_one(code, layout, out)?;
        for constant in &code.consts {
            if let Const::Code(inner) = constant {
                let heading = format!("Disassembly of {}:", code_name(inner));
                let style = layout.style;
                writeln!(out, "\n{}", style.paint(style.heading, &heading))?;
                self.write(inner, layout, out)?;
            }
        }
        Ok(())
    }

    fn write_one(&self, code: &Code, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let listing = self.listing(code);
        let columns = Columns::new(self.info.version, code, &listing, layout);
        for instruction in &listing.instructions {
            if columns.line > 0 && instruction.starts_line && instruction.offset > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}", columns.row(instruction))?;
        }
        columns.exception_table(&listing, out)
    }
}

/// Widths of the columns of one code object's listing.
struct Columns {
    /// Line numbers; 0 if they are not shown.
    line: usize,
    /// Offsets; 0 if they are not shown.
    offset: usize,
    /// Labels; `None` if targets are marked by `>>` instead.
    label: Option<usize>,
    style: Style,
}

fn digits(number: impl ToString) -> usize {
    number.to_string().len()
}

impl Columns {
    fn new(version: Version, code: &Code, listing: &Listing, layout: Layout) -> Columns {
        let started = listing.instructions.iter().filter(|i| i.starts_line);
        // Line 0, where a module begins, is no reason to show lines since 3.13.
        let least_line = u32::from(version >= Version::V3_13);
        let lines = started.clone().filter_map(|i| i.line);
        let last_line = lines.filter(|line| *line >= least_line).max();
        let some_without = started.clone().any(|i| i.line.is_none());
        let line = match last_line {
            _ if version == Version::V3_6 => 3,
            None if version <= Version::V3_9 => 3,
            None => 0,
            Some(last) => {
                let least = if some_without { NO_LINE.len() } else { 3 };
                digits(last).max(least)
            }
        };
        let by_label = version >= Version::V3_13;
        let last_offset = code.code.len().saturating_sub(2);
        let offset = match last_offset {
            _ if by_label && !layout.offsets => 0,
            10_000.. if version >= Version::V3_7 => digits(last_offset),
            _ => 4,
        };
        Columns {
            line,
            offset,
            label: by_label.then(|| 4 + digits(listing.labels.len())),
            style: layout.style,
        }
    }

    /// The line of an instruction. Fields are separated by one blank, and may be empty.
    fn row(&self, instruction: &Instruction) -> String {
        let style = &self.style;
        let mut fields = Vec::with_capacity(8);
        if self.line > 0 {
            let number = match instruction.line {
                _ if !instruction.starts_line => String::new(),
                Some(line) => line.to_string(),
                None => NO_LINE.to_owned(),
            };
            fields.push(style.paint(style.line, &format!("{number:>0$}", self.line)));
        }
        // Between them `dis` has room for an arrow at the instruction that a traceback stopped at.
        let arrow = "   ".to_owned();
        if let Some(width) = self.label {
            let label = instruction.label.map(|n| format!("L{n}:"));
            let label = format!("{:>width$}", label.unwrap_or_default());
            fields.push(style.paint(style.label, &label));
            if self.offset > 0 {
                fields.push(format!("{:>1$}  ", instruction.offset, self.offset));
            }
            fields.push(arrow);
        } else {
            let mark = if instruction.is_target { ">>" } else { "  " };
            fields.push(arrow);
            fields.push(style.paint(style.label, mark));
            fields.push(format!("{:>1$}", instruction.offset, self.offset));
        }
        let name = &*instruction.opname;
        fields.push(style.paint(style.opname, &format!("{name:<NAME_WIDTH$}")));
        if let Some(arg) = instruction.arg {
            // A long name takes its room from the argument's, since there are labels.
            let excess = match self.label {
                Some(_) => name.len().saturating_sub(NAME_WIDTH),
                None => 0,
            };
            let width = ARG_WIDTH.saturating_sub(excess);
            fields.push(format!("{arg:>width$}"));
            if !instruction.meaning.is_empty() {
                fields.push(style.paint(style.meaning, &format!("({})", instruction.meaning)));
            }
        }
        let row = fields.join(" ");
        row.trim_end().to_owned()
    }

    fn exception_table(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        if listing.exceptions.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "{}",
            self.style.paint(self.style.heading, "ExceptionTable:")
        )?;
        for e in &listing.exceptions {
            let lasti = if e.lasti { " lasti" } else { "" };
            let (start, end, target) = match self.label {
                Some(_) => (
                    listing.label(e.start),
                    listing.label(e.end),
                    listing.label(e.target),
                ),
                None => (
                    e.start.to_string(),
                    e.end.wrapping_sub(2).to_string(),
                    e.target.to_string(),
                ),
            };
            writeln!(out, "  {start} to {end} -> {target} [{}]{lasti}", e.depth)?;
        }
        Ok(())
    }
}
