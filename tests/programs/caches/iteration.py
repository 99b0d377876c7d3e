"""One `for` with iterators of many types, which change while they run."""
LIMIT = 300


def walk(x):
    out = []
    for item in x:
        out.append(item)
    return out


def unpack(x):
    a, b = x
    return a, b


def gen(n):
    for i in range(n):
        yield i


class Iter:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return "item"


class Sequence:
    def __getitem__(self, i):
        if i > 1:
            raise IndexError
        return "sequence %d" % i


class List(list):
    def __iter__(self):
        return iter(["List.__iter__"])


class Dict(dict):
    def __iter__(self):
        return iter("Dict")


def many():
    return [range(3), range(5, 0, -2), range(2 ** 62 - 1, 2 ** 62 + 1), range(2 ** 70, 2 ** 70 + 2), [1, 2], (3, 4), "ab",
            b"ab", {"k": "v"}, {"k": "v"}.values(), {"k": "v"}.items(), {7}, gen(2), Iter(2), Sequence(), List([1]), Dict(a=1),
            reversed([1, 2]), zip("ab", "cd"), enumerate("ab"), map(str, [1]), iter([9]), [], (), frozenset()]


for i in range(40):
    results = [walk(x) for x in many()]
for r in results:
    print(r)
for x in many():
    last = None
    for i in range(40):
        last = walk(x) or last
    print(last, end=" ")
print()


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


for i in range(40):
    results = [attempt(unpack, x) for x in many()]
print(results)

# The list grows, shrinks and is cleared while it is walked.
for change in ("append", "pop", "clear", "insert"):
    l = list(range(10))
    out = []
    for x in l:
        out.append(x)
        if len(out) > 40:
            break
        if change == "append" and len(l) < 30:
            l.append(x)
        elif change == "pop":
            l.pop()
        elif change == "clear":
            l.clear()
        elif change == "insert":
            l.insert(0, "new")
    print(change, out)

# Dicts and sets that change.
for change in ("add", "remove", "value", "swap", "clear"):
    d = {n: n for n in range(5)}
    out = []
    try:
        for k in d:
            out.append(k)
            if change == "add":
                d[k + 100] = 1
            elif change == "remove":
                del d[k]
            elif change == "value":
                d[k] = "changed"
            elif change == "clear" and k == 3:
                d.clear()
    except RuntimeError as e:
        out.append(str(e))
    print(change, out)
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as e:
    print(e)


# A class that learns, changes and loses its iteration in the middle of loops.
class Learner:
    def __init__(self):
        self.n = 3

    def __next__(self):
        self.n -= 1
        if not self.n:
            raise StopIteration
        return self.n


def late_next(self):
    Learner.__next__ = original
    return "late"


original = Learner.__next__
last = None
for i in range(LIMIT):
    if i == 50:
        Learner.__iter__ = lambda self: self
    if i == 100:
        Learner.__next__ = late_next
    if i == 150:
        Learner.__iter__ = lambda self: gen(2)
    if i == 200:
        Learner.__iter__ = None
    if i == 250:
        del Learner.__iter__
        Learner.__getitem__ = lambda self, i: [5, 6][i]
    now = attempt(walk, Learner())
    if now != last:
        print(i, now)
        last = now


# __next__ replaced between two items of one loop.
class Changing:
    def __iter__(self):
        return self

    def __next__(self):
        return "first"


out = []
for i, x in zip(range(LIMIT), Changing()):
    if i == 100:
        Changing.__next__ = lambda self: "second"
    if i == 200:
        Changing.__next__ = lambda self: 1 / 0
    out.append(x)
    if i == 199:
        break
print(out.count("first"), out.count("second"))
out = []
try:
    for x in Changing():
        out.append(x)
        if len(out) == 100:
            Changing.__next__ = lambda self: 1 / 0
except ZeroDivisionError:
    print(len(out))
