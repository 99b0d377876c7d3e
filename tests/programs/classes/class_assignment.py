# Assigning __class__, __bases__ of live objects, __dict__ sharing, and layouts that do not fit.
class A:
    def who(self):
        return "A"


class B:
    def who(self):
        return "B"


class Slotted:
    __slots__ = ("x",)


class Slotted2:
    __slots__ = ("x",)


class Slotted3:
    __slots__ = ("y",)


a = A()
a.data = 1
print(a.who())
a.__class__ = B
print(a.who(), a.data, type(a).__name__, isinstance(a, B))
s = Slotted()
s.x = 5
s.__class__ = Slotted2
print(type(s).__name__, s.x)
for thing, cls in ((a, Slotted), (s, Slotted3), (a, int), (5, A), (a, 5), ([], A)):
    try:
        thing.__class__ = cls
        print("assigned")
    except TypeError as e:
        print(str(e).split("'A'")[0])


class Lying:
    @property
    def __class__(self):
        return int


print(isinstance(Lying(), int), type(Lying()).__name__, isinstance(Lying(), Lying))


class Shared:
    state = {}

    def __init__(self):
        self.__dict__ = self.state


x, y = Shared(), Shared()
x.v = 1
print(y.v, x is y)
A.who = lambda self: "patched"
print(A().who())
del A.who
try:
    A().who()
except AttributeError as e:
    print(e)
A.__name__ = "Renamed"
A.__qualname__ = "Mod.Renamed"
print(A.__name__, A.__qualname__, type(A()).__name__)
for name, value in (("__name__", 5), ("__qualname__", 5), ("__bases__", 5), ("__dict__", {})):
    try:
        setattr(A, name, value)
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, str(e).split(",")[0])
for name in "__name__", "__module__", "__bases__":
    try:
        delattr(A, name)
        print("deleted", name)
    except TypeError as e:
        print(e)


class IntSub(int):
    pass


n = IntSub(5)
n.extra = "attr"
print(n + 1, n.extra, type(n + 1).__name__, type(n).__name__, n == 5, {5: "x"}[n])
