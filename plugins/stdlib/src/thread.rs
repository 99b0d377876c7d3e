//! `_thread`. There is one thread; locks are counted all the same, so that programs that use them run.

use std::cell::Cell;
use std::time::Duration;

use opyc_core::args::Args;
use opyc_core::error::PyResult;
use opyc_core::object::{Access, GetSet, MethodDef, NativeType, TypeFlags};
use opyc_core::value::Value;
use opyc_core::version::{Version, VersionRange};
use opyc_core::vm::{NativeTypeSpec, Vm};

use crate::structseq::{METHODS, fields, struct_class};
use crate::util::{ClassSpec, class_arg, data, module, no_init, put, spec, type_def};

/// `_thread.get_ident()` of the only thread.
pub(crate) const IDENT: i64 = 1;
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// A lock: how often it is held.
struct Lock {
    held: Cell<u64>,
    reentrant: bool,
}

/// `_thread.lock`.
struct Plain(Lock);
/// `_thread.RLock`.
struct Reentrant(Lock);

impl NativeType for Plain {}
impl NativeType for Reentrant {}

static LOCK: NativeTypeSpec = spec("_thread.lock", TypeFlags::WEAKREF, None);
static RLOCK: NativeTypeSpec = spec(
    "_thread.RLock",
    TypeFlags::WEAKREF | TypeFlags::BASETYPE,
    None,
);

fn new_lock(vm: &Vm) -> Value {
    let ty = vm.native_type::<Plain>(&LOCK);
    vm.new_native(
        &ty,
        &LOCK,
        Plain(Lock {
            held: Cell::new(0),
            reentrant: false,
        }),
    )
}

fn lock<'a>(vm: &Vm, v: &'a Value) -> PyResult<&'a Lock> {
    match data::<Plain>(vm, v) {
        Ok(l) => Ok(&l.0),
        Err(_) => Ok(&data::<Reentrant>(vm, v)?.0),
    }
}

fn acquire(vm: &Vm, args: &[Value]) -> PyResult {
    let l = lock(vm, &args[0])?;
    let blocking = crate::util::flag(vm, args, 1, true)?;
    let timeout = args
        .get(2)
        .and_then(Value::opt)
        .map_or(Ok(-1.0), |v| vm.float_arg(v))?;
    if !blocking && timeout != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    if l.held.get() == 0 || l.reentrant {
        l.held.set(l.held.get().saturating_add(1));
        return Ok(Value::TRUE);
    }
    if !blocking {
        return Ok(Value::FALSE);
    }
    if timeout < 0.0 {
        return Err(vm.runtime_error("deadlock: the only thread waits for a lock that it holds"));
    }
    vm.host()
        .sleep(Duration::try_from_secs_f64(timeout).unwrap_or_default());
    Ok(Value::FALSE)
}

fn release(vm: &Vm, args: &[Value]) -> PyResult {
    let l = lock(vm, &args[0])?;
    match l.held.get().checked_sub(1) {
        Some(n) => l.held.set(n),
        None if l.reentrant => return Err(vm.runtime_error("cannot release un-acquired lock")),
        None => return Err(vm.runtime_error("release unlocked lock")),
    }
    Ok(Value::NONE)
}

fn exit_lock(vm: &Vm, args: &[Value]) -> PyResult {
    release(vm, &args[..1])
}

fn locked(vm: &Vm, args: &[Value]) -> PyResult {
    Ok(Value::bool(lock(vm, &args[0])?.held.get() > 0))
}

fn lock_repr(vm: &Vm, args: &[Value]) -> PyResult {
    let l = lock(vm, &args[0])?;
    let state = if l.held.get() > 0 {
        "locked"
    } else {
        "unlocked"
    };
    let name = vm.full_type_name(vm.type_of(&args[0]));
    let at = args[0].ptr().map_or(0, |p| p.as_ptr() as usize);
    Ok(vm.new_str(&if l.reentrant {
        let owner = if l.held.get() > 0 { IDENT } else { 0 };
        format!(
            "<{state} {name} object owner={owner} count={} at {at:#x}>",
            l.held.get()
        )
    } else {
        format!("<{state} {name} object at {at:#x}>")
    }))
}

fn reinit(vm: &Vm, args: &[Value]) -> PyResult {
    lock(vm, &args[0])?.held.set(0);
    Ok(Value::NONE)
}

type_def!(
    LOCK_DEF,
    "_thread.lock",
    [
        MethodDef::new_method("", |vm, _| Ok(new_lock(vm))).since(Version::V3_13),
        MethodDef::method("acquire", "blocking=, timeout=", acquire),
        MethodDef::method("acquire_lock", "blocking=, timeout=", acquire),
        MethodDef::method("release", "", release),
        MethodDef::method("release_lock", "", release),
        MethodDef::method("locked", "", locked),
        MethodDef::method("locked_lock", "", locked),
        MethodDef::method("__enter__", "", acquire),
        MethodDef::method("__exit__", "type=, value=, traceback=, /", exit_lock),
        MethodDef::method("__repr__", "", lock_repr),
        MethodDef::method("_at_fork_reinit", "", reinit).since(Version::V3_9),
    ],
    []
);

