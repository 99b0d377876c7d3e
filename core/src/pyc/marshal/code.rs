//! Code objects: the fields of each version, made into one layout.
//!
//! In the file come some i32, eight objects, `co_firstlineno` as i32, and one or two objects more:
//!
//! | | 3.6, 3.7 | 3.8 to 3.10 | 3.11 and later |
//! |---|---|---|---|
//! | i32 | argcount | argcount | argcount |
//! | | | posonlyargcount | posonlyargcount |
//! | | kwonlyargcount | kwonlyargcount | kwonlyargcount |
//! | | nlocals | nlocals | |
//! | | stacksize, flags | stacksize, flags | stacksize, flags |
//! | objects | code, consts, names | code, consts, names | code, consts, names |
//! | | varnames, freevars, cellvars | varnames, freevars, cellvars | localsplusnames, localspluskinds |
//! | | filename, name | filename, name | filename, name, qualname |
//! | i32 | firstlineno | firstlineno | firstlineno |
//! | objects | lnotab | lnotab; 3.10 linetable | linetable, exceptiontable |

use std::sync::Arc;

use super::MarshalError;
use super::cursor::Cursor;
use crate::code::{Code, Const, SlotKind, flags};
use crate::text::StrBuf;
use crate::version::{CodeLayout, Version, VersionInfo};

/// How many objects stand before `co_firstlineno`.
const OBJECTS_BEFORE_LINE: usize = 8;

/// Parts that several code objects share are copied into each. Copies may take this many times the size of the
/// file, and a little more for small files; compilers stay far below.
const COPIES_PER_BYTE: usize = 32;
const COPIES_ALWAYS: usize = 1 << 20;

/// The plain numbers of a code object.
pub(super) struct Head {
    layout: CodeLayout,
    argcount: i32,
    posonlyargcount: i32,
    kwonlyargcount: i32,
    /// Before 3.11.
    nlocals: Option<i32>,
    stacksize: i32,
    flags: i32,
    /// Set by the reader when it gets there.
    pub(super) firstlineno: i32,
}

impl Head {
    /// Reads the numbers before the first object.
    pub(super) fn read(cursor: &mut Cursor<'_>, layout: CodeLayout) -> Result<Head, MarshalError> {
        let classic = layout == CodeLayout::Classic;
        let slots = layout == CodeLayout::LocalsPlus;
        Ok(Head {
            layout,
            argcount: cursor.i32()?,
            posonlyargcount: if classic { 0 } else { cursor.i32()? },
            kwonlyargcount: cursor.i32()?,
            nlocals: if slots { None } else { Some(cursor.i32()?) },
            stacksize: cursor.i32()?,
            flags: cursor.i32()?,
            firstlineno: 0,
        })
    }

    /// How many objects a code object has.
    pub(super) fn objects(&self) -> usize {
        OBJECTS_BEFORE_LINE + self.objects_after_line()
    }

    /// How many of them stand after `co_firstlineno`.
    pub(super) fn objects_after_line(&self) -> usize {
        match self.layout {
            CodeLayout::Classic | CodeLayout::PosOnly => 1,
            CodeLayout::LocalsPlus => 2,
        }
    }
}

/// Why the parts of a code object do not fit together.
type Complaint = &'static str;

/// Makes code objects of their parts.
pub(super) struct Builder {
    version: Version,
    /// How many bytes of shared parts may still be copied.
    copies_left: usize,
}

impl Builder {
    pub(super) fn new(input_len: usize, info: &VersionInfo) -> Builder {
        Builder {
            version: info.version,
            copies_left: input_len
                .saturating_mul(COPIES_PER_BYTE)
                .saturating_add(COPIES_ALWAYS),
        }
    }

