//! Objects from bytes, with a stack of its own instead of recursion.

use std::sync::Arc;

use dashu_int::{IBig, Sign, UBig};

use super::code::{Builder, Head};
use super::cursor::Cursor;
use super::{MAX_DEPTH, MarshalError, MarshalProblem};
use crate::code::Const;
use crate::text::StrBuf;
use crate::text::utf8::decode_surrogatepass;
use crate::version::VersionInfo;

/// The bit of a type byte that puts the object into the list of references.
const FLAG_REF: u8 = 0x80;

/// The marshal version that brought slices.
const SLICES: u8 = 5;

/// A complete object.
#[derive(Clone)]
struct Item {
    value: Const,
    /// How deep it is nested: 1 if nothing is inside. References make deep objects out of flat data, so that the
    /// depth of reading does not bound it.
    height: usize,
}

/// An object whose contents are being read.
struct Open {
    kind: Kind,
    /// How many objects are still to come. Not used for a dict, which ends with a NULL.
    missing: usize,
    /// Where its contents start in [`Reader::items`].
    base: usize,
    /// Its number among the references.
    reference: Option<usize>,
}

enum Kind {
    Tuple,
    List,
    Set,
    FrozenSet,
    Dict,
    Slice,
    Code(Box<Head>),
}

impl Kind {
    /// What CPython calls it when something inside is missing.
    fn name(&self) -> &'static str {
        match self {
            Kind::Tuple => "tuple",
            Kind::List => "list",
            Kind::Set | Kind::FrozenSet => "set",
            Kind::Dict | Kind::Slice | Kind::Code(_) => "object",
        }
    }
}

/// What a type byte and the plain values after it begin.
enum Begun {
    Null,
    Done(Item),
    Open { kind: Kind, missing: usize },
}

pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    info: &'a VersionInfo,
    /// Complete objects whose container is still open.
    items: Vec<Item>,
    /// Open objects, the innermost last.
    open: Vec<Open>,
    /// Objects by reference number; `None` while incomplete.
    references: Vec<Option<Item>>,
    builder: Builder,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], info: &'a VersionInfo) -> Reader<'a> {
        Reader {
            cursor: Cursor::new(bytes),
            info,
            items: Vec::new(),
            open: Vec::new(),
            references: Vec::new(),
            builder: Builder::new(bytes.len(), info),
        }
    }

    /// One object, and how many bytes it took.
    pub(super) fn read(mut self) -> Result<(Const, usize), MarshalError> {
        loop {
            if self.open.len() >= MAX_DEPTH {
                return Err(self.cursor.error(MarshalProblem::TooDeep));
            }
            let type_byte = self.cursor.type_byte()?;
            let flagged = type_byte & FLAG_REF != 0;
            let item = match self.begin(type_byte & !FLAG_REF)? {
                Begun::Done(item) => {
                    // CPython gives singletons no number, even if the flag is set.
                    let numbered = !matches!(
                        type_byte & !FLAG_REF,
                        b'N' | b'T' | b'F' | b'S' | b'.' | b'r'
                    );
                    if flagged && numbered {
                        self.references.push(Some(item.clone()));
                    }
                    item
                }
                Begun::Open { kind, missing } => {
                    let reference = flagged.then_some(self.references.len());
                    if flagged {
                        self.references.push(None);
                    }
                    let open = Open {
                        kind,
                        missing,
                        base: self.items.len(),
                        reference,
                    };
                    if missing > 0 {
                        self.open.push(open);
                        continue;
                    }
                    self.close(open)?
                }
                Begun::Null => self.end_dict()?,
            };
            if let Some(value) = self.deliver(item)? {
                return Ok((value, self.cursor.offset));
            }
        }
    }

    /// Hands a complete object to its container, and closes every container that it completes.
    /// Returns the outermost object once that is complete.
    fn deliver(&mut self, mut item: Item) -> Result<Option<Const>, MarshalError> {
        loop {
            let Some(mut open) = self.open.pop() else {
                return Ok(Some(item.value));
            };
            self.items.push(item);
            if !matches!(open.kind, Kind::Dict) {
                open.missing -= 1;
            }
            if let Kind::Code(head) = &mut open.kind
                && open.missing == head.objects_after_line()
            {
                head.firstlineno = self.cursor.i32()?;
            }
            if open.missing > 0 {
                self.open.push(open);
                return Ok(None);
            }
            item = self.close(open)?;
        }
    }

    /// A NULL was read: it ends the innermost object, which must be a dict.
    fn end_dict(&mut self) -> Result<Item, MarshalError> {
        match self.open.pop() {
            Some(open) if matches!(open.kind, Kind::Dict) => self.close(open),
            Some(open) => Err(self.cursor.error(MarshalProblem::Null(open.kind.name()))),
            None => Err(self.cursor.error(MarshalProblem::Null("object"))),
        }
    }

    /// Makes an object of its contents.
    fn close(&mut self, open: Open) -> Result<Item, MarshalError> {
        let contents = self.items.drain(open.base..);
        let height = 1 + contents
            .as_slice()
            .iter()
            .map(|item| item.height)
            .max()
            .unwrap_or(0);
        if height > MAX_DEPTH {
            return Err(self.cursor.error(MarshalProblem::TooDeep));
        }
        let mut values = contents.map(|item| item.value);
        let value = match open.kind {
            Kind::Tuple => Const::Tuple(values.collect()),
            Kind::List => Const::List(values.collect()),
            Kind::Set => Const::Set(values.collect()),
            Kind::FrozenSet => Const::FrozenSet(values.collect()),
            Kind::Dict => {
                // As in CPython, a key without a value is dropped.
                Const::Dict(std::iter::from_fn(|| values.next().zip(values.next())).collect())
            }
            Kind::Slice => {
                let mut next = || values.next().unwrap_or(Const::None);
                Const::Slice(Arc::new([next(), next(), next()]))
            }
            Kind::Code(head) => {
                let code = self.builder.build(*head, values);
                let code = code.map_err(|what| self.cursor.error(MarshalProblem::Code(what)))?;
                Const::Code(Arc::new(code))
            }
        };
        let item = Item { value, height };
        if let Some(slot) = open
            .reference
            .and_then(|number| self.references.get_mut(number))
        {
            *slot = Some(item.clone());
        }
        Ok(item)
    }

    fn begin(&mut self, type_code: u8) -> Result<Begun, MarshalError> {
        let cursor = &mut self.cursor;
        let value = match type_code {
            b'0' => return Ok(Begun::Null),
            b'N' => Const::None,
            b'T' => Const::Bool(true),
            b'F' => Const::Bool(false),
            b'S' => Const::StopIteration,
            b'.' => Const::Ellipsis,
            b'i' => Const::Int(i64::from(cursor.i32()?)),
            b'I' => Const::Int(cursor.i64()?),
            b'l' => long(cursor)?,
            b'g' => Const::Float(cursor.f64()?),
            b'y' => Const::Complex(cursor.f64()?, cursor.f64()?),
            b'f' => Const::Float(cursor.text_float()?),
            b'x' => Const::Complex(cursor.text_float()?, cursor.text_float()?),
            b's' => {
                let len = cursor.len("bytes object size out of range")?;
                Const::Bytes(cursor.take(len)?.into())
            }
            b'u' | b't' => {
                let len = cursor.len("string size out of range")?;
                let text = decode_surrogatepass(cursor.take(len)?);
                let text = text.ok_or_else(|| cursor.bad("string is not UTF-8"))?;
                Const::Str(Arc::new(text), type_code == b't')
            }
            b'a' | b'A' => {
                let len = cursor.len("string size out of range")?;
                Const::Str(
                    Arc::new(one_byte_text(cursor.take(len)?)),
                    type_code == b'A',
                )
            }
            b'z' | b'Z' => {
                let len = usize::from(cursor.u8()?);
                Const::Str(
                    Arc::new(one_byte_text(cursor.take(len)?)),
                    type_code == b'Z',
                )
            }
            b'r' => return self.referred().map(Begun::Done),
            _ => return self.begin_container(type_code),
        };
        Ok(Begun::Done(Item { value, height: 1 }))
    }

    fn begin_container(&mut self, type_code: u8) -> Result<Begun, MarshalError> {
        let cursor = &mut self.cursor;
        let (kind, missing) = match type_code {
            b')' => (Kind::Tuple, usize::from(cursor.u8()?)),
            b'(' => (Kind::Tuple, cursor.len("tuple size out of range")?),
            b'[' => (Kind::List, cursor.len("list size out of range")?),
            b'<' => (Kind::Set, cursor.len("set size out of range")?),
            b'>' => (Kind::FrozenSet, cursor.len("set size out of range")?),
            b'{' => (Kind::Dict, usize::MAX),
            b':' if self.info.marshal_version >= SLICES => (Kind::Slice, 3),
            b'c' => {
                let head = Head::read(cursor, self.info.code_layout)?;
                let missing = head.objects();
                (Kind::Code(Box::new(head)), missing)
            }
            _ => return Err(cursor.bad("unknown type code")),
        };
        Ok(Begun::Open { kind, missing })
    }

    /// The object that a reference stands for.
    fn referred(&mut self) -> Result<Item, MarshalError> {
        let number = self.cursor.len("invalid reference")?;
        match self.references.get(number) {
            Some(Some(item)) => Ok(item.clone()),
            _ => Err(self.cursor.bad("invalid reference")),
        }
    }
}

