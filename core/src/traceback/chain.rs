//! An exception with its causes and contexts, and the exceptions of groups.

use rustc_hash::FxHashSet;

use super::source::Sources;
use super::{Style, message, stack};
use crate::error::PyResult;
use crate::object::{PyException, PyTuple, extra};
use crate::text::chars::is_line_break;
use crate::value::Value;
use crate::vm::Vm;

const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";
/// As many exceptions of a group are shown.
const MAX_GROUP_WIDTH: usize = 15;
/// So deep are groups in groups shown.
const MAX_GROUP_DEPTH: usize = 10;

/// The traceback of an exception; see [`Vm::format_exception`].
pub(super) fn format(vm: &Vm, exc: &Value) -> PyResult<String> {
    let mut printer = Printer::new(vm, Style::of(vm.version()));
    printer.seen.insert(exc.bits());
    printer.chained(exc)?;
    Ok(printer.out)
}

/// Writes lines, each behind the margin of the groups that it is in.
pub(super) struct Printer<'vm> {
    pub(super) vm: &'vm Vm,
    pub(super) style: Style,
    pub(super) out: String,
    pub(super) sources: Sources<'vm>,
    /// Whether carets are shown, where the version has them.
    pub(super) carets: bool,
    /// Groups around what is printed.
    depth: usize,
    /// Whether the box of the innermost group is still open below.
    need_close: bool,
    /// Exceptions that were printed or will be: each is printed once.
    seen: FxHashSet<u64>,
}

impl<'vm> Printer<'vm> {
    pub(super) fn new(vm: &'vm Vm, style: Style) -> Printer<'vm> {
        Printer {
            vm,
            style,
            out: String::new(),
            sources: Sources::new(vm),
            carets: true,
            depth: 0,
            need_close: false,
            seen: FxHashSet::default(),
        }
    }

    /// Writes text that ends with a newline, behind the margin.
    pub(super) fn emit(&mut self, text: &str) {
        self.emit_with(text, '|');
    }

    fn emit_with(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        let margin = format!("{}{margin} ", "  ".repeat(self.depth));
        if self.style == Style::C {
            // The C code knows nothing of lines inside of messages.
            self.out.push_str(&margin);
            self.out.push_str(text);
            return;
        }
        for line in text.split_inclusive(|c| is_line_break(u32::from(c))) {
            self.out.push_str(&margin);
            self.out.push_str(line);
        }
    }

    /// Writes text as it is.
    pub(super) fn emit_plain(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// An exception below what it is chained to.
    fn chained(&mut self, exc: &Value) -> PyResult<()> {
        let mut chain = vec![(exc.clone(), None)];
        let mut at = exc.clone();
        while let Some((next, separator)) = self.link(&at) {
            self.seen.insert(next.bits());
            chain.push((next.clone(), Some(separator)));
            at = next;
        }
        while let Some((e, separator)) = chain.pop() {
            self.one(&e)?;
            if let Some(separator) = separator {
                self.emit("\n");
                self.emit(&format!("{separator}\n"));
                self.emit("\n");
            }
        }
        Ok(())
    }

    /// What an exception is chained to, unless that is printed already.
    fn link(&self, exc: &Value) -> Option<(Value, &'static str)> {
        let e = exc.downcast::<PyException>()?;
        let new =
            |v: &Value| v.downcast::<PyException>().is_some() && !self.seen.contains(&v.bits());
        let cause = e.cause.get();
        if new(&cause) {
            return Some((cause, CAUSE));
        }
        let context = e.context.get();
        let looks_at_context =
            !e.suppress_context.get() && (self.style == Style::Python || cause.is_none());
        (looks_at_context && new(&context)).then_some((context, CONTEXT))
    }

    fn one(&mut self, exc: &Value) -> PyResult<()> {
        let Some(e) = exc.downcast::<PyException>() else {
            return Ok(());
        };
        let members = if self
            .vm
            .is_instance(exc, &self.vm.exc_types.BaseExceptionGroup)
        {
            e.extra[extra::GROUP_EXCEPTIONS]
                .get()
                .downcast::<PyTuple>()
                .map(|t| t.items().to_vec())
        } else {
            None
        };
        let Some(members) = members else {
            self.traceback(&e.traceback.get(), "Traceback (most recent call last):\n")?;
            return message::format(self, exc);
        };
        if self.depth > MAX_GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"));
            return Ok(());
        }
        let outermost = self.depth == 0;
        if outermost {
            self.depth += 1;
        }
        if let Some(text) = stack::format(self, &e.traceback.get())? {
            self.emit_with(
                "Exception Group Traceback (most recent call last):\n",
                if outermost { '+' } else { '|' },
            );
            self.frames(&text);
        }
        message::format(self, exc)?;
        self.members(&members)?;
        if outermost {
            self.depth -= 1;
        }
        Ok(())
    }

    /// The frames below a head; nothing if there are none.
    pub(super) fn traceback(&mut self, traceback: &Value, head: &str) -> PyResult<()> {
        if let Some(lines) = stack::format(self, traceback)? {
            self.emit(head);
            self.frames(&lines);
        }
        Ok(())
    }

    fn frames(&mut self, lines: &[stack::Line]) {
        for line in lines {
            match line {
                // The C code forgets the margin here.
                stack::Line::Repeated(text) if self.style == Style::C => self.emit_plain(text),
                stack::Line::Repeated(text) | stack::Line::Text(text) => self.emit(text),
            }
        }
    }

    /// The exceptions of a group, in a box.
    fn members(&mut self, members: &[Value]) -> PyResult<()> {
        self.need_close = false;
        let shown = members.len().min(MAX_GROUP_WIDTH + 1);
        for (i, member) in members.iter().take(shown).enumerate() {
            let last = i + 1 == shown;
            if last {
                // A group inside may close the box with its own.
                self.need_close = true;
            }
            let cut = i >= MAX_GROUP_WIDTH;
            let title = if cut {
                "...".to_string()
            } else {
                (i + 1).to_string()
            };
            let corner = if i == 0 { "+-" } else { "  " };
            let indent = "  ".repeat(self.depth);
            self.out.push_str(&format!(
                "{indent}{corner}+---------------- {title} ----------------\n"
            ));
            self.depth += 1;
            if cut {
                let rest = members.len() - MAX_GROUP_WIDTH;
                let s = if rest > 1 { "s" } else { "" };
                self.emit(&format!("and {rest} more exception{s}\n"));
            } else {
                self.seen.insert(member.bits());
                self.chained(member)?;
            }
            if last && self.need_close {
                let indent = "  ".repeat(self.depth);
                self.out
                    .push_str(&format!("{indent}+------------------------------------\n"));
                self.need_close = false;
            }
            self.depth -= 1;
        }
        Ok(())
    }
}
