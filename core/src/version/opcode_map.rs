//! A version as data: the text of an opcode map, which changes the numbers of a version that opyc knows.
//!
//! ```text
//! base = 3.12              # required: whose opcodes hold where no line says otherwise
//! magic = 3531             # magic number of the files; the base's if left out
//! cache_tag = cpython-312  # as in the names of files in __pycache__; the base's if left out
//!
//! POP_TOP 12               # another number
//! UNARY_INVERT -           # no number any more
//! DOUBLE 190 none          # an opcode that the base lacks: what its argument means must be said
//! CALL 53 count caches 3   # another meaning of the argument, or another number of inline cache units
//! LOAD_ATTR_X 191 like LOAD_ATTR   # argument and caches as another opcode's
//! ```
//!
//! Kinds of argument are those of [`ArgKind`]: `none`, `const`, `name`, `local`, `locals`, `cell`, `jump-forward`,
//! `jump-backward`, `jump-absolute` and `count`. Two opcodes may exchange their numbers, but none may take one that
//! another keeps. In CPython up to 3.12, opcodes below `HAVE_ARGUMENT` have no argument; here only the kind says so.
//!
//! What `opcode.opmap` of a changed CPython says can be printed as lines `NAME NUMBER`: names that no file holds
//! (`CACHE`, `RESERVED`, `INTERPRETER_EXIT`, `ENTER_EXECUTOR`, `INSTRUMENTED_…`) and numbers beyond 255 are left out.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::{ArgKind, OpInfo, Version, VersionInfo, info};

/// What is wrong with an opcode map.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct OpcodeMapError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

/// A line about an opcode.
struct Row<'a> {
    line: usize,
    name: &'a str,
    /// `None` for `-`.
    number: Option<u8>,
    meaning: Vec<&'a str>,
}

impl VersionInfo {
    /// Reads an opcode map; see [the module](crate::version::opcode_map) for the format.
    ///
    /// ```
    /// use opyc_core::version::VersionInfo;
    ///
    /// let info = VersionInfo::from_opcode_map("base = 3.12\nPOP_TOP 2\nPUSH_NULL 1")?;
    /// assert_eq!(info.number("POP_TOP"), Some(2));
    /// # Ok::<(), opyc_core::version::OpcodeMapError>(())
    /// ```
    ///
    /// # Errors
    /// The line that cannot be used, and why.
    pub fn from_opcode_map(text: &str) -> Result<VersionInfo, OpcodeMapError> {
        let (mut base, mut magic, mut cache_tag) = (None, None, None);
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut last = 1;
        for (line, text) in (1..).zip(text.lines()) {
            let error = |problem: String| OpcodeMapError { line, problem };
            let text = text.split('#').next().unwrap_or_default().trim();
            last = line;
            if text.is_empty() {
                continue;
            }
            if let Some((key, value)) = text.split_once('=') {
                let (key, value) = (key.trim(), value.trim());
                let given = match key {
                    "base" => base.replace(version(value).map_err(error)?).is_some(),
                    "magic" => magic
                        .replace(value.parse().map_err(|_| {
                            error(format!("magic is a number from 0 to 65535, not `{value}`"))
                        })?)
                        .is_some(),
                    "cache_tag" => cache_tag.replace(value).is_some(),
                    _ => {
                        return Err(error(format!(
                            "`{key}` is none of base, magic and cache_tag"
                        )));
                    }
                };
                if given {
                    return Err(error(format!("{key} is given twice")));
                }
                continue;
            }
            let Some(row) = row(line, text).map_err(error)? else {
                continue;
            };
            if let Some(same) = rows.iter().find(|r| r.name == row.name) {
                return Err(error(format!(
                    "{} stands on line {} already",
                    row.name, same.line
                )));
            }
            rows.push(row);
        }
        let Some(base) = base else {
            return Err(OpcodeMapError {
                line: last,
                problem: "no line says `base = 3.N`, the version whose numbers are changed".into(),
            });
        };
        let mut changed = info(base).clone();
        changed.magic = magic.unwrap_or(changed.magic);
        changed.cache_tag = cache_tag.map_or(changed.cache_tag, keep);
        renumber(&mut changed, &rows)?;
        Ok(changed)
    }
}

/// Reads a line about an opcode; `None` for one that no file holds.
fn row(line: usize, text: &str) -> Result<Option<Row<'_>>, String> {
    let mut words = text.split_whitespace();
    let (Some(name), Some(number)) = (words.next(), words.next()) else {
        return Err(format!(
            "`{text}` is neither `NAME NUMBER` nor `key = value`"
        ));
    };
    let number = match (number, number.parse::<u32>()) {
        ("-", _) => None,
        (_, Ok(n)) => match u8::try_from(n) {
            Ok(n) => Some(n),
            // The compiler's own opcodes.
            Err(_) => return Ok(None),
        },
        _ => {
            return Err(format!(
                "{name} needs a number from 0 to 255, or `-`, not `{number}`"
            ));
        }
    };
    let meaning: Vec<_> = words.collect();
    let never_in_files = matches!(
        name,
        "CACHE" | "RESERVED" | "INTERPRETER_EXIT" | "ENTER_EXECUTOR"
    ) || name.starts_with("INSTRUMENTED_");
    if never_in_files && meaning.is_empty() {
        return Ok(None);
    }
    Ok(Some(Row {
        line,
        name,
        number,
        meaning,
    }))
}

