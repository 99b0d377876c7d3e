# versions: 3.9+
# math.lcm, gcd of many, prod, isqrt, comb, perm, dist, nextafter, ulp.
import math

print(math.lcm(4, 6), math.lcm(), math.gcd(12, 18, 24), math.gcd(), math.prod([1, 2, 3, 4]), math.prod([2.0, 3], start=5), math.isqrt(99), math.isqrt(10 ** 40), math.comb(10, 3), math.comb(3, 10), math.perm(5, 2), math.perm(4), math.dist((0, 0), (3, 4)), math.hypot(1, 2, 2), math.nextafter(1.0, 2.0), math.ulp(1.0), math.remainder(7, 4))
for f in (lambda: math.isqrt(-1), lambda: math.comb(-1, 2), lambda: math.perm(2, -1), lambda: math.dist((1,), (1, 2)), lambda: math.isqrt(1.5), lambda: math.lcm(1.5)):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(math.comb(200, 100), math.perm(30, 15), math.prod(range(1, 26)), math.prod([]))
