//! Iteration.

use super::Vm;
use crate::error::PyResult;
use crate::interp::{Outcome, Taken, next_item, next_items};
use crate::object::*;
use crate::text::Str;
use crate::value::Value;
use crate::version::Version;

/// `tp_iternext` of iterators over sequences.
pub(super) fn seq_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(s) = it.downcast::<PySeqIter>() else {
        return Ok(None);
    };
    let i = s.index.get();
    // SAFETY: nothing sets the sequence before it is used for the last time.
    let seq = unsafe { s.seq.peek() };
    if let Some(h) = seq.header()
        && (!h.is_subclass() || std::ptr::eq(s.header.ty(), &*vm.types.tuple_iterator))
        && let kind @ (Kind::List | Kind::Tuple | Kind::Str) = h.kind()
    {
        // Backwards, the index is that of the item before; behind the first one comes none.
        let (at, next) = match s.reverse {
            false => (i, i + 1),
            true => (i.wrapping_sub(1), i.wrapping_sub(1)),
        };
        let item = match kind {
            Kind::List => seq.downcast::<PyList>().and_then(|l| l.items.get(at)),
            Kind::Tuple => seq.downcast::<PyTuple>().and_then(|t| t.get(at).cloned()),
            _ => seq
                .downcast::<PyStr>()
                .and_then(|s| s.view().get(at))
                .map(|c| vm.new_char(c)),
        };
        if item.is_some() {
            s.index.set(next);
        } else {
            if s.reverse {
                s.index.set(0);
            }
            s.seq.set(Value::NULL);
        }
        return Ok(item);
    }
    let seq = s.seq.get();
    if seq.is_null() {
        return Ok(None);
    }
    // A list's own iterator reads the list, whatever a subclass's `__getitem__` says.
    let ty = s.header.ty();
    let by_method = std::ptr::eq(ty, &*vm.types.iterator) || ty.is_subtype(&vm.types.reversed);
    if s.reverse {
        let v = match i.checked_sub(1) {
            Some(i) => vm.seq_item(&seq, i, by_method)?,
            None => None,
        };
        match v {
            Some(v) => {
                s.index.set(i - 1);
                return Ok(Some(v));
            }
            None => {
                s.index.set(0);
                s.seq.set(Value::NULL);
                return Ok(None);
            }
        }
    }
    match vm.seq_item(&seq, i, by_method)? {
        Some(v) => {
            s.index.set(i + 1);
            Ok(Some(v))
        }
        None => {
            s.seq.set(Value::NULL);
            Ok(None)
        }
    }
}

/// `tp_iternext` of `range_iterator`.
pub(super) fn range_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(r) = it.downcast::<PyRangeIter>() else {
        return Ok(None);
    };
    let left = r.left.get();
    if left == 0 {
        return Ok(None);
    }
    r.left.set(left - 1);
    let v = r.next.get();
    r.next.set(v.wrapping_add(r.step));
    Ok(Some(vm.new_int(v)))
}

/// `tp_iternext` of `callable_iterator`.
pub(super) fn call_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(c) = it.downcast::<PyCallIter>() else {
        return Ok(None);
    };
    let f = c.func.get();
    if f.is_null() {
        return Ok(None);
    }
    let v = match vm.call(&f, &[]) {
        Ok(v) => v,
        Err(r) if vm.is_stop_iteration(&r) => {
            c.func.set(Value::NULL);
            return Ok(None);
        }
        Err(r) => return Err(r),
    };
    if vm.same_or_equal(&v, &c.sentinel)? {
        c.func.set(Value::NULL);
        return Ok(None);
    }
    Ok(Some(v))
}

/// `tp_iternext` of iterators over dicts.
pub(super) fn dict_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(d) = it.downcast::<PyDictIter>() else {
        return Ok(None);
    };
    // SAFETY: nothing sets it before the dict is used for the last time.
    let Some(dict) = unsafe { d.dict.peek() }.downcast::<PyDict>() else {
        return Ok(None);
    };
    if dict.len() != d.len.get() {
        d.len.set(usize::MAX);
        return Err(vm.runtime_error("dictionary changed size during iteration"));
    }
    let mut c = d.cursor.get();
    let e = if d.reverse {
        dict.next_back(&mut c)
    } else {
        dict.next(&mut c)
    };
    d.cursor.set(c);
    let Some((k, v)) = e else {
        d.dict.set(Value::NULL);
        return Ok(None);
    };
    if d.left.get() == 0 && vm.version() >= Version::V3_8 {
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    d.left.set(d.left.get().saturating_sub(1));
    Ok(Some(match d.view {
        DictView::Keys => k,
        DictView::Values => v,
        DictView::Items => vm.new_pair(k, v),
    }))
}