    /// A code object of its numbers and its objects.
    pub(super) fn build(
        &mut self,
        head: Head,
        mut objects: impl Iterator<Item = Const>,
    ) -> Result<Code, Complaint> {
        let mut next = || objects.next().ok_or("an object is missing");
        let code = self.bytes(next()?, "co_code is not bytes")?;
        let consts = self.tuple(next()?, "co_consts is not a tuple")?;
        let names = self.strings(next()?, "co_names is not a tuple of strings")?;
        let (localsplus, filename, name, qualname);
        if let Some(nlocals) = head.nlocals {
            let varnames = self.strings(next()?, "co_varnames is not a tuple of strings")?;
            let freevars = self.strings(next()?, "co_freevars is not a tuple of strings")?;
            let cellvars = self.strings(next()?, "co_cellvars is not a tuple of strings")?;
            if usize::try_from(nlocals) != Ok(varnames.len()) {
                return Err("co_nlocals is not the number of co_varnames");
            }
            localsplus = slots_of_lists(&varnames, &cellvars, &freevars);
            filename = string(next()?, "co_filename is not a string")?;
            name = string(next()?, "co_name is not a string")?;
            qualname = name.clone();
        } else {
            let names = self.strings(next()?, "co_localsplusnames is not a tuple of strings")?;
            let kinds = self.bytes(next()?, "co_localspluskinds is not bytes")?;
            localsplus = slots_of_kinds(&names, &kinds)?;
            filename = string(next()?, "co_filename is not a string")?;
            name = string(next()?, "co_name is not a string")?;
            qualname = string(next()?, "co_qualname is not a string")?;
        }
        let linetable = self.bytes(next()?, "the line table is not bytes")?;
        let exceptiontable = match head.layout {
            CodeLayout::LocalsPlus => self.bytes(next()?, "co_exceptiontable is not bytes")?,
            CodeLayout::Classic | CodeLayout::PosOnly => Box::default(),
        };
        let nlocals = localsplus
            .iter()
            .filter(|(_, kind)| kind.has(SlotKind::LOCAL))
            .count();
        let code = Code {
            version: self.version,
            argcount: count(head.argcount, "co_argcount is negative")?,
            posonlyargcount: count(head.posonlyargcount, "co_posonlyargcount is negative")?,
            kwonlyargcount: count(head.kwonlyargcount, "co_kwonlyargcount is negative")?,
            stacksize: count(head.stacksize, "co_stacksize is negative")?,
            flags: head.flags.cast_unsigned(),
            code,
            consts,
            names,
            localsplus,
            nlocals: u32::try_from(nlocals).map_err(|_| "too many local variables")?,
            filename,
            name,
            qualname,
            firstlineno: head.firstlineno,
            linetable,
            exceptiontable,
        };
        check_parameters(&code)?;
        Ok(code)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Complaint> {
        let left = self.copies_left.checked_sub(bytes);
        self.copies_left = left.ok_or("code objects share more than their file could hold")?;
        Ok(())
    }

    fn bytes(&mut self, value: Const, complaint: Complaint) -> Result<Box<[u8]>, Complaint> {
        let Const::Bytes(bytes) = value else {
            return Err(complaint);
        };
        self.charge(bytes.len())?;
        Ok(Box::from(&*bytes))
    }

    fn tuple(&mut self, value: Const, complaint: Complaint) -> Result<Box<[Const]>, Complaint> {
        let Const::Tuple(items) = value else {
            return Err(complaint);
        };
        self.charge(size_of_val(&*items))?;
        Ok(Box::from(&*items))
    }

    fn strings(
        &mut self,
        value: Const,
        complaint: Complaint,
    ) -> Result<Box<[Arc<StrBuf>]>, Complaint> {
        let Const::Tuple(items) = value else {
            return Err(complaint);
        };
        self.charge(size_of_val(&*items))?;
        items
            .iter()
            .map(|item| string(item.clone(), complaint))
            .collect()
    }
}

fn string(value: Const, complaint: Complaint) -> Result<Arc<StrBuf>, Complaint> {
    match value {
        Const::Str(text, _) => Ok(text),
        _ => Err(complaint),
    }
}

fn count(value: i32, complaint: Complaint) -> Result<u32, Complaint> {
    u32::try_from(value).map_err(|_| complaint)
}

type Slots = Box<[(Arc<StrBuf>, SlotKind)]>;

/// The slots of 3.6 to 3.10: locals, cells, free variables.
fn slots_of_lists(
    varnames: &[Arc<StrBuf>],
    cellvars: &[Arc<StrBuf>],
    freevars: &[Arc<StrBuf>],
) -> Slots {
    let of_kind = |names: &[Arc<StrBuf>], kind| -> Vec<_> {
        names
            .iter()
            .map(|name| (name.clone(), SlotKind(kind)))
            .collect()
    };
    let mut slots = of_kind(varnames, SlotKind::LOCAL);
    slots.extend(of_kind(cellvars, SlotKind::CELL));
    slots.extend(of_kind(freevars, SlotKind::FREE));
    slots.into()
}

/// The slots of 3.11 and later, whose order is checked: locals, then cells, then free variables.
fn slots_of_kinds(names: &[Arc<StrBuf>], kinds: &[u8]) -> Result<Slots, Complaint> {
    if names.len() != kinds.len() {
        return Err("co_localsplusnames and co_localspluskinds differ in length");
    }
    let mut group = 0;
    for kind in kinds {
        let free = kind & SlotKind::FREE != 0;
        let group_of_kind = match kind & (SlotKind::LOCAL | SlotKind::CELL | SlotKind::FREE) {
            0 => return Err("a slot is neither local nor cell nor free"),
            SlotKind::FREE => 2,
            _ if free => return Err("a free variable is also local"),
            SlotKind::CELL => 1,
            _ => 0,
        };
        if group_of_kind < group {
            return Err("slots are out of order");
        }
        group = group_of_kind;
    }
    let kinds = kinds.iter().map(|kind| SlotKind(*kind));
    Ok(names.iter().cloned().zip(kinds).collect())
}

/// Every parameter must have its slot.
fn check_parameters(code: &Code) -> Result<(), Complaint> {
    let has = |flag| u64::from(code.flags & flag != 0);
    let parameters = u64::from(code.argcount)
        + u64::from(code.kwonlyargcount)
        + has(flags::VARARGS)
        + has(flags::VARKEYWORDS);
    if code.posonlyargcount > code.argcount {
        return Err("more positional-only parameters than positional ones");
    }
    if parameters > u64::from(code.nlocals) {
        return Err("more parameters than local variables");
    }
    Ok(())
}
