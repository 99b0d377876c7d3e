#!/usr/bin/env python3
"""Compile and run every test program with real CPythons, and record what they print.

    tests/make_fixtures.py                   bring .pyc and .out files up to date
    tests/make_fixtures.py --check           compare them with what CPython says now; write nothing
    tests/make_fixtures.py --coverage        which opcodes of each version no program uses
    tests/make_fixtures.py --only calls/     only programs whose name starts so
    tests/make_fixtures.py --libraries DIR   compile each CPython's library into DIR/3.N

Interpreters: `--python 3.8=PATH`, else `python3.8` on PATH, else pyenv. CPython 3.14 may also be
`--py314 COMMAND`, where `COMMAND run SCRIPT ARGS...` runs a script and finds the files of this
machine under /host. Versions without an interpreter keep what was recorded before.
See README.md for the formats.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent
PROGRAMS = TESTS / "programs"
FIXTURES = TESTS / "fixtures"
ORACLE = TESTS / "oracle.py"
VERSIONS = ["3.%d" % minor for minor in range(6, 15)]
PARTS = ["stdout", "stderr", "exit"]
# Never in a .pyc file: made by the compiler for itself, or by the interpreter at run time.
NOT_IN_FILES = {
    "CACHE", "RESERVED", "INTERPRETER_EXIT", "EXIT_INIT_CHECK", "ENTER_EXECUTOR", "PRINT_EXPR",
}
# Compilers before 3.10 leave none behind.
NO_NOP = {"3.6", "3.7", "3.8", "3.9"}


class Program:
    """One program: its source, its `# key: value` header and its helper modules."""

    def __init__(self, path):
        self.path = path
        self.name = path.relative_to(PROGRAMS).with_suffix("").as_posix()
        self.out = path.with_suffix(".out")
        header = {}
        for line in path.read_text("utf-8").splitlines()[:4]:
            match = re.match(r"# (versions|needs|args|oracle): (.*)", line)
            if match:
                header[match[1]] = match[2].strip()
        self.versions = parse_versions(header.get("versions", "3.6+"))
        self.args = header.get("args", "").split()
        self.needs = header.get("needs", "").split()
        self.not_wasm = header.get("oracle") == "64-bit"
        self.helpers = path.with_suffix("")

    def sources(self):
        """The program's file and those of its helpers."""
        yield self.path
        if self.helpers.is_dir():
            yield from sorted(self.helpers.rglob("*.py"))


def parse_versions(text):
    """`3.8+`, `3.10-3.12`, `3.7`, or several of them with blanks between."""
    found = []
    for item in text.split():
        match = re.fullmatch(r"3\.(\d+)(\+|-3\.(\d+))?", item)
        if not match:
            raise SystemExit("cannot read the version range %r" % item)
        first = int(match[1])
        last = 14 if match[2] == "+" else int(match[3] or first)
        found += ["3.%d" % n for n in range(first, last + 1)]
    return [version for version in VERSIONS if version in found]


def show_versions(versions):
    """The shortest text that `parse_versions` reads as these versions."""
    runs = []
    for minor in sorted(int(v[2:]) for v in versions):
        if runs and runs[-1][1] == minor - 1:
            runs[-1][1] = minor
        else:
            runs.append([minor, minor])
    return " ".join("3.%d" % a if a == b else "3.%d-3.%d" % (a, b) for a, b in runs)


def read_out(path):
    """An .out file as {version: {part: text}}."""
    results, keys, part = {}, [], None
    if not path.exists():
        return results
    for line in path.read_text("utf-8").split("\n")[:-1]:
        if line.startswith("== "):
            part, rest = line[3:].split(" ", 1)
            cut = rest.endswith(" (no newline at the end)")
            keys = parse_versions(rest.split(" (")[0])
            for key in keys:
                results.setdefault(key, {})[part] = ""
            continue
        text = line[1:] if line.startswith("\\") else line
        for key in keys:
            before = results[key][part]
            if cut:
                results[key][part] = before + ("\n" if before else "") + text
            else:
                results[key][part] = before + text + "\n"
    return results


def write_out(path, results):
    """Write {version: {part: text}}, every text once."""
    lines = []
    for part in PARTS:
        groups = {}
        for version in VERSIONS:
            text = results.get(version, {}).get(part)
            if text:
                groups.setdefault(text, []).append(version)
        for text, versions in groups.items():
            cut = not text.endswith("\n")
            lines.append("== %s %s%s" % (part, show_versions(versions), " (no newline at the end)" if cut else ""))
            for line in (text if cut else text[:-1]).split("\n"):
                lines.append("\\" + line if line.startswith(("== ", "\\")) else line)
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


