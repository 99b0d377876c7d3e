# Loops that take pairs apart: over enumerate, zip and what is like them, while what they read changes.


def gather(pairs):
    out = []
    for a, b in pairs:
        out.append((a, b))
    return out


print(gather(enumerate("abc")), gather(enumerate([], 5)), gather(enumerate((1, 2), -1)))
print(gather(zip([1, 2, 3], "xy")), gather(zip("xy", iter([1, 2, 3]))))
print(gather(enumerate([0], 2 ** 62 - 1)), gather(enumerate("ab", 2 ** 64)))

# The same loop over other things, and back.
for pairs in (zip("ab", "cd"), {1: 2}.items(), [(3, 4)], enumerate("e"), ["fg"], (x * 2 for x in "hi"), zip("j", "k")):
    print(gather(pairs))

# Three, one and none at once are no pair.
for iters in (("ab", "cd", "ef"), ("ab",), ()):
    try:
        print(gather(zip(*iters)))
    except ValueError as e:
        print("ValueError:", e)
for a, b, c in zip("ab", "cd", "ef"):
    print(a, b, c)
for i, (a, b) in enumerate(zip("ab", "cd")):
    print(i, a, b)
print([a + str(i) for i, a in enumerate("xyz")], {b: a for a, b in zip("ab", "cd")})


class Loud(enumerate):
    def __next__(self):
        i, v = super().__next__()
        return v, -i


class Quiet(enumerate):
    pass


print(gather(Loud("ab")), gather(Quiet("ab")), gather(enumerate("ab")))


# What is read ends, fails, changes and leaks.
class Source:
    def __init__(self, n, error):
        self.n, self.error = n, error

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise self.error
        self.n -= 1
        return self.n


for error in (StopIteration, StopIteration("value"), KeyError("gone")):
    for make in (enumerate, lambda s: zip("abcd", s), lambda s: zip(s, Source(1, error))):
        try:
            print(gather(make(Source(2, error))))
        except KeyError as e:
            print("KeyError", e)

items = [1, 2, 3]
for i, v in enumerate(items):
    if i < 3:
        items.append(v * 10)
print(items)
it = enumerate("abcdef")
for i, c in it:
    print(i, c, next(it, None))
it = zip("abc", "def")
kept = []
for a, b in it:
    kept.append(next(it, "end"))
print(kept)
pairs = list(enumerate("ab"))
pairs.append(next(zip("y", "z")))
for p in pairs:
    print(p)


# Slots that are freed while the pair is stored.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def store():
    a = Noisy("a")
    b = Noisy("b")
    for a, b in zip([1], [2]):
        print(a, b)
    for a, b in enumerate(Noisy(n) for n in "cd"):
        print(a, b.name)
    del b
    for a, b in enumerate(Noisy(n) for n in "ef"):
        del b
        print(a, "is kept by the iterator")
    for a, b in [(Noisy("g"), Noisy("h")), (Noisy("i"), 1), (2, 3)]:
        print(a if a == 2 else a.name)
    for a, b, c in ((Noisy(n + "1"), Noisy(n + "2"), Noisy(n + "3")) for n in "jk"):
        print(c.name)
    a, b, c = 1, 2, 3
    print("done")


store()


def generator():
    for a, b in zip("ab", "cd"):
        got = yield a + b
        print("got", got)


g = generator()
print(next(g), g.send(1))
print(list(g))
for i, v in enumerate([[1], [2]]):
    v.append(i)
    for i, v in zip(v, v):
        pass
    print(i, v)
