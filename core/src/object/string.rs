//! [`PyStr`]: `str`, with its characters inline behind the struct.

use std::cell::Cell;
use std::ptr::NonNull;

use super::{Header, Kind, Object, hflags};
use crate::text::Str;

/// A string of 1, 2 or 4 bytes per character (PEP 393).
#[repr(C)]
pub struct PyStr {
    pub(crate) header: Header,
    /// The hash; -1 until it is asked for.
    pub(crate) hash: Cell<i64>,
    len: usize,
}

// SAFETY: only strings have `Kind::Str`.
unsafe impl Object for PyStr {
    const KIND: Kind = Kind::Str;
    const CONTAINER: bool = false;
    const VAR_SIZE: Option<unsafe fn(NonNull<Header>) -> usize> =
        // SAFETY: called with live objects of this kind only.
        Some(|p| unsafe { PyStr::bytes_for((*(p.as_ptr() as *const PyStr)).view()) });
}

const ASCII: u16 = 0;
const LATIN1: u16 = 1;
const UCS2: u16 = 2;
const UCS4: u16 = 3;

impl PyStr {
    /// Bytes of a string object without attributes.
    pub(crate) fn bytes_for(s: Str<'_>) -> usize {
        let data = match s {
            Str::Ascii(b) | Str::Latin1(b) => b.len(),
            Str::Ucs2(b) => b.len() * 2,
            Str::Ucs4(b) => b.len() * 4,
        };
        size_of::<PyStr>() + data
    }

    /// Writes the struct and the characters; `extra` bytes of attributes lie between.
    ///
    /// # Safety
    /// `p` is fresh memory of `bytes_for(s) + extra` bytes.
    pub(crate) unsafe fn write(p: NonNull<u8>, header: Header, s: Str<'_>, extra: usize) {
        let (width, len, src, bytes) = match s {
            Str::Ascii(b) => (ASCII, b.len(), b.as_ptr(), b.len()),
            Str::Latin1(b) => (LATIN1, b.len(), b.as_ptr(), b.len()),
            Str::Ucs2(b) => (UCS2, b.len(), b.as_ptr() as *const u8, b.len() * 2),
            Str::Ucs4(b) => (UCS4, b.len(), b.as_ptr() as *const u8, b.len() * 4),
        };
        header.set_flag(width << hflags::WIDTH_SHIFT);
        // SAFETY: fresh memory of the size that `bytes_for` gives for this text.
        unsafe {
            (p.as_ptr() as *mut PyStr).write(PyStr {
                header,
                hash: Cell::new(-1),
                len,
            });
            std::ptr::copy_nonoverlapping(src, p.as_ptr().add(size_of::<PyStr>() + extra), bytes);
        }
    }

    /// Writes more characters behind those of a string.
    ///
    /// # Safety
    /// `p` is an exact str that nobody else refers to, with memory for them; they fit its width.
    pub(crate) unsafe fn extend(p: NonNull<Header>, more: Str<'_>) {
        unsafe {
            let s = p.as_ptr() as *mut PyStr;
            let width = ((*p.as_ptr()).flags.get() >> hflags::WIDTH_SHIFT) & 3;
            let data = (*s).data() as *mut u8;
            let len = (*s).len;
            for (i, c) in (len..).zip(more.iter()) {
                match width {
                    ASCII | LATIN1 => data.add(i).write(c as u8),
                    UCS2 => (data as *mut u16).add(i).write(c as u16),
                    _ => (data as *mut u32).add(i).write(c),
                }
            }
            (*s).len = len + more.len();
            (*s).hash.set(-1);
        }
    }

    /// Whether the characters of `other` fit the width of this string.
    pub(crate) fn is_as_wide_as(&self, other: &PyStr) -> bool {
        let width = |s: &PyStr| (s.header.flags.get() >> hflags::WIDTH_SHIFT) & 3;
        width(other) <= width(self)
    }

    #[inline(always)]
    fn data(&self) -> *const u8 {
        let extra = if self.header.is_subclass() {
            self.header.shape().layout.extra()
        } else {
            0
        };
        // SAFETY: the characters lie behind the struct and the attributes.
        unsafe { (self as *const PyStr as *const u8).add(size_of::<PyStr>() + extra) }
    }

    /// The characters.
    #[inline(always)]
    pub fn view(&self) -> Str<'_> {
        let p = self.data();
        // SAFETY: written by `write` with this width and length; strings never change.
        unsafe {
            match (self.header.flags.get() >> hflags::WIDTH_SHIFT) & 3 {
                ASCII => Str::Ascii(std::slice::from_raw_parts(p, self.len)),
                LATIN1 => Str::Latin1(std::slice::from_raw_parts(p, self.len)),
                UCS2 => Str::Ucs2(std::slice::from_raw_parts(p as *const u16, self.len)),
                _ => Str::Ucs4(std::slice::from_raw_parts(p as *const u32, self.len)),
            }
        }
    }

    /// Number of characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text, if it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.view() {
            // SAFETY: ASCII is valid UTF-8.
            Str::Ascii(b) => Some(unsafe { std::str::from_utf8_unchecked(b) }),
            _ => None,
        }
    }

    /// The raw bytes of the characters, in the machine's byte order.
    pub fn raw_bytes(&self) -> &[u8] {
        let width = match self.view() {
            Str::Ascii(_) | Str::Latin1(_) => 1,
            Str::Ucs2(_) => 2,
            Str::Ucs4(_) => 4,
        };
        // SAFETY: `len` characters of that width follow.
        unsafe { std::slice::from_raw_parts(self.data(), self.len * width) }
    }

    /// Whether two strings have the same characters. (Widths are canonical, so bytes decide.)
    #[inline]
    pub fn same_text(&self, other: &PyStr) -> bool {
        const WIDTH: u16 = 3 << hflags::WIDTH_SHIFT;
        self.len == other.len
            && (self.header.flags.get() ^ other.header.flags.get()) & WIDTH == 0
            && self.raw_bytes() == other.raw_bytes()
    }

    /// Whether the string is interned.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.header.has_flag(hflags::INTERNED)
    }
}

impl std::fmt::Display for PyStr {
    /// The text; lone surrogates as `\udXXX`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_ascii() {
            Some(s) => f.write_str(s),
            None => write!(f, "{}", self.view()),
        }
    }
}
