# -x +x ~x abs round, __int__ __float__ __complex__ __index__ __trunc__ __bool__ __hash__ __format__ __bytes__.
class Num:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __round__(self, n=None):
        return "round", n

    def __int__(self):
        return 7

    def __float__(self):
        return 7.5

    def __complex__(self):
        return 7j

    def __index__(self):
        return 3

    def __hash__(self):
        return 99

    def __format__(self, spec):
        return "<%s>" % spec

    def __bytes__(self):
        return b"bytes"

    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"

    def __len__(self):
        return 4

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __trunc__(self):
        return "trunc"


import math
n = Num()
print(-n, +n, ~n, abs(n), round(n), round(n, 2), int(n), float(n), complex(n))
print([10, 20, 30, 40][n], "abcdef"[n:], list(range(n)), hex(n), bin(n), oct(n), hash(n), format(n, "x"), "%d" % n)
print(bytes(n), str(n), repr(n), len(n), "{:abc} {!r} {!s}".format(n, n, n), f"{n:q}{n!r}", bool(n))
print(math.floor(n), math.ceil(n), math.trunc(n), [1] * n, math.sqrt(n) == 7.5 ** 0.5)
print(-True, +True, -(-5), +5.0, - -3, ~-1, not [], -0.0, +(-2j))
for op in (lambda: -"a", lambda: +[], lambda: ~1.5, lambda: abs("x"), lambda: -None, lambda: ~None):
    try:
        op()
    except TypeError as e:
        print(e)


class Bad:
    def __int__(self):
        return "x"

    def __float__(self):
        return 1

    def __index__(self):
        return 1.5

    def __str__(self):
        return 5

    def __repr__(self):
        return None

    def __hash__(self):
        return "h"

    def __len__(self):
        return 1.5

    def __bool__(self):
        return 1

    def __format__(self, spec):
        return 5

    def __bytes__(self):
        return "no"

    def __iter__(self):
        return 5

    def __complex__(self):
        return 1

    def __contains__(self, x):
        return []


bad = Bad()
for f in (int, float, str, repr, hash, len, bool, format, bytes, iter, complex, hex, list, lambda b: [1][b], lambda b: 1 in b):
    try:
        print(f(bad))
    except TypeError as e:
        print(e)


class OnlyIndex:
    def __index__(self):
        return 5


class BigHash:
    def __hash__(self):
        return 2 ** 61 + 5


print(hex(OnlyIndex()), [0] * OnlyIndex(), "x" * OnlyIndex(), range(OnlyIndex())[-1])


class IntSub(int):
    def __repr__(self):
        return "IntSub"


print(str(IntSub(5)), IntSub(5), [IntSub(5)], "%d %s" % (IntSub(5), IntSub(6)), int(IntSub(7)))