/// Text that CPython calls ASCII, but reads as Latin-1.
fn one_byte_text(bytes: &[u8]) -> StrBuf {
    if bytes.is_ascii() {
        StrBuf::Ascii(bytes.to_vec())
    } else {
        StrBuf::Latin1(bytes.to_vec())
    }
}

/// An int in digits of 15 bits.
fn long(cursor: &mut Cursor<'_>) -> Result<Const, MarshalError> {
    let signed_len = cursor.i32()?;
    if signed_len == i32::MIN {
        return Err(cursor.bad("long size out of range"));
    }
    let len = usize::try_from(signed_len.unsigned_abs()).unwrap_or(usize::MAX);
    let digits = cursor.take(len.saturating_mul(2))?;
    // The bits of the digits put one behind the other, without the unused top bit of each.
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut bits, mut count) = (0u32, 0);
    let mut last = None;
    for pair in digits.chunks_exact(2) {
        let digit = pair
            .iter()
            .rev()
            .fold(0, |digit, byte| digit << 8 | u32::from(*byte));
        if digit > 0x7fff {
            return Err(cursor.bad("digit out of range in long"));
        }
        last = Some(digit);
        bits |= digit << count;
        count += 15;
        while count >= 8 {
            bytes.push((bits & 0xff) as u8);
            bits >>= 8;
            count -= 8;
        }
    }
    bytes.push((bits & 0xff) as u8);
    if last == Some(0) {
        return Err(cursor.bad("unnormalized long data"));
    }
    let sign = if signed_len < 0 {
        Sign::Negative
    } else {
        Sign::Positive
    };
    let value = IBig::from_parts(sign, UBig::from_le_bytes(&bytes));
    Ok(match i64::try_from(&value) {
        Ok(small) => Const::Int(small),
        Err(_) => Const::BigInt(Arc::new(value)),
    })
}
