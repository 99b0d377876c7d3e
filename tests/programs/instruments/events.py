# Calls, a generator, and exceptions: what instruments tell of them is in tests/instruments.rs.


def add(a, b):
    return a + b


def numbers(n):
    i = 0
    while i < n:
        yield i
        i = add(i, 1)


def chain():
    yield from numbers(2)


def fails():
    raise ValueError("no")


def cleans_up():
    try:
        fails()
    finally:
        add(1, 1)


total = 0
for n in chain():
    total += n
print(total)

try:
    cleans_up()
except ValueError as e:
    print("caught", e)

print(max([3, 1, 2], key=lambda x: -x))
