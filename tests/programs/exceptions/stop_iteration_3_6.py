# versions: 3.6
# In 3.6 a StopIteration that leaves a generator's body just ends it.


def raises():
    yield 1
    raise StopIteration("inner")


def runs_out():
    yield next(iter([]))


def delegates():
    result = yield from raises()
    yield result


print(list(raises()), list(runs_out()), list(delegates()))
g = raises()
next(g)
try:
    next(g)
except StopIteration as e:
    print(e.value)
