# bytes and bytearray: methods, mutation, conversion, repr, errors.
b = b"Hello\x00\xff\n'\""
print(b, len(b), b[0], b[-1], b[1:4], b[::-1], 72 in b, b"ell" in b, b + b"!", b * 2, list(b"abc"), bytes([1, 2, 255]), bytes(3), bytes("é", "utf-8"), bytes(b"x"), bytes(range(5)))
print(b"a,b".split(b","), b"-".join([b"a", bytearray(b"b")]), b"abc".upper(), b"ABC".lower(), b"abc".find(b"c"), b"abc".find(98), b"aXbX".replace(b"X", b"--"), b" x ".strip(), b"ab".hex(), bytes.fromhex("61 62FF"),
      b"abc".startswith(b"a"), b"12".isdigit(), b"ab".isalpha(), b"a b".title(), b"x".center(3, b"*"), b"7".zfill(3), b"a\nb".splitlines(), b"abc".partition(b"b"), b"aab".count(b"a"), b"a\tb".expandtabs(2))
print(b"caf\xc3\xa9".decode(), b"\xe9".decode("latin-1"), b"\xff".decode("utf-8", "replace"), b"\xffa".decode("utf-8", "ignore"), repr(b"\xff".decode("utf-8", "surrogateescape")), b"\xff".decode("ascii", "backslashreplace"))
print(b"%d %s %r %x %c %b %5.1f" % (1, b"s", "r", 255, 65, b"b", 2.5), b"a" < b"b", b"a" == "a", b"a" == bytearray(b"a"), hash(b"a") == hash(b"a"))
a = bytearray(b"hello")
a[0] = 72
a.append(33)
a.extend(b" you")
a += b"!"
a[1:3] = b"EEE"
a.insert(0, 62)
print(a, a.pop(), a.pop(0), a)
a.remove(33)
a.reverse()
del a[::2]
print(a, len(a), a.copy() == a, a.find(b"l"), bytes(a), bytearray(2), a * 2, a[:2], a.upper())
a.clear()
print(a, bool(a), bytearray("x", "ascii"), bytearray([1]).hex())
a = bytearray(b"0123456789")
a[2:4] = b""
a[::2] = b"abcd"
print(a)
for f in (lambda: b"a"[5], lambda: b"a" + "a", lambda: "a" + b"a", lambda: bytes([300]), lambda: bytes(["a"]), lambda: bytearray(b"a").append(256), lambda: bytearray(b"a").append("x"), lambda: b"abc".index(b"z"),
          lambda: bytes.fromhex("6g"), lambda: bytes("x"), lambda: b"\xff".decode(), lambda: b"\xe2\x82".decode(), lambda: b"a\xffb".decode("ascii"), lambda: b"a".join(["x"]), lambda: b"a".find("a"), lambda: bytearray().pop(),
          lambda: bytearray(b"a").remove(98), lambda: b"%d" % "x", lambda: b"%z" % 1, lambda: "a" in b"a", lambda: 256 in b"a", lambda: bytes(1, 2), lambda: b"a".decode("nope"), lambda: bytearray(b"abc").__setitem__(slice(0, 3, 2), b"x")):
    try:
        print(f())
    except (IndexError, TypeError, ValueError, LookupError) as e:
        print(type(e).__name__, e)
m = memoryview(b"abcdef")
print(m[1], m[2:4].tobytes(), len(m), m.tolist(), m.readonly, m == b"abcdef", bytes(m[::2]), m.format, m.itemsize, m.nbytes, m.shape)
w = memoryview(bytearray(b"abc"))
w[0] = 90
w[1:] = b"yx"
print(w.tobytes(), w.obj)
try:
    m[0] = 1
except TypeError as e:
    print(e)
w.release()
try:
    w[0]
except ValueError as e:
    print(e)
print(b"\\ \t \r", repr(bytearray(b"'")), str(b"x"), bytes(bytearray(b"q")), b"a" b"b", rb"\n", b"abc".translate(bytes(range(1, 256)) + b"\0"), b"abc".translate(None, b"b"), bytes.maketrans(b"a", b"b")[97])
