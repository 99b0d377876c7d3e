//! What in the source of one expression the carets point at: the operator, or the brackets of a subscript or call.
//!
//! CPython parses the source for this; here a look at the tokens does, since the source is known to be correct.

use super::tokens::{Kind, Token, tokenize};

/// The outermost operation of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `left operator right`: positions of the operator, and where the right side begins.
    Binary { operator: usize, right: usize },
    /// `value[…]`: positions of the bracket and behind the expression.
    Subscript { bracket: usize, end: usize },
    /// `function(…)`: positions of the bracket and behind the expression.
    Call { bracket: usize, end: usize },
}

/// A statement that is a call, or whose value is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct CallStatement {
    /// Position of the call.
    pub(super) start: usize,
    /// Position behind it.
    pub(super) end: usize,
}

/// The outermost operation of a piece of source; `None` for other expressions and for statements.
pub(super) fn shape(source: &[char]) -> Option<Shape> {
    let tokens = tokenize(source)?;
    shape_of(&Piece::new(source, &tokens)?)
}

/// Whether the first statement of the source is `return name(…)` or `name = …(…)`: where the call is.
pub(super) fn call_statement(source: &[char]) -> Option<CallStatement> {
    let tokens = tokenize(source)?;
    let all = Piece::new(source, &tokens)?;
    // The first statement ends at a semicolon, or at a line end outside of brackets.
    let mut end = tokens.len();
    for i in all.top_level() {
        let new_line = i > 0 && {
            let gap = &source[tokens[i - 1].end..tokens[i].start];
            gap.contains(&'\n') && !gap.contains(&'\\')
        };
        if new_line || all.text(i) == ";" {
            end = i;
            break;
        }
    }
    let first = all.text(0);
    let (value, must_be_name) = if first == "return" {
        (all.part(1, end)?, true)
    } else if tokens.first()?.kind == Kind::Name && end > 2 && all.text(1) == "=" {
        (all.part(2, end)?, false)
    } else {
        return None;
    };
    let value = value.without_brackets();
    let Shape::Call { bracket, end } = shape_of(&value)? else {
        return None;
    };
    let start = value.tokens.first()?.start;
    let function = value.tokens.iter().position(|t| t.start == bracket)?;
    let function = value.part(0, function)?.without_brackets();
    if must_be_name && !(function.tokens.len() == 1 && function.tokens[0].kind == Kind::Name) {
        return None;
    }
    Some(CallStatement { start, end })
}

/// Tokens with balanced brackets.
struct Piece<'a> {
    source: &'a [char],
    tokens: &'a [Token],
    /// For each bracket the index of its partner.
    partners: Vec<usize>,
}

impl<'a> Piece<'a> {
    /// `None` if there are no tokens or the brackets do not match.
    fn new(source: &'a [char], tokens: &'a [Token]) -> Option<Piece<'a>> {
        let mut partners = vec![0; tokens.len()];
        let mut open: Vec<(usize, char)> = Vec::new();
        for (i, t) in tokens.iter().enumerate() {
            match t.kind {
                Kind::Open(c) => open.push((i, c)),
                Kind::Close(c) => {
                    let (at, o) = open.pop()?;
                    if !matches!((o, c), ('(', ')') | ('[', ']') | ('{', '}')) {
                        return None;
                    }
                    partners[at] = i;
                    partners[i] = at;
                }
                _ => {}
            }
        }
        (open.is_empty() && !tokens.is_empty()).then_some(Piece {
            source,
            tokens,
            partners,
        })
    }

    fn part(&self, start: usize, end: usize) -> Option<Piece<'a>> {
        Piece::new(self.source, self.tokens.get(start..end)?)
    }

    fn text(&self, i: usize) -> String {
        self.tokens.get(i).map_or_else(String::new, |t| {
            self.source[t.start..t.end].iter().collect()
        })
    }

    /// Indexes of the tokens outside of all brackets; of brackets, the opening ones.
    fn top_level(&self) -> Vec<usize> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < self.tokens.len() {
            out.push(i);
            i = if matches!(self.tokens[i].kind, Kind::Open(_)) {
                self.partners[i] + 1
            } else {
                i + 1
            };
        }
        out
    }

    /// The expression inside of parentheses that belong to no tuple, generator expression or call.
    fn without_brackets(self) -> Piece<'a> {
        let mut piece = self;
        loop {
            let last = piece.tokens.len() - 1;
            if piece.tokens[0].kind != Kind::Open('(') || piece.partners[0] != last {
                return piece;
            }
            let Some(inner) = piece.part(1, last) else {
                return piece;
            };
            let of_its_own = |i: &usize| matches!(inner.text(*i).as_str(), "," | "for" | "async");
            if inner.top_level().iter().any(of_its_own) {
                return piece;
            }
            piece = inner;
        }
    }
}

/// How tightly a binary operator binds; `None` for anything else.
fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 1,
        "^" => 2,
        "&" => 3,
        "<<" | ">>" => 4,
        "+" | "-" => 5,
        "*" | "/" | "//" | "%" | "@" => 6,
        "**" => 8,
        _ => return None,
    })
}

