# versions: 3.8+
# An exception in __del__ goes to sys.unraisablehook and no further.
import sys


class Fails:
    def __del__(self):
        raise ValueError("in del")


def hook(args):
    print("hook:", args.exc_type.__name__, args.exc_value, args.object is Fails.__del__, args.exc_traceback is not None)


f = Fails()
print("before")
sys.unraisablehook = hook
del f
print("after del")
print(sys.exc_info())




def closing():
    try:
        yield 1
    finally:
        raise KeyError("in a dropped generator")


g = closing()
next(g)
sys.unraisablehook = lambda args: print(args.exc_type.__name__, args.exc_value)
del g
print("end")
