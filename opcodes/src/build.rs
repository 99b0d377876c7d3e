//! Making tuples, lists, sets and dicts, and adding to them.

use opyc_core::error::{PyResult, Raise};
use opyc_core::interp::{ControlFlow, Dispatch, StackCx};
use opyc_core::object::{DictCursor, PyDict, PyList, PySet, PyTuple, Ref};

use crate::callable_text::{ByKind, ByQualname, CallErrors};
use crate::calls_ex::{
    double_star_error, duplicate_keyword, is_iterable, merge_mapping, star_error,
};
use crate::rows::prelude::*;

opcodes! {
    /// Makes a tuple of the `arg` values on top.
    BUILD_TUPLE ["values… -- tuple", |i| (i.arg, 1)] in 6..=14, raw BuildTuple;
    /// Makes a list of the `arg` values on top.
    BUILD_LIST ["values… -- list", |i| (i.arg, 1)] in 6..=14, raw BuildList;
    /// Makes a set of the `arg` values on top.
    BUILD_SET ["values… -- set", |i| (i.arg, 1)] in 6..=14, control byte_build_set;
    /// Makes a dict of `arg` keys and values.
    BUILD_MAP ["(key value)… -- dict", |i| (i.arg.saturating_mul(2), 1)] in 6..=14, raw BuildMap;
    /// Makes a dict of `arg` values and the tuple of keys on top.
    BUILD_CONST_KEY_MAP ["values… keys -- dict", |i| (i.arg.saturating_add(1), 1)] in 6..=13, control byte_build_const_key_map;
    /// Makes a list of `arg` iterables.
    BUILD_LIST_UNPACK ["iterables… -- list", |i| (i.arg, 1)] in 6..=8, control byte_build_list_unpack;
    /// Makes a tuple of `arg` iterables.
    BUILD_TUPLE_UNPACK ["iterables… -- tuple", |i| (i.arg, 1)] in 6..=8, control byte_build_tuple_unpack;
    /// Makes a tuple of `arg` iterables, the arguments of the function below.
    BUILD_TUPLE_UNPACK_WITH_CALL ["function iterables… -- function tuple", |i| (i.arg.saturating_add(1), 2)] in 6..=8, control byte_build_tuple_unpack_with_call;
    /// Makes a set of `arg` iterables.
    BUILD_SET_UNPACK ["iterables… -- set", |i| (i.arg, 1)] in 6..=8, control byte_build_set_unpack;
    /// Makes a dict of `arg` mappings.
    BUILD_MAP_UNPACK ["mappings… -- dict", |i| (i.arg, 1)] in 6..=8, control byte_build_map_unpack;
    /// Makes a dict of `arg` mappings, the keywords of the function below them and the arguments.
    BUILD_MAP_UNPACK_WITH_CALL ["function args mappings… -- function args dict", |i| (i.arg.saturating_add(2), 3)] in 6..=8, control byte_build_map_unpack_with_call;
    /// Converts a list to a tuple.
    LIST_TO_TUPLE (list -- tuple) in 9..=11, stack byte_list_to_tuple;
    /// Appends a value to the list `arg` places below it.
    LIST_APPEND ["list… value -- list…", below] in 6..=14, raw ListAppend;
    /// Extends the list `arg` places below by an iterable.
    LIST_EXTEND ["list… iterable -- list…", below] in 9..=14, control byte_list_extend;
    /// Adds a value to the set `arg` places below it.
    SET_ADD ["set… value -- set…", below] in 6..=14, raw SetAdd;
    /// Adds the items of an iterable to the set `arg` places below.
    SET_UPDATE ["set… iterable -- set…", below] in 9..=14, control byte_set_update;
    /// Sets a key, on top, of the dict `arg` places below key and value.
    MAP_ADD ["dict… value key -- dict…", below_two] in 6..=7, control byte_map_add_key_on_top;
    /// Sets a key of the dict `arg` places below key and value.
    MAP_ADD ["dict… key value -- dict…", below_two] in 8..=14, raw MapAdd;
    /// Adds the items of a mapping to the dict `arg` places below.
    DICT_UPDATE ["dict… mapping -- dict…", below] in 9..=14, control byte_dict_update;
    /// Adds keywords to the dict `arg` places below; the function lies two places below the dict.
    DICT_MERGE ["function args dict… mapping -- function args dict…", |i| (i.arg.saturating_add(3), i.arg.saturating_add(2))] in 9..=12, link link_dict_merge;
    /// Adds keywords to the dict `arg` places below; the function lies three places below the dict.
    DICT_MERGE ["function null args dict… mapping -- function null args dict…", |i| (i.arg.saturating_add(4), i.arg.saturating_add(3))] in 13..=14, link link_dict_merge_null;
}

