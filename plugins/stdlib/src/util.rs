//! What the modules share: registering, module contents, payloads, classes made of native parts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;

use opyc_core::error::{PyResult, Raise};
use opyc_core::object::{
    Access, DescrAccess, GetSet, MethodDef, Native, NativeType, PyType, Ref, TypeFlags,
};
use opyc_core::value::Value;
use opyc_core::vm::{ClassParts, NativeTypeSpec, Vm};

/// Registers a native module.
macro_rules! module {
    ($ident:ident, $name:literal, $versions:expr, $init:expr, [$($function:expr),* $(,)?]) => {
        #[opyc_core::linkme::distributed_slice(opyc_core::registry::MODULE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $ident: opyc_core::registry::ModuleDef = opyc_core::registry::ModuleDef {
            name: $name,
            versions: $versions,
            functions: &[$($function),*],
            init: $init,
        };
    };
}
pub(crate) use module;

/// Registers methods and attributes of a native type.
macro_rules! type_def {
    ($ident:ident, $name:literal, [$($method:expr),* $(,)?], [$($getset:expr),* $(,)?]) => {
        #[opyc_core::linkme::distributed_slice(opyc_core::registry::TYPE_DEFS)]
        #[linkme(crate = opyc_core::linkme)]
        static $ident: opyc_core::registry::TypeDef = opyc_core::registry::TypeDef {
            name: $name,
            methods: &[$($method),*],
            getsets: &[$($getset),*],
        };
    };
}
pub(crate) use type_def;

/// An `init` for modules that have functions only.
pub(crate) fn no_init(_: &Vm, _: &Value) -> PyResult<()> {
    Ok(())
}

/// Sets a name in a module.
pub(crate) fn put(vm: &Vm, module: &Value, name: &str, v: Value) {
    if let Some(m) = module.downcast::<opyc_core::object::PyModule>() {
        m.dict.set_name(&vm.intern(name), v);
    }
}

/// A `NativeTypeSpec` for an iterator or any other type that takes weak references only if `flags` say so.
pub(crate) const fn spec(
    name: &'static str,
    flags: u32,
    next: Option<opyc_core::object::NextFn>,
) -> NativeTypeSpec {
    NativeTypeSpec {
        name,
        flags,
        has_dict: false,
        next,
    }
}

/// The payload of `self`.
#[inline]
pub(crate) fn data<'a, T: NativeType>(vm: &Vm, v: &'a Value) -> PyResult<&'a T> {
    match v.downcast::<Native<T>>() {
        Some(n) => Ok(&n.data),
        None => Err(vm.type_error(&format!("unexpected '{}' object", vm.type_name(v)))),
    }
}

/// The class that `__new__` was given.
pub(crate) fn class_arg<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a PyType> {
    v.downcast::<PyType>()
        .ok_or_else(|| vm.type_error("expected a type"))
}

/// `self` of an iterator's `__iter__`.
pub(crate) fn itself(_: &Vm, args: &[Value]) -> PyResult {
    Ok(args[0].clone())
}

/// `__next__` of a builtin iterator.
pub(crate) fn next(vm: &Vm, args: &[Value]) -> PyResult {
    vm.builtin_next(&args[0])
}

/// `__class_getitem__`: a generic alias.
pub(crate) fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
    vm.generic_alias(&args[0], &args[1])
}

/// The optional argument `i`; None and NULL alike are `None`.
pub(crate) fn some(args: &[Value], i: usize) -> Option<&Value> {
    args.get(i).and_then(Value::opt).filter(|v| !v.is_none())
}

/// The truth of the optional argument `i`.
pub(crate) fn flag(vm: &Vm, args: &[Value], i: usize, default: bool) -> PyResult<bool> {
    match args.get(i).and_then(Value::opt) {
        Some(v) => vm.truth(v),
        None => Ok(default),
    }
}

