//! `posix`, as far as the host lets programs see the system.

use opyc_core::error::PyResult;
use opyc_core::object::{MethodDef, PyBytes, PyStr};
use opyc_core::text::codec::Codec;
use opyc_core::text::errors::Errors;
use opyc_core::value::Value;
use opyc_core::version::VersionRange;
use opyc_core::vm::Vm;

use crate::structseq::{METHODS, closed, fields, new_struct, struct_class};
use crate::util::{ClassSpec, module, no_init, os_error, put};

const NUMBERS: &[(&str, i32)] = &[
    ("EX_CANTCREAT", 73),
    ("EX_CONFIG", 78),
    ("EX_DATAERR", 65),
    ("EX_IOERR", 74),
    ("EX_NOHOST", 68),
    ("EX_NOINPUT", 66),
    ("EX_NOPERM", 77),
    ("EX_NOUSER", 67),
    ("EX_OK", 0),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_PROTOCOL", 76),
    ("EX_SOFTWARE", 70),
    ("EX_TEMPFAIL", 75),
    ("EX_UNAVAILABLE", 69),
    ("EX_USAGE", 64),
    ("F_OK", 0),
    ("X_OK", 1),
    ("W_OK", 2),
    ("R_OK", 4),
    ("O_ACCMODE", 3),
    ("O_APPEND", 1024),
    ("O_ASYNC", 8192),
    ("O_CLOEXEC", 524288),
    ("O_CREAT", 64),
    ("O_DIRECT", 16384),
    ("O_DIRECTORY", 65536),
    ("O_DSYNC", 4096),
    ("O_EXCL", 128),
    ("O_LARGEFILE", 0),
    ("O_NDELAY", 2048),
    ("O_NOATIME", 262144),
    ("O_NOCTTY", 256),
    ("O_NOFOLLOW", 131072),
    ("O_NONBLOCK", 2048),
    ("O_PATH", 2097152),
    ("O_RDONLY", 0),
    ("O_RDWR", 2),
    ("O_RSYNC", 1052672),
    ("O_SYNC", 1052672),
    ("O_TMPFILE", 4259840),
    ("O_TRUNC", 512),
    ("O_WRONLY", 1),
    ("SEEK_DATA", 3),
    ("SEEK_HOLE", 4),
    ("WCONTINUED", 8),
    ("WNOHANG", 1),
    ("WUNTRACED", 2),
];

/// The variables that programs commonly ask for: a host answers by name and lists none.
const VARIABLES: &[&str] = &[
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LANGUAGE",
    "TERM",
    "COLUMNS",
    "LINES",
    "TMPDIR",
    "TEMP",
    "TMP",
    "PWD",
    "TZ",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "DISPLAY",
    "HOSTNAME",
    "NO_COLOR",
    "FORCE_COLOR",
    "PYTHON_COLORS",
    "PYTHONHASHSEED",
    "PYTHONPATH",
    "CI",
    "DEBUG",
];

static STAT_RESULT: ClassSpec = ClassSpec {
    name: "stat_result",
    module: "os",
    slots: &[],
    methods: METHODS,
    getsets: fields!(
        "st_mode" = 0,
        "st_ino" = 1,
        "st_dev" = 2,
        "st_nlink" = 3,
        "st_uid" = 4,
        "st_gid" = 5,
        "st_size" = 6,
        "st_atime" = 7,
        "st_mtime" = 8,
        "st_ctime" = 9,
    ),
    flags: 0,
};

static TERMINAL_SIZE: ClassSpec = ClassSpec {
    name: "terminal_size",
    module: "os",
    slots: &[],
    methods: METHODS,
    getsets: fields!("columns" = 0, "lines" = 1),
    flags: 0,
};

static UNAME_RESULT: ClassSpec = closed(
    "posix",
    "uname_result",
    fields!(
        "sysname" = 0,
        "nodename" = 1,
        "release" = 2,
        "version" = 3,
        "machine" = 4
    ),
);

static TIMES_RESULT: ClassSpec = closed(
    "posix",
    "times_result",
    fields!(
        "user" = 0,
        "system" = 1,
        "children_user" = 2,
        "children_system" = 3,
        "elapsed" = 4
    ),
);

