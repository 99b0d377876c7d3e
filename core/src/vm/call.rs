//! Calls from Rust, native functions, and making instances.

use smallvec::SmallVec;

use super::Vm;
use super::natives::{Owner, with_this};
use crate::args::Args;
use crate::decode::{Operand, decode};
use crate::error::{PyResult, Raise};
use crate::interp::{Linked, link, run_function, run_in_namespace};
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

/// What calling a native object does, if its type says so and it is no instance of a subclass.
#[inline(always)]
pub(crate) fn native_call(f: &Value) -> Option<CallFn> {
    let h = f.header().filter(|h| !h.is_subclass())?;
    h.ty().vtable.call
}

impl Vm {
    /// Calls anything with positional arguments.
    #[inline]
    pub fn call(&self, f: &Value, args: &[Value]) -> PyResult {
        self.call_args(f, Args::positional(args))
    }

    /// Calls a method by name.
    pub fn call_method(&self, obj: &Value, name: &Value, args: &[Value]) -> PyResult {
        let (f, this) = self.get_method(obj, name)?;
        match this {
            Some(this) => with_this(&this, args, |all| self.call(&f, all)),
            None => self.call(&f, args),
        }
    }

    /// Calls a method by Rust text.
    pub fn call_method_str(&self, obj: &Value, name: &str, args: &[Value]) -> PyResult {
        self.call_method(obj, &self.intern(name), args)
    }

    /// Calls anything with positional and keyword arguments.
    pub fn call_kw(&self, f: &Value, args: &[Value], keywords: &[(Value, Value)]) -> PyResult {
        if keywords.is_empty() {
            return self.call(f, args);
        }
        let names: SmallVec<[Value; 8]> = keywords.iter().map(|(k, _)| k.clone()).collect();
        let mut all = args.to_vec();
        all.extend(keywords.iter().map(|(_, v)| v.clone()));
        self.call_args(f, Args::with_names(&all, &names))
    }

    /// Calls anything.
    pub fn call_args(&self, f: &Value, args: Args<'_>) -> PyResult {
        match f.kind() {
            Some(Kind::Function) => match f.downcast::<PyFunction>() {
                Some(func) => run_function(self, func, args),
                None => Err(self.not_callable(f)),
            },
            Some(Kind::Builtin) => match f.downcast::<PyBuiltin>() {
                Some(b) => self.call_builtin(b, args),
                None => Err(self.not_callable(f)),
            },
            Some(Kind::BoundMethod) => {
                let Some(m) = f.downcast::<PyBoundMethod>() else {
                    return Err(self.not_callable(f));
                };
                let (func, this) = (m.func.clone(), m.this.clone());
                with_this(&this, args.values(), |all| {
                    self.call_args(&func, Args::with_names(all, args.names()))
                })
            }
            Some(Kind::Type) => match f.downcast::<PyType>() {
                Some(t) => self.call_type(t, args),
                None => Err(self.not_callable(f)),
            },
            Some(Kind::Descr) => self.call_descr(f, args),
            _ => {
                if let Some(call) = native_call(f) {
                    self.check_rust_stack()?;
                    return call(self, f, &args);
                }
                let ty = self.type_of(f);
                let Some(call) = self.lookup_type(ty, &self.names.call) else {
                    return Err(self.not_callable(f));
                };
                self.check_rust_stack()?;
                if let Some(d) = call.downcast::<PyDescr>()
                    && let DescrAccess::Method(def) = d.access
                    && def.access == Access::Method
                    && ty.is_subtype(&d.owner)
                {
                    return self.call_method_of(def, Owner::Value(d.owner.as_value()), f, args);
                }
                if call.kind() == Some(Kind::Function) || call.kind() == Some(Kind::Descr) {
                    return with_this(f, args.values(), |all| {
                        self.call_args(&call, Args::with_names(all, args.names()))
                    });
                }
                let bound = self.descr_get(&call, Some(f), ty)?;
                self.call_args(&bound, args)
            }
        }
    }

    pub(crate) fn not_callable(&self, f: &Value) -> Raise {
        self.type_error(&format!("'{}' object is not callable", self.type_name(f)))
    }

    /// Whether a value can be called.
    pub fn is_callable(&self, f: &Value) -> bool {
        matches!(
            f.kind(),
            Some(Kind::Function | Kind::Builtin | Kind::BoundMethod | Kind::Type)
        ) || self
            .lookup_type(self.type_of(f), &self.names.call)
            .is_some()
            || matches!(
                f.downcast::<PyDescr>().map(|d| d.access),
                Some(DescrAccess::Method(_))
            )
    }

