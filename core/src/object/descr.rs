//! Native functions and the descriptors that hold them; property, staticmethod and classmethod.

use super::{Header, Kind, Object, PyType, Ref, ValueCell};
use crate::args::Args;
use crate::error::PyResult;
use crate::value::Value;
use crate::version::{Version, VersionRange};
use crate::vm::Vm;

/// `tp_iternext` of a builtin iterator: the next item, or `None` at the end.
pub type NextFn = fn(&Vm, &Value) -> PyResult<Option<Value>>;

/// What comes next from an iterator.
#[derive(Debug)]
pub enum NextItem {
    /// Nothing: the end.
    End,
    /// An item.
    Whole(Value),
    /// What would be a tuple of these two, for a caller who takes it apart at once.
    Parts(Value, Value),
}

/// As [`NextFn`], for iterators whose items are pairs that they make.
pub type PartsFn = fn(&Vm, &Value) -> PyResult<NextItem>;

/// What calling an object does.
pub type CallFn = fn(&Vm, &Value, &Args<'_>) -> PyResult;

/// The Rust function behind a native function.
#[derive(Clone, Copy)]
pub enum NativeFn {
    /// Arguments are bound to the parameters of the signature first: `args` has one value for each (`self` first for
    /// a method), NULL where an optional one was not given.
    Bound(fn(&Vm, &[Value]) -> PyResult),
    /// Arguments as the caller gave them.
    Raw(fn(&Vm, &Args<'_>) -> PyResult),
}

/// How a native function is bound when it is read from a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// A function of a module.
    Function,
    /// A method: the instance comes first.
    Method,
    /// A class method: the class comes first.
    ClassMethod,
    /// A static method.
    StaticMethod,
    /// `__new__`: static, and checks its first argument.
    New,
    /// No method at all: the attribute is None (`__hash__` of types without one).
    Absent,
}

/// Counts of a signature, computed at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Positional parameters.
    pub positional: u8,
    /// Positional parameters that must be given.
    pub required: u8,
    /// Positional-only parameters.
    pub positional_only: u8,
    /// Keyword-only parameters.
    pub keyword_only: u8,
}

impl Param {
    /// Counts the parameters of a signature such as `"object, /"` or `"iterable, /, *, key=, reverse="`.
    pub const fn count(sig: &str) -> Param {
        let b = sig.as_bytes();
        let mut p = Param {
            positional: 0,
            required: 0,
            positional_only: 0,
            keyword_only: 0,
        };
        let (mut i, mut keyword) = (0, false);
        while i < b.len() {
            while i < b.len() && (b[i] == b' ' || b[i] == b',') {
                i += 1;
            }
            if i >= b.len() {
                break;
            }
            if b[i] == b'/' {
                p.positional_only = p.positional;
                i += 1;
                continue;
            }
            if b[i] == b'*' {
                keyword = true;
                i += 1;
                continue;
            }
            let mut optional = false;
            while i < b.len() && b[i] != b',' {
                if b[i] == b'=' {
                    optional = true;
                }
                i += 1;
            }
            if keyword {
                p.keyword_only += 1;
            } else {
                p.positional += 1;
                if !optional {
                    p.required += 1;
                }
            }
        }
        p
    }
}

/// A native function: name, signature and Rust function. Always a `static`.
pub struct MethodDef {
    /// The name in Python.
    pub name: &'static str,
    /// Parameters without `self`: names, `=` behind optional ones, `/` and `*` as in Python. `"..."` for [`NativeFn::Raw`].
    pub sig: &'static str,
    /// Counts of `sig`.
    pub params: Param,
    /// How it is bound.
    pub access: Access,
    /// What it does.
    pub func: NativeFn,
    /// The docstring; empty for none.
    pub doc: &'static str,
    /// The versions that have it. One name may have several definitions, of which the ranges do not overlap.
    pub versions: VersionRange,
    /// What call instructions may do themselves.
    pub shortcut: Shortcut,
}

/// What a native function does with values of builtin types, so that call instructions may do it in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shortcut {
    /// Only the function knows.
    No,
    /// `len(x)`.
    Len,
    /// `isinstance(x, C)`.
    IsInstance,
    /// `list.append(x)`.
    Append,
    /// `object.__new__(C)`.
    ObjectNew,
}