fn new_rlock(vm: &Vm, args: &[Value]) -> PyResult {
    let l = Reentrant(Lock {
        held: Cell::new(0),
        reentrant: true,
    });
    Ok(vm.new_native(class_arg(vm, &args[0])?, &RLOCK, l))
}

fn release_save(vm: &Vm, args: &[Value]) -> PyResult {
    let l = lock(vm, &args[0])?;
    if l.held.get() == 0 {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    let n = l.held.replace(0);
    Ok(vm.new_pair(vm.new_uint(n), vm.new_int(IDENT)))
}

fn acquire_restore(vm: &Vm, args: &[Value]) -> PyResult {
    let items = vm.collect(&args[1])?;
    let Some(n) = items.first() else {
        return Err(vm.type_error("_acquire_restore() expects a tuple of two"));
    };
    lock(vm, &args[0])?
        .held
        .set(u64::try_from(vm.int_arg(n)?).unwrap_or(0));
    Ok(Value::NONE)
}

type_def!(
    RLOCK_DEF,
    "_thread.RLock",
    [
        MethodDef::new_method("", new_rlock),
        MethodDef::method("acquire", "blocking=, timeout=", acquire),
        MethodDef::method("release", "", release),
        MethodDef::method("locked", "", locked).since(Version::V3_14),
        MethodDef::method("__enter__", "", acquire),
        MethodDef::method("__exit__", "type=, value=, traceback=, /", exit_lock),
        MethodDef::method("__repr__", "", lock_repr),
        MethodDef::method("_is_owned", "", locked),
        MethodDef::method("_recursion_count", "", |vm, a| Ok(
            vm.new_uint(lock(vm, &a[0])?.held.get())
        ))
        .since(Version::V3_11),
        MethodDef::method("_release_save", "", release_save),
        MethodDef::method("_acquire_restore", "state, /", acquire_restore),
        MethodDef::method("_at_fork_reinit", "", reinit).since(Version::V3_9),
    ],
    []
);

/// `_thread._local`: attributes of the current thread, which is the only one.
struct Local;

impl NativeType for Local {}

static LOCAL: NativeTypeSpec = NativeTypeSpec {
    name: "_thread._local",
    flags: TypeFlags::BASETYPE | TypeFlags::WEAKREF,
    has_dict: true,
    next: None,
};

fn new_local(vm: &Vm, args: &Args<'_>) -> PyResult {
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error("_local.__new__(): not enough arguments"));
    };
    let class = class_arg(vm, class)?;
    let init = |t| vm.lookup_type(t, &vm.names.init);
    let own_init = match (init(class), init(&vm.types.object)) {
        (Some(a), Some(b)) => !a.is(&b),
        _ => false,
    };
    if args.values().len() > 1 && !own_init {
        return Err(vm.type_error("Initialization arguments are not supported"));
    }
    Ok(vm.new_native(class, &LOCAL, Local))
}

type_def!(
    LOCAL_DEF,
    "_thread._local",
    [MethodDef::raw("__new__", Access::New, new_local)],
    []
);

/// `_thread._ThreadHandle` of 3.13: of a thread that has never begun, or of the main one.
struct Handle {
    ident: i64,
    done: Cell<bool>,
}

impl NativeType for Handle {}

static HANDLE: NativeTypeSpec = spec("_thread._ThreadHandle", 0, None);

fn new_handle(vm: &Vm, ident: i64) -> Value {
    let ty = vm.native_type::<Handle>(&HANDLE);
    vm.new_native(
        &ty,
        &HANDLE,
        Handle {
            ident,
            done: Cell::new(false),
        },
    )
}

type_def!(
    HANDLE_DEF,
    "_thread._ThreadHandle",
    [
        MethodDef::new_method("", |vm, _| Ok(new_handle(vm, 0))),
        MethodDef::method("join", "timeout=, /", |vm, a| {
            if data::<Handle>(vm, &a[0])?.done.get() {
                Ok(Value::NONE)
            } else {
                Err(vm.runtime_error("thread not started"))
            }
        }),
        MethodDef::method("is_done", "", |vm, a| Ok(Value::bool(
            data::<Handle>(vm, &a[0])?.done.get()
        ))),
        MethodDef::method("_set_done", "", |vm, a| {
            data::<Handle>(vm, &a[0])?.done.set(true);
            Ok(Value::NONE)
        }),
    ],
    [GetSet::get("ident", |vm, v| Ok(
        vm.new_int(data::<Handle>(vm, v)?.ident)
    ))]
);

static HOOK_ARGS: ClassSpec = ClassSpec {
    name: "_ExceptHookArgs",
    module: "_thread",
    slots: &[],
    methods: METHODS,
    getsets: fields!(
        "exc_type" = 0,
        "exc_value" = 1,
        "exc_traceback" = 2,
        "thread" = 3
    ),
    flags: 0,
};

