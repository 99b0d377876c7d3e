# Positional, keyword, default, *args and **kwargs, in every mixture.
def plain(a, b=2, c=3):
    return a, b, c


def star(a, *args, b=5, **kwargs):
    return a, args, b, sorted(kwargs.items())


def only(*, x, y="y"):
    return x, y


def everything(a, b=1, *args, c, d=4, **kwargs):
    return a, b, args, c, d, list(kwargs)


print(plain(1), plain(1, 5), plain(1, c=7), plain(c=1, a=2), plain(*[1, 2]), plain(**{"a": 1, "b": 9}))
print(star(1), star(1, 2, 3), star(1, b=2), star(1, 2, z=3, y=4), star(*"abc", **{"b": 0, "k": 1}))
print(only(x=1), only(y=2, x=3))
print(everything(1, c=2), everything(1, 2, 3, 4, c=5, d=6, e=7, f=8))
print(plain(*(1,), *[2], **{"c": 5}), star(*[1], 2, *[3, 4], k=1, **{"l": 2}, **{"m": 3}))
print(plain(*[], **{}, a=0))
print(max(3, 1, 2), max([1, 5], key=lambda v: -v), print("sep", "test", sep="-", end="!\n"))


def mutable(item, acc=[]):
    acc.append(item)
    return acc


print(mutable(1), mutable(2), mutable(3, []), mutable(4))


def defaults_at_definition():
    n = 1

    def f(x=n):
        return x
    n = 2
    return f()


print(defaults_at_definition())
plain.__defaults__ = (20, 30)
print(plain(1))
only.__kwdefaults__ = {"x": "new", "y": "kw"}
print(only())
plain.__defaults__ = None
try:
    plain(1)
except TypeError as e:
    print(e)
args = (1, 2)
kwargs = {"c": 3}


def changes(*args, **kwargs):
    kwargs["added"] = True
    return args + (0,), kwargs


print(changes(*args, **kwargs), args, kwargs)


class Mapping:
    def keys(self):
        return ["b", "c"]

    def __getitem__(self, key):
        return key * 2


print(plain(1, **Mapping()))


def order(tag):
    print(tag, end=" ")
    return tag


star(order(1), order(2), k=order(3), *[order(4)], **{"z": order(5)})
print()
(lambda *a, **k: print(a, k))(1, *(2, 3), x=4)
print((lambda: None)(), (lambda x, y=2: x + y)(1), (lambda *, k: k)(k="kw"))
print("{} {}".format(*"ab"), "{x}".format(**{"x": 1}))
print(dict(a=1, **{"b": 2}), dict([("k", 1)], z=2))
long = [str(i) for i in range(300)]
print(len((lambda *a: a)(*long)), (lambda *a, **k: len(a) + len(k))(*long, **{s: 1 for s in long}))
