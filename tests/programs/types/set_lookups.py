# How often sets ask for hashes and equality, and what becomes of them when an answer changes the set.
class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        asked.append("h%d" % self.n)
        return self.n % 3

    def __eq__(self, other):
        asked.append("%d=%s" % (self.n, getattr(other, "n", other)))
        return isinstance(other, Key) and self.n == other.n


asked = []


def show(what, result):
    print(what, result, " ".join(asked))
    del asked[:]


a = {Key(0), Key(1)}
show("make", len(a))
b = set(a)
show("copy", len(b))
show("equal", a == b)
b = {Key(0), Key(4)}
show("make", len(b))
show("or", len(a | b))
show("and", len(a & b))
show("sub", len(a - b))
show("xor", len(a ^ b))
show("subset", a <= b)
show("disjoint", a.isdisjoint(b))
show("in", Key(1) in a)
show("not in", Key(7) in a)
show("in frozenset", Key(1) in frozenset(a))
show("empty", Key(1) in set())
show("discard", a.discard(Key(1)))
show("again", len(a))
show("add", a.add(Key(0)) or len(a))
a.update(b)
show("update", len(a))
a.difference_update(b)
show("difference", len(a))
print(hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1])), {1, 2} in {frozenset([1, 2])})


# Equal keys of different types.
mixed = {1, 1.0, True, "1", (1,), 2.5}
print(len(mixed), 1 in mixed, True in mixed, 1.0 in mixed, "1" in mixed, (1,) in mixed, (1.0,) in mixed, 2 in mixed)
d = {1: "int", "a": "str", (1, "a"): "tuple"}
print(d[1.0], d[True], d["a"], d[(True, "a")], 2.0 in d, d.get(1 + 0j))
d[True] += "!"
d[-1] = "minus one"
d[-2] = "minus two"
d[2 ** 61 - 2] = "the hash of minus one's neighbour"
d[2 ** 70] = "big"
print(d[1], d[-1], d[-2], d[-2.0], d[2.0 ** 70], len(d))


# Equality that changes the container.
class Spoils:
    def __init__(self, name, target=None):
        self.name, self.target = name, target

    def __hash__(self):
        return 5

    def __eq__(self, other):
        if self.target is not None:
            target, self.target = self.target, None
            target.clear()
            for i in range(40):
                target[i] = i
        return self is other


t = {}
t[Spoils("first", t)] = 1
t[5] = 2
print(len(t), t[5], t[39])


class SpoilsSet(Spoils):
    __hash__ = Spoils.__hash__

    def __eq__(self, other):
        if self.target is not None:
            target, self.target = self.target, None
            target.clear()
            target.update(range(40))
        return self is other


u = set()
u.add(SpoilsSet("first", u))
print(5 in u, len(u))
u = set()
u.add(SpoilsSet("first", u))
print(SpoilsSet("other") in u, sorted(u)[:3])
for trial in range(3):
    w = {5, 6, 7}
    w.discard(5)
    w.add(8)
    w.discard(6)
    w.add(5)
    print(sorted(w), w.pop() in (5, 7, 8), len(w))
try:
    {[]}
except TypeError as e:
    print(e)
try:
    [] in set()
except TypeError as e:
    print(e)
