# next, send, throw, close, return values and the state of a generator.
def simple():
    got = yield 1
    print("got", got)
    got = yield 2
    print("got", got)
    return "result"


g = simple()
print(next(g), g.send("a"))
try:
    g.send("b")
except StopIteration as e:
    print("value", e.value)
try:
    next(g)
except StopIteration as e:
    print("again", e.value)
g = simple()
try:
    g.send("too early")
except TypeError as e:
    print(e)
print(g.send(None))
g.close()
g.close()
print(next(g, "exhausted"))


def catcher():
    while True:
        try:
            x = yield "ready"
            print("x", x)
        except ValueError as e:
            print("caught", e)
        except GeneratorExit:
            print("closing")
            raise
        finally:
            print("finally")


g = catcher()
next(g)
print(g.throw(ValueError("one")))
print(g.throw(ValueError("three")))
try:
    g.throw(KeyError("other"))
except KeyError as e:
    print("out", e)
g = catcher()
next(g)
g.close()


def ignores_exit():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = ignores_exit()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)


def returns_on_exit():
    try:
        yield 1
    except GeneratorExit:
        return "ignored"


g = returns_on_exit()
next(g)
print(g.close() in (None, "ignored"))
g = simple()
try:
    g.throw(KeyError("not started"))
except KeyError as e:
    print("thrown at start", e)
print(list(g))


def running():
    try:
        next(me)
    except ValueError as e:
        yield str(e)


me = running()
print(next(me))
g = simple()
print(g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.__name__, g.__qualname__, g.gi_yieldfrom)
next(g)
g.close()
print(g.gi_frame)
print(iter(g) is g, type(g).__name__, hasattr(g, "__len__"))
for bad in (5, "x", None, object()):
    try:
        simple().throw(bad)
    except TypeError as e:
        print(str(e).split(", not")[0])