fn excepthook(vm: &Vm, args: &[Value]) -> PyResult {
    let get = |name: &str| vm.get_attr_str(&args[0], name);
    let (class, value, traceback, thread) = (
        get("exc_type")?,
        get("exc_value")?,
        get("exc_traceback")?,
        get("thread")?,
    );
    if class.is(vm.exc_types.SystemExit.as_value()) {
        return Ok(Value::NONE);
    }
    let name = if thread.is_none() {
        IDENT.to_string()
    } else {
        vm.str_lossy(&vm.get_attr_str(&thread, "name")?)
    };
    if let Some(f) = vm.sys_attr("stderr").filter(|f| !f.is_none()) {
        vm.call_method(
            &f,
            &vm.names.write,
            &[vm.new_str(&format!("Exception in thread {name}:\n"))],
        )?;
    }
    match vm.sys_attr("__excepthook__") {
        Some(hook) => vm.call(&hook, &[class, value, traceback]),
        None => Ok(Value::NONE),
    }
}

fn start(vm: &Vm, _: &Args<'_>) -> PyResult {
    Err(vm.runtime_error("can't start new thread"))
}

fn exit(vm: &Vm, _: &[Value]) -> PyResult {
    Err(vm.new_raise(&vm.exc_types.SystemExit, Vec::new()))
}

fn interrupt_main(vm: &Vm, _: &[Value]) -> PyResult {
    vm.interrupt_flag()
        .store(true, std::sync::atomic::Ordering::Relaxed);
    Ok(Value::NONE)
}

fn stack_size(vm: &Vm, args: &[Value]) -> PyResult {
    match args[0].opt().map_or(Ok(0), |v| vm.index_i64(v))? {
        n if n < 0 => Err(vm.value_error("size must be 0 or a positive value")),
        _ => Ok(Value::i32(0)),
    }
}

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "LockType",
        vm.native_type::<Plain>(&LOCK).into_value(),
    );
    put(
        vm,
        m,
        "RLock",
        vm.native_type::<Reentrant>(&RLOCK).into_value(),
    );
    put(
        vm,
        m,
        "_local",
        vm.native_type::<Local>(&LOCAL).into_value(),
    );
    put(vm, m, "error", vm.exc_types.RuntimeError.value());
    put(vm, m, "TIMEOUT_MAX", vm.new_float(TIMEOUT_MAX));
    Ok(())
}

fn init_8(vm: &Vm, m: &Value) -> PyResult<()> {
    put(
        vm,
        m,
        "_ExceptHookArgs",
        struct_class(vm, &HOOK_ARGS)?.into_value(),
    );
    Ok(())
}

fn init_13(vm: &Vm, m: &Value) -> PyResult<()> {
    put(vm, m, "lock", vm.native_type::<Plain>(&LOCK).into_value());
    put(
        vm,
        m,
        "_ThreadHandle",
        vm.native_type::<Handle>(&HANDLE).into_value(),
    );
    Ok(())
}

module!(
    THREAD,
    "_thread",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("allocate_lock", "", |vm, _| Ok(new_lock(vm))),
        MethodDef::function("allocate", "", |vm, _| Ok(new_lock(vm))),
        MethodDef::function("get_ident", "", |vm, _| Ok(vm.new_int(IDENT))),
        MethodDef::function("_count", "", |_, _| Ok(Value::i32(0))),
        MethodDef::function("exit", "", exit),
        MethodDef::function("exit_thread", "", exit),
        MethodDef::function("interrupt_main", "signum=, /", interrupt_main),
        MethodDef::function("stack_size", "size=, /", stack_size),
        MethodDef::raw("start_new_thread", Access::Function, start),
        MethodDef::raw("start_new", Access::Function, start),
        MethodDef::function("_set_sentinel", "", |vm, _| Ok(new_lock(vm))).until(Version::V3_12),
    ]
);
module!(
    THREAD_8,
    "_thread",
    VersionRange::minors(8, 14),
    init_8,
    [
        MethodDef::function("get_native_id", "", |vm, _| Ok(vm.new_int(IDENT))),
        MethodDef::function("_excepthook", "exc_info, /", excepthook),
    ]
);
module!(
    THREAD_9,
    "_thread",
    VersionRange::minors(9, 14),
    no_init,
    [MethodDef::function("_is_main_interpreter", "", |_, _| Ok(
        Value::TRUE
    )),]
);
module!(
    THREAD_12,
    "_thread",
    VersionRange::minors(12, 14),
    no_init,
    [MethodDef::function(
        "daemon_threads_allowed",
        "",
        |_, _| Ok(Value::TRUE)
    ),]
);
module!(
    THREAD_13,
    "_thread",
    VersionRange::minors(13, 14),
    init_13,
    [
        MethodDef::raw("start_joinable_thread", Access::Function, start),
        MethodDef::function("_make_thread_handle", "ident, /", |vm, a| Ok(new_handle(
            vm,
            vm.int_arg(&a[0])?
        ))),
        MethodDef::function("_get_main_thread_ident", "", |vm, _| Ok(vm.new_int(IDENT))),
        MethodDef::function("_shutdown", "", |_, _| Ok(Value::NONE)),
    ]
);
