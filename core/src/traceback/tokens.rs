//! A tokenizer for pieces of Python source, good enough to find operators and brackets in correct code.

/// A piece of source between two character positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// A string, of any kind.
    Str,
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// Any other operator or delimiter.
    Op,
}

/// Replacement fields of f-strings inside of one another.
const MAX_NESTING: usize = 32;

const LONG_OPERATORS: [&str; 5] = ["**=", "//=", ">>=", "<<=", "..."];
const PAIR_OPERATORS: [&str; 20] = [
    "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "@=",
    "&=", "|=", "^=", "<>",
];

/// The tokens of a piece of source; `None` where it cannot be correct.
pub(super) fn tokenize(source: &[char]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = source.get(at) {
        let next = source.get(at + 1).copied();
        let start = at;
        let kind = match c {
            ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                at += 1;
                continue;
            }
            '\\' => {
                at += 2;
                continue;
            }
            '#' => {
                while source.get(at).is_some_and(|c| *c != '\n') {
                    at += 1;
                }
                continue;
            }
            '\'' | '"' => {
                at = string_end(source, at, false, 0)?;
                Kind::Str
            }
            '(' | '[' | '{' => {
                at += 1;
                Kind::Open(c)
            }
            ')' | ']' | '}' => {
                at += 1;
                Kind::Close(c)
            }
            _ if c.is_ascii_digit() || (c == '.' && next.is_some_and(|n| n.is_ascii_digit())) => {
                at = number_end(source, at);
                Kind::Number
            }
            _ if is_name(c) => {
                while source.get(at).copied().is_some_and(is_name) {
                    at += 1;
                }
                match (prefix(&source[start..at]), source.get(at)) {
                    (Some(formatted), Some('\'' | '"')) => {
                        at = string_end(source, at, formatted, 0)?;
                        Kind::Str
                    }
                    _ => Kind::Name,
                }
            }
            _ => {
                let begins = |op: &&str| {
                    op.chars()
                        .enumerate()
                        .all(|(i, c)| source.get(at + i) == Some(&c))
                };
                at += if LONG_OPERATORS.iter().any(&begins) {
                    3
                } else if PAIR_OPERATORS.iter().any(&begins) {
                    2
                } else {
                    1
                };
                Kind::Op
            }
        };
        tokens.push(Token {
            kind,
            start,
            end: at,
        });
    }
    Some(tokens)
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || !c.is_ascii()
}

/// Whether a name in front of a quote is a string prefix, and one of formatted strings.
fn prefix(name: &[char]) -> Option<bool> {
    let known = name.len() <= 2 && name.iter().all(|c| "rRbBuUfFtT".contains(*c));
    known.then(|| name.iter().any(|c| "fFtT".contains(*c)))
}

fn number_end(source: &[char], mut at: usize) -> usize {
    let hex = source.get(at) == Some(&'0') && matches!(source.get(at + 1), Some('x' | 'X'));
    while let Some(&c) = source.get(at) {
        let exponent =
            !hex && matches!(c, 'e' | 'E') && matches!(source.get(at + 1), Some('+' | '-'));
        if exponent {
            at += 2;
        } else if c.is_ascii_alphanumeric() || c == '_' || c == '.' {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// The position behind a string whose first quote is at `at`.
fn string_end(source: &[char], at: usize, formatted: bool, nesting: usize) -> Option<usize> {
    if nesting > MAX_NESTING {
        return None;
    }
    let quote = *source.get(at)?;
    let is_quote = |i: usize| source.get(i) == Some(&quote);
    let triple = is_quote(at + 1) && is_quote(at + 2);
    if !triple && is_quote(at + 1) {
        return Some(at + 2);
    }
    let mut i = at + if triple { 3 } else { 1 };
    loop {
        let c = *source.get(i)?;
        if c == quote && !triple {
            return Some(i + 1);
        }
        if c == quote && is_quote(i + 1) && is_quote(i + 2) {
            return Some(i + 3);
        }
        i = match c {
            '\\' => i + 2,
            '{' if formatted && source.get(i + 1) == Some(&'{') => i + 2,
            '{' if formatted => field_end(source, i, nesting + 1)?,
            _ => i + 1,
        };
    }
}

/// The position behind a replacement field whose brace is at `at`.
fn field_end(source: &[char], at: usize, nesting: usize) -> Option<usize> {
    if nesting > MAX_NESTING {
        return None;
    }
    let mut depth = 0usize;
    let mut in_format = false;
    let mut i = at + 1;
    loop {
        let c = *source.get(i)?;
        i = match c {
            '}' if depth == 0 => return Some(i + 1),
            '{' if in_format => field_end(source, i, nesting + 1)?,
            _ if in_format => i + 1,
            '\'' | '"' => {
                let letters = source[..i]
                    .iter()
                    .rev()
                    .take_while(|c| is_name(**c))
                    .count();
                let formatted = prefix(&source[i - letters..i]).unwrap_or(false);
                string_end(source, i, formatted, nesting + 1)?
            }
            '(' | '[' | '{' => {
                depth += 1;
                i + 1
            }
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                i + 1
            }
            ':' if depth == 0 => {
                in_format = true;
                i + 1
            }
            _ => i + 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::tokenize;

    fn texts(source: &str) -> Vec<String> {
        let chars: Vec<char> = source.chars().collect();
        let tokens = tokenize(&chars).unwrap_or_default();
        tokens
            .iter()
            .map(|t| chars[t.start..t.end].iter().collect())
            .collect()
    }

    #[test]
    fn splits_source() {
        assert_eq!(
            texts("a**b.c[1e-5]"),
            ["a", "**", "b", ".", "c", "[", "1e-5", "]"]
        );
        assert_eq!(
            texts("rb'it\\'s' + f'{x[\"}\"]!r:>{w}}'"),
            ["rb'it\\'s'", "+", "f'{x[\"}\"]!r:>{w}}'"]
        );
        assert_eq!(texts("'''a'b''' # c + d\n+ é"), ["'''a'b'''", "+", "é"]);
        assert!(tokenize(&['\'', 'a']).is_none());
    }
}
