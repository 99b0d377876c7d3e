# itertools: every function of 3.6, laziness, errors.
import itertools as it

print(list(it.islice(it.count(5), 3)), list(it.islice(it.count(1, 0.5), 3)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat("x", 3)), list(it.islice(it.repeat(1), 2)))
print(list(it.accumulate([1, 2, 3, 4])), list(it.accumulate([3, 1, 2], max)), list(it.accumulate("abc")), list(it.chain([1], (2,), "3")), list(it.chain.from_iterable(["ab", [1]])), list(it.compress("abcdef", [1, 0, 1, 0, 1])))
print(list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.filterfalse(lambda x: x % 2, range(5))), list(it.filterfalse(None, [0, 1, ""])), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest("abc", [1], fillvalue="-")))
print([(k, list(g)) for k, g in it.groupby("aaabbca")], [(k, len(list(g))) for k, g in it.groupby([1, 3, 2, 4, 5], key=lambda x: x % 2)], [k for k, g in it.groupby([])])
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.product()), list(it.permutations("abc", 2)), list(it.permutations([1, 2])), list(it.combinations("abcd", 2)), list(it.combinations([1], 2)), list(it.combinations_with_replacement("ab", 2)))
print(list(it.islice("abcdef", 2)), list(it.islice("abcdef", 2, 4)), list(it.islice("abcdef", 0, None, 2)), list(it.islice(iter("abc"), None)))
a, b = it.tee(iter([1, 2, 3]))
print(next(a), next(a), list(b), list(a))
for f in (lambda: it.islice([], -1), lambda: it.islice([], 1, 2, 0), lambda: it.product(5), lambda: list(it.starmap(pow, [1])), lambda: it.combinations("ab", -1), lambda: it.repeat(1, "x"), lambda: it.chain(5).__next__(), lambda: list(it.zip_longest([1], foo=2)), lambda: it.cycle(5), lambda: it.count("a"), lambda: it.tee([], -1), lambda: it.accumulate()):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, str(e).split("(")[0])
print(it.count(3), it.count(1, 2), it.repeat("r", 2), it.repeat(5), next(it.cycle([]), "empty"), type(it.chain()).__name__, list(it.accumulate([])), it.count(10 ** 20).__next__())
g = it.groupby("aabb")
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
c = it.count()
print(list(zip(c, "ab")), next(c), sum(it.islice(c, 10)))
