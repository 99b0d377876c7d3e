# del of names, attributes, items and slices in every scope, and what is unbound after it.
import sys

a = b = c = 1
del a, (b, c)
for name in "abc":
    print(name, name in globals())
try:
    a
except NameError as e:
    print(e)


def local():
    x = 1
    del x
    try:
        x
    except UnboundLocalError as e:
        print(type(e).__name__, "x" in str(e))
    x = 2
    return x


def unbound_delete():
    del y
    y = 1


def closure():
    z = 1

    def inner():
        return z
    print(inner())
    del z
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, "z" in str(e))
    try:
        print(z)
    except UnboundLocalError as e:
        print(type(e).__name__)
    z = 5
    return inner()


def nonlocal_delete():
    n = 1

    def drop():
        nonlocal n
        del n
    drop()
    try:
        drop()
    except NameError as e:
        print(type(e).__name__)
    n = "again"
    return n


def global_delete():
    global g
    g = 1
    del g
    try:
        del g
    except NameError as e:
        print(e)


print(local())
try:
    unbound_delete()
except UnboundLocalError as e:
    print(type(e).__name__)
print(closure())
print(nonlocal_delete())
global_delete()


class C:
    x = 1
    y = 2
    del x

    def __delattr__(self, name):
        print("delattr", name)

    def __delitem__(self, key):
        print("delitem", key)


print(hasattr(C, "x"), C.y)
c = C()
del c.anything, c["k"], c[1:2], c[::3], c[1, 2:3]
items = list(range(10))
del items[0], items[-1], items[2:4]
print(items)
del items[::2]
print(items)
d = {1: 2, 3: 4}
del d[1]
print(d)
try:
    del d[1]
except KeyError as e:
    print("KeyError", e)
try:
    del items[99]
except IndexError as e:
    print(e)
for target in ("abc", (1, 2), 5):
    try:
        del target[0]
    except TypeError as e:
        print(e)
try:
    del c.__dict__["nope"]
except KeyError as e:
    print("KeyError", e)
