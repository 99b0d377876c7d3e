#!/usr/bin/env python3
"""Compare what opyc reads from .pyc files with what a CPython says of the same code.

    cargo build -p opyc-core --example dump_decode
    tools/check_decode.py target/debug/examples/dump_decode python3.12 [--every N] [--root DIR]

Compiles the modules of the standard library (or of DIR) with the given CPython; compares names, constants, decoded
instructions, jump targets, exception tables, lines and columns. The exit code says whether all are equal.

A CPython that sees the file system below another name (a WebAssembly build) needs --prefix; its command may have
several words: "py314 run" --prefix /host.
"""
import argparse
import dis
import marshal
import os
import struct
import subprocess
import sys
import tempfile
from itertools import zip_longest

JUMPS = set(dis.hasjrel + dis.hasjabs) - {dis.opmap.get("END_ASYNC_FOR")}
CELLS = {"LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF", "LOAD_CLASSDEREF", "LOAD_CLOSURE", "LOAD_FROM_DICT_OR_DEREF",
         "MAKE_CELL"}
MINOR = sys.version_info[1]


# This half runs in the CPython that is asked, 3.6 included.

def text(string):
    return "".join(c if c.isalnum() and c < "\x7f" or c in "_.<>/" else "&%x;" % ord(c) for c in string)


def bits(number):
    return struct.pack(">d", number).hex()


def constant(value):
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if value is Ellipsis:
        return "Ellipsis"
    if kind is int:
        return "int:%x" % value
    if kind is float:
        return "float:" + bits(value)
    if kind is complex:
        return "complex:%s,%s" % (bits(value.real), bits(value.imag))
    if kind is bytes:
        return "bytes:" + value.hex()
    if kind is str:
        return "str:" + text(value)
    if kind is tuple:
        return "(%s)" % ",".join(map(constant, value))
    if kind is frozenset:
        return "{%s}" % ",".join(sorted(map(constant, value)))
    if kind is slice:
        return "slice(%s)" % ",".join(map(constant, (value.start, value.stop, value.step)))
    return "code:" + text(value.co_name)


def name_shift(opname):
    if opname == "LOAD_SUPER_ATTR":
        return 2
    return int(opname == "LOAD_GLOBAL" and MINOR >= 11 or opname == "LOAD_ATTR" and MINOR >= 12)


def operand(instruction):
    """What dis makes of an argument, as far as it says so in every version."""
    if instruction.opcode in JUMPS:
        return " to %d" % instruction.argval
    if instruction.opcode in dis.hasname:
        shift = name_shift(instruction.opname)
        return " name %d %d" % (instruction.arg >> shift, instruction.arg & (1 << shift) - 1)
    if instruction.opname in CELLS:
        return " cell " + text(instruction.argval)
    if instruction.opcode in dis.hascompare:
        sign = instruction.argval[5:-1] if instruction.argval.startswith("bool(") else instruction.argval
        return " compare " + sign
    return ""


def line_starts(code):
    if MINOR < 10:
        return [(start, line) for start, line in dis.findlinestarts(code) if start < len(code.co_code)]
    starts = []
    for start, end, line in code.co_lines():
        if start < end and (not starts or starts[-1][1] != line):
            starts.append((start, line))
    return starts


