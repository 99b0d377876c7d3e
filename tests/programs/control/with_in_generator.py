# with blocks that stay open over yields, and their end by close(), throw() and exhaustion.
class Resource:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self

    def __exit__(self, kind, value, traceback):
        print("close", self.name, kind and kind.__name__)


def lines(name):
    with Resource(name) as r:
        for i in range(3):
            got = yield (r.name, i)
            if got:
                print("got", got)


for item in lines("full"):
    print(item)
g = lines("closed")
print(next(g))
g.close()
g = lines("thrown")
print(next(g), g.send("hello"))
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("out comes", repr(e.args))
g = lines("dropped")
next(g)
del g


def both():
    with Resource("a"), Resource("b"):
        yield 1
        with Resource("c"):
            yield 2
        yield 3


print(list(both()))
g = both()
next(g), next(g)
g.close()


def finally_yields():
    try:
        yield 1
    finally:
        yield "from finally"


g = finally_yields()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)
g = finally_yields()
print(list(g))


def return_in_try():
    try:
        yield 1
        return "value"
    finally:
        print("cleanup")


g = return_in_try()
next(g)
try:
    next(g)
except StopIteration as e:
    print(e.value)
