# __new__ written in Python, called by classes in hot loops while everything it leads to changes.
class Point:
    def __new__(cls, x, y=0):
        self = super().__new__(cls)
        self.x = x
        self.y = y
        return self


class Both:
    made = 0

    def __new__(cls, *args, **kwargs):
        cls.made += 1
        return object.__new__(cls)

    def __init__(self, a, b=2, *, c=3):
        self.values = (a, b, c)


class Single:
    only = None

    def __new__(cls):
        if cls.only is None:
            cls.only = super().__new__(cls)
            cls.only.n = 0
        return cls.only

    def __init__(self):
        self.n += 1


class Shape:
    def __new__(cls, kind, *rest):
        return object.__new__({"square": Square, "circle": Circle}.get(kind, cls))

    def __init__(self, kind, *rest):
        self.told = (kind, rest)

    def name(self):
        return type(self).__name__


class Square(Shape):
    def __init__(self, kind, side):
        self.told = ("side", side)


class Circle(Shape):
    pass


class Other:
    def __init__(self, *args):
        raise RuntimeError("never")


class Elsewhere:
    def __new__(cls, what):
        return what


class Pair(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))


class Even(int):
    def __new__(cls, v):
        if v % 2:
            raise ValueError("odd: %d" % v)
        return int.__new__(cls, v)


class Named(str):
    __slots__ = ()

    def __new__(cls, *parts):
        return super(Named, cls).__new__(cls, "/".join(parts))


class Failing:
    def __new__(cls, n):
        if n == 3:
            return super().__new__(cls, n)
        return super().__new__(cls)


class BadInit:
    def __new__(cls, n):
        return super().__new__(cls)

    def __init__(self, n):
        return n or None


class Gen:
    def __new__(cls, n):
        yield cls.__name__
        yield n


class Deep:
    def __new__(cls, n):
        self = super().__new__(cls)
        self.inner = cls(n - 1) if n else None
        return self


class Super1:
    @classmethod
    def make(cls, n):
        return (cls.__name__, n)

    @staticmethod
    def plain(n):
        return n * 2


class Super2(Super1):
    @classmethod
    def make(cls, n):
        return super().make(n) + ("2",)

    @staticmethod
    def plain(n):
        return super(Super2, Super2).plain(n) + 1


class Super3(Super2):
    pass


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


def hot():
    for n in range(60):
        p = Point(n)
        assert (p.x, p.y) == (n, 0)
        p = Point(n, y=n)
        assert p.y == n
        b = Both(n, c=1)
        assert b.values == (n, 2, 1)
        b = Both(n, 5)
        assert b.values == (n, 5, 3)
        s = Single()
        assert s is Single.only
        shapes = [Shape("square", n), Shape("circle", n), Shape("none")]
        assert [s.name() for s in shapes] == ["Square", "Circle", "Shape"]
        assert shapes[0].told == ("side", n)
        assert shapes[1].told == ("circle", (n,))
        assert Elsewhere(n) is n
        p = Pair(n, n + 1)
        assert p == (n, n + 1) and type(p) is Pair
        e = Even(n * 2)
        assert e == n * 2 and type(e) is Even
        assert Named("a", "b") == "a/b" and type(Named()) is Named
        assert Super3.make(n) == ("Super3", n, "2")
        assert Super2().make(n) == ("Super2", n, "2")
        assert Super3.plain(n) == n * 2 + 1


hot()
print(Both.made, Single.only.n)
print([attempt(Even, n) for n in range(3)])
print([type(attempt(Failing, n)).__name__ for n in range(2)], attempt(Failing, 3)[0])
print([type(attempt(BadInit, n)).__name__ for n in range(2)], attempt(BadInit, 7))
print(list(Gen(5)))
d = Deep(50)
depth = 0
while d:
    d = d.inner
    depth += 1
print(depth)
print(attempt(Point), attempt(Point, 1, 2, 3), attempt(Point, z=1))


# What is made is an instance of a class that has lost or changed its parts meanwhile.
class Changing:
    def __new__(cls, *args):
        if args and args[0] == "drop init":
            del cls.__init__
        if args and args[0] == "new init":
            cls.__init__ = lambda self, *args: setattr(self, "told", "new")
        if args and args[0] == "drop new":
            del cls.__new__
        self = object.__new__(cls)
        return self

    def __init__(self, *args):
        self.told = args


for step in ("first", "new init", "second", "drop init", "third"):
    made = [Changing(step if n == 2 else "plain") for n in range(5)]
    print(step, [getattr(m, "told", None) for m in made])
    if step == "drop init":
        Changing.__init__ = lambda self, *args: setattr(self, "told", "again")
print(attempt(Changing, "drop new").told, attempt(Changing).told)
del Changing.__init__
print(attempt(Changing, 1)[0], type(attempt(Changing)).__name__)


class Base:
    def __new__(cls, *args):
        return "Base.__new__", cls.__name__


class Middle(Base):
    pass


class Last(Middle):
    def __new__(cls, *args):
        return super().__new__(cls, *args)

    @classmethod
    def name(cls):
        return cls.__name__


class LastSub(Last):
    @classmethod
    def name(cls):
        return "sub of " + super().name()


def made():
    return [Last(1), LastSub(2), LastSub.name()]


for n in range(20):
    made()
print(made())
Middle.__new__ = staticmethod(lambda cls, *args: ("Middle.__new__", args))
print(made())
Middle.__new__ = lambda cls, *args: ("function", args)
print(made())
del Middle.__new__
print(made())
Base.__new__ = object.__new__
print(attempt(Last, 1)[0])
Last.name = staticmethod(lambda: "static")
print(LastSub.name())
Last.name = classmethod(lambda cls: "class " + cls.__name__)
print(LastSub.name())


# The static method that holds __new__ holds another function.
class Held:
    def __new__(cls):
        return 1


holder = Held.__dict__["__new__"]
for n in range(10):
    Held()
holder.__init__(lambda cls: 2)
print(Held())
holder.__init__(len)
print(attempt(Held))


class Meta(type):
    def __call__(cls, *args):
        return "called", cls.__name__, args


class WithMeta(metaclass=type):
    def __new__(cls, *args):
        return "made", args


class ByMeta(metaclass=Meta):
    def __new__(cls, *args):
        return "made", args


for n in range(10):
    last = WithMeta(n), ByMeta(n)
print(last)


class Quiet(type):
    pass


class ByQuiet(metaclass=Quiet):
    def __new__(cls, n):
        self = super().__new__(cls)
        self.n = n
        return self


class InitByQuiet(metaclass=Quiet):
    def __init__(self, n):
        self.n = n


def quiet():
    return [getattr(c, "n", c) for c in (ByQuiet(4), InitByQuiet(5))]


for n in range(20):
    quiet()
print(quiet())
Quiet.__call__ = lambda cls, n: "quiet %s %d" % (cls.__name__, n)
print(quiet())
del Quiet.__call__
print(quiet())
ByQuiet.__class__ = InitByQuiet.__class__ = type("Loud", (Quiet,), {"__call__": lambda cls, n: "loud"})
print(quiet())
