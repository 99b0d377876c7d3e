# Loops in which an operator sees ints and floats in turn, zeros of both kinds, and what floats cannot hold exactly.
BIG = 2 ** 53 + 1
VALUES = [0, 1, -3, 0.0, -0.0, 0.5, 2.5, 1e300, float("inf"), float("nan"), BIG, 2 ** 62, 2 ** 70, True]


def table(f):
    line = []
    for a in VALUES:
        for b in VALUES:
            try:
                r = f(a, b)
            except (ZeroDivisionError, OverflowError) as e:
                r = type(e).__name__[0]
            line.append(r)
    return line


def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def div(a, b): return a / b
def floor(a, b): return a // b
def mod(a, b): return a % b
def less(a, b): return a < b
def equal(a, b): return a == b
def greater_or_equal(a, b): return a >= b


def chosen(a, b):
    if a < b:
        return "<"
    elif a == b:
        return "="
    elif a > b:
        return ">"
    return "?"


for f in (add, sub, mul, div, floor, mod, less, equal, greater_or_equal, chosen):
    first = table(f)
    print(f.__name__, [str(r) for r in first])
    # The same once more, now that the operators have seen everything.
    print([str(x) for x in table(f)] == [str(x) for x in first])


def scaled(n):
    total = 0
    x = 0.0
    for i in range(n):
        total += i * 0.5
        x = x * i + 1
        if x > 1000:
            x = 0.0
    return total, x


for n in (1, 10, 200):
    print(scaled(n))


def constant(x):
    return 2 * x + 1, x / 2, 1 - x, x * 0.0


for x in (1, 1.5, 0, 0.0, BIG, True, -0.0, 1e308):
    print([repr(v) for v in constant(x)])
