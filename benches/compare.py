#!/usr/bin/env python3
"""Run the benchmark programs under opyc and other Pythons, side by side, and print how much faster opyc is.

    benches/compare.py python3.11                          against target/release/opyc
    benches/compare.py python3.11 python3.13 pypy3         against several; the first one compiles
    benches/compare.py python3.11 --only calls,floats --repeat 9 --opyc PATH --compile-with python3.8

The first Python (or --compile-with) compiles each program afresh; it and opyc run the same .pyc file, other Pythons
the source. All take turns, so that a busy moment hits everybody, and the median of the runs counts. A ratio above 1
says that opyc took less time. Times are those of whole processes (user and system), so they include the start.
The exit code is 1 if any output differs from the first Python's.
"""
import argparse
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIZES = re.compile(r"# sizes: (\d+) to time, (\d+) to count$", re.M)


def programs(only=None):
    """Yields path, size to time and size to count."""
    for path in sorted((HERE / "programs").glob("*.py")):
        if only and path.stem not in only:
            continue
        timed, counted = SIZES.search(path.read_text()).groups()
        yield path, int(timed), int(counted)


def compile_program(python, path, target):
    """Compiles a program; the .pyc does not depend on its time or place."""
    code = ("import py_compile, sys; "
            "mode = getattr(py_compile, 'PycInvalidationMode', None); "
            "more = {'invalidation_mode': mode.UNCHECKED_HASH} if mode else {}; "
            "py_compile.compile(sys.argv[1], cfile=sys.argv[2], dfile=sys.argv[3], doraise=True, **more)")
    subprocess.run([python, "-c", code, str(path), str(target), path.name], check=True)


def run(command):
    """Output, error and seconds of processor time."""
    env = dict(os.environ, PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    # The programs print a few lines at most, so neither pipe fills up while the other is read.
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        err = err or "exit code %d" % process.returncode
    return out, err, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", nargs="+")
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    parser.add_argument("--opyc", default=str(pathlib.Path(target) / "release" / "opyc"))
    parser.add_argument("--compile-with")
    parser.add_argument("--only", type=lambda s: s.split(","))
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    compiler = options.compile_with or options.python[0]
    for tool in [options.opyc, compiler] + options.python:
        if not shutil.which(tool):
            parser.error("there is no %s" % tool)
    names = [pathlib.Path(p).name for p in options.python]
    print("%-24s%12s" % ("seconds, opyc's ratio", "opyc"), *("%22s" % n for n in names))
    ratios, wrong = [[] for _ in names], []
    with tempfile.TemporaryDirectory() as folder:
        for path, size, _ in programs(options.only):
            pyc = os.path.join(folder, path.stem + ".pyc")
            compile_program(compiler, path, pyc)
            first = pyc if compiler == options.python[0] else str(path)
            commands = [[options.opyc, "run", pyc, str(size)], [options.python[0], first, str(size)]]
            commands += [[p, str(path), str(size)] for p in options.python[1:]]
            seconds, expected = [[] for _ in commands], None
            for _ in range(options.repeat):
                for command, times in reversed(list(zip(commands, seconds))):
                    out, err, time = run(command)
                    times.append(time)
                    if command is commands[-1] and expected is None:
                        expected = out
                    if err or out != expected:
                        wrong.append("%s under %s: %s" % (path.stem, command[0], (err or out).strip()[-200:]))
            opyc, *others = map(statistics.median, seconds)
            for ratio, other in zip(ratios, others):
                ratio.append(other / opyc)
            print("%-24s%12.3f" % (path.stem, opyc), *("%14.3f  x%5.2f" % (o, o / opyc) for o in others), flush=True)
    for title, summary in [
        ("geometric mean", lambda r: math.exp(sum(map(math.log, r)) / len(r))), ("minimum", min), ("maximum", max),
    ]:
        print("%-36s" % title, *("%16sx%5.2f" % ("", summary(r)) for r in ratios))
    for line in dict.fromkeys(wrong):
        print("wrong:", line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
