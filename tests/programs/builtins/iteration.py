# enumerate, zip, map, filter, reversed, sorted, min, max, sum, any, all, iter, next.
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate([], start=1)), list(zip("ab", [1, 2, 3])), list(zip()), list(zip([1])), list(zip(*[(1, 2), (3, 4)])))
print(list(map(str, [1, 2])), list(map(lambda a, b: a * b, [1, 2, 3], [4, 5])), list(filter(None, [0, 1, "", "a", None])), list(filter(lambda x: x > 1, [1, 2, 3])), list(reversed([1, 2])), list(reversed("ab")), list(reversed((1,))))
print(sorted([3, 1, 2]), sorted("bca", reverse=True), sorted(["aa", "b"], key=len), sorted([(1, "z"), (0, "a"), (1, "a")], key=lambda t: t[0]), sorted({3: 0, 1: 0}), sorted([1, 2, 3], key=lambda x: -x, reverse=True), sorted([]), sorted([True, 0, 2.5]))
print(min(3, 1, 2), max([1, 3, 2]), min("b", "a"), max({"a": 1, "c": 0}), min([], default="d"), max("aa", "b", key=len), min([1, -3], key=abs), max([(1, "a"), (1, "b")]), max(1, 1.0), min(1, True))
print(sum([1, 2, 3]), sum([0.5, 1]), sum([], 5), sum([[1], [2]], []), sum(range(5), 10), any([0, 1]), any([]), all([1, 0]), all([]), any(x > 2 for x in [1, 3]))
it = iter([1, 2, 3])
print(next(it), next(it), next(it), next(it, "end"), next(it, None), list(iter(lambda c=iter("abQd"): next(c), "Q")))
z = zip([1, 2, 3], iter([1]))
print(list(z), next(z, "exhausted"), iter(z) is z)
m = map(int, ["1", "x"])
print(next(m))
try:
    next(m)
except ValueError as e:
    print(e)
shared = iter(range(6))
print(list(zip(shared, shared)), list(zip(range(3), "abcdef", [True] * 9)))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(3)), sum(Countdown(4)), max(Countdown(5)), sorted(Countdown(3)), list(map(str, Countdown(2))), dict(zip(Countdown(3), Countdown(3))), 2 in Countdown(5), [*Countdown(2)])
order = []


def key(x):
    order.append(x)
    return -x


print(sorted([1, 3, 2], key=key), order, [type(f([])).__name__ for f in (enumerate, reversed, iter)], type(zip()).__name__, type(map(int, [])).__name__, type(filter(None, [])).__name__)


class NotIterable:
    def __iter__(self):
        return 5


for f in (lambda: list(NotIterable()), lambda: list(zip([1], 5)), lambda: list(map(1, [1])), lambda: max(1, "a"), lambda: sorted([1, None]), lambda: sum([1, "a"]), lambda: min([]), lambda: next(iter([])), lambda: list(map(lambda: 0, [1])), lambda: sorted([1], key=5), lambda: sorted([1], 5), lambda: min(1, key=5), lambda: reversed(5), lambda: sorted(key=len)):
    try:
        print(f())
    except (TypeError, ValueError, StopIteration) as e:
        print(type(e).__name__, e)
print(any(print("asked", i) or i == 2 for i in (1, 2, 3)), all(i < 2 for i in iter([1, 2, 3])), sum([True, True]), sum(x * x for x in range(4)), list(range(3)).__iter__().__length_hint__())
