# Async comprehensions of every kind, and await inside ordinary ones.
class Tick:
    def __await__(self):
        yield


async def numbers(n):
    for i in range(n):
        await Tick()
        yield i


async def double(x):
    await Tick()
    return 2 * x


def run(coroutine):
    steps = 0
    try:
        while True:
            coroutine.send(None)
            steps += 1
    except StopIteration as e:
        return steps, e.value
    except Exception as e:
        return type(e).__name__, str(e)


async def lists():
    return [x async for x in numbers(4) if x != 1]


async def sets():
    return sorted({x % 2 async for x in numbers(5)})


async def dicts():
    return {x: await double(x) async for x in numbers(3)}


async def awaits_inside():
    return [await double(x) for x in range(3)]


async def condition():
    return [x for x in range(4) if await double(x) > 2]


async def nested():
    return [(x, y) async for x in numbers(3) async for y in numbers(x)]


async def mixed():
    return [x + y for x in [10, 20] async for y in numbers(2)]


async def generator_expression():
    g = (x * x async for x in numbers(4))
    out = []
    async for v in g:
        out.append(v)
    return type(g).__name__, out


async def generator_with_await():
    g = (await double(x) async for x in numbers(3))
    return [v async for v in g]


async def raises():
    return [1 // x async for x in numbers(2)]


async def scope():
    x = "outer"
    values = [x async for x in numbers(2)]
    return x, values


async def closure():
    k = 5
    return [(lambda: x + k)() async for x in numbers(2)]


for function in (lists, sets, dicts, awaits_inside, condition, nested, mixed, generator_expression,
                 generator_with_await, raises, scope, closure):
    print(function.__name__, run(function()))
