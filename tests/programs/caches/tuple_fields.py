# versions: 3.8+
"""Fields of named tuples: descriptors that give an item of the instance."""
from _collections import _tuplegetter

LIMIT = 300


class P(tuple):
    x = _tuplegetter(0, "the first")
    y = _tuplegetter(1, "the second")


class Q(P):
    pass


class Slots(tuple):
    __slots__ = ()
    x = _tuplegetter(1, "")


def run(what, read, steps):
    print(what)
    last = None
    for i in range(LIMIT):
        if i in steps:
            steps[i]()
        try:
            now = read()
        except (AttributeError, IndexError, TypeError) as e:
            now = type(e).__name__, str(e)
        if now != last:
            print(i, now)
            last = now


at = [P((1, 2))]


def put(v):
    return lambda: at.__setitem__(0, v)


run("other tuples", lambda: (at[0].x, at[0].y), {
    30: put(P(("a", "b", "c"))),
    60: put(P(("only",))),
    90: put(Q((3, 4))),
    120: put(P(())),
    150: put(P((5, 6))),
    180: put(Slots((7, 8))),
    210: put((1, 2)),
    240: put(P((9, 10))),
    270: put(7),
})

p = Q((1, 2))
field = P.x
run("the class changes", lambda: p.x, {
    30: lambda: p.__dict__.update(x="instance's"),
    60: lambda: setattr(Q, "x", property(lambda self: "property")),
    90: lambda: delattr(Q, "x"),
    120: lambda: setattr(P, "x", _tuplegetter(1, None)),
    150: lambda: delattr(P, "x"),
    180: lambda: setattr(P, "x", field),
    210: lambda: setattr(Q, "__getattribute__", lambda self, name: "hook " + name),
    240: lambda: delattr(Q, "__getattribute__"),
    270: lambda: setattr(Q, "x", "plain"),
})
del Q.x

p = Q((3, 4))
run("as a method", lambda: p.x(5), {
    100: lambda: setattr(P, "x", lambda self, n: n),
    200: lambda: setattr(P, "x", field),
})


class Other(tuple):
    y = "other's"


p = Q((5, 6))
run("another class", lambda: p.y, {
    100: lambda: setattr(p, "__class__", type("R", (P,), {"y": _tuplegetter(0, "")})),
    200: lambda: setattr(p, "__class__", Q),
})


class NoTuple:
    x = _tuplegetter(0, "")


class Odd(tuple):
    x = _tuplegetter(-1, "")
    y = _tuplegetter(1 << 20, "")


n, o = NoTuple(), Odd((1,))
run("no tuple", lambda: n.x, {150: lambda: n.__dict__.update(x=1)})
run("no item", lambda: o.x, {150: lambda: setattr(Odd, "x", field)})
run("far away", lambda: o.y, {})


class Freed:
    def __del__(self):
        print("freed")


def last_reference():
    return type(P((Freed(), 2)).x).__name__


for i in range(20):
    last_reference()

kinds = [type("K%d" % i, (P,), {})((i, -i)) for i in range(10)]
run("many classes", lambda: sum(k.x for k in kinds), {
    100: lambda: setattr(type(kinds[4]), "x", 1000),
    200: lambda: setattr(P, "x", _tuplegetter(1, "")),
})
p = P((1, 2))
try:
    p.x = 3
except AttributeError as e:
    print(type(e).__name__)
