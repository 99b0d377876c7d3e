# __getitem__, __setitem__, __delitem__, __contains__, __iter__, __reversed__, __len__, __missing__, old protocols.
class Seq:
    def __init__(self, *items):
        self.items = list(items)

    def __getitem__(self, key):
        print("get", key, end="; ")
        return self.items[key]

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)

    def __len__(self):
        return len(self.items)


s = Seq(10, 20, 30)
print(s[0], s[-1], s[0:2], s[::2], len(s))
s[1] = 5
s[1:2] = [6]
s[...] = 0
s[1, 2:3] = 1
del s[0], s[:]
print(list(s))
print(20 in s, 99 in s)
print(list(reversed(s)))
a, b, c = s
print(a, b, c)
print([*s], (*s, 1))


class IterOnly:
    def __iter__(self):
        print("iter", end=" ")
        return iter([1, 2, 3])


print(2 in IterOnly(), 5 not in IterOnly(), list(IterOnly()), max(IterOnly()), [*IterOnly()], tuple(IterOnly()))


class Contains:
    def __contains__(self, item):
        return item == "x"


print("x" in Contains(), "y" in Contains())


class Missing(dict):
    def __missing__(self, key):
        return "missing %s" % key


m = Missing(a=1)
print(m["a"], m["b"], m.get("b"), "b" in m, "%(zz)s" % m)


class Reversible:
    def __reversed__(self):
        return "anything"


print(reversed(Reversible()))


class NoIter:
    __iter__ = None
    __contains__ = None

    def __getitem__(self, i):
        return i


for f in (lambda: iter(NoIter()), lambda: 1 in NoIter(), lambda: 1 in 5, lambda: 5[0], lambda: None[0], lambda: {}[[]], lambda: [][None],
          lambda: "abc"["a"], lambda: (1,)[1.0], lambda: [1, 2]["x":], lambda: len(Contains()), lambda: reversed(Contains()), lambda: [1][5],
          lambda: (1,)[5], lambda: "a"[5], lambda: b"a"[5], lambda: range(3)[5], lambda: {1}[0], lambda: [1, 2][::0]):
    try:
        f()
    except (TypeError, IndexError, KeyError, ValueError) as e:
        print(type(e).__name__, e)


def assign(target, value):
    target[0] = value


for target in ("abc", (1,), 5, b"x", range(3), None, {1}):
    try:
        assign(target, 1)
    except TypeError as e:
        print(e)


class Stops:
    def __getitem__(self, i):
        if i == 3:
            raise IndexError
        if i == "bad":
            raise KeyError
        return i * i


print(list(Stops()), [x for x in Stops()], 4 in Stops())


class SliceShow:
    def __getitem__(self, key):
        return key


k = SliceShow()
print(k[1:2], k[::], k[1:2, 3], k[...], k[:, None], k[()], k["a":"b":"c"])
it = iter(Stops())
print(next(it), next(it), it.__length_hint__() if hasattr(it, "__length_hint__") and False else "")
calls = iter([1, 2, 3, 0, 4].pop, 0)
print(list(calls))
