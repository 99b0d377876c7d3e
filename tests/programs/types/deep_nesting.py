# oracle: 64-bit
# Containers nested deeper than any stack: an error, not the end of the process.


def nest(make, depth=100000):
    v = 0
    for _ in range(depth):
        v = make(v)
    return v


def deep(name, f):
    try:
        f()
    except RecursionError:
        print(name, "RecursionError")
    else:
        print(name, "no error")


makers = [
    ("list", lambda v: [v]),
    ("tuple", lambda v: (v,)),
    ("dict", lambda v: {1: v}),
]
for name, make in makers:
    a, b = nest(make), nest(make)
    deep(name + " repr", lambda: repr(a))
    deep(name + " str", lambda: str(a))
    deep(name + " format", lambda: "%s" % (a,))
    deep(name + " ==", lambda: a == b)
    deep(name + " in", lambda: a in [b])
    del a, b

shallow = nest(lambda v: [v], 50)
print(repr(shallow) == "[" * 50 + "0" + "]" * 50)
row = [1]
row.append(row)
print(row)
print({1: row})
print("freed")