    /// The linked code of a function, linked now if this is its first call.
    #[inline(always)]
    pub(crate) fn linked(&self, f: &PyFunction) -> PyResult<*const Linked> {
        let l = f.linked.get();
        if !l.is_null() {
            return Ok(l);
        }
        self.link_now(f)
    }

    #[cold]
    #[inline(never)]
    fn link_now(&self, f: &PyFunction) -> PyResult<*const Linked> {
        let code = f.code();
        let l = self.linked_code(&code)?;
        f.linked.set(l);
        Ok(l)
    }

    /// The linked form of a code object.
    pub(crate) fn linked_code(&self, code: &PyCode) -> PyResult<*const Linked> {
        if let Some(l) = code.linked.get() {
            return Ok(&**l);
        }
        let l = link(self, code)?;
        Ok(&**code.linked.get_or_init(|| l))
    }

    /// Calls a Python function.
    pub(crate) fn call_function(&self, f: &PyFunction, args: Args<'_>) -> PyResult {
        run_function(self, f, args)
    }

    /// Runs the code of a function without parameters in a namespace: a module or class body.
    pub fn run_in_namespace(&self, f: &PyFunction, locals: Value) -> PyResult {
        run_in_namespace(self, f, locals)
    }

    /// How messages name a Python function: by its qualified name from 3.10 on, before by its code's.
    pub(crate) fn callable_name(&self, f: &PyFunction) -> String {
        if self.version >= Version::V3_10 {
            return self.str_lossy(&f.qualname.get());
        }
        f.code().code.name.to_string()
    }

    // Classes.

    /// The Python `__init__` of an ordinary class, where calling the class means no more than making an instance and
    /// running it: `__new__` and the metaclass's `__call__` are the builtin ones. None where there is only `object`'s.
    #[inline(always)]
    pub(crate) fn simple_init(&self, ty: &PyType) -> Option<Value> {
        super::type_attr::cached_value(self.simple_making(ty).init)
    }

    /// The static method `__new__` of an ordinary class, if it is a Python function; the metaclass's `__call__` is the
    /// builtin one.
    pub(crate) fn simple_new(&self, ty: &PyType) -> Option<Value> {
        super::type_attr::cached_value(self.simple_making(ty).new)
    }

    #[inline(always)]
    fn simple_making(&self, ty: &PyType) -> SimpleMaking {
        if ty.flags().any(TypeFlags::ABSTRACT) {
            return SimpleMaking::default();
        }
        let known = ty.simple_making.get();
        let versions = (ty.version.get(), ty.header.ty().version.get());
        match known.versions.0 != 0 && known.versions == versions {
            true => known,
            false => self.find_simple_making(ty),
        }
    }

    #[inline(never)]
    fn find_simple_making(&self, ty: &PyType) -> SimpleMaking {
        let meta = ty.header.ty();
        let mut making = SimpleMaking::default();
        let hooked = meta.is_heap()
            && self
                .lookup_type(meta, &self.names.call)
                .is_some_and(|c| c.kind() != Some(Kind::Descr));
        if ty.is_heap() && !hooked {
            match self.lookup_type(ty, &self.names.new) {
                Some(new) if is_python_new(&new) => making.new = new.bits(),
                _ if ty.kind() == Kind::Object && self.is_object_new(ty) => {
                    let init = self
                        .lookup_type(ty, &self.names.init)
                        .unwrap_or(Value::NULL);
                    let of_object = |d: &PyDescr| std::ptr::eq(&*d.owner, &*self.types.object);
                    if init.downcast::<PyDescr>().is_some_and(of_object) {
                        making.init = Value::NONE.bits();
                    } else if init.kind() == Some(Kind::Function) {
                        making.init = init.bits();
                    }
                }
                _ => {}
            }
        }
        let in_place = making.init != 0 || making.new != 0;
        if in_place && ty.kind() == Kind::Object && !ty.flags().any(TypeFlags::ROOM_MADE) {
            ty.set_flag(TypeFlags::ROOM_MADE, true);
            self.guess_attributes(ty);
        }
        making.versions = (ty.ensure_version(self), meta.ensure_version(self));
        if making.versions.1 != 0 {
            ty.simple_making.set(making);
        }
        making
    }

