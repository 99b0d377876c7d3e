//! [`Value`]: any Python value in one 64-bit word.
//!
//! The layout was chosen by measurement. Only this file knows it:
//!
//! | low bits | meaning |
//! |---|---|
//! | `…1` | an int of 63 bits, shifted left by one |
//! | `…10` | a float: its bits plus 2^60, rotated left by 3 (floats outside about 1e±77, NaN and infinities live on the heap) |
//! | `…000` | pointer to a heap object, never null |
//! | `…100` | a special: NULL, None, False, True, 0.0, Ellipsis, NotImplemented |
//!
//! Invariant: a pointer word owns one reference of a live object; `Clone` and `Drop` keep the count.

use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::ptr::NonNull;

use crate::object::{Header, Kind, Object, PyFloat, Ref, dealloc};

/// A Python value: an owned reference, or an immediate.
///
/// It belongs to the machine that made it, and to that machine's thread: references are counted without locks.
///
/// ```compile_fail
/// let none = opyc_core::value::Value::NONE;
/// std::thread::spawn(move || drop(none));
/// ```
#[repr(transparent)]
pub struct Value(NonZeroU64, PhantomData<*const ()>);

const NULL: u64 = 0x04;
const NONE: u64 = 0x0c;
const FALSE: u64 = 0x14;
const TRUE: u64 = 0x1c;
const FLOAT_ZERO: u64 = 0x24;
const ELLIPSIS: u64 = 0x2c;
const NOT_IMPLEMENTED: u64 = 0x34;

const FLOAT_BIAS: u64 = 1 << 60;

/// The greatest int that is an immediate; the least is `-INT_MAX - 1`.
pub const INT_MAX: i64 = i64::MAX >> 1;

impl Value {
    const fn word(w: u64) -> Value {
        match NonZeroU64::new(w) {
            Some(w) => Value(w, PhantomData),
            None => panic!("zero word"),
        }
    }

    #[inline(always)]
    const fn of(w: NonZeroU64) -> Value {
        Value(w, PhantomData)
    }

    /// No value: an unbound local, an empty cell, the marker of the call protocol. Never seen by Python code.
    pub const NULL: Value = Value::word(NULL);
    /// `None`.
    pub const NONE: Value = Value::word(NONE);
    /// `False`.
    pub const FALSE: Value = Value::word(FALSE);
    /// `True`.
    pub const TRUE: Value = Value::word(TRUE);
    /// `Ellipsis`.
    pub const ELLIPSIS: Value = Value::word(ELLIPSIS);
    /// `NotImplemented`.
    pub const NOT_IMPLEMENTED: Value = Value::word(NOT_IMPLEMENTED);

