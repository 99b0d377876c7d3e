# needs: stdlib
# contextlib: contextmanager, closing, suppress, ExitStack, redirect_stdout, nullcontext-like use.
import contextlib
import io


@contextlib.contextmanager
def tag(name):
    print("<%s>" % name)
    try:
        yield name.upper()
    except KeyError as e:
        print("swallowed", e)
    finally:
        print("</%s>" % name)


with tag("a") as a, tag("b"):
    print(a)
with tag("c"):
    raise KeyError("k")
try:
    with tag("d"):
        raise ValueError("through")
except ValueError as e:
    print("caught", e)


@tag("decorator")
def decorated():
    return "result"


print(decorated(), decorated())


@contextlib.contextmanager
def never():
    if False:
        yield


@contextlib.contextmanager
def twice():
    yield 1
    yield 2


for manager in never, twice:
    try:
        with manager():
            pass
    except RuntimeError as e:
        print(e)
with contextlib.suppress(ZeroDivisionError, KeyError):
    1 / 0
print("after suppress")
with contextlib.ExitStack() as stack:
    print(stack.enter_context(tag("one")))
    stack.callback(print, "callback", sep="")
    stack.enter_context(tag("two"))
    stack.push(lambda *exc: exc[0] is not None)
    raise OSError("swallowed by the pushed one")
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print("captured")
print(repr(out.getvalue()))


class Closes:
    def close(self):
        print("closed")


with contextlib.closing(Closes()):
    print("open")


@contextlib.contextmanager
def stops():
    yield


try:
    with stops():
        raise StopIteration("kept")
except StopIteration as e:
    print("StopIteration", e)
