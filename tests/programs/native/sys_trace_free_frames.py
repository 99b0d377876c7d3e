# Frames and tracebacks as objects: f_back, f_locals, tb_next, tb_lineno.
import sys


def inner(x):
    y = x * 2
    frame = sys._getframe()
    names = []
    while frame is not None and frame.f_code.co_filename == inner.__code__.co_filename:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names, sorted(sys._getframe().f_locals), sys._getframe().f_locals["y"]


class C:
    def method(self):
        return [inner(5) for _ in (1,)][0]


names, local_names, y = C().method()
print([n for n in names if n != "<listcomp>"], local_names, y)


def fails(n):
    if n == 0:
        raise ValueError("deep")
    fails(n - 1)


try:
    fails(2)
except ValueError as e:
    tb = e.__traceback__
    while tb is not None:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_locals.get("n"), tb.tb_lasti >= 0)
        tb = tb.tb_next
    tb = e.__traceback__
    print(e.with_traceback(None).__traceback__)
    e.__traceback__ = tb.tb_next
    print(e.__traceback__.tb_frame.f_code.co_name)
    try:
        raise e
    except ValueError as again:
        count, tb = 0, again.__traceback__
        while tb:
            count, tb = count + 1, tb.tb_next
        print(count)


def generator():
    yield sys._getframe().f_back.f_code.co_name
    yield sys._getframe().f_code.co_name


print(list(generator()))
frame = sys._getframe()
print(frame.f_lineno, frame.f_code.co_name, frame.f_locals is frame.f_globals or frame.f_locals == frame.f_globals, frame.f_builtins["len"] is len, type(frame).__name__)