    /// Makes room for the attributes that the methods of a class and of its bases seem to set on their first argument,
    /// so that the very first instances have them inline.
    fn guess_attributes(&self, ty: &PyType) {
        let mro = ty.mro.get();
        let table = self.table();
        let info = &table.info;
        let store = info.number("STORE_ATTR");
        let mut names: Vec<Value> = Vec::new();
        let classes = mro.downcast::<PyTuple>().into_iter();
        let classes = classes.flat_map(PyTuple::iter).map(Value::downcast);
        for class in classes.flatten().filter(|c: &&PyType| c.is_heap()) {
            for method in class.dict.values() {
                let Some(f) = method.downcast::<PyFunction>() else {
                    continue;
                };
                let code = &f.code().code;
                // Code that cannot be decoded will be refused when it is called.
                let Ok(decoded) = decode(code, info) else {
                    continue;
                };
                for pair in decoded.instructions.windows(2) {
                    let first =
                        matches!(pair[0].operand, Operand::Local(0) | Operand::Locals(_, 0));
                    if first
                        && Some(pair[1].op) == store
                        && let Operand::Name(n, _) = pair[1].operand
                        && let Some(name) = code.names.get(n as usize)
                    {
                        let name = self.intern_text(name.view());
                        if !names.iter().any(|n| n.is(&name)) {
                            names.push(name);
                        }
                    }
                }
            }
        }
        // And for some that others will set.
        ty.learn_inline(names.len() + 2);
    }

