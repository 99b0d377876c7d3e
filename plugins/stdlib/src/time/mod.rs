//! `time`. Clocks are the host's; the local time zone is UTC.

mod calendar;
mod format;

use std::time::Duration;

use opyc_core::error::PyResult;
use opyc_core::num::int;
use opyc_core::object::{MethodDef, PyTuple};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::structseq::{fields, struct_class};
use crate::util::{ClassSpec, class_arg, module, no_init, put, some};
use calendar::Moment;

static STRUCT_TIME: ClassSpec = ClassSpec {
    name: "struct_time",
    module: "time",
    // `tm_zone` and `tm_gmtoff` are attributes, not items.
    slots: &["__dict__"],
    methods: &[
        MethodDef::method("__repr__", "", crate::structseq::repr),
        MethodDef::method("__reduce__", "", crate::structseq::reduce),
        MethodDef::new_method("sequence, dict=", struct_time_new),
    ],
    getsets: fields!(
        "tm_year" = 0,
        "tm_mon" = 1,
        "tm_mday" = 2,
        "tm_hour" = 3,
        "tm_min" = 4,
        "tm_sec" = 5,
        "tm_wday" = 6,
        "tm_yday" = 7,
        "tm_isdst" = 8,
    ),
    flags: 0,
};

fn struct_time_new(vm: &Vm, args: &[Value]) -> PyResult {
    let mut items = match vm.collect(&args[1]) {
        Ok(items) => items,
        Err(r) if vm.is_exception(&r, &vm.exc_types.TypeError) => {
            return Err(vm.type_error("constructor requires a sequence"));
        }
        Err(r) => return Err(r),
    };
    let n = items.len();
    if n < 9 {
        return Err(vm.type_error(&format!(
            "time.struct_time() takes an at least 9-sequence ({n}-sequence given)"
        )));
    }
    if n > 11 {
        return Err(vm.type_error(&format!(
            "time.struct_time() takes an at most 11-sequence ({n}-sequence given)"
        )));
    }
    let hidden = items.split_off(9);
    let v = vm.new_tuple_of(class_arg(vm, &args[0])?, items);
    let mut hidden = hidden.into_iter();
    for name in ["tm_zone", "tm_gmtoff"] {
        vm.set_attr(&v, &vm.intern(name), hidden.next().unwrap_or(Value::NONE))?;
    }
    Ok(v)
}

fn struct_time(vm: &Vm, m: &Moment, zone: &str) -> PyResult {
    let ty = struct_class(vm, &STRUCT_TIME)?;
    let items = [
        m.year, m.month, m.day, m.hour, m.minute, m.second, m.weekday, m.yearday, 0,
    ];
    let v = vm.new_tuple_of(&ty, items.iter().map(|i| vm.new_int(*i)).collect());
    vm.set_attr(&v, &vm.intern("tm_zone"), vm.new_str(zone))?;
    vm.set_attr(&v, &vm.intern("tm_gmtoff"), Value::i32(0))?;
    Ok(v)
}

/// Seconds since 1970 of an argument, rounded down; now without one.
fn seconds(vm: &Vm, v: Option<&Value>) -> PyResult<i64> {
    let Some(v) = v else {
        return Ok(vm.host().wall_clock().as_secs() as i64);
    };
    let too_big = || vm.overflow_error("timestamp out of range for platform time_t");
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        return int::floor_f64(f)
            .ok()
            .and_then(|i| i.view().as_i64())
            .ok_or_else(too_big);
    }
    vm.index(v)?.view().as_i64().ok_or_else(too_big)
}

