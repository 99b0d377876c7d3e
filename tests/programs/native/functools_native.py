# _functools: partial, reduce, cmp_to_key; _operator essentials.
from _functools import cmp_to_key, partial, reduce
import _operator as op

p = partial(int, base=2)
print(p("101"), p.func is int, p.args, p.keywords, p("z", base=36))
q = partial(print, "a", sep="-")
q("b", end="!\n")
r = partial(partial(max, 5), 3)
print(r(4), r.args, r.func is max)
r.attr = 1
print(r.attr, partial(dict, a=1)(b=2))
for f in (lambda: partial(), lambda: partial(5), lambda: partial(len)()):
    try:
        f()
    except TypeError as e:
        print(str(e).split(" (")[0])
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(lambda a, b: a * b, [], 7), reduce(max, [3, 9, 2], 5), reduce(lambda a, b: a + [b], "ab", []))
try:
    reduce(lambda a, b: a, [])
except TypeError as e:
    print(str(e).replace("iterable", "sequence"))
key = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=key), key(1) < key(2), key(1) == key(1), sorted("bca", key=cmp_to_key(lambda a, b: ord(b) - ord(a))))
print(op.add(1, 2), op.itemgetter(1)("abc"), op.itemgetter(0, 2)("abc"), op.attrgetter("real")(5), op.attrgetter("real.imag", "imag")(5), op.methodcaller("upper")("x"), op.methodcaller("split", ",", maxsplit=1)("a,b,c"), op.truth([]), op.not_(1), op.contains([1], 1), op.index(5), op.countOf([1, 1], 1), op.indexOf("ab", "b"), op.concat([1], [2]), op.getitem({1: 2}, 1), op.is_(1, None), op.length_hint([1, 2], 0))
d = {}
op.setitem(d, "k", 1)
op.delitem(d, "k")
x = [1]
y = op.iadd(x, [2])
print(d, x is y, x, sorted([{"n": 2}, {"n": 1}], key=op.itemgetter("n")), op.eq(1, 1), op.floordiv(7, 2), op.neg(5), op.pow(2, 3), op.lt(1, 2), op.matmul.__name__, op.xor(5, 1), op.inv(1))
for f in (lambda: op.itemgetter(), lambda: op.itemgetter(5)("a"), lambda: op.attrgetter("zz")(1), lambda: op.attrgetter(5), lambda: op.methodcaller("zz")(1), lambda: op.index(1.5), lambda: op.add(1), lambda: op.concat(1, 2), lambda: op.indexOf([], 1)):
    try:
        f()
    except (TypeError, IndexError, AttributeError, ValueError) as e:
        print(type(e).__name__, str(e).split(" (")[0].split(", got")[0])
