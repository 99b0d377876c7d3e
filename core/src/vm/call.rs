//! Calls from Rust, native functions, and making instances.

use smallvec::SmallVec;

use super::Vm;
use crate::args::Args;
use crate::decode::{Operand, decode};
use crate::error::{PyResult, Raise};
use crate::interp::{Linked, link, run_function};
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

type Bound = SmallVec<[Value; 8]>;

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
            Some(this) => {
                let mut all: SmallVec<[Value; 4]> = SmallVec::with_capacity(args.len() + 1);
                all.push(this);
                all.extend(args.iter().cloned());
                self.call(&f, &all)
            }
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
        let names = self.new_tuple(keywords.iter().map(|(k, _)| k.clone()).collect());
        let mut all = args.to_vec();
        all.extend(keywords.iter().map(|(_, v)| v.clone()));
        self.call_args(f, Args::with_names(&all, names.downcast()))
    }

    /// Calls anything.
    pub fn call_args(&self, f: &Value, args: Args<'_>) -> PyResult {
        match f.kind() {
            Some(Kind::Function) => match f.downcast::<PyFunction>() {
                Some(func) => run_function(self, func, args, Value::NULL),
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
                let mut all: SmallVec<[Value; 8]> =
                    SmallVec::with_capacity(args.values().len() + 1);
                all.push(m.this.clone());
                all.extend(args.values().iter().cloned());
                let func = m.func.clone();
                self.call_args(&func, Args::with_names(&all, args.names()))
            }
            Some(Kind::Type) => match f.downcast::<PyType>() {
                Some(t) => self.call_type(t, args),
                None => Err(self.not_callable(f)),
            },
            Some(Kind::Descr) => self.call_descr(f, args),
            _ => {
                let ty = self.type_of(f);
                let Some(call) = self.lookup_type(ty, &self.names.call) else {
                    return Err(self.not_callable(f));
                };
                self.check_rust_stack()?;
                if call.kind() == Some(Kind::Function) || call.kind() == Some(Kind::Descr) {
                    let mut all: SmallVec<[Value; 8]> =
                        SmallVec::with_capacity(args.values().len() + 1);
                    all.push(f.clone());
                    all.extend(args.values().iter().cloned());
                    return self.call_args(&call, Args::with_names(&all, args.names()));
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
        run_function(self, f, args, Value::NULL)
    }

    /// Runs the code of a function without parameters in a namespace: a module or class body.
    pub fn run_in_namespace(&self, f: &PyFunction, locals: Value) -> PyResult {
        run_function(self, f, Args::positional(&[]), locals)
    }

    /// How messages name a Python function: by its qualified name from 3.10 on, before by its code's.
    pub(crate) fn callable_name(&self, f: &PyFunction) -> String {
        if self.version >= Version::V3_10 {
            return self.str_lossy(&f.qualname.get());
        }
        f.code().code.name.to_string()
    }

    // Native functions.

    /// Calls a native function.
    pub(crate) fn call_builtin(&self, b: &PyBuiltin, args: Args<'_>) -> PyResult {
        let this = b.this.get();
        let def = b.def;
        if def.access == Access::New {
            return self.call_new(b, def, args);
        }
        let this = if def.access == Access::StaticMethod {
            None
        } else {
            this.opt()
        };
        let owner = if b.owner.is_null() {
            b.module.get()
        } else {
            b.owner.get()
        };
        self.call_native(def, &owner, this, args)
    }

    fn call_new(&self, b: &PyBuiltin, def: &'static MethodDef, args: Args<'_>) -> PyResult {
        let owner = b.owner.get();
        let owner_type = owner.downcast::<PyType>();
        let name = owner_type.map(PyType::name).unwrap_or_default();
        let Some(class) = args.pos().first() else {
            return Err(self.type_error(&format!("{name}.__new__(): not enough arguments")));
        };
        let Some(cls) = class.downcast::<PyType>() else {
            return Err(self.type_error(&format!(
                "{name}.__new__(X): X is not a type object ({})",
                self.type_name(class)
            )));
        };
        if !owner_type.is_some_and(|o| cls.is_subtype(o)) {
            return Err(self.type_error(&format!(
                "{name}.__new__({0}): {0} is not a subtype of {name}",
                cls.name()
            )));
        }
        if owner_type.is_some_and(|o| o.kind() != cls.kind() && o.kind() == Kind::Object)
            && def.name == "__new__"
        {
            // `object.__new__` for a class with another layout.
            let base = cls.base.get();
            if !cls.is_heap() || base.downcast::<PyType>().is_some() {
                return Err(self.type_error(&format!(
                    "object.__new__({0}) is not safe, use {1}.__new__()",
                    cls.name(),
                    self.solid_base_name(cls)
                )));
            }
        }
        self.call_native(def, &owner, None, args)
    }

    fn solid_base_name(&self, ty: &PyType) -> String {
        let mut at = Ref::new(ty);
        while at.is_heap() {
            match at.base.get().to_ref::<PyType>() {
                Some(b) => at = b,
                None => break,
            }
        }
        at.name()
    }

    /// Calls a descriptor of a type as a function: the first argument is the instance.
    pub(crate) fn call_descr(&self, f: &Value, args: Args<'_>) -> PyResult {
        let Some(d) = f.downcast::<PyDescr>() else {
            return Err(self.not_callable(f));
        };
        let DescrAccess::Method(def) = d.access else {
            return Err(self.not_callable(f));
        };
        let Some(first) = args.pos().first() else {
            let text = if super::attr::is_slot_name(def.name) || self.version < Version::V3_9 {
                format!(
                    "descriptor '{}' of '{}' object needs an argument",
                    def.name,
                    d.owner.name()
                )
            } else {
                format!(
                    "unbound method {}.{}() needs an argument",
                    d.owner.name(),
                    def.name
                )
            };
            return Err(self.type_error(&text));
        };
        if def.access == Access::ClassMethod {
            let Some(t) = first.downcast::<PyType>() else {
                return Err(self.type_error(&format!(
                    "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                    def.name,
                    d.owner.name(),
                    self.type_name(first)
                )));
            };
            let bound = self.new_builtin_method(def, d.owner.value(), value_of(t));
            let rest = Args::with_names(&args.values()[1..], args.names());
            return self.call_args(&bound, rest);
        }
        if !self.type_of(first).is_subtype(&d.owner) {
            let text = if super::attr::is_slot_name(def.name) || self.version < Version::V3_8 {
                format!(
                    "descriptor '{}' requires a '{}' object but received a '{}'",
                    def.name,
                    d.owner.name(),
                    self.type_name(first)
                )
            } else {
                format!(
                    "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                    def.name,
                    d.owner.name(),
                    self.type_name(first)
                )
            };
            return Err(self.type_error(&text));
        }
        self.call_native_method(def, d.owner.as_value(), args)
    }

    /// Calls a native method whose first positional argument is the (checked) instance.
    #[inline]
    fn call_native_method(
        &self,
        def: &'static MethodDef,
        owner: &Value,
        args: Args<'_>,
    ) -> PyResult {
        match def.func {
            NativeFn::Raw(f) => f(self, &args),
            NativeFn::Bound(f) => {
                let p = def.params;
                if !args.has_keywords()
                    && p.keyword_only == 0
                    && args.pos().len() == p.positional as usize + 1
                {
                    return f(self, args.pos());
                }
                let bound = self.bind_native(def, owner, 1, args.pos(), args)?;
                f(self, &bound)
            }
        }
    }

    /// Calls a native function; `this` comes first.
    fn call_native(
        &self,
        def: &'static MethodDef,
        owner: &Value,
        this: Option<&Value>,
        args: Args<'_>,
    ) -> PyResult {
        match (def.func, this) {
            (NativeFn::Raw(f), None) => f(self, &args),
            (NativeFn::Raw(f), Some(this)) => {
                let mut all: Bound = SmallVec::with_capacity(args.values().len() + 1);
                all.push(this.clone());
                all.extend(args.values().iter().cloned());
                f(self, &Args::with_names(&all, args.names()))
            }
            (NativeFn::Bound(f), None) => {
                let p = def.params;
                let lead = (def.access == Access::New) as usize;
                if !args.has_keywords()
                    && p.keyword_only == 0
                    && args.pos().len() == p.positional as usize + lead
                {
                    return f(self, args.pos());
                }
                let bound = self.bind_native(def, owner, lead, args.pos(), args)?;
                f(self, &bound)
            }
            (NativeFn::Bound(f), Some(this)) => {
                let mut all: Bound = SmallVec::with_capacity(args.pos().len() + 1);
                all.push(this.clone());
                all.extend(args.pos().iter().cloned());
                let p = def.params;
                if !args.has_keywords()
                    && p.keyword_only == 0
                    && all.len() == p.positional as usize + 1
                {
                    return f(self, &all);
                }
                let bound = self.bind_native(def, owner, 1, &all, args)?;
                f(self, &bound)
            }
        }
    }

    /// Binds arguments to the parameters of a native function. The first `lead` of `pos` are not parameters (`self`).
    fn bind_native(
        &self,
        def: &'static MethodDef,
        owner: &Value,
        lead: usize,
        pos: &[Value],
        args: Args<'_>,
    ) -> PyResult<Bound> {
        let p = def.params;
        let (npos, nkw) = (p.positional as usize, p.keyword_only as usize);
        let given = pos.len().saturating_sub(lead);
        if given > npos || (!args.has_keywords() && given < p.required as usize) {
            return Err(self.native_arity(def, given, owner));
        }
        let mut out: Bound = SmallVec::with_capacity(lead + npos + nkw);
        out.extend(pos.iter().cloned());
        while out.len() < lead + npos + nkw {
            out.push(Value::NULL);
        }
        if args.has_keywords() {
            let names: SmallVec<[&str; 8]> = parameter_names(def.sig).collect();
            if names.len() == p.positional_only as usize {
                return Err(self.type_error(&format!(
                    "{}() takes no keyword arguments",
                    self.native_name(def, owner)
                )));
            }
            for (k, v) in args.keywords() {
                let text = self.str_lossy(k);
                match names
                    .iter()
                    .skip(p.positional_only as usize)
                    .position(|n| *n == text)
                {
                    Some(i) => {
                        let at = lead + i + p.positional_only as usize;
                        if !out[at].is_null() {
                            let text = if self.version >= Version::V3_7 {
                                format!(
                                    "argument for {}() given by name ('{text}') and position ({})",
                                    def.name,
                                    i + p.positional_only as usize + 1
                                )
                            } else {
                                format!(
                                    "Argument given by name ('{text}') and position ({})",
                                    i + 1
                                )
                            };
                            return Err(self.type_error(&text));
                        }
                        out[at] = v.clone();
                    }
                    None => return Err(self.native_keyword(def, &text, owner)),
                }
            }
            for i in 0..p.required as usize {
                if out[lead + i].is_null() {
                    let name = names.get(i).copied().unwrap_or_default();
                    let text = if i < p.positional_only as usize {
                        return Err(self.native_arity(def, given, owner));
                    } else if self.version >= Version::V3_7 {
                        format!(
                            "{}() missing required argument '{name}' (pos {})",
                            def.name,
                            i + 1
                        )
                    } else {
                        format!("Required argument '{name}' (pos {}) not found", i + 1)
                    };
                    return Err(self.type_error(&text));
                }
            }
        }
        Ok(out)
    }

    /// `type.name` or `name`, as messages of this version say it.
    fn native_name(&self, def: &MethodDef, owner: &Value) -> String {
        if self.version < Version::V3_9 || is_constructor(def) {
            return self.bare_name(def, owner);
        }
        match owner.downcast::<PyType>() {
            Some(t) => format!("{}.{}", t.name(), def.name),
            None if self.is_str(owner) && self.str_lossy(owner) != "builtins" => {
                format!("{}.{}", self.str_lossy(owner), def.name)
            }
            None => def.name.to_string(),
        }
    }

    /// The name without its class; for a constructor that of the class.
    fn bare_name(&self, def: &MethodDef, owner: &Value) -> String {
        match owner.downcast::<PyType>() {
            Some(t) if is_constructor(def) => t.name(),
            _ => def.name.to_string(),
        }
    }

    fn native_keyword(&self, def: &MethodDef, name: &str, owner: &Value) -> Raise {
        let function = self.bare_name(def, owner);
        let text = if self.version >= Version::V3_13 {
            format!("{function}() got an unexpected keyword argument '{name}'")
        } else if self.version >= Version::V3_7 {
            format!("'{name}' is an invalid keyword argument for {function}()")
        } else {
            format!("'{name}' is an invalid keyword argument for this function")
        };
        self.type_error(&text)
    }

    fn native_arity(&self, def: &MethodDef, given: usize, owner: &Value) -> Raise {
        let p = def.params;
        let (min, max) = (p.required as usize, p.positional as usize);
        let name = self.bare_name(def, owner);
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let slot = super::attr::is_slot_name(def.name) && !is_constructor(def);
        let text = if slot {
            let want = if given < min { min } else { max };
            let plural = if self.version >= Version::V3_8 {
                s(want)
            } else {
                "s"
            };
            format!("expected {want} argument{plural}, got {given}")
        } else if max == 0 && p.keyword_only == 0 {
            format!(
                "{}() takes no arguments ({given} given)",
                self.native_name(def, owner)
            )
        } else if max == 0 && self.version >= Version::V3_7 {
            format!("{name}() takes no positional arguments")
        } else if min == 1 && max == 1 && p.positional_only == 1 && p.keyword_only == 0 {
            format!(
                "{}() takes exactly one argument ({given} given)",
                self.native_name(def, owner)
            )
        } else if p.positional_only as usize == max && p.keyword_only == 0 {
            let (how, n) = if min == max {
                ("", max)
            } else if given < min {
                ("at least ", min)
            } else {
                ("at most ", max)
            };
            if self.version >= Version::V3_8 {
                format!("{name} expected {how}{n} argument{}, got {given}", s(n))
            } else {
                format!("{name} expected {how}{n} arguments, got {given}")
            }
        } else if given < min {
            let first = parameter_names(def.sig).nth(given).unwrap_or_default();
            if self.version >= Version::V3_7 {
                format!(
                    "{name}() missing required argument '{first}' (pos {})",
                    given + 1
                )
            } else {
                format!("Required argument '{first}' (pos {}) not found", given + 1)
            }
        } else {
            let how = if min == max { "exactly" } else { "at most" };
            let kind = if p.keyword_only > 0 {
                "positional argument"
            } else {
                "argument"
            };
            format!(
                "{name}() takes {how} {max} {kind}{} ({given} given)",
                s(max)
            )
        };
        self.type_error(&text)
    }

    // Classes.

    /// The Python `__init__` of an ordinary class, where calling the class means no more than making an instance and
    /// running it: `__new__` and the metaclass's `__call__` are the builtin ones.
    #[inline(always)]
    pub(crate) fn simple_init(&self, ty: &PyType) -> Option<Value> {
        let (version, init) = ty.simple_init.get();
        if version != 0 && version == ty.version.get() && !ty.flags().any(TypeFlags::ABSTRACT) {
            return super::attr::cached_value(init);
        }
        self.find_simple_init(ty)
    }

    #[inline(never)]
    fn find_simple_init(&self, ty: &PyType) -> Option<Value> {
        if !ty.is_heap() || ty.kind() != Kind::Object || ty.flags().any(TypeFlags::ABSTRACT) {
            return None;
        }
        let meta = ty.header.ty();
        if meta.is_heap()
            && self
                .lookup_type(meta, &self.names.call)
                .is_some_and(|c| c.kind() != Some(Kind::Descr))
        {
            return None;
        }
        let init = self.lookup_type(ty, &self.names.init)?;
        if init.kind() != Some(Kind::Function) || !self.is_object_new(ty) {
            return None;
        }
        self.guess_attributes(ty);
        if !meta.is_heap() {
            ty.simple_init.set((ty.ensure_version(self), init.bits()));
        }
        Some(init)
    }

    /// Makes room for the attributes that the `__init__` of a class and those of its bases seem to set, so that the
    /// very first instances have them inline.
    fn guess_attributes(&self, ty: &PyType) {
        let mro = ty.mro.get();
        let table = self.table();
        let info = &table.info;
        let store = info.number("STORE_ATTR");
        let mut names: Vec<Value> = Vec::new();
        for class in mro
            .downcast::<PyTuple>()
            .into_iter()
            .flat_map(PyTuple::iter)
        {
            let init = class
                .downcast::<PyType>()
                .and_then(|c| self.own_attr(c, &self.names.init));
            let Some(f) = init.as_ref().and_then(Value::downcast::<PyFunction>) else {
                continue;
            };
            let code = &f.code().code;
            // Code that cannot be decoded will be refused when it is called.
            let Ok(decoded) = decode(code, info) else {
                continue;
            };
            for i in decoded.instructions.iter().filter(|i| Some(i.op) == store) {
                if let Operand::Name(n, _) = i.operand
                    && let Some(name) = code.names.get(n as usize)
                {
                    let name = self.intern_text(name.view());
                    if !names.iter().any(|n| n.is(&name)) {
                        names.push(name);
                    }
                }
            }
        }
        ty.learn_inline(names.len());
    }

    /// The native `__new__` of a builtin class, where calling the class means no more than that.
    #[inline(always)]
    pub(crate) fn native_new(&self, ty: &PyType) -> Option<&'static MethodDef> {
        match ty.native_new.get() {
            Some(known) => known,
            None => self.find_native_new(ty),
        }
    }

    #[inline(never)]
    fn find_native_new(&self, ty: &PyType) -> Option<&'static MethodDef> {
        let def = || {
            if ty.is_heap() || ty.header.ty().is_heap() || ty.flags().any(TypeFlags::NO_NEW) {
                return None;
            }
            let init = self.lookup_type(ty, &self.names.init)?;
            if !std::ptr::eq(&*init.downcast::<PyDescr>()?.owner, &*self.types.object) {
                return None;
            }
            let new = self.lookup_type(ty, &self.names.new)?;
            let new = new.downcast::<PyBuiltin>()?;
            (new.def.access == Access::New && new.owner.get().is(&value_of(ty))).then_some(new.def)
        };
        let def = def();
        ty.native_new.set(Some(def));
        def
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
        let mut all: SmallVec<[Value; 8]> = SmallVec::with_capacity(args.values().len() + 1);
        all.push(value_of(ty));
        all.extend(args.values().iter().cloned());
        let new = self.descr_get(&new, None, ty)?;
        let obj = self.call_args(&new, Args::with_names(&all, args.names()))?;
        let obj_type = self.type_of(&obj);
        if !obj_type.is_subtype(ty) {
            return Ok(obj);
        }
        let Some(init) = self.lookup_type(obj_type, &self.names.init) else {
            return Ok(obj);
        };
        all[0] = obj.clone();
        let r = match init.kind() {
            Some(Kind::Function | Kind::Descr) => {
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

    pub(crate) fn is_builtin_next(&self, b: &PyBuiltin) -> bool {
        b.def.access == Access::Function && b.this.is_null()
    }
}

/// Whether messages name the class instead of the method.
fn is_constructor(def: &MethodDef) -> bool {
    def.access == Access::New || def.name == "__init__"
}

/// The names of the parameters in a signature, keyword-only ones last.
pub(crate) fn parameter_names(sig: &'static str) -> impl Iterator<Item = &'static str> {
    sig.split(',')
        .map(str::trim)
        .filter(|p| !p.is_empty() && *p != "/" && *p != "*")
        .map(|p| p.trim_end_matches('='))
}
