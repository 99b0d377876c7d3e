# __context__, __cause__, __suppress_context__: raise from, raise in except, nested, cycles.
def describe(e):
    if e is None:
        return None
    return (type(e).__name__, e.args, "cause", describe(e.__cause__), "context", describe(e.__context__),
            e.__suppress_context__)


def attempt(function):
    try:
        function()
    except BaseException as e:
        print(function.__name__, describe(e))


def implicit():
    try:
        raise ValueError(1)
    except ValueError:
        raise KeyError(2)


def explicit():
    try:
        raise ValueError(1)
    except ValueError as e:
        raise KeyError(2) from e


def suppressed():
    try:
        raise ValueError(1)
    except ValueError:
        raise KeyError(2) from None


def from_class():
    raise KeyError(1) from ValueError


def in_finally():
    try:
        raise ValueError(1)
    finally:
        raise KeyError(2)


def in_call():
    def helper():
        raise KeyError("helper")
    try:
        1 / 0
    except ZeroDivisionError:
        helper()


def three():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            raise KeyError(2)
    except KeyError:
        raise OSError(3)


def same_again():
    try:
        raise ValueError(1)
    except ValueError as e:
        try:
            raise KeyError(2)
        except KeyError:
            raise e


def handled_before():
    try:
        raise ValueError(1)
    except ValueError:
        pass
    raise KeyError("no context")


def bad_cause():
    raise ValueError from 5


def in_generator():
    def g():
        try:
            yield
        except ValueError:
            raise KeyError("in generator")
    it = g()
    next(it)
    it.throw(ValueError("thrown"))


for function in (implicit, explicit, suppressed, from_class, in_finally, in_call, three, same_again,
                 handled_before, bad_cause, in_generator):
    attempt(function)
e = ValueError()
e.__context__ = KeyError()
e.__cause__ = OSError()
print(e.__suppress_context__)
e.__cause__ = None
print(e.__suppress_context__)
for attribute in "__cause__", "__context__", "__traceback__":
    try:
        setattr(e, attribute, 5)
    except TypeError as error:
        print(error)
    try:
        delattr(e, attribute)
    except TypeError as error:
        print(error)
