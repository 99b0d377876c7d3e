//! `sys`.

mod hooks;
mod info;
mod stream;

use std::cell::{Cell, RefCell};

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyException, PyStr, value_of};
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::{AsyncGenHooks, Vm};

use crate::structseq::{closed, fields, new_struct};
use crate::util::{ClassSpec, module, no_init, put};

/// Settings of one machine's `sys`.
struct State {
    trace: RefCell<Value>,
    profile: RefCell<Value>,
    switch_interval: Cell<f64>,
    origin_depth: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State {
            trace: RefCell::new(Value::NONE),
            profile: RefCell::new(Value::NONE),
            switch_interval: Cell::new(0.005),
            origin_depth: Cell::new(0),
        }
    }
}

fn init(vm: &Vm, sys: &Value) -> PyResult<()> {
    let set = |name: &str, v: Value| put(vm, sys, name, v);
    info::init(vm, sys)?;
    set("modules", vm.modules.value());
    set("argv", vm.new_list(vec![vm.new_str("")]));
    for name in ["path", "meta_path", "path_hooks", "warnoptions"] {
        set(name, vm.new_list(Vec::new()));
    }
    set("path_importer_cache", vm.new_dict().into_value());
    set("_xoptions", vm.new_dict().into_value());
    set("dont_write_bytecode", Value::TRUE);
    for name in [
        "prefix",
        "exec_prefix",
        "base_prefix",
        "base_exec_prefix",
        "executable",
        "_framework",
    ] {
        set(name, vm.intern(""));
    }
    let minor = vm.version().minor();
    if minor >= 8 {
        set("_base_executable", vm.intern(""));
        set("pycache_prefix", Value::NONE);
    }
    if minor >= 9 {
        set("platlibdir", vm.intern("lib"));
    }
    if minor >= 10 {
        set("orig_argv", vm.new_list(Vec::new()));
        let names = stdlib_module_names(vm)?;
        set("stdlib_module_names", names);
    }
    if minor >= 11 {
        set("_stdlib_dir", Value::NONE);
    }
    Ok(())
}

fn stdlib_module_names(vm: &Vm) -> PyResult {
    // The public modules of the library; which of them are there depends on the folders that are given.
    const NAMES: &str = "__future__ _abc _ast _bisect _codecs _collections _collections_abc _functools _heapq _imp _io \
        _operator _py_abc _signal _sre _stat _string _struct _symtable _thread _threading_local _tracemalloc _warnings \
        _weakref _weakrefset abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar \
        cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars \
        copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings enum errno \
        faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext \
        glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools \
        json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing \
        netrc ntpath numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib \
        poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri random re readline \
        reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib \
        socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig \
        syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib \
        trace traceback tracemalloc tty turtle types typing unicodedata unittest urllib uuid venv warnings wave \
        weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";
    let set = vm.new_set_of(&vm.types.frozenset);
    for n in NAMES.split_whitespace() {
        set.add(vm, &vm.intern(n))?;
    }
    Ok(set.into_value())
}

fn exit(vm: &Vm, args: &[Value]) -> PyResult {
    // What SystemExit's own `__init__` makes of it: a tuple is taken apart.
    let code = args[0].opt();
    let exc = match code {
        None => vm.call(vm.exc_types.SystemExit.as_value(), &[])?,
        Some(v) => match v.downcast_exact::<opyc_core::object::PyTuple>() {
            Some(t) => vm.call(vm.exc_types.SystemExit.as_value(), t.items())?,
            None if v.is_none() => vm.call(vm.exc_types.SystemExit.as_value(), &[])?,
            None => vm.call(vm.exc_types.SystemExit.as_value(), std::slice::from_ref(v))?,
        },
    };
    Err(vm.raise(exc))
}