/// `tp_iternext` of `set_iterator`.
pub(super) fn set_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(s) = it.downcast::<PySetIter>() else {
        return Ok(None);
    };
    // SAFETY: nothing sets it before the set is used for the last time.
    let Some(set) = unsafe { s.set.peek() }.downcast::<PySet>() else {
        return Ok(None);
    };
    if set.len() != s.len {
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    let mut at = s.at.get();
    let v = set.next(&mut at);
    s.at.set(at);
    match v {
        Some(v) => {
            s.given.set(s.given.get() + 1);
            Ok(Some(v))
        }
        None => {
            s.set.set(Value::NULL);
            Ok(None)
        }
    }
}

/// `tp_iternext` of `generator`.
pub(super) fn generator_next(vm: &Vm, it: &Value) -> PyResult<Option<Value>> {
    let Some(g) = it.downcast::<PyGenerator>() else {
        return Ok(None);
    };
    match next_item(vm, g) {
        // In 3.6 a StopIteration may leave a generator.
        Err(r) if vm.is_stop_iteration(&r) => Ok(None),
        r => r,
    }
}

impl Vm {
    /// `iter(o)`.
    pub fn get_iter(&self, o: &Value) -> PyResult {
        let t = &self.types;
        if let Some(h) = o.header()
            && !h.is_subclass()
        {
            match h.kind() {
                Kind::List => return Ok(self.new_seq_iter(&t.list_iterator, o.clone(), 0, false)),
                Kind::Tuple => {
                    return Ok(self.new_seq_iter(&t.tuple_iterator, o.clone(), 0, false));
                }
                Kind::Str => return Ok(self.new_seq_iter(&t.str_iterator, o.clone(), 0, false)),
                Kind::Dict => {
                    if let Some(d) = o.to_ref::<PyDict>() {
                        return Ok(self.new_dict_iter(d, DictView::Keys, false));
                    }
                }
                Kind::Range => {
                    if let Some(it) = self.range_iter(o) {
                        return Ok(it);
                    }
                }
                Kind::Set => {
                    if let Some(s) = o.to_ref::<PySet>() {
                        return Ok(self.new_set_iter(s));
                    }
                }
                Kind::Generator if h.ty().next.get().is_some() => return Ok(o.clone()),
                Kind::SeqIter
                | Kind::RangeIter
                | Kind::CallIter
                | Kind::DictIter
                | Kind::SetIter => {
                    return Ok(o.clone());
                }
                Kind::Native if h.ty().vtable.iter_is_self => return Ok(o.clone()),
                _ => {}
            }
        }
        let ty = self.type_of(o);
        if ty.kind() == Kind::Tuple && self.flags_of(ty).any(TypeFlags::BUILTIN_ITER) {
            return Ok(self.new_seq_iter(&t.tuple_iterator, o.clone(), 0, false));
        }
        match self.lookup_type(ty, &self.names.iter) {
            Some(f) if !f.is_none() => {
                let it = self.call_unbound(&f, o, ty, &[])?;
                if !self.is_iterator(&it) {
                    return Err(self.type_error(&format!(
                        "iter() returned non-iterator of type '{}'",
                        self.type_name(&it)
                    )));
                }
                Ok(it)
            }
            None if self.lookup_type(ty, &self.names.getitem).is_some()
                && o.kind() != Some(Kind::Dict) =>
            {
                Ok(self.new_seq_iter(&t.iterator, o.clone(), 0, false))
            }
            _ => Err(self.type_error(&format!("'{}' object is not iterable", self.type_name(o)))),
        }
    }

    fn range_iter(&self, o: &Value) -> Option<Value> {
        let r = o.downcast::<PyRange>()?;
        let (start, step, len) = (r.start.as_int()?, r.step.as_int()?, r.len.as_int()?);
        r.stop.as_int()?;
        Some(self.new_range_iter(start, step, u64::try_from(len).ok()?))
    }

