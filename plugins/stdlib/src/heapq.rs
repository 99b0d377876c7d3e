//! `_heapq`.

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyList};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{CmpOp, Vm};

use crate::util::{module, no_init};

/// A heap in a list, whose items the comparisons may change at any time.
struct Heap<'a> {
    vm: &'a Vm,
    list: &'a PyList,
    /// The largest item comes first.
    max: bool,
}

impl<'a> Heap<'a> {
    fn of(vm: &'a Vm, args: &'a [Value], name: &str, max: bool) -> PyResult<Heap<'a>> {
        match args[0].downcast::<PyList>() {
            Some(list) => Ok(Heap { vm, list, max }),
            None if vm.version() < Version::V3_10 => {
                Err(vm.type_error("heap argument must be a list"))
            }
            None => {
                let place = if args.len() > 1 {
                    "argument 1"
                } else {
                    "argument"
                };
                let text = format!(
                    "{name}() {place} must be list, not {}",
                    vm.type_name(&args[0])
                );
                Err(vm.type_error(&text))
            }
        }
    }

    fn get(&self, i: usize) -> PyResult {
        self.list.items.get(i).ok_or_else(|| self.changed())
    }

    fn changed(&self) -> opyc_core::error::Raise {
        self.vm.runtime_error("list changed size during iteration")
    }

    /// Whether `a` belongs above `b`.
    fn above(&self, a: &Value, b: &Value, len: usize) -> PyResult<bool> {
        let (a, b) = if self.max { (b, a) } else { (a, b) };
        let r = self.vm.compare_bool(CmpOp::Lt, a, b)?;
        if self.list.items.len() != len {
            return Err(self.changed());
        }
        Ok(r)
    }

    fn swap(&self, i: usize, j: usize) -> PyResult<()> {
        if self.list.items.swap(i, j) {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    /// Moves item `at` up towards `start` to its place.
    fn sift_down(&self, start: usize, mut at: usize) -> PyResult<()> {
        let len = self.list.items.len();
        if at >= len {
            return Err(self.vm.index_error("index out of range"));
        }
        while at > start {
            let parent = (at - 1) / 2;
            if !self.above(&self.get(at)?, &self.get(parent)?, len)? {
                break;
            }
            self.swap(at, parent)?;
            at = parent;
        }
        Ok(())
    }

    /// Moves item `at` to a leaf, and from there up to its place.
    fn sift_up(&self, start: usize) -> PyResult<()> {
        let len = self.list.items.len();
        if start >= len {
            return Err(self.vm.index_error("index out of range"));
        }
        let mut at = start;
        while at < len / 2 {
            let mut child = 2 * at + 1;
            if child + 1 < len && !self.above(&self.get(child)?, &self.get(child + 1)?, len)? {
                child += 1;
            }
            self.swap(at, child)?;
            at = child;
        }
        self.sift_down(start, at)
    }

    fn push(&self, v: &Value) -> PyResult {
        self.list.items.push(v.clone());
        self.sift_down(0, self.list.items.len().saturating_sub(1))?;
        Ok(Value::NONE)
    }

    fn pop(&self) -> PyResult {
        let Some(last) = self.list.items.pop() else {
            return Err(self.vm.index_error("index out of range"));
        };
        let Some(first) = self.list.items.get(0) else {
            return Ok(last);
        };
        self.list.items.set(0, last);
        self.sift_up(0)?;
        Ok(first)
    }

    fn replace(&self, v: &Value) -> PyResult {
        let Some(first) = self.list.items.get(0) else {
            return Err(self.vm.index_error("index out of range"));
        };
        self.list.items.set(0, v.clone());
        self.sift_up(0)?;
        Ok(first)
    }

    fn push_pop(&self, v: &Value) -> PyResult {
        let Some(first) = self.list.items.get(0) else {
            return Ok(v.clone());
        };
        if !self.above(&first, v, self.list.items.len())? {
            return Ok(v.clone());
        }
        self.replace(v)
    }

    fn heapify(&self) -> PyResult {
        for i in (0..self.list.items.len() / 2).rev() {
            self.sift_up(i)?;
        }
        Ok(Value::NONE)
    }
}

macro_rules! heap {
    ($name:literal, $sig:literal, $max:literal, |$h:ident, $a:ident| $body:expr) => {
        MethodDef::function($name, $sig, |vm, $a| {
            let $h = Heap::of(vm, $a, $name, $max)?;
            $body
        })
    };
}

module!(
    HEAPQ,
    "_heapq",
    VersionRange::ALL,
    no_init,
    [
        heap!("heappush", "heap, item, /", false, |h, a| h.push(&a[1])),
        heap!("heappop", "heap, /", false, |h, a| h.pop()),
        heap!("heapreplace", "heap, item, /", false, |h, a| h
            .replace(&a[1])),
        heap!("heappushpop", "heap, item, /", false, |h, a| h
            .push_pop(&a[1])),
        heap!("heapify", "heap, /", false, |h, a| h.heapify()),
    ]
);
module!(
    HEAPQ_13,
    "_heapq",
    VersionRange::minors(6, 13),
    no_init,
    [
        heap!("_heappop_max", "heap, /", true, |h, a| h.pop()),
        heap!("_heapreplace_max", "heap, item, /", true, |h, a| h
            .replace(&a[1])),
        heap!("_heapify_max", "heap, /", true, |h, a| h.heapify()),
    ]
);
module!(
    HEAPQ_14,
    "_heapq",
    VersionRange::minors(14, 14),
    no_init,
    [
        heap!("heappush_max", "heap, item, /", true, |h, a| h.push(&a[1])),
        heap!("heappop_max", "heap, /", true, |h, a| h.pop()),
        heap!("heapreplace_max", "heap, item, /", true, |h, a| h
            .replace(&a[1])),
        heap!("heappushpop_max", "heap, item, /", true, |h, a| h
            .push_pop(&a[1])),
        heap!("heapify_max", "heap, /", true, |h, a| h.heapify()),
    ]
);
