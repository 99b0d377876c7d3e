# complex: arithmetic, text, parsing, errors.
z = 3 + 4j
print(z, abs(z), z.conjugate(), z.real, z.imag, -z, +z, z == 3 + 4j, z != 3, bool(0j), hash(3 + 0j) == hash(3))
print(z + 1, z - 1.5, z * 2j, z / (1 - 1j), z ** 2, z ** 0.5 * z ** 0.5 == z or abs(z ** 0.5 * z ** 0.5 - z) < 1e-12, 1j ** 2, 2 ** 2j == 2 ** 2j)
print(repr(1j), repr(-1j), repr(1 - 0j), repr(0.5 + 1e20j), complex("1+2j"), complex("-j"), complex("1e3"), complex(" (3-4j) "), complex(1, 2), complex(1.5))
print(complex("inf+nanj"), complex("infj"), -0j, complex(-0.0, 0.0), complex(0, -1))
for f in (lambda: complex("x"), lambda: complex("1 + 2j"), lambda: complex("1", 2), lambda: 1j / 0, lambda: 1j // 1, lambda: 1j % 1, lambda: divmod(1j, 1), lambda: 1j < 2,
          lambda: int(1j), lambda: float(1j), lambda: 0j ** -1, lambda: complex([]), lambda: round(1j), lambda: complex(1, "2")):
    try:
        print(f())
    except (ValueError, TypeError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
print(format(z, ".1f"), format(z, "g"), format(1 - 2.5j, "+.2e"), "%s %r" % (z, z), "{:>12}|{:.3}".format(z, 1 / 3 + 1j))
print(sum([1j, 2, 3.5]), 1j.imag, (2j) ** 3, (1 + 1j) ** 10, (1 + 1j) ** -2, z * z.conjugate(), 0j == 0, 1j in [1j], {1j: "k"}[1j])
