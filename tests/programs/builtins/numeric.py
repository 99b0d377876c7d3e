# abs, divmod, pow, round, chr, ord, hex, oct, bin, int, bool, hash, id.
print(abs(-5), abs(-2.5), abs(3 + 4j), abs(True), divmod(17, 5), divmod(-17, 5), divmod(17.5, 5), pow(2, 8), pow(2, 8, 5), pow(2.0, 3), pow(2, -1), round(3.7), round(3.14159, 2), round(-2.5), round(1e20), round(12345, -2), round(True), round(2.5, None))
print(chr(97), chr(8364), chr(0x1F600), ord("a"), ord("€"), ord(b"x"), hex(255), oct(64), bin(5), hex(-1), bin(0), int(), float(), complex(), bool(), str() == "", bytes(), list(), tuple(), dict(), set(), frozenset())
print(hash(5), hash(-1), hash(0), hash(True), hash(2.0), id(None) == id(None), id(5) == id(5), bool([]), bool("0"), int("7") + int(7.9), type(1), type(1.0), type(type), type(None), type(...), type(NotImplemented), type(print), type(lambda: 0))
for f in (lambda: chr(0x110000), lambda: ord(""), lambda: round("x"), lambda: pow(2, 3, 0), lambda: divmod(1, 0), lambda: abs(None), lambda: hex("a"), lambda: pow(2.0, 3, 5), lambda: chr(1.5), lambda: round(1.5, "x"), lambda: bool(1, 2), lambda: float(1, 2), lambda: pow(1), lambda: divmod(5, "a")):
    try:
        print(f())
    except (ValueError, TypeError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
print(sum(ord(c) for c in "hello"), "".join(chr(ord(c) + 1) for c in "HAL"), max(map(abs, [-3, 2])), [round(x / 2) for x in range(6)], int("11", 2), int("z", 36), float("1e3"), 7 // 2, -7 // 2, 7 % -3, 2 ** 3 ** 2, -2 ** 2)
print(NotImplemented, Ellipsis, None, True, False, __debug__, None is None, repr(...), str(NotImplemented), isinstance(True, int), True == 1, True is True)
