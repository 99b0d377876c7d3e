//! Embedding, as a host meets it: values both ways, calls both ways, Rust types, errors, several machines.
//!
//! Most of it runs under every version, with the functions of `tests/embed/guest.py`.

#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use opyc::core::vm::BinOp;
use opyc::{
    Arguments, Bytes, ClassBuilder, Code, ConversionError, Error, Fault, HostClass, Instance, Int,
    Machine, PyResult, StrBuf, Value, Version, Vm,
};

type Anything = Result<(), Box<dyn std::error::Error>>;

thread_local! {
    static DROPPED: Cell<usize> = const { Cell::new(0) };
}

/// How many counters and holders have been dropped on this thread.
fn dropped() -> usize {
    DROPPED.get()
}

struct Counter {
    count: i64,
}

impl Drop for Counter {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

impl HostClass for Counter {
    const NAME: &'static str = "host.Counter";

    fn define(class: &mut ClassBuilder<'_, Self>) -> PyResult<()> {
        class.set("__doc__", "Counts.")?;
        class.constructor(|_, (count,): (Option<i64>,)| {
            Ok(Counter {
                count: count.unwrap_or(0),
            })
        });
        class.function("limit", |_, ()| Ok(i64::MAX));
        class.getter("count", |_, this| Ok(this.count));
        class.setter("count", |_, this, n: i64| {
            this.count = n;
            Ok(())
        });
        class.getter("fixed", |_, _| Ok("cannot be set"));
        class.method_mut("add", |_, this, (n,): (i64,)| {
            this.count += n;
            Ok(this.count)
        });
        class.method_mut("during", |vm, this, (f,): (Value,)| {
            this.count += 1;
            vm.call(&f, &[])
        });
        class.method("__len__", |_, this, ()| Ok(this.count));
        class.method("__repr__", |_, this, ()| {
            Ok(format!("Counter({})", this.count))
        });
        class.method("__eq__", |vm, this, (other,): (Instance<Counter>,)| {
            Ok(this.count == other.borrow(vm)?.count)
        });
        class.method("__add__", |_, this, (n,): (i64,)| Ok(this.count + n));
        class.method("__rmul__", |vm, this, (other,): (Value,)| {
            let times = vm.new_int(this.count);
            vm.binary_op(BinOp::Mul, &other, &times)
        });
        class.method("__iter__", |vm, this, ()| {
            let numbers: Vec<Value> = (0..this.count).map(|n| vm.new_int(n)).collect();
            vm.get_iter(&vm.new_list(numbers))
        });
        Ok(())
    }
}

/// Holds any value, and tells the collector so.
#[derive(Default)]
struct Holder {
    held: Option<Value>,
}

impl Drop for Holder {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

impl HostClass for Holder {
    const NAME: &'static str = "host.Holder";

    fn define(class: &mut ClassBuilder<'_, Self>) -> PyResult<()> {
        class.constructor(|_, ()| Ok(Holder::default()));
        class.method_mut("set", |_, this, (value,): (Value,)| {
            this.held = Some(value);
            Ok(())
        });
        class.getter("held", |_, this| Ok(this.held.clone()));
        Ok(())
    }

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.held.iter().for_each(visit);
    }

