# marshal: every type, round trips, code objects, errors.
import marshal

values = [None, True, False, ..., 0, 1, -1, 2 ** 31, -2 ** 40, 10 ** 50, 1.5, -0.0, 1e300, 2 + 3j, "", "ascii", "é日\U0001f600", "x" * 300, b"", b"bytes\x00\xff", (), (1, (2, 3)), [1, [2]], {"k": 1, 2: None}, {1, 2}, frozenset("a"), StopIteration]
for v in values:
    again = marshal.loads(marshal.dumps(v))
    if not (again == v and type(again) is type(v)):
        print("differs", v, again)
print(repr(marshal.loads(marshal.dumps(-0.0))), marshal.loads(marshal.dumps("\ud800")) == "\ud800")
for version in (0, 1, 2, 3, 4):
    print(version, marshal.loads(marshal.dumps((1, "a", 2.5, [3]), version)))


def function(a, b=2):
    c = [i for i in range(a)]
    return c, b


code = marshal.loads(marshal.dumps(function.__code__))
print(code == function.__code__, code.co_name, code.co_varnames[:2], code.co_consts == function.__code__.co_consts)
print(type(function)(code, globals(), "copy", (5,))(2))
for f in (lambda: marshal.loads(b""), lambda: marshal.loads(b"?"), lambda: marshal.loads(b"i\x01"), lambda: marshal.dumps(object()), lambda: marshal.dumps([object()]), lambda: marshal.loads("x"), lambda: marshal.loads(b"r\x05\0\0\0")):
    try:
        print(f())
    except (EOFError, ValueError, TypeError) as e:
        print(type(e).__name__, str(e).split(" (")[0])
print(marshal.loads(b"N"), marshal.loads(b"i\x05\0\0\0rest is ignored"), marshal.loads(bytearray(b"T")), marshal.loads(memoryview(b"F")))
shared = [1]
twice = marshal.loads(marshal.dumps([shared, shared]))
print(twice, twice[0] is twice[1])


class IntSub(int):
    pass


try:
    print(marshal.loads(marshal.dumps(IntSub(5))))
except ValueError as e:
    print(e)
