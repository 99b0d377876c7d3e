# assert with and without message, and that __debug__ is true.
def check(x):
    assert x
    assert x > 1, "must be > 1, not %d" % x
    assert isinstance(x, int), (x, "no int")
    return x


for value in 0, 1, 2.5, 3:
    try:
        print(check(value))
    except AssertionError as e:
        print("AssertionError", e.args)
print(__debug__)
if __debug__:
    print("debug")


def lazy():
    print("message is made only on failure")
    return "m"


assert True, lazy()
try:
    assert [], lazy()
except AssertionError as e:
    print(repr(e))


class Shadow:
    AssertionError = ValueError

    def run(self):
        AssertionError = KeyError
        assert False, AssertionError.__name__


try:
    Shadow().run()
except Exception as e:
    print(type(e).__name__, e)