    fn clear(&mut self) {
        self.held = None;
    }
}

fn with_host(machine: &Machine) -> Result<(), Error> {
    machine.add_module("host", |m| {
        m.set("VERSION", "1.0")?;
        m.class::<Counter>()?;
        m.class::<Holder>()?;
        m.function("add", |vm, (a, b): (i64, i64)| {
            a.checked_add(b)
                .ok_or_else(|| vm.overflow_error("the sum does not fit"))
        })?;
        m.function("count", |_, args: Arguments| {
            Ok((args.positional.len(), args.keywords.len()))
        })?;
        m.function("panic", |_, (text,): (String,)| -> PyResult<()> {
            panic!("{text}")
        })
    })
}

/// A machine that has run `guest.py`.
fn guest(version: Version) -> Result<Machine, Box<dyn std::error::Error>> {
    let path = format!("{}/tests/embed/{version}.pyc", env!("CARGO_MANIFEST_DIR"));
    let code = Code::from_pyc(&std::fs::read(&path)?, &path)?;
    let machine = Machine::for_code(&code).build()?;
    with_host(&machine)?;
    machine.run_code(code)?;
    assert_eq!(machine.output(), "guest runs 1.0\n");
    Ok(machine)
}

fn each_version(test: impl Fn(&Machine) -> Anything) -> Anything {
    for version in Version::ALL {
        test(&guest(version)?).map_err(|e| format!("{version}: {e}"))?;
    }
    Ok(())
}

fn raised(result: Result<Value, Error>) -> (String, String) {
    match result {
        Err(Error::Raised(e)) => (e.class, e.message),
        other => panic!("no exception, but {other:?}"),
    }
}

#[test]
fn values_go_in_and_come_out_unchanged() -> Anything {
    let m = Machine::builder(Version::V3_12).build()?;
    for i in [
        0,
        1,
        -1,
        i64::MAX,
        i64::MIN,
        i64::MAX >> 1,
        (i64::MAX >> 1) + 1,
    ] {
        assert_eq!(m.value(i)?.extract::<i64>()?, i);
        assert_eq!(m.value(i)?.extract::<i128>()?, i128::from(i));
    }
    assert_eq!(m.value(u64::MAX)?.extract::<u64>()?, u64::MAX);
    assert_eq!(m.repr(&m.value(u64::MAX)?)?, "18446744073709551615");
    assert_eq!(m.value(i128::MIN)?.extract::<i128>()?, i128::MIN);
    assert_eq!(m.value(u128::MAX)?.extract::<u128>()?, u128::MAX);
    assert_eq!(m.value(-128i8)?.extract::<i8>()?, -128);
    let big: Int = "1606938044258990275541962092341162602522202993782792835301376"
        .parse()
        .map_err(|e| format!("{e:?}"))?;
    let two = m.value(2)?;
    let power = m.call_method(&two, "__pow__", (200,))?;
    assert_eq!(power.extract::<Int>()?, big);
    assert_eq!(m.repr(&m.value(big.clone())?)?, big.to_string());

    for x in [0.0, -0.0, 1.5, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY] {
        assert_eq!(m.value(x)?.extract::<f64>()?.to_bits(), x.to_bits());
    }
    assert!(m.value(f64::NAN)?.extract::<f64>()?.is_nan());
    assert_eq!(m.value(3)?.extract::<f64>()?, 3.0);

    assert!(m.value(true)?.extract::<bool>()?);
    assert_eq!(
        m.value(true)?.extract::<i32>()?,
        1,
        "bool is an int in Python"
    );
    m.value(())?.extract::<()>()?;
    assert_eq!(m.value(None::<i64>)?.extract::<Option<i64>>()?, None);
    assert_eq!(m.value(Some(5))?.extract::<Option<i64>>()?, Some(5));
    for text in ["", "abc", "é\u{10FFFF}\0"] {
        assert_eq!(m.value(text)?.extract::<String>()?, text);
    }
    assert_eq!(m.value('€')?.extract::<char>()?, '€');
    let bytes = Bytes(vec![0, 255, b'a']);
    assert_eq!(m.value(bytes.clone())?.extract::<Bytes>()?, bytes);
    assert_eq!(m.repr(&m.value(bytes)?)?, r"b'\x00\xffa'");

    let list = vec![(1, "one".to_string()), (2, "two".to_string())];
    let value = m.value(list.clone())?;
    assert_eq!(m.repr(&value)?, "[(1, 'one'), (2, 'two')]");
    assert_eq!(value.extract::<Vec<(i64, String)>>()?, list);
    let map: BTreeMap<String, Vec<u8>> = [("a".into(), vec![1, 2]), ("b".into(), vec![])].into();
    let value = m.value(map.clone())?;
    assert_eq!(m.repr(&value)?, "{'a': [1, 2], 'b': []}");
    assert_eq!(value.extract::<BTreeMap<String, Vec<u8>>>()?, map);
    let hash_map: HashMap<String, Vec<u8>> = value.extract()?;
    assert_eq!(hash_map.len(), 2);
    let set: BTreeSet<i64> = [3, 1, 2].into();
    assert_eq!(m.value(set.clone())?.extract::<BTreeSet<i64>>()?, set);
    assert_eq!(m.value(set)?.extract::<HashSet<i64>>()?.len(), 3);
    let eight = (1, 2, 3, 4, 5, 6, 7, 8);
    type Eight = (i64, i64, i64, i64, i64, i64, i64, i64);
    assert_eq!(m.value(eight)?.extract::<Eight>()?, eight);
    Ok(())
}

#[test]
fn what_does_not_fit_says_what_was_expected_and_found() -> Anything {
    let m = Machine::builder(Version::V3_12).build()?;
    fn problem<T: opyc::FromValue + std::fmt::Debug>(value: Value) -> String {
        value
            .extract::<T>()
            .expect_err("it does not fit")
            .to_string()
    }
    assert_eq!(problem::<i64>(m.value("x")?), "expected int, found str");
    assert_eq!(problem::<i64>(m.value(1.0)?), "expected int, found float");
    assert_eq!(problem::<bool>(m.value(1)?), "expected bool, found int");
    assert_eq!(problem::<String>(m.value(())?), "expected str, found None");
    assert_eq!(problem::<Bytes>(m.value("x")?), "expected bytes, found str");
    assert_eq!(problem::<f64>(m.value("x")?), "expected float, found str");
    assert_eq!(
        problem::<Option<i64>>(m.value("x")?),
        "expected int or None, found str"
    );
    assert_eq!(problem::<u8>(m.value(256)?), "256 does not fit u8");
    assert_eq!(problem::<u64>(m.value(-1)?), "-1 does not fit u64");
    assert_eq!(
        problem::<i64>(m.value(u64::MAX)?),
        "18446744073709551615 does not fit i64"
    );
    let huge = m.call_method(&m.value(1)?, "__lshift__", (5000,))?;
    assert_eq!(
        problem::<i64>(huge.clone()),
        "an int of 5001 bits does not fit i64"
    );
    assert_eq!(problem::<f64>(huge), "an int of 5001 bits does not fit f64");
    assert_eq!(
        problem::<Vec<i64>>(m.value((1, "x"))?),
        "item 1: expected int, found str"
    );
    assert_eq!(
        problem::<(i64, i64)>(m.value((1, 2, 3))?),
        "expected a tuple of 2, found one of 3"
    );
    assert_eq!(
        problem::<HashMap<String, i64>>(m.value(BTreeMap::from([("a", "b")]))?),
        "value 0: expected int, found str"
    );
    assert_eq!(
        problem::<char>(m.value("ab")?),
        "expected a str of one character, found one of 2"
    );
    let error = m.value("x")?.extract::<i64>();
    assert!(
        matches!(error, Err(ConversionError::Type { expected, found }) if expected == "int" && found == "str")
    );
    Ok(())
}

#[test]
fn lone_surrogates_need_a_strbuf() -> Anything {
    let m = Machine::builder(Version::V3_12).build()?;
    let text = StrBuf::from_code_points([0x61, 0xD800]);
    let value = m.value(text.clone())?;
    assert_eq!(value.extract::<StrBuf>()?, text);
    assert_eq!(m.repr(&value)?, r"'a\ud800'");
    let problem = value.extract::<String>().expect_err("no Rust string");
    assert!(problem.to_string().contains("lone surrogates"), "{problem}");
    Ok(())
}

#[test]
fn calling_python() -> Anything {
    each_version(|m| {
        let join = m.global("join")?;
        let text: String = m.call(&join, (1, "x", None::<i64>))?.extract()?;
        assert_eq!(text, "(1, 'x', None) []");
        let text: String = m.call_kw(&join, (), vec![("a", 1), ("b", 2)])?.extract()?;
        assert_eq!(text, "() [('a', 1), ('b', 2)]");
        let sum = m.call(&m.global("add_all")?, (vec![1, 2, 3],))?;
        assert_eq!(sum.extract::<i64>()?, 6);
        let main = m.import("__main__")?;
        assert_eq!(m.call_method(&main, "echo", (7,))?.extract::<i64>()?, 7);
        m.set_global("total", 9)?;
        assert_eq!(m.attr(&main, "total")?.extract::<i64>()?, 9);
        m.set_attr(&main, "total", "changed")?;
        assert_eq!(m.global("total")?.extract::<String>()?, "changed");
        let (class, message) = raised(m.global("nothing"));
        assert_eq!(class, "AttributeError", "{message}");
        Ok(())
    })
}

#[test]
fn globals_set_before_the_program_runs() -> Anything {
    let code = Code::from_pyc(include_bytes!("../examples/hello.pyc"), "hello.pyc")?;
    let m = Machine::for_code(&code).build()?;
    let said = Rc::new(RefCell::new(Vec::new()));
    let log = said.clone();
    let print = m.function("print", move |_, (text,): (String,)| {
        log.borrow_mut().push(text);
        Ok(())
    })?;
    m.set_global("print", print)?;
    m.run_code(code.clone())?;
    m.run_code(code)?;
    assert_eq!(*said.borrow(), ["Hello, world!", "Hello, world!"]);
    assert_eq!(m.output(), "");
    Ok(())
}

#[test]
fn python_catches_what_rust_raises() -> Anything {
    each_version(|m| {
        let catch = m.global("catch")?;
        let add = m.attr(&m.import("host")?, "add")?;
        let said = |args: (Value, Value)| -> Result<String, Box<dyn std::error::Error>> {
            Ok(m.call(&catch, (add.clone(), args.0, args.1))?.extract()?)
        };
        assert_eq!(said((m.value(1)?, m.value(2)?))?, "returned 3");
        assert_eq!(
            said((m.value(i64::MAX)?, m.value(1)?))?,
            "OverflowError: the sum does not fit"
        );
        assert_eq!(
            said((m.value(1)?, m.value("x")?))?,
            "TypeError: add() argument 2: expected int, found str"
        );
        assert_eq!(
            said((m.value(u64::MAX)?, m.value(1)?))?,
            "OverflowError: add() argument 1: 18446744073709551615 does not fit i64"
        );
        let text: String = m.call(&catch, (add.clone(), 1))?.extract()?;
        assert_eq!(text, "TypeError: add() takes exactly 2 arguments (1 given)");
        let (class, message) = raised(m.call_kw(&add, (1,), vec![("b", 2)]));
        assert_eq!(
            (class.as_str(), message.as_str()),
            ("TypeError", "add() takes no keyword arguments")
        );
        let count = m.attr(&m.import("host")?, "count")?;
        let counts = m.call_kw(&count, (1, 2), vec![("key", 3)])?;
        assert_eq!(counts.extract::<(usize, usize)>()?, (2, 1));
        assert_eq!(m.repr(&add)?, "<host function add>");
        Ok(())
    })
}

#[test]
fn what_python_raises_is_a_typed_error() -> Anything {
    each_version(|m| {
        let Err(Error::Raised(e)) = m.call(&m.global("fail")?, ("why",)) else {
            panic!("no exception");
        };
        assert_eq!(
            (e.class.as_str(), e.message.as_str()),
            ("LookupError", "why")
        );
        assert!(
            e.traceback
                .starts_with("Traceback (most recent call last):\n")
        );
        assert!(e.traceback.contains("in fail\n"), "{}", e.traceback);
        assert!(
            e.traceback.ends_with("LookupError: why\n"),
            "{}",
            e.traceback
        );
        assert_eq!(e.to_string(), e.traceback.trim_end());

        let leave = m.global("leave")?;
        for (code, wanted, text) in [
            (m.value(3)?, 3, None),
            (m.value(())?, 0, None),
            (m.value("bye")?, 1, Some("bye")),
        ] {
            match m.call(&leave, (code,)) {
                Err(Error::Exit { code, message }) => {
                    assert_eq!((code, message.as_deref()), (wanted, text));
                }
                other => panic!("no exit, but {other:?}"),
            }
        }
        // The machine goes on.
        assert_eq!(m.call(&m.global("echo")?, (1,))?.extract::<i64>()?, 1);
        Ok(())
    })
}

#[test]
fn errors_can_go_to_other_threads() {
    fn is_send<T: Send + Sync>() {}
    is_send::<Error>();
    is_send::<ConversionError>();
}

#[test]
fn a_panic_ends_the_program_and_not_the_machine() -> Anything {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = each_version(|m| {
        match m.call(&m.global("never_returns")?, ()) {
            Err(Error::Fault(Fault::Panicked { function, message })) => {
                assert_eq!(
                    (function.as_str(), message.as_str()),
                    ("panic", "on purpose")
                );
            }
            other => panic!("no fault, but {other:?}"),
        }
        // Python code neither saw it nor ran a handler.
        assert_eq!(
            m.global("log")?.extract::<Vec<String>>()?,
            Vec::<String>::new()
        );
        assert_eq!(m.call(&m.global("echo")?, (1,))?.extract::<i64>()?, 1);
        Ok(())
    });
    std::panic::set_hook(hook);
    result
}

#[test]
fn a_panic_of_the_host_outside_of_python_goes_to_the_host() -> Anything {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let m = guest(Version::V3_12)?;
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        m.scope(|_| -> PyResult<()> { panic!("the host's own") })
    }));
    std::panic::set_hook(hook);
    assert!(unwound.is_err());
    assert_eq!(m.call(&m.global("echo")?, (1,))?.extract::<i64>()?, 1);
    Ok(())
}