impl MethodDef {
    const fn new(
        name: &'static str,
        sig: &'static str,
        access: Access,
        func: NativeFn,
    ) -> MethodDef {
        MethodDef {
            name,
            sig,
            params: Param::count(sig),
            access,
            func,
            doc: "",
            versions: VersionRange::ALL,
            shortcut: Shortcut::No,
        }
    }

    /// A function of a module.
    pub const fn function(
        name: &'static str,
        sig: &'static str,
        f: fn(&Vm, &[Value]) -> PyResult,
    ) -> MethodDef {
        MethodDef::new(name, sig, Access::Function, NativeFn::Bound(f))
    }

    /// A method; `args[0]` is the instance, of the right type.
    pub const fn method(
        name: &'static str,
        sig: &'static str,
        f: fn(&Vm, &[Value]) -> PyResult,
    ) -> MethodDef {
        MethodDef::new(name, sig, Access::Method, NativeFn::Bound(f))
    }

    /// A class method; `args[0]` is the class.
    pub const fn class_method(
        name: &'static str,
        sig: &'static str,
        f: fn(&Vm, &[Value]) -> PyResult,
    ) -> MethodDef {
        MethodDef::new(name, sig, Access::ClassMethod, NativeFn::Bound(f))
    }

    /// A static method.
    pub const fn static_method(
        name: &'static str,
        sig: &'static str,
        f: fn(&Vm, &[Value]) -> PyResult,
    ) -> MethodDef {
        MethodDef::new(name, sig, Access::StaticMethod, NativeFn::Bound(f))
    }

    /// `__new__`; `args[0]` is the class, checked to be a subtype of the type that the definition belongs to.
    pub const fn new_method(sig: &'static str, f: fn(&Vm, &[Value]) -> PyResult) -> MethodDef {
        MethodDef::new("__new__", sig, Access::New, NativeFn::Bound(f))
    }

    /// A function that takes its arguments raw (`*args`, `**kwargs`).
    pub const fn raw(
        name: &'static str,
        access: Access,
        f: fn(&Vm, &Args<'_>) -> PyResult,
    ) -> MethodDef {
        MethodDef::new(name, "...", access, NativeFn::Raw(f))
    }

    /// An attribute that is None: a method that the base has and this type has not.
    pub const fn absent(name: &'static str) -> MethodDef {
        MethodDef::new(
            name,
            "",
            Access::Absent,
            NativeFn::Bound(|_, _| Ok(Value::NONE)),
        )
    }

    /// The same with a docstring.
    pub const fn doc(mut self, doc: &'static str) -> MethodDef {
        self.doc = doc;
        self
    }

    /// The same, which call instructions may do themselves.
    pub const fn shortcut(mut self, shortcut: Shortcut) -> MethodDef {
        self.shortcut = shortcut;
        self
    }

    /// The same, in this version and later ones only.
    pub const fn since(mut self, first: Version) -> MethodDef {
        self.versions = VersionRange::new(first, self.versions.last());
        self
    }

    /// The same, in this version and earlier ones only.
    pub const fn until(mut self, last: Version) -> MethodDef {
        self.versions = VersionRange::new(self.versions.first(), last);
        self
    }
}

/// Reads a computed attribute of an object.
pub type GetFn = fn(&Vm, &Value) -> PyResult;

/// A computed attribute of a builtin type. Always a `static`.
pub struct GetSet {
    /// The name in Python.
    pub name: &'static str,
    /// Reads it.
    pub get: GetFn,
    /// Sets it, or deletes it (NULL); `None`: read-only.
    pub set: Option<fn(&Vm, &Value, Value) -> PyResult<()>>,
    /// Whether Python calls it a member (`<member 'x' of …>`).
    pub member: bool,
    /// The versions that have it.
    pub versions: VersionRange,
}

impl GetSet {
    /// A read-only attribute.
    pub const fn get(name: &'static str, get: GetFn) -> GetSet {
        GetSet {
            name,
            get,
            set: None,
            member: false,
            versions: VersionRange::ALL,
        }
    }

