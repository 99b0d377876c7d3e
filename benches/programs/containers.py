# sizes: 18000 to time, 300 to count
"""Lists, tuples, dicts and sets: subscripts, methods, unpacking, membership, slices."""
import sys


def life(cells):
    count = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    key = x + dx, y + dy
                    count[key] = count.get(key, 0) + 1
    return {c for c, n in count.items() if n == 3 or n == 2 and c in cells}


def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(range(i * i, n + 1, i))
    return sum(flags)


def words(n):
    counts = {}
    for i in range(n):
        word = "w%d" % (i * i % 101)
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:2]


def stack(n):
    items, queue = [], []
    for i in range(n):
        items.append(i)
        if i % 3 == 0:
            queue.insert(0, items.pop())
        if len(queue) > 20:
            queue = queue[5:15]
    first, *middle, last = items
    return first + last + len(middle) + len(queue)


def main(n):
    cells = {(0, 1), (1, 2), (2, 0), (2, 1), (2, 2), (10, 10), (10, 11), (10, 12)}
    for _ in range(n):
        cells = life(cells)
    a, b = set(range(0, n * 10, 2)), set(range(0, n * 10, 3))
    return len(cells), sieve(n * 100), words(n * 20), stack(n * 20), len(a & b), len(a | b), len(a - b)


print(main(int(sys.argv[1])))
