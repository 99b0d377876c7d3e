# versions: 3.12+
# pairwise and batched; accumulate with initial.
import itertools as it

print(list(it.pairwise("abcd")), list(it.pairwise([1])), list(it.batched("abcdefg", 3)), list(it.batched([], 2)), list(it.accumulate([1, 2], initial=10)), list(it.accumulate([1, 2, 3], lambda a, b: a * b, initial=2)))
for f in (lambda: it.batched([], 0), lambda: it.pairwise(5)):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
