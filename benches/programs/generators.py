# sizes: 100000 to time, 1500 to count
"""Generators: chains of them, yield from, send, generator expressions, and iterator classes."""
import sys


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def even(source):
    for x in source:
        if not x & 1:
            yield x


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def averager():
    total, count = 0, 0
    value = yield None
    while True:
        total += value
        count += 1
        value = yield total // count


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


def main(n):
    total = 0
    for x in even(numbers(n * 10)):
        total += x
    total += sum(tree(10))
    average = averager()
    next(average)
    for i in range(n * 3):
        total += average.send(i)
    total += sum(i * i for i in range(n * 3) if i % 3)
    for x in Countdown(n * 3):
        total += x
    for i, (a, b) in enumerate(zip(range(n), numbers(n))):
        total += i + a - b
    return total


print(main(int(sys.argv[1])))