fn exc_info(vm: &Vm, _: &[Value]) -> PyResult {
    let exc = vm.handled_exception();
    if exc.is_none() {
        return Ok(vm.new_tuple(vec![Value::NONE; 3]));
    }
    let tb = exc
        .downcast::<PyException>()
        .map_or(Value::NONE, |e| e.traceback.get());
    Ok(vm.new_tuple(vec![value_of(vm.type_of(&exc)), exc, tb]))
}

fn set_recursion_limit(vm: &Vm, args: &[Value]) -> PyResult {
    let n = vm.int_arg(&args[0])?;
    if n < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    if i64::try_from(vm.depth()).is_ok_and(|d| d >= n) {
        return Err(vm.recursion_error(&format!(
            "cannot set the recursion limit to {n} at the recursion depth {}: the limit is too low",
            vm.depth()
        )));
    }
    vm.set_recursion_limit(usize::try_from(n).unwrap_or(usize::MAX));
    Ok(Value::NONE)
}

fn getrefcount(vm: &Vm, args: &[Value]) -> PyResult {
    // An immediate value has no count; CPython's immortal objects have a huge one.
    Ok(match args[0].header() {
        Some(h) => vm.new_int(h.refcount().into()),
        None => vm.new_int(i64::from(u32::MAX)),
    })
}

fn getsizeof(vm: &Vm, args: &[Value]) -> PyResult {
    let name = vm.intern("__sizeof__");
    let size = match vm.lookup_type(vm.type_of(&args[0]), &name) {
        Some(_) => vm.call_method(&args[0], &name, &[]),
        None => Err(vm.type_error(&format!(
            "Type {} doesn't define __sizeof__",
            vm.type_name(&args[0])
        ))),
    };
    match (size, args[1].opt()) {
        (Ok(v), _) => {
            let n = vm.index_i64(&v)?;
            if n < 0 {
                return Err(vm.value_error("__sizeof__() should return >= 0"));
            }
            // The collector's header, for what it looks at.
            let tracked = vm.type_of(&args[0]).is_heap() || !vm.gc_referents(&args[0]).is_empty();
            Ok(vm.new_int(n.saturating_add(if tracked { 16 } else { 0 })))
        }
        (Err(r), Some(default)) if vm.is_exception(&r, &vm.exc_types.TypeError) => {
            Ok(default.clone())
        }
        (Err(r), _) => Err(r),
    }
}

fn intern(vm: &Vm, args: &[Value]) -> PyResult {
    if args[0].downcast::<PyStr>().is_none() {
        return Err(vm.type_error(&format!(
            "intern() argument must be str, not {}",
            vm.type_name(&args[0])
        )));
    }
    if args[0].downcast_exact::<PyStr>().is_none() {
        return Err(vm.type_error(&format!("can't intern {}", vm.type_name(&args[0]))));
    }
    Ok(vm.intern_value(&args[0]))
}

