# async with: order, swallowing, raising, leaving by break, continue and return, and its errors.
class Tick:
    def __init__(self, name):
        self.name = name

    def __await__(self):
        yield self.name


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    async def __aenter__(self):
        await Tick("entering " + self.name)
        return self.name.upper()

    async def __aexit__(self, kind, value, traceback):
        await Tick("exiting " + self.name)
        print("exit", self.name, kind and kind.__name__)
        return self.swallow


def run(coroutine):
    try:
        while True:
            print(" ..", coroutine.send(None))
    except StopIteration as e:
        return e.value
    except Exception as e:
        return type(e).__name__, str(e), e.__context__ and type(e.__context__).__name__


async def plain():
    async with Manager("a") as a, Manager("b") as b:
        print(a, b)
    return "done"


async def swallowed():
    async with Manager("s", swallow=True):
        raise ValueError("gone")
    return "after"


async def propagates():
    async with Manager("p"):
        await Tick("body")
        raise ValueError("kept")


async def loop():
    for i in range(5):
        async with Manager("m%d" % i):
            if i == 0:
                continue
            if i == 1:
                break
    while True:
        async with Manager("w"):
            return "returned"


async def mixed():
    class Plain:
        def __enter__(self):
            return "plain"

        def __exit__(self, *args):
            print("plain exit", args[0])
    with Plain() as p:
        async with Manager("inside") as m:
            return p, m


for function in plain, swallowed, propagates, loop, mixed:
    print(run(function()))
c = propagates()
c.send(None)
c.send(None)
print(c.throw(KeyError("thrown into body")))
try:
    c.send(None)
except KeyError as e:
    print("KeyError", e)


class OnlyEnter:
    async def __aenter__(self):
        pass


class NotAwaitable:
    def __aenter__(self):
        return 5

    def __aexit__(self, *args):
        return 6


class ExitNotAwaitable:
    async def __aenter__(self):
        return 5

    def __aexit__(self, *args):
        return 6


class ExitFails:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *args):
        raise KeyError("in exit")


async def use(thing, fail=False):
    async with thing:
        print("body")
        if fail:
            raise ValueError("body")


for thing in (5, OnlyEnter(), NotAwaitable(), ExitNotAwaitable(), ExitFails()):
    print(run(use(thing)))
print(run(use(ExitFails(), True)))
print(run(use(ExitNotAwaitable(), True)))
