# range and slice objects.
r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:4], r[::-1], 5 in r, 6 in r, r.index(8), r.count(8), r.start, r.stop, r.step, range(5) == range(0, 5, 1), range(0) == range(2, 1), hash(range(3)) == hash(range(0, 3)))
print(list(range(5, 0, -2)), list(range(0)), range(10)[2:8:2], reversed(range(3)).__next__(), bool(range(0)), bool(range(1)), 1.0 in range(3), "a" in range(3), range(True), list(range(-3, 3, 2)))
big = range(10 ** 20, 10 ** 20 + 10, 3)
print(big, list(big), big[1], 10 ** 20 + 3 in big, len(big), big[-1], big.index(10 ** 20 + 6))
for f in (lambda: range(3)[5], lambda: range(3).index(7), lambda: range(1, 2, 0), lambda: range("3"), lambda: range(1.0), lambda: len(range(10 ** 30)), lambda: range(3)["a"], lambda: range(1, 2, 3, 4), lambda: range(3).start + "a", lambda: setattr(range(3), "start", 1)):
    try:
        print(f())
    except (IndexError, ValueError, TypeError, OverflowError, AttributeError) as e:
        print(type(e).__name__, str(e).split(" of ")[0])
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-3, None).indices(10), slice(None, None, -1).indices(4), slice(5), slice(1, 2) == slice(1, 2), slice("a", [], {}))
for f in (lambda: slice(), lambda: slice(1, 2, 0).indices(5), lambda: slice(1).indices(-1), lambda: slice("a").indices(3), lambda: [1][:"a"], lambda: [1, 2, 3][1.0:]):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
text = "0123456789"
for args in ((3,), (-3, None), (2, 8, 2), (8, 2, -2), (None, None, -3), (100, None, -1), (-100, 3), (5, 5), (3, 100), (-1, -5, -1), (None, -8)):
    print(text[slice(*args)], list(text)[slice(*args)] == list(text[slice(*args)]), range(10)[slice(*args)], end="; ")
print()
it = iter(range(5))
print(next(it), list(it), list(map(lambda i: i * i, range(4))), sum(range(101)), list(reversed(range(0, 10, 3))), max(range(5)), sorted(range(3), reverse=True))


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


print(text[Index(1):Index(4)], list(range(Index(2), Index(8), Index(3))), text[::Index(4)])
print([i for i in range(10 ** 18, 10 ** 18 + 2)], range(-1, -10, -3)[1], range(3) != range(4), 2 ** 70 in range(2 ** 71), range(0, 2 ** 80, 2 ** 78)[2])