fn getframe(vm: &Vm, args: &[Value]) -> PyResult {
    let depth = match args[0].opt() {
        Some(v) => vm.int_arg(v)?,
        None => 0,
    };
    match vm.frame_at(usize::try_from(depth).unwrap_or(0)) {
        Some(f) => Ok(f.into_value()),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn getframemodulename(vm: &Vm, args: &[Value]) -> PyResult {
    let depth = match args[0].opt() {
        Some(v) => vm.int_arg(v)?,
        None => 0,
    };
    let Some(f) = vm.frame_at(usize::try_from(depth).unwrap_or(0)) else {
        return Ok(Value::NONE);
    };
    Ok(f.globals.get_name(&vm.names.name).unwrap_or(Value::NONE))
}

static ASYNCGEN_HOOKS: ClassSpec = closed(
    "builtins",
    "asyncgen_hooks",
    fields!("firstiter" = 0, "finalizer" = 1),
);

fn set_asyncgen_hooks(vm: &Vm, args: &[Value]) -> PyResult {
    for (v, name) in args.iter().zip(["firstiter", "finalizer"]) {
        if let Some(v) = v.opt()
            && !v.is_none()
            && !vm.is_callable(v)
        {
            return Err(vm.type_error(&format!(
                "callable {name} expected, got {}",
                vm.type_name(v)
            )));
        }
    }
    let hooks = vm.extension::<AsyncGenHooks>();
    if let Some(v) = args[0].opt() {
        hooks.first_iter.set(v.clone());
    }
    if let Some(v) = args[1].opt() {
        hooks.finalizer.set(v.clone());
    }
    Ok(Value::NONE)
}

fn get_asyncgen_hooks(vm: &Vm, _: &[Value]) -> PyResult {
    let hooks = vm.extension::<AsyncGenHooks>();
    new_struct(
        vm,
        &ASYNCGEN_HOOKS,
        vec![hooks.first_iter.get(), hooks.finalizer.get()],
    )
}

fn set_hook(cell: &RefCell<Value>, v: &Value) -> PyResult {
    let old = cell.replace(v.clone());
    drop(old);
    Ok(Value::NONE)
}

fn set_switch_interval(vm: &Vm, args: &[Value]) -> PyResult {
    let f = vm.float_arg(&args[0])?;
    if f <= 0.0 {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.extension::<State>().switch_interval.set(f);
    Ok(Value::NONE)
}

fn set_max_digits(vm: &Vm, args: &[Value]) -> PyResult {
    let n = vm.int_arg(&args[0])?;
    if n != 0 && n < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.set_max_str_digits(usize::try_from(n).unwrap_or(usize::MAX));
    Ok(Value::NONE)
}

fn set_origin_depth(vm: &Vm, args: &[Value]) -> PyResult {
    let n = vm.int_arg(&args[0])?;
    if n < 0 {
        return Err(vm.value_error("depth must be >= 0"));
    }
    vm.extension::<State>().origin_depth.set(n);
    Ok(Value::NONE)
}

fn current_frames(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    if let Some(f) = vm.frame_at(0) {
        d.set(vm, &vm.new_int(crate::thread::IDENT), f.into_value())?;
    }
    Ok(d.into_value())
}

fn current_exceptions(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    d.set(
        vm,
        &vm.new_int(crate::thread::IDENT),
        vm.handled_exception(),
    )?;
    Ok(d.into_value())
}

module!(
    SYS,
    "sys",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("exit", "status=, /", exit),
        MethodDef::function("exc_info", "", exc_info),
        MethodDef::function("getrecursionlimit", "", |vm, _| Ok(
            vm.new_int(vm.recursion_limit() as i64)
        )),
        MethodDef::function("setrecursionlimit", "limit, /", set_recursion_limit),
        MethodDef::function("getrefcount", "object, /", getrefcount),
        MethodDef::function("getsizeof", "object, default=", getsizeof),
        MethodDef::function("intern", "string, /", intern),
        MethodDef::function("_getframe", "depth=, /", getframe),
        MethodDef::function("_current_frames", "", current_frames),
        MethodDef::function("getdefaultencoding", "", |vm, _| Ok(vm.intern("utf-8"))),
        MethodDef::function("getfilesystemencoding", "", |vm, _| Ok(vm.intern("utf-8"))),
        MethodDef::function("getfilesystemencodeerrors", "", |vm, _| Ok(
            vm.intern("surrogateescape")
        )),
        MethodDef::function(
            "set_asyncgen_hooks",
            "firstiter=, finalizer=",
            set_asyncgen_hooks
        ),
        MethodDef::function("get_asyncgen_hooks", "", get_asyncgen_hooks),
        MethodDef::function("settrace", "function, /", |vm, a| set_hook(
            &vm.extension::<State>().trace,
            &a[0]
        )),
        MethodDef::function("gettrace", "", |vm, _| Ok(vm
            .extension::<State>()
            .trace
            .borrow()
            .clone())),
        MethodDef::function("setprofile", "function, /", |vm, a| set_hook(
            &vm.extension::<State>().profile,
            &a[0]
        )),
        MethodDef::function("getprofile", "", |vm, _| Ok(vm
            .extension::<State>()
            .profile
            .borrow()
            .clone())),
        MethodDef::function("getswitchinterval", "", |vm, _| Ok(
            vm.new_float(vm.extension::<State>().switch_interval.get())
        )),
        MethodDef::function("setswitchinterval", "interval, /", set_switch_interval),
        MethodDef::function("is_finalizing", "", |_, _| Ok(Value::FALSE)),
        MethodDef::function("getallocatedblocks", "", |vm, _| Ok(
            vm.new_int(vm.gc_objects().len() as i64)
        )),
        MethodDef::function("_clear_type_cache", "", |_, _| Ok(Value::NONE)),
        MethodDef::function("displayhook", "object, /", hooks::displayhook),
        MethodDef::function("__displayhook__", "object, /", hooks::displayhook),
        MethodDef::function(
            "excepthook",
            "exctype, value, traceback, /",
            hooks::excepthook
        ),
        MethodDef::function(
            "__excepthook__",
            "exctype, value, traceback, /",
            hooks::excepthook
        ),
    ]
);

module!(
    SYS_7,
    "sys",
    VersionRange::minors(7, 14),
    no_init,
    [
        MethodDef::function("get_int_max_str_digits", "", |vm, _| Ok(
            vm.new_int(vm.max_str_digits() as i64)
        )),
        MethodDef::function("set_int_max_str_digits", "maxdigits", set_max_digits),
        MethodDef::function("get_coroutine_origin_tracking_depth", "", |vm, _| Ok(
            vm.new_int(vm.extension::<State>().origin_depth.get())
        )),
        MethodDef::function(
            "set_coroutine_origin_tracking_depth",
            "depth",
            set_origin_depth
        ),
    ]
);

module!(
    SYS_8,
    "sys",
    VersionRange::minors(8, 14),
    no_init,
    [
        MethodDef::raw(
            "audit",
            opyc_core::object::Access::Function,
            |vm, a| match a.pos().first() {
                Some(v) if vm.is_str(v) => Ok(Value::NONE),
                Some(v) => Err(vm.type_error(&format!(
                    "expected str for argument 'event', not {}",
                    vm.type_name(v)
                ))),
                None => Err(vm.type_error("audit expected at least 1 argument, got 0")),
            }
        ),
        MethodDef::function("addaudithook", "hook", |_, _| Ok(Value::NONE)),
        MethodDef::function("unraisablehook", "unraisable, /", hooks::unraisablehook),
        MethodDef::function("__unraisablehook__", "unraisable, /", hooks::unraisablehook),
    ]
);

module!(
    SYS_10,
    "sys",
    VersionRange::minors(10, 14),
    no_init,
    [MethodDef::function(
        "_current_exceptions",
        "",
        current_exceptions
    ),]
);

module!(
    SYS_11,
    "sys",
    VersionRange::minors(11, 14),
    no_init,
    [MethodDef::function("exception", "", |vm, _| Ok(
        vm.handled_exception()
    )),]
);

module!(
    SYS_12,
    "sys",
    VersionRange::minors(12, 14),
    no_init,
    [
        MethodDef::function("_getframemodulename", "depth=", getframemodulename),
        MethodDef::function("is_stack_trampoline_active", "", |_, _| Ok(Value::FALSE)),
    ]
);

module!(
    SYS_13,
    "sys",
    VersionRange::minors(13, 14),
    no_init,
    [
        MethodDef::function("_is_gil_enabled", "", |_, _| Ok(Value::TRUE)),
        MethodDef::function("_is_interned", "string, /", |vm, a| {
            match a[0].downcast::<PyStr>() {
                Some(s) => Ok(Value::bool(s.is_interned())),
                None => Err(vm.type_error(&format!(
                    "_is_interned() argument must be str, not {}",
                    vm.type_name(&a[0])
                ))),
            }
        }),
        MethodDef::function("_clear_internal_caches", "", |_, _| Ok(Value::NONE)),
    ]
);