class CPython:
    """A real interpreter of one version."""

    def __init__(self, version, command, in_process=False):
        self.version, self.command, self.in_process = version, command, in_process

    def seen(self, path):
        """The path as the interpreter sees it."""
        return "/host" + str(path) if self.in_process else str(path)

    def ask(self, verb, jobs, scratch):
        """Run oracle.py, and return its answer."""
        asked, answer = scratch / (self.version + ".jobs"), scratch / (self.version + ".answer")
        asked.write_text(json.dumps(jobs))
        arguments = [verb, self.seen(asked), self.seen(answer)]
        command = self.command + (["run"] if self.in_process else []) + [str(ORACLE)] + arguments
        subprocess.run(command, check=True)
        return json.loads(answer.read_text()) if answer.exists() else None

    def compile(self, programs, folder, scratch, force):
        """Compile what changed since its .pyc was made."""
        jobs = []
        for program in programs:
            for source in program.sources():
                shown_as = source.relative_to(PROGRAMS)
                target = (folder / shown_as).with_suffix(".pyc")
                jobs.append([self.seen(source), shown_as.as_posix(), self.seen(target), force])
        self.ask("compile", jobs, scratch)

    def run(self, programs, folder, scratch, seed):
        """Run the programs; return {name: {part: text}}."""
        jobs = []
        programs = [p for p in programs if not (self.in_process and p.not_wasm)]
        for program in programs:
            pyc = (folder / program.name).with_suffix(".pyc")
            path = [pyc.with_suffix("")] if program.helpers.is_dir() else []
            jobs.append((pyc, program.args, path))
        if self.in_process:
            asked = [[self.seen(pyc), args, [self.seen(p) for p in path], self.seen(PROGRAMS)] for pyc, args, path in jobs]
            answers = self.ask("run", asked, scratch)
        else:
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(lambda job: self.run_one(*job, seed), jobs))
        results = {}
        addresses = [p.name for p, answer in zip(programs, answers) if " at 0x" in answer[0] + answer[1]]
        if addresses:
            raise SystemExit("%s: printing addresses: %s" % (self.version, ", ".join(addresses)))
        for program, (stdout, stderr, status) in zip(programs, answers):
            results[program.name] = {"stdout": stdout, "stderr": stderr, "exit": "%d\n" % status if status else ""}
        return results

    def run_one(self, pyc, args, path, seed):
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONHASHSEED": seed,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join(str(p) for p in path),
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            self.command + [str(pyc)] + args, cwd=PROGRAMS, env=environment, timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.stdout.decode(), done.stderr.decode(), done.returncode


def find_cpythons(options):
    """The interpreters to ask, by version."""
    given = dict(item.split("=", 1) for item in options.python)
    pyenv = {}
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
        for folder in pathlib.Path(root, "versions").glob("3.*"):
            pyenv[".".join(folder.name.split(".")[:2])] = str(folder / "bin" / "python3")
    found = []
    for version in VERSIONS:
        for candidate in (given.get(version), "python" + version, pyenv.get(version)):
            if candidate and is_version(candidate, version):
                found.append(CPython(version, [candidate]))
                break
        else:
            if version == "3.14" and options.py314:
                found.append(CPython(version, shlex.split(options.py314), in_process=True))
    return found


