"""Containers and iterators that take a short way: subclasses, changes while they are used, and errors in the middle."""
import _heapq as heapq
from _collections import defaultdict, deque
from _operator import attrgetter, itemgetter, methodcaller
from itertools import chain, combinations, product


def attempt(what, f, *args):
    try:
        print(what, f(*args))
    except Exception as e:
        print(what, type(e).__name__, e)


# Tuples that are taken apart, iterated and subscripted.
class P(tuple):
    __slots__ = ()

    def __new__(cls, x, y):
        return tuple.__new__(cls, (x, y))


class Swapped(P):
    __slots__ = ()

    def __iter__(self):
        return iter((tuple.__getitem__(self, 1), self[0]))


class Doubled(P):
    def __getitem__(self, i):
        return tuple.__getitem__(self, i) * 2


class Late(tuple):
    pass


def apart(v):
    a, b = v
    return a, b


def first(v):
    return v[0]


def three(v):
    a, b, c = v
    return a


for turn in range(3):
    for v in (P(1, 2), (3, 4), Swapped(5, 6), Doubled(7, 8), Late((9, 10)), [11, 12]):
        print(apart(v), [i for i in v], first(v), list(reversed(v)), v[-1], v[:1])
    attempt("few", three, P(1, 2))
    attempt("many", apart, Late((1, 2, 3)))
    attempt("index", lambda: P(1, 2)[2])
    attempt("index", lambda: P(1, 2)[-3])
    attempt("index", lambda: P(1, 2)["x"])
    if turn == 0:
        Late.__iter__ = lambda self: iter("ab")
        Late.__getitem__ = lambda self, i: "item"
    elif turn == 1:
        del Late.__iter__, Late.__getitem__
pairs = [P(1, 2), Swapped(1, 2), (1, 2), P(3, 4)]
for a, b in pairs:
    print(a, b)


# Dicts whose missing values are made.
class Counting(int):
    asked = 0

    def __hash__(self):
        Counting.asked += 1
        return int.__hash__(self)


class Missing(dict):
    pass


def item(d, k):
    return d[k]


m = Missing(a=1)
for turn in range(4):
    attempt("missing", item, m, "a")
    attempt("missing", item, m, "b")
    attempt("missing", item, m, [])
    if turn == 0:
        Missing.__missing__ = lambda self, k: ("made", k)
    elif turn == 1:
        Missing.__getitem__ = lambda self, k: ("got", k)
    elif turn == 2:
        del Missing.__getitem__

        def broken(self, k):
            raise LookupError(k)

        Missing.__missing__ = broken
d = defaultdict(list)
for i in range(6):
    d[i % 2].append(i)
print(dict(d), d.default_factory)
d.default_factory = None
attempt("none", item, d, 9)
d.default_factory = lambda: 1 // 0
attempt("fails", item, d, 9)
print(9 in d)
d.default_factory = int
k = Counting(9)
d[k]
print(Counting.asked, d[9])


class Noted(defaultdict):
    def __setitem__(self, k, v):
        print("set", k, v)
        defaultdict.__setitem__(self, k, v)


n = Noted(int)
n["a"] += 1
print(n["a"], n["b"], dict(n))


# Comparisons and heaps.
nan = float("nan")
values = [(1, 2), (1, 2.0), (1, "a"), (nan, 1), (nan, 1), (1,), (), (True, 2), (1, 2, 0), [1, 2], [1, 3], (2**70, 1)]
for a in values:
    print([a == b for b in values], [a != b for b in values])
for a in values[:2] + values[3:9] + values[-1:]:
    print([(a < b, a <= b, a > b, a >= b) for b in values[:2] + values[3:9] + values[-1:]])
attempt("mixed", lambda: (1, "a") < (1, 2))
attempt("mixed", lambda: (1, 2) < [1, 2])
print(len({(1, 2), (1.0, 2), (True, 2), (1, 2, 3), ("a", 1), ("a", 1.0)}), hash((1, 2)) == hash((1.0, 2)))
h = []
for i in range(20):
    heapq.heappush(h, (i * 7 % 5, str(i), i))
print([heapq.heappop(h) for _ in range(20)])
h = [5, 1.5, 3, 2, True]
heapq.heapify(h)
print([heapq.heappop(h) for _ in range(5)])
attempt("heap", heapq.heappop, h)
attempt("heap", heapq.heapify, [1, "a", 2])
attempt("heap", heapq.heappush, (), 1)


class Odd:
    def __init__(self, n, says):
        self.n, self.says = n, says

    def __lt__(self, other):
        return self.says(self, other)

    def __repr__(self):
        return str(self.n)


h = [Odd(i, lambda a, b: [1] * (a.n < b.n)) for i in (3, 1, 2, 5, 4)]
heapq.heapify(h)
print([heapq.heappop(h) for _ in range(5)])
h = []
for i in range(3):
    h.append(Odd(i, lambda a, b: h.clear()))