#[test]
fn python_and_rust_call_each_other_in_turn() -> Anything {
    each_version(|m| {
        let nested = m.global("nested")?;
        let again = nested.clone();
        let down = m.function("down", move |vm: &Vm, (n,): (i64,)| {
            let this = vm.get_attr_str(&vm.main_module().value(), "down")?;
            let deeper = vm.call(&again, &[this, vm.new_int(n - 1)])?;
            Ok(vm.extract::<i64>(&deeper)? + 1)
        })?;
        m.set_global("down", &down)?;
        assert_eq!(m.call(&nested, (down.clone(), 50))?.extract::<i64>()?, 50);
        // Without an end it is an exception, not the end of the process.
        let (class, message) = raised(m.call(&nested, (down, 1_000_000)));
        assert_eq!(class, "RecursionError", "{message}");
        Ok(())
    })
}

#[test]
fn rust_types_in_python() -> Anything {
    each_version(|m| {
        let used = m.call(&m.global("use_counter")?, ())?;
        assert_eq!(
            m.repr(&used)?,
            "(42, 42, 'Counter(42)', True, 50, [0, 1, 2])"
        );
        let counter = m.instance(Counter { count: 1 })?;
        m.call_method(counter.as_value(), "add", (4,))?;
        m.scope(|vm| {
            assert_eq!(counter.borrow(vm)?.count, 5);
            counter.borrow_mut(vm)?.count = 6;
            Ok(())
        })?;
        assert_eq!(m.attr(counter.as_value(), "count")?.extract::<i64>()?, 6);
        // Its number methods come before a list's own repetition.
        m.scope(|vm| {
            let list = vm.new_list(vec![Value::NONE]);
            let product = vm.binary_op(BinOp::Mul, &list, counter.as_value())?;
            assert_eq!(vm.len(&product)?, 6);
            Ok(())
        })?;
        let (class, message) = raised(
            m.set_attr(counter.as_value(), "count", "x")
                .map(|()| Value::NONE),
        );
        assert_eq!(
            (class.as_str(), message.as_str()),
            (
                "TypeError",
                "Counter.count() argument 1: expected int, found str"
            )
        );
        let read_only = m.set_attr(counter.as_value(), "fixed", 1);
        assert_eq!(raised(read_only.map(|()| Value::NONE)).0, "AttributeError");
        let (class, message) = raised(
            m.call(
                &m.attr(counter.as_value(), "missing")
                    .map_or_else(|_| m.value(1), Ok)?,
                (),
            ),
        );
        assert_eq!(
            (class.as_str(), message.as_str()),
            ("TypeError", "'int' object is not callable")
        );

        // A method of another object is refused, and one that is in use says so.
        let class_value = m.attr(&m.import("host")?, "Counter")?;
        let add = m.attr(&class_value, "add")?;
        let (class, message) = raised(m.call(&add, (1, 2)));
        assert_eq!(
            (class.as_str(), message.as_str()),
            ("TypeError", "expected Counter, found int")
        );
        let bound = m.attr(counter.as_value(), "add")?;
        let reenter = m.function("reenter", move |vm, ()| vm.call(&bound, &[vm.new_int(1)]))?;
        let (class, message) = raised(m.call_method(counter.as_value(), "during", (reenter,)));
        assert_eq!(class, "RuntimeError");
        assert!(message.contains("in use"), "{message}");

        let derived = m.call(&m.global("Derived")?, (21,))?;
        assert_eq!(m.call_method(&derived, "twice", ())?.extract::<i64>()?, 42);
        assert_eq!(
            derived
                .extract::<Instance<Counter>>()?
                .class()
                .map(|c| m.repr(&c))
                .transpose()?,
            Some("<class '__main__.Derived'>".into())
        );
        assert_eq!(m.repr(&class_value)?, "<class 'host.Counter'>");
        assert_eq!(
            m.attr(&class_value, "__doc__")?.extract::<String>()?,
            "Counts."
        );
        assert_eq!(
            m.call_method(&class_value, "limit", ())?.extract::<i64>()?,
            i64::MAX
        );
        let hash = m.call_method(&m.import("builtins")?, "hash", (counter.as_value(),));
        assert_eq!(raised(hash).1, "unhashable type: 'host.Counter'");
        Ok(())
    })
}

