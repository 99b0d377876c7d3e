#!/usr/bin/env python3
"""Count the machine instructions that a release build executes for each benchmark program, and compare.

    cargo build --release
    benches/count.py                      compares with benches/counts.txt; exit code 1 if any is more than 3 % above
    benches/count.py --record             writes benches/counts.txt, and compiles the programs where python3.12 is here
    benches/count.py --only calls --opyc PATH
    benches/count.py --against COMMAND --at-most 2
                                          with and without something: exit code 1 if opyc needs that many per cent more
                                          than COMMAND over all programs, or in one of them; README.md tells what for
    benches/count.py --versions python3.11 python3.8 "3.14=py314 compile"
                                          the same programs compiled by several Pythons: exit code 1 if one is more than
                                          20 % above the first; what follows a version's number gets source and target

Commands may have several words. With --spike the eight programs of spike.py are counted instead of those in programs/.

Counts come from valgrind's callgrind. They are the same from run to run: fixed hash seed, fixed .pyc files
(benches/pyc), a bare environment. They do depend on the compiler, so the file names it: under another one, 10 % count.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from compare import HERE, compile_program, programs

COUNTS = HERE / "counts.txt"
PYC = HERE / "pyc"
SPIKE = ["fib", "int", "float", "sieve", "attr", "dict", "gen", "alloc"]
TOLERANCE, OTHER_COMPILER, OTHER_VERSION = 0.03, 0.10, 0.20


def compiler():
    out = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return " ".join(out.split()[:2])


def command(text):
    """The words of a command that runs .pyc files in any folder: of opyc, unless more is said, `run`."""
    first, *more = shlex.split(text)
    return [os.path.abspath(first)] + (more or ["run"])


def count(command, pyc, *args):
    """Instructions of one run."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out"),
                   *command, pyc.name, *args]
        env = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, cwd=str(pyc.parent), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit("%s: %s" % (pyc.name, done.stderr.strip()[-500:]))
    return int(found[1])


def count_all(tasks):
    """The counts of several commands, two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda task: count(*task), tasks))


def recorded():
    """The compiler, and the count of each program."""
    first, *lines = COUNTS.read_text().splitlines()
    return first.lstrip("# "), {name: int(n.replace(",", "")) for name, n in map(str.split, lines)}


def sources(options):
    """Name, source and arguments of each program."""
    if options.spike:
        wanted = [name for name in SPIKE if not options.only or name in options.only]
        return [(name, HERE / "spike.py", [name]) for name in wanted]
    return [(path.stem, path, [str(size)]) for path, _, size in programs(options.only)]


def compiled_by(python, folder, options):
    """Compiles the programs, and an empty one, which is the first; name, .pyc and arguments of each."""
    version, _, own = python.partition("=")
    target = pathlib.Path(folder, re.sub(r"\W", "_", version))
    target.mkdir()
    empty = target / "empty.py"
    empty.write_text("")
    jobs = []
    for name, path, args in [("empty", empty, [])] + sources(options):
        pyc = target / (path.stem + ".pyc")
        if pyc.exists():
            pass
        elif own:
            subprocess.run(shlex.split(own) + [str(path), str(pyc)], check=True, stdout=subprocess.DEVNULL)
        else:
            compile_program(python, path, pyc)
        jobs.append((name, pyc, args))
    return jobs


def compare_versions(opyc, options):
    """The instructions of each program beyond those of an empty one, by the compiler of its .pyc."""
    pythons, bad = options.versions, 0
    names = [pathlib.Path(p.partition("=")[0]).name for p in pythons]
    with tempfile.TemporaryDirectory() as folder:
        jobs = [compiled_by(p, folder, options) for p in pythons]
        start = count_all([(opyc, pyc, *args) for (_, pyc, args), *_ in jobs])
        print("%-24s%15s" % ("", names[0]), *("%11s" % n for n in names[1:]))
        for row in zip(*(rest for _, *rest in jobs)):
            counts = count_all([(opyc, pyc, *args) for _, pyc, args in row])
            first, *others = (n - s for n, s in zip(counts, start))
            ratios = [n / first for n in others]
            bad += sum(r > 1 + OTHER_VERSION for r in ratios)
            print("%-24s%15s" % (row[0][0], format(first, ",")), *("%11.3f" % r for r in ratios), flush=True)
    if bad:
        print("%d counts are more than %g %% above those of %s" % (bad, OTHER_VERSION * 100, names[0]))
    return 1 if bad else 0


def compare_commands(opyc, options):
    """The instructions of opyc beside those of another command."""
    other, bad, whole = command(options.against), 0, [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        for name, pyc, args in compiled_by(options.compile_with, folder, options)[1:]:
            mine, others = count_all([(opyc, pyc, *args), (other, pyc, *args)])
            whole = [whole[0] + mine, whole[1] + others]
            change = (mine / others - 1) * 100
            bad += change > options.at_most
            print("%-24s%15s%15s%+8.2f %%" % (name, format(mine, ","), format(others, ","), change), flush=True)
    change = (whole[0] / whole[1] - 1) * 100
    print("%-24s%15s%15s%+8.2f %%" % ("together", format(whole[0], ","), format(whole[1], ","), change))
    if bad:
        print("%d programs need more than %g %% more" % (bad, options.at_most))
    return 1 if bad or change > options.at_most else 0


def compare_with_record(opyc, options):
    jobs = [(name, PYC / (path.stem + ".pyc"), args) for name, path, args in sources(options)]
    if not options.only:
        jobs.insert(0, ("hello", HERE.parent / "examples" / "hello.pyc", []))
    if options.record:
        if shutil.which(options.compile_with):
            PYC.mkdir(exist_ok=True)
            for _, path, _ in sources(options):
                compile_program(options.compile_with, path, PYC / (path.stem + ".pyc"))
        counts = recorded()[1] if options.only else {}
        counts.update((name, count(opyc, pyc, *args)) for name, pyc, args in jobs)
        lines = ["%-24s%15s" % (name, format(n, ",")) for name, n in counts.items()]
        COUNTS.write_text("\n".join(["# " + compiler()] + lines) + "\n")
        print(COUNTS.read_text(), end="")
        return 0
    made_by, counts = recorded()
    tolerance = TOLERANCE if made_by == compiler() else OTHER_COMPILER
    worse = better = 0
    for name, pyc, args in jobs:
        now, before = count(opyc, pyc, *args), counts.get(name)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    parser.add_argument("--opyc", default="%s run" % shlex.quote(str(pathlib.Path(target) / "release" / "opyc")))
    parser.add_argument("--only", type=lambda s: s.split(","))
    parser.add_argument("--spike", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--against", metavar="COMMAND")
    parser.add_argument("--at-most", type=float, default=3, metavar="PERCENT")
    parser.add_argument("--versions", nargs="+", metavar="PYTHON")
    parser.add_argument("--compile-with", default="python3.12")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: no valgrind here")
        return 0
    opyc = command(options.opyc)
    if options.versions:
        return compare_versions(opyc, options)
    if options.against:
        return compare_commands(opyc, options)
    if options.spike:
        parser.error("--spike is for --against and --versions")
    return compare_with_record(opyc, options)


if __name__ == "__main__":
    sys.exit(main())