    /// Whether a value is an iterator: its type has `__next__`.
    pub fn is_iterator(&self, v: &Value) -> bool {
        let ty = self.type_of(v);
        ty.next.get().is_some() && !ty.is_heap()
            || self
                .lookup_type(ty, &self.names.next)
                .is_some_and(|n| !n.is_none())
    }

    /// The next item of an iterator that goes forward over a list or tuple, if there is one more.
    #[inline]
    pub fn next_of_sequence(&self, it: &Value) -> Option<Value> {
        let s = it.downcast_exact::<PySeqIter>().filter(|s| !s.reverse)?;
        let i = s.index.get();
        // SAFETY: nothing sets the sequence meanwhile.
        let seq = unsafe { s.seq.peek() };
        let item = match seq.downcast_exact::<PyList>() {
            Some(list) => list.items.get(i),
            None => seq.downcast_exact::<PyTuple>()?.get(i).cloned(),
        }?;
        s.index.set(i + 1);
        Some(item)
    }

    /// The next item of an iterator; `None` at the end.
    #[inline]
    pub fn iter_next(&self, it: &Value) -> PyResult<Option<Value>> {
        let ty = self.type_of(it);
        if let Some(next) = ty.next.get()
            && (!ty.is_heap() || self.flags_of(ty).any(TypeFlags::NATIVE_NEXT))
        {
            return match next(self, it) {
                // What a native iterator calls may end it too.
                Err(r) if self.is_stop_iteration(&r) => Ok(None),
                r => r,
            };
        }
        self.iter_next_slow(it, ty)
    }

    /// Whether an iterator can give its items in parts; see [`Vm::iter_next_parts`].
    #[inline(always)]
    pub fn has_parts(&self, it: &Value) -> bool {
        it.header()
            .is_some_and(|h| !h.is_subclass() && h.ty().vtable.next_parts.is_some())
    }

    /// The next item of an iterator, in parts if it is a pair that the iterator makes ([`NativeType::NEXT_PARTS`]).
    ///
    /// # Errors
    /// What the iterator raises.
    #[inline(always)]
    pub fn iter_next_parts(&self, it: &Value) -> PyResult<NextItem> {
        let ty = self.type_of(it);
        if let Some(next) = ty.vtable.next_parts
            && !ty.is_heap()
        {
            return match next(self, it) {
                Err(r) if self.is_stop_iteration(&r) => Ok(NextItem::End),
                r => r,
            };
        }
        Ok(self.iter_next(it)?.map_or(NextItem::End, NextItem::Whole))
    }

    /// As [`Vm::iter_next`] of a native iterator, but StopIteration stays an error: `await` wants its value.
    pub fn iter_step(&self, it: &Value) -> PyResult<Option<Value>> {
        let ty = self.type_of(it);
        match ty.next.get() {
            Some(next) if !ty.is_heap() || self.flags_of(ty).any(TypeFlags::NATIVE_NEXT) => {
                next(self, it)
            }
            _ => self.iter_next_slow(it, ty),
        }
    }

    fn iter_next_slow(&self, it: &Value, ty: &PyType) -> PyResult<Option<Value>> {
        let Some(f) = self.lookup_type(ty, &self.names.next) else {
            return Err(self.type_error(&format!("'{}' object is not an iterator", ty.name())));
        };
        match self.call_unbound(&f, it, ty, &[]) {
            Ok(v) => Ok(Some(v)),
            Err(r) if self.is_stop_iteration(&r) => Ok(None),
            Err(r) => Err(r),
        }
    }

    /// `it.__next__()`, for an iterator: raises StopIteration at the end.
    pub fn next_or_stop(&self, it: &Value) -> PyResult {
        self.or_stop(it, |it| self.iter_step(it))
    }

    /// The `__next__` of builtin iterators: what they do, whatever a subclass that calls it has in its place.
    pub fn builtin_next(&self, it: &Value) -> PyResult {
        self.or_stop(it, |it| match self.type_of(it).next.get() {
            Some(next) => next(self, it),
            None => self.iter_step(it),
        })
    }

    fn or_stop(
        &self,
        it: &Value,
        step: impl FnOnce(&Value) -> PyResult<Option<Value>>,
    ) -> PyResult {
        // The end of a generator has a value.
        if let Some(g) = it.downcast::<PyGenerator>() {
            return match self.gen_send(g, Value::NONE)? {
                Outcome::Yield(v) => Ok(v),
                Outcome::Return(v) => Err(self.stop_iteration(v)),
            };
        }
        match step(it)? {
            Some(v) => Ok(v),
            None => Err(self.stop_iteration(Value::NONE)),
        }
    }

