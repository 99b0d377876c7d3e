//! Making iterators, and views of dicts.

use std::cell::Cell;

use super::Vm;
use crate::object::*;
use crate::value::Value;

impl Vm {
    /// An iterator over a sequence, of one of the builtin sequence-iterator types.
    pub fn new_seq_iter(&self, ty: &PyType, seq: Value, index: usize, reverse: bool) -> Value {
        let ty = if ty.kind() == Kind::SeqIter {
            ty
        } else {
            &self.types.iterator
        };
        self.alloc(ty, |header| PySeqIter {
            header,
            seq: ValueCell::new(seq),
            index: Cell::new(index),
            reverse,
        })
        .into_value()
    }

    /// An iterator over a range of small ints.
    pub fn new_range_iter(&self, next: i64, step: i64, left: u64) -> Value {
        self.alloc(&self.types.range_iterator, |header| PyRangeIter {
            header,
            next: Cell::new(next),
            step,
            left: Cell::new(left),
        })
        .into_value()
    }

    /// `iter(func, sentinel)`.
    pub fn new_call_iter(&self, func: Value, sentinel: Value) -> Value {
        self.alloc(&self.types.callable_iterator, |header| PyCallIter {
            header,
            func: ValueCell::new(func),
            sentinel,
        })
        .into_value()
    }

    /// A view of a dict.
    pub fn new_dict_view(&self, dict: Ref<PyDict>, view: DictView) -> Value {
        let ty = match view {
            DictView::Keys => &self.types.dict_keys,
            DictView::Values => &self.types.dict_values,
            DictView::Items => &self.types.dict_items,
        };
        self.alloc(ty, |header| PyDictView { header, dict, view })
            .into_value()
    }

    /// An iterator over a dict.
    pub fn new_dict_iter(&self, dict: Ref<PyDict>, view: DictView, reverse: bool) -> Value {
        let t = &self.types;
        let ty = match (view, reverse) {
            (DictView::Keys, false) => &t.dict_keyiterator,
            (DictView::Values, false) => &t.dict_valueiterator,
            (DictView::Items, false) => &t.dict_itemiterator,
            (DictView::Keys, true) => &t.dict_reversekeyiterator,
            (DictView::Values, true) => &t.dict_reversevalueiterator,
            (DictView::Items, true) => &t.dict_reverseitemiterator,
        };
        let len = dict.len();
        let cursor = if reverse {
            dict.end()
        } else {
            DictCursor::default()
        };
        self.alloc(ty, |header| PyDictIter {
            header,
            dict: ValueCell::new(dict.into_value()),
            view,
            cursor: Cell::new(cursor),
            len: Cell::new(len),
            left: Cell::new(len),
            reverse,
        })
        .into_value()
    }

    /// An iterator over a set.
    pub fn new_set_iter(&self, set: Ref<PySet>) -> Value {
        let len = set.len();
        self.alloc(&self.types.set_iterator, |header| PySetIter {
            header,
            set: ValueCell::new(set.into_value()),
            at: Cell::new(0),
            len,
            given: Cell::new(0),
        })
        .into_value()
    }
}
