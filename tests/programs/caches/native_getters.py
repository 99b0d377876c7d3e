"""Attributes that native descriptors compute, while classes, metaclasses and instances change."""
LIMIT = 300


class Meta(type):
    pass


class A(metaclass=Meta):
    def __init__(self):
        self.v = 1


class B(A):
    pass


class Claims(A):
    __class__ = property(lambda self: "property")


class Says(A):
    __class__ = "plain"
    __dict__ = ["no dict"]


class Plain:
    pass


def show(v):
    return v.__qualname__ if isinstance(v, type) else v


def run(what, read, steps):
    print(what)
    last = None
    for i in range(LIMIT):
        if i in steps:
            steps[i]()
        try:
            now = show(read())
        except (AttributeError, TypeError) as e:
            now = type(e).__name__, str(e)
        if now != last:
            print(i, now)
            last = now


def become(obj, cls):
    """Whatever the class says that `__class__` is."""
    return lambda: object.__dict__["__class__"].__set__(obj, cls)


a = A()
run("the class of an instance", lambda: a.__class__, {
    40: become(a, B),
    80: become(a, Claims),
    120: lambda: type.__setattr__(Claims, "__bases__", (B,)),
    160: lambda: object.__setattr__(a, "v", 2),
    180: lambda: a.__dict__.update({"__class__": "instance's"}),
    240: lambda: setattr(A, "__getattribute__", lambda self, n: "hook " + n),
    270: lambda: delattr(A, "__getattribute__"),
})

a = A()
run("called like a method", lambda: a.__class__().__class__, {
    50: become(a, B),
    100: become(a, Claims),
    150: become(a, A),
    200: lambda: setattr(A, "__new__", lambda cls: 1.5),
    250: lambda: delattr(A, "__new__"),
})


class Swaps(Meta):
    @property
    def __name__(cls):
        return "by the metaclass"


class Swapped(metaclass=Swaps):
    pass


class Named(Plain):
    pass


holder = [Named]


def rename(name):
    return lambda: setattr(holder[0], "__name__", name)


run("the name of a class", lambda: holder[0].__name__, {
    40: rename("Renamed"),
    80: lambda: holder.__setitem__(0, A),
    120: lambda: holder.__setitem__(0, Swapped),
    160: lambda: holder.__setitem__(0, A),
    180: lambda: setattr(Meta, "__getattribute__", lambda cls, n: "hook " + n),
    200: lambda: delattr(Meta, "__getattribute__"),
    220: lambda: holder.__setitem__(0, int),
    240: lambda: holder.__setitem__(0, Plain()),
    260: lambda: holder.__setitem__(0, show),
    280: lambda: holder.__setitem__(0, type),
})


class Other(type):
    @property
    def __name__(cls):
        return "other's"


class Changes(metaclass=Meta):
    pass


run("another metaclass", lambda: Changes.__name__, {
    100: become(Changes, Other),
    200: become(Changes, Meta),
})

a = A()
run("the dict of an instance", lambda: sorted(a.__dict__), {
    60: lambda: setattr(a, "w", 2),
    120: lambda: setattr(a, "__dict__", {"x": 3}),
    180: become(a, Says),
    240: become(a, B),
})


class Borrowed(Plain):
    label = type.__dict__["__name__"]
    real = int.__dict__["real"]


b = Borrowed()
run("a descriptor for something else", lambda: b.label, {
    100: lambda: b.__dict__.update(label="instance's"),
    200: lambda: delattr(Borrowed, "label"),
})


class N(int):
    pass


n = N(7)
run("a part of a number", lambda: n.real + 1, {
    60: lambda: setattr(N, "real", 1.5),
    120: lambda: delattr(N, "real"),
    180: lambda: setattr(N, "real", Borrowed.__dict__["real"]),
    240: lambda: setattr(N, "real", property(lambda self: 40)),
})


class Hooked(Plain):
    def __getattr__(self, name):
        return "missing " + name


class Asked(Plain):
    @property
    def p(self):
        raise AttributeError("of the getter")


h = Asked()
run("__getattr__ after a getter's AttributeError", lambda: h.p, {
    60: lambda: setattr(Asked, "__getattr__", Hooked.__getattr__),
    120: lambda: delattr(Asked, "__getattr__"),
    180: lambda: setattr(Asked, "p", property()),
    240: lambda: setattr(Asked, "__getattr__", Hooked.__getattr__),
})


class Abstract(type):
    def __getattr__(cls, name):
        return "metaclass's " + name


class Concrete(metaclass=Abstract):
    pass


# A native getter that raises.
run("__getattr__ of a metaclass", lambda: Concrete.__abstractmethods__, {
    100: lambda: setattr(Concrete, "__abstractmethods__", ("m",)),
    200: lambda: delattr(Concrete, "__abstractmethods__"),
    250: lambda: delattr(Abstract, "__getattr__"),
})

classes = [type("C%d" % i, (A,), {}) for i in range(12)]
several = [c() for c in classes] + [1.5, "text", [], None, len]


def walk():
    return " ".join(show(v.__class__) for v in several)


run("many classes", walk, {
    60: become(several[3], Claims),
    120: become(several[5], classes[6]),
    180: become(several[3], A),
    240: become(several[4], Claims),
})


def made():
    class Local(Plain):
        pass
    return Local().__class__.__name__, type(Local()).__name__, Local().__class__().__dict__


run("classes that are gone at once", made, {})

which = [type]
run("type of", lambda: which[0](a), {
    60: lambda: which.__setitem__(0, repr.__class__),
    120: lambda: which.__setitem__(0, lambda v: "called"),
    180: lambda: which.__setitem__(0, type),
    240: lambda: which.__setitem__(0, Meta),
})
values = [1, 1.5, True, None, ..., "s", A, type, a, NotImplemented, 1 << 100]
run("of everything", lambda: " ".join(type(v).__name__ for v in values), {
    100: lambda: values.reverse(),
})
