//! Calls of native functions and binding of arguments to their parameters; `misfit` words the errors.
//!
//! What a native function gets is one slice. Where that is not the caller's own, it is put together from values that
//! are lent: they stay the caller's, whom the call outlives, and nothing is counted.

use std::mem::MaybeUninit;

use smallvec::SmallVec;

use super::Vm;
use super::misfit::Misfit;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

type Bound = SmallVec<[Value; 8]>;

/// Longest slice of lent values.
const LENT: usize = 8;

/// What a native function belongs to, for messages: its type or, by name, its module.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    Value(&'a Value),
    Of(&'a PyBuiltin),
}

impl Owner<'_> {
    fn get(self) -> Value {
        match self {
            Owner::Value(v) => v.clone(),
            Owner::Of(b) if b.owner.is_null() => b.module.get(),
            Owner::Of(b) => b.owner.get(),
        }
    }

    /// The instance that a method is bound to that was looked up before it was called.
    fn bound_to(self) -> Option<Value> {
        match self {
            Owner::Of(b) if !b.owner.is_null() && !b.this.is_null() => Some(b.this.get()),
            _ => None,
        }
    }
}

/// Calls `f` with a slice of at least `n` values, at most [`LENT`]: those given, then NULL.
#[inline(always)]
fn lend<'a, R>(
    values: impl Iterator<Item = &'a Value>,
    n: usize,
    f: impl FnOnce(&[Value]) -> R,
) -> R {
    let mut lent = [const { MaybeUninit::<Value>::uninit() }; LENT];
    let mut at = 0;
    for (slot, v) in lent.iter_mut().zip(values) {
        // SAFETY: a bitwise copy that is never dropped, of a value that is borrowed for longer.
        slot.write(unsafe { std::ptr::read(v) });
        at += 1;
    }
    while at < n {
        lent[at].write(Value::NULL);
        at += 1;
    }
    // SAFETY: the first `at` values have been written.
    f(unsafe { std::slice::from_raw_parts(lent.as_ptr().cast(), at) })
}

/// Calls `f` with `this` and then `args`.
#[inline(always)]
pub(super) fn with_this<R>(this: &Value, args: &[Value], f: impl FnOnce(&[Value]) -> R) -> R {
    if args.len() < LENT {
        return lend(std::iter::once(this).chain(args), 0, f);
    }
    let mut all = Vec::with_capacity(args.len() + 1);
    all.push(this.clone());
    all.extend(args.iter().cloned());
    f(&all)
}

impl Vm {
    /// Calls a native function.
    pub(crate) fn call_builtin(&self, b: &PyBuiltin, args: Args<'_>) -> PyResult {
        let def = b.def;
        if def.access == Access::New {
            return self.call_new(b, def, args);
        }
        let owner = Owner::Of(b);
        if b.this.is_null() || def.access == Access::StaticMethod {
            return match def.func {
                NativeFn::Raw(f) => f(self, &args),
                NativeFn::Bound(f) => self.call_bound(def, f, owner, 0, args.pos(), args),
            };
        }
        let this = b.this.get();
        self.call_method_of(def, owner, &this, args)
    }

    /// Calls a native function with one more argument, before the others.
    pub(crate) fn call_builtin_with(
        &self,
        b: &PyBuiltin,
        first: &Value,
        args: Args<'_>,
    ) -> PyResult {
        with_this(first, args.values(), |all| {
            self.call_builtin(b, Args::with_names(all, args.names()))
        })
    }

    /// Calls a descriptor of a type as a function, for an instance.
    pub(crate) fn call_descr_with(&self, f: &Value, this: &Value, args: Args<'_>) -> PyResult {
        with_this(this, args.values(), |all| {
            self.call_descr(f, Args::with_names(all, args.names()))
        })
    }

    /// Calls a native method of `this`; the other arguments are not checked yet.
    pub(super) fn call_method_of(
        &self,
        def: &'static MethodDef,
        owner: Owner<'_>,
        this: &Value,
        args: Args<'_>,
    ) -> PyResult {
        match def.func {
            NativeFn::Raw(f) => with_this(this, args.values(), |all| {
                f(self, &Args::with_names(all, args.names()))
            }),
            NativeFn::Bound(f) => with_this(this, args.pos(), |pos| {
                self.call_bound(def, f, owner, 1, pos, args)
            }),
        }
    }

    /// Calls a native method or `__new__` with the instance or class, which suits it, and further arguments; `None`, with
    /// nothing done, if these have to be bound first.
    #[inline(always)]
    pub(super) fn call_fitting(
        &self,
        def: &MethodDef,
        first: &Value,
        args: Args<'_>,
    ) -> Option<PyResult> {
        match def.func {
            NativeFn::Raw(f) => Some(with_this(first, args.values(), |all| {
                f(self, &Args::with_names(all, args.names()))
            })),
            NativeFn::Bound(f) => {
                let (p, given) = (def.params, args.values().len());
                let all = 1 + p.positional as usize + p.keyword_only as usize;
                let fits = given >= p.required as usize && given <= p.positional as usize;
                if args.has_keywords() || !fits || all > LENT {
                    return None;
                }
                let values = std::iter::once(first).chain(args.values());
                Some(lend(values, all, |bound| f(self, bound)))
            }
        }
    }

