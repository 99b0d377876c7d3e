//! Slices as positions in a sequence.

use super::Vm;
use crate::error::PyResult;
use crate::object::{PyList, PySlice, PyStr, PyTuple};
use crate::value::{Value, clone_all};

/// What a slice says, before it is cut to the length of a sequence; see [`Vm::slice_bounds`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceBounds {
    /// First index as written; negative ones count from the end.
    pub start: i64,
    /// Index that is not reached any more, as written.
    pub stop: i64,
    /// Distance between items; neither 0 nor the smallest `i64`.
    pub step: i64,
}

impl SliceBounds {
    /// Start, stop, step and number of items in a sequence of `len` items (`PySlice_AdjustIndices`).
    ///
    /// Start and stop lie in `-1..=len`; -1 is possible for a negative step only.
    pub fn adjust(self, len: usize) -> (i64, i64, i64, usize) {
        let n = i64::try_from(len).unwrap_or(i64::MAX);
        let backward = self.step < 0;
        let (low, high) = if backward { (-1, n - 1) } else { (0, n) };
        let cut = |i: i64| {
            if i < 0 {
                i.saturating_add(n).max(low)
            } else {
                i.min(high)
            }
        };
        let (start, stop) = (cut(self.start), cut(self.stop));
        let count = if self.step == 1 {
            (stop - start).max(0)
        } else if backward {
            if stop < start {
                (start - stop - 1) / -self.step + 1
            } else {
                0
            }
        } else if start < stop {
            (stop - start - 1) / self.step + 1
        } else {
            0
        };
        (start, stop, self.step, usize::try_from(count).unwrap_or(0))
    }

    /// What a slice of these three says, if they are None or small ints, and none of them wrong.
    fn plain(start: &Value, stop: &Value, step: &Value) -> Option<SliceBounds> {
        let or = |v: &Value, default: i64| {
            if v.is_none() {
                Some(default)
            } else {
                v.as_int()
            }
        };
        let step = or(step, 1).filter(|s| *s != 0)?;
        let (first, last) = if step < 0 {
            (i64::MAX, i64::MIN)
        } else {
            (0, i64::MAX)
        };
        let (start, stop) = (or(start, first)?, or(stop, last)?);
        Some(SliceBounds { start, stop, step })
    }

    /// Copies of these items of a sequence.
    fn of(self, items: &[Value]) -> Vec<Value> {
        let (first, _, step, count) = self.adjust(items.len());
        let first = usize::try_from(first).unwrap_or(0);
        if step == 1 {
            return items
                .get(first..first.saturating_add(count))
                .map_or(Vec::new(), clone_all);
        }
        let mut out = Vec::with_capacity(count);
        let mut at = first;
        for _ in 0..count {
            out.extend(items.get(at).cloned());
            at = at.wrapping_add(step as usize);
        }
        out
    }
}

impl Vm {
    /// The numbers of a slice (`PySlice_Unpack`). Runs `__index__`: ask for the sequence's length afterwards.
    ///
    /// # Errors
    /// ValueError for step 0, TypeError for what is no index.
    pub fn slice_bounds(&self, slice: &PySlice) -> PyResult<SliceBounds> {
        let step = match self.slice_index(&slice.step)? {
            None => 1,
            Some(0) => return Err(self.value_error("slice step cannot be zero")),
            Some(i) => i.max(-i64::MAX),
        };
        let (first, last) = if step < 0 {
            (i64::MAX, i64::MIN)
        } else {
            (0, i64::MAX)
        };
        let start = self.slice_index(&slice.start)?.unwrap_or(first);
        let stop = self.slice_index(&slice.stop)?.unwrap_or(last);
        Ok(SliceBounds { start, stop, step })
    }

    /// Start, stop, step and number of items of a slice of a sequence whose length cannot change.
    ///
    /// # Errors
    /// As [`Vm::slice_bounds`].
    pub fn slice_indices(&self, slice: &PySlice, len: usize) -> PyResult<(i64, i64, i64, usize)> {
        Ok(self.slice_bounds(slice)?.adjust(len))
    }

