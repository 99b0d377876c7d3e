# versions: 3.11+
# add_note and __notes__, in objects and in printed tracebacks.
e = ValueError("base")
print(hasattr(e, "__notes__"))
e.add_note("first")
e.add_note("second\nline")
print(e.__notes__, e)
try:
    e.add_note(5)
except TypeError as error:
    print(error)
e.__notes__ = ["replaced"]
e.add_note("more")
print(e.__notes__)
e.__notes__ = "no list"
try:
    e.add_note("x")
except TypeError as error:
    print(error)
del e.__notes__
print(hasattr(e, "__notes__"))


def work():
    try:
        raise KeyError("k")
    except KeyError as e:
        e.add_note("while working")
        e.add_note("over\ntwo lines")
        raise


try:
    work()
except KeyError as e:
    print(e.__notes__)
    e.__notes__.append(42)
    raise ValueError("outer") from e
