# float: repr, arithmetic, division, rounding, parsing, special values, methods.
values = [0.1, 1.0, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 1.5e300, 5e-324, 0.1 + 0.2, 1 / 3, 100.0, -0.0, 1e22, 1e23, 2.5, 123.456, 1e100, 3.14159]
print(*map(repr, values))
print(*map(str, values))
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), 1e300 * 1e10, -1e300 * 1e10, 2.0 ** 0.5, 2 ** 0.5, (-8) ** (1 / 3))
inf, nan = float("inf"), float("nan")
print(inf, -inf, nan, inf - inf, inf * 0, inf > 1e308, nan < 1, inf == inf, min(1, nan), max(nan, 1), inf // 1, 5 % inf, -5 % inf)
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1234.5678, -2), round(1e300, 5), round(0.1 + 0.2, 10), round(5.5e15), round(2.5, 0))
for text in ("1.5", " 1e5 ", "-.5", "5.", "inf", "-Infinity", "NaN", "1_0.0_1", "1e400", "1e-400", "0x10", "", ".", "1e", "1__0", "١.٥"):
    try:
        print(float(text), end=" ")
    except ValueError as e:
        print(e)
print()
print((0.5).as_integer_ratio(), (0.1).hex(), float.fromhex("0x1.8p3"), (2.0).is_integer(), (2.5).is_integer(), (1.5).real, (1.5).imag, (1.5).conjugate())
print(float.fromhex("inf"), float.fromhex("-0x.8p-2"), (-0.0).hex(), (1e-310).hex(), inf.hex())
for f in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: 0.0 ** -1, lambda: inf.as_integer_ratio(), lambda: nan.as_integer_ratio(),
          lambda: round(inf), lambda: round(nan), lambda: float.fromhex("xyz"), lambda: divmod(1.0, 0.0), lambda: 1.5 << 1, lambda: 1.5 & 1):
    try:
        print(f())
    except (ZeroDivisionError, OverflowError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(format(3.14159, ".2f"), format(1234567.891, ",.1f"), format(0.00012, "e"), format(1e10, "g"), format(0.5, "%"), format(2.5, "+08.2f"), format(1e-7, ""),
      format(123456.0, "n"), format(1.0, "_"), format(inf, "10"), format(nan, "f"), format(-0.0, "g"), format(1e16, ".3"), format(12345.678, ".3g"), format(1.0, "#.0f"))
print("%f %e %g %.3f %10.2f|%-10.2f|%+d %5.1f%%" % (1.5, 1.5, 1.5, 2.0005, 3.14159, 3.14159, 3.99, 99.5))
print(sum([0.1] * 10) == 1.0, 0.1 * 3, 1e16 + 1, 3.0 == 3, 0.1 + 0.7, 1.1 * 1.1, 1 - 0.9, 1e0, 4.35 * 100)
print(float(True), float("1" * 30), float(2 ** 60 + 1), 2 ** 53 + 1.0, 9007199254740993 == 9007199254740992.0, 1 < 1.5 < 2, -0.0 == 0.0)
print(abs(-1.5), -(1.5), +1.5, bool(0.0), bool(-0.0), bool(nan), int(1e15), pow(2.0, -2), pow(0.0, 0), 1.0 .__class__.__name__)