def is_version(command, version):
    probe = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([command, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.stdout.decode().split() == ["cpython", version]


def find_programs(only):
    programs = []
    for path in sorted(PROGRAMS.glob("*/*.py")):
        program = Program(path)
        stem = path.stem
        if stem in getattr(sys, "stdlib_module_names", ()):
            # A program's own folder comes first on sys.path.
            raise SystemExit("%s: rename it, it would hide the module %s" % (program.name, stem))
        if program.name.startswith(only):
            programs.append(program)
    return programs


def record(programs, cpythons, scratch, options):
    """Write .pyc and .out files."""
    results = {program.name: read_out(program.out) for program in programs}
    for program in programs:
        for version in list(results[program.name]):
            if version not in program.versions:
                del results[program.name][version]
    for cpython in cpythons:
        mine = [p for p in programs if cpython.version in p.versions]
        folder = FIXTURES / cpython.version
        cpython.compile(mine, folder, scratch, options.force)
        for name, result in cpython.run(mine, folder, scratch, options.hash_seed).items():
            results[name][cpython.version] = result
        print("%s: %d programs" % (cpython.version, len(mine)))
    for program in programs:
        take_over_for_wasm(program, results[program.name], cpythons)
        write_out(program.out, results[program.name])
    if not options.only:
        remove_strays(programs)


def take_over_for_wasm(program, results, cpythons):
    """The WASM 3.14 is a 32-bit one with a small stack: take 3.13's word where the program says so."""
    wasm = any(c.version == "3.14" and c.in_process for c in cpythons)
    if program.not_wasm and wasm and "3.13" in results and "3.14" in program.versions:
        results["3.14"] = dict(results["3.13"])


def remove_strays(programs):
    """Delete fixtures whose program is gone."""
    wanted = set()
    for program in programs:
        for version in program.versions:
            for source in program.sources():
                wanted.add((FIXTURES / version / source.relative_to(PROGRAMS)).with_suffix(".pyc"))
    for pyc in FIXTURES.rglob("*.pyc"):
        if pyc not in wanted:
            pyc.unlink()
    outs = {program.out for program in programs}
    for out in PROGRAMS.rglob("*.out"):
        if out not in outs:
            out.unlink()


def check(programs, cpythons, scratch, options):
    """Compile and run afresh; report where the recorded fixtures say otherwise."""
    wrong = 0
    for cpython in cpythons:
        mine = [p for p in programs if cpython.version in p.versions]
        folder = scratch / cpython.version
        cpython.compile(mine, folder, scratch, force=True)
        fresh = cpython.run(mine, folder, scratch, options.hash_seed)
        for program in mine:
            if program.name not in fresh:
                continue
            recorded = read_out(program.out).get(cpython.version, {})
            for part in PARTS:
                old, new = recorded.get(part, ""), fresh[program.name].get(part, "")
                if old != new:
                    wrong += 1
                    print("%s %s: %s differs from what is recorded" % (cpython.version, program.name, part))
                    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "recorded", "now", n=1, lineterm="")
                    print("\n".join(list(lines)[:20]))
            for source in program.sources():
                target = (FIXTURES / cpython.version / source.relative_to(PROGRAMS)).with_suffix(".pyc")
                made = (folder / source.relative_to(PROGRAMS)).with_suffix(".pyc")
                if not target.exists() or target.read_bytes()[:16] != made.read_bytes()[:16]:
                    wrong += 1
                    print("%s %s: compiled from another source, run tests/make_fixtures.py" % (cpython.version, source))
        print("%s: %d programs compared" % (cpython.version, len(mine)))
    for version in VERSIONS:
        if version not in [c.version for c in cpythons]:
            print("%s: skipped, no such CPython here" % version)
    return wrong


def coverage(programs, cpythons, scratch):
    """Print the opcodes that no program uses."""
    missing_any = 0
    for cpython in cpythons:
        folder = FIXTURES / cpython.version
        files = []
        for program in programs:
            if cpython.version in program.versions:
                files += [(folder / s.relative_to(PROGRAMS)).with_suffix(".pyc") for s in program.sources()]
        used, real = cpython.ask("opcodes", [cpython.seen(f) for f in files], scratch)
        absent = NOT_IN_FILES | ({"NOP"} if cpython.version in NO_NOP else set())
        missing = [n for n in real if n not in used and n not in absent and not n.startswith("INSTRUMENTED_")]
        missing_any += len(missing)
        print("%s: %d of %d used%s" % (cpython.version, len(used), len(used) + len(missing), "".join(", no " + n for n in missing)))
    return missing_any


def compile_libraries(cpythons, folder, scratch):
    """Compile CPython's own library, once, to let opyc import from it."""
    for cpython in cpythons:
        target = folder / cpython.version
        done = target / "complete"
        if not done.exists():
            cpython.ask("library", cpython.seen(target.resolve()), scratch)
            done.touch()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--force", action="store_true", help="compile even what did not change")
    parser.add_argument("--libraries", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--only", default="", metavar="PREFIX")
    parser.add_argument("--version", action="append", default=[], metavar="3.N", help="only these versions")
    parser.add_argument("--python", action="append", default=[], metavar="3.N=PATH")
    parser.add_argument("--py314", metavar="COMMAND")
    parser.add_argument("--hash-seed", default="0", help="programs must not depend on it: try some with --check")
    options = parser.parse_args()
    programs = find_programs(options.only)
    cpythons = find_cpythons(options)
    if options.version:
        cpythons = [c for c in cpythons if c.version in options.version]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        if options.check:
            sys.exit(check(programs, cpythons, scratch, options) > 0)
        if options.coverage:
            sys.exit(coverage(programs, cpythons, scratch) > 0)
        if options.libraries:
            return compile_libraries(cpythons, options.libraries, scratch)
        record(programs, cpythons, scratch, options)


if __name__ == "__main__":
    main()
