# A failure in a generator, seen through next() and a for loop.
def numbers():
    yield 1
    yield from failing()


def failing():
    yield 2
    raise ValueError("in generator")


def consume():
    for n in numbers():
        print(n)


consume()
