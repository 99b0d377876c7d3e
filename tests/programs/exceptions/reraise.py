# Bare raise, re-raising by name, nested handlers and what sys.exc_info() says at each point.
import sys


def current():
    kind, value, _ = sys.exc_info()
    return None if kind is None else (kind.__name__, value.args)


def nothing_to_reraise():
    raise


try:
    nothing_to_reraise()
except RuntimeError as e:
    print(e)


def outer():
    try:
        raise ValueError("a")
    except ValueError:
        print("in a", current())
        try:
            raise KeyError("b")
        except KeyError:
            print("in b", current())
        print("back in a", current())
        raise


try:
    outer()
except ValueError as e:
    print("again", e.args, e.__context__)
print("outside", current())


def helper_reraises():
    raise


try:
    try:
        raise OSError("deep")
    except OSError:
        helper_reraises()
except OSError as e:
    print("from helper", e)


def generator():
    try:
        raise ValueError("in generator")
    except ValueError:
        yield current()
        yield current()
    yield current()


g = generator()
print(next(g))
try:
    raise KeyError("outside")
except KeyError:
    print("mine", current())
    print("its own", next(g))
    print("mine", current())
    print("generator now sees", next(g))
print(current())


def loop():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError:
            if i == 1:
                raise
        print("after", i, current())


try:
    loop()
except ValueError as e:
    print("stopped at", e)


def function_called_while_handling():
    return current()


try:
    1 / 0
except ZeroDivisionError:
    print(function_called_while_handling())


def depth(e):
    count, tb = 0, e.__traceback__
    while tb is not None:
        count, tb = count + 1, tb.tb_next
    return count


def inner():
    raise ValueError("t")


def middle():
    try:
        inner()
    except ValueError:
        raise


try:
    middle()
except ValueError as e:
    print(depth(e), [e.__traceback__.tb_lineno > 0, e.__traceback__.tb_frame.f_code.co_name])
    names, tb = [], e.__traceback__
    while tb:
        names.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print(names)
