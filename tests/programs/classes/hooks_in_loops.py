# Attributes that Python functions read and set, many times over and in the middle of other things; deleted attributes.
# oracle: 64-bit
import sys


class Hooked:
    def __init__(self):
        self.__dict__["own"] = 1

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError("really " + name)
        if name == "call":
            return lambda *args: ("called", args)
        return name * 2

    def __setattr__(self, name, value):
        print("set", name, value)
        self.__dict__[name] = value
        return "ignored"

    @property
    def broken(self):
        raise AttributeError("inside")

    @property
    def worse(self):
        raise KeyError("inside")


h = Hooked()
for i in range(4):
    print(h.own, h.ab, h.broken, h.call(i, h.cd), hasattr(h, "nothing"))
    try:
        h.worse
    except KeyError as e:
        print("KeyError", e)
    try:
        h.no1.x
    except AttributeError as e:
        print(e)
    h.own += i
    h.ab = h.own
print(h.ab, sorted(h.__dict__))


class Everything:
    def __getattribute__(self, name):
        if name == "later":
            return object.__getattribute__(self, "missing")
        return name.upper()


class Both(Everything):
    def __getattr__(self, name):
        return "caught " + name


e, b = Everything(), Both()
for i in range(3):
    print(e.x, b.x, b.later, [b.later, e.y][i % 2], e.upper)
    try:
        e.later
    except AttributeError as err:
        print("AttributeError", err)


class Data:
    def __get__(self, obj, cls):
        return (obj and obj.__dict__.get("_d"), cls.__name__)

    def __set__(self, obj, value):
        if value is None:
            raise ValueError("None")
        obj.__dict__["_d"] = value


class NonData:
    def __get__(self, obj, cls):
        return lambda *a: (cls.__name__, a)


class SetOnly:
    def __set__(self, obj, value):
        obj.__dict__["only"] = [value]


class Generating:
    def __get__(self, obj, cls):
        yield cls.__name__


class Holder:
    data, non, only, gen = Data(), NonData(), SetOnly(), Generating()

    @property
    def prop(self):
        return self._p

    @prop.setter
    def prop(self, value):
        self._p = value + 1
        return 7


o = Holder()
for i in range(4):
    o.data = i
    o.prop = i
    print(o.data, o.prop, o.non("i"), type(o.only).__name__, list(o.gen), Holder.data)
    o.data += (i,) if type(o.data) is tuple else 0
    o.prop += 10
    print(o.prop, o.__dict__["_d"])
    try:
        o.data = None
    except ValueError as err:
        print("ValueError", err)
    if i == 1:
        o.only = 5
        o.__dict__["non"] = len
        o.__dict__["data"] = "hidden"
    if i > 1:
        print(o.only, o.non("abc"))
        o.__dict__.pop("non")
        o.__dict__["non"] = len

# Classes change under way.
Holder.non = Data()
print(o.non)
Holder.__getattr__ = lambda self, name: "new " + name
print(o.zzz, o.prop)
Holder.__setattr__ = lambda self, name, value: print("stopped", name)
o.prop = 5
o.fresh = 1
del Holder.__setattr__
o.fresh = 1
print(o.fresh, o.prop)
del Holder.__getattr__
try:
    o.zzz
except AttributeError as err:
    print(err)


# Hooks that go on for ever.
class Endless:
    def __getattr__(self, name):
        return self.more

    def __setattr__(self, name, value):
        self.x = value


for act in (lambda: Endless().a, lambda: setattr(Endless(), "a", 1)):
    try:
        act()
    except RecursionError:
        print("RecursionError")


# Attributes come and go: the others keep their order.
class Plain:
    pass


def fill(p, names="abcdef"):
    for n in names:
        setattr(p, n, n.upper())
    return p


p, q = fill(Plain()), fill(Plain())
for i in range(3):
    r = fill(Plain())
    del r.b, r.f
    print(r.a, r.c, r.__dict__, hasattr(r, "b"))
    r = fill(Plain(), "abc")
    del r.a
    r.a = i
    r.d = i
    print(r.a, r.b, r.c, r.d, vars(r))
    r = Plain()
    r.x = i
    del r.x
    try:
        del r.x
    except AttributeError as err:
        print(err)
    r.y = 2
    print(vars(r), r.y)
for name in "cafbed":
    delattr(p, name)
    print(vars(q) == vars(fill(Plain())), sorted(vars(p)))
many = Plain()
for i in range(40):
    setattr(many, "n%d" % i, i)
for i in range(0, 40, 3):
    delattr(many, "n%d" % i)
print(many.n1, many.n38, len(vars(many)), list(vars(many))[:4])


class Last:
    def __del__(self):
        print("gone", sorted(vars(keeper)))


keeper = Plain()
keeper.one, keeper.two, keeper.three = 1, Last(), 3
del keeper.two
print(keeper.one, keeper.three, vars(keeper))
sys.stdout.flush()
