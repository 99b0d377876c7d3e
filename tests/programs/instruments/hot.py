# Loops, attributes, calls, generators, exceptions, each with values of one type: for tests/instruction_counts.rs.


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, by):
        self.x += by
        return self.x * 2 - self.y


def evens(n):
    i = 0
    while i < n:
        if i % 2 == 0:
            yield i
        i += 1


def fails(i):
    if i % 7 == 0:
        raise ValueError(i)
    return i


def work(n):
    total = 0
    p = Point(1, 2)
    for i in range(n):
        total += p.move(i)
    for i in evens(n):
        total += i
        try:
            total -= fails(i)
        except ValueError as e:
            total += e.args[0]
    return total


print(sum(map(work, [300, 300, 300, 300])))