    /// Item `i` of a sequence; `None` beyond its end.
    ///
    /// `by_method`: through `__getitem__`, if it is an instance of a subclass.
    pub(super) fn seq_item(
        &self,
        seq: &Value,
        i: usize,
        by_method: bool,
    ) -> PyResult<Option<Value>> {
        if let Some(h) = seq.header()
            && !(by_method && h.is_subclass())
        {
            match h.kind() {
                Kind::List => return Ok(seq.downcast::<PyList>().and_then(|l| l.items.get(i))),
                Kind::Tuple => {
                    return Ok(seq.downcast::<PyTuple>().and_then(|t| t.get(i).cloned()));
                }
                Kind::Str => {
                    return Ok(seq
                        .downcast::<PyStr>()
                        .and_then(|s| s.view().get(i))
                        .map(|c| self.new_char(c)));
                }
                Kind::Bytes => {
                    return Ok(seq
                        .downcast::<PyBytes>()
                        .and_then(|b| b.data.get(i))
                        .map(|b| Value::i32(*b as i32)));
                }
                Kind::ByteArray => {
                    let b = seq
                        .downcast::<PyByteArray>()
                        .and_then(|b| b.data.borrow().get(i).copied());
                    return Ok(b.map(|b| Value::i32(b as i32)));
                }
                _ => {}
            }
        }
        match self.call_special(seq, &self.names.getitem, &[self.new_int(i as i64)]) {
            Ok(v) => Ok(v),
            Err(r)
                if self.is_exception(&r, &self.exc_types.IndexError)
                    || self.is_exception(&r, &self.exc_types.StopIteration) =>
            {
                Ok(None)
            }
            Err(r) => Err(r),
        }
    }

