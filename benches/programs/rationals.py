# sizes: 4000 to time, 60 to count
"""Immutable numbers made by __new__, and polynomials of them: reflected operators, ordering, hashing, text."""
import sys
from math import gcd


class Rational:
    __slots__ = ("n", "d")

    def __new__(cls, n, d=1):
        if d < 0:
            n, d = -n, -d
        common = gcd(n, d)
        self = super().__new__(cls)
        self.n, self.d = n // common, d // common
        return self

    def __add__(self, other):
        if isinstance(other, int):
            other = Rational(other)
        return Rational(self.n * other.d + other.n * self.d, self.d * other.d)

    __radd__ = __add__

    def __neg__(self):
        return Rational(-self.n, self.d)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        if isinstance(other, int):
            return Rational(self.n * other, self.d)
        return Rational(self.n * other.n, self.d * other.d)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return Rational(self.n * other.d, self.d * other.n)

    def __eq__(self, other):
        return isinstance(other, Rational) and (self.n, self.d) == (other.n, other.d)

    def __hash__(self):
        return hash((self.n, self.d))

    def __lt__(self, other):
        return self.n * other.d < other.n * self.d

    def __bool__(self):
        return self.n != 0

    def __repr__(self):
        return f"{self.n}/{self.d}" if self.d != 1 else str(self.n)


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __call__(self, x):
        result = Rational(0)
        for c in reversed(self.coefficients):
            result = result * x + c
        return result

    def __mul__(self, other):
        out = [Rational(0)] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                out[i + j] += a * b
        return Polynomial(*out)

    def derived(self):
        return Polynomial(*(i * c for i, c in enumerate(self.coefficients) if i))

    def __str__(self):
        return " + ".join(f"{c}x^{i}" for i, c in enumerate(self.coefficients) if c)


def main(n):
    p = Polynomial(Rational(1, 2), Rational(-3, 4), Rational(5))
    q = Polynomial(Rational(1), Rational(1, 3))
    total, seen = 0, set()
    for k in range(n):
        product = p * q
        value = product(Rational(k % 7, 3))
        seen.add(value)
        total += len(str(product)) + len(repr(product.derived()(Rational(1, 2))))
        total += max(product.coefficients).n + (min(product.coefficients) / Rational(3)).d
    return total, len(seen), sorted(seen)[:3]


print(main(int(sys.argv[1])))
