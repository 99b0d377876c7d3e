//! `memoryview` of bytes: one dimension of unsigned bytes (format `B`, `b` or `c`).

use std::cell::Cell;
use std::cmp::Ordering;

use opyc_core::error::{PyResult, Raise};
use opyc_core::linkme::distributed_slice;
use opyc_core::object::{
    Access, GetSet, MethodDef, Native, NativeType, PyByteArray, PyBytes, PyModule, PySlice, PyStr,
    TypeFlags, ValueCell,
};
use opyc_core::registry::{BUFFER_DEFS, BufferFn, MODULE_DEFS, ModuleDef, TYPE_DEFS, TypeDef};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::util::{address, payload};

/// The payload of a memoryview.
pub struct MemoryView {
    /// A `bytes` or `bytearray`; NULL once released.
    base: ValueCell,
    /// What the program made the view of (`obj`).
    object: ValueCell,
    start: i64,
    step: i64,
    len: usize,
    /// `B` (0 to 255), `b` (-128 to 127) or `c` (a `bytes` of one).
    format: u8,
    readonly: bool,
    hash: Cell<Option<i64>>,
}

impl NativeType for MemoryView {
    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.base.visit(visit);
        self.object.visit(visit);
    }
}

impl MemoryView {
    /// Lets the bytes go: a `bytearray` may change its size again.
    fn release(&self) {
        let base = self.base.take();
        if let Some(b) = base.downcast::<PyByteArray>() {
            b.exports.set(b.exports.get().saturating_sub(1));
        }
        self.object.set(Value::NONE);
    }
}

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.release();
    }
}

static SPEC: NativeTypeSpec = NativeTypeSpec {
    name: "memoryview",
    flags: TypeFlags::WEAKREF | TypeFlags::SEQUENCE,
    has_dict: false,
    next: None,
};

#[distributed_slice(MODULE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    versions: VersionRange::ALL,
    functions: &[],
    init: |vm, module| {
        let ty = vm.native_type::<MemoryView>(&SPEC);
        payload::<PyModule>(vm, module)?
            .dict
            .set_name(&vm.intern("memoryview"), ty.into_value());
        Ok(())
    },
};

#[distributed_slice(BUFFER_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static BUFFER: BufferFn = |vm, v| match v.downcast::<Native<MemoryView>>() {
    Some(m) => bytes_of(vm, &m.data).map(Some),
    None => Ok(None),
};