    /// A dict, or an instance of a subclass that iterates as dicts do: its entries may be taken without a call.
    pub fn plain_dict<'a>(&self, v: &'a Value) -> Option<&'a PyDict> {
        let d = v.downcast::<PyDict>()?;
        if v.downcast_exact::<PyDict>().is_some() {
            return Some(d);
        }
        let iter = self.lookup_type(self.type_of(v), &self.names.iter)?;
        let own = iter
            .downcast::<PyDescr>()
            .is_some_and(|f| std::ptr::eq(&*f.owner, &*self.types.dict));
        own.then_some(d)
    }

    /// All items of a list, tuple, range, set or dict, no subclass: nobody can look while they are taken.
    pub fn plain_items(&self, v: &Value) -> Option<Vec<Value>> {
        let h = v.header().filter(|h| !h.is_subclass())?;
        match h.kind() {
            Kind::List => v.downcast::<PyList>().map(|l| l.items.to_vec()),
            Kind::Tuple => v.downcast::<PyTuple>().map(|t| t.items().to_vec()),
            Kind::Set => v.downcast::<PySet>().map(PySet::items),
            Kind::Dict => v.downcast::<PyDict>().map(PyDict::keys),
            Kind::Range => {
                let r = v.downcast::<PyRange>()?;
                let (mut at, step) = (r.start.as_int()?, r.step.as_int()?);
                r.stop.as_int()?;
                let len = usize::try_from(r.len.as_int()?).ok()?;
                let mut items = Vec::new();
                items.try_reserve_exact(len).ok()?;
                for _ in 0..len {
                    items.push(self.new_int(at));
                    at = at.wrapping_add(step);
                }
                Some(items)
            }
            _ => None,
        }
    }

    /// Calls `f` with every further item of an iterator, for a function that adds items up or compares them. As long as
    /// `ahead` holds, and `f` then says so, the function has to do with builtin numbers alone: nobody can notice when
    /// it adds or compares, and numbers are taken from a generator in advance.
    pub fn for_each_number(
        &self,
        it: &Value,
        mut ahead: bool,
        mut f: impl FnMut(Value) -> PyResult<bool>,
    ) -> PyResult<()> {
        if let Some(g) = it.downcast_exact::<PyGenerator>() {
            let mut items = Vec::new();
            while ahead {
                let more = self.end_of(next_items(self, g, &mut items, Taken::Numbers))?;
                for v in items.drain(..) {
                    // All but the last are numbers, so that it decides.
                    ahead = f(v)?;
                }
                if !more {
                    return Ok(());
                }
            }
        }
        loop {
            while let Some(v) = self.next_of_sequence(it) {
                f(v)?;
            }
            match self.iter_next(it)? {
                Some(v) => f(v)?,
                None => return Ok(()),
            };
        }
    }

    /// Whether a value is an exact `int`, `float` or `bool`.
    pub fn is_exact_number(&self, v: &Value) -> bool {
        match v.header() {
            Some(h) => h.is_exact(Kind::Int) || h.is_exact(Kind::Float),
            None => v.as_int().is_some() || v.is_immediate_float() || v.as_bool().is_some(),
        }
    }

    /// All items of an iterable.
    pub fn collect(&self, iterable: &Value) -> PyResult<Vec<Value>> {
        if let Some(items) = self.plain_items(iterable) {
            return Ok(items);
        }
        let it = self.get_iter(iterable)?;
        let mut out = Vec::new();
        if let Some(g) = it.downcast_exact::<PyGenerator>() {
            while self.end_of(next_items(self, g, &mut out, Taken::All))? {}
            return Ok(out);
        }
        if let Some(r) = iterable.downcast_exact::<PyRange>() {
            // A range may be longer than any list can be.
            let Some(n) = r.len.as_int() else {
                return Err(self.overflow_error("Python int too large to convert to C ssize_t"));
            };
            let n = usize::try_from(n).unwrap_or_default();
            out.try_reserve_exact(n).map_err(|_| self.memory_error())?;
        }
        while let Some(v) = self.iter_next(&it)? {
            out.push(v);
        }
        Ok(out)
    }

    /// Whether a generator may have more items; in 3.6 a StopIteration may leave it at its end.
    fn end_of(&self, more: PyResult<bool>) -> PyResult<bool> {
        match more {
            Err(r) if self.is_stop_iteration(&r) => Ok(false),
            more => more,
        }
    }

    /// `set(iterable)`: a set that nobody sees before it is complete.
    pub fn set_of(&self, iterable: &Value) -> PyResult<Ref<PySet>> {
        let set = self.new_set();
        if let Some(other) = iterable.downcast::<PySet>() {
            set.copy_from(self, other)?;
            return Ok(set);
        }
        if let Some(d) = iterable.downcast_exact::<PyDict>() {
            set.make_room(self, d.len());
        }
        let it = self.get_iter(iterable)?;
        let Some(g) = it.downcast_exact::<PyGenerator>() else {
            while let Some(v) = self.iter_next(&it)? {
                set.add(self, &v)?;
            }
            return Ok(set);
        };
        let mut items = Vec::new();
        while self.end_of(next_items(self, g, &mut items, Taken::Immediates))? {
            for v in items.drain(..) {
                set.add(self, &v)?;
            }
        }
        for v in items {
            set.add(self, &v)?;
        }
        Ok(set)
    }

    /// Calls `f` with every item of an iterable.
    pub fn for_each(
        &self,
        iterable: &Value,
        mut f: impl FnMut(Value) -> PyResult<()>,
    ) -> PyResult<()> {
        let it = self.get_iter(iterable)?;
        while let Some(v) = self.iter_next(&it)? {
            f(v)?;
        }
        Ok(())
    }

    /// A str of one character, shared for Latin-1.
    #[inline]
    pub fn new_char(&self, c: u32) -> Value {
        match self.shared_char(c) {
            Some(v) => v,
            None => self.make_char(c),
        }
    }

    /// The str of one character, if it is there already.
    #[inline(always)]
    pub(crate) fn shared_char(&self, c: u32) -> Option<Value> {
        let v = self.small_strings.get(c as usize)?;
        if v.is_null() { None } else { Some(v) }
    }

    #[cold]
    #[inline(never)]
    fn make_char(&self, c: u32) -> Value {
        let text = |b| match c {
            0..128 => Str::Ascii(b),
            _ => Str::Latin1(b),
        };
        match (u8::try_from(c), u16::try_from(c)) {
            (Ok(b), _) => {
                if self.small_strings.is_empty() {
                    self.small_strings.extend(vec![Value::NULL; 256]);
                }
                let v = self.new_text_unshared(text(&[b]));
                self.small_strings.set(c as usize, v.clone());
                v
            }
            (_, Ok(c)) => self.new_text_unshared(Str::Ucs2(&[c])),
            _ => self.new_text_unshared(Str::Ucs4(&[c])),
        }
    }
}
