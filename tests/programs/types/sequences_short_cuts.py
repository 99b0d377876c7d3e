"""Tuples, lists, sets and generators where the machine has quick ways, and where they must not be taken."""


class Loud:
    """Says when it is asked; equal by value."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        print("eq", self.value, end="; ")
        return isinstance(other, Loud) and self.value == other.value

    def __lt__(self, other):
        print("lt", self.value, end="; ")
        return self.value < getattr(other, "value", other)

    def __gt__(self, other):
        print("gt", self.value, end="; ")
        return self.value > getattr(other, "value", other)

    def __hash__(self):
        return hash(self.value)

    def __add__(self, other):
        print("add", self.value, end="; ")
        return Loud(self.value + getattr(other, "value", other))

    __radd__ = __add__

    def __repr__(self):
        return "Loud(%r)" % self.value


class Items(list):
    def __add__(self, other):
        return "Items+"

    def __eq__(self, other):
        return "asked"

    def __getitem__(self, i):
        return ("item", i)


def compared():
    nan = float("nan")
    values = [(), (1,), (1, 2), (1, 2.0), (1, "a"), ("a", 1), (1, (2, 3)), (nan,), (nan, 1), (float("nan"),), (None,), (1, None),
              (2 ** 70,), (2.0 ** 70,), (True,), ("é", "€")]
    for a in values:
        print([i for i, b in enumerate(values) if a == b], [i for i, b in enumerate(values) if list(a) == list(b)],
              [i for i, b in enumerate(values) if not a != b], end=" ")
        below = []
        for i, b in enumerate(values):
            try:
                below.append((a < b) + 2 * (list(a) <= list(b)))
            except TypeError:
                below.append("E")
        print(*below, sep="")
    for a, b in [((1, "a"), (1, 2)), ([None], [None]), ([None, 1], [None, 2]), ((None,), (1,)), ([1], (1,))]:
        try:
            print(a < b, a >= b)
        except TypeError as e:
            print(e)
    a, b = (1, Loud(2)), (1, Loud(2))
    print(a == b, a < b, (0, Loud(1)) < (1, Loud(0)), [Loud(1)] == [Loud(1), 2])
    print(Items([1]) == [1], [1] == Items([1]), Items([1]) + [2], [1] + Items([2]))


def concatenated():
    t, empty = (1, 2), ()
    print(t + (3,), t + empty == t, empty + t == t, [1] + [2], [] + [], (1,) + (2,) * 3)
    x = y = [1]
    x += [2]
    x = x + [3]
    print(x, y)
    x = [1]
    x += x
    x += (4,)
    x += "ab"
    print(x)
    for a, b in [((1,), [1]), ([1], (1,)), ((1,), None), ([1], 1)]:
        try:
            a + b
        except TypeError as e:
            print(e)
    print([1] * True, (1,) * 2, 2 * [1], [1] * 0, -1 * (1,))


def contained():
    items = [1, "a", 2.0, None, (1, 2), True]
    for v in (1, True, 1.0, 2, "a", "b", None, (1, 2), (1, 3), 5):
        print(v in items, v in tuple(items), items.count(v), end=" ")
    print()
    print(3 in [1, Loud(3), 3], Loud(3) in [1, 2, Loud(3)], 1 in [1, Loud(1)])

    class Changes:
        def __eq__(self, other):
            del items[:]
            return False

    items.insert(2, Changes())
    print("z" in items, items)
    stack = [1, 2, 3]
    print(stack[-1], stack[-3], (4, 5)[-2], Items([7])[-1])
    for seq in (stack, (4, 5), "xy"):
        for i in (-4, 3):
            try:
                seq[i]
            except IndexError as e:
                print(e, end="; ")
    print()


def keys():
    d = {(x, y): x * y for x in range(4) for y in range(3)}
    print(d[3, 2], d.get((3, 3)), d[1.0, True], (2, 1) in d, (2, "1") in d, len(d))
    d[1.0, 2.0] = "same"
    print(d[1, 2], len(d), d.get((1, (2, 3)), "none"))
    d[1, (2, 3)] = "deep"
    d["a", Loud(1)] = "loud"
    print(d[1, (2, 3)], d["a", Loud(1)], d.get(("a", 1)))
    s = {(0, 1), (1, 0), (0, 1.0), ("a", "b")}
    print(len(s), (False, True) in s, ("a", "c") in s, s >= {(1, 0)}, s - {(0, 1)} == {(1, 0), ("a", "b")}, s & {("a", "b")})
    a, b = {1, 2, 3, "x"}, {2, 3, 4, "x"}
    print(sorted(map(str, a | b)), len(a & b), a - b, a <= b, {2, 3} <= a, a ^ b == {1, 4}, a > {1}, a.isdisjoint({9}))
    print({Loud(1), Loud(1)} == {Loud(1)}, {1, Loud(1)})
    try:
        {([],): 1}
    except TypeError as e:
        print(str(e)[-24:])


def taken(values):
    for v in values:
        print("give", v, end="; ")
        yield v


def ahead():
    print(sum(taken([1, 2, 3])), sum(taken([1, Loud(2), 3])), sum(taken([1.5, 2, True])), sum(taken([2 ** 62, 2 ** 62, 1])))
    print(sum(taken([1, 2]), Loud(0)), sum(taken([[1], [2]]), []), sum([0.1] * 10), sum([1, 2.5, 3]), sum([]), sum([True, True]))
    print(max(taken([1, 3, 2])), min(taken([2.5, 1, True])), max(taken([1, Loud(3), 2])), min(taken([Loud(2), 1, 3])))
    for f in (sum, min, max):
        try:
            f(taken([1, 2, "x", 4, 5]))
        except TypeError as e:
            print(e)
        try:
            f(taken([None, 2, 4, 5]))
        except TypeError as e:
            print(e)

    def fails():
        yield 1
        yield 2
        raise KeyError("within")

    for f in (sum, min, any, list, set):
        try:
            print(f(fails()))
        except KeyError as e:
            print(repr(e))
    g = taken([0, 0, 5, 6])
    print(any(g), next(g), all(taken([1, 0, 2])))
    print(min([3, 1, 2], key=lambda x: -x), max(taken([1, 2]), key=lambda x: print("key", x, end="; ") or -x), min((), default=7))


def numbered():
    pairs = []
    for pair in enumerate("ab"):
        pairs.append(pair)
    for pair in zip([1, 2], "ab"):
        pairs.append(pair)
    for pair in {"k": 1, "l": 2}.items():
        pairs.append(pair)
    print(pairs, list(enumerate("xy", 5)), list(zip("ab", [1, 2], (3, 4))))
    last = None
    for i, (a, b) in enumerate(zip("ab", "cd")):
        last = (i, a, b, last)
    print(last)
    it = zip([1, 2, 3], [4, 5])
    kept = next(it)
    print(kept, next(it), kept, next(it, "end"))
    e = enumerate([[]])
    for pair in e:
        pair[1].append(pair)
        print(len(pair[1]), pair[1][0] is pair)


compared()
concatenated()
contained()
keys()
ahead()
numbered()
