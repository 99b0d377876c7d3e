"""`__getattribute__`, `__getattr__`, `__setattr__` and `__delattr__` that come and go."""
LIMIT = 350


class Base:
    pass


class C(Base):
    shared = "shared"

    def __init__(self):
        self.own = "own"

    def method(self):
        return "method"


def probe(c):
    out = []
    for read in (lambda: c.own, lambda: c.shared, lambda: c.method(), lambda: c.missing):
        try:
            out.append(read())
        except AttributeError as e:
            out.append(str(e))
    c.own = "own"
    return out


def hook(self, name):
    if name == "method":
        return lambda: "hooked method"
    return "hooked " + name


def partial(self, name):
    if name == "shared":
        raise AttributeError("no shared")
    return object.__getattribute__(self, name)


def fallback(self, name):
    return "fallback " + name


steps = {
    40: lambda: setattr(C, "__getattr__", fallback),
    80: lambda: setattr(C, "__getattribute__", partial),
    120: lambda: delattr(C, "__getattr__"),
    160: lambda: setattr(C, "__getattribute__", hook),
    200: lambda: delattr(C, "__getattribute__"),
    240: lambda: setattr(Base, "__getattribute__", hook),
    260: lambda: delattr(Base, "__getattribute__"),
    280: lambda: setattr(Base, "__getattr__", fallback),
    300: lambda: setattr(C, "__setattr__", lambda self, name, value: None),
    320: lambda: setattr(C, "__getattribute__", object.__getattribute__),
}
c = C()
last = None
for i in range(LIMIT):
    if i in steps:
        steps[i]()
    now = probe(c)
    if now != last:
        print(i, now)
        last = now


# The hook is not a function but a callable object, a static method, a class method.
class Callable:
    def __call__(self, *args):
        return "callable got %d" % len(args)


class D:
    x = "plain"


d = D()
for i in range(LIMIT):
    if i == 100:
        D.__getattribute__ = Callable()
    if i == 200:
        del D.__getattribute__
        D.__getattr__ = staticmethod(lambda name: "static " + name)
    if i == 250:
        D.__getattr__ = Callable()
    now = d.x, getattr(d, "y", None)
    if now != last:
        print(i, now)
        last = now


# A metaclass that learns `__getattr__` and `__getattribute__`.
class Meta(type):
    pass


class K(metaclass=Meta):
    x = "x of K"


for i in range(LIMIT):
    if i == 50:
        Meta.__getattr__ = lambda cls, name: "meta fallback " + name
    if i == 100:
        Meta.x = "x of Meta"
    if i == 150:
        Meta.x = property(lambda cls: "property of Meta")
    if i == 200:
        Meta.__getattribute__ = lambda cls, name: "meta hook " + name
    if i == 250:
        del Meta.__getattribute__, Meta.x
    now = K.x, getattr(K, "y", None)
    if now != last:
        print(i, now)
        last = now