#[distributed_slice(TYPE_DEFS)]
#[linkme(crate = opyc_core::linkme)]
static MEMORYVIEW: TypeDef = TypeDef {
    name: "memoryview",
    methods: &[
        MethodDef::new_method("object", |vm, args| new(vm, &args[1])),
        MethodDef::method("__len__", "", |vm, args| {
            Ok(vm.new_uint(live(vm, &args[0])?.len as u64))
        }),
        MethodDef::method("__getitem__", "key, /", getitem),
        MethodDef::method("__setitem__", "key, value, /", setitem),
        MethodDef::method("__eq__", "value, /", |vm, args| eq(vm, args, true)),
        MethodDef::method("__ne__", "value, /", |vm, args| eq(vm, args, false)),
        MethodDef::method("__hash__", "", hash),
        MethodDef::method("__repr__", "", repr),
        MethodDef::method("__enter__", "", |vm, args| {
            live(vm, &args[0])?;
            Ok(args[0].clone())
        }),
        MethodDef::raw("__exit__", Access::Method, |vm, args| {
            view(vm, &args.pos()[0])?.release();
            Ok(Value::NONE)
        }),
        MethodDef::method("release", "", |vm, args| {
            view(vm, &args[0])?.release();
            Ok(Value::NONE)
        }),
        MethodDef::method("tobytes", "order=", |vm, args| {
            Ok(vm.new_bytes(&bytes_of(vm, live(vm, &args[0])?)?))
        }),
        MethodDef::method("tolist", "", tolist),
        MethodDef::method("hex", "sep=, bytes_per_sep=", hex),
        MethodDef::method("toreadonly", "", |vm, args| {
            let m = live(vm, &args[0])?;
            part(vm, m, m.start, m.step, m.len, m.format, true)
        })
        .since(Version::V3_8),
        MethodDef::method("cast", "format, shape=", cast),
    ],
    getsets: &[
        GetSet::get("obj", |vm, v| Ok(live(vm, v)?.object.get())),
        GetSet::get("nbytes", |vm, v| Ok(vm.new_uint(live(vm, v)?.len as u64))),
        GetSet::get("readonly", |vm, v| Ok(Value::bool(live(vm, v)?.readonly))),
        GetSet::get("itemsize", |vm, v| live(vm, v).map(|_| vm.new_int(1))),
        GetSet::get("ndim", |vm, v| live(vm, v).map(|_| vm.new_int(1))),
        GetSet::get("format", |vm, v| {
            Ok(vm.new_char(u32::from(live(vm, v)?.format)))
        }),
        GetSet::get("shape", |vm, v| {
            Ok(vm.new_tuple(vec![vm.new_uint(live(vm, v)?.len as u64)]))
        }),
        GetSet::get("strides", |vm, v| {
            Ok(vm.new_tuple(vec![vm.new_int(live(vm, v)?.step)]))
        }),
        GetSet::get("suboffsets", |vm, v| {
            live(vm, v).map(|_| vm.new_tuple(Vec::new()))
        }),
        GetSet::get("contiguous", contiguous),
        GetSet::get("c_contiguous", contiguous),
        GetSet::get("f_contiguous", contiguous),
    ],
};

fn view<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a MemoryView> {
    Ok(&payload::<Native<MemoryView>>(vm, v)?.data)
}

/// The view, unless it has been released.
fn live<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a MemoryView> {
    let m = view(vm, v)?;
    if m.base.is_null() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    Ok(m)
}

fn new(vm: &Vm, object: &Value) -> PyResult {
    if let Some(m) = object.downcast::<Native<MemoryView>>() {
        let m = &m.data;
        if m.base.is_null() {
            return Err(vm.value_error("operation forbidden on released memoryview object"));
        }
        return part(vm, m, m.start, m.step, m.len, m.format, m.readonly);
    }
    if let Some(b) = object.downcast::<PyByteArray>() {
        let len = b.data.borrow().len();
        return make(vm, object.clone(), object.clone(), 0, 1, len, b'B', false);
    }
    if let Some(b) = object.downcast::<PyBytes>() {
        return make(
            vm,
            object.clone(),
            object.clone(),
            0,
            1,
            b.data.len(),
            b'B',
            true,
        );
    }
    match vm.buffer(object)? {
        // Other objects' bytes are seen as they are now.
        Some(data) => {
            let len = data.len();
            make(
                vm,
                vm.new_bytes(&data),
                object.clone(),
                0,
                1,
                len,
                b'B',
                true,
            )
        }
        None => {
            let t = vm.type_name(object);
            Err(vm.type_error(&format!(
                "memoryview: a bytes-like object is required, not '{t}'"
            )))
        }
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "the fields of a view, in their order"
)]
fn make(
    vm: &Vm,
    base: Value,
    object: Value,
    start: i64,
    step: i64,
    len: usize,
    format: u8,
    readonly: bool,
) -> PyResult {
    if let Some(b) = base.downcast::<PyByteArray>() {
        b.exports.set(b.exports.get() + 1);
    }
    let ty = vm.native_type::<MemoryView>(&SPEC);
    let data = MemoryView {
        base: ValueCell::new(base),
        object: ValueCell::new(object),
        start,
        step,
        len,
        format,
        readonly,
        hash: Cell::new(None),
    };
    Ok(vm.new_native(&ty, &SPEC, data))
}