fn gmtime(vm: &Vm, args: &[Value]) -> PyResult {
    let s = seconds(vm, some(args, 0))?;
    match Moment::from_seconds(s) {
        Some(m) => struct_time(vm, &m, "UTC"),
        None => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

/// A `struct_time` or a tuple of nine as a moment, checked as C's functions want it.
fn moment(vm: &Vm, v: Option<&Value>) -> PyResult<Moment> {
    let Some(v) = v else {
        return Ok(Moment::from_seconds(seconds(vm, None)?).unwrap_or_default());
    };
    let Some(t) = v.downcast::<PyTuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(vm.type_error("strftime(): illegal time tuple argument"));
    }
    let items = t
        .iter()
        .map(|v| vm.int_arg(v))
        .collect::<PyResult<Vec<_>>>()?;
    let get = |i: usize| items.get(i).copied().unwrap_or(0);
    // Zero stands for "not known" in these three.
    let at_least_one = |i: usize| if get(i) == 0 { 1 } else { get(i) };
    let m = Moment {
        year: get(0),
        month: at_least_one(1),
        day: at_least_one(2),
        hour: get(3),
        minute: get(4),
        second: get(5),
        weekday: get(6).rem_euclid(7),
        yearday: at_least_one(7),
    };
    let checks = [
        ((1..=12).contains(&m.month), "month out of range"),
        ((1..=31).contains(&m.day), "day of month out of range"),
        ((0..=23).contains(&m.hour), "hour out of range"),
        ((0..=59).contains(&m.minute), "minute out of range"),
        ((0..=61).contains(&m.second), "seconds out of range"),
        (get(6) >= 0, "day of week out of range"),
        ((1..=366).contains(&m.yearday), "day of year out of range"),
    ];
    match checks.iter().find(|(ok, _)| !ok) {
        Some((_, text)) => Err(vm.value_error(text)),
        None => Ok(m),
    }
}

fn strftime(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(format) = args[0].downcast::<opyc_core::object::PyStr>() else {
        return Err(vm.type_error(&format!(
            "strftime() argument 1 must be str, not {}",
            vm.type_name(&args[0])
        )));
    };
    let m = moment(vm, args[1].opt())?;
    Ok(vm.new_str(&format::strftime(&format.to_string(), &m)))
}

fn strptime(vm: &Vm, args: &[Value]) -> PyResult {
    let module = vm.import_module("_strptime")?;
    let given: Vec<Value> = args.iter().filter(|v| !v.is_null()).cloned().collect();
    vm.call_method_str(&module, "_strptime_time", &given)
}

fn asctime(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(vm.new_str(&format::asctime(&moment(vm, args[0].opt())?)))
}

fn ctime(vm: &Vm, args: &[Value]) -> PyResult {
    match Moment::from_seconds(seconds(vm, some(args, 0))?) {
        Some(m) => Ok(vm.new_str(&format::asctime(&m))),
        None => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn mktime(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(t) = args[0].downcast::<PyTuple>().filter(|t| t.len() == 9) else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let items = t
        .iter()
        .map(|v| vm.int_arg(v))
        .collect::<PyResult<Vec<_>>>()?;
    match calendar::to_seconds(&items) {
        Some(s) => Ok(vm.new_float(s as f64)),
        None => Err(vm.overflow_error("mktime argument out of range")),
    }
}

fn sleep(vm: &Vm, args: &[Value]) -> PyResult {
    let s = match args[0].as_float() {
        Some(f) if f.is_nan() => return Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(f) => f,
        None => int::to_f64(vm.index(&args[0])?.view()).map_err(|e| vm.num_error(&e))?,
    };
    if s < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    let Ok(time) = Duration::try_from_secs_f64(s) else {
        return Err(vm.overflow_error("timestamp too large to convert to C _PyTime_t"));
    };
    // What was printed should be seen before the wait.
    let _ = vm.host().flush();
    vm.host().sleep(time);
    Ok(Value::NONE)
}

fn as_float(vm: &Vm, d: Duration) -> PyResult {
    Ok(vm.new_float(d.as_secs_f64()))
}

fn as_ns(vm: &Vm, d: Duration) -> PyResult {
    Ok(vm.new_integer(int::Int::from(d.as_nanos() as i128)))
}

fn clock(vm: &Vm, v: &Value) -> PyResult<Duration> {
    match vm.int_arg(v)? {
        0 => Ok(vm.host().wall_clock()),
        1 | 4 | 7 => Ok(vm.host().monotonic()),
        2 | 3 => Ok(vm.host().cpu_time()),
        _ => Err(crate::util::os_error(
            vm,
            &std::io::ErrorKind::InvalidInput.into(),
            None,
        )),
    }
}

fn get_clock_info(vm: &Vm, args: &[Value]) -> PyResult {
    let (implementation, monotonic, adjustable) = match vm.str_lossy(&args[0]).as_str() {
        "time" => ("clock_gettime(CLOCK_REALTIME)", false, true),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let ns = vm.new_namespace_of(&vm.types.namespace);
    for (name, v) in [
        ("implementation", vm.new_str(implementation)),
        ("monotonic", Value::bool(monotonic)),
        ("adjustable", Value::bool(adjustable)),
        ("resolution", vm.new_float(1e-9)),
    ] {
        ns.dict.set_name(&vm.intern(name), v);
    }
    Ok(ns.into_value())
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "struct_time",
        struct_class(vm, &STRUCT_TIME)?.into_value(),
    );
    for name in ["timezone", "altzone", "daylight"] {
        put(vm, m, name, Value::i32(0));
    }
    put(
        vm,
        m,
        "tzname",
        vm.new_pair(vm.new_str("UTC"), vm.new_str("UTC")),
    );
    put(vm, m, "_STRUCT_TM_ITEMS", Value::i32(11));
    for (name, n) in [
        ("CLOCK_REALTIME", 0),
        ("CLOCK_MONOTONIC", 1),
        ("CLOCK_PROCESS_CPUTIME_ID", 2),
        ("CLOCK_THREAD_CPUTIME_ID", 3),
        ("CLOCK_MONOTONIC_RAW", 4),
    ] {
        put(vm, m, name, Value::i32(n));
    }
    Ok(())
}

module!(
    TIME,
    "time",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("time", "", |vm, _| as_float(vm, vm.host().wall_clock())),
        MethodDef::function("monotonic", "", |vm, _| as_float(vm, vm.host().monotonic())),
        MethodDef::function("perf_counter", "", |vm, _| as_float(
            vm,
            vm.host().monotonic()
        )),
        MethodDef::function("process_time", "", |vm, _| as_float(
            vm,
            vm.host().cpu_time()
        )),
        MethodDef::function("sleep", "seconds, /", sleep),
        MethodDef::function("gmtime", "seconds=, /", gmtime),
        MethodDef::function("localtime", "seconds=, /", gmtime),
        MethodDef::function("strftime", "format, tuple=, /", strftime),
        MethodDef::function("strptime", "string, format=, /", strptime),
        MethodDef::function("asctime", "tuple=, /", asctime),
        MethodDef::function("ctime", "seconds=, /", ctime),
        MethodDef::function("mktime", "tuple, /", mktime),
        MethodDef::function("tzset", "", |_, _| Ok(Value::NONE)),
        MethodDef::function("get_clock_info", "name, /", get_clock_info),
        MethodDef::function("clock_gettime", "clk_id, /", |vm, a| as_float(
            vm,
            clock(vm, &a[0])?
        )),
        MethodDef::function("clock_getres", "clk_id, /", |vm, a| clock(vm, &a[0])
            .map(|_| vm.new_float(1e-9))),
    ]
);

module!(
    TIME_6_7,
    "time",
    VersionRange::minors(6, 7),
    no_init,
    [MethodDef::function("clock", "", |vm, _| as_float(
        vm,
        vm.host().cpu_time()
    )),]
);

module!(
    TIME_7,
    "time",
    VersionRange::minors(7, 14),
    no_init,
    [
        MethodDef::function("time_ns", "", |vm, _| as_ns(vm, vm.host().wall_clock())),
        MethodDef::function("monotonic_ns", "", |vm, _| as_ns(vm, vm.host().monotonic())),
        MethodDef::function("perf_counter_ns", "", |vm, _| as_ns(
            vm,
            vm.host().monotonic()
        )),
        MethodDef::function("process_time_ns", "", |vm, _| as_ns(
            vm,
            vm.host().cpu_time()
        )),
        MethodDef::function("thread_time", "", |vm, _| as_float(
            vm,
            vm.host().cpu_time()
        )),
        MethodDef::function("thread_time_ns", "", |vm, _| as_ns(
            vm,
            vm.host().cpu_time()
        )),
        MethodDef::function("clock_gettime_ns", "clk_id, /", |vm, a| as_ns(
            vm,
            clock(vm, &a[0])?
        )),
    ]
);
