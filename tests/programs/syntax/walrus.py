# versions: 3.8+
# Assignment expressions in every place, and the scope they bind in.
if (n := len("hello")) > 3:
    print(n)
data = [1, 2, 3, 4]
print([y for x in data if (y := x * x) > 4], y)
print(any((hit := x) > 2 for x in data), hit)
items = iter([1, 2, 0, 3])
while (item := next(items)) != 0:
    print("item", item)
print((a := 1, b := 2, a + b), [c := 5, c * 2], {(d := "k"): d}, (e := 3))


def scope():
    total = 0
    sums = [total := total + v for v in data]
    return sums, total


def nested():
    return [[last := i * j for i in range(2)] for j in range(3)], last


def to_global():
    global g
    print([g := v for v in "ab"])


def to_nonlocal():
    n = 0

    def inner():
        nonlocal n
        [n := v for v in range(4)]
    inner()
    return n


print(scope(), nested())
to_global()
print(g, to_nonlocal())
print(f"{(w := 7)} {w}", (lambda: (z := 9) + z)(), print(x := "argument"), x)
value = None
print((v := value) is None and "none", not (t := 0), (u := 5) and u)
assert (q := True), "walrus"
print([(i, r) for i in range(4) if (r := i % 2)], {k: s for k in "ab" if (s := k + k)}, {m for p in [1, 2] if (m := p)}, r, s)
