# yield from: values, sending, throwing, closing through, return values, plain iterables.
def inner(name):
    try:
        received = yield name + "1"
        print(name, "received", received)
        received = yield name + "2"
        print(name, "received", received)
        return name + " result"
    except ValueError as e:
        print(name, "caught", e)
        yield name + " recovered"
        return "after recovery"
    finally:
        print(name, "finally")


def outer():
    a = yield from inner("a")
    print("outer got", a)
    b = yield from inner("b")
    return a, b


g = outer()
print(next(g), g.send("x"), g.send("y"), g.throw(ValueError("oops")))
try:
    next(g)
except StopIteration as e:
    print(e.value)
g = outer()
next(g)
print(g.gi_yieldfrom.__name__)
g.close()
g = outer()
next(g)
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("out", e)


def from_iterables():
    a = yield from [1, 2]
    b = yield from "xy"
    c = yield from range(2)
    d = yield from {"k": 1}
    return a, b, c, d


def run(g):
    items = []
    try:
        while True:
            items.append(next(g))
    except StopIteration as e:
        return items, e.value


print(run(from_iterables()))
g = from_iterables()
next(g)
try:
    g.send("list iterators cannot be sent to")
except AttributeError as e:
    print(e)


class Iterator:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration("final")
        return self.n

    def send(self, value):
        print("send", value)
        return value

    def throw(self, *args):
        print("throw", len(args) > 0)
        return "thrown"

    def close(self):
        print("close")


def delegate():
    return (yield from Iterator())


print(run(delegate()))
g = delegate()
print(next(g), g.send("s"), g.throw(ValueError("v")))
g.close()


def tree(node):
    if isinstance(node, list):
        for child in node:
            yield from tree(child)
    else:
        yield node


print(list(tree([1, [2, [3, 4], []], [[5]]])))
try:
    list((lambda: (yield from 5))())
except TypeError as e:
    print(e)


def deep(n):
    if n:
        return 1 + (yield from deep(n - 1))
    yield "bottom"
    return 0


print(run(deep(50)))
