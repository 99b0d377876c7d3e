//! [`Native`]: objects whose payload is a Rust struct of a plug-in.

use super::{CallFn, Header, ItemFn, Kind, LenFn, Object, PartsFn};
use crate::value::Value;

/// A Rust struct that can be the payload of a Python object. Interior mutability (`Cell`, [`super::ValueCell`],
/// [`super::ListCell`]) is the struct's own business; a `RefCell` must not stay borrowed while Python code can run.
pub trait NativeType: 'static {
    /// For an iterator whose `__iter__` gives the iterator itself: a loop need not call it.
    const ITER_IS_SELF: bool = false;

    /// For an iterator whose items are pairs: the next one in two parts, so that `for a, b in …` needs no tuple. Says the
    /// same as the type's `tp_iternext`, which all others call.
    const NEXT_PARTS: Option<PartsFn> = None;

    /// What calling an object does, for types that have it as `__call__` too: whoever calls an object of the type itself
    /// need not look for that.
    const CALL: Option<CallFn> = None;

    /// For containers whose `__len__` this is and that have no `__bool__`: the number of items. It is asked at once whether
    /// an object of the type itself is true.
    const LEN: Option<fn(&Self) -> usize> = None;

    /// For data descriptors whose `__get__` gives an item of the instance, a tuple, and does no more: which one, always
    /// the same. Whoever reads the attribute may take the item instead, if the tuple has it.
    fn tuple_item(&self) -> Option<usize> {
        None
    }

    /// Shows every [`Value`] that the struct owns, each once, so that reference cycles can be found. A value that is
    /// not shown is never collected while it is part of a cycle.
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}

    /// Drops the values that can form cycles; the struct stays usable.
    fn clear(&self) {}
}

/// An object with a [`NativeType`] payload.
#[repr(C)]
pub struct Native<T: NativeType> {
    pub(crate) header: Header,
    /// The payload.
    pub data: T,
}

// SAFETY: objects of `Kind::Native` have a vtable made for their `T`, which knows the type's id.
unsafe impl<T: NativeType> Object for Native<T> {
    const KIND: Kind = Kind::Native;
    const NEXT_PARTS: Option<PartsFn> = T::NEXT_PARTS;
    const ITER_IS_SELF: bool = T::ITER_IS_SELF;
    const CALL: Option<CallFn> = T::CALL;
    const LEN: Option<LenFn> = match T::LEN {
        Some(_) => Some(|v| {
            v.downcast::<Native<T>>()
                .zip(T::LEN)
                .map(|(n, len)| len(&n.data))
        }),
        None => None,
    };
    const TUPLE_ITEM: Option<ItemFn> =
        Some(|v| v.downcast::<Native<T>>().and_then(|n| n.data.tuple_item()));

    #[inline]
    fn matches(h: &Header) -> bool {
        h.tag.get() as u8 == Kind::Native as u8 && h.ty().vtable.is_of::<Self>()
    }

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.data.traverse(visit);
    }

    fn clear(&self) {
        self.data.clear();
    }
}