/// A view of a part of what another one shows.
fn part(
    vm: &Vm,
    m: &MemoryView,
    start: i64,
    step: i64,
    len: usize,
    format: u8,
    readonly: bool,
) -> PyResult {
    make(
        vm,
        m.base.get(),
        m.object.get(),
        start,
        step,
        len,
        format,
        readonly,
    )
}

/// Where item `i` lies in the base.
fn place(m: &MemoryView, i: usize) -> usize {
    m.start
        .saturating_add(m.step.saturating_mul(i as i64))
        .max(0) as usize
}

fn byte(m: &MemoryView, i: usize) -> Option<u8> {
    let base = m.base.get();
    match base.downcast::<PyByteArray>() {
        Some(b) => b.data.borrow().get(place(m, i)).copied(),
        None => base
            .downcast::<PyBytes>()
            .and_then(|b| b.data.get(place(m, i)).copied()),
    }
}

fn bytes_of(vm: &Vm, m: &MemoryView) -> PyResult<Vec<u8>> {
    if m.base.is_null() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    Ok((0..m.len).filter_map(|i| byte(m, i)).collect())
}

fn item(vm: &Vm, m: &MemoryView, i: usize) -> Value {
    let b = byte(m, i).unwrap_or(0);
    match m.format {
        b'b' => vm.new_int(i64::from(b as i8)),
        b'c' => vm.new_bytes(&[b]),
        _ => vm.new_int(i64::from(b)),
    }
}

fn position(vm: &Vm, m: &MemoryView, key: &Value) -> PyResult<usize> {
    let i = vm.index_i64(key)?;
    let at = if i < 0 {
        i.saturating_add(m.len as i64)
    } else {
        i
    };
    match usize::try_from(at) {
        Ok(at) if at < m.len => Ok(at),
        _ => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn bad_key(vm: &Vm) -> Raise {
    vm.type_error("memoryview: invalid slice key")
}

fn is_index(vm: &Vm, key: &Value) -> bool {
    vm.is_int(key) || vm.lookup_type(vm.type_of(key), &vm.names.index).is_some()
}

fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
    let m = live(vm, &args[0])?;
    let key = &args[1];
    if let Some(s) = key.downcast::<PySlice>() {
        let (start, _, step, len) = vm.slice_indices(s, m.len)?;
        let first = m.start.saturating_add(m.step.saturating_mul(start));
        return part(
            vm,
            m,
            first,
            m.step.saturating_mul(step),
            len,
            m.format,
            m.readonly,
        );
    }
    if key.is_ellipsis() {
        return Ok(args[0].clone());
    }
    if !is_index(vm, key) {
        return Err(bad_key(vm));
    }
    let i = position(vm, m, key)?;
    Ok(item(vm, m, i))
}

/// The byte for an item that is assigned.
fn byte_value(vm: &Vm, m: &MemoryView, v: &Value) -> PyResult<u8> {
    let format = m.format as char;
    let wrong_type = || vm.type_error(&format!("memoryview: invalid type for format '{format}'"));
    let wrong_value =
        || vm.value_error(&format!("memoryview: invalid value for format '{format}'"));
    if m.format == b'c' {
        return match v.downcast::<PyBytes>() {
            Some(b) if b.data.len() == 1 => Ok(b.data[0]),
            Some(_) => Err(wrong_value()),
            None => Err(wrong_type()),
        };
    }
    if !is_index(vm, v) {
        return Err(wrong_type());
    }
    let i = vm.index(v)?;
    let i = i.view().as_i64().ok_or_else(wrong_value)?;
    if m.format == b'b' {
        return i8::try_from(i).map(|b| b as u8).map_err(|_| wrong_value());
    }
    u8::try_from(i).map_err(|_| wrong_value())
}

fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
    let m = live(vm, &args[0])?;
    if m.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    let (key, value) = (&args[1], &args[2]);
    let (first, step, new) = if let Some(s) = key.downcast::<PySlice>() {
        let (start, _, step, len) = vm.slice_indices(s, m.len)?;
        let new = vm.bytes_like(value)?.into_owned();
        if new.len() != len {
            return Err(vm.value_error(
                "memoryview assignment: lvalue and rvalue have different structures",
            ));
        }
        (start, step, new)
    } else if is_index(vm, key) {
        let at = position(vm, m, key)?;
        (at as i64, 1, vec![byte_value(vm, m, value)?])
    } else {
        return Err(bad_key(vm));
    };
    // What was asked may have run code that released the view.
    let base = live(vm, &args[0])?.base.get();
    if let Some(b) = base.downcast::<PyByteArray>() {
        let mut data = b.data.borrow_mut();
        for (n, byte) in new.into_iter().enumerate() {
            let i = first.saturating_add(step.saturating_mul(n as i64)).max(0) as usize;
            if let Some(slot) = data.get_mut(place(m, i)) {
                *slot = byte;
            }
        }
    }
    Ok(Value::NONE)
}

