# What with says about objects that are no context managers, by attribute that is missing.
class OnlyEnter:
    def __enter__(self):
        print("entered")


class OnlyExit:
    def __exit__(self, *args):
        print("exited")


class InstanceOnly:
    def __init__(self):
        self.__enter__ = lambda: 1
        self.__exit__ = lambda *args: None


for thing in (OnlyEnter(), OnlyExit(), InstanceOnly(), 5, None):
    try:
        with thing:
            print("body")
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)


class ExitTruth:
    def __init__(self, answer):
        self.answer = answer

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return self.answer


class Falsy:
    def __bool__(self):
        print("asked for truth")
        return False


for answer in (0, 1, "", "x", [], [0], None, Falsy()):
    try:
        with ExitTruth(answer):
            raise ValueError
        print("swallowed")
    except ValueError:
        print("propagated")


class Unbool:
    def __bool__(self):
        raise TypeError("no truth")


try:
    with ExitTruth(Unbool()):
        raise ValueError("v")
except TypeError as e:
    print(e, "after", repr(e.__context__.args))
with ExitTruth(Unbool()):
    print("without exception its truth is not asked")
