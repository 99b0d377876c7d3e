//! The one piece of source text that opyc runs: the template of `collections.namedtuple`.
//!
//! `namedtuple` makes `__new__` (in 3.6 the whole class) by handing text to `eval` or `exec`. opyc has no compiler,
//! but `namedtuple` is everywhere; so that text, and nothing else, is recognised, and what it would compile to is put
//! together here. The function is real bytecode of the running version, so that defaults, keywords and error
//! messages are those of any function.

use std::sync::Arc;

use opyc_core::args::Args;
use opyc_core::code::{Code, Const, SlotKind, flags};
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, DescrAccess, MethodDef, PyDict, PyFunction, PyTuple, PyType, Ref, value_of,
};
use opyc_core::text::StrBuf;
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionInfo};
use opyc_core::vm::Vm;

use crate::util::split_first;

/// `lambda _cls, a, b: _tuple_new(_cls, (a, b))` as a function; `None` for any other text.
pub(super) fn eval_template(vm: &Vm, text: &str, globals: &Ref<PyDict>) -> PyResult<Option<Value>> {
    let parsed = text
        .strip_prefix("lambda _cls, ")
        .and_then(|t| t.split_once(": _tuple_new(_cls, ("));
    let Some(fields) = parsed.and_then(|(a, b)| fields(a, b.strip_suffix("))")?)) else {
        return Ok(None);
    };
    Ok(make_new(vm, "<lambda>", &fields, "_tuple_new", globals).map(Ref::into_value))
}

/// `def __new__(_cls, a, b): return _tuple_new(_cls, (a, b))`, or the class template of 3.6. False for other text.
pub(super) fn exec_template(vm: &Vm, text: &str, globals: &Ref<PyDict>) -> PyResult<bool> {
    if vm.version() == Version::V3_6 {
        return exec_class(vm, text, globals);
    }
    let parsed = text
        .strip_prefix("def __new__(_cls, ")
        .and_then(|t| t.split_once("): return _tuple_new(_cls, ("));
    let Some(fields) = parsed.and_then(|(a, b)| fields(a, b.strip_suffix("))")?)) else {
        return Ok(false);
    };
    let Some(f) = make_new(vm, "__new__", &fields, "_tuple_new", globals) else {
        return Ok(false);
    };
    globals.set_name(&vm.names.new, f.into_value());
    Ok(true)
}

/// The field names, if both lists say the same and every one is an identifier.
fn fields<'a>(parameters: &'a str, items: &str) -> Option<Vec<&'a str>> {
    if parameters.trim_end_matches(',').trim_end() != items.trim_end_matches(',').trim_end() {
        return None;
    }
    let names: Vec<&str> = parameters
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .collect();
    let word = |n: &&str| n.chars().all(|c| c == '_' || c.is_alphanumeric());
    names.iter().all(word).then_some(names)
}

/// A few instructions of one version.
struct Assembler<'a> {
    info: &'a VersionInfo,
    code: Vec<u8>,
}

impl Assembler<'_> {
    /// Adds an instruction with its `EXTENDED_ARG`s and caches; `None` if the version lacks it.
    fn op(&mut self, name: &str, arg: u32) -> Option<()> {
        let number = self.info.number(name)?;
        for shift in [24, 16, 8] {
            if arg >> shift != 0 {
                self.code
                    .extend([self.info.extended_arg, (arg >> shift) as u8]);
            }
        }
        self.code.extend([number, arg as u8]);
        let caches = self.info.op(number).map_or(0, |o| o.caches);
        self.code
            .extend(std::iter::repeat_n(0, 2 * usize::from(caches)));
        Some(())
    }
}