#[test]
fn rust_values_are_dropped_once_and_at_once() -> Anything {
    each_version(|m| {
        let before = dropped();
        m.call(&m.global("drop_counters")?, (100,))?;
        assert_eq!(dropped() - before, 200);
        let counter = m.instance(Counter { count: 0 })?;
        let copy = counter.as_value().clone();
        drop(counter);
        assert_eq!(dropped() - before, 200);
        drop(copy);
        assert_eq!(dropped() - before, 201);
        Ok(())
    })
}

#[test]
fn the_collector_frees_cycles_through_rust_values() -> Anything {
    each_version(|m| {
        m.collect_garbage();
        let before = dropped();
        m.call(&m.global("make_owned_cycle")?, ())?;
        assert_eq!(dropped() - before, 1, "one is in no cycle");
        m.call(&m.global("make_cycle")?, ())?;
        assert_eq!(dropped() - before, 1, "two are in cycles");
        m.collect_garbage();
        assert_eq!(dropped() - before, 3);
        Ok(())
    })
}

#[test]
fn values_outlive_their_machine() -> Anything {
    let before = dropped();
    let m = guest(Version::V3_12)?;
    let text = m.value("still here")?;
    let list = m.value(vec!["a", "b"])?;
    let function = m.global("echo")?;
    let counter = m.instance(Counter { count: 5 })?;
    drop(m);
    assert_eq!(text.extract::<String>()?, "still here");
    assert_eq!(list.extract::<Vec<String>>()?, ["a", "b"]);
    assert_eq!(dropped(), before);
    drop(counter);
    assert_eq!(dropped(), before + 1);
    drop((text, list, function));
    Ok(())
}

