# versions: 3.7+
# StopIteration inside generators becomes RuntimeError.


def describe(e):
    return type(e).__name__, str(e), type(e.__cause__).__name__, type(e.__context__).__name__, e.__suppress_context__


def raises():
    yield 1
    raise StopIteration("inner")


def runs_out():
    yield next(iter([]))


def delegates():
    yield from runs_out()


def nested_expression():
    return (next(iter([])) for _ in range(1))


for make in raises, runs_out, delegates, nested_expression:
    try:
        print(list(make()))
    except RuntimeError as e:
        print(make.__name__, describe(e))
g = raises()
next(g)
try:
    next(g)
except RuntimeError as e:
    print(describe(e))
print(list(g))


def thrown_into():
    yield 1


g = thrown_into()
next(g)
try:
    g.throw(StopIteration("thrown"))
except RuntimeError as e:
    print(describe(e))
g = thrown_into()
try:
    g.throw(StopIteration("before start"))
except (RuntimeError, StopIteration) as e:
    print(describe(e))


def catches():
    try:
        yield 1
    except StopIteration as e:
        yield ("caught", e.value)


g = catches()
next(g)
print(g.throw(StopIteration(9)))
try:
    next(iter(lambda: 1, 1))
except StopIteration as e:
    print("plain", e.args)


class It:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration("value is dropped by for")


print([x for x in It()], list(It()), sum(It(), 5))
print(next(It(), "default"))


async def coroutine():
    raise StopIteration("in coroutine")


try:
    coroutine().send(None)
except RuntimeError as e:
    print(describe(e))
