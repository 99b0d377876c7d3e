//! Where a `SyntaxError` says that the mistake is: file, line, text and a caret.

use crate::error::PyResult;
use crate::object::{PyException, PyStr, extra};
use crate::value::Value;
use crate::version::Version;
use crate::vm::Vm;

/// What is printed in place of `str(exc)`.
pub(super) struct Details {
    /// Lines before the message, each with its end.
    pub(super) lines: Vec<String>,
    /// What follows the class.
    pub(super) message: String,
}

/// Place of a mistake, as the exception tells it.
struct Place {
    filename: Option<String>,
    line: Option<i64>,
    end_line: Option<i64>,
    offset: Option<i64>,
    end_offset: Option<i64>,
    text: Option<String>,
}

/// The details of a `SyntaxError`; `None` for other exceptions, and for one that lacks what the version needs.
pub(super) fn details(vm: &Vm, exc: &Value) -> PyResult<Option<Details>> {
    let Some(e) = exc
        .downcast::<PyException>()
        .filter(|_| vm.is_instance(exc, &vm.exc_types.SyntaxError))
    else {
        return Ok(None);
    };
    let field = |i: usize| e.extra[i].get();
    let int = |i: usize| vm.int_value(&field(i)).map(|i| i.clamp_i64());
    let text = |i: usize| field(i).downcast::<PyStr>().map(|s| s.to_string());
    let place = Place {
        filename: text(extra::SYNTAX_ERROR_FILENAME),
        line: int(extra::SYNTAX_ERROR_LINENO),
        end_line: int(extra::SYNTAX_ERROR_END_LINENO),
        offset: int(extra::SYNTAX_ERROR_OFFSET),
        end_offset: int(extra::SYNTAX_ERROR_END_OFFSET),
        text: text(extra::SYNTAX_ERROR_TEXT),
    };
    let msg = match field(extra::SYNTAX_ERROR_MSG) {
        unset if unset.is_null() => Value::NONE,
        msg => msg,
    };
    let python = vm.version() >= Version::V3_13;
    if !python && place.line.is_none() {
        return Ok(None);
    }
    let s = vm.str_of(&msg);
    let mut message = vm
        .unless_raised(s)?
        .map_or_else(String::new, |s| vm.str_lossy(&s));
    if python && (msg.is_none() || message.is_empty()) {
        message = "<no detail available>".into();
    }
    let mut lines = Vec::new();
    let filename = place.filename.as_deref();
    let mut suffix = String::new();
    match place.line {
        Some(line) => lines.push(format!(
            "  File \"{}\", line {line}\n",
            filename.unwrap_or("<string>")
        )),
        None => suffix = filename.map(|f| format!(" ({f})")).unwrap_or_default(),
    }
    if let Some(text) = &place.text {
        if python {
            python_text(text, &place, &mut lines);
        } else if vm.version() >= Version::V3_9 {
            c_text(text, &place, &mut lines);
        } else {
            old_c_text(text, place.offset.unwrap_or(-1), &mut lines);
        }
    }
    Ok(Some(Details {
        lines,
        message: message + &suffix,
    }))
}

/// Leading characters that are not shown.
const BLANKS: [char; 3] = [' ', '\t', '\x0c'];

fn spaces(n: i64) -> String {
    // A caret far outside of the text is of no use to anybody.
    " ".repeat(usize::try_from(n).unwrap_or(0).min(100_000))
}

/// Text and caret as 3.6 to 3.8 print them. Columns count bytes.
fn old_c_text(text: &str, mut offset: i64, lines: &mut Vec<String>) {
    let mut rest = text;
    if offset >= 0 {
        if offset > 0 && offset == rest.len() as i64 && rest.ends_with('\n') {
            offset -= 1;
        }
        while let Some(end) = rest.find('\n').filter(|end| (*end as i64) < offset) {
            offset -= end as i64 + 1;
            rest = rest.get(end + 1..).unwrap_or("");
        }
        let stripped = rest.trim_start_matches(BLANKS);
        offset -= (rest.len() - stripped.len()) as i64;
        rest = stripped;
    }
    let end = if rest.ends_with('\n') { "" } else { "\n" };
    lines.push(format!("    {rest}{end}"));
    if offset != -1 {
        lines.push(format!("    {}^\n", spaces(offset - 1)));
    }
}

/// Text and carets as 3.9 to 3.12 print them. Columns count bytes.
fn c_text(text: &str, place: &Place, lines: &mut Vec<String>) {
    let chars = text.chars().count() as i64;
    let mut end_offset = place.end_offset.unwrap_or(-1);
    if place
        .end_line
        .is_some_and(|end| place.line.is_some_and(|line| end > line))
    {
        // Only the first line is shown.
        end_offset = chars;
    }
    end_offset = end_offset.min(chars + 1);
    let mut offset = place.offset.unwrap_or(-1);
    let carets = if end_offset > 0 && end_offset > offset {
        end_offset - offset
    } else {
        1
    };
    offset -= 1;
    let mut rest = text.trim_start_matches(BLANKS);
    offset -= (text.len() - rest.len()) as i64;
    let len = rest.strip_suffix('\n').unwrap_or(rest).len();
    offset = offset.min(len as i64);
    while let Some(end) = rest.find('\n').filter(|end| (*end as i64) < offset) {
        offset -= end as i64 + 1;
        rest = rest.get(end + 1..).unwrap_or("");
    }
    let end = if rest.ends_with('\n') { "" } else { "\n" };
    lines.push(format!("    {rest}{end}"));
    if offset >= 0 {
        let carets = "^".repeat(usize::try_from(carets).unwrap_or(1).min(text.len() + 1));
        lines.push(format!("    {}{carets}\n", spaces(offset)));
    }
}

/// Text and carets as 3.13 and later print them. Columns count characters.
fn python_text(text: &str, place: &Place, lines: &mut Vec<String>) {
    let right = text.trim_end_matches('\n');
    let shown = right.trim_start_matches([' ', '\n', '\x0c']);
    lines.push(format!("    {shown}\n"));
    let Some(mut offset) = place.offset else {
        return;
    };
    let count = |s: &str| s.chars().count() as i64;
    let indent = count(right) - count(shown);
    let beyond = count(right) + 1;
    let mut end = if place.line == place.end_line {
        place.end_offset.filter(|e| *e != 0).unwrap_or(offset)
    } else {
        beyond
    };
    if !text.is_empty() && offset > count(text) {
        offset = beyond;
    }
    if !text.is_empty() && end > count(text) {
        end = beyond;
    }
    if offset >= end || end < 0 {
        end = offset.saturating_add(1);
    }
    let (column, end_column) = (
        offset.saturating_sub(1 + indent),
        end.saturating_sub(1 + indent),
    );
    if column < 0 {
        return;
    }
    let width = |n: i64| usize::try_from(n).unwrap_or(0).min(100_000);
    let space: String = shown
        .chars()
        .take(width(column))
        .map(|c| if c.is_whitespace() { c } else { ' ' })
        .collect();
    lines.push(format!(
        "    {space}{}\n",
        "^".repeat(width(end_column - column))
    ));
}
