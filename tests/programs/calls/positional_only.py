# versions: 3.8+
# Parameters before a slash, and the errors they give.
def f(a, b=2, /, c=3, *, d=4):
    return a, b, c, d


def g(a, /, **kw):
    return a, kw


def h(x, y, /):
    return x - y


print(f(1), f(1, 5, 6, d=7), f(1, c=8))
print(g(1, a=2, b=3))
print((lambda x, /, y: (x, y))(1, y=2))
for call in (lambda: f(a=1), lambda: f(1, b=2), lambda: f(), lambda: h(x=1, y=2), lambda: h(1, y=2), lambda: h(1),
             lambda: h(1, 2, 3), lambda: g(a=1), lambda: f(1, 2, 3, 4), lambda: h(1, 2, z=3)):
    try:
        print(call())
    except TypeError as e:
        print(e)
print(f.__code__.co_posonlyargcount, f.__code__.co_argcount, f.__code__.co_kwonlyargcount)