#[test]
fn values_of_another_machine_are_refused() -> Anything {
    let (a, b) = (guest(Version::V3_12)?, guest(Version::V3_8)?);
    let text = a.value("of a")?;
    let echo = b.global("echo")?;
    let is_refused = |result: Result<Value, Error>| {
        assert!(
            matches!(result, Err(Error::Fault(Fault::Foreign))),
            "{result:?}"
        );
    };
    is_refused(b.call(&echo, (&text,)));
    is_refused(b.call(&echo, (vec![Some(text.clone())],)));
    is_refused(b.call(&a.global("echo")?, (1,)));
    is_refused(b.attr(&text, "upper"));
    is_refused(b.call_method(&text, "upper", ()));
    is_refused(b.set_global("text", &text).map(|()| Value::NONE));
    is_refused(b.value(BTreeMap::from([(1, &text)])));
    assert!(b.repr(&text).is_err());
    // What belongs to no machine may go anywhere, and what is extracted too.
    assert_eq!(b.call(&echo, (a.value(1)?,))?.extract::<i64>()?, 1);
    let copy = text.extract::<String>()?;
    assert_eq!(b.call(&echo, (copy,))?.extract::<String>()?, "of a");
    Ok(())
}

#[test]
fn two_machines_take_turns() -> Anything {
    let (a, b) = (guest(Version::V3_6)?, guest(Version::V3_14)?);
    let b = Rc::new(b);
    // A function of one machine that runs code of the other meanwhile.
    let inner = b.clone();
    let ask = a.function("ask", move |vm, (n,): (i64,)| {
        let answer = inner
            .global("add_all")
            .and_then(|f| inner.call(&f, (vec![n, n],)))
            .map_err(|e| vm.runtime_error(&e.to_string()))?;
        vm.extract::<i64>(&answer)
    })?;
    for n in 0..20 {
        assert_eq!(a.call(&ask, (n,))?.extract::<i64>()?, 2 * n);
        let echo = b.global("echo")?;
        assert_eq!(b.call(&echo, (n,))?.extract::<i64>()?, n);
    }
    Ok(())
}

