# Augmented assignment: in-place methods, fall-backs, targets of every kind, evaluation order.
class Acc:
    def __init__(self):
        self.log = []

    def __iadd__(self, other):
        self.log.append(("iadd", other))
        return self

    def __isub__(self, other):
        return "replaced"

    def __imul__(self, other):
        return NotImplemented

    def __mul__(self, other):
        return "mul", other


a = b = Acc()
a += 1
a += 2
print(a is b, a.log)
a -= 1
print(a)
b *= 5
print(b)


class All:
    pass


for name in "iadd isub imul itruediv ifloordiv imod ipow ilshift irshift iand ixor ior imatmul".split():
    setattr(All, "__%s__" % name, lambda self, other, name=name: print(name, other) or self)


def every(x):
    x += 1
    x -= 2
    x *= 3
    x /= 4
    x //= 5
    x %= 6
    x **= 7
    x <<= 8
    x >>= 9
    x &= 10
    x ^= 11
    x |= 12
    x @= 13
    return x


def numbers(x):
    x += 10
    x -= 3
    x *= 4
    x //= 3
    x **= 2
    x %= 1000
    x <<= 3
    x >>= 1
    x &= 0xFFF
    x |= 1
    x ^= 0x55
    x /= 2
    return x


print(type(every(All())).__name__, numbers(5))
n = [1, 2]
m = n
n += (3,)
n *= 2
print(m, n is m)
n = n + [0]
print(n is m)
t = ([1], 2)
try:
    t[0] += [9]
except TypeError as e:
    print(e, t)
s = "ab"
s += "c"
s *= 2
print(s)
d = {"k": 1}
d["k"] += 5
d["k"] **= 2
print(d)


def index(tag, value):
    print("eval", tag)
    return value


items = [1, 2, 3]
index("list", items)[index("index", 1)] += index("value", 10)
print(items)


class Attr:
    pass


o = Attr()
o.x = 1
index("object", o).x -= index("value", 5)
print(o.x)
items[0:2] += [7, 8]
print(items)
for statement in (lambda: every(5.0), lambda: every("x"), lambda: every(None)):
    try:
        statement()
    except TypeError as e:
        print(e)
f = {1, 2}
g = f
f |= {3}
f -= {1}
f &= {2, 3, 4}
f ^= {3, 9}
print(sorted(f), f is g)
counter = 0


def increment():
    global counter
    counter += 1


increment()
increment()
print(counter)
x = 5
x //= 2
print(x)
