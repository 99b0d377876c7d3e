# Keywords that come from dicts: whose they are, in which order, and what keys they may have.


def show(*args, **kw):
    print(args, kw)
    kw["added"] = 1
    return kw


def fits(a, b=2, *rest, c=3, d, **kw):
    print(a, b, rest, c, d, kw)


def call(f, *args, **kw):
    try:
        return f(*args, **kw)
    except TypeError as e:
        print(type(e).__name__, e)


# The callee's dict is its own, whatever it is made from.
given = {"x": 1, "y": 2}
first = show(**given)
second = show(**given)
print(given, first is given, first is second)
print(show(1, *(2, 3), z=0, **given), given)
print(show(**given, **{"w": 5}), show(**{}) == {"added": 1})


# What runs between the dict and the call does not see its changes.
def change():
    given["late"] = 3
    return 4


show(**given, q=change())
print(given)


# Keys that no compiler has interned find their parameters, and are not given twice.
def made(*parts):
    return "".join(parts)


call(fits, **{made("", "a"): 1, made("d", ""): 4, made("e", "x"): 5})
call(fits, 1, **{made("a", ""): 1, "d": 4})
call(fits, 1, d=2, **{made("o", "ther"): 6})
call(show, **{made("k", "ey"): 1, "kez": 2})


class Name(str):
    pass


print(sorted(call(show, **{Name("other"): 7})))
call(fits, 1, **{"d": 1, Name("c"): 8})

# In order, out of order, missing, too many, twice.
fits(1, b=5, c=6, d=7)
fits(d=7, c=6, b=5, a=1)
fits(1, 2, 3, 4, d=5, zz=6, c=7, aa=8)
fits(d=1, a=2)
call(fits, 1)
call(fits, d=1)
call(fits, 1, 2, b=3, d=4)
call(fits, 1, 2, 3, a=4, d=4)
call(lambda a, b: None, 1, c=2)
call(lambda *, a, b=1: print(a, b), b=5, a=6)
call(lambda *, a, b=1: print(a, b), b=5)
call(lambda *a: print(a), 1, 2, 3)
call(lambda a, *b: print(a, b))
call(lambda a, b=1, *c, **d: print(a, b, c, d), 0)
call(lambda a, b=1, *c, **d: print(a, b, c, d), 0, 1, 2, e=3)

# Many keywords, from dicts with holes too.
many = {"k%d" % i: i for i in range(20)}
for i in range(0, 20, 3):
    del many["k%d" % i]
many["again"] = 1
copy = call(show, **many)
print(len(copy), list(copy) == list(many) + ["added"], copy["k19"], "k18" in copy)
copy["k18"] = 0
print(list(copy)[-1], len(copy), len(many))
few = dict(many)
for k in list(few)[:-2]:
    del few[k]
print(call(show, **few), dict(few, last=2), {**few, "x": 1})


# Keywords travel through layers, of classes too.
class Base:
    def __init__(self, **kw):
        self.kw = kw


class Named(Base):
    def __init__(self, name=None, **kw):
        super().__init__(**kw)
        self.name = name


class Sized(Base):
    def __init__(self, *args, size=0, **kw):
        super().__init__(*args, **kw)
        self.size = size


class Both(Named, Sized):
    def method(self, *args, **kw):
        return self.size, args, kw


both = Both(size=3, name="n", color="red")
print(both.name, both.size, both.kw)
print(both.method(1, k=2), (lambda *a, **k: both.method(*a, **k))(1, *[2], k=3))
call(Both, 1, 2)
call(Named, 1, **{"name": 2})
call(Base, 1)
print(type(dict(**given)), dict([("a", 1)], **given), sorted([3, 1], **{"reverse": True}))


class Mapping:
    def keys(self):
        return ["m", "n"]

    def __getitem__(self, key):
        return key * 2


show(**Mapping())
call(lambda **kw: show(m=1, **kw), **Mapping())
for bad in ({1: 2}, {"a": 1, None: 2}):
    try:
        show(**bad)
    except TypeError as e:
        print(e)
    try:
        show(a=0, **bad)
    except TypeError as e:
        print(e)
