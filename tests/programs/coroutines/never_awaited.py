# A coroutine that is dropped without being awaited is closed; one in the middle runs its finally.
import sys


class Tick:
    def __await__(self):
        yield "tick"


async def worker(name):
    try:
        await Tick()
    finally:
        print(name, "finally")


c = worker("in the middle")
c.send(None)
del c
c = worker("closed early")
c.close()
print("closed without running")


async def never_ends():
    try:
        while True:
            await Tick()
    except GeneratorExit:
        print("exit seen")
        raise


c = never_ends()
c.send(None)
c.send(None)
c.close()


async def bad_close():
    try:
        await Tick()
    except GeneratorExit:
        await Tick()


c = bad_close()
c.send(None)
try:
    c.close()
except RuntimeError as e:
    print(e)
hooks = sys.get_asyncgen_hooks()
print(hooks.firstiter, hooks.finalizer)


async def agen():
    yield 1


seen = []
sys.set_asyncgen_hooks(firstiter=lambda g: seen.append(("first", g.__name__)), finalizer=lambda g: seen.append("final"))
g = agen()
try:
    g.__anext__().send(None)
except StopIteration as e:
    print(e.value)
del g
print(seen)
sys.set_asyncgen_hooks(None, None)