    /// The raw word, for identity (`is`) and for tables keyed by identity.
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.0.get()
    }

    /// Identity, as `is` tests it. Equal small ints and floats are identical.
    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.0 == other.0
    }

    /// Whether this is [`Value::NULL`].
    #[inline(always)]
    pub fn is_null(&self) -> bool {
        self.bits() == NULL
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == NONE
    }

    /// Whether this is `Ellipsis`.
    #[inline(always)]
    pub fn is_ellipsis(&self) -> bool {
        self.bits() == ELLIPSIS
    }

    /// Whether this is `NotImplemented`.
    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == NOT_IMPLEMENTED
    }

    /// `None` for [`Value::NULL`], else the value: an optional argument of a native function.
    #[inline(always)]
    pub fn opt(&self) -> Option<&Value> {
        if self.is_null() { None } else { Some(self) }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        // SAFETY: both words are non-zero.
        Value::of(unsafe { NonZeroU64::new_unchecked(FALSE + ((b as u64) << 3)) })
    }

    /// The truth of an exact bool.
    #[inline(always)]
    pub fn as_bool(&self) -> Option<bool> {
        if self.bits() & !8 == FALSE {
            Some(self.bits() == TRUE)
        } else {
            None
        }
    }

    /// An int, if it fits the 63 bits of an immediate; see [`crate::vm::Vm::new_int`] for any int.
    #[inline(always)]
    pub fn small_int(i: i64) -> Option<Value> {
        if (i << 1) >> 1 == i {
            // SAFETY: bit 0 is set.
            Some(Value::of(unsafe {
                NonZeroU64::new_unchecked(((i << 1) | 1) as u64)
            }))
        } else {
            None
        }
    }

    /// An int of 32 bits or fewer.
    #[inline(always)]
    pub fn i32(i: i32) -> Value {
        // SAFETY: bit 0 is set.
        Value::of(unsafe { NonZeroU64::new_unchecked((((i as i64) << 1) | 1) as u64) })
    }

    /// The int, if this is an immediate one (exact `int`, not a bool).
    #[inline(always)]
    pub fn as_int(&self) -> Option<i64> {
        if self.bits() & 1 == 1 {
            Some(self.bits() as i64 >> 1)
        } else {
            None
        }
    }

    /// Both ints, if both are immediate.
    #[inline(always)]
    pub fn ints(a: &Value, b: &Value) -> Option<(i64, i64)> {
        if a.bits() & b.bits() & 1 == 1 {
            Some((a.bits() as i64 >> 1, b.bits() as i64 >> 1))
        } else {
            None
        }
    }

    /// The sum of two immediate ints, if the result is one.
    #[inline(always)]
    pub fn add_ints(a: &Value, b: &Value) -> Option<Value> {
        if a.bits() & b.bits() & 1 == 1 {
            let r = (a.bits() as i64).checked_add(b.bits() as i64 - 1)?;
            // SAFETY: bit 0 of the sum of an odd and an even number is set.
            Some(Value::of(unsafe { NonZeroU64::new_unchecked(r as u64) }))
        } else {
            None
        }
    }

    /// The difference of two immediate ints, if the result is one.
    #[inline(always)]
    pub fn sub_ints(a: &Value, b: &Value) -> Option<Value> {
        if a.bits() & b.bits() & 1 == 1 {
            let r = (a.bits() as i64).checked_sub(b.bits() as i64 - 1)?;
            // SAFETY: as in `add_ints`.
            Some(Value::of(unsafe { NonZeroU64::new_unchecked(r as u64) }))
        } else {
            None
        }
    }

    /// A float as an immediate, if its exponent allows.
    #[inline(always)]
    pub fn small_float(f: f64) -> Option<Value> {
        let t = f.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(3);
        if t & 3 == 2 {
            // SAFETY: bit 1 is set.
            Some(Value::of(unsafe { NonZeroU64::new_unchecked(t) }))
        } else if f.to_bits() == 0 {
            Some(Value::word(FLOAT_ZERO))
        } else {
            None
        }
    }

    /// The float, if this is a self-tagged one: most are, see the module's table.
    #[inline(always)]
    pub fn as_tagged_float(&self) -> Option<f64> {
        if self.bits() & 3 == 2 {
            Some(f64::from_bits(
                self.bits().rotate_right(3).wrapping_sub(FLOAT_BIAS),
            ))
        } else {
            None
        }
    }

    /// The float, if this is an immediate one.
    #[inline(always)]
    pub fn as_immediate_float(&self) -> Option<f64> {
        match self.as_tagged_float() {
            Some(f) => Some(f),
            None if self.bits() == FLOAT_ZERO => Some(0.0),
            None => None,
        }
    }

    /// The float, if this is an exact `float` or an instance of a subclass.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        match self.as_tagged_float() {
            Some(f) => Some(f),
            None => self.as_odd_float(),
        }
    }

    #[cold]
    #[inline(never)]
    fn as_odd_float(&self) -> Option<f64> {
        if self.bits() == FLOAT_ZERO {
            return Some(0.0);
        }
        self.downcast::<PyFloat>().map(|f| f.value)
    }

    /// Whether this is an immediate float (so an exact `float`).
    #[inline(always)]
    pub fn is_immediate_float(&self) -> bool {
        self.bits() & 3 == 2 || self.bits() == FLOAT_ZERO
    }

    /// The heap object, if this is one.
    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        // SAFETY: a pointer word points to a live object for as long as the value exists.
        self.ptr().map(|p| unsafe { p.as_ref() })
    }

    /// The address of the heap object, if this is one.
    #[inline(always)]
    pub fn ptr(&self) -> Option<NonNull<Header>> {
        if self.bits() & 7 == 0 {
            // SAFETY: pointer words are non-zero.
            Some(unsafe { NonNull::new_unchecked(self.bits() as *mut Header) })
        } else {
            None
        }
    }

    /// The kind of the heap object; `None` for an immediate.
    #[inline(always)]
    pub fn kind(&self) -> Option<Kind> {
        self.header().map(|h| h.kind())
    }

    /// The object behind the value, if it has the layout `T`: an instance of that builtin type or of a subclass.
    #[inline(always)]
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        match self.header() {
            // SAFETY: `T::matches` says that the object was allocated as a `T`; it is live as long as `self`.
            Some(h) if T::matches(h) => Some(unsafe { &*(h as *const Header as *const T) }),
            _ => None,
        }
    }

    /// As [`Value::downcast`], but not for instances of subclasses.
    #[inline(always)]
    pub fn downcast_exact<T: Object>(&self) -> Option<&T> {
        match self.header() {
            Some(h) if T::matches(h) && !h.is_subclass() => {
                // SAFETY: as in `downcast`.
                Some(unsafe { &*(h as *const Header as *const T) })
            }
            _ => None,
        }
    }

    /// An owned typed reference, if the object has the layout `T`.
    #[inline(always)]
    pub fn to_ref<T: Object>(&self) -> Option<Ref<T>> {
        self.downcast::<T>()?;
        // SAFETY: the layout was just checked.
        Some(unsafe { Ref::from_value_unchecked(self.clone()) })
    }

    /// Takes over one reference of a live object.
    ///
    /// # Safety
    /// `p` must point to a live object, and the caller must own the reference that it gives away.
    #[inline(always)]
    pub unsafe fn from_ptr(p: NonNull<Header>) -> Value {
        // SAFETY: a pointer to an object is not null.
        Value::of(unsafe { NonZeroU64::new_unchecked(p.as_ptr() as u64) })
    }

    /// A new reference to a live object.
    #[inline(always)]
    pub fn from_header(h: &Header) -> Value {
        h.incref();
        // SAFETY: a reference was just counted.
        unsafe { Value::from_ptr(NonNull::from(h)) }
    }

    /// Gives up the reference without freeing: the address of the object if that was the last one, else 0.
    ///
    /// # Safety
    /// A caller that gets an address must pass it to [`dealloc`] and use it no more.
    #[inline(always)]
    pub unsafe fn release(self) -> usize {
        let r = match self.ptr() {
            Some(p) => {
                // SAFETY: this value holds a reference, so the object is live.
                let h = unsafe { p.as_ref() };
                let n = h.rc.get().wrapping_sub(1);
                h.rc.set(n);
                if n == 0 { p.as_ptr() as usize } else { 0 }
            }
            None => 0,
        };
        std::mem::forget(self);
        r
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if let Some(h) = self.header() {
            h.incref();
        }
        Value::of(self.0)
    }
}

