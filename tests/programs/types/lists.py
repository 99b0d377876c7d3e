# list: every method, slices of all kinds, sorting, copying, self-reference.
a = [3, 1, 2]
a.append(4)
a.extend("xy")
a.insert(1, "ins")
a.insert(-1, "neg")
a.insert(99, "end")
print(a, a.pop(), a.pop(0), a.pop(-2), a.index("ins"), a.count(4), len(a))
a.remove("ins")
a.reverse()
print(a, a.copy() == a, a + [1], a * 2, 2 in a, a[::-1], a[1:3], a[-2:], a[5:], a[::2])
b = list(range(10))
b[2:5] = ["a", "b"]
b[0:0] = [-1]
b[::3] = [0] * len(b[::3])
b[len(b):] = [99]
print(b)
b[1:3] = []
del b[-1], b[1::2]
print(b)
c = [5, 2, 8, 1]
c.sort()
print(c, sorted(c, reverse=True), sorted(["b", "A", "c"], key=str.lower), sorted([(1, "b"), (1, "a"), (0, "z")]))
c.sort(key=lambda x: -x)
print(c)
words = ["bb", "a", "cc", "dd", "e"]
words.sort(key=len, reverse=True)
print(words)


class Tracked:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        return self.v < other.v

    def __repr__(self):
        return str(self.v)


print(sorted(map(Tracked, [i * 37 % 101 for i in range(60)])))
x = [1]
x.append(x)
print(x, x == x, x[1] is x)
grid = [[0] * 3] * 2
grid[0][0] = 1
print(grid, [[0] * 2 for _ in range(2)])
for f in (lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1][3], lambda: [1, 2].__setitem__(5, 0), lambda: [1, 2, 3].__setitem__(slice(None, None, 2), [1]),
          lambda: [1] + (2,), lambda: [1] * "a", lambda: [1, "a"].sort(), lambda: [1].__setitem__(slice(0, 1), 5), lambda: [1].extend(5), lambda: [1].insert("a", 1), lambda: [][0], lambda: [1]["a"],
          lambda: [].sort(5), lambda: [1].__delitem__(9), lambda: [1, 2] < [1, "a"], lambda: list(1, 2)):
    try:
        print(f())
    except (IndexError, ValueError, TypeError) as e:
        print(type(e).__name__, e)


def mutates(item):
    data.append(item)
    return item


data = [3, 1]
try:
    data.sort(key=mutates)
except ValueError as e:
    print(e)
print([1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 9], [] == [], [1, [2]] == [1, [2]], [1, 2] != [1, 2])
print(list("abc"), list((1, 2)), list({1: 2}), list(map(str, [1])), [*range(3), *"ab"], list(zip([1, 2], "ab")))
e = [1, 2, 3, 4]
e[1], e[2] = e[2], e[1]
e[:] = e[::-1]
print(e, e.clear(), e)
first, *middle, last = range(6)
print(first, middle, last)
it = iter([1, 2, 3])
print(next(it), list(it), list(it), [].__len__(), it.__length_hint__())
big = list(range(1000))
del big[10:990]
print(len(big), sum(big), big[9:12])
