# with: order of calls, values, swallowing and raising in __exit__, and leaving by break, continue, return.
class Manager:
    def __init__(self, name, swallow=False, fail_enter=False, fail_exit=False):
        self.name, self.swallow = name, swallow
        self.fail_enter, self.fail_exit = fail_enter, fail_exit

    def __enter__(self):
        print("enter", self.name)
        if self.fail_enter:
            raise RuntimeError("enter " + self.name)
        return self.name.upper()

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind.__name__ if kind else None, value, traceback is not None)
        if self.fail_exit:
            raise RuntimeError("exit " + self.name)
        return self.swallow


with Manager("a") as value:
    print("body", value)
with Manager("b") as b, Manager("c") as c:
    print(b, c)
with Manager("swallower", swallow=True):
    raise ValueError("gone")
    print("never")
print("after")
try:
    with Manager("outer"), Manager("inner"):
        raise KeyError("k")
except KeyError as e:
    print("caught", e, e.__context__)
try:
    with Manager("x"), Manager("y", fail_enter=True):
        print("never")
except RuntimeError as e:
    print("caught", e)
try:
    with Manager("z", fail_exit=True):
        raise ValueError("first")
except RuntimeError as e:
    print("caught", e, "context", repr(e.__context__.args))
try:
    with Manager("w", fail_exit=True):
        pass
except RuntimeError as e:
    print("caught", e, "context", e.__context__)


def leave(how):
    for i in range(3):
        with Manager("%s%d" % (how, i)):
            if how == "break":
                break
            if how == "continue":
                continue
            if how == "return":
                return "returned"
            print("end of body")
    return "done"


for how in "break", "continue", "return", "fall":
    print(leave(how))


def returns_despite_exception():
    with Manager("s", swallow=True):
        raise ValueError
    return "reached"


print(returns_despite_exception())
with Manager("t") as (first, *rest):
    print(first, rest)
data = {}
with Manager("target") as data["key"]:
    print(data)
