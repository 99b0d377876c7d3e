# sizes: 18000 to time, 300 to count
"""list.sort, sorted with and without keys, and sorts written in Python."""
import sys


def random(seed):
    while True:
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        yield seed >> 8


class Card:
    def __init__(self, suit, rank):
        self.suit, self.rank = suit, rank

    def __lt__(self, other):
        return (self.suit, self.rank) < (other.suit, other.rank)


def quick(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return quick([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quick(
        [x for x in items if x > pivot])


def heap(items):
    items = items[:]
    for end in range(len(items) // 2 - 1, -len(items), -1):
        root, n = (end, len(items)) if end >= 0 else (0, len(items) + end)
        if end < 0:
            items[0], items[n] = items[n], items[0]
        while 2 * root + 1 < n:
            child = 2 * root + 1
            if child + 1 < n and items[child] < items[child + 1]:
                child += 1
            if not items[root] < items[child]:
                break
            items[root], items[child] = items[child], items[root]
            root = child
    return items


def main(n):
    source = random(42)
    numbers = [next(source) for _ in range(n)]
    texts = ["item %d" % (x % 1000) for x in numbers]
    floats = [x / 7 for x in numbers]
    cards = [Card(x % 4, x % 13) for x in numbers[:n // 4]]
    assert quick(numbers) == sorted(numbers) == heap(numbers)
    cards.sort()
    texts.sort()
    floats.sort(reverse=True)
    by_key = sorted(numbers, key=lambda x: (x % 100, -x))
    by_len = sorted(texts, key=len)
    again = sorted(sorted(numbers))
    return by_key[n // 2], texts[n // 3], by_len[-1], cards[0].suit, cards[-1].rank, "%.3f" % floats[5], again[7]


print(main(int(sys.argv[1])))
