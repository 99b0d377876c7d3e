#!/usr/bin/env python3
"""Compare `opyc dis` with the `dis` module of a CPython, letter by letter.

    tools/check_dis.py target/debug/opyc python3.12 [--every N] [--root DIR]

Compiles the modules of the standard library (or of DIR) with the given CPython, lists each with both, and shows the
first differences. The exit code says whether all are equal. Addresses of code objects are left out of both.

A CPython that sees the file system below another name (a WebAssembly build) needs --prefix; its command may have
several words: "py314 run" --prefix /host.

    python3.12 tools/check_dis.py --say LIST

prints what `dis` says of the .pyc files that LIST names, one a line. tests/dis.rs uses it.
"""
import argparse
import contextlib
import dis
import io
import marshal
import os
import re
import subprocess
import sys
import tempfile

MINOR = sys.version_info[1]
HEADER = 12 if MINOR == 6 else 16
ADDRESS = re.compile(r"(<code object .*?) at 0x[0-9a-fA-F]+, file")


# This half runs in the CPython that is asked, 3.6 included.

def listing(code):
    """What `dis.dis` prints. That of 3.6 leaves nested code out: it is added as 3.7 does."""
    out = io.StringIO()

    def one(code):
        dis.dis(code, file=out)
        if MINOR == 6:
            for constant in code.co_consts:
                if hasattr(constant, "co_code"):
                    print("\nDisassembly of %r:" % (constant,), file=out)
                    one(constant)

    one(code)
    return ADDRESS.sub(r"\1, file", out.getvalue())


def say(files, out):
    for name in files:
        with open(name, "rb") as file:
            code = marshal.loads(file.read()[HEADER:])
        out.write(listing(code))


def sources(root):
    for folder, folders, files in sorted(os.walk(root)):
        folders[:] = [name for name in folders if name not in ("site-packages", "__pycache__")]
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(folder, file)


def library():
    """Folder of the standard library's sources; one that lies in an archive is unpacked."""
    root = os.path.dirname(os.__file__)
    if not os.path.isdir(root):
        import zipfile
        target = tempfile.mkdtemp()
        zipfile.ZipFile(root).extractall(target)
        root = target
    return root


def answer(root, every, out):
    """Compiles what is below `root` into the folder `out`, and lists it there."""
    from importlib.util import MAGIC_NUMBER
    count = 0
    for path in list(sources(root))[::every]:
        try:
            with open(path, "rb") as file:
                code = compile(file.read(), os.path.relpath(path, root), "exec", dont_inherit=True)
            data = marshal.dumps(code)
            text = listing(marshal.loads(data))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        with open(os.path.join(out, "%d.pyc" % count), "wb") as file:
            file.write(MAGIC_NUMBER + bytes(HEADER - 4) + data)
        with open(os.path.join(out, "%d.txt" % count), "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        count += 1
    with open(os.path.join(out, "count"), "w") as file:
        file.write(str(count))


# This half compares.

def ask(command, prefix, root, every, out):
    options = ["--answer", prefix + out, "--every", str(every)]
    if root:
        options += ["--root", prefix + os.path.abspath(root)]
    warnings = [] if prefix else ["-W", "ignore"]
    env = dict(os.environ, PYTHONHASHSEED="0")
    subprocess.run([*command.split(), *warnings, os.path.abspath(__file__), *options], check=True, env=env)


def compare(opyc, out, count):
    """Prints the first differences; numbers of lines, of lines that differ, and of files with such lines."""
    lines = differences = files = 0
    for n in range(count):
        file = os.path.join(out, "%d.pyc" % n)
        got = subprocess.run([opyc, "dis", file], stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
        with open(os.path.join(out, "%d.txt" % n), encoding="utf-8", newline="") as text:
            wanted = text.read().split("\n")
        lines += len(wanted)
        if got == wanted:
            continue
        files += 1
        got += ["nothing"] * (len(wanted) - len(got))
        wanted += ["nothing"] * (len(got) - len(wanted))
        for at, (want, have) in enumerate(zip(wanted, got)):
            if want != have:
                differences += 1
                if differences <= 10:
                    print("%s line %d\n  CPython: %r\n  opyc:    %r" % (file, at + 1, want[:300], have[:300]))
    return lines, differences, files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("opyc", nargs="?", help="the opyc command")
    parser.add_argument("python", nargs="?", default=sys.executable, help="the CPython to compare with")
    parser.add_argument("--every", type=int, default=1, help="take every Nth module only")
    parser.add_argument("--root", help="folder of sources; default: that CPython's standard library")
    parser.add_argument("--prefix", default="", help="what that CPython calls the root of the file system")
    parser.add_argument("--say", metavar="LIST", help="print what this CPython says of the files that LIST names")
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.say:
        with open(options.say) as file:
            files = file.read().split("\n")
        with io.open(sys.stdout.fileno(), "w", encoding="utf-8", errors="backslashreplace", newline="",
                     closefd=False) as out:
            say(filter(None, files), out)
        return
    if options.answer:
        answer(options.root or library(), options.every, options.answer)
        return
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(tempfile.TemporaryDirectory())
        ask(options.python, options.prefix, options.root, options.every, out)
        with open(os.path.join(out, "count")) as file:
            count = int(file.read())
        lines, differences, files = compare(options.opyc, out, count)
    print("%s: %d modules, %d lines; %d lines differ, in %d modules" %
          (options.python, count, lines, differences, files))
    sys.exit(differences > 0 or count == 0)


main()
