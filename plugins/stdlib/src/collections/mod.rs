//! `_collections`.

mod default_dict;
mod deque;
mod deque_iter;
mod ordered_dict;

use opyc_core::error::PyResult;
use opyc_core::object::{GetSet, MethodDef, NativeType, PyDict, PyTuple, Ref, ValueCell, value_of};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{BinOp, NativeTypeSpec, Vm};

use crate::util::{class, class_arg, data, itself, module, put, spec, type_def};

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    deque::init(vm, m);
    put(
        vm,
        m,
        "defaultdict",
        default_dict::class_of(vm)?.into_value(),
    );
    put(
        vm,
        m,
        "OrderedDict",
        class(vm, &ordered_dict::ORDERED_DICT, &vm.types.dict)?.into_value(),
    );
    if vm.version() >= Version::V3_8 {
        put(
            vm,
            m,
            "_tuplegetter",
            vm.native_type::<TupleGetter>(&TUPLE_GETTER).into_value(),
        );
    }
    Ok(())
}

/// The method of `dict` itself with some name.
fn dict_method(vm: &Vm, name: &str) -> PyResult {
    vm.get_attr_str(vm.types.dict.as_value(), name)
}

/// `self` as a dict.
fn dict_of(vm: &Vm, v: &Value) -> PyResult<Ref<PyDict>> {
    v.to_ref::<PyDict>()
        .ok_or_else(|| vm.type_error("expected a dict"))
}

/// `Counter`'s inner loop.
fn count_elements(vm: &Vm, args: &[Value]) -> PyResult {
    let mapping = &args[0];
    let ty = vm.type_of(mapping);
    let get = vm.intern("get");
    let plain = |name: &Value| match (
        vm.lookup_type(ty, name),
        vm.lookup_type(&vm.types.dict, name),
    ) {
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    };
    let one = Value::i32(1);
    let dict = mapping
        .to_ref::<PyDict>()
        .filter(|_| plain(&get) && plain(&vm.names.setitem));
    if let Some(d) = dict {
        vm.for_each(&args[1], |v| {
            let hash = vm.hash(&v)?;
            let n = match d.get_hashed(vm, &v, hash)? {
                Some(old) => vm.binary_op(BinOp::Add, &old, &one)?,
                None => one.clone(),
            };
            d.set_hashed(vm, &v, hash, n)
        })?;
        return Ok(Value::NONE);
    }
    let get = vm.get_attr(mapping, &get)?;
    vm.for_each(&args[1], |v| {
        let old = vm.call(&get, &[v.clone(), Value::i32(0)])?;
        let n = vm.binary_op(BinOp::Add, &old, &one)?;
        vm.set_item(mapping, &v, n)
    })?;
    Ok(Value::NONE)
}

/// A field of a named tuple.
struct TupleGetter {
    index: i64,
    doc: ValueCell,
}

impl NativeType for TupleGetter {
    fn tuple_item(&self) -> Option<usize> {
        usize::try_from(self.index).ok()
    }

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.doc.visit(visit);
    }
}

static TUPLE_GETTER: NativeTypeSpec = spec("collections._tuplegetter", 0, None);

fn getter_new(vm: &Vm, args: &[Value]) -> PyResult {
    let g = TupleGetter {
        index: vm.index_i64(&args[1])?,
        doc: ValueCell::new(args[2].clone()),
    };
    Ok(vm.new_native(class_arg(vm, &args[0])?, &TUPLE_GETTER, g))
}

fn getter_get(vm: &Vm, args: &[Value]) -> PyResult {
    let g = data::<TupleGetter>(vm, &args[0])?;
    let obj = &args[1];
    let Some(t) = obj.downcast::<PyTuple>() else {
        if obj.is_none() {
            return itself(vm, args);
        }
        return Err(vm.type_error(&format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            g.index,
            vm.type_name(obj)
        )));
    };
    match usize::try_from(g.index).ok().and_then(|i| t.get(i)) {
        Some(v) => Ok(v.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn getter_reduce(vm: &Vm, args: &[Value]) -> PyResult {
    let g = data::<TupleGetter>(vm, &args[0])?;
    Ok(vm.new_pair(
        value_of(vm.type_of(&args[0])),
        vm.new_pair(vm.new_int(g.index), g.doc.get()),
    ))
}

fn getter_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let g = data::<TupleGetter>(vm, &args[0])?;
    let text = format!("_tuplegetter({}, {})", g.index, vm.repr_text(&g.doc.get())?);
    Ok(vm.new_str(&text))
}

type_def!(
    TUPLE_GETTER_DEF,
    "collections._tuplegetter",
    [
        MethodDef::new_method("index, doc, /", getter_new),
        MethodDef::method("__get__", "instance, owner=, /", getter_get),
        MethodDef::method("__set__", "instance, value, /", |vm, _| Err(
            vm.attribute_error("can't set attribute")
        )),
        MethodDef::method("__delete__", "instance, /", |vm, _| Err(
            vm.attribute_error("can't delete attribute")
        )),
        MethodDef::method("__reduce__", "", getter_reduce),
        MethodDef::method("__repr__", "", getter_repr),
    ],
    [GetSet::get_set(
        "__doc__",
        |vm, v| Ok(data::<TupleGetter>(vm, v)?.doc.get()),
        |vm, v, doc| {
            data::<TupleGetter>(vm, v)?
                .doc
                .set(if doc.is_null() { Value::NONE } else { doc });
            Ok(())
        },
    )]
);

module!(
    COLLECTIONS,
    "_collections",
    VersionRange::ALL,
    init,
    [MethodDef::function(
        "_count_elements",
        "mapping, iterable, /",
        count_elements
    ),]
);
