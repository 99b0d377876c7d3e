//! The grammar of `str.format`: literal text, fields in braces, and the parts of field names.

use std::ops::Range;

use opyc_core::text::Str;
use opyc_core::text::chars::decimal_value;

/// A field in braces, as ranges of the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What is looked up: `0.name[key]`.
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// What follows the colon.
    pub spec: Range<usize>,
    /// Whether the specifier has fields of its own.
    pub nested: bool,
}

/// Literal text, then perhaps a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text before the field; doubled braces are single.
    pub literal: Range<usize>,
    /// The field.
    pub field: Option<Field>,
}

/// Reads a format, or a range of one.
pub struct Markup<'a> {
    text: Str<'a>,
    at: usize,
    end: usize,
}

impl<'a> Markup<'a> {
    /// A reader of a part of a text.
    pub fn new(text: Str<'a>, part: Range<usize>) -> Markup<'a> {
        Markup {
            text,
            at: part.start,
            end: part.end.min(text.len()),
        }
    }

    fn peek(&self) -> Option<char> {
        // No surrogate means anything here.
        let c = self.text.get(self.at).filter(|_| self.at < self.end)?;
        Some(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// The next piece; none at the end. Errors are messages of ValueErrors.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, &'static str> {
        let start = self.at;
        if start >= self.end {
            return Ok(None);
        }
        let brace = loop {
            match self.take() {
                Some(c @ ('{' | '}')) => break c,
                Some(_) => {}
                None => {
                    return Ok(Some(Piece {
                        literal: start..self.at,
                        field: None,
                    }));
                }
            }
        };
        if self.peek() == Some(brace) {
            let literal = start..self.at;
            self.at += 1;
            return Ok(Some(Piece {
                literal,
                field: None,
            }));
        }
        if brace == '}' {
            return Err("Single '}' encountered in format string");
        }
        if self.peek().is_none() {
            return Err("Single '{' encountered in format string");
        }
        let literal = start..self.at - 1;
        let field = self.field()?;
        Ok(Some(Piece {
            literal,
            field: Some(field),
        }))
    }

    /// A field, after its opening brace.
    fn field(&mut self) -> Result<Field, &'static str> {
        let start = self.at;
        let ended = loop {
            match self.take() {
                Some('{') => return Err("unexpected '{' in field name"),
                // What is in brackets may hold anything but a closing bracket.
                Some('[') => {
                    while self.peek().is_some_and(|c| c != ']') {
                        self.at += 1;
                    }
                }
                Some(c @ ('}' | ':' | '!')) => break c,
                Some(_) => {}
                None => return Err("expected '}' before end of string"),
            }
        };
        let mut field = Field {
            name: start..self.at - 1,
            conversion: None,
            spec: self.at..self.at,
            nested: false,
        };
        if ended == '}' {
            return Ok(field);
        }
        if ended == '!' {
            field.conversion = self.text.get(self.at).filter(|_| self.at < self.end);
            if field.conversion.is_none() {
                return Err("end of string while looking for conversion specifier");
            }
            self.at += 1;
            match self.take() {
                Some('}') => return Ok(field),
                Some(':') | None => {}
                Some(_) => return Err("expected ':' after conversion specifier"),
            }
        }
        let start = self.at;
        let mut depth = 1usize;
        while let Some(c) = self.take() {
            match c {
                '{' => {
                    field.nested = true;
                    depth += 1;
                }
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                field.spec = start..self.at - 1;
                return Ok(field);
            }
        }
        Err("unmatched '{' in format spec")
    }
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Attribute(Range<usize>),
    /// `[key]`, a str
    Key(Range<usize>),
    /// `[3]`
    Index(i64),
}

/// Reads the name of a field: [`FieldName::first`], then the steps.
pub struct FieldName<'a> {
    text: Str<'a>,
    at: usize,
    end: usize,
}

impl<'a> FieldName<'a> {
    /// The range of what is looked up first, and a reader of the steps behind it.
    pub fn first(text: Str<'a>, name: Range<usize>) -> (Range<usize>, FieldName<'a>) {
        let mut rest = FieldName {
            text,
            at: name.start,
            end: name.end.min(text.len()),
        };
        let first = rest.until(&['.', '[']);
        (first, rest)
    }

    fn peek(&self) -> Option<char> {
        let c = self.text.get(self.at).filter(|_| self.at < self.end)?;
        Some(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn until(&mut self, stops: &[char]) -> Range<usize> {
        let start = self.at;
        while self.peek().is_some_and(|c| !stops.contains(&c)) {
            self.at += 1;
        }
        start..self.at
    }

    /// The next step; none at the end. Errors are messages of ValueErrors.
    pub fn next_step(&mut self) -> Result<Option<Step>, &'static str> {
        let step = match self.peek() {
            None => return Ok(None),
            Some('.') => {
                self.at += 1;
                Step::Attribute(self.until(&['.', '[']))
            }
            Some('[') => {
                self.at += 1;
                let key = self.until(&[']']);
                if self.peek().is_none() {
                    return Err("Missing ']' in format string");
                }
                self.at += 1;
                match index(self.text, key.clone())? {
                    Some(i) => Step::Index(i),
                    None => Step::Key(key),
                }
            }
            Some(_) => return Err("Only '.' or '[' may follow ']' in format field specifier"),
        };
        if matches!(&step, Step::Attribute(r) | Step::Key(r) if r.is_empty()) {
            return Err("Empty attribute in format string");
        }
        Ok(Some(step))
    }
}

/// A part of a text as a number; none if it is empty or has anything but decimal digits.
pub fn index(text: Str<'_>, part: Range<usize>) -> Result<Option<i64>, &'static str> {
    let digits = text.slice(part.start, part.end);
    if digits.is_empty() {
        return Ok(None);
    }
    let mut value = 0i64;
    for c in digits.iter() {
        let Some(digit) = decimal_value(c) else {
            return Ok(None);
        };
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit.into()))
            .ok_or("Too many decimal digits in format string")?;
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Piece>, &'static str> {
        let mut markup = Markup::new(Str::Ascii(text.as_bytes()), 0..text.len());
        let mut out = Vec::new();
        while let Some(p) = markup.next_piece()? {
            out.push(p);
        }
        Ok(out)
    }

    #[test]
    fn fields_have_names_conversions_and_specifiers() {
        let field = Field {
            name: 2..3,
            conversion: Some('r'.into()),
            spec: 6..9,
            nested: true,
        };
        assert_eq!(
            read("a{b!r:{c}}"),
            Ok(vec![Piece {
                literal: 0..1,
                field: Some(field)
            }])
        );
        assert_eq!(
            read("}}"),
            Ok(vec![Piece {
                literal: 0..1,
                field: None
            }])
        );
        for wrong in [
            "{", "}", "a}b", "{a", "{!", "{!r", "{!rx}", "{a{b}}", "{:{}",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_have_steps() {
        let text = Str::Ascii(b"a.b[0][k]");
        let (first, mut rest) = FieldName::first(text, 0..text.len());
        assert_eq!(first, 0..1);
        assert_eq!(rest.next_step(), Ok(Some(Step::Attribute(2..3))));
        assert_eq!(rest.next_step(), Ok(Some(Step::Index(0))));
        assert_eq!(rest.next_step(), Ok(Some(Step::Key(7..8))));
        assert_eq!(rest.next_step(), Ok(None));
    }
}