    /// `o[start:stop:step]`.
    pub fn get_slice(&self, o: &Value, start: Value, stop: Value, step: Value) -> PyResult {
        if let Some(bounds) = SliceBounds::plain(&start, &stop, &step)
            && let Some(v) = self.quick_slice(o, bounds)
        {
            return Ok(v);
        }
        self.get_item(o, &self.new_slice(start, stop, step))
    }

    /// A slice of a list or tuple, or of a str of ASCII without gaps.
    fn quick_slice(&self, o: &Value, bounds: SliceBounds) -> Option<Value> {
        if let Some(list) = o.downcast_exact::<PyList>() {
            return Some(self.new_list(bounds.of(list.items.inner())));
        }
        if let Some(s) = o.downcast_exact::<PyStr>() {
            let (first, _, step, count) = bounds.adjust(s.len());
            if step != 1 || s.as_ascii().is_none() {
                return None;
            }
            if count == s.len() {
                return Some(o.clone());
            }
            let first = usize::try_from(first).unwrap_or(0);
            return Some(self.new_text(s.view().slice(first, first.saturating_add(count))));
        }
        let items = o.downcast_exact::<PyTuple>()?.items();
        let (first, _, step, count) = bounds.adjust(items.len());
        match usize::try_from(first) {
            _ if step == 1 && count == items.len() => Some(o.clone()),
            Ok(first) if step == 1 => Some(self.new_tuple_from(items.get(first..first + count)?)),
            _ => Some(self.new_tuple(bounds.of(items))),
        }
    }

    /// `o[start:stop:step] = v`.
    pub fn set_slice(
        &self,
        o: &Value,
        (start, stop, step): (Value, Value, Value),
        v: Value,
    ) -> PyResult<()> {
        if let (Some(list), Some(from)) =
            (o.downcast_exact::<PyList>(), v.downcast_exact::<PyList>())
            && !std::ptr::eq(list, from)
            && let Some(bounds) = SliceBounds::plain(&start, &stop, &step)
            && bounds.step == 1
        {
            let (start, stop, ..) = bounds.adjust(list.items.len());
            let start = usize::try_from(start).unwrap_or(0);
            let stop = usize::try_from(stop).unwrap_or(0).max(start);
            list.items.replace_range(start, stop, from.items.inner());
            return Ok(());
        }
        self.set_item(o, &self.new_slice(start, stop, step), v)
    }

    /// A bound of a slice, or a start or stop argument as of `str.find`: `None` for None; what does not fit 64 bits
    /// becomes the nearest that does.
    ///
    /// # Errors
    /// TypeError for what has no `__index__`.
    pub fn slice_index(&self, v: &Value) -> PyResult<Option<i64>> {
        if v.is_none() {
            return Ok(None);
        }
        if !self.is_int(v)
            && self
                .lookup_type(self.type_of(v), &self.names.index)
                .is_none()
        {
            return Err(self
                .type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clamped(v).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::SliceBounds;

    #[test]
    fn bounds_are_cut_to_the_length() {
        let adjust = |start, stop, step, len| SliceBounds { start, stop, step }.adjust(len);
        assert_eq!(adjust(0, i64::MAX, 1, 5), (0, 5, 1, 5));
        assert_eq!(adjust(-2, i64::MAX, 1, 5), (3, 5, 1, 2));
        assert_eq!(adjust(i64::MAX, i64::MIN, -1, 5), (4, -1, -1, 5));
        assert_eq!(
            adjust(i64::MAX, i64::MIN, -i64::MAX, 5),
            (4, -1, -i64::MAX, 1)
        );
        assert_eq!(adjust(4, 1, 1, 5), (4, 1, 1, 0));
        assert_eq!(adjust(0, i64::MAX, 2, 5), (0, 5, 2, 3));
        assert_eq!(adjust(0, i64::MAX, i64::MAX, 0), (0, 0, i64::MAX, 0));
    }
}