attempt("cleared", heapq.heappush, h, Odd(9, lambda a, b: h.clear()))
attempt("raises", heapq.heapify, [Odd(i, lambda a, b: 1 // 0) for i in range(3)])


# Sets and dicts that are asked whether they have something.
class Same:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


class Full(set):
    def __contains__(self, v):
        return True


def among(v, c):
    return v in c, v not in c


for c in ({1, 2, 9}, set(), {"a", "b"}, {1: 2, "a": 3}, frozenset([1]), {Same()}, Full(), [1, "a"], (1.0,), "abc"):
    for v in (1, 9, 17, "a", "c", 1.0, True, Same(), 2**70):
        attempt("in", among, v, c)
attempt("in", among, [], {1})
attempt("in", among, {1}, {frozenset([1])})
print(sorted({i * 3 % 50 for i in range(100)}), len({i % 7 for i in range(50)}), {i & 1 for i in (True, 1.0 > 2, 3)})
print(sorted({-1, -2} | {v for v in (-1, -2, 2**61 - 1, 0, 2**61)}))

# Builtin classes, many at one place.
class Text(str):
    def __int__(self):
        return 7

    def __float__(self):
        return 7.5


def make(c, *args):
    return c(*args)


def none(c):
    return c()


def one(c, v):
    return c(v)


def bad():
    yield 1
    raise KeyError("in the middle")


for turn in range(2):
    for c in (list, tuple, set, dict, str, int, float, bool, frozenset, list, type(None), deque):
        attempt(c.__name__, none, c)
    for c in (list, tuple, set, sorted, frozenset, list, deque):
        attempt(c.__name__, one, c, [3, 3])
        attempt(c.__name__, one, c, bad())
        attempt(c.__name__, one, c, 5)
        attempt(c.__name__, lambda c: list(c(range(3))), c)
    for v in ("12", " 12 ", "1_2", "_1", "1_", "", " ", "x", "-5", "+5", "\u0663", Text("4"), 3, 2.5, True, b"6", None):
        attempt("int", one, int, v)
    for v in ("inf", "-Infinity", "nan", "1_0.5", "1__0", "_1", " 2.5 ", "1e3", "i", "", "x", "\u0663", Text("4"), 3, True):
        attempt("float", one, float, v)
    attempt("iter", lambda: list(enumerate("ab", 5)))
    attempt("iter", lambda: list(zip("ab", (1, 2, 3))))
    attempt("iter", lambda: enumerate(5))
    attempt("iter", lambda: zip(5))
for a in (7, -7, True, 0):
    for b in (2, -2, 0, 1.5, True, 2**70):
        attempt("divmod", divmod, a, b)


# Getters.
attempt("base", type, "Loud", (itemgetter,), {})
for g in (itemgetter(1), itemgetter(0, 1), attrgetter("real"), attrgetter("real.imag"), methodcaller("count", 2)):
    attempt("getter", g, (1, 2))
    attempt("getter", g, 5)
    attempt("getter", lambda: g())
    attempt("getter", lambda: g(1, 2))
    attempt("getter", lambda: g((1, 2), x=1))
    attempt("getter", type(g).__call__, g, (1, 2))
print(sorted([(2, "a"), (1, "b"), (2, "c")], key=itemgetter(0)), sorted([3 + 1j, 1 + 2j], key=attrgetter("imag")))


# Deques.
class Never(deque):
    def __bool__(self):
        return False


for c in (deque, Never):
    q = c([1, 2], 3)
    print(bool(q), len(q), not q, 1 if q else 0)
    q.append(3)
    q.append(4)
    q.appendleft(0)
    print(list(q), q.pop(), q.popleft(), list(q))
    while q:
        q.pop()
    print(list(q))


# Lists many times over.
class Times(int):
    def __rmul__(self, other):
        return ("times", other)


class Mine(list):
    def __mul__(self, n):
        return ("mine", n)


for a, n in (([1], 3), ([1, 2], 2), ([], 5), ([1], 0), ([1], -1), ([1], True), ([1], Times(2)), (Mine([1]), 2)):
    print(a * n)
attempt("times", lambda: [1] * 1.5)
attempt("times", lambda: [1] * "a")
attempt("times", lambda: [1] * 2**70)

# Iterators over what changes.
grows = [1, 2]
out = []
for v in chain(grows, grows):
    out.append(v)
    if len(grows) < 5:
        grows.append(v * 10)
print(out)
attempt("chain", lambda: list(chain([1], 5)))
print([a + b for a, b in combinations((1, 2, 3), 2)], list(combinations((1, 2, 3), 3)), list(combinations((1,), 2)))
print([a + b for a, b in product((1, 2), (10, 20))], list(product((1, 2), repeat=3))[-1], list(combinations((1, 2), 0)))
attempt("sum", sum, [1, 2.5, True, 2**70])
attempt("sum", sum, [[1], [2]], [])
attempt("sum", sum, [1, "a"])
attempt("sum", lambda: sum({1: 2, 3: 4}.values()))