    /// An attribute that can be set.
    pub const fn get_set(
        name: &'static str,
        get: GetFn,
        set: fn(&Vm, &Value, Value) -> PyResult<()>,
    ) -> GetSet {
        GetSet {
            name,
            get,
            set: Some(set),
            member: false,
            versions: VersionRange::ALL,
        }
    }

    /// The same as a member.
    pub const fn member(mut self) -> GetSet {
        self.member = true;
        self
    }

    /// The same, in this version and later ones only.
    pub const fn since(mut self, first: Version) -> GetSet {
        self.versions = VersionRange::new(first, self.versions.last());
        self
    }

    /// The same, in this version and earlier ones only.
    pub const fn until(mut self, last: Version) -> GetSet {
        self.versions = VersionRange::new(self.versions.first(), last);
        self
    }
}

/// A native function, perhaps bound to an instance or class: `builtin_function_or_method`.
#[repr(C)]
pub struct PyBuiltin {
    pub(crate) header: Header,
    /// The definition.
    pub def: &'static MethodDef,
    /// What it is bound to (comes first among the arguments); NULL for none.
    pub this: ValueCell,
    /// The type that the definition belongs to (for `__new__` and messages), or NULL.
    pub owner: ValueCell,
    /// `__module__`, or NULL.
    pub module: ValueCell,
}

// SAFETY: only builtin functions have `Kind::Builtin`.
unsafe impl Object for PyBuiltin {
    const KIND: Kind = Kind::Builtin;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.this.visit(visit);
        self.owner.visit(visit);
        self.module.visit(visit);
    }

    fn clear(&self) {
        self.this.set(Value::NULL);
    }
}

/// What a descriptor of a type holds.
#[derive(Clone, Copy)]
pub enum DescrAccess {
    /// A method, unbound.
    Method(&'static MethodDef),
    /// A computed attribute.
    GetSet(&'static GetSet),
    /// Member `i` of `__slots__`.
    Member(u16),
    /// `__dict__` of instances of a class.
    Dict,
    /// `__weakref__` of instances of a class.
    WeakRef,
}

/// A descriptor of a type: `method_descriptor`, `wrapper_descriptor`, `getset_descriptor`, `member_descriptor`.
#[repr(C)]
pub struct PyDescr {
    pub(crate) header: Header,
    /// The type that it belongs to (`__objclass__`).
    pub owner: Ref<PyType>,
    /// The name, a str.
    pub name: Value,
    /// What it does.
    pub access: DescrAccess,
}

// SAFETY: only descriptors have `Kind::Descr`.
unsafe impl Object for PyDescr {
    const KIND: Kind = Kind::Descr;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.owner.as_value());
        visit(&self.name);
    }
}

/// `property`.
#[repr(C)]
pub struct PyProperty {
    pub(crate) header: Header,
    /// Getter, setter, deleter, docstring: None where missing.
    pub parts: [ValueCell; 4],
    /// Whether the docstring was taken from the getter.
    pub getter_doc: std::cell::Cell<bool>,
    /// The name that the property was assigned to, or NULL.
    pub name: ValueCell,
}

// SAFETY: only properties have `Kind::Property`.
unsafe impl Object for PyProperty {
    const KIND: Kind = Kind::Property;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.parts.iter().for_each(|p| p.visit(visit));
        self.name.visit(visit);
    }

    fn clear(&self) {
        self.parts.iter().for_each(|p| p.set(Value::NONE));
    }
}

/// `staticmethod`.
#[repr(C)]
pub struct PyStaticMethod {
    pub(crate) header: Header,
    /// The function.
    pub func: ValueCell,
}

// SAFETY: only static methods have `Kind::StaticMethod`.
unsafe impl Object for PyStaticMethod {
    const KIND: Kind = Kind::StaticMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.func.visit(visit);
    }

    fn clear(&self) {
        self.func.set(Value::NONE);
    }
}

/// `classmethod`.
#[repr(C)]
pub struct PyClassMethod {
    pub(crate) header: Header,
    /// The function.
    pub func: ValueCell,
}

// SAFETY: only class methods have `Kind::ClassMethod`.
unsafe impl Object for PyClassMethod {
    const KIND: Kind = Kind::ClassMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.func.visit(visit);
    }

    fn clear(&self) {
        self.func.set(Value::NONE);
    }
}
