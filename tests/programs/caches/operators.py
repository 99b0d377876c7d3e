"""Operators at one place with operands of many types, and with classes that learn operators."""
LIMIT = 300


def add(a, b):
    return a + b


def less(a, b):
    return a < b


def mixed(a, b):
    """Operands from locals, the stack and constants; results in locals, on the stack and in jumps."""
    c = a + b
    c += a
    d = (a * 2) - b
    if a < b:
        c = c + 1
    if a == b:
        d = d * b
    while d > 1000:
        d = d // 1000
    return c, d, -a, a % 7, a // 3 if b else None


class Int(int):
    def __add__(self, other):
        return "Int.__add__"

    def __radd__(self, other):
        return "Int.__radd__"

    def __lt__(self, other):
        return "Int.__lt__"

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Float(float):
    def __add__(self, other):
        return "Float.__add__"

    def __lt__(self, other):
        return "Float.__lt__"


class Str(str):
    def __add__(self, other):
        return "Str.__add__"


class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Vector(self.x + getattr(other, "x", other))

    def __repr__(self):
        return "V(%r)" % (self.x,)

    def __lt__(self, other):
        return NotImplemented

    def __gt__(self, other):
        return "reflected"


big = 2 ** 62
pairs = [
    (1, 2), (1.5, 2), (2, 0.5), (0.1, 0.2), ("a", "b"), ([1], [2]), ((1,), (2,)), (True, 2), (True, False),
    (big, big), (big - 1, 1), (-big - 1, -1), (2 ** 63, -1), (10 ** 30, 1), (1e308, 1e308), (float("nan"), 1),
    (1e-320, 1e-320), (0.0, -0.0), (1j, 2), (b"a", b"b"), (Int(1), 2), (1, Int(2)), (Float(1.0), 2.0),
    (2.0, Float(1.0)), (Str("a"), "b"), ("a", Str("b")), (Vector(1), Vector(2)), (Vector(1), 2), (1, "a"), (None, 1),
]


def attempt(f, *args):
    try:
        return f(*args)
    except TypeError as e:
        return str(e)


# Each pair in a row of its own, then all in turns.
for a, b in pairs:
    for i in range(40):
        r = attempt(add, a, b), attempt(less, a, b)
    print(r)
for i in range(40):
    turns = [attempt(add, a, b) for a, b in pairs]
print(turns[:4], turns[-4:])

# ints, then floats, then big ints, then ints again.
last = None
out = []
for i in range(LIMIT):
    a, b = ((i, 7), (i + 0.5, 2.0), (i + 2 ** 70, 3), (i, -7))[i // 75]
    out.append(mixed(a, b))
print(out[74], out[75], out[76], out[149], out[150], out[151], out[224], out[225], out[299], sep="\n")

# Overflow out of the small ints, and back.
n = 1
grown = []
for i in range(130):
    n = n * 2
    if i in (29, 30, 31, 60, 61, 62, 63, 64, 129):
        grown.append(n)
for i in range(130):
    n = n // 2
print(grown, n)
total = 0
for i in range(LIMIT):
    total = total + (i if i < 100 else i * 0.5 if i < 200 else i * 2 ** 61)
print(total)


# A class that learns, changes and forgets its operators.
class Learner:
    def __init__(self, x):
        self.x = x


steps = {
    30: lambda: setattr(Learner, "__add__", lambda a, b: "add"),
    60: lambda: setattr(Learner, "__iadd__", lambda a, b: "iadd"),
    90: lambda: setattr(Learner, "__add__", lambda a, b: NotImplemented),
    120: lambda: delattr(Learner, "__iadd__"),
    150: lambda: setattr(Learner, "__radd__", lambda a, b: "radd"),
    180: lambda: setattr(Learner, "__lt__", lambda a, b: "lt"),
    210: lambda: setattr(Learner, "__bool__", lambda a: False),
    240: lambda: setattr(Learner, "__len__", lambda a: 1),
    255: lambda: delattr(Learner, "__bool__"),
    270: lambda: setattr(Learner, "__neg__", lambda a: "neg"),
}


def in_place(a, b):
    a += b
    return a


last = None
for i in range(LIMIT):
    if i in steps:
        steps[i]()
    l = Learner(i)
    now = (attempt(add, l, 1), attempt(add, 1, l), attempt(in_place, l, 1), attempt(less, l, 1), attempt(less, 1, l),
           bool(l), "yes" if l else "no", attempt(lambda: -l))
    if now != last:
        print(i, now)
        last = now
