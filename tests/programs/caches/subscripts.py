"""Subscripts at one place with containers of many types, and classes that learn them."""
LIMIT = 300


class List(list):
    def __getitem__(self, i):
        return "List.__getitem__", i

    def __setitem__(self, i, v):
        list.__setitem__(self, i, ("set", v))


class Dict(dict):
    def __missing__(self, key):
        return "missing", key


class Tuple(tuple):
    def __getitem__(self, i):
        return "Tuple.__getitem__"


class Learner:
    pass


def get(c, k):
    return c[k]


def put(c, k, v):
    c[k] = v
    return c


def remove(c, k):
    del c[k]
    return c


def has(c, k):
    return k in c


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


cases = [
    ([1, 2, 3], 1), ([1, 2, 3], -1), ([1, 2, 3], 7), ([1, 2, 3], True), ((1, 2), 0), ((1, 2), -3), ("abc", 1),
    ("abc", -4), ("h\xe9", 1), (b"abc", 1), ({"a": 1}, "a"), ({1: "one"}, 1), ({1: "one"}, 1.0), ({1: "one"}, True),
    ({}, "a"), (range(5), 3), (List([1, 2]), 0), (Dict(a=1), "a"), (Dict(a=1), "b"), (Tuple((1, 2)), 1), ([1], "a"),
    (5, 0), (None, 0), ({(1, 2): 3}, (1, 2)), ([1, 2, 3], slice(1)), ((1, 2, 3), slice(None, None, -1)), (bytearray(b"xy"), 0),
]
for c, k in cases:
    for i in range(30):
        r = attempt(get, c, k), attempt(has, c, k)
    print(r)
for i in range(30):
    turns = [attempt(get, c, k) for c, k in cases]
print(turns[:3], turns[-3:])

for i in range(LIMIT):
    stored = [attempt(put, c, k, i) for c, k in (
        ([0, 1], 0), ([0, 1], -1), ([0], 5), ({}, "a"), ({"a": 0}, "a"), ({1: 0}, 1), (List([0]), 0), (Dict(), 1),
        ((1,), 0), ("a", 0), (bytearray(3), 1), (None, 0))]
    removed = [attempt(remove, c, k) for c, k in (([0, 1], 0), ({"a": 0}, "a"), ({}, "a"), ((1,), 0), ([0], 1))]
print(stored, removed, sep="\n")

# The dict grows, shrinks and is cleared under a loop that reads one key.
d = {"key": "first"}
last = None
for i in range(LIMIT):
    if i == 40:
        d["key"] = 2
    if i == 80:
        d.update(("k%d" % n, n) for n in range(100))
    if i == 120:
        del d["key"]
    if i == 160:
        d["key"] = "again"
    if i == 200:
        d.clear()
    if i == 240:
        d = Dict()
    now = attempt(get, d, "key")
    if now != last:
        print(i, now)
        last = now

steps = {
    50: lambda: setattr(Learner, "__getitem__", lambda self, k: "item"),
    100: lambda: setattr(Learner, "__setitem__", lambda self, k, v: None),
    150: lambda: setattr(Learner, "__contains__", lambda self, k: True),
    175: lambda: setattr(Learner, "__delitem__", lambda self, k: None),
    200: lambda: setattr(Learner, "__getitem__", lambda self, k: "other"),
    225: lambda: setattr(Learner, "__contains__", None),
    250: lambda: delattr(Learner, "__getitem__"),
    275: lambda: delattr(Learner, "__contains__"),
}
last = None
one = Learner()
for i in range(LIMIT):
    if i in steps:
        steps[i]()
    now = (attempt(get, one, 1), type(attempt(put, one, 1, 2)).__name__, attempt(has, one, 1) if i not in range(50, 150) else "",
           type(attempt(remove, one, 1)).__name__)
    if now != last:
        print(i, now)
        last = now

# A dict subclass that learns __getitem__, __missing__ and __contains__.
e = Dict(a=1)
last = None
for i in range(LIMIT):
    if i == 50:
        Dict.__getitem__ = lambda self, k: "overridden"
    if i == 100:
        del Dict.__getitem__
    if i == 150:
        del Dict.__missing__
    if i == 200:
        Dict.__contains__ = lambda self, k: "anything"
    now = attempt(get, e, "a"), attempt(get, e, "b"), has(e, "b")
    if now != last:
        print(i, now)
        last = now
