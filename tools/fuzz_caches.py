#!/usr/bin/env python3
"""Random programs that change everything under hot code, run by opyc and by CPython.

    tools/fuzz_caches.py target/release/opyc python3.12 [--count N] [--first SEED] [--keep DIR]
    tools/fuzz_caches.py --show SEED                      prints a program

Each program has classes, instances, modules, functions and globals at random, some probes (loops that use them in one
way, long enough to be quickened) and a schedule of changes between the probes and in the middle of them. Outputs that
differ are shown by their first line that does; the exit code says whether there are any. Programs are valid in every
version, and depend on nothing but their seed.

    python3.12 tools/fuzz_caches.py --ask LIST

compiles the programs that LIST names and runs each in a process of its own: what CPython says.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

PRELUDE = '''
import sys
import builtins
Module = type(sys)


class Base:
    """What all classes derive from: CPython refuses to give a class below object other bases."""


class Data:
    """A data descriptor."""
    def __init__(self, v):
        self.v = v
    def __get__(self, obj, owner):
        return "data %r" % self.v
    def __set__(self, obj, value):
        self.v = value


class NonData:
    def __init__(self, v):
        self.v = v
    def __get__(self, obj, owner):
        return "nondata %r" % self.v


class Plain:
    def __init__(self, v):
        self.v = v


class Callable:
    def __init__(self, v):
        self.v = v
    def __call__(self, *args, **kw):
        return "callable %r %d %s" % (self.v, len(args), sorted(kw))


def clean(text):
    while " at 0x" in text:
        head, _, tail = text.partition(" at 0x")
        text = head + tail.lstrip("0123456789abcdefABCDEF")
    return text


def show(v, deep=2):
    t = type(v)
    if t is str:
        return repr(clean(v))
    if t in (int, float, bool, type(None), bytes):
        return repr(v)
    if t in (tuple, list) and deep:
        return t.__name__ + "(" + " ".join(show(x, deep - 1) for x in v) + ")"
    if t is dict and deep:
        return "{" + " ".join(show(k, deep - 1) + ":" + show(x, deep - 1) for k, x in v.items()) + "}"
    if isinstance(v, type):
        return "class " + v.__name__
    return t.__name__


def error(e):
    return type(e).__name__ + ": " + clean(str(e))


def tell(what, results):
    lines, last, times = [], None, 0
    for r in results + [None]:
        if r == last:
            times += 1
        else:
            if last is not None:
                lines.append(last + (" * %d" % times if times > 1 else ""))
            last, times = r, 1
    print(what, "|", "; ".join(lines))


def change(n):
    try:
        CHANGES[n]()
    except Exception as e:
        print("    change", n, error(e))


# What a method does at a certain call of it: changes in the middle of everything.
bombs = {}


def tick():
    if bombs:
        left, n = bombs["left"], bombs["n"]
        if left == 0:
            bombs.clear()
            change(n)
        else:
            bombs["left"] = left - 1
'''

NAMES = "abcd"
INSTANCES = ["i0", "i1", "i2", "i3"]
CLASSES = ["C0", "C1", "C2", "C3", "C4"]
MODULES = ["m0", "m1"]
FUNCTIONS = ["f0", "f1", "f2"]
GLOBALS = ["g0", "g1", "g2"]
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "and": "&", "mod": "%", "lshift": "<<"}
COMPARISONS = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "gt": ">", "ge": ">="}


class Program:
    """One random program."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.fresh = 0
        self.text = ['"""Seed %d of tools/fuzz_caches.py."""' % seed, PRELUDE]
        self.build()

    def __str__(self):
        return "\n".join(self.text) + "\n"

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def number(self):
        self.fresh += 1
        return self.fresh

    # Values

    def const(self):
        n = self.number()
        return self.pick(str(n), str(n), '"s%d"' % n, "%d.5" % n, "None", "(%d, 2)" % n, "[%d]" % n, "%d << 70" % n,
                         "{%d: 1}" % n, "range(%d)" % (n % 4), "True")

    def simple(self):
        """Something that exists, or a constant."""
        return self.const() if self.chance(60) else self.pick(
            *(INSTANCES + CLASSES + FUNCTIONS + MODULES + ["len", "int", "str", "C0(1)"]))

    def params(self):
        return self.pick("", ", x=0", ", x=0", ", x=0, y=1", ", *args", ", **kw", ", x=0, *args", ", x=0, *, k=3", ", x")

    def body(self, name, me="self"):
        """A method's result. Attributes refer to later names only, so that nothing goes round in circles."""
        later = [n for n in NAMES if n > name]
        tick = "tick() or " if self.chance(30) else ""
        if later and me and self.chance(40):
            return tick + "%s.%s" % (me, self.random.choice(later))
        return tick + self.pick(self.const(), '"%s%d"' % (name, self.number()), "g0", "type(%s).__name__" % (me or "1"))

    def function(self, name, me="self"):
        """A lambda for an attribute of this name."""
        first = me
        params = self.params()
        if not first:
            params = params.lstrip(", ")
        return "lambda %s%s: %s" % (first, params, self.body(name, me))

    def attribute(self, name):
        """What a class may have under a name."""
        kind = self.random.randrange(12)
        if kind < 3:
            return self.const()
        if kind < 6:
            return self.function(name)
        if kind == 6:
            return "property(lambda self: %s)" % self.body(name)
        if kind == 7:
            return "property(lambda self: %s, lambda self, v: tick())" % self.body(name)
        if kind == 8:
            return "staticmethod(%s)" % self.function(name, "")
        if kind == 9:
            return "classmethod(%s)" % self.function(name, "cls")
        return self.pick("Data(%d)", "NonData(%d)", "Plain(%d)", "Callable(%d)", "len") .replace("%d", str(self.number()))

    def special(self):
        """A special method: name and function."""
        n = self.number()
        kind = self.random.randrange(16)
        if kind == 0:
            return "__getattr__", "lambda self, name: tick() or 'missing ' + name"
        if kind == 1:
            return "__getattribute__", "lambda self, name: tick() or object.__getattribute__(self, name)"
        if kind == 2:
            return "__setattr__", "lambda self, name, v: tick() or object.__setattr__(self, name, %s)" % self.pick(
                "v", "v", str(n))
        if kind == 3:
            return "__init__", "lambda self, *args: " + self.pick(
                "tick()", "setattr(self, 'a', %d)" % n, "setattr(self, 'b', args)", "self.__dict__.update(c=%d)" % n)
        if kind == 4:
            return "__call__", self.function("d")
        if kind == 5:
            op = self.random.choice(sorted(OPERATORS))
            return "__%s%s__" % (self.pick("", "", "r", "i"), op), "lambda self, o: tick() or %s" % self.pick(
                "'op%d'" % n, "NotImplemented", str(n))
        if kind == 6:
            return "__%s__" % self.random.choice(sorted(COMPARISONS)), "lambda self, o: tick() or %s" % self.pick(
                "'cmp%d'" % n, "NotImplemented", "True", "False")
        if kind == 7:
            return "__getitem__", "lambda self, k: tick() or %s" % self.pick("('item%d', 2, 3)[k]" % n, "(1, 2, 3)[k]", "[k][:3][k]")
        if kind == 8:
            return "__setitem__", "lambda self, k, v: tick()"
        if kind == 9:
            return "__len__", "lambda self: tick() or %d" % (n % 3)
        if kind == 10:
            return self.pick(("__bool__", "lambda self: tick() or %s" % self.pick("True", "False")),
                             ("__contains__", "lambda self, x: tick() or %s" % self.pick("True", "0", "x")))
        if kind == 11:
            return "__iter__", "lambda self: tick() or iter(%s)" % self.pick("(1, 2)", "[]", "range(3)", "{5: 6}")
        if kind == 12:
            return "__hash__", "lambda self: tick() or %d" % n
        if kind == 13:
            return "__delattr__", "lambda self, name: tick()"
        if kind == 14:
            return self.pick(("__enter__", "lambda self: tick() or %d" % n),
                             ("__exit__", "lambda self, *a: tick() or %s" % self.pick("True", "False")))
        return "__neg__", "lambda self: tick() or 'neg%d'" % n

    def member(self, above="object"):
        """Name and value of an attribute, ordinary or special, in a class below another."""
        if self.chance(65):
            name = self.random.choice(NAMES)
            return name, self.attribute(name)
        name, function = self.special()
        return name, function.replace("object.", above + ".")

    # Parts of the program

    def make_class(self, i):
        bases = [c for c in CLASSES[:i] if self.chance(45)]
        self.random.shuffle(bases)
        bases.append("Base")
        if self.chance(20):
            bases.append(self.pick("dict", "list", "int", "str", "Exception", "tuple"))
        if self.chance(20):
            bases.append("metaclass=Meta")
        lines = []
        if self.chance(15):
            lines.append("    __slots__ = %r" % (tuple(n for n in NAMES if self.chance(50)),))
        lines += ["    %s = %s" % self.member() for _ in range(self.random.randrange(6))]
        if self.chance(40):
            lines.append("    def chain(self, x=0):\n        return %r, super().chain(x)" % CLASSES[i])
        if self.chance(25):
            lines.append("    def gen(self):\n        yield self.%s\n        tick()\n        yield self.%s" % (
                self.random.choice(NAMES), self.random.choice(NAMES)))
        lines = [line for line in lines if not ("__slots__" in lines[0] and line[4:6] in ("a ", "b ", "c ", "d "))]
        text = "class %s(%s):\n%s" % (CLASSES[i], ", ".join(bases), "\n".join(lines or ["    pass"]))
        fallback = "class %s:\n    pass" % CLASSES[i]
        self.text.append("try:\n%s\nexcept TypeError as e:\n    print(error(e))\n%s" % (
            indent(text), indent(fallback)))

    def make_instance(self, name):
        c = self.random.choice(CLASSES)
        args = self.pick("", "", "1", "1, 2")
        self.text.append("try:\n    %s = %s(%s)\nexcept Exception as e:\n    print(error(e))\n    %s = Plain(%d)" % (
            name, c, args, name, self.number()))

    def change(self):
        """The statements of one change."""
        c, i, m, f = (self.random.choice(x) for x in (CLASSES, INSTANCES, MODULES, FUNCTIONS))
        n, g = self.random.choice(NAMES), self.random.choice(GLOBALS)
        kind = self.random.randrange(30)
        if kind < 6:
            return "%s.%s = %s" % ((c,) + self.member())
        if kind < 8:
            return "del %s.%s" % (c, self.member()[0])
        if kind == 8:
            bases = self.random.sample(CLASSES, self.pick(1, 1, 2))
            return "%s.__bases__ = (%s,)" % (c, ", ".join(bases))
        if kind < 11:
            return "%s.__class__ = %s" % (i, c)
        if kind == 11:
            return "%s.__dict__ = {%r: %s, %r: %s}" % (i, n, self.const(), self.random.choice(NAMES), self.simple())
        if kind == 12:
            return "%s.__dict__[%r] = %s" % (i, n, self.simple())
        if kind == 13:
            return self.pick("%s.__dict__.clear()" % i, "del %s.__dict__[%r]" % (i, n), "%s.__dict__.pop(%r)" % (i, n))
        if kind == 14:
            return "%s.%s = %s" % (i, n, self.simple())
        if kind == 15:
            return "del %s.%s" % (i, n)
        if kind == 16:
            return "globals()[%r] = %s" % (self.random.choice(GLOBALS + ["abs", "len", "h0"]), self.simple())
        if kind == 17:
            return "globals().pop(%r)" % self.random.choice(GLOBALS + ["abs", "len", "h0"])
        if kind == 18:
            return "builtins.h0 = %s" % self.simple() if self.chance(60) else "del builtins.h0"
        if kind == 19:
            return self.pick("%s.__defaults__ = (%s,)" % (f, self.simple()), "%s.__defaults__ = None" % f,
                             "%s.__defaults__ = (7, %s)" % (f, self.simple()), "%s.__kwdefaults__ = {'k': %d}" % (
                                 f, self.number()), "%s.__kwdefaults__ = None" % f)
        if kind == 20:
            return "%s.__code__ = %s.__code__" % (f, self.random.choice(FUNCTIONS))
        if kind == 21:
            return "Meta.%s = %s" % self.member("type") if self.chance(70) else "del Meta.%s" % n
        if kind == 22:
            return "%s.%s = %s" % (m, n, self.pick(self.simple(), self.function(n, "")))
        if kind == 23:
            return self.pick("del %s.%s" % (m, n), "%s.__class__ = SubModule" % m, "%s.__class__ = Module" % m,
                             "%s.__getattr__ = lambda name: tick() or 'module ' + name" % m,
                             "del %s.__getattr__" % m, "SubModule.%s = %s" % (n, self.attribute(n)))
        if kind == 24:
            what = self.pick("Data", "NonData", "Plain", "Callable")
            how = self.pick("__get__ = lambda self, o, t: tick() or 'got %d'" % self.number(),
                            "__set__ = lambda self, o, v: tick()", "__call__ = lambda self, *a: 'called %d'" %
                            self.number(), "v = %d" % self.number())
            return "%s.%s" % (what, how) if self.chance(70) else "del %s.%s" % (what, how.split()[0])
        if kind == 25:
            return "globals()[%r] = %s(%s)" % (i, c, self.pick("", "1"))
        if kind == 26:
            k = self.number()
            return "globals()[%r] = type(%s)(%r, (%s,), {%r: %s})" % (
                c, c, "%sn%d" % (c, k), self.pick(c, "object", self.random.choice(CLASSES)), n, self.attribute(n))
        if kind == 27:
            return "globals()[%r] = %s" % (f, self.function("d", ""))
        if kind == 28:
            return "x[%s] = %s" % (self.pick("0", "1", "2", "'k'"), self.simple())
        return "bombs.update(left=%d, n=%d)" % (self.random.randrange(40), self.random.randrange(self.changes))

    def probe(self):
        """An expression or statements, as lines that set `r`."""
        i, j = self.random.choice(INSTANCES), self.random.choice(INSTANCES)
        c, m, f = (self.random.choice(x) for x in (CLASSES, MODULES, FUNCTIONS))
        n, k = self.random.choice(NAMES), self.random.choice(NAMES)
        args = self.pick("", "", "1", "1, 2", "x=1", "1, k=2", "*(1,)", "*(1, 2)", "**{'x': 3}", "k=1")
        op = self.random.choice(sorted(OPERATORS.values()))
        cmp = self.random.choice(sorted(COMPARISONS.values()))
        right = self.pick(j, "1", "1.5", "'s'", i)
        return self.pick(
            "r = %s.%s" % (i, n), "r = %s.%s" % (i, n), "r = %s.%s" % (i, n), "r = %s.%s(%s)" % (i, n, args),
            "r = %s.%s(%s)" % (i, n, args), "r = %s.%s(%s)" % (i, n, args), "r = %s.%s" % (c, n),
            "r = %s.%s(%s)" % (c, n, self.pick(i, "", i + ", 1")), "%s.%s = n\nr = %s.%s" % (i, n, i, n),
            "%s.%s += 1\nr = %s.%s" % (i, n, i, n), "del %s.%s\nr = 0" % (i, n), "r = %s(%s)" % (c, args),
            "r = %s(%s).%s" % (c, args, n), "r = %s(%s)" % (f, args), "r = %s(%s)" % (f, args), "r = g0",
            "r = h0", "r = abs(n), len((1, 2))", "r = g1, g2", "r = %s %s %s" % (i, op, right),
            "r = %s %s %s" % (i, op, right), "t = %s\nt %s= %s\nr = t" % (i, op, right), "r = %s %s %s" % (i, cmp, right),
            "r = 5 if %s %s %s else 6" % (i, cmp, right), "r = %s[n %% 3]" % i, "%s[n %% 3] = 1\nr = 1" % i,
            "r = n in %s" % i, "r = [y for y in %s]" % i, "for y in %s:\n    r = y" % i, "r = 1 if %s else 2" % i,
            "r = not %s" % i, "r = -%s" % i, "r = %s.%s" % (m, n), "r = %s.%s(%s)" % (m, n, args),
            "r = isinstance(%s, %s)" % (i, c), "r = hasattr(%s, %r), %s.%s" % (i, n, i, k),
            "a, b = %s\nr = b" % i, "r = %s(%s)" % (i, args), "r = {%s: 1}[%s]" % (i, j), "r = len(%s)" % i,
            "with %s as y:\n    r = y" % i, "r = list(%s.gen())" % i, "for y in %s.gen():\n    r = y" % i,
            "r = %s.chain()" % i, "r = %s.%s.%s" % (i, n, k), "r = x[n %% 3] %s 1" % op, "r = %s.__class__" % i,
            "r = getattr(%s, %r, 9)" % (i, n), "r = max(%s, %s)" % (i, right), "r = str(%s.%s)" % (i, n),
            "m = %s.%s\nr = m(%s)" % (i, n, args), "r = sorted(v.__class__.__name__ for v in (%s, %s))" % (i, j),
            "r = super(%s, %s).%s" % (c, i, n), "r = super(%s, %s).chain(1)" % (c, i))

    def make_probe(self, k):
        rounds = self.pick(8, 15, 30)
        body = self.probe()
        if self.chance(40):
            body += "\ns = r\n" + self.probe() + "\nr = s, r"
        local = [i for i in INSTANCES if self.chance(40)]
        middle = ""
        if self.chance(40):
            middle = "        if n == %d:\n            change(%d)\n" % (
                self.random.randrange(2, rounds), self.random.randrange(self.changes))
        inner = ("        try:\n%s\n        except Exception as e:\n            r = e\n" % indent(body, 12) +
                 middle + "        out.append(error(r) if isinstance(r, Exception) else show(r))")
        self.text.append("def probe%d(%s):\n    out, r = [], None\n    for n in range(%d):\n%s\n    return out\n" % (
            k, ", ".join(local), rounds, inner))
        return "probe%d(%s)" % (k, ", ".join(local))

    def build(self):
        self.changes = self.random.randrange(8, 20)
        self.text.append("class Meta(type):\n    " + "%s = %s" % self.member("type") if self.chance(50)
                         else "class Meta(type):\n    pass")
        self.text.append("class SubModule(Module):\n    %s = property(lambda self: 'sub')" % self.random.choice(NAMES))
        for g in GLOBALS:
            self.text.append("%s = %s" % (g, self.const()))
        for f in FUNCTIONS:
            self.text.append("def %s(%s):\n    tick()\n    return %s" % (
                f, self.pick("x=1", "x=1, y=2", "x=1, *, k=3", "*args", "x", "**kw", "x=1, *args, **kw"),
                self.pick("'%s'" % f, "g0", "g1", "len('abc')")))
        for m in MODULES:
            self.text.append("%s = Module(%r)\n%s.a = 1\n%s.b = lambda *args: ('%s', args)" % (m, m, m, m, m))
        self.text.append("x = %s" % self.pick("[1, 2, 3]", "{0: 1, 1: 2, 2: 3}", "[1, 'a', 2.5]"))
        for i in range(len(CLASSES)):
            self.make_class(i)
        for i in INSTANCES:
            self.make_instance(i)
        calls = [self.make_probe(k) for k in range(self.random.randrange(4, 9))]
        changes = [self.change() for _ in range(self.changes)]
        for k, text in enumerate(changes):
            self.text.append("def change%d():\n%s" % (k, indent(text)))
        self.text.append("CHANGES = [%s]" % ", ".join("change%d" % k for k in range(self.changes)))
        for _ in range(self.random.randrange(10, 25)):
            if self.chance(65):
                self.text.append("print('change', %d)\nchange(%d)" % ((self.random.randrange(self.changes),) * 2))
            call = self.random.choice(calls)
            self.text.append("try:\n    tell(%r, %s)\nexcept Exception as e:\n    print(error(e))" % (
                call.split("(")[0], call))