/// A builtin class that extends another one and so cannot be a `NativeType`: its methods are put on a class that
/// `type.__new__` makes.
pub(crate) struct ClassSpec {
    /// `__name__`.
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    /// `__slots__`; `__dict__` and `__weakref__` among them mean what they say.
    pub slots: &'static [&'static str],
    /// Methods.
    pub methods: &'static [MethodDef],
    /// Computed attributes.
    pub getsets: &'static [GetSet],
    /// [`TypeFlags`] bits to add.
    pub flags: u32,
}

#[derive(Default)]
struct Classes(RefCell<HashMap<usize, Ref<PyType>>>);

/// The class of a spec, made on first use.
pub(crate) fn class(
    vm: &Vm,
    spec: &'static ClassSpec,
    base: &Ref<PyType>,
) -> PyResult<Ref<PyType>> {
    let classes = vm.extension::<Classes>();
    let key = std::ptr::from_ref(spec) as usize;
    if let Some(t) = classes.0.borrow().get(&key) {
        return Ok(t.clone());
    }
    let namespace = vm.new_dict();
    let slots = spec.slots.iter().map(|s| vm.intern(s)).collect();
    namespace.set_name(&vm.names.slots, vm.new_tuple(slots));
    namespace.set_name(&vm.names.module, vm.intern(spec.module));
    let ty = vm.make_class(ClassParts {
        meta: &vm.types.type_,
        name: vm.intern(spec.name),
        bases: vec![base.clone()],
        namespace,
        keywords: Vec::new(),
    })?;
    ty.dict.remove_name(&vm.names.slots);
    for m in spec
        .methods
        .iter()
        .filter(|m| m.versions.contains(vm.version()))
    {
        let name = vm.intern(m.name);
        let v = match m.access {
            Access::New => vm.new_builtin_method(m, ty.value(), ty.value()),
            Access::Absent => Value::NONE,
            Access::StaticMethod => {
                let f = vm.new_builtin_method(m, ty.value(), Value::NULL);
                vm.new_staticmethod_of(&vm.types.staticmethod, f)
                    .into_value()
            }
            _ => vm.new_descr(&ty, name.clone(), DescrAccess::Method(m)),
        };
        ty.dict.set_name(&name, v);
    }
    for g in spec
        .getsets
        .iter()
        .filter(|g| g.versions.contains(vm.version()))
    {
        let name = vm.intern(g.name);
        ty.dict.set_name(
            &name,
            vm.new_descr(&ty, name.clone(), DescrAccess::GetSet(g)),
        );
    }
    ty.invalidate();
    ty.add_flags(TypeFlags::IMMUTABLE | spec.flags);
    classes.0.borrow_mut().insert(key, ty.clone());
    Ok(ty)
}

/// The OSError (of the fitting subclass) for an error of the host.
pub(crate) fn os_error(vm: &Vm, e: &io::Error, path: Option<&Value>) -> Raise {
    use io::ErrorKind as K;
    let (number, text) = match e.kind() {
        K::NotFound => (2, "No such file or directory"),
        K::PermissionDenied => (13, "Permission denied"),
        K::AlreadyExists => (17, "File exists"),
        K::NotADirectory => (20, "Not a directory"),
        K::IsADirectory => (21, "Is a directory"),
        K::InvalidInput => (22, "Invalid argument"),
        K::BrokenPipe => (32, "Broken pipe"),
        K::Interrupted => (4, "Interrupted system call"),
        K::WouldBlock => (11, "Resource temporarily unavailable"),
        K::StorageFull => (28, "No space left on device"),
        _ => (e.raw_os_error().unwrap_or(5), "Input/output error"),
    };
    let mut args = vec![Value::i32(number), vm.new_str(text)];
    args.extend(path.cloned());
    // The class itself picks the subclass that goes with the number.
    match vm.call(vm.exc_types.OSError.as_value(), &args) {
        Ok(e) => vm.raise(e),
        Err(r) => r,
    }
}
