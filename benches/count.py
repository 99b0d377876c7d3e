#!/usr/bin/env python3
"""Count the machine instructions that a release build executes for each benchmark program, and compare.

    cargo build --release
    benches/count.py                      compares with benches/counts.txt; exit code 1 if any is more than 3 % above
    benches/count.py --record             writes benches/counts.txt, and compiles the programs where python3.12 is here
    benches/count.py --only calls --opyc PATH

Counts come from valgrind's callgrind. They are the same from run to run: fixed hash seed, fixed .pyc files
(benches/pyc), a bare environment. They do depend on the compiler, so the file names it: under another one, 10 % count.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from compare import HERE, compile_program, programs

COUNTS = HERE / "counts.txt"
PYC = HERE / "pyc"
TOLERANCE, OTHER_COMPILER = 0.03, 0.10


def compiler():
    out = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return " ".join(out.split()[:2])


def count(opyc, pyc, size):
    """Instructions of one run."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out"),
                   opyc, "run", pyc.name] + ([str(size)] if size else [])
        env = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, cwd=str(pyc.parent), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit("%s: %s" % (pyc.name, done.stderr.strip()[-500:]))
    return int(found[1])


def recorded():
    """The compiler, and the count of each program."""
    first, *lines = COUNTS.read_text().splitlines()
    return first.lstrip("# "), {name: int(n.replace(",", "")) for name, n in map(str.split, lines)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    parser.add_argument("--opyc", default=str(pathlib.Path(target) / "release" / "opyc"))
    parser.add_argument("--only", type=lambda s: s.split(","))
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--compile-with", default="python3.12")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: no valgrind here")
        return 0
    opyc = os.path.abspath(options.opyc)
    jobs = [(path.stem, PYC / (path.stem + ".pyc"), size) for path, _, size in programs(options.only)]
    if not options.only:
        jobs.insert(0, ("hello", HERE.parent / "examples" / "hello.pyc", 0))
    if options.record:
        if shutil.which(options.compile_with):
            PYC.mkdir(exist_ok=True)
            for path, _, _ in programs(options.only):
                compile_program(options.compile_with, path, PYC / (path.stem + ".pyc"))
        counts = recorded()[1] if options.only else {}
        counts.update((name, count(opyc, pyc, size)) for name, pyc, size in jobs)
        lines = ["%-24s%15s" % (name, format(n, ",")) for name, n in counts.items()]
        COUNTS.write_text("\n".join(["# " + compiler()] + lines) + "\n")
        print(COUNTS.read_text(), end="")
        return 0
    made_by, counts = recorded()
    tolerance = TOLERANCE if made_by == compiler() else OTHER_COMPILER
    worse = better = 0
    for name, pyc, size in jobs:
        now, before = count(opyc, pyc, size), counts.get(name)
        if before is None:
            print("%-24s%15s  not recorded" % (name, format(now, ",")))
            worse += 1
            continue
        change = now / before - 1
        print("%-24s%15s%+8.2f %%" % (name, format(now, ","), change * 100), flush=True)
        worse += change > tolerance
        better += change < -tolerance
    if better:
        print("%d programs need fewer instructions than recorded: benches/count.py --record" % better)
    if worse:
        print("%d programs are beyond %g %%, or not recorded" % (worse, tolerance * 100))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
