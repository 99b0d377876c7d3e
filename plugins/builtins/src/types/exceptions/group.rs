//! `BaseExceptionGroup` and `ExceptionGroup` (3.11 and later).

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{
    Access, GetSet, Kind, MethodDef, PyException, PyTuple, PyType, Ref, extra,
};
use opyc_core::value::Value;
use opyc_core::version::Version;
use opyc_core::vm::Vm;

use super::super::generic_alias::class_getitem;
use super::super::support::{this, type_def};
use super::{class, extra_value, rest};

type_def!(
    BASE_EXCEPTION_GROUP,
    "BaseExceptionGroup",
    [
        MethodDef::raw("__new__", Access::New, new),
        MethodDef::method("__str__", "", str),
        MethodDef::method("derive", "excs, /", derive),
        MethodDef::raw("split", Access::Method, |vm, a| split(
            vm,
            &matcher_argument(vm, a, "split")?
        ))
        .until(Version::V3_12),
        MethodDef::raw("subgroup", Access::Method, |vm, a| subgroup(
            vm,
            &matcher_argument(vm, a, "subgroup")?
        ))
        .until(Version::V3_12),
        MethodDef::method("split", "matcher_value, /", split).since(Version::V3_13),
        MethodDef::method("subgroup", "matcher_value, /", subgroup).since(Version::V3_13),
        MethodDef::class_method("__class_getitem__", "object, /", class_getitem),
    ],
    [
        GetSet::get("message", |vm, v| extra_value(vm, v, extra::GROUP_MESSAGE)).member(),
        GetSet::get("exceptions", |vm, v| extra_value(
            vm,
            v,
            extra::GROUP_EXCEPTIONS
        ))
        .member(),
    ]
);

fn new(vm: &Vm, args: &Args<'_>) -> PyResult {
    let class = class(vm, args)?;
    let [message, exceptions] = rest(args) else {
        return Err(vm.type_error(&format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            rest(args).len()
        )));
    };
    if !vm.is_str(message) {
        return Err(vm.type_error(&format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            vm.type_name(message)
        )));
    }
    if !is_sequence(vm, exceptions) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let members = vm.collect(exceptions)?;
    if members.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    if let Some(i) = members
        .iter()
        .position(|m| m.downcast::<PyException>().is_none())
    {
        return Err(vm.value_error(&format!(
            "Item {i} of second argument (exceptions) is not an exception"
        )));
    }
    let plain = members
        .iter()
        .all(|m| vm.is_instance(m, &vm.exc_types.Exception));
    let chosen = choose_class(vm, class, plain)?;
    let e = vm.alloc_exception(&chosen, rest(args).to_vec());
    e.extra[extra::GROUP_MESSAGE].set(message.clone());
    e.extra[extra::GROUP_EXCEPTIONS].set(vm.new_tuple(members));
    Ok(e.into_value())
}

fn is_sequence(vm: &Vm, v: &Value) -> bool {
    match v.kind() {
        Some(Kind::Dict | Kind::Set) => false,
        Some(
            Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range,
        ) => true,
        _ => vm
            .lookup_type(vm.type_of(v), &vm.intern("__getitem__"))
            .is_some(),
    }
}

