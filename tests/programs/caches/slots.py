"""`__slots__`: members that are unset, replaced, shadowed, and classes that change."""
LIMIT = 300


class S:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = "a"


class WithDict(S):
    pass


def run(read, steps):
    last = None
    for i in range(LIMIT):
        if i in steps:
            steps[i]()
        try:
            now = read()
        except (AttributeError, TypeError) as e:
            now = str(e)
        if now != last:
            print(i, now)
            last = now


s, w = S(), WithDict()
member = S.a
run(lambda: s.a, {
    40: lambda: delattr(s, "a"),
    80: lambda: setattr(s, "a", 1.5),
    120: lambda: setattr(S, "a", property(lambda self: "property")),
    160: lambda: setattr(S, "a", member),
    200: lambda: setattr(S, "a", "plain"),
    240: lambda: delattr(S, "a"),
    270: lambda: setattr(S, "a", member),
})
run(lambda: w.a, {
    40: lambda: w.__dict__.update(a="in the dict"),
    80: lambda: delattr(w, "a"),
    120: lambda: setattr(w, "a", "again"),
    160: lambda: setattr(WithDict, "a", "of the class"),
    200: lambda: w.__dict__.pop("a"),
    240: lambda: delattr(WithDict, "a"),
})


def store():
    s.b = "stored"
    return s.b


run(store, {
    100: lambda: setattr(S, "__setattr__", lambda self, n, v: object.__setattr__(self, n, "hooked")),
    200: lambda: delattr(S, "__setattr__"),
})
run(lambda: setattr(s, "c", 1), {})


# The member of one class in another, and with foreign objects.
class T:
    __slots__ = ("x", "y")


class U:
    __slots__ = ("y", "z")


t, u = T(), U()
t.x, t.y, u.y, u.z = "tx", "ty", "uy", "uz"


def both(o):
    return o.y


for i in range(LIMIT):
    now = both(t), both(u)
print(now)
U.y = T.__dict__["y"]
for i in range(LIMIT):
    try:
        both(u)
    except TypeError as e:
        now = str(e)
print(now, both(t))


# Many slots, set and read in turns.
class Wide:
    __slots__ = ["f%d" % n for n in range(40)]


wide = Wide()
for i in range(LIMIT):
    setattr(wide, "f%d" % (i % 40), i)
print([getattr(wide, "f%d" % n) for n in range(40)])
