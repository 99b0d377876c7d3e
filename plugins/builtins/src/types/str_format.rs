//! `str.format` and `str.format_map`, and what `string.Formatter` needs of them (the `_string` module).

use std::ops::Range;

use opyc_core::args::Args;
use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{MethodDef, PyStr};
use opyc_core::registry::{MODULE_DEFS, ModuleDef};
use opyc_core::text::{Str, StrBuilder};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::Vm;

use super::markup::{Field, FieldName, Markup, Step, index};
use super::str::text;
use super::text_support::new_buf;

/// How deep specifiers may be nested: fields in a specifier, but none in theirs.
const DEPTH: u32 = 2;

/// `str.format`.
pub fn format(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some((this, pos)) = args.pos().split_first() else {
        return Err(vm.type_error("unbound method str.format() needs an argument"));
    };
    let keywords = |name: &Value| -> PyResult {
        match args.keywords().find(|(k, _)| vm.same_str(k, name)) {
            Some((_, v)) => Ok(v.clone()),
            None => Err(vm.key_error(name)),
        }
    };
    let format = text(vm, this)?;
    let mut run = Formatter {
        vm,
        format,
        positional: Some(pos),
        by_name: &keywords,
        numbering: Numbering::Unknown,
    };
    let out = run.build(0..format.len(), DEPTH)?;
    Ok(new_buf(vm, out.finish()))
}

/// `str.format_map`.
pub fn format_map(vm: &Vm, a: &[Value]) -> PyResult {
    let by_name = |name: &Value| vm.get_item(&a[1], name);
    let format = text(vm, &a[0])?;
    let mut run = Formatter {
        vm,
        format,
        positional: None,
        by_name: &by_name,
        numbering: Numbering::Unknown,
    };
    let out = run.build(0..format.len(), DEPTH)?;
    Ok(new_buf(vm, out.finish()))
}

/// How positional fields are numbered; the first one decides.
#[derive(Clone, Copy)]
enum Numbering {
    Unknown,
    Manual,
    /// The next number.
    Automatic(i64),
}

struct Formatter<'a> {
    vm: &'a Vm,
    format: Str<'a>,
    /// `None` for `format_map`, which has none.
    positional: Option<&'a [Value]>,
    by_name: &'a dyn Fn(&Value) -> PyResult,
    numbering: Numbering,
}