/// Values `times` times one after another; `None` if there is no memory for them.
pub(crate) fn repeat_all(values: &[Value], times: usize) -> Option<Vec<Value>> {
    let total = values.len().checked_mul(times)?;
    let mut out = Vec::new();
    out.try_reserve_exact(total).ok()?;
    if let [one] = values {
        out.resize(total, one.clone());
    }
    while out.len() < total {
        out.extend_from_slice(values);
    }
    Some(out)
}

/// Copies of values: what `to_vec` gives, with less work for each.
pub(crate) fn clone_all(values: &[Value]) -> Vec<Value> {
    let mut out = Vec::with_capacity(values.len());
    // SAFETY: there is room for as many.
    unsafe {
        clone_to(values, out.as_mut_ptr());
        out.set_len(values.len());
    }
    out
}

/// Writes copies of values to memory.
///
/// # Safety
/// `to` has room for as many, and holds none that is to be dropped.
#[inline]
pub unsafe fn clone_to(values: &[Value], to: *mut Value) {
    for h in values.iter().filter_map(Value::header) {
        h.incref();
    }
    // SAFETY: as the caller says; each copy owns the reference that it was given above.
    unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), to, values.len()) };
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(p) = self.ptr() {
            // SAFETY: the value owns one reference; at zero nobody else has one.
            unsafe {
                let h = p.as_ref();
                let n = h.rc.get().wrapping_sub(1);
                h.rc.set(n);
                if n == 0 {
                    dealloc(p);
                }
            }
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.bits() {
            NULL => f.write_str("NULL"),
            NONE => f.write_str("None"),
            FALSE => f.write_str("False"),
            TRUE => f.write_str("True"),
            ELLIPSIS => f.write_str("Ellipsis"),
            NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            _ => match (self.as_int(), self.as_float(), self.kind()) {
                (Some(i), ..) => write!(f, "{i}"),
                (_, Some(x), _) => write!(f, "{x:?}"),
                (_, _, kind) => write!(f, "<{kind:?} at {:#x}>", self.bits()),
            },
        }
    }
}

const _: () = assert!(size_of::<Value>() == 8 && size_of::<Option<Value>>() == 8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_every_bit() {
        for f in [1.0, -1.5, 3.25e70, 1e-70, f64::MIN_POSITIVE, 0.1, -0.0] {
            if let Some(v) = Value::small_float(f) {
                assert_eq!(v.as_float().map(f64::to_bits), Some(f.to_bits()));
            }
        }
        assert_eq!(
            Value::small_float(0.0).and_then(|v| v.as_float()),
            Some(0.0)
        );
        assert!(Value::small_float(f64::NAN).is_none());
    }

    #[test]
    fn ints_have_63_bits() {
        assert_eq!(
            Value::small_int(INT_MAX).and_then(|v| v.as_int()),
            Some(INT_MAX)
        );
        assert!(Value::small_int(INT_MAX + 1).is_none());
        assert_eq!(
            Value::small_int(-INT_MAX - 1).and_then(|v| v.as_int()),
            Some(-INT_MAX - 1)
        );
    }
}