fn eq(vm: &Vm, args: &[Value], equal: bool) -> PyResult {
    let m = view(vm, &args[0])?;
    if m.base.is_null() {
        return Ok(Value::bool(args[0].is(&args[1]) == equal));
    }
    let mine = bytes_of(vm, m)?;
    let other = match args[1].downcast::<Native<MemoryView>>() {
        Some(o) if o.data.base.is_null() => return Ok(Value::bool(!equal)),
        _ => vm.buffer(&args[1])?,
    };
    match other {
        Some(o) => Ok(Value::bool(
            (mine.as_slice().cmp(&o) == Ordering::Equal) == equal,
        )),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn hash(vm: &Vm, args: &[Value]) -> PyResult {
    let m = view(vm, &args[0])?;
    if let Some(h) = m.hash.get() {
        return Ok(vm.new_int(h));
    }
    let m = live(vm, &args[0])?;
    if !m.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    let h = vm.hash_bytes(&bytes_of(vm, m)?);
    m.hash.set(Some(h));
    Ok(vm.new_int(h))
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let released = view(vm, &args[0])?.base.is_null();
    let kind = if released {
        "released memory"
    } else {
        "memory"
    };
    Ok(vm.new_str(&format!("<{kind} at {}>", address(&args[0]))))
}

fn tolist(vm: &Vm, args: &[Value]) -> PyResult {
    let m = live(vm, &args[0])?;
    Ok(vm.new_list((0..m.len).map(|i| item(vm, m, i)).collect()))
}

/// As `bytes.hex`, with its arguments.
fn hex(vm: &Vm, args: &[Value]) -> PyResult {
    let bytes = vm.new_bytes(&bytes_of(vm, live(vm, &args[0])?)?);
    let given: Vec<Value> = args[1..].iter().filter_map(|a| a.opt().cloned()).collect();
    vm.call_method_str(&bytes, "hex", &given)
}

fn cast(vm: &Vm, args: &[Value]) -> PyResult {
    let m = live(vm, &args[0])?;
    let Some(format) = args[1].downcast::<PyStr>().map(|s| s.to_string()) else {
        return Err(vm.type_error(&format!(
            "cast() argument 'format' must be str, not {}",
            vm.type_name(&args[1])
        )));
    };
    if m.step != 1 {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let one_dimension = args[2].opt().is_none_or(Value::is_none);
    match format.trim_start_matches('@') {
        "B" | "b" | "c" if one_dimension => {
            let f = format.bytes().last().unwrap_or(b'B');
            part(vm, m, m.start, m.step, m.len, f, m.readonly)
        }
        _ => Err(vm.not_implemented_error(
            "memoryview: opyc knows the formats B, b and c in one dimension only",
        )),
    }
}

fn contiguous(vm: &Vm, v: &Value) -> PyResult {
    let m = live(vm, v)?;
    Ok(Value::bool(m.step == 1 || m.len <= 1))
}
