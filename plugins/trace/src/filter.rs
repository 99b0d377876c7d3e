//! Which instructions are of interest.

use std::ops::RangeInclusive;

use opyc_core::instrument::Site;

/// Instructions by opcode, function, file and line. Several of one kind add up (`CALL` or `LOAD_ATTR`); different kinds
/// must all hold (`CALL` in that file). A filter without any lets everything pass.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    ops: Vec<String>,
    functions: Vec<String>,
    files: Vec<String>,
    lines: Vec<RangeInclusive<u32>>,
}

impl Filter {
    /// Lets everything pass.
    pub fn new() -> Filter {
        Filter::default()
    }

    /// Opcodes of this name, or of all names with this beginning: `"LOAD_*"`.
    pub fn op(mut self, name: impl Into<String>) -> Filter {
        self.ops.push(name.into());
        self
    }

    /// Functions of this name: the qualified name (`Stack.push`), or its last part (`push`).
    pub fn function(mut self, name: impl Into<String>) -> Filter {
        self.functions.push(name.into());
        self
    }

    /// Code from this source file: the name that the compiler was told, or the last parts of that path.
    pub fn file(mut self, name: impl Into<String>) -> Filter {
        self.files.push(name.into());
        self
    }

    /// Code of this line.
    pub fn line(self, line: u32) -> Filter {
        self.lines(line..=line)
    }

    /// Code of these lines.
    pub fn lines(mut self, lines: RangeInclusive<u32>) -> Filter {
        self.lines.push(lines);
        self
    }

    /// Whether an instruction passes.
    pub fn passes(&self, at: &Site<'_>) -> bool {
        self.passes_code(at)
            && any(&self.ops, |op| match op.strip_suffix('*') {
                Some(start) => at.opname().starts_with(start),
                None => at.opname() == op,
            })
            && any(&self.lines, |r| at.line().is_some_and(|n| r.contains(&n)))
    }

    /// Whether the code that an instruction belongs to passes: function and file.
    pub fn passes_code(&self, at: &Site<'_>) -> bool {
        any(&self.functions, |f| ends_with(at.function(), f, '.'))
            && any(&self.files, |f| ends_with(at.file(), f, '/'))
    }

    /// Whether single instructions of a code object are selected, by opcode or line.
    pub fn selects_instructions(&self) -> bool {
        !self.ops.is_empty() || !self.lines.is_empty()
    }
}

/// Whether one of them holds, or there are none.
fn any<T>(wanted: &[T], holds: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}

/// Whether a name is `end`, or ends with it behind a separator.
fn ends_with(name: &str, end: &str, separator: char) -> bool {
    match name.strip_suffix(end) {
        Some(rest) => rest.is_empty() || rest.ends_with(separator),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::ends_with;

    #[test]
    fn names_end_at_separators() {
        for (name, end, expected) in [
            ("Stack.push", "push", true),
            ("Stack.push", "Stack.push", true),
            ("Stack.push", "ush", false),
            ("<module>", "<module>", true),
            ("f.<locals>.g", "<locals>.g", true),
            ("push", "Stack.push", false),
        ] {
            assert_eq!(ends_with(name, end, '.'), expected, "{name} {end}");
        }
        assert!(ends_with("/lib/a/b.py", "a/b.py", '/'));
        assert!(!ends_with("/lib/a/b.py", "b/b.py", '/'));
    }
}
