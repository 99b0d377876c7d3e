# sizes: 200000 to time, 3000 to count
"""Closures: cells that are read and written, decorators, lambdas, functions made in loops."""
import sys


def counter():
    n = 0

    def up(by=1):
        nonlocal n
        n += by
        return n
    return up


def memo(f):
    seen = {}

    def call(n):
        if n not in seen:
            seen[n] = f(n)
        return seen[n]
    return call


def compose(*functions):
    def call(x):
        for f in functions:
            x = f(x)
        return x
    return call


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main(n):
    up = counter()
    total = 0
    pipeline = compose(lambda x: x + 1, lambda x: x * 2, lambda x: x - 3)
    for i in range(n):
        up()
        up(2)
        total += pipeline(i) + fib(i % 80)
        scale = i & 7

        def scaled(x):
            return x * scale + total % 11
        total += scaled(i) + scaled(1)
        total += (lambda a, b=scale: a + b)(i)
    total += sum(map(lambda x: x % 5, range(n))) + len(list(filter(lambda x: x & 1, range(n))))
    return total, up(0)


print(main(int(sys.argv[1])))