/// Gives opcodes their new numbers.
fn renumber(changed: &mut VersionInfo, rows: &[Row<'_>]) -> Result<(), OpcodeMapError> {
    let base = changed.clone();
    for row in rows {
        if let Some(old) = base.number(row.name) {
            changed.ops[usize::from(old)] = None;
        }
    }
    for row in rows {
        let error = |problem: String| OpcodeMapError {
            line: row.line,
            problem,
        };
        let op = meaning(&base, row).map_err(error)?;
        let Some(number) = row.number else {
            if base.number(row.name).is_none() {
                return Err(error(unknown(&base, row.name)));
            }
            if op.name == "EXTENDED_ARG" {
                return Err(error("EXTENDED_ARG must have a number".into()));
            }
            continue;
        };
        if let Some(other) = changed.op(number) {
            return Err(error(format!(
                "number {number} is that of both {} and {}; give each a number of its own, or `-` for none",
                other.name, op.name
            )));
        }
        if op.name == "EXTENDED_ARG" {
            changed.extended_arg = number;
        }
        changed.ops[usize::from(number)] = Some(op);
    }
    Ok(())
}

/// What a row says about its opcode, or else its base.
fn meaning(base: &VersionInfo, row: &Row<'_>) -> Result<OpInfo, String> {
    let known = |name: &str| base.number(name).and_then(|n| base.op(n)).copied();
    let old = known(row.name);
    if row.name == "EXTENDED_ARG" && !row.meaning.is_empty() {
        return Err("the argument of EXTENDED_ARG cannot change its meaning".into());
    }
    let mut words = row.meaning.iter();
    let mut op = match (words.next(), old) {
        (None, Some(old)) => return Ok(old),
        (None, None) if row.number.is_none() => return Err(unknown(base, row.name)),
        (None, None) => {
            return Err(format!(
                "{}; for one of your own, say what its argument means: {} {} none",
                unknown(base, row.name),
                row.name,
                row.number.unwrap_or_default()
            ));
        }
        (Some(&"like"), _) => {
            let model = words.next().ok_or("`like` needs the name of an opcode")?;
            known(model).ok_or_else(|| unknown(base, model))?
        }
        (Some(&"caches"), Some(old)) => {
            words = row.meaning.iter();
            old
        }
        (Some(kind), old) => OpInfo {
            name: keep(row.name),
            arg: argument(kind)?,
            caches: old.map_or(0, |old| old.caches),
        },
    };
    match (words.next(), words.next(), words.next()) {
        (None, ..) => {}
        (Some(&"caches"), Some(n), None) => {
            op.caches = n
                .parse()
                .map_err(|_| format!("caches is a number from 0 to 255, not `{n}`"))?;
        }
        (Some(word), ..) => {
            return Err(format!(
                "`{word}` is not understood; it may say `caches NUMBER`"
            ));
        }
    }
    op.name = keep(row.name);
    Ok(op)
}

fn argument(kind: &str) -> Result<ArgKind, String> {
    Ok(match kind {
        "none" => ArgKind::None,
        "const" => ArgKind::Const,
        "name" => ArgKind::Name { shift: 0 },
        "local" => ArgKind::Local,
        "locals" => ArgKind::Locals,
        "cell" => ArgKind::Cell,
        "jump-forward" => ArgKind::JumpForward,
        "jump-backward" => ArgKind::JumpBackward,
        "jump-absolute" => ArgKind::JumpAbsolute,
        "count" => ArgKind::Count,
        _ => {
            return Err(format!(
                "`{kind}` is no kind of argument: none, const, name, local, locals, cell, jump-forward, jump-backward, \
                 jump-absolute, count, or `like` and an opcode"
            ));
        }
    })
}

fn version(text: &str) -> Result<Version, String> {
    text.strip_prefix("3.")
        .and_then(|minor| minor.parse().ok())
        .and_then(Version::new)
        .ok_or_else(|| format!("base is a version from 3.6 to 3.14, not `{text}`"))
}

fn unknown(base: &VersionInfo, name: &str) -> String {
    let names: Vec<_> = base
        .ops
        .iter()
        .flatten()
        .map(|op| op.name.to_owned())
        .collect();
    let hint = crate::suggest::closest(name, &names);
    let hint = hint.map_or(String::new(), |close| format!(" (did you mean {close}?)"));
    format!("CPython {} has no opcode {name}{hint}", base.version)
}

/// Keeps a text for as long as the process lives: names of opcodes are compared and shown everywhere, and there are few.
fn keep(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.into());
    kept.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        match VersionInfo::from_opcode_map(text) {
            Ok(_) => "no problem".into(),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn numbers_change_and_opcodes_come_and_go() {
        let text = "# changed\nbase = 3.12\nmagic = 4000\ncache_tag = other-1\n\n\
            POP_TOP 2 # exchanged\nPUSH_NULL 1\nUNARY_INVERT -\nDOUBLE 15 none\nEXTENDED_ARG 200\n\
            MY_ATTR 201 like LOAD_ATTR\nBINARY_SUBSCR 25 caches 2\nNOP 9 count\n";
        let info = VersionInfo::from_opcode_map(text).unwrap();
        assert_eq!(
            (info.magic, info.cache_tag, info.extended_arg),
            (4000, "other-1", 200)
        );
        assert_eq!(info.number("POP_TOP"), Some(2));
        assert_eq!(info.number("PUSH_NULL"), Some(1));
        assert_eq!(info.number("UNARY_INVERT"), None);
        let op = |name: &str| *info.op(info.number(name).unwrap()).unwrap();
        assert_eq!((op("DOUBLE").arg, op("DOUBLE").caches), (ArgKind::None, 0));
        assert_eq!(
            (op("MY_ATTR").arg, op("MY_ATTR").caches),
            (ArgKind::Name { shift: 1 }, 9)
        );
        assert_eq!(op("BINARY_SUBSCR").caches, 2);
        assert_eq!(op("NOP").arg, ArgKind::Count);
        assert_eq!(info.op(144), None);
    }

    #[test]
    fn what_opmap_prints_is_a_map() {
        let mut text = String::from("base = 3.12\nCACHE 0\nINSTRUMENTED_LINE 254\nJUMP 260\n");
        for (number, op) in info(Version::V3_12).ops.iter().enumerate() {
            if let Some(op) = op {
                text += &format!("{} {number}\n", op.name);
            }
        }
        let same = VersionInfo::from_opcode_map(&text).unwrap();
        assert_eq!(same.ops, info(Version::V3_12).ops);
    }

    #[test]
    fn every_fault_says_its_line_and_what_to_do() {
        let map = |rows: &str| problem(&format!("base = 3.12\n{rows}"));
        assert_eq!(
            problem("POP_TOP 2\n"),
            "line 1: no line says `base = 3.N`, the version whose numbers are changed"
        );
        assert_eq!(
            problem("base = 3.5"),
            "line 1: base is a version from 3.6 to 3.14, not `3.5`"
        );
        assert_eq!(map("base = 3.12"), "line 2: base is given twice");
        assert_eq!(
            map("magic = x"),
            "line 2: magic is a number from 0 to 65535, not `x`"
        );
        assert_eq!(
            map("majic = 1"),
            "line 2: `majic` is none of base, magic and cache_tag"
        );
        assert_eq!(
            map("POP_TOP"),
            "line 2: `POP_TOP` is neither `NAME NUMBER` nor `key = value`"
        );
        assert_eq!(
            map("POP_TOP x"),
            "line 2: POP_TOP needs a number from 0 to 255, or `-`, not `x`"
        );
        assert_eq!(
            map("POP_TOP 3\nPOP_TOP 5"),
            "line 3: POP_TOP stands on line 2 already"
        );
        assert_eq!(
            map("LOAD_FSAT 3"),
            "line 2: CPython 3.12 has no opcode LOAD_FSAT (did you mean LOAD_FAST?); for one of your own, say what \
             its argument means: LOAD_FSAT 3 none"
        );
        assert_eq!(
            map("MAKE_COFFEE -"),
            "line 2: CPython 3.12 has no opcode MAKE_COFFEE"
        );
        assert_eq!(
            map("X 3 like MAKE_COFFEE"),
            "line 2: CPython 3.12 has no opcode MAKE_COFFEE"
        );
        assert_eq!(
            map("\nPOP_TOP 116"),
            "line 3: number 116 is that of both LOAD_GLOBAL and POP_TOP; give each a number of its own, or `-` for none"
        );
        assert_eq!(
            map("POP_TOP 3\nPUSH_NULL 3"),
            "line 3: number 3 is that of both POP_TOP and PUSH_NULL; give each a number of its own, or `-` for none"
        );
        assert_eq!(
            map("X 3 int"),
            "line 2: `int` is no kind of argument: none, const, name, local, locals, cell, jump-forward, jump-backward, \
             jump-absolute, count, or `like` and an opcode"
        );
        assert_eq!(
            map("X 3 none caches 300"),
            "line 2: caches is a number from 0 to 255, not `300`"
        );
        assert_eq!(
            map("X 3 none cache 3"),
            "line 2: `cache` is not understood; it may say `caches NUMBER`"
        );
        assert_eq!(
            map("X 3 like"),
            "line 2: `like` needs the name of an opcode"
        );
        assert_eq!(
            map("EXTENDED_ARG -"),
            "line 2: EXTENDED_ARG must have a number"
        );
        assert_eq!(
            map("EXTENDED_ARG 9 none"),
            "line 2: the argument of EXTENDED_ARG cannot change its meaning"
        );
    }
}
