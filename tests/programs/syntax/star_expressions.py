# versions: 3.11+
# Stars in subscripts and in the annotation of *args.
class Show:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)


s, items = Show(), [1, 2]
print(s[*items], s[0, *items, 3], s[*items, *"ab"], s[*()], s[1:2, *items])
s[*items] = 5
del s[*items, 9]
s[0, *items] += (7,)


def f(*args: *tuple[int, str]):
    return args


print(f(1, "a"), f.__annotations__)
for x in *items, 3:
    print(x)


def g():
    return *items, 9


def h():
    yield *items, 8


print(g(), list(h()), *items, sep=" ")
