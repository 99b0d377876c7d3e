//! The frames of a traceback.

use std::rc::Rc;

use super::chain::Printer;
use super::source::Sources;
use super::{Style, carets, frame313};
use crate::error::PyResult;
use crate::lines::{Position, position_of};
use crate::object::{PyTraceback, Ref};
use crate::value::Value;

/// As many frames at the same line are shown before the rest is only counted.
const SHOWN_REPEATS: usize = 3;
/// The C code shows the last so many frames, unless `sys.tracebacklimit` says otherwise.
const C_LIMIT: usize = 1000;

/// A part of the text, which ends with a newline.
pub(super) enum Line {
    /// A line, or in the Python style the lines of a frame.
    Text(String),
    /// "[Previous line repeated …]".
    Repeated(String),
}

/// The frames of a traceback; `None` if there are none to show.
pub(super) fn format(p: &mut Printer<'_>, traceback: &Value) -> PyResult<Option<Vec<Line>>> {
    let entries = entries(p, traceback);
    if entries.is_empty() {
        return Ok(None);
    }
    let mut out = Vec::new();
    let mut repeats = 0usize;
    let mut last: Option<(Rc<Place>, i64)> = None;
    for tb in &entries {
        let code = &tb.frame.code.code;
        let place = Place {
            filename: code.filename.view().to_string(),
            name: code.name.view().to_string(),
        };
        let line = tb.lineno.map_or(-1, i64::from);
        // A line that is not known counts as another one each time.
        let same = last
            .as_ref()
            .is_some_and(|(p, l)| **p == place && *l == line && line >= 0);
        if !same {
            push_repeated(&mut out, repeats);
            repeats = 0;
            last = Some((Rc::new(place), line));
        }
        repeats += 1;
        if repeats <= SHOWN_REPEATS
            && let Some((place, line)) = &last
        {
            frame(
                (p.style, p.carets),
                &mut p.sources,
                tb,
                place,
                *line,
                &mut out,
            );
        }
    }
    push_repeated(&mut out, repeats);
    Ok(Some(out))
}

/// Where a frame is, as its first line says it.
#[derive(PartialEq, Eq)]
struct Place {
    filename: String,
    name: String,
}

/// The entries that are shown.
fn entries(p: &Printer<'_>, traceback: &Value) -> Vec<Ref<PyTraceback>> {
    let mut all = Vec::new();
    let mut at = traceback.to_ref::<PyTraceback>();
    while let Some(tb) = at {
        at = tb.next.get().to_ref();
        all.push(tb);
    }
    let limit =
        p.vm.sys_attr("tracebacklimit")
            .and_then(|v| p.vm.int_value(&v).map(|i| i.clamp_i64()));
    let limit = match limit {
        Some(n) => usize::try_from(n).unwrap_or(0),
        None if p.style == Style::C => C_LIMIT,
        None => usize::MAX,
    };
    let skipped = all.len().saturating_sub(limit);
    all.drain(..skipped);
    all
}

fn push_repeated(out: &mut Vec<Line>, repeats: usize) {
    if let Some(more) = repeats.checked_sub(SHOWN_REPEATS).filter(|more| *more > 0) {
        let s = if more > 1 { "s" } else { "" };
        out.push(Line::Repeated(format!(
            "  [Previous line repeated {more} more time{s}]\n"
        )));
    }
}

fn frame(
    (style, with_carets): (Style, bool),
    sources: &mut Sources<'_>,
    tb: &PyTraceback,
    place: &Place,
    line: i64,
    out: &mut Vec<Line>,
) {
    let Place { filename, name } = place;
    let shown = match style {
        Style::Python if line < 0 => "None".to_string(),
        _ => line.to_string(),
    };
    out.push(Line::Text(format!(
        "  File \"{filename}\", line {shown}, in {name}\n"
    )));
    let place = match u32::try_from(tb.lasti) {
        Ok(lasti) => position_of(&tb.frame.code.code, lasti),
        Err(_) => Position::default(),
    };
    match style {
        Style::C => {
            let Some(source) = tb.lineno.and_then(|n| sources.line(filename, n)) else {
                return;
            };
            let stripped = source.trim_start_matches([' ', '\t', '\x0c']);
            out.push(Line::Text(format!("    {stripped}\n")));
            let below = if with_carets {
                carets::below(&source, &place)
            } else {
                None
            };
            out.extend(below.map(Line::Text));
        }
        Style::Python => {
            let Some(first) = place.line.or(tb.lineno) else {
                return;
            };
            let last = place.end_line.unwrap_or(first);
            let source: Vec<String> = match sources.lines(filename) {
                Some(lines) => {
                    let from = (first as usize).saturating_sub(1).min(lines.len());
                    let to = (last as usize).clamp(from, lines.len());
                    lines[from..to].to_vec()
                }
                None => return,
            };
            let text = frame313::format(&source, &place);
            if !text.is_empty() {
                out.push(Line::Text(text));
            }
        }
    }
}