def indent(text, by=4):
    return "\n".join(" " * by + line for line in text.splitlines())


def ask(listing):
    """Runs in the CPython that is asked."""
    import py_compile
    import resource
    with open(listing) as file:
        names = file.read().split("\n")
    for name in filter(None, names):
        py_compile.compile(name, cfile=name + "c", dfile=os.path.basename(name), doraise=True)
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
            out = os.open(name + ".expected", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.dup2(out, 1)
            os.dup2(out, 2)
            main = type(sys)("__main__")
            sys.modules["__main__"] = main
            with open(name) as file:
                code = compile(file.read(), os.path.basename(name), "exec")
            try:
                exec(code, main.__dict__)
            except BaseException as e:
                print("ended:", type(e).__name__, e)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            # A program without an end, or one on which CPython crashes, says nothing.
            os.remove(name + ".expected")


def differs(opyc, name):
    """How opyc's output differs from what was expected; None if it does not."""
    if not os.path.exists(name + ".expected"):
        return None
    try:
        done = subprocess.run([opyc, "run", name + "c"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except subprocess.TimeoutExpired:
        return "no end within a minute"
    got = done.stdout.decode("utf-8", "backslashreplace").splitlines()
    with open(name + ".expected") as file:
        expected = file.read().splitlines()
    if got == expected and done.returncode == 0:
        return None
    for n, (a, b) in enumerate(zip(expected + [""] * len(got), got + [""] * len(expected))):
        if a != b:
            return "line %d\n  CPython: %s\n  opyc:    %s" % (n + 1, a[:600], b[:600])
    return "exit code %d" % done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("opyc", nargs="?")
    parser.add_argument("python", nargs="?")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", help="a folder for the programs whose outputs differ")
    parser.add_argument("--show", type=int)
    parser.add_argument("--ask")
    options = parser.parse_args()
    if options.show is not None:
        print(Program(options.show), end="")
        return 0
    if options.ask:
        return ask(options.ask)
    if not options.python:
        parser.error("which opyc, which CPython?")
    bad = 0
    seeds = range(options.first, options.first + options.count)
    with tempfile.TemporaryDirectory() as folder:
        names = {seed: os.path.join(folder, "seed%d.py" % seed) for seed in seeds}
        for seed, name in names.items():
            with open(name, "w") as file:
                file.write(str(Program(seed)))
        listing = os.path.join(folder, "list")
        with open(listing, "w") as file:
            file.write("\n".join(names.values()))
        subprocess.run([options.python, os.path.abspath(__file__), "--ask", listing], check=True)
        for seed, name in names.items():
            difference = differs(options.opyc, name)
            if difference:
                bad += 1
                print("seed %d: %s" % (seed, difference), flush=True)
                if options.keep:
                    os.makedirs(options.keep, exist_ok=True)
                    shutil.copy(name, options.keep)
    print("%d programs, %d differ" % (options.count, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
