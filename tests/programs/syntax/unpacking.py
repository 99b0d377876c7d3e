# Star unpacking in assignments, displays and calls; swaps; nested targets; order of evaluation.
a, *b = [1, 2, 3]
*c, d = "xyz"
e, *f, g = 1, 2
(h, (i, *j)), k = (1, (2, 3, 4)), 5
[l, m] = {7: 0, 8: 0}
print(a, b, c, d, e, f, g, h, i, j, k, l, m)
print([*range(3), *"ab", 9], (*b, *c), {*[1, 2], *{2, 3}} == {1, 2, 3}, {**{"a": 1}, "b": 2, **{"a": 3}}, [*[]], (*(),), {**{}})
x = y = z = []
x.append(1)
print(x, y is z)
p, q = 1, 2
p, q = q, p
p, q, r = q, p, p + q
print(p, q, r)
data = [0, 1, 2]
n = 0
n, data[n] = 1, "set with new n"
print(data, n)


class Target:
    def __setattr__(self, name, value):
        print("set", name, value)

    def __setitem__(self, key, value):
        print("item", key, value)


t = Target()
t.a, t["b"], *t.c = range(4)
for t.loop in [1]:
    pass
for t[0], *t.rest in ["abc"]:
    pass
for bad in (lambda: [*5], lambda: (*None,), lambda: {*5}, lambda: {**[1]}, lambda: {**5}):
    try:
        bad()
    except (ValueError, TypeError, NameError) as error:
        print(type(error).__name__, error)


def exec_unpack_two(v):
    a, b = v


def exec_unpack_star(v):
    a, b, *c = v


for v in ([1], [1, 2, 3], (), {1: 2, 3: 4, 5: 6}, 5):
    for function in exec_unpack_two, exec_unpack_star:
        try:
            function(v)
            print("ok")
        except (ValueError, TypeError) as error:
            print(error)


def infinite():
    n = 0
    while True:
        yield n
        n += 1


try:
    a, b = infinite()
except ValueError as error:
    print(str(error).split(",")[0])
one, = [5]
[only] = "x"
() = []
print(one, only)
a, b, c, d, e = range(5)
print(a, b, c, d, e)
*everything, = range(3)
print(everything)
big = (*range(300), *range(300))
first, *_, last = big
print(len(big), first, last)