/// A group of nothing but `Exception`s is an `ExceptionGroup`; one that promises it must be.
fn choose_class(vm: &Vm, class: &PyType, plain: bool) -> PyResult<Ref<PyType>> {
    let types = &vm.exc_types;
    if std::ptr::eq(class, &*types.ExceptionGroup) {
        if !plain {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if std::ptr::eq(class, &*types.BaseExceptionGroup) {
        if plain {
            return Ok(types.ExceptionGroup.clone());
        }
    } else if !plain && class.is_subtype(&types.Exception) {
        return Err(vm.type_error(&format!("Cannot nest BaseExceptions in '{}'", class.name())));
    }
    Ok(Ref::new(class))
}

fn str(vm: &Vm, args: &[Value]) -> PyResult {
    let message = vm.str_of(&extra_value(vm, &args[0], extra::GROUP_MESSAGE)?)?;
    let n = members(vm, &args[0])?.len();
    let s = if n == 1 { "" } else { "s" };
    vm.concat_strings(&[message, vm.new_str(&format!(" ({n} sub-exception{s})"))])
}

fn members(vm: &Vm, group: &Value) -> PyResult<Vec<Value>> {
    let all = this::<PyException>(vm, group)?.extra[extra::GROUP_EXCEPTIONS].get();
    Ok(all
        .downcast::<PyTuple>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default())
}

fn derive(vm: &Vm, args: &[Value]) -> PyResult {
    let message = extra_value(vm, &args[0], extra::GROUP_MESSAGE)?;
    vm.call(
        vm.exc_types.BaseExceptionGroup.as_value(),
        &[message, args[1].clone()],
    )
}

/// What an exception must be to be taken.
enum Matcher<'a> {
    /// An instance of a class, or of one of a tuple of classes.
    Class(&'a Value),
    /// One for which a function gives true.
    Predicate(&'a Value),
}

impl Matcher<'_> {
    fn of<'a>(vm: &Vm, value: &'a Value) -> PyResult<Matcher<'a>> {
        let is_class = |v: &Value| {
            v.downcast::<PyType>()
                .is_some_and(|t| t.is_subtype(&vm.exc_types.BaseException))
        };
        let any_callable = vm.version() >= Version::V3_13;
        let callable = if any_callable {
            value.downcast::<PyType>().is_none() && vm.is_callable(value)
        } else {
            value.kind() == Some(Kind::Function)
        };
        if callable {
            return Ok(Matcher::Predicate(value));
        }
        if is_class(value)
            || value
                .downcast::<PyTuple>()
                .is_some_and(|t| t.iter().all(is_class))
        {
            return Ok(Matcher::Class(value));
        }
        Err(vm.type_error(if any_callable {
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        } else {
            "expected a function, exception type or tuple of exception types"
        }))
    }

    fn takes(&self, vm: &Vm, exc: &Value) -> PyResult<bool> {
        match self {
            Matcher::Class(class) => vm.exception_matches(exc, class),
            Matcher::Predicate(f) => {
                let r = vm.call(f, std::slice::from_ref(exc))?;
                vm.truth(&r)
            }
        }
    }
}

/// Two parts of an exception: what is taken, and the rest (if it is wanted).
type Parts = (Option<Value>, Option<Value>);

/// The arguments of `split` and `subgroup`, with the message of 3.11 and 3.12 where there is not one.
fn matcher_argument(vm: &Vm, args: &Args<'_>, name: &str) -> PyResult<[Value; 2]> {
    if args.has_keywords() {
        return Err(vm.type_error(&format!(
            "BaseExceptionGroup.{name}() takes no keyword arguments"
        )));
    }
    match args.pos() {
        [this, matcher] => Ok([this.clone(), matcher.clone()]),
        _ => Err(vm.type_error(&format!(
            "{name} expected 1 argument, got {}",
            rest(args).len()
        ))),
    }
}

fn split(vm: &Vm, args: &[Value]) -> PyResult {
    let matcher = Matcher::of(vm, &args[1])?;
    let (taken, rest) = parts(vm, &args[0], &matcher, true)?;
    Ok(vm.new_pair(taken.unwrap_or(Value::NONE), rest.unwrap_or(Value::NONE)))
}

fn subgroup(vm: &Vm, args: &[Value]) -> PyResult {
    let matcher = Matcher::of(vm, &args[1])?;
    Ok(parts(vm, &args[0], &matcher, false)?
        .0
        .unwrap_or(Value::NONE))
}

fn parts(vm: &Vm, exc: &Value, matcher: &Matcher<'_>, with_rest: bool) -> PyResult<Parts> {
    vm.check_rust_stack()?;
    if matcher.takes(vm, exc)? {
        return Ok((Some(exc.clone()), None));
    }
    if !vm.is_instance(exc, &vm.exc_types.BaseExceptionGroup) {
        return Ok((None, with_rest.then(|| exc.clone())));
    }
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    for member in members(vm, exc)? {
        let (t, r) = parts(vm, &member, matcher, with_rest)?;
        taken.extend(t);
        rest.extend(r);
    }
    Ok((subset(vm, exc, taken)?, subset(vm, exc, rest)?))
}

/// A group like another one, with some of its exceptions; `None` for none.
fn subset(vm: &Vm, group: &Value, members: Vec<Value>) -> PyResult<Option<Value>> {
    if members.is_empty() {
        return Ok(None);
    }
    let new = vm.call_method_str(group, "derive", &[vm.new_list(members)])?;
    if !vm.is_instance(&new, &vm.exc_types.BaseExceptionGroup) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (
        this::<PyException>(vm, group)?,
        this::<PyException>(vm, &new)?,
    );
    to.traceback.set(from.traceback.get());
    to.context.set(from.context.get());
    to.cause.set(from.cause.get());
    to.suppress_context.set(true);
    let name = vm.intern("__notes__");
    if let Some(notes) = vm.get_attr_opt(group, &name)?
        && is_sequence(vm, &notes)
    {
        let copy = vm.collect(&notes)?;
        vm.set_attr(&new, &name, vm.new_list(copy))?;
    }
    Ok(Some(new))
}