def describe(code):
    posonly = getattr(code, "co_posonlyargcount", 0)
    yield "code %s %d %d %d %d %d %#x %d %s" % (
        text(code.co_name), code.co_argcount, posonly, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize,
        code.co_flags, code.co_firstlineno, text(code.co_filename))
    yield "qualname " + text(getattr(code, "co_qualname", code.co_name))
    for title in ("names", "varnames", "cellvars", "freevars"):
        yield title + " " + ",".join(map(text, getattr(code, "co_" + title)))
    for value in code.co_consts:
        yield "const " + constant(value)
    for instruction in dis.get_instructions(code):
        if instruction.opname != "EXTENDED_ARG":
            arg = instruction.arg or 0
            yield "op %d %s %d%s" % (instruction.offset, instruction.opname, arg, operand(instruction))
    if MINOR >= 11:
        for entry in dis._parse_exception_table(code):
            yield "exception %d %d %d %d %d" % (entry.start, entry.end, entry.target, entry.depth, entry.lasti)
    for start, line in line_starts(code):
        yield "line %d %s" % (start, "-" if line is None else line)
    if MINOR >= 11:
        last = None
        for unit, position in enumerate(code.co_positions()):
            if position != last:
                last = position
                yield " ".join(["position", str(2 * unit)] + ["-" if n is None else str(n) for n in position])
    for value in code.co_consts:
        if isinstance(value, type(code)):
            yield from describe(value)


def sources(root):
    for folder, folders, files in sorted(os.walk(root)):
        folders[:] = [name for name in folders if name not in ("site-packages", "__pycache__")]
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(folder, file)


def answer(root, every, out):
    """Compiles what is below `root` into the folder `out`, with a list of the files and what they hold."""
    from importlib.util import MAGIC_NUMBER
    header = MAGIC_NUMBER + bytes(8 if MINOR == 6 else 12)
    count = 0
    with open(os.path.join(out, "expected"), "w") as expected:
        for path in list(sources(root))[::every]:
            try:
                with open(path, "rb") as file:
                    code = compile(file.read(), os.path.relpath(path, root), "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            with open(os.path.join(out, "%d.pyc" % count), "wb") as file:
                file.write(header + marshal.dumps(code))
            count += 1
            for line in describe(code):
                expected.write(line + "\n")
    with open(os.path.join(out, "count"), "w") as file:
        file.write(str(count))


# This half compares.

def ask(command, prefix, root, every, out):
    options = ["--answer", prefix + out, "--every", str(every)]
    if root:
        options += ["--root", prefix + os.path.abspath(root)]
    script = os.path.abspath(__file__)
    subprocess.run([*command.split(), "-W", "ignore", script, *options] if not prefix else
                   [*command.split(), script, *options], check=True)


def compare(out):
    """Prints the first differences; counts of lines by their first word, and of differences."""
    counts, differences = {}, 0
    where = ""
    with open(os.path.join(out, "expected")) as expected, open(os.path.join(out, "got")) as got:
        for wanted, found in zip_longest(expected, got, fillvalue="nothing\n"):
            kind = wanted.split(" ", 1)[0].strip()
            counts[kind] = counts.get(kind, 0) + 1
            if kind == "code":
                where = wanted
            if wanted != found:
                differences += 1
                if differences <= 10:
                    print("in " + where + "  CPython: " + wanted + "  opyc:    " + found, end="")
    return counts, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", nargs="?", help="the built example dump_decode")
    parser.add_argument("python", nargs="?", default=sys.executable, help="the CPython to compare with")
    parser.add_argument("--every", type=int, default=1, help="take every Nth module only")
    parser.add_argument("--root", help="folder of sources; default: that CPython's standard library")
    parser.add_argument("--prefix", default="", help="what that CPython calls the root of the file system")
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer(options.root or os.path.dirname(os.__file__), options.every, options.answer)
        return
    with tempfile.TemporaryDirectory() as out:
        ask(options.python, options.prefix, options.root, options.every, out)
        with open(os.path.join(out, "count")) as file:
            count = int(file.read())
        with open(os.path.join(out, "list"), "w") as file:
            file.writelines(os.path.join(out, "%d.pyc\n" % n) for n in range(count))
        with open(os.path.join(out, "got"), "w") as got:
            subprocess.run([options.dump, "@" + file.name], stdout=got, check=True)
        counts, differences = compare(out)
    print(options.python, count, "files:", ", ".join("%d %s" % (n, kind) for kind, n in counts.items()))
    print(differences, "differences")
    sys.exit(differences > 0 or count == 0)


main()
