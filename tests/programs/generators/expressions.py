# Generator expressions and comprehensions: laziness, scopes, nesting, conditions.
def trace(name, items):
    for item in items:
        print(name, item, end="; ")
        yield item


g = (x * y for x in trace("x", [1, 2]) for y in trace("y", [3, 4]) if x != y - 2)
print("made")
print(next(g))
print(list(g))
x = "outer"
print([x for x in range(3)], x)
print({x: x * x for x in range(3)}, {x % 2 for x in range(5)}, x)
print([[y for y in range(x)] for x in range(4)])
print([(a, b) for a in range(3) for b in range(a) if a if b + 1])
print(sum(x for x in range(10) if x % 3 == 0), max((len(w), w) for w in "a bcd ef".split()))
print([a + b for a, b in zip([1, 2], [3, 4])], [first for first, *rest in ["abc", "de"]])


def outer_value():
    n = 10
    return [n + i for i in range(2)], list(n - i for i in range(2)), {n: (lambda: n + i)() for i in range(1)}


print(outer_value())
try:
    g = (1 for _ in not_defined)
except NameError as e:
    print("first iterable is evaluated at once:", e)
g = (undefined_inner for _ in [1])
try:
    next(g)
except NameError as e:
    print("the body later:", e)
n = 1
g = (n for _ in range(2))
n = 2
print(next(g))
n = 3
print(next(g))


class C:
    items = [1, 2]
    doubled = [i * 2 for i in items]
    try:
        bad = [i * len(items) for i in items]
    except NameError as e:
        bad = str(e)


print(C.doubled, C.bad)
print(any(i > 2 for i in trace("any", range(9))), all(i < 1 for i in trace("all", range(9))))
print(tuple(i for i in range(3)), list(i for i in ()), dict((k, len(k)) for k in ("a", "bb")))
try:
    [1 / i for i in (1, 0)]
except ZeroDivisionError as e:
    print(e)
try:
    [i for i in 5]
except TypeError as e:
    print(e)
print([f() for f in [lambda: i * 2 for i in range(3)]])
print([i if i % 2 else -i for i in range(4)], [not i for i in (0, 1)])
i = "kept"
[i for i in range(3)]
print(i)


def shadow(x):
    return [x for x in x], x


print(shadow([1, 2]))
print([z for y in [[1, 2], [3]] for z in y], {k: v for d in [{1: 2}, {3: 4}] for k, v in d.items()})
g = (i for i in range(3))
print(2 in g, list(g), g.__name__, type(g).__name__)
