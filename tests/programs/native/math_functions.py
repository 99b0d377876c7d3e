# math: results that are exact or correctly rounded everywhere, special values and errors.
import math

print(math.sqrt(16), math.floor(2.7), math.ceil(2.1), math.trunc(-2.7), math.fabs(-3), math.factorial(20), math.factorial(25), math.gcd(48, 18), math.gcd(0, -5), math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(2.5), math.frexp(8.0), math.ldexp(0.5, 4))
print(math.pi, math.e, math.inf, math.nan, math.tau, math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1.0), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9))
print(math.exp(0), math.log(1), math.log(8, 2), math.log2(1024), math.log10(1000), math.log1p(0), math.expm1(0), math.pow(2, 10), math.hypot(3, 4), math.sin(0), math.cos(0), math.tan(0), math.atan2(0, -1), math.degrees(math.pi), math.radians(180), math.asin(1), math.acos(1), math.sinh(0), math.erf(0), math.gamma(5), math.lgamma(1))
print(math.fsum([0.1] * 10), sum([0.1] * 10) > 0, math.fsum([1e100, 1.0, -1e100]), math.log2(2 ** 1000), math.log10(10 ** 300), math.floor(10 ** 20), math.ceil(-0.5), math.floor(-0.5), math.trunc(1e20), math.sqrt(10 ** 30), math.log(2 ** 2000) > 1386)
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.factorial(-1), lambda: math.exp(1000), lambda: math.pow(0, -1), lambda: math.acos(2), lambda: math.floor(math.inf), lambda: math.floor(math.nan), lambda: math.sqrt("x"), lambda: math.gamma(0), lambda: math.fmod(1, 0), lambda: math.gcd(1.5, 2),
          lambda: math.sqrt(), lambda: math.sqrt(1, 2), lambda: math.ldexp(1, 10 ** 10), lambda: math.fsum([1, "a"]), lambda: math.isclose(1, 1, rel_tol=-1), lambda: math.log10(0)):
    try:
        print(f())
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, str(e).split(", got")[0])


class N:
    def __float__(self):
        return 4.0


print(math.sqrt(N()), math.pow(2, N()), math.sqrt(True), [round(math.sin(x / 10), 6) for x in range(5)], math.__name__)
