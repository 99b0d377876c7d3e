//! Tuples, and lists where they do the same: concatenation, hashes, comparison without asking the types.

use super::types::fresh_header;
use super::{CmpOp, Vm};
use crate::error::PyResult;
use crate::object::*;
use crate::value::{Value, clone_to};
use crate::version::Version;

impl Vm {
    /// A tuple of two for an iterator that gives one after the other: the one that it has kept, if nobody else has it
    /// any more, with new items. A loop that takes each apart so makes only one.
    pub fn new_pair_in(&self, kept: &ValueCell, a: Value, b: Value) -> Value {
        // SAFETY: nothing sets the cell meanwhile.
        if let Some(t) = unsafe { kept.peek() }.downcast_exact::<PyTuple>()
            && t.header.refcount() == 1
            && let [x, y] = t.items()
        {
            // SAFETY: only the cell refers to the tuple, and no reference to its items is used any more; they are
            // dropped when it is whole again.
            let old = unsafe {
                let (x, y) = (
                    x as *const Value as *mut Value,
                    y as *const Value as *mut Value,
                );
                (std::ptr::replace(x, a), std::ptr::replace(y, b))
            };
            let again = kept.get();
            drop(old);
            return again;
        }
        let pair = self.new_pair(a, b);
        kept.set(pair.clone());
        pair
    }

    /// `a + b` of two exact tuples.
    pub(super) fn concat_tuples(&self, a: &Value, b: &Value) -> Option<PyResult> {
        let (x, y) = (
            a.downcast_exact::<PyTuple>()?,
            b.downcast_exact::<PyTuple>()?,
        );
        if x.is_empty() {
            return Some(Ok(b.clone()));
        }
        if y.is_empty() {
            return Some(Ok(a.clone()));
        }
        let len = x.len().checked_add(y.len())?;
        let bytes = PyTuple::bytes_for(len);
        if !crate::text::is_there_room(bytes) {
            return Some(Err(self.memory_error()));
        }
        // SAFETY: memory for the items, all of which are written.
        unsafe {
            let (p, large) = self.heap.alloc(bytes);
            let ty = &self.types.tuple;
            let header = fresh_header(ty, ty.root_shape(), large);
            let at = PyTuple::write(p, header, len, 0);
            clone_to(x.items(), at);
            clone_to(y.items(), at.add(x.len()));
            Some(Ok(Value::from_ptr(p.cast())))
        }
    }

    /// `a + b` of two exact lists; `None` also where there is no memory.
    pub(super) fn concat_lists(&self, a: &Value, b: &Value) -> Option<Value> {
        let (x, y) = (a.downcast_exact::<PyList>()?, b.downcast_exact::<PyList>()?);
        let mut items = Vec::new();
        let len = x.items.len().checked_add(y.items.len())?;
        items.try_reserve_exact(len).ok()?;
        x.items.copy_to(&mut items);
        y.items.copy_to(&mut items);
        Some(self.new_list(items))
    }

    /// `hash(t)` of a tuple.
    ///
    /// # Errors
    /// What the items raise, or have no hash.
    pub fn hash_tuple(&self, t: &PyTuple) -> PyResult<i64> {
        let mut all = TupleHash::new(self.version, t.len());
        for v in t.iter() {
            if v.as_int().is_some() {
                all.add(self.hash(v)?);
                continue;
            }
            let kept = v.downcast_exact::<PyStr>().map_or(-1, |s| s.hash.get());
            all.add(match kept {
                -1 => {
                    // Tuples may lie in tuples without end.
                    self.check_rust_stack()?;
                    self.hash(v)?
                }
                h => h,
            });
        }
        Ok(all.end())
    }

    /// The hash of a tuple from the hashes of its items.
    pub fn hash_of_hashes(&self, hashes: &[i64]) -> i64 {
        let mut all = TupleHash::new(self.version, hashes.len());
        for h in hashes {
            all.add(*h);
        }
        all.end()
    }

    /// Comparison of two tuples or two lists, no subclasses, whose items tell by themselves: ints, floats and strs. No
    /// Python code runs.
    pub(super) fn compare_items(&self, op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
        let (x, y) = match a.kind()? {
            Kind::Tuple => (
                a.downcast_exact::<PyTuple>()?.items(),
                b.downcast_exact::<PyTuple>()?.items(),
            ),
            Kind::List => {
                let (x, y): (&PyList, &PyList) = (a.downcast_exact()?, b.downcast_exact()?);
                (x.items.inner().as_slice(), y.items.inner().as_slice())
            }
            _ => return None,
        };
        let unequal = matches!(op, CmpOp::Ne);
        if x.len() != y.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) && a.kind() == Some(Kind::List)
        {
            return Some(unequal);
        }
        for (v, w) in x.iter().zip(y) {
            if v.is(w) {
                continue;
            }
            // Two small ints that are equal are the same.
            if let Some((i, j)) = Value::ints(v, w) {
                return Some(unequal || op != CmpOp::Eq && op.holds(i.cmp(&j)));
            }
            if self.compare_quick(CmpOp::Eq, v, w)? {
                continue;
            }
            return match op {
                CmpOp::Eq | CmpOp::Ne => Some(unequal),
                _ => self.compare_quick(op, v, w),
            };
        }
        Some(op.holds(x.len().cmp(&y.len())))
    }
}

/// The hash of a tuple in the making.
struct TupleHash {
    /// Whether it is as from 3.8 on: xxHash, simplified.
    xx: bool,
    sum: u64,
    factor: u64,
    len: u64,
    left: u64,
}

impl TupleHash {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;

    #[inline(always)]
    fn new(version: Version, len: usize) -> TupleHash {
        let xx = version >= Version::V3_8;
        TupleHash {
            xx,
            sum: if xx { Self::P5 } else { 0x345678 },
            factor: 1_000_003,
            len: len as u64,
            left: len as u64,
        }
    }

    #[inline(always)]
    fn add(&mut self, hash: i64) {
        if self.xx {
            self.sum = self
                .sum
                .wrapping_add((hash as u64).wrapping_mul(Self::P2))
                .rotate_left(31)
                .wrapping_mul(Self::P1);
            return;
        }
        self.left = self.left.wrapping_sub(1);
        self.sum = (self.sum ^ hash as u64).wrapping_mul(self.factor);
        self.factor = self
            .factor
            .wrapping_add(82_520)
            .wrapping_add(self.left.wrapping_mul(2));
    }

    #[inline(always)]
    fn end(self) -> i64 {
        if self.xx {
            let hash = self.sum.wrapping_add(self.len ^ (Self::P5 ^ 3_527_539)) as i64;
            return if hash == -1 { 1_546_275_796 } else { hash };
        }
        let hash = self.sum.wrapping_add(97_531) as i64;
        if hash == -1 { -2 } else { hash }
    }
}
