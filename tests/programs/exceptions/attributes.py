# oracle: 64-bit
# Arguments, text and attributes of the built-in exceptions, and the hierarchy.
for e in (Exception(), Exception("one"), Exception("one", 2), Exception(("a",)), KeyError("k"), KeyError(), KeyError(1, 2),
          KeyError("it's"), ValueError(None), AssertionError([]), StopIteration(5)):
    print(type(e).__name__, str(e), repr(e), e.args)
e = OSError(2, "No such file", "name")
print(type(e).__name__, e.errno, e.strerror, e.filename, e, e.args)
e = OSError(17, "exists", "a", None, "b")
print(type(e).__name__, e.filename2, e)
print(type(OSError(13, "x")).__name__, type(OSError(32, "x")).__name__, type(OSError(99999, "x")).__name__)
print(OSError("just text").errno, OSError("just text"), OSError(1, 2, 3, 4, 5).args)
print(IOError is OSError, EnvironmentError is OSError)
e = StopIteration(1, 2)
print(e.value, e.args)
print(StopIteration().value)
e = SystemExit("bye")
print(e.code, SystemExit().code, SystemExit(1, 2).code)
e = ImportError("text", name="n", path="p")
print(e, e.name, e.path, e.msg)
e = UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "invalid start byte")
print(e.encoding, e.object, e.start, e.end, e.reason)
print(e)
print(UnicodeDecodeError("utf-8", b"abcdef", 2, 5, "bad"))
print(UnicodeEncodeError("ascii", "a\u20ac\U0001f600", 1, 2, "ordinal not in range(128)"))
print(UnicodeEncodeError("ascii", "a\xe9b", 1, 2, "why"), UnicodeEncodeError("ascii", "a\U0001f600", 1, 2, "why"))
e = SyntaxError("bad", ("f.py", 3, 4, "x y\n"))
print(e, e.msg, e.filename, e.lineno, e.offset, repr(e.text))
e = ValueError("a")
e.args = ("b", "c")
e.extra = 1
print(e, repr(e), e.__dict__)
try:
    e.args = 5
except TypeError as error:
    print(error)
for call in (lambda: ValueError(x=1), lambda: ImportError(a=1), lambda: UnicodeDecodeError("x"), lambda: BaseException.__new__(int)):
    try:
        call()
    except TypeError as error:
        print("TypeError", str(error).replace("'", "").split(" (")[0])


def show(cls):
    return " < ".join(c.__name__ for c in cls.__mro__[:-1])


for cls in (ZeroDivisionError, KeyError, FileNotFoundError, UnicodeDecodeError, RecursionError, ModuleNotFoundError,
            IndentationError, StopAsyncIteration, GeneratorExit, DeprecationWarning, UnboundLocalError, ConnectionResetError):
    print(show(cls))


class Mine(Exception):
    def __init__(self, code, *rest):
        super().__init__("code %d" % code)
        self.code = code

    def __str__(self):
        return "<%s>" % super().__str__()


e = Mine(7, "x")
print(e, e.code, e.args, repr(e))
print(repr(ValueError("x", "y").with_traceback(None)))