/// The function that calls `callee` with `_cls` and a tuple of the fields; `None` for too many fields.
fn make_new(
    vm: &Vm,
    name: &str,
    fields: &[&str],
    callee: &str,
    globals: &Ref<PyDict>,
) -> Option<Ref<PyFunction>> {
    let table = vm.table();
    let count = u32::try_from(fields.len()).ok()?;
    let mut a = Assembler {
        info: &table.info,
        code: Vec::new(),
    };
    if vm.version() >= Version::V3_11 {
        a.op("RESUME", 0)?;
        // The low bit: push NULL too, as calls of these versions want.
        a.op("LOAD_GLOBAL", 1)?;
    } else {
        a.op("LOAD_GLOBAL", 0)?;
    }
    for i in 0..=count {
        a.op("LOAD_FAST", i)?;
    }
    a.op("BUILD_TUPLE", count)?;
    if vm.version() == Version::V3_11 {
        a.op("PRECALL", 2)?;
    }
    a.op(
        if vm.version() >= Version::V3_11 {
            "CALL"
        } else {
            "CALL_FUNCTION"
        },
        2,
    )?;
    a.op("RETURN_VALUE", 0)?;
    let text = |s: &str| Arc::new(StrBuf::from(s));
    let slots = std::iter::once("_cls").chain(fields.iter().copied());
    let code = Code {
        version: vm.version(),
        argcount: count + 1,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: count + 4,
        flags: flags::OPTIMIZED | flags::NEWLOCALS,
        code: a.code.into(),
        consts: Box::new([Const::None]),
        names: Box::new([text(callee)]),
        localsplus: slots
            .map(|s| (text(s), SlotKind(SlotKind::LOCAL)))
            .collect(),
        nlocals: count + 1,
        filename: text("<string>"),
        name: text(name),
        qualname: text(name),
        firstlineno: 1,
        linetable: Box::new([]),
        exceptiontable: Box::new([]),
    };
    let code = vm.new_code(Arc::new(code));
    Some(vm.new_py_function(code, globals.clone(), None))
}

// The class of 3.6.

/// Methods of the class; they are descriptors of `tuple`, so that they bind.
static METHODS: &[MethodDef] = &[
    MethodDef::method("__repr__", "", repr),
    MethodDef::method("_asdict", "", asdict),
    MethodDef::raw("_replace", Access::Method, replace),
    MethodDef::method("__getnewargs__", "", |vm, args| {
        vm.call(vm.types.tuple.as_value(), &args[..1])
    }),
];

static MAKE: MethodDef = MethodDef::function("_make", "cls, iterable, new=, len=", make);

/// Runs the template that defines a class; false for other text.
fn exec_class(vm: &Vm, text: &str, globals: &Ref<PyDict>) -> PyResult<bool> {
    let Some((_, rest)) = text.split_once("\nclass ") else {
        return Ok(false);
    };
    let Some((class, rest)) = rest.split_once("(tuple):\n") else {
        return Ok(false);
    };
    let new = rest
        .split_once("def __new__(_cls, ")
        .and_then(|(_, r)| r.split_once("):"));
    let body = new.and_then(|(_, r)| r.split_once("return _tuple.__new__(_cls, ("));
    let parsed = new
        .zip(body)
        .and_then(|((a, _), (_, b))| fields(a, b.split_once("))")?.0));
    // A tuple without fields has an empty list of parameters.
    let fields = match parsed {
        Some(f) => f,
        None => return Ok(false),
    };
    let Some(new) = make_new(vm, "__new__", &fields, "_tuple_new", globals) else {
        return Ok(false);
    };
    let tuple_new = vm.get_attr(vm.types.tuple.as_value(), &vm.names.new)?;
    globals.set_name(&vm.intern("_tuple_new"), tuple_new);
    let signature = fields.join(", ");
    new.doc
        .set(vm.new_str(&format!("Create new instance of {class}({signature})")));
    new.qualname.set(vm.new_str(&format!("{class}.__new__")));
    let ns = vm.new_dict();
    let set = |name: &str, v: Value| ns.set_name(&vm.intern(name), v);
    set("__doc__", vm.new_str(&format!("{class}({signature})")));
    set("__slots__", vm.new_tuple(Vec::new()));
    set(
        "_fields",
        vm.new_tuple(fields.iter().map(|f| vm.intern(f)).collect()),
    );
    if let Some(m) = globals.get_name(&vm.names.name) {
        set("__module__", m);
    }
    set("__new__", new.into_value());
    let make = vm.new_function(&MAKE, Value::NULL);
    set(
        "_make",
        vm.new_classmethod_of(&vm.types.classmethod, make)
            .into_value(),
    );
    for m in METHODS {
        let name = vm.intern(m.name);
        ns.set_name(
            &name,
            vm.new_descr(&vm.types.tuple, name.clone(), DescrAccess::Method(m)),
        );
    }
    let operator = vm.import_module("operator")?;
    let itemgetter = vm.get_attr_str(&operator, "itemgetter")?;
    for (i, f) in fields.iter().enumerate() {
        let getter = vm.call(&itemgetter, &[vm.new_uint(i as u64)])?;
        let doc = vm.new_str(&format!("Alias for field number {i}"));
        let property = vm.call(
            vm.types.property.as_value(),
            &[getter, Value::NONE, Value::NONE, doc],
        )?;
        set(f, property);
    }
    let bases = vm.new_tuple(vec![vm.types.tuple.value()]);
    let name = vm.new_str(class);
    let made = vm.call(vm.types.type_.as_value(), &[name, bases, ns.into_value()])?;
    globals.set_name(&vm.intern(class), made);
    Ok(true)
}