fn init(vm: &Vm, m: &Value) -> PyResult<()> {
    for (name, n) in NUMBERS {
        put(vm, m, name, Value::i32(*n));
    }
    let environ = vm.new_dict();
    for name in VARIABLES {
        if let Some(v) = vm.host().env(name) {
            environ.set(
                vm,
                &vm.new_bytes(name.as_bytes()),
                vm.new_bytes(v.as_bytes()),
            )?;
        }
    }
    put(vm, m, "environ", environ.into_value());
    put(vm, m, "error", vm.exc_types.OSError.value());
    put(vm, m, "_have_functions", vm.new_list(Vec::new()));
    put(
        vm,
        m,
        "stat_result",
        struct_class(vm, &STAT_RESULT)?.into_value(),
    );
    put(
        vm,
        m,
        "terminal_size",
        struct_class(vm, &TERMINAL_SIZE)?.into_value(),
    );
    put(
        vm,
        m,
        "uname_result",
        struct_class(vm, &UNAME_RESULT)?.into_value(),
    );
    put(
        vm,
        m,
        "times_result",
        struct_class(vm, &TIMES_RESULT)?.into_value(),
    );
    Ok(())
}

/// `os.fspath`.
fn fspath(vm: &Vm, args: &[Value]) -> PyResult {
    let v = &args[0];
    let is_path = |v: &Value| vm.is_str(v) || v.downcast::<PyBytes>().is_some();
    if is_path(v) {
        return Ok(v.clone());
    }
    let Some(path) = vm.call_special(v, &vm.names.fspath, &[])? else {
        return Err(vm.type_error(&format!(
            "expected str, bytes or os.PathLike object, not {}",
            vm.type_name(v)
        )));
    };
    if is_path(&path) {
        return Ok(path);
    }
    Err(vm.type_error(&format!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        vm.type_name(v),
        vm.type_name(&path)
    )))
}

fn path_text(vm: &Vm, v: &Value) -> PyResult<String> {
    let v = fspath(vm, std::slice::from_ref(v))?;
    if let Some(s) = v.downcast::<PyStr>() {
        return Ok(s.to_string());
    }
    let b = v
        .downcast::<PyBytes>()
        .map(|b| b.data.to_vec())
        .unwrap_or_default();
    Ok(String::from_utf8_lossy(&b).into_owned())
}

/// What a host knows of a path: whether it is a folder, or how long a file is.
fn stat(vm: &Vm, args: &[Value]) -> PyResult {
    let path = path_text(vm, &args[0])?;
    let (mode, size) = if vm.host().is_dir(&path) {
        (0o040_755, 0)
    } else if vm.host().is_file(&path) {
        let len = vm.host().read_file(&path).map_or(0, |b| b.len());
        (0o100_644, len as i64)
    } else {
        return Err(os_error(
            vm,
            &std::io::ErrorKind::NotFound.into(),
            Some(&args[0]),
        ));
    };
    let mut items = vec![Value::i32(mode)];
    items.extend((0..5).map(|_| Value::i32(0)));
    items.push(vm.new_int(size));
    items.extend((0..3).map(|_| Value::i32(0)));
    new_struct(vm, &STAT_RESULT, items)
}

fn access(vm: &Vm, args: &[Value]) -> PyResult {
    let path = path_text(vm, &args[0])?;
    Ok(Value::bool(
        vm.host().is_file(&path) || vm.host().is_dir(&path),
    ))
}

fn current_dir(vm: &Vm) -> String {
    vm.host().env("PWD").unwrap_or_else(|| "/".to_string())
}

fn exit(vm: &Vm, args: &[Value]) -> PyResult {
    // Ending the host's process is not the program's to do: it ends itself.
    Err(vm.new_raise(&vm.exc_types.SystemExit, vec![args[0].clone()]))
}