#[test]
fn machines_on_threads() {
    let threads: Vec<_> = (0..4)
        .map(|n: i64| {
            std::thread::spawn(move || {
                let version = Version::ALL[n as usize * 2];
                let m = guest(version).expect("it runs");
                let add_all = m.global("add_all").expect("it is there");
                let numbers: Vec<i64> = (0..1000).map(|i| i * n).collect();
                let sum = m.call(&add_all, (numbers,)).expect("it adds");
                sum.extract::<i64>().expect("it is an int")
            })
        })
        .collect();
    let sums: Vec<i64> = threads
        .into_iter()
        .map(|t| t.join().expect("no thread panics"))
        .collect();
    assert_eq!(sums, [0, 499_500, 999_000, 1_498_500]);
}

#[test]
fn a_class_with_a_name_of_opyc_is_refused() -> Anything {
    struct Fake;
    impl HostClass for Fake {
        const NAME: &'static str = "list";
        fn define(_: &mut ClassBuilder<'_, Self>) -> PyResult<()> {
            Ok(())
        }
    }
    let m = Machine::builder(Version::V3_12).build()?;
    match m.instance(Fake) {
        Err(Error::Raised(e)) => assert!(e.message.contains("list belongs to"), "{}", e.message),
        _ => panic!("not refused"),
    }
    Ok(())
}
