//! [`PyStr`]: `str`, with its characters inline behind the struct.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ptr::NonNull;

use super::{Header, Kind, Object, hflags};
use crate::text::{Str, Width};

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

    /// Writes the struct of a string of `len` characters, which the caller then writes with [`PyStr::put`].
    ///
    /// # Safety
    /// `p` is fresh memory for them.
    pub(crate) unsafe fn write_empty(p: NonNull<u8>, header: Header, width: Width, len: usize) {
        let bits = match width {
            Width::Ascii => ASCII,
            Width::Latin1 => LATIN1,
            Width::Ucs2 => UCS2,
            Width::Ucs4 => UCS4,
        };
        header.set_flag(bits << hflags::WIDTH_SHIFT);
        // SAFETY: fresh memory, as the caller says.
        unsafe {
            (p.as_ptr() as *mut PyStr).write(PyStr {
                header,
                hash: Cell::new(-1),
                len,
            });
        }
    }

    /// Writes characters from place `at` on.
    ///
    /// # Safety
    /// `p` is an exact str that nobody else refers to, with memory for them; they fit its width.
    #[inline]
    pub(crate) unsafe fn put(p: NonNull<Header>, at: usize, more: Str<'_>) {
        // SAFETY: the memory is there, as the caller says, and nobody looks at it meanwhile.
        unsafe {
            let s = p.as_ptr() as *mut PyStr;
            let width = ((*p.as_ptr()).flags.get() >> hflags::WIDTH_SHIFT) & 3;
            let data = (*s).data() as *mut u8;
            match (width, more) {
                (ASCII | LATIN1, Str::Ascii(b) | Str::Latin1(b)) => {
                    // Texts are often put together of single characters.
                    if let [c] = b {
                        data.add(at).write(*c);
                        return;
                    }
                    std::ptr::copy_nonoverlapping(b.as_ptr(), data.add(at), b.len());
                }
                _ => PyStr::put_wide(data, width, at, more),
            }
        }
    }

    #[cold]
    unsafe fn put_wide(data: *mut u8, width: u16, at: usize, more: Str<'_>) {
        for (i, c) in (at..).zip(more.iter()) {
            // SAFETY: as in `put`.
            unsafe {
                match width {
                    ASCII | LATIN1 => data.add(i).write(c as u8),
                    UCS2 => (data as *mut u16).add(i).write(c as u16),
                    _ => (data as *mut u32).add(i).write(c),
                }
            }
        }
    }

    /// Writes more characters behind those of a string.
    ///
    /// # Safety
    /// As [`PyStr::put`].
    pub(crate) unsafe fn extend(p: NonNull<Header>, more: Str<'_>) {
        // SAFETY: as the caller says.
        unsafe {
            let s = p.as_ptr() as *mut PyStr;
            PyStr::put(p, (*s).len, more);
            (*s).len += more.len();
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

    /// How wide the text is stored.
    #[inline(always)]
    pub fn width(&self) -> Width {
        match (self.header.flags.get() >> hflags::WIDTH_SHIFT) & 3 {
            ASCII => Width::Ascii,
            LATIN1 => Width::Latin1,
            UCS2 => Width::Ucs2,
            _ => Width::Ucs4,
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

    /// Whether two strings have the same characters, where a few of them tell; calls nothing.
    #[inline(always)]
    pub fn quick_same(&self, other: &PyStr) -> Option<bool> {
        if std::ptr::eq(self, other) {
            return Some(true);
        }
        const WIDTH: u16 = 3 << hflags::WIDTH_SHIFT;
        let (mine, others) = (self.header.flags.get(), other.header.flags.get());
        if self.len != other.len
            || (mine ^ others) & WIDTH != 0
            || mine & others & hflags::INTERNED != 0
        {
            return Some(false);
        }
        if mine & WIDTH > LATIN1 << hflags::WIDTH_SHIFT {
            return None;
        }
        self.quick_cmp(other).map(Ordering::is_eq)
    }

    /// How two strings compare, where their first characters tell; calls nothing.
    #[inline(always)]
    pub fn quick_cmp(&self, other: &PyStr) -> Option<Ordering> {
        const FEW: usize = 8;
        let narrow = |s: &PyStr| (s.header.flags.get() >> hflags::WIDTH_SHIFT) & 3 <= LATIN1;
        if !narrow(self) || !narrow(other) {
            return None;
        }
        let n = self.len.min(other.len);
        let (a, b) = (self.data(), other.data());
        let mut i = 0;
        while i < n {
            if i == FEW {
                return None;
            }
            // SAFETY: both strings have more than `i` characters of one byte.
            let (x, y) = unsafe { (*a.add(i), *b.add(i)) };
            if x != y {
                return Some(x.cmp(&y));
            }
            i += 1;
        }
        Some(self.len.cmp(&other.len))
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