fn below(i: &Instruction) -> (u32, u32) {
    (i.arg.saturating_add(1), i.arg)
}

fn below_two(i: &Instruction) -> (u32, u32) {
    (i.arg.saturating_add(2), i.arg)
}

raw_op! {
    /// `sp[-arg] = tuple(sp[-arg..])`
    BuildTuple;
    cold(vm, pc, sp, _fp) {
        let n = (*pc).arg as usize;
        let first = sp.sub(n);
        // The values move into the tuple.
        first.write(vm.tuple_from_raw(first, n));
        Step { pc: pc.add(1), sp: first.add(1) }
    }
}

raw_op! {
    /// `sp[-arg] = list(sp[-arg..])`
    BuildList;
    cold(vm, pc, sp, _fp) {
        let n = (*pc).arg as usize;
        let first = sp.sub(n);
        let mut items = Vec::with_capacity(n);
        for i in 0..n {
            items.push(read(first.add(i)));
        }
        first.write(vm.new_list(items));
        Step { pc: pc.add(1), sp: first.add(1) }
    }
}

raw_op! {
    /// `sp[-1 - arg].append(sp[-1])`
    ListAppend;
    fast(_vm, pc, sp, _fp) {
        match (*sp.sub((*pc).arg as usize + 1)).downcast_exact::<PyList>() {
            Some(l) if raw::push_within_room(l, &*sp.sub(1)) => Flow::to(pc.add(1), sp.sub(1)),
            _ => Flow::COLD,
        }
    }
    cold(vm, pc, sp, _fp) {
        let (v, sp) = (read(sp.sub(1)), sp.sub(1));
        match (*sp.sub((*pc).arg as usize)).downcast::<PyList>() {
            Some(l) if (*pc).arg > 0 => {
                l.items.push(v);
                Step { pc: pc.add(1), sp }
            }
            _ => throw(vm, pc, sp, vm.system_error("there is no list to append to")),
        }
    }
}

raw_op! {
    /// `sp[-2 * arg] = {sp[-2 * arg]: sp[-2 * arg + 1], …}`
    BuildMap;
    cold(vm, pc, sp, _fp) {
        let n = (*pc).arg as usize;
        let first = sp.sub(2 * n);
        let dict = vm.new_dict();
        let mut result = Ok(());
        for i in 0..n {
            let (key, value) = (read(first.add(2 * i)), read(first.add(2 * i + 1)));
            // Those behind a key that fails are still to be dropped.
            result = result.and_then(|()| dict.set(vm, &key, value));
        }
        match result {
            Ok(()) => {
                first.write(dict.into_value());
                Step { pc: pc.add(1), sp: first.add(1) }
            }
            Err(r) => throw(vm, pc, first, r),
        }
    }
}

