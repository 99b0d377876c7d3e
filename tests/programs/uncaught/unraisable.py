# Exceptions that cannot be raised: in __del__, generators that are closed, callbacks; the hook for them.
import sys


class Named:
    def __init__(self, name, exc):
        self.name = name
        self.exc = exc

    def __call__(self, *args):
        raise self.exc

    def __repr__(self):
        return "<" + self.name + ">"


class NoText(Exception):
    def __str__(self):
        raise ValueError


class NoRepr(Named):
    def __repr__(self):
        raise ValueError


def delete(hook):
    class D:
        __del__ = hook
    d = D()
    del d


delete(Named("plain", ValueError("in del")))
delete(Named("no message", KeyError()))
delete(Named("no text", NoText()))
delete(NoRepr("no repr", OSError("one")))
chained = TypeError("second")
chained.__context__ = KeyError("first")
delete(Named("chained", chained))
delete(Named("exit", SystemExit(3)))

if sys.version_info >= (3, 8):
    def hook(args):
        print("hook", args.exc_type, args.exc_value, args.exc_traceback is not None)
        print(args.err_msg, args.object)

    sys.unraisablehook = hook
    delete(Named("hooked", ValueError("in del")))
    sys.unraisablehook = Named("failing hook", RuntimeError("in hook"))
    delete(Named("hooked", ValueError("in del")))
    sys.unraisablehook = None
    delete(Named("no hook", ValueError("in del")))
    sys.unraisablehook = sys.__unraisablehook__
sys.stdout.flush()


async def coroutine():
    pass


def forgets():
    coroutine()


# Before 3.8 the warning names the file by __file__, wherever that is.
if sys.version_info >= (3, 8):
    forgets()
sys.stderr = None
delete(Named("silent", ValueError("in del")))
