# Async generators: asend, athrow, aclose, values, finalisation, errors.
class Tick:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


def run(awaitable):
    it = awaitable.__await__() if hasattr(awaitable, "__await__") else awaitable
    try:
        while True:
            print(" ..", it.send(None))
    except StopIteration as e:
        return "value", e.value
    except BaseException as e:
        return type(e).__name__, str(e)


async def agen():
    print("start")
    try:
        got = yield 1
        print("got", got)
        await Tick("tick")
        got = yield 2
        print("got", got)
    except ValueError as e:
        print("caught", e)
        yield "recovered"
    finally:
        print("finally")
        await Tick("closing")


g = agen()
print(type(g).__name__, g.__aiter__() is g, g.ag_running, g.__name__)
print(run(g.__anext__()), run(g.asend("a")), run(g.asend("b")))
print(run(g.__anext__()))
g = agen()
print(run(g.asend(None)), run(g.athrow(ValueError("v"))), run(g.__anext__()))
g = agen()
print(run(g.asend("too early")))
print(run(g.aclose()))
g = agen()
run(g.__anext__())
print(run(g.aclose()), run(g.aclose()), run(g.__anext__()))
g = agen()
run(g.__anext__())
print(run(g.athrow(KeyError("k"))))
g = agen()
print(run(g.athrow(KeyError("before start"))), run(g.__anext__()))


async def consume():
    out = []
    async for x in agen():
        out.append(x)
    return out


print(run(consume()))


async def stop_iteration():
    yield 1
    raise StopIteration("si")


async def stop_async():
    yield 1
    raise StopAsyncIteration("sai")


for function in stop_iteration, stop_async:
    g = function()
    run(g.__anext__())
    print(run(g.__anext__()))


async def ignores_close():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = ignores_close()
run(g.__anext__())
print(run(g.aclose()))


async def delegating():
    async for x in numbers(3):
        yield x * 10


async def numbers(n):
    for i in range(n):
        yield i


async def total():
    return sum([x async for x in delegating()])


print(run(total()))
step = numbers(1).__anext__()
print(run(step), end=" ")
try:
    step.send(None)
except (StopIteration, RuntimeError) as e:
    print("used up")


async def with_return():
    yield "only"
    return


print(run(with_return().asend(None)))
