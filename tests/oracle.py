"""The part of make_fixtures.py that runs inside the CPython that is asked.

    oracle.py compile JOBS.json           write .pyc files
    oracle.py run JOBS.json RESULTS.json  run .pyc files in this one process
    oracle.py library FOLDER.json         compile this CPython's own library into a folder
    oracle.py opcodes JOBS.json RESULTS.json  opcode names that .pyc files use, and those that exist

Understood by every CPython from 3.6 on. `run` is for interpreters that are slow to start
(3.14 as WASM); all others run each program in a process of its own.
"""
import dis
import importlib.util
import io
import json
import marshal
import os
import sys
import tempfile
import types
import warnings
import zipfile
import zlib

HEADER = 16 if sys.version_info >= (3, 7) else 12


def compile_one(source, shown_as, target, force):
    """Byte-compile `source` so that its tracebacks name `shown_as`, unless `target` is made of this very text."""
    with open(source, "rb") as f:
        text = f.read()
    header = importlib.util.MAGIC_NUMBER
    if sys.version_info >= (3, 7):
        unchecked_hash = (1).to_bytes(4, "little")
        header += unchecked_hash + importlib.util.source_hash(text)
    else:
        # 3.6 knows only times; a checksum in its place never changes with the clock.
        header += zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    if not force and os.path.exists(target):
        with open(target, "rb") as f:
            if f.read(HEADER) == header:
                return
    # Some programs do on purpose what CPython advises against.
    warnings.simplefilter("ignore")
    code = compile(text, shown_as, "exec", dont_inherit=True)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as f:
        f.write(header + marshal.dumps(code))


# Parts of the library that no program imports.
NOT_COMPILED = {"__pycache__", "site-packages", "test", "tests", "idlelib", "lib2to3", "tkinter", "turtledemo", "ensurepip", "distutils"}


def compile_library(target):
    """Compile the .py files of this CPython's library into `target`, without `__pycache__` folders."""
    library = os.path.dirname(os.__file__)
    if not os.path.isdir(library):
        # The WASM build keeps it in a zip file.
        unpacked = tempfile.mkdtemp()
        with zipfile.ZipFile(library) as packed:
            packed.extractall(unpacked)
        library = unpacked
    for folder, names, files in os.walk(library):
        names[:] = sorted(set(names) - NOT_COMPILED)
        for name in files:
            if name.endswith(".py"):
                source = os.path.join(folder, name)
                shown_as = os.path.relpath(source, library)
                try:
                    compile_one(source, shown_as, os.path.join(target, shown_as + "c"), False)
                except (SyntaxError, UnicodeDecodeError):
                    pass  # Templates and samples of broken files.


def load(path):
    with open(path, "rb") as f:
        return marshal.loads(f.read()[HEADER:])


def run_one(pyc, argv, path, cwd):
    """Run a program in a fresh `__main__`; return [stdout, stderr, exit code]."""
    saved = sys.argv, sys.path[:], sys.stdout, sys.stderr, os.getcwd(), sys.getrecursionlimit()
    modules = set(sys.modules)
    main = types.ModuleType("__main__")
    old_main = sys.modules["__main__"]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", handler, newline="\n", write_through=True)
                for handler in ("strict", "backslashreplace"))
    status = 0
    try:
        code = load(pyc)
        main.__file__ = pyc
        main.__builtins__ = __builtins__
        sys.modules["__main__"] = main
        sys.argv = [pyc] + argv
        sys.path[:0] = [os.path.dirname(pyc)] + path
        importlib.invalidate_caches()
        os.chdir(cwd)
        sys.stdout, sys.stderr = out, err
        try:
            exec(code, main.__dict__)
        except SystemExit as e:
            if isinstance(e.code, int):
                status = e.code & 0xFF
            elif e.code is not None:
                print(e.code, file=sys.stderr)
                status = 1
        except BaseException as e:
            # The first entry is this function's own.
            e.__traceback__ = e.__traceback__.tb_next
            sys.excepthook(type(e), e, e.__traceback__)
            status = 1
        main.__dict__.clear()
    finally:
        sys.modules["__main__"] = old_main
        sys.argv, sys.path[:], sys.stdout, sys.stderr, cwd, limit = saved
        os.chdir(cwd)
        sys.setrecursionlimit(limit)
        for name in set(sys.modules) - modules:
            if getattr(sys.modules[name], "__file__", None) is not None:
                del sys.modules[name]
    return [out.buffer.getvalue().decode(), err.buffer.getvalue().decode(), status]


def used_opcodes(code, names):
    for instruction in dis.get_instructions(code):
        names.add(instruction.opname)
        if instruction.opname == "EXTENDED_ARG":
            names.add("EXTENDED_ARG")
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            used_opcodes(const, names)


def main():
    verb, jobs, *rest = sys.argv[1:]
    with open(jobs) as f:
        jobs = json.load(f)
    if verb == "compile":
        failed = False
        for job in jobs:
            try:
                compile_one(*job)
            except SyntaxError as e:
                print(job[1], e, file=sys.stderr)
                failed = True
        sys.exit(int(failed))
    if verb == "library":
        compile_library(jobs)
        return
    if verb == "run":
        result = [run_one(*job) for job in jobs]
    elif verb == "opcodes":
        names = set()
        for path in jobs:
            used_opcodes(load(path), names)
        real = [name for name, number in dis.opmap.items() if number < 256]
        result = [sorted(names), sorted(real)]
    with open(rest[0], "w") as f:
        json.dump(result, f)


if __name__ == "__main__":
    main()