    /// The native `__new__` of a builtin class, where calling the class means no more than that.
    #[inline(always)]
    pub(crate) fn native_new(&self, ty: &PyType) -> Option<&'static MethodDef> {
        let making = self.native_making(ty)?;
        (making.init.is_none() && !ty.is_heap()).then_some(making.new)
    }

    /// How a class makes instances, if its `__new__` and `__init__` are those of builtin classes and its metaclass is
    /// `type`.
    #[inline(always)]
    fn native_making(&self, ty: &PyType) -> Option<NativeMaking> {
        let (version, known) = ty.native_making.get();
        if version != 0 && version == ty.version.get() {
            return known;
        }
        self.find_native_making(ty)
    }

    #[inline(never)]
    fn find_native_making(&self, ty: &PyType) -> Option<NativeMaking> {
        let find = || {
            // `type` itself may be asked for the type of a value.
            let special = std::ptr::eq(ty, &*self.types.type_) || ty.header.ty().is_heap();
            if special || ty.flags().any(TypeFlags::NO_NEW) {
                return None;
            }
            let new = self.lookup_type(ty, &self.names.new)?;
            let new = new.downcast::<PyBuiltin>()?;
            let owner = new.owner.get();
            let owner = owner.downcast::<PyType>()?;
            // Of the class that it is given, `object`'s wants to know more.
            let fits = ty.is_subtype(owner) && !std::ptr::eq(owner, &*self.types.object);
            if new.def.access != Access::New || owner.kind() != ty.kind() || !fits {
                return None;
            }
            let init = self.lookup_type(ty, &self.names.init)?;
            let init = init.downcast::<PyDescr>()?;
            let DescrAccess::Method(def) = init.access else {
                return None;
            };
            if def.access != Access::Method || !ty.is_subtype(&init.owner) {
                return None;
            }
            let of_object = std::ptr::eq(&*init.owner, &*self.types.object);
            Some(NativeMaking {
                new: new.def,
                init: (!of_object).then_some(def),
            })
        };
        let found = find();
        ty.native_making.set((ty.ensure_version(self), found));
        found
    }

    /// Whether `__new__` of a class is `object`'s.
    pub(crate) fn is_object_new(&self, ty: &PyType) -> bool {
        self.lookup_type(ty, &self.names.new).is_some_and(|n| {
            n.downcast::<PyBuiltin>()
                .is_some_and(|b| b.owner.get().is(self.types.object.as_value()))
        })
    }

    pub(crate) fn check_init_result(&self, r: &Value) -> PyResult<()> {
        if r.is_none() {
            return Ok(());
        }
        Err(self.type_error(&format!(
            "__init__() should return None, not '{}'",
            self.type_name(r)
        )))
    }

    /// Calls a class: the metaclass's `__call__`.
    pub fn call_type(&self, ty: &PyType, args: Args<'_>) -> PyResult {
        if let Some(r) = self.make_natively(ty, args) {
            return r;
        }
        let meta = ty.header.ty();
        if meta.is_heap()
            && let Some(call) = self.lookup_type(meta, &self.names.call)
            && call.kind() != Some(Kind::Descr)
        {
            let mut all: SmallVec<[Value; 8]> = SmallVec::with_capacity(args.values().len() + 1);
            all.push(value_of(ty));
            all.extend(args.values().iter().cloned());
            if call.kind() == Some(Kind::Function) {
                return self.call_args(&call, Args::with_names(&all, args.names()));
            }
            let bound = self.descr_get(&call, Some(&value_of(ty)), meta)?;
            return self.call_args(&bound, args);
        }
        self.type_call(ty, args)
    }

    /// `type.__call__` where that is two native functions that take the arguments as they are; `None`, with nothing done,
    /// if not.
    #[inline(always)]
    fn make_natively(&self, ty: &PyType, args: Args<'_>) -> Option<PyResult> {
        let making = self.native_making(ty)?;
        let obj = match self.call_fitting(making.new, &value_of(ty), args)? {
            Ok(obj) => obj,
            Err(r) => return Some(Err(r)),
        };
        // `__new__` may have run anything, and may have given anything.
        let same = std::ptr::eq(self.type_of(&obj), ty);
        let init = match self.native_making(ty).filter(|_| same) {
            Some(NativeMaking { init: None, .. }) => return Some(Ok(obj)),
            Some(NativeMaking { init: Some(f), .. }) => self.call_fitting(f, &obj, args),
            None => None,
        };
        Some(match init {
            Some(Ok(r)) if r.is_none() => Ok(obj),
            Some(r) => r.and_then(|r| self.check_init_result(&r)).map(|()| obj),
            None => self.init_made(ty, obj, args),
        })
    }

    /// `type.__call__`: `__new__`, then `__init__`.
    pub fn type_call(&self, ty: &PyType, args: Args<'_>) -> PyResult {
        if std::ptr::eq(ty, &*self.types.type_) && args.pos().len() == 1 && !args.has_keywords() {
            return Ok(value_of(self.type_of(&args.pos()[0])));
        }
        let new = self.lookup_type(ty, &self.names.new);
        let Some(new) = new.filter(|_| !ty.flags().any(TypeFlags::NO_NEW)) else {
            return Err(self.type_error(&format!(
                "cannot create '{}' instances",
                self.full_type_name(ty)
            )));
        };
        let obj = match new.downcast::<PyBuiltin>() {
            Some(b) if b.def.access == Access::New => {
                self.call_builtin_with(b, &value_of(ty), args)?
            }
            _ => {
                let new = self.descr_get(&new, None, ty)?;
                let mut all: SmallVec<[Value; 8]> =
                    SmallVec::with_capacity(args.values().len() + 1);
                all.push(value_of(ty));
                all.extend(args.values().iter().cloned());
                self.call_args(&new, Args::with_names(&all, args.names()))?
            }
        };
        self.init_made(ty, obj, args)
    }

    /// The second half of `type.__call__`: `__init__` of what `__new__` of the class has given.
    #[inline(never)]
    pub(crate) fn init_made(&self, ty: &PyType, obj: Value, args: Args<'_>) -> PyResult {
        let obj_type = self.type_of(&obj);
        if !obj_type.is_subtype(ty) {
            return Ok(obj);
        }
        let Some(init) = self.lookup_type(obj_type, &self.names.init) else {
            return Ok(obj);
        };
        let r = match init.kind() {
            // `object.__init__` takes what the `__new__` of a builtin class has taken.
            Some(Kind::Descr)
                if !ty.is_heap()
                    && !std::ptr::eq(ty, &*self.types.object)
                    && init
                        .downcast::<PyDescr>()
                        .is_some_and(|d| std::ptr::eq(&*d.owner, &*self.types.object)) =>
            {
                return Ok(obj);
            }
            Some(Kind::Descr) => self.call_descr_with(&init, &obj, args)?,
            Some(Kind::Function) => {
                let mut all: SmallVec<[Value; 8]> =
                    SmallVec::with_capacity(args.values().len() + 1);
                all.push(obj.clone());
                all.extend(args.values().iter().cloned());
                self.call_args(&init, Args::with_names(&all, args.names()))?
            }
            _ => {
                let bound = self.descr_get(&init, Some(&obj), self.type_of(&obj))?;
                self.call_args(&bound, args)?
            }
        };
        self.check_init_result(&r)?;
        Ok(obj)
    }

    /// A type's name with its module, as some messages and reprs show it.
    pub fn full_type_name(&self, ty: &PyType) -> String {
        let q = self.str_lossy(&ty.qualname.get());
        match self.own_attr(ty, &self.names.module) {
            Some(m) if self.is_str(&m) => {
                let m = self.str_lossy(&m);
                if m == "builtins" {
                    q
                } else {
                    format!("{m}.{q}")
                }
            }
            _ => q,
        }
    }
}

/// Whether a class's `__new__` is the static method that holds a Python function.
fn is_python_new(new: &Value) -> bool {
    let exact = !new.header().is_some_and(Header::is_subclass);
    let function = new.downcast::<PyStaticMethod>().map(|s| s.func.get());
    exact && function.is_some_and(|f| f.kind() == Some(Kind::Function))
}
