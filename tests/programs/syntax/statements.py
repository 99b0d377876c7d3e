# Small statements: pass, global, docstrings, semicolons, if chains, lambda bodies, literals, line joins.
"""The module's docstring is the first statement only if it is first."""
print(__doc__)


def doc():
    """One line."""
    "not the doc"


def nodoc():
    x = "no doc"


class Doc:
    """Class doc."""
    __slots__ = ()


print(doc.__doc__, nodoc.__doc__, Doc.__doc__, (lambda: 0).__doc__)
a = 1; b = 2; print(a, b)
if a: print("one line if")
else: pass
while b: b -= 1
for c in "xy": print(c, end=" ")
print()
x = (1 +
     2 +
     3)
y = 1 + \
    2
print(x, y, 0xFF, 0o17, 0b11, 1e3, 1_000, .5, 5., 3j, "a" 'b' """c""", r"\n", b"\x00", "\N{BULLET}\u00e9\x41\101\
joined")
print(... is Ellipsis, -2 ** 2, 2 ** -1, (lambda: (1, 2))(), (lambda a, *b, c=3, **d: (a, b, c, d))(1, 2, e=4))


def globals_and_nonlocals():
    global made_global
    made_global = 1

    def inner():
        global made_global
        made_global += 1
        return made_global
    return inner()


print(globals_and_nonlocals(), made_global)


def returns_nothing(): pass


def bare_return():
    return


def unreachable():
    return 1
    print("never")
    yield


print(returns_nothing(), bare_return(), type(unreachable()).__name__, list(unreachable()))
if 1:
    if 0:
        print("never")
    elif 0.0:
        print("never")
    else:
        print("else")
print(1 if 0 else 2 if 0 else 3, [1, 2][True], "abc"[-1:], (1, 2, 3)[::2], {"k": {"n": 1}}["k"]["n"], "%s" % "x" * 2, "a" + "b" * 2, 10 - 4 - 3, 2 ** 3 ** 2, 7 // 2 * 2, not 1 == 2, 1 < 2 == 2, 5 & 3 | 4 ^ 1, 1 << 2 + 1, -3 % 5, 6 / 3)
é = "unicode names"
print(é, [ñ for ñ in "ab"])
def f(): return 5
print(f() + f() * f() - -f())
del a, x
print("a" in globals(), "x" in globals())
