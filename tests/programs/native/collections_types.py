# _collections: deque, defaultdict, OrderedDict.
from _collections import OrderedDict, defaultdict, deque

d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, d.maxlen, len(d), d[0], d[-1], d.pop(), d.popleft(), list(reversed(d)), 3 in d)
d.extend([7, 8])
d.extendleft([9])
d.rotate(1)
print(d, d.count(7), d.index(7), deque("abc") + deque("d"), deque([1]) * 3, deque([1, 2]) == deque([1, 2]), deque([1]) < deque([2]), deque().copy())
d.insert(1, "i") if d.maxlen is None else None
e = deque("abcd")
e.insert(1, "X")
e.remove("c")
e.reverse()
del e[0]
e[0] = "first"
e.rotate(-1)
print(e, bool(deque()), deque([deque()]))
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque([1]).index(9), lambda: deque(5), lambda: deque([], -1), lambda: hash(deque()), lambda: deque([1, 2], maxlen=2).insert(0, 5), lambda: deque([1])["a"]):
    try:
        print(f())
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    for x in e:
        e.append(1)
except RuntimeError as error:
    print(error)
n = defaultdict(list)
n["a"].append(1)
n["a"].append(2)
n["b"]
print(dict(n), "c" in n, n.get("c"), len(n), n.default_factory is list, n.copy()["zz"])
m = defaultdict(int, {"x": 5}, y=1)
for c in "hello":
    m[c] += 1
print(sorted(m.items()), defaultdict(None, {1: 2}))
for f in (lambda: defaultdict()["k"], lambda: defaultdict(5), lambda: defaultdict(lambda: 1 / 0)["k"]):
    try:
        f()
    except (KeyError, TypeError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a")
o["d"] = 4
o.move_to_end("d", last=False)
print(list(o.items()), o.popitem(), o.popitem(last=False), list(reversed(o)), o == {"b": 2, "c": 3}, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), o.pop("b"), len(o))
for f in (lambda: o.move_to_end("zz"), lambda: OrderedDict().popitem(), lambda: o["zz"]):
    try:
        f()
    except KeyError as error:
        print("KeyError", error)
print(list(OrderedDict.fromkeys("ba")), o.setdefault("q", 9), o.copy() == o, list(o.keys()), isinstance(o, dict))
