# oracle: 64-bit
# RecursionError can be caught, and the program goes on; recursion depth is given back.
import sys


def forever(n):
    return forever(n + 1)


def depth():
    try:
        return 1 + depth()
    except RecursionError:
        return 1


sys.setrecursionlimit(500)
try:
    forever(0)
except RecursionError as e:
    print(type(e).__name__, e)
print(sys.getrecursionlimit())
for _ in range(3):
    print(400 < depth() < 520)


class Loop:
    def __repr__(self):
        return repr(self)

    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __eq__(self, other):
        return self == other

    def __call__(self):
        return self()


for action in (lambda: repr(Loop()), lambda: Loop() == 1, lambda: Loop()(), lambda: Loop().attr):
    try:
        action()
    except RecursionError as e:
        print("RecursionError", str(e).startswith("maximum recursion depth exceeded"))
for bad in (0, -5, "x", 1.5):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__)


def fact(n):
    return 1 if n == 0 else n * fact(n - 1)


print(fact(30))


def generate(n):
    if n:
        yield n
        yield from generate(n - 1)


print(sum(generate(100)))
nested = []
for _ in range(50):
    nested = [nested]
print(len(repr(nested)))
