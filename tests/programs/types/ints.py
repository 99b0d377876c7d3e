# int of any size: arithmetic, division signs, shifts, bit operations, methods, parsing.
big = 2 ** 200 + 12345
print(big, -big, big * big, big // 7, big % 1000007, -big // 7, -big % 7, big // -7, big % -7)
print(big >> 100, big << 3, -big >> 150, big & 0xFFFF, big | 1, big ^ (1 << 200), ~big, -1 >> 1000, 1 << 64)
for a in (7, -7):
    for b in (2, -2):
        print(a // b, a % b, divmod(a, b), a / b, end="; ")
print()
print(2 ** 10, 2 ** -1, (-2) ** 3, 0 ** 0, pow(3, 100, 7), pow(2, 10 ** 20, 97), pow(-3, 3, 5), pow(3, 2, -5), 10 ** 30 / 10 ** 10)
print((2 ** 63 - 1) + 1, (-2 ** 63) - 1, 2 ** 62 * 2, 2 ** 31 * 2 ** 31, 9223372036854775807 * 9223372036854775807, (1 << 62) - 1 + (1 << 62))
print(big == 2 ** 200 + 12345, big < big + 1, big > 1e60, 2 ** 53 + 1 == float(2 ** 53), 10 ** 400 > 1e308)
print((5).bit_length(), (-5).bit_length(), big.bit_length(), (0).bit_length(), (6).conjugate(), (6).real, (6).imag, (6).numerator, (6).denominator)
print((1000).to_bytes(2, "big"), (1000).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True), int.from_bytes(b"\x01\x02", "big"),
      int.from_bytes(b"\xff\xfe", "little", signed=True), int.from_bytes(b"", "big"), big.to_bytes(26, "big").hex())
print(int("123"), int("-0x1f", 16), int("0b101", 0), int("0o17", 0), int("  42  "), int("1_000"), int("zz", 36), int(b"12"), int("٣"), int(3.9), int(-3.9), int(1e20), int(True))
for bad in ("", "1__0", "_1", "0x", "12a", "1.5", "--1", "0b2", "999 9", "1e5"):
    try:
        int(bad, 0) if bad[:1] == "0" else int(bad)
    except ValueError as e:
        print(e)
for f in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: divmod(1, 0), lambda: 0 ** -1, lambda: 1 << -1, lambda: 1 >> -1, lambda: int(float("inf")),
          lambda: int(float("nan")), lambda: 10 ** 400 / 3, lambda: float(10 ** 400), lambda: (300).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"),
          lambda: 10 ** 400 * 1.0, lambda: big // 0):
    try:
        print(f())
    except (ZeroDivisionError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
print(hex(255), hex(-255), oct(8), bin(10), bin(-5), hex(big), "%x %X %o %#x %#o" % (255, 255, 8, 255, 8))
print(round(1234, -2), round(1250, -2), round(1350, -2), round(-15, -1), round(5), round(25, -1), round(10 ** 30 + 5, -1))
print(True + True, True & False, True | 2, ~5, True ^ True, type(True & True), type(True + 0), -True, bool(big), True / 2)
print(0x_FF, 1_000_000, 0b1010, 0o777, 0xdead_beef)
a = 1
for i in range(1, 60):
    a *= i
print(a)
print(a // (10 ** 12), str(a)[:5], len(str(a)), int(str(a)) == a, sum(map(int, str(a))))
fib = [0, 1]
while fib[-1] < 10 ** 40:
    fib.append(fib[-1] + fib[-2])
print(fib[-1], len(fib))


def gcd(x, y):
    while y:
        x, y = y, x % y
    return x


print(gcd(2 ** 100 * 3 ** 50, 2 ** 50 * 3 ** 80 * 5), (3 ** 200 - 1) // (3 ** 100 - 1) == 3 ** 100 + 1)
print(int.__add__(1, 2), (1).__add__(1.5), (5).__divmod__(3), (5).__rsub__(3), (5).__bool__(), (5).__floor__(), int.__doc__ is not None)
