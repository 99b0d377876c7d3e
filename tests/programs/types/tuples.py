# tuple: methods, comparison, slices, nesting, repr, immutability.
t = (1, 2, 3, 2)
print(t, t[0], t[-1], t[1:], t[::-1], t + (4,), t * 2, 2 in t, t.count(2), t.index(3), len(t), (), (1,), hash(t) == hash((1, 2, 3, 2)))
print((1, 2) < (1, 3), (1,) < (1, 0), () < (1,), (1, "a") == (1, "a"), (1, 2) == [1, 2], ((1, 2), 3)[0][1], tuple("ab"), tuple([1]), tuple(range(3)), tuple())
a, b = b, a = 1, 2
print(a, b)
(x, y), *z = [(1, 2), 3, 4]
print(x, y, z)
for f in (lambda: t[9], lambda: t.index(9), lambda: t + [1], lambda: t["a"], lambda: t * None, lambda: t.__getitem__(None), lambda: (1, 2) < (1, "a")):
    try:
        f()
    except (IndexError, ValueError, TypeError) as e:
        print(type(e).__name__, e)


def unpack(value, n):
    if n == 2:
        a, b = value
    elif n == 3:
        a, b, c = value
    else:
        a, *b, c = value


for value, n in (((1, 2, 3), 2), ((1,), 2), ([1, 2], 3), ("abcd", 3), ((), 0), ({1}, 0), (5, 2), (None, 0), (iter([1, 2, 3]), 2), ({1: 2}, 2), ((i for i in range(9)), 3)):
    try:
        unpack(value, n)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
empty = ()
print(empty is (), tuple(t) is t, t[:] is t, (0,) * 3, sum((1, 2), 3), max((1, 5, 2)), sorted((3, 1)), tuple(reversed(t)), any(()), all(()))


class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)

    @property
    def first(self):
        return self[0]


n = T(1, 2)
print(n, n.first, n + (3,), type(n + (3,)).__name__, n == (1, 2), isinstance(n, tuple), len(n))
deep = ()
for i in range(5):
    deep = (deep, i)
print(deep, [*t, *t], (*t, *"ab"), f"{t}", "%s" % (t,), "%s %s" % (1, 2))
l = []
r = (l,)
l.append(r)
print(r, l)