impl Formatter<'_> {
    fn wrong(&self) -> impl Fn(&'static str) -> Raise + '_ {
        |text| self.vm.value_error(text)
    }

    /// The text that a part of the format gives.
    fn build(&mut self, part: Range<usize>, depth: u32) -> PyResult<StrBuilder> {
        if depth == 0 {
            return Err(self.vm.value_error("Max string recursion exceeded"));
        }
        let mut out = StrBuilder::with_capacity(part.len().saturating_mul(2));
        let mut markup = Markup::new(self.format, part);
        while let Some(piece) = markup.next_piece().map_err(self.wrong())? {
            out.push_str(self.format.slice(piece.literal.start, piece.literal.end));
            if let Some(field) = piece.field {
                let v = self.field(&field, depth)?;
                if let Some(s) = v.downcast::<PyStr>() {
                    out.push_str(s.view());
                }
            }
        }
        Ok(out)
    }

    fn field(&mut self, field: &Field, depth: u32) -> PyResult {
        let vm = self.vm;
        let mut v = self.value(field.name.clone())?;
        if let Some(c) = field.conversion {
            v = match char::from_u32(c) {
                Some('r') => vm.repr_of(&v)?,
                Some('s') => vm.str_of(&v)?,
                Some('a') => vm.ascii_of(&v)?,
                Some(shown @ '!'..='~') => {
                    return Err(vm.value_error(&format!("Unknown conversion specifier {shown}")));
                }
                _ => return Err(vm.value_error(&format!("Unknown conversion specifier \\x{c:x}"))),
            };
        }
        let spec = if field.nested {
            new_buf(vm, self.build(field.spec.clone(), depth - 1)?.finish())
        } else {
            new_part(vm, self.format, &field.spec)
        };
        vm.format_value(&v, &spec)
    }

    /// What the name of a field stands for.
    fn value(&mut self, name: Range<usize>) -> PyResult {
        let vm = self.vm;
        let (first, mut steps) = FieldName::first(self.format, name);
        let number = index(self.format, first.clone()).map_err(self.wrong())?;
        let mut v = match self.numbered(first.is_empty(), number)? {
            None => (self.by_name)(&new_part(vm, self.format, &first))?,
            Some(i) => {
                let Some(positional) = self.positional else {
                    return Err(vm.value_error("Format string contains positional fields"));
                };
                match usize::try_from(i).ok().and_then(|i| positional.get(i)) {
                    Some(v) => v.clone(),
                    None if vm.version() >= Version::V3_8 => {
                        let text =
                            format!("Replacement index {i} out of range for positional args tuple");
                        return Err(vm.index_error(&text));
                    }
                    None => return Err(vm.index_error("tuple index out of range")),
                }
            }
        };
        while let Some(step) = steps.next_step().map_err(self.wrong())? {
            v = match step {
                Step::Attribute(name) => {
                    vm.get_attr(&v, &vm.intern_value(&new_part(vm, self.format, &name)))?
                }
                Step::Key(key) => vm.get_item(&v, &new_part(vm, self.format, &key))?,
                Step::Index(i) => vm.get_item(&v, &vm.new_int(i))?,
            };
        }
        Ok(v)
    }

    /// The number of a positional field; none for one with a name.
    fn numbered(&mut self, empty: bool, number: Option<i64>) -> PyResult<Option<i64>> {
        if !empty && number.is_none() {
            return Ok(None);
        }
        if self.positional.is_none() {
            // The numbering does not matter: there is nothing to number.
            return Ok(Some(0));
        }
        match (self.numbering, number) {
            (Numbering::Manual, None) => Err(self.vm.value_error(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (Numbering::Automatic(_), Some(_)) => Err(self.vm.value_error(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (_, Some(i)) => {
                self.numbering = Numbering::Manual;
                Ok(Some(i))
            }
            (numbering, None) => {
                let i = if let Numbering::Automatic(i) = numbering {
                    i
                } else {
                    0
                };
                self.numbering = Numbering::Automatic(i.saturating_add(1));
                Ok(Some(i))
            }
        }
    }
}

/// A part of a text as a str.
fn new_part(vm: &Vm, text: Str<'_>, part: &Range<usize>) -> Value {
    let part = text.slice(part.start, part.end);
    if let Str::Ascii(_) = part {
        return vm.new_text(part);
    }
    let mut b = StrBuilder::new();
    b.push_str(part);
    new_buf(vm, b.finish())
}

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static STRING: ModuleDef = ModuleDef {
    name: "_string",
    versions: VersionRange::ALL,
    functions: &[
        MethodDef::function("formatter_parser", "object, /", formatter_parser),
        MethodDef::function("formatter_field_name_split", "object, /", field_name_split),
    ],
    init: |_, _| Ok(()),
};

fn format_arg<'a>(vm: &Vm, v: &'a Value) -> PyResult<Str<'a>> {
    match v.downcast::<PyStr>() {
        Some(s) => Ok(s.view()),
        None => Err(vm.type_error(&format!("expected str, got {}", vm.type_name(v)))),
    }
}

/// `(literal, field name, specifier, conversion)` of every piece.
fn formatter_parser(vm: &Vm, a: &[Value]) -> PyResult {
    let format = format_arg(vm, &a[0])?;
    let mut markup = Markup::new(format, 0..format.len());
    let mut pieces = Vec::new();
    while let Some(piece) = markup.next_piece().map_err(|text| vm.value_error(text))? {
        let mut parts = vec![new_part(vm, format, &piece.literal)];
        match piece.field {
            None => parts.extend([Value::NONE, Value::NONE, Value::NONE]),
            Some(field) => parts.extend([
                new_part(vm, format, &field.name),
                new_part(vm, format, &field.spec),
                field.conversion.map_or(Value::NONE, |c| vm.new_char(c)),
            ]),
        }
        pieces.push(vm.new_tuple(parts));
    }
    vm.get_iter(&vm.new_list(pieces))
}

/// The first part of a field name, and `(is attribute, name)` of the others.
fn field_name_split(vm: &Vm, a: &[Value]) -> PyResult {
    let name = format_arg(vm, &a[0])?;
    let wrong = |text: &'static str| vm.value_error(text);
    let (first, mut steps) = FieldName::first(name, 0..name.len());
    let first = match index(name, first.clone()).map_err(wrong)? {
        Some(i) => vm.new_int(i),
        None => new_part(vm, name, &first),
    };
    let mut rest = Vec::new();
    while let Some(step) = steps.next_step().map_err(wrong)? {
        rest.push(match step {
            Step::Attribute(n) => vm.new_pair(Value::TRUE, new_part(vm, name, &n)),
            Step::Key(k) => vm.new_pair(Value::FALSE, new_part(vm, name, &k)),
            Step::Index(i) => vm.new_pair(Value::FALSE, vm.new_int(i)),
        });
    }
    Ok(vm.new_pair(first, vm.get_iter(&vm.new_list(rest))?))
}
