//! Sorting: a stable merge sort that finds runs, with quick comparisons for keys of one kind.

use std::cmp::Ordering;

use opyc_core::error::PyResult;
use opyc_core::object::{PyStr, PyTuple};
use opyc_core::value::Value;
use opyc_core::vm::{CmpOp, Vm};

/// Pieces up to this length are sorted by insertion.
const SMALL: usize = 16;

/// Sorts values as `list.sort` does: stable, by `key` (None or NULL for none), descending for `reverse`.
/// If a comparison raises, the items are in some order, all still there.
///
/// # Errors
/// What `key` and the comparisons raise.
pub fn sort_values(vm: &Vm, items: &mut Vec<Value>, key: &Value, reverse: bool) -> PyResult<()> {
    let key = key.opt().filter(|k| !k.is_none());
    let mut keyed = Vec::with_capacity(items.len());
    match key {
        Some(f) => {
            for v in items.iter() {
                keyed.push((vm.call(f, std::slice::from_ref(v))?, v.clone()));
            }
        }
        None => keyed.extend(items.iter().map(|v| (v.clone(), Value::NULL))),
    }
    // Equal items keep their order also when descending: so reverse, sort, reverse.
    if reverse {
        keyed.reverse();
    }
    let r = sort_keyed(vm, &mut keyed);
    if reverse {
        keyed.reverse();
    }
    items.clear();
    items.extend(
        keyed
            .into_iter()
            .map(|(k, v)| if v.is_null() { k } else { v }),
    );
    r
}

type Item = (Value, Value);

fn sort_keyed(vm: &Vm, items: &mut [Item]) -> PyResult<()> {
    // Keys of one immediate or immutable kind compare without running Python code.
    if items.iter().all(|(k, _)| k.as_int().is_some()) {
        items.sort_by_key(|(k, _)| k.as_int());
        return Ok(());
    }
    if items
        .iter()
        .all(|(k, _)| k.downcast_exact::<PyStr>().is_some())
    {
        items.sort_by(|(a, _), (b, _)| {
            match (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>()) {
                (Some(a), Some(b)) => a.view().cmp(&b.view()),
                _ => Ordering::Equal,
            }
        });
        return Ok(());
    }
    let float = |k: &Value| {
        k.as_float()
            .filter(|f| k.is_immediate_float() && !f.is_nan())
    };
    if items.iter().all(|(k, _)| float(k).is_some()) {
        items.sort_by(|(a, _), (b, _)| {
            float(a)
                .and_then(|a| float(b).and_then(|b| a.partial_cmp(&b)))
                .unwrap_or(Ordering::Equal)
        });
        return Ok(());
    }
    merge_sort(vm, items)
}

fn less(vm: &Vm, a: &Item, b: &Item) -> PyResult<bool> {
    // Tuples are common keys: no need to look for their method each time.
    if let (Some(x), Some(y)) = (
        a.0.downcast_exact::<PyTuple>(),
        b.0.downcast_exact::<PyTuple>(),
    ) {
        for (x, y) in x.iter().zip(y.iter()) {
            if !vm.same_or_equal(x, y)? {
                return vm.compare_bool(CmpOp::Lt, x, y);
            }
        }
        return Ok(x.len() < y.len());
    }
    vm.compare_bool(CmpOp::Lt, &a.0, &b.0)
}

/// Sorts runs, as they are found or by insertion, and merges neighbours from the bottom up.
fn merge_sort(vm: &Vm, items: &mut [Item]) -> PyResult<()> {
    let n = items.len();
    let mut runs: Vec<usize> = Vec::new();
    let mut start = 0;
    while start < n {
        let mut end = start + find_run(vm, &mut items[start..])?;
        let least = (start + SMALL).min(n);
        if end < least {
            insert_rest(vm, &mut items[start..least], end - start)?;
            end = least;
        }
        runs.push(start);
        start = end;
    }
    let mut buffer: Vec<Item> = Vec::new();
    while runs.len() > 1 {
        let mut next = Vec::with_capacity(runs.len() / 2 + 1);
        for pair in runs.chunks(2) {
            next.push(pair[0]);
        }
        for (i, pair) in runs.chunks(2).enumerate() {
            if let [a, b] = *pair {
                let end = runs.get(i * 2 + 2).copied().unwrap_or(n);
                merge(vm, &mut items[a..end], b - a, &mut buffer)?;
            }
        }
        runs = next;
    }
    Ok(())
}

/// The length of the ascending run at the start; a strictly descending one is reversed.
fn find_run(vm: &Vm, items: &mut [Item]) -> PyResult<usize> {
    let n = items.len();
    if n < 2 {
        return Ok(n);
    }
    let mut end = 2;
    if less(vm, &items[1], &items[0])? {
        while end < n && less(vm, &items[end], &items[end - 1])? {
            end += 1;
        }
        items[..end].reverse();
    } else {
        while end < n && !less(vm, &items[end], &items[end - 1])? {
            end += 1;
        }
    }
    Ok(end)
}

/// Sorts by binary insertion; the first `sorted` items are sorted already.
fn insert_rest(vm: &Vm, items: &mut [Item], sorted: usize) -> PyResult<()> {
    for i in sorted..items.len() {
        let (mut low, mut high) = (0, i);
        while low < high {
            let middle = (low + high) / 2;
            if less(vm, &items[i], &items[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        items[low..=i].rotate_right(1);
    }
    Ok(())
}

/// Merges the sorted halves `..middle` and `middle..`. If a comparison raises, what is left follows unsorted.
fn merge(vm: &Vm, items: &mut [Item], middle: usize, buffer: &mut Vec<Item>) -> PyResult<()> {
    if middle == 0 || middle >= items.len() || !less(vm, &items[middle], &items[middle - 1])? {
        return Ok(());
    }
    buffer.clear();
    let null = || (Value::NULL, Value::NULL);
    buffer.extend(
        items[..middle]
            .iter_mut()
            .map(|p| std::mem::replace(p, null())),
    );
    let (mut left, mut right, mut out) = (0, middle, 0);
    let mut result = Ok(());
    while left < buffer.len() && right < items.len() {
        match less(vm, &items[right], &buffer[left]) {
            Ok(true) => {
                items.swap(out, right);
                right += 1;
            }
            Ok(false) => {
                items[out] = std::mem::replace(&mut buffer[left], null());
                left += 1;
            }
            Err(r) => {
                result = Err(r);
                break;
            }
        }
        out += 1;
    }
    for p in buffer.iter_mut().skip(left) {
        items[out] = std::mem::replace(p, null());
        out += 1;
    }
    result
}