fn field_names(vm: &Vm, this: &Value) -> PyResult<Vec<Value>> {
    let names = vm.get_attr_str(this, "_fields")?;
    vm.collect(&names)
}

fn repr(vm: &Vm, args: &[Value]) -> PyResult {
    let items = args[0]
        .downcast::<PyTuple>()
        .map_or(&[][..], PyTuple::items);
    let mut parts = Vec::new();
    for (name, v) in field_names(vm, &args[0])?.iter().zip(items) {
        parts.push(format!("{}={}", vm.str_lossy(name), vm.repr_text(v)?));
    }
    Ok(vm.new_str(&format!("{}({})", vm.type_name(&args[0]), parts.join(", "))))
}

fn asdict(vm: &Vm, args: &[Value]) -> PyResult {
    let items = args[0]
        .downcast::<PyTuple>()
        .map_or(&[][..], PyTuple::items);
    let names = field_names(vm, &args[0])?;
    let pairs = names
        .into_iter()
        .zip(items)
        .map(|(n, v)| vm.new_pair(n, v.clone()))
        .collect();
    let collections = vm.import_module("collections")?;
    let ordered = vm.get_attr_str(&collections, "OrderedDict")?;
    vm.call(&ordered, &[vm.new_list(pairs)])
}

fn replace(vm: &Vm, args: &Args<'_>) -> PyResult {
    let (this, rest) = split_first(vm, args)?;
    let items = this.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    let mut given: Vec<(Value, Value)> = rest
        .keywords()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let mut new = Vec::with_capacity(items.len());
    for (name, old) in field_names(vm, this)?.iter().zip(items) {
        match given.iter().position(|(k, _)| vm.same_str(k, name)) {
            Some(i) => new.push(given.swap_remove(i).1),
            None => new.push(old.clone()),
        }
    }
    if !given.is_empty() {
        let names = vm.new_list(given.into_iter().map(|(k, _)| k).collect());
        return Err(vm.value_error(&format!(
            "Got unexpected field names: {}",
            vm.repr_text(&names)?
        )));
    }
    let make = vm.get_attr_str(this, "_make")?;
    vm.call(&make, &[vm.new_list(new)])
}

fn make(vm: &Vm, args: &[Value]) -> PyResult {
    let class = &args[0];
    let items = vm.collect(&args[1])?;
    let want = field_names(vm, class)?.len();
    if items.len() != want {
        return Err(vm.type_error(&format!("Expected {want} arguments, got {}", items.len())));
    }
    match class.downcast::<PyType>() {
        Some(ty) if ty.is_subtype(&vm.types.tuple) => Ok(vm.new_tuple_of(ty, items)),
        _ => Err(vm.type_error(&format!(
            "{} is not a tuple class",
            vm.repr_text(&value_of(vm.type_of(class)))?
        ))),
    }
}