fn strerror(vm: &Vm, args: &[Value]) -> PyResult {
    let n = vm.int_arg(&args[0])?;
    let text = match n {
        0 => "Success",
        1 => "Operation not permitted",
        2 => "No such file or directory",
        4 => "Interrupted system call",
        5 => "Input/output error",
        9 => "Bad file descriptor",
        11 => "Resource temporarily unavailable",
        12 => "Cannot allocate memory",
        13 => "Permission denied",
        17 => "File exists",
        20 => "Not a directory",
        21 => "Is a directory",
        22 => "Invalid argument",
        28 => "No space left on device",
        32 => "Broken pipe",
        _ => return Ok(vm.new_str(&format!("Unknown error {n}"))),
    };
    Ok(vm.new_str(text))
}

/// The path as bytes, as the file system has it.
fn fs_bytes(vm: &Vm, text: &str) -> Value {
    match Codec::Utf8.encode(
        opyc_core::text::StrBuf::from(text).view(),
        Errors::SurrogateEscape,
    ) {
        Ok(b) => vm.new_bytes(&b),
        Err(_) => vm.new_bytes(text.as_bytes()),
    }
}

/// What the host cannot do.
fn refused(vm: &Vm, path: &Value) -> PyResult {
    Err(os_error(
        vm,
        &std::io::ErrorKind::PermissionDenied.into(),
        Some(path),
    ))
}

fn no_terminal(vm: &Vm, _: &[Value]) -> PyResult {
    let e = std::io::Error::from_raw_os_error(25);
    Err(os_error(vm, &e, None))
}

module!(
    POSIX,
    "posix",
    VersionRange::ALL,
    init,
    [
        MethodDef::function("fspath", "path", fspath),
        MethodDef::function("stat", "path, *, dir_fd=, follow_symlinks=", stat),
        MethodDef::function("lstat", "path, *, dir_fd=", stat),
        MethodDef::function(
            "access",
            "path, mode, *, dir_fd=, effective_ids=, follow_symlinks=",
            access
        ),
        MethodDef::function("open", "path, flags, mode=, *, dir_fd=", |vm, a| refused(
            vm, &a[0]
        )),
        MethodDef::function("listdir", "path=", |vm, a| refused(
            vm,
            a[0].opt().unwrap_or(&Value::NONE)
        )),
        MethodDef::function("scandir", "path=", |vm, a| refused(
            vm,
            a[0].opt().unwrap_or(&Value::NONE)
        )),
        MethodDef::function("mkdir", "path, mode=, *, dir_fd=", |vm, a| refused(
            vm, &a[0]
        )),
        MethodDef::function("rmdir", "path, *, dir_fd=", |vm, a| refused(vm, &a[0])),
        MethodDef::function("unlink", "path, *, dir_fd=", |vm, a| refused(vm, &a[0])),
        MethodDef::function("remove", "path, *, dir_fd=", |vm, a| refused(vm, &a[0])),
        MethodDef::function(
            "rename",
            "src, dst, *, src_dir_fd=, dst_dir_fd=",
            |vm, a| refused(vm, &a[0])
        ),
        MethodDef::function("getcwd", "", |vm, _| Ok(vm.new_str(&current_dir(vm)))),
        MethodDef::function("getcwdb", "", |vm, _| Ok(fs_bytes(vm, &current_dir(vm)))),
        MethodDef::function("_exit", "status", exit),
        MethodDef::function("strerror", "code, /", strerror),
        MethodDef::function("isatty", "fd, /", |vm, a| vm
            .int_arg(&a[0])
            .map(|_| Value::FALSE)),
        MethodDef::function("get_terminal_size", "fd=, /", no_terminal),
        MethodDef::function("cpu_count", "", |_, _| Ok(Value::i32(1))),
        MethodDef::function("getpid", "", |_, _| Ok(Value::i32(1))),
        // The environment of the host's process stays as it is; `os.environ` remembers what the program sets.
        MethodDef::function("putenv", "name, value, /", |_, _| Ok(Value::NONE)),
        MethodDef::function("unsetenv", "name, /", |_, _| Ok(Value::NONE)),
    ]
);
module!(
    POSIX_7,
    "posix",
    VersionRange::minors(7, 14),
    no_init,
    [MethodDef::function(
        "register_at_fork",
        "*, before=, after_in_child=, after_in_parent=",
        |_, _| Ok(Value::NONE)
    ),]
);
