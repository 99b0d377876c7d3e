"""Classes whose `__init__`, `__new__` and metaclass `__call__` change while they are called."""
LIMIT = 360


class Meta(type):
    pass


class Base(metaclass=Meta):
    pass


class C(Base):
    def __init__(self, x):
        self.x = x


def run(make, steps):
    last = None
    for i in range(LIMIT):
        if i in steps:
            steps[i]()
        try:
            r = make()
            now = (type(r).__name__, sorted(r.__dict__.items())) if hasattr(r, "__dict__") else r
        except Exception as e:
            now = type(e).__name__ + ": " + str(e)
        if now != last:
            print(i, now)
            last = now


def init2(self, x):
    self.x = "init2"
    self.more = x


def new(cls, *args):
    self = object.__new__(cls)
    self.made = len(args)
    return self


def call(cls, *args):
    return "metaclass call", args


class Other:
    pass


original = C.__init__
run(lambda: C(1), {
    30: lambda: setattr(C, "__init__", init2),
    60: lambda: setattr(C, "__new__", new),
    90: lambda: delattr(C, "__init__"),
    120: lambda: setattr(C, "__init__", lambda self, x: None),
    150: lambda: setattr(Meta, "__call__", call),
    180: lambda: delattr(Meta, "__call__"),
    210: lambda: setattr(C, "__new__", lambda cls, x: Other()),
    240: lambda: setattr(C, "__new__", lambda cls, x: "not an instance"),
    270: lambda: setattr(C, "__new__", staticmethod(object.__new__)),
    300: lambda: setattr(C, "__init__", lambda self, x: 5),
    330: lambda: setattr(C, "__init__", lambda self: None),
})


# `__init__` of a base, with another base put in, and one that is not a function.
class A:
    def __init__(self, x):
        self.a = x


class B:
    def __init__(self, x):
        self.b = x


class D(A):
    pass


class Init:
    def __get__(self, obj, owner):
        return lambda x: obj.__dict__.update(bound=x)


run(lambda: D(1), {
    50: lambda: setattr(D, "__bases__", (B,)),
    100: lambda: setattr(B, "__init__", lambda self, x: self.__dict__.update(late=x)),
    150: lambda: setattr(D, "__init__", Init()),
    200: lambda: setattr(D, "__init__", lambda self, x=0, *rest, **kw: setattr(self, "rest", rest)),
    250: lambda: delattr(D, "__init__"),
    300: lambda: delattr(B, "__init__"),
})

# `__init__` whose code and defaults change.
class E:
    def __init__(self, x, y=2):
        self.xy = x, y


run(lambda: E(1), {
    60: lambda: setattr(E.__init__, "__defaults__", ("other",)),
    120: lambda: setattr(E.__init__, "__defaults__", None),
    180: lambda: setattr(E.__init__, "__code__", (lambda self, *a: setattr(self, "a", a)).__code__),
    240: lambda: setattr(E.__init__, "__code__", (lambda self, x: x).__code__),
    300: lambda: setattr(E.__init__, "__code__", (lambda self, x: None).__code__),
})


# A class that becomes another while its instance is made.
class Shift:
    def __init__(self, n):
        if n == 150:
            Shift.__init__ = lambda self, n: setattr(self, "n", "replaced")
        self.n = n
        if n % 50 == 49:
            self.__class__ = Shifted


class Shifted(Shift):
    pass


out = [(type(s).__name__, s.n) for s in map(Shift, range(LIMIT))]
print(out[48], out[49], out[150], out[151], out[199], out[-1])


# Subclasses of builtin types, with `__new__` and `__init__` that come late.
class Int(int):
    pass


class List(list):
    pass


run(lambda: Int("7") + 1, {
    100: lambda: setattr(Int, "__new__", lambda cls, x: int.__new__(cls, int(x) * 2)),
    200: lambda: setattr(Int, "__init__", lambda self, x: setattr(self, "text", x)),
    300: lambda: setattr(Int, "__add__", lambda self, o: (int(self), self.text, o)),
})
run(lambda: repr(List("ab")), {
    100: lambda: setattr(List, "__init__", lambda self, x: list.__init__(self, x + x)),
    200: lambda: delattr(List, "__init__"),
    300: lambda: setattr(List, "__repr__", lambda self: "List!"),
})
