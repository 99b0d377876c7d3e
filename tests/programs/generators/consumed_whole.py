# Native functions that take all items of a generator: what the generator sees meanwhile, and in which order things happen.
log = []


def count(n, fail_at=None):
    for i in range(n):
        log.append(i)
        if i == fail_at:
            raise ValueError("at %d" % i)
        yield i
    log.append("end")


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        log.append("hash %d" % self.n)
        return self.n

    def __eq__(self, other):
        log.append("eq")
        return self.n == other.n


def keys(n):
    for i in range(n):
        log.append("make %d" % i)
        yield Key(i % 2)


def show(what):
    print(what, log)
    del log[:]


for make in tuple, list, set, frozenset, sorted, sum, max:
    r = make(count(4))
    show((make.__name__, sorted(r) if isinstance(r, (set, frozenset)) else r))
    try:
        make(count(4, 2))
    except ValueError as e:
        show((make.__name__, str(e)))

show(len(set(keys(4))))
show(len(tuple(keys(3))))

# The set that is updated can be seen by the generator, and grows as it runs.
seen = {0}
seen.update(x % 5 for x in range(10) if x % 5 not in seen or log.append(len(seen)))
show(sorted(seen))
grown = [0]
grown.extend(len(grown) for _ in range(3))
print(grown)


# Generators inside generators, each taken whole.
def nested(n):
    for i in range(n):
        yield tuple(x * i for x in set(y for y in range(i)))


print(list(nested(5)))
print([len(list(nested(i))) for i in range(4)])
print(tuple(tuple(j for j in range(i)) for i in range(4)))


# A long one, and one that is given up half way.
print(len(list(i for i in range(1000))), len(set(i % 300 for i in range(1000))), sum(set(i for i in range(500))))
g = (i for i in range(10))
print(next(g), next(g), list(g), list(g))


def stops():
    yield 1
    return 2


print(list(stops()), tuple(stops()), set(stops()))


def delegates():
    yield from count(3)
    x = yield from stops()
    yield x


print(list(delegates()), tuple(delegates()))
show("delegates")


def handles():
    try:
        for i in range(3):
            yield i
    finally:
        log.append("finally")


print(tuple(handles()), set(handles()))
show("handles")


def itself():
    yield 1
    try:
        list(me)
    except ValueError as e:
        yield str(e)


me = itself()
print(list(me))
print(sorted(map(str, set(x for x in ["a", "b", "a", 1, 1.0, True, None]))))
try:
    set([] for _ in range(2))
except TypeError as e:
    print(e)
