//! Slices as positions in a sequence.

use super::Vm;
use crate::error::PyResult;
use crate::object::PySlice;
use crate::value::Value;

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
        let count = if backward {
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