    /// Calls a class attribute that is a native method of the object's type, which the caller has looked up.
    #[inline]
    pub(crate) fn call_own_method(&self, d: &PyDescr, this: &Value, args: &[Value]) -> PyResult {
        match d.access {
            DescrAccess::Method(def) => {
                let args = Args::positional(args);
                if let Some(r) = self.call_fitting(def, this, args) {
                    return r;
                }
                let owner = Owner::Value(d.owner.as_value());
                self.call_method_of(def, owner, this, args)
            }
            _ => Err(self.not_callable(&value_of(d))),
        }
    }

    fn call_new(&self, b: &PyBuiltin, def: &'static MethodDef, args: Args<'_>) -> PyResult {
        let owner = b.owner.get();
        let owner_type = owner.downcast::<PyType>();
        let name = || owner_type.map(PyType::name).unwrap_or_default();
        let Some(class) = args.pos().first() else {
            let text = format!("{}.__new__(): not enough arguments", name());
            return Err(self.type_error(&text));
        };
        let Some(cls) = class.downcast::<PyType>() else {
            let name = name();
            return Err(self.type_error(&format!(
                "{name}.__new__(X): X is not a type object ({})",
                self.type_name(class)
            )));
        };
        if !owner_type.is_some_and(|o| cls.is_subtype(o)) {
            let name = name();
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
        match def.func {
            NativeFn::Raw(f) => f(self, &args),
            NativeFn::Bound(f) => self.call_bound(def, f, Owner::Of(b), 1, args.pos(), args),
        }
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
            let text = if super::descriptors::is_slot_name(def.name) || self.version < Version::V3_9
            {
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
        let ty = self.type_of(first);
        if !std::ptr::eq(ty, &*d.owner) && !ty.is_subtype(&d.owner) {
            let text = if super::descriptors::is_slot_name(def.name) || self.version < Version::V3_8
            {
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
        match def.func {
            NativeFn::Raw(f) => f(self, &args),
            NativeFn::Bound(f) => {
                let owner = Owner::Value(d.owner.as_value());
                self.call_bound(def, f, owner, 1, args.pos(), args)
            }
        }
    }

    /// Calls a native function with its arguments bound. The first `lead` of `pos` are not parameters (`self`, or the
    /// class of `__new__`).
    #[inline]
    fn call_bound(
        &self,
        def: &'static MethodDef,
        f: fn(&Vm, &[Value]) -> PyResult,
        owner: Owner<'_>,
        lead: usize,
        pos: &[Value],
        args: Args<'_>,
    ) -> PyResult {
        let p = def.params;
        let (least, most) = (lead + p.required as usize, lead + p.positional as usize);
        let all = most + p.keyword_only as usize;
        if !args.has_keywords() {
            if pos.len() == all {
                return f(self, pos);
            }
            if pos.len() >= least && pos.len() <= most && all <= LENT {
                return lend(pos.iter(), all, |bound| f(self, bound));
            }
        }
        let bound = self.bind_native(def, owner, lead, pos, args)?;
        f(self, &bound)
    }

    /// Binds arguments to the parameters of a native function. The first `lead` of `pos` are not parameters (`self`).
    fn bind_native(
        &self,
        def: &'static MethodDef,
        owner: Owner<'_>,
        lead: usize,
        pos: &[Value],
        args: Args<'_>,
    ) -> PyResult<Bound> {
        let p = def.params;
        let (npos, nkw) = (p.positional as usize, p.keyword_only as usize);
        let given = pos.len().saturating_sub(lead);
        let named = args.keywords().count();
        let wrong = Misfit {
            vm: self,
            def,
            owner: owner.get(),
            this: owner.bound_to(),
        };
        wrong.check_counts(given, named)?;
        let mut out: Bound = SmallVec::with_capacity(lead + npos + nkw);
        out.extend(pos.iter().cloned());
        while out.len() < lead + npos + nkw {
            out.push(Value::NULL);
        }
        if named > 0 {
            let mut unknown = None;
            for (k, v) in args.keywords() {
                let text = k.downcast::<PyStr>().and_then(PyStr::as_ascii);
                let mut by_name = parameter_names(def.sig).skip(p.positional_only as usize);
                match by_name.position(|n| text == Some(n)) {
                    Some(i) => {
                        let at = i + p.positional_only as usize;
                        if !out[lead + at].is_null() {
                            return Err(wrong.given_twice(text.unwrap_or_default(), at));
                        }
                        out[lead + at] = v.clone();
                    }
                    None => unknown = unknown.or(Some(k)),
                }
            }
            for i in 0..p.required as usize {
                if out[lead + i].is_null() {
                    return Err(wrong.missing(i));
                }
            }
            if let Some(k) = unknown {
                return Err(wrong.unknown_keyword(k));
            }
        }
        Ok(out)
    }

    pub(crate) fn is_builtin_next(&self, b: &PyBuiltin) -> bool {
        b.def.access == Access::Function && b.this.is_null()
    }
}

/// The names of the parameters in a signature, keyword-only ones last.
pub(crate) fn parameter_names(sig: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = sig;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            // Byte by byte: the text is too short for a search to pay.
            let end = rest.bytes().position(|b| b == b',').unwrap_or(rest.len());
            let part = rest.get(..end).unwrap_or_default().trim_ascii();
            rest = rest.get(end + 1..).unwrap_or_default();
            if !matches!(part, "" | "/" | "*") {
                return Some(part.strip_suffix('=').unwrap_or(part));
            }
        }
        None
    })
}