/// Words that make an expression something else than an operation, a subscript or a call, or that begin statements.
fn is_other_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "as"
            | "assert"
            | "async"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}

fn shape_of(piece: &Piece<'_>) -> Option<Shape> {
    let piece = piece.part(0, piece.tokens.len())?.without_brackets();
    let tokens = piece.tokens;
    // The loosest binary operator, the last of several (the first of `**`).
    let mut best: Option<(usize, u8)> = None;
    // Whether the token before ends an operand.
    let mut after_operand = false;
    let mut after_string = false;
    for i in piece.top_level() {
        let text = piece.text(i);
        let is_string = tokens[i].kind == Kind::Str;
        match tokens[i].kind {
            Kind::Name if is_other_keyword(&text) => return None,
            Kind::Name if text == "await" && !after_operand => {}
            Kind::Name | Kind::Number if after_operand => return None,
            Kind::Str if after_operand && !after_string => return None,
            Kind::Open('{') if after_operand => return None,
            Kind::Close(_) => return None,
            Kind::Name | Kind::Number | Kind::Str | Kind::Open(_) => after_operand = true,
            Kind::Op if text == "..." && !after_operand => after_operand = true,
            Kind::Op if text == "." && after_operand => after_operand = false,
            Kind::Op if after_operand => {
                let p = precedence(&text)?;
                let better = best.is_none_or(|(_, old)| p < old || (p == old && p != 8));
                if better {
                    best = Some((i, p));
                }
                after_operand = false;
            }
            Kind::Op if matches!(text.as_str(), "+" | "-" | "~") => {}
            Kind::Op => return None,
        }
        after_string = is_string;
    }
    if !after_operand {
        return None;
    }
    let unary = matches!(piece.text(0).as_str(), "+" | "-" | "~");
    if let Some((i, p)) = best
        && (p < 7 || !unary)
    {
        let right = piece.part(i + 1, tokens.len())?.without_brackets();
        return Some(Shape::Binary {
            operator: tokens[i].start,
            right: right.tokens[0].start,
        });
    }
    let last = tokens.len() - 1;
    let open = match tokens[last].kind {
        Kind::Close(_) => piece.partners[last],
        _ => return None,
    };
    if unary || piece.text(0) == "await" || open == 0 {
        return None;
    }
    let (bracket, end) = (tokens[open].start, tokens[last].end);
    match tokens[open].kind {
        Kind::Open('[') => Some(Shape::Subscript { bracket, end }),
        Kind::Open('(') => Some(Shape::Call { bracket, end }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{CallStatement, Shape, call_statement, shape};

    fn of(source: &str) -> Option<Shape> {
        shape(&source.chars().collect::<Vec<_>>())
    }

    #[test]
    fn finds_the_loosest_operator() {
        assert_eq!(
            of("a * b + c * d"),
            Some(Shape::Binary {
                operator: 6,
                right: 8
            })
        );
        assert_eq!(
            of("(a) - -(b)"),
            Some(Shape::Binary {
                operator: 4,
                right: 6
            })
        );
        assert_eq!(
            of("a ** b ** c"),
            Some(Shape::Binary {
                operator: 2,
                right: 5
            })
        );
        assert_eq!(of("-a ** b"), None);
        assert_eq!(
            of("(a + (b))"),
            Some(Shape::Binary {
                operator: 3,
                right: 6
            })
        );
        assert_eq!(
            of("a + (b, c)"),
            Some(Shape::Binary {
                operator: 2,
                right: 4
            })
        );
    }

    #[test]
    fn finds_brackets() {
        assert_eq!(
            of("(a)[b][(c)]"),
            Some(Shape::Subscript {
                bracket: 6,
                end: 11
            })
        );
        assert_eq!(of("f(x)(y)"), Some(Shape::Call { bracket: 4, end: 7 }));
        assert_eq!(of("[1, 2]"), None);
        assert_eq!(of("await f(x)"), None);
    }

    #[test]
    fn leaves_statements_alone() {
        for source in [
            "raise ValueError(1)",
            "import a.b",
            "a = b[c]",
            "a += b",
            "x if y else z",
            "a, b[c]",
            "a(b",
            "",
        ] {
            assert_eq!(of(source), None, "{source}");
        }
    }

    #[test]
    fn finds_calls_that_are_statements() {
        let of = |s: &str| call_statement(&s.chars().collect::<Vec<_>>());
        assert_eq!(of("return f(x)"), Some(CallStatement { start: 7, end: 11 }));
        assert_eq!(
            of("return f(\n  x)  # note"),
            Some(CallStatement { start: 7, end: 14 })
        );
        assert_eq!(of("return a.f(x)"), None);
        assert_eq!(
            of("y = a.f(x); z"),
            Some(CallStatement { start: 4, end: 10 })
        );
        assert_eq!(of("y = z = f(x)"), None);
        assert_eq!(of("f(x)"), None);
    }
}
