#!/usr/bin/env python3
"""Does opyc need time linear in the work, and memory linear in the live data?

    benches/growth.py                     with target/release/opyc; python3.12 compiles
    benches/growth.py --only dict --opyc PATH --compile-with python3.12 --steps 4

Each case runs at a size and at 10, 100 and 1,000 times the size. Printed are processor time and memory for one item
beyond those of an empty program; exit code 1 if the largest size needs more than three times as much for an item as
the cheapest smaller one.

Then a loop over methods, attributes and globals runs beside 20 and beside many classes and functions, which must not
slow it down by more than a quarter.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from compare import HERE, compile_program

HEAD = "import sys\nn = int(sys.argv[1])\n"
# Name, first size, whether the items stay alive, program. `n` is the size; a function makes a program for each size.
CASES = [
    ("loop", 100000, False, "t = 0\nfor i in range(n):\n    t += i & 3\n"),
    ("while", 100000, False, "def f(n):\n    while n:\n        n -= 1\nf(n)\n"),
    ("calls", 20000, False, "def f(x):\n    return x\nfor i in range(n):\n    f(i)\n"),
    ("list", 5000, True, "l = []\nfor i in range(n):\n    l.append(i)\nfor i in l:\n    l[i] = i + 1\n"),
    ("list of lists", 2000, True, "l = [[i] for i in range(n)]\n"),
    ("list pop", 5000, True, "l = list(range(n))\nwhile l:\n    l.pop()\n"),
    ("dict", 5000, True, "d = {}\nfor i in range(n):\n    d[i] = i\nfor i in range(n):\n    d[i] += 1\n"),
    ("dict of strings", 2000, True, "d = {}\nfor i in range(n):\n    d[str(i)] = i\nfor k in d:\n    d[k] = None\n"),
    ("dict emptied", 2000, True, "d = dict.fromkeys(range(n))\nwhile d:\n    d.popitem()\n"),
    ("dict from the front", 2000, True,
     "d = dict.fromkeys(range(n))\nfor i in range(n):\n    del d[next(iter(d))]\n"),
    ("dict as a queue", 2000, False,
     "d = dict.fromkeys(range(100))\nfor i in range(n):\n    d[i + 100] = 1\n    del d[next(iter(d))]\n"),
    ("set", 5000, True, "s = set()\nfor i in range(n):\n    s.add(i)\nfor i in range(n):\n    i in s\n"),
    ("set emptied", 2000, True, "s = set(range(n))\nwhile s:\n    s.pop()\n"),
    ("string of parts", 5000, True, "''.join([str(i) for i in range(n)])\n"),
    ("string grown", 5000, True, "def f(n):\n    s = ''\n    for i in range(n):\n        s += 'x'\nf(n)\n"),
    ("bytearray", 5000, True, "b = bytearray()\nfor i in range(n):\n    b.append(i & 255)\n"),
    ("sort", 5000, True, "l = [i * 7919 % 1000003 for i in range(n)]\nl.sort()\nl.sort(key=lambda x: -x)\n"),
    ("objects", 2000, True, "class C:\n    def __init__(self, x):\n        self.x = x\nl = [C(i) for i in range(n)]\n"),
    ("linked list", 2000, True,
     "class C:\n    pass\nhead = None\nfor i in range(n):\n    c = C()\n    c.next = head\n    head = c\ndel c, head\n"),
    ("cycles", 2000, False, "class C:\n    pass\nfor i in range(n):\n    c = C()\n    c.me = c\n"),
    ("tuple chain", 2000, True, "t = ()\nfor i in range(n):\n    t = (t, i)\n"),
    ("closures", 2000, True, "def f(i):\n    return lambda: i\nl = [f(i) for i in range(n)]\n"),
    ("generators", 2000, True, "def g():\n    yield 1\n    yield 2\nl = [g() for i in range(n)]\nfor x in l:\n    next(x)\n"),
    ("exceptions", 2000, False,
     "for i in range(n):\n    try:\n        raise ValueError(i)\n    except ValueError:\n        pass\n"),
    ("recursion", 100, True,
     "sys.setrecursionlimit(n + 100)\ndef f(x):\n    return 0 if x == 0 else 1 + f(x - 1)\nf(n)\n"),
    ("recursion that fails", 100, True,
     "sys.setrecursionlimit(n + 100)\ndef f(x):\n    if x == 0:\n        raise KeyError\n    f(x - 1)\n"
     "try:\n    f(n)\nexcept KeyError:\n    pass\n"),
    ("attributes by setattr", 500, False,
     "class C:\n    pass\nfor i in range(n):\n    c = C()\n    setattr(c, 'a%d' % (i % 5000), i)\n"),
    ("class changes", 500, False, "class C:\n    x = 0\n    def f(self):\n        return self.x\nc = C()\n"
     "for i in range(n):\n    C.x = i\n    c.f()\n"),
    ("classes", 100, True, "l = []\nfor i in range(n):\n    class C:\n        x = i\n    l.append(C)\n"),
    ("classes that go", 100, False, "for i in range(n):\n    class C:\n        x = i\n"),
    ("weak references", 1000, True, "import _weakref\nclass C:\n    pass\nl = [C() for i in range(n)]\n"
     "r = [_weakref.ref(c) for c in l]\ndel l[:]\n"),
    ("straight code", 100, True, lambda n: "x = 0\n" + "x += 1\n" * n),
    ("branches", 100, True, lambda n: "x = 0\n" + "if x < 0:\n    x = 5\n" * n),
    ("blocks", 100, True, lambda n: "x = 0\n" + "try:\n    x = 1\nfinally:\n    x = 2\n" * n),
    ("functions", 100, True, lambda n: "".join("def f%d(a, b=1):\n    return a + b\n" % i for i in range(n))),
    ("big int", 100, False, "x = 1\nfor i in range(n):\n    x = (x * 3) % (1 << 2000)\n"),
]
# What stands beside a loop of `loops` rounds, and how many at most.
BESIDE = [
    ("2,000 classes", 2000, "l = []\nfor i in range(n):\n    class C:\n        x = i\n        def f(self):\n"
     "            return self.x\n    l.append(C())\nfor c in l:\n    c.y = c.f()\n"),
    ("10,000 functions", 10000, "l = []\nfor i in range(n):\n    def f(a, b=i):\n        return a\n    l.append(f)\n"
     "for f in l:\n    f(1)\n"),
    ("10,000 globals", 10000, "for i in range(n):\n    globals()['g%d' % i] = i\n"),
]
LOOP = '''
class Hot:
    def __init__(self):
        self.x = 1
    def get(self):
        return self.x
def twice(x):
    return x + x
def loop(hot, loops):
    t = 0
    for i in range(loops):
        t += hot.get() + twice(i) + len("abc")
        hot.x = i & 7
    return t
loop(Hot(), int(sys.argv[2]))
'''


def beside(options, compiled):
    """Names of the cases in which other things slow a loop down."""
    bad = []
    print("%-24s%20s%20s" % ("ns a round beside", "20", "many"))
    for name, many, text in BESIDE:
        if options.only and options.only not in name:
            continue
        pyc, rounds, cost = compiled("beside", HEAD + text + LOOP), 300000, []
        for n in (20, many):
            with_loop = min(run(options.opyc, pyc, str(n), str(rounds))[0] for _ in range(5))
            without = min(run(options.opyc, pyc, str(n), "0")[0] for _ in range(5))
            cost.append((with_loop - without) * 1e9 / rounds)
        print("%-24s%20.1f%20.1f" % (name, *cost), flush=True)
        if cost[1] > cost[0] * 1.25:
            bad.append(name)
    return bad


# A process inherits the most memory that its parent had, so a small one that never grows starts and measures.
MEASURE = (
    "import os, sys\n"
    "pid = os.fork()\n"
    "if pid == 0:\n"
    "    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
    "    os.execv(sys.argv[1], sys.argv[1:])\n"
    "_, status, usage = os.wait4(pid, 0)\n"
    "print(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)\n"
)


def run(opyc, pyc, *args):
    """Seconds of processor time and bytes of memory; None and what happened, if it fails."""
    env = dict(os.environ, PYTHONHASHSEED="0")
    command = [sys.executable, "-S", "-E", "-c", MEASURE, opyc, "run", pyc, *args]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    if done.returncode:
        return None, done.stderr.strip()[-200:]
    status, seconds, kilobytes = done.stdout.split()
    if int(status) or done.stderr:
        return None, (done.stderr.strip().splitlines() or ["status " + status])[-1]
    return float(seconds), int(kilobytes) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    parser.add_argument("--opyc", default=str(pathlib.Path(target) / "release" / "opyc"))
    parser.add_argument("--compile-with", default="python3.12")
    parser.add_argument("--only", help="cases whose name contains this")
    parser.add_argument("--steps", type=int, default=4, help="how many sizes: 4 is up to 1,000 times the first")
    options = parser.parse_args()
    if not shutil.which(options.compile_with):
        parser.error("there is no %s" % options.compile_with)
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def compiled(name, text):
            source, pyc = folder / (name + ".py"), folder / (name + ".pyc")
            source.write_text(text)
            compile_program(options.compile_with, source, pyc)
            return str(pyc)

        empty = [run(options.opyc, compiled("empty", HEAD), "1") for _ in range(5)]
        start, floor = statistics.median(t for t, _ in empty), min(m for _, m in empty)
        print("an empty program: %.1f ms, %.1f MiB" % (start * 1e3, floor / 2 ** 20))
        print("%-24s%s" % ("ns and bytes an item at", "".join("%20s" % ("%d x" % 10 ** k) for k in range(options.steps))))
        for name, first, live, text in CASES:
            if options.only and options.only not in name:
                continue
            times, memory, shown, error = [], [], [], None
            for k in range(options.steps):
                n = first * 10 ** k
                if k == 0 or callable(text):
                    pyc = compiled(name.replace(" ", "_"), HEAD + (text(n) if callable(text) else text))
                results = [run(options.opyc, pyc, str(n)) for _ in range(5 if k < 2 else 1)]
                if results[0][0] is None:
                    error = "at %d: %s" % (n, results[0][1])
                    break
                t, m = min(t for t, _ in results) - start, min(m for _, m in results) - floor
                times.append((t * 1e9 / n, t))
                memory.append((m / n, m))
                shown.append("%11.0f%9.1f" % (t * 1e9 / n, m / n))
            # What takes a moment or a page only says nothing.
            solid = [t for t, whole in times[:-1] if whole > 0.01]
            if error is None and solid and times[-1][0] > 3 * min(solid):
                error = "time grows faster than the size"
            solid = [m for m, whole in memory[:-1] if whole > 1 << 20]
            if error is None and live and solid and memory[-1][0] > 3 * min(solid):
                error = "memory grows faster than the size"
            # Garbage may lie about until a collection is due, but no more of it at ten times the size.
            if error is None and not live and memory[-1][1] > max(8 << 20, 2 * memory[-2][1]):
                error = "memory grows though nothing stays alive"
            if error:
                bad.append(name)
            print("%-24s%s  %s" % (name, "".join(shown), error or ""), flush=True)
        bad += beside(options, compiled)
    if bad:
        print("not linear: " + ", ".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
