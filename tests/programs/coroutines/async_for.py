# async for with hand-made iterators: else, break, continue, exceptions, errors.
class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Tick(self.n)
        return self.n


class Tick:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield "tick %s" % self.value


def run(coroutine):
    ticks = 0
    try:
        while True:
            coroutine.send(None)
            ticks += 1
    except StopIteration as e:
        return ticks, e.value
    except Exception as e:
        return ticks, type(e).__name__, str(e)


async def collect(n):
    out = []
    async for i in Countdown(n):
        out.append(i)
    else:
        out.append("else")
    return out


async def leaves():
    out = []
    async for i in Countdown(9):
        if i % 2:
            continue
        if i < 3:
            break
        out.append(i)
    else:
        out.append("never")
    return out


async def nested():
    out = []
    async for i in Countdown(3):
        async for j in Countdown(i):
            out.append((i, j))
            if j == 0:
                break
        else:
            out.append("else %d" % i)
    return out


async def with_try():
    out = []
    async for i in Countdown(4):
        try:
            if i == 2:
                continue
            if i == 1:
                return out
            out.append(10 // i)
        except ZeroDivisionError:
            out.append("zero")
        finally:
            out.append("f%d" % i)


async def raises():
    async for i in Countdown(3):
        raise ValueError(i)


async def stop_inside():
    async for i in Countdown(1):
        raise StopAsyncIteration("from the body")


for function in (lambda: collect(3), lambda: collect(0), leaves, nested, with_try, raises, stop_inside):
    print(run(function()))


class NoAnext:
    def __aiter__(self):
        return self


class BadAnext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5


class FailingAnext:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise KeyError("in anext")


class FailingAiter:
    def __aiter__(self):
        raise OSError("in aiter")


async def loop(thing):
    async for _ in thing:
        pass


for thing in ([1], None, BadAnext(), FailingAnext(), FailingAiter()):
    print(run(loop(thing)))
print(run(loop(NoAnext()))[1])


async def unpack():
    class Pairs(Countdown):
        async def __anext__(self):
            n = await super().__anext__()
            return n, str(n)
    return [(a, b) async for a, b in Pairs(2)]


print(run(unpack()))