raw_op! {
    /// `sp[-1 - arg].add(sp[-1])`
    SetAdd;
    fast(vm, pc, sp, _fp) {
        let (v, below) = (&*sp.sub(1), sp.sub(1));
        let Some(s) = (*below.sub((*pc).arg as usize)).downcast::<PySet>() else { return Flow::COLD };
        if (*pc).arg == 0 || !raw::quick_add(vm, s, v) {
            return Flow::COLD;
        }
        // An int: nothing to give up.
        Flow::to(pc.add(1), below)
    }
    cold(vm, pc, sp, _fp) {
        let (v, sp) = (read(sp.sub(1)), sp.sub(1));
        let r = match (*sp.sub((*pc).arg as usize)).downcast::<PySet>() {
            Some(s) if (*pc).arg > 0 => s.add(vm, &v),
            _ => Err(vm.system_error("there is no set to add to")),
        };
        drop(v);
        match r {
            Ok(_) => Step { pc: pc.add(1), sp },
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

raw_op! {
    /// `sp[-2 - arg][sp[-2]] = sp[-1]`
    MapAdd;
    cold(vm, pc, sp, _fp) {
        let (key, value, sp) = (read(sp.sub(2)), read(sp.sub(1)), sp.sub(2));
        let r = match (*sp.sub((*pc).arg as usize)).downcast::<PyDict>() {
            Some(d) if (*pc).arg > 0 => d.set(vm, &key, value),
            _ => Err(vm.system_error("there is no dict to add to")),
        };
        drop(key);
        match r {
            Ok(()) => Step { pc: pc.add(1), sp },
            Err(r) => throw(vm, pc, sp, r),
        }
    }
}

/// Pushes the result of a control-rung opcode.
fn push(d: &mut Dispatch<'_>, v: Value) -> PyResult<ControlFlow> {
    d.push(v)?;
    Ok(ControlFlow::Next)
}

fn byte_build_set(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let set = d.vm().new_set();
    for v in d.pop_many(d.arg())? {
        set.add(d.vm(), &v)?;
    }
    push(d, set.into_value())
}

fn byte_build_const_key_map(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let keys = d.pop()?;
    let values = d.pop_many(d.arg())?;
    let keys = match keys.downcast::<PyTuple>() {
        Some(k) if k.len() == values.len() => k,
        _ => return Err(d.vm().system_error("bad BUILD_CONST_KEY_MAP keys argument")),
    };
    let dict = d.vm().new_dict();
    for (k, v) in keys.iter().zip(values) {
        dict.set(d.vm(), k, v)?;
    }
    push(d, dict.into_value())
}

/// The items of all iterables on top, in order.
fn unpack(d: &mut Dispatch<'_>) -> PyResult<Vec<Value>> {
    let mut all = Vec::new();
    for it in d.pop_many(d.arg())? {
        all.append(&mut d.vm().collect(&it)?);
    }
    Ok(all)
}

fn byte_build_list_unpack(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let items = unpack(d)?;
    push(d, d.vm().new_list(items))
}

fn byte_build_tuple_unpack(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let items = unpack(d)?;
    push(d, d.vm().new_tuple(items))
}

fn byte_build_tuple_unpack_with_call(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let mut all = Vec::new();
    let iterables = d.pop_many(d.arg())?;
    let function = d.peek(1)?;
    for it in iterables {
        let items = d.vm().collect(&it);
        all.append(&mut items.map_err(|r| star_error::<ByKind>(d.vm(), &function, &it, r))?);
    }
    push(d, d.vm().new_tuple(all))
}

fn byte_build_set_unpack(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let set = d.vm().new_set();
    for it in d.pop_many(d.arg())? {
        d.vm().for_each(&it, |v| set.add(d.vm(), &v).map(|_| ()))?;
    }
    push(d, set.into_value())
}

fn byte_build_map_unpack(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let dict = d.vm().new_dict();
    for m in d.pop_many(d.arg())? {
        merge_mapping(d.vm(), &dict, &m).map_err(|r| no_mapping(d.vm(), &m, r))?;
    }
    push(d, dict.into_value())
}

fn byte_build_map_unpack_with_call(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let dict = d.vm().new_dict();
    let mappings = d.pop_many(d.arg())?;
    let function = d.peek(2)?;
    for m in mappings {
        merge_keywords::<ByKind>(d.vm(), &function, &dict, &m)?;
    }
    push(d, dict.into_value())
}

pub(crate) fn byte_list_to_tuple(cx: &StackCx<'_>, [list]: [Value; 1]) -> PyResult<[Value; 1]> {
    match list.downcast::<PyList>() {
        Some(l) => Ok([cx.vm.new_tuple(l.items.to_vec())]),
        None => Err(cx.vm.system_error("LIST_TO_TUPLE of something else")),
    }
}

/// The container that a value is added to.
fn container<T: opyc_core::object::Object>(d: &Dispatch<'_>) -> PyResult<Ref<T>> {
    d.peek(d.arg())?
        .to_ref::<T>()
        .ok_or_else(|| d.vm().system_error("there is no container to add to"))
}

fn byte_list_extend(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let iterable = d.pop()?;
    let list = container::<PyList>(d)?;
    let items = d.vm().collect(&iterable).map_err(|r| {
        if r.is_fault() || is_iterable(d.vm(), &iterable) {
            return r;
        }
        let ty = d.vm().type_name(&iterable);
        d.vm()
            .type_error(&format!("Value after * must be an iterable, not {ty}"))
    })?;
    list.items.extend(items);
    Ok(ControlFlow::Next)
}

fn byte_set_update(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let iterable = d.pop()?;
    let set = container::<PySet>(d)?;
    d.vm()
        .for_each(&iterable, |v| set.add(d.vm(), &v).map(|_| ()))?;
    Ok(ControlFlow::Next)
}

fn byte_map_add_key_on_top(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let (key, value) = (d.pop()?, d.pop()?);
    container::<PyDict>(d)?.set(d.vm(), &key, value)?;
    Ok(ControlFlow::Next)
}

/// The error of `{**x}` where `x` is no mapping; another one stays as it is.
fn no_mapping(vm: &Vm, mapping: &Value, r: Raise) -> Raise {
    if vm.is_exception(&r, &vm.exc_types.AttributeError) {
        return vm.type_error(&format!(
            "'{}' object is not a mapping",
            vm.type_name(mapping)
        ));
    }
    r
}

fn byte_dict_update(d: &mut Dispatch<'_>) -> PyResult<ControlFlow> {
    let mapping = d.pop()?;
    let dict = container::<PyDict>(d)?;
    merge_mapping(d.vm(), &dict, &mapping).map_err(|r| no_mapping(d.vm(), &mapping, r))?;
    Ok(ControlFlow::Next)
}

/// Adds the keywords of a mapping; one that is there already is an error.
fn merge_keywords<E: CallErrors>(
    vm: &Vm,
    function: &Value,
    dict: &PyDict,
    mapping: &Value,
) -> PyResult<()> {
    let add = |k: &Value, v: Value| match dict.insert_new(vm, k, v)? {
        true => Ok(()),
        false => Err(duplicate_keyword::<E>(vm, function, k)),
    };
    if let Some(m) = vm.plain_dict(mapping) {
        if dict.is_empty() {
            return dict.update_from(vm, m);
        }
        let (mut cursor, n) = (DictCursor::default(), m.len());
        while let Some((k, v)) = m.next(&mut cursor) {
            add(&k, v)?;
            if m.len() != n {
                return Err(vm.runtime_error("dict mutated during update"));
            }
        }
        return Ok(());
    }
    let not_mapping = |r| double_star_error::<E>(vm, function, mapping, r);
    let keys = vm
        .call_method(mapping, &vm.names.keys, &[])
        .map_err(not_mapping)?;
    for k in vm.collect(&keys)? {
        let v = vm.get_item(mapping, &k).map_err(not_mapping)?;
        add(&k, v)?;
    }
    Ok(())
}

fn link_dict_merge(l: &mut LinkCx<'_>) {
    link_merge::<2>(l);
}

fn link_dict_merge_null(l: &mut LinkCx<'_>) {
    link_merge::<3>(l);
}

fn link_merge<const BELOW: usize>(l: &mut LinkCx<'_>) {
    let ends = l.standard(l.index() + 1) == "CALL_FUNCTION_EX";
    set_fields!(l; n = ends as u16);
    l.raw::<DictMerge<BELOW>>();
}

/// `DICT_MERGE` where the function lies `BELOW` places below the dict. `n` says whether the call is next: all that
/// happens to the dict then is that the call reads it.
struct DictMerge<const BELOW: usize>;

// SAFETY: takes the mapping off the stack; the places below it exist, as the row says.
unsafe impl<const BELOW: usize> Op for DictMerge<BELOW> {
    #[inline(always)]
    unsafe fn exec(_vm: &Vm, _pc: *mut Instr, _sp: *mut Value, _fp: *mut Value) -> Flow {
        Flow::COLD
    }

    unsafe fn cold(vm: &Vm, pc: *mut Instr, sp: *mut Value, _fp: *mut Value) -> Step {
        // SAFETY: as for the implementation. The function and the dict stay where they are while Python code runs.
        unsafe {
            let (mapping, sp) = (read(sp.sub(1)), sp.sub(1));
            raw::set_stack_top(vm, sp);
            let place = sp.sub((*pc).arg as usize);
            let next = Step { pc: pc.add(1), sp };
            let Some(dict) = (*place).downcast::<PyDict>().filter(|_| (*pc).arg > 0) else {
                return throw(vm, pc, sp, vm.system_error("there is no dict to add to"));
            };
            let alone = (*pc).n != 0 && dict.is_empty() && raw::is_last(&*place);
            if alone && mapping.downcast_exact::<PyDict>().is_some() {
                drop(std::mem::replace(&mut *place, mapping));
                return next;
            }
            let function = &*place.sub(BELOW);
            match merge_keywords::<ByQualname>(vm, function, dict, &mapping) {
                Ok(()) => next,
                Err(r) => throw(vm, pc, sp, r),
            }
        }
    }
}
