# Coroutines driven by hand: send, throw, close, await chains, awaitable objects.
class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def inner(n):
    print("inner starts", n)
    a = await Suspend("first")
    print("inner got", a)
    b = await Suspend("second")
    return a, b, n


async def outer():
    try:
        result = await inner(1)
        print("result", result)
        return await inner(2)
    finally:
        print("outer finally")


def run(coroutine, *answers):
    value, answers = None, list(answers)
    try:
        while True:
            print("suspended:", coroutine.send(value))
            value = answers.pop(0) if answers else None
    except StopIteration as e:
        return e.value


print(run(outer(), "a", "b", "c", "d"))
c = outer()
print(type(c).__name__, c.__name__, c.cr_running, c.cr_await, c.cr_frame is not None)
c.send(None)
print(c.cr_await.__name__)
try:
    c.throw(ValueError("thrown in"))
except ValueError as e:
    print("out", e)
c = outer()
c.send(None)
c.close()
c = outer()
try:
    c.send("not None")
except TypeError as e:
    print(e)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e)


async def twice():
    c = inner(3)
    await c
    await c


try:
    run(twice(), 1, 2)
except RuntimeError as e:
    print(e)


class NoIterator:
    def __await__(self):
        return 5


class ReturnsList:
    def __await__(self):
        return iter(["a", "b"])


class ReturnsCoroutine:
    def __await__(self):
        return inner_coroutine


async def awaits(thing):
    return await thing


inner_coroutine = awaits(None)
for thing in (5, "text", None, [1], (i for i in ()), NoIterator(), ReturnsCoroutine()):
    try:
        awaits(thing).send(None)
    except TypeError as e:
        print(e)
inner_coroutine.close()
print(run(awaits(ReturnsList())))
for function in iter, list, next:
    c = inner(0)
    try:
        function(c)
    except TypeError as e:
        print(e)
    c.close()
it = Suspend(1).__await__()
print(next(it))
w = inner(4).__await__()
print(type(w).__name__, next(w), w.send("through wrapper"))
w.close()


async def handles():
    try:
        await Suspend("x")
    except KeyError as e:
        return "handled %s" % e
c = handles()
c.send(None)
try:
    c.throw(KeyError("k"))
except StopIteration as e:
    print(e.value)
