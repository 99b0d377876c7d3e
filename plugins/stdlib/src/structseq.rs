//! Struct sequences: tuples whose items have names too (`sys.version_info`, `time.struct_time`).

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, GetSet, MethodDef, PyTuple, PyType, Ref, TypeFlags};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use crate::util::{ClassSpec, class};

/// Reads item `I` of `self`.
pub(crate) fn item<const I: usize>(vm: &Vm, v: &Value) -> PyResult {
    match v.downcast::<PyTuple>().and_then(|t| t.get(I)) {
        Some(v) => Ok(v.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// The named fields of a struct sequence, in order.
macro_rules! fields {
    ($($name:literal = $i:literal),* $(,)?) => {
        &[$(opyc_core::object::GetSet {
            name: $name,
            get: $crate::structseq::item::<$i>,
            set: None,
            member: true,
            versions: opyc_core::version::VersionRange::ALL,
        }),*]
    };
}
pub(crate) use fields;

/// The methods that every struct sequence has.
pub(crate) const METHODS: &[MethodDef] = &[
    MethodDef::method("__repr__", "", repr),
    MethodDef::method("__reduce__", "", reduce),
    MethodDef::raw("__replace__", Access::Method, replace).since(Version::V3_13),
];

/// The class of a struct sequence, with its counts and, from 3.10, `__match_args__`.
pub(crate) fn struct_class(vm: &Vm, spec: &'static ClassSpec) -> PyResult<Ref<PyType>> {
    let ty = class(vm, spec, &vm.types.tuple)?;
    let count = vm.intern("n_fields");
    if ty.dict.get_name(&count).is_none() {
        let n = Value::i32(spec.getsets.len() as i32);
        ty.dict.set_name(&count, n.clone());
        ty.dict.set_name(&vm.intern("n_sequence_fields"), n);
        ty.dict
            .set_name(&vm.intern("n_unnamed_fields"), Value::i32(0));
        if vm.version().minor() >= 10 {
            let names = spec.getsets.iter().map(|g| vm.intern(g.name)).collect();
            ty.dict.set_name(&vm.names.match_args, vm.new_tuple(names));
        }
        ty.invalidate();
    }
    Ok(ty)
}

/// A struct sequence of these items.
pub(crate) fn new_struct(vm: &Vm, spec: &'static ClassSpec, items: Vec<Value>) -> PyResult {
    let ty = struct_class(vm, spec)?;
    Ok(vm.new_tuple_of(&ty, items))
}

/// A spec for a struct sequence that programs cannot make themselves.
pub(crate) const fn closed(
    module: &'static str,
    name: &'static str,
    fields: &'static [GetSet],
) -> ClassSpec {
    ClassSpec {
        name,
        module,
        slots: &[],
        methods: METHODS,
        getsets: fields,
        flags: TypeFlags::NO_NEW,
    }
}

/// Names and values of the fields of a struct sequence.
fn named(vm: &Vm, v: &Value) -> Vec<(String, Value)> {
    let Some(t) = v.downcast::<PyTuple>() else {
        return Vec::new();
    };
    let mut names: Vec<(usize, String)> = Vec::new();
    // The descriptors stand in the class's dict in the order of the items.
    let mut class = Some(Ref::new(vm.type_of(v)));
    while let Some(c) = class {
        if c.dict.get_name(&vm.intern("n_fields")).is_some() {
            for (k, d) in c.dict.items() {
                if d.downcast::<opyc_core::object::PyDescr>().is_some_and(
                    |d| matches!(d.access, opyc_core::object::DescrAccess::GetSet(g) if g.member),
                ) {
                    names.push((names.len(), vm.str_lossy(&k)));
                }
            }
            break;
        }
        class = c.base.get().to_ref::<PyType>();
    }
    names
        .into_iter()
        .filter_map(|(i, n)| t.get(i).map(|v| (n, v.clone())))
        .collect()
}

pub(crate) fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let mut text = format!("{}(", vm.full_type_name(vm.type_of(&args[0])));
    for (i, (name, v)) in named(vm, &args[0]).into_iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_str(&name);
        text.push('=');
        text.push_str(&vm.repr_text(&v)?);
    }
    text.push(')');
    Ok(vm.new_str(&text))
}

pub(crate) fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let class = opyc_core::object::value_of(vm.type_of(&args[0]));
    let items = args[0]
        .downcast::<PyTuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let state = vm.new_dict().into_value();
    Ok(vm.new_pair(class, vm.new_pair(vm.new_tuple(items), state)))
}

fn replace(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some((this, [])) = args.pos().split_first() else {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    };
    let mut fields = named(vm, this);
    for (k, v) in args.keywords() {
        let k = vm.str_lossy(k);
        match fields.iter_mut().find(|(n, _)| *n == k) {
            Some(f) => f.1 = v.clone(),
            None => return Err(vm.type_error(&format!("Got unexpected field name(s): ['{k}']"))),
        }
    }
    Ok(vm.new_tuple_of(vm.type_of(this), fields.into_iter().map(|f| f.1).collect()))
}
