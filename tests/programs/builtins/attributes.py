# getattr, setattr, hasattr, delattr, dir, vars, type with three arguments, callable, isinstance, globals, locals.
class C:
    cls_attr = 1

    def __init__(self):
        self.x = 10

    def method(self):
        return "method"


c = C()
print(getattr(c, "x"), getattr(c, "nope", "default"), getattr(c, "method")(), hasattr(c, "x"), hasattr(c, "y"), hasattr(C, "method"), hasattr(5, "real"))
setattr(c, "y", 20)
print(c.y, vars(c), delattr(c, "y"), hasattr(c, "y"), c.__dict__ is vars(c))
setattr(c, "not an identifier", 1)
print(getattr(c, "not an identifier"), sorted(vars(c)))
print([n for n in dir(c) if not n.startswith("__")], [n for n in dir(C) if n[0] != "_"], "__init__" in dir(c), "append" in dir([]), dir()[:0])
for f in (lambda: getattr(c, "zz"), lambda: delattr(c, "zz"), lambda: setattr(5, "a", 1), lambda: getattr(c, 5), lambda: setattr(c, 5, 1), lambda: hasattr(c, 5), lambda: getattr(5, "zz"), lambda: vars(5), lambda: getattr(C, "zz"), lambda: getattr(C(), "cls_atr")):
    try:
        print(f())
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)


def scope(a):
    b = a + 1
    return sorted(locals()), [n for n in dir()], sorted(vars())


print(scope(1))
N = type("N", (C,), {"z": 5, "m": lambda self: self.z})
print(N().m(), N().x, N.__name__, N.__mro__[1].__name__, N.__dict__["z"], type(N) is type, "z" in vars(N))
print(callable(c), callable(C), callable(c.method), callable(print), callable(5), callable(lambda: 0))
print(type(vars(C)).__name__, type(globals()).__name__, "C" in globals(), globals()["c"] is c, __name__, __builtins__ is not None, type(__builtins__).__name__ in ("module", "dict"))
try:
    vars(C)["new"] = 1
except TypeError as e:
    print(e)
d = C.__dict__
C.later = 1
print("later" in d, d["later"], d.get("none"), len(d) > 3, list(d.keys())[0] == "__module__")


class Dir:
    def __dir__(self):
        return [3, 1, 2]


print(dir(Dir()))


class BadDir:
    def __dir__(self):
        return 5


try:
    dir(BadDir())
except TypeError as e:
    print(e)
import builtins
print(builtins.len is len, hasattr(builtins, "print"), getattr(builtins, "no such thing", None), builtins.__name__)
builtins.injected_builtin = "visible everywhere"
print(injected_builtin)
del builtins.injected_builtin
try:
    injected_builtin
except NameError as e:
    print(e)
print = lambda *a, p=print: p("shadowed:", *a)
print("x")
del print
print("restored")
