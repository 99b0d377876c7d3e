# __hash__ and __eq__ together: keys that collide, unhashable things, numbers that are equal.
class Key:
    def __init__(self, v, h=1):
        self.v, self.h = v, h

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        return isinstance(other, Key) and self.v == other.v

    def __repr__(self):
        return "Key(%r)" % self.v


d = {Key(i): i for i in range(5)}
print(d, d[Key(3)], Key(9) in d, len({Key(1), Key(1), Key(2)}))
del d[Key(2)]
d[Key(2)] = "again"
print(list(d.values()))
print({1: "int", 1.0: "float", True: "bool"}, {0, 0.0, False, 0j}, {1: 1}[True])
print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(-1) == hash(-2), hash(2 ** 70) == hash(float(2 ** 70)))
print(hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), hash(b"x") == hash(b"x"))
for thing in ([], {}, set(), bytearray(), (1, []), {1: 2}.keys()):
    try:
        hash(thing)
    except TypeError as e:
        print(e)
try:
    {[]: 1}
except TypeError as e:
    print(e)
try:
    {1, {}}
except TypeError as e:
    print(e)


class Unhashable:
    __hash__ = None


try:
    {Unhashable()}
except TypeError as e:
    print(e)


class BadHash:
    def __hash__(self):
        raise ValueError("no hash today")


try:
    BadHash() in {}
except ValueError as e:
    print(e)


class EqRaises:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError("no comparison")


d = {EqRaises(): 1}
try:
    d[EqRaises()]
except ValueError as e:
    print(e)
print(hash(object()) == hash(object()) and False, type(hash("x")).__name__, hash(None) == hash(None))


class Mutating(dict):
    pass


nan = float("nan")
print(len({nan: 1, nan: 2}), nan in {nan: 1}, float("nan") in {nan: 1})
print(hash(float("inf")), hash(-float("inf")), hash(0.0), hash(3), hash(10 ** 5), hash(-5))
