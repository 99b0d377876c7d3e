# set and frozenset: operations, methods, comparison, errors. Printed sorted: order is no promise here.
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b), a <= {1, 2, 3, 4, 5}, a < a, a >= {1}, a == {4, 3, 2, 1}, a.isdisjoint({9}), 3 in a)
print(sorted(a.union([9], (8,))), sorted(a.intersection([1, 9])), sorted(a.difference([1], [2])), sorted(a.symmetric_difference([1, 9])), a.issubset(range(9)), a.issuperset([1]))
a.add(9)
a.discard(1)
a.discard(100)
a.remove(2)
a.update([7], {8: 0})
print(sorted(a), len(a))
a.intersection_update([3, 4, 9])
a.difference_update([9])
a.symmetric_difference_update([4, 5])
print(sorted(a), {1}.pop(), set(), frozenset(), frozenset([1]), {1}, set("a"), frozenset({"x"}))
a |= {1}
a &= {1, 3}
a ^= {3}
a -= {9}
print(a, a.copy() is a)
f = frozenset([1, 2])
print(f | {3} == frozenset({1, 2, 3}), type(f | {3}).__name__, type({3} | f).__name__, f == {1, 2}, hash(f) == hash(frozenset([2, 1])), {f: "key"}[frozenset([2, 1])], frozenset(f) is f, f.copy() is f)
for x in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {[]}, lambda: {1} | [1], lambda: {1} + {2}, lambda: {1} < 5, lambda: set(5), lambda: f.add(1), lambda: {1}[0], lambda: {1}.update(5), lambda: hash({1}), lambda: {1}.remove([]),
          lambda: set(1, 2), lambda: {1}.__or__([2])):
    try:
        print(x())
    except (KeyError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
s = {1, 2, 3}
try:
    for i in s:
        s.add(i + 10)
except RuntimeError as e:
    print(e)
print(sorted({i % 3 for i in range(10)}), sorted(set("mississippi")), {1, 1.0, True} == {1}, len({(), ""}), {frozenset([1])} == {frozenset([1])}, {1} in [{1}], {1, 2} in {frozenset([1, 2])})
big = set(range(500)) - set(range(0, 500, 3))
print(len(big), sum(big), 3 in big, 4 in big, max(big), list({5}), sorted(big & set(range(20))))
s.clear()
print(s, bool(s), repr({"a"}), {None}, {()})


class Sub(set):
    pass


print(type(Sub([1]) | {2}).__name__, type({2} | Sub()).__name__, Sub([1]) == {1}, Sub([1]))
print(list({1, 2, 3}), list({8, 1, 0}), {10, 20, 30, 5} == {5, 10, 20, 30}, [*{3, 1, 2}])
